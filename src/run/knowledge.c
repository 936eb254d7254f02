#include "run/knowledge.h"

#include <pthread.h>

/* The rules take longer to compile than all other files. */
struct rules_loading {
	const char *directory;
	struct classifier *classifier;
	struct diagnostics diagnostics;
	bool threaded;
};

static void *
load_rules(void *context)
{
	struct rules_loading *loading = context;

	loading->classifier = classifier_load(
	    loading->directory, loading->threaded, &loading->diagnostics);
	return NULL;
}

void
knowledge_load(struct knowledge *knowledge, const char *directory,
    bool threaded, struct diagnostics *diagnostics)
{
	struct rules_loading rules = { .directory = directory,
		.threaded = threaded };
	struct diagnostics others;
	pthread_t thread;

	diagnostics_init(&rules.diagnostics);
	diagnostics_init(&others);
	threaded =
	    threaded && pthread_create(&thread, NULL, load_rules, &rules) == 0;
	knowledge->patterns = pattern_set_load(directory, diagnostics);
	knowledge->catalogue = catalogue_load_codes(directory, &others);
	knowledge->providers = providers_load(directory, &others);
	if (threaded)
		pthread_join(thread, NULL);
	else
		load_rules(&rules);
	knowledge->classifier = rules.classifier;
	diagnostics_move(diagnostics, &rules.diagnostics);
	diagnostics_move(diagnostics, &others);
}

void
knowledge_release(struct knowledge *knowledge)
{
	providers_free(knowledge->providers);
	catalogue_free(knowledge->catalogue);
	classifier_free(knowledge->classifier);
	pattern_set_free(knowledge->patterns);
}
