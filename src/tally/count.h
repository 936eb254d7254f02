/*
 * Count: what a record and the end of a delivery add to the rows of a tally.
 */
#ifndef TALLY_COUNT_H
#define TALLY_COUNT_H

#include "tally/batch.h"

/* Where the rows are, as they were guessed when they were fetched. */
struct tally_guess {
	struct tally_domain *domain;
	struct tally_relay *relay;
	struct tally_cause *causes[4]; /* in the order of their keys */
};

void tally_count_record(
    const struct tally_input *input, const struct tally_guess *guess);
void tally_count_end(const struct tally_end *end, struct tally_domain *guess);

/* The keys of the rows of `causes` that a record counts in; how many. */
unsigned tally_cause_keys(const struct tally_input *input, struct key keys[4]);

#endif
