/*
 * Incidents: when the mail system of a recipient domain was down.
 *
 * A streak opens at the first failed try to a domain with one of the
 * categories remote_system, routing_error, connection_failed, dns_failure and
 * ends at the next delivered try to that domain.  It is an incident if it has
 * at least `minimum` failed tries of at least two deliveries.
 */
#ifndef TRACK_INCIDENTS_H
#define TRACK_INCIDENTS_H

#include "base/pool.h"
#include "track/observation.h"

struct incidents;

struct incident {
	uint32_t domain; /* name in the pool */
	int64_t started_at; /* ms */
	int64_t resolved_at; /* INSTANT_NONE while it is open */
	int64_t last_failure_at;
	uint64_t failed_attempts;
	uint64_t deliveries; /* different ones that failed in it */
	uint64_t deliveries_recovered; /* of these, delivered later */
	uint32_t cause; /* one with its category and code; 0 in a state */
	const uint32_t *relay_hosts; /* names of the relays that failed, or */
	/* addresses where no name is known, in the order of their bytes */
	size_t relay_count; /* may be none */
};

/* How often a cause made a streak longer. */
struct incident_cause {
	uint32_t cause;
	uint32_t count;
};

/* A streak with all that is needed to go on with it. */
struct incident_state {
	struct incident incident; /* no list of relays where it is too short */
	const struct incident_cause *causes; /* in the order of their first */
	size_t cause_count;
};

/* `minimum`: failed tries that make an incident, at least 1. */
struct incidents *incidents_new(const struct pool *names, unsigned minimum);
void incidents_free(struct incidents *incidents);

/* Takes in a counted try; `delivery` gets the number of its incident. */
void incidents_record(struct incidents *incidents,
    const struct observation *observation, struct delivery *delivery);

/* A delivery that failed in one has ended. */
void
incidents_outcome(struct incidents *incidents, const struct delivery *delivery);

/*
 * All streaks that are open or may become an incident with any minimum; with
 * the number that deliveries know them by.
 */
void incidents_visit(const struct incidents *incidents,
    void (*show)(
	void *context, uint32_t number, const struct incident_state *state),
    void *context);

/*
 * Puts one back, lists copied; returns its number from now on.  Of a domain
 * that has an open one already (two hosts saw the outage) the two are joined.
 */
uint32_t incidents_restore(
    struct incidents *incidents, const struct incident_state *state);

/*
 * The incidents (streaks that are long enough) so far, by start; `causes` are
 * the ledger's.  The category of an incident is the most frequent one, its
 * code the most frequent one of that category.
 * The list is the caller's: free() it; its texts live as the incidents do.
 */
struct incident *incidents_list(const struct incidents *incidents,
    const struct cause *causes, size_t *count);

#endif
