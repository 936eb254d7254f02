#include "unit/rows.h"

#include "base/keymap.h"

static void
check_absent(void **state)
{
	struct keymap map;

	(void)state;
	keymap_init(&map, sizeof(uint32_t));
	assert_null(keymap_find(&map, KEY(0, 0, 0, 0)));
	keymap_expect(&map, KEY(0, 0, 0, 0));
	assert_null(keymap_guess(&map, KEY(0, 0, 0, 0)));
	keymap_get(&map, KEY(1, 0, 0, 0));
	assert_null(keymap_find(&map, KEY(0, 0, 0, 0)));
	assert_null(keymap_find(&map, KEY(0, 1, 0, 0)));
	assert_int_equal(map.count, 1);
	keymap_release(&map);
	assert_int_equal(map.count, 0);
	assert_null(keymap_find(&map, KEY(1, 0, 0, 0)));
}

/* Each of the four numbers tells rows apart. */
static void
check_parts(void **state)
{
	static const struct key keys[] = { { { 0, 0, 0, 0 } },
		{ { 1, 0, 0, 0 } }, { { 0, 1, 0, 0 } }, { { 0, 0, 1, 0 } },
		{ { 0, 0, 0, 1 } },
		{ { UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX } } };
	struct keymap map;

	(void)state;
	keymap_init(&map, sizeof(uint64_t));
	for (uint32_t i = 0; i < 6; i++) {
		uint64_t *value = keymap_get(&map, keys[i]);

		assert_int_equal(*value, 0);
		*value = i + 1;
	}
	for (uint32_t i = 0; i < 6; i++)
		assert_int_equal(
		    *(uint64_t *)keymap_find(&map, keys[i]), i + 1);
	assert_int_equal(map.count, 6);
	keymap_release(&map);
}

static void
check_again(void **state)
{
	static const uint32_t asked[] = { 5, 5, 6, 6, 5, 7, 6 };
	struct keymap map;

	(void)state;
	keymap_init(&map, sizeof(uint64_t));
	for (unsigned i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct key key = KEY(asked[i], 0, 0, 0);
		uint64_t *value = keymap_get_again(&map, key);

		assert_ptr_equal(value, keymap_get(&map, key));
		assert_true(*value == 0 || *value == asked[i]);
		*value = asked[i];
	}
	assert_int_equal(map.count, 3);
	keymap_release(&map);
}

/* A wrong guess is no worse than none. */
static void
check_guessed(void **state)
{
	const struct key first = KEY(1, 2, 3, 4);
	const struct key second = KEY(1, 2, 3, 5);
	struct keymap map;
	uint64_t *a;
	uint64_t *b;

	(void)state;
	keymap_init(&map, sizeof(uint64_t));
	a = keymap_get_guessed(&map, first, NULL);
	*a = 7;
	b = keymap_get_guessed(&map, second, a);
	assert_int_equal(*b, 0);
	assert_int_equal(map.count, 2);
	assert_ptr_equal(keymap_get_guessed(&map, first, b), a);
	assert_ptr_equal(keymap_get_guessed(&map, first, a), a);
	assert_ptr_equal(keymap_get_guessed(&map, first, NULL), a);
	assert_int_equal(map.count, 2);
	keymap_release(&map);
}

/* Backwards, and in cycles of several lengths. */
static void
check_reordered(void **state)
{
	enum { COUNT = 1000 };
	uint32_t order[COUNT];
	struct keymap map;

	(void)state;
	keymap_init(&map, sizeof(uint64_t));
	for (uint32_t step = 1; step < COUNT; step += 2) {
		/* Steps that share no factor with COUNT. */
		if (step % 5 == 0)
			continue;
		keymap_release(&map);
		for (uint32_t i = 0; i < COUNT; i++) {
			*(uint64_t *)keymap_get(&map, KEY(i, 7, 0, 0)) = i;
			order[i] = (i * step + 3) % COUNT;
		}
		keymap_reorder(&map, order);
		for (uint32_t i = 0; i < COUNT; i++) {
			uint32_t from = (i * step + 3) % COUNT;

			assert_int_equal(
			    *(uint64_t *)keymap_value(&map, i), from);
			assert_int_equal(keymap_key(&map, i).part[0], from);
		}
	}
	/* A new row; the others are found again. */
	keymap_get(&map, KEY(COUNT, 7, 0, 0));
	for (uint32_t i = 0; i < COUNT; i++)
		assert_int_equal(
		    *(uint64_t *)keymap_find(&map, KEY(i, 7, 0, 0)), i);
	assert_int_equal(map.count, COUNT + 1);
	keymap_release(&map);
}

#define ROWS 20000

/* Rows are numbered as they came, keep their address and start as zeros. */
static void
check_many(void **state)
{
	static char *addresses[ROWS];
	/* A size that is no multiple of eight. */
	const size_t size = 13;
	unsigned guessed = 0;
	struct keymap map;

	(void)state;
	keymap_init(&map, size);
	for (uint32_t i = 0; i < ROWS; i++) {
		static const char zeros[13];

		addresses[i] = keymap_get(&map, KEY(i % 7, i, i / 3, 5));
		assert_memory_equal(addresses[i], zeros, size);
		memset(addresses[i], (int)(i % 251 + 1), size);
	}
	for (uint32_t i = 0; i < ROWS; i++) {
		struct key key = KEY(i % 7, i, i / 3, 5);
		struct key stored = keymap_key(&map, i);

		assert_ptr_equal(keymap_get(&map, key), addresses[i]);
		assert_ptr_equal(keymap_find(&map, key), addresses[i]);
		keymap_expect(&map, key);
		guessed += keymap_guess(&map, key) == addresses[i];
		assert_ptr_equal(keymap_value(&map, i), addresses[i]);
		assert_memory_equal(&stored, &key, sizeof(key));
		assert_int_equal(
		    (unsigned char)addresses[i][size - 1], i % 251 + 1);
	}
	assert_int_equal(map.count, ROWS);
	assert_true(guessed > ROWS * 9 / 10);
	keymap_release(&map);
}

/* A set: rows without a value. */
static void
check_set(void **state)
{
	struct keymap map;

	(void)state;
	keymap_init(&map, 0);
	for (uint32_t i = 0; i < 1000; i++)
		keymap_get(&map, KEY(i % 100, 0, 0, 0));
	assert_int_equal(map.count, 100);
	assert_non_null(keymap_find(&map, KEY(99, 0, 0, 0)));
	assert_null(keymap_find(&map, KEY(100, 0, 0, 0)));
	keymap_release(&map);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_absent),
		cmocka_unit_test(check_parts),
		cmocka_unit_test(check_again),
		cmocka_unit_test(check_guessed),
		cmocka_unit_test(check_reordered),
		cmocka_unit_test(check_many),
		cmocka_unit_test(check_set),
	};

	return cmocka_run_group_tests_name("keymap", tests, NULL, NULL);
}
