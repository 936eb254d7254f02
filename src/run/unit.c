#include "run/unit.h"

#include <stdlib.h>

#include "base/free_list.h"
#include "base/memory.h"

/* A unit of so many records held very short lines; its memory is let go. */
#define RECORDS_KEPT 8192

struct unit_pool {
	struct free_list units;
};

struct unit_pool *
unit_pool_new(size_t kept)
{
	struct unit_pool *pool = memory_allocate_array(1, sizeof(*pool));

	free_list_init(&pool->units, kept);
	return pool;
}

static void
destroy(struct unit *unit)
{
	scan_batch_release(&unit->batch);
	free(unit->events);
	free(unit);
}

void
unit_pool_free(struct unit_pool *pool)
{
	struct unit *unit;

	if (pool == NULL)
		return;
	while ((unit = free_list_take(&pool->units)) != NULL)
		destroy(unit);
	free_list_release(&pool->units);
	free(pool);
}

struct unit *
unit_new(struct unit_pool *pool, struct block *block)
{
	struct unit *unit = free_list_take(&pool->units);

	if (unit == NULL) {
		unit = memory_allocate_array(1, sizeof(*unit));
		unit->pool = pool;
		scan_batch_init(&unit->batch);
	}
	unit->block = block;
	unit->next = NULL;
	return unit;
}

void
unit_free(struct unit *unit)
{
	if (unit == NULL)
		return;
	block_free(unit->block);
	unit->block = NULL;
	scan_batch_clear(&unit->batch);
	if (unit->batch.capacity > RECORDS_KEPT ||
	    !free_list_give(&unit->pool->units, unit))
		destroy(unit);
}

void
unit_queue_push(struct unit_queue *queue, struct unit *unit)
{
	unit->next = NULL;
	if (queue->last != NULL)
		queue->last->next = unit;
	else
		queue->first = unit;
	queue->last = unit;
	queue->count++;
}

struct unit *
unit_queue_pop(struct unit_queue *queue)
{
	struct unit *unit = queue->first;

	if (unit == NULL)
		return NULL;
	queue->first = unit->next;
	if (queue->first == NULL)
		queue->last = NULL;
	queue->count--;
	return unit;
}
