/*
 * Count: what a record and the end of a delivery add to the rows of a tally.
 */
#ifndef TALLY_COUNT_H
#define TALLY_COUNT_H

#include "tally/batch.h"

void tally_count_record(const struct tally_input *input);
void tally_count_end(const struct tally_end *end);

/* The keys of the rows of `causes` that a failure counts in; how many. */
unsigned tally_cause_keys(const struct tally_input *input, struct key keys[4]);

#endif
