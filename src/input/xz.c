#include "input/decoder.h"

#ifdef HAVE_LZMA

#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* xz -9 needs 65 MiB to decode. */
#define MEMORY_MAXIMUM ((uint64_t)160 << 20)

static const unsigned char magic[6] = { 0xFD, '7', 'z', 'X', 'Z', 0x00 };

struct xz {
	lzma_stream stream;
	uint64_t start; /* of the stream in the file */
	bool inside; /* a stream */
	bool done;
};

static void *
open_xz(void)
{
	struct xz *xz = memory_allocate_array(1, sizeof(*xz));

	xz->stream = (lzma_stream)LZMA_STREAM_INIT;
	return xz;
}

static void
close_xz(void *state)
{
	struct xz *xz = state;

	lzma_end(&xz->stream);
	free(xz);
}

/* Behind a stream: zero bytes, another stream, or what is neither. */
static void
find_stream(struct xz *xz, struct feed *feed)
{
	size_t there;

	while (feed_fill(feed) && *feed->next == 0)
		feed_advance(feed, 1);
	there = feed_peek(feed, sizeof(magic));
	xz->start = feed_offset(feed);
	xz->done = true;
	if (there == 0)
		return;
	if (memcmp(feed->next, magic, there) != 0) {
		feed_damage(
		    feed, xz->start, "trailing garbage behind the xz data");
		return;
	}
	if (lzma_stream_decoder(&xz->stream, MEMORY_MAXIMUM, 0) != LZMA_OK)
		memory_exhausted();
	xz->inside = true;
	xz->done = false;
}

static void
note_result(struct xz *xz, struct feed *feed, lzma_ret result)
{
	switch (result) {
	case LZMA_OK:
		return;
	case LZMA_STREAM_END:
		xz->inside = false;
		return;
	case LZMA_BUF_ERROR:
		decoder_cut_short(feed, "an xz stream");
		break;
	case LZMA_MEM_ERROR:
		memory_exhausted();
	case LZMA_MEMLIMIT_ERROR:
		feed_damage(feed, xz->start,
		    "xz stream needs more than %u MiB of memory",
		    (unsigned)(MEMORY_MAXIMUM >> 20));
		break;
	case LZMA_OPTIONS_ERROR:
		feed_damage(feed, xz->start,
		    "xz stream uses a filter that is not supported");
		break;
	default:
		feed_damage(
		    feed, feed_offset(feed), "compressed data is damaged");
		break;
	}
	xz->done = true;
}

static size_t
read_some(struct xz *xz, struct feed *feed, unsigned char *out, size_t room)
{
	bool filled = feed_fill(feed);
	lzma_ret result;

	xz->stream.next_in = feed->next;
	xz->stream.avail_in = feed->left;
	xz->stream.next_out = out;
	xz->stream.avail_out = room;
	result = lzma_code(&xz->stream, filled ? LZMA_RUN : LZMA_FINISH);
	feed_advance(feed, feed->left - xz->stream.avail_in);
	note_result(xz, feed, result);
	return room - xz->stream.avail_out;
}

static size_t
read_xz(void *state, struct feed *feed, unsigned char *out, size_t room)
{
	struct xz *xz = state;
	size_t filled = 0;

	while (filled < room && !xz->done) {
		if (!xz->inside)
			find_stream(xz, feed);
		else
			filled +=
			    read_some(xz, feed, out + filled, room - filled);
	}
	return filled;
}

const struct decoder decoder_xz = {
	"xz",
	open_xz,
	read_xz,
	close_xz,
};

#else

const struct decoder decoder_xz = { "xz", NULL, NULL, NULL };

#endif
