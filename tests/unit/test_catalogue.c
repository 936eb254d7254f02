#include "unit/rows.h"

#include <stdio.h>

#include "base/buffer.h"
#include "classify/catalogue.h"
#include "classify/classifier.h"

#define CODES "patterns/codes"

static struct catalogue *catalogue;

static struct text
formatted(struct buffer *out, const struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < diagnostics->count; i++)
		diagnostic_format(out, &diagnostics->items[i]);
	return (struct text){ buffer_string(out), out->length };
}

static void
assert_text(struct text text, const char *wanted)
{
	char shown[512];

	snprintf(shown, sizeof(shown), "%.*s", TEXT_FORMAT(text));
	assert_string_equal(shown, wanted);
}

/* The registry's codes: each subject's details run from 0 to the last. */
static const struct registry {
	const char *name;
	unsigned subject;
	unsigned last;
} registry[] = {
	{ "X.0.0", 0, 0 },
	{ "X.1.0 to X.1.10", 1, 10 },
	{ "X.2.0 to X.2.4", 2, 4 },
	{ "X.3.0 to X.3.6", 3, 6 },
	{ "X.4.0 to X.4.7", 4, 7 },
	{ "X.5.0 to X.5.6", 5, 6 },
	{ "X.6.0 to X.6.10", 6, 10 },
	{ "X.7.0 to X.7.30", 7, 30 },
};

static void
check_registry(void **state)
{
	static const unsigned digits[] = { 2, 4, 5 };
	const struct registry *row = *state;

	for (unsigned detail = 0; detail <= row->last; detail++)
		for (size_t i = 0; i < 3; i++) {
			const struct catalogue_entry *entry =
			    catalogue_find_code(catalogue,
				ENHANCED_CODE(digits[i], row->subject, detail));

			assert_non_null(entry);
			assert_true(entry->match <= CATALOGUE_DETAIL);
			assert_int_equal(entry->digit, digits[i]);
			assert_true(catalogue_name(entry).length > 0);
			assert_true(entry->values[CATALOGUE_MEANING].count > 0);
			assert_true(
			    entry->values[CATALOGUE_REFERENCE].count > 0);
			assert_int_equal(
			    entry->class != CLASS_NONE, digits[i] != 2);
			assert_int_equal(
			    entry->never_retry || entry->schedule_count > 0,
			    digits[i] != 2);
		}
}

static const struct find_row {
	const char *name; /* what is asked for */
	const char *code; /* NULL: not found */
	const char *found;
	enum catalogue_match match;
	enum verdict_class class;
	enum verdict_category category;
	enum verdict_action action;
} finds[] = {
	{ "4.3.2", "4.3.2", "System not accepting network messages",
	    CATALOGUE_EXACT, CLASS_SOFT, CATEGORY_REMOTE_SYSTEM, ACTION_RETRY },
	{ "5.3.0", "5.3.0",
	    "Other or undefined mail system status (Mail system error)",
	    CATALOGUE_EXACT, CLASS_HARD, CATEGORY_REMOTE_SYSTEM,
	    ACTION_SUPPRESS },
	{ "5.4.3", "5.4.3", "Directory server failure (Routing server failure)",
	    CATALOGUE_EXACT, CLASS_HARD, CATEGORY_ROUTING_ERROR,
	    ACTION_REMOVE },
	{ "4.4.3", "4.4.3", "Directory server failure (Routing server failure)",
	    CATALOGUE_EXACT, CLASS_SOFT, CATEGORY_ROUTING_ERROR, ACTION_RETRY },
	{ "4.3.1", "4.3.1", "Mail system full", CATALOGUE_EXACT, CLASS_SOFT,
	    CATEGORY_REMOTE_SYSTEM, ACTION_RETRY },
	{ "5.3.2", "5.3.2", "System not accepting network messages",
	    CATALOGUE_EXACT, CLASS_HARD, CATEGORY_REMOTE_SYSTEM,
	    ACTION_SUPPRESS },
	{ "4.4.1", "4.4.1", "No answer from host", CATALOGUE_EXACT, CLASS_SOFT,
	    CATEGORY_CONNECTION_FAILED, ACTION_RETRY },
	{ "5.4.4", "5.4.4", "Unable to route", CATALOGUE_EXACT, CLASS_HARD,
	    CATEGORY_DOMAIN_INVALID, ACTION_REMOVE },
	{ "5.2.2", "5.2.2", "Mailbox full (Over quota)", CATALOGUE_EXACT,
	    CLASS_SOFT, CATEGORY_MAILBOX_FULL, ACTION_RETRY },
	{ "5.4.1", "5.4.1", "No answer from host", CATALOGUE_EXACT, CLASS_SOFT,
	    CATEGORY_CONNECTION_FAILED, ACTION_RETRY },
	{ "5.4.317", "5.4.317", "Message expired, cannot connect with TLS",
	    CATALOGUE_EXACT, CLASS_SOFT, CATEGORY_TLS_FAILURE,
	    ACTION_FIX_ROUTE },
	{ "4.7.23", "4.7.23",
	    "SPF validation failed (PTR record does not match)",
	    CATALOGUE_EXACT, CLASS_BLOCK, CATEGORY_SENDER_DNS,
	    ACTION_FIX_SENDER },
	{ "4.7.15", "4.7.15", "Priority Level is too low", CATALOGUE_EXACT,
	    CLASS_SOFT, CATEGORY_POLICY_REJECTED, ACTION_RETRY },
	{ "2.1.5", "2.1.5", "Destination address valid", CATALOGUE_EXACT,
	    CLASS_NONE, CATEGORY_NONE, ACTION_NONE },
	{ "2.6.0", "2.6.0", "Other or undefined media error", CATALOGUE_DETAIL,
	    CLASS_NONE, CATEGORY_NONE, ACTION_NONE },
	{ "5.1.6", "5.1.6",
	    "Destination mailbox has moved, No forwarding address",
	    CATALOGUE_DETAIL, CLASS_HARD, CATEGORY_MAILBOX_INACTIVE,
	    ACTION_REMOVE },
	{ "5.7.620", "5.7.606-649", "Access denied, banned sending IP",
	    CATALOGUE_EXACT, CLASS_BLOCK, CATEGORY_IP_BLOCKED,
	    ACTION_FIX_SENDER },
	{ "4.7.650", "4.7.650",
	    "The mail server has been temporarily rate limited due to IP "
	    "reputation",
	    CATALOGUE_EXACT, CLASS_SOFT, CATEGORY_RATE_LIMITED,
	    ACTION_SLOW_DOWN },
	{ "4.7.652", "4.7.500-699", "Access denied, please try again later",
	    CATALOGUE_EXACT, CLASS_SOFT, CATEGORY_RATE_LIMITED,
	    ACTION_SLOW_DOWN },
	{ "4.3.99", "4.3", "Mail System Status", CATALOGUE_SUBJECT, CLASS_SOFT,
	    CATEGORY_REMOTE_SYSTEM, ACTION_RETRY },
	{ "5.9.9", "5", "Permanent Failure", CATALOGUE_CLASS_ONLY,
	    CLASS_UNDETERMINED, CATEGORY_UNKNOWN, ACTION_REVIEW },
	{ "X.4.3", "X.4.3", "Directory server failure (Routing server failure)",
	    CATALOGUE_EXACT, CLASS_NONE, CATEGORY_ROUTING_ERROR, ACTION_NONE },
	{ "x.7.26", "X.7.26",
	    "Multiple authentication checks failed (Unauthenticated mail)",
	    CATALOGUE_EXACT, CLASS_BLOCK, CATEGORY_AUTH_FAILURE,
	    ACTION_FIX_SENDER },
	{ "5.4", "5.4", "Network and Routing Status", CATALOGUE_SUBJECT,
	    CLASS_HARD, CATEGORY_ROUTING_ERROR, ACTION_REMOVE },
	{ "5.4.x", "5.4", "Network and Routing Status", CATALOGUE_SUBJECT,
	    CLASS_HARD, CATEGORY_ROUTING_ERROR, ACTION_REMOVE },
	/* A run of codes up to 5.7.999 is not the whole subject. */
	{ "5.7", "5.7", "Security or Policy Status", CATALOGUE_SUBJECT,
	    CLASS_BLOCK, CATEGORY_POLICY_REJECTED, ACTION_REVIEW },
	{ "5.7.x", "5.7", "Security or Policy Status", CATALOGUE_SUBJECT,
	    CLASS_BLOCK, CATEGORY_POLICY_REJECTED, ACTION_REVIEW },
	{ "5.99", "5", "Permanent Failure", CATALOGUE_CLASS_ONLY,
	    CLASS_UNDETERMINED, CATEGORY_UNKNOWN, ACTION_REVIEW },
	{ "4.x.x", "4", "Persistent Transient Failure", CATALOGUE_CLASS_ONLY,
	    CLASS_SOFT, CATEGORY_UNKNOWN, ACTION_REVIEW },
	{ " #5.3.0 ", "5.3.0",
	    "Other or undefined mail system status (Mail system error)",
	    CATALOGUE_EXACT, CLASS_HARD, CATEGORY_REMOTE_SYSTEM,
	    ACTION_SUPPRESS },
	{ "dsn=4.3.2,", "4.3.2", "System not accepting network messages",
	    CATALOGUE_EXACT, CLASS_SOFT, CATEGORY_REMOTE_SYSTEM, ACTION_RETRY },
	{ "(#5.1.3)", "5.1.3", "Bad destination mailbox address syntax",
	    CATALOGUE_DETAIL, CLASS_HARD, CATEGORY_USER_UNKNOWN,
	    ACTION_REMOVE },
	{ "tss04", "TSS04", "Deferred for unexpected volume or user complaints",
	    CATALOGUE_EXACT, CLASS_SOFT, CATEGORY_RATE_LIMITED,
	    ACTION_SLOW_DOWN },
	{ "[TSS04]", "TSS04",
	    "Deferred for unexpected volume or user complaints",
	    CATALOGUE_EXACT, CLASS_SOFT, CATEGORY_RATE_LIMITED,
	    ACTION_SLOW_DOWN },
	{ "S3140", "S3140",
	    "Part of the sender's network is on Outlook.com's block list",
	    CATALOGUE_EXACT, CLASS_BLOCK, CATEGORY_IP_BLOCKED,
	    ACTION_FIX_SENDER },
	{ "s4711", "S#", "Outlook.com's internal reason", CATALOGUE_FAMILY,
	    CLASS_BLOCK, CATEGORY_IP_BLOCKED, ACTION_REVIEW },
	{ "AS(7555)", "AS(#)", "Exchange Online's internal reason",
	    CATALOGUE_FAMILY, CLASS_BLOCK, CATEGORY_POLICY_REJECTED,
	    ACTION_REVIEW },
	{ "OFR004_104", "OFR#_#", "Refused or deferred by Orange",
	    CATALOGUE_FAMILY, CLASS_BLOCK, CATEGORY_POLICY_REJECTED,
	    ACTION_REVIEW },
	{ "550", "550", "Requested action not taken: mailbox unavailable",
	    CATALOGUE_EXACT, CLASS_HARD, CATEGORY_USER_UNKNOWN,
	    ACTION_SUPPRESS },
	{ "432", "432", "A password transition is needed", CATALOGUE_EXACT,
	    CLASS_SOFT, CATEGORY_REMOTE_SYSTEM, ACTION_RETRY },
	{ "599", "5", "Permanent Failure", CATALOGUE_CLASS_ONLY,
	    CLASS_UNDETERMINED, CATEGORY_UNKNOWN, ACTION_REVIEW },
	{ "9.9.9", NULL, NULL, 0, 0, 0, 0 },
	{ "3.1.1", NULL, NULL, 0, 0, 0, 0 },
	{ "X.9.9", NULL, NULL, 0, 0, 0, 0 },
	{ "X", NULL, NULL, 0, 0, 0, 0 },
	{ "hello", NULL, NULL, 0, 0, 0, 0 },
	{ "mx1", NULL, NULL, 0, 0, 0, 0 },
	{ "", NULL, NULL, 0, 0, 0, 0 },
	{ "#", NULL, NULL, 0, 0, 0, 0 },
	{ "()", NULL, NULL, 0, 0, 0, 0 },
	{ "5..", "5", "Permanent Failure", CATALOGUE_CLASS_ONLY,
	    CLASS_UNDETERMINED, CATEGORY_UNKNOWN, ACTION_REVIEW },
	{ "5..1", NULL, NULL, 0, 0, 0, 0 },
	{ "5.7.1000", NULL, NULL, 0, 0, 0, 0 },
	{ "5.7.1.100", NULL, NULL, 0, 0, 0, 0 },
	{ "5.7.610-620", NULL, NULL, 0, 0, 0, 0 },
	{ "199", NULL, NULL, 0, 0, 0, 0 },
	{ "999", NULL, NULL, 0, 0, 0, 0 },
	{ "550 5.1.1", NULL, NULL, 0, 0, 0, 0 },
	{ "550 5.1.1 User unknown", NULL, NULL, 0, 0, 0, 0 },
};

static void
check_find(void **state)
{
	const struct find_row *row = *state;
	const struct catalogue_entry *entry =
	    catalogue_find(catalogue, text_of(row->name));

	if (row->code == NULL) {
		assert_null(entry);
		return;
	}
	assert_non_null(entry);
	assert_text(entry->code, row->code);
	assert_text(catalogue_name(entry), row->found);
	assert_int_equal(entry->match, row->match);
	assert_int_equal(entry->class, row->class);
	assert_int_equal(entry->category, row->category);
	assert_int_equal(entry->action, row->action);
}

static const struct schedule_row {
	const char *name; /* the code */
	uint32_t waits[6]; /* seconds; 0 ends them */
	unsigned tries_minimum;
	unsigned tries_maximum;
	bool never;
	enum verdict_action then;
} schedules[] = {
	{ "4.3.2", { 3600, 14400, 43200, 86400 }, 3, 5, false,
	    ACTION_SUPPRESS },
	{ "4.3.1", { 3600, 14400, 43200, 86400 }, 3, 5, false,
	    ACTION_SUPPRESS },
	{ "4.4.1", { 900, 3600, 14400, 43200, 86400 }, 4, 6, false,
	    ACTION_SUPPRESS },
	{ "4.4.3", { 1800, 3600, 14400, 43200, 86400 }, 4, 6, false,
	    ACTION_SUPPRESS },
	{ "TSS04", { 14400, 28800, 43200, 86400 }, 4, 5, false,
	    ACTION_SLOW_DOWN },
	{ "5.3.0", { 0 }, 0, 0, true, ACTION_SUPPRESS },
	{ "5.4.3", { 0 }, 0, 0, true, ACTION_SUPPRESS },
	{ "5.3.2", { 0 }, 0, 0, true, ACTION_SUPPRESS },
	{ "5.4.4", { 0 }, 0, 0, true, ACTION_REMOVE },
	{ "5.1.1", { 0 }, 0, 0, true, ACTION_REMOVE },
	/* From [4], by the digit; and ended by the own action of a block. */
	{ "4.3.5", { 1800, 3600, 14400, 43200, 86400 }, 4, 6, false,
	    ACTION_SUPPRESS },
	{ "4.7.20", { 1800, 3600, 14400, 43200, 86400 }, 4, 6, false,
	    ACTION_FIX_SENDER },
	/* From [4], because a full mailbox is soft whatever the digit. */
	{ "5.2.2", { 86400, 172800 }, 2, 3, false, ACTION_SUPPRESS },
	{ "5.5.3", { 1800, 3600, 14400, 43200, 86400 }, 4, 6, false,
	    ACTION_SUPPRESS },
	/* From [5]: soft, but nothing that a retry would mend. */
	{ "5.5.1", { 0 }, 0, 0, true, ACTION_REVIEW },
	{ "5.7.20", { 0 }, 0, 0, true, ACTION_FIX_SENDER },
	{ "2.0.0", { 0 }, 0, 0, false, ACTION_NONE },
	{ "X.4.3", { 0 }, 0, 0, false, ACTION_NONE },
};

static void
check_schedule(void **state)
{
	const struct schedule_row *row = *state;
	const struct catalogue_entry *entry =
	    catalogue_find(catalogue, text_of(row->name));
	const uint32_t *waits;
	size_t wanted = 0;
	size_t count;

	while (wanted < 6 && row->waits[wanted] != 0)
		wanted++;
	waits = catalogue_schedule(entry, &count);
	assert_int_equal(count, wanted);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(waits[i], row->waits[i]);
	assert_int_equal(entry->never_retry, row->never);
	assert_int_equal(entry->tries_minimum, row->tries_minimum);
	assert_int_equal(entry->tries_maximum, row->tries_maximum);
	assert_int_equal(entry->then, row->then);
}

/* The codes that postmasters meet most are there in full depth. */
static const struct depth_row {
	const char *name; /* the code */
	size_t least; /* values of each key below */
} depths[] = {
	{ "4.3.1", 3 },
	{ "4.3.2", 3 },
	{ "5.3.0", 3 },
	{ "5.3.2", 3 },
	{ "4.4.1", 3 },
	{ "4.4.3", 3 },
	{ "5.4.1", 3 },
	{ "5.4.2", 3 },
	{ "5.4.3", 3 },
	{ "5.4.4", 3 },
	{ "5.1.1", 2 },
	{ "5.2.1", 1 },
	{ "5.2.2", 1 },
	{ "4.4.2", 2 },
	{ "5.7.1", 2 },
	{ "4.7.0", 2 },
	{ "4.7.28", 2 },
	{ "5.7.26", 1 },
	{ "4.7.650", 1 },
	{ "TSS04", 1 },
	{ "S3150", 1 },
};

static void
check_depth(void **state)
{
	static const enum catalogue_key keys[] = { CATALOGUE_CAUSE,
		CATALOGUE_SENDER, CATALOGUE_ADMINISTRATOR };
	const struct depth_row *row = *state;
	const struct catalogue_entry *entry =
	    catalogue_find(catalogue, text_of(row->name));

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_true(entry->values[keys[i]].count >= row->least);
	assert_true(
	    entry->values[CATALOGUE_WATCH].count >= (row->least < 3 ? 1 : 3));
	assert_true(entry->values[CATALOGUE_RELATED].count > 0);
	assert_true(entry->values[CATALOGUE_USUAL].count >= 1);
	assert_true(entry->values[CATALOGUE_RETRY].count == 1);
}

static const struct lint_row {
	const char *name;
	const char *content;
	const char *diagnostics; /* "" when there are none */
	bool loads;
} lints[] = {
	{ "good", "[4.3.2]\nname Full\nmeaning m\ncategory remote_system\n", "",
	    true },
	{ "unknown key", "[4.3.2]\nname Full\ncolour red\n",
	    "t:3:1: error: unknown key: colour\n  colour red\n  ^\n", false },
	{ "empty value", "[4.3.2]\nname\n",
	    "t:2:1: error: no value for key: name\n  name\n  ^\n", false },
	{ "key twice", "[4.3.2]\nname a\nname b\n",
	    "t:3:1: error: this key may stand only once: name\n"
	    "  name b\n  ^\n",
	    false },
	{ "bad name of a stanza", "[4.3.2.1]\nname a\n",
	    "t:1:1: error: [4.3.2.1] is no code\n  [4.3.2.1]\n  ^\n", false },
	{ "a run that goes back", "[4.3.9-2]\nname a\n",
	    "t:1:1: error: [4.3.9-2] is no code\n  [4.3.9-2]\n  ^\n", false },
	{ "no name for a stanza: X.4.x", "[X.4.x]\nname a\n",
	    "t:1:1: error: [X.4.x] is no code\n  [X.4.x]\n  ^\n", false },
	{ "no name for a stanza: 5.x.x", "[5.x.x]\nname a\n",
	    "t:1:1: error: [5.x.x] is no code\n  [5.x.x]\n  ^\n", false },
	{ "no name for a stanza: 4.7", "[4.7]\nname a\n",
	    "t:1:1: error: [4.7] is no code\n  [4.7]\n  ^\n", false },
	{ "no name for a stanza: X.7.5-9", "[X.7.5-9]\nname a\n",
	    "t:1:1: error: [X.7.5-9] is no code\n  [X.7.5-9]\n  ^\n", false },
	{ "no name for a stanza: X", "[X]\nname a\n",
	    "t:1:1: error: [X] is no code\n  [X]\n  ^\n", false },
	{ "stanza twice", "[tss04]\nname a\n[TSS04]\nname b\n",
	    "t:3:1: error: [TSS04] is there already, at t:1\n"
	    "  [TSS04]\n  ^\n",
	    false },
	{ "bad class", "[4.3.2]\nclass  squishy\n",
	    "t:2:8: error: no class of that name\n"
	    "  class  squishy\n         ^\n",
	    false },
	{ "bad category", "[4.3.2]\ncategory full\n",
	    "t:2:10: error: no category of that name\n"
	    "  category full\n           ^\n",
	    false },
	{ "bad action", "[4.3.2]\naction wait\n",
	    "t:2:8: error: no action of that name\n"
	    "  action wait\n         ^\n",
	    false },
	{ "bad then", "[4.3.2]\nthen wait\n",
	    "t:2:6: error: no action of that name\n"
	    "  then wait\n       ^\n",
	    false },
	{ "bad schedule", "[4.3.2]\nretry 1h 4x\n",
	    "t:2:7: error: not a list of waits such as '15m 1h 4h 1d', nor "
	    "'never'\n  retry 1h 4x\n        ^\n",
	    false },
	{ "no wait", "[4.3.2]\nretry 0h\n",
	    "t:2:7: error: not a list of waits such as '15m 1h 4h 1d', nor "
	    "'never'\n  retry 0h\n        ^\n",
	    false },
	{ "bad tries", "[4.3.2]\ntries 5-3\n",
	    "t:2:7: error: not a number of tries such as '4' or '3-5'\n"
	    "  tries 5-3\n        ^\n",
	    false },
	{ "a class for X", "[X.3.2]\nclass soft\n",
	    "t:2:1: error: X stands for every class, which this key depends "
	    "on: class\n  class soft\n  ^\n",
	    false },
	{ "two mistakes", "[4.3.2]\nclass squishy\naction wait\n",
	    "t:2:7: error: no class of that name\n"
	    "  class squishy\n        ^\n"
	    "t:3:8: error: no action of that name\n"
	    "  action wait\n         ^\n",
	    false },
	{ "key without stanza", "name a\n",
	    "t:1:1: error: a key before the first [stanza]\n"
	    "  name a\n  ^\n",
	    false },
	{ "unknown related code",
	    "[4.3.2]\nname a\nmeaning m\ncategory remote_system\n"
	    "related 4.3.2 4.3.1\n",
	    "t:5:9: error: a code is not related to itself\n"
	    "  related 4.3.2 4.3.1\n          ^\n"
	    "t:5:15: error: related code 4.3.1 is not here\n"
	    "  related 4.3.2 4.3.1\n                ^\n",
	    true },
	{ "no name", "[4.3.2]\nmeaning m\ncategory remote_system\n",
	    "t:1:1: error: [4.3.2] has no name\n  [4.3.2]\n  ^\n", true },
	{ "no meaning", "[4.3.2]\nname a\ncategory remote_system\n",
	    "t:1:1: error: [4.3.2] has no meaning\n  [4.3.2]\n  ^\n", true },
	{ "no category", "[4.3.2]\nname a\nmeaning m\n",
	    "t:1:1: error: [4.3.2] has no category\n  [4.3.2]\n  ^\n", true },
	{ "inherited from X",
	    "[4.3.2]\nretry 1h\n[X.3.2]\nname a\nmeaning m\n[X.3]\nname b\n"
	    "meaning m\ncategory remote_system\n",
	    "", true },
	{ "more tries than waits",
	    "[4.3.2]\nname a\nmeaning m\ncategory remote_system\nretry 1h 4h\n"
	    "tries 3-4\n",
	    "t:1:1: error: [4.3.2] has more tries than its schedule has waits "
	    "for\n  [4.3.2]\n  ^\n",
	    true },
	{ "bad reply code",
	    "[4.3.2]\nname a\nmeaning m\ncategory remote_system\n"
	    "associated 450 45x\n",
	    "t:5:16: error: 45x is no reply code\n"
	    "  associated 450 45x\n                 ^\n",
	    true },
};

static void
check_lint(void **state)
{
	const struct lint_row *row = *state;
	struct diagnostics diagnostics;
	struct buffer out;
	struct catalogue *small;

	diagnostics_init(&diagnostics);
	buffer_init(&out, 0);
	small = catalogue_parse("t", text_of(row->content), &diagnostics);
	assert_int_equal(small != NULL, row->loads);
	if (small != NULL)
		catalogue_check(small, &diagnostics);
	formatted(&out, &diagnostics);
	assert_string_equal(buffer_string(&out), row->diagnostics);
	catalogue_free(small);
	buffer_release(&out);
	diagnostics_release(&diagnostics);
}

static void
check_layers(void **state)
{
	struct diagnostics diagnostics;
	struct catalogue *small;
	const struct catalogue_entry *entry;

	(void)state;
	diagnostics_init(&diagnostics);
	small = catalogue_parse("t",
	    TEXT_LITERAL("[X.7.9]\nname wild\nmeaning w\ncause w1\ncause w2\n"
			 "[4.7.5-20]\nname run\nmeaning r\nsender s\n"
			 "[4.7.9]\ncause c\n"
			 "[5.7.30-40]\nname bar\nmeaning b\nclass block\n"
			 "action fix_sender\ncategory rate_limited\n"
			 "retry 1h 2h\ntries 3\n"
			 "[5.7.31]\nname kin\n"
			 "[5.7.32]\ncategory user_unknown\nretry never\n"
			 "[X.7]\nname subject\ncategory unknown\nsender x\n"
			 "[4]\nname class\nretry 1h 2h\nwatch often\n"),
	    &diagnostics);
	assert_non_null(small);
	entry = catalogue_find_code(small, ENHANCED_CODE(4, 7, 9));
	assert_text(catalogue_name(entry), "run");
	assert_int_equal(entry->values[CATALOGUE_CAUSE].count, 1);
	assert_text(catalogue_value(entry, CATALOGUE_CAUSE), "c");
	assert_text(catalogue_value(entry, CATALOGUE_SENDER), "s");
	assert_text(catalogue_value(entry, CATALOGUE_WATCH), "often");
	assert_int_equal(entry->category, CATEGORY_UNKNOWN);
	assert_int_equal(entry->schedule_count, 2);
	entry = catalogue_find_code(small, ENHANCED_CODE(5, 7, 31));
	assert_int_equal(entry->class, CLASS_BLOCK);
	assert_int_equal(entry->action, ACTION_FIX_SENDER);
	assert_int_equal(entry->tries_maximum, 3);
	/* Class, action and tries belong to category and schedule. */
	entry = catalogue_find_code(small, ENHANCED_CODE(5, 7, 32));
	assert_text(catalogue_name(entry), "bar");
	assert_int_equal(entry->class, CLASS_HARD);
	assert_int_equal(entry->action, ACTION_REMOVE);
	assert_true(entry->never_retry);
	assert_int_equal(entry->tries_maximum, 0);
	entry = catalogue_find_code(small, ENHANCED_CODE(5, 7, 9));
	assert_int_equal(entry->match, CATALOGUE_DETAIL);
	assert_int_equal(entry->values[CATALOGUE_CAUSE].count, 2);
	/* Texts of the subject are not those of a code. */
	assert_int_equal(entry->values[CATALOGUE_SENDER].count, 0);
	assert_int_equal(entry->schedule_count, 0);
	/* A success has no causes. */
	entry = catalogue_find_code(small, ENHANCED_CODE(2, 7, 9));
	assert_text(catalogue_name(entry), "wild");
	assert_int_equal(entry->values[CATALOGUE_CAUSE].count, 0);
	entry = catalogue_find_code(small, ENHANCED_CODE(4, 7, 21));
	assert_int_equal(entry->match, CATALOGUE_SUBJECT);
	assert_text(catalogue_value(entry, CATALOGUE_SENDER), "x");
	assert_null(catalogue_find_code(small, ENHANCED_CODE(5, 1, 1)));
	assert_null(catalogue_find_code(small, 0));
	assert_null(catalogue_find_reply(small, 550));
	catalogue_free(small);
	diagnostics_release(&diagnostics);
}

static void
check_absent(void **state)
{
	struct diagnostics diagnostics;
	size_t count = 1;

	(void)state;
	assert_int_equal(catalogue_name(NULL).length, 0);
	assert_null(catalogue_schedule(NULL, &count));
	assert_int_equal(count, 0);
	diagnostics_init(&diagnostics);
	assert_null(catalogue_load("patterns/no-such-codes", &diagnostics));
	assert_int_equal(diagnostics.errors, 1);
	diagnostics_release(&diagnostics);
	catalogue_free(NULL);
}

static void
check_shipped(void **state)
{
	struct diagnostics diagnostics;
	struct buffer out;

	(void)state;
	diagnostics_init(&diagnostics);
	buffer_init(&out, 0);
	catalogue_check(catalogue, &diagnostics);
	formatted(&out, &diagnostics);
	assert_string_equal(buffer_string(&out), "");
	buffer_release(&out);
	diagnostics_release(&diagnostics);
}

/*
 * What a code means by itself is the same on its page and in the rules.  Pages
 * that say "unknown" send the reader to the text.
 */
static void
check_agreement(void **state)
{
	struct diagnostics diagnostics;
	struct classifier *classifier;
	struct classifier_worker *worker;
	struct buffer text;

	(void)state;
	diagnostics_init(&diagnostics);
	buffer_init(&text, 0);
	classifier = classifier_load("patterns", true, &diagnostics);
	assert_non_null(classifier);
	worker = classifier_worker_new(classifier);
	for (unsigned i = 0; i < 2 * 8 * 1000; i++) {
		unsigned digit = 4 + i / 8000;
		unsigned subject = i / 1000 % 8;
		unsigned detail = i % 1000;
		const struct catalogue_entry *entry = catalogue_find_code(
		    catalogue, ENHANCED_CODE(digit, subject, detail));
		struct verdict verdict;

		if (entry->match > CATALOGUE_DETAIL ||
		    entry->category == CATEGORY_UNKNOWN)
			continue;
		buffer_clear(&text);
		buffer_append_format(
		    &text, "%u50 %u.%u.%u no", digit, digit, subject, detail);
		classifier_classify(classifier, worker,
		    &(struct classifier_query){ .reply = buffer_text(&text) },
		    &verdict);
		if (verdict.category != entry->category ||
		    verdict.class != entry->class ||
		    verdict.action != entry->action)
			fail_msg("%s: %s %s %s, but the rules say %s %s %s",
			    buffer_string(&text),
			    verdict_class_name(entry->class),
			    verdict_category_name(entry->category),
			    verdict_action_name(entry->action),
			    verdict_class_name(verdict.class),
			    verdict_category_name(verdict.category),
			    verdict_action_name(verdict.action));
	}
	classifier_worker_free(worker);
	classifier_free(classifier);
	buffer_release(&text);
	diagnostics_release(&diagnostics);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_shipped),
		cmocka_unit_test(check_agreement),
		cmocka_unit_test(check_layers),
		cmocka_unit_test(check_absent),
	};
	struct diagnostics diagnostics;
	struct buffer out;
	int failed = 1;

	diagnostics_init(&diagnostics);
	buffer_init(&out, 0);
	catalogue = catalogue_load(CODES, &diagnostics);
	if (catalogue != NULL)
		failed = ROWS_RUN("registry", registry, check_registry) +
		    ROWS_RUN("find", finds, check_find) +
		    ROWS_RUN("schedule", schedules, check_schedule) +
		    ROWS_RUN("depth", depths, check_depth) +
		    ROWS_RUN("lint", lints, check_lint) +
		    cmocka_run_group_tests_name(
			"catalogue", others, NULL, NULL);
	else
		fprintf(stderr, "%s", formatted(&out, &diagnostics).data);
	buffer_release(&out);
	diagnostics_release(&diagnostics);
	catalogue_free(catalogue);
	return failed;
}
