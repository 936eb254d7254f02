/*
 * What the truth keeper remembers: private to generate_truth*.c.
 */
#ifndef BENCH_GENERATE_TRUTH_DATA_H
#define BENCH_GENERATE_TRUTH_DATA_H

#include "generate_truth.h"

/* Deliveries and attempts of a domain, a sender, or all. */
struct tally {
	uint64_t deliveries;
	uint64_t outcomes[5]; /* by enum outcome; open = pending */
	uint64_t statuses[4]; /* by enum status, suspended included */
	uint64_t failures[REPLY_CLASSES + 1]; /* attempts by class */
	uint64_t deferred_deliveries;
	uint64_t retry_outcomes[5]; /* open is found by subtraction */
};

/* Retries by what they began with. */
struct retry_tally {
	uint64_t statuses[4];
	uint64_t deferred_deliveries;
	uint64_t retry_outcomes[5];
};

struct sample {
	int64_t seconds;
	uint32_t domain;
	uint16_t sender;
	uint16_t code;
	uint16_t category;
};

struct hour_count {
	uint64_t statuses[4];
	uint64_t failures[REPLY_CLASSES + 1];
	uint64_t expired;
};

/* Failures of a domain since its last delivered attempt. */
struct window {
	int64_t start;
	int64_t last;
	uint64_t failed;
	uint64_t deliveries;
	uint32_t serial; /* 0: none is open */
};

struct incident {
	struct window window;
	uint32_t domain;
	int64_t resolved; /* TRUTH_NO_TIME while open */
};

struct attempt_count {
	uint64_t statuses[4];
};

struct attempt_curve {
	struct attempt_count *numbers; /* by attempt number */
	size_t count;
};

#define INCIDENT_ATTEMPTS   5
#define INCIDENT_DELIVERIES 2

struct truth {
	uint32_t domain_count;
	uint32_t sender_count;
	unsigned code_count;
	unsigned category_count;
	struct tally total;
	struct tally *domains;
	struct tally *senders;
	struct retry_tally *codes;
	struct retry_tally *categories;
	struct hour_count week[168];
	struct hour_count (*domain_hours)[24];
	struct hour_count (*code_hours)[24];
	struct hour_count *series; /* from series_start, hourly */
	size_t series_count;
	int64_t series_start; /* hours since 1970 */
	struct attempt_curve *curves; /* by first code; the last one: all */
	struct window *windows; /* by domain */
	struct incident *incidents;
	size_t incident_count;
	uint32_t incident_serial;
	struct sample *samples;
	size_t sample_count;
	uint64_t counts[TRUTH_COUNTS];
};

/* Puts the incident of the window into the list if it is one. */
void truth_end_window(struct truth *truth, uint32_t domain, int64_t resolved);

#endif
