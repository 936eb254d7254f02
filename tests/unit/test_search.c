#include "unit/rows.h"

#include "base/search.h"
#include "input_fixtures.h"

static const struct row {
	const char *name;
	const char *text;
	const char *needle;
	size_t found;
} rows[] = {
	{ "empty needle", "abc", "", 0 },
	{ "both empty", "", "", 0 },
	{ "empty text", "", "a", TEXT_NONE },
	{ "needle longer than the text", "ab", "abc", TEXT_NONE },
	{ "the whole text", "status=", "status=", 0 },
	{ "one byte", "abcb", "b", 1 },
	{ "at the end of a short text", "to=<a>, dsn=", "dsn=", 8 },
	{ "first of two", "a status=b status=c", "status=", 2 },
	{ "almost", "statu status", "status=", TEXT_NONE },
	{ "repeated bytes", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "aab",
	    38 },
	{ "past 32 bytes", "Nov 22 01:04:44 mx1 postfix/smtp[12]: dsn=5.1.1",
	    "dsn=", 38 },
	{ "at the very end, long text",
	    "Nov 22 01:04:44 mx1 postfix/smtp[12]: 4XyzAB: removed", "removed",
	    46 },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct search_literal needle;

	search_literal_init(&needle, text_of(row->needle));
	assert_int_equal(
	    search_literal(row->text, strlen(row->text), &needle), row->found);
	needle.wide = false;
	assert_int_equal(
	    search_literal(row->text, strlen(row->text), &needle), row->found);
}

/* Few different bytes, so that near misses are many. */
static void
check_random(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		size_t length = fixture_random(&seed) % 150;
		size_t needle_length = fixture_random(&seed) % 9;
		char *text = memory_allocate(length);
		char needle_bytes[9];
		struct search_literal needle;
		struct text part = { needle_bytes, needle_length };
		size_t expected;

		for (size_t i = 0; i < length; i++)
			text[i] = "ab\0="[fixture_random(&seed) % 4];
		for (size_t i = 0; i < needle_length; i++)
			needle_bytes[i] = "ab\0="[fixture_random(&seed) % 4];
		expected = text_find((struct text){ text, length }, part);
		search_literal_init(&needle, part);
		assert_int_equal(
		    search_literal(text, length, &needle), expected);
		needle.wide = false;
		assert_int_equal(
		    search_literal(text, length, &needle), expected);
		free(text);
	}
}

static void
check_count(void **state)
{
	uint64_t seed = 3;
	char text[9000];
	uint64_t expected = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = fixture_random(&seed) % 3 > 0 ? '\n' : 'x';
	for (size_t i = 0; i < sizeof(text); i++) {
		assert_int_equal(search_count_byte(text, i, '\n'), expected);
		expected += text[i] == '\n';
	}
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_random),
		cmocka_unit_test(check_count),
	};

	return ROWS_RUN("search", rows, check_row) +
	    cmocka_run_group_tests_name("search, random", others, NULL, NULL);
}
