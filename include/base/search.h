/*
 * Search: a fixed string in texts of a few hundred bytes, many times over.
 *
 * For guards that are looked for in every line.  Where the processor has
 * vectors, two bytes of the needle are compared at 16 or 32 places at once.
 * Never reads outside the text.  Prepared needles may be shared by threads.
 */
#ifndef BASE_SEARCH_H
#define BASE_SEARCH_H

#include "base/text.h"

struct search_literal {
	struct text text; /* borrowed; any bytes, NUL too */
	size_t first; /* 0-based places of two bytes that are rare in logs */
	size_t second;
	bool wide; /* 32 bytes at once */
};

void search_literal_init(struct search_literal *needle, struct text text);

/*
 * 0-based position of the first occurrence, or TEXT_NONE.  An empty needle is
 * found at 0.
 */
size_t search_literal(
    const char *data, size_t length, const struct search_literal *needle);

/* How often a byte occurs. */
uint64_t search_count_byte(const char *data, size_t length, char byte);

#endif
