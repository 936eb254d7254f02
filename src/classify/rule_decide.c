#include "classify/rule_decide.h"

/* Postfix and Sendmail log X.0.0 for a reply without an enhanced code. */
static bool
is_made_up(uint32_t code)
{
	return code % 1000000 == 0;
}

struct rule_query
rule_query_of(
    const struct reply *reply, uint32_t logged_code, enum record_status status)
{
	return (struct rule_query){
		.codes = { reply->inner_codes.enhanced_code,
		    reply->codes.enhanced_code,
		    is_made_up(logged_code) ? 0 : logged_code,
		    reply->inner_codes.reply_code, reply->codes.reply_code },
		.status = status,
		.stage = reply->stage,
	};
}

uint16_t
rule_decide(struct rule_matcher *matcher, const struct reply *reply,
    const struct rule_query *query)
{
	uint16_t number = RULE_NONE;

	if (reply->inner.length > 0)
		number = rule_match_text(matcher, reply->inner, query);
	if (number == RULE_NONE && reply->is_wrapped)
		number = rule_match_text(matcher, reply->whole, query);
	if (number == RULE_NONE)
		number = rule_match_codes(matcher->set, query);
	return number;
}

bool
rule_matches_reply(struct rule_matcher *matcher, uint16_t number,
    const struct reply *reply, const struct stanza_line **line)
{
	const struct rule *rule = &matcher->set->rules[number];

	for (uint32_t i = 0; i < rule->pattern_count; i++) {
		struct rule_pattern *pattern =
		    &matcher->set->patterns[rule->first_pattern + i];

		*line = pattern->line;
		if (rule_pattern_matches(matcher, pattern, reply->inner) ||
		    (reply->is_wrapped &&
			rule_pattern_matches(matcher, pattern, reply->whole)))
			return true;
	}
	return false;
}

/* The first member of the set that the text holds. */
static struct text
find_member(const struct literal_set *literals, struct text text)
{
	for (size_t i = 0; i < literals->count; i++)
		if (text_find_nocase(text, literals->members[i]) != TEXT_NONE)
			return literals->members[i];
	return (struct text){ 0 };
}

struct text
rule_literal_in_reply(const struct rule_set *set, uint16_t number,
    const struct reply *reply, const struct stanza_line **line)
{
	for (size_t i = 0; i < set->clause_count; i++) {
		const struct rule_clause *clause = &set->clauses[i];
		const struct rule_pattern *pattern =
		    &set->patterns[clause->pattern];
		struct text first;

		if (pattern->rule != number)
			continue;
		first = find_member(&clause->literals.sets[0], reply->whole);
		if (first.length == 0)
			continue;
		*line = pattern->line;
		if (clause->literals.sets[1].count == 0 ||
		    find_member(&clause->literals.sets[1], reply->whole)
			    .length > 0)
			return first;
	}
	return (struct text){ 0 };
}
