/*
 * Literal search: which of many literals a text holds, in one pass.
 *
 * An Aho-Corasick automaton (Aho and Corasick 1975) as a table, with a row for
 * each state and a column for each class of bytes.  Upper and lower case are of
 * one class, and so are several of the bytes past ASCII: a literal that holds
 * such bytes may be reported where it is not, never missed.  After
 * literal_search_compile it is constant and shared.
 */
#ifndef CLASSIFY_LITERAL_SEARCH_H
#define CLASSIFY_LITERAL_SEARCH_H

#include "base/text.h"

struct literal_search {
	uint16_t *table; /* state << shift | class -> state */
	uint8_t classes[256];
	unsigned shift;
	uint32_t states;
	uint32_t first_output; /* this state and all behind it have outputs */
	uint32_t *output_starts; /* by state - first_output, and one more */
	uint32_t *outputs;
	/* Only while it is built. */
	struct literal_entry *entries;
	size_t entry_count;
	size_t entry_capacity;
};

void literal_search_init(struct literal_search *search);
void literal_search_release(struct literal_search *search);

/* `literal` is not empty and stays valid until the search is compiled. */
void literal_search_add(
    struct literal_search *search, struct text literal, uint32_t output);

/* False when there are more states than a row number can tell apart. */
bool literal_search_compile(struct literal_search *search);

/*
 * Calls for every occurrence of every literal are too slow; the caller walks
 * by itself: from state 0, state = literal_search_step(...) for each byte, and
 * where literal_search_hits() the outputs of the state.
 */
static inline uint32_t
literal_search_step(
    const struct literal_search *search, uint32_t state, char byte)
{
	return search->table[(state << search->shift) |
	    search->classes[(unsigned char)byte]];
}

static inline bool
literal_search_hits(const struct literal_search *search, uint32_t state)
{
	return state >= search->first_output;
}

static inline const uint32_t *
literal_search_outputs(
    const struct literal_search *search, uint32_t state, size_t *count)
{
	const uint32_t *start =
	    &search->output_starts[state - search->first_output];

	*count = start[1] - start[0];
	return &search->outputs[start[0]];
}

#endif
