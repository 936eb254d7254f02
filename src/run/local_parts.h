/*
 * Local parts: where they stand in a text that a stranger chose.
 *
 * An address is whatever has an at sign, bare or as %40, in brackets,
 * quotes or a URL.  Its local part is everything in front of the last at
 * sign: quoted strings (RFC 5321 section 4.1.2), bytes past ASCII (RFC 6531)
 * and the forms of VERP and SRS.  When in doubt, more of the text is taken
 * for a local part, not less.  Time is linear in the text.
 */
#ifndef RUN_LOCAL_PARTS_H
#define RUN_LOCAL_PARTS_H

#include "base/text.h"

/* Bytes start to end - 1, 0-based; never empty. */
struct span {
	size_t start;
	size_t end;
};

/* Embedded in its owner; all zero bytes are an empty one. */
struct local_parts {
	struct span *spans; /* of the last search, from the end of the text */
	size_t count;
	size_t capacity;
};

void local_parts_release(struct local_parts *parts);

/*
 * Finds all of `text`.  Local parts in `known` (`count` of them, may be empty
 * texts) are taken whole where others would lose what looks like a prefix:
 * `to=`, a quote, `550-`.
 */
void local_parts_find(struct local_parts *parts, struct text text,
    const struct text *known, size_t count);

#endif
