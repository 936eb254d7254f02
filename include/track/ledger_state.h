/*
 * Ledger state: all that a ledger knows, taken out and put back.
 *
 * A ledger that is filled with what another one showed goes on exactly as
 * that one would have: messages, deliveries, the times at which they will be
 * forgotten, and the events of the look-ahead that it had not worked off.
 * Put everything back before the first event is given; events come last.
 *
 * Messages are named by numbers: those that a ledger shows are 1, 2, 3 and so
 * on in the order in which they are to be put back, which gives each another.
 */
#ifndef TRACK_LEDGER_STATE_H
#define TRACK_LEDGER_STATE_H

#include "track/ledger.h"

struct ledger_message {
	struct message shown;
	bool arrival_logged; /* its first line is in the logs */
	bool sender_from_hop; /* the sender of the first hop stays */
	bool is_counted; /* one of its deliveries was counted */
	int64_t seen_at; /* first record, ms */
	int64_t changed_at; /* last record */
	int64_t notified_at; /* last non-delivery notice; INSTANT_NONE */
	int64_t removed_at; /* INSTANT_NONE while it is in the queue */
};

/* When a message is looked at again to be forgotten. */
struct ledger_timer {
	uint32_t message;
	bool is_removal; /* it has left the queue; else: it may be idle */
	int64_t due; /* ms */
};

struct ledger_visitor {
	void *context;
	void (*message)(void *context, uint32_t number,
	    const struct ledger_message *message);
	/* Of that message, in their order; right behind it. */
	void (*delivery)(
	    void *context, uint32_t message, const struct delivery *delivery);
	void (*timer)(void *context, const struct ledger_timer *timer);
	/* An event that was not worked off. */
	void (*waiting)(void *context, const struct event *event);
};

/* Shows everything, in an order that ledger_restore_... keeps. */
void
ledger_visit(const struct ledger *ledger, const struct ledger_visitor *visitor);

/* Time of the latest record, ms; INSTANT_NONE before the first. */
int64_t ledger_now(const struct ledger *ledger);
void ledger_restore_now(struct ledger *ledger, int64_t now);

/* Texts and lists are copied; the number is the message's from now on. */
uint32_t ledger_restore_message(
    struct ledger *ledger, const struct ledger_message *message);
void ledger_restore_delivery(struct ledger *ledger, uint32_t message,
    struct text recipient, const struct delivery *delivery);
void
ledger_restore_timer(struct ledger *ledger, const struct ledger_timer *timer);

/*
 * The events that follow begin at `start` (ms; INSTANT_NONE unknown).  Where
 * that lies before the events of the look-ahead (a log of another host comes
 * a day late), these are worked off first, so that the late ones can be looked
 * ahead in, too.
 */
void ledger_begin(struct ledger *ledger, int64_t start);

/* The number of a cause, which is added if it is new. */
uint32_t ledger_add_cause(struct ledger *ledger, const struct cause *cause);

#endif
