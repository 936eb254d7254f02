#include "track/queue.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "track/naming.h"

/* Messages with more deliveries have them in the index. */
#define DELIVERIES_FEW 8

/* --- an index from hashes to numbers, open addressing --- */

static void
index_init(struct queue_index *index)
{
	index->mask = 1023;
	index->used = 0;
	index->slots =
	    memory_allocate_array(index->mask + 1, sizeof(*index->slots));
}

static uint32_t
tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

/* Returns how many entries with that hash, as it seems, there are already. */
static uint32_t
index_put(struct queue_index *index, uint64_t hash, uint32_t number)
{
	size_t slot = hash & index->mask;
	uint32_t twins = 0;

	while (index->slots[slot].number != 0) {
		twins += index->slots[slot].tag == tag_of(hash);
		slot = (slot + 1) & index->mask;
	}
	index->slots[slot] = (struct queue_slot){ number, tag_of(hash) };
	index->used++;
	return twins;
}

/* Closes the gap that a removed entry leaves in its run of slots. */
static void
index_remove(struct queue_index *index, uint64_t hash, uint32_t number,
    uint64_t (*hash_of)(const struct queue *, uint32_t),
    const struct queue *queue)
{
	size_t slot = hash & index->mask;
	size_t next;

	while (index->slots[slot].number != number)
		slot = (slot + 1) & index->mask;
	next = slot;
	for (;;) {
		size_t home;

		next = (next + 1) & index->mask;
		if (index->slots[next].number == 0)
			break;
		home = hash_of(queue, index->slots[next].number) & index->mask;
		/* May it stay: is its home in the run (slot, next]? */
		if (((next - home) & index->mask) <
		    ((next - slot) & index->mask))
			continue;
		index->slots[slot] = index->slots[next];
		slot = next;
	}
	index->slots[slot] = (struct queue_slot){ 0, 0 };
	index->used--;
}

static void
index_grow(struct queue_index *index,
    uint64_t (*hash_of)(const struct queue *, uint32_t),
    const struct queue *queue)
{
	struct queue_index larger = { .mask = index->mask * 2 + 1 };

	if (index->used < index->mask / 2)
		return;
	larger.slots =
	    memory_allocate_array(larger.mask + 1, sizeof(*larger.slots));
	for (size_t slot = 0; slot <= index->mask; slot++)
		if (index->slots[slot].number != 0)
			index_put(&larger,
			    hash_of(queue, index->slots[slot].number),
			    index->slots[slot].number);
	free(index->slots);
	*index = larger;
}

/* --- rows in chunks --- */

void
queue_init(struct queue *queue)
{
	*queue = (struct queue){ 0 };
	index_init(&queue->messages);
	index_init(&queue->deliveries);
}

void
queue_release(struct queue *queue)
{
	for (uint32_t i = 1; i <= queue->message_count; i++)
		if (queue_message_at(queue, i)->in_use)
			queue_drop_message(queue, queue_message_at(queue, i));
	for (uint32_t i = 0; i < queue->message_chunks_capacity &&
	     i <= queue->message_count >> QUEUE_CHUNK_SHIFT;
	     i++)
		free(queue->message_chunks[i]);
	for (uint32_t i = 0; i < queue->delivery_chunks_capacity &&
	     i <= queue->delivery_count >> QUEUE_CHUNK_SHIFT;
	     i++)
		free(queue->delivery_chunks[i]);
	free(queue->message_chunks);
	free(queue->delivery_chunks);
	free(queue->messages.slots);
	free(queue->deliveries.slots);
}

static uint64_t
message_hash_at(const struct queue *queue, uint32_t number)
{
	return queue_message_at(queue, number)->hash;
}

static uint64_t
delivery_hash(uint32_t message, uint64_t recipient_hash)
{
	return hash_mix(recipient_hash, message);
}

static uint64_t
hash_of_delivery(const struct delivery *delivery)
{
	return delivery_hash(delivery->message, delivery->recipient_hash);
}

static uint64_t
delivery_hash_at(const struct queue *queue, uint32_t number)
{
	return hash_of_delivery(queue_delivery_at(queue, number));
}

/* How well a message fits the instance that is asked for; 0 = not at all. */
static int
instance_fit(
    const struct queue_message *message, uint32_t instance, bool strict)
{
	if (message->shown.instance == instance)
		return 3;
	if (message->shown.instance == 0 || instance == 0)
		return 2;
	return strict ? 0 : 1;
}

struct queue_message *
queue_find_message(
    const struct queue *queue, uint64_t hash, uint32_t instance, bool strict)
{
	const struct queue_index *index = &queue->messages;
	struct queue_message *best = NULL;
	int best_fit = 0;

	for (size_t slot = hash & index->mask; index->slots[slot].number != 0;
	     slot = (slot + 1) & index->mask) {
		struct queue_message *message;
		int fit;

		if (index->slots[slot].tag != tag_of(hash))
			continue;
		message = queue_message_at(queue, index->slots[slot].number);
		if (message->hash != hash)
			continue;
		fit = instance_fit(message, instance, strict);
		if (fit > best_fit) {
			best = message;
			best_fit = fit;
		}
	}
	return best;
}

struct queue_message *
queue_add_message(struct queue *queue, uint64_t hash, uint32_t host,
    struct text queue_id, int64_t time)
{
	uint32_t number = queue->free_message;
	struct queue_message *message;

	if (number != 0) {
		queue->free_message =
		    queue_message_at(queue, number)->first_delivery;
	} else {
		size_t chunk;

		number = ++queue->message_count;
		chunk = number >> QUEUE_CHUNK_SHIFT;
		if (number == 1 || (number & (QUEUE_CHUNK_ROWS - 1)) == 0) {
			queue->message_chunks =
			    memory_grow(queue->message_chunks,
				&queue->message_chunks_capacity, chunk + 1,
				sizeof(*queue->message_chunks));
			queue->message_chunks[chunk] = memory_allocate_array(
			    QUEUE_CHUNK_ROWS, sizeof(*message));
		}
	}
	message = queue_message_at(queue, number);
	*message = (struct queue_message){
		.hash = hash,
		.number = number,
		.serial = ++queue->serial,
		.in_use = true,
		.seen_at = time,
		.changed_at = time,
		.notified_at = INSTANT_NONE,
		.removed_at = INSTANT_NONE,
	};
	message->shown.host = host;
	message->shown.arrived_at = INSTANT_NONE;
	short_text_set(&message->queue_id, queue_id);
	message->shown.queue_id = short_text_get(&message->queue_id);
	index_grow(&queue->messages, message_hash_at, queue);
	queue->twins = index_put(&queue->messages, message->hash, number);
	return message;
}

struct queue_message *
queue_find_oldest(const struct queue *queue, uint64_t hash)
{
	const struct queue_index *index = &queue->messages;
	struct queue_message *oldest = NULL;

	for (size_t slot = hash & index->mask; index->slots[slot].number != 0;
	     slot = (slot + 1) & index->mask) {
		struct queue_message *message =
		    queue_message_at(queue, index->slots[slot].number);

		if (message->hash == hash &&
		    (oldest == NULL || message->serial < oldest->serial))
			oldest = message;
	}
	return oldest;
}

static void
put_delivery(struct queue *queue, const struct delivery *delivery)
{
	index_grow(&queue->deliveries, delivery_hash_at, queue);
	index_put(
	    &queue->deliveries, hash_of_delivery(delivery), delivery->number);
}

/* From now on the deliveries of this message are found by the index. */
static void
index_all(struct queue *queue, struct queue_message *message)
{
	message->is_indexed = true;
	for (uint32_t i = message->first_delivery; i != 0;) {
		const struct delivery *delivery = queue_delivery_at(queue, i);

		put_delivery(queue, delivery);
		i = delivery->next;
	}
}

static void
unindex_delivery(struct queue *queue, const struct delivery *delivery)
{
	if (queue_message_at(queue, delivery->message)->is_indexed)
		index_remove(&queue->deliveries, hash_of_delivery(delivery),
		    delivery->number, delivery_hash_at, queue);
}

static void
forget_delivery(struct queue *queue, struct delivery *delivery)
{
	if (delivery->outcome == OUTCOME_PENDING)
		queue->open_deliveries--;
	unindex_delivery(queue, delivery);
	short_text_release(&delivery->recipient);
	free(delivery->causes);
	free(delivery->incidents);
	delivery->causes = NULL;
	delivery->incidents = NULL;
	delivery->next = queue->free_delivery;
	queue->free_delivery = delivery->number;
}

void
queue_drop_message(struct queue *queue, struct queue_message *message)
{
	while (message->first_delivery != 0) {
		struct delivery *delivery =
		    queue_delivery_at(queue, message->first_delivery);

		message->first_delivery = delivery->next;
		forget_delivery(queue, delivery);
	}
	index_remove(&queue->messages, message->hash, message->number,
	    message_hash_at, queue);
	short_text_release(&message->queue_id);
	message->in_use = false;
	message->first_delivery = queue->free_message;
	queue->free_message = message->number;
}

static bool
is_delivery(
    const struct delivery *delivery, struct text recipient, uint64_t hash)
{
	return delivery->recipient_hash == hash &&
	    naming_same_recipient(delivery_recipient(delivery), recipient);
}

/* The one of many. */
static struct delivery *
find_indexed(const struct queue *queue, uint32_t message, struct text recipient,
    uint64_t hash)
{
	const struct queue_index *index = &queue->deliveries;
	uint64_t key = delivery_hash(message, hash);

	for (size_t slot = key & index->mask; index->slots[slot].number != 0;
	     slot = (slot + 1) & index->mask) {
		struct delivery *delivery;

		if (index->slots[slot].tag != tag_of(key))
			continue;
		delivery = queue_delivery_at(queue, index->slots[slot].number);
		if (delivery->message == message &&
		    is_delivery(delivery, recipient, hash))
			return delivery;
	}
	return NULL;
}

struct delivery *
queue_find_delivery(const struct queue *queue,
    const struct queue_message *message, struct text recipient, uint64_t hash)
{
	if (message->is_indexed)
		return find_indexed(queue, message->number, recipient, hash);
	for (uint32_t i = message->first_delivery; i != 0;) {
		struct delivery *delivery = queue_delivery_at(queue, i);

		if (is_delivery(delivery, recipient, hash))
			return delivery;
		i = delivery->next;
	}
	return NULL;
}

static uint32_t
take_delivery_number(struct queue *queue)
{
	uint32_t number = queue->free_delivery;
	size_t chunk;

	if (number != 0) {
		queue->free_delivery = queue_delivery_at(queue, number)->next;
		return number;
	}
	number = ++queue->delivery_count;
	chunk = number >> QUEUE_CHUNK_SHIFT;
	if (number == 1 || (number & (QUEUE_CHUNK_ROWS - 1)) == 0) {
		queue->delivery_chunks = memory_grow(queue->delivery_chunks,
		    &queue->delivery_chunks_capacity, chunk + 1,
		    sizeof(*queue->delivery_chunks));
		queue->delivery_chunks[chunk] = memory_allocate_array(
		    QUEUE_CHUNK_ROWS, sizeof(**queue->delivery_chunks));
	}
	return number;
}

static void
link_delivery(struct queue *queue, struct delivery *delivery,
    struct queue_message *message)
{
	delivery->message = message->number;
	delivery->next = 0;
	delivery->previous = message->last_delivery;
	if (delivery->previous != 0)
		queue_delivery_at(queue, delivery->previous)->next =
		    delivery->number;
	else
		message->first_delivery = delivery->number;
	message->last_delivery = delivery->number;
	message->open_count += delivery->outcome == OUTCOME_PENDING;
	message->delivery_count++;
	if (message->is_indexed)
		put_delivery(queue, delivery);
	else if (message->delivery_count > DELIVERIES_FEW)
		index_all(queue, message);
}

static void
unlink_delivery(struct queue *queue, const struct delivery *delivery)
{
	struct queue_message *message =
	    queue_message_at(queue, delivery->message);

	if (delivery->previous != 0)
		queue_delivery_at(queue, delivery->previous)->next =
		    delivery->next;
	else
		message->first_delivery = delivery->next;
	if (delivery->next != 0)
		queue_delivery_at(queue, delivery->next)->previous =
		    delivery->previous;
	else
		message->last_delivery = delivery->previous;
	if (message->ended_before == delivery->number)
		message->ended_before = delivery->previous;
	message->open_count -= delivery->outcome == OUTCOME_PENDING;
	message->delivery_count--;
}

struct delivery *
queue_add_delivery(struct queue *queue, struct queue_message *message,
    struct text recipient, uint64_t hash, int64_t time)
{
	uint32_t number = take_delivery_number(queue);
	struct delivery *delivery = queue_delivery_at(queue, number);

	*delivery = (struct delivery){
		.number = number,
		.recipient_hash = hash,
		.outcome = OUTCOME_PENDING,
		.first_attempt_at = INSTANT_NONE,
		.last_attempt_at = INSTANT_NONE,
		.first_deferred_at = INSTANT_NONE,
		.first_record_at = time,
		.last_record_at = time,
	};
	short_text_set(&delivery->recipient, recipient);
	queue->open_deliveries++;
	link_delivery(queue, delivery, message);
	return delivery;
}

void
queue_drop_delivery(struct queue *queue, struct delivery *delivery)
{
	unlink_delivery(queue, delivery);
	forget_delivery(queue, delivery);
}

void
queue_move_delivery(struct queue *queue, struct delivery *delivery,
    struct queue_message *message)
{
	unlink_delivery(queue, delivery);
	unindex_delivery(queue, delivery);
	link_delivery(queue, delivery, message);
}

void
queue_set_outcome(
    struct queue *queue, struct delivery *delivery, enum outcome outcome)
{
	bool was_open = delivery->outcome == OUTCOME_PENDING;
	bool is_open = outcome == OUTCOME_PENDING;
	struct queue_message *owner =
	    queue_message_at(queue, delivery->message);

	delivery->outcome = outcome;
	if (was_open && !is_open) {
		queue->open_deliveries--;
		owner->open_count--;
	}
}
