#include "unit/rows.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

#define HASHES 400000

static uint64_t hashes[HASHES];
static size_t count;

static void
add(const char *data, size_t length)
{
	assert_in_range(count, 0, HASHES - 1);
	hashes[count++] = text_hash((struct text){ data, length });
}

static int
order_hashes(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return (*x > *y) - (*x < *y);
}

/* Texts are known by their hash alone: no two may have the same. */
static void
check_different(void)
{
	qsort(hashes, count, sizeof(hashes[0]), order_hashes);
	for (size_t i = 1; i < count; i++)
		assert_true(hashes[i] != hashes[i - 1]);
	count = 0;
}

/* All of up to two bytes, and runs of one byte of every length. */
static void
check_short(void **state)
{
	char bytes[300];

	(void)state;
	add("", 0);
	for (unsigned i = 0; i < 256; i++) {
		bytes[0] = (char)i;
		add(bytes, 1);
		for (unsigned j = 0; j < 256; j++) {
			bytes[1] = (char)j;
			add(bytes, 2);
		}
	}
	for (unsigned byte = 0; byte < 256; byte += 51) {
		memset(bytes, (int)byte, sizeof(bytes));
		for (size_t length = 3; length <= sizeof(bytes); length++)
			add(bytes, length);
	}
	check_different();
}

/* One bit anywhere makes another hash, whatever the length. */
static void
check_bits(void **state)
{
	char bytes[72];

	(void)state;
	for (size_t length = 1; length <= sizeof(bytes); length++) {
		memset(bytes, 'a', sizeof(bytes));
		add(bytes, length);
		for (size_t bit = 0; bit < length * 8; bit++) {
			bytes[bit / 8] ^= (char)(1 << bit % 8);
			add(bytes, length);
			bytes[bit / 8] ^= (char)(1 << bit % 8);
		}
	}
	check_different();
}

/* A byte at the start does not make up for another length. */
static void
check_lengths(void **state)
{
	char bytes[41];

	(void)state;
	for (size_t length = 1; length < sizeof(bytes); length++) {
		memset(bytes, 'a', sizeof(bytes));
		for (unsigned i = 0; i < 256; i++) {
			bytes[0] = (char)i;
			add(bytes, length);
		}
	}
	check_different();
}

/* Bytes that would make a factor of the product zero without a seed. */
static void
check_chosen(void **state)
{
	static const uint64_t words[] = { 0, 0xA0761D6478BD642FU,
		0xE7037ED1A0B428DBU, UINT64_MAX };
	uint64_t text[4];

	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		for (unsigned j = 0; j < 4; j++)
			text[j] = words[i >> 2 * j & 3];
		add((const char *)text, sizeof(text));
	}
	check_different();
}

/* Names as they are in logs; their low bits fill a table evenly. */
static void
check_names(void **state)
{
	static unsigned places[1 << 16];
	char name[64];

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		int length = snprintf(
		    name, sizeof(name), "mx%u.example-%u.net", i % 10, i / 10);

		add(name, (size_t)length);
		length = snprintf(
		    name, sizeof(name), "10.%u.%u.1", i / 256, i % 256);
		add(name, (size_t)length);
		length = snprintf(name, sizeof(name), "4dgqCr%05XzLcbbf", i);
		add(name, (size_t)length);
	}
	for (size_t i = 0; i < count; i++)
		assert_in_range(++places[hashes[i] & 0xFFFF], 1, 30);
	check_different();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_short),
		cmocka_unit_test(check_bits),
		cmocka_unit_test(check_lengths),
		cmocka_unit_test(check_chosen),
		cmocka_unit_test(check_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
