/*
 * Terminal: text for people, in lines of a given width.
 *
 * Bytes from logs are made harmless before they are laid out: control
 * characters, bytes that are no UTF-8 and characters that change the
 * direction of writing become \xNN; without `utf8` all bytes past ASCII do.
 * A character is taken to be one column wide, one of East Asian writing or a
 * picture two.
 */
#ifndef REPORT_TERMINAL_H
#define REPORT_TERMINAL_H

#include "base/buffer.h"
#include "base/calendar.h"

/* A blank at which terminal_paragraph does not break the line. */
#define NO_BREAK '\037'

struct terminal {
	struct buffer *out;
	unsigned columns; /* at least 40 are used */
	bool utf8; /* may show more than ASCII */
	bool color;
};

/* Escaped text of at most `columns` columns, cut with "..."; 0: all of it. */
void buffer_append_printable(
    struct buffer *out, struct text text, size_t columns, bool utf8);

/* Columns of a text that is printable. */
size_t printable_columns(struct text text);

/* "45 s", "10 min", "2 h 10 min", "24 h", "3 d 4 h"; blanks are NO_BREAK. */
void buffer_append_duration(struct buffer *out, uint64_t seconds);

/* The same for tables: "45s", "10m", "2h10m", "3d4h". */
void buffer_append_short_duration(struct buffer *out, uint64_t seconds);

/* "7.22 %", its blank a NO_BREAK; "-" when the denominator is 0. */
void buffer_append_percent(
    struct buffer *out, uint64_t numerator, uint64_t denominator);

/* "2026-11-22 01:04Z" (UTC); "-" for INSTANT_NONE. */
void buffer_append_time(struct buffer *out, int64_t instant);

/* "1 file", "2 files". */
void buffer_append_count(struct buffer *out, uint64_t count,
    const char *singular, const char *plural);

/* An empty line, the title (bold where there is colour), an empty line. */
void terminal_heading(struct terminal *terminal, const char *title);

/*
 * Words of `text` in lines of the terminal's width: `first` stands before the
 * first line, and as many blanks as `indent` says before the others.
 */
void terminal_paragraph(struct terminal *terminal, const char *first,
    unsigned indent, struct text text);

/* The same, formatted; arguments must be printable. */
void
terminal_print(struct terminal *terminal, const char *first, unsigned indent,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
