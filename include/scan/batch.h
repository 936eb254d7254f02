/*
 * Scan batch: what a block of log lines holds.
 *
 * Filled by scanner_scan, then owned by whoever holds the pointer.  Texts of
 * its records borrow from the block that was scanned or from the arena.
 */
#ifndef SCAN_BATCH_H
#define SCAN_BATCH_H

#include "base/arena.h"
#include "base/diagnostic.h"
#include "scan/record.h"

/* recognised + ignored + unmatched + malformed = lines. */
struct scan_counts {
	uint64_t lines;
	uint64_t recognised; /* of a kind that a pattern takes */
	uint64_t ignored; /* of no interest; also empty lines */
	uint64_t unmatched; /* looks like a delivery, no pattern took it */
	uint64_t malformed; /* no header that can be read */
};

struct scan_batch {
	struct record *records; /* in the order of the lines */
	size_t count;
	size_t capacity;
	struct arena arena;
	struct scan_counts counts;
	int64_t first_time; /* ms; earliest and latest line with a stamp, */
	int64_t last_time; /* or both INSTANT_NONE */
	struct diagnostics diagnostics; /* the first few unmatched lines */
};

/* Embedded in its owner: scan_batch_init ... scan_batch_release. */
void scan_batch_init(struct scan_batch *batch);
void scan_batch_release(struct scan_batch *batch);

/* Empty, its memory kept. */
void scan_batch_clear(struct scan_batch *batch);

/* A further record with everything zero but delay (-1) and repeat (1); valid
 * until the next one is added. */
struct record *scan_batch_add(struct scan_batch *batch);

void scan_counts_merge(struct scan_counts *to, const struct scan_counts *from);

#endif
