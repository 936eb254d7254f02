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
};

/* How many waiting events show a queue id of a host. */
struct lookahead_sight {
	uint64_t hash; /* stands for the id; see lookahead.c */
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

void lookahead_push(
    struct lookahead *lookahead, const struct event *event, void *owner);

/* The oldest entry if it is old enough, or if `all`; false when not. */
bool lookahead_pop(
    struct lookahead *lookahead, bool all, struct lookahead_entry *entry);

/* A waiting event says that this queue id is that of a bounce. */
bool lookahead_announces(
    const struct lookahead *lookahead, struct text host, struct text queue_id);

/* An event of that time would not wait at all. */
bool lookahead_is_past(const struct lookahead *lookahead, int64_t time);

/* An empty one takes the next event for the newest, whatever its time. */
void lookahead_restart(struct lookahead *lookahead);

/* A waiting event shows that this host logs this queue id. */
bool lookahead_holds(
    const struct lookahead *lookahead, struct text host, struct text queue_id);

#endif
