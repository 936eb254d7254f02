#include "unit/rows.h"

#include <stdio.h>

#include "base/pool.h"

static void
check_numbers(void **state)
{
	struct pool *pool = pool_new();

	(void)state;
	assert_int_equal(pool_count(pool), 1);
	assert_int_equal(pool_text(pool, 0).length, 0);
	assert_int_equal(pool_intern(pool, (struct text){ 0 }), 0);
	assert_int_equal(pool_intern(pool, TEXT_LITERAL("")), 0);
	assert_int_equal(pool_find(pool, TEXT_LITERAL("")), 0);
	assert_int_equal(pool_find(pool, TEXT_LITERAL("b")), UINT32_MAX);
	assert_int_equal(pool_intern(pool, TEXT_LITERAL("b")), 1);
	assert_int_equal(pool_intern(pool, TEXT_LITERAL("a")), 2);
	assert_int_equal(pool_intern(pool, TEXT_LITERAL("b")), 1);
	assert_int_equal(pool_find(pool, TEXT_LITERAL("a")), 2);
	assert_int_equal(pool_count(pool), 3);
	pool_free(pool);
}

/* Any byte counts, NUL too, and so does case. */
static void
check_bytes(void **state)
{
	static const struct text texts[] = { { "a", 1 }, { "A", 1 },
		{ "a\0", 2 }, { "a\0b", 3 }, { "a\0c", 3 }, { "\0", 1 },
		{ "\0\0", 2 }, { "\xff", 1 } };
	struct pool *pool = pool_new();

	(void)state;
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(pool_intern(pool, texts[i]), i + 1);
	for (uint32_t i = 0; i < 8; i++)
		assert_true(text_equal(pool_text(pool, i + 1), texts[i]));
	pool_free(pool);
}

/* What is copied in stays where it is, however many come. */
static void
check_many(void **state)
{
	struct pool *pool = pool_new();
	const char *first;
	char name[64];

	(void)state;
	pool_intern(pool, TEXT_LITERAL("mx.example.com"));
	first = pool_text(pool, 1).data;
	for (uint32_t i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "host-%u.example.com", i);
		assert_int_equal(pool_intern(pool, text_of(name)), i + 2);
	}
	for (uint32_t i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "host-%u.example.com", i);
		assert_int_equal(pool_find(pool, text_of(name)), i + 2);
		assert_int_equal(pool_intern_hashed(pool, text_of(name),
				     text_hash(text_of(name))),
		    i + 2);
	}
	assert_int_equal(pool_count(pool), 20002);
	assert_ptr_equal(pool_text(pool, 1).data, first);
	assert_true(
	    text_equal(pool_text(pool, 1), TEXT_LITERAL("mx.example.com")));
	pool_free(pool);
}

static void
check_long_text(void **state)
{
	struct pool *pool = pool_new();
	char *large = malloc(1000000);

	(void)state;
	memset(large, 'x', 1000000);
	assert_int_equal(pool_intern(pool, (struct text){ large, 1000000 }), 1);
	assert_int_equal(pool_intern(pool, (struct text){ large, 999999 }), 2);
	large[999999] = 'y';
	assert_int_equal(pool_intern(pool, (struct text){ large, 1000000 }), 3);
	assert_int_equal(pool_text(pool, 1).data[999999], 'x');
	free(large);
	pool_free(pool);
	pool_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_numbers),
		cmocka_unit_test(check_bytes),
		cmocka_unit_test(check_many),
		cmocka_unit_test(check_long_text),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
