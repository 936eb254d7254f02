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
	pcre2_set_match_limit(matcher->context, MATCH_LIMIT);
	pcre2_set_depth_limit(matcher->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(matcher->context, HEAP_LIMIT_KIB);
	if (matcher->stack != NULL)
		pcre2_jit_stack_assign(matcher->context, NULL, matcher->stack);
	matcher->marks =
	    memory_allocate_array(2 * set->words + 1, sizeof(uint64_t));
	matcher->scratch = memory_allocate(sizeof(*matcher->scratch));
}

void
rule_matcher_release(struct rule_matcher *matcher)
{
	pcre2_match_data_free(matcher->data);
	pcre2_match_context_free(matcher->context);
	pcre2_jit_stack_free(matcher->stack);
	free(matcher->marks);
	free(matcher->scratch);
	*matcher = (struct rule_matcher){ 0 };
}

static bool
code_holds(const struct rule *rule, uint32_t code)
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

/* Makes machine code of a pattern, unless another thread just has. */
static enum pattern_state
jit_compile(struct rule_pattern *pattern)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	enum pattern_state state;

	pthread_mutex_lock(&lock);
	state = (enum pattern_state)atomic_load_explicit(
	    &pattern->state, memory_order_relaxed);
	if (state == PATTERN_NOT_TRIED) {
		state =
		    pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE) == 0
		    ? PATTERN_JITTED
		    : PATTERN_INTERPRETED;
		atomic_store_explicit(
		    &pattern->state, (uint8_t)state, memory_order_release);
	}
	pthread_mutex_unlock(&lock);
	return state;
}

bool
rule_pattern_matches(struct rule_matcher *matcher, struct rule_pattern *pattern,
    struct text text)
{
	enum pattern_state state = (enum pattern_state)atomic_load_explicit(
	    &pattern->state, memory_order_acquire);
	PCRE2_SPTR subject = (PCRE2_SPTR)text.data;
	int result;

	matcher->runs++;
	if (state == PATTERN_NOT_TRIED)
		state = jit_compile(pattern);
	if (state == PATTERN_JITTED)
		result = pcre2_jit_match(pattern->code, subject, text.length, 0,
		    0, matcher->data, matcher->context);
	else
		result = pcre2_match(pattern->code, subject, text.length, 0, 0,
		    matcher->data, matcher->context);
	if (result < 0) {
		matcher->limit_hits += result != PCRE2_ERROR_NOMATCH;
		return false;
	}
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

/* Whether a clause whose literals are there makes its pattern match. */
static bool
clause_matches(struct rule_matcher *matcher, size_t number, struct text text,
    const struct rule_query *query)
{
	const struct rule_set *set = matcher->set;
	struct rule_pattern *pattern =
	    &set->patterns[set->clauses[number].pattern];

	if (!rule_guards_hold(&set->rules[pattern->rule], query))
		return false;
	if (set->clauses[number].literals.is_exact)
		return true;
	return rule_pattern_matches(matcher, pattern, text);
}

uint16_t
rule_match_text(struct rule_matcher *matcher, struct text text,
    const struct rule_query *query)
{
	const struct rule_set *set = matcher->set;
	uint32_t failed = UINT32_MAX;

	matcher->list = (struct text){ 0 };
	if (matcher->is_exhaustive)
		return match_exhaustively(matcher, text, query);
	memcpy(matcher->marks, set->marks,
	    2 * set->words * sizeof(*matcher->marks));
	literal_search_find(
	    &set->search, text, matcher->scratch, matcher->marks);
	for (size_t word = 0; word < set->words; word++) {
		uint64_t bits =
		    matcher->marks[word] & matcher->marks[set->words + word];

		while (bits != 0) {
			size_t number =
			    word * 64 + (size_t)__builtin_ctzll(bits);
			uint32_t pattern = set->clauses[number].pattern;

			bits &= bits - 1;
			if (pattern != failed &&
			    clause_matches(matcher, number, text, query))
				return set->patterns[pattern].rule;
			failed = pattern;
		}
	}
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
