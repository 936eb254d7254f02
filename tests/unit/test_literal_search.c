#include "unit/rows.h"

#include "base/memory.h"
#include "classify/literal_search.h"
#include "input_fixtures.h"

#define LITERALS 60
#define OUTPUTS  (LITERALS * 2)
#define NONE     SIZE_MAX

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
	size_t places[4];
} rows[] = {
	{ "two bytes", "ip", "the ip is", true, { 4, NONE } },
	{ "two bytes at the end", "ip", "the ip", true, { 4, NONE } },
	{ "two bytes, cut", "ip", "the i", false, { NONE } },
	{ "three bytes", "rbl", "an rbl", true, { 3, NONE } },
	{ "three bytes, cut", "rbl", "an rb", false, { NONE } },
	{ "four bytes", "full", "mailbox full", true, { 8, NONE } },
	{ "whole text", "over", "over", true, { 0, NONE } },
	{ "longer than the text", "over", "ove", false, { NONE } },
	{ "begins before the text", "over", "ver quota", false, { NONE } },
	{ "several", "full", "full, full or Full", true, { 0, 6, 14, NONE } },
	{ "any case of the text", "over", "is OVer", true, { 3, NONE } },
	{ "any case of the literal", "OVER", "is over", true, { 3, NONE } },
	{ "only letters have case", "a@b[", "A`B{", false, { NONE } },
	{ "past ASCII", "\xC3\xA9t", "en \xC3\xA9t\xC3\xA9", true,
	    { 3, NONE } },
	{ "other bytes past ASCII", "\xC3\xA9t", "en \xC3\x89t", false,
	    { NONE } },
	{ "differs in the last byte", "full", "fuly fula", false, { NONE } },
	{ "empty text", "ip", "", false, { NONE } },
};

static void
check_places(
    const struct literal_scratch *scratch, size_t output, const size_t *places)
{
	size_t hit = scratch->chains[output].first;

	assert_false(scratch->is_full);
	for (; hit != LITERAL_NO_HIT; hit = scratch->next[hit], places++)
		assert_int_equal(literal_hit_place(scratch, hit), *places);
	assert_int_equal(*places, NONE);
}

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
		check_places(scratch, 5, row->places);
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
		size_t hit = scratch->chains[i * 2].first;
		size_t from = 0;
		size_t at;

		assert_int_equal(is_found[i * 2],
		    text_find_nocase(text, literals[i]) != TEXT_NONE);
		while (
		    (at = text_find_nocase(text_slice(text, from, text.length),
			 literals[i])) != TEXT_NONE) {
			assert_int_equal(
			    literal_hit_place(scratch, hit), from + at);
			hit = scratch->next[hit];
			from += at + 1;
		}
		assert_true(from == 0 || hit == LITERAL_NO_HIT);
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

/* So many hits that some are forgotten; the outputs are told nonetheless. */
static void
check_full(void **state)
{
	struct literal_search search;
	struct literal_scratch *scratch;
	char text[LITERAL_TEXT_MAXIMUM];
	size_t output;

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text + sizeof(text) - 4, "full", 4);
	literal_search_init(&search);
	literal_search_add(&search, piece_of(TEXT_LITERAL("full")), 0);
	for (uint32_t i = 1; i < 10; i++)
		literal_search_add(&search, piece_of(TEXT_LITERAL("aaa")), i);
	literal_search_compile(&search);
	scratch = literal_scratch_new(&search);
	literal_search_find(
	    &search, (struct text){ text, sizeof(text) }, scratch);
	assert_true(scratch->is_full);
	for (size_t i = 0; i < 10; i++) {
		assert_true(literal_next(&search, scratch, &output));
		assert_int_equal(output, i);
	}
	assert_false(literal_next(&search, scratch, &output));
	literal_search_find(&search, TEXT_LITERAL("full"), scratch);
	check_places(scratch, 0, (size_t[]){ 0, NONE });
	literal_scratch_free(scratch);
	literal_search_release(&search);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_random),
		cmocka_unit_test(check_outputs),
		cmocka_unit_test(check_full),
	};

	return ROWS_RUN("literal search", rows, check_row) +
	    cmocka_run_group_tests_name(
		"literal search, many", others, NULL, NULL);
}
