/*
 * Whatever way the bytes come, the lines are the same: for any block size, in
 * any pieces, plain, compressed in one member or many, by any gzip decoder, and
 * from a pipe.
 */
#include "unit/rows.h"

#include <unistd.h>

#include "input/line_block.h"
#include "input_fixtures.h"

#define LIMIT 60

/* Random lines, some empty, some overlong, of bytes that make trouble. */
static void
make_content(struct buffer *out, uint64_t *seed)
{
	unsigned lines = fixture_random(seed) % 40;

	for (unsigned i = 0; i < lines; i++) {
		unsigned length = fixture_random(seed) % 30;

		if (fixture_random(seed) % 8 == 0)
			length = fixture_random(seed) % 300;
		for (unsigned j = 0; j < length; j++)
			buffer_append_byte(out,
			    "ab\0\r\xEF\xBB\xBF"[fixture_random(seed) % 7]);
		if (i + 1 < lines || fixture_random(seed) % 2 == 0)
			buffer_append_byte(out, '\n');
	}
}

/* One line of the record: its number, its offset, its bytes. */
static void
record(struct buffer *out, uint64_t number, uint64_t offset, struct text line)
{
	buffer_append_format(out, "%llu@%llu:", (unsigned long long)number,
	    (unsigned long long)offset);
	buffer_append_text(out, line);
	buffer_append_byte(out, '\n');
}

/* What the header promises, written down the simplest way. */
static void
expect(struct buffer *out, struct text content)
{
	uint64_t number = 0;
	size_t start = 0;

	if (text_starts_with(content, text_of("\xEF\xBB\xBF")))
		start = 3;
	while (start < content.length) {
		struct text rest = text_slice(content, start, content.length);
		size_t length = text_find_byte(rest, '\n');

		if (length == TEXT_NONE)
			length = rest.length;
		number++;
		if (length <= LIMIT)
			record(out, number, start, text_slice(rest, 0, length));
		start += length + 1;
	}
	buffer_append_format(out, "%llu lines\n", (unsigned long long)number);
}

static void
record_block(struct buffer *out, const struct block *block)
{
	struct text data = { block->data, block->length };
	uint64_t number = block->first_line;
	size_t start = 0;

	while (start < data.length) {
		struct text rest = text_slice(data, start, data.length);
		size_t length = text_find_byte(rest, '\n');

		assert_true(length != TEXT_NONE);
		record(out, number++, block->offset + start,
		    text_slice(rest, 0, length));
		start += length + 1;
	}
}

static void
read_lines(struct buffer *out, struct byte_source *source, size_t block_size)
{
	struct block_reader_options options = { block_size, LIMIT };
	struct block_pool *pool = block_pool_new(3);
	struct block_reader *reader = block_reader_new(source, pool, &options);
	struct block *block;

	while ((block = block_reader_next(reader)) != NULL) {
		record_block(out, block);
		block_free(block);
	}
	buffer_append_format(out, "%llu lines\n",
	    (unsigned long long)block_reader_lines(reader));
	block_reader_free(reader);
	block_pool_free(pool);
}

static void
check_same(struct byte_source *source, size_t block_size,
    const struct buffer *expected)
{
	struct buffer lines;

	buffer_init(&lines, 0);
	read_lines(&lines, source, block_size);
	assert_null(byte_source_damage(source)->message);
	byte_source_close(source);
	assert_int_equal(lines.length, expected->length);
	assert_memory_equal(lines.data, expected->data, lines.length);
	buffer_release(&lines);
}

/* The content in several members, cut anywhere, also between lines. */
static void
compress_members(struct buffer *out, struct text content, uint64_t *seed)
{
	size_t start = 0;

	do {
		size_t end = start + fixture_random(seed) % 400;

		fixture_gzip(out, text_slice(content, start, end),
		    (int)(fixture_random(seed) % 10), 1);
		start = end;
	} while (start < content.length);
}

static void
check_block_sizes(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (unsigned round = 0; round < 60; round++) {
		struct byte_source_options options = {
			.chunk = fixture_random(&seed) % 50 + 1,
			.use_zlib = fixture_random(&seed) % 2 == 0,
		};
		struct buffer content;
		struct buffer stored;
		struct buffer expected;

		buffer_init(&content, 0);
		buffer_init(&stored, 0);
		buffer_init(&expected, 0);
		make_content(&content, &seed);
		compress_members(&stored, buffer_text(&content), &seed);
		expect(&expected, buffer_text(&content));
		for (size_t size = 1; size <= LIMIT + 1; size += 3) {
			check_same(byte_source_open_memory(
				       content.data, content.length, &options),
			    size, &expected);
			check_same(byte_source_open_memory(
				       stored.data, stored.length, &options),
			    size, &expected);
		}
		buffer_release(&content);
		buffer_release(&stored);
		buffer_release(&expected);
	}
}

/* Makes standard input a pipe that holds `content` and ends. */
static void
put_into_standard_input(struct text content)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(
	    write(ends[1], content.data, content.length), content.length);
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
}

static void
check_standard_input(void **state)
{
	struct diagnostics diagnostics;
	struct buffer content;
	struct buffer stored;
	struct buffer expected;
	uint64_t seed = 12;

	(void)state;
	diagnostics_init(&diagnostics);
	buffer_init(&content, 0);
	buffer_init(&stored, 0);
	buffer_init(&expected, 0);
	fixture_lines(&content, 400, 12);
	make_content(&content, &seed);
	fixture_gzip(&stored, buffer_text(&content), 6, 1);
	expect(&expected, buffer_text(&content));
	put_into_standard_input(buffer_text(&content));
	check_same(byte_source_open("-", &diagnostics), LIMIT, &expected);
	put_into_standard_input(buffer_text(&stored));
	check_same(byte_source_open("-", &diagnostics), LIMIT, &expected);
	assert_int_equal(diagnostics.count, 0);
	diagnostics_release(&diagnostics);
	buffer_release(&content);
	buffer_release(&stored);
	buffer_release(&expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_block_sizes),
		cmocka_unit_test(check_standard_input),
	};

	return cmocka_run_group_tests_name(
	    "lines of inputs", tests, NULL, NULL);
}
