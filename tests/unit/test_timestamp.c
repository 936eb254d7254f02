#include "unit/rows.h"

#include "base/calendar.h"
#include "scan/timestamp.h"

static const struct row {
	const char *name;
	const char *line;
	enum stamp_kind kind;
	size_t length; /* 0: not a stamp */
	struct calendar_time local;
	bool has_year;
	bool has_offset;
	int32_t offset;
} rows[] = {
	{ "rfc3164", "Nov  3 01:02:03 mail x", STAMP_RFC3164, 15,
	    { 2000, 11, 3, 1, 2, 3, 0 }, false, false, 0 },
	{ "rfc3164, zero", "Nov 03 01:02:03 mail x", STAMP_RFC3164, 15,
	    { 2000, 11, 3, 1, 2, 3, 0 }, false, false, 0 },
	{ "rfc3164, unpadded", "Nov 3 01:02:03 mail", STAMP_RFC3164, 14,
	    { 2000, 11, 3, 1, 2, 3, 0 }, false, false, 0 },
	{ "rfc3164, leap day", "Feb 29 23:59:60 mail x", STAMP_RFC3164, 15,
	    { 2000, 2, 29, 23, 59, 60, 0 }, false, false, 0 },
	{ "rfc3164, fraction", "Nov 13 01:02:03.456789 m", STAMP_RFC3164, 22,
	    { 2000, 11, 13, 1, 2, 3, 456 }, false, false, 0 },
	{ "rfc3164, year", "Nov 13 2024 01:02:03 m", STAMP_RFC3164, 20,
	    { 2024, 11, 13, 1, 2, 3, 0 }, true, false, 0 },
	{ "rfc3164, year at the end", "Nov 13 01:02:03 2016 mail x",
	    STAMP_RFC3164, 20, { 2016, 11, 13, 1, 2, 3, 0 }, true, false, 0 },
	{ "rfc3164, too early", "Nov 13 1969 01:02:03 m", STAMP_RFC3164, 0,
	    { 0 }, false, false, 0 },
	{ "rfc3164, a number behind", "Nov 13 01:02:03 2016: x", STAMP_RFC3164,
	    15, { 2000, 11, 13, 1, 2, 3, 0 }, false, false, 0 },
	{ "rfc3164, no such day", "Nov 31 01:02:03 mail x", STAMP_RFC3164, 0,
	    { 0 }, false, false, 0 },
	{ "rfc3164, no such month", "Nor 30 01:02:03 mail x", STAMP_RFC3164, 0,
	    { 0 }, false, false, 0 },
	{ "rfc3164, no such hour", "Nov 30 24:02:03 mail x", STAMP_RFC3164, 0,
	    { 0 }, false, false, 0 },
	{ "rfc3164, cut", "Nov 30 21:02:0", STAMP_RFC3164, 0, { 0 }, false,
	    false, 0 },
	{ "rfc3339", "2026-11-22T01:04:44.828434+00:00 m", STAMP_RFC3339, 32,
	    { 2026, 11, 22, 1, 4, 44, 828 }, true, true, 0 },
	{ "rfc3339, Z", "2026-11-22T01:04:44.8Z m", STAMP_RFC3339, 22,
	    { 2026, 11, 22, 1, 4, 44, 800 }, true, true, 0 },
	{ "rfc3339, small letters", "2026-11-22t01:04:44z m", STAMP_RFC3339, 20,
	    { 2026, 11, 22, 1, 4, 44, 0 }, true, true, 0 },
	{ "rfc3339, nine digits", "2026-11-22T01:04:44.123456789-03:30 m",
	    STAMP_RFC3339, 35, { 2026, 11, 22, 1, 4, 44, 123 }, true, true,
	    -12600 },
	{ "rfc3339, no offset", "2026-11-22T01:04:44 m", STAMP_RFC3339, 19,
	    { 2026, 11, 22, 1, 4, 44, 0 }, true, false, 0 },
	{ "short-iso", "2025-12-31T00:00:19+0100 mail x", STAMP_RFC3339, 24,
	    { 2025, 12, 31, 0, 0, 19, 0 }, true, true, 3600 },
	{ "offset of hours", "2025-12-31T00:00:19-08 mail x", STAMP_RFC3339, 22,
	    { 2025, 12, 31, 0, 0, 19, 0 }, true, true, -28800 },
	{ "the same second", "2026-11-22t01:04:44.9+00:30", STAMP_RFC3339, 27,
	    { 2026, 11, 22, 1, 4, 44, 900 }, true, true, 1800 },
	{ "the same second, west", "2026-11-22T01:04:44.05-00:30 m",
	    STAMP_RFC3339, 28, { 2026, 11, 22, 1, 4, 44, 50 }, true, true,
	    -1800 },
	{ "the next second", "2026-11-22T01:04:45Z m", STAMP_RFC3339, 20,
	    { 2026, 11, 22, 1, 4, 45, 0 }, true, true, 0 },
	{ "an offset that is cut", "2026-11-22T01:04:44+00:3", STAMP_RFC3339,
	    23, { 2026, 11, 22, 1, 4, 44, 0 }, true, true, 0 },
	{ "an offset too large", "2026-11-22T01:04:44+25:00 m", STAMP_RFC3339,
	    19, { 2026, 11, 22, 1, 4, 44, 0 }, true, false, 0 },
	{ "no such second", "2026-11-22T01:04:61+00:00 m", STAMP_RFC3339, 0,
	    { 0 }, false, false, 0 },
	{ "a date of slashes", "2026-11/22T01:04:44+00:00 m", STAMP_RFC3339, 0,
	    { 0 }, false, false, 0 },
	{ "rfc3339, no such day", "2025-02-29T00:00:19Z mail x", STAMP_RFC3339,
	    0, { 0 }, false, false, 0 },
	{ "rfc3339, too early", "1969-12-31T23:59:59Z mail x", STAMP_RFC3339, 0,
	    { 0 }, false, false, 0 },
	{ "blank", "2026-11-22 01:04:44 1vC => a", STAMP_BLANK, 19,
	    { 2026, 11, 22, 1, 4, 44, 0 }, true, false, 0 },
	{ "blank, fraction", "2026-11-22 01:04:44.443 [1] x", STAMP_BLANK, 23,
	    { 2026, 11, 22, 1, 4, 44, 443 }, true, false, 0 },
	{ "blank, all", "2026-11-22 01:04:44.443 +0100 [1] x", STAMP_BLANK, 29,
	    { 2026, 11, 22, 1, 4, 44, 443 }, true, true, 3600 },
	{ "blank, an arrow is no zone", "2026-11-22 01:04:44 -> a@b",
	    STAMP_BLANK, 19, { 2026, 11, 22, 1, 4, 44, 0 }, true, false, 0 },
	{ "rfc5424", "1 2026-11-22T01:04:44.003Z mail x", STAMP_RFC5424, 26,
	    { 2026, 11, 22, 1, 4, 44, 3 }, true, true, 0 },
	{ "rfc5424, nil", "1 - mail app - - - text", STAMP_RFC5424, 0, { 0 },
	    false, false, 0 },
	{ "tai64n", "@400000005a4e5f1e1d3c2b64 status", STAMP_TAI64N, 25,
	    { 2018, 1, 4, 17, 6, 28, 490 }, true, true, 0 },
	{ "tai64", "@400000005a4e5f1e status: x", STAMP_TAI64N, 17,
	    { 2018, 1, 4, 17, 6, 28, 0 }, true, true, 0 },
	{ "tai64n, cut", "@400000005a4e5f1e1d3c status", STAMP_TAI64N, 0, { 0 },
	    false, false, 0 },
	{ "tai64n, too early", "@0000000000000000 status: x", STAMP_TAI64N, 0,
	    { 0 }, false, false, 0 },
	{ "tai64n, too late", "@7fffffffffffffff00000000 x", STAMP_TAI64N, 0,
	    { 0 }, false, false, 0 },
	{ "epoch", "1763773484.443210 mail x", STAMP_EPOCH, 17,
	    { 2025, 11, 22, 1, 4, 44, 443 }, true, true, 0 },
	{ "epoch, a number", "12345678 mail and more", STAMP_EPOCH, 0, { 0 },
	    false, false, 0 },
	{ "no stamp", "hello there, mail", STAMP_NONE, 0, { 0 }, false, false,
	    0 },
	{ "short", "Nov 3", STAMP_NONE, 0, { 0 }, false, false, 0 },
};

static void
check_stamp(const struct row *row, struct stamp_memo *memo)
{
	struct text line = text_of(row->line);
	struct stamp stamp;

	assert_int_equal(
	    stamp_parse(row->kind, line, memo, &stamp), row->length);
	if (row->length == 0)
		return;
	assert_int_equal(stamp.local, calendar_seconds(&row->local));
	assert_int_equal(stamp.millisecond, row->local.millisecond);
	assert_int_equal(stamp.has_year, row->has_year);
	assert_int_equal(stamp.has_offset, row->has_offset);
	assert_int_equal(stamp.offset, row->offset);
}

/* By itself, and with what any other stamp has left in the memo. */
static void
check_row(void **state)
{
	const struct row *row = *state;

	assert_int_equal(stamp_kind_of(text_of(row->line)), row->kind);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct stamp_memo memo = { 0 };

		check_stamp(row, &memo);
		check_stamp(row, &memo);
		check_stamp(&rows[i], &memo);
		check_stamp(row, &memo);
	}
}

/* Every prefix of every line, in memory that ends with it. */
static void
check_prefixes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t whole = strlen(rows[i].line);

		for (size_t length = 0; length <= whole; length++) {
			char *copy = malloc(length + 1);
			struct text line = { copy, length };
			struct stamp_memo memo = { 0 };
			struct stamp stamp;

			assert_non_null(copy);
			memcpy(copy, rows[i].line, length);
			copy = realloc(copy, length > 0 ? length : 1);
			line.data = copy;
			assert_true(stamp_parse(stamp_kind_of(line), line,
					&memo, &stamp) <= length);
			free(copy);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_prefixes),
	};

	return ROWS_RUN("timestamp", rows, check_row) +
	    cmocka_run_group_tests_name("stamps", others, NULL, NULL);
}
