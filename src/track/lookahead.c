#include "track/lookahead.h"

#include <stdlib.h>

#include "base/calendar.h"
#include "base/memory.h"
#include "track/naming.h"
#include "track/queue.h"

/* How far lines of different files, with stamps of seconds, may be apart. */
#define LOOKAHEAD_MS 5000

#define SIGHTS_AT_FIRST 1024

/* So many waiting lines are searched for a late one: many expire at once. */
#define LATE_LINES 256

/* And so many for a sender: more than a busy host logs in the time. */
#define SENDER_LINES 16384

void
lookahead_init(struct lookahead *lookahead)
{
	*lookahead = (struct lookahead){ .mask = 1023, .newest = INSTANT_NONE };
	lookahead->ring = memory_allocate_array(
	    lookahead->mask + 1, sizeof(*lookahead->ring));
	lookahead->sights_mask = SIGHTS_AT_FIRST - 1;
	lookahead->sights =
	    memory_allocate_array(SIGHTS_AT_FIRST, sizeof(*lookahead->sights));
}

void
lookahead_release(struct lookahead *lookahead)
{
	free(lookahead->ring);
	free(lookahead->sights);
}

/* Of the sight of an announcement: another one than that of the id itself. */
static uint64_t
announcement_hash(uint64_t hash)
{
	return ~hash;
}

/* What a record is a sight of; 0 for most. */
static uint64_t
sight_of(const struct record *record, uint64_t hash)
{
	switch (record->kind) {
	case RECORD_ARRIVAL:
	case RECORD_MESSAGE:
		return record->queue_id.length > 0 ? hash : 0;
	case RECORD_NOTIFICATION:
		return record->next_queue_id.length > 0
		    ? announcement_hash(queue_message_hash(
			  record->host, record->next_queue_id))
		    : 0;
	default:
		return 0;
	}
}

/* The slot of the hash, or the free slot where it belongs. */
static size_t
find_sight(const struct lookahead *lookahead, uint64_t hash)
{
	size_t slot = hash & lookahead->sights_mask;

	while (lookahead->sights[slot].count != 0 &&
	    lookahead->sights[slot].hash != hash)
		slot = (slot + 1) & lookahead->sights_mask;
	return slot;
}

static void
grow_sights(struct lookahead *lookahead)
{
	struct lookahead_sight *old = lookahead->sights;
	size_t old_mask = lookahead->sights_mask;

	lookahead->sights_mask = old_mask * 2 + 1;
	lookahead->sights = memory_allocate_array(
	    lookahead->sights_mask + 1, sizeof(*lookahead->sights));
	for (size_t slot = 0; slot <= old_mask; slot++)
		if (old[slot].count != 0)
			lookahead
			    ->sights[find_sight(lookahead, old[slot].hash)] =
			    old[slot];
	free(old);
}

static void
add_sight(struct lookahead *lookahead, uint64_t hash)
{
	struct lookahead_sight *sight;

	if (lookahead->sights_used > lookahead->sights_mask / 2)
		grow_sights(lookahead);
	sight = &lookahead->sights[find_sight(lookahead, hash)];
	lookahead->sights_used += sight->count == 0;
	sight->hash = hash;
	sight->count++;
}

/* The last one closes the gap that it leaves in its run of slots. */
static void
remove_sight(struct lookahead *lookahead, uint64_t hash)
{
	struct lookahead_sight *sights = lookahead->sights;
	size_t mask = lookahead->sights_mask;
	size_t slot = find_sight(lookahead, hash);

	if (--sights[slot].count > 0)
		return;
	lookahead->sights_used--;
	for (size_t next = (slot + 1) & mask; sights[next].count != 0;
	     next = (next + 1) & mask) {
		size_t home = sights[next].hash & mask;

		if (((next - home) & mask) < ((next - slot) & mask))
			continue;
		sights[slot] = sights[next];
		sights[next].count = 0;
		slot = next;
	}
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

bool
lookahead_push(struct lookahead *lookahead, const struct event *event,
    void *owner, uint64_t hash)
{
	struct lookahead_entry *entry;
	bool is_newest = event->record->time > lookahead->newest;

	if (lookahead->count > lookahead->mask)
		grow(lookahead);
	entry = &lookahead->ring[(lookahead->first + lookahead->count) &
	    lookahead->mask];
	*entry = (struct lookahead_entry){ .event = event,
		.owner = owner,
		.hash = hash,
		.sight = sight_of(event->record, hash),
		.time = event->record->time };
	lookahead->count++;
	if (is_newest)
		lookahead->newest = entry->time;
	if (entry->sight != 0)
		add_sight(lookahead, entry->sight);
	return is_newest || lookahead->count == 1;
}

bool
lookahead_pop(
    struct lookahead *lookahead, bool all, struct lookahead_entry *entry)
{
	const struct lookahead_entry *oldest =
	    &lookahead->ring[lookahead->first];

	if (lookahead->count == 0 ||
	    (!all && oldest->time > lookahead->newest - LOOKAHEAD_MS))
		return false;
	*entry = *oldest;
	lookahead->first = (lookahead->first + 1) & lookahead->mask;
	lookahead->count--;
	if (entry->sight != 0)
		remove_sight(lookahead, entry->sight);
	return true;
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
lookahead_holds(const struct lookahead *lookahead, uint64_t hash)
{
	return lookahead->sights[find_sight(lookahead, hash)].count != 0;
}

bool
lookahead_announces(const struct lookahead *lookahead, uint64_t hash)
{
	return lookahead_holds(lookahead, announcement_hash(hash));
}

const struct event *
lookahead_find_sender(
    const struct lookahead *lookahead, uint64_t hash, int64_t time)
{
	int64_t removed_at = INT64_MAX;

	if (!lookahead_holds(lookahead, hash))
		return NULL;
	for (size_t i = 0; i < lookahead->count && i < SENDER_LINES; i++) {
		const struct lookahead_entry *entry =
		    &lookahead->ring[(lookahead->first + i) & lookahead->mask];
		const struct record *record;

		if (entry->hash != hash || entry->time >= removed_at ||
		    entry->time < time - LOOKAHEAD_MS)
			continue;
		record = entry->event->record;
		if (record->kind == RECORD_REMOVAL ||
		    record->kind == RECORD_CANCEL)
			removed_at = entry->time;
		if (entry->sight == hash && record->sender_is_known)
			return entry->event;
	}
	return NULL;
}

static bool
is_end(const struct record *record)
{
	return record->kind == RECORD_ATTEMPT &&
	    (record->status == RECORD_DELIVERED ||
		record->status == RECORD_BOUNCED ||
		record->status == RECORD_DISCARDED);
}

bool
lookahead_awaits_end(const struct lookahead *lookahead, uint64_t hash,
    struct text recipient, int64_t time)
{
	for (size_t i = 0; i < lookahead->count && i < LATE_LINES; i++) {
		const struct lookahead_entry *entry =
		    &lookahead->ring[(lookahead->first + i) & lookahead->mask];

		if (entry->hash == hash && entry->time <= time &&
		    is_end(entry->event->record) &&
		    naming_same_recipient(
			entry->event->record->recipient, recipient))
			return true;
	}
	return false;
}
