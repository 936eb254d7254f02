/*
 * Addresses: recipients that mail should no longer, or not now, be sent to.
 *
 * Remembers each recipient with failures since it was last delivered to.
 */
#ifndef TRACK_ADDRESSES_H
#define TRACK_ADDRESSES_H

#include "base/pool.h"
#include "track/observation.h"

struct addresses;

/* A row of the suppression list. */
struct address {
	struct text recipient;
	uint32_t domain; /* name in the pool */
	uint8_t action; /* enum verdict_action: remove or suppress */
	uint8_t category;
	uint8_t class;
	uint16_t reply_code;
	uint32_t enhanced_code;
	uint64_t failures; /* failed tries since the last success */
	int64_t first_failed_at;
	int64_t last_failed_at;
	int64_t outcome_at; /* last bounce or expiry; INSTANT_NONE = none */
	uint64_t attempts_after; /* tries of later messages after it died */
	struct text reply; /* of the last failure */
};

/*
 * `complete`: for a suppression list.  Otherwise only the recipients that
 * bounced with action remove are remembered, and no replies.
 */
struct addresses *addresses_new(bool complete);
void addresses_free(struct addresses *addresses);

/*
 * Takes in a counted record.  True when it is a try of a later message to a
 * recipient that had bounced with action remove.
 */
bool addresses_record(
    struct addresses *addresses, const struct observation *observation);

/*
 * The recipient of a bounce with action remove that is not counted: mail to it
 * is wasted from then on.
 */
void addresses_note_death(
    struct addresses *addresses, const struct observation *observation);

/* All that is remembered of a recipient. */
struct address_state {
	struct address address; /* its action is that of the last outcome */
	uint64_t deferred; /* deferred tries since the last success */
	int64_t dead_since; /* first bounce with action remove; INSTANT_NONE */
	int64_t full_since; /* first failure as mailbox_full; INSTANT_NONE */
	int64_t full_until; /* and the last one */
	uint8_t state; /* of its last outcome; a number of this module */
};

/*
 * Puts one back; texts are copied.  `is_known`: it is as it was kept, and has
 * changed only when a record does so.  One that is there already (two hosts
 * wrote to the same recipient) is joined: failures add up, and the later
 * outcome stands, or without any the later failure.
 */
void addresses_restore(struct addresses *addresses,
    const struct address_state *state, bool is_known);

/*
 * What has changed since the last call and since recipients were put back:
 * `removed` is called for each that is no longer remembered, and then
 * `changed` for each that is new or has changed.
 */
void addresses_visit_changes(struct addresses *addresses,
    void (*removed)(void *context, struct text recipient),
    void (*changed)(void *context, const struct address_state *state),
    void *context);

/*
 * The suppression list: recipients whose last outcome is a bounce with action
 * remove or suppress, or that expired, or were deferred on 5 or more tries,
 * and were not delivered to since; sorted by recipient.  The list is the
 * caller's: free() it; its texts live as the addresses do.
 */
struct address *
addresses_list(const struct addresses *addresses, size_t *count);

#endif
