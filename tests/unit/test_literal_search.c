#include "unit/rows.h"

#include "base/memory.h"
#include "classify/literal_search.h"
#include "input_fixtures.h"

#define LITERALS 60

static struct literal_scratch scratch;

static uint64_t
find_one(const char *literal, struct text text)
{
	struct literal_search search;
	uint64_t marks = 0;

	literal_search_init(&search);
	literal_search_add(&search, text_of(literal), 5);
	literal_search_compile(&search);
	literal_search_find(&search, text, &scratch, &marks);
	literal_search_release(&search);
	return marks;
}

static const struct row {
	const char *name;
	const char *literal;
	const char *text;
	bool is_found;
} rows[] = {
	{ "two bytes", "ip", "the ip is", true },
	{ "two bytes at the end", "ip", "the ip", true },
	{ "two bytes, cut", "ip", "the i", false },
	{ "three bytes", "rbl", "an rbl", true },
	{ "whole text", "over quota", "over quota", true },
	{ "longer than the text", "over quota", "over quot", false },
	{ "begins before the text", "over quota", "ver quota", false },
	{ "any case of the text", "over quota", "OVER Quota", true },
	{ "any case of the literal", "Over QUOTA", "over quota", true },
	{ "only letters have case", "a@b[", "A`B{", false },
	{ "past ASCII", "\xC3\xA9t\xC3\xA9", "en \xC3\xA9t\xC3\xA9", true },
	{ "other bytes past ASCII", "\xC3\xA9t\xC3\xA9", "en \xC3\x89t\xC3\x89",
	    false },
	{ "differs in the ninth byte", "mailbox is full", "mailbox_is full",
	    false },
	{ "differs in the last byte", "the mailbox of the recipient is full",
	    "the mailbox of the recipient is fulL!", true },
	{ "differs behind sixteen bytes",
	    "the mailbox of the recipient is full",
	    "the mailbox of the recipients is full", false },
	{ "bytes past the 64th do not count",
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdefx",
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdefy",
	    true },
	{ "empty text", "ip", "", false },
};

static void
check_row(void **state)
{
	const struct row *row = *state;

	assert_int_equal(find_one(row->literal, text_of(row->text)),
	    row->is_found ? 1 << 5 : 0);
}

/* Few different bytes, so that many literals are there or nearly. */
static struct text
random_text(uint64_t *seed, char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = "abAB\xE9 "[fixture_random(seed) % 6];
	return (struct text){ bytes, length };
}

/* The same as looking for each literal; several may have one output. */
static void
check_random(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		char bytes[LITERALS][24];
		struct text literals[LITERALS];
		struct literal_search search;

		literal_search_init(&search);
		for (size_t i = 0; i < LITERALS; i++) {
			size_t length =
			    2 + (size_t)(fixture_random(&seed) % (i % 20 + 1));

			literals[i] = random_text(&seed, bytes[i], length);
			literal_search_add(
			    &search, literals[i], (uint32_t)(i * 2));
		}
		literal_search_compile(&search);
		for (unsigned i = 0; i < 40; i++) {
			char text_bytes[200];
			struct text text = random_text(&seed, text_bytes,
			    (size_t)(fixture_random(&seed) % 200));
			uint64_t marks[2] = { 0 };

			literal_search_find(&search, text, &scratch, marks);
			for (size_t j = 0; j < LITERALS; j++)
				assert_int_equal(
				    marks[j * 2 / 64] >> (j * 2 % 64) & 1,
				    text_find_nocase(text, literals[j]) !=
					TEXT_NONE);
		}
		literal_search_release(&search);
	}
}

/* More literals are there than are kept at a time. */
static void
check_many(void **state)
{
	struct literal_search search;
	char bytes[LITERAL_LENGTH];
	uint64_t marks[2] = { 0 };

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	literal_search_init(&search);
	for (size_t i = 2; i <= sizeof(bytes); i++)
		literal_search_add(
		    &search, (struct text){ bytes, i }, (uint32_t)i);
	literal_search_compile(&search);
	literal_search_find(
	    &search, (struct text){ bytes, sizeof(bytes) }, &scratch, marks);
	assert_true(marks[0] == ~(uint64_t)3);
	assert_true(marks[1] == 1);
	literal_search_release(&search);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_random),
		cmocka_unit_test(check_many),
	};

	return ROWS_RUN("literal search", rows, check_row) +
	    cmocka_run_group_tests_name(
		"literal search, many", others, NULL, NULL);
}
