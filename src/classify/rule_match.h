/*
 * Rule match: which rule of a set takes a normalised text.
 *
 * One pass over the text tells which literals are there; only the patterns
 * whose literals are there are run, in the order of the rules.  The answer is
 * that of running every pattern.
 */
#ifndef CLASSIFY_RULE_MATCH_H
#define CLASSIFY_RULE_MATCH_H

#include "classify/reply.h"
#include "classify/rule_private.h"
#include "scan/record.h"

/* Groups that a match tells of: the whole, and those numbered below this. */
#define RULE_CAPTURES 8

/* Codes that the guards of the rules are held against. */
#define RULE_CODES 5

struct rule_query {
	/* Shapes of enhanced and reply codes, each once; 0 = none. */
	uint64_t codes[RULE_CODES];
	enum record_status status;
	enum reply_stage stage;
};

/* Everything that matching changes; one for each thread. */
struct rule_matcher {
	const struct rule_set *set;
	pcre2_match_context *context;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
	struct literal_scratch *scratch;
	uint64_t limit_hits; /* patterns given up: too many steps */
	uint64_t runs; /* patterns run */
	struct text list; /* of the latest match; borrows from the text */
	bool is_exhaustive; /* run every pattern, whatever the literals */
};

void
rule_matcher_init(struct rule_matcher *matcher, const struct rule_set *set);
void rule_matcher_release(struct rule_matcher *matcher);

/* Whether the guards of a rule let it have a say. */
bool rule_guards_hold(const struct rule *rule, const struct rule_query *query);

/* Number of the first rule that matches `text`, or RULE_NONE. */
uint16_t rule_match_text(struct rule_matcher *matcher, struct text text,
    const struct rule_query *query);

/* Number of the code rule for the query's codes, or RULE_NONE. */
uint16_t
rule_match_codes(const struct rule_set *set, const struct rule_query *query);

/* Runs one pattern; sets matcher->list when it matches. */
bool rule_pattern_matches(struct rule_matcher *matcher,
    struct rule_pattern *pattern, struct text text);

#endif
