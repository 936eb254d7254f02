#include "input/gzip.h"

#ifdef HAVE_ISAL

#include <assert.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define STEP_MAXIMUM ((size_t)1 << 30)

struct isal {
	struct inflate_state state;
	bool is_damaged; /* only what was decoded before is left */
};

static void *
open_isal(void)
{
	return memory_allocate(sizeof(struct isal));
}

static void
close_isal(void *state)
{
	free(state);
}

static void
reset_isal(void *opaque)
{
	struct isal *isal = opaque;

	isal_inflate_init(&isal->state);
	isal->state.crc_flag = ISAL_DEFLATE;
	isal->is_damaged = false;
}

static uint32_t
step(size_t size)
{
	return (uint32_t)(size < STEP_MAXIMUM ? size : STEP_MAXIMUM);
}

/*
 * The decoder has read up to 8 bytes ahead, perhaps out of the chunk before
 * this one, so the feed gets their values back and not just its pointer.
 */
static void
give_back(struct inflate_state *state, struct feed *feed)
{
	unsigned char ahead[8];
	uint64_t bits;
	size_t count = 0;

	if (state->read_in_length > 0)
		count = (size_t)state->read_in_length / 8;
	assert(count <= sizeof(ahead));
	bits = state->read_in >> state->read_in_length % 8;
	for (size_t i = 0; i < count; i++)
		ahead[i] = (unsigned char)(bits >> 8 * i & 0xFFU);
	state->read_in_length = 0;
	feed_unread(feed, ahead, count);
}

/*
 * The decoder works ahead into a buffer of its own, and when it sees damage
 * there it does not give what is before it.
 */
static enum inflate_result
give_rest(
    struct inflate_state *state, unsigned char *out, size_t room, size_t *count)
{
	size_t rest = 0;

	if (state->tmp_out_valid > state->tmp_out_processed)
		rest =
		    (size_t)(state->tmp_out_valid - state->tmp_out_processed);
	if (rest > room)
		rest = room;
	if (rest > 0)
		memcpy(out, state->tmp_out_buffer + state->tmp_out_processed,
		    rest);
	state->tmp_out_processed += (int32_t)rest;
	*count += rest;
	return state->tmp_out_valid > state->tmp_out_processed
	    ? INFLATE_MORE
	    : INFLATE_DAMAGED;
}

static enum inflate_result
run_isal(void *opaque, struct feed *feed, unsigned char *out, size_t room,
    size_t *count)
{
	struct isal *isal = opaque;
	struct inflate_state *state = &isal->state;
	uint32_t given = step(feed->left);
	uint32_t space = step(room);
	int result;

	*count = 0;
	if (isal->is_damaged)
		return give_rest(state, out, room, count);
	state->next_in = feed->buffer + (feed->next - feed->buffer);
	state->avail_in = given;
	state->next_out = out;
	state->avail_out = space;
	result = isal_inflate(state);
	*count = space - state->avail_out;
	if (result < 0) {
		/* It may count bytes that were not there (seen in 2.30). */
		if (state->avail_in <= given)
			feed_advance(feed, given - state->avail_in);
		isal->is_damaged = true;
		return give_rest(state, out + *count, space - *count, count);
	}
	feed_advance(feed, given - state->avail_in);
	if (state->block_state != ISAL_BLOCK_FINISH)
		return INFLATE_MORE;
	give_back(state, feed);
	return INFLATE_END;
}

static uint32_t
checksum_isal(uint32_t sum, const unsigned char *data, size_t length)
{
	return crc32_gzip_refl(sum, data, length);
}

static const struct inflater inflater_isal = {
	open_isal,
	close_isal,
	reset_isal,
	run_isal,
	checksum_isal,
};

static void *
open_gzip(void)
{
	return gzip_new(&inflater_isal);
}

const struct decoder decoder_gzip_isal = {
	"gzip",
	open_gzip,
	gzip_read,
	gzip_free,
};

#endif
