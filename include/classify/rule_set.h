/*
 * Rule set: the rules that give a reply its category, as read from files.
 *
 * A rule is a stanza (base/stanza.h) of a file under patterns/rules.  Rules
 * are numbered from 0 in the byte order of the files' names and, in a file, in
 * the order of its stanzas; the first rule that matches wins.
 *
 *     [google-over-quota]
 *     category   mailbox_full
 *     pattern    (?i)over quota|mailbox (?:is )?full
 *     codes      452 55* 5.2.* *.2.2
 *     sample     552 5.2.2 <user@example.com>: mailbox full
 *     never      250 2.0.0 ok
 *
 * category   required; a name of classify/verdict.h
 * pattern    PCRE2, matched in the normalised text of a reply (see
 *            classify/reply.h): the innermost reply first and, when no rule at
 *            all matches that, the whole.  May come several times: any of them
 *            will do.  Upper and lower case differ unless it begins with (?i).
 *            The one capture that means something is (?<list>...), the name of
 *            a blocklist.
 * literal    a|b: one of these must be in the text, whatever the case, for the
 *            patterns to be tried.  Only where the reader of the patterns
 *            finds no literals by itself.
 * class      instead of the category's own; holds whatever the codes say
 * action     instead of the category's own; likewise
 * permanent  yes or no: taken for routing_error, remote_system and unknown
 *            when neither the reply nor the MTA has a code
 * codes      guard: one of the reply's codes, or the enhanced code that the
 *            MTA logged, is one of these; 452 55* 5.7.1 5.7.* 5.7.5* *.1.1
 * status     guard: bounced deferred suspended expired, one or more
 * stage      guard: connect hello tls auth mail rcpt data content
 * origin     local or remote: whose text this is when the log does not say;
 *            a text that a host is known to have said stays remote
 * list       name of the blocklist
 * sample     a reply that this rule must win; required
 * never      a reply that this rule's patterns must not match
 *
 * A rule without a pattern is a *code rule*: it needs codes, and decides when
 * no pattern of any rule matches.  The codes are asked one after the other:
 * enhanced codes of the reply, inner one first, then the one that the MTA
 * logged, then reply codes; for each the first code rule that has it wins.
 *
 * A rule set is constant once loaded and may be shared between threads.
 */
#ifndef CLASSIFY_RULE_SET_H
#define CLASSIFY_RULE_SET_H

#include "base/diagnostic.h"
#include "classify/verdict.h"

struct code_pattern;
struct stanza;

struct rule {
	struct text name;
	struct text list; /* empty when the rule names none */
	const char *path;
	uint32_t line; /* 1-based, of the stanza's name */
	const struct stanza *stanza;
	const struct stanza_line *literal; /* NULL: as the patterns have them */
	const struct code_pattern *codes;
	size_t code_count; /* 0: any code, or none */
	uint32_t first_pattern;
	uint32_t pattern_count; /* 0: a code rule */
	uint16_t statuses; /* bits 1 << enum record_status; 0: any */
	uint16_t stages; /* bits 1 << enum reply_stage; 0: any */
	uint8_t category; /* enum verdict_category */
	uint8_t class; /* CLASS_NONE: the category's */
	uint8_t action; /* ACTION_NONE: the category's */
	uint8_t origin; /* ORIGIN_NONE: as the log says */
	int8_t permanent; /* 1 yes, 0 no, -1 not said */
};

struct rule_set;

/*
 * Reads a file or all files of a directory, by two threads if threaded.  NULL
 * when there is an error; all errors are in `diagnostics` then, with path, line
 * and column.
 */
struct rule_set *
rule_set_load(const char *path, bool threaded, struct diagnostics *diagnostics);

/* The same for text in memory; `path` names it in diagnostics. */
struct rule_set *rule_set_parse(
    const char *path, struct text content, struct diagnostics *diagnostics);

void rule_set_free(struct rule_set *set);

size_t rule_set_count(const struct rule_set *set);

/* `number` is below the count; lives as long as the set. */
const struct rule *rule_set_rule(const struct rule_set *set, size_t number);

/*
 * The lint.  Errors: a sample that its rule does not win (and who does), a
 * "never" that matches, two rules of one name, a rule without a sample.
 * Warnings: a rule that never gets past earlier ones, patterns that come
 * twice, groups that capture for nothing, a pattern that begins with .* or
 * that must be tried on every reply.  True when there are no errors.
 */
bool
rule_set_check(const struct rule_set *set, struct diagnostics *diagnostics);

#endif
