/*
 * Pattern reader: the small parts of a PCRE2 pattern, read one by one.
 *
 * What those who read the source of patterns have in common.  Whatever they do
 * not understand makes a reader fail, and a reader that failed stays so.
 */
#ifndef CLASSIFY_PATTERN_READER_H
#define CLASSIFY_PATTERN_READER_H

#include "base/text.h"

/* A number of repetitions that is as good as any. */
#define PATTERN_ANY SIZE_MAX

struct pattern_reader {
	struct text source;
	size_t at;
	bool failed; /* something that is not understood */
};

/* How often something comes. */
struct pattern_count {
	size_t least;
	size_t most; /* PATTERN_ANY: any number of times */
	bool is_possessive;
};

bool pattern_at_byte(const struct pattern_reader *reader, char byte);

/* At the end, or at what ends a branch. */
bool pattern_at_branch_end(const struct pattern_reader *reader);

/* The next byte; fails at the end. */
char pattern_next(struct pattern_reader *reader);

/* True when `string` comes next, which is skipped. */
bool pattern_skip(struct pattern_reader *reader, const char *string);

/* Behind \x: two hexadecimal digits. */
char pattern_read_hexadecimal(struct pattern_reader *reader);

/*
 * The bytes of a class escape (\d, \S, ...) are marked; false when `letter` is
 * none.
 */
bool pattern_add_class(bool bytes[256], char letter);

/* Behind "[": marks the bytes that the class takes. */
void pattern_read_class(
    struct pattern_reader *reader, bool caseless, bool bytes[256]);

/* Once, and false, when no quantifier comes next. */
bool
pattern_read_count(struct pattern_reader *reader, struct pattern_count *count);

/* Ordinary bytes that come next, each of them once. */
struct text pattern_read_plain(struct pattern_reader *reader, size_t most);

#endif
