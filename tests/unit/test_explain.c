#include "unit/rows.h"

#include <stdio.h>

#include "report/explain.h"

static struct catalogue *catalogue;

/* The page with all white space as one blank, so that wrapping is no matter. */
static void
flatten(struct buffer *flat, struct text page)
{
	struct text word;

	for (size_t i = 0; i < page.length; i++) {
		char byte = page.data[i] == '\n' ? ' ' : page.data[i];

		buffer_append_byte(flat, byte);
	}
	page = buffer_text(flat);
	flat->length = 0;
	while (text_next_word(&page, &word)) {
		if (flat->length > 0)
			flat->data[flat->length++] = ' ';
		memmove(flat->data + flat->length, word.data, word.length);
		flat->length += word.length;
	}
}

static void
assert_shape(struct text page, size_t columns)
{
	size_t column = 0;

	assert_true(page.length > 0);
	assert_int_equal(page.data[page.length - 1], '\n');
	for (size_t i = 0; i < page.length; i++) {
		if (page.data[i] == '\n') {
			assert_true(i == 0 || page.data[i - 1] != ' ');
			column = 0;
			continue;
		}
		assert_in_range(page.data[i], 32, 126);
		assert_true(++column <= columns);
	}
}

static const struct page_row {
	const char *name; /* what is asked for */
	const char *wanted[14];
} pages[] = {
	{ "4.3.2",
	    { "4.3.2 - System not accepting network messages",
		"Reference RFC 3463; RFC 7504", "Reply codes 453 521",
		"Class soft", "Category remote_system", "Action retry",
		"Usual causes", "Maintenance",
		"Retry after 1 h, then 4 h, 12 h, 24 h; 3 to 5 tries; then "
		"suppress.",
		"The mail server is temporarily not accepting incoming "
		"messages",
		"5.3.2 System not accepting network messages",
		"Domains and servers that are hit", "Retry success rate",
		"Time of day" } },
	{ "5.4.3",
	    { "5.4.3 - Directory server failure (Routing server failure)",
		"Registry Directory server failure",
		"Guides say Routing server failure", "Class hard",
		"Category routing_error", "Never retry; suppress the address.",
		"Look whether other addresses of the same domain fail too",
		"Intermediate routing server permanently unavailable",
		"Mail routing path includes permanently failed server",
		"What a sender should do", "What an administrator should do",
		"What to record", "Related codes 4.4.3" } },
	{ "#5.3.0",
	    { "5.3.0 - Other or undefined mail system status (Mail system "
	      "error)",
		"Class hard", "Category remote_system", "Action suppress",
		"Never retry; suppress the address.",
		"Look whether other addresses of the same domain fail too",
		"Permanent mail system failure",
		"Mail system configuration error", "What a sender should do",
		"What an administrator should do",
		"Whether other addresses of the domain fail too" } },
	{ "4.4.1",
	    { "No answer from host", "Class soft", "connection_failed",
		"Retry after 15 min, then 1 h, 4 h, 12 h, 24 h; 4 to 6 tries; "
		"then suppress.",
		"Connection timed out" } },
	{ "tss04",
	    { "TSS04 - Deferred", "Reference Yahoo", "Action slow_down",
		"Retry after 4 h" } },
	{ "5.7.620",
	    { "5.7.620 [5.7.606-649] - Access denied, banned sending IP",
		"Class block", "sender.office.com" } },
	{ "4.3.99",
	    { "4.3.99 [4.3] - Mail System Status", "Not in the catalogue",
		"This code is not registered",
		"explained by its subject and its class",
		"expected to pass keeps it from being delivered" } },
	{ "5.9.9",
	    { "5.9.9 [5] - Permanent Failure", "explained by its class alone",
		"Class undetermined" } },
	{ "S4711",
	    { "S4711 [S#] - Outlook.com's internal reason",
		"explained by its kind" } },
	{ "X.4.3",
	    { "By class 4.4.3 soft, routing_error, retry. Retry after 30 min",
		"5.4.3 hard, routing_error, remove. Never retry; suppress the "
		"address." } },
	{ "5.4", { "5.4 - Network and Routing Status" } },
	{ "550", { "550 - Requested action not taken: mailbox unavailable" } },
	{ "2.1.5", { "2.1.5 - Destination address valid" } },
	{ "599",
	    { "599 [5] - Permanent Failure",
		"No standard gives this reply code a meaning." } },
	{ "441",
	    { "441 - Server not responding",
		"Reference no standard; in use by some servers",
		"Category connection_failed" } },
	{ "5.6.11",
	    { "Category content_invalid",
		"a server that announces CHUNKING gets the message as it "
		"is" } },
};

static void
check_page(void **state)
{
	const struct page_row *row = *state;
	struct buffer page;
	struct buffer flat;

	buffer_init(&page, 0);
	buffer_init(&flat, 0);
	assert_true(explain_code(&page, catalogue, text_of(row->name), 80));
	assert_shape(buffer_text(&page), 80);
	flatten(&flat, buffer_text(&page));
	for (size_t i = 0; i < 14 && row->wanted[i] != NULL; i++)
		if (text_find(buffer_text(&flat), text_of(row->wanted[i])) ==
		    TEXT_NONE)
			fail_msg("\"%s\" is not in:\n%s", row->wanted[i],
			    buffer_string(&page));
	buffer_release(&flat);
	buffer_release(&page);
}

/* What only pages of unknown codes say. */
static void
check_known_says_nothing_unknown(void **state)
{
	static const char *const known[] = { "4.3.2", "5.4", "5", "X.4.3",
		"550", "TSS04", "S#", "5.7.606-649" };

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct buffer page;

		buffer_init(&page, 0);
		assert_true(
		    explain_code(&page, catalogue, text_of(known[i]), 80));
		assert_int_equal(text_find(buffer_text(&page),
				     TEXT_LITERAL("Not in the catalogue")),
		    TEXT_NONE);
		buffer_release(&page);
	}
}

static void
check_nonsense(void **state)
{
	static const char *const nonsense[] = { "9.9.9", "hello", "", "#",
		"550 5.1.1 User unknown", "5.7.1.100", "1.2.3", "999",
		"\x01\xff" };
	struct buffer page;

	(void)state;
	buffer_init(&page, 0);
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++)
		assert_false(
		    explain_code(&page, catalogue, text_of(nonsense[i]), 80));
	assert_int_equal(page.length, 0);
	buffer_release(&page);
}

/* All pages of all classes and details that have any, in three widths. */
static void
check_shapes(void **state)
{
	static const unsigned widths[] = { 0, 60, 80, 200 };
	static const unsigned digits[] = { 2, 4, 5 };
	struct buffer page;
	struct buffer code;

	(void)state;
	buffer_init(&page, 0);
	buffer_init(&code, 0);
	for (size_t w = 0; w < 4; w++)
		for (unsigned i = 0; i < 3 * 8 * 60; i++) {
			buffer_clear(&page);
			buffer_clear(&code);
			buffer_append_enhanced_code(&code,
			    ENHANCED_CODE(digits[i % 3], i / 3 % 8, i / 24));
			assert_true(explain_code(
			    &page, catalogue, buffer_text(&code), widths[w]));
			assert_shape(buffer_text(&page),
			    widths[w] < 40 ? 40 : widths[w]);
		}
	buffer_release(&code);
	buffer_release(&page);
}

static const struct verdict_row {
	const char *name;
	const char *reply;
	struct verdict verdict;
	const char *rule;
	const char *wanted[10];
	const char *unwanted[4];
} verdicts[] = {
	{ "enhanced code", "550 5.1.1 <user@example.com>: User unknown",
	    { .category = CATEGORY_USER_UNKNOWN,
		.class = CLASS_HARD,
		.action = ACTION_REMOVE,
		.origin = ORIGIN_REMOTE,
		.reply_code = 550,
		.enhanced_code = ENHANCED_CODE(5, 1, 1) },
	    "user-unknown",
	    { "Reply 550 5.1.1 <user@example.com>: User unknown",
		"Codes reply code 550, enhanced code 5.1.1",
		"Origin remote - another host said it", "Class hard",
		"Category user_unknown", "Action remove",
		"Decided by user-unknown",
		"5.1.1 - Bad destination mailbox address (User unknown)",
		"Never retry; remove the address from the lists." },
	    { NULL } },
	{ "text against code", "550 5.1.1 mailbox is full",
	    { .category = CATEGORY_MAILBOX_FULL,
		.class = CLASS_SOFT,
		.action = ACTION_RETRY,
		.origin = ORIGIN_REMOTE,
		.reply_code = 550,
		.enhanced_code = ENHANCED_CODE(5, 1, 1) },
	    "mailbox-full",
	    { "The text outweighs the code, which alone would mean "
	      "user_unknown.",
		"5.1.1 - Bad destination mailbox address (User unknown)",
		"As with 5.2.2 - Mailbox full (Over quota)",
		"Retry after 24 h, then 48 h" },
	    { "Never retry", "off all lists" } },
	{ "text against a temporary code", "450 4.7.1 mailbox is full",
	    { .category = CATEGORY_MAILBOX_FULL,
		.class = CLASS_SOFT,
		.action = ACTION_RETRY,
		.origin = ORIGIN_REMOTE,
		.reply_code = 450,
		.enhanced_code = ENHANCED_CODE(4, 7, 1) },
	    "mailbox-full",
	    { "As with 4.2.2 - Mailbox full (Over quota)",
		"Retry after 4 h, then 12 h" },
	    { "Greylisting lets", "fix" } },
	{ "unknown for good, although a 4", "450 4.7.1 no such user",
	    { .category = CATEGORY_USER_UNKNOWN,
		.class = CLASS_HARD,
		.action = ACTION_REMOVE,
		.origin = ORIGIN_REMOTE,
		.reply_code = 450,
		.enhanced_code = ENHANCED_CODE(4, 7, 1) },
	    "user-unknown",
	    { "As with 5.1.1 -", "Never retry; remove the address" },
	    { NULL } },
	{ "a code that advises on the category", "450 4.7.1 greylisted",
	    { .category = CATEGORY_GREYLISTED,
		.class = CLASS_SOFT,
		.action = ACTION_RETRY,
		.origin = ORIGIN_REMOTE,
		.reply_code = 450,
		.enhanced_code = ENHANCED_CODE(4, 7, 1) },
	    "greylisted", { "4.7.1 - Delivery not", "lets the second try in" },
	    { "As with" } },
	{ "no code", "connect to mx.example.net: Connection refused",
	    { .category = CATEGORY_CONNECTION_FAILED,
		.class = CLASS_SOFT,
		.action = ACTION_RETRY,
		.origin = ORIGIN_LOCAL },
	    "refused",
	    { "Codes none", "Origin local - our own mail server made it up",
		"Decided by refused", "As with 4.4.1 - No answer from host",
		"Retry after 15 min" },
	    { NULL } },
	{ "reply code only, no rule", "554 go away",
	    { .category = CATEGORY_UNKNOWN,
		.class = CLASS_UNDETERMINED,
		.action = ACTION_REVIEW,
		.origin = ORIGIN_REMOTE,
		.reply_code = 554 },
	    "",
	    { "Codes reply code 554", "Decided by the code alone, no rule",
		"554 - Transaction failed" },
	    { "outweighs" } },
	{ "a code that says nothing outweighs nothing", "499 not today",
	    { .category = CATEGORY_REMOTE_SYSTEM,
		.class = CLASS_SOFT,
		.action = ACTION_RETRY,
		.origin = ORIGIN_REMOTE,
		.reply_code = 499 },
	    "code-temporary", { "Codes reply code 499" }, { "outweighs" } },
	{ "providers' codes",
	    "421 4.7.0 [TSS04] Messages deferred (AS843) (AS(7555)) tss04",
	    { .category = CATEGORY_RATE_LIMITED,
		.class = CLASS_SOFT,
		.action = ACTION_SLOW_DOWN,
		.origin = ORIGIN_REMOTE,
		.reply_code = 421,
		.enhanced_code = ENHANCED_CODE(4, 7, 0) },
	    "yahoo",
	    { "4.7.0 - Other or undefined security status",
		"TSS04 - Deferred for unexpected volume or user complaints",
		"AS# - Exchange Online's internal reason",
		"AS(#) - Exchange Online's internal reason" },
	    { NULL } },
	{ "hosts that look like codes",
	    "451 s3.example.net ts01.example.net mx-cs01 TSS99 busy OFR_104",
	    { .category = CATEGORY_REMOTE_SYSTEM,
		.class = CLASS_SOFT,
		.action = ACTION_RETRY,
		.origin = ORIGIN_REMOTE,
		.reply_code = 451 },
	    "busy",
	    { "OFR_104 Codes", "OFR_# - Refused or deferred by Orange" },
	    { "S# -", "TS01 -", "CS01 -", "TSS# -" } },
	{ "hostile bytes", "550 \x1b[31m\xc3\xa9\t\rto=<x>",
	    { .category = CATEGORY_UNKNOWN,
		.class = CLASS_UNDETERMINED,
		.action = ACTION_REVIEW,
		.origin = ORIGIN_REMOTE,
		.reply_code = 550 },
	    "", { "Reply 550 \\x1B[31m\\xC3\\xA9\\x09\\x0Dto=<x>" }, { NULL } },
};

static void
check_verdict(void **state)
{
	const struct verdict_row *row = *state;
	struct buffer page;
	struct buffer flat;

	buffer_init(&page, 0);
	buffer_init(&flat, 0);
	explain_verdict(&page, catalogue, text_of(row->reply), &row->verdict,
	    text_of(row->rule), 80);
	assert_shape(buffer_text(&page), 80);
	flatten(&flat, buffer_text(&page));
	for (size_t i = 0; i < 10 && row->wanted[i] != NULL; i++)
		if (text_find(buffer_text(&flat), text_of(row->wanted[i])) ==
		    TEXT_NONE)
			fail_msg("\"%s\" is not in:\n%s", row->wanted[i],
			    buffer_string(&page));
	for (size_t i = 0; i < 4 && row->unwanted[i] != NULL; i++)
		assert_int_equal(
		    text_find(buffer_text(&flat), text_of(row->unwanted[i])),
		    TEXT_NONE);
	buffer_release(&flat);
	buffer_release(&page);
}

/* A reply of one word that is longer than many lines, and one of blanks. */
static void
check_long_reply(void **state)
{
	struct verdict verdict = { .category = CATEGORY_UNKNOWN,
		.class = CLASS_SOFT };
	struct buffer reply;
	struct buffer page;

	(void)state;
	buffer_init(&reply, 0);
	buffer_init(&page, 0);
	for (unsigned i = 0; i < 100000; i++)
		buffer_append_byte(&reply, i % 7 == 0 ? '(' : 'A');
	explain_verdict(&page, catalogue, buffer_text(&reply), &verdict,
	    (struct text){ 0 }, 80);
	assert_shape(buffer_text(&page), 80);
	buffer_clear(&page);
	explain_verdict(&page, catalogue, TEXT_LITERAL("   "), &verdict,
	    (struct text){ 0 }, 80);
	assert_shape(buffer_text(&page), 80);
	buffer_release(&page);
	buffer_release(&reply);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_known_says_nothing_unknown),
		cmocka_unit_test(check_nonsense),
		cmocka_unit_test(check_shapes),
		cmocka_unit_test(check_long_reply),
	};
	struct diagnostics diagnostics;
	int failed = 1;

	diagnostics_init(&diagnostics);
	catalogue = catalogue_load("patterns/codes", &diagnostics);
	if (catalogue != NULL)
		failed = ROWS_RUN("pages", pages, check_page) +
		    ROWS_RUN("verdicts", verdicts, check_verdict) +
		    cmocka_run_group_tests_name("explain", others, NULL, NULL);
	else
		fprintf(stderr, "patterns/codes cannot be loaded\n");
	catalogue_free(catalogue);
	diagnostics_release(&diagnostics);
	return failed;
}
