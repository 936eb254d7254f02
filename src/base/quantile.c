#include "base/quantile.h"

#include <stdlib.h>
#include <string.h>

#include "base/key_sort.h"
#include "base/memory.h"

/*
 * A pair is one or two numbers: twice the value (or, among the sorted ones,
 * twice the distance to the value before), plus one if a count follows.  A
 * number is written seven bits a byte, the lowest first; all bytes but its
 * last have the top bit set.
 */
#define VALUE_BYTES 5 /* 33 bits */
#define PAIR_BYTES  (VALUE_BYTES + 10)

/* Room for the first values; with malloc's own bytes a multiple of 16. */
#define FIRST_ROOM 24

/* In less room than this, values are left as they came. */
#define LITTLE_ROOM 96

void
quantile_release(struct quantile *quantile)
{
	free(quantile->bytes);
	*quantile = (struct quantile){ 0 };
}

/* --- pairs as bytes --- */

static unsigned char *
put_number(unsigned char *to, uint64_t number)
{
	for (; number > 127; number >>= 7)
		*to++ = (unsigned char)(number | 128);
	*to++ = (unsigned char)number;
	return to;
}

static const unsigned char *
take_number(const unsigned char *from, uint64_t *number)
{
	unsigned shift = 7;

	*number = *from & 127;
	for (; *from++ > 127; shift += 7)
		*number |= (uint64_t)(*from & 127) << shift;
	return from;
}

static unsigned char *
put_pair(unsigned char *to, uint32_t value, uint64_t count)
{
	to = put_number(to, (uint64_t)value << 1 | (count > 1));
	return count > 1 ? put_number(to, count) : to;
}

static const unsigned char *
take_pair(const unsigned char *from, struct quantile_pair *pair)
{
	uint64_t number;

	from = take_number(from, &number);
	pair->value = (uint32_t)(number >> 1);
	pair->count = 1;
	return number & 1 ? take_number(from, &pair->count) : from;
}

bool
quantile_next(struct quantile_cursor *cursor, struct quantile_pair *pair)
{
	if (cursor->next == cursor->end)
		return false;
	cursor->next = take_pair(cursor->next, pair);
	pair->value += cursor->value;
	cursor->value = pair->value;
	return true;
}

/* --- sorting --- */

/* The pairs that are not sorted yet, sorted: value, count; free() them. */
static struct key_sort_item *
sort_recent(const struct quantile *quantile, size_t *count)
{
	const unsigned char *from = quantile->bytes + quantile->sorted;
	const unsigned char *end = quantile->bytes + quantile->used;
	/* A pair has one byte at least. */
	struct key_sort_item *items =
	    memory_allocate((size_t)(end - from) * sizeof(*items));
	struct quantile_pair pair;

	for (*count = 0; from < end; ++*count) {
		from = take_pair(from, &pair);
		items[*count] =
		    (struct key_sort_item){ pair.value, pair.count };
	}
	key_sort(items, *count);
	return items;
}

/* Pairs on their way into bytes; those of one value become one. */
struct packing {
	unsigned char *to;
	uint32_t before; /* the value that was put last */
	struct quantile_pair pair; /* count 0 = none */
};

static void
put_held(struct packing *packing)
{
	struct quantile_pair *pair = &packing->pair;

	packing->to =
	    put_pair(packing->to, pair->value - packing->before, pair->count);
	packing->before = pair->value;
}

static void
pack(struct packing *packing, uint32_t value, uint64_t count)
{
	struct quantile_pair *pair = &packing->pair;

	if (pair->count > 0 && pair->value == value) {
		pair->count += count;
		return;
	}
	if (pair->count > 0)
		put_held(packing);
	*pair = (struct quantile_pair){ value, count };
}

/*
 * Merges what came since into what is sorted.  That never takes more bytes
 * than before: distances are shorter than values, and one that is cut in two
 * gives way to a shorter one.
 */
static void
compact(struct quantile *quantile)
{
	struct packing packing = { .to = quantile->bytes };
	struct quantile_cursor sorted = { 0 };
	struct quantile_pair pair;
	struct key_sort_item *recent;
	unsigned char *copy;
	size_t count;
	size_t at = 0;

	if (quantile->sorted == quantile->used)
		return;
	recent = sort_recent(quantile, &count);
	copy = memory_allocate(quantile->sorted);
	memcpy(copy, quantile->bytes, quantile->sorted);
	sorted.next = copy;
	sorted.end = copy + quantile->sorted;
	while (quantile_next(&sorted, &pair)) {
		for (; at < count && recent[at].key < pair.value; at++)
			pack(
			    &packing, (uint32_t)recent[at].key, recent[at].row);
		pack(&packing, pair.value, pair.count);
	}
	for (; at < count; at++)
		pack(&packing, (uint32_t)recent[at].key, recent[at].row);
	put_held(&packing);
	quantile->used = (uint32_t)(packing.to - quantile->bytes);
	quantile->sorted = quantile->used;
	free(recent);
	free(copy);
}

/* --- adding --- */

/* Doubles only when half of the room is sorted. */
static void
make_room(struct quantile *quantile)
{
	size_t room = quantile->capacity;

	if (room >= LITTLE_ROOM) {
		compact(quantile);
		if (quantile->used < room / 2)
			return;
	}
	room = room > 0 ? room * 2 : FIRST_ROOM;
	if (room > UINT32_MAX)
		memory_exhausted();
	quantile->bytes = memory_resize(quantile->bytes, room);
	quantile->capacity = (uint32_t)room;
}

/*
 * Values are appended, and sorted in only when the room is full: adding is a
 * store that reads nothing, as the bytes are seldom in the processor's cache.
 */
void
quantile_add(struct quantile *quantile, uint32_t value, uint64_t count)
{
	unsigned char *to;

	if (count == 0)
		return;
	if (quantile->capacity - quantile->used <
	    (count == 1 ? VALUE_BYTES : PAIR_BYTES))
		make_room(quantile);
	to = put_pair(quantile->bytes + quantile->used, value, count);
	quantile->used = (uint32_t)(to - quantile->bytes);
}

void
quantile_expect(const struct quantile *quantile)
{
	if (quantile->used < quantile->capacity)
		__builtin_prefetch(quantile->bytes + quantile->used, 1);
}

static struct quantile_cursor
sorted_pairs(const struct quantile *quantile)
{
	if (quantile->used == 0)
		return (struct quantile_cursor){ 0 };
	return (struct quantile_cursor){
		.next = quantile->bytes,
		.end = quantile->bytes + quantile->sorted,
	};
}

void
quantile_merge(struct quantile *to, const struct quantile *from)
{
	struct quantile_cursor sorted = sorted_pairs(from);
	const unsigned char *recent = sorted.end;
	struct quantile_pair pair;

	if (from->used == 0)
		return;
	while (quantile_next(&sorted, &pair))
		quantile_add(to, pair.value, pair.count);
	while (recent < from->bytes + from->used) {
		recent = take_pair(recent, &pair);
		quantile_add(to, pair.value, pair.count);
	}
}

/* --- asking --- */

uint64_t
quantile_count(const struct quantile *quantile)
{
	const unsigned char *from = quantile->bytes;
	struct quantile_pair pair;
	uint64_t total = 0;

	if (quantile->used == 0)
		return 0;
	while (from < quantile->bytes + quantile->used) {
		from = take_pair(from, &pair);
		total += pair.count;
	}
	return total;
}

struct quantile_cursor
quantile_start(struct quantile *quantile)
{
	compact(quantile);
	return sorted_pairs(quantile);
}

bool
quantile_percentiles(struct quantile *quantile, const unsigned *percents,
    size_t count, uint32_t *values)
{
	uint64_t total = quantile_count(quantile);
	struct quantile_cursor cursor;
	struct quantile_pair pair = { 0 };
	uint64_t passed = 0; /* values up to this pair */

	if (total == 0)
		return false;
	cursor = quantile_start(quantile);
	for (size_t i = 0; i < count; i++) {
		uint64_t index = total * percents[i] / 100;

		if (index > total - 1)
			index = total - 1;
		while (passed <= index && quantile_next(&cursor, &pair))
			passed += pair.count;
		values[i] = pair.value;
	}
	return true;
}

bool
quantile_at(struct quantile *quantile, unsigned percent, uint32_t *value)
{
	return quantile_percentiles(quantile, &percent, 1, value);
}
