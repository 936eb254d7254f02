/*
 * Gzip: members, headers and trailers (RFC 1952) around a raw deflate stream
 * (RFC 1951), whoever decodes that.
 */
#ifndef INPUT_GZIP_H
#define INPUT_GZIP_H

#include "input/decoder.h"

enum inflate_result { INFLATE_MORE, INFLATE_END, INFLATE_DAMAGED };

struct inflater {
	void *(*open)(void);
	void (*close)(void *state);
	/* Ready for the next member. */
	void (*reset)(void *state);
	/*
	 * Decodes from what the feed has left, without filling it.  After
	 * INFLATE_END and INFLATE_DAMAGED the feed stands right behind the
	 * last byte that was used.
	 */
	enum inflate_result (*run)(void *state, struct feed *feed,
	    unsigned char *out, size_t room, size_t *count);
	/* CRC-32 of RFC 1952 section 8, continued; starts with 0. */
	uint32_t (*checksum)(
	    uint32_t sum, const unsigned char *data, size_t length);
};

/* The state of a decoder, and its read and close. */
void *gzip_new(const struct inflater *inflater);
size_t
gzip_read(void *state, struct feed *feed, unsigned char *out, size_t room);
void gzip_free(void *state);

#endif
