#include "track/ledger_private.h"

#include "base/memory.h"

/* Takes over the numbers that are not there yet; there are few. */
static void
join_numbers(
    uint32_t **to, uint32_t *to_count, const uint32_t *from, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		bool is_there = false;

		for (uint32_t j = 0; j < *to_count && !is_there; j++)
			is_there = (*to)[j] == from[i];
		if (!is_there)
			delivery_note_number(to, to_count, from[i]);
	}
}

/*
 * What is known of a delivery under its old queue id goes over to the new,
 * which had records before the old one told of the hop.
 */
static void
absorb_delivery(struct delivery *to, const struct delivery *from)
{
	if (from->attempts + from->suspended == 0)
		return;
	to->attempts += from->attempts;
	to->suspended += from->suspended;
	to->selected |= from->selected;
	to->left_censored |= from->left_censored;
	if (from->first_attempt_at != INSTANT_NONE)
		to->first_attempt_at = from->first_attempt_at;
	if (from->first_record_at < to->first_record_at)
		to->first_record_at = from->first_record_at;
	if (from->provider != 0 && to->provider == 0)
		to->provider = from->provider;
	if (delivery_was_deferred(from)) {
		to->first_deferred_at = from->first_deferred_at;
		to->first_code = from->first_code;
		to->first_category = from->first_category;
	}
	if (to->last_attempt_at == INSTANT_NONE)
		to->last_attempt_at = from->last_attempt_at;
	if (to->last_verdict.category == CATEGORY_NONE)
		to->last_verdict = from->last_verdict;
	join_numbers(
	    &to->causes, &to->causes_count, from->causes, from->causes_count);
	join_numbers(&to->incidents, &to->incidents_count, from->incidents,
	    from->incidents_count);
}

static void
carry_delivery(struct ledger *ledger, struct delivery *delivery,
    struct queue_message *message, bool is_hop)
{
	struct delivery *twin = queue_find_delivery(&ledger->queue, message,
	    delivery_recipient(delivery), delivery->recipient_hash);

	if (twin == NULL) {
		delivery->is_carried = is_hop;
		queue_move_delivery(&ledger->queue, delivery, message);
		return;
	}
	absorb_delivery(twin, delivery);
	queue_drop_delivery(&ledger->queue, delivery);
}

/* Sendmail's submission program logs a user's name, and the MTA an address. */
static bool
tells_sender(const struct queue_message *message)
{
	return message->shown.sender_is_known &&
	    (message->shown.sender_domain != 0 ||
		message->shown.is_notification);
}

/* The new queue id inherits arrival and sender. */
static void
inherit_message(struct queue_message *to, const struct queue_message *from)
{
	if (from->shown.arrived_at != INSTANT_NONE)
		to->shown.arrived_at = from->shown.arrived_at;
	to->arrival_logged |= from->arrival_logged;
	if (tells_sender(from)) {
		to->shown.sender_is_known = true;
		to->shown.sender_domain = from->shown.sender_domain;
		to->shown.is_notification = from->shown.is_notification;
		to->sender_from_hop = true;
	}
}

void
ledger_record_requeue(struct ledger *ledger, const struct record *record)
{
	struct queue_message *old = ledger_find_message(ledger, record);
	struct queue_message *new;

	if (old == NULL || record->next_queue_id.length == 0)
		return;
	new = ledger_get_next_generation(ledger, record);
	if (new == old)
		return;
	inherit_message(new, old);
	for (uint32_t i = old->first_delivery; i != 0;) {
		struct delivery *delivery =
		    queue_delivery_at(&ledger->queue, i);

		i = delivery->next;
		if (delivery->outcome == OUTCOME_PENDING)
			carry_delivery(ledger, delivery, new, false);
	}
	old->removed_at = record->time;
	closing_add_removed(&ledger->closing, old, ledger->now);
}

/* The reply names a queue id of this same host; `next` is its message. */
static bool
comes_back(const struct ledger *ledger, const struct record *record,
    const struct queue_message *next)
{
	return next != NULL ||
	    (record->next_queue_id.length > 0 &&
		lookahead_holds(&ledger->lookahead,
		    queue_message_hash(record->host, record->next_queue_id)));
}

/*
 * A delivered record of a message that comes back, or whose relay the user
 * calls internal: this was a hop.
 */
bool
ledger_is_hop(const struct ledger *ledger, const struct record *record,
    const struct queue_message *next)
{
	return record->status == RECORD_DELIVERED &&
	    (comes_back(ledger, record, next) ||
		internal_relays_match(
		    ledger->settings.internal_relays, record));
}

/* An internal relay may be a host of its own: its ids mean nothing here. */
void
ledger_follow_hop(struct ledger *ledger, const struct record *record,
    const struct queue_message *message, struct delivery *delivery,
    const struct queue_message *next)
{
	struct queue_message *there;

	if (!comes_back(ledger, record, next)) {
		queue_drop_delivery(&ledger->queue, delivery);
		return;
	}
	there = ledger_get_next_message(ledger, record);
	if (there == message)
		return;
	inherit_message(there, message);
	carry_delivery(ledger, delivery, there, true);
}
