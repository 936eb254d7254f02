/*
 * compare_truth: holds a directory of CSV tables against a truth file.
 *
 *	compare_truth [--skip BLOCK]... TRUTH DIRECTORY
 *
 * Rows are joined by their key columns; every column that the truth names must
 * be equal, byte for byte.  Rows that only one side has must be all zero or
 * empty.  Prints each difference; exit 0 equal, 1 different, 2 not comparable.
 * The truth file is described in generate_truth.h.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 64
#define SHOWN_MAX   15 /* differences of a block that are printed in full */

struct row {
	char *cells[COLUMNS_MAX];
	size_t count;
	bool used;
};

struct table {
	char *text; /* the cells point into it */
	struct row *rows; /* the first one is the header */
	size_t count;
};

struct block {
	char name[64];
	unsigned keys;
	bool open_ended;
	struct row header;
	size_t map[COLUMNS_MAX]; /* columns of the table for the truth's */
	unsigned long differences;
	unsigned long compared;
};

static void
fail(const char *what, const char *detail)
{
	fprintf(stderr, "compare_truth: %s: %s\n", what, detail);
	exit(2);
}

static char *
read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t capacity = 65536, length = 0, count;
	char *text = malloc(capacity);

	if (file == NULL)
		fail(path, strerror(errno));
	while (text != NULL && (count = fread(text + length, 1,
				    capacity - length - 1, file)) > 0) {
		length += count;
		if (capacity - length < 2) {
			capacity *= 2;
			text = realloc(text, capacity);
		}
	}
	if (text == NULL || ferror(file))
		fail(path, strerror(errno));
	fclose(file);
	if (memchr(text, '\0', length) != NULL)
		fail(path, "holds a NUL byte");
	text[length] = '\0';
	return text;
}

/* One cell, its quotes undone in place; `*at` ends behind its separator. */
static char *
take_cell(char **at, bool *last)
{
	char *cell = *at, *to = *at, *from = *at;
	bool quoted = *from == '"';

	if (quoted)
		from++;
	while (*from != '\0') {
		if (quoted && from[0] == '"' && from[1] != '"') {
			quoted = false;
			from++;
			continue;
		}
		if (quoted && from[0] == '"')
			from++;
		else if (!quoted && (*from == ',' || *from == '\n'))
			break;
		*to++ = *from++;
	}
	*last = *from != ',';
	*at = *from == '\0' ? from : from + 1;
	*to = '\0';
	return cell;
}

static void
take_row(char **at, struct row *row, const char *name)
{
	bool last = false;

	row->count = 0;
	row->used = false;
	while (!last) {
		if (row->count == COLUMNS_MAX)
			fail(name, "too many columns");
		row->cells[row->count++] = take_cell(at, &last);
	}
}

static void
load_table(struct table *table, const char *directory, const char *name)
{
	char path[4096];
	size_t capacity = 0;
	char *at;

	snprintf(path, sizeof path, "%s/%s.csv", directory, name);
	table->text = at = read_file(path);
	table->rows = NULL;
	table->count = 0;
	while (*at != '\0') {
		if (table->count == capacity) {
			capacity = capacity * 2 + 256;
			table->rows = realloc(
			    table->rows, capacity * sizeof *table->rows);
			if (table->rows == NULL)
				fail("out of memory", path);
		}
		take_row(&at, &table->rows[table->count], path);
		if (table->rows[table->count].count != table->rows[0].count)
			fail(path, "rows differ in their number of columns");
		table->count++;
	}
	if (table->count == 0)
		fail(path, "has no header");
}

static void
map_columns(struct block *block, const struct table *table)
{
	const struct row *header = &table->rows[0];

	for (size_t i = 0; i < block->header.count; i++) {
		size_t j = 0;

		while (j < header->count &&
		       strcmp(header->cells[j], block->header.cells[i]) != 0)
			j++;
		if (j == header->count) {
			fprintf(stderr, "compare_truth: %s.csv: no column %s\n",
			    block->name, block->header.cells[i]);
			exit(2);
		}
		block->map[i] = j;
	}
}

/* For qsort and the search: the block whose keys are compared. */
static const struct block *sorted_block;

static int
compare_rows(const void *left, const void *right)
{
	const struct row *a = left, *b = right;
	int order = 0;

	for (unsigned i = 0; order == 0 && i < sorted_block->keys; i++)
		order = strcmp(a->cells[sorted_block->map[i]],
		    b->cells[sorted_block->map[i]]);
	return order;
}

static struct row *
find_row(const struct block *block, const struct table *table,
    const struct row *truth)
{
	size_t low = 1, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct row *row = &table->rows[middle];
		int order = 0;

		for (unsigned i = 0; order == 0 && i < block->keys; i++)
			order =
			    strcmp(truth->cells[i], row->cells[block->map[i]]);
		if (order == 0)
			return row;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static bool
is_nothing(const char *cell)
{
	return cell[0] == '\0' || strcmp(cell, "0") == 0;
}

/* Counts a difference; true if it is to be printed. */
static bool
count_difference(struct block *block)
{
	block->differences++;
	if (block->differences == SHOWN_MAX + 1)
		printf("%s: further differences are not shown\n", block->name);
	return block->differences <= SHOWN_MAX;
}

static void
print_keys(const struct block *block, const struct row *row, bool mapped)
{
	printf("%s[", block->name);
	for (unsigned i = 0; i < block->keys; i++)
		printf("%s%s", i > 0 ? "," : "",
		    row->cells[mapped ? block->map[i] : i]);
	printf("]");
}

static void
compare_cells(struct block *block, const struct row *truth, struct row *row)
{
	if (row != NULL && row->used && count_difference(block)) {
		print_keys(block, truth, false);
		printf(": twice in the truth\n");
	}
	if (row != NULL)
		row->used = true;
	for (size_t i = block->keys; i < truth->count; i++) {
		const char *expected = truth->cells[i];
		const char *found =
		    row == NULL ? "" : row->cells[block->map[i]];

		block->compared++;
		if (strcmp(expected, found) == 0 ||
		    (row == NULL && is_nothing(expected)))
			continue;
		if (!count_difference(block))
			continue;
		print_keys(block, truth, false);
		printf(" %s: expected '%s', %s%s%s\n", block->header.cells[i],
		    expected, row == NULL ? "no such row" : "found '", found,
		    row == NULL ? "" : "'");
	}
}

/* Rows of the table that the truth did not ask for, or that come twice. */
static void
check_rest(struct block *block, const struct table *table)
{
	for (size_t i = 1; i < table->count; i++) {
		const struct row *row = &table->rows[i];

		if (i > 1 && compare_rows(row - 1, row) == 0 &&
		    count_difference(block)) {
			print_keys(block, row, true);
			printf(": twice in the table\n");
		}
		if (row->used || block->open_ended)
			continue;
		for (size_t j = block->keys; j < block->header.count; j++) {
			const char *found = row->cells[block->map[j]];

			if (is_nothing(found) || !count_difference(block))
				continue;
			print_keys(block, row, true);
			printf(" %s: found '%s', no such row in the truth\n",
			    block->header.cells[j], found);
		}
	}
}

/* `[NAME KEYS]` or `[NAME KEYS +]`; false if the line is something else. */
static bool
take_block_line(char **at, struct block *block)
{
	char mark = ' ';

	if (**at != '[')
		return false;
	memset(block, 0, sizeof *block);
	if (sscanf(*at, "[%63[a-z_] %u %c", block->name, &block->keys, &mark) <
	    2)
		fail("bad block line in the truth", *at);
	block->open_ended = mark == '+';
	*at += strcspn(*at, "\n");
	*at += **at == '\n';
	take_row(at, &block->header, block->name);
	return true;
}

static bool
at_block_end(const char *at)
{
	return *at == '\0' || *at == '\n' || *at == '[';
}

/* Compares one block; `*at` ends behind its rows. */
static unsigned long
compare_block(struct block *block, char **at, const char *directory)
{
	struct table table;
	struct row truth;

	load_table(&table, directory, block->name);
	map_columns(block, &table);
	sorted_block = block;
	qsort(
	    table.rows + 1, table.count - 1, sizeof *table.rows, compare_rows);
	while (!at_block_end(*at)) {
		take_row(at, &truth, block->name);
		if (truth.count != block->header.count)
			fail("bad row in the truth", block->name);
		compare_cells(block, &truth, find_row(block, &table, &truth));
	}
	check_rest(block, &table);
	printf("%s: %lu cells, %lu differences\n", block->name, block->compared,
	    block->differences);
	free(table.rows);
	free(table.text);
	return block->differences;
}

static bool
is_skipped(int count, char **arguments, const char *name)
{
	for (int i = 1; i + 2 < count; i += 2)
		if (strcmp(arguments[i + 1], name) == 0)
			return true;
	return false;
}

int
main(int count, char **arguments)
{
	unsigned long differences = 0;
	unsigned blocks = 0;
	char *text, *at;

	for (int i = 1; i + 2 < count; i += 2)
		if (strcmp(arguments[i], "--skip") != 0)
			fail("unknown option", arguments[i]);
	if (count < 3 || count % 2 == 0)
		fail(
		    "usage", "compare_truth [--skip BLOCK]... TRUTH DIRECTORY");
	text = at = read_file(arguments[count - 2]);
	while (*at != '\0') {
		struct block block;
		struct row row;

		if (*at == '\n') {
			at++;
		} else if (!take_block_line(&at, &block)) {
			fail("bad line in the truth", at);
		} else if (block.keys == 0 ||
			   is_skipped(count, arguments, block.name)) {
			while (!at_block_end(at))
				take_row(&at, &row, block.name);
		} else {
			differences +=
			    compare_block(&block, &at, arguments[count - 1]);
			blocks++;
		}
	}
	free(text);
	if (blocks == 0)
		fail(arguments[count - 2], "holds no truth");
	return differences > 0;
}
