#include "track/lookahead.h"

#include <stdlib.h>

#include "base/calendar.h"
#include "base/memory.h"

/* How far lines of different files, with stamps of seconds, may be apart. */
#define LOOKAHEAD_MS 5000

#define SIGHTS ((size_t)1 << 14)

void
lookahead_init(struct lookahead *lookahead)
{
	*lookahead = (struct lookahead){ .mask = 1023, .newest = INSTANT_NONE };
	lookahead->ring = memory_allocate_array(
	    lookahead->mask + 1, sizeof(*lookahead->ring));
	lookahead->sights =
	    memory_allocate_array(SIGHTS, sizeof(*lookahead->sights));
}

void
lookahead_release(struct lookahead *lookahead)
{
	free(lookahead->ring);
	free(lookahead->sights);
}

static bool
begins_queue_id(const struct event *event)
{
	return event->record->kind == RECORD_ARRIVAL ||
	    event->record->kind == RECORD_MESSAGE;
}

/* The queue id that an event is asked for; empty for most. */
static struct text
id_shown(const struct event *event)
{
	if (event->record->kind == RECORD_NOTIFICATION)
		return event->record->next_queue_id;
	if (begins_queue_id(event))
		return event->record->queue_id;
	return (struct text){ 0 };
}

static uint16_t *
sights_of(const struct lookahead *lookahead, struct text queue_id)
{
	return &lookahead->sights[text_hash(queue_id) & (SIGHTS - 1)];
}

static void
grow(struct lookahead *lookahead)
{
	size_t mask = lookahead->mask * 2 + 1;
	struct lookahead_entry *ring =
	    memory_allocate_array(mask + 1, sizeof(*ring));

	for (size_t i = 0; i < lookahead->count; i++)
		ring[i] =
		    lookahead->ring[(lookahead->first + i) & lookahead->mask];
	free(lookahead->ring);
	lookahead->ring = ring;
	lookahead->mask = mask;
	lookahead->first = 0;
}

void
lookahead_push(
    struct lookahead *lookahead, const struct event *event, void *owner)
{
	if (lookahead->count > lookahead->mask)
		grow(lookahead);
	lookahead
	    ->ring[(lookahead->first + lookahead->count) & lookahead->mask] =
	    (struct lookahead_entry){ event, owner };
	lookahead->count++;
	if (event->record->time > lookahead->newest)
		lookahead->newest = event->record->time;
	if (id_shown(event).length > 0) {
		uint16_t *sights = sights_of(lookahead, id_shown(event));

		/* Stays at its maximum: only asks for a search in vain. */
		if (*sights < UINT16_MAX)
			++*sights;
	}
}

bool
lookahead_pop(
    struct lookahead *lookahead, bool all, struct lookahead_entry *entry)
{
	if (lookahead->count == 0)
		return false;
	*entry = lookahead->ring[lookahead->first];
	if (!all &&
	    entry->event->record->time > lookahead->newest - LOOKAHEAD_MS)
		return false;
	lookahead->first = (lookahead->first + 1) & lookahead->mask;
	lookahead->count--;
	if (id_shown(entry->event).length > 0) {
		uint16_t *sights = sights_of(lookahead, id_shown(entry->event));

		if (*sights < UINT16_MAX)
			--*sights;
	}
	return true;
}

/* Looks for an event of a kind that shows the queue id. */
static bool
is_shown(const struct lookahead *lookahead, struct text host,
    struct text queue_id, bool as_notification)
{
	if (*sights_of(lookahead, queue_id) == 0)
		return false;
	for (size_t i = 0; i < lookahead->count; i++) {
		const struct event *event =
		    lookahead->ring[(lookahead->first + i) & lookahead->mask]
			.event;

		if (text_equal(id_shown(event), queue_id) &&
		    text_equal(event->record->host, host) &&
		    begins_queue_id(event) != as_notification)
			return true;
	}
	return false;
}

bool
lookahead_is_past(const struct lookahead *lookahead, int64_t time)
{
	return lookahead->newest != INSTANT_NONE &&
	    time <= lookahead->newest - LOOKAHEAD_MS;
}

void
lookahead_restart(struct lookahead *lookahead)
{
	lookahead->newest = INSTANT_NONE;
}

bool
lookahead_holds(
    const struct lookahead *lookahead, struct text host, struct text queue_id)
{
	return is_shown(lookahead, host, queue_id, false);
}

bool
lookahead_announces(
    const struct lookahead *lookahead, struct text host, struct text queue_id)
{
	return is_shown(lookahead, host, queue_id, true);
}
