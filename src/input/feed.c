#include "input/feed.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

#define FEED_CHUNK ((size_t)64 * 1024)

void
feed_init(struct feed *feed, const struct byte_source_options *options)
{
	memset(feed, 0, sizeof(*feed));
	feed->fd = -1;
	if (options != NULL)
		feed->options = *options;
	feed->chunk = feed->options.chunk;
	if (feed->chunk == 0)
		feed->chunk = FEED_CHUNK;
	/* Room behind it too: decoders in assembler load whole words. */
	feed->buffer = memory_allocate_array(
	    1, FEED_HEADROOM + feed->chunk + FEED_HEADROOM);
	feed->next = feed->buffer + FEED_HEADROOM;
	atomic_init(&feed->consumed, 0);
}

void
feed_release(struct feed *feed)
{
	free(feed->buffer);
}

void
feed_damage(struct feed *feed, uint64_t offset, const char *format, ...)
{
	va_list arguments;

	if (feed->damage.message != NULL)
		return;
	va_start(arguments, format);
	vsnprintf(feed->message, sizeof(feed->message), format, arguments);
	va_end(arguments);
	feed->damage.message = feed->message;
	feed->damage.offset = offset;
}

uint64_t
feed_offset(const struct feed *feed)
{
	return atomic_load_explicit(&feed->consumed, memory_order_relaxed) -
	    feed->left;
}

static ssize_t
read_memory(struct feed *feed, unsigned char *out, size_t room, uint64_t at)
{
	size_t count = feed->memory_length - (size_t)at;

	if (feed->options.fails && at + count > feed->options.fail_at) {
		if (at >= feed->options.fail_at) {
			errno = EIO;
			return -1;
		}
		count = (size_t)(feed->options.fail_at - at);
	}
	if (count > room)
		count = room;
	if (count > feed->chunk)
		count = feed->chunk;
	if (count > 0)
		memcpy(out, feed->memory + at, count);
	return (ssize_t)count;
}

/* One read; 0 at the end and after an error. */
static size_t
read_some(struct feed *feed, unsigned char *out, size_t room)
{
	uint64_t at =
	    atomic_load_explicit(&feed->consumed, memory_order_relaxed);
	ssize_t count;

	if (feed->ended)
		return 0;
	do {
		count = feed->fd >= 0 ? read(feed->fd, out, room)
				      : read_memory(feed, out, room, at);
	} while (count < 0 && errno == EINTR);
	if (count < 0)
		feed_damage(feed, at, "read error: %s", strerror(errno));
	if (count <= 0) {
		feed->ended = true;
		return 0;
	}
	atomic_store_explicit(
	    &feed->consumed, at + (uint64_t)count, memory_order_relaxed);
	return (size_t)count;
}

bool
feed_fill(struct feed *feed)
{
	if (feed->left == 0) {
		feed->next = feed->buffer + FEED_HEADROOM;
		feed->left =
		    read_some(feed, feed->buffer + FEED_HEADROOM, feed->chunk);
	}
	return feed->left > 0;
}

size_t
feed_peek(struct feed *feed, size_t wanted)
{
	while (feed->left < wanted) {
		unsigned char *middle = feed->buffer + FEED_HEADROOM;
		unsigned char *start = middle - feed->left;
		size_t count;

		/* What is left is short: it goes into the headroom. */
		memmove(start, feed->next, feed->left);
		feed->next = start;
		count = read_some(feed, middle, feed->chunk);
		if (count == 0)
			return feed->left;
		feed->left += count;
	}
	return wanted;
}

void
feed_advance(struct feed *feed, size_t count)
{
	feed->next += count;
	feed->left -= count;
}

void
feed_unread(struct feed *feed, const unsigned char *bytes, size_t count)
{
	unsigned char *to = feed->buffer + (feed->next - feed->buffer) - count;

	memmove(to, bytes, count);
	feed->next = to;
	feed->left += count;
}

int
feed_byte(struct feed *feed)
{
	int byte;

	if (!feed_fill(feed))
		return -1;
	byte = *feed->next;
	feed_advance(feed, 1);
	return byte;
}

size_t
feed_copy(struct feed *feed, unsigned char *out, size_t room)
{
	size_t count = feed->left < room ? feed->left : room;

	if (count > 0) {
		memcpy(out, feed->next, count);
		feed_advance(feed, count);
		return count;
	}
	return read_some(feed, out, room);
}
