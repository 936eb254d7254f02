#include "input/decoder.h"

#ifdef HAVE_ZSTD

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/memory.h"

/* As zstd --long=27 needs; more is for those who say so to zstd itself. */
#define WINDOW_LOG_MAXIMUM 27

#define BLOCK_HEADER_SIZE 3

struct zstd {
	ZSTD_DStream *stream;
	size_t hint; /* bytes the decoder would like next; 0 = a new frame */
	uint64_t frame; /* where the frame begins */
	bool done;
};

static void *
open_zstd(void)
{
	struct zstd *zstd = memory_allocate_array(1, sizeof(*zstd));

	zstd->stream = ZSTD_createDStream();
	if (zstd->stream == NULL)
		memory_exhausted();
	ZSTD_DCtx_setParameter(
	    zstd->stream, ZSTD_d_windowLogMax, WINDOW_LOG_MAXIMUM);
	return zstd;
}

static void
close_zstd(void *state)
{
	struct zstd *zstd = state;

	ZSTD_freeDStream(zstd->stream);
	free(zstd);
}

static void
note_error(struct zstd *zstd, struct feed *feed, size_t result)
{
	switch (ZSTD_getErrorCode(result)) {
	case ZSTD_error_prefix_unknown:
		feed_damage(
		    feed, zstd->frame, "trailing garbage behind the zstd data");
		break;
	case ZSTD_error_frameParameter_windowTooLarge:
		feed_damage(feed, zstd->frame,
		    "zstd frame needs a window of more than %d MiB",
		    1 << (WINDOW_LOG_MAXIMUM - 20));
		break;
	case ZSTD_error_checksum_wrong:
		feed_damage(feed, feed_offset(feed),
		    "data is damaged: the zstd checksum disagrees");
		break;
	default:
		feed_damage(feed, feed_offset(feed),
		    "compressed data is damaged: %s",
		    ZSTD_getErrorName(result));
		break;
	}
	zstd->done = true;
}

/*
 * How much to give in one call.  A call that fails does not tell what it wrote
 * before; so each call gets the rest of one block or of one header, not both.
 */
static size_t
step(const struct zstd *zstd, const struct feed *feed)
{
	size_t wanted = zstd->hint;

	if (wanted > BLOCK_HEADER_SIZE)
		wanted -= BLOCK_HEADER_SIZE;
	else if (wanted == 0)
		wanted = 1;
	return wanted < feed->left ? wanted : feed->left;
}

static size_t
read_some(struct zstd *zstd, struct feed *feed, unsigned char *out, size_t room)
{
	bool filled = feed_fill(feed);
	ZSTD_outBuffer output = { out, room, 0 };
	ZSTD_inBuffer input = { feed->next, 0, 0 };
	size_t result;

	if (zstd->hint == 0) {
		zstd->frame = feed_offset(feed);
		zstd->done = !filled;
		if (!filled)
			return 0;
	}
	input.size = step(zstd, feed);
	result = ZSTD_decompressStream(zstd->stream, &output, &input);
	if (ZSTD_isError(result)) {
		note_error(zstd, feed, result);
		return 0;
	}
	feed_advance(feed, input.pos);
	zstd->hint = result;
	if (!filled && output.pos == 0) {
		decoder_cut_short(feed, "a zstd frame");
		zstd->done = true;
	}
	return output.pos;
}

static size_t
read_zstd(void *state, struct feed *feed, unsigned char *out, size_t room)
{
	struct zstd *zstd = state;
	size_t filled = 0;

	while (filled < room && !zstd->done)
		filled += read_some(zstd, feed, out + filled, room - filled);
	return filled;
}

const struct decoder decoder_zstd = {
	"zstd",
	open_zstd,
	read_zstd,
	close_zstd,
};

#else

const struct decoder decoder_zstd = { "zstd", NULL, NULL, NULL };

#endif
