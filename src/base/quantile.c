#include "base/quantile.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void
quantile_release(struct quantile *quantile)
{
	free(quantile->pairs);
	*quantile = (struct quantile){ 0 };
}

/* Up to so many pairs are sorted by insertion. */
#define FEW_PAIRS 40

static void
sort_few(struct quantile_pair *pairs, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		struct quantile_pair pair = pairs[i];
		uint32_t at = i;

		for (; at > 0 && pairs[at - 1].value > pair.value; at--)
			pairs[at] = pairs[at - 1];
		pairs[at] = pair;
	}
}

/* Pairs from `from` to `to`, ordered by one byte of their values. */
static void
sort_by_byte(struct quantile_pair *to, const struct quantile_pair *from,
    uint32_t count, unsigned shift, const uint32_t *counts)
{
	uint32_t starts[256];
	uint32_t start = 0;

	for (unsigned i = 0; i < 256; i++) {
		starts[i] = start;
		start += counts[i];
	}
	for (uint32_t i = 0; i < count; i++)
		to[starts[from[i].value >> shift & 255]++] = from[i];
}

/* Byte by byte, from the lowest, without those that are the same in all. */
static void
sort_many(struct quantile_pair *pairs, uint32_t count)
{
	struct quantile_pair *other =
	    memory_allocate(count * sizeof(struct quantile_pair));
	struct quantile_pair *from = pairs;
	struct quantile_pair *to = other;
	uint32_t counts[4][256] = { 0 };

	for (uint32_t i = 0; i < count; i++)
		for (unsigned byte = 0; byte < 4; byte++)
			counts[byte][pairs[i].value >> byte * 8 & 255]++;
	for (unsigned byte = 0; byte < 4; byte++) {
		struct quantile_pair *sorted = to;

		if (counts[byte][pairs[0].value >> byte * 8 & 255] == count)
			continue;
		sort_by_byte(to, from, count, byte * 8, counts[byte]);
		to = from;
		from = sorted;
	}
	if (from != pairs)
		memcpy(pairs, from, count * sizeof(*pairs));
	free(other);
}

static void
compact(struct quantile *quantile)
{
	struct quantile_pair *pairs = quantile->pairs;
	uint32_t kept = 0;

	if (quantile->sorted == quantile->used)
		return;
	if (quantile->used <= FEW_PAIRS)
		sort_few(pairs, quantile->used);
	else
		sort_many(pairs, quantile->used);
	for (uint32_t i = 1; i < quantile->used; i++) {
		if (pairs[i].value == pairs[kept].value &&
		    pairs[kept].count <= UINT32_MAX - pairs[i].count)
			pairs[kept].count += pairs[i].count;
		else
			pairs[++kept] = pairs[i];
	}
	quantile->used = kept + 1;
	quantile->sorted = quantile->used;
}

/* Doubles only when most pairs are of different values. */
static void
make_room(struct quantile *quantile)
{
	size_t room = quantile->capacity;

	if (room > FEW_PAIRS) {
		compact(quantile);
		if (quantile->used < room / 4)
			return;
	}
	quantile->pairs = memory_grow(
	    quantile->pairs, &room, room + 1, sizeof(*quantile->pairs));
	quantile->capacity = (uint32_t)room;
}

/*
 * Values are appended, and sorted in only when the array is full: adding is a
 * store that reads nothing, as the array is seldom in the processor's cache.
 */
void
quantile_add(struct quantile *quantile, uint32_t value, uint32_t count)
{
	if (quantile->used == quantile->capacity)
		make_room(quantile);
	quantile->pairs[quantile->used++] =
	    (struct quantile_pair){ value, count };
}

void
quantile_expect(const struct quantile *quantile)
{
	if (quantile->used < quantile->capacity)
		__builtin_prefetch(&quantile->pairs[quantile->used], 1);
}

void
quantile_merge(struct quantile *to, const struct quantile *from)
{
	for (uint32_t i = 0; i < from->used; i++)
		quantile_add(to, from->pairs[i].value, from->pairs[i].count);
}

uint64_t
quantile_count(const struct quantile *quantile)
{
	uint64_t total = 0;

	for (uint32_t i = 0; i < quantile->used; i++)
		total += quantile->pairs[i].count;
	return total;
}

bool
quantile_percentiles(struct quantile *quantile, const unsigned *percents,
    size_t count, uint32_t *values)
{
	uint64_t total = quantile_count(quantile);
	uint64_t before = 0; /* values in the pairs before this one */
	uint32_t at = 0;

	if (total == 0)
		return false;
	compact(quantile);
	for (size_t i = 0; i < count; i++) {
		uint64_t index = total * percents[i] / 100;

		if (index > total - 1)
			index = total - 1;
		while (index - before >= quantile->pairs[at].count)
			before += quantile->pairs[at++].count;
		values[i] = quantile->pairs[at].value;
	}
	return true;
}

bool
quantile_at(struct quantile *quantile, unsigned percent, uint32_t *value)
{
	return quantile_percentiles(quantile, &percent, 1, value);
}

bool
quantile_maximum(struct quantile *quantile, uint32_t *value)
{
	return quantile_at(quantile, 100, value);
}

const struct quantile_pair *
quantile_pairs(struct quantile *quantile, size_t *count)
{
	if (quantile->used > 0)
		compact(quantile);
	*count = quantile->used;
	return quantile->pairs;
}
