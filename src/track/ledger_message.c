#include "track/ledger_private.h"

/* A line that begins a message this soon after its removal is a late line. */
#define LATE_LINE_MS 2000

/*
 * An arrival this soon after the first record is that record's own: a hop is
 * seen up to a look-ahead before the message that it made.
 */
#define LATE_ARRIVAL_MS 5000

/*
 * A stamp of whole seconds and a rounded delay can make an arrival look up to
 * this much earlier than it was.
 */
#define STAMP_SLACK_MS 1000

/*
 * Instances of one host that have a message with the same queue id at one
 * time.  It is chance that two have; logs with more make it no slower.
 */
#define MOST_TWINS 64

bool
ledger_is_older_than_logs(
    const struct ledger *ledger, const struct queue_message *message)
{
	return !message->arrival_logged &&
	    message->shown.arrived_at != INSTANT_NONE &&
	    ledger->settings.start != INSTANT_NONE &&
	    message->shown.arrived_at + STAMP_SLACK_MS < ledger->settings.start;
}

static bool
was_tried(const struct ledger *ledger, const struct queue_message *message)
{
	for (uint32_t i = message->first_delivery; i != 0;) {
		const struct delivery *delivery =
		    queue_delivery_at(&ledger->queue, i);

		if (!delivery->is_carried)
			return true;
		i = delivery->next;
	}
	return false;
}

/* Whether a message was tried is found out when it is asked for, and once. */
enum tried { TRIED_UNKNOWN, TRIED_NOT, TRIED };

/*
 * Behind the hop the recipient has another name, if any was tried there, or
 * there was no try at all so far, neither before.
 */
static bool
is_gone_behind_hop(const struct ledger *ledger,
    const struct queue_message *message, const struct delivery *delivery,
    enum tried *tried)
{
	if (!delivery->is_carried || !delivery->selected)
		return delivery->is_carried;
	if (*tried == TRIED_UNKNOWN)
		*tried = was_tried(ledger, message) ? TRIED : TRIED_NOT;
	return *tried == TRIED;
}

/* Tells what became of a message's deliveries. */
void
ledger_settle_message(struct ledger *ledger, struct queue_message *message)
{
	const struct ledger_observer *observer = &ledger->settings.observer;
	bool is_older = ledger_is_older_than_logs(ledger, message);
	enum tried tried = TRIED_UNKNOWN;

	for (uint32_t i = message->first_delivery; i != 0;) {
		struct delivery *delivery =
		    queue_delivery_at(&ledger->queue, i);

		if (delivery->outcome == OUTCOME_PENDING &&
		    message->removed_at != INSTANT_NONE)
			queue_set_outcome(
			    &ledger->queue, delivery, OUTCOME_WITHDRAWN);
		delivery->left_censored |= is_older;
		i = delivery->next;
		if (is_gone_behind_hop(ledger, message, delivery, &tried) ||
		    message->shown.is_notification ||
		    filter_is_before(
			ledger->settings.filter, delivery->last_record_at))
			continue;
		observer->outcome(observer->context, delivery, &message->shown,
		    delivery->selected && !message->is_counted);
		message->is_counted |= delivery->selected;
	}
}

static void
close_message(struct ledger *ledger, struct queue_message *message)
{
	ledger_settle_message(ledger, message);
	queue_drop_message(&ledger->queue, message);
}

void
ledger_close_old_messages(struct ledger *ledger)
{
	struct queue_message *message;

	while ((message = closing_next(
		    &ledger->closing, &ledger->queue, ledger->now)) != NULL)
		close_message(ledger, message);
	ledger->closed_at = ledger->now;
}

/* A queue id of the record's host, with the hash of both. */
struct place {
	struct text queue_id;
	uint64_t hash;
};

static struct place
own_place(const struct ledger *ledger, const struct record *record)
{
	return (struct place){ record->queue_id, ledger->queue_hash };
}

static struct place
next_place(const struct record *record)
{
	return (struct place){ record->next_queue_id,
		queue_message_hash(record->host, record->next_queue_id) };
}

static struct queue_message *
find_message(
    const struct ledger *ledger, const struct record *record, uint64_t hash)
{
	/* The queue manager's tag tells the instance; others may differ. */
	bool strict =
	    record->kind != RECORD_ATTEMPT && record->kind != RECORD_ARRIVAL;

	return queue_find_message(
	    &ledger->queue, hash, ledger->instance, strict);
}

struct queue_message *
ledger_find_message(const struct ledger *ledger, const struct record *record)
{
	return find_message(ledger, record, ledger->queue_hash);
}

struct queue_message *
ledger_find_next_message(
    const struct ledger *ledger, const struct record *record)
{
	return find_message(ledger, record, next_place(record).hash);
}

/* Of too many messages that share the queue id of a new one, the first. */
static void
limit_twins(struct ledger *ledger, const struct queue_message *new)
{
	struct queue_message *oldest;

	if (ledger->queue.twins < MOST_TWINS)
		return;
	oldest = queue_find_oldest(&ledger->queue, new->hash);
	if (oldest != new)
		close_message(ledger, oldest);
}

static struct queue_message *
add_message(
    struct ledger *ledger, const struct record *record, struct place place)
{
	struct queue_message *message = queue_add_message(&ledger->queue,
	    place.hash, naming_host(&ledger->naming, record->host),
	    place.queue_id, record->time);

	message->shown.mta = record->mta;
	closing_add(&ledger->closing, message, ledger->now);
	return message;
}

static void
touch_message(const struct ledger *ledger, const struct record *record,
    struct queue_message *message)
{
	if (record->kind == RECORD_MESSAGE)
		message->shown.instance = ledger->instance;
	message->changed_at = ledger->now;
}

struct queue_message *
ledger_get_next_message(struct ledger *ledger, const struct record *record)
{
	struct place place = next_place(record);
	struct queue_message *message =
	    find_message(ledger, record, place.hash);

	if (message == NULL)
		message = add_message(ledger, record, place);
	touch_message(ledger, record, message);
	return message;
}

/* Postfix names the sender at each start of a try, others on arrival. */
static bool
is_arrival(const struct record *record)
{
	return record->kind == RECORD_ARRIVAL ||
	    (record->kind == RECORD_MESSAGE && record->mta != MTA_POSTFIX);
}

/*
 * The try of a message that arrived before the removal: it was removed by hand
 * while a delivery agent was at work, which goes on to the end of its try.
 */
static bool
was_under_way(const struct queue_message *message, const struct record *record)
{
	return record->kind == RECORD_ATTEMPT && record->delay >= 0 &&
	    record->time - record->delay + STAMP_SLACK_MS < message->removed_at;
}

/*
 * The queue id stands for a later message than the one that had it so far.
 * The queue manager logs in order, so that only what delivery agents say can
 * come after the removal; what bears a time some seconds before it was written
 * late.
 */
static bool
is_next_generation(
    const struct queue_message *message, const struct record *record)
{
	if (message->removed_at != INSTANT_NONE) {
		int64_t since = record->time - message->removed_at;

		/* No id is used twice in one second. */
		if (since == 0 && record->kind == RECORD_ARRIVAL &&
		    !message->arrival_logged)
			return false;
		return (since > LATE_LINE_MS &&
			   !was_under_way(message, record)) ||
		    (record->kind != RECORD_ATTEMPT &&
			(since >= 0 || since < -LATE_ARRIVAL_MS));
	}
	/* Sendmail tells of recipients that it discards before the sender. */
	return is_arrival(record) &&
	    (message->arrival_logged || record->mta == MTA_POSTFIX) &&
	    record->time - message->seen_at > LATE_ARRIVAL_MS;
}

/* It is still in the queue of another instance, which has ids of its own. */
static bool
is_of_other_instance(
    const struct ledger *ledger, const struct queue_message *message)
{
	return message->removed_at == INSTANT_NONE &&
	    message->shown.instance != 0 && ledger->instance != 0 &&
	    message->shown.instance != ledger->instance;
}

static struct queue_message *
get_generation(
    struct ledger *ledger, const struct record *record, struct place place)
{
	struct queue_message *message =
	    find_message(ledger, record, place.hash);

	if (message != NULL && is_next_generation(message, record)) {
		if (!is_of_other_instance(ledger, message))
			close_message(ledger, message);
		message = NULL;
	}
	if (message == NULL) {
		message = add_message(ledger, record, place);
		limit_twins(ledger, message);
	}
	touch_message(ledger, record, message);
	return message;
}

struct queue_message *
ledger_get_generation(struct ledger *ledger, const struct record *record)
{
	return get_generation(ledger, record, own_place(ledger, record));
}

struct queue_message *
ledger_get_next_generation(struct ledger *ledger, const struct record *record)
{
	return get_generation(ledger, record, next_place(record));
}

static struct queue_message *
begin_message(struct ledger *ledger, const struct record *record)
{
	struct queue_message *message = ledger_get_generation(ledger, record);

	if (is_arrival(record)) {
		message->arrival_logged = true;
		if (message->shown.arrived_at == INSTANT_NONE)
			message->shown.arrived_at = record->time;
	}
	return message;
}

static void
note_null_sender(
    struct ledger *ledger, struct queue_message *message, int64_t time)
{
	const struct ledger_observer *observer = &ledger->settings.observer;

	message->shown.is_notification = true;
	if (!filter_is_before(ledger->settings.filter, time))
		observer->notification(observer->context, time);
}

void
ledger_note_sender(struct ledger *ledger, struct queue_message *message,
    const struct record *record)
{
	if (!record->sender_is_known || message->sender_from_hop ||
	    message->shown.sender_is_known)
		return;
	message->shown.sender_is_known = true;
	message->shown.sender_domain =
	    naming_domain(&ledger->naming, record->sender);
	if (record->sender.length == 0)
		note_null_sender(ledger, message, record->time);
}

/*
 * What Postfix refuses before it is in the queue it bounces right away, and
 * names no other sender than the one claimed on arrival; else the queue
 * manager has the name that counts.
 */
static void
note_claimed_sender(struct ledger *ledger, struct queue_message *message,
    const struct record *record)
{
	if (record->sender.length > 0 && !message->sender_from_hop &&
	    !message->shown.sender_is_known)
		message->shown.sender_domain =
		    naming_domain(&ledger->naming, record->sender);
}

void
ledger_record_arrival(struct ledger *ledger, const struct record *record)
{
	note_claimed_sender(ledger, begin_message(ledger, record), record);
}

void
ledger_note_awaited_sender(struct ledger *ledger, struct queue_message *message,
    const struct record *record)
{
	const struct event *event = NULL;

	if (!message->shown.sender_is_known)
		event = lookahead_find_sender(
		    &ledger->lookahead, ledger->queue_hash, record->time);
	if (event != NULL)
		ledger_note_sender(ledger, message, event->record);
}

/*
 * Of a bounce that the MTA made itself some log nothing but, a moment after
 * its own failure, that it was one.
 */
void
ledger_note_announced(struct ledger *ledger, struct queue_message *message,
    const struct record *record)
{
	if (message->shown.sender_is_known ||
	    !lookahead_announces(&ledger->lookahead, ledger->queue_hash))
		return;
	message->shown.sender_is_known = true;
	note_null_sender(ledger, message, record->time);
}

void
ledger_record_message(struct ledger *ledger, const struct record *record)
{
	ledger_note_sender(ledger, begin_message(ledger, record), record);
}

/* It is announced after it has left the queue: the line is late. */
static bool
was_notification(
    const struct queue_message *message, const struct record *record)
{
	return message->shown.is_notification &&
	    message->removed_at != INSTANT_NONE &&
	    record->time - message->removed_at <= LATE_LINE_MS;
}

/*
 * Bounces have a null sender; notices to the postmaster have not, and only
 * the line that announces them tells.
 */
void
ledger_record_notification(struct ledger *ledger, const struct record *record)
{
	struct queue_message *about = ledger_find_message(ledger, record);
	struct queue_message *message;

	if (about != NULL && record->status == RECORD_BOUNCED)
		about->notified_at = record->time;
	if (record->next_queue_id.length == 0)
		return;
	message = ledger_find_next_message(ledger, record);
	if (message != NULL && was_notification(message, record))
		return;
	message = ledger_get_next_generation(ledger, record);
	if (message->shown.is_notification)
		return;
	message->shown.sender_is_known = true;
	note_null_sender(ledger, message, record->time);
}
