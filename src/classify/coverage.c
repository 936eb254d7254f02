#include "classify/coverage.h"

#include <stdlib.h>

#include "base/memory.h"

void
coverage_init(struct coverage *coverage, const struct classifier *classifier)
{
	size_t rules = rule_set_count(classifier_rules(classifier));

	*coverage = (struct coverage){ .rules = rules };
	coverage->by_rule =
	    memory_allocate_array(rules + 1, sizeof(*coverage->by_rule));
}

void
coverage_release(struct coverage *coverage)
{
	free(coverage->by_rule);
	*coverage = (struct coverage){ 0 };
}

void
coverage_record(struct coverage *coverage, const struct classifier *classifier,
    const struct verdict *verdict)
{
	if (verdict->category == CATEGORY_NONE)
		return;
	coverage->replies++;
	if (verdict->rule == RULE_NONE) {
		coverage->unknown++;
		return;
	}
	coverage->by_rule[verdict->rule]++;
	if (classifier_rule_is_code(classifier, verdict->rule))
		coverage->by_code++;
	else
		coverage->by_text++;
}

void
coverage_record_lines(struct coverage *coverage,
    const struct classifier *classifier, struct classifier_worker *worker,
    struct text lines)
{
	while (lines.length > 0) {
		size_t end = text_find_byte(lines, '\n');
		const struct classifier_query query =
		    classifier_query_of(text_slice(lines, 0, end));
		struct verdict verdict;

		if (query.reply.length > 0) {
			classifier_classify(
			    classifier, worker, &query, &verdict);
			coverage_record(coverage, classifier, &verdict);
		}
		if (end == TEXT_NONE)
			break;
		lines = text_slice(lines, end + 1, lines.length);
	}
}
