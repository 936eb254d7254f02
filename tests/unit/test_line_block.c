#include "unit/rows.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "input/line_block.h"
#include "input_fixtures.h"

/* Lines of more than 8 bytes are overlong here. */
#define LIMIT 8

/* What the blocks show: "number:line" for each, "|" for a newline made up. */
static const struct row {
	const char *name;
	const char *stored;
	const char *shown;
	uint64_t lines;
	uint64_t skipped;
	uint64_t first_offset; /* of the first line shown */
} rows[] = {
	{ "nothing", "", "", 0, 0, 0 },
	{ "one line", "a\n", "1:a ", 1, 0, 0 },
	{ "no newline at the end", "a\nb", "1:a 2:b| ", 2, 0, 0 },
	{ "only an unended line", "b", "1:b| ", 1, 0, 0 },
	{ "empty lines", "\n\na\n\n", "1: 2: 3:a 4: ", 4, 0, 0 },
	{ "carriage returns stay", "a\r\nb\r\n", "1:a\r 2:b\r ", 2, 0, 0 },
	{ "byte order mark",
	    "\xEF\xBB\xBF"
	    "a\n",
	    "1:a ", 1, 0, 3 },
	{ "only a byte order mark", "\xEF\xBB\xBF", "", 0, 0, 3 },
	{ "a second mark stays", "a\n\xEF\xBB\xBF\n", "1:a 2:\xEF\xBB\xBF ", 2,
	    0, 0 },
	{ "just short enough", "12345678\nb\n", "1:12345678 2:b ", 2, 0, 0 },
	{ "short enough, unended", "a\n12345678", "1:a 2:12345678| ", 2, 0, 0 },
	{ "overlong first", "123456789\nb\n", "2:b ", 2, 1, 10 },
	{ "overlong by far", "1234567890123456789012345\nb\nc\n", "2:b 3:c ", 3,
	    1, 26 },
	{ "overlong in the middle", "a\n123456789\nb\n", "1:a 3:b ", 3, 1, 0 },
	{ "two overlong in a row", "a\n123456789\n1234567890\nb", "1:a 4:b| ",
	    4, 2, 0 },
	{ "overlong last", "a\n123456789\n", "1:a ", 2, 1, 0 },
	{ "overlong last, unended", "a\n123456789", "1:a ", 2, 1, 0 },
	{ "nothing but overlong", "1234567890", "", 1, 1, 10 },
};

static void
show_block(struct buffer *out, const struct block *block)
{
	uint64_t number = block->first_line;
	size_t start = 0;

	for (size_t i = 0; i < block->length; i++) {
		if (block->data[i] != '\n')
			continue;
		buffer_append_format(
		    out, "%llu:", (unsigned long long)number++);
		buffer_append(out, block->data + start, i - start);
		if (block->unterminated && i + 1 == block->length)
			buffer_append_byte(out, '|');
		buffer_append_byte(out, ' ');
		start = i + 1;
	}
	assert_int_equal(start, block->length);
	assert_int_equal(number - block->first_line, block->lines);
	for (size_t i = 0; i < BLOCK_PADDING; i++)
		assert_int_equal(block->data[block->length + i], 0);
}

static void
check_blocks(const struct row *row, struct block_reader *reader)
{
	struct buffer shown;
	struct block *block;
	bool last = false;
	bool first = true;
	uint64_t skipped = 0;

	buffer_init(&shown, 0);
	while ((block = block_reader_next(reader)) != NULL) {
		assert_false(last);
		last = block->last;
		skipped += block->skipped_lines;
		if (first && (block->length > 0 || last)) {
			assert_int_equal(block->offset, row->first_offset);
			first = false;
		}
		show_block(&shown, block);
		block_free(block);
	}
	assert_true(last);
	assert_string_equal(buffer_string(&shown), row->shown);
	assert_int_equal(skipped, row->skipped);
	buffer_release(&shown);
}

static void
check_row(void **state)
{
	const struct row *row = *state;

	for (size_t size = 1; size <= LIMIT + 1; size++) {
		struct block_reader_options options = { size, LIMIT };
		struct block_pool *pool = block_pool_new(2);
		struct byte_source *source = byte_source_open_memory(
		    row->stored, strlen(row->stored), NULL);
		struct block_reader *reader =
		    block_reader_new(source, pool, &options);

		check_blocks(row, reader);
		assert_int_equal(block_reader_lines(reader), row->lines);
		assert_int_equal(block_reader_skipped(reader), row->skipped);
		assert_int_equal(
		    block_reader_bytes(reader), strlen(row->stored));
		block_reader_free(reader);
		byte_source_close(source);
		block_pool_free(pool);
	}
}

/* A real 3 MB line between two others, with the sizes of a run. */
static void
check_huge_line(void **state)
{
	struct block_pool *pool = block_pool_new(4);
	struct diagnostics diagnostics;
	struct byte_source *source;
	struct block_reader *reader;
	struct buffer stored;
	struct buffer shown;
	struct block *block;

	(void)state;
	buffer_init(&stored, 0);
	buffer_init(&shown, 0);
	diagnostics_init(&diagnostics);
	buffer_append_string(&stored, "first\n");
	buffer_reserve(&stored, 3000000);
	memset(stored.data + stored.length, 'x', 3000000);
	stored.length += 3000000;
	buffer_append_string(&stored, "\nlast\n");
	source = byte_source_open_memory(stored.data, stored.length, NULL);
	reader = block_reader_new(source, pool, NULL);
	while ((block = block_reader_next(reader)) != NULL) {
		assert_true(block->capacity <= LINE_MAXIMUM + 100);
		show_block(&shown, block);
		block_free(block);
	}
	assert_string_equal(buffer_string(&shown), "1:first 3:last ");
	block_reader_report(reader, "mail.log", &diagnostics);
	assert_int_equal(diagnostics.count, 1);
	assert_int_equal(diagnostics.items[0].line, 2);
	assert_string_equal(diagnostics.items[0].message,
	    "line skipped: longer than 1048576 bytes");
	diagnostics_release(&diagnostics);
	block_reader_free(reader);
	byte_source_close(source);
	block_pool_free(pool);
	buffer_release(&stored);
	buffer_release(&shown);
}

static void
check_report(void **state)
{
	struct byte_source_options failing = { .fails = true, .fail_at = 60 };
	struct block_reader_options options = { 4, LIMIT };
	struct block_pool *pool = block_pool_new(0);
	const char *stored = "1234567890\n1234567890\n1234567890\n"
			     "1234567890\n1234567890\nabcdefghijkl\n";
	struct byte_source *source =
	    byte_source_open_memory(stored, strlen(stored), &failing);
	struct block_reader *reader = block_reader_new(source, pool, &options);
	struct diagnostics diagnostics;
	struct block *block;
	struct buffer text;

	(void)state;
	while ((block = block_reader_next(reader)) != NULL)
		block_free(block);
	diagnostics_init(&diagnostics);
	buffer_init(&text, 0);
	block_reader_report(reader, "mail.log", &diagnostics);
	for (size_t i = 0; i < diagnostics.count; i++)
		diagnostic_format(&text, &diagnostics.items[i]);
	assert_string_equal(buffer_string(&text),
	    "mail.log:1: warning: line skipped: longer than 8 bytes\n"
	    "mail.log:2: warning: line skipped: longer than 8 bytes\n"
	    "mail.log:3: warning: line skipped: longer than 8 bytes\n"
	    "mail.log: warning: 2 more lines longer than 8 bytes skipped\n"
	    "mail.log: byte 60: error: read error: Input/output error\n");
	buffer_release(&text);
	diagnostics_release(&diagnostics);
	block_reader_free(reader);
	byte_source_close(source);
	block_pool_free(pool);
}

static void
check_head(void **state)
{
	struct block_pool *pool = block_pool_new(1);
	struct byte_source *source;
	struct block_reader *reader;
	struct buffer lines;
	struct buffer stored;
	struct text head;

	(void)state;
	buffer_init(&lines, 0);
	buffer_init(&stored, 0);
	fixture_lines(&lines, 100, 5);
	fixture_gzip(&stored, buffer_text(&lines), 6, 0);
	source = byte_source_open_memory(stored.data, stored.length, NULL);
	reader = block_reader_new(source, pool, NULL);
	head = block_reader_head(reader);
	assert_int_equal(head.length, BLOCK_HEAD_SIZE);
	assert_memory_equal(head.data, lines.data, head.length);
	/* Asking for the head takes nothing away from the blocks. */
	block_free(block_reader_next(reader));
	assert_int_equal(block_reader_lines(reader), 100);
	assert_int_equal(block_reader_bytes(reader), lines.length);
	block_reader_free(reader);
	byte_source_close(source);
	block_pool_free(pool);
	buffer_release(&lines);
	buffer_release(&stored);
	/* The published test vectors of FNV-1a. */
	assert_true(block_fingerprint(text_of("")) == 0xCBF29CE484222325U);
	assert_true(
	    block_fingerprint(text_of("foobar")) == 0x85944171F73967E8U);
}

/* Frees the blocks whose addresses come through a pipe; counts lines. */
static void *
free_blocks(void *pipe_end)
{
	static uint64_t lines;
	const int *end = pipe_end;
	struct block *block;

	lines = 0;
	while (read(*end, &block, sizeof(block)) == sizeof(block)) {
		lines += block->lines;
		block_free(block);
	}
	return &lines;
}

/* One thread fills blocks while another frees them, as in a pipeline. */
static void
check_threads(void **state)
{
	struct block_reader_options options = { 500, 0 };
	struct block_pool *pool = block_pool_new(2);
	struct byte_source *source;
	struct block_reader *reader;
	struct buffer lines;
	struct block *block;
	pthread_t thread;
	void *result;
	int ends[2];

	(void)state;
	buffer_init(&lines, 0);
	fixture_lines(&lines, 2000, 5);
	source = byte_source_open_memory(lines.data, lines.length, NULL);
	reader = block_reader_new(source, pool, &options);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(
	    pthread_create(&thread, NULL, free_blocks, &ends[0]), 0);
	while ((block = block_reader_next(reader)) != NULL)
		assert_int_equal(
		    write(ends[1], &block, sizeof(block)), sizeof(block));
	close(ends[1]);
	assert_int_equal(pthread_join(thread, &result), 0);
	close(ends[0]);
	assert_int_equal(*(uint64_t *)result, 2000);
	block_reader_free(reader);
	byte_source_close(source);
	block_pool_free(pool);
	buffer_release(&lines);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_huge_line),
		cmocka_unit_test(check_report),
		cmocka_unit_test(check_head),
		cmocka_unit_test(check_threads),
	};

	return ROWS_RUN("line blocks", rows, check_row) +
	    cmocka_run_group_tests_name(
		"line blocks, others", others, NULL, NULL);
}
