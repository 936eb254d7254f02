/*
 * Near names: known domains that are written much like a given one.
 */
#ifndef REPORT_NEAR_NAMES_H
#define REPORT_NEAR_NAMES_H

#include "report/view.h"

#define NEAR_NAMES 5

/* Names longer than this are not compared. */
#define NEAR_NAME_LONGEST 255

/*
 * Fills `names` with at most NEAR_NAMES names of domains, the nearest first
 * (of equally near ones in the order of view->domains), and returns how many.
 * Near are names within a few edits (insertions, deletions, substitutions,
 * swaps of neighbours: one for every three characters, at most four), the
 * domains below it and the one above it.
 */
size_t near_names_find(const struct report_view *view, struct text name,
    struct text names[NEAR_NAMES]);

/* Edits between two names of at most NEAR_NAME_LONGEST bytes. */
unsigned near_names_distance(struct text a, struct text b);

#endif
