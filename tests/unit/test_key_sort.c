#include "unit/rows.h"

#include <stdlib.h>

#include "base/key_sort.h"
#include "base/memory.h"

static const struct row {
	const char *name;
	size_t count;
	uint64_t mask; /* of the keys' random bits */
} rows[] = {
	{ "none", 0, UINT64_MAX },
	{ "one", 1, UINT64_MAX },
	{ "few", 64, 3 },
	{ "one more", 65, 3 },
	{ "all the same", 1000, 0 },
	{ "many that are equal", 5000, 0x30007 },
	{ "all bytes", 5000, UINT64_MAX },
	{ "first and last byte", 5000, UINT64_C(0xff000000000000ff) },
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

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
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
		items[i].key = next_random(&seed) & row->mask;
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
