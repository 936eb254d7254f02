/*
 * Code patterns: which reply codes and enhanced codes a rule is for.
 *
 * "452", "55*", "5.7.1", "5.7.*", "5.7.5*", "*.1.1": each part is a number, a
 * star, or the first digits of a number and a star; "5.*" is "5.*.*".
 */
#ifndef CLASSIFY_CODE_PATTERN_H
#define CLASSIFY_CODE_PATTERN_H

#include "base/text.h"

/*
 * A code, as in base/enhanced_code.h or 200 to 599 for a reply code, with four
 * bits for each digit of its three numbers (a reply code is one), so that a
 * pattern is told by a mask; 0 is no code.
 */
uint64_t code_shape(uint32_t code);

struct code_pattern {
	uint64_t mask;
	uint64_t value;
};

/* False when `word` is not of the form. */
bool code_pattern_parse(struct text word, struct code_pattern *pattern);

/* `shape` is that of a code. */
static inline bool
code_pattern_matches(const struct code_pattern *pattern, uint64_t shape)
{
	return (shape & pattern->mask) == pattern->value;
}

#endif
