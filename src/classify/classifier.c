#include "classify/classifier.h"

#include <assert.h>
#include <stdlib.h>

#include "base/enhanced_code.h"
#include "base/memory.h"
#include "classify/rule_decide.h"
#include "classify/verdict_cache.h"

struct classifier {
	struct rule_set *rules;
};

struct classifier_worker {
	struct rule_matcher matcher;
	struct reply_scratch scratch;
	struct verdict_cache *cache; /* NULL: none */
	struct text list;
};

struct classifier *
classifier_new(struct rule_set *rules)
{
	struct classifier *classifier;

	if (rules == NULL)
		return NULL;
	classifier = memory_allocate_array(1, sizeof(*classifier));
	classifier->rules = rules;
	return classifier;
}

struct classifier *
classifier_load(const char *patterns_directory, bool threaded,
    struct diagnostics *diagnostics)
{
	struct buffer path;
	struct rule_set *rules;

	buffer_init(&path, 0);
	buffer_append_format(&path, "%s/rules", patterns_directory);
	rules = rule_set_load(buffer_string(&path), threaded, diagnostics);
	buffer_release(&path);
	return classifier_new(rules);
}

struct classifier *
classifier_parse(
    const char *path, struct text rules, struct diagnostics *diagnostics)
{
	return classifier_new(rule_set_parse(path, rules, diagnostics));
}

void
classifier_free(struct classifier *classifier)
{
	if (classifier == NULL)
		return;
	rule_set_free(classifier->rules);
	free(classifier);
}

const struct rule_set *
classifier_rules(const struct classifier *classifier)
{
	return classifier->rules;
}

struct classifier_worker *
classifier_worker_new(const struct classifier *classifier)
{
	struct classifier_worker *worker =
	    memory_allocate_array(1, sizeof(*worker));

	rule_matcher_init(&worker->matcher, classifier->rules);
	worker->cache = verdict_cache_new();
	return worker;
}

void
classifier_worker_free(struct classifier_worker *worker)
{
	if (worker == NULL)
		return;
	rule_matcher_release(&worker->matcher);
	verdict_cache_free(worker->cache);
	free(worker);
}

struct classifier_query
classifier_query_of(struct text reply)
{
	reply = text_trim(reply);
	return (struct classifier_query){ .reply = reply,
		.mta = reply_is_qmail(reply) ? MTA_QMAIL : MTA_NONE };
}

/* Whether the failure is permanent, as far as anything says so. */
static bool
is_permanent(const struct classifier_query *query, const struct reply *reply,
    const struct rule *rule)
{
	unsigned logged = enhanced_code_class(query->logged_code);
	unsigned enhanced = enhanced_code_class(reply->codes.enhanced_code);
	unsigned code = reply->codes.reply_code / 100U;

	if (reply->stage == STAGE_CONNECT && logged == 4)
		return false;
	/* "450 5.3.0", which Postfix logs as 4.0.0: two against one. */
	if (enhanced >= 4 && (code < 4 || enhanced == code || logged != code))
		return enhanced == 5;
	if (code >= 4)
		return code == 5;
	if (logged != 0)
		return logged == 5;
	if (rule != NULL && rule->permanent >= 0)
		return rule->permanent > 0;
	/* A failure of which nothing is known is not called temporary. */
	if (rule == NULL)
		return query->status != RECORD_DEFERRED &&
		    query->status != RECORD_SUSPENDED;
	return query->status == RECORD_BOUNCED;
}

/* Whether a text without a reply code is as a rule one that no host said. */
static bool
is_local_by_nature(enum verdict_category category)
{
	switch (category) {
	case CATEGORY_DOMAIN_INVALID:
	case CATEGORY_DNS_FAILURE:
	case CATEGORY_CONNECTION_FAILED:
	case CATEGORY_TLS_FAILURE:
	case CATEGORY_EXPIRED:
	case CATEGORY_LOCAL_POLICY:
		return true;
	default:
		return false;
	}
}

/*
 * What the MTA made up though it looks like a reply: KumoMTA and Momentum mark
 * it behind the codes.  403, which no RFC has, is Sendmail's for a host whose
 * TLS it does not accept; since 8.16 that is 454.
 */
static bool
is_made_up(const struct classifier_query *query, const struct reply *reply)
{
	struct text text = reply->inner;

	while (text.length > 0 &&
	    (byte_is_digit(text.data[0]) || text.data[0] == '.' ||
		text.data[0] == ' '))
		text = text_slice(text, 1, text.length);
	if (query->mta == MTA_SENDMAIL)
		return reply->codes.reply_code == 403 ||
		    text_starts_with(
			text, TEXT_LITERAL("TLS handshake failed")) ||
		    text_starts_with(
			text, TEXT_LITERAL("reply: read error from ")) ||
		    (query->scope == RECORD_LOCAL &&
			text_equal(text, TEXT_LITERAL("User unknown")));
	if (query->mta == MTA_KUMOMTA)
		return text_starts_with(
		    text, TEXT_LITERAL("KumoMTA internal: "));
	return (query->mta == MTA_NONE || query->mta == MTA_POWERMTA) &&
	    text_starts_with(text, TEXT_LITERAL("[internal] "));
}

/*
 * Postfix, Exim and qmail say so where a host said it, and may quote a code
 * of their own; OpenSMTPD, Haraka, KumoMTA and PowerMTA log what a host said
 * with its code.  Of the others, Sendmail writes "User unknown" for either.
 */
static enum verdict_origin
find_origin(const struct classifier_query *query, const struct reply *reply,
    const struct rule *rule, enum verdict_category category)
{
	bool marks_replies = query->mta == MTA_POSTFIX ||
	    query->mta == MTA_EXIM || query->mta == MTA_QMAIL;
	bool has_codes = query->mta == MTA_OPENSMTPD ||
	    query->mta == MTA_HARAKA || query->mta == MTA_KUMOMTA ||
	    query->mta == MTA_POWERMTA;

	if (reply->host_said)
		return ORIGIN_REMOTE;
	if (!marks_replies && reply->codes.reply_code != 0)
		return is_made_up(query, reply) ? ORIGIN_LOCAL : ORIGIN_REMOTE;
	if (rule != NULL && rule->origin != ORIGIN_NONE)
		return (enum verdict_origin)rule->origin;
	if (marks_replies || has_codes || query->scope == RECORD_LOCAL ||
	    is_local_by_nature(category))
		return ORIGIN_LOCAL;
	return ORIGIN_REMOTE;
}

static void
fill_verdict(const struct classifier_query *query, const struct reply *reply,
    const struct rule *rule, struct verdict *verdict)
{
	bool permanent = is_permanent(query, reply, rule);
	enum verdict_category category = CATEGORY_UNKNOWN;

	if (rule != NULL)
		category = (enum verdict_category)rule->category;
	verdict->category = (uint8_t)category;
	verdict->class = (uint8_t)verdict_default_class(category, permanent);
	verdict->action = (uint8_t)verdict_default_action(category, permanent);
	if (rule != NULL && rule->class != CLASS_NONE)
		verdict->class = rule->class;
	if (rule != NULL && rule->action != ACTION_NONE)
		verdict->action = rule->action;
	verdict->origin = (uint8_t)find_origin(query, reply, rule, category);
}

static struct verdict_key
make_key(const struct classifier_query *query, const struct reply *reply)
{
	return (struct verdict_key){
		.text = reply->is_wrapped ? reply->whole : reply->inner,
		.inner_length = reply->inner.length,
		.codes = reply->codes,
		.inner_codes = reply->inner_codes,
		.logged_code = query->logged_code,
		.traits = (uint32_t)query->scope << 31 |
		    (uint32_t)query->status << 24 | (uint32_t)query->mta << 16 |
		    (uint32_t)reply->stage << 8 |
		    (uint32_t)reply->host_said << 1 |
		    (uint32_t)reply->is_wrapped,
	};
}

/* What fills a verdict of which only the codes are there. */
static void
decide(struct classifier_worker *worker, const struct classifier_query *query,
    const struct reply *reply, struct verdict *verdict)
{
	struct rule_query rule_query =
	    rule_query_of(reply, query->logged_code, query->status);
	const struct rule *rule = NULL;

	worker->list = (struct text){ 0 };
	verdict->rule = rule_decide(&worker->matcher, reply, &rule_query);
	if (verdict->rule != RULE_NONE) {
		rule = rule_set_rule(worker->matcher.set, verdict->rule);
		worker->list = worker->matcher.list.length > 0
		    ? worker->matcher.list
		    : rule->list;
	}
	fill_verdict(query, reply, rule, verdict);
}

/*
 * Most records are deliveries, of which only the codes matter; the MTA logged
 * one, and the other stands at the start of the reply, if anywhere.
 */
static struct verdict
delivered_verdict(const struct classifier_query *query)
{
	struct verdict verdict = {
		.enhanced_code = query->logged_code,
		.rule = RULE_NONE,
	};
	struct text reply = query->reply;
	uint64_t code;

	if (reply.length >= 3 &&
	    text_parse_number(text_slice(reply, 0, 3), 599, &code) &&
	    code >= 200 &&
	    (reply.length == 3 || reply.data[3] == ' ' || reply.data[3] == '-'))
		verdict.reply_code = (uint16_t)code;
	return verdict;
}

void
classifier_classify(const struct classifier *classifier,
    struct classifier_worker *worker, const struct classifier_query *query,
    struct verdict *verdict)
{
	enum cache_answer answer;
	struct verdict_key key;
	struct reply reply;
	uint64_t hash = 0;

	assert(classifier->rules == worker->matcher.set);
	if (query->status == RECORD_DELIVERED && query->logged_code != 0) {
		*verdict = delivered_verdict(query);
		worker->list = (struct text){ 0 };
		return;
	}
	reply_parse(
	    query->reply, query->mta == MTA_QMAIL, &worker->scratch, &reply);
	*verdict = (struct verdict){
		.reply_code = reply.codes.reply_code,
		.enhanced_code = query->logged_code != 0
		    ? query->logged_code
		    : reply.codes.enhanced_code,
		.rule = RULE_NONE,
	};
	if (query->status == RECORD_DELIVERED) {
		worker->list = (struct text){ 0 };
		return;
	}
	if (worker->cache == NULL) {
		decide(worker, query, &reply, verdict);
		return;
	}
	key = make_key(query, &reply);
	answer = verdict_cache_find(
	    worker->cache, &key, &hash, verdict, &worker->list);
	if (answer == CACHE_KEPT)
		return;
	decide(worker, query, &reply, verdict);
	if (answer == CACHE_MET)
		verdict_cache_record(
		    worker->cache, &key, hash, verdict, worker->list);
}

struct text
classifier_rule_name(const struct classifier *classifier, uint16_t rule)
{
	if (rule == RULE_NONE)
		return (struct text){ 0 };
	return rule_set_rule(classifier->rules, rule)->name;
}

bool
classifier_rule_is_code(const struct classifier *classifier, uint16_t rule)
{
	return rule != RULE_NONE &&
	    rule_set_rule(classifier->rules, rule)->pattern_count == 0;
}

struct text
classifier_worker_list(const struct classifier_worker *worker)
{
	return worker->list;
}

uint64_t
classifier_worker_limit_hits(const struct classifier_worker *worker)
{
	return worker->matcher.limit_hits;
}

void
classifier_worker_disable_cache(struct classifier_worker *worker)
{
	verdict_cache_free(worker->cache);
	worker->cache = NULL;
}

void
classifier_worker_set_exhaustive(
    struct classifier_worker *worker, bool is_exhaustive)
{
	worker->matcher.is_exhaustive = is_exhaustive;
	verdict_cache_free(worker->cache);
	worker->cache = is_exhaustive ? NULL : verdict_cache_new();
}

/* What a rule has to do with a reply; false when nothing. */
static bool
make_step(struct classifier_worker *worker, const struct reply *reply,
    const struct rule_query *query, const struct verdict *verdict,
    struct classifier_step *step)
{
	const struct rule_set *set = worker->matcher.set;
	const struct rule *rule = rule_set_rule(set, step->rule);
	const struct stanza_line *line = NULL;
	bool guards_hold = rule_guards_hold(rule, query);

	if (rule->pattern_count == 0) {
		step->outcome =
		    step->rule == verdict->rule ? STEP_WON : STEP_MATCHED;
		return guards_hold;
	}
	if (rule_matches_reply(&worker->matcher, step->rule, reply, &line)) {
		step->outcome = !guards_hold      ? STEP_GUARDED
		    : step->rule == verdict->rule ? STEP_WON
						  : STEP_MATCHED;
	} else {
		step->outcome = STEP_FAILED;
		step->literal =
		    rule_literal_in_reply(set, step->rule, reply, &line);
		if (step->literal.length == 0)
			return false;
	}
	step->pattern = line->value;
	step->line = line->line;
	return true;
}

void
classifier_explain(const struct classifier *classifier,
    struct classifier_worker *worker, const struct classifier_query *query,
    struct verdict *verdict, classifier_step_function *function, void *context)
{
	struct rule_query rule_query;
	struct reply_scratch scratch;
	struct reply reply;
	struct text list;

	classifier_classify(classifier, worker, query, verdict);
	list = worker->list;
	reply_parse(query->reply, query->mta == MTA_QMAIL, &scratch, &reply);
	rule_query = rule_query_of(&reply, query->logged_code, query->status);
	for (size_t i = 0; i < rule_set_count(classifier->rules); i++) {
		const struct rule *rule = rule_set_rule(classifier->rules, i);
		struct classifier_step step = { .rule = (uint16_t)i,
			.path = rule->path,
			.line = rule->line };

		if (make_step(worker, &reply, &rule_query, verdict, &step))
			function(&step, context);
	}
	worker->list = list;
}
