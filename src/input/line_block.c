#include "input/line_block.h"

#include <stdlib.h>
#include <string.h>

#include "base/free_list.h"
#include "base/memory.h"
#include "base/search.h"

/* Overlong lines that are named; the others are only counted. */
#define SKIPPED_SHOWN 3

struct block_pool {
	struct free_list blocks;
};

struct block_reader {
	struct byte_source *source;
	struct block_pool *pool;
	size_t block_size;
	size_t line_maximum;
	struct block *pending; /* begins with `carried` bytes of a line */
	size_t carried;
	uint64_t offset; /* of the first byte in `pending` */
	uint64_t lines; /* before `pending` */
	uint64_t bytes;
	uint64_t skipped;
	uint64_t skipped_lines[SKIPPED_SHOWN];
	char head[BLOCK_HEAD_SIZE];
	size_t head_length;
	size_t head_used;
	uint64_t stop; /* bytes of the input that are looked at */
	bool started;
	bool finished;
};

struct block_pool *
block_pool_new(size_t kept)
{
	struct block_pool *pool = memory_allocate_array(1, sizeof(*pool));

	free_list_init(&pool->blocks, kept);
	return pool;
}

static void
destroy(struct block *block)
{
	free(block->data);
	free(block);
}

void
block_pool_free(struct block_pool *pool)
{
	struct block *block;

	while ((block = free_list_take(&pool->blocks)) != NULL)
		destroy(block);
	free_list_release(&pool->blocks);
	free(pool);
}

/* Room for `size` bytes, a newline and the padding. */
static void
make_room(struct block *block, size_t size)
{
	size_t wanted = size + 1 + BLOCK_PADDING;

	if (block->capacity >= wanted)
		return;
	block->data = memory_resize(block->data, wanted);
	block->capacity = wanted;
}

static struct block *
take(struct block_pool *pool, size_t size)
{
	struct block *block = free_list_take(&pool->blocks);
	char *data = NULL;
	size_t capacity = 0;

	if (block == NULL) {
		block = memory_allocate(sizeof(*block));
	} else {
		data = block->data;
		capacity = block->capacity;
	}
	*block = (struct block){ 0 };
	block->data = data;
	block->capacity = capacity;
	block->pool = pool;
	make_room(block, size);
	return block;
}

void
block_free(struct block *block)
{
	if (block == NULL)
		return;
	/* One that held a huge line is not worth its memory. */
	if (block->capacity > 2 * BLOCK_SIZE ||
	    !free_list_give(&block->pool->blocks, block))
		destroy(block);
}

struct block_reader *
block_reader_new(struct byte_source *source, struct block_pool *pool,
    const struct block_reader_options *options)
{
	struct block_reader *reader = memory_allocate_array(1, sizeof(*reader));

	reader->source = source;
	reader->pool = pool;
	reader->stop = UINT64_MAX;
	if (options != NULL) {
		reader->block_size = options->block_size;
		reader->line_maximum = options->line_maximum;
	}
	if (reader->line_maximum == 0)
		reader->line_maximum = LINE_MAXIMUM;
	if (reader->block_size == 0)
		reader->block_size = BLOCK_SIZE;
	/* Then a newline in a first filling never ends an overlong line. */
	if (reader->block_size > reader->line_maximum)
		reader->block_size = reader->line_maximum;
	return reader;
}

void
block_reader_free(struct block_reader *reader)
{
	block_free(reader->pending);
	free(reader);
}

static void
start(struct block_reader *reader)
{
	static const char mark[3] = "\xEF\xBB\xBF";

	if (reader->started)
		return;
	reader->started = true;
	byte_source_read(reader->source, reader->head, sizeof(reader->head),
	    &reader->head_length);
	reader->bytes = reader->head_length;
	if (reader->head_length >= sizeof(mark) &&
	    memcmp(reader->head, mark, sizeof(mark)) == 0)
		reader->head_used = sizeof(mark);
	reader->offset = reader->head_used;
}

/* Fills `out`; *ended: nothing comes behind it. */
static size_t
pull(struct block_reader *reader, char *out, size_t room, bool *ended)
{
	uint64_t pulled =
	    reader->bytes - (reader->head_length - reader->head_used);
	size_t filled = reader->head_length - reader->head_used;
	size_t wanted = room;
	size_t count;

	if (room > reader->stop - pulled)
		room = (size_t)(reader->stop - pulled);
	if (filled > room)
		filled = room;
	memcpy(out, reader->head + reader->head_used, filled);
	reader->head_used += filled;
	if (filled < room) {
		byte_source_read(
		    reader->source, out + filled, room - filled, &count);
		reader->bytes += count;
		filled += count;
	}
	*ended = filled < wanted;
	return filled;
}

/* Bytes up to and with the last newline; 0 when there is none. */
static size_t
whole_lines(const char *data, size_t length)
{
	while (length > 0 && data[length - 1] != '\n')
		length--;
	return length;
}

/*
 * Drops the line that the block holds the start of, `*filled` bytes, and
 * leaves what was read behind it at the front of the block.
 */
static void
skip_line(struct block_reader *reader, struct block *block, size_t *filled,
    bool *ended)
{
	const char *newline = NULL;

	if (reader->skipped < SKIPPED_SHOWN)
		reader->skipped_lines[reader->skipped] = reader->lines + 1;
	reader->skipped++;
	reader->lines++;
	block->skipped_lines++;
	reader->offset += *filled;
	*filled = 0;
	while (newline == NULL && !*ended) {
		size_t dropped;

		*filled = pull(reader, block->data, reader->block_size, ended);
		newline = memchr(block->data, '\n', *filled);
		dropped = *filled;
		if (newline != NULL)
			dropped = (size_t)(newline - block->data) + 1;
		reader->offset += dropped;
		*filled -= dropped;
		memmove(block->data, block->data + dropped, *filled);
	}
}

/* More room for a line that fills the block. */
static size_t
grow_target(const struct block_reader *reader, size_t target, size_t filled)
{
	while (target <= filled)
		target *= 2;
	/* One byte more than is allowed shows that a line is overlong. */
	if (target > reader->line_maximum)
		target = reader->line_maximum + 1;
	return target;
}

/*
 * Reads until the block holds the end of a line, or the input ends.  Returns
 * how many bytes of whole lines there are.
 */
static size_t
fill(struct block_reader *reader, struct block *block, size_t *filled,
    bool *ended)
{
	size_t searched = *filled;
	size_t target = reader->block_size;
	size_t whole;

	do {
		if (*filled > reader->line_maximum) {
			skip_line(reader, block, filled, ended);
			target = reader->block_size;
			searched = 0;
		} else {
			target = grow_target(reader, target, *filled);
			make_room(block, target);
			*filled += pull(reader, block->data + *filled,
			    target - *filled, ended);
		}
		whole = whole_lines(block->data + searched, *filled - searched);
		if (whole > 0)
			whole += searched;
		searched = *filled;
	} while (whole == 0 && !*ended);
	return whole;
}

/* The last block takes what is there; any other leaves a line's start. */
static size_t
finish(struct block_reader *reader, struct block *block, size_t whole,
    size_t filled)
{
	if (filled > whole) {
		block->data[filled++] = '\n';
		block->unterminated = true;
	}
	block->last = true;
	reader->finished = true;
	return filled;
}

struct block *
block_reader_next(struct block_reader *reader)
{
	struct block *block = reader->pending;
	size_t filled = reader->carried;
	bool ended = false;
	size_t whole;

	if (reader->finished)
		return NULL;
	start(reader);
	if (block == NULL)
		block = take(reader->pool, reader->block_size);
	reader->pending = NULL;
	whole = fill(reader, block, &filled, &ended);
	if (ended) {
		whole = finish(reader, block, whole, filled);
	} else {
		reader->carried = filled - whole;
		reader->pending = take(reader->pool,
		    reader->carried > reader->block_size ? reader->carried
							 : reader->block_size);
		memcpy(reader->pending->data, block->data + whole,
		    reader->carried);
	}
	block->length = whole;
	block->first_line = reader->lines + 1;
	block->offset = reader->offset;
	block->lines = search_count_byte(block->data, whole, '\n');
	memset(block->data + whole, 0, BLOCK_PADDING);
	reader->lines += block->lines;
	reader->offset += whole;
	return block;
}

struct text
block_reader_head(struct block_reader *reader)
{
	start(reader);
	return (struct text){ reader->head, reader->head_length };
}

void
block_reader_skip(struct block_reader *reader, uint64_t bytes, uint64_t lines)
{
	bool ended = false;
	struct block *block;

	start(reader);
	if (bytes <= reader->offset)
		return;
	block = take(reader->pool, reader->block_size);
	reader->lines = lines;
	while (reader->offset < bytes && !ended) {
		uint64_t left = bytes - reader->offset;

		reader->offset += pull(reader, block->data,
		    left < reader->block_size ? (size_t)left
					      : reader->block_size,
		    &ended);
	}
	reader->offset = bytes;
	block_free(block);
}

void
block_reader_stop_at(struct block_reader *reader, uint64_t bytes)
{
	/* The mark of UTF-8 is never left out. */
	start(reader);
	reader->stop = bytes > reader->offset ? bytes : reader->offset;
}

bool
block_drop_unterminated(struct block *block)
{
	if (!block->unterminated)
		return false;
	block->length = whole_lines(block->data, block->length - 1);
	block->lines--;
	block->unterminated = false;
	memset(block->data + block->length, 0, BLOCK_PADDING);
	return true;
}

uint64_t
block_reader_bytes(const struct block_reader *reader)
{
	return reader->bytes;
}

uint64_t
block_reader_lines(const struct block_reader *reader)
{
	return reader->lines;
}

uint64_t
block_reader_skipped(const struct block_reader *reader)
{
	return reader->skipped;
}

void
block_reader_report(const struct block_reader *reader, const char *path,
    struct diagnostics *diagnostics)
{
	const struct byte_source_damage *damage =
	    byte_source_damage(reader->source);
	uint64_t more = reader->skipped;
	struct diagnostic *item;

	for (uint64_t i = 0; i < SKIPPED_SHOWN && more > 0; i++, more--) {
		item = diagnostics_add(diagnostics, DIAGNOSTIC_WARNING, path,
		    "line skipped: longer than %zu bytes",
		    reader->line_maximum);
		item->line = reader->skipped_lines[i];
	}
	if (more > 0)
		diagnostics_add(diagnostics, DIAGNOSTIC_WARNING, path,
		    "%llu more line%s longer than %zu bytes skipped",
		    (unsigned long long)more, text_plural(more),
		    reader->line_maximum);
	if (damage->message != NULL) {
		item = diagnostics_add(
		    diagnostics, DIAGNOSTIC_ERROR, path, "%s", damage->message);
		item->byte = (int64_t)damage->offset;
	}
}

uint64_t
block_fingerprint(struct text head)
{
	uint64_t hash = 0xCBF29CE484222325U;

	for (size_t i = 0; i < head.length; i++) {
		hash ^= (unsigned char)head.data[i];
		hash *= 0x100000001B3U;
	}
	return hash;
}
