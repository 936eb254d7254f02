/*
 * Record reader: lines of record-oriented formats to records.  Private to the
 * scan stage; one for each scanner, since the header line of a CSV file holds
 * for the lines below it.
 */
#ifndef SCAN_RECORD_READER_H
#define SCAN_RECORD_READER_H

#include "scan/batch.h"
#include "scan/clock.h"
#include "scan/record_format.h"

struct record_reader;

enum record_line {
	RECORD_LINE_NONE, /* not a line of such a format */
	RECORD_LINE_RECOGNISED,
	RECORD_LINE_IGNORED, /* a header line, or a type of no interest */
	RECORD_LINE_OPEN, /* of a row of CSV that goes on in the next line */
	RECORD_LINE_UNMATCHED, /* a delivery, but a needed field is missing */
	RECORD_LINE_UNREAD, /* a delivery, but its decoder was not built in */
	RECORD_LINE_MALFORMED
};

/*
 * Reads lines of one MTA only, or of all (MTA_NONE).  `formats` and `path` (for
 * diagnostics, or NULL) must outlive the reader.
 */
struct record_reader *record_reader_new(const struct record_formats *formats,
    enum record_mta mta, uint32_t file, const char *path);
void record_reader_free(struct record_reader *reader);

/*
 * Adds the records of a line to `batch`; texts borrow from the line or from
 * the batch's arena.  *time gets the stamp of a recognised line, INSTANT_NONE
 * otherwise.  The first line whose decoder is missing is in the batch's
 * diagnostics.
 */
enum record_line record_reader_read(struct record_reader *reader,
    struct text line, uint64_t number, struct line_clock *clock,
    struct scan_batch *batch, int64_t *time);

/*
 * The lines before were the beginning of a row whose quoted field has a newline
 * in it: the next line, whatever it begins with, is for record_reader_read.
 */
bool record_reader_is_open(const struct record_reader *reader);

/* How many such lines were of no row after all, since this was asked last. */
unsigned record_reader_lost(struct record_reader *reader);

/* How many have no end yet. */
unsigned record_reader_unfinished(const struct record_reader *reader);

/* A header line holds for the lines to come. */
bool record_reader_depends(const struct record_reader *reader);

/* A stanza's own view of its sample: the format that took the line, or NULL. */
const struct record_format *
record_reader_taker(const struct record_reader *reader);

/* Can a line that begins so be one of such a format at all? */
static inline bool
record_line_may_be(struct text line)
{
	unsigned char first = (unsigned char)line.data[0];

	return first == '{' || first == '"' || first == 0xEF ||
	    (first >= 'a' && first <= 'z');
}

#endif
