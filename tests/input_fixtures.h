/*
 * Inputs made in memory: log lines, gzip members, and what a source gives.
 */
#ifndef TESTS_INPUT_FIXTURES_H
#define TESTS_INPUT_FIXTURES_H

#include <zlib.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "input/byte_source.h"

/* A generator of its own, so that every run sees the same inputs. */
static inline uint32_t
fixture_random(uint64_t *state)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(*state >> 33);
}

/* Lines that look like a log, with numbers that do not compress away. */
static inline void
fixture_lines(struct buffer *out, unsigned count, uint64_t seed)
{
	for (unsigned i = 0; i < count; i++)
		buffer_append_format(out,
		    "Nov 22 01:%02u:%02u mx1 postfix/smtp[%u]: %08X: "
		    "to=<user%u@example.net>, dsn=5.1.1, status=bounced\n",
		    i / 60 % 60, i % 60, fixture_random(&seed) % 99999,
		    fixture_random(&seed), fixture_random(&seed) % 500);
}

/* One gzip member; `window_bits` 15 + 16, as deflateInit2 takes it. */
static inline void
fixture_gzip(struct buffer *out, struct text content, int level, uint32_t time)
{
	z_stream stream = { 0 };
	gz_header header = { 0 };
	union {
		const char *in;
		Bytef *out;
	} data = { content.data };
	size_t bound;

	header.time = time;
	deflateInit2(
	    &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	deflateSetHeader(&stream, &header);
	bound = deflateBound(&stream, content.length) + 64;
	buffer_reserve(out, bound);
	stream.next_in = data.out;
	stream.avail_in = (uInt)content.length;
	stream.next_out = (Bytef *)out->data + out->length;
	stream.avail_out = (uInt)bound;
	deflate(&stream, Z_FINISH);
	out->length += stream.total_out;
	deflateEnd(&stream);
}

/* All that a source gives, `step` bytes at a time; closes nothing. */
static inline void
fixture_read(struct byte_source *source, size_t step, struct buffer *out)
{
	size_t count;

	do {
		buffer_reserve(out, step);
		byte_source_read(source, out->data + out->length, step, &count);
		out->length += count;
	} while (count > 0);
}

#endif
