#include "unit/rows.h"

#include "base/enhanced_code.h"
#include "classify/classifier.h"
#include "classify/coverage.h"

#define CODE ENHANCED_CODE

static const char rules[] = "[listed]\n"
			    "category ip_blocked\n"
			    "pattern (?i)blocked using (?<list>[\\w.-]+)\n"
			    "[spamhaus]\n"
			    "category ip_blocked\n"
			    "pattern (?i)spamhaus\n"
			    "list spamhaus\n"
			    "[full]\n"
			    "category mailbox_full\n"
			    "pattern (?i)(?:mailbox|account)(?: is)? full\n"
			    "[unknown-user]\n"
			    "category user_unknown\n"
			    "pattern (?i)user.{0,20}unknown\n"
			    "[connection]\n"
			    "category connection_failed\n"
			    "pattern (?i)connection refused|lost connection\n"
			    "[loop]\n"
			    "category routing_error\n"
			    "pattern (?i)to itself\n"
			    "origin local\n"
			    "[routing]\n"
			    "category routing_error\n"
			    "pattern (?i)routing server failure\n"
			    "permanent yes\n"
			    "[system]\n"
			    "category remote_system\n"
			    "pattern (?i)system error\n"
			    "[later-at-data]\n"
			    "category greylisted\n"
			    "pattern (?i)later\n"
			    "stage data\n"
			    "[later-when-deferred]\n"
			    "category rate_limited\n"
			    "pattern (?i)later\n"
			    "status deferred\n"
			    "[access-521]\n"
			    "category policy_rejected\n"
			    "class soft\n"
			    "action slow_down\n"
			    "codes 521 5.3.2\n"
			    "pattern (?i)access denied\n"
			    "[code-user]\n"
			    "category user_unknown\n"
			    "codes *.1.1\n"
			    "[code-policy]\n"
			    "category policy_rejected\n"
			    "codes 5.7.* 55*\n";

static const struct row {
	const char *name;
	const char *text;
	uint32_t logged_code;
	enum record_status status;
	enum record_mta mta;
	const char *rule; /* NULL: none */
	enum verdict_category category;
	enum verdict_class class;
	enum verdict_action action;
	enum verdict_origin origin;
	uint32_t enhanced_code;
	uint16_t reply_code;
} rows[] = {
	{ "text before code", "550 5.1.1 mailbox is full", 0,
	    RECORD_STATUS_NONE, MTA_NONE, "full", CATEGORY_MAILBOX_FULL,
	    CLASS_SOFT, ACTION_RETRY, ORIGIN_REMOTE, CODE(5, 1, 1), 550 },
	{ "earlier rule first", "550 user unknown, mailbox full", 0,
	    RECORD_STATUS_NONE, MTA_NONE, "full", CATEGORY_MAILBOX_FULL,
	    CLASS_SOFT, ACTION_RETRY, ORIGIN_REMOTE, 0, 550 },
	{ "inner before whole",
	    "550 mailbox full? host b.example.com[192.0.2.1] said: 550 user "
	    "is unknown",
	    0, RECORD_STATUS_NONE, MTA_NONE, "unknown-user",
	    CATEGORY_USER_UNKNOWN, CLASS_HARD, ACTION_REMOVE, ORIGIN_REMOTE, 0,
	    550 },
	{ "whole when the inner says nothing",
	    "550 mailbox full, he said: 550 oh", 0, RECORD_STATUS_NONE,
	    MTA_NONE, "full", CATEGORY_MAILBOX_FULL, CLASS_SOFT, ACTION_RETRY,
	    ORIGIN_REMOTE, 0, 550 },
	{ "not by the name of the host",
	    "host spamhaus.example.com[192.0.2.1] said: 550 oh", 0,
	    RECORD_BOUNCED, MTA_POSTFIX, "code-policy",
	    CATEGORY_POLICY_REJECTED, CLASS_BLOCK, ACTION_REVIEW, ORIGIN_REMOTE,
	    0, 550 },
	{ "not by an address", "550 <spamhaus@example.com> user is unknown", 0,
	    RECORD_STATUS_NONE, MTA_NONE, "unknown-user", CATEGORY_USER_UNKNOWN,
	    CLASS_HARD, ACTION_REMOVE, ORIGIN_REMOTE, 0, 550 },
	{ "logged code counts", "550 oh", CODE(5, 1, 1), RECORD_BOUNCED,
	    MTA_SENDMAIL, "code-user", CATEGORY_USER_UNKNOWN, CLASS_HARD,
	    ACTION_REMOVE, ORIGIN_REMOTE, CODE(5, 1, 1), 550 },
	{ "logged code is the one shown", "550 5.7.1 oh", CODE(5, 0, 0),
	    RECORD_BOUNCED, MTA_NONE, "code-policy", CATEGORY_POLICY_REJECTED,
	    CLASS_BLOCK, ACTION_REVIEW, ORIGIN_REMOTE, CODE(5, 0, 0), 550 },
	{ "enhanced code before reply code", "550 5.1.1 oh", 0,
	    RECORD_STATUS_NONE, MTA_NONE, "code-user", CATEGORY_USER_UNKNOWN,
	    CLASS_HARD, ACTION_REMOVE, ORIGIN_REMOTE, CODE(5, 1, 1), 550 },
	{ "hard by nature of the text", "Routing server failure", 0,
	    RECORD_STATUS_NONE, MTA_NONE, "routing", CATEGORY_ROUTING_ERROR,
	    CLASS_HARD, ACTION_REMOVE, ORIGIN_REMOTE, 0, 0 },
	{ "soft by its code", "451 4.4.3 Routing server failure", 0,
	    RECORD_STATUS_NONE, MTA_NONE, "routing", CATEGORY_ROUTING_ERROR,
	    CLASS_SOFT, ACTION_RETRY, ORIGIN_REMOTE, CODE(4, 4, 3), 451 },
	{ "hard by its code", "550 system error", 0, RECORD_STATUS_NONE,
	    MTA_NONE, "system", CATEGORY_REMOTE_SYSTEM, CLASS_HARD,
	    ACTION_SUPPRESS, ORIGIN_REMOTE, 0, 550 },
	{ "hard by the logged code", "system error", CODE(5, 3, 0),
	    RECORD_STATUS_NONE, MTA_SENDMAIL, "system", CATEGORY_REMOTE_SYSTEM,
	    CLASS_HARD, ACTION_SUPPRESS, ORIGIN_REMOTE, CODE(5, 3, 0), 0 },
	{ "hard by its enhanced code alone", "5.3.0 system error", 0,
	    RECORD_STATUS_NONE, MTA_NONE, "system", CATEGORY_REMOTE_SYSTEM,
	    CLASS_HARD, ACTION_SUPPRESS, ORIGIN_REMOTE, CODE(5, 3, 0), 0 },
	{ "hard though it tells of a success", "550 2.0.0 system error", 0,
	    RECORD_STATUS_NONE, MTA_NONE, "system", CATEGORY_REMOTE_SYSTEM,
	    CLASS_HARD, ACTION_SUPPRESS, ORIGIN_REMOTE, CODE(2, 0, 0), 550 },
	{ "soft by two codes of three",
	    "host mx.example.com[192.0.2.1] said: 450 5.3.0 system error",
	    CODE(4, 0, 0), RECORD_DEFERRED, MTA_POSTFIX, "system",
	    CATEGORY_REMOTE_SYSTEM, CLASS_SOFT, ACTION_RETRY, ORIGIN_REMOTE,
	    CODE(4, 0, 0), 450 },
	{ "hard by two codes of three", "550 4.3.0 system error", CODE(5, 0, 0),
	    RECORD_BOUNCED, MTA_SENDMAIL, "system", CATEGORY_REMOTE_SYSTEM,
	    CLASS_HARD, ACTION_SUPPRESS, ORIGIN_REMOTE, CODE(5, 0, 0), 550 },
	{ "soft by its enhanced code", "550 4.3.0 system error", 0,
	    RECORD_STATUS_NONE, MTA_NONE, "system", CATEGORY_REMOTE_SYSTEM,
	    CLASS_SOFT, ACTION_RETRY, ORIGIN_REMOTE, CODE(4, 3, 0), 550 },
	{ "hard by its status", "system error", 0, RECORD_BOUNCED, MTA_EXIM,
	    "system", CATEGORY_REMOTE_SYSTEM, CLASS_HARD, ACTION_SUPPRESS,
	    ORIGIN_LOCAL, 0, 0 },
	{ "a 5xx greeting that is deferred",
	    "host mx.example.com[192.0.2.1] refused to talk to me: 554 "
	    "system error",
	    CODE(4, 0, 0), RECORD_DEFERRED, MTA_POSTFIX, "system",
	    CATEGORY_REMOTE_SYSTEM, CLASS_SOFT, ACTION_RETRY, ORIGIN_REMOTE,
	    CODE(4, 0, 0), 554 },
	{ "made up by our own",
	    "lost connection with "
	    "mx.example.com[192.0.2.1] while sending",
	    CODE(4, 4, 2), RECORD_DEFERRED, MTA_POSTFIX, "connection",
	    CATEGORY_CONNECTION_FAILED, CLASS_SOFT, ACTION_RETRY, ORIGIN_LOCAL,
	    CODE(4, 4, 2), 0 },
	{ "a host said it after all",
	    "host mx.example.com[192.0.2.1] said: 450 4.1.1 unverified: "
	    "Connection refused (in reply to RCPT TO command)",
	    CODE(4, 1, 1), RECORD_DEFERRED, MTA_POSTFIX, "connection",
	    CATEGORY_CONNECTION_FAILED, CLASS_SOFT, ACTION_RETRY, ORIGIN_REMOTE,
	    CODE(4, 1, 1), 450 },
	{ "Exim: a host over LMTP",
	    "LMTP error after RCPT TO:<a@b>: 550 user unknown", 0,
	    RECORD_BOUNCED, MTA_EXIM, "unknown-user", CATEGORY_USER_UNKNOWN,
	    CLASS_HARD, ACTION_REMOVE, ORIGIN_REMOTE, 0, 550 },
	{ "Exim: a host's answer for one recipient of several",
	    "PRDR error after DATA: 550 user unknown", 0, RECORD_BOUNCED,
	    MTA_EXIM, "unknown-user", CATEGORY_USER_UNKNOWN, CLASS_HARD,
	    ACTION_REMOVE, ORIGIN_REMOTE, 0, 550 },
	{ "made up, as its rule says", "mail to itself", CODE(5, 4, 6),
	    RECORD_BOUNCED, MTA_SENDMAIL, "loop", CATEGORY_ROUTING_ERROR,
	    CLASS_HARD, ACTION_REMOVE, ORIGIN_LOCAL, CODE(5, 4, 6), 0 },
	{ "said with a code, whatever its rule says", "554 mail to itself",
	    CODE(5, 4, 6), RECORD_BOUNCED, MTA_SENDMAIL, "loop",
	    CATEGORY_ROUTING_ERROR, CLASS_HARD, ACTION_REMOVE, ORIGIN_REMOTE,
	    CODE(5, 4, 6), 554 },
	{ "Sendmail: made up by nature", "Connection refused by example.com.",
	    CODE(4, 4, 1), RECORD_DEFERRED, MTA_SENDMAIL, "connection",
	    CATEGORY_CONNECTION_FAILED, CLASS_SOFT, ACTION_RETRY, ORIGIN_LOCAL,
	    CODE(4, 4, 1), 0 },
	{ "Sendmail: the word for what a host said", "User unknown",
	    CODE(5, 1, 1), RECORD_BOUNCED, MTA_SENDMAIL, "unknown-user",
	    CATEGORY_USER_UNKNOWN, CLASS_HARD, ACTION_REMOVE, ORIGIN_REMOTE,
	    CODE(5, 1, 1), 0 },
	{ "qmail: its own words and codes", "lmtp:_550_5.1.1_User_unknown/", 0,
	    RECORD_BOUNCED, MTA_QMAIL, "unknown-user", CATEGORY_USER_UNKNOWN,
	    CLASS_HARD, ACTION_REMOVE, ORIGIN_LOCAL, CODE(5, 1, 1), 550 },
	{ "qmail: those of a host",
	    "192.0.2.1_does_not_like_recipient./Remote_host_said:_550_"
	    "user_unknown/",
	    0, RECORD_BOUNCED, MTA_QMAIL, "unknown-user", CATEGORY_USER_UNKNOWN,
	    CLASS_HARD, ACTION_REMOVE, ORIGIN_REMOTE, 0, 550 },
	{ "OpenSMTPD: a host has a code", "550 user unknown", 0, RECORD_BOUNCED,
	    MTA_OPENSMTPD, "unknown-user", CATEGORY_USER_UNKNOWN, CLASS_HARD,
	    ACTION_REMOVE, ORIGIN_REMOTE, 0, 550 },
	{ "OpenSMTPD: its own have none", "Error (\"user unknown\")", 0,
	    RECORD_BOUNCED, MTA_OPENSMTPD, "unknown-user",
	    CATEGORY_USER_UNKNOWN, CLASS_HARD, ACTION_REMOVE, ORIGIN_LOCAL, 0,
	    0 },
	{ "Sendmail: its own code", "403 4.7.0 system error", CODE(4, 7, 0),
	    RECORD_DEFERRED, MTA_SENDMAIL, "system", CATEGORY_REMOTE_SYSTEM,
	    CLASS_SOFT, ACTION_RETRY, ORIGIN_LOCAL, CODE(4, 7, 0), 403 },
	{ "Sendmail: its own text",
	    "454 4.7.0 TLS handshake failed, system error", CODE(4, 7, 0),
	    RECORD_DEFERRED, MTA_SENDMAIL, "system", CATEGORY_REMOTE_SYSTEM,
	    CLASS_SOFT, ACTION_RETRY, ORIGIN_LOCAL, CODE(4, 7, 0), 454 },
	{ "Sendmail: its own text for a lost connection",
	    "451 4.4.2 reply: read error from system error", CODE(4, 4, 2),
	    RECORD_DEFERRED, MTA_SENDMAIL, "system", CATEGORY_REMOTE_SYSTEM,
	    CLASS_SOFT, ACTION_RETRY, ORIGIN_LOCAL, CODE(4, 4, 2), 451 },
	{ "Sendmail: such a text of another's",
	    "454 4.7.0 no, TLS handshake failed, system error", CODE(4, 7, 0),
	    RECORD_DEFERRED, MTA_SENDMAIL, "system", CATEGORY_REMOTE_SYSTEM,
	    CLASS_SOFT, ACTION_RETRY, ORIGIN_REMOTE, CODE(4, 7, 0), 454 },
	{ "KumoMTA: its own, marked", "400 KumoMTA internal: system error", 0,
	    RECORD_DEFERRED, MTA_KUMOMTA, "system", CATEGORY_REMOTE_SYSTEM,
	    CLASS_SOFT, ACTION_RETRY, ORIGIN_LOCAL, 0, 400 },
	{ "PowerMTA: a host has a code", "smtp;450 4.3.0 system error",
	    CODE(4, 3, 0), RECORD_DEFERRED, MTA_POWERMTA, "system",
	    CATEGORY_REMOTE_SYSTEM, CLASS_SOFT, ACTION_RETRY, ORIGIN_REMOTE,
	    CODE(4, 3, 0), 450 },
	{ "PowerMTA: its own have none", "system error", CODE(4, 3, 0),
	    RECORD_DEFERRED, MTA_POWERMTA, "system", CATEGORY_REMOTE_SYSTEM,
	    CLASS_SOFT, ACTION_RETRY, ORIGIN_LOCAL, CODE(4, 3, 0), 0 },
	{ "marked as internal", "454 4.4.4 [internal] system error", 0,
	    RECORD_STATUS_NONE, MTA_NONE, "system", CATEGORY_REMOTE_SYSTEM,
	    CLASS_SOFT, ACTION_RETRY, ORIGIN_LOCAL, CODE(4, 4, 4), 454 },
	{ "marked as internal by a host",
	    "host mx.example.com[192.0.2.1] said: 454 [internal] system error",
	    CODE(4, 0, 0), RECORD_DEFERRED, MTA_POSTFIX, "system",
	    CATEGORY_REMOTE_SYSTEM, CLASS_SOFT, ACTION_RETRY, ORIGIN_REMOTE,
	    CODE(4, 0, 0), 454 },
	{ "codes as a guard: met", "521 Access denied", 0, RECORD_STATUS_NONE,
	    MTA_NONE, "access-521", CATEGORY_POLICY_REJECTED, CLASS_SOFT,
	    ACTION_SLOW_DOWN, ORIGIN_REMOTE, 0, 521 },
	{ "codes as a guard: not met", "541 Access denied", 0,
	    RECORD_STATUS_NONE, MTA_NONE, NULL, CATEGORY_UNKNOWN,
	    CLASS_UNDETERMINED, ACTION_REVIEW, ORIGIN_REMOTE, 0, 541 },
	{ "stage as a guard",
	    "host mx.example.com[192.0.2.1] said: 450 later (in reply to DATA "
	    "command)",
	    0, RECORD_DEFERRED, MTA_POSTFIX, "later-at-data",
	    CATEGORY_GREYLISTED, CLASS_SOFT, ACTION_RETRY, ORIGIN_REMOTE, 0,
	    450 },
	{ "status as a guard",
	    "host mx.example.com[192.0.2.1] said: 450 later (in reply to RCPT "
	    "TO command)",
	    0, RECORD_DEFERRED, MTA_POSTFIX, "later-when-deferred",
	    CATEGORY_RATE_LIMITED, CLASS_SOFT, ACTION_SLOW_DOWN, ORIGIN_REMOTE,
	    0, 450 },
	{ "unknown, temporary", "421 oh", 0, RECORD_STATUS_NONE, MTA_NONE, NULL,
	    CATEGORY_UNKNOWN, CLASS_SOFT, ACTION_REVIEW, ORIGIN_REMOTE, 0,
	    421 },
	{ "unknown, permanent", "541 oh", 0, RECORD_STATUS_NONE, MTA_NONE, NULL,
	    CATEGORY_UNKNOWN, CLASS_UNDETERMINED, ACTION_REVIEW, ORIGIN_REMOTE,
	    0, 541 },
	{ "unknown, no code", "oh", 0, RECORD_STATUS_NONE, MTA_NONE, NULL,
	    CATEGORY_UNKNOWN, CLASS_UNDETERMINED, ACTION_REVIEW, ORIGIN_REMOTE,
	    0, 0 },
	{ "empty", "", 0, RECORD_STATUS_NONE, MTA_NONE, NULL, CATEGORY_UNKNOWN,
	    CLASS_UNDETERMINED, ACTION_REVIEW, ORIGIN_REMOTE, 0, 0 },
	{ "delivered", "250 2.0.0 mailbox full", CODE(2, 0, 0),
	    RECORD_DELIVERED, MTA_POSTFIX, NULL, CATEGORY_NONE, CLASS_NONE,
	    ACTION_NONE, ORIGIN_NONE, CODE(2, 0, 0), 250 },
};

static struct classifier *
load(void)
{
	struct diagnostics diagnostics;
	struct classifier *classifier;

	diagnostics_init(&diagnostics);
	classifier =
	    classifier_parse("memory", TEXT_LITERAL(rules), &diagnostics);
	assert_non_null(classifier);
	diagnostics_release(&diagnostics);
	return classifier;
}

static void
check_verdict(const struct row *row, bool is_exhaustive)
{
	struct classifier *classifier = load();
	struct classifier_worker *worker = classifier_worker_new(classifier);
	struct classifier_query query = {
		.reply = text_of(row->text),
		.logged_code = row->logged_code,
		.status = row->status,
		.mta = row->mta,
	};
	struct verdict verdict;

	classifier_worker_set_exhaustive(worker, is_exhaustive);
	classifier_classify(classifier, worker, &query, &verdict);
	assert_true(text_equal(classifier_rule_name(classifier, verdict.rule),
	    text_of(row->rule)));
	assert_int_equal(verdict.category, row->category);
	assert_int_equal(verdict.class, row->class);
	assert_int_equal(verdict.action, row->action);
	assert_int_equal(verdict.origin, row->origin);
	assert_int_equal(verdict.enhanced_code, row->enhanced_code);
	assert_int_equal(verdict.reply_code, row->reply_code);
	classifier_worker_free(worker);
	classifier_free(classifier);
}

static void
check_row(void **state)
{
	check_verdict(*state, false);
	check_verdict(*state, true);
}

static void
check_lists(void **state)
{
	static const struct {
		const char *text;
		const char *list;
	} lists[] = {
		{ "554 blocked using zen.example.org; see",
		    "zen.example.org;" },
		{ "554 see spamhaus", "spamhaus" },
		{ "554 mailbox full", "" },
	};
	struct classifier *classifier = load();
	struct classifier_worker *worker = classifier_worker_new(classifier);

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct classifier_query query = { .reply =
						      text_of(lists[i].text) };
		struct verdict verdict;
		struct text list;

		classifier_classify(classifier, worker, &query, &verdict);
		list = classifier_worker_list(worker);
		assert_int_equal(list.length, strcspn(lists[i].list, ";"));
		assert_memory_equal(list.data != NULL ? list.data : "",
		    lists[i].list, list.length);
	}
	classifier_worker_free(worker);
	classifier_free(classifier);
}

struct steps {
	struct classifier_step items[16];
	size_t count;
};

static void
keep_step(const struct classifier_step *step, void *context)
{
	struct steps *steps = context;

	assert_true(steps->count < 16);
	steps->items[steps->count++] = *step;
}

static void
check_explanation(void **state)
{
	static const struct {
		const char *rule;
		enum classifier_outcome outcome;
		const char *literal;
	} expected[] = {
		{ "full", STEP_WON, "" },
		{ "unknown-user", STEP_FAILED, "unknown" },
		{ "later-at-data", STEP_GUARDED, "" },
		{ "later-when-deferred", STEP_GUARDED, "" },
		{ "code-policy", STEP_MATCHED, "" },
	};
	struct classifier *classifier = load();
	struct classifier_worker *worker = classifier_worker_new(classifier);
	struct classifier_query query = {
		.reply = TEXT_LITERAL(
		    "550 unknown: mailbox full, later, said a user")
	};
	struct steps steps = { .count = 0 };
	struct verdict verdict;

	(void)state;
	classifier_explain(
	    classifier, worker, &query, &verdict, keep_step, &steps);
	assert_int_equal(verdict.category, CATEGORY_MAILBOX_FULL);
	assert_int_equal(steps.count, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < steps.count; i++) {
		const struct classifier_step *step = &steps.items[i];

		assert_true(
		    text_equal(classifier_rule_name(classifier, step->rule),
			text_of(expected[i].rule)));
		assert_int_equal(step->outcome, expected[i].outcome);
		assert_true(
		    text_equal(step->literal, text_of(expected[i].literal)));
	}
	classifier_worker_free(worker);
	classifier_free(classifier);
}

static void
check_coverage(void **state)
{
	struct classifier *classifier = load();
	struct classifier_worker *worker = classifier_worker_new(classifier);
	struct coverage coverage;

	(void)state;
	coverage_init(&coverage, classifier);
	coverage_record_lines(&coverage, classifier, worker,
	    TEXT_LITERAL("552 mailbox full\n\n554 mailbox is full\n"
			 "550 5.7.1 oh\n541 oh"));
	assert_int_equal(coverage.replies, 4);
	assert_int_equal(coverage.by_text, 2);
	assert_int_equal(coverage.by_code, 1);
	assert_int_equal(coverage.unknown, 1);
	assert_int_equal(coverage.by_rule[2], 2);
	coverage_release(&coverage);
	classifier_worker_free(worker);
	classifier_free(classifier);
}

/* Sendmail's own mailbox and a host have one word; kept verdicts stay apart. */
static void
check_scope(void **state)
{
	struct classifier *classifier = load();
	struct classifier_worker *worker = classifier_worker_new(classifier);
	struct classifier_query query = {
		.reply = TEXT_LITERAL("User unknown"),
		.status = RECORD_BOUNCED,
		.mta = MTA_SENDMAIL,
	};

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		struct verdict verdict;

		query.scope = i % 2 == 0 ? RECORD_REMOTE : RECORD_LOCAL;
		classifier_classify(classifier, worker, &query, &verdict);
		assert_int_equal(verdict.origin,
		    query.scope == RECORD_REMOTE ? ORIGIN_REMOTE
						 : ORIGIN_LOCAL);
	}
	classifier_worker_free(worker);
	classifier_free(classifier);
}

/* A pattern that would take for ever is given up, and counted. */
static void
check_limit(void **state)
{
	struct diagnostics diagnostics;
	struct classifier *classifier;
	struct classifier_worker *worker;
	struct buffer text;
	struct verdict verdict;

	(void)state;
	diagnostics_init(&diagnostics);
	classifier = classifier_parse("memory",
	    TEXT_LITERAL("[a]\ncategory expired\npattern (?:a+)+b\n"
			 "literal a\nsample aab\n"),
	    &diagnostics);
	assert_non_null(classifier);
	worker = classifier_worker_new(classifier);
	buffer_init(&text, 0);
	while (text.length < 1500)
		buffer_append_byte(&text, 'a');
	buffer_append_string(&text, "cb");
	classifier_classify(classifier, worker,
	    &(struct classifier_query){ .reply = buffer_text(&text) },
	    &verdict);
	assert_int_equal(verdict.category, CATEGORY_UNKNOWN);
	assert_true(classifier_worker_limit_hits(worker) > 0);
	buffer_release(&text);
	classifier_worker_free(worker);
	classifier_free(classifier);
	diagnostics_release(&diagnostics);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_lists),
		cmocka_unit_test(check_explanation),
		cmocka_unit_test(check_coverage),
		cmocka_unit_test(check_scope),
		cmocka_unit_test(check_limit),
	};

	return ROWS_RUN("classifier", rows, check_row) +
	    cmocka_run_group_tests_name(
		"classifier_others", others, NULL, NULL);
}
