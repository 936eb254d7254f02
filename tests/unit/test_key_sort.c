#include "unit/rows.h"

#include <stdlib.h>

#include "base/key_sort.h"
#include "base/memory.h"

static const struct row {
	const char *name;
	size_t count;
	uint64_t masks[2]; /* of the keys' random bits */
} rows[] = {
	{ "none", 0, { UINT64_MAX, UINT64_MAX } },
	{ "one", 1, { UINT64_MAX, UINT64_MAX } },
	{ "few", 32, { 3, 3 } },
	{ "one more", 33, { 3, 3 } },
	{ "all the same", 1000, { 0, 0 } },
	{ "by the first key", 1000, { UINT64_MAX, 0 } },
	{ "by the second key", 1000, { 0, UINT64_MAX } },
	{ "many that are equal", 5000, { 7, 0x30000 } },
	{ "all bytes", 5000, { UINT64_MAX, UINT64_MAX } },
	{ "first and last byte", 5000,
	    { UINT64_C(0xff000000000000ff), UINT64_C(0xff000000000000ff) } },
};

static uint64_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return *seed ^ *seed >> 29;
}

/* Equal ones stay as they were: in the order of their rows. */
static int
compare(const void *a, const void *b)
{
	const struct key_sort_item *x = a;
	const struct key_sort_item *y = b;

	for (unsigned i = 0; i < 2; i++)
		if (x->keys[i] != y->keys[i])
			return x->keys[i] < y->keys[i] ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct key_sort_item *items =
	    memory_allocate_array(row->count, sizeof(*items));
	struct key_sort_item *expected =
	    memory_allocate_array(row->count, sizeof(*expected));
	uint64_t seed = 20261122;

	for (size_t i = 0; i < row->count; i++) {
		for (unsigned j = 0; j < 2; j++)
			items[i].keys[j] = next_random(&seed) & row->masks[j];
		items[i].row = i;
		expected[i] = items[i];
	}
	qsort(expected, row->count, sizeof(*expected), compare);
	key_sort(items, row->count);
	for (size_t i = 0; i < row->count; i++)
		assert_int_equal(items[i].row, expected[i].row);
	free(items);
	free(expected);
}

int
main(void)
{
	return ROWS_RUN("key sort", rows, check_row);
}
