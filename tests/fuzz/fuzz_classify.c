/*
 * Any reply and any pattern: nothing breaks, and the search for literals never
 * changes which rule decides.
 *
 * The first line of the input is a pattern, the rest a reply.
 */
#include <stdlib.h>

#include "classify/classifier.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A rule set of that pattern alone; NULL when it is none. */
static struct classifier *
make_classifier(struct text pattern)
{
	struct diagnostics diagnostics;
	struct classifier *classifier;
	struct buffer rules;

	diagnostics_init(&diagnostics);
	buffer_init(&rules, 0);
	buffer_append_string(&rules, "[a]\ncategory expired\npattern ");
	buffer_append_text(&rules, pattern);
	buffer_append_string(&rules, "\n");
	classifier =
	    classifier_parse("fuzz", buffer_text(&rules), &diagnostics);
	buffer_release(&rules);
	diagnostics_release(&diagnostics);
	return classifier;
}

static void
classify(struct text pattern, const struct classifier_query *query)
{
	struct classifier *classifier = make_classifier(pattern);
	struct classifier_worker *fast;
	struct classifier_worker *slow;
	struct verdict a;
	struct verdict b;

	if (classifier == NULL)
		return;
	fast = classifier_worker_new(classifier);
	slow = classifier_worker_new(classifier);
	classifier_worker_set_exhaustive(slow, true);
	classifier_classify(classifier, fast, query, &a);
	classifier_classify(classifier, slow, query, &b);
	if (a.rule != b.rule && classifier_worker_limit_hits(slow) == 0)
		abort();
	/* It is kept the second time, and comes from there the third. */
	classifier_classify(classifier, fast, query, &b);
	classifier_classify(classifier, fast, query, &b);
	if (a.rule != b.rule || a.class != b.class ||
	    a.enhanced_code != b.enhanced_code)
		abort();
	classifier_worker_free(fast);
	classifier_worker_free(slow);
	classifier_free(classifier);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text input = { (const char *)data, size };
	size_t end = text_find_byte(input, '\n');
	struct classifier_query query = { .reply = input };
	struct buffer template;

	if (end == TEXT_NONE)
		end = 0;
	else
		query.reply = text_slice(input, end + 1, size);
	query.mta = size % 2 != 0 ? MTA_QMAIL : MTA_NONE;
	classify(text_slice(input, 0, end), &query);
	buffer_init(&template, 0);
	reply_template(query.reply, &template);
	if (template.length > REPLY_TEMPLATE_MAXIMUM)
		abort();
	buffer_release(&template);
	return 0;
}
