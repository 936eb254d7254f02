#include "unit/rows.h"

#include "base/memory.h"
#include "classify/literal_search.h"
#include "input_fixtures.h"

#define LITERALS 60
#define OUTPUTS  (LITERALS * 2)

/* The piece that a literal of no more than four bytes is. */
static struct literal_piece
piece_of(struct text literal)
{
	char bytes[PIECE_LENGTH] = { 0 };

	assert_in_range(literal.length, PIECE_LEAST, PIECE_LENGTH);
	literal_fold(literal, bytes);
	return (struct literal_piece){
		piece_shorten(piece_key(bytes), literal.length),
		(uint8_t)literal.length,
	};
}

static const struct row {
	const char *name;
	const char *literal;
	const char *text;
	bool is_found;
	struct literal_range range;
} rows[] = {
	{ "two bytes", "ip", "the ip is", true, { 4, 4 } },
	{ "two bytes at the end", "ip", "the ip", true, { 4, 4 } },
	{ "two bytes, cut", "ip", "the i", false, { 0, 0 } },
	{ "three bytes", "rbl", "an rbl", true, { 3, 3 } },
	{ "three bytes, cut", "rbl", "an rb", false, { 0, 0 } },
	{ "four bytes", "full", "mailbox full", true, { 8, 8 } },
	{ "whole text", "over", "over", true, { 0, 0 } },
	{ "longer than the text", "over", "ove", false, { 0, 0 } },
	{ "begins before the text", "over", "ver quota", false, { 0, 0 } },
	{ "several", "full", "full, full or Full", true, { 0, 14 } },
	{ "any case of the text", "over", "is OVer", true, { 3, 3 } },
	{ "any case of the literal", "OVER", "is over", true, { 3, 3 } },
	{ "only letters have case", "a@b[", "A`B{", false, { 0, 0 } },
	{ "past ASCII", "\xC3\xA9t", "en \xC3\xA9t\xC3\xA9", true, { 3, 3 } },
	{ "other bytes past ASCII", "\xC3\xA9t", "en \xC3\x89t", false,
	    { 0, 0 } },
	{ "differs in the last byte", "full", "fuly fula", false, { 0, 0 } },
	{ "empty text", "ip", "", false, { 0, 0 } },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct literal_search search;
	struct literal_scratch *scratch;
	size_t output = 0;

	literal_search_init(&search);
	literal_search_add(&search, piece_of(text_of(row->literal)), 5);
	literal_search_compile(&search);
	scratch = literal_scratch_new(&search);
	literal_search_find(&search, text_of(row->text), scratch);
	assert_int_equal(
	    literal_next(&search, scratch, &output), row->is_found);
	if (row->is_found) {
		assert_int_equal(output, 5);
		assert_int_equal(scratch->ranges[5].first, row->range.first);
		assert_int_equal(scratch->ranges[5].last, row->range.last);
		assert_false(literal_next(&search, scratch, &output));
	}
	literal_scratch_free(scratch);
	literal_search_release(&search);
}

/* Few different bytes, so that many literals are there or nearly. */
static struct text
random_text(uint64_t *seed, char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = "abAB\xE9 "[fixture_random(seed) % 6];
	return (struct text){ bytes, length };
}

/* What the search says of a text against looking for each literal. */
static void
check_text(const struct literal_search *search, struct literal_scratch *scratch,
    const struct text *literals, struct text text)
{
	bool is_found[OUTPUTS] = { false };
	size_t output;
	size_t before = 0;

	literal_search_find(search, text, scratch);
	while (literal_next(search, scratch, &output)) {
		assert_true(before == 0 || output > before);
		before = output;
		is_found[output] = true;
	}
	for (size_t i = 0; i < LITERALS; i++) {
		size_t first = text_find_nocase(text, literals[i]);

		assert_int_equal(is_found[i * 2], first != TEXT_NONE);
		if (first != TEXT_NONE)
			assert_int_equal(scratch->ranges[i * 2].first, first);
	}
}

static void
check_random(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		char bytes[LITERALS][PIECE_LENGTH];
		struct text literals[LITERALS];
		struct literal_search search;
		struct literal_scratch *scratch;

		literal_search_init(&search);
		for (size_t i = 0; i < LITERALS; i++) {
			size_t length = PIECE_LEAST +
			    (size_t)(fixture_random(&seed) %
				(PIECE_LENGTH - PIECE_LEAST + 1));

			literals[i] = random_text(&seed, bytes[i], length);
			literal_search_add(
			    &search, piece_of(literals[i]), (uint32_t)(i * 2));
		}
		literal_search_compile(&search);
		scratch = literal_scratch_new(&search);
		for (unsigned i = 0; i < 40; i++) {
			char text_bytes[200];

			check_text(&search, scratch, literals,
			    random_text(&seed, text_bytes,
				(size_t)(fixture_random(&seed) % 200)));
		}
		literal_scratch_free(scratch);
		literal_search_release(&search);
	}
}

/* One piece for more outputs than one word has, and some that always are. */
static void
check_outputs(void **state)
{
	const size_t count = 10000;
	struct literal_search search;
	struct literal_scratch *scratch;
	size_t output;

	(void)state;
	literal_search_init(&search);
	for (size_t i = 0; i < count; i++)
		if (i % 3 == 0)
			literal_search_add(&search,
			    piece_of(TEXT_LITERAL("full")), (uint32_t)i);
		else if (i % 1000 == 1)
			literal_search_add_always(&search, (uint32_t)i);
	literal_search_compile(&search);
	scratch = literal_scratch_new(&search);
	for (unsigned round = 0; round < 600; round++) {
		bool has_piece = round % 2 == 0;

		literal_search_find(&search,
		    has_piece ? TEXT_LITERAL("full or full")
			      : TEXT_LITERAL("empty"),
		    scratch);
		assert_true(
		    literal_is_seen(scratch,
			literal_seen_index(
			    piece_of(TEXT_LITERAL("full")).key)) == has_piece);
		/* What is left of one text is not told of the next. */
		if (round % 5 == 0)
			continue;
		for (size_t i = 0; i < count; i++)
			if ((has_piece && i % 3 == 0) ||
			    (i % 3 != 0 && i % 1000 == 1)) {
				assert_true(
				    literal_next(&search, scratch, &output));
				assert_int_equal(output, i);
			}
		assert_false(literal_next(&search, scratch, &output));
	}
	literal_scratch_free(scratch);
	literal_search_release(&search);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_random),
		cmocka_unit_test(check_outputs),
	};

	return ROWS_RUN("literal search", rows, check_row) +
	    cmocka_run_group_tests_name(
		"literal search, many", others, NULL, NULL);
}
