/*
 * Text: a borrowed run of bytes.
 *
 * Bytes of a log, a pattern file or an option travel as `struct text`, by
 * value.  A text is not terminated, may hold any byte (NUL too) and is valid
 * as long as what it was taken from.  Absent means length 0; `data` may then
 * be NULL.  Case means ASCII case only, whatever the locale.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	const char *data;
	size_t length;
};

/* For printf("%.*s", TEXT_FORMAT(t)); texts of over INT_MAX are not printed. */
#define TEXT_FORMAT(t) (int)(t).length, (t).data != NULL ? (t).data : ""

#define TEXT_LITERAL(s) ((struct text){ (s), sizeof(s) - 1 })

/* No position: the answer of the search functions when nothing is found. */
#define TEXT_NONE ((size_t)-1)

struct text text_of(const char *string);
struct text text_slice(struct text text, size_t start, size_t end);
struct text text_trim(struct text text);

bool text_equal(struct text a, struct text b);
bool text_equal_nocase(struct text a, struct text b);
bool text_starts_with(struct text text, struct text prefix);
bool text_ends_with(struct text text, struct text suffix);

/* By bytes, shorter first when one begins the other: <0, 0, >0. */
int text_compare(struct text a, struct text b);

/* 0-based position of the first occurrence, or TEXT_NONE. */
size_t text_find_byte(struct text text, char byte);
size_t text_find_last_byte(struct text text, char byte);
size_t text_find(struct text text, struct text needle);
size_t text_find_nocase(struct text text, struct text needle);

/*
 * Cuts the next word (a run without blanks or tabs) off the front of `*rest`;
 * false, and an empty word, when none is left.
 */
bool text_next_word(struct text *rest, struct text *word);

/*
 * Whole text as a decimal number from 0 to `maximum`; false (and *value
 * untouched) for anything else: empty, sign, blank, too large.
 */
bool text_parse_number(struct text text, uint64_t maximum, uint64_t *value);

/* 64-bit hash, seeded for each process, so that input cannot aim at it. */
uint64_t text_hash(struct text text);

/* Mixes a further number into a hash. */
uint64_t hash_mix(uint64_t hash, uint64_t value);

static inline char
byte_lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

static inline bool
byte_is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static inline bool
byte_is_alnum(char byte)
{
	char lower = byte_lower(byte);

	return byte_is_digit(byte) || (lower >= 'a' && lower <= 'z');
}

#endif
