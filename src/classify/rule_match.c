#include "classify/rule_match.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/*
 * A pattern of ours takes some hundred steps; one that takes more has met a
 * text made to stop us.
 */
#define MATCH_LIMIT     20000
#define DEPTH_LIMIT     2000
#define HEAP_LIMIT_KIB  1024
#define JIT_STACK_LIMIT (256 * 1024)

/* Places in a text that are tried in the time of a call. */
#define RANGE_GAP 8

static_assert(LITERAL_TEXT_MAXIMUM >= 2 * REPLY_MAXIMUM,
    "all of a normalised reply is searched for literals");

void
rule_matcher_init(struct rule_matcher *matcher, const struct rule_set *set)
{
	*matcher = (struct rule_matcher){ .set = set };
	matcher->context = pcre2_match_context_create(NULL);
	matcher->data = pcre2_match_data_create(RULE_CAPTURES, NULL);
	matcher->stack =
	    pcre2_jit_stack_create(32 * 1024, JIT_STACK_LIMIT, NULL);
	if (matcher->data == NULL || matcher->context == NULL)
		memory_exhausted();
	pcre2_set_match_limit(matcher->context, MATCH_LIMIT);
	pcre2_set_depth_limit(matcher->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(matcher->context, HEAP_LIMIT_KIB);
	if (matcher->stack != NULL)
		pcre2_jit_stack_assign(matcher->context, NULL, matcher->stack);
	matcher->scratch = literal_scratch_new(&set->search);
}

void
rule_matcher_release(struct rule_matcher *matcher)
{
	pcre2_match_data_free(matcher->data);
	pcre2_match_context_free(matcher->context);
	pcre2_jit_stack_free(matcher->stack);
	literal_scratch_free(matcher->scratch);
	*matcher = (struct rule_matcher){ 0 };
}

static bool
code_holds(const struct rule *rule, uint64_t code)
{
	for (size_t i = 0; i < rule->code_count; i++)
		if (code_pattern_matches(&rule->codes[i], code))
			return true;
	return false;
}

/* Whether the guards hold that are not about codes. */
static bool
circumstances_hold(const struct rule *rule, const struct rule_query *query)
{
	if (rule->statuses != 0 && (rule->statuses & 1U << query->status) == 0)
		return false;
	return rule->stages == 0 || (rule->stages & 1U << query->stage) != 0;
}

bool
rule_guards_hold(const struct rule *rule, const struct rule_query *query)
{
	if (!circumstances_hold(rule, query))
		return false;
	for (size_t i = 0; i < RULE_CODES && rule->code_count > 0; i++)
		if (query->codes[i] != 0 && code_holds(rule, query->codes[i]))
			return true;
	return rule->code_count == 0;
}

/* Where in a text a match may start. */
struct match_range {
	size_t first;
	size_t last;
};

/* The branch of a clause as a pattern; of what compiles as one of several. */
static pcre2_code *
compile_branch(const struct rule_clause *clause)
{
	const struct literal_clause *literals = clause->literals;
	uint32_t options = RULE_COMPILE_OPTIONS;
	struct buffer source;
	PCRE2_SIZE offset;
	pcre2_code *code;
	int error;

	/* Run where a match may start, it has nothing to search for. */
	if (clause->starts != NULL)
		options |= PCRE2_ANCHORED | PCRE2_NO_START_OPTIMIZE;
	buffer_init(&source, 0);
	if (literals->is_caseless)
		buffer_append_string(&source, "(?i)");
	buffer_append_text(&source, literals->branch);
	code = pcre2_compile((PCRE2_SPTR)buffer_string(&source), source.length,
	    options, &error, &offset, NULL);
	buffer_release(&source);
	if (code == NULL)
		memory_exhausted();
	return code;
}

/* Makes machine code of a pattern, unless another thread just has. */
static enum pattern_state
jit_compile(struct rule_code *code, const struct rule_clause *clause)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	enum pattern_state state;

	pthread_mutex_lock(&lock);
	state = (enum pattern_state)atomic_load_explicit(
	    &code->state, memory_order_relaxed);
	if (state == PATTERN_NOT_TRIED) {
		if (code->code == NULL)
			code->code = compile_branch(clause);
		state = pcre2_jit_compile(code->code, PCRE2_JIT_COMPLETE) == 0
		    ? PATTERN_JITTED
		    : PATTERN_INTERPRETED;
		atomic_store_explicit(
		    &code->state, (uint8_t)state, memory_order_release);
	}
	pthread_mutex_unlock(&lock);
	return state;
}

/*
 * Runs a pattern, or the branch of a clause that was not compiled yet, for
 * matches that start in a part of the text.
 */
static bool
code_matches(struct rule_matcher *matcher, struct rule_code *code,
    const struct rule_clause *clause, struct text text,
    struct match_range range)
{
	enum pattern_state state = (enum pattern_state)atomic_load_explicit(
	    &code->state, memory_order_acquire);
	PCRE2_SPTR subject = (PCRE2_SPTR)text.data;
	int result;

	matcher->runs++;
	pcre2_set_offset_limit(matcher->context, range.last);
	if (state == PATTERN_NOT_TRIED)
		state = jit_compile(code, clause);
	if (state == PATTERN_JITTED)
		result = pcre2_jit_match(code->code, subject, text.length,
		    range.first, 0, matcher->data, matcher->context);
	else
		result = pcre2_match(code->code, subject, text.length,
		    range.first, 0, matcher->data, matcher->context);
	matcher->limit_hits += result < 0 && result != PCRE2_ERROR_NOMATCH;
	return result >= 0;
}

bool
rule_pattern_matches(struct rule_matcher *matcher, struct rule_pattern *pattern,
    struct text text)
{
	struct match_range range = { 0, text.length };

	if (!code_matches(matcher, &pattern->code, NULL, text, range))
		return false;
	if (pattern->list_group > 0 && pattern->list_group < RULE_CAPTURES) {
		const PCRE2_SIZE *offsets =
		    pcre2_get_ovector_pointer(matcher->data) +
		    (size_t)2 * pattern->list_group;

		if (offsets[0] != PCRE2_UNSET)
			matcher->list =
			    text_slice(text, offsets[0], offsets[1]);
	}
	return true;
}

/* Every pattern in order: what the search only makes faster. */
static uint16_t
match_exhaustively(struct rule_matcher *matcher, struct text text,
    const struct rule_query *query)
{
	const struct rule_set *set = matcher->set;

	for (size_t i = 0; i < set->pattern_count; i++) {
		struct rule_pattern *pattern = &set->patterns[i];

		if (rule_guards_hold(&set->rules[pattern->rule], query) &&
		    rule_pattern_matches(matcher, pattern, text))
			return pattern->rule;
	}
	return RULE_NONE;
}

/* Whether a piece of a set is in the text; moves on to the next set. */
static inline bool
need_holds(const uint16_t **needs, const struct literal_scratch *found)
{
	const uint16_t *need = *needs + 1;
	const uint16_t *end = need + **needs;
	unsigned seen = 0;

	for (; need < end; need++)
		seen |= literal_is_seen(found, *need);
	*needs = end;
	return seen != 0;
}

/* Whether pieces of all sets of a clause are in the text. */
static inline bool
needs_hold(
    const struct rule_clause *clause, const struct literal_scratch *found)
{
	const uint16_t *needs = clause->needs;

	while (*needs != 0)
		if (!need_holds(&needs, found))
			return false;
	return true;
}

/* Whether a member of an exact clause is where its piece is. */
static bool
has_member(const struct rule_clause *clause, size_t place,
    const struct literal_scratch *found)
{
	const struct literal_set *set = &clause->literals->sets[0];

	for (size_t i = 0; i < set->count; i++)
		if (literal_is_at(
			found, set->members[i], place, clause->offsets[i]))
			return true;
	return false;
}

static bool
exact_matches(const struct rule_clause *clause, size_t hit,
    const struct literal_scratch *found)
{
	for (; hit != LITERAL_NO_HIT; hit = found->next[hit])
		if (has_member(clause, literal_hit_place(found, hit), found))
			return true;
	return false;
}

/*
 * Where a match can start that has the piece of this hit or of some of those
 * behind it, which start no further away than a call costs; moves on to the
 * next hit.
 */
static struct match_range
next_range(const struct rule_clause *clause, size_t *hit,
    const struct literal_scratch *found)
{
	size_t place = literal_hit_place(found, *hit);
	struct match_range range = {
		.first = place > clause->reach ? place - clause->reach : 0,
	};

	do {
		range.last = place;
		*hit = found->next[*hit];
		if (*hit != LITERAL_NO_HIT)
			place = literal_hit_place(found, *hit);
	} while (*hit != LITERAL_NO_HIT &&
	    place <= range.last + clause->reach + RANGE_GAP);
	return range;
}

static inline bool
may_start(const struct rule_starts *starts, const char *text)
{
	unsigned bit =
	    rule_start_bit(piece_shorten(piece_key(text), starts->length));

	return (starts->bits[bit / 64] >> bit % 64 & 1) != 0;
}

/* Runs a branch where a match of it may start. */
static bool
range_matches(struct rule_matcher *matcher, struct rule_clause *clause,
    struct match_range range, struct text text)
{
	const char *folded = literal_folded(matcher->scratch);

	if (clause->starts == NULL)
		return code_matches(
		    matcher, &clause->code, clause, text, range);
	for (size_t at = range.first; at <= range.last; at++)
		if (may_start(clause->starts, folded + at) &&
		    code_matches(matcher, &clause->code, clause, text,
			(struct match_range){ at, at }))
			return true;
	return false;
}

static bool
branch_matches(struct rule_matcher *matcher, struct rule_clause *clause,
    size_t hit, struct text text)
{
	while (hit != LITERAL_NO_HIT) {
		struct match_range range =
		    next_range(clause, &hit, matcher->scratch);

		if (range_matches(matcher, clause, range, text))
			return true;
	}
	return false;
}

/* Whether a clause of which a piece is in the text makes its pattern match. */
static bool
clause_matches(struct rule_matcher *matcher, size_t number, struct text text,
    const struct rule_query *query)
{
	const struct rule_set *set = matcher->set;
	struct rule_clause *clause = &set->clauses[number];
	size_t hit;

	if (clause->has_guards &&
	    !rule_guards_hold(&set->rules[clause->rule], query))
		return false;
	if (!needs_hold(clause, matcher->scratch))
		return false;
	if (clause->is_whole || matcher->scratch->is_full)
		return rule_pattern_matches(
		    matcher, &set->patterns[clause->pattern], text);
	hit = matcher->scratch->chains[number].first;
	if (clause->is_exact)
		return exact_matches(clause, hit, matcher->scratch);
	return branch_matches(matcher, clause, hit, text);
}

uint16_t
rule_match_text(struct rule_matcher *matcher, struct text text,
    const struct rule_query *query)
{
	const struct rule_set *set = matcher->set;
	size_t number;

	matcher->list = (struct text){ 0 };
	if (matcher->is_exhaustive)
		return match_exhaustively(matcher, text, query);
	literal_search_find(&set->search, text, matcher->scratch);
	while (literal_next(&set->search, matcher->scratch, &number))
		if (clause_matches(matcher, number, text, query))
			return set->clauses[number].rule;
	return RULE_NONE;
}

uint16_t
rule_match_codes(const struct rule_set *set, const struct rule_query *query)
{
	for (size_t i = 0; i < RULE_CODES; i++) {
		if (query->codes[i] == 0)
			continue;
		for (size_t j = 0; j < set->code_rule_count; j++) {
			uint16_t number = set->code_rules[j];
			const struct rule *rule = &set->rules[number];

			if (circumstances_hold(rule, query) &&
			    code_holds(rule, query->codes[i]))
				return number;
		}
	}
	return RULE_NONE;
}
