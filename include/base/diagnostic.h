/*
 * Diagnostics: what is wrong, and where.
 *
 * Modules add; only the command-line layer prints.  A place is a path with
 * an optional line and column (1-based) or byte offset.  Not shared between
 * threads: each worker has its own list, and lists are moved together.
 */
#ifndef BASE_DIAGNOSTIC_H
#define BASE_DIAGNOSTIC_H

#include "base/text.h"

enum diagnostic_level { DIAGNOSTIC_NOTE, DIAGNOSTIC_WARNING, DIAGNOSTIC_ERROR };

struct diagnostic {
	enum diagnostic_level level;
	char *path; /* NULL when it is about no file */
	uint64_t line; /* 1-based, 0 = none */
	uint64_t column; /* 1-based, 0 = none */
	int64_t byte; /* 0-based offset in the file as stored, -1 = none */
	char *message;
	char *source; /* the line itself, for a caret under it; or NULL */
};

struct diagnostics {
	struct diagnostic *items;
	size_t count;
	size_t capacity;
	size_t errors;
	size_t warnings;
};

void diagnostics_init(struct diagnostics *list);
void diagnostics_release(struct diagnostics *list);

/* Adds one; the message is formatted and everything is copied. */
struct diagnostic *diagnostics_add(struct diagnostics *list,
    enum diagnostic_level level, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Gives the one just added a line and column, and the line's text. */
void diagnostic_set_place(struct diagnostic *item, uint64_t line,
    uint64_t column, struct text source);

/* Moves all of `from` to the end of `to`. */
void diagnostics_move(struct diagnostics *to, struct diagnostics *from);

struct buffer;

/*
 * Appends `path:line:column: error: message`, and the line and a caret where
 * they are known.  Control bytes and bytes past ASCII of paths, messages and
 * lines are escaped as \xNN.
 */
void diagnostic_format(struct buffer *out, const struct diagnostic *item);

/* Appends `text` with bytes below 32, 127 and past ASCII as \xNN. */
void buffer_append_escaped(struct buffer *out, struct text text);

#endif
