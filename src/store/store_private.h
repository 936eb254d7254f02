/*
 * What a store is made of; for the files of this directory.
 */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <sqlite3.h>

#include "store/fields.h"
#include "store/store.h"

/* Numbers of the pool or the ledger, and ids of the file. */
struct store_ids {
	uint32_t *number_of; /* by id; 0 = not known here */
	size_t number_capacity;
	uint32_t *id_of; /* by number; 0 = not in the file */
	size_t id_capacity;
	uint32_t last; /* highest id */
};

struct store {
	sqlite3 *db;
	char *path;
	struct pool *names;
	struct ledger *ledger; /* where causes come from; NULL at first */
	struct zone *zone;
	char *scope;
	bool writes;
	struct store_ids name_ids;
	struct store_ids cause_ids;
	sqlite3_stmt *add_name;
	sqlite3_stmt *add_cause;
	struct store_input *inputs;
	size_t input_count;
	size_t input_capacity;
	struct arena arena; /* texts of the inputs, and of waiting events */
	char *error; /* first one; NULL = none */
};

/* --- statements; none does anything once an error is kept --- */

void store_fail(struct store *store, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* NULL after an error. */
sqlite3_stmt *store_prepare(struct store *store, const char *sql);

/* Runs statements that give no rows. */
void store_run(struct store *store, const char *sql);

/* Runs one with an instant as its parameter. */
void store_run_before(struct store *store, const char *sql, int64_t before);

/* Is there a (further) row? */
bool store_step(struct store *store, sqlite3_stmt *statement);

/* Runs a statement that gives no row, to be bound and run again. */
void store_execute(struct store *store, sqlite3_stmt *statement);

struct text store_column_text(sqlite3_stmt *statement, int column);
void store_bind_text(sqlite3_stmt *statement, int at, struct text text);

/*
 * The instant in a column; `none` for NULL, and after an error for one that no
 * run has written: what is reckoned with it would not be a number any more.
 */
int64_t store_column_instant(
    struct store *store, sqlite3_stmt *statement, int column, int64_t none);

/* Values of meta; the text is in the arena, INSTANT_NONE = none. */
struct text store_meta(struct store *store, const char *key);
int64_t store_meta_instant(struct store *store, const char *key);
void store_set_meta(struct store *store, const char *key, struct text value);
void store_set_meta_number(struct store *store, const char *key, int64_t value);

/* --- numbers --- */

void store_load_names(struct store *store);
void store_load_causes(struct store *store);
uint32_t store_name_id(struct store *store, uint32_t number);
uint32_t store_name_number(const struct store *store, uint32_t id);
uint32_t store_cause_id(struct store *store, uint32_t number);
uint32_t store_cause_number(const struct store *store, uint32_t id);

/* --- the parts --- */

#define STORE_VERSION 3

/* Makes all tables and views in an empty file. */
void schema_make(struct store *store);

/*
 * Makes those that are missing or are another program's; a view is no part of
 * the format.
 */
void schema_make_views(struct store *store);

/* From an older version to this one; for who only looks, the file stays. */
void schema_upgrade(struct store *store, int version);

/*
 * What refers to names: appends " UNION SELECT column FROM table" for each
 * column of names.
 */
void names_refer(struct buffer *sql, const char *table,
    const struct field *fields, size_t count);
void tallies_refer(struct buffer *sql);
void state_refer(struct buffer *sql);
void addresses_refer(struct buffer *sql);
void outages_refer(struct buffer *sql);

void tallies_define(struct buffer *sql);
void tallies_forget(struct store *store, int64_t day);
void state_define(struct buffer *sql);
void inputs_define(struct buffer *sql);
void inputs_load(struct store *store);
void inputs_forget(struct store *store, int64_t before);
void state_forget(struct store *store, int64_t before);

void joins_define(struct buffer *sql);
void joins_load(struct store *store, struct joins *joins);
void joins_save(struct store *store, const struct joins *joins, int64_t now);
void joins_forget(struct store *store, int64_t before);

void addresses_define(struct buffer *sql);
void
addresses_load(struct store *store, struct addresses *addresses, bool is_known);
void addresses_save(struct store *store, struct addresses *addresses);
void addresses_forget(struct store *store, int64_t before);

/* The numbers of this run for the ids of streaks, sorted by id. */
struct outage_numbers {
	struct outage_number_row {
		uint32_t id;
		uint32_t number;
	} * items;
	size_t count;
	size_t capacity;
};

void outages_define(struct buffer *sql);
void outages_load(struct store *store, struct incidents *incidents,
    struct outage_numbers *numbers);
void outages_save(struct store *store, const struct incidents *incidents);
void outages_forget(struct store *store, int64_t before);
void outage_numbers_release(struct outage_numbers *numbers);

/* UINT32_MAX when there is none. */
uint32_t outage_number(const struct outage_numbers *numbers, uint32_t id);

void names_forget(struct store *store);

#endif
