/*
 * Calendar: proleptic Gregorian dates and instants.
 *
 * An instant is milliseconds since 1970-01-01T00:00:00Z, without leap
 * seconds.  No libc time function is called, so all of it is pure.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "base/buffer.h"

/* No instant: absent. */
#define INSTANT_NONE INT64_MIN

#define SECONDS_PER_DAY 86400

/* A wall-clock time; fields in the usual human ranges (month 1 to 12). */
struct calendar_time {
	int year;
	int month;
	int day;
	int hour;
	int minute;
	int second;
	int millisecond;
};

/* Days since 1970-01-01 of a date, and back. */
int64_t calendar_days(int year, int month, int day);
void calendar_date(int64_t days, int *year, int *month, int *day);

/* 1 = Monday ... 7 = Sunday. */
int calendar_weekday(int64_t days);

int calendar_days_in_month(int year, int month);

/* True for a date and time that exist (second 60 is taken too). */
bool calendar_is_valid(const struct calendar_time *time);

/* Seconds since 1970 if the wall clock shows UTC; and back. */
int64_t calendar_seconds(const struct calendar_time *time);
struct calendar_time calendar_from_seconds(int64_t seconds);

/* Division that rounds towards minus infinity. */
int64_t floor_divide(int64_t number, int64_t divisor);

/* Makes the range from *first to *last hold another one; any may be none. */
static inline void
instants_widen(
    int64_t *first, int64_t *last, int64_t other_first, int64_t other_last)
{
	if (other_first != INSTANT_NONE &&
	    (*first == INSTANT_NONE || other_first < *first))
		*first = other_first;
	/* None is the least. */
	if (other_last > *last)
		*last = other_last;
}

/* Appends `2026-11-22T01:00:00Z`; nothing for INSTANT_NONE. */
void buffer_append_instant(struct buffer *out, int64_t instant);

#endif
