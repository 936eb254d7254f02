#include "run/unit.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"

/* A unit of so many records held very short lines; its memory is let go. */
#define RECORDS_KEPT 8192

struct unit_pool {
	pthread_mutex_t mutex;
	struct unit *free;
	size_t count;
	size_t kept;
};

struct unit_pool *
unit_pool_new(size_t kept)
{
	struct unit_pool *pool = memory_allocate_array(1, sizeof(*pool));

	pthread_mutex_init(&pool->mutex, NULL);
	pool->kept = kept;
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
	if (pool == NULL)
		return;
	while (pool->free != NULL) {
		struct unit *unit = pool->free;

		pool->free = unit->next;
		destroy(unit);
	}
	pthread_mutex_destroy(&pool->mutex);
	free(pool);
}

struct unit *
unit_new(struct unit_pool *pool, struct block *block)
{
	struct unit *unit;

	pthread_mutex_lock(&pool->mutex);
	unit = pool->free;
	if (unit != NULL) {
		pool->free = unit->next;
		pool->count--;
	}
	pthread_mutex_unlock(&pool->mutex);
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
	struct unit_pool *pool;
	bool keep;

	if (unit == NULL)
		return;
	pool = unit->pool;
	block_free(unit->block);
	unit->block = NULL;
	scan_batch_clear(&unit->batch);
	pthread_mutex_lock(&pool->mutex);
	keep = pool->count < pool->kept && unit->batch.capacity <= RECORDS_KEPT;
	if (keep) {
		unit->next = pool->free;
		pool->free = unit;
		pool->count++;
	}
	pthread_mutex_unlock(&pool->mutex);
	if (!keep)
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
