/*
 * Fuzz target of the input stage: any bytes as a stored file.
 *
 * The first byte chooses how it is read; the rest is the file.  Whatever it is,
 * blocks must hold whole lines with the right numbers, and where the default
 * gzip decoder sees damage it must agree with zlib.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "input/line_block.h"

#define CONTENT_MAXIMUM ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
check_block(const struct block *block, uint64_t *lines, uint64_t *offset)
{
	uint64_t newlines = 0;

	for (size_t i = 0; i < block->length; i++)
		newlines += block->data[i] == '\n';
	for (size_t i = 0; i < BLOCK_PADDING; i++)
		require(block->data[block->length + i] == 0);
	require(block->length == 0 || block->data[block->length - 1] == '\n');
	require(newlines == block->lines);
	require(block->first_line == *lines + block->skipped_lines + 1);
	require(block->offset >= *offset);
	*lines = block->first_line + block->lines - 1;
	*offset = block->offset + block->length;
}

static void
check_lines(const uint8_t *data, size_t size, uint8_t choice)
{
	struct byte_source_options options = { .chunk = choice % 64U + 1,
		.once = (choice & 64U) != 0,
		.use_zlib = (choice & 128U) != 0 };
	struct block_reader_options blocks = { choice % 32U + 1, 40 };
	struct byte_source *source =
	    byte_source_open_memory(data, size, &options);
	struct block_pool *pool = block_pool_new(2);
	struct block_reader *reader = block_reader_new(source, pool, &blocks);
	struct block *block;
	uint64_t lines = 0;
	uint64_t offset = 0;

	while ((block = block_reader_next(reader)) != NULL &&
	    block_reader_bytes(reader) < CONTENT_MAXIMUM) {
		check_block(block, &lines, &offset);
		block_free(block);
	}
	block_free(block);
	block_reader_free(reader);
	block_pool_free(pool);
	byte_source_close(source);
}

static size_t
read_once(const uint8_t *data, size_t size, bool use_zlib, char *out,
    struct byte_source_damage *damage, char *message)
{
	struct byte_source_options options = { .use_zlib = use_zlib,
		.chunk = 4096 };
	struct byte_source *source =
	    byte_source_open_memory(data, size, &options);
	size_t count;

	byte_source_read(source, out, CONTENT_MAXIMUM, &count);
	*damage = *byte_source_damage(source);
	message[0] = '\0';
	if (damage->message != NULL)
		strncat(message, damage->message, 199);
	byte_source_close(source);
	return count;
}

static void
check_decoders(const uint8_t *data, size_t size)
{
	char *ours = memory_allocate(CONTENT_MAXIMUM);
	char *theirs = memory_allocate(CONTENT_MAXIMUM);
	struct byte_source_damage our_damage;
	struct byte_source_damage their_damage;
	char our_message[200];
	char their_message[200];
	size_t our_count =
	    read_once(data, size, false, ours, &our_damage, our_message);
	size_t their_count =
	    read_once(data, size, true, theirs, &their_damage, their_message);

	if (our_damage.message != NULL) {
		require(our_count == their_count);
		require(memcmp(ours, theirs, our_count) == 0);
		require(strcmp(our_message, their_message) == 0);
		require(our_damage.offset == their_damage.offset);
	}
	free(ours);
	free(theirs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	check_lines(data + 1, size - 1, data[0]);
	check_decoders(data + 1, size - 1);
	return 0;
}
