#include "track/ledger.h"

#include <stdlib.h>

#include "base/memory.h"
#include "track/ledger_private.h"

/* A message leaves the queue this soon after the notice of its failure. */
#define NOTICE_MS 60000

/*
 * rsyslog waits a minute at most before it says how often a message came
 * again, and no host tries one recipient so often in a minute.
 */
#define REPEATED_TRIES 10000

struct ledger *
ledger_new(const struct ledger_settings *settings)
{
	struct ledger *ledger = memory_allocate_array(1, sizeof(*ledger));

	ledger->settings = *settings;
	ledger->now = INSTANT_NONE;
	ledger->closed_at = INSTANT_NONE;
	naming_init(&ledger->naming, settings->names, settings->providers);
	queue_init(&ledger->queue);
	lookahead_init(&ledger->lookahead);
	closing_init(&ledger->closing);
	keymap_init(&ledger->cause_numbers, sizeof(uint32_t));
	ledger->causes = memory_grow(
	    NULL, &ledger->causes_capacity, 1, sizeof(*ledger->causes));
	ledger->causes[0] = (struct cause){ 0 };
	ledger->cause_count = 1;
	return ledger;
}

void
ledger_free(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	naming_release(&ledger->naming);
	queue_release(&ledger->queue);
	lookahead_release(&ledger->lookahead);
	closing_release(&ledger->closing);
	keymap_release(&ledger->cause_numbers);
	free(ledger->causes);
	free(ledger);
}

const struct cause *
ledger_causes(const struct ledger *ledger, size_t *count)
{
	*count = ledger->cause_count;
	return ledger->causes;
}

uint64_t
ledger_open_count(const struct ledger *ledger)
{
	return ledger->queue.open_deliveries;
}

/* --- deliveries --- */

/* Exim tells how old a message is only when it is delivered, or done. */
static void
note_age(struct queue_message *message, const struct record *record)
{
	if (message->shown.arrived_at == INSTANT_NONE && record->delay >= 0)
		message->shown.arrived_at = record->time - record->delay;
}

static struct delivery *
get_delivery(struct ledger *ledger, const struct record *record,
    struct queue_message *message)
{
	uint64_t hash = naming_recipient_hash(record->recipient);
	struct delivery *delivery = queue_find_delivery(
	    &ledger->queue, message, record->recipient, hash);

	note_age(message, record);
	if (delivery != NULL) {
		delivery->is_carried = false;
	} else {
		delivery = queue_add_delivery(&ledger->queue, message,
		    record->recipient, hash, record->time);
		delivery->domain =
		    naming_domain(&ledger->naming, record->recipient);
	}
	delivery->left_censored |= ledger_is_older_than_logs(ledger, message);
	return delivery;
}

static void
note_relay(struct ledger *ledger, const struct record *record,
    struct delivery *delivery)
{
	uint32_t provider;

	delivery->relay_host =
	    naming_relay(&ledger->naming, record->relay_host);
	delivery->relay_ip =
	    pool_intern(ledger->settings.names, record->relay_ip);
	provider = naming_provider(&ledger->naming, delivery->relay_host);
	if (provider != 0)
		delivery->provider = provider;
}

static void
note_deferral(const struct event *event, struct delivery *delivery)
{
	if (delivery_was_deferred(delivery))
		return;
	delivery->first_deferred_at = event->record->time;
	delivery->first_code = code_key_of(
	    event->verdict.enhanced_code, event->verdict.reply_code);
	delivery->first_category = event->verdict.category;
}

static void
note_try(const struct event *event, struct delivery *delivery,
    struct observation *observation)
{
	int64_t time = event->record->time;
	int64_t interval;

	if (delivery->last_attempt_at == INSTANT_NONE) {
		delivery->first_attempt_at = time;
	} else {
		interval = floor_divide(time, 1000) -
		    floor_divide(delivery->last_attempt_at, 1000);
		observation->interval = interval > 0 ? interval : 0;
	}
	delivery->last_attempt_at = time;
	observation->attempt = ++delivery->attempts;
}

static void
note_status(struct ledger *ledger, const struct event *event,
    struct delivery *delivery, struct observation *observation)
{
	switch ((enum record_status)event->record->status) {
	case RECORD_DELIVERED:
		note_try(event, delivery, observation);
		queue_set_outcome(&ledger->queue, delivery, OUTCOME_DELIVERED);
		break;
	case RECORD_DEFERRED:
		note_try(event, delivery, observation);
		note_deferral(event, delivery);
		break;
	case RECORD_BOUNCED:
		note_try(event, delivery, observation);
		queue_set_outcome(&ledger->queue, delivery, OUTCOME_BOUNCED);
		break;
	case RECORD_SUSPENDED:
		delivery->suspended++;
		note_deferral(event, delivery);
		break;
	case RECORD_EXPIRED:
		queue_set_outcome(&ledger->queue, delivery, OUTCOME_EXPIRED);
		break;
	case RECORD_DISCARDED:
		if (delivery->outcome == OUTCOME_PENDING)
			queue_set_outcome(
			    &ledger->queue, delivery, OUTCOME_WITHDRAWN);
		break;
	case RECORD_STATUS_NONE:
		break;
	}
}

static bool
is_failure(const struct record *record)
{
	return record->status == RECORD_DEFERRED ||
	    record->status == RECORD_BOUNCED ||
	    record->status == RECORD_SUSPENDED;
}

/*
 * A record without any relay or transport (Exim "routing defer", "retry
 * timeout exceeded") is of the scope that the delivery had before, as is a try
 * that was skipped.
 */
static enum record_scope
scope_of(const struct record *record, const struct delivery *delivery)
{
	if (record->scope == RECORD_REMOTE && delivery->is_local &&
	    (record->relay_host.length == 0 ||
		record->status == RECORD_SUSPENDED))
		return RECORD_LOCAL;
	return (enum record_scope)record->scope;
}

static bool
passes_filter(const struct ledger *ledger, const struct event *event,
    const struct delivery *delivery, const struct message *message,
    enum record_scope scope)
{
	const struct pool *names = ledger->settings.names;
	const struct filter *filter = ledger->settings.filter;
	struct filter_subject subject;

	if (filter_is_plain(filter))
		return filter_takes_scope(filter, scope);
	subject = (struct filter_subject){
		.domain = pool_text(names, delivery->domain),
		.sender_domain = pool_text(names, message->sender_domain),
		.relay_host = pool_text(names, delivery->relay_host),
		.relay_ip = pool_text(names, delivery->relay_ip),
		.verdict = &event->verdict,
		.scope = scope,
	};

	return filter_matches(filter, &subject);
}

static bool
is_earlier(const struct ledger *ledger, const struct event *event)
{
	return filter_is_before(ledger->settings.filter, event->record->time);
}

/* What happened before the period is known, and counts nowhere. */
static void
observe(struct ledger *ledger, const struct event *event,
    struct observation *observation, struct delivery *delivery)
{
	struct ledger_observer *observer = &ledger->settings.observer;

	observation->event = event;
	observation->delivery = delivery;
	if (!is_earlier(ledger, event))
		observer->record(observer->context, observation, delivery);
	else if (delivery != NULL && observer->earlier != NULL)
		observer->earlier(observer->context, observation, delivery);
}

/* One record of a delivery that goes to a real next hop. */
static void
observe_delivery(struct ledger *ledger, const struct event *logged,
    struct queue_message *message, struct delivery *delivery)
{
	const struct event told = ledger_with_cause(logged, delivery);
	const struct event *event = &told;
	struct observation observation = {
		.message = &message->shown,
		.interval = -1,
		.is_notification = message->shown.is_notification,
	};
	bool in_period;

	delivery->last_record_at = event->record->time;
	observation.scope = scope_of(event->record, delivery);
	delivery->is_local = observation.scope == RECORD_LOCAL;
	observation.matches = passes_filter(
	    ledger, event, delivery, &message->shown, observation.scope);
	observation.counted =
	    observation.matches && !message->shown.is_notification;
	in_period = observation.counted && !is_earlier(ledger, event);
	note_status(ledger, event, delivery, &observation);
	if (is_failure(event->record)) {
		if (ledger_tells_reason(event->record, delivery))
			delivery->last_verdict = event->verdict;
		observation.cause =
		    ledger_cause_number(ledger, &event->verdict);
		if (in_period)
			ledger_note_cause(ledger, delivery, &observation);
	}
	delivery->selected |= in_period;
	observe(ledger, event, &observation, delivery);
}

/*
 * Sendmail says of a recipient that the message is thrown away, and again of
 * all of the message; OpenSMTPD and Exim may give up the same recipient twice.
 */
static bool
is_said_again(const struct record *record, const struct delivery *delivery)
{
	return (record->status == RECORD_DISCARDED &&
		   record->mta == MTA_SENDMAIL &&
		   delivery->outcome == OUTCOME_WITHDRAWN) ||
	    (record->status == RECORD_EXPIRED &&
		delivery->outcome == OUTCOME_EXPIRED);
}

static void
record_attempt(struct ledger *ledger, const struct event *event)
{
	const struct record *record = event->record;
	struct queue_message *message = ledger_get_generation(ledger, record);
	const struct queue_message *next = NULL;
	struct delivery *delivery = get_delivery(ledger, record, message);

	ledger_note_sender(ledger, message, record);
	ledger_note_awaited_sender(ledger, message, record);
	ledger_note_announced(ledger, message, record);
	if (record->status == RECORD_DELIVERED &&
	    record->next_queue_id.length > 0)
		next = ledger_find_next_message(ledger, record);
	note_relay(ledger, record, delivery);
	if (is_said_again(record, delivery))
		return;
	if (next != message && ledger_is_hop(ledger, record, next)) {
		struct observation hop = { .message = &message->shown,
			.interval = -1,
			.is_internal = true,
			.is_notification = message->shown.is_notification };

		hop.scope = (enum record_scope)record->scope;
		hop.matches = passes_filter(
		    ledger, event, delivery, &message->shown, hop.scope);
		observe(ledger, event, &hop, delivery);
		ledger_follow_hop(ledger, record, message, delivery, next);
		return;
	}
	observe_delivery(ledger, event, message, delivery);
}

/*
 * Everybody who is still waiting is given up, for the last reason seen.  Who
 * has ended before is passed over once, however often the message expires.
 */
static void
expire_message(struct ledger *ledger, const struct event *event,
    struct queue_message *message)
{
	uint32_t i = message->ended_before != 0 ? message->ended_before
						: message->first_delivery;
	uint32_t waiting = 0;

	while (i != 0) {
		struct delivery *delivery =
		    queue_delivery_at(&ledger->queue, i);
		struct record record = *event->record;
		const struct event one = { &record, delivery->last_verdict };

		i = delivery->next;
		if (delivery->outcome != OUTCOME_PENDING)
			continue;
		if (lookahead_awaits_end(&ledger->lookahead, ledger->queue_hash,
			delivery_recipient(delivery), event->record->time)) {
			if (waiting == 0)
				waiting = delivery->number;
			continue;
		}
		record.kind = RECORD_ATTEMPT;
		record.status = RECORD_EXPIRED;
		record.recipient = delivery_recipient(delivery);
		record.repeat = 1;
		record.scope =
		    delivery->is_local ? RECORD_LOCAL : RECORD_REMOTE;
		observe_delivery(ledger, &one, message, delivery);
	}
	message->ended_before = waiting != 0 ? waiting : message->last_delivery;
}

static void
record_expiry(struct ledger *ledger, const struct event *event)
{
	struct queue_message *message =
	    ledger_find_message(ledger, event->record);

	if (message == NULL)
		return;
	message->changed_at = ledger->now;
	expire_message(ledger, event, message);
}

/*
 * A message that leaves the queue with recipients still deferred, right after
 * its sender was told of the failure, has expired; the line that says so was
 * lost (rsyslog drops lines of a burst).  Sendmail says "done" only.
 */
static bool
was_given_up(const struct queue_message *message, const struct record *record)
{
	if (record->kind != RECORD_REMOVAL)
		return false;
	return record->mta == MTA_SENDMAIL ||
	    (message->notified_at != INSTANT_NONE &&
		record->time - message->notified_at <= NOTICE_MS);
}

/* Postfix goes on with the try of a message that is removed by hand. */
static bool
may_be_tried_on(const struct record *record)
{
	return record->kind == RECORD_CANCEL && record->mta == MTA_POSTFIX;
}

/* Some MTAs let one recipient be removed by hand. */
static void
withdraw_recipient(struct ledger *ledger, const struct record *record,
    const struct queue_message *message)
{
	struct delivery *delivery = queue_find_delivery(&ledger->queue, message,
	    record->recipient, naming_recipient_hash(record->recipient));

	if (delivery != NULL && delivery->outcome == OUTCOME_PENDING)
		queue_set_outcome(&ledger->queue, delivery, OUTCOME_WITHDRAWN);
}

static void
record_removal(struct ledger *ledger, const struct event *event)
{
	const struct record *record = event->record;
	struct queue_message *message = ledger_find_message(ledger, record);

	if (message == NULL)
		return;
	if (record->recipient.length > 0) {
		withdraw_recipient(ledger, record, message);
		return;
	}
	if (message->open_count > 0 && was_given_up(message, record))
		expire_message(ledger, event, message);
	note_age(message, record);
	message->removed_at = record->time;
	message->changed_at = ledger->now;
	if (!may_be_tried_on(record))
		closing_add_removed(&ledger->closing, message, ledger->now);
}

/* Rejects and probes concern no delivery; they are only counted. */
static void
record_other(struct ledger *ledger, const struct event *event)
{
	struct observation observation = { .interval = -1 };

	observe(ledger, event, &observation, NULL);
}

/* Some run several queues on one host under names of their own. */
static uint32_t
instance_of(struct ledger *ledger, const struct record *record)
{
	return record->mta == MTA_POSTFIX || record->mta == MTA_QMAIL
	    ? naming_instance(&ledger->naming, record->instance)
	    : 0;
}

static void
record_event(struct ledger *ledger, const struct event *event)
{
	const struct record *record = event->record;

	if (filter_is_after(ledger->settings.filter, record->time))
		return;
	if (record->time > ledger->now)
		ledger->now = record->time;
	if (ledger->now != ledger->closed_at)
		ledger_close_old_messages(ledger);
	ledger->instance = instance_of(ledger, record);
	switch ((enum record_kind)record->kind) {
	case RECORD_ATTEMPT:
		for (uint32_t i = 0; i < record->repeat && i < REPEATED_TRIES;
		     i++)
			record_attempt(ledger, event);
		break;
	case RECORD_ARRIVAL:
		ledger_record_arrival(ledger, record);
		break;
	case RECORD_MESSAGE:
		ledger_record_message(ledger, record);
		break;
	case RECORD_EXPIRY:
		record_expiry(ledger, event);
		break;
	case RECORD_REMOVAL:
	case RECORD_CANCEL:
		record_removal(ledger, event);
		break;
	case RECORD_REQUEUE:
		ledger_record_requeue(ledger, record);
		break;
	case RECORD_NOTIFICATION:
		ledger_record_notification(ledger, record);
		break;
	case RECORD_REJECT:
	case RECORD_PROBE:
		record_other(ledger, event);
		break;
	}
}

static void
work_off(struct ledger *ledger, bool all)
{
	struct lookahead_entry entry;

	while (lookahead_pop(&ledger->lookahead, all, &entry)) {
		ledger->queue_hash = entry.hash;
		record_event(ledger, entry.event);
		if (entry.owner != NULL)
			ledger->settings.release(
			    ledger->settings.release_context, entry.owner);
	}
}

void
ledger_take(struct ledger *ledger, const struct event *event, void *owner)
{
	if (lookahead_push(&ledger->lookahead, event, owner,
		queue_message_hash(
		    event->record->host, event->record->queue_id)))
		work_off(ledger, false);
}

void
ledger_drain(struct ledger *ledger)
{
	work_off(ledger, true);
}

static int
order_by_age(const void *a, const void *b)
{
	const struct queue_message *const *x = a;
	const struct queue_message *const *y = b;
	int order;

	if ((*x)->seen_at != (*y)->seen_at)
		return (*x)->seen_at < (*y)->seen_at ? -1 : 1;
	order = text_compare((*x)->shown.queue_id, (*y)->shown.queue_id);
	return order != 0 ? order : (*x)->serial < (*y)->serial ? -1 : 1;
}

void
ledger_settle(struct ledger *ledger)
{
	size_t count = 0;
	struct queue_message **messages = memory_allocate_array(
	    ledger->queue.message_count, sizeof(struct queue_message *));

	for (uint32_t i = 1; i <= ledger->queue.message_count; i++) {
		struct queue_message *message =
		    queue_message_at(&ledger->queue, i);

		if (message->in_use)
			messages[count++] = message;
	}
	qsort(messages, count, sizeof(struct queue_message *), order_by_age);
	for (size_t i = 0; i < count; i++)
		ledger_settle_message(ledger, messages[i]);
	free(messages);
}
