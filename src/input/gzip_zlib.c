#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/memory.h"
#include "input/gzip.h"

/* One call of inflate takes and gives at most this, for uInt's sake. */
#define STEP_MAXIMUM ((size_t)1 << 30)

/* Bits of data_type that tell how many bits of input inflate holds. */
#define HELD_BITS 63

static uInt
step(size_t size)
{
	return (uInt)(size < STEP_MAXIMUM ? size : STEP_MAXIMUM);
}

static voidpf
allocate(voidpf opaque, uInt count, uInt size)
{
	(void)opaque;
	return memory_allocate_array(count, size);
}

static void
release(voidpf opaque, voidpf block)
{
	(void)opaque;
	free(block);
}

static void *
open_zlib(void)
{
	z_stream *stream = memory_allocate_array(1, sizeof(*stream));
	int result;

	stream->zalloc = allocate;
	stream->zfree = release;
	/* Negative: raw deflate; the wrapper is read by gzip.c. */
	result = inflateInit2(stream, -MAX_WBITS);
	assert(result == Z_OK);
	(void)result;
	return stream;
}

static void
close_zlib(void *state)
{
	inflateEnd(state);
	free(state);
}

static void
reset_zlib(void *state)
{
	inflateReset(state);
}

static enum inflate_result
run_zlib(void *state, struct feed *feed, unsigned char *out, size_t room,
    size_t *count)
{
	z_stream *stream = state;
	uInt given = step(feed->left);
	uInt space = step(room);
	int result;

	stream->next_in = feed->buffer + (feed->next - feed->buffer);
	stream->avail_in = given;
	stream->next_out = out;
	stream->avail_out = space;
	result = inflate(stream, Z_NO_FLUSH);
	feed_advance(feed, given - stream->avail_in);
	*count = space - stream->avail_out;
	if (result == Z_OK || result == Z_BUF_ERROR)
		return INFLATE_MORE;
	if (result == Z_STREAM_END)
		return INFLATE_END;
	/* Only the place counts now: what the bytes were does not. */
	feed_unread(feed, (const unsigned char[8]){ 0 },
	    (size_t)(stream->data_type & HELD_BITS) / 8);
	return INFLATE_DAMAGED;
}

static uint32_t
checksum_zlib(uint32_t sum, const unsigned char *data, size_t length)
{
	return (uint32_t)crc32_z(sum, data, length);
}

static const struct inflater inflater_zlib = {
	open_zlib,
	close_zlib,
	reset_zlib,
	run_zlib,
	checksum_zlib,
};

static void *
open_gzip(void)
{
	return gzip_new(&inflater_zlib);
}

const struct decoder decoder_gzip_zlib = {
	"gzip",
	open_gzip,
	gzip_read,
	gzip_free,
};
