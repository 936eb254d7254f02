#include "unit/rows.h"

#include "base/short_text.h"

static const struct row {
	const char *name;
	size_t length;
} rows[] = {
	{ "empty", 0 },
	{ "one byte", 1 },
	{ "one less than the room", SHORT_TEXT_ROOM - 1 },
	{ "all of the room", SHORT_TEXT_ROOM },
	{ "one more than the room", SHORT_TEXT_ROOM + 1 },
	{ "a very long address", 5000 },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct short_text owner = { 0 };
	struct short_text moved;
	char *bytes = malloc(row->length + 1);

	assert_int_equal(short_text_get(&owner).length, 0);
	for (size_t i = 0; i < row->length; i++)
		bytes[i] = (char)(i % 3 == 0 ? '\0' : i % 256);
	short_text_set(&owner, (struct text){ bytes, row->length });
	moved = owner;
	assert_true(text_equal(
	    short_text_get(&moved), (struct text){ bytes, row->length }));
	/* It owns its bytes. */
	memset(bytes, 'z', row->length + 1);
	for (size_t i = 0; i < row->length; i++)
		assert_int_equal(short_text_get(&moved).data[i],
		    (char)(i % 3 == 0 ? '\0' : i % 256));
	/* In place, without memory of its own, where it fits. */
	assert_int_equal(short_text_get(&moved).data == moved.of.bytes,
	    row->length <= SHORT_TEXT_ROOM);
	short_text_release(&moved);
	assert_int_equal(short_text_get(&moved).length, 0);
	short_text_release(&moved);
	free(bytes);
}

static void
check_absent(void **state)
{
	struct short_text owner = { 0 };

	(void)state;
	short_text_set(&owner, (struct text){ 0 });
	assert_int_equal(short_text_get(&owner).length, 0);
	short_text_release(&owner);
}

int
main(void)
{
	const struct CMUnitTest others[] = { cmocka_unit_test(check_absent) };
	int failed = ROWS_RUN("short text", rows, check_row);

	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
