/*
 * Queue: the messages that are under way and what happens next, by time.
 *
 * Messages live in slots that are used again.  Events at the same
 * microsecond come in the order in which they were planned.
 */
#ifndef BENCH_GENERATE_QUEUE_H
#define BENCH_GENERATE_QUEUE_H

#include "generate_truth.h"

#define RECIPIENTS_MAX 4
#define QUEUE_ID_SIZE  20

enum message_kind {
	MESSAGE_ORDINARY, /* to other people's domains */
	MESSAGE_LOCAL, /* to our own mailboxes */
	MESSAGE_NOTIFICATION, /* from <> to one of our senders */
	MESSAGE_PROBE, /* is this address any good? */
	MESSAGE_DISCARD /* thrown away by a transport */
};

struct recipient {
	struct delivery delivery;
	const struct reply *stays; /* what the last failure was, if it stays */
	uint32_t user;
	uint8_t host; /* of the domain, tried last */
	uint8_t outcome; /* enum outcome, whether visible or not */
	uint8_t tries; /* 1: was tried, whether visible or not */
};

struct message {
	int64_t arrived;
	int64_t removed; /* when the message before it in the slot was */
	char id[QUEUE_ID_SIZE];
	char next_id[QUEUE_ID_SIZE]; /* what the filter gave back */
	uint32_t size;
	uint32_t number; /* for its message-id */
	uint32_t sender_user;
	uint32_t client;
	uint32_t pid; /* of the smtpd that took it */
	uint32_t rounds; /* of tries so far */
	uint8_t sender;
	uint8_t kind;
	uint8_t host; /* ours */
	uint8_t recipient_count;
	bool filter; /* this is the first hop */
	bool failed; /* some recipient bounced in this round */
	bool told; /* a notification that is counted */
	struct recipient recipients[RECIPIENTS_MAX];
};

enum event_kind {
	EVENT_MINUTE,
	EVENT_CONNECT,
	EVENT_CLIENT,
	EVENT_CLEANUP,
	EVENT_DISCONNECT,
	EVENT_ROUND,
	EVENT_ATTEMPT,
	EVENT_HOP,
	EVENT_DONE,
	EVENT_BOUNCE,
	EVENT_EXPIRED,
	EVENT_REMOVED,
	EVENT_WITHDRAWN,
	EVENT_REQUEUED,
	EVENT_PICKUP,
	EVENT_REJECT,
	EVENT_NOISE
};

struct event {
	int64_t time;
	uint64_t order;
	uint32_t subject; /* slot of a message, mostly */
	uint32_t argument;
	enum event_kind kind;
};

struct queue {
	struct event *heap;
	size_t count;
	size_t capacity;
	uint64_t planned;
	struct message *messages;
	uint32_t message_count; /* slots ever used */
	uint32_t message_capacity;
	uint32_t *free_slots;
	uint32_t free_count;
};

void queue_release(struct queue *queue);

void queue_plan(struct queue *queue, int64_t time, enum event_kind kind,
    uint32_t subject, uint32_t argument);

/* The earliest event, taken off; false when there is none. */
bool queue_next(struct queue *queue, struct event *event);

/*
 * A slot; its message keeps the id that it had before (empty the first time).
 * Pointers to messages do not survive the next call.
 */
uint32_t queue_take_slot(struct queue *queue);
void queue_free_slot(struct queue *queue, uint32_t slot);

static inline struct message *
queue_message(struct queue *queue, uint32_t slot)
{
	return &queue->messages[slot];
}

#endif
