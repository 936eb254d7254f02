/*
 * Rule decide: which rule of a set decides a reply.
 *
 * Patterns on the innermost reply, patterns on the whole text, code rules;
 * what classifier, lint and explanation have in common.
 */
#ifndef CLASSIFY_RULE_DECIDE_H
#define CLASSIFY_RULE_DECIDE_H

#include "classify/rule_match.h"

/* What guards and code rules are asked with; see classify/rule_set.h. */
struct rule_query rule_query_of(
    const struct reply *reply, uint32_t logged_code, enum record_status status);

/* Number of the rule, or RULE_NONE. */
uint16_t rule_decide(struct rule_matcher *matcher, const struct reply *reply,
    const struct rule_query *query);

/*
 * Whether one rule's patterns match the reply, guards left aside.  *line is
 * the pattern that does.
 */
bool rule_matches_reply(struct rule_matcher *matcher, uint16_t number,
    const struct reply *reply, const struct stanza_line **line);

/*
 * A literal for which a pattern of the rule has to be run on the reply; empty
 * when none is there.  *line is that pattern.
 */
struct text rule_literal_in_reply(const struct rule_set *set, uint16_t number,
    const struct reply *reply, const struct stanza_line **line);

#endif
