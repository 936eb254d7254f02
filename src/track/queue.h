/*
 * Queue: the messages and deliveries that the ledger knows at one time.
 *
 * Messages are found by host and queue id, deliveries by message and
 * recipient: nearly all messages have so few that going through them costs
 * less than an index.  Numbers count from 1 and are used again; 0 is none.
 * Neither messages nor deliveries change their address while they are known.
 */
#ifndef TRACK_QUEUE_H
#define TRACK_QUEUE_H

#include "track/delivery.h"
#include "track/observation.h"

struct queue_message {
	struct message shown; /* first: what observers see */
	struct short_text queue_id; /* what shown.queue_id borrows */
	uint64_t hash; /* of host and queue id */
	uint32_t number; /* its own, from 1 */
	uint32_t serial; /* differs each time the number is used */
	uint32_t first_delivery; /* in the order of their first records */
	uint32_t last_delivery;
	uint32_t ended_before; /* all deliveries before it ended; 0 = unknown */
	uint32_t delivery_count;
	uint32_t open_count; /* deliveries without a final record */
	bool in_use;
	bool is_indexed; /* its deliveries are found by queue.deliveries */
	bool arrival_logged; /* its first line is in the logs */
	bool sender_from_hop; /* the sender of the first hop stays */
	bool is_counted; /* one of its deliveries was counted */
	int64_t seen_at; /* first record */
	int64_t changed_at; /* latest time of all when it had a record */
	int64_t notified_at; /* last non-delivery notice; INSTANT_NONE */
	int64_t removed_at; /* INSTANT_NONE while it is in the queue */
};

struct queue_slot {
	uint32_t number;
	uint32_t tag; /* upper half of the hash */
};

struct queue_index {
	struct queue_slot *slots;
	size_t mask;
	size_t used;
};

struct queue {
	struct queue_message **message_chunks;
	size_t message_chunks_capacity;
	uint32_t message_count; /* numbers given out so far */
	uint32_t free_message; /* chain of free numbers */
	struct delivery **delivery_chunks;
	size_t delivery_chunks_capacity;
	uint32_t delivery_count;
	uint32_t free_delivery;
	struct queue_index messages;
	struct queue_index deliveries; /* of messages with many only */
	uint64_t open_deliveries;
	uint32_t serial;
	uint32_t twins; /* with the hash of the message added last, about */
};

void queue_init(struct queue *queue);
void queue_release(struct queue *queue);

/*
 * What stands for a queue id of a host: all 64 bits of a seeded hash.  Neither
 * is compared beyond it; a chance of 2^-64 of taking one for another is no
 * worse than two hosts that chose the same id.
 */
static inline uint64_t
queue_message_hash(struct text host, struct text queue_id)
{
	return hash_mix(text_hash(queue_id), text_hash(host));
}

#define QUEUE_CHUNK_SHIFT 8
#define QUEUE_CHUNK_ROWS  ((uint32_t)1 << QUEUE_CHUNK_SHIFT)

static inline struct queue_message *
queue_message_at(const struct queue *queue, uint32_t number)
{
	return &queue->message_chunks[number >> QUEUE_CHUNK_SHIFT]
				     [number & (QUEUE_CHUNK_ROWS - 1)];
}

static inline struct delivery *
queue_delivery_at(const struct queue *queue, uint32_t number)
{
	return &queue->delivery_chunks[number >> QUEUE_CHUNK_SHIFT]
				      [number & (QUEUE_CHUNK_ROWS - 1)];
}

/*
 * The message with that hash; where there are several (two instances), the one
 * of `instance`, else one whose instance is not known, else, unless `strict`,
 * any.  NULL when there is none.
 */
struct queue_message *queue_find_message(
    const struct queue *queue, uint64_t hash, uint32_t instance, bool strict);

struct queue_message *queue_add_message(struct queue *queue, uint64_t hash,
    uint32_t host, struct text queue_id, int64_t time);

/* The message with that hash that was added first; NULL when there is none. */
struct queue_message *
queue_find_oldest(const struct queue *queue, uint64_t hash);

/* Frees a message and all its deliveries. */
void queue_drop_message(struct queue *queue, struct queue_message *message);

/* `hash` is naming_recipient_hash(recipient).  NULL when there is none. */
struct delivery *queue_find_delivery(const struct queue *queue,
    const struct queue_message *message, struct text recipient, uint64_t hash);

struct delivery *
queue_add_delivery(struct queue *queue, struct queue_message *message,
    struct text recipient, uint64_t hash, int64_t time);

/* Takes a delivery out of its message and frees it. */
void queue_drop_delivery(struct queue *queue, struct delivery *delivery);

/* Gives a delivery to another message that has none with its recipient. */
void queue_move_delivery(struct queue *queue, struct delivery *delivery,
    struct queue_message *message);

/* Keeps count of what is open; says what the delivery has become. */
void queue_set_outcome(
    struct queue *queue, struct delivery *delivery, enum outcome outcome);

#endif
