#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define ARENA_BLOCK ((size_t)64 * 1024)

struct arena_block {
	struct arena_block *next;
	max_align_t memory[];
};

void
arena_init(struct arena *arena)
{
	*arena = (struct arena){ 0 };
}

void
arena_release(struct arena *arena)
{
	while (arena->blocks != NULL) {
		struct arena_block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
	arena_init(arena);
}

static struct arena_block *
add_block(struct arena *arena, size_t size)
{
	struct arena_block *block = memory_allocate(sizeof(*block) + size);

	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

static void *
take(struct arena *arena, size_t size, size_t alignment)
{
	size_t pad =
	    (alignment - (uintptr_t)arena->next % alignment) % alignment;
	void *memory;

	/* A large piece gets a block of its own; the open one stays open. */
	if (size >= ARENA_BLOCK / 4)
		return add_block(arena, size)->memory;
	if (arena->next == NULL || pad + size > arena->left) {
		struct arena_block *block = add_block(arena, ARENA_BLOCK);

		arena->next = (char *)block->memory;
		arena->left = ARENA_BLOCK;
		pad = 0;
	}
	memory = arena->next + pad;
	arena->next += pad + size;
	arena->left -= pad + size;
	return memory;
}

void *
arena_allocate(struct arena *arena, size_t size)
{
	return take(arena, size, alignof(max_align_t));
}

struct text
arena_copy(struct arena *arena, struct text text)
{
	char *copy = take(arena, text.length + 1, 1);

	if (text.length > 0)
		memcpy(copy, text.data, text.length);
	copy[text.length] = '\0';
	return (struct text){ copy, text.length };
}
