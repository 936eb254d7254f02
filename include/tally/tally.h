/*
 * Tally: counts of one period, the whole run's or one day's.
 *
 * All of it adds up: tally_merge of two periods gives the counts of both.
 * Names (domains, providers, hosts, replies) are numbers of the run's pool.
 * Instants are ms since 1970 UTC.  Deliveries are counted when they end, in
 * the period of their last record; records in the period of their own time.
 */
#ifndef TALLY_TALLY_H
#define TALLY_TALLY_H

#include "base/keymap.h"
#include "base/pool.h"
#include "base/quantile.h"
#include "base/zone.h"
#include "track/observation.h"

/* What most records count in stands first: a line of the processor's cache. */
struct tally_stats {
	uint64_t delivered; /* records of each status */
	uint64_t deferred;
	uint64_t bounced;
	uint64_t suspended;
	int64_t first_event; /* 0 while there is no record */
	int64_t last_event;
	uint64_t failures[VERDICT_CLASSES]; /* deferred + bounced by class */
	uint64_t outcomes[OUTCOMES]; /* deliveries by enum outcome */
	uint64_t retried[OUTCOMES]; /* deferred deliveries by outcome */
	uint64_t retry_attempts; /* all tries of the deferred deliveries */
	uint64_t after_hard_bounce;
	struct quantile resolution; /* seconds */
};

/* Rows of `domains`; those of `providers` and `senders` are tally_stats. */
struct tally_domain {
	struct tally_stats stats; /* must be first */
	uint32_t provider; /* of the latest record that told one */
	int64_t provider_seen;
	uint32_t hours[24][3]; /* delivered, deferred, bounced; local hour */
};

/* What a cause did to one domain, provider, sender or relay. */
struct tally_cause {
	uint64_t deferred;
	uint64_t bounced;
	uint64_t suspended;
	uint64_t deliveries; /* different ones */
	int64_t first_event;
	int64_t last_event;
};

enum tally_dimension {
	TALLY_DOMAIN,
	TALLY_PROVIDER,
	TALLY_SENDER,
	TALLY_RELAY
};

struct tally_relay {
	uint32_t host; /* names; 0 for no relay */
	uint32_t ip;
	uint32_t last_domain; /* the one of the latest record, + 1 */
	uint64_t delivered;
	uint64_t deferred;
	uint64_t bounced;
	int64_t first_event;
	int64_t last_event;
	struct quantile delay; /* ms */
};

struct tally_hour {
	uint64_t delivered;
	uint64_t deferred;
	uint64_t bounced;
	uint64_t expired;
	uint64_t failures[VERDICT_CLASSES];
};

struct tally_code_hour {
	uint64_t deferred;
	uint64_t bounced;
};

struct tally_retry {
	uint64_t outcomes[OUTCOMES]; /* deferred deliveries */
	uint64_t attempts; /* all their tries */
	struct quantile resolution; /* seconds */
};

enum tally_retry_scope {
	TALLY_RETRY_ALL,
	TALLY_RETRY_CODE,
	TALLY_RETRY_CATEGORY
};

/* Tries with one number, of deliveries that were deferred. */
struct tally_retry_attempt {
	uint64_t delivered;
	uint64_t deferred;
	uint64_t bounced;
	struct quantile interval; /* seconds since the try before */
};

/* Different deliveries that a code (or category) hit, and one of its texts. */
struct tally_code {
	uint64_t deliveries;
	int64_t example_at; /* time of the record that the example is from */
	uint32_t example; /* a reply, name in the pool; 0 = none */
};

struct tally_unclassified {
	uint64_t attempts;
	int64_t example_at;
	uint32_t example;
};

struct tally_totals {
	uint64_t records; /* rows of `events` */
	uint64_t messages; /* with a counted delivery */
	uint64_t internal_hops; /* records */
	uint64_t notifications; /* messages with a null sender */
	uint64_t local_deliveries; /* deliveries */
	uint64_t probes; /* records */
	uint64_t rejected;
	uint64_t suspended;
	uint64_t discarded;
	uint64_t unclassified; /* failed attempts that no rule took */
	int64_t first_event; /* of all records; 0 while there is none */
	int64_t last_event;
};

struct tally {
	struct tally_totals totals;
	struct tally_stats all; /* everything that is counted */
	struct keymap domains; /* KEY(name): tally_domain */
	struct keymap providers; /* KEY(name): tally_stats */
	struct keymap senders; /* KEY(name): tally_stats */
	struct keymap causes; /* KEY(dimension, name, cause): tally_cause;
				 for TALLY_RELAY KEY(dimension, host, cause,
				 ip) */
	struct keymap relays; /* KEY(host, ip): tally_relay */
	struct keymap relay_domains; /* KEY(host, ip, domain): nothing */
	struct keymap hours; /* KEY(minute): tally_hour */
	struct keymap code_hours; /* KEY(minute, cause): tally_code_hour */
	struct keymap codes; /* KEY(enhanced, reply): tally_code */
	struct keymap categories; /* KEY(category): tally_code */
	struct keymap retries; /* KEY(scope, enhanced, reply, category) */
	struct keymap retry_attempts; /* KEY(attempt, 1, 0, 0) for all and
					 KEY(attempt, 0, enhanced, 0) by first
					 code: tally_retry_attempt */
	struct keymap unclassified; /* KEY(template): tally_unclassified */
	struct keymap unclassified_domains; /* KEY(template, domain) */
};

/*
 * KEY(minute): minutes from 1970 to the start of an hour of the report's
 * zone.  A cause number is that of a ledger; see ledger_causes().
 */

/* Empty; records and outcomes come by batches, see tally/batch.h. */
void tally_init(struct tally *tally);
void tally_release(struct tally *tally);

void tally_merge(struct tally *to, const struct tally *from);

/* Single rows, for those who add up other groups of them. */
void
tally_merge_domain(struct tally_domain *to, const struct tally_domain *from);
void tally_merge_cause(struct tally_cause *to, const struct tally_cause *from);

/* Widens a period, ms, by another; first = last = 0 is none. */
void tally_merge_period(
    int64_t *first, int64_t *last, int64_t other_first, int64_t other_last);

/* Sums of counts. */
uint64_t tally_deliveries(const struct tally_stats *stats);
uint64_t tally_attempts(const struct tally_stats *stats);
uint64_t tally_retried(const struct tally_stats *stats);
uint64_t tally_tries(const struct tally_retry_attempt *counts);

/*
 * Sums of OUTCOMES counts: all; bounced and expired; and those with delivered,
 * which rates are of.
 */
uint64_t tally_sum(const uint64_t *outcomes);
uint64_t tally_failed(const uint64_t *outcomes);
uint64_t tally_ended(const uint64_t *outcomes);

#endif
