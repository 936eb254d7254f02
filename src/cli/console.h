/*
 * Console: standard output and standard error of the commands.
 */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdarg.h>

#include "base/diagnostic.h"
#include "report/row_writer.h"
#include "report/settings.h"
#include "report/terminal.h"

/*
 * Prints errors, and unless `quiet` warnings and notes, to standard error,
 * and empties the list.  A progress line has to be cleared before.
 */
void console_print(struct diagnostics *diagnostics, bool quiet);

/*
 * A message of the program itself.  It may name what was typed, or what a
 * shell found in a directory: control bytes are escaped as in diagnostics.
 */
void
console_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void console_error_list(const char *format, va_list arguments);

/* To standard output; what goes wrong is for console_finish to tell. */
void console_put(struct text text);

/*
 * Flushes standard output, which `writer` (may be NULL) wrote to.  True when
 * everything was written, or when the reader has gone (a closed pipe is his
 * wish); otherwise says so.
 */
bool console_finish(const struct row_writer *writer);

/* Columns of the terminal on standard output; 80 when it is none. */
unsigned console_columns(void);

/* What standard output can show, for a report that is written to `out`. */
struct terminal
console_terminal(const struct settings *settings, struct buffer *out);

/* Progress of reading, on a terminal's standard error only. */
struct console_progress {
	bool shown; /* wanted, and standard error is a terminal */
	int64_t started; /* ms, monotonic */
	int64_t printed;
};

void console_progress_init(
    struct console_progress *progress, const struct settings *settings);
void console_progress_show(void *progress, uint64_t done, uint64_t total);
void console_progress_clear(struct console_progress *progress);

#endif
