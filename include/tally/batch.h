/*
 * Batch: counted records and outcomes on their way into tallies.
 *
 * The rows that a record counts in lie far apart and are seldom in the
 * processor's cache.  A batch keeps what it needs of some records, so that
 * all their rows are on the way before the first one is waited for.  What is
 * in a batch is in no count yet: flush it before a tally is read or released.
 * All zero bytes are an empty batch.
 */
#ifndef TALLY_BATCH_H
#define TALLY_BATCH_H

#include "tally/tally.h"

#define TALLY_BATCH_SIZE 32

/* What the counts need of a record and of the delivery it is about. */
struct tally_input {
	struct tally *tally;
	uint32_t delivered; /* 1 for the status of the record, else 0 */
	uint32_t deferred;
	uint32_t bounced;
	uint32_t suspended;
	uint32_t expired;
	int64_t time;
	int64_t delay; /* ms; < 0 = not logged */
	int64_t interval; /* s since the try before; -1 = none */
	uint32_t domain; /* names */
	uint32_t provider;
	uint32_t sender;
	uint32_t relay_host;
	uint32_t relay_ip;
	uint32_t cause; /* 0 = no failure */
	uint32_t attempt; /* 0 = no try */
	uint32_t first_code; /* enhanced code of the first deferral */
	uint32_t minute; /* start of its local hour, minutes since 1970 */
	uint8_t hour; /* local hour of the day */
	uint8_t class; /* enum verdict_class */
	bool is_failure; /* deferred, bounced or suspended */
	bool is_failed_try; /* deferred or bounced */
	bool is_new_cause;
	bool was_deferred;
	bool after_hard_bounce;
};

/* The same of a delivery that has its outcome. */
struct tally_end {
	struct tally *tally;
	uint32_t domain; /* names */
	uint32_t provider;
	uint32_t sender;
	uint32_t attempts;
	uint32_t resolution; /* seconds */
	struct code_key first_code;
	uint8_t first_category;
	uint8_t outcome; /* enum outcome */
	bool was_deferred;
	bool has_resolution;
};

/* The hour that the latest record was in. */
struct tally_clock {
	int64_t start; /* ms; from here and before `end` it is that hour */
	int64_t end;
	uint32_t minute;
	uint8_t hour;
};

struct tally_batch {
	struct tally_input inputs[TALLY_BATCH_SIZE];
	unsigned count;
	struct tally_end ends[TALLY_BATCH_SIZE];
	unsigned end_count;
	struct tally_clock clock;
};

/*
 * Takes in a counted record; `names` are the run's, `zone` the report's, the
 * same in each call.
 */
void tally_batch_record(struct tally_batch *batch, struct tally *tally,
    const struct observation *observation, struct pool *names,
    const struct zone *zone);

/* Takes in a delivery that has its outcome. */
void tally_batch_outcome(struct tally_batch *batch, struct tally *tally,
    const struct delivery *delivery, const struct message *message);

void tally_batch_flush(struct tally_batch *batch);

#endif
