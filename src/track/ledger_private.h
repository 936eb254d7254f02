/*
 * What a ledger is made of; for its own files: ledger.c takes in records,
 * ledger_message.c keeps messages by queue id, ledger_hop.c follows a message
 * from one queue id to the next, ledger_state.c saves and loads it all.
 */
#ifndef TRACK_LEDGER_PRIVATE_H
#define TRACK_LEDGER_PRIVATE_H

#include "track/ledger.h"

#include "base/keymap.h"
#include "track/closing.h"
#include "track/lookahead.h"
#include "track/naming.h"
#include "track/queue.h"

struct ledger {
	struct ledger_settings settings;
	struct naming naming;
	struct queue queue;
	struct lookahead lookahead;
	struct closing closing;
	struct keymap cause_numbers; /* KEY(codes, verdict): number */
	struct cause *causes;
	size_t cause_count;
	size_t causes_capacity;
	int64_t now; /* latest record so far */
	int64_t closed_at; /* `now` when old messages were last forgotten */
	/* Of the record at hand: */
	uint64_t queue_hash; /* of its host and queue id */
	uint32_t instance; /* name in the pool; 0 = none */
};

/* The logs begin after the message arrived, as its age showed so far. */
bool ledger_is_older_than_logs(
    const struct ledger *ledger, const struct queue_message *message);

/* Tells what became of a message's deliveries. */
void
ledger_settle_message(struct ledger *ledger, struct queue_message *message);

/* Forgets what has been over for long enough; nothing, until `now` changes. */
void ledger_close_old_messages(struct ledger *ledger);

/* The message that a record is about; NULL = none. */
struct queue_message *
ledger_find_message(const struct ledger *ledger, const struct record *record);

/* The one of next_queue_id, which it names besides. */
struct queue_message *ledger_find_next_message(
    const struct ledger *ledger, const struct record *record);

/* The same; a new one if there is none. */
struct queue_message *
ledger_get_next_message(struct ledger *ledger, const struct record *record);

/* The message that a record is about; it may begin one with an old id. */
struct queue_message *
ledger_get_generation(struct ledger *ledger, const struct record *record);

/* The same for the next queue id. */
struct queue_message *
ledger_get_next_generation(struct ledger *ledger, const struct record *record);

/* The sender, where the record tells it and no other has. */
void ledger_note_sender(struct ledger *ledger, struct queue_message *message,
    const struct record *record);

/* The same, where a record that is still to come tells: lines change places. */
void ledger_note_awaited_sender(struct ledger *ledger,
    struct queue_message *message, const struct record *record);

/* The same, where it is only told that the message is a bounce. */
void ledger_note_announced(struct ledger *ledger, struct queue_message *message,
    const struct record *record);

/* A queue id begins. */
void ledger_record_arrival(struct ledger *ledger, const struct record *record);

/* A message is in the queue. */
void ledger_record_message(struct ledger *ledger, const struct record *record);

/* A message is about to be sent because of another one. */
void
ledger_record_notification(struct ledger *ledger, const struct record *record);

/* A message goes on under another queue id. */
void ledger_record_requeue(struct ledger *ledger, const struct record *record);

/* The record hands the message to ourselves; `next` is the message there. */
bool ledger_is_hop(const struct ledger *ledger, const struct record *record,
    const struct queue_message *next);

/*
 * What is known of the delivery goes over to the message that comes back, and
 * is forgotten if none does.
 */
void ledger_follow_hop(struct ledger *ledger, const struct record *record,
    const struct queue_message *message, struct delivery *delivery,
    const struct queue_message *next);

uint32_t
ledger_cause_number(struct ledger *ledger, const struct verdict *verdict);

/* Which of cause, code and category the delivery did not fail with yet. */
void ledger_note_cause(struct ledger *ledger, struct delivery *delivery,
    struct observation *observation);

/*
 * The event with the reason that the last deferral gave, where that is the
 * one.  The code that Sendmail logs stays.
 */
struct event
ledger_with_cause(const struct event *event, const struct delivery *delivery);

/* The record says why the try failed, or nothing has said it so far. */
bool ledger_tells_reason(
    const struct record *record, const struct delivery *delivery);

#endif
