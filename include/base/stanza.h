/*
 * Stanza files: the form of everything under patterns/.
 *
 *     # a comment
 *     [name]
 *     key      value, verbatim to the end of the line
 *     key      a key may come more than once
 *
 * A line is blank, a comment (first byte '#'), a stanza's name in brackets, or
 * a key, blanks and its value.  Nothing is escaped: regular expressions and
 * sample lines stand as they are.  Blanks at the end of a value are cut off.
 * Files of a directory are read in the byte order of their names; hidden ones
 * and backups (*~) are passed over.
 */
#ifndef BASE_STANZA_H
#define BASE_STANZA_H

#include "base/arena.h"
#include "base/diagnostic.h"

struct stanza_line {
	struct text key;
	struct text value;
	uint32_t line; /* 1-based */
	uint32_t column; /* 1-based column where the value starts */
};

struct stanza {
	const char *path;
	struct text name;
	uint32_t line;
	struct stanza_line *lines;
	size_t count;
	size_t capacity;
};

/* Embedded in its owner: stanza_file_init ... stanza_file_release. */
struct stanza_file {
	struct arena arena; /* all texts; valid until release */
	struct stanza *stanzas;
	size_t count;
	size_t capacity;
};

void stanza_file_init(struct stanza_file *file);
void stanza_file_release(struct stanza_file *file);

/*
 * Adds what a file, or all files of a directory, hold.  False when it cannot
 * be read or a line has no form; every such line is in `diagnostics`.
 */
bool stanza_file_load(struct stanza_file *file, const char *path,
    struct diagnostics *diagnostics);

/* The same for text in memory; `path` names it in diagnostics. */
bool stanza_file_parse(struct stanza_file *file, const char *path,
    struct text content, struct diagnostics *diagnostics);

/* The first line with that key, or NULL. */
const struct stanza_line *
stanza_find(const struct stanza *stanza, const char *key);

/* The value of the first line with that key; empty when absent. */
struct text stanza_value(const struct stanza *stanza, const char *key);

/* Adds a diagnostic that points at a line (and, 0-based, into its value). */
void stanza_report(struct diagnostics *diagnostics, enum diagnostic_level level,
    const struct stanza *stanza, const struct stanza_line *line, size_t offset,
    const char *format, ...) __attribute__((format(printf, 6, 7)));

#endif
