/*
 * Lanes: the files of a run, as they stand to each other.
 *
 * All of this comes when every lane was opened, and before any is read on.
 */
#ifndef RUN_LANES_H
#define RUN_LANES_H

#include "run/lane.h"

/*
 * A log that is being compressed is there twice for a while, and a copy of one
 * may lie around: the smaller one is closed, with a warning.
 */
void lanes_leave_out_repeated(
    struct lane *lanes, size_t count, struct diagnostics *diagnostics);

/* Files whose stamps have no year learn it from files whose stamps do. */
void lanes_tell_year(
    struct lane *lanes, size_t count, struct classifier_worker *worker);

/* Sorts by time, then the older rotation (mail.log.2) first, then by name. */
void lanes_rank(struct lane **lanes, size_t count);

#endif
