#include "track/addresses.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "track/naming.h"

/* mailbox_full is worth a pause once it has lasted for three days. */
#define FULL_MS ((int64_t)3 * SECONDS_PER_DAY * 1000)

/* Deferred tries without a success that make an address worth a pause. */
#define DEFERRED_TRIES 5

enum address_end { ADDRESS_DEFERRED, ADDRESS_BOUNCED, ADDRESS_EXPIRED };

struct address_entry {
	struct address address; /* its action is that of the last outcome */
	uint64_t hash;
	uint64_t deferred; /* tries since the last success */
	int64_t dead_since; /* first bounce with action remove */
	int64_t full_since; /* first failure as mailbox_full, and the last */
	int64_t full_until;
	enum address_end state;
	bool is_known; /* restored, or shown by addresses_visit_changes */
	bool is_changed;
	char *reply; /* owned; NULL when none is kept */
};

/*
 * Nearly every record asks for a recipient that is not there.  The marks of
 * the slots answer that without a look at the entries.
 */
struct addresses {
	bool complete;
	struct address_entry **slots;
	uint8_t *marks; /* of the same slots: see mark_of; 0 for a free one */
	size_t mask;
	size_t used;
	struct pool *removed; /* known ones that went; NULL = none was known */
	bool removed_empty; /* so did the empty recipient */
};

static void
make_slots(struct addresses *addresses, size_t mask)
{
	addresses->mask = mask;
	addresses->slots = memory_allocate_array(mask + 1, sizeof(void *));
	addresses->marks = memory_allocate_array(mask + 1, 1);
}

struct addresses *
addresses_new(bool complete)
{
	struct addresses *addresses =
	    memory_allocate_array(1, sizeof(*addresses));

	addresses->complete = complete;
	make_slots(addresses, 255);
	return addresses;
}

/* The recipient stands behind its entry, in the same piece of memory. */
static struct address_entry *
make_entry(struct text recipient, uint64_t hash)
{
	struct address_entry *entry =
	    memory_allocate(sizeof(*entry) + recipient.length + 1);
	char *copy = (char *)(entry + 1);

	*entry = (struct address_entry){ .hash = hash,
		.address.first_failed_at = INSTANT_NONE,
		.address.last_failed_at = INSTANT_NONE,
		.address.outcome_at = INSTANT_NONE,
		.dead_since = INSTANT_NONE,
		.full_since = INSTANT_NONE,
		.full_until = INSTANT_NONE };
	if (recipient.length > 0)
		memcpy(copy, recipient.data, recipient.length);
	entry->address.recipient = (struct text){ copy, recipient.length };
	return entry;
}

static void
free_entry(struct address_entry *entry)
{
	free(entry->reply);
	free(entry);
}

void
addresses_free(struct addresses *addresses)
{
	if (addresses == NULL)
		return;
	for (size_t slot = 0; slot <= addresses->mask; slot++)
		if (addresses->slots[slot] != NULL)
			free_entry(addresses->slots[slot]);
	pool_free(addresses->removed);
	free(addresses->slots);
	free(addresses->marks);
	free(addresses);
}

/* Seven bits of the hash that do not tell the slot, and one that is set. */
static uint8_t
mark_of(uint64_t hash)
{
	return (uint8_t)(hash >> 56 | 0x80);
}

/* The slot of the recipient, or the free slot where it belongs. */
static size_t
find_slot(
    const struct addresses *addresses, struct text recipient, uint64_t hash)
{
	size_t slot = hash & addresses->mask;
	uint8_t mark = mark_of(hash);

	while (addresses->marks[slot] != 0 &&
	    (addresses->marks[slot] != mark ||
		addresses->slots[slot]->hash != hash ||
		!naming_same_recipient(
		    addresses->slots[slot]->address.recipient, recipient)))
		slot = (slot + 1) & addresses->mask;
	return slot;
}

static void
put_at(struct addresses *addresses, size_t slot, struct address_entry *entry)
{
	addresses->slots[slot] = entry;
	addresses->marks[slot] = mark_of(entry->hash);
}

static void
grow(struct addresses *addresses)
{
	struct address_entry **old = addresses->slots;
	size_t old_mask = addresses->mask;

	free(addresses->marks);
	make_slots(addresses, old_mask * 2 + 1);
	for (size_t slot = 0; slot <= old_mask; slot++)
		if (old[slot] != NULL)
			put_at(addresses,
			    find_slot(addresses, old[slot]->address.recipient,
				old[slot]->hash),
			    old[slot]);
	free(old);
}

/* Empties a slot and closes the gap in its run. */
static void
remove_at(struct addresses *addresses, size_t slot)
{
	size_t next = slot;

	if (addresses->slots[slot]->is_known &&
	    pool_intern(addresses->removed,
		addresses->slots[slot]->address.recipient) == 0)
		addresses->removed_empty = true;
	free_entry(addresses->slots[slot]);
	addresses->used--;
	for (;;) {
		size_t home;

		next = (next + 1) & addresses->mask;
		if (addresses->slots[next] == NULL)
			break;
		home = addresses->slots[next]->hash & addresses->mask;
		if (((next - home) & addresses->mask) <
		    ((next - slot) & addresses->mask))
			continue;
		put_at(addresses, slot, addresses->slots[next]);
		slot = next;
	}
	addresses->slots[slot] = NULL;
	addresses->marks[slot] = 0;
}

/* Puts a recipient that is not there into the free slot where it belongs. */
static struct address_entry *
add_entry(
    struct addresses *addresses, size_t slot, const struct delivery *delivery)
{
	struct address_entry *entry =
	    make_entry(delivery_recipient(delivery), delivery->recipient_hash);

	put_at(addresses, slot, entry);
	addresses->used++;
	return entry;
}

/* The message came after the address was known to be dead. */
static bool
is_wasted(
    const struct address_entry *entry, const struct observation *observation)
{
	int64_t arrived = observation->message->arrived_at;

	if (entry->dead_since == INSTANT_NONE || observation->attempt == 0)
		return false;
	if (arrived == INSTANT_NONE)
		arrived = observation->delivery->first_record_at;
	return arrived >= entry->dead_since;
}

static void
keep_reply(struct address_entry *entry, struct text reply)
{
	free(entry->reply);
	entry->reply = memory_copy_string(reply.data, reply.length);
	entry->address.reply = (struct text){ entry->reply, reply.length };
}

static void
note_verdict(struct address_entry *entry, const struct observation *observation)
{
	const struct verdict *verdict = &observation->event->verdict;

	entry->address.action = verdict->action;
	entry->address.category = verdict->category;
	entry->address.class = verdict->class;
	entry->address.reply_code = verdict->reply_code;
	entry->address.enhanced_code = verdict->enhanced_code;
}

/*
 * A deferral does not undo the outcome of an earlier message.  Of one that
 * expired it tells the reason of today, unless the action would change.
 */
static bool
takes_deferral(const struct address_entry *entry, const struct verdict *verdict)
{
	if (entry->state == ADDRESS_EXPIRED)
		return entry->address.action != ACTION_REMOVE &&
		    verdict->action != ACTION_REMOVE;
	return entry->state == ADDRESS_DEFERRED;
}

/* A success of before all that the entry stands for. */
static bool
is_failing_since(const struct address_entry *entry, int64_t success)
{
	return observation_is_older(success,
	    entry->state == ADDRESS_DEFERRED ? entry->address.first_failed_at
					     : entry->address.outcome_at);
}

static void
note_death(struct address_entry *entry, int64_t time)
{
	if (entry->dead_since == INSTANT_NONE || time < entry->dead_since)
		entry->dead_since = time;
}

static void
note_failure(const struct addresses *addresses, struct address_entry *entry,
    const struct observation *observation)
{
	const struct event *event = observation->event;
	int64_t time = event->record->time;
	bool bounced = event->record->status == RECORD_BOUNCED;
	bool is_news = !observation_is_older(time,
	    bounced ? entry->address.outcome_at
		    : entry->address.last_failed_at);

	entry->address.failures++;
	instants_widen(&entry->address.first_failed_at,
	    &entry->address.last_failed_at, time, time);
	entry->address.domain = observation->delivery->domain;
	entry->deferred += !bounced;
	if (event->verdict.category == CATEGORY_MAILBOX_FULL)
		instants_widen(
		    &entry->full_since, &entry->full_until, time, time);
	if (is_news && (bounced || takes_deferral(entry, &event->verdict))) {
		note_verdict(entry, observation);
		if (addresses->complete)
			keep_reply(entry, event->record->reply);
	}
	if (!bounced)
		return;
	if (event->verdict.action == ACTION_REMOVE)
		note_death(entry, time);
	if (!is_news)
		return;
	entry->state = ADDRESS_BOUNCED;
	entry->address.outcome_at = time;
}

/* The reply that is kept was read as what the verdict says. */
static bool
has_cause(const struct address_entry *entry, const struct verdict *verdict)
{
	return entry->address.category == verdict->category &&
	    entry->address.enhanced_code == verdict->enhanced_code &&
	    entry->address.reply_code == verdict->reply_code;
}

/* Of the deferrals of other messages, and after a bounce, no reply is kept. */
static void
note_expiry(struct address_entry *entry, const struct observation *observation)
{
	int64_t time = observation->event->record->time;

	if (observation_is_older(time, entry->address.outcome_at))
		return;
	entry->state = ADDRESS_EXPIRED;
	entry->address.outcome_at = time;
	entry->address.domain = observation->delivery->domain;
	if (!has_cause(entry, &observation->event->verdict))
		keep_reply(entry, (struct text){ 0 });
	note_verdict(entry, observation);
	if (entry->address.failures == 0)
		instants_widen(&entry->address.first_failed_at,
		    &entry->address.last_failed_at, time, time);
}

static bool
is_remembered(
    const struct addresses *addresses, const struct observation *observation)
{
	enum record_status status =
	    (enum record_status)observation->event->record->status;

	if (status == RECORD_BOUNCED &&
	    observation->event->verdict.action == ACTION_REMOVE)
		return true;
	return addresses->complete &&
	    (status == RECORD_BOUNCED || status == RECORD_DEFERRED ||
		status == RECORD_EXPIRED);
}

bool
addresses_record(
    struct addresses *addresses, const struct observation *observation)
{
	const struct delivery *delivery = observation->delivery;
	struct address_entry *entry;
	bool wasted = false;
	size_t slot;

	if (addresses->used > addresses->mask / 2)
		grow(addresses);
	slot = find_slot(
	    addresses, delivery_recipient(delivery), delivery->recipient_hash);
	entry = addresses->marks[slot] != 0 ? addresses->slots[slot] : NULL;
	if (entry != NULL && is_wasted(entry, observation)) {
		entry->address.attempts_after++;
		entry->is_changed = true;
		wasted = true;
	}
	if (observation->event->record->status == RECORD_DELIVERED) {
		if (entry != NULL &&
		    !is_failing_since(entry, observation->event->record->time))
			remove_at(addresses, slot);
		return wasted;
	}
	if (!is_remembered(addresses, observation))
		return wasted;
	if (entry == NULL)
		entry = add_entry(addresses, slot, delivery);
	entry->is_changed = true;
	if (observation->event->record->status == RECORD_EXPIRED)
		note_expiry(entry, observation);
	else
		note_failure(addresses, entry, observation);
	return wasted;
}

void
addresses_note_death(
    struct addresses *addresses, const struct observation *observation)
{
	const struct delivery *delivery = observation->delivery;
	struct address_entry *entry;
	size_t slot;

	if (addresses->used > addresses->mask / 2)
		grow(addresses);
	slot = find_slot(
	    addresses, delivery_recipient(delivery), delivery->recipient_hash);
	entry = addresses->slots[slot];
	if (entry == NULL)
		entry = add_entry(addresses, slot, delivery);
	note_death(entry, observation->event->record->time);
	entry->is_changed = true;
}

/* --- what is kept from night to night --- */

/* No instant is before all others. */
static bool
is_later(const struct address *address, const struct address *than)
{
	if (address->outcome_at != than->outcome_at)
		return address->outcome_at > than->outcome_at;
	return address->last_failed_at >= than->last_failed_at;
}

static bool
has_same_cause(const struct address *address, const struct address *other)
{
	return address->category == other->category &&
	    address->enhanced_code == other->enhanced_code &&
	    address->reply_code == other->reply_code;
}

/* A reply is that of the cause; an expiry has none where it is not known. */
static void
join_entry(struct address_entry *entry, const struct address_state *other)
{
	const struct address mine = entry->address;
	struct address *address = &entry->address;
	bool same_cause = has_same_cause(&mine, &other->address);

	if (is_later(&other->address, &mine)) {
		*address = other->address;
		address->recipient = mine.recipient;
		entry->state = (enum address_end)other->state;
		address->reply = mine.reply;
		if (!same_cause || other->address.reply.length > 0)
			keep_reply(entry, other->address.reply);
	} else if (same_cause && mine.reply.length == 0) {
		keep_reply(entry, other->address.reply);
	}
	address->failures = mine.failures + other->address.failures;
	address->attempts_after =
	    mine.attempts_after + other->address.attempts_after;
	address->first_failed_at = mine.first_failed_at;
	address->last_failed_at = mine.last_failed_at;
	instants_widen(&address->first_failed_at, &address->last_failed_at,
	    other->address.first_failed_at, other->address.last_failed_at);
	instants_widen(&entry->full_since, &entry->full_until,
	    other->full_since, other->full_until);
	entry->deferred += other->deferred;
	if (entry->dead_since == INSTANT_NONE ||
	    (other->dead_since != INSTANT_NONE &&
		other->dead_since < entry->dead_since))
		entry->dead_since = other->dead_since;
	entry->is_changed = true;
}

void
addresses_restore(struct addresses *addresses,
    const struct address_state *state, bool is_known)
{
	struct text recipient = state->address.recipient;
	uint64_t hash = naming_recipient_hash(recipient);
	struct address_entry *entry;
	size_t slot;

	if (addresses->removed == NULL)
		addresses->removed = pool_new();
	if (addresses->used > addresses->mask / 2)
		grow(addresses);
	slot = find_slot(addresses, recipient, hash);
	if (addresses->slots[slot] != NULL) {
		join_entry(addresses->slots[slot], state);
		return;
	}
	entry = make_entry(recipient, hash);
	recipient = entry->address.recipient;
	entry->address = state->address;
	entry->address.recipient = recipient;
	entry->deferred = state->deferred;
	entry->dead_since = state->dead_since;
	entry->full_since = state->full_since;
	entry->full_until = state->full_until;
	entry->state = (enum address_end)state->state;
	entry->is_known = is_known;
	entry->is_changed = !is_known;
	if (state->address.reply.length > 0)
		keep_reply(entry, state->address.reply);
	put_at(addresses, slot, entry);
	addresses->used++;
}

static void
show_entry(struct address_entry *entry,
    void (*changed)(void *context, const struct address_state *state),
    void *context)
{
	const struct address_state state = {
		.address = entry->address,
		.deferred = entry->deferred,
		.dead_since = entry->dead_since,
		.full_since = entry->full_since,
		.full_until = entry->full_until,
		.state = (uint8_t)entry->state,
	};

	changed(context, &state);
	entry->is_known = true;
	entry->is_changed = false;
}

void
addresses_visit_changes(struct addresses *addresses,
    void (*removed)(void *context, struct text recipient),
    void (*changed)(void *context, const struct address_state *state),
    void *context)
{
	/* The empty text is in every pool. */
	if (addresses->removed_empty)
		removed(context, (struct text){ 0 });
	if (addresses->removed != NULL)
		for (uint32_t i = 1; i < pool_count(addresses->removed); i++)
			removed(context, pool_text(addresses->removed, i));
	pool_free(addresses->removed);
	addresses->removed = pool_new();
	addresses->removed_empty = false;
	for (size_t slot = 0; slot <= addresses->mask; slot++) {
		struct address_entry *entry = addresses->slots[slot];

		if (entry != NULL && entry->is_changed)
			show_entry(entry, changed, context);
	}
}

/* What to do about the recipient, or ACTION_NONE when nothing. */
static enum verdict_action
action_of(const struct address_entry *entry)
{
	const struct address *address = &entry->address;
	bool stays_full = address->category == CATEGORY_MAILBOX_FULL &&
	    entry->full_since != INSTANT_NONE &&
	    entry->full_until - entry->full_since >= FULL_MS;

	if (entry->state != ADDRESS_DEFERRED &&
	    address->action == ACTION_REMOVE)
		return ACTION_REMOVE;
	if (entry->state == ADDRESS_EXPIRED || stays_full ||
	    entry->deferred >= DEFERRED_TRIES ||
	    (entry->state == ADDRESS_BOUNCED &&
		address->action == ACTION_SUPPRESS))
		return ACTION_SUPPRESS;
	return ACTION_NONE;
}

static int
order_by_recipient(const void *a, const void *b)
{
	const struct address *x = a;
	const struct address *y = b;

	return text_compare(x->recipient, y->recipient);
}

struct address *
addresses_list(const struct addresses *addresses, size_t *count)
{
	struct address *list =
	    memory_allocate_array(addresses->used, sizeof(*list));

	*count = 0;
	for (size_t slot = 0; slot <= addresses->mask; slot++) {
		const struct address_entry *entry = addresses->slots[slot];
		enum verdict_action action;

		if (entry == NULL)
			continue;
		action = action_of(entry);
		if (action == ACTION_NONE)
			continue;
		list[*count] = entry->address;
		list[(*count)++].action = (uint8_t)action;
	}
	qsort(list, *count, sizeof(*list), order_by_recipient);
	return list;
}
