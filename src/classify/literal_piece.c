#include "classify/literal_piece.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define COUNTERS 65536

/*
 * Taken for a piece that no text has: each one makes the search larger.  One
 * of two bytes does so as 256 others do.
 */
#define COST_LEAST     2
#define COST_TWO_BYTES 100

struct piece_counts {
	uint32_t texts[COUNTERS]; /* by hash: how often it was recorded */
	uint32_t members[COUNTERS]; /* by hash: how often one set has it */
};

static uint32_t
counter_of(uint32_t key)
{
	return piece_hash(key) >> 16;
}

struct piece_counts *
piece_counts_new(void)
{
	return memory_allocate_array(1, sizeof(struct piece_counts));
}

void
piece_counts_free(struct piece_counts *counts)
{
	free(counts);
}

/* The key of `length` bytes, of which none behind the text is read. */
static inline uint32_t
key_at(struct text text, size_t at, size_t length)
{
	char bytes[PIECE_LENGTH] = { 0 };

	if (at + PIECE_LENGTH <= text.length)
		return piece_shorten(piece_key(text.data + at), length);
	memcpy(bytes, text.data + at, text.length - at);
	return piece_shorten(piece_key(bytes), length);
}

uint32_t
piece_start(struct text literal, size_t length)
{
	return key_at(literal, 0, length);
}

void
piece_counts_record(
    struct piece_counts *counts, struct text text, unsigned weight)
{
	for (size_t at = 0; at + PIECE_LEAST <= text.length; at++)
		for (size_t length = PIECE_LEAST;
		     length <= PIECE_LENGTH && at + length <= text.length;
		     length++)
			counts->texts[counter_of(key_at(text, at, length))] +=
			    weight;
}

static size_t
piece_length(struct text member)
{
	return member.length < PIECE_LENGTH ? member.length : PIECE_LENGTH;
}

static void
count_members(struct piece_counts *counts, struct literal_set set, bool is_undo)
{
	for (size_t i = 0; i < set.count; i++) {
		struct text member = set.members[i];
		size_t length = piece_length(member);

		for (size_t at = 0; at + length <= member.length; at++) {
			uint32_t *count = &counts->members[counter_of(
			    key_at(member, at, length))];

			*count = is_undo ? 0 : *count + 1;
		}
	}
}

static uint32_t
cost_of(const struct piece_counts *counts, uint32_t key)
{
	return counts->texts[counter_of(key)] +
	    ((key & 0xFFFF) != 0 ? COST_LEAST : COST_TWO_BYTES);
}

/*
 * The piece of a member that is cheapest for all the members that have it,
 * which are counted if there are others.
 */
static struct literal_piece
choose_piece(
    const struct piece_counts *counts, struct text member, bool is_alone)
{
	size_t length = piece_length(member);
	struct literal_piece best = { .length = (uint8_t)length };
	uint64_t best_cost = 0;
	uint64_t best_share = 0;

	for (size_t at = 0; at + length <= member.length; at++) {
		uint32_t key = key_at(member, at, length);
		uint64_t cost = cost_of(counts, key);
		uint64_t share =
		    is_alone ? 1 : counts->members[counter_of(key)];

		if (at == 0 || cost * best_share < best_cost * share) {
			best.key = key;
			best_cost = cost;
			best_share = share;
		}
	}
	return best;
}

/* Where a member has the piece; TEXT_NONE when it has not. */
static size_t
find_piece(struct text member, struct literal_piece piece)
{
	if (piece_length(member) < piece.length)
		return TEXT_NONE;
	for (size_t at = 0; at + piece.length <= member.length; at++)
		if (key_at(member, at, piece.length) == piece.key)
			return at;
	return TEXT_NONE;
}

struct piece_cover
piece_cover_of(
    struct piece_counts *counts, struct literal_set set, struct arena *arena)
{
	struct piece_cover cover = { .shortest = PIECE_LENGTH };
	bool is_covered[LITERAL_MEMBERS] = { false };

	for (size_t i = 0; i < set.count; i++)
		if (set.members[i].length < PIECE_LEAST)
			return cover;
	cover.pieces = arena_allocate(arena, set.count * sizeof(*cover.pieces));
	cover.offsets = arena_allocate(arena, set.count);
	if (set.count > 1)
		count_members(counts, set, false);
	for (size_t i = 0; i < set.count; i++) {
		struct literal_piece piece;

		if (is_covered[i])
			continue;
		piece = choose_piece(counts, set.members[i], set.count == 1);
		cover.pieces[cover.count++] = piece;
		cover.cost += cost_of(counts, piece.key);
		if (piece.length < cover.shortest)
			cover.shortest = piece.length;
		for (size_t j = i; j < set.count; j++) {
			size_t at = is_covered[j]
			    ? TEXT_NONE
			    : find_piece(set.members[j], piece);

			if (at == TEXT_NONE)
				continue;
			is_covered[j] = true;
			cover.offsets[j] = (uint8_t)at;
			if (at > cover.reach)
				cover.reach = at;
		}
	}
	cover.reach += set.before;
	if (set.count > 1)
		count_members(counts, set, true);
	return cover;
}
