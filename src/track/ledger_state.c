#include "track/ledger_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "track/ledger_private.h"

int64_t
ledger_now(const struct ledger *ledger)
{
	return ledger->now;
}

void
ledger_restore_now(struct ledger *ledger, int64_t now)
{
	ledger->now = now;
}

uint32_t
ledger_add_cause(struct ledger *ledger, const struct cause *cause)
{
	uint32_t *number = keymap_get(&ledger->cause_numbers,
	    KEY(cause->enhanced_code, cause->reply_code,
		cause->category | (uint32_t)cause->class << 8, cause->action));

	if (*number == 0) {
		*number = (uint32_t)ledger->cause_count;
		ledger->causes =
		    memory_grow(ledger->causes, &ledger->causes_capacity,
			ledger->cause_count + 1, sizeof(*ledger->causes));
		ledger->causes[ledger->cause_count++] = *cause;
	}
	return *number;
}

/* --- showing --- */

struct place {
	uint32_t serial;
	uint32_t message;
};

/* Messages of one queue id are found in the order in which they came. */
static int
order_by_serial(const void *a, const void *b)
{
	const struct place *x = a;
	const struct place *y = b;

	return (x->serial > y->serial) - (x->serial < y->serial);
}

static void
visit_message(const struct ledger *ledger, const struct ledger_visitor *visitor,
    uint32_t number, const struct queue_message *message)
{
	const struct ledger_message shown = {
		.shown = message->shown,
		.arrival_logged = message->arrival_logged,
		.sender_from_hop = message->sender_from_hop,
		.is_counted = message->is_counted,
		.seen_at = message->seen_at,
		.changed_at = message->changed_at,
		.notified_at = message->notified_at,
		.removed_at = message->removed_at,
	};

	visitor->message(visitor->context, number, &shown);
	for (uint32_t i = message->first_delivery; i != 0;) {
		const struct delivery *delivery =
		    queue_delivery_at(&ledger->queue, i);

		visitor->delivery(visitor->context, number, delivery);
		i = delivery->next;
	}
}

/* `numbers`: those that the messages were shown under, by their own. */
static void
visit_timer(const struct ledger *ledger, const struct ledger_visitor *visitor,
    const struct closing_entry *entry, bool is_removal, const uint32_t *numbers)
{
	const struct queue_message *message =
	    queue_message_at(&ledger->queue, entry->message);
	const struct ledger_timer timer = { numbers[entry->message], is_removal,
		entry->due };

	if (message->in_use && message->serial == entry->serial)
		visitor->timer(visitor->context, &timer);
}

static void
visit_line(const struct ledger *ledger, const struct ledger_visitor *visitor,
    const struct closing_line *line, bool is_removal, const uint32_t *numbers)
{
	for (size_t i = 0; i < line->count; i++)
		visit_timer(ledger, visitor,
		    &line->ring[(line->first + i) & line->mask], is_removal,
		    numbers);
}

static void
visit_timers(const struct ledger *ledger, const struct ledger_visitor *visitor,
    const uint32_t *numbers)
{
	const struct closing *closing = &ledger->closing;

	visit_line(ledger, visitor, &closing->removed, true, numbers);
	visit_line(ledger, visitor, &closing->idle, false, numbers);
	for (size_t i = 0; i < closing->earlier.count; i++)
		visit_timer(ledger, visitor, &closing->earlier.entries[i],
		    false, numbers);
}

static void
visit_waiting(const struct ledger *ledger, const struct ledger_visitor *visitor)
{
	const struct lookahead *lookahead = &ledger->lookahead;

	for (size_t i = 0; i < lookahead->count; i++)
		visitor->waiting(visitor->context,
		    lookahead->ring[(lookahead->first + i) & lookahead->mask]
			.event);
}

void
ledger_visit(const struct ledger *ledger, const struct ledger_visitor *visitor)
{
	const struct queue *queue = &ledger->queue;
	struct place *places =
	    memory_allocate_array(queue->message_count, sizeof(*places));
	uint32_t *numbers = memory_allocate_array(
	    (size_t)queue->message_count + 1, sizeof(*numbers));
	uint32_t count = 0;

	for (uint32_t i = 1; i <= queue->message_count; i++)
		if (queue_message_at(queue, i)->in_use)
			places[count++] =
			    (struct place){ queue_message_at(queue, i)->serial,
				    i };
	qsort(places, count, sizeof(*places), order_by_serial);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t message = places[i].message;

		numbers[message] = i + 1;
		visit_message(
		    ledger, visitor, i + 1, queue_message_at(queue, message));
	}
	visit_timers(ledger, visitor, numbers);
	visit_waiting(ledger, visitor);
	free(numbers);
	free(places);
}

void
ledger_begin(struct ledger *ledger, int64_t start)
{
	if (start == INSTANT_NONE ||
	    !lookahead_is_past(&ledger->lookahead, start))
		return;
	ledger_drain(ledger);
	lookahead_restart(&ledger->lookahead);
}

/* --- putting back --- */

uint32_t
ledger_restore_message(
    struct ledger *ledger, const struct ledger_message *message)
{
	struct text host =
	    pool_text(ledger->settings.names, message->shown.host);
	struct queue_message *to = queue_add_message(&ledger->queue,
	    queue_message_hash(host, message->shown.queue_id),
	    message->shown.host, message->shown.queue_id, message->seen_at);
	struct text queue_id = to->shown.queue_id;

	to->shown = message->shown;
	to->shown.queue_id = queue_id;
	to->arrival_logged = message->arrival_logged;
	to->sender_from_hop = message->sender_from_hop;
	to->is_counted = message->is_counted;
	to->changed_at = message->changed_at;
	to->notified_at = message->notified_at;
	to->removed_at = message->removed_at;
	return to->number;
}

static uint32_t *
copy_numbers(const uint32_t *numbers, uint32_t count)
{
	uint32_t *copy;

	if (count == 0)
		return NULL;
	copy = memory_allocate_array(count, sizeof(*copy));
	memcpy(copy, numbers, count * sizeof(*copy));
	return copy;
}

void
ledger_restore_delivery(struct ledger *ledger, uint32_t message,
    struct text recipient, const struct delivery *delivery)
{
	struct delivery *to = queue_add_delivery(&ledger->queue,
	    queue_message_at(&ledger->queue, message), recipient,
	    naming_recipient_hash(recipient), delivery->first_record_at);
	const struct delivery place = *to;

	*to = *delivery;
	to->number = place.number;
	to->message = place.message;
	to->next = place.next;
	to->previous = place.previous;
	to->recipient = place.recipient;
	to->recipient_hash = place.recipient_hash;
	to->outcome = place.outcome;
	to->causes = copy_numbers(delivery->causes, delivery->causes_count);
	to->incidents =
	    copy_numbers(delivery->incidents, delivery->incidents_count);
	queue_set_outcome(&ledger->queue, to, delivery->outcome);
}

void
ledger_restore_timer(struct ledger *ledger, const struct ledger_timer *timer)
{
	closing_restore(&ledger->closing,
	    queue_message_at(&ledger->queue, timer->message), timer->is_removal,
	    timer->due);
}
