#include "base/key_sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Up to so many are sorted by insertion. */
#define FEW_ITEMS 64

static void
sort_few(struct key_sort_item *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct key_sort_item item = items[i];
		size_t at = i;

		for (; at > 0 && items[at - 1].key > item.key; at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

static void
sort_by_byte(struct key_sort_item *to, const struct key_sort_item *from,
    size_t count, unsigned shift)
{
	size_t starts[256] = { 0 };
	size_t start = 0;

	for (size_t i = 0; i < count; i++)
		starts[from[i].key >> shift & 255]++;
	for (unsigned i = 0; i < 256; i++) {
		size_t next = start + starts[i];

		starts[i] = start;
		start = next;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[from[i].key >> shift & 255]++] = from[i];
}

/* Byte by byte, the lowest first, without those that are the same in all. */
static void
sort_many(struct key_sort_item *items, size_t count)
{
	struct key_sort_item *other = memory_allocate(count * sizeof(*other));
	struct key_sort_item *from = items;
	struct key_sort_item *to = other;
	uint64_t different = 0; /* bits */

	for (size_t i = 1; i < count; i++)
		different |= items[i].key ^ items[0].key;
	for (unsigned shift = 0; shift < 64; shift += 8) {
		struct key_sort_item *sorted = to;

		if ((different >> shift & 255) == 0)
			continue;
		sort_by_byte(to, from, count, shift);
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
