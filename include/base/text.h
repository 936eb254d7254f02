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
#include <string.h>

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
struct text text_trim(struct text text);

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

/* The bytes from start to end - 1, as far as there are such. */
static inline struct text
text_slice(struct text text, size_t start, size_t end)
{
	if (end > text.length)
		end = text.length;
	if (start >= end)
		return (struct text){ text.data, 0 };
	return (struct text){ text.data + start, end - start };
}

/*
 * Hashing and comparing stand here because they are on the path of every
 * record, on texts of 10 to 40 bytes, where a call costs more than the work.
 */
extern uint64_t text_hash_seed;

__extension__ typedef unsigned __int128 text_wide_product;

/*
 * Mixes a further number into a hash.  The seed is in both factors, so that
 * nobody can choose a value that makes the product zero.
 */
static inline uint64_t
hash_mix(uint64_t hash, uint64_t value)
{
	uint64_t turned = text_hash_seed << 32 | text_hash_seed >> 32;
	text_wide_product product =
	    (text_wide_product)(hash ^ 0xA0761D6478BD642FU ^ text_hash_seed) *
	    (value ^ 0xE7037ED1A0B428DBU ^ turned);

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* 64-bit hash, seeded for each process, so that input cannot aim at it. */
static inline uint64_t
text_hash(struct text text)
{
	uint64_t hash = text_hash_seed ^ text.length;
	const char *data = text.data;
	size_t left = text.length;
	uint64_t word = 0;

	for (; left >= 8; left -= 8, data += 8) {
		memcpy(&word, data, 8);
		hash = hash_mix(hash, word);
	}
	if (left > 0 && text.length >= 8) {
		/* The last eight bytes, of which some are hashed twice. */
		memcpy(&word, data + left - 8, 8);
		hash = hash_mix(hash, word);
	} else if (left > 0) {
		word = 0;
		memcpy(&word, data, left);
		hash = hash_mix(hash, word);
	}
	return hash_mix(hash, text.length);
}

static inline bool
text_equal(struct text a, struct text b)
{
	return a.length == b.length &&
	    (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

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
