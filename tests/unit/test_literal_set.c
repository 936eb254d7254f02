/*
 * What the reader of patterns says of the literals that they need, and by which
 * pieces these are looked for.
 */
#include "unit/rows.h"

#include "base/buffer.h"
#include "classify/literal_piece.h"
#include "classify/literal_set.h"
#include "input_fixtures.h"

/*
 * Clauses stand apart by blank bars; in front of the branch is = when it is
 * exact, and behind it are its sets, with the bytes before a member, and
 * unless it is exact behind ^ what a match begins with.
 */
static const struct row {
	const char *name;
	const char *pattern;
	const char *clauses; /* empty: none */
} rows[] = {
	{ "literal", "(?i)mailbox full", "=(?i)mailbox full {mailbox full 0}" },
	{ "case", "Full", "Full {full 0} ^full" },
	{ "case is kept for what follows", "(?i)ab|cd",
	    "=(?i)ab {ab 0} | =(?i)cd {cd 0}" },
	{ "case from the middle on", "ab(?i)c|de",
	    "ab(?i)c {abc 0} ^abc | =(?i)de {de 0}" },
	{ "alternatives", "(?i)user (?:gone|left)",
	    "=(?i)user (?:gone|left) {user gone,user left 0}" },
	{ "option", "(?i)user(?:s| is)? gone",
	    "=(?i)user(?:s| is)? gone {users gone,user is gone,user gone 0}" },
	{ "gap", "(?i)user[^.]{0,40}gone",
	    "(?i)user[^.]{0,40}gone {gone 44} {user 0} ^user" },
	{ "any gap", "(?i)user.*gone",
	    "(?i)user.*gone {gone any} {user 0} ^user" },
	{ "gap between alternatives", "(?i)(?:a user|me)\\d+.gone",
	    "(?i)(?:a user|me)\\d+.gone {gone any} {a user,me 0} ^a user,me" },
	{ "gap of classes", "(?i)ab\\d{1,3}\\w?cd",
	    "(?i)ab\\d{1,3}\\w?cd {ab 0} {cd 6} ^ab" },
	{ "blanks are one", "(?i)ab *cd +ef",
	    "=(?i)ab *cd +ef {ab cd ef,abcd ef 0}" },
	{ "inside a group", "(?i)x\\d(?:ab\\d\\dcd|efg\\dhi)?klm",
	    "(?i)x\\d(?:ab\\d\\dcd|efg\\dhi)?klm {klm 8} ^x" },
	{ "repeated", "(?i)(?:very )+ill",
	    "(?i)(?:very )+ill {very  0} {ill any} ^very " },
	{ "assertions take no room", "(?i)(?<!not )\\bfull\\b(?! of)\\d.stop",
	    "(?i)(?<!not )\\bfull\\b(?! of)\\d.stop {full 0} {stop 6} ^full" },
	{ "other options hold further", "(?s)ab.cd|ef",
	    " {ab 0} {cd 3} ^ab |  {ef 0} ^ef" },
	{ "start of alternatives", "(?i)(?:ab\\d|cd)e.fgh",
	    "(?i)(?:ab\\d|cd)e.fgh {fgh 5} {ab,cd 0} ^ab,cd" },
	{ "start that may be left out", "(?i)(?:ab )?\\dcd|(?:ef)?gh\\d",
	    "(?i)(?:ab )?\\dcd {cd 4} | (?i)(?:ef)?gh\\d {efgh,gh 0} "
	    "^efgh,gh" },
	{ "one branch without", "(?i)abc|\\d", "" },
	{ "one byte", "(?i)a\\d", "" },
	{ "not understood", "(?i)(abc)\\1", "" },
};

static void
append_members(struct buffer *out, const char *before, struct literal_set set)
{
	for (size_t i = 0; i < set.count; i++)
		buffer_append_format(out, "%s%.*s", i == 0 ? before : ",",
		    TEXT_FORMAT(set.members[i]));
}

static void
append_set(struct buffer *out, struct literal_set set)
{
	append_members(out, " {", set);
	if (set.before < LITERAL_FAR)
		buffer_append_format(out, " %zu}", set.before);
	else
		buffer_append_string(out, " any}");
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct literal_clauses clauses;
	struct arena arena;
	struct buffer out;

	arena_init(&arena);
	buffer_init(&out, 0);
	clauses = literal_clauses_of(text_of(row->pattern), &arena);
	for (size_t i = 0; i < clauses.count; i++) {
		const struct literal_clause *clause = &clauses.items[i];

		buffer_append_format(&out, "%s%s%s%.*s", i == 0 ? "" : " | ",
		    clause->is_exact ? "=" : "",
		    clause->is_caseless && clause->branch.length > 0 ? "(?i)"
								     : "",
		    TEXT_FORMAT(clause->branch));
		for (size_t j = 0; j < clause->set_count; j++)
			append_set(&out, clause->sets[j]);
		if (!clause->is_exact)
			append_members(&out, " ^", clause->starts);
	}
	assert_string_equal(buffer_string(&out), row->clauses);
	buffer_release(&out);
	arena_release(&arena);
}

/* Random members of few different bytes, and some of two or three. */
static struct literal_set
random_set(uint64_t *seed, struct arena *arena)
{
	struct literal_set set = { .before = 3 };

	set.count = 1 + (size_t)(fixture_random(seed) % 20);
	set.members = arena_allocate(arena, set.count * sizeof(*set.members));
	for (size_t i = 0; i < set.count; i++) {
		char bytes[12];
		size_t length =
		    PIECE_LEAST + (size_t)(fixture_random(seed) % 10);

		for (size_t j = 0; j < length; j++)
			bytes[j] = "abcd "[fixture_random(seed) % 5];
		set.members[i] =
		    arena_copy(arena, (struct text){ bytes, length });
	}
	return set;
}

/* Each member has one of the pieces, where its offset says. */
static void
check_cover(void **state)
{
	struct piece_counts *counts = piece_counts_new();
	uint64_t seed = 5;

	(void)state;
	for (unsigned round = 0; round < 500; round++) {
		struct arena arena;
		struct literal_set set;
		struct piece_cover cover;

		arena_init(&arena);
		set = random_set(&seed, &arena);
		piece_counts_record(counts, set.members[0], round % 3);
		cover = piece_cover_of(counts, set, &arena);
		assert_in_range(cover.count, 1, set.count);
		for (size_t i = 0; i < set.count; i++) {
			struct text rest = text_slice(set.members[i],
			    cover.offsets[i], set.members[i].length);
			char bytes[PIECE_LENGTH] = { 0 };
			bool is_covered = false;

			memcpy(bytes, rest.data,
			    rest.length < PIECE_LENGTH ? rest.length
						       : PIECE_LENGTH);
			assert_true(cover.reach >= cover.offsets[i] + 3U);
			for (size_t j = 0; j < cover.count; j++)
				is_covered |= piece_shorten(piece_key(bytes),
						  cover.pieces[j].length) ==
					cover.pieces[j].key &&
				    cover.pieces[j].length <= rest.length;
			assert_true(is_covered);
		}
		arena_release(&arena);
	}
	piece_counts_free(counts);
}

/* What most texts have is not what is looked for. */
static void
check_rarest(void **state)
{
	struct piece_counts *counts = piece_counts_new();
	struct text member = TEXT_LITERAL("user gone");
	struct literal_set set = { .members = &member, .count = 1 };
	struct piece_cover cover;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	piece_counts_record(counts, TEXT_LITERAL("user gon"), 5);
	cover = piece_cover_of(counts, set, &arena);
	assert_int_equal(cover.count, 1);
	assert_int_equal(cover.pieces[0].key, piece_key("gone"));
	assert_int_equal(cover.offsets[0], 5);
	assert_int_equal(
	    piece_start(member, 3), piece_shorten(piece_key("user"), 3));
	arena_release(&arena);
	piece_counts_free(counts);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_cover),
		cmocka_unit_test(check_rarest),
	};

	return ROWS_RUN("literal set", rows, check_row) +
	    cmocka_run_group_tests_name("literal pieces", others, NULL, NULL);
}
