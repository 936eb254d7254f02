#include "base/quantile.h"

#include <stdlib.h>

#include "base/memory.h"

void
quantile_release(struct quantile *quantile)
{
	free(quantile->pairs);
	*quantile = (struct quantile){ 0 };
}

static int
order_by_value(const void *a, const void *b)
{
	const struct quantile_pair *x = a;
	const struct quantile_pair *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

static void
compact(struct quantile *quantile)
{
	struct quantile_pair *pairs = quantile->pairs;
	uint32_t kept = 0;

	if (quantile->sorted == quantile->used)
		return;
	qsort(pairs, quantile->used, sizeof(*pairs), order_by_value);
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

/*
 * Values are appended, and sorted in only when the array is full: adding is a
 * store, and few different values stay few pairs.
 */
void
quantile_add(struct quantile *quantile, uint32_t value, uint32_t count)
{
	if (quantile->used > 0 &&
	    quantile->pairs[quantile->used - 1].value == value &&
	    quantile->pairs[quantile->used - 1].count <= UINT32_MAX - count) {
		quantile->pairs[quantile->used - 1].count += count;
		return;
	}
	if (quantile->used == quantile->capacity) {
		compact(quantile);
		if (quantile->used >= quantile->capacity / 4) {
			size_t room = quantile->capacity;

			quantile->pairs = memory_grow(quantile->pairs, &room,
			    room + 1, sizeof(*quantile->pairs));
			quantile->capacity = (uint32_t)room;
		}
	}
	quantile->pairs[quantile->used++] =
	    (struct quantile_pair){ value, count };
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
quantile_at(struct quantile *quantile, unsigned percent, uint32_t *value)
{
	uint64_t total = quantile_count(quantile);
	uint64_t index = total * percent / 100;

	if (total == 0)
		return false;
	compact(quantile);
	if (index > total - 1)
		index = total - 1;
	for (uint32_t i = 0; i < quantile->used; i++) {
		if (index < quantile->pairs[i].count) {
			*value = quantile->pairs[i].value;
			return true;
		}
		index -= quantile->pairs[i].count;
	}
	return false;
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
