/*
 * Quantile: exact percentiles of many small whole numbers.
 *
 * Keeps each different value once with its count, in two or three bytes where
 * values are dense and counts are low.  All zero bytes are an empty one.  The
 * percentile p of n values is the value at index min(n - 1, floor(p * n)) of
 * the sorted list.
 */
#ifndef BASE_QUANTILE_H
#define BASE_QUANTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct quantile {
	unsigned char *bytes;
	uint32_t sorted; /* bytes of the values that are sorted, each once */
	uint32_t used; /* with those that came since */
	uint32_t capacity;
};

/* A value, and how often it was added. */
struct quantile_pair {
	uint32_t value;
	uint64_t count;
};

struct quantile_cursor {
	const unsigned char *next;
	const unsigned char *end;
	uint32_t value; /* of the pair before */
};

void quantile_release(struct quantile *quantile);
void quantile_add(struct quantile *quantile, uint32_t value, uint64_t count);

/* Begins to fetch the memory that the next value is put in. */
void quantile_expect(const struct quantile *quantile);

void quantile_merge(struct quantile *to, const struct quantile *from);

/* How many values. */
uint64_t quantile_count(const struct quantile *quantile);

/*
 * The value at p percent (0 to 100); false when there are no values.  Sorts
 * what came since the last question.
 */
bool quantile_at(struct quantile *quantile, unsigned percent, uint32_t *value);

/* The same for several percents, which must not descend. */
bool quantile_percentiles(struct quantile *quantile, const unsigned *percents,
    size_t count, uint32_t *values);

/* The different values, sorted; good until the next change. */
struct quantile_cursor quantile_start(struct quantile *quantile);
bool quantile_next(struct quantile_cursor *cursor, struct quantile_pair *pair);

#endif
