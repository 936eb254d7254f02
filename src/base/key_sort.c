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
    size_t count, unsigned number)
{
	size_t starts[256] = { 0 };
	size_t start = 0;

	for (size_t i = 0; i < count; i++)
		starts[byte_of(&from[i], number)]++;
	for (unsigned i = 0; i < 256; i++) {
		size_t next = start + starts[i];

		starts[i] = start;
		start = next;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[byte_of(&from[i], number)]++] = from[i];
}

/* Bits that are not the same in all. */
static struct key_sort_item
find_differences(const struct key_sort_item *items, size_t count)
{
	struct key_sort_item bits = { 0 };

	for (size_t i = 1; i < count; i++)
		for (unsigned j = 0; j < 2; j++)
			bits.keys[j] |= items[i].keys[j] ^ items[0].keys[j];
	return bits;
}

/* Byte by byte, without those that are the same in all. */
static void
sort_many(struct key_sort_item *items, size_t count)
{
	struct key_sort_item *other =
	    memory_allocate(count * sizeof(struct key_sort_item));
	struct key_sort_item bits = find_differences(items, count);
	struct key_sort_item *from = items;
	struct key_sort_item *to = other;

	for (unsigned number = 0; number < KEY_BYTES; number++) {
		struct key_sort_item *sorted = to;

		if (byte_of(&bits, number) == 0)
			continue;
		sort_by_byte(to, from, count, number);
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
