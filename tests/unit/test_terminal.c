#include "unit/rows.h"

#include "base/edit_distance.h"
#include "report/command_line.h"
#include "report/text_table.h"

/* A text that may stand in a constant table. */
#define BYTES(s)                                                               \
	{                                                                      \
		(s), sizeof(s) - 1                                             \
	}

static const struct row {
	const char *name;
	struct text text;
	size_t columns;
	bool utf8;
	const char *expected;
} rows[] = {
	{ "plain", BYTES("abc"), 0, false, "abc" },
	{ "fits", BYTES("abcdef"), 6, false, "abcdef" },
	{ "cut", BYTES("abcdefg"), 6, false, "abc..." },
	{ "escape", BYTES("\033[31m"), 0, true, "\\x1B[31m" },
	{ "escape at the cut", BYTES("ab\033cdefgh"), 7, true, "ab..." },
	{ "NUL", BYTES("a\0b"), 0, true, "a\\x00b" },
	{ "line feed", BYTES("a\nb"), 0, true, "a\\x0Ab" },
	{ "UTF-8 on a terminal", BYTES("m\xc3\xbcl"), 0, true, "m\xc3\xbcl" },
	{ "UTF-8 in a pipe", BYTES("m\xc3\xbcl"), 0, false, "m\\xC3\\xBCl" },
	{ "characters are columns", BYTES("\xc3\xbc\xc3\xbc\xc3\xbc"), 3, true,
	    "\xc3\xbc\xc3\xbc\xc3\xbc" },
	{ "wide characters are two", BYTES("\u65e5\u672c\u8a9e"), 6, true,
	    "\u65e5\u672c\u8a9e" },
	{ "wide ones cut", BYTES("\u65e5\u672c\u8a9e!"), 6, true, "\u65e5..." },
	{ "wide one over the edge", BYTES("abcd\U0001f600"), 5, true, "ab..." },
	{ "no UTF-8", BYTES("m\xfcl"), 0, true, "m\\xFCl" },
	{ "C1", BYTES("\xc2\x9b"), 0, true, "\\xC2\\x9B" },
	{ "right to left override", BYTES("\xe2\x80\xaegpj"), 0, true,
	    "\\xE2\\x80\\xAEgpj" },
	{ "zero width", BYTES("a\xe2\x80\x8b"), 0, true, "a\\xE2\\x80\\x8B" },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct buffer out;

	buffer_init(&out, 0);
	buffer_append_printable(&out, row->text, row->columns, row->utf8);
	assert_string_equal(buffer_string(&out), row->expected);
	buffer_release(&out);
}

static void
check_durations(void **state)
{
	static const struct {
		uint64_t seconds;
		const char *plain;
		const char *brief;
	} cases[] = {
		{ 0, "0_s", "0s" },
		{ 59, "59_s", "59s" },
		{ 60, "1_min", "1m" },
		{ 3599, "59_min", "59m" },
		{ 3600, "1_h", "1h" },
		{ 7800, "2_h_10_min", "2h10m" },
		{ 86400, "24_h", "1d" },
		{ 172800, "2_d", "2d" },
		{ 190000, "2_d_4_h", "2d4h" },
	};
	struct buffer out;

	(void)state;
	buffer_init(&out, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buffer_clear(&out);
		buffer_append_duration(&out, cases[i].seconds);
		for (size_t j = 0; j < out.length; j++)
			if (out.data[j] == NO_BREAK)
				out.data[j] = '_';
		assert_string_equal(buffer_string(&out), cases[i].plain);
		buffer_clear(&out);
		buffer_append_short_duration(&out, cases[i].seconds);
		assert_string_equal(buffer_string(&out), cases[i].brief);
	}
	buffer_release(&out);
}

static void
check_paragraph(void **state)
{
	struct buffer out;
	struct terminal terminal = { &out, 40, false, false };

	(void)state;
	buffer_init(&out, 0);
	terminal_print(&terminal, "Label   ", 8,
	    "some words that do not fit in one line, and%c%d%cmin of them",
	    NO_BREAK, 10, NO_BREAK);
	assert_string_equal(buffer_string(&out),
	    "Label   some words that do not fit in\n"
	    "        one line, and 10 min of them\n");
	buffer_clear(&out);
	terminal_print(&terminal, "", 2, "%s",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b");
	assert_string_equal(buffer_string(&out),
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n  b\n");
	buffer_release(&out);
}

static void
check_table(void **state)
{
	static const struct text_column columns[] = {
		{ "name", TEXT_LEFT, true },
		{ "number", TEXT_RIGHT, false },
		{ "rate", TEXT_RIGHT, false },
		{ "text", TEXT_LEFT, false },
	};
	struct buffer out;
	struct terminal terminal = { &out, 44, true, false };
	struct text_table table;

	(void)state;
	buffer_init(&out, 0);
	text_table_init(&table, columns, 4, &terminal);
	text_string(&table, "a.long.name.of.a.domain.example.com");
	text_number(&table, 7);
	text_percent(&table, 1, 8);
	text_code(&table, 5007509, 550);
	text_string(&table, "b\033");
	text_number(&table, 1234567);
	text_percent(&table, 0, 0);
	text_code(&table, 0, 0);
	text_string(&table, "\u65e5\u672c.test");
	text_number(&table, 1);
	text_percent(&table, 0, 1);
	text_code(&table, 0, 550);
	text_table_print(&table, &terminal);
	assert_string_equal(buffer_string(&out),
	    "  name               number    rate  text\n"
	    "  a.long.name.o...        7  12.5 %  5.7.509\n"
	    "  b\\x1B             1234567       -  -\n"
	    "  \u65e5\u672c.test               1   0.0 %  550\n");
	text_table_release(&table);
	buffer_release(&out);
}

static void
check_commands(void **state)
{
	const char *operands[] = { "/var/log/mail.log", "b" };
	struct settings settings = { .operands = operands,
		.operand_count = 1,
		.since = INSTANT_NONE,
		.until = INSTANT_NONE,
		.incident_minimum = SETTINGS_INCIDENT_MINIMUM };
	struct buffer out;

	(void)state;
	buffer_init(&out, 0);
	buffer_append_domain_command(
	    &out, &settings, TEXT_LITERAL("example.com"));
	assert_string_equal(buffer_string(&out),
	    "bouncestat domain example.com /var/log/mail.log");
	buffer_clear(&out);
	settings.operand_count = 2;
	buffer_append_domain_command(
	    &out, &settings, TEXT_LITERAL("$(reboot)'\033"));
	assert_string_equal(
	    buffer_string(&out), "bouncestat domain '$(reboot)'\\''?' LOG...");
	buffer_clear(&out);
	settings.db_path = "my db";
	buffer_append_events_command(
	    &out, &settings, "--code", TEXT_LITERAL("5.7.1"));
	/* Events are rows of logs; a memory has none. */
	assert_string_equal(
	    buffer_string(&out), "bouncestat events --code 5.7.1 LOG...");
	buffer_clear(&out);
	buffer_append_domain_command(
	    &out, &settings, TEXT_LITERAL("example.com"));
	assert_string_equal(
	    buffer_string(&out), "bouncestat domain example.com --db 'my db'");
	buffer_clear(&out);
	/* A recipient domain from a log must not be an option. */
	buffer_append_domain_command(
	    &out, &settings, TEXT_LITERAL("--csv=x.test"));
	assert_string_equal(buffer_string(&out),
	    "bouncestat domain --db 'my db' -- '--csv=x.test'");
	buffer_release(&out);
}

/* They count what the report counts. */
static void
check_commands_with_options(void **state)
{
	const char *operands[] = { "-odd.log" };
	const char *codes[] = { "5.7.*", "550" };
	const char *senders[] = { "example.org" };
	struct settings settings = { .operands = operands,
		.operand_count = 1,
		.since = 1795305600000,
		.until = INSTANT_NONE,
		.codes = { codes, 2, 2 },
		.sender_domains = { senders, 1, 1 },
		.scope = SCOPE_ALL,
		.scope_is_given = true,
		.time_zone = "Europe/Berlin",
		.log_time_zone = "Asia/Tokyo",
		.year = 2026,
		.recursive = true,
		.incident_minimum = 2 };
	struct buffer out;

	(void)state;
	buffer_init(&out, 0);
	buffer_append_domain_command(&out, &settings, TEXT_LITERAL("x.test"));
	assert_string_equal(buffer_string(&out),
	    "bouncestat domain x.test --since 2026-11-22T00:00:00Z "
	    "--code '5.7.*' --code 550 --sender-domain example.org "
	    "--scope all --log-tz Asia/Tokyo --year 2026 -r "
	    "--tz Europe/Berlin --incident-min 2 ./'-odd.log'");
	buffer_clear(&out);
	/* The finding's code stands for those that were chosen. */
	buffer_append_events_command(
	    &out, &settings, "--code", TEXT_LITERAL("5.7.1"));
	assert_string_equal(buffer_string(&out),
	    "bouncestat events --code 5.7.1 --since 2026-11-22T00:00:00Z "
	    "--sender-domain example.org --scope all "
	    "--log-tz Asia/Tokyo --year 2026 -r ./'-odd.log'");
	buffer_clear(&out);
	settings.operands[0] = "/a/directory/with/a/long/name/of/its/own";
	buffer_append_deliveries_command(&out, &settings);
	assert_string_equal(buffer_string(&out),
	    "bouncestat deliveries --since 2026-11-22T00:00:00Z "
	    "--code '5.7.*' --code 550 --sender-domain example.org "
	    "--scope all --log-tz Asia/Tokyo --year 2026 -r LOG...");
	buffer_clear(&out);
	settings.operands[0] = "m\xc3\xbcll.log";
	settings.codes.count = 0;
	settings.sender_domains.count = 0;
	buffer_append_deliveries_command(&out, &settings);
	assert_string_equal(buffer_string(&out),
	    "bouncestat deliveries --since 2026-11-22T00:00:00Z "
	    "--scope all --log-tz Asia/Tokyo --year 2026 -r LOG...");
	buffer_clear(&out);
	settings.codes.count = 2;
	settings.sender_domains.count = 1;
	settings.db_path = "night.db";
	buffer_append_suppression_command(&out, &settings);
	assert_string_equal(buffer_string(&out),
	    "bouncestat --suppression FILE --since 2026-11-22T00:00:00Z "
	    "--code '5.7.*' --code 550 --sender-domain example.org "
	    "--scope all --db night.db");
	buffer_release(&out);
}

static void
check_distances(void **state)
{
	static const struct {
		const char *a;
		const char *b;
		unsigned distance;
	} cases[] = {
		{ "", "", 0 },
		{ "abc", "abc", 0 },
		{ "abc", "", 3 },
		{ "example.com", "exmaple.com", 1 },
		{ "example.com", "example.co", 1 },
		{ "example.com", "eksample.com", 2 },
		{ "kitten", "sitting", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text a = text_of(cases[i].a);
		struct text b = text_of(cases[i].b);

		assert_int_equal(edit_distance(a, b), cases[i].distance);
		assert_int_equal(edit_distance(b, a), cases[i].distance);
	}
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_durations),
		cmocka_unit_test(check_paragraph),
		cmocka_unit_test(check_table),
		cmocka_unit_test(check_commands),
		cmocka_unit_test(check_commands_with_options),
		cmocka_unit_test(check_distances),
	};

	return ROWS_RUN("printable", rows, check_row) +
	    cmocka_run_group_tests_name("terminal", others, NULL, NULL);
}
