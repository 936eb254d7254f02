/*
 * Literal search: which of many pieces of literals a text holds, in one pass.
 *
 * A filter with a bit for each hash of a piece tells at which places of the
 * text there may be one, without a branch; only those are looked up.  All of
 * it fits into a first-level cache.  (An Aho-Corasick automaton of the
 * literals took some fifty times the memory, and texts of many kinds spent
 * most of their time waiting for it.)
 *
 * ASCII case does not matter.  After literal_search_compile the search is
 * constant and shared; each thread has a scratch of its own.
 */
#ifndef CLASSIFY_LITERAL_SEARCH_H
#define CLASSIFY_LITERAL_SEARCH_H

#include "classify/literal_piece.h"

/* Bytes of a text that are searched. */
#define LITERAL_TEXT_MAXIMUM 4096

/* Values that the hash of a piece has in what is remembered of a text. */
#define LITERAL_SEEN 8192

/* Pieces that can be looked for, and outputs: their numbers have two bytes. */
#define LITERAL_MAXIMUM (UINT16_MAX - 1)

struct literal_search {
	struct literal_table *table; /* NULL until it is compiled */
	size_t outputs; /* all are below this */
	/* Only while it is built. */
	struct literal_item *items;
	size_t item_count;
	size_t item_capacity;
};

/* Pieces in a text that are remembered; and no such piece. */
#define LITERAL_HITS   8192
#define LITERAL_NO_HIT UINT16_MAX

/* The first and the last hit of an output. */
struct literal_chain {
	uint16_t first;
	uint16_t last;
};

/* What was found in the latest text. */
struct literal_scratch {
	/*
	 * The pieces that are there, in their order: for each its output and
	 * 65536 times its place, and the next one of that output.
	 */
	uint32_t hits[LITERAL_HITS + 8];
	uint16_t next[LITERAL_HITS + 8];
	struct literal_chain *chains; /* by output that is found by a piece */
	bool is_full; /* there were too many hits; some are forgotten */
	/* What literal_next has still to tell. */
	uint64_t *marks; /* bits of outputs */
	uint64_t groups; /* bits of groups of words of `marks` */
	uint64_t bits; /* of one word, and the number of the next */
	size_t word;
	size_t end; /* of the words of its group */
	size_t length;
	uint8_t epoch;
	uint8_t seen[LITERAL_SEEN + 1]; /* by index: `epoch` if there */
	uint16_t places[2 * LITERAL_TEXT_MAXIMUM + 2];
	/* The text in lower case, with NULs on both sides. */
	char text[LITERAL_LENGTH + LITERAL_TEXT_MAXIMUM + LITERAL_LENGTH];
};

void literal_search_init(struct literal_search *search);
void literal_search_release(struct literal_search *search);

/* False when there is no place for it any more. */
bool literal_search_add(
    struct literal_search *search, struct literal_piece piece, uint32_t output);

/* The output is marked in every text.  False as above. */
bool literal_search_add_always(struct literal_search *search, uint32_t output);

void literal_search_compile(struct literal_search *search);

/* The search must be compiled; the scratch is good for no other. */
struct literal_scratch *
literal_scratch_new(const struct literal_search *search);
void literal_scratch_free(struct literal_scratch *scratch);

/* Finds the outputs of the pieces in `text`, for literal_next. */
void literal_search_find(const struct literal_search *search, struct text text,
    struct literal_scratch *scratch);

/*
 * The next of the outputs that were found, in their order and each once; false
 * at the end.
 */
bool literal_next(const struct literal_search *search,
    struct literal_scratch *scratch, size_t *output);

/* Where in the text the piece is that was hit. */
static inline size_t
literal_hit_place(const struct literal_scratch *scratch, size_t hit)
{
	return scratch->hits[hit] >> 16;
}

/* The text in lower case, with NULs behind it. */
static inline const char *
literal_folded(const struct literal_scratch *scratch)
{
	return scratch->text + LITERAL_LENGTH;
}

/* A text in lower case; what is behind the copy. */
char *literal_fold(struct text text, char *out);

/* Where in `seen` a piece of three or four bytes is; never 0. */
static inline uint16_t
literal_seen_index(uint32_t key)
{
	return (
	    uint16_t)(piece_hash(key) / (UINT32_MAX / LITERAL_SEEN + 1) + 1);
}

/* Whether a piece with this index is in the text, or another one. */
static inline bool
literal_is_seen(const struct literal_scratch *scratch, uint16_t index)
{
	return scratch->seen[index] == scratch->epoch;
}

/*
 * Whether a literal in lower case is in the text such that the byte at
 * `offset` of it is that at `place` in the text.
 */
bool literal_is_at(const struct literal_scratch *scratch, struct text literal,
    size_t place, size_t offset);

#endif
