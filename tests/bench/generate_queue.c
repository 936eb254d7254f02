#include "generate_queue.h"

#include <stdlib.h>
#include <string.h>

void
queue_release(struct queue *queue)
{
	free(queue->heap);
	free(queue->messages);
	free(queue->free_slots);
}

static bool
earlier(const struct event *a, const struct event *b)
{
	return a->time < b->time || (a->time == b->time && a->order < b->order);
}

void
queue_plan(struct queue *queue, int64_t time, enum event_kind kind,
    uint32_t subject, uint32_t argument)
{
	struct event event = { time, queue->planned++, subject, argument,
		kind };
	size_t at = queue->count++;

	if (queue->count > queue->capacity) {
		queue->capacity = queue->capacity * 2 + 64;
		queue->heap = generate_grow(
		    queue->heap, queue->capacity, sizeof *queue->heap);
	}
	while (at > 0 && earlier(&event, &queue->heap[(at - 1) / 2])) {
		queue->heap[at] = queue->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	queue->heap[at] = event;
}

bool
queue_next(struct queue *queue, struct event *event)
{
	struct event last;
	size_t at = 0;

	if (queue->count == 0)
		return false;
	*event = queue->heap[0];
	last = queue->heap[--queue->count];
	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= queue->count)
			break;
		if (child + 1 < queue->count &&
		    earlier(&queue->heap[child + 1], &queue->heap[child]))
			child++;
		if (!earlier(&queue->heap[child], &last))
			break;
		queue->heap[at] = queue->heap[child];
		at = child;
	}
	queue->heap[at] = last;
	return true;
}

uint32_t
queue_take_slot(struct queue *queue)
{
	if (queue->free_count > 0)
		return queue->free_slots[--queue->free_count];
	if (queue->message_count == queue->message_capacity) {
		queue->message_capacity = queue->message_capacity * 2 + 64;
		queue->messages = generate_grow(queue->messages,
		    queue->message_capacity, sizeof *queue->messages);
		queue->free_slots = generate_grow(queue->free_slots,
		    queue->message_capacity, sizeof *queue->free_slots);
	}
	memset(
	    &queue->messages[queue->message_count], 0, sizeof *queue->messages);
	return queue->message_count++;
}

void
queue_free_slot(struct queue *queue, uint32_t slot)
{
	queue->free_slots[queue->free_count++] = slot;
}
