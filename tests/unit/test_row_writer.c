#include "unit/rows.h"

#include <errno.h>

#include "base/enhanced_code.h"
#include "report/row_writer.h"

/* A text that may stand in a constant table. */
#define BYTES(s)                                                               \
	{                                                                      \
		(s), sizeof(s) - 1                                             \
	}

static const struct row {
	const char *name;
	struct text text;
	const char *csv;
	const char *tsv;
	const char *ndjson;
} rows[] = {
	{ "plain", BYTES("250 ok"), "250 ok", "250 ok", "{\"a\":\"250 ok\"}" },
	{ "empty", BYTES(""), "", "", "{\"a\":null}" },
	{ "comma", BYTES("a,b"), "\"a,b\"", "a,b", "{\"a\":\"a,b\"}" },
	{ "quote", BYTES("say \"no\""), "\"say \"\"no\"\"\"", "say \"no\"",
	    "{\"a\":\"say \\\"no\\\"\"}" },
	{ "backslash", BYTES("a\\b"), "a\\b", "a\\\\b", "{\"a\":\"a\\\\b\"}" },
	{ "formula =", BYTES("=1+1"), "'=1+1", "=1+1", "{\"a\":\"=1+1\"}" },
	{ "formula = with a comma", BYTES("=A(1,2)"), "\"'=A(1,2)\"", "=A(1,2)",
	    "{\"a\":\"=A(1,2)\"}" },
	{ "formula +", BYTES("+1"), "'+1", "+1", "{\"a\":\"+1\"}" },
	{ "formula -", BYTES("-x@example.com"), "'-x@example.com",
	    "-x@example.com", "{\"a\":\"-x@example.com\"}" },
	{ "formula @", BYTES("@a"), "'@a", "@a", "{\"a\":\"@a\"}" },
	{ "formula TAB", BYTES("\ta"), "'\ta", "\\ta", "{\"a\":\"\\u0009a\"}" },
	{ "formula CR", BYTES("\ra"), "'\\x0Da", "\\ra",
	    "{\"a\":\"\\u000da\"}" },
	{ "no formula inside", BYTES("a=b"), "a=b", "a=b", "{\"a\":\"a=b\"}" },
	{ "line feed", BYTES("a\nb"), "a\\x0Ab", "a\\nb",
	    "{\"a\":\"a\\u000ab\"}" },
	{ "terminal escape", BYTES("\033[2J"), "\\x1B[2J", "\\x1B[2J",
	    "{\"a\":\"\\u001b[2J\"}" },
	{ "NUL and DEL", BYTES("a\0b\177"), "a\\x00b\\x7F", "a\\x00b\\x7F",
	    "{\"a\":\"a\\u0000b\\u007f\"}" },
	{ "C1",
	    BYTES("a\xc2\x9b"
		  "b"),
	    "a\\x9Bb", "a\\x9Bb", "{\"a\":\"a\\u009bb\"}" },
	{ "UTF-8", BYTES("m\xc3\xbcller \xe2\x82\xac \xf0\x9f\x93\xa7"),
	    "m\xc3\xbcller \xe2\x82\xac \xf0\x9f\x93\xa7",
	    "m\xc3\xbcller \xe2\x82\xac \xf0\x9f\x93\xa7",
	    "{\"a\":\"m\xc3\xbcller \xe2\x82\xac \xf0\x9f\x93\xa7\"}" },
	{ "Latin-1", BYTES("m\xfcller"), "m\xef\xbf\xbdller",
	    "m\xef\xbf\xbdller", "{\"a\":\"m\xef\xbf\xbdller\"}" },
	{ "cut off", BYTES("a\xe2\x82"), "a\xef\xbf\xbd\xef\xbf\xbd",
	    "a\xef\xbf\xbd\xef\xbf\xbd",
	    "{\"a\":\"a\xef\xbf\xbd\xef\xbf\xbd\"}" },
	{ "overlong slash", BYTES("\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd",
	    "\xef\xbf\xbd\xef\xbf\xbd",
	    "{\"a\":\"\xef\xbf\xbd\xef\xbf\xbd\"}" },
	{ "surrogate", BYTES("\xed\xa0\x80"),
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
	    "{\"a\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}" },
};

static const struct column text_column[] = { { "a", COLUMN_TEXT } };

static void
check_text(enum settings_format format, struct text text, const char *expected)
{
	struct row_writer writer;

	row_writer_init(&writer, format, text_column, 1, NULL, false);
	row_text(&writer, text);
	row_end(&writer);
	assert_int_equal(writer.out.data[writer.out.length - 1], '\n');
	writer.out.length--;
	assert_string_equal(buffer_string(&writer.out), expected);
	row_writer_release(&writer);
}

static void
check_row(void **state)
{
	const struct row *row = *state;

	check_text(FORMAT_CSV, row->text, row->csv);
	check_text(FORMAT_TSV, row->text, row->tsv);
	check_text(FORMAT_NDJSON, row->text, row->ndjson);
}

static const struct column columns[] = {
	{ "time", COLUMN_INSTANT },
	{ "code", COLUMN_CODE },
	{ "reply", COLUMN_CODE },
	{ "count", COLUMN_INTEGER },
	{ "rate", COLUMN_RATE },
	{ "mean", COLUMN_DECIMAL },
	{ "delay", COLUMN_DECIMAL },
};

static void
write_rows(struct row_writer *writer)
{
	row_writer_header(writer);
	row_instant(writer, INT64_C(1795309200828));
	row_enhanced_code(writer, ENHANCED_CODE(5, 7, 509));
	row_reply_code(writer, 550);
	row_integer(writer, UINT64_MAX);
	row_rate(writer, 1, 3);
	row_mean(writer, 29, 4);
	row_thousandths(writer, 1600);
	row_end(writer);
	row_instant(writer, INSTANT_NONE);
	row_enhanced_code(writer, 0);
	row_reply_code(writer, 0);
	row_integer(writer, 0);
	row_rate(writer, 0, 0);
	row_mean(writer, 0, 0);
	row_empty(writer);
	row_end(writer);
	row_instant(writer, -1);
	row_enhanced_code(writer, ENHANCED_CODE(4, 0, 0));
	row_reply_code(writer, 421);
	row_integer(writer, 1);
	row_rate(writer, 7, 7);
	row_mean(writer, 2, 1);
	row_thousandths(writer, 5);
	row_end(writer);
}

static void
check_types(enum settings_format format, const char *expected)
{
	struct row_writer writer;

	row_writer_init(&writer, format, columns, 7, NULL, false);
	write_rows(&writer);
	assert_string_equal(buffer_string(&writer.out), expected);
	row_writer_release(&writer);
}

static void
check_all_types(void **state)
{
	(void)state;
	check_types(FORMAT_CSV,
	    "time,code,reply,count,rate,mean,delay\n"
	    "2026-11-22T01:00:00Z,5.7.509,550,18446744073709551615,0.333333,"
	    "7.25,1.600\n"
	    ",,,0,,,\n"
	    "1969-12-31T23:59:59Z,4.0.0,421,1,1.000000,2.00,0.005\n");
	check_types(FORMAT_TSV,
	    "2026-11-22 01:00:00\t5.7.509\t550\t18446744073709551615\t"
	    "0.333333\t7.25\t1.600\n"
	    "\t\t\t0\t\t\t\n"
	    "1969-12-31 23:59:59\t4.0.0\t421\t1\t1.000000\t2.00\t0.005\n");
	check_types(FORMAT_NDJSON,
	    "{\"time\":\"2026-11-22T01:00:00Z\",\"code\":\"5.7.509\","
	    "\"reply\":\"550\",\"count\":18446744073709551615,"
	    "\"rate\":0.333333,\"mean\":7.25,\"delay\":1.600}\n"
	    "{\"time\":null,\"code\":null,\"reply\":null,\"count\":0,"
	    "\"rate\":null,\"mean\":null,\"delay\":null}\n"
	    "{\"time\":\"1969-12-31T23:59:59Z\",\"code\":\"4.0.0\","
	    "\"reply\":\"421\",\"count\":1,\"rate\":1.000000,"
	    "\"mean\":2.00,\"delay\":0.005}\n");
}

static void
check_raw(void **state)
{
	struct row_writer writer;

	(void)state;
	row_writer_init(&writer, FORMAT_CSV, text_column, 1, NULL, true);
	row_string(&writer, "=1+1");
	row_end(&writer);
	assert_string_equal(buffer_string(&writer.out), "=1+1\n");
	row_writer_release(&writer);
}

/* Rounded as printf rounds the nearest double: exact ties to even. */
static void
check_rounding(void **state)
{
	static const struct column rate_column[] = { { "a", COLUMN_RATE } };
	struct row_writer writer;

	(void)state;
	for (unsigned whole = 1; whole < 300; whole++) {
		for (unsigned part = 0; part <= whole; part++) {
			char expected[16];

			row_writer_init(
			    &writer, FORMAT_CSV, rate_column, 1, NULL, false);
			row_rate(&writer, part, whole);
			row_end(&writer);
			snprintf(expected, sizeof(expected), "%.6f\n",
			    (double)part / whole);
			assert_string_equal(
			    buffer_string(&writer.out), expected);
			row_writer_release(&writer);
		}
	}
}

/* Dates that are remembered at the same place. */
static void
check_days(void **state)
{
	static const struct column instant_column[] = { { "a",
	    COLUMN_INSTANT } };
	static const int days[] = { 0, ROW_WRITER_DAYS, 0, -ROW_WRITER_DAYS, 1,
		0 };
	struct row_writer writer;

	(void)state;
	row_writer_init(&writer, FORMAT_CSV, instant_column, 1, NULL, false);
	for (unsigned i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		row_instant(&writer, (int64_t)days[i] * SECONDS_PER_DAY * 1000);
		row_end(&writer);
	}
	assert_string_equal(buffer_string(&writer.out),
	    "1970-01-01T00:00:00Z\n1970-01-17T00:00:00Z\n"
	    "1970-01-01T00:00:00Z\n1969-12-16T00:00:00Z\n"
	    "1970-01-02T00:00:00Z\n1970-01-01T00:00:00Z\n");
	row_writer_release(&writer);
}

/* What the buffer has no room for is not written and not forgotten. */
static void
check_overflow(void **state)
{
	struct row_writer writer;
	char long_text[600];

	(void)state;
	memset(long_text, 'x', sizeof(long_text));
	row_writer_init(&writer, FORMAT_CSV, columns, 7, NULL, false);
	writer.out.maximum = 100;
	write_rows(&writer);
	assert_true(writer.out.length <= 100);
	assert_false(row_writer_flush(&writer));
	row_writer_release(&writer);

	row_writer_init(&writer, FORMAT_CSV, text_column, 1, NULL, false);
	writer.out.maximum = 100;
	row_text(&writer, (struct text){ long_text, sizeof(long_text) });
	row_end(&writer);
	assert_false(row_writer_flush(&writer));
	row_writer_release(&writer);
}

/* Every row of many comes out, in order, through a stream. */
static void
check_stream(void **state)
{
	struct row_writer writer;
	FILE *stream = tmpfile();
	char line[64];

	(void)state;
	assert_non_null(stream);
	row_writer_init(&writer, FORMAT_TSV, text_column, 1, stream, false);
	for (unsigned i = 0; i < 100000; i++) {
		snprintf(line, sizeof(line), "row %u", i);
		row_string(&writer, line);
		row_end(&writer);
	}
	assert_true(row_writer_flush(&writer));
	row_writer_release(&writer);
	rewind(stream);
	for (unsigned i = 0; i < 100000; i++) {
		char expected[64];

		snprintf(expected, sizeof(expected), "row %u\n", i);
		assert_non_null(fgets(line, sizeof(line), stream));
		assert_string_equal(line, expected);
	}
	assert_null(fgets(line, sizeof(line), stream));
	fclose(stream);
}

static void
check_full_disk(void **state)
{
	struct row_writer writer;
	FILE *stream = fopen("/dev/full", "w");

	(void)state;

	assert_non_null(stream);
	row_writer_init(&writer, FORMAT_CSV, text_column, 1, stream, false);
	row_string(&writer, "lost");
	row_end(&writer);
	assert_false(row_writer_flush(&writer));
	assert_int_equal(writer.error, ENOSPC);
	row_writer_release(&writer);
	fclose(stream);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_all_types),
		cmocka_unit_test(check_raw),
		cmocka_unit_test(check_rounding),
		cmocka_unit_test(check_days),
		cmocka_unit_test(check_overflow),
		cmocka_unit_test(check_stream),
		cmocka_unit_test(check_full_disk),
	};

	return ROWS_RUN("texts", rows, check_row) +
	    cmocka_run_group_tests_name("row writer", others, NULL, NULL);
}
