/*
 * CSV line: the fields of one line (RFC 4180).  Private to the scan stage.
 */
#ifndef SCAN_CSV_LINE_H
#define SCAN_CSV_LINE_H

#include "base/arena.h"

#define CSV_LINE_FIELDS 256

/*
 * Splits a line into fields[CSV_LINE_FIELDS].  They borrow from the line, or
 * lie in the arena where a quoted one holds a quote; an empty one has data.
 * False for a line that no writer of CSV makes: a quote that is not closed,
 * or something behind the closing one, a NUL, too many fields.
 */
bool csv_line_split(
    struct text line, struct text *fields, size_t *count, struct arena *arena);

enum csv_line_end {
	CSV_LINE_CLOSED,
	CSV_LINE_OPEN, /* within a quoted field, which may go on */
	CSV_LINE_BROKEN /* something behind a closing quote */
};

/* How a line ends that begins a row, or (`in_quotes`) goes on with a field. */
enum csv_line_end csv_line_end(struct text line, bool in_quotes);

/* The first field, when it is short and needs no decoding; else empty. */
struct text csv_line_first(struct text line);

#endif
