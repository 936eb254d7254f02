/*
 * Arena: memory that is given out piece by piece and freed all at once.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/text.h"

struct arena {
	struct arena_block *blocks;
	size_t left;
	char *next;
};

void arena_init(struct arena *arena);
void arena_release(struct arena *arena);

/* Aligned for any object, not cleared; valid until arena_release. */
void *arena_allocate(struct arena *arena, size_t size);

/* A copy of the bytes, terminated by a NUL that is not counted. */
struct text arena_copy(struct arena *arena, struct text text);

#endif
