/*
 * Scanner: lines of one log file to records.
 *
 * One scanner for each input file, used by one thread at a time, with the
 * blocks of the file in their order: it carries the year and the hour of the
 * clock change from line to line.  The pattern set may be shared.
 */
#ifndef SCAN_SCANNER_H
#define SCAN_SCANNER_H

#include "scan/batch.h"
#include "scan/clock.h"
#include "scan/pattern_set.h"

struct scanner;

struct scanner_settings {
	struct clock_settings clock; /* zone, --year, reference, neighbour */
	uint32_t file; /* index of the input file, for its records */
	const char *path; /* of the input file, for diagnostics; or NULL */
	enum record_mta mta; /* whose lines count; MTA_NONE = everyone's */
};

/* The set and what the settings point to must outlive the scanner. */
struct scanner *scanner_new(
    const struct pattern_set *set, const struct scanner_settings *settings);
void scanner_free(struct scanner *scanner);

/*
 * Adds what the lines of `block` hold to `batch`.  A block is whole lines,
 * each ended by a newline (the last one of a file may lack it; a CR before the
 * newline is no part of the line); `first_line` is the number of its first
 * line, from 1.  Records borrow from the block.
 *
 * Each line is counted once.  Empty lines and lines that continue the one
 * before (they start with a blank) are ignored; a line that ends in the middle
 * of its header is malformed.
 */
void scanner_scan(struct scanner *scanner, struct text block,
    uint64_t first_line, struct scan_batch *batch);

/*
 * The clock for the lines that follow, to be kept; and a scanner whose next
 * line is the one behind.
 */
void
scanner_remember(const struct scanner *scanner, struct clock_memory *memory);
void scanner_resume(struct scanner *scanner, const struct clock_memory *memory);

/*
 * How many of the last lines, which were ignored, are the beginning of a row
 * that has no end: malformed, if nothing is to follow.
 */
unsigned scanner_unfinished(const struct scanner *scanner);

/*
 * Lines so far bear on those that follow by more than the clock (a header
 * line, pieces of a record): who wants to go on later has to scan them again.
 */
bool scanner_depends(const struct scanner *scanner);

/* No line so far had to have its year guessed from the neighbour or reference.
 */
bool scanner_knows_year(const struct scanner *scanner);

#endif
