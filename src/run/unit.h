/*
 * Unit: a block of a log and what is in it, on its way through the pipeline.
 *
 * A unit belongs to whoever holds the pointer.  Freed ones go back to their
 * pool and are given out again, the last one first: its records are then
 * still in the processor's cache, and are not grown anew for each block.
 */
#ifndef RUN_UNIT_H
#define RUN_UNIT_H

#include "classify/event.h"
#include "input/line_block.h"
#include "scan/batch.h"

struct unit_pool;

struct unit {
	struct block *block;
	struct scan_batch batch;
	struct event *events; /* one for each record of the batch */
	size_t capacity;
	int64_t first_event_at; /* ms; of attempts and expiries, or both */
	int64_t last_event_at; /* INSTANT_NONE */
	struct unit *next;
	struct unit_pool *pool;
};

/* Keeps up to `kept` freed units; any thread may take and free. */
struct unit_pool *unit_pool_new(size_t kept);

/* Every unit must have been freed before. */
void unit_pool_free(struct unit_pool *pool);

/* An empty unit that owns the block. */
struct unit *unit_new(struct unit_pool *pool, struct block *block);

/* NULL is allowed. */
void unit_free(struct unit *unit);

struct unit_queue {
	struct unit *first;
	struct unit *last;
	size_t count;
};

void unit_queue_push(struct unit_queue *queue, struct unit *unit);

/* NULL when there is none. */
struct unit *unit_queue_pop(struct unit_queue *queue);

#endif
