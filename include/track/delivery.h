/*
 * Delivery: one recipient of one message, from its first record to its end.
 *
 * The ledger owns deliveries; observers see them while a call lasts.
 */
#ifndef TRACK_DELIVERY_H
#define TRACK_DELIVERY_H

#include "base/calendar.h"
#include "base/short_text.h"
#include "classify/event.h"

enum outcome {
	OUTCOME_DELIVERED,
	OUTCOME_BOUNCED,
	OUTCOME_EXPIRED,
	OUTCOME_PENDING, /* nothing final when the logs end */
	OUTCOME_WITHDRAWN /* removed from the queue without a final record */
};
#define OUTCOMES 5

const char *outcome_name(enum outcome outcome);

/*
 * What a code is counted by: the enhanced code, or the reply code when there
 * is no enhanced one.  Both 0: a failure without any code.
 */
struct code_key {
	uint32_t enhanced;
	uint32_t reply; /* 0 when there is an enhanced code */
};

struct delivery {
	uint32_t number; /* its own in the queue, from 1 */
	uint32_t message; /* number of its message */
	uint32_t next; /* next delivery of the message, 0 = none */
	uint32_t previous;
	struct short_text recipient; /* as logged; see delivery_recipient() */
	uint64_t recipient_hash;
	uint32_t domain; /* name in the pool: lower case, A-labels */
	uint32_t provider; /* name in the pool; 0 = none known */
	uint32_t relay_host; /* of the last record; name in the pool */
	uint32_t relay_ip;
	uint32_t attempts; /* real tries so far */
	uint32_t suspended; /* records that were no tries */
	enum outcome outcome; /* OUTCOME_PENDING until something final */
	int64_t first_attempt_at; /* ms; INSTANT_NONE = no try yet */
	int64_t last_attempt_at;
	int64_t first_deferred_at; /* first deferred or suspended record */
	int64_t first_record_at;
	int64_t last_record_at;
	struct code_key first_code; /* of the first deferred record */
	uint8_t first_category;
	bool selected; /* a record of it passed the filters: it is counted */
	bool is_local; /* scope of its last record */
	bool left_censored;
	bool is_carried; /* moved behind a hop, and no record of it since */
	struct verdict last_verdict; /* of the last failure; zero = none */
	uint32_t *causes; /* different causes of its failures, by number */
	uint32_t causes_count;
	uint32_t incidents_count;
	uint32_t *incidents; /* numbers of the streaks that it failed in */
};

static inline struct text
delivery_recipient(const struct delivery *delivery)
{
	return short_text_get(&delivery->recipient);
}

/* The relay's name; some servers log none, but an address. 0 = neither. */
static inline uint32_t
delivery_relay(const struct delivery *delivery)
{
	return delivery->relay_host != 0 ? delivery->relay_host
					 : delivery->relay_ip;
}

/* Was deferred or suspended at least once. */
static inline bool
delivery_was_deferred(const struct delivery *delivery)
{
	return delivery->first_deferred_at != INSTANT_NONE;
}

/*
 * Whole seconds from the first deferred record to the delivered one; only
 * for a delivery that was deferred and delivered.
 */
uint32_t delivery_resolution(const struct delivery *delivery);

/*
 * Appends to one of the two lists of a delivery.  They stay short, since they
 * are looked through for each failure: from some hundreds on the oldest number
 * goes.
 */
void delivery_note_number(uint32_t **list, uint32_t *count, uint32_t number);

#endif
