/*
 * Text table: rows of cells, aligned for people.
 *
 *     text_table_init(&table, columns, 3, terminal);
 *     text_cell(&table, name); text_number(&table, 7); text_cell(...);
 *     ... further rows ...
 *     text_table_print(&table, terminal);
 *     text_table_release(&table);
 *
 * Numbers are flush right, texts flush left, two blanks between columns.  When
 * a row is wider than the terminal, the columns that may shrink are cut, the
 * widest first.  Cells are made printable when they are put in.
 */
#ifndef REPORT_TEXT_TABLE_H
#define REPORT_TEXT_TABLE_H

#include "base/arena.h"
#include "report/terminal.h"

#define TEXT_TABLE_COLUMNS 12

enum text_align { TEXT_LEFT, TEXT_RIGHT };

struct text_column {
	const char *heading;
	enum text_align align;
	bool shrinks;
};

struct text_table {
	const struct text_column *columns;
	size_t column_count; /* at most TEXT_TABLE_COLUMNS */
	struct arena arena;
	struct text *cells;
	size_t count; /* of cells */
	size_t capacity;
	bool utf8;
};

void
text_table_init(struct text_table *table, const struct text_column *columns,
    size_t column_count, const struct terminal *terminal);
void text_table_release(struct text_table *table);

/* The next cell. */
void text_cell(struct text_table *table, struct text text);
/* A name from a log, or `none` where it is empty. */
void text_name(struct text_table *table, struct text name, const char *none);
/* Two cells: who it is, and its address. */
void text_relay(struct text_table *table, struct text host, struct text ip);
void text_string(struct text_table *table, const char *string);
void text_number(struct text_table *table, uint64_t number);
void text_percent(
    struct text_table *table, uint64_t numerator, uint64_t denominator);
void text_duration(struct text_table *table, uint64_t seconds);
void text_time(struct text_table *table, int64_t instant);
/* Without the year: "11-22 01:04Z". */
void text_short_time(struct text_table *table, int64_t instant);
void
text_code(struct text_table *table, uint32_t enhanced_code, unsigned reply);

size_t text_table_rows(const struct text_table *table);

/* Headings and rows, indented by two blanks. */
void
text_table_print(const struct text_table *table, struct terminal *terminal);

#endif
