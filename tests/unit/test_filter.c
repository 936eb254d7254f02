#include "unit/rows.h"

#include "base/calendar.h"
#include "base/enhanced_code.h"
#include "track/filter.h"

#define VALUES 3

static const struct row {
	const char *name;
	enum filter_scope scope;
	struct {
		enum filter_kind kind;
		const char *text;
	} values[VALUES]; /* up to the first without text */
	const char *domain;
	const char *sender_domain;
	const char *relay_host;
	const char *relay_ip;
	const char *code;
	uint16_t reply_code;
	enum verdict_category category;
	enum record_scope record_scope;
	bool matches;
} rows[] = {
	{ .name = "nothing asked for",
	    .domain = "example.net",
	    .matches = true },
	{ .name = "local, remote wanted", .record_scope = RECORD_LOCAL },
	{ .name = "local, local wanted",
	    .scope = FILTER_LOCAL,
	    .record_scope = RECORD_LOCAL,
	    .matches = true },
	{ .name = "remote, local wanted", .scope = FILTER_LOCAL },
	{ .name = "local, all wanted",
	    .scope = FILTER_ALL,
	    .record_scope = RECORD_LOCAL,
	    .matches = true },
	{ .name = "remote, all wanted", .scope = FILTER_ALL, .matches = true },

	{ .name = "domain",
	    .values = { { FILTER_DOMAIN, "Example.NET" } },
	    .domain = "example.net",
	    .matches = true },
	{ .name = "domain with a trailing dot",
	    .values = { { FILTER_DOMAIN, "Example.NET." } },
	    .domain = "example.net",
	    .matches = true },
	{ .name = "suffix with a trailing dot",
	    .values = { { FILTER_DOMAIN, "*.Example.NET." } },
	    .domain = "mail.example.net",
	    .matches = true },
	{ .name = "a dot alone: without a domain",
	    .values = { { FILTER_DOMAIN, "." } },
	    .domain = "",
	    .matches = true },
	{ .name = "sender domain with a trailing dot",
	    .values = { { FILTER_SENDER_DOMAIN, "example.org." } },
	    .sender_domain = "example.org",
	    .matches = true },
	{ .name = "relay with a trailing dot",
	    .values = { { FILTER_RELAY, "MX.example.net." } },
	    .relay_host = "mx.example.net",
	    .matches = true },
#ifdef HAVE_IDN2
	{ .name = "domain in other letters",
	    .values = { { FILTER_DOMAIN,
		"b\xc3\xbc"
		"cher.example" } },
	    .domain = "xn--bcher-kva.example",
	    .matches = true },
	{ .name = "suffix in other letters",
	    .values = { { FILTER_DOMAIN,
		".b\xc3\xbc"
		"cher.example" } },
	    .domain = "mail.xn--bcher-kva.example",
	    .matches = true },
#endif
	{ .name = "domain, another",
	    .values = { { FILTER_DOMAIN, "example.net" } },
	    .domain = "example.org" },
	{ .name = "domain, below it",
	    .values = { { FILTER_DOMAIN, "example.net" } },
	    .domain = "mail.example.net" },
	{ .name = "suffix, below it",
	    .values = { { FILTER_DOMAIN, ".example.net" } },
	    .domain = "a.mail.example.net",
	    .matches = true },
	{ .name = "suffix, itself",
	    .values = { { FILTER_DOMAIN, ".example.net" } },
	    .domain = "example.net",
	    .matches = true },
	{ .name = "suffix, only the letters",
	    .values = { { FILTER_DOMAIN, ".example.net" } },
	    .domain = "myexample.net" },
	{ .name = "suffix, shorter",
	    .values = { { FILTER_DOMAIN, ".example.net" } },
	    .domain = "net" },
	{ .name = "suffix with a star",
	    .values = { { FILTER_DOMAIN, "*.example.net" } },
	    .domain = "mail.example.net",
	    .matches = true },
	{ .name = "empty domain",
	    .values = { { FILTER_DOMAIN, "example.net" } },
	    .domain = "" },
	{ .name = "one of two domains",
	    .values = { { FILTER_DOMAIN, "example.org" },
		{ FILTER_DOMAIN, "example.net" } },
	    .domain = "example.net",
	    .matches = true },

	{ .name = "sender domain",
	    .values = { { FILTER_SENDER_DOMAIN, "example.com" } },
	    .domain = "example.net",
	    .sender_domain = "example.com",
	    .matches = true },
	{ .name = "sender domain is not the recipient's",
	    .values = { { FILTER_SENDER_DOMAIN, "example.net" } },
	    .domain = "example.net",
	    .sender_domain = "example.com" },

	{ .name = "relay by host",
	    .values = { { FILTER_RELAY, "mx.example.net" } },
	    .relay_host = "mx.example.net",
	    .relay_ip = "192.0.2.1",
	    .matches = true },
	{ .name = "relay by suffix",
	    .values = { { FILTER_RELAY, ".example.net" } },
	    .relay_host = "mx.example.net",
	    .matches = true },
	{ .name = "relay by address",
	    .values = { { FILTER_RELAY, "2001:DB8::1" } },
	    .relay_host = "mx.example.net",
	    .relay_ip = "2001:db8::1",
	    .matches = true },
	{ .name = "relay by the start of an address",
	    .values = { { FILTER_RELAY, "192.0.2.1" } },
	    .relay_host = "mx.example.net",
	    .relay_ip = "192.0.2.10" },

	{ .name = "enhanced code",
	    .values = { { FILTER_CODE, "4.3.2" } },
	    .code = "4.3.2",
	    .reply_code = 451,
	    .matches = true },
	{ .name = "enhanced code, longer",
	    .values = { { FILTER_CODE, "4.3.2" } },
	    .code = "4.3.20" },
	{ .name = "codes with a star",
	    .values = { { FILTER_CODE, "5.7.*" } },
	    .code = "5.7.509",
	    .matches = true },
	{ .name = "codes with a star, another class",
	    .values = { { FILTER_CODE, "5.7.*" } },
	    .code = "4.7.1" },
	{ .name = "codes with two stars",
	    .values = { { FILTER_CODE, "5.*.*" } },
	    .code = "5.1.1",
	    .matches = true },
	{ .name = "reply code",
	    .values = { { FILTER_CODE, "550" } },
	    .code = "5.1.1",
	    .reply_code = 550,
	    .matches = true },
	{ .name = "reply codes",
	    .values = { { FILTER_CODE, "55*" } },
	    .reply_code = 552,
	    .matches = true },
	{ .name = "no code at all",
	    .values = { { FILTER_CODE, "*" } },
	    .domain = "example.net" },

	{ .name = "category",
	    .values = { { FILTER_CATEGORY, "greylisted" } },
	    .category = CATEGORY_GREYLISTED,
	    .matches = true },
	{ .name = "no failure has no category",
	    .values = { { FILTER_CATEGORY, "greylisted" } },
	    .domain = "example.net" },

	{ .name = "one of each kind",
	    .values = { { FILTER_DOMAIN, "example.net" },
		{ FILTER_CODE, "4.*.*" }, { FILTER_CATEGORY, "greylisted" } },
	    .domain = "example.net",
	    .code = "4.7.1",
	    .category = CATEGORY_GREYLISTED,
	    .matches = true },
	{ .name = "one kind that does not match",
	    .values = { { FILTER_DOMAIN, "example.net" },
		{ FILTER_CODE, "4.*.*" }, { FILTER_CATEGORY, "unknown" } },
	    .domain = "example.net",
	    .code = "4.7.1",
	    .category = CATEGORY_GREYLISTED },
	{ .name = "the scope goes first",
	    .values = { { FILTER_DOMAIN, "example.net" } },
	    .domain = "example.net",
	    .record_scope = RECORD_LOCAL },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct filter *filter = filter_new(row->scope);
	const struct verdict verdict = {
		.category = (uint8_t)row->category,
		.reply_code = row->reply_code,
		.enhanced_code = row->code != NULL
		    ? enhanced_code_parse(text_of(row->code), NULL)
		    : 0,
	};
	const struct filter_subject subject = {
		.domain = text_of(row->domain),
		.sender_domain = text_of(row->sender_domain),
		.relay_host = text_of(row->relay_host),
		.relay_ip = text_of(row->relay_ip),
		.verdict = &verdict,
		.scope = row->record_scope,
	};

	for (int i = 0; i < VALUES && row->values[i].text != NULL; i++)
		assert_true(filter_add(
		    filter, row->values[i].kind, text_of(row->values[i].text)));
	assert_int_equal(filter_matches(filter, &subject), row->matches);
	filter_free(filter);
}

static void
check_bad_values(void **state)
{
	static const struct {
		enum filter_kind kind;
		const char *text;
	} bad[] = {
		{ FILTER_CODE, "" },
		{ FILTER_CODE, "5.x.1" },
		{ FILTER_CODE, "-5" },
		{ FILTER_CODE, "5.1.1 " },
		{ FILTER_CODE, "555.555.5555" },
		{ FILTER_CODE, "5" },
		{ FILTER_CODE, "5501" },
		{ FILTER_CODE, "5.7" },
		{ FILTER_CODE, "5.*" },
		{ FILTER_CODE, "6.1.1" },
		{ FILTER_CODE, "05.1.1" },
		{ FILTER_CODE, "5.1.1000" },
		{ FILTER_CODE, "999" },
		{ FILTER_DOMAIN, "user@example.com" },
		{ FILTER_SENDER_DOMAIN, "@example.com" },
		{ FILTER_CODE, "5.7." },
		{ FILTER_CODE, ".7.1" },
		{ FILTER_CODE, "5..1" },
		{ FILTER_CODE, "5.7.1.1" },
		{ FILTER_CATEGORY, "" },
		{ FILTER_CATEGORY, "none" },
		{ FILTER_CATEGORY, "Greylisted" },
		{ FILTER_DOMAIN, "" },
		{ FILTER_SENDER_DOMAIN, "" },
		{ FILTER_RELAY, "" },
	};
	struct filter *filter = filter_new(FILTER_REMOTE);
	const struct verdict verdict = { 0 };
	const struct filter_subject subject = { .verdict = &verdict };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(
		    filter_add(filter, bad[i].kind, text_of(bad[i].text)));
	/* None of them is kept. */
	assert_true(filter_matches(filter, &subject));
	filter_free(filter);
}

static void
check_period(void **state)
{
	struct filter *filter = filter_new(FILTER_REMOTE);

	(void)state;
	assert_false(filter_is_before(filter, INT64_MIN + 1));
	assert_false(filter_is_after(filter, INT64_MAX));
	filter_set_period(filter, 1000, 2000);
	assert_true(filter_is_before(filter, 999));
	assert_false(filter_is_before(filter, 1000));
	assert_false(filter_is_after(filter, 1999));
	assert_true(filter_is_after(filter, 2000));
	filter_set_period(filter, INSTANT_NONE, 2000);
	assert_false(filter_is_before(filter, 0));
	assert_true(filter_is_after(filter, 2000));
	filter_set_period(filter, 1000, INSTANT_NONE);
	assert_true(filter_is_before(filter, 0));
	assert_false(filter_is_after(filter, INT64_MAX));
	filter_free(filter);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_bad_values),
		cmocka_unit_test(check_period),
	};
	int failed = ROWS_RUN("filter", rows, check_row);

	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
