/*
 * SipHash-2-4: a 64-bit hash that nobody can aim at without its key.
 *
 * Jean-Philippe Aumasson and Daniel J. Bernstein, "SipHash: a fast
 * short-input PRF", 2012.  Two rounds for each eight bytes, four at the end.
 */
#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H

#include "base/text.h"

/* The halves of a key, as little-endian numbers. */
struct siphash_key {
	uint64_t low; /* bytes 0 to 7 */
	uint64_t high; /* bytes 8 to 15 */
};

/* The same on every machine, whatever its byte order. */
uint64_t siphash(struct siphash_key key, struct text text);

#endif
