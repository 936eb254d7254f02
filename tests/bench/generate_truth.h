/*
 * Truth: what a report on the log must say, counted while the log is made.
 *
 * The definitions are those of the program's documentation, written down a
 * second time, plainly: counts of attempts and deliveries, retries, incidents.
 * Only what is visible in the log is told to it.
 *
 * The file has one block for each CSV table: a line `[NAME KEYS]`, KEYS being
 * how many of the columns identify a row, the header line, the rows.  Not
 * every row of the table need be there: rows that are missing are all zero.
 * A `+` behind KEYS: the table may have rows that the block has not.  Blocks
 * with 0 keys are for people.
 */
#ifndef BENCH_GENERATE_TRUTH_H
#define BENCH_GENERATE_TRUTH_H

#include "generate_replies.h"

#define TRUTH_NO_TIME INT64_MIN

enum outcome {
	OUTCOME_OPEN,
	OUTCOME_DELIVERED,
	OUTCOME_BOUNCED,
	OUTCOME_EXPIRED,
	OUTCOME_WITHDRAWN
};

/* One recipient of one message, from its first record in the log on. */
struct delivery {
	int64_t first_deferred; /* ms; TRUTH_NO_TIME */
	int64_t last_attempt; /* ms */
	uint32_t domain;
	uint32_t incident; /* the last incident that counted it */
	uint16_t sender;
	uint16_t first_code;
	uint16_t attempts;
	uint8_t first_category;
	bool seen; /* has a record in the log */
	bool left_censored; /* the message arrived before the log began */
};

struct truth;

/* A stretch of time in which a domain was made to fail. */
struct truth_outage {
	uint32_t domain;
	int64_t start; /* ms */
	int64_t end;
	const struct reply *reply;
};

struct truth_names {
	const char *(*domain)(const void *context, uint32_t domain);
	const char *(*sender)(const void *context, uint32_t sender);
	const void *context;
};

struct truth *truth_new(uint32_t domains, uint32_t senders);
void truth_free(struct truth *truth);

/* One record of a counted delivery; delivered and bounced close it. */
void truth_attempt(struct truth *truth, struct delivery *delivery, int64_t now,
    enum status status, const struct reply *reply);

/* Given up or withdrawn; open ones are told at the end of the log. */
void truth_close(struct truth *truth, const struct delivery *delivery,
    int64_t now, enum outcome outcome);

/* Thrown away without a try: the message leaves the queue, nothing final. */
void truth_discard(
    struct truth *truth, struct delivery *delivery, int64_t now);

/* Things that are only counted. */
enum truth_count {
	TRUTH_HOPS,
	TRUTH_NOTIFICATIONS,
	TRUTH_LOCAL,
	TRUTH_PROBES,
	TRUTH_REJECTED,
	TRUTH_DISCARDED
};
#define TRUTH_COUNTS 6
void truth_add(struct truth *truth, enum truth_count count);

/* Writes the blocks; false when the file could not be written. */
bool truth_write(struct truth *truth, const char *path,
    const struct truth_names *names, uint64_t lines,
    const struct truth_outage *outages, size_t outage_count);

#endif
