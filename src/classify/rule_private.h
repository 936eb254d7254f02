/*
 * What the parts of the rule set share: compiled patterns and the search.
 */
#ifndef CLASSIFY_RULE_PRIVATE_H
#define CLASSIFY_RULE_PRIVATE_H

#ifndef PCRE2_CODE_UNIT_WIDTH
#define PCRE2_CODE_UNIT_WIDTH 8
#endif
#include <pcre2.h>

#include "base/stanza.h"
#include "classify/code_pattern.h"
#include "classify/literal_search.h"
#include "classify/literal_set.h"
#include "classify/rule_set.h"

/* How far a pattern is on its way to machine code. */
enum pattern_state { PATTERN_NOT_TRIED, PATTERN_JITTED, PATTERN_INTERPRETED };

/*
 * One pattern line of a rule.  Machine code is made of it when a thread first
 * runs it, since few logs need more than some dozen of all patterns, and
 * making it of all takes longer than reading the rules.  Until the state says
 * that this is done, only the thread with the lock may touch `code`.
 */
struct rule_pattern {
	pcre2_code *code;
	const struct stanza_line *line;
	uint16_t rule;
	uint16_t list_group; /* number of (?<list>...); 0 = none */
	_Atomic uint8_t state; /* enum pattern_state */
};

/* A way in which the literals of a pattern can be there. */
struct rule_clause {
	struct literal_clause literals;
	uint32_t pattern;
};

struct rule_set {
	struct stanza_file file;
	struct rule *rules;
	size_t rule_count;
	size_t rule_capacity;
	uint16_t *code_rules; /* numbers of the rules without patterns */
	size_t code_rule_count;
	size_t code_rule_capacity;
	struct rule_pattern *patterns; /* in the order of their rules */
	size_t pattern_count;
	size_t pattern_capacity;
	struct rule_clause *clauses; /* in the order of their patterns */
	size_t clause_count;
	size_t clause_capacity;
	/*
	 * Marks of clauses, as bits: that a member of the first set is there,
	 * and `words` behind it the same of the second.  The search adds to
	 * `marks`, which has those of the sets that are not there.
	 */
	size_t words;
	uint64_t *marks;
	struct literal_search search;
};

/*
 * Compiles the patterns of all rules and the search for their literals.
 * False when there is an error.
 */
bool rule_set_compile(struct rule_set *set, struct diagnostics *diagnostics);

/* Where the stanza's patterns stand, for errors and for the lint. */
static inline const struct stanza *
rule_pattern_stanza(
    const struct rule_set *set, const struct rule_pattern *pattern)
{
	return set->rules[pattern->rule].stanza;
}

#endif
