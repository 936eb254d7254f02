/*
 * Row writer: rows of cells as CSV, TSV or newline-delimited JSON.
 *
 * The columns are described once; a row is one call for each cell, in their
 * order, and row_end.  What a cell is, is the column's business (its type is
 * asserted); how it is quoted, the format's:
 *
 *   CSV     UTF-8, LF, comma, RFC 4180 quotes, one header line.  A text that
 *           starts with = + - @ TAB or CR gets a leading ' unless `raw`.
 *           Control bytes but TAB are written as \xNN, so that a row is one
 *           line and no terminal is commanded.
 *   TSV     no header; \t, \n, \r, \\ and \xNN; instants as
 *           `2026-11-22 01:00:00`.
 *   NDJSON  one object a line; numbers as numbers, empty cells as null.
 *
 * Bytes that are not UTF-8 become U+FFFD in all of them.  Instants are ms
 * since 1970 UTC and are printed in whole seconds of UTC.
 *
 * For millions of rows: cells are appended to a buffer without formatting
 * functions, and it is written to the stream in large pieces.
 */
#ifndef REPORT_ROW_WRITER_H
#define REPORT_ROW_WRITER_H

#include <stdio.h>

#include "base/buffer.h"
#include "base/calendar.h"
#include "report/settings.h"

enum column_type {
	COLUMN_TEXT,
	COLUMN_INTEGER,
	COLUMN_DECIMAL, /* a number with a fraction */
	COLUMN_RATE, /* 0 to 1, six decimals */
	COLUMN_INSTANT,
	COLUMN_CODE /* enhanced code or reply code, as text */
};

struct column {
	const char *name;
	enum column_type type;
};

#define ROW_WRITER_DAYS 16

/* A day and its date. */
struct row_writer_day {
	int64_t day; /* days since 1970; INT64_MIN = none */
	char text[10];
};

struct row_writer {
	enum settings_format format;
	bool raw; /* CSV without the guard against formulas */
	bool failed; /* the stream took less than it was given */
	int error; /* errno of that */
	const struct column *columns;
	size_t column_count;
	size_t column; /* of the next cell */
	FILE *stream;
	struct buffer out;
	char spare[64]; /* for a cell that the buffer has no room for */
	struct row_writer_day days[ROW_WRITER_DAYS]; /* by day modulo that */
};

/*
 * `columns` must live as long as the writer.  With a NULL stream everything
 * stays in `out`.  The stream remains the caller's.
 */
void row_writer_init(struct row_writer *writer, enum settings_format format,
    const struct column *columns, size_t column_count, FILE *stream, bool raw);
void row_writer_release(struct row_writer *writer);

/* The line with the column names, where the format has one. */
void row_writer_header(struct row_writer *writer);

/* Hands everything to the stream and flushes it; false after any failure. */
bool row_writer_flush(struct row_writer *writer);

void row_empty(struct row_writer *writer);
void row_text(struct row_writer *writer, struct text text);
void row_string(struct row_writer *writer, const char *string);
void row_integer(struct row_writer *writer, uint64_t number);

/* Thousandths as a number with three decimals: 1600 is 1.600. */
void row_thousandths(struct row_writer *writer, uint64_t number);

/* Numerator / denominator with two decimals; empty when that is 0. */
void
row_mean(struct row_writer *writer, uint64_t numerator, uint64_t denominator);

/* Numerator / denominator with six decimals; empty when that is 0. */
void
row_rate(struct row_writer *writer, uint64_t numerator, uint64_t denominator);

/* Empty for INSTANT_NONE. */
void row_instant(struct row_writer *writer, int64_t instant);

/* Empty for 0. */
void row_enhanced_code(struct row_writer *writer, uint32_t code);
void row_reply_code(struct row_writer *writer, unsigned code);

/* All cells must be there. */
void row_end(struct row_writer *writer);

#endif
