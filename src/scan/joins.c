#include "scan/joins.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void
joins_init(struct joins *joins)
{
	*joins = (struct joins){ 0 };
}

void
joins_release(struct joins *joins)
{
	for (size_t i = 0; i < JOIN_BUCKETS; i++)
		while (joins->buckets[i].first != NULL) {
			struct join_entry *entry = joins->buckets[i].first;

			joins->buckets[i].first = entry->next;
			free(entry);
		}
	joins_init(joins);
}

bool
joins_depend(const struct joins *joins)
{
	return joins->count > 0 || joins->is_detailed;
}

uint64_t
join_key(const struct record *record, struct text name)
{
	return hash_mix(hash_mix(text_hash(record->host), text_hash(name)),
	    text_hash(record->instance));
}

static struct join_entry *
find_from(struct join_entry *entry, uint64_t key)
{
	while (entry != NULL && entry->key != key)
		entry = entry->next;
	return entry;
}

struct join_entry *
join_first(struct joins *joins, uint64_t key)
{
	return find_from(joins->buckets[key % JOIN_BUCKETS].first, key);
}

struct join_entry *
join_next(struct join_entry *entry)
{
	return find_from(entry->next, entry->key);
}

struct join_entry *
join_add(struct joins *joins, uint64_t key, const struct record *record)
{
	size_t bucket = key % JOIN_BUCKETS;
	struct join_entry *entry;

	if (joins->count == JOIN_ENTRIES)
		joins_release(joins);
	entry = memory_allocate(sizeof(*entry) + record->queue_id.length +
	    record->recipient.length);
	*entry = (struct join_entry){
		.key = key,
		.trouble = INT64_MIN,
		.scope = record->scope,
		.queue_id = { entry->bytes, record->queue_id.length },
		.recipient = { entry->bytes + record->queue_id.length,
		    record->recipient.length },
	};
	if (record->queue_id.length > 0)
		memcpy(entry->bytes, record->queue_id.data,
		    record->queue_id.length);
	if (record->recipient.length > 0)
		memcpy(entry->bytes + record->queue_id.length,
		    record->recipient.data, record->recipient.length);
	if (joins->buckets[bucket].first == NULL)
		joins->buckets[bucket].first = entry;
	else
		joins->buckets[bucket].last->next = entry;
	joins->buckets[bucket].last = entry;
	joins->count++;
	return entry;
}

void
join_remove(struct joins *joins, struct join_entry *entry)
{
	size_t bucket = entry->key % JOIN_BUCKETS;
	struct join_entry *before = NULL;
	struct join_entry *at = joins->buckets[bucket].first;

	for (; at != entry; at = at->next)
		before = at;
	if (before == NULL)
		joins->buckets[bucket].first = entry->next;
	else
		before->next = entry->next;
	if (joins->buckets[bucket].last == entry)
		joins->buckets[bucket].last = before;
	joins->count--;
	free(entry);
}

/* Delivery numbers count up while qmail-send runs, and start again with it. */
static void
start_delivery(struct joins *joins, const struct pattern_extras *extras,
    struct scan_batch *batch)
{
	struct record *record = &batch->records[batch->count - 1];
	uint64_t key = join_key(record, extras->key);
	struct join_entry *old = join_first(joins, key);

	if (old != NULL)
		join_remove(joins, old);
	join_add(joins, key, record);
	batch->count--;
}

static void
end_delivery(struct joins *joins, const struct pattern_extras *extras,
    struct scan_batch *batch)
{
	struct record *record = &batch->records[batch->count - 1];
	struct join_entry *entry =
	    join_first(joins, join_key(record, extras->key));

	/* The log begins in the middle of this delivery. */
	if (entry == NULL) {
		batch->count--;
		return;
	}
	record->queue_id = arena_copy(&batch->arena, entry->queue_id);
	record->recipient = arena_copy(&batch->arena, entry->recipient);
	record->scope = entry->scope;
	join_remove(joins, entry);
}

void
joins_apply(struct joins *joins, enum join_kind kind,
    const struct pattern_extras *extras, struct scan_batch *batch)
{
	switch (kind) {
	case JOIN_NONE:
		return;
	case JOIN_QMAIL_START:
		start_delivery(joins, extras, batch);
		return;
	case JOIN_QMAIL_END:
		end_delivery(joins, extras, batch);
		return;
	case JOIN_HARAKA_RECIPIENT:
	case JOIN_HARAKA_REFUSED:
	case JOIN_HARAKA_DELIVERED:
	case JOIN_HARAKA_REST:
	case JOIN_HARAKA_ROUND:
	case JOIN_HARAKA_TROUBLE:
		join_haraka(joins, kind, extras, batch);
		return;
	}
}
