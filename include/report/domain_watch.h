/*
 * Domain watch: what one recipient domain's page shows beyond the tallies.
 *
 * Looks on while the logs are read: which addresses fail, through which
 * relays, with which replies, and how the last deliveries went.  Memory is
 * bounded: past WATCH_ADDRESSES different addresses and WATCH_REPLIES codes no
 * new ones are taken in.
 *
 * With `by_registrable` the domains below the named one belong to it.
 */
#ifndef REPORT_DOMAIN_WATCH_H
#define REPORT_DOMAIN_WATCH_H

#include "base/arena.h"
#include "base/keymap.h"
#include "base/pool.h"
#include "track/observation.h"

#define WATCH_DELIVERIES 10
#define WATCH_RECIPIENT  256
#define WATCH_REPLIES    1000
#define WATCH_REPLY      400
#define WATCH_ADDRESSES  200000

/* A delivery that has its outcome (pending ones when the logs end). */
struct watched_delivery {
	char recipient[WATCH_RECIPIENT]; /* cut to this */
	size_t recipient_length;
	int64_t last_record_at;
	enum outcome outcome;
	uint32_t attempts;
	uint32_t enhanced_code; /* of the last failure; 0 = none */
	uint16_t reply_code;
	uint32_t relay; /* its name, or else its address, in the pool */
};

/* Rows of `relays`: tries to this domain only. */
struct watched_relay {
	uint64_t delivered;
	uint64_t deferred;
	uint64_t bounced;
	int64_t last_failed_at; /* 0: never */
};

/* The latest reply with a code. */
struct watched_reply {
	char *bytes;
	size_t length; /* at most WATCH_REPLY */
	bool was_tried; /* not of a suspended record */
};

struct domain_watch {
	struct text name;
	const struct pool *names;
	bool with_subdomains;
	struct arena arena;
	struct keymap domains; /* KEY(name): uint8_t, 1 = watched, 2 = not */
	struct keymap relays; /* KEY(host, ip): watched_relay */
	struct keymap replies; /* KEY(enhanced, reply): watched_reply */
	struct keymap addresses; /* KEY(hash, hash): uint8_t, see below */
	bool has_more_addresses; /* than were counted */
	int64_t last_delivered_at; /* 0: never */
	struct watched_delivery last[WATCH_DELIVERIES]; /* latest first */
	size_t last_count;
};

/* Bits of a row of `addresses`. */
#define WATCHED_DELIVERED 1
#define WATCHED_FAILED    2

/* `name` in lower case, `names` the run's; both must outlive the watch. */
void domain_watch_init(struct domain_watch *watch, struct text name,
    const struct pool *names, bool with_subdomains);
void domain_watch_release(struct domain_watch *watch);

/* Take in every record that has a delivery, and every outcome. */
void domain_watch_record(
    struct domain_watch *watch, const struct observation *observation);
void domain_watch_outcome(
    struct domain_watch *watch, const struct delivery *delivery);

/* Different addresses with all of these bits. */
uint64_t domain_watch_count(const struct domain_watch *watch, unsigned bits);

/* The latest reply with that code; empty when there was none. */
struct text
domain_watch_reply(const struct domain_watch *watch, struct code_key code);

#endif
