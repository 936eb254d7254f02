#include "tally/days.h"

#include <stdlib.h>

#include "base/calendar.h"
#include "base/memory.h"

void
tally_days_init(struct tally_days *days, const struct zone *zone)
{
	*days = (struct tally_days){ .zone = zone };
}

void
tally_days_release(struct tally_days *days)
{
	for (size_t i = 0; i < days->count; i++) {
		tally_release(days->items[i].tally);
		free(days->items[i].tally);
	}
	free(days->items);
	tally_days_init(days, days->zone);
}

int64_t
tally_day_of(const struct zone *zone, int64_t time)
{
	int64_t seconds = floor_divide(time, 1000);

	return floor_divide(
	    seconds + zone_offset(zone, seconds), SECONDS_PER_DAY);
}

int64_t
tally_day_start(const struct zone *zone, int64_t day)
{
	return zone_to_utc(zone, day * SECONDS_PER_DAY, false, NULL) * 1000;
}

static size_t
find_day(struct tally_days *days, int64_t day)
{
	for (size_t i = days->count; i > 0; i--)
		if (days->items[i - 1].day == day)
			return i - 1;
	days->items = memory_grow(days->items, &days->capacity, days->count + 1,
	    sizeof(*days->items));
	days->items[days->count].day = day;
	days->items[days->count].tally = memory_allocate(sizeof(struct tally));
	tally_init(days->items[days->count].tally);
	return days->count++;
}

struct tally *
tally_days_at(struct tally_days *days, int64_t time)
{
	if (days->count == 0 || time < days->start || time >= days->end) {
		int64_t day = tally_day_of(days->zone, time);

		days->last = find_day(days, day);
		days->start = tally_day_start(days->zone, day);
		days->end = tally_day_start(days->zone, day + 1);
	}
	return days->items[days->last].tally;
}
