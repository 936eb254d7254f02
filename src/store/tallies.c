#include "store/store.h"

#ifdef HAVE_SQLITE

#include <stdio.h>

#include "base/memory.h"
#include "store/store_private.h"
#include "store/tally_tables.h"

/*
 * Every table begins with open and day, then the key of the row; the tables of
 * values end in value and count.  The order of the primary key lets what is
 * open be dropped, and a period be read, without looking at anything else.
 */

/* Further than this from 1970 no day is: beyond the year 9999. */
#define DAY_LIMIT 4000000

/* --- definitions and statements --- */

static void
append_key(struct buffer *sql, const struct tally_table *table)
{
	buffer_append_string(sql, "open, day");
	for (size_t i = 0; i < table->key_count; i++)
		buffer_append_format(sql, ", %s", table->keys[i].name);
	if (table->hours > 0)
		buffer_append_string(sql, ", hour");
}

static void
define_key(struct buffer *sql, const struct tally_table *table)
{
	buffer_append_string(sql, "open INTEGER, day INTEGER");
	if (table->key_count > 0)
		buffer_append_string(sql, ", ");
	fields_define(sql, table->keys, table->key_count);
	if (table->hours > 0)
		buffer_append_string(sql, ", hour INTEGER");
}

void
tallies_define(struct buffer *sql)
{
	for (size_t i = 0; i < tally_table_count; i++) {
		const struct tally_table *table = &tally_tables[i];

		buffer_append_format(sql, "CREATE TABLE %s (", table->name);
		define_key(sql, table);
		if (table->value_count > 0)
			buffer_append_string(sql, ", ");
		fields_define(sql, table->values, table->value_count);
		buffer_append_string(sql, ", PRIMARY KEY (");
		append_key(sql, table);
		buffer_append_string(sql, ")) WITHOUT ROWID;\n");
		if (table->quantile.name == NULL)
			continue;
		buffer_append_format(
		    sql, "CREATE TABLE %s (", table->quantile.name);
		define_key(sql, table);
		buffer_append_string(
		    sql, ", value INTEGER, count INTEGER, PRIMARY KEY (");
		append_key(sql, table);
		buffer_append_string(sql, ", value)) WITHOUT ROWID;\n");
	}
}

void
tallies_refer(struct buffer *sql)
{
	for (size_t i = 0; i < tally_table_count; i++) {
		const struct tally_table *table = &tally_tables[i];

		names_refer(sql, table->name, table->keys, table->key_count);
		names_refer(
		    sql, table->name, table->values, table->value_count);
	}
}

static void
append_update(struct buffer *sql, const struct field *field, const char *guard)
{
	const char *name = field->name;

	switch (field->merge) {
	case MERGE_NONE:
		break;
	case MERGE_SUM:
		buffer_append_format(
		    sql, "%s = %s + excluded.%s", name, name, name);
		break;
	case MERGE_FIRST:
	case MERGE_LAST:
		buffer_append_format(sql,
		    "%s = %s(coalesce(%s, excluded.%s), "
		    "coalesce(excluded.%s, %s))",
		    name, field->merge == MERGE_FIRST ? "min" : "max", name,
		    name, name, name);
		break;
	case MERGE_WITH_FIRST:
		buffer_append_format(sql,
		    "%s = CASE WHEN %s IS NULL OR excluded.%s < %s "
		    "THEN excluded.%s ELSE %s END",
		    name, guard, guard, guard, name, name);
		break;
	case MERGE_WITH_LAST:
		buffer_append_format(sql,
		    "%s = CASE WHEN %s IS NULL OR excluded.%s >= %s "
		    "THEN excluded.%s ELSE %s END",
		    name, guard, guard, guard, name, name);
		break;
	}
}

/* INSERT that adds to the row that is there. */
static sqlite3_stmt *
prepare_add(struct store *store, const struct tally_table *table)
{
	sqlite3_stmt *statement;
	struct buffer sql;

	buffer_init(&sql, 0);
	buffer_append_format(&sql, "INSERT INTO %s VALUES (", table->name);
	fields_marks(&sql,
	    2 + table->key_count + (table->hours > 0) + table->value_count);
	buffer_append_string(&sql, ") ON CONFLICT (");
	append_key(&sql, table);
	buffer_append_string(
	    &sql, table->value_count > 0 ? ") DO UPDATE SET " : ") DO NOTHING");
	for (size_t i = 0; i < table->value_count; i++) {
		if (i > 0)
			buffer_append_string(&sql, ", ");
		append_update(&sql, &table->values[i],
		    i > 0 ? table->values[i - 1].name : "");
	}
	statement = store_prepare(store, buffer_string(&sql));
	buffer_release(&sql);
	return statement;
}

static sqlite3_stmt *
prepare_add_value(struct store *store, const struct tally_table *table)
{
	sqlite3_stmt *statement;
	struct buffer sql;

	if (table->quantile.name == NULL)
		return NULL;
	buffer_init(&sql, 0);
	buffer_append_format(
	    &sql, "INSERT INTO %s VALUES (", table->quantile.name);
	fields_marks(&sql, 4 + table->key_count);
	buffer_append_string(&sql, ") ON CONFLICT (");
	append_key(&sql, table);
	buffer_append_string(
	    &sql, ", value) DO UPDATE SET count = count + excluded.count");
	statement = store_prepare(store, buffer_string(&sql));
	buffer_release(&sql);
	return statement;
}

/* --- adding --- */

struct tally_adding {
	struct store *store;
	const struct tally_table *table;
	sqlite3_stmt *row;
	sqlite3_stmt *value;
	bool open;
	int64_t day;
};

static int
bind_key(const struct tally_adding *adding, sqlite3_stmt *statement,
    const struct key *key)
{
	if (statement == NULL)
		return 1;
	sqlite3_bind_int(statement, 1, adding->open);
	sqlite3_bind_int64(statement, 2, adding->day);
	return fields_bind(adding->store, statement, 3, adding->table->keys,
	    adding->table->key_count, key);
}

static void
add_values(const struct tally_adding *adding, const struct key *key, void *row)
{
	struct quantile *quantile =
	    (void *)((char *)row + adding->table->quantile.offset);
	struct quantile_cursor cursor = quantile_start(quantile);
	struct quantile_pair pair;

	while (adding->value != NULL && quantile_next(&cursor, &pair)) {
		int at = bind_key(adding, adding->value, key);

		sqlite3_bind_int64(adding->value, at, pair.value);
		sqlite3_bind_int64(adding->value, at + 1, (int64_t)pair.count);
		store_execute(adding->store, adding->value);
	}
}

static bool
is_zero(const uint32_t *numbers)
{
	return numbers[0] == 0 && numbers[1] == 0 && numbers[2] == 0;
}

/* Hours of a domain in which something happened. */
static void
add_hours(const struct tally_adding *adding, const struct key *key, void *row)
{
	const struct tally_domain *domain = row;

	for (size_t hour = 0; hour < adding->table->hours; hour++) {
		int at;

		if (is_zero(domain->hours[hour]) || adding->row == NULL)
			continue;
		at = bind_key(adding, adding->row, key);
		sqlite3_bind_int64(adding->row, at, (int64_t)hour);
		fields_bind(adding->store, adding->row, at + 1,
		    adding->table->values, adding->table->value_count,
		    (char *)row + hour * adding->table->stride);
		store_execute(adding->store, adding->row);
	}
}

static void
add_row(const struct tally_adding *adding, const struct key *key, void *row)
{
	int at;

	if (adding->table->hours > 0) {
		add_hours(adding, key, row);
		return;
	}
	at = bind_key(adding, adding->row, key);
	fields_bind(adding->store, adding->row, at, adding->table->values,
	    adding->table->value_count, row);
	store_execute(adding->store, adding->row);
	if (adding->table->quantile.name != NULL)
		add_values(adding, key, row);
}

static void
add_day(struct tally_adding *adding, struct tally *tally)
{
	const struct key none = { { 0 } };
	struct keymap *map;

	if (adding->table->map == TALLY_WHOLE) {
		add_row(adding, &none, tally);
		return;
	}
	map = (void *)((char *)tally + adding->table->map);
	for (uint32_t i = 0; i < map->count; i++) {
		struct key key = keymap_key(map, i);

		add_row(adding, &key, keymap_value(map, i));
	}
}

/* For the views: which hour of its day each hour of the logs is. */
static void
add_local_hours(struct store *store, const struct tally *tally)
{
	sqlite3_stmt *insert = store_prepare(
	    store, "INSERT OR IGNORE INTO local_hours VALUES (?, ?, ?)");

	for (uint32_t i = 0; i < tally->hours.count && insert != NULL; i++) {
		uint32_t minute = keymap_key(&tally->hours, i).part[0];
		int64_t seconds = (int64_t)minute * 60;
		int64_t local = seconds + zone_offset(store->zone, seconds);
		int64_t day = floor_divide(local, SECONDS_PER_DAY);

		sqlite3_bind_int64(insert, 1, minute);
		sqlite3_bind_int64(insert, 2, calendar_weekday(day));
		sqlite3_bind_int64(
		    insert, 3, (local - day * SECONDS_PER_DAY) / 3600);
		store_execute(store, insert);
	}
	sqlite3_finalize(insert);
}

static void
drop_open(struct store *store)
{
	char sql[80];

	for (size_t i = 0; i < tally_table_count; i++) {
		const char *values = tally_tables[i].quantile.name;

		snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE open = 1",
		    tally_tables[i].name);
		store_run(store, sql);
		if (values == NULL)
			continue;
		snprintf(
		    sql, sizeof(sql), "DELETE FROM %s WHERE open = 1", values);
		store_run(store, sql);
	}
}

void
store_add_days(struct store *store, const struct tally_days *days, bool open)
{
	if (open)
		drop_open(store);
	for (size_t i = 0; i < tally_table_count; i++) {
		struct tally_adding adding = {
			.store = store,
			.table = &tally_tables[i],
			.row = prepare_add(store, &tally_tables[i]),
			.value = prepare_add_value(store, &tally_tables[i]),
			.open = open,
		};

		for (size_t day = 0; day < days->count; day++) {
			adding.day = days->items[day].day;
			add_day(&adding, days->items[day].tally);
		}
		sqlite3_finalize(adding.row);
		sqlite3_finalize(adding.value);
	}
	for (size_t day = 0; day < days->count; day++)
		add_local_hours(store, days->items[day].tally);
}

/* --- loading --- */

static sqlite3_stmt *
prepare_period(struct store *store, const struct tally_table *table,
    const char *name, int64_t first, int64_t end, bool open)
{
	sqlite3_stmt *statement;
	struct buffer sql;

	buffer_init(&sql, 0);
	buffer_append_format(&sql,
	    "SELECT * FROM %s WHERE open IN (0, ?) AND day >= ? AND day < ? "
	    "ORDER BY ",
	    name);
	append_key(&sql, table);
	statement = store_prepare(store, buffer_string(&sql));
	buffer_release(&sql);
	if (statement == NULL)
		return NULL;
	sqlite3_bind_int(statement, 1, open);
	sqlite3_bind_int64(statement, 2, first);
	sqlite3_bind_int64(statement, 3, end);
	return statement;
}

/* The day in a column; 0 after an error, for one that no run has written. */
static int64_t
column_day(struct store *store, sqlite3_stmt *statement, int column)
{
	int64_t day = sqlite3_column_int64(statement, column);

	if (day >= -DAY_LIMIT && day <= DAY_LIMIT)
		return day;
	store_fail(store, "is damaged (a day of %lld)", (long long)day);
	return 0;
}

/* The row of the tally that a row of the file belongs to. */
static void *
row_of(struct store *store, const struct tally_table *table,
    sqlite3_stmt *statement, struct tally *tally)
{
	struct key key = { { 0 } };
	void *row;

	column_day(store, statement, 1);
	if (table->map == TALLY_WHOLE)
		return tally;
	fields_read(store, statement, 2, table->keys, table->key_count, &key);
	row = keymap_get((void *)((char *)tally + table->map), key);
	if (table->fill != NULL)
		table->fill(row, &key);
	return row;
}

static void
load_rows(struct store *store, const struct tally_table *table,
    sqlite3_stmt *statement, struct tally *tally)
{
	int at = 2 + (int)table->key_count;

	while (store_step(store, statement)) {
		void *row = row_of(store, table, statement, tally);

		if (table->hours > 0) {
			int64_t hour = sqlite3_column_int64(statement, at);

			if (hour < 0 || hour >= (int64_t)table->hours)
				continue;
			row = (char *)row + (size_t)hour * table->stride;
		}
		fields_add(store, statement, at + (table->hours > 0),
		    table->values, table->value_count, row);
	}
}

static void
load_values(struct store *store, const struct tally_table *table,
    sqlite3_stmt *statement, struct tally *tally)
{
	int at = 2 + (int)table->key_count;

	while (store_step(store, statement)) {
		void *row = row_of(store, table, statement, tally);

		quantile_add((void *)((char *)row + table->quantile.offset),
		    (uint32_t)sqlite3_column_int64(statement, at),
		    (uint64_t)sqlite3_column_int64(statement, at + 1));
	}
}

static void
load_table(struct store *store, const struct tally_table *table, int64_t first,
    int64_t end, bool open, struct tally *tally)
{
	sqlite3_stmt *rows =
	    prepare_period(store, table, table->name, first, end, open);

	load_rows(store, table, rows, tally);
	sqlite3_finalize(rows);
	if (table->quantile.name == NULL)
		return;
	rows = prepare_period(
	    store, table, table->quantile.name, first, end, open);
	load_values(store, table, rows, tally);
	sqlite3_finalize(rows);
}

void
store_load_tally(struct store *store, int64_t first, int64_t end, bool open,
    struct tally *tally)
{
	for (size_t i = 0; i < tally_table_count; i++)
		load_table(store, &tally_tables[i], first, end, open, tally);
}

void
store_load_outcomes(struct store *store, int64_t day, struct tally *tally)
{
	for (size_t i = 0; i < tally_table_count; i++)
		if (tally_tables[i].map == TALLY_WHOLE ||
		    (tally_tables[i].map == offsetof(struct tally, domains) &&
			tally_tables[i].hours == 0))
			load_table(
			    store, &tally_tables[i], day, day + 1, true, tally);
}

int64_t *
store_days(struct store *store, size_t *count)
{
	sqlite3_stmt *rows = store_prepare(
	    store, "SELECT DISTINCT day FROM day_totals ORDER BY day");
	int64_t *days = NULL;
	size_t capacity = 0;

	*count = 0;
	while (store_step(store, rows)) {
		days = memory_grow(days, &capacity, *count + 1, sizeof(*days));
		days[(*count)++] = column_day(store, rows, 0);
	}
	sqlite3_finalize(rows);
	return days;
}

void
tallies_forget(struct store *store, int64_t day)
{
	char sql[120];

	for (size_t i = 0; i < tally_table_count; i++) {
		const char *tables[] = { tally_tables[i].name,
			tally_tables[i].quantile.name };

		for (size_t j = 0; j < 2 && tables[j] != NULL; j++) {
			snprintf(sql, sizeof(sql),
			    "DELETE FROM %s WHERE open IN (0, 1) AND day < "
			    "%lld",
			    tables[j], (long long)day);
			store_run(store, sql);
		}
	}
	store_run(store,
	    "DELETE FROM local_hours WHERE minute < "
	    "(SELECT min(minute) FROM day_hours)");
}

#endif
