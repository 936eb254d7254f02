/*
 * Near names: known domains that are written much like a given one.
 */
#ifndef REPORT_NEAR_NAMES_H
#define REPORT_NEAR_NAMES_H

#include "report/view.h"

#define NEAR_NAMES 5

/*
 * Fills `names` with at most NEAR_NAMES names of domains, the nearest first
 * (of equally near ones in the order of view->domains), and returns how many.
 * Near are names within a few edits (insertions, deletions, substitutions,
 * swaps of neighbours: one for every three characters, at most four), the
 * domains below it and the one above it.  Names of more than
 * EDIT_DISTANCE_LONGEST bytes are near to none.
 */
size_t near_names_find(const struct report_view *view, struct text name,
    struct text names[NEAR_NAMES]);

#endif
