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
	int64_t reference; /* ms; what the year is guessed by; INSTANT_NONE */
	int64_t latest; /* ms; no line is (a day) later; INSTANT_NONE */
	int64_t neighbour_first; /* ms; range of a file that knows its year, */
	int64_t neighbour_last; /* or both INSTANT_NONE */
};

struct line_clock {
	struct clock_settings settings;
	int year; /* of the last line without a year; 0 = not yet known */
	int years_back; /* how much too late the guess at it is */
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
 * Whether a guess at the year of the first line bears the stamps behind it.  It
 * does not when they go on past the latest time of a line, or to a 29 February
 * that the year lacks: a log of more than a year, or an old one.  A clock that
 * ran ahead for a while and was put back says nothing.
 */
struct clock_trial {
	struct line_clock clock;
	int64_t ahead; /* local second of a line past the latest time, or
			* INSTANT_NONE */
	bool is_refuted;
};

/* The year will be guessed, with nothing but the reference to go by. */
bool clock_will_guess(const struct line_clock *clock);

/* The guess is made by a clock that has seen no line, and `years_back`. */
void clock_trial_init(
    struct clock_trial *trial, const struct line_clock *clock, int years_back);
/* The next stamp; those with a year are passed over. */
void clock_trial_take(struct clock_trial *trial, const struct stamp *stamp);
bool clock_trial_holds(const struct clock_trial *trial);

/*
 * The instant of the next line's stamp, in ms since 1970; at least 1, whatever
 * a clock that was never set shows east of Greenwich.  A step back of more than
 * 180 days is a new year, unless that would lie past the reference; a step
 * forward of more than 180 days is a late line of the year before, and so is
 * one of more than a day past the latest time where the year was guessed.  In
 * the doubled hour the first pass lasts until the wall clock steps back by more
 * than ten minutes.
 */
int64_t clock_resolve(struct line_clock *clock, const struct stamp *stamp);

#endif
