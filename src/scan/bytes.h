/*
 * Bytes: small tables of short runs that come again line after line.
 */
#ifndef SCAN_BYTES_H
#define SCAN_BYTES_H

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

#endif
