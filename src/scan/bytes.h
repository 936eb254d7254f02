/*
 * Bytes: small tables of short runs that come again line after line, and runs
 * of digits.
 */
#ifndef SCAN_BYTES_H
#define SCAN_BYTES_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/text.h"

/* A number from 0 to 2^bits - 1 for the end of a run of at least one byte. */
static inline unsigned
bytes_slot(const char *data, size_t length, unsigned bits)
{
	uint64_t word = length < 8 ? bytes_few(data, length)
				   : bytes_word(data + length - 8);

	if (length > 16)
		word ^= bytes_word(data + length - 16) << 1;
	word = (word ^ length) * UINT64_C(0x9E3779B97F4A7C15);
	return (unsigned)(word >> (64 - bits));
}

/* Where the digits from `at` on end; `at` when there are none. */
static inline size_t
bytes_digits_end(struct text line, size_t at)
{
#ifdef __SSE2__
	if (at + 16 <= line.length) {
		__m128i bytes = _mm_loadu_si128((const void *)(line.data + at));
		__m128i others =
		    _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8('0')),
			_mm_cmpgt_epi8(bytes, _mm_set1_epi8('9')));
		unsigned mask = (unsigned)_mm_movemask_epi8(others);

		if (mask != 0)
			return at + (unsigned)__builtin_ctz(mask);
		at += 16;
	}
#endif
	while (at < line.length && byte_is_digit(line.data[at]))
		at++;
	return at;
}

#endif
