#include "input/decoder.h"

#ifdef HAVE_BZ2

#include <bzlib.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define STEP_MAXIMUM ((size_t)1 << 30)

struct bzip2 {
	bz_stream stream;
	uint64_t start; /* of the stream in the file */
	bool inside; /* a stream */
	bool done;
};

static void *
open_bzip2(void)
{
	return memory_allocate_array(1, sizeof(struct bzip2));
}

static void
close_bzip2(void *state)
{
	struct bzip2 *bzip2 = state;

	if (bzip2->inside)
		BZ2_bzDecompressEnd(&bzip2->stream);
	free(bzip2);
}

static void
find_stream(struct bzip2 *bzip2, struct feed *feed)
{
	size_t there = feed_peek(feed, 3);

	bzip2->start = feed_offset(feed);
	bzip2->done = true;
	if (there == 0)
		return;
	if (memcmp(feed->next, "BZh", there) != 0) {
		feed_damage(feed, bzip2->start,
		    "trailing garbage behind the bzip2 data");
		return;
	}
	bzip2->stream = (bz_stream){ 0 };
	if (BZ2_bzDecompressInit(&bzip2->stream, 0, 0) != BZ_OK)
		memory_exhausted();
	bzip2->inside = true;
	bzip2->done = false;
}

static void
note_result(struct bzip2 *bzip2, struct feed *feed, int result)
{
	switch (result) {
	case BZ_OK:
		return;
	case BZ_STREAM_END:
		BZ2_bzDecompressEnd(&bzip2->stream);
		bzip2->inside = false;
		return;
	case BZ_MEM_ERROR:
		memory_exhausted();
	case BZ_DATA_ERROR_MAGIC:
		feed_damage(feed, bzip2->start, "bzip2 header is damaged");
		break;
	default:
		feed_damage(
		    feed, feed_offset(feed), "compressed data is damaged");
		break;
	}
	bzip2->done = true;
}

static unsigned
step(size_t size)
{
	return (unsigned)(size < STEP_MAXIMUM ? size : STEP_MAXIMUM);
}

static size_t
read_some(
    struct bzip2 *bzip2, struct feed *feed, unsigned char *out, size_t room)
{
	bool filled = feed_fill(feed);
	unsigned given = step(feed->left);
	unsigned space = step(room);
	unsigned char *in = feed->buffer + (feed->next - feed->buffer);
	size_t count;
	int result;

	bzip2->stream.next_in = (char *)in;
	bzip2->stream.avail_in = given;
	bzip2->stream.next_out = (char *)out;
	bzip2->stream.avail_out = space;
	result = BZ2_bzDecompress(&bzip2->stream);
	feed_advance(feed, given - bzip2->stream.avail_in);
	count = space - bzip2->stream.avail_out;
	note_result(bzip2, feed, result);
	if (result == BZ_OK && !filled && count == 0) {
		decoder_cut_short(feed, "a bzip2 stream");
		bzip2->done = true;
	}
	return count;
}

static size_t
read_bzip2(void *state, struct feed *feed, unsigned char *out, size_t room)
{
	struct bzip2 *bzip2 = state;
	size_t filled = 0;

	while (filled < room && !bzip2->done) {
		if (!bzip2->inside)
			find_stream(bzip2, feed);
		else
			filled +=
			    read_some(bzip2, feed, out + filled, room - filled);
	}
	return filled;
}

const struct decoder decoder_bzip2 = {
	"bzip2",
	open_bzip2,
	read_bzip2,
	close_bzip2,
};

#else

const struct decoder decoder_bzip2 = { "bzip2", NULL, NULL, NULL };

#endif
