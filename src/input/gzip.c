#include "input/gzip.h"

#include <stdlib.h>

#include "base/memory.h"

/* Bits of FLG, RFC 1952 section 2.3.1. */
#define FLAG_HEADER_CRC 0x02U
#define FLAG_EXTRA      0x04U
#define FLAG_NAME       0x08U
#define FLAG_COMMENT    0x10U
#define FLAGS_RESERVED  0xE0U

#define METHOD_DEFLATE 8
#define TRAILER_SIZE   8

enum stage { STAGE_FIRST, STAGE_NEXT, STAGE_DATA, STAGE_TRAILER, STAGE_DONE };

struct gzip {
	const struct inflater *inflater;
	void *state;
	enum stage stage;
	uint32_t checksum; /* of the member so far */
	uint32_t length; /* of the member so far, modulo 2^32 */
	uint32_t header_checksum;
};

void *
gzip_new(const struct inflater *inflater)
{
	struct gzip *gzip = memory_allocate_array(1, sizeof(*gzip));

	gzip->inflater = inflater;
	gzip->state = inflater->open();
	gzip->stage = STAGE_FIRST;
	return gzip;
}

void
gzip_free(void *state)
{
	struct gzip *gzip = state;

	gzip->inflater->close(gzip->state);
	free(gzip);
}

static int
header_byte(struct gzip *gzip, struct feed *feed)
{
	int byte = feed_byte(feed);
	unsigned char bytes[1] = { (unsigned char)byte };

	if (byte >= 0)
		gzip->header_checksum =
		    gzip->inflater->checksum(gzip->header_checksum, bytes, 1);
	return byte;
}

static bool
header_skip(struct gzip *gzip, struct feed *feed, unsigned count)
{
	while (count-- > 0)
		if (header_byte(gzip, feed) < 0)
			return false;
	return true;
}

/* A name or comment: to the zero byte. */
static bool
header_skip_string(struct gzip *gzip, struct feed *feed)
{
	int byte;

	do {
		byte = header_byte(gzip, feed);
	} while (byte > 0);
	return byte == 0;
}

static bool
header_skip_extra(struct gzip *gzip, struct feed *feed)
{
	int low = header_byte(gzip, feed);
	int high = header_byte(gzip, feed);

	return high >= 0 &&
	    header_skip(gzip, feed, (unsigned)low + (unsigned)high * 256);
}

/* The optional fields; false when the file ends in them. */
static bool
header_skip_fields(struct gzip *gzip, struct feed *feed, unsigned flags)
{
	if ((flags & FLAG_EXTRA) != 0 && !header_skip_extra(gzip, feed))
		return false;
	if ((flags & FLAG_NAME) != 0 && !header_skip_string(gzip, feed))
		return false;
	return (flags & FLAG_COMMENT) == 0 || header_skip_string(gzip, feed);
}

static bool
header_checksum_agrees(struct gzip *gzip, struct feed *feed)
{
	uint32_t expected = gzip->header_checksum & 0xFFFFU;

	return feed->next[0] == (expected & 0xFFU) &&
	    feed->next[1] == expected >> 8;
}

/* Past the header of a member whose magic bytes have been seen. */
static bool
read_header(struct gzip *gzip, struct feed *feed)
{
	uint64_t start = feed_offset(feed);
	int method;
	int flags;

	gzip->header_checksum = 0;
	header_skip(gzip, feed, 2);
	method = header_byte(gzip, feed);
	flags = header_byte(gzip, feed);
	if (method >= 0 && method != METHOD_DEFLATE) {
		feed_damage(feed, start,
		    "gzip header is damaged: unknown method %d", method);
		return false;
	}
	if (flags >= 0 && ((unsigned)flags & FLAGS_RESERVED) != 0) {
		feed_damage(feed, start,
		    "gzip header is damaged: unknown flags 0x%02X",
		    (unsigned)flags);
		return false;
	}
	if (flags < 0 || !header_skip(gzip, feed, 6) ||
	    !header_skip_fields(gzip, feed, (unsigned)flags)) {
		decoder_cut_short(feed, "a gzip header");
		return false;
	}
	if (((unsigned)flags & FLAG_HEADER_CRC) == 0)
		return true;
	if (feed_peek(feed, 2) < 2) {
		feed_advance(feed, feed->left);
		decoder_cut_short(feed, "a gzip header");
		return false;
	}
	if (!header_checksum_agrees(gzip, feed)) {
		feed_damage(feed, start,
		    "gzip header is damaged: its checksum is wrong");
		return false;
	}
	feed_advance(feed, 2);
	return true;
}

/*
 * Behind a member: another one, zero bytes that pad the file to the size of a
 * tape block, or something that does not belong there.
 */
static bool
find_member(struct feed *feed)
{
	size_t there = feed_peek(feed, 2);

	if (there == 2 && feed->next[0] == 0x1F && feed->next[1] == 0x8B)
		return true;
	if (there == 1 && feed->next[0] == 0x1F) {
		feed_advance(feed, 1);
		decoder_cut_short(feed, "a gzip header");
		return false;
	}
	while (feed_fill(feed) && *feed->next == 0)
		feed_advance(feed, 1);
	if (feed->left > 0)
		feed_damage(feed, feed_offset(feed),
		    "trailing garbage behind the gzip data");
	return false;
}

static enum stage
start_member(struct gzip *gzip, struct feed *feed)
{
	if (gzip->stage == STAGE_NEXT && !find_member(feed))
		return STAGE_DONE;
	if (!read_header(gzip, feed))
		return STAGE_DONE;
	gzip->inflater->reset(gzip->state);
	gzip->checksum = 0;
	gzip->length = 0;
	return STAGE_DATA;
}

static enum stage
read_data(struct gzip *gzip, struct feed *feed, unsigned char *out, size_t room,
    size_t *count)
{
	/* Without input, too: the decoder may hold output back. */
	bool filled = feed_fill(feed);
	enum inflate_result result =
	    gzip->inflater->run(gzip->state, feed, out, room, count);

	gzip->checksum = gzip->inflater->checksum(gzip->checksum, out, *count);
	gzip->length += (uint32_t)*count;
	switch (result) {
	case INFLATE_END:
		return STAGE_TRAILER;
	case INFLATE_DAMAGED:
		feed->doubtful = true;
		feed_damage(
		    feed, feed_offset(feed), "compressed data is damaged");
		return STAGE_DONE;
	case INFLATE_MORE:
		break;
	}
	if (filled || *count > 0)
		return STAGE_DATA;
	feed->doubtful = true;
	decoder_cut_short(feed, "a gzip member");
	return STAGE_DONE;
}

static uint32_t
little_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
	    (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static enum stage
read_trailer(struct gzip *gzip, struct feed *feed)
{
	uint64_t start = feed_offset(feed);
	const char *wrong = NULL;

	/* Until the trailer says that the data is right. */
	feed->doubtful = true;
	if (feed_peek(feed, TRAILER_SIZE) < TRAILER_SIZE) {
		feed_advance(feed, feed->left);
		decoder_cut_short(feed, "a gzip trailer");
		return STAGE_DONE;
	}
	if (little_endian(feed->next) != gzip->checksum)
		wrong = "checksum";
	else if (little_endian(feed->next + 4) != gzip->length)
		wrong = "length";
	feed_advance(feed, TRAILER_SIZE);
	if (wrong == NULL) {
		feed->doubtful = false;
		return STAGE_NEXT;
	}
	feed_damage(feed, start,
	    "data is damaged: the %s in the gzip trailer disagrees", wrong);
	return STAGE_DONE;
}

size_t
gzip_read(void *state, struct feed *feed, unsigned char *out, size_t room)
{
	struct gzip *gzip = state;
	size_t filled = 0;

	while (filled < room && gzip->stage != STAGE_DONE) {
		size_t count = 0;

		switch (gzip->stage) {
		case STAGE_FIRST:
		case STAGE_NEXT:
			gzip->stage = start_member(gzip, feed);
			break;
		case STAGE_DATA:
			gzip->stage = read_data(
			    gzip, feed, out + filled, room - filled, &count);
			break;
		case STAGE_TRAILER:
			gzip->stage = read_trailer(gzip, feed);
			break;
		case STAGE_DONE:
			break;
		}
		filled += count;
	}
	return filled;
}
