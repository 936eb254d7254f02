/*
 * Line clock: from the stamps of a file, in the order of its lines, to
 * instants.
 *
 * Stamps without a year or without an offset only make sense in their order:
 * the year turns silently, and one hour of the year comes twice.  A clock
 * belongs to one file and to one thread at a time.
 */
#ifndef SCAN_CLOCK_H
#define SCAN_CLOCK_H

#include "base/calendar.h"
#include "base/zone.h"
#include "scan/timestamp.h"

struct clock_settings {
	const struct zone *zone; /* of stamps without offset; NULL = UTC */
	int year; /* of the first line of the file; 0 = unknown */
	int64_t reference; /* ms; no line is (a day) later; INSTANT_NONE */
	int64_t neighbour_first; /* ms; range of a file that knows its year, */
	int64_t neighbour_last; /* or both INSTANT_NONE */
};

struct line_clock {
	struct clock_settings settings;
	int year; /* of the last line without a year; 0 = not yet known */
	bool is_hinted;
	int64_t newest_local; /* last line that was not a late one */
	bool is_beyond; /* the file is later than the reference: no limit */
	bool in_second_pass; /* of the doubled hour */
	bool in_doubled_hour;
	int64_t first_pass_end; /* latest local second of the first pass */
	int64_t second_pass_end;
	int64_t memo_start; /* stamps of this minute are memo_shift off */
	bool memo_has_year;
	bool memo_is_set;
	int64_t memo_shift;
};

/* What the next line of the same file needs to know; to be kept in files. */
struct clock_memory {
	int year; /* 0 = not yet known */
	bool is_hinted;
	bool is_beyond;
	bool in_second_pass;
	bool in_doubled_hour;
	int64_t hint; /* ms; INSTANT_NONE = none */
	int64_t newest_local; /* seconds; these three may be INSTANT_NONE */
	int64_t first_pass_end;
	int64_t second_pass_end;
};

void
clock_init(struct line_clock *clock, const struct clock_settings *settings);

/* What a clock knows, and a new clock that goes on with it. */
void
clock_remember(const struct line_clock *clock, struct clock_memory *memory);
void clock_resume(struct line_clock *clock, const struct clock_memory *memory);

/* The year is known: given, or a line without a year was resolved before. */
bool clock_has_year(const struct line_clock *clock);

/*
 * Before the first stamp without a year: a line close by says it is `instant`
 * (ms).  Goes before the neighbour file and the reference, not before a year
 * that was given.
 */
void clock_hint(struct line_clock *clock, int64_t instant);

/*
 * The instant of the next line's stamp, in ms.  A step back of more than 180
 * days is a new year, unless that would lie past the reference; a step forward
 * of more than 180 days is a late line of the year before.  In the doubled
 * hour the first pass lasts until the wall clock steps back by more than ten
 * minutes.
 */
int64_t clock_resolve(struct line_clock *clock, const struct stamp *stamp);

#endif
