/*
 * Observation: one record in its place in the life of a delivery.
 *
 * The ledger makes one for each attempt, suspended or discarded record, for
 * each recipient that an expiry closes, and for rejects and probes (those
 * without a delivery; one for a line, however often it is repeated).  Observers
 * (tallies, the events writer, incidents) take it in while the call lasts.
 */
#ifndef TRACK_OBSERVATION_H
#define TRACK_OBSERVATION_H

#include "track/delivery.h"

/*
 * A line may be written so late, and then the order of the file counts.  What
 * is older than what is known by more than this is of another log: one that
 * was read in another night, or that stands behind the first in one stream.
 */
#define OBSERVATION_LATE_MS 5000

/* Is what happened at `time` of another log than what is known of `than`? */
static inline bool
observation_is_older(int64_t time, int64_t than)
{
	return than != INSTANT_NONE && time < than - OBSERVATION_LATE_MS;
}

/* Why failures happen: a verdict without the rule. */
struct cause {
	uint32_t enhanced_code;
	uint16_t reply_code;
	uint8_t category;
	uint8_t class;
	uint8_t action;
};

struct message {
	struct text queue_id;
	uint32_t host; /* names in the pool */
	uint32_t instance;
	uint32_t sender_domain; /* 0: null sender or not known */
	uint8_t mta; /* enum record_mta */
	bool sender_is_known;
	bool is_notification; /* null sender */
	int64_t arrived_at; /* ms; INSTANT_NONE = not known */
};

struct observation {
	const struct event *event; /* record and verdict */
	const struct delivery *delivery; /* NULL for rejects and probes */
	const struct message *message; /* NULL when the queue id is unknown */
	uint32_t cause; /* number of the failure's cause; 0 = no failure */
	uint32_t attempt; /* 1-based number of this try; 0 = no try */
	int64_t interval; /* whole seconds since the try before; -1 = none */
	enum record_scope scope; /* the record's, or what the delivery's was */
	bool matches; /* passes scope and filters */
	bool counted; /* matches, and is no hop and no notification */
	bool is_internal; /* hop to a content filter or second instance */
	bool is_notification;
	bool is_new_cause; /* first time this delivery fails with the cause */
	bool is_new_code; /* ... with its code key */
	bool is_new_category;
	bool after_hard_bounce; /* later message to a dead address */
};

/* The code that a failure is counted by. */
struct code_key code_key_of(uint32_t enhanced_code, uint16_t reply_code);

#endif
