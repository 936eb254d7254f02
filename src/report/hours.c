#include "report/hours.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Of one range; a wrong clock must not keep us busy. */
#define LONGEST_RANGE ((int64_t)100 * 366 * SECONDS_PER_DAY)

/*
 * A server may have nothing to say when its log is rotated.  From the length
 * of the shortest day on, it is a log that is missing.
 */
#define MISSING_DAY_MS ((int64_t)23 * 3600 * 1000)

void
hours_of_week(
    const struct report_view *view, struct tally_hour hours[WEEK_HOURS])
{
	const struct keymap *map = &view->tally->hours;

	memset(hours, 0, WEEK_HOURS * sizeof(*hours));
	for (uint32_t i = 0; i < map->count; i++) {
		const struct tally_hour *counts = keymap_value(map, i);
		struct tally_hour *sum =
		    &hours[view_week_hour(view, keymap_key(map, i).part[0])];

		sum->delivered += counts->delivered;
		sum->deferred += counts->deferred;
		sum->bounced += counts->bounced;
		sum->expired += counts->expired;
		for (unsigned class = 0; class < VERDICT_CLASSES; class ++)
			sum->failures[class] += counts->failures[class];
	}
}

/* Seconds from `seconds` UTC to the next full hour on the wall. */
static int64_t
until_next_hour(const struct report_view *view, int64_t seconds)
{
	int64_t local = view_local(view, seconds);

	return 3600 - (local - floor_divide(local, 3600) * 3600);
}

uint32_t
hours_next(const struct report_view *view, uint32_t minute)
{
	int64_t seconds = (int64_t)minute * 60;

	return (uint32_t)((seconds + until_next_hour(view, seconds)) / 60);
}

void
hours_covered(const struct report_view *view, uint64_t days[WEEK_HOURS])
{
	int64_t counted = INT64_MIN; /* local hour since 1970 */

	memset(days, 0, WEEK_HOURS * sizeof(*days));
	for (size_t i = 0; i < view->source->coverage_count; i++) {
		const struct report_range *range = &view->source->coverage[i];
		int64_t at = floor_divide(range->start, 1000);
		int64_t end = floor_divide(range->end, 1000);

		if (i > 0 && !range[-1].is_cut &&
		    range->start - range[-1].end < MISSING_DAY_MS)
			at = floor_divide(range[-1].end, 1000);
		if (end > at + LONGEST_RANGE)
			end = at + LONGEST_RANGE;
		for (; at <= end; at += until_next_hour(view, at)) {
			int64_t hour = floor_divide(view_local(view, at), 3600);
			int64_t day = floor_divide(hour, 24);

			/* Only forward: a repeated hour counts once. */
			if (hour <= counted)
				continue;
			counted = hour;
			days[(calendar_weekday(day) - 1) * 24 + hour -
			    day * 24]++;
		}
	}
}

static int
order_minutes(const void *a, const void *b)
{
	const uint32_t *x = a;
	const uint32_t *y = b;

	return (*x > *y) - (*x < *y);
}

uint32_t *
hours_sorted(const struct keymap *map)
{
	uint32_t *minutes =
	    memory_allocate_array(map->count + (size_t)1, sizeof(*minutes));

	for (uint32_t i = 0; i < map->count; i++)
		minutes[i] = keymap_key(map, i).part[0];
	qsort(minutes, map->count, sizeof(*minutes), order_minutes);
	return minutes;
}
