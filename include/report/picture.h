/*
 * Picture: the share of tries that failed, hour by hour of the week.
 *
 * Seven lines (Monday to Sunday) of 24 characters, one for each hour of the
 * report's zone, in ASCII or in block elements.  The scale is fixed, so that
 * the pictures of two nights compare.  An hour with few tries weighs as much
 * as one with many: a picture shows where to look, not how much it matters.
 */
#ifndef REPORT_PICTURE_H
#define REPORT_PICTURE_H

#include "report/hours.h"
#include "report/terminal.h"

/* One picture: failures and tries of each hour of the week. */
struct picture {
	const char *title; /* at most 24 characters */
	uint64_t failures[WEEK_HOURS];
	uint64_t attempts[WEEK_HOURS];
};

/* All failures; failures with one code. */
void picture_of_all(const struct report_view *view, struct picture *picture);
void picture_of_code(const struct report_view *view, struct code_key code,
    struct picture *picture);

/* As many pictures side by side as the terminal has room for. */
void picture_print(
    struct terminal *terminal, const struct picture *pictures, size_t count);

/* What the characters mean. */
void picture_print_legend(struct terminal *terminal);

/*
 * The hour of the week with the largest share of failures among those with at
 * least `least` tries; false when none failed.
 */
bool picture_worst_hour(
    const struct picture *picture, uint64_t least, unsigned *hour);

/* The character for a share; a blank when there was no try. */
const char *picture_level(
    const struct terminal *terminal, uint64_t failures, uint64_t attempts);

/* "Monday" ... for 0 to 6. */
const char *weekday_name(unsigned day);

#endif
