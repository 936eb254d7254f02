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
	struct reply_codes inner = reply->inner_codes;
	struct reply_codes outer = reply->codes;
	struct rule_query query = {
		.status = status,
		.stage = reply->stage,
	};

	if (is_made_up(logged_code) || logged_code == inner.enhanced_code ||
	    logged_code == outer.enhanced_code)
		logged_code = 0;
	if (outer.enhanced_code == inner.enhanced_code)
		outer.enhanced_code = 0;
	if (outer.reply_code == inner.reply_code)
		outer.reply_code = 0;
	query.codes[0] = code_shape(inner.enhanced_code);
	query.codes[1] = code_shape(outer.enhanced_code);
	query.codes[2] = code_shape(logged_code);
	query.codes[3] = code_shape(inner.reply_code);
	query.codes[4] = code_shape(outer.reply_code);
	return query;
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

/* The first literal of a clause of which all sets have one in the text. */
static struct text
find_literal(const struct literal_clause *clause, struct text text)
{
	struct text first = { 0 };

	for (size_t i = 0; i < clause->set_count; i++) {
		struct text member = find_member(&clause->sets[i], text);

		if (member.length == 0)
			return (struct text){ 0 };
		if (i == 0)
			first = member;
	}
	return first;
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
		first = find_literal(clause->literals, reply->whole);
		*line = pattern->line;
		if (first.length > 0)
			return first;
	}
	return (struct text){ 0 };
}
