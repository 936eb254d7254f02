/*
 * Edit distance: how much two words are written alike.
 */
#ifndef BASE_EDIT_DISTANCE_H
#define BASE_EDIT_DISTANCE_H

#include "base/text.h"

/* Bytes of a text that can be compared. */
#define EDIT_DISTANCE_LONGEST 255

/*
 * Insertions, deletions, substitutions of bytes and swaps of neighbours that
 * make one of the other; both have EDIT_DISTANCE_LONGEST bytes at most.
 */
unsigned edit_distance(struct text a, struct text b);

#endif
