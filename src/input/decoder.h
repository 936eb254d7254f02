/*
 * Decoder: turns stored bytes into those of the log, one row for each format.
 */
#ifndef INPUT_DECODER_H
#define INPUT_DECODER_H

#include "input/feed.h"

struct decoder {
	const char *name; /* as in inputs.csv */
	/* NULL: the program was built without it, or nobody decodes it. */
	void *(*open)(void);
	/*
	 * Fills `out`.  Fewer than `room` bytes: the input ended, or damage
	 * is noted in the feed; it is not called again then.
	 */
	size_t (*read)(
	    void *state, struct feed *feed, unsigned char *out, size_t room);
	void (*close)(void *state);
};

extern const struct decoder decoder_plain;
extern const struct decoder decoder_gzip_zlib;
#ifdef HAVE_ISAL
extern const struct decoder decoder_gzip_isal;
#endif
extern const struct decoder decoder_zstd;
extern const struct decoder decoder_xz;
extern const struct decoder decoder_bzip2;

/* Notes that the stored file ends inside `what`, such as "a gzip member". */
void decoder_cut_short(struct feed *feed, const char *what);

#endif
