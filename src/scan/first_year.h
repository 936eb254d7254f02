/*
 * First year: what the lines behind the first ones, which have stamps without
 * a year, say of it.
 */
#ifndef SCAN_FIRST_YEAR_H
#define SCAN_FIRST_YEAR_H

#include "scan/clock.h"
#include "scan/header.h"

/*
 * Of a clock that has seen no line yet: takes the year of a later line that has
 * one as a hint, or else sets how many years back the guess has to go for all
 * lines to bear it.
 */
void first_year_look(struct line_clock *clock,
    const struct header_formats *formats, struct text lines);

#endif
