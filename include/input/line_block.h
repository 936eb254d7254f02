/*
 * Line blocks: the lines of one input, many at a time.
 *
 * A block holds whole lines, each ended by a newline, so a block can be scanned
 * without knowing its neighbours.  Bytes are as they are in the log: carriage
 * returns, NULs and broken UTF-8 too; only a UTF-8 byte order mark at the very
 * start is dropped.  A last line without newline gets one in the block.
 *
 * A line of more than LINE_MAXIMUM bytes (its newline not counted) is skipped:
 * it has a line number, but stands in no block, and memory stays bounded.
 *
 * Threads: a reader belongs to one thread, a block to whoever holds the
 * pointer, and a pool may be shared: one thread fills blocks, another scans
 * them, a third frees them.
 */
#ifndef INPUT_LINE_BLOCK_H
#define INPUT_LINE_BLOCK_H

#include "input/byte_source.h"

#define BLOCK_SIZE   ((size_t)128 * 1024)
#define LINE_MAXIMUM ((size_t)1024 * 1024)

/* Zero bytes behind the data, so that a search may read past its end. */
#define BLOCK_PADDING 64

/* First uncompressed bytes by which an input is known again. */
#define BLOCK_HEAD_SIZE 4096

struct block_pool;

struct block {
	char *data;
	size_t length; /* bytes; 0, or ends with a newline */
	uint64_t lines; /* how many lines are in it */
	uint64_t first_line; /* 1-based number of the line at data[0] */
	uint64_t offset; /* 0-based uncompressed offset of data[0] */
	uint64_t skipped_lines; /* overlong ones directly before data[0] */
	bool last; /* no block follows */
	bool unterminated; /* the newline at the end is not in the input */
	struct block_pool *pool;
	size_t capacity;
};

/* Keeps up to `kept` freed blocks for the readers that take from it. */
struct block_pool *block_pool_new(size_t kept);

/* Every block must have been freed before. */
void block_pool_free(struct block_pool *pool);

/* Back to its pool; any thread.  NULL is allowed. */
void block_free(struct block *block);

struct block_reader;

struct block_reader_options {
	size_t block_size; /* 0 = BLOCK_SIZE; more than line_maximum is cut */
	size_t line_maximum; /* 0 = LINE_MAXIMUM */
};

/*
 * Borrows source and pool until block_reader_free.  `options` may be NULL.
 */
struct block_reader *block_reader_new(struct byte_source *source,
    struct block_pool *pool, const struct block_reader_options *options);
void block_reader_free(struct block_reader *reader);

/*
 * Before the first block: leaves out the first `bytes` uncompressed bytes,
 * which are `lines` whole lines.  They are read, since an archive cannot be
 * entered in the middle; an input that ends before has no lines left.
 */
void
block_reader_skip(struct block_reader *reader, uint64_t bytes, uint64_t lines);

/* Before the first block: takes this place for the end of the input. */
void block_reader_stop_at(struct block_reader *reader, uint64_t bytes);

/*
 * Takes the line without newline at the end of a block away.  True when there
 * was one.
 */
bool block_drop_unterminated(struct block *block);

/*
 * The next block, which the caller frees; NULL behind the last one.  There is
 * always one with `last` set; it may be empty.
 */
struct block *block_reader_next(struct block_reader *reader);

/*
 * The first bytes of the input, up to BLOCK_HEAD_SIZE, byte order mark
 * included; valid as long as the reader.  Reads them if need be.
 */
struct text block_reader_head(struct block_reader *reader);

/* So far: uncompressed bytes read, lines (with skipped ones), skipped lines. */
uint64_t block_reader_bytes(const struct block_reader *reader);
uint64_t block_reader_lines(const struct block_reader *reader);
uint64_t block_reader_skipped(const struct block_reader *reader);

/*
 * Adds what was wrong with the input: a warning for each of the first few
 * overlong lines and one for the others, an error for damage.
 */
void block_reader_report(const struct block_reader *reader, const char *path,
    struct diagnostics *diagnostics);

/*
 * A hash of first bytes that is the same in every process (FNV-1a, 64 bits),
 * to be kept in files: it tells inputs apart, it does not withstand forgery.
 */
uint64_t block_fingerprint(struct text head);

#endif
