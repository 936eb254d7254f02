/*
 * Knowledge: what the pattern files of a directory say.
 *
 * All of it is constant once it is loaded, and shared by all threads.
 */
#ifndef RUN_KNOWLEDGE_H
#define RUN_KNOWLEDGE_H

#include "classify/catalogue.h"
#include "classify/classifier.h"
#include "classify/provider.h"
#include "scan/pattern_set.h"

struct knowledge {
	struct pattern_set *patterns;
	struct classifier *classifier;
	struct catalogue *catalogue;
	struct providers *providers;
};

/*
 * Loads all of it; by two threads if `threaded`.  Mistakes are added to
 * `diagnostics`, in the same order always; a part that has some may be NULL.
 */
void knowledge_load(struct knowledge *knowledge, const char *directory,
    bool threaded, struct diagnostics *diagnostics);

/* What was not loaded may be NULL. */
void knowledge_release(struct knowledge *knowledge);

#endif
