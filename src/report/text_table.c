#include "report/text_table.h"

#include <assert.h>
#include <stdlib.h>

#include "base/enhanced_code.h"
#include "base/memory.h"

#define INDENT 2
#define GAP    2

/* A column is not shrunk to less than this. */
#define SHRUNK_LEAST 12

void
text_table_init(struct text_table *table, const struct text_column *columns,
    size_t column_count, const struct terminal *terminal)
{
	assert(column_count <= TEXT_TABLE_COLUMNS);
	*table = (struct text_table){ 0 };
	table->columns = columns;
	table->column_count = column_count;
	table->utf8 = terminal->utf8;
	arena_init(&table->arena);
}

void
text_table_release(struct text_table *table)
{
	arena_release(&table->arena);
	free(table->cells);
}

size_t
text_table_rows(const struct text_table *table)
{
	return table->count / table->column_count;
}

void
text_cell(struct text_table *table, struct text text)
{
	struct buffer printable;

	buffer_init(&printable, 0);
	buffer_append_printable(&printable, text, 0, table->utf8);
	table->cells = memory_grow(table->cells, &table->capacity,
	    table->count + 1, sizeof(*table->cells));
	table->cells[table->count++] =
	    arena_copy(&table->arena, buffer_text(&printable));
	buffer_release(&printable);
}

void
text_string(struct text_table *table, const char *string)
{
	text_cell(table, text_of(string));
}

void
text_number(struct text_table *table, uint64_t number)
{
	struct buffer cell;

	buffer_init(&cell, 0);
	buffer_append_number(&cell, number);
	text_cell(table, buffer_text(&cell));
	buffer_release(&cell);
}

void
text_percent(struct text_table *table, uint64_t numerator, uint64_t denominator)
{
	struct buffer cell;

	buffer_init(&cell, 0);
	buffer_append_percent(&cell, numerator, denominator);
	text_cell(table, buffer_text(&cell));
	buffer_release(&cell);
}

void
text_duration(struct text_table *table, uint64_t seconds)
{
	struct buffer cell;

	buffer_init(&cell, 0);
	buffer_append_duration(&cell, seconds);
	text_cell(table, buffer_text(&cell));
	buffer_release(&cell);
}

void
text_time(struct text_table *table, int64_t instant)
{
	struct buffer cell;

	buffer_init(&cell, 0);
	buffer_append_time(&cell, instant);
	text_cell(table, buffer_text(&cell));
	buffer_release(&cell);
}

void
text_code(struct text_table *table, uint32_t enhanced_code, unsigned reply)
{
	struct buffer cell;

	buffer_init(&cell, 0);
	if (enhanced_code != 0)
		buffer_append_enhanced_code(&cell, enhanced_code);
	else if (reply != 0)
		buffer_append_number(&cell, reply);
	else
		buffer_append_byte(&cell, '-');
	text_cell(table, buffer_text(&cell));
	buffer_release(&cell);
}

/* The widest cell of each column, after the shrinking one has given way. */
static void
find_widths(const struct text_table *table, size_t limit, size_t *widths)
{
	size_t total = INDENT;
	size_t shrinking = table->column_count;

	for (size_t i = 0; i < table->column_count; i++) {
		widths[i] =
		    printable_columns(text_of(table->columns[i].heading));
		for (size_t cell = i; cell < table->count;
		     cell += table->column_count) {
			size_t width = printable_columns(table->cells[cell]);

			if (width > widths[i])
				widths[i] = width;
		}
		total += widths[i] + (i > 0 ? GAP : 0);
		if (table->columns[i].shrinks)
			shrinking = i;
	}
	if (shrinking == table->column_count || total <= limit)
		return;
	total -= limit;
	widths[shrinking] = widths[shrinking] > total + SHRUNK_LEAST
				? widths[shrinking] - total
				: SHRUNK_LEAST;
}

static void
print_cell(const struct text_table *table, size_t column, struct text text,
    size_t width, struct buffer *line)
{
	struct buffer cut;
	size_t columns;

	buffer_init(&cut, 0);
	buffer_append_printable(&cut, text, width, table->utf8);
	columns = printable_columns(buffer_text(&cut));
	for (size_t i = 0; i < (column > 0 ? GAP : INDENT); i++)
		buffer_append_byte(line, ' ');
	if (table->columns[column].align == TEXT_LEFT)
		buffer_append_text(line, buffer_text(&cut));
	for (size_t i = columns; i < width; i++)
		buffer_append_byte(line, ' ');
	if (table->columns[column].align == TEXT_RIGHT)
		buffer_append_text(line, buffer_text(&cut));
	buffer_release(&cut);
}

static void
end_line(struct buffer *line, struct buffer *out)
{
	while (line->length > 0 && line->data[line->length - 1] == ' ')
		line->length--;
	buffer_append_text(out, buffer_text(line));
	buffer_append_byte(out, '\n');
	buffer_clear(line);
}

void
text_table_print(const struct text_table *table, struct terminal *terminal)
{
	size_t widths[TEXT_TABLE_COLUMNS];
	struct buffer line;

	assert(table->count % table->column_count == 0);
	find_widths(table, terminal->columns, widths);
	buffer_init(&line, 0);
	for (size_t i = 0; i < table->column_count; i++)
		print_cell(table, i, text_of(table->columns[i].heading),
		    widths[i], &line);
	end_line(&line, terminal->out);
	for (size_t cell = 0; cell < table->count; cell++) {
		size_t column = cell % table->column_count;

		print_cell(
		    table, column, table->cells[cell], widths[column], &line);
		if (column + 1 == table->column_count)
			end_line(&line, terminal->out);
	}
	buffer_release(&line);
}
