/*
 * Literal search: which of many literals a text holds, in one pass.
 *
 * Each literal is found by one piece of it, four bytes (two, if it has no
 * more than three), chosen to be one that few other literals hold.  A filter
 * with a bit for each value of a piece's hash tells at which places of the text
 * there may be one, without a branch; only at those the literals of that piece
 * are compared.
 *
 * All of it fits into a second-level cache.  An Aho-Corasick automaton of the
 * same literals took some twenty times the memory, and texts of many kinds
 * spent most of their time waiting for it.
 *
 * ASCII case does not matter.  After literal_search_compile the search is
 * constant and shared; each thread has a scratch of its own.
 */
#ifndef CLASSIFY_LITERAL_SEARCH_H
#define CLASSIFY_LITERAL_SEARCH_H

#include "base/text.h"
#include "classify/literal_set.h"

/* Bytes of a text that are searched. */
#define LITERAL_TEXT_MAXIMUM 4096

struct literal_search {
	struct literal_table *table; /* NULL until it is compiled */
	/* Only while it is built. */
	struct literal_item *items;
	size_t item_count;
	size_t item_capacity;
};

struct literal_scratch {
	/* The text in lower case, with NULs on both sides. */
	char text[LITERAL_LENGTH + LITERAL_TEXT_MAXIMUM + LITERAL_LENGTH];
	uint16_t places[2 * LITERAL_TEXT_MAXIMUM + 2];
};

void literal_search_init(struct literal_search *search);
void literal_search_release(struct literal_search *search);

/*
 * `literal` has at least two bytes, of which the first LITERAL_LENGTH count,
 * and stays valid until the search is compiled.
 */
void literal_search_add(
    struct literal_search *search, struct text literal, uint32_t output);

void literal_search_compile(struct literal_search *search);

/* Sets the bits of `marks` that are the outputs of the literals in `text`. */
void literal_search_find(const struct literal_search *search, struct text text,
    struct literal_scratch *scratch, uint64_t *marks);

#endif
