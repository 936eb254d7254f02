/*
 * Code patterns: which reply codes and enhanced codes a rule is for.
 *
 * "452", "55*", "5.7.1", "5.7.*", "5.7.5*", "*.1.1": each part is a number, a
 * star, or the first digits of a number and a star; "5.*" is "5.*.*".
 */
#ifndef CLASSIFY_CODE_PATTERN_H
#define CLASSIFY_CODE_PATTERN_H

#include "base/text.h"

/* One number of a code. */
struct code_part {
	uint16_t prefix; /* number, or its first digits */
	bool is_open; /* further digits may follow */
	bool is_any;
};

struct code_pattern {
	bool is_enhanced;
	struct code_part parts[3]; /* only the first for a reply code */
};

/* False when `word` is not of the form. */
bool code_pattern_parse(struct text word, struct code_pattern *pattern);

/* `code` as in base/enhanced_code.h, or 200 to 599 for a reply code. */
bool code_pattern_matches(const struct code_pattern *pattern, uint32_t code);

#endif
