#include "base/key_sort.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Up to so many are sorted by insertion. */
#define FEW_ITEMS 32

#define KEY_BYTES 16

static bool
is_before(const struct key_sort_item *a, const struct key_sort_item *b)
{
	return a->keys[0] != b->keys[0] ? a->keys[0] < b->keys[0]
					: a->keys[1] < b->keys[1];
}

static void
sort_few(struct key_sort_item *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct key_sort_item item = items[i];
		size_t at = i;

		for (; at > 0 && is_before(&item, &items[at - 1]); at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

/* The bytes of the keys, the least one first. */
static unsigned
byte_of(const struct key_sort_item *item, unsigned number)
{
	return item->keys[number < 8] >> number % 8 * 8 & 255;
}

static void
sort_by_byte(struct key_sort_item *to, const struct key_sort_item *from,
    size_t count, unsigned number, const size_t *counts)
{
	size_t starts[256];
	size_t start = 0;

	for (unsigned i = 0; i < 256; i++) {
		starts[i] = start;
		start += counts[i];
	}
	for (size_t i = 0; i < count; i++)
		to[starts[byte_of(&from[i], number)]++] = from[i];
}

static void
count_bytes(const struct key_sort_item *items, size_t count,
    size_t counts[KEY_BYTES][256])
{
	for (size_t i = 0; i < count; i++)
		for (unsigned number = 0; number < KEY_BYTES; number++)
			counts[number][byte_of(&items[i], number)]++;
}

/* Byte by byte, without those that are the same in all. */
static void
sort_many(struct key_sort_item *items, size_t count)
{
	struct key_sort_item *other =
	    memory_allocate_array(count, sizeof(*other));
	struct key_sort_item *from = items;
	struct key_sort_item *to = other;
	size_t counts[KEY_BYTES][256] = { 0 };

	count_bytes(items, count, counts);
	for (unsigned number = 0; number < KEY_BYTES; number++) {
		struct key_sort_item *sorted = to;

		if (counts[number][byte_of(&items[0], number)] == count)
			continue;
		sort_by_byte(to, from, count, number, counts[number]);
		to = from;
		from = sorted;
	}
	if (from != items)
		memcpy(items, from, count * sizeof(*items));
	free(other);
}

void
key_sort(struct key_sort_item *items, size_t count)
{
	if (count <= FEW_ITEMS)
		sort_few(items, count);
	else
		sort_many(items, count);
}
