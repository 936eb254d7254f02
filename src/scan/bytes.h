/*
 * Bytes: comparing and searching short runs without a call, for the few
 * places that every line of a log goes through.
 */
#ifndef SCAN_BYTES_H
#define SCAN_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t
bytes_word(const char *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof(word));
	return word;
}

static inline bool
bytes_equal(const char *a, const char *b, size_t length)
{
	size_t at = 0;

	if (length < 8) {
		for (; at < length; at++)
			if (a[at] != b[at])
				return false;
		return true;
	}
	for (; at + 8 < length; at += 8)
		if (bytes_word(a + at) != bytes_word(b + at))
			return false;
	return bytes_word(a + length - 8) == bytes_word(b + length - 8);
}

/* A number from 0 to 2^bits - 1 for the end of a run of at least one byte. */
static inline unsigned
bytes_slot(const char *data, size_t length, unsigned bits)
{
	uint64_t word = 0;

	if (length >= 8)
		word = bytes_word(data + length - 8);
	else
		memcpy(&word, data, length);
	if (length > 16)
		word ^= bytes_word(data + length - 16) << 1;
	word = (word ^ length) * UINT64_C(0x9E3779B97F4A7C15);
	return (unsigned)(word >> (64 - bits));
}

#endif
