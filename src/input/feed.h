/*
 * Feed: the stored bytes of an input, as the decoders take them.
 *
 * A decoder takes bytes from `next`, `left` of them, and calls feed_advance;
 * feed_fill reads more once they are used up.  A read error ends the feed like
 * the end of the file does, with its damage noted; the first damage stands.
 */
#ifndef INPUT_FEED_H
#define INPUT_FEED_H

#include <stdatomic.h>

#include "input/byte_source.h"

/* Bytes that feed_unread can put back and feed_peek can keep. */
#define FEED_HEADROOM 64

struct feed {
	const unsigned char *next;
	size_t left;
	unsigned char *buffer; /* `chunk` bytes, headroom before and behind */
	size_t chunk;
	bool ended;
	bool doubtful; /* damage is such that decoders see it differently */
	int fd; /* -1: memory */
	const unsigned char *memory;
	size_t memory_length;
	struct byte_source_options options;
	atomic_uint_least64_t consumed; /* bytes read from the file */
	struct byte_source_damage damage;
	char message[160]; /* what damage.message points at */
};

void feed_init(struct feed *feed, const struct byte_source_options *options);
void feed_release(struct feed *feed);

/* True when there are bytes left, after reading if need be. */
bool feed_fill(struct feed *feed);

/*
 * Tries to have `wanted` (at most FEED_HEADROOM) bytes at `next`; returns how
 * many of them there are, fewer only at the end.
 */
size_t feed_peek(struct feed *feed, size_t wanted);

void feed_advance(struct feed *feed, size_t count);

/* Puts bytes back in front of `next`, at most 8 since the last advance. */
void feed_unread(struct feed *feed, const unsigned char *bytes, size_t count);

/* The next byte, or -1 at the end. */
int feed_byte(struct feed *feed);

/* Bytes as they are stored, past the feed's buffer where that is empty. */
size_t feed_copy(struct feed *feed, unsigned char *out, size_t room);

/* 0-based place of `next` in the stored file. */
uint64_t feed_offset(const struct feed *feed);

/* Notes damage, unless some is noted already. */
void feed_damage(struct feed *feed, uint64_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
