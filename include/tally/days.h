/*
 * Days: a tally for each local day.
 */
#ifndef TALLY_DAYS_H
#define TALLY_DAYS_H

#include "tally/tally.h"

struct tally_day {
	int64_t day; /* days since 1970-01-01 of the zone's calendar */
	struct tally *tally;
};

struct tally_days {
	const struct zone *zone;
	struct tally_day *items; /* in the order of first sight */
	size_t count;
	size_t capacity;
	size_t last; /* the one that was asked for last */
	int64_t start; /* ms; the times of that one that are known */
	int64_t end;
};

void tally_days_init(struct tally_days *days, const struct zone *zone);
void tally_days_release(struct tally_days *days);

/* The tally of the day that `time` (ms) lies in; made if need be. */
struct tally *tally_days_at(struct tally_days *days, int64_t time);

/* Number of the local day of an instant (ms). */
int64_t tally_day_of(const struct zone *zone, int64_t time);

/* First instant (ms) of a local day. */
int64_t tally_day_start(const struct zone *zone, int64_t day);

#endif
