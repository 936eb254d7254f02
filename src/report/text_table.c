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
text_name(struct text_table *table, struct text name, const char *none)
{
	text_cell(table, name.length > 0 ? name : text_of(none));
}

void
text_relay(struct text_table *table, struct text host, struct text ip)
{
	text_name(
	    table, host, ip.length > 0 ? "(no name)" : "(no relay reached)");
	text_cell(table, ip);
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

/* One decimal: there is little room, and the integers stand beside it. */
void
text_percent(struct text_table *table, uint64_t numerator, uint64_t denominator)
{
	struct buffer cell;

	buffer_init(&cell, 0);
	if (denominator == 0)
		buffer_append_byte(&cell, '-');
	else
		buffer_append_format(&cell, "%.1f %%",
		    100.0 * (double)numerator / (double)denominator);
	text_cell(table, buffer_text(&cell));
	buffer_release(&cell);
}

void
text_duration(struct text_table *table, uint64_t seconds)
{
	struct buffer cell;

	buffer_init(&cell, 0);
	buffer_append_short_duration(&cell, seconds);
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
text_short_time(struct text_table *table, int64_t instant)
{
	struct buffer cell;
	struct text time;

	buffer_init(&cell, 0);
	buffer_append_time(&cell, instant);
	time = buffer_text(&cell);
	text_cell(
	    table, time.length > 5 ? text_slice(time, 5, time.length) : time);
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

/* The widest column that may give way; column_count when there is none. */
static size_t
find_shrinkable(const struct text_table *table, const size_t *widths)
{
	size_t widest = table->column_count;

	for (size_t i = 0; i < table->column_count; i++) {
		if (!table->columns[i].shrinks || widths[i] <= SHRUNK_LEAST)
			continue;
		if (widest == table->column_count || widths[i] > widths[widest])
			widest = i;
	}
	return widest;
}

/* The widest cell of each column, after some have given way. */
static void
find_widths(const struct text_table *table, size_t limit, size_t *widths)
{
	size_t total = INDENT - GAP;
	size_t shrinking;

	for (size_t i = 0; i < table->column_count; i++) {
		widths[i] =
		    printable_columns(text_of(table->columns[i].heading));
		for (size_t cell = i; cell < table->count;
		     cell += table->column_count) {
			size_t width = printable_columns(table->cells[cell]);

			if (width > widths[i])
				widths[i] = width;
		}
		/* What is cut is cut to this first, or the loop is long. */
		if (table->columns[i].shrinks && widths[i] > limit)
			widths[i] = limit;
		total += widths[i] + GAP;
	}
	for (; total > limit; total--) {
		shrinking = find_shrinkable(table, widths);
		if (shrinking == table->column_count)
			return;
		widths[shrinking]--;
	}
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
