/*
 * Look-ahead: the events of the next few seconds, in the order they came.
 *
 * The ledger works some seconds behind what it has been given, so that it can
 * ask whether a queue id is about to appear.
 */
#ifndef TRACK_LOOKAHEAD_H
#define TRACK_LOOKAHEAD_H

#include "classify/event.h"

struct lookahead_entry {
	const struct event *event;
	void *owner;
	uint64_t hash; /* of the record's host and queue id */
	uint64_t sight; /* what it is a sight of; 0 = of nothing */
	int64_t time; /* of the record */
};

/* How many waiting events show a queue id of a host. */
struct lookahead_sight {
	uint64_t hash; /* stands for host and id; see queue_message_hash */
	uint32_t count; /* 0: a free slot */
};

struct lookahead {
	struct lookahead_entry *ring;
	size_t mask;
	size_t first;
	size_t count;
	int64_t newest; /* ms */
	struct lookahead_sight *sights;
	size_t sights_mask;
	size_t sights_used;
};

void lookahead_init(struct lookahead *lookahead);
void lookahead_release(struct lookahead *lookahead);

/*
 * `hash` is that of the record's host and queue id.  True when older entries
 * may have become old enough, or this one is at once; if all that are have
 * been taken out before, false means that none is.
 */
bool lookahead_push(struct lookahead *lookahead, const struct event *event,
    void *owner, uint64_t hash);

/* The oldest entry if it is old enough, or if `all`; false when not. */
bool lookahead_pop(
    struct lookahead *lookahead, bool all, struct lookahead_entry *entry);

/* A waiting event says that the queue id with this hash is a bounce's. */
bool lookahead_announces(const struct lookahead *lookahead, uint64_t hash);

/*
 * The waiting event that tells who sent the message of the hash, of which
 * there is a record at `time`; NULL when there is none, or only one of another
 * message.
 */
const struct event *lookahead_find_sender(
    const struct lookahead *lookahead, uint64_t hash, int64_t time);

/*
 * Among the next lines is one, written late, that says how the message of the
 * hash ended for a recipient at `time` or before.
 */
bool lookahead_awaits_end(const struct lookahead *lookahead, uint64_t hash,
    struct text recipient, int64_t time);

/* An event of that time would not wait at all. */
bool lookahead_is_past(const struct lookahead *lookahead, int64_t time);

/* An empty one takes the next event for the newest, whatever its time. */
void lookahead_restart(struct lookahead *lookahead);

/* A waiting event shows that its host logs the queue id with this hash. */
bool lookahead_holds(const struct lookahead *lookahead, uint64_t hash);

#endif
