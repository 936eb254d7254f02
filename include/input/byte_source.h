/*
 * Byte source: the uncompressed bytes of one input, in order, once.
 *
 * An input is a file, standard input or memory, plain or compressed with gzip
 * (RFC 1952), zstd (RFC 8878), xz or bzip2.  The first bytes decide, never the
 * name.  Several members, frames or streams one behind the other are one input.
 *
 * Damage never hides what stands before it: every byte that the decoder could
 * still make out is given first, then the source ends, and
 * byte_source_damage() tells what was wrong and where.  Nothing behind the
 * damage is looked at.  The place is a 0-based byte of the file as stored:
 *
 *	cut short               the length of what there is
 *	read error              the first byte that could not be read
 *	wrong checksum, length  the first byte of the trailer (gzip), else where
 *				the decoder stood when it saw it
 *	trailing garbage        the first byte of it; zero bytes behind the last
 *				gzip member or xz stream are padding
 *	damaged data            where the decoder stood when it saw it.  The
 *				cause is there or before it
 *	bad header              the first byte of the member, frame or stream
 *
 * Where gzip data is damaged, message and place are those that zlib finds and
 * no byte that zlib can make out is missing; earlier reads may have got some
 * more from ISA-L, made up from broken codes.  What cannot be read twice (a
 * pipe) has the message and place that ISA-L finds, and may lack up to 3 bytes.
 *
 * One thread reads a source.  What byte_source_info() points at is fixed when
 * the source is opened; byte_source_consumed() may be called by any thread.
 */
#ifndef INPUT_BYTE_SOURCE_H
#define INPUT_BYTE_SOURCE_H

#include "base/diagnostic.h"

struct byte_source;

struct byte_source_info {
	const char *compression; /* none, gzip, zstd, xz or bzip2 */
	uint64_t stored_size; /* bytes; 0 = not known (a pipe) */
	int64_t header_time; /* MTIME of the first gzip member; 0 = none */
	int64_t modified; /* seconds since 1970 UTC; 0 = none, as of a pipe */
	uint64_t device; /* with inode: which file it is; 0 for memory */
	uint64_t inode;
};

struct byte_source_damage {
	const char *message; /* NULL = none */
	uint64_t offset; /* 0-based byte of the file as stored */
};

/* For sources over memory; all zero is what files get. */
struct byte_source_options {
	size_t chunk; /* bytes that one read gives at most; 0 = 64 KiB */
	bool fails; /* reading the byte at `fail_at` is a read error */
	uint64_t fail_at;
	bool once; /* like a pipe: cannot be read a second time */
	bool use_zlib; /* gzip by zlib, also when ISA-L is there */
};

/*
 * Opens a file, or standard input for "-", and reads its first bytes.  NULL,
 * with an error added, when it cannot be opened or is a directory.  Holds
 * 64 KiB, what its decoder needs, and one file descriptor.
 */
struct byte_source *
byte_source_open(const char *path, struct diagnostics *diagnostics);

/* The bytes are borrowed until byte_source_close.  `options` may be NULL. */
struct byte_source *byte_source_open_memory(
    const void *data, size_t length, const struct byte_source_options *options);

/* NULL is allowed. */
void byte_source_close(struct byte_source *source);

/*
 * Up to `room` bytes; all of `room` unless the input ends (or its damage
 * begins) before.  *count gets how many; 0, and false, at the end.
 */
bool byte_source_read(
    struct byte_source *source, char *out, size_t room, size_t *count);

/* Valid as long as the source. */
const struct byte_source_info *
byte_source_info(const struct byte_source *source);

/* Complete once byte_source_read gave less than it had room for. */
const struct byte_source_damage *
byte_source_damage(const struct byte_source *source);

/* Stored bytes read so far, for progress; any thread. */
uint64_t byte_source_consumed(const struct byte_source *source);

#endif
