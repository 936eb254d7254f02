/*
 * Record entry: one line of a record-oriented format, its values taken apart,
 * on its way to become records.  Private to the scan stage.
 */
#ifndef SCAN_RECORD_ENTRY_H
#define SCAN_RECORD_ENTRY_H

#include "scan/record_reader.h"

struct record_entry {
	struct text line;
	uint64_t number; /* 1-based line of the file */
	uint32_t file; /* index of the input file */
	const struct record_formats *formats;
	const struct record_syntax *syntax;
	struct line_clock *clock;
	struct stamp_memo *stamps;
	struct scan_batch *batch;
	struct text values[RECORD_PATHS]; /* data is NULL where absent */
	const struct record_format *format; /* the one that takes it, or NULL */
	int64_t time; /* ms; INSTANT_NONE until it is known */
};

/* Does any stanza of the entry's syntax take that type? */
bool record_entry_wants(const struct record_entry *entry, struct text type);

/* Finds the format that takes the values; NULL when none does. */
const struct record_format *
record_entry_find_format(const struct record_entry *entry);

/* Are time and arrival of the entry stamps, if its format takes it? */
bool record_entry_has_times(const struct record_entry *entry);

/* Finds format and time, and adds the records to the batch. */
enum record_line record_entry_finish(struct record_entry *entry);

/* Reads a stamp with a year and nothing behind it. */
bool record_stamp_read(
    struct stamp_memo *memo, struct text text, struct stamp *stamp);

#endif
