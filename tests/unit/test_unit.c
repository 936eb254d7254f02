#include "unit/rows.h"

#include "run/unit.h"

static struct block *
empty_block(struct block_pool *blocks)
{
	struct byte_source *source = byte_source_open_memory("", 0, NULL);
	struct block_reader *reader = block_reader_new(source, blocks, NULL);
	struct block *block = block_reader_next(reader);

	block_reader_free(reader);
	byte_source_close(source);
	return block;
}

static void
check_queue(void **state)
{
	struct unit units[3] = { { 0 } };
	struct unit_queue queue = { 0 };

	(void)state;
	assert_null(unit_queue_pop(&queue));
	for (size_t i = 0; i < 3; i++)
		unit_queue_push(&queue, &units[i]);
	assert_int_equal(queue.count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_ptr_equal(unit_queue_pop(&queue), &units[i]);
	assert_null(unit_queue_pop(&queue));
	unit_queue_push(&queue, &units[1]);
	assert_ptr_equal(unit_queue_pop(&queue), &units[1]);
	assert_int_equal(queue.count, 0);
}

/* The one that was freed last comes first, empty, with room for records. */
static void
check_reuse(void **state)
{
	struct block_pool *blocks = block_pool_new(4);
	struct unit_pool *pool = unit_pool_new(2);
	struct unit *units[3];

	(void)state;
	unit_free(NULL);
	for (size_t i = 0; i < 3; i++) {
		units[i] = unit_new(pool, empty_block(blocks));
		for (size_t j = 0; j < 100; j++)
			scan_batch_add(&units[i]->batch);
		units[i]->batch.counts.lines = 100;
	}
	for (size_t i = 0; i < 3; i++)
		unit_free(units[i]);
	/* The pool keeps two; the third is gone. */
	for (size_t i = 2; i-- > 0;) {
		struct unit *unit = unit_new(pool, empty_block(blocks));

		assert_ptr_equal(unit, units[i]);
		assert_int_equal(unit->batch.count, 0);
		assert_int_equal(unit->batch.counts.lines, 0);
		assert_in_range(unit->batch.capacity, 100, 1000);
		units[i] = unit;
	}
	unit_free(units[0]);
	unit_free(units[1]);
	unit_pool_free(pool);
	block_pool_free(blocks);
}

/* Memory of a block of very short lines is not kept. */
static void
check_huge(void **state)
{
	struct block_pool *blocks = block_pool_new(4);
	struct unit_pool *pool = unit_pool_new(2);
	struct unit *unit = unit_new(pool, empty_block(blocks));

	(void)state;
	for (size_t i = 0; i < 100000; i++)
		scan_batch_add(&unit->batch);
	unit_free(unit);
	unit = unit_new(pool, empty_block(blocks));
	assert_int_equal(unit->batch.capacity, 0);
	unit_free(unit);
	unit_pool_free(pool);
	block_pool_free(blocks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_queue),
		cmocka_unit_test(check_reuse),
		cmocka_unit_test(check_huge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
