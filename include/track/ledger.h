/*
 * Ledger: every delivery that is open, and what each record means for it.
 *
 * Events come in by time (see run/pipeline.h).  Each goes through a look-ahead
 * of a few seconds, so that the queue id of a message that comes back from a
 * content filter is known when the hop to the filter is judged, however the
 * lines of one second are ordered.  The ledger then finds the delivery (by
 * host, queue id and recipient; a queue id that is used again starts a new
 * generation), tells the observers what the record was, and, once the message
 * has left the queue, what became of each delivery.  What happened before
 * the period of the filter is no record of it; but it is known, so that tries
 * are numbered and deferrals dated from the real first one, and observers that
 * want to know what the period began with are told apart.
 *
 * Postfix src/qmgr/qmgr_active.c fixes what "removed" and "expired" mean.
 */
#ifndef TRACK_LEDGER_H
#define TRACK_LEDGER_H

#include "base/pool.h"
#include "classify/provider.h"
#include "track/filter.h"
#include "track/internal_relays.h"
#include "track/observation.h"

struct ledger;

struct ledger_observer {
	void *context;
	/* A message with a null sender. */
	void (*notification)(void *context, int64_t time);
	/* A record; `delivery` is that of the observation, to be marked. */
	void (*record)(void *context, struct observation *observation,
	    struct delivery *delivery);
	/* The same of a record before the period, `counted` or not; or NULL. */
	void (*earlier)(void *context, const struct observation *observation,
	    struct delivery *delivery);
	/*
	 * The delivery has its outcome and is forgotten after the call.  It is
	 * counted if it is `selected`; is_first_counted says that it is the
	 * first such delivery of its message.
	 */
	void (*outcome)(void *context, const struct delivery *delivery,
	    const struct message *message, bool is_first_counted);
};

struct ledger_settings {
	struct pool *names;
	const struct providers *providers; /* may be NULL */
	const struct filter *filter;
	const struct internal_relays *internal_relays;
	struct ledger_observer observer;
	/* Done with the texts of all events up to one given with an owner. */
	void (*release)(void *context, void *owner);
	void *release_context;
	int64_t start; /* first line of the logs, ms; INSTANT_NONE unknown */
};

struct ledger *ledger_new(const struct ledger_settings *settings);
void ledger_free(struct ledger *ledger);

/*
 * Takes in one event.  Its texts must stay until `release` is called with
 * the `owner` that came with it or with a later event; NULL for most.
 */
void ledger_take(struct ledger *ledger, const struct event *event, void *owner);

/* No more events: works off the look-ahead. */
void ledger_drain(struct ledger *ledger);

/*
 * Tells the outcome of every delivery that is still known: of closed messages
 * first, OUTCOME_PENDING for those that nothing final was logged of.  The
 * deliveries stay as they are; call it once, at the end.
 */
void ledger_settle(struct ledger *ledger);

/* Causes by number; 0 is no cause.  Valid until the next event. */
const struct cause *ledger_causes(const struct ledger *ledger, size_t *count);

/* Deliveries that are open now. */
uint64_t ledger_open_count(const struct ledger *ledger);

#endif
