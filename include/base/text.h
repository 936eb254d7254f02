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

/*
 * Cutting, hashing and comparing stand here because they are on the path of
 * every record, on texts of 10 to 40 bytes, where a call costs more than the
 * work.
 */

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

/* One secret, mixed with a number of its own for each factor of a product. */
extern uint64_t text_hash_seed;
extern uint64_t text_hash_other_seed;

__extension__ typedef unsigned __int128 text_wide_product;

/*
 * Mixes a further number into a hash.  The seed is in both factors, so that
 * nobody can choose a value that makes the product zero.
 */
static inline uint64_t
hash_mix(uint64_t hash, uint64_t value)
{
	text_wide_product product = (text_wide_product)(hash ^ text_hash_seed) *
	    (value ^ text_hash_other_seed);

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t
bytes_word(const char *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof(word));
	return word;
}

/* What a regular noun ends in, behind that number of things. */
static inline const char *
text_plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/* Of eight bytes: the top bit of those from A to Z. */
static inline uint64_t
word_capitals(uint64_t word)
{
	const uint64_t each = UINT64_C(0x0101010101010101);
	uint64_t low = word & each * 0x7F;
	uint64_t from_a = low + each * (0x80 - 'A');
	uint64_t past_z = low + each * (0x7F - 'Z');

	return (from_a ^ past_z) & ~word & each * 0x80;
}

/* All of 0 to 7 bytes in one number; with the length it tells them apart. */
static inline uint64_t
bytes_few(const char *data, size_t length)
{
	uint32_t first;
	uint32_t last;

	if (length >= 4) {
		memcpy(&first, data, sizeof(first));
		memcpy(&last, data + length - 4, sizeof(last));
		return (uint64_t)first << 32 | last;
	}
	if (length == 0)
		return 0;
	return (uint64_t)(unsigned char)data[0] << 16 |
	    (uint64_t)(unsigned char)data[length / 2] << 8 |
	    (unsigned char)data[length - 1];
}

static inline bool
bytes_equal(const char *a, const char *b, size_t length)
{
	size_t at = 0;

	if (length < 8)
		return bytes_few(a, length) == bytes_few(b, length);
	for (; at + 8 < length; at += 8)
		if (bytes_word(a + at) != bytes_word(b + at))
			return false;
	return bytes_word(a + length - 8) == bytes_word(b + length - 8);
}

/* 64-bit hash, seeded for each process, so that input cannot aim at it. */
static inline uint64_t
text_hash(struct text text)
{
	const char *data = text.data;
	size_t left = text.length;
	/* By a number that nobody knows: the words cannot make up for it. */
	uint64_t hash = text.length * text_hash_seed;

	if (left < 8)
		return hash_mix(bytes_few(data, left), hash);
	for (; left > 16; left -= 16, data += 16)
		hash = hash_mix(hash ^ bytes_word(data), bytes_word(data + 8));
	/* The last 8 to 16 bytes; where there are less, some of them twice. */
	if (left < 8) {
		data -= 8 - left;
		left = 8;
	}
	return hash_mix(hash ^ bytes_word(data), bytes_word(data + left - 8));
}

static inline bool
text_equal(struct text a, struct text b)
{
	return a.length == b.length && bytes_equal(a.data, b.data, a.length);
}

static inline bool
text_starts_with(struct text text, struct text prefix)
{
	return text.length >= prefix.length &&
	    bytes_equal(text.data, prefix.data, prefix.length);
}

static inline bool
text_ends_with(struct text text, struct text suffix)
{
	return text.length >= suffix.length &&
	    bytes_equal(text.data + text.length - suffix.length, suffix.data,
		suffix.length);
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
