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
	uint64_t blank; /* of ignored: empty, or begins with a blank */
};

/* What a record with others makes; the words are those of scan/joins.h. */
enum join_kind {
	JOIN_NONE,
	JOIN_QMAIL_START,
	JOIN_QMAIL_END,
	JOIN_HARAKA_RECIPIENT,
	JOIN_HARAKA_REFUSED,
	JOIN_HARAKA_DELIVERED,
	JOIN_HARAKA_REST,
	JOIN_HARAKA_ROUND,
	JOIN_HARAKA_TROUBLE
};
#define JOIN_KINDS 9

/* The groups key, domain, part and count of the pattern, and the record's own
 * recipient and reply as logged. */
struct scan_join {
	enum join_kind kind;
	struct text key;
	struct text domain;
	struct text part;
	struct text count;
	struct text recipient;
	struct text reply;
};

struct scan_batch {
	struct record *records; /* in the order of the lines */
	size_t count;
	size_t capacity;
	struct scan_join *joins;
	size_t join_count;
	size_t join_capacity;
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

/* What the record that was added last is joined by; it is copied. */
void
scan_batch_add_join(struct scan_batch *batch, const struct scan_join *join);

/* Lines that were ignored, maybe in another batch, turned out malformed. */
void scan_counts_spoil(struct scan_counts *counts, unsigned lines);

void scan_counts_merge(struct scan_counts *to, const struct scan_counts *from);

#endif
