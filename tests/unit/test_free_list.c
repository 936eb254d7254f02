#include "unit/rows.h"

#include "base/free_list.h"

/* As many as there is room for, the last one first. */
static void
check_order(void **state)
{
	struct free_list list;
	int items[3];

	(void)state;
	free_list_init(&list, 2);
	assert_null(free_list_take(&list));
	assert_true(free_list_give(&list, &items[0]));
	assert_true(free_list_give(&list, &items[1]));
	assert_false(free_list_give(&list, &items[2]));
	assert_ptr_equal(free_list_take(&list), &items[1]);
	assert_true(free_list_give(&list, &items[2]));
	assert_ptr_equal(free_list_take(&list), &items[2]);
	assert_ptr_equal(free_list_take(&list), &items[0]);
	assert_null(free_list_take(&list));
	free_list_release(&list);
}

static void
check_none(void **state)
{
	struct free_list list;
	int item;

	(void)state;
	free_list_init(&list, 0);
	assert_false(free_list_give(&list, &item));
	assert_null(free_list_take(&list));
	free_list_release(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_order),
		cmocka_unit_test(check_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
