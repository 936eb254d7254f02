/*
 * Hours: time of day in the report's zone.
 *
 * An hour of the week counts from 0 (Monday, 0:00) to 167 (Sunday, 23:00).
 */
#ifndef REPORT_HOURS_H
#define REPORT_HOURS_H

#include "report/view.h"

#define WEEK_HOURS 168

/* Longer than this (20 years, in hours) is no log but a wrong clock. */
#define HOURS_LONGEST_SPAN ((uint32_t)20 * 366 * 24)

/* What happened in each hour of the week, all weeks together. */
void hours_of_week(
    const struct report_view *view, struct tally_hour hours[WEEK_HOURS]);

/*
 * On how many dates each hour of the week is touched by the time that the
 * logs cover.  Silence between two files is covered as silence within a file
 * is, unless the first is damaged, or a file of a day may be missing: 23 hours.
 * An hour that the clocks skip is not counted, one that they repeat once.
 */
void hours_covered(const struct report_view *view, uint64_t days[WEEK_HOURS]);

/* Where the next hour of the zone starts, in minutes since 1970. */
uint32_t hours_next(const struct report_view *view, uint32_t minute);

/* The minutes that are keys of tally->hours, sorted; free() them. */
uint32_t *hours_sorted(const struct keymap *map);

#endif
