#include "scan/clock.h"

#include <stdlib.h>

#define HALF_YEAR ((int64_t)180 * SECONDS_PER_DAY)

/* Lines may be out of order by seconds; this is a step of the clock. */
#define PASS_STEP 600

/* A line of the first pass that comes late, at the end of that pass. */
#define PASS_LATE  60
#define PASS_AHEAD 3000

void
clock_init(struct line_clock *clock, const struct clock_settings *settings)
{
	*clock = (struct line_clock){
		.settings = *settings,
		.year = settings->year,
		.newest_local = INSTANT_NONE,
	};
}

void
clock_remember(const struct line_clock *clock, struct clock_memory *memory)
{
	*memory = (struct clock_memory){
		.year = clock->year,
		.is_hinted = clock->is_hinted,
		.is_beyond = clock->is_beyond,
		.in_second_pass = clock->in_second_pass,
		.in_doubled_hour = clock->in_doubled_hour,
		.hint = clock->is_hinted ? clock->settings.neighbour_first
					 : INSTANT_NONE,
		.newest_local = clock->newest_local,
		.first_pass_end = clock->first_pass_end,
		.second_pass_end = clock->second_pass_end,
	};
}

void
clock_resume(struct line_clock *clock, const struct clock_memory *memory)
{
	if (memory->is_hinted)
		clock_hint(clock, memory->hint);
	/* A year that is given is that of the first line of the file. */
	clock->year = memory->year;
	clock->is_beyond = memory->is_beyond;
	clock->in_second_pass = memory->in_second_pass;
	clock->in_doubled_hour = memory->in_doubled_hour;
	clock->newest_local = memory->newest_local;
	clock->first_pass_end = memory->first_pass_end;
	clock->second_pass_end = memory->second_pass_end;
}

bool
clock_has_year(const struct line_clock *clock)
{
	return clock->year != 0;
}

void
clock_hint(struct line_clock *clock, int64_t instant)
{
	if (clock->year == 0) {
		clock->is_hinted = true;
		clock->settings.neighbour_first = instant;
		clock->settings.neighbour_last = instant;
	}
}

/* UTC second of a wall clock with year, by the first reading. */
static int64_t
to_utc(const struct line_clock *clock, int64_t local)
{
	if (clock->settings.zone == NULL)
		return local;
	return zone_to_utc(clock->settings.zone, local, false, NULL);
}

/* A wall clock of STAMP_NO_YEAR moved to a year; 29 February becomes 1 March
 * where there is none. */
static int64_t
in_year(int64_t local, int year)
{
	int64_t base = calendar_days(STAMP_NO_YEAR, 1, 1) * SECONDS_PER_DAY;
	int64_t march = calendar_days(STAMP_NO_YEAR, 3, 1) * SECONDS_PER_DAY;

	if (local >= march)
		return local - march +
		    calendar_days(year, 3, 1) * SECONDS_PER_DAY;
	return local - base + calendar_days(year, 1, 1) * SECONDS_PER_DAY;
}

static int
year_of(int64_t instant)
{
	return calendar_from_seconds(floor_divide(instant, 1000)).year;
}

/* Does the day of this wall clock exist in that year? */
static bool
exists_in(int64_t local, int year)
{
	struct calendar_time time = calendar_from_seconds(local);

	return time.day <= calendar_days_in_month(year, time.month);
}

/* The year that brings the wall clock closest to the neighbour's range. */
static int
closest_year(const struct line_clock *clock, int64_t local)
{
	int64_t first = floor_divide(clock->settings.neighbour_first, 1000);
	int64_t last = floor_divide(clock->settings.neighbour_last, 1000);
	int year = year_of(clock->settings.neighbour_first) - 1;
	int end = year_of(clock->settings.neighbour_last) + 1;
	int64_t best_distance = INT64_MAX;
	int best = year;

	for (; year <= end; year++) {
		int64_t at = to_utc(clock, in_year(local, year));
		int64_t distance = at < first ? first - at
		    : at > last               ? at - last
					      : 0;

		if (distance < best_distance && exists_in(local, year)) {
			best_distance = distance;
			best = year;
		}
	}
	return best;
}

static bool
is_past_reference(const struct line_clock *clock, int64_t local)
{
	return clock->settings.reference != INSTANT_NONE && !clock->is_beyond &&
	    to_utc(clock, local) - SECONDS_PER_DAY >
	    floor_divide(clock->settings.reference, 1000);
}

static int
choose_year(const struct line_clock *clock, int64_t local)
{
	int year;

	if (clock->settings.neighbour_first != INSTANT_NONE)
		return closest_year(clock, local);
	/* Nothing at all is known: any year is as good; one that shows. */
	if (clock->settings.reference == INSTANT_NONE)
		return 1970;
	year = year_of(clock->settings.reference) + 1;
	while (is_past_reference(clock, in_year(local, year)) ||
	    !exists_in(local, year))
		year--;
	return year;
}

/* Nobody said what year it is. */
static bool
is_guessed(const struct line_clock *clock)
{
	return clock->settings.year == 0 &&
	    clock->settings.neighbour_first == INSTANT_NONE;
}

/* Is this later than any line of the file can be? */
static bool
is_past_latest(const struct line_clock *clock, int64_t local)
{
	return clock->settings.latest != INSTANT_NONE && is_guessed(clock) &&
	    to_utc(clock, local) - SECONDS_PER_DAY >
	    floor_divide(clock->settings.latest, 1000);
}

static int64_t
add_year(struct line_clock *clock, int64_t local)
{
	int64_t dated;
	int64_t next;

	if (clock->year == 0)
		clock->year = choose_year(clock, local) - clock->years_back;
	dated = in_year(local, clock->year);
	if (clock->newest_local == INSTANT_NONE) {
		clock->is_beyond = is_past_reference(clock, dated);
	} else if (dated < clock->newest_local - HALF_YEAR) {
		next = in_year(local, clock->year + 1);
		/* An old log behind a new one, or a clock that was not set. */
		if (is_past_reference(clock, next))
			return dated;
		clock->year++;
		dated = next;
	} else if (dated > clock->newest_local + HALF_YEAR ||
	    (dated > clock->newest_local + SECONDS_PER_DAY &&
		is_past_latest(clock, dated))) {
		/* A log that goes on and on past that is of a wrong time. */
		return in_year(local, clock->year - 1);
	}
	clock->newest_local = dated;
	return dated;
}

bool
clock_will_guess(const struct line_clock *clock)
{
	return clock->year == 0 && is_guessed(clock);
}

void
clock_trial_init(
    struct clock_trial *trial, const struct line_clock *clock, int years_back)
{
	*trial = (struct clock_trial){ .clock = *clock, .ahead = INSTANT_NONE };
	trial->clock.years_back = years_back;
}

void
clock_trial_take(struct clock_trial *trial, const struct stamp *stamp)
{
	struct line_clock *clock = &trial->clock;
	int64_t ahead = trial->ahead;
	int64_t dated;

	if (stamp->has_year)
		return;
	trial->ahead = INSTANT_NONE;
	if (clock->newest_local != INSTANT_NONE) {
		dated = in_year(stamp->local, clock->year);
		if (ahead != INSTANT_NONE && dated < ahead - HALF_YEAR)
			trial->is_refuted = true;
		if (dated <= clock->newest_local + HALF_YEAR &&
		    is_past_latest(clock, dated))
			trial->ahead = dated;
	}
	clock_resolve(clock, stamp);
	if (!exists_in(stamp->local, clock->year))
		trial->is_refuted = true;
}

bool
clock_trial_holds(const struct clock_trial *trial)
{
	return !trial->is_refuted && trial->ahead == INSTANT_NONE;
}

/* Is a wall clock of the doubled hour that of the second time round? */
static bool
is_second_pass(struct line_clock *clock, int64_t local)
{
	if (!clock->in_doubled_hour ||
	    llabs(local - clock->first_pass_end) > SECONDS_PER_DAY) {
		clock->in_doubled_hour = true;
		clock->in_second_pass = false;
		clock->first_pass_end = local;
		return false;
	}
	if (!clock->in_second_pass) {
		if (local >= clock->first_pass_end - PASS_STEP) {
			if (local > clock->first_pass_end)
				clock->first_pass_end = local;
			return false;
		}
		clock->in_second_pass = true;
		clock->second_pass_end = local;
		return true;
	}
	if (local > clock->second_pass_end + PASS_AHEAD &&
	    llabs(local - clock->first_pass_end) <= PASS_LATE)
		return false;
	if (local > clock->second_pass_end)
		clock->second_pass_end = local;
	return true;
}

/* 0 is no time for a tally, and what is less not one that it can count. */
static int64_t
instant_at(int64_t utc, const struct stamp *stamp)
{
	int64_t instant = utc * 1000 + stamp->millisecond;

	return instant > 0 ? instant : 1;
}

int64_t
clock_resolve(struct line_clock *clock, const struct stamp *stamp)
{
	int64_t local = stamp->local;
	int64_t utc;
	bool doubled = false;

	if (stamp->has_offset)
		return instant_at(local - stamp->offset, stamp);
	if (clock->memo_is_set && local >= clock->memo_start &&
	    local < clock->memo_start + 60 &&
	    stamp->has_year == clock->memo_has_year)
		return instant_at(local + clock->memo_shift, stamp);
	if (!stamp->has_year)
		local = add_year(clock, local);
	utc = local;
	if (clock->settings.zone != NULL) {
		utc = zone_to_utc(clock->settings.zone, local, false, &doubled);
		if (doubled && is_second_pass(clock, local))
			utc = zone_to_utc(
			    clock->settings.zone, local, true, NULL);
	}
	clock->memo_is_set = !doubled;
	/* Offsets change at full minutes. */
	clock->memo_start = floor_divide(stamp->local, 60) * 60;
	clock->memo_has_year = stamp->has_year;
	clock->memo_shift = utc - stamp->local;
	return instant_at(utc, stamp);
}
