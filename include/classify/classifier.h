/*
 * Classifier: from the text of a failure to a verdict.
 *
 * The text decides first: the first rule with a pattern that matches the
 * innermost reply, or else the whole text.  When no pattern does, the first
 * code rule decides (classify/rule_set.h), and when none does either the
 * category is unknown.
 *
 * The fields of the verdict:
 *  - enhanced_code: as the MTA logged it, else the one in the reply.
 *  - reply_code: of the first reply in the text that has one.
 *  - class and action: those of the rule if it fixes them, else those that the
 *    category has for a permanent or a temporary failure.  It is permanent if
 *    the first of these that is there says so: the first digit of the
 *    enhanced code in the reply, of the reply code, of the logged code; the
 *    rule; the status (bounced).  A 2 says nothing, and nothing does the
 *    enhanced code where the other two agree against it.  A refused greeting
 *    that the MTA logs as 4.x.x (Postfix does, for 5xx too, since another host
 *    may answer) is temporary.  Unknown and without any of these is
 *    undetermined.
 *  - origin: remote when the log says that a host said it; else as the rule
 *    says; else remote for a text with a code, unless the MTA marks it as its
 *    own.  Postfix and Exim mark what a host said, so of theirs the rest is
 *    local.
 *  - rule: also that of a code rule; RULE_NONE only when none decided.
 * For a delivered record all but the codes is NONE.
 *
 * A classifier is constant once loaded and shared; each thread has a worker.
 */
#ifndef CLASSIFY_CLASSIFIER_H
#define CLASSIFY_CLASSIFIER_H

#include "base/diagnostic.h"
#include "classify/reply.h"
#include "classify/rule_set.h"
#include "classify/verdict.h"
#include "scan/record.h"

struct classifier;
struct classifier_worker;

struct classifier_query {
	struct text reply; /* as logged */
	uint32_t logged_code; /* enhanced code of the log line; 0 = none */
	enum record_status status; /* RECORD_STATUS_NONE: not known */
	enum record_mta mta; /* MTA_NONE: not known */
	enum record_scope scope; /* RECORD_REMOTE: or not known */
};

/*
 * The question about a reply of which no log line is known.  What looks as
 * qmail logs it is taken for qmail's.
 */
struct classifier_query classifier_query_of(struct text reply);

/*
 * Loads the files under `patterns_directory`/rules, by two threads if threaded.
 * NULL when there is an error; all of them are in `diagnostics`.
 */
struct classifier *classifier_load(const char *patterns_directory,
    bool threaded, struct diagnostics *diagnostics);

/* The same from rules in memory; `path` names them in diagnostics. */
struct classifier *classifier_parse(
    const char *path, struct text rules, struct diagnostics *diagnostics);

/* Makes a classifier of a rule set, which it owns from then on. */
struct classifier *classifier_new(struct rule_set *rules);
void classifier_free(struct classifier *classifier);

const struct rule_set *classifier_rules(const struct classifier *classifier);

/* The classifier must live as long as its workers. */
struct classifier_worker *
classifier_worker_new(const struct classifier *classifier);
void classifier_worker_free(struct classifier_worker *worker);

void classifier_classify(const struct classifier *classifier,
    struct classifier_worker *worker, const struct classifier_query *query,
    struct verdict *verdict);

/* Name of a rule; empty for RULE_NONE. */
struct text
classifier_rule_name(const struct classifier *classifier, uint16_t rule);

/* True when the rule goes by codes alone. */
bool
classifier_rule_is_code(const struct classifier *classifier, uint16_t rule);

/*
 * Name of the blocklist that the latest verdict of this worker is about, as
 * the reply or the rule gives it; empty for none.  Valid until the next call
 * with the same worker.
 */
struct text classifier_worker_list(const struct classifier_worker *worker);

/* Patterns given up so far because they took too many steps. */
uint64_t classifier_worker_limit_hits(const struct classifier_worker *worker);

/* What came of a rule that had to do with a reply. */
enum classifier_outcome {
	STEP_WON, /* it decided */
	STEP_MATCHED, /* it matches, but a rule before it decided */
	STEP_GUARDED, /* its pattern matches, a guard keeps it out */
	STEP_FAILED /* its literals are there, its pattern does not match */
};

struct classifier_step {
	uint16_t rule;
	enum classifier_outcome outcome;
	const char *path; /* file of the rule */
	uint32_t line; /* 1-based, of the pattern; of the name for code rules */
	struct text pattern; /* empty for code rules */
	struct text literal; /* for STEP_FAILED: what was there */
};

typedef void
classifier_step_function(const struct classifier_step *step, void *context);

/*
 * Classifies as classifier_classify does, and tells of every rule that had to
 * do with the reply, in the order of the rules.
 */
void classifier_explain(const struct classifier *classifier,
    struct classifier_worker *worker, const struct classifier_query *query,
    struct verdict *verdict, classifier_step_function *function, void *context);

/*
 * A worker keeps the verdicts on its latest replies (after normalisation, see
 * classify/reply.h), which are the same with or without.  Without is for
 * measuring.
 */
void classifier_worker_disable_cache(struct classifier_worker *worker);

/*
 * Makes the worker run every pattern on every reply.  The verdicts are the
 * same, which is what tests use it for.
 */
void classifier_worker_set_exhaustive(
    struct classifier_worker *worker, bool is_exhaustive);

#endif
