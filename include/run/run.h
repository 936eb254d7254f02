/*
 * Run: the stages put together.
 *
 * Loads patterns, rules and catalogue, reads the logs, and holds what reports
 * are made from.
 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "base/diagnostic.h"
#include "classify/classifier.h"
#include "report/source.h"

struct run;

/* Called while the logs are read; each may be NULL. */
struct run_hooks {
	void *context;
	bool is_all; /* nobody reads run_source(): nothing is counted for it */
	void (*record)(void *context, const struct observation *observation);
	void (*outcome)(void *context, const struct delivery *delivery,
	    const struct message *message);
};

/*
 * Loads everything that the settings name.  NULL, with errors added, when a
 * pattern file, zone or filter is wrong.  The settings must outlive the run.
 */
struct run *
run_new(const struct settings *settings, struct diagnostics *diagnostics);

/*
 * The same for run_merge.  NULL also when the operands are no files of memory
 * that can be added to that of --db.
 */
struct run *
run_new_merge(const struct settings *settings, struct diagnostics *diagnostics);
void run_free(struct run *run);

/* Calls `show` now and then with the stored bytes read and in all (0: ?). */
void run_set_progress(struct run *run,
    void (*show)(void *context, uint64_t done, uint64_t total), void *context);

/* Reads all operands.  What is wrong with the logs is added. */
void run_logs(struct run *run, const struct run_hooks *hooks,
    struct diagnostics *diagnostics);

/*
 * Instead of run_logs: adds what the operands remember to the memory of --db.
 * False, with an error added, when nothing was.
 */
bool run_merge(struct run *run, struct diagnostics *diagnostics);

/* After run_logs; lives as long as the run. */
const struct report_source *run_source(const struct run *run);

const struct classifier *run_classifier(const struct run *run);
struct pool *run_names(const struct run *run);

/*
 * The memory could not be read or written, as errors have said; there is
 * nothing to report then.
 */
bool run_failed(const struct run *run);

/* 0, 3 (nothing usable) or 4 (some input missing or damaged). */
int run_input_status(const struct run *run);

#endif
