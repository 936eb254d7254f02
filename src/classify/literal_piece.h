/*
 * Literal pieces: the few bytes by which literals are looked for.
 *
 * A literal can only be in a text that has any four bytes of it.  Of every set
 * of literals some pieces are chosen such that each member has one; best are
 * few pieces that few texts have, and how many do is counted beforehand in
 * texts like those that will be searched.
 *
 * Texts and literals are in lower case, and have no NULs.
 */
#ifndef CLASSIFY_LITERAL_PIECE_H
#define CLASSIFY_LITERAL_PIECE_H

#include <stdint.h>

#include "classify/literal_set.h"

/* Bytes of a piece; members that have less are pieces themselves. */
#define PIECE_LENGTH 4
#define PIECE_LEAST  2

struct literal_piece {
	uint32_t key; /* never 0 */
	uint8_t length; /* PIECE_LEAST to PIECE_LENGTH */
};

/* Pieces of which every text with a member of some set has one. */
struct piece_cover {
	struct literal_piece *pieces;
	size_t count; /* 0: there are none, some member is too short */
	uint32_t cost; /* grows with the number of texts that have any */
	size_t shortest; /* length of the shortest piece */
	uint8_t *offsets; /* by member: where its piece starts */
	size_t reach; /* a match starts so far in front of a piece at most */
};

struct piece_counts;

struct piece_counts *piece_counts_new(void);
void piece_counts_free(struct piece_counts *counts);

/* Counts what is in a text, `weight` times. */
void piece_counts_record(
    struct piece_counts *counts, struct text text, unsigned weight);

/* The pieces and offsets live in `arena`. */
struct piece_cover piece_cover_of(
    struct piece_counts *counts, struct literal_set set, struct arena *arena);

/* The key of the first bytes of a literal that has as many. */
uint32_t piece_start(struct text literal, size_t length);

/*
 * The key of the four bytes at `bytes`, and from it that of the first three or
 * two.  A shorter one is that of four of which the first are NUL.
 */
static inline uint32_t
piece_key(const char *bytes)
{
	const unsigned char *in = (const unsigned char *)bytes;

	return (uint32_t)in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 |
	    (uint32_t)in[3] << 24;
}

static inline uint32_t
piece_shorten(uint32_t key, size_t length)
{
	return key << 8 * (PIECE_LENGTH - length);
}

/*
 * A hash of 32 bits, of which the upper ones are the better.  That of a key is
 * shortened as the key is.
 */
static inline uint32_t
piece_hash(uint32_t key)
{
	return key * 2654435761U;
}

#endif
