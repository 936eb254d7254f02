/*
 * Regex reader: the small parts of a PCRE2 pattern, read one by one.
 *
 * For those who ask what a pattern says, instead of running it.  Whatever is
 * not understood makes a reader fail, and a reader that failed stays so.
 */
#ifndef BASE_REGEX_READER_H
#define BASE_REGEX_READER_H

#include "base/text.h"

/* A number of repetitions that is as good as any. */
#define REGEX_ANY SIZE_MAX

struct regex_reader {
	struct text source;
	size_t at;
	bool failed; /* something that is not understood */
};

/* How often something comes. */
struct regex_count {
	size_t least;
	size_t most; /* REGEX_ANY: any number of times */
	bool is_possessive;
};

bool regex_at_byte(const struct regex_reader *reader, char byte);

/* At the end, or at what ends a branch. */
bool regex_at_branch_end(const struct regex_reader *reader);

/* The next byte; fails at the end. */
char regex_next(struct regex_reader *reader);

/* True when `string` comes next, which is skipped. */
bool regex_skip(struct regex_reader *reader, const char *string);

/* Behind \x: two hexadecimal digits. */
char regex_read_hexadecimal(struct regex_reader *reader);

/* Behind "[": marks the bytes that the class takes. */
void
regex_read_class(struct regex_reader *reader, bool caseless, bool bytes[256]);

/* Once, and false, when no quantifier comes next. */
bool regex_read_count(struct regex_reader *reader, struct regex_count *count);

/* Ordinary bytes that come next, each of them once. */
struct text regex_read_plain(struct regex_reader *reader, size_t most);

#endif
