#include "unit/rows.h"

#include "base/quantile.h"

/* The index that the percentile p of n values has in their sorted list. */
static const struct row {
	const char *name;
	uint32_t count; /* of the values 0, 1, 2 ... */
	unsigned percent;
	uint32_t value;
} rows[] = {
	{ "one value, p50", 1, 50, 0 },
	{ "one value, p99", 1, 99, 0 },
	{ "two values, p49", 2, 49, 0 },
	{ "two values, p50", 2, 50, 1 },
	{ "three values, p50", 3, 50, 1 },
	{ "three values, p90", 3, 90, 2 },
	{ "ten values, p90", 10, 90, 9 },
	{ "ten values, p89", 10, 89, 8 },
	{ "hundred values, p0", 100, 0, 0 },
	{ "hundred values, p99", 100, 99, 99 },
	{ "hundred values, p100", 100, 100, 99 },
	{ "1000 values, p95", 1000, 95, 950 },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct quantile quantile = { 0 };
	uint32_t value;

	/* The largest first: nothing is sorted before it is asked. */
	for (uint32_t i = row->count; i > 0; i--)
		quantile_add(&quantile, i - 1, 1);
	assert_int_equal(quantile_count(&quantile), row->count);
	assert_true(quantile_at(&quantile, row->percent, &value));
	assert_int_equal(value, row->value);
	assert_true(quantile_at(&quantile, 100, &value));
	assert_int_equal(value, row->count - 1);
	quantile_release(&quantile);
}

static void
check_empty(void **state)
{
	struct quantile quantile = { 0 };
	struct quantile other = { 0 };
	struct quantile_cursor cursor;
	struct quantile_pair pair;
	uint32_t value = 7;

	(void)state;
	quantile_merge(&quantile, &other);
	assert_int_equal(quantile_count(&quantile), 0);
	assert_false(quantile_at(&quantile, 50, &value));
	assert_false(quantile_at(&quantile, 100, &value));
	assert_int_equal(value, 7);
	cursor = quantile_start(&quantile);
	assert_false(quantile_next(&cursor, &pair));
	quantile_add(&quantile, 7, 0);
	assert_false(quantile_at(&quantile, 50, &value));
	quantile_release(&quantile);
}

/* --- against a sorted array --- */

static uint32_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (uint32_t)(*seed >> 33);
}

static int
order_by_value(const void *a, const void *b)
{
	const uint32_t *x = a;
	const uint32_t *y = b;

	return (*x > *y) - (*x < *y);
}

static void
compare(struct quantile *quantile, const uint32_t *sorted, size_t count)
{
	static const unsigned percents[] = { 0, 50, 50, 99, 100 };
	struct quantile_cursor cursor;
	struct quantile_pair pair;
	uint32_t values[5];
	size_t at = 0;
	uint32_t value;

	assert_int_equal(quantile_count(quantile), count);
	for (unsigned percent = 0; percent <= 100; percent++) {
		size_t index = count * percent / 100;

		assert_true(quantile_at(quantile, percent, &value));
		assert_int_equal(
		    value, sorted[index < count ? index : count - 1]);
	}
	assert_true(quantile_percentiles(quantile, percents, 5, values));
	for (unsigned i = 0; i < 5; i++) {
		assert_true(quantile_at(quantile, percents[i], &value));
		assert_int_equal(values[i], value);
	}
	cursor = quantile_start(quantile);
	while (quantile_next(&cursor, &pair)) {
		assert_true(at == 0 || sorted[at - 1] < pair.value);
		for (uint64_t j = 0; j < pair.count; j++)
			assert_int_equal(sorted[at++], pair.value);
	}
	assert_int_equal(at, count);
}

/* Random values in two parts that are merged, asked at times in between. */
static void
check_random(void **state)
{
	static uint32_t values[3000];
	uint64_t seed = 20261122;

	(void)state;
	for (unsigned round = 0; round < 60; round++) {
		struct quantile whole = { 0 };
		struct quantile part = { 0 };
		size_t count = 1 + next_random(&seed) % 3000;
		/* Few different values, some, or nearly all different. */
		uint32_t range = round % 3 == 0 ? 5
		    : round % 3 == 1            ? 700
						: UINT32_MAX;
		size_t used = 0;

		while (used < count) {
			uint32_t value = next_random(&seed) % range;
			uint32_t times = 1 + next_random(&seed) % 4;
			uint32_t ignored;

			for (uint32_t i = 0; i < times && used < count; i++) {
				values[used++] = value;
				quantile_add(
				    next_random(&seed) % 2 ? &whole : &part,
				    value, 1);
			}
			if (next_random(&seed) % 500 == 0)
				quantile_at(&whole, 50, &ignored);
		}
		quantile_merge(&whole, &part);
		qsort(values, count, sizeof(*values), order_by_value);
		compare(&whole, values, count);
		quantile_release(&whole);
		quantile_release(&part);
	}
}

/* A value is added in few or in many bytes, at the end of any room. */
static void
check_long_pairs(void **state)
{
	struct quantile quantile = { 0 };
	uint64_t count = 0;
	uint32_t value;

	(void)state;
	for (uint32_t i = 0; i < 2000; i++) {
		uint32_t spread = (i * 7919 + 13) << i % 22;
		uint64_t times = UINT64_C(1) << i % 50;

		quantile_add(&quantile, spread, times);
		count += times;
	}
	assert_int_equal(quantile_count(&quantile), count);
	assert_true(quantile_at(&quantile, 0, &value));
	assert_int_equal(quantile_count(&quantile), count);
	quantile_release(&quantile);
}

/* A count that takes more than 32 bits. */
static void
check_large_counts(void **state)
{
	struct quantile quantile = { 0 };
	uint32_t value;

	(void)state;
	quantile_add(&quantile, 5, UINT32_MAX);
	quantile_add(&quantile, 5, UINT32_MAX);
	quantile_add(&quantile, 3, 10);
	quantile_add(&quantile, 9, 10);
	assert_int_equal(
	    quantile_count(&quantile), 2 * (uint64_t)UINT32_MAX + 20);
	assert_true(quantile_at(&quantile, 0, &value));
	assert_int_equal(value, 3);
	assert_true(quantile_at(&quantile, 99, &value));
	assert_int_equal(value, 5);
	assert_true(quantile_at(&quantile, 100, &value));
	assert_int_equal(value, 9);
	quantile_release(&quantile);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_empty),
		cmocka_unit_test(check_random),
		cmocka_unit_test(check_long_pairs),
		cmocka_unit_test(check_large_counts),
	};
	int failed = ROWS_RUN("percentiles", rows, check_row);

	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
