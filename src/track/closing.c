#include "track/closing.h"

#include <stdlib.h>

#include "base/memory.h"

#define REMOVED_MS ((int64_t)60 * 1000)

/*
 * Without open deliveries, for MTAs that do not log the end of a message; and
 * for those that do, so that logs without those lines fill no memory.  Exim
 * keeps frozen messages for a week; qmail has recipients wait for their first
 * try without a word.
 */
#define IDLE_MS      ((int64_t)3600 * 1000)
#define IDLE_DAY_MS  (24 * IDLE_MS)
#define IDLE_WEEK_MS (7 * IDLE_DAY_MS)

static void
line_init(struct closing_line *line)
{
	*line = (struct closing_line){ .mask = 255 };
	line->ring = memory_allocate_array(line->mask + 1, sizeof(*line->ring));
}

static void
line_push(struct closing_line *line, struct closing_entry entry)
{
	if (line->count > line->mask) {
		size_t mask = line->mask * 2 + 1;
		struct closing_entry *ring =
		    memory_allocate_array(mask + 1, sizeof(*ring));

		for (size_t i = 0; i < line->count; i++)
			ring[i] = line->ring[(line->first + i) & line->mask];
		free(line->ring);
		line->ring = ring;
		line->mask = mask;
		line->first = 0;
	}
	line->ring[(line->first + line->count++) & line->mask] = entry;
}

static bool
line_pop(struct closing_line *line, int64_t now, struct closing_entry *entry)
{
	if (line->count == 0 || line->ring[line->first].due > now)
		return false;
	*entry = line->ring[line->first];
	line->first = (line->first + 1) & line->mask;
	line->count--;
	return true;
}

/* --- the idle ones: not all of them wait for as long --- */

/* What counts is the order of the messages, which a memory file keeps. */
static bool
is_before(const struct closing_entry *a, const struct closing_entry *b)
{
	return a->due != b->due ? a->due < b->due : a->serial < b->serial;
}

static void
heap_push(struct closing_heap *heap, struct closing_entry entry)
{
	size_t at = heap->count++;

	heap->entries = memory_grow(heap->entries, &heap->capacity, heap->count,
	    sizeof(*heap->entries));
	while (at > 0 && is_before(&entry, &heap->entries[(at - 1) / 2])) {
		heap->entries[at] = heap->entries[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap->entries[at] = entry;
}

static bool
heap_pop(struct closing_heap *heap, int64_t now, struct closing_entry *entry)
{
	struct closing_entry last;
	size_t at = 0;
	size_t child;

	if (heap->count == 0 || heap->entries[0].due > now)
		return false;
	*entry = heap->entries[0];
	last = heap->entries[--heap->count];
	while ((child = 2 * at + 1) < heap->count) {
		if (child + 1 < heap->count &&
		    is_before(&heap->entries[child + 1], &heap->entries[child]))
			child++;
		if (!is_before(&heap->entries[child], &last))
			break;
		heap->entries[at] = heap->entries[child];
		at = child;
	}
	heap->entries[at] = last;
	return true;
}

/* Nearly all of them come in the order of their time. */
static void
push_idle(struct closing *closing, struct closing_entry entry)
{
	const struct closing_line *idle = &closing->idle;
	size_t last = (idle->first + idle->count - 1) & idle->mask;

	if (idle->count == 0 || is_before(&idle->ring[last], &entry))
		line_push(&closing->idle, entry);
	else
		heap_push(&closing->earlier, entry);
}

static bool
pop_idle(struct closing *closing, int64_t now, struct closing_entry *entry)
{
	const struct closing_line *idle = &closing->idle;

	if (closing->earlier.count > 0 &&
	    (idle->count == 0 ||
		is_before(
		    &closing->earlier.entries[0], &idle->ring[idle->first])))
		return heap_pop(&closing->earlier, now, entry);
	return line_pop(&closing->idle, now, entry);
}

void
closing_init(struct closing *closing)
{
	line_init(&closing->removed);
	line_init(&closing->idle);
	closing->earlier = (struct closing_heap){ 0 };
}

void
closing_release(struct closing *closing)
{
	free(closing->removed.ring);
	free(closing->idle.ring);
	free(closing->earlier.entries);
}

static struct closing_entry
entry_for(const struct queue_message *message, int64_t due)
{
	return (struct closing_entry){ message->number, message->serial, due };
}

static int64_t
wait_time(const struct queue_message *message)
{
	switch (message->shown.mta) {
	case MTA_POSTFIX:
	case MTA_QMAIL:
		return IDLE_DAY_MS;
	case MTA_EXIM:
		return IDLE_WEEK_MS;
	default:
		return IDLE_MS;
	}
}

/*
 * Nothing was logged of a recipient so far, and later lines do not name the
 * sender: a busy Sendmail queues in silence, and Haraka at level notice says
 * nothing of deferrals.
 */
static bool
awaits_first_try(const struct queue_message *message)
{
	return message->first_delivery == 0 &&
	    (message->shown.mta == MTA_SENDMAIL ||
		message->shown.mta == MTA_HARAKA);
}

static int64_t
idle_time(const struct queue_message *message)
{
	return awaits_first_try(message) ? IDLE_DAY_MS : wait_time(message);
}

static bool
is_open(const struct queue_message *message)
{
	return message->open_count > 0 && message->removed_at == INSTANT_NONE;
}

void
closing_add(
    struct closing *closing, const struct queue_message *message, int64_t now)
{
	push_idle(closing, entry_for(message, now + wait_time(message)));
}

void
closing_add_removed(
    struct closing *closing, const struct queue_message *message, int64_t now)
{
	line_push(&closing->removed, entry_for(message, now + REMOVED_MS));
}

void
closing_restore(struct closing *closing, const struct queue_message *message,
    bool is_removal, int64_t due)
{
	if (is_removal)
		line_push(&closing->removed, entry_for(message, due));
	else
		push_idle(closing, entry_for(message, due));
}

static struct queue_message *
message_of(const struct queue *queue, const struct closing_entry *entry)
{
	struct queue_message *message = queue_message_at(queue, entry->message);

	return message->in_use && message->serial == entry->serial ? message
								   : NULL;
}

struct queue_message *
closing_next(struct closing *closing, const struct queue *queue, int64_t now)
{
	struct closing_entry entry;

	while (line_pop(&closing->removed, now, &entry)) {
		struct queue_message *removed = message_of(queue, &entry);

		if (removed != NULL)
			return removed;
	}
	while (pop_idle(closing, now, &entry)) {
		struct queue_message *idle = message_of(queue, &entry);

		if (idle == NULL)
			continue;
		if (!is_open(idle) && idle->changed_at + idle_time(idle) <= now)
			return idle;
		/* Next time as long after its last record, or from now. */
		entry.due = idle->changed_at + wait_time(idle);
		if (is_open(idle) || entry.due <= now)
			entry.due = now + wait_time(idle);
		push_idle(closing, entry);
	}
	return NULL;
}
