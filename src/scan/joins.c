#include "scan/joins.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/memory.h"
#include "scan/joins_private.h"

struct joins *
joins_new(void)
{
	return memory_allocate_array(1, sizeof(struct joins));
}

static void
forget_all(struct joins *joins)
{
	for (size_t i = 0; i < JOIN_BUCKETS; i++) {
		while (joins->buckets[i].first != NULL) {
			struct join_entry *entry = joins->buckets[i].first;

			joins->buckets[i].first = entry->next;
			free(entry);
		}
		joins->buckets[i].last = NULL;
	}
	joins->count = 0;
}

void
joins_free(struct joins *joins)
{
	if (joins == NULL)
		return;
	forget_all(joins);
	free(joins->made);
	free(joins);
}

uint64_t
join_key(struct text host, struct text instance, struct text name)
{
	return hash_mix(
	    hash_mix(text_hash(host), text_hash(name)), text_hash(instance));
}

static struct join_entry *
find_from(struct join_entry *entry, uint64_t key)
{
	while (entry != NULL && entry->key != key)
		entry = entry->next;
	return entry;
}

struct join_entry *
join_first(const struct joins *joins, uint64_t key)
{
	return find_from(joins->buckets[key % JOIN_BUCKETS].first, key);
}

struct join_entry *
join_next(const struct join_entry *entry)
{
	return find_from(entry->next, entry->key);
}

static struct text
keep_text(char **at, struct text text)
{
	struct text kept = { *at, text.length };

	if (text.length > 0)
		memcpy(*at, text.data, text.length);
	*at += text.length;
	return kept;
}

static struct join_entry *
add_entry(struct joins *joins, uint32_t file, const struct join_state *state,
    struct text logged)
{
	uint64_t key = join_key(state->host, state->instance, state->name);
	size_t bucket = key % JOIN_BUCKETS;
	struct join_entry *entry;
	char *at;

	if (joins->count == JOIN_ENTRIES)
		forget_all(joins);
	entry = memory_allocate(sizeof(*entry) + state->host.length +
	    state->instance.length + state->name.length +
	    state->queue_id.length + state->recipient.length + logged.length);
	*entry =
	    (struct join_entry){ .key = key, .file = file, .state = *state };
	at = entry->bytes;
	entry->state.host = keep_text(&at, state->host);
	entry->state.instance = keep_text(&at, state->instance);
	entry->state.name = keep_text(&at, state->name);
	entry->state.queue_id = keep_text(&at, state->queue_id);
	entry->state.recipient = keep_text(&at, state->recipient);
	entry->logged = keep_text(&at, logged);
	if (joins->buckets[bucket].first == NULL)
		joins->buckets[bucket].first = entry;
	else
		joins->buckets[bucket].last->next = entry;
	joins->buckets[bucket].last = entry;
	joins->count++;
	return entry;
}

struct join_entry *
join_add(const struct join_view *view, struct text name)
{
	const struct record *record = &view->record;
	const struct join_state state = {
		.host = record->host,
		.instance = record->instance,
		.name = name,
		.queue_id = record->queue_id,
		.recipient = record->recipient,
		.time = record->time,
		.trouble = INSTANT_NONE,
		.scope = record->scope,
	};

	return add_entry(
	    view->joins, record->file, &state, view->join->recipient);
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

static struct joined_record *
make(const struct join_view *view)
{
	struct joins *joins = view->joins;
	struct joined_record *made;

	joins->made = memory_grow(joins->made, &joins->made_capacity,
	    joins->made_count + 1, sizeof(*joins->made));
	made = &joins->made[joins->made_count++];
	*made = (struct joined_record){ view->record, view->join->recipient };
	return made;
}

void
join_make(const struct join_view *view, const struct join_entry *entry)
{
	struct joined_record *made = make(view);
	struct arena *arena = &view->batch->arena;

	made->record.recipient = arena_copy(arena, entry->state.recipient);
	made->record.queue_id = arena_copy(arena, entry->state.queue_id);
	made->recipient = arena_copy(arena, entry->logged);
}

void
join_pass(const struct join_view *view)
{
	make(view);
}

/* --- qmail --- */

/*
 * The start of a delivery: of the same file if there is one, since two hosts
 * may use the same numbers, else of an earlier one.
 */
static struct join_entry *
find_start(const struct join_view *view)
{
	struct join_entry *entry = join_first(view->joins, view->key);
	struct join_entry *best = entry;

	for (; entry != NULL; entry = join_next(entry))
		if (entry->file == view->record.file)
			return entry;
	return best;
}

/* Delivery numbers count up while qmail-send runs, and start again with it. */
static void
start_delivery(const struct join_view *view)
{
	struct join_entry *old = find_start(view);

	if (old != NULL &&
	    (old->file == view->record.file || old->file == JOIN_FILE_NONE))
		join_remove(view->joins, old);
	join_add(view, view->join->key);
}

static void
end_delivery(struct join_view *view)
{
	struct join_entry *entry = find_start(view);

	/* NULL: the logs begin in the middle of this delivery. */
	if (entry == NULL)
		return;
	view->record.scope = entry->state.scope;
	join_make(view, entry);
	join_remove(view->joins, entry);
}

/* --- in order --- */

static void
take(struct join_view *view)
{
	const struct record *record = &view->record;
	enum join_kind kind = view->join->kind;
	bool is_qmail = kind == JOIN_QMAIL_START || kind == JOIN_QMAIL_END;

	view->key = join_key(record->host, record->instance,
	    is_qmail ? view->join->key : record->queue_id);
	switch (kind) {
	case JOIN_NONE:
		return;
	case JOIN_QMAIL_START:
		start_delivery(view);
		return;
	case JOIN_QMAIL_END:
		end_delivery(view);
		return;
	case JOIN_HARAKA_RECIPIENT:
	case JOIN_HARAKA_REFUSED:
	case JOIN_HARAKA_DELIVERED:
	case JOIN_HARAKA_REST:
	case JOIN_HARAKA_ROUND:
	case JOIN_HARAKA_TROUBLE:
		join_haraka(view);
		return;
	}
}

size_t
joins_take(struct joins *joins, struct scan_batch *batch,
    const struct record *record, const struct joined_record **made)
{
	struct join_view view = {
		.joins = joins,
		.batch = batch,
		.join = &batch->joins[record->join - 1],
		.record = *record,
	};

	view.record.join = 0;
	joins->made_count = 0;
	take(&view);
	*made = joins->made;
	return joins->made_count;
}

/* --- from run to run --- */

void
joins_visit(const struct joins *joins,
    void (*show)(void *context, const struct join_state *state), void *context)
{
	for (size_t i = 0; i < JOIN_BUCKETS; i++)
		for (const struct join_entry *entry = joins->buckets[i].first;
		     entry != NULL; entry = entry->next)
			show(context, &entry->state);
}

void
joins_restore(struct joins *joins, const struct join_state *state)
{
	add_entry(joins, JOIN_FILE_NONE, state, (struct text){ 0 });
}
