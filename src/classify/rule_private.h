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

/*
 * Matching is on bytes: a log need not be UTF-8.  A dollar is the end and
 * nothing else, since normalised text has no line ends.
 */
#define RULE_COMPILE_OPTIONS                                                   \
	(PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_DOLLAR_ENDONLY |            \
	    PCRE2_USE_OFFSET_LIMIT)

/* How far a pattern is on its way to machine code. */
enum pattern_state { PATTERN_NOT_TRIED, PATTERN_JITTED, PATTERN_INTERPRETED };

/*
 * A compiled pattern.  Machine code is made of it when a thread first runs it,
 * since few logs need more than some dozen of all patterns, and making it of
 * all takes longer than reading the rules.  Until the state says that this is
 * done, only the thread with the lock may touch `code`.
 */
struct rule_code {
	pcre2_code *code;
	_Atomic uint8_t state; /* enum pattern_state */
};

/* One pattern line of a rule. */
struct rule_pattern {
	struct rule_code code;
	const struct stanza_line *line;
	uint16_t rule;
	uint16_t list_group; /* number of (?<list>...); 0 = none */
};

/*
 * With which bytes the matches of a clause begin: bits by the hash of as many
 * bytes as the shortest beginning has.
 */
struct rule_starts {
	size_t length;
	uint64_t bits[4];
};

/*
 * A way in which the literals of a pattern can be there: those of one branch
 * of it.  The search marks the clauses of which a piece is in the text; then
 * all of its needs have to hold.  These are words: for each further set the
 * number of its pieces and the index of each, of which one must be seen
 * (classify/literal_search.h).  0 ends them.
 */
struct rule_clause {
	uint32_t pattern;
	uint16_t rule;
	bool has_guards; /* the rule has */
	bool is_exact; /* as the literals say */
	bool is_whole; /* the pattern is run, not the branch */
	/* A match starts so many bytes in front of a piece at most. */
	uint32_t reach;
	const uint16_t *needs;
	const struct rule_starts *starts; /* NULL: with any */
	const struct literal_clause *literals; /* without what it starts with */
	/* By member of an exact clause: where its piece starts. */
	const uint8_t *offsets;
	struct rule_code code; /* of the branch; compiled when first run */
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
	struct literal_search search;
};

/*
 * Compiles the patterns of all rules and the search for their literals, the
 * one beside the other if threaded.  False when there is an error.
 */
bool rule_set_compile(
    struct rule_set *set, bool threaded, struct diagnostics *diagnostics);

/* The bit of a piece among those of starts. */
static inline unsigned
rule_start_bit(uint32_t key)
{
	return piece_hash(key) >> 24;
}

/* Where the stanza's patterns stand, for errors and for the lint. */
static inline const struct stanza *
rule_pattern_stanza(
    const struct rule_set *set, const struct rule_pattern *pattern)
{
	return set->rules[pattern->rule].stanza;
}

#endif
