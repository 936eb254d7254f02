/*
 * Coverage: how a file of replies falls to the rules.
 */
#ifndef CLASSIFY_COVERAGE_H
#define CLASSIFY_COVERAGE_H

#include "classify/classifier.h"

/*
 * replies = by_text + by_code + unknown, and the sum of by_rule is
 * by_text + by_code.  Embedded: coverage_init ... coverage_release.
 */
struct coverage {
	uint64_t replies;
	uint64_t by_text; /* a pattern decided */
	uint64_t by_code; /* a code rule decided */
	uint64_t unknown;
	uint64_t *by_rule; /* by number of the rule */
	size_t rules;
};

void
coverage_init(struct coverage *coverage, const struct classifier *classifier);
void coverage_release(struct coverage *coverage);

/* Counts a verdict of that classifier; those of delivered records are not. */
void coverage_record(struct coverage *coverage,
    const struct classifier *classifier, const struct verdict *verdict);

/* Classifies and counts every line that is not blank. */
void coverage_record_lines(struct coverage *coverage,
    const struct classifier *classifier, struct classifier_worker *worker,
    struct text lines);

#endif
