#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void
memory_exhausted(void)
{
	fputs("bouncestat: error: out of memory\n", stderr);
	exit(2);
}

void *
memory_allocate(size_t size)
{
	void *block = malloc(size > 0 ? size : 1);

	if (block == NULL)
		memory_exhausted();
	return block;
}

void *
memory_allocate_array(size_t count, size_t size)
{
	void *block = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

	if (block == NULL)
		memory_exhausted();
	return block;
}

void *
memory_resize(void *block, size_t size)
{
	void *moved = realloc(block, size > 0 ? size : 1);

	if (moved == NULL)
		memory_exhausted();
	return moved;
}

void *
memory_grow(void *block, size_t *capacity, size_t wanted, size_t size)
{
	size_t room = *capacity;

	if (wanted <= room)
		return block;
	if (room < 8)
		room = 8;
	while (room < wanted) {
		if (room > SIZE_MAX / 2)
			memory_exhausted();
		room *= 2;
	}
	if (room > SIZE_MAX / size)
		memory_exhausted();
	block = memory_resize(block, room * size);
	*capacity = room;
	return block;
}

char *
memory_copy_string(const char *data, size_t length)
{
	char *copy = memory_allocate(length + 1);

	if (length > 0)
		memcpy(copy, data, length);
	copy[length] = '\0';
	return copy;
}
