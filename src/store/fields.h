/*
 * Fields: members of structs as columns of tables.
 *
 * Each table is described once, as rows of `struct field`; from that come its
 * definition, the statements, and both directions of every value.
 */
#ifndef STORE_FIELDS_H
#define STORE_FIELDS_H

#include <sqlite3.h>
#include <stddef.h>

#include "base/buffer.h"
#include "store/store.h"

enum field_kind {
	FIELD_U64,
	FIELD_U32,
	FIELD_U16,
	FIELD_U8,
	FIELD_FLAG, /* bool */
	FIELD_I64,
	FIELD_INT,
	FIELD_INSTANT, /* INSTANT_NONE is NULL */
	FIELD_TIME, /* instant whose 0 is NULL */
	FIELD_NAME, /* uint32_t, number in the pool; column: names.id */
	FIELD_CAUSE, /* uint32_t, number of the ledger; column: causes.id */
	FIELD_TEXT, /* struct text */
	FIELD_CATEGORY, /* uint8_t; column: its word */
	FIELD_CATEGORY_KEY, /* the same as uint32_t */
	FIELD_CLASS,
	FIELD_ACTION,
	FIELD_OUTCOME, /* enum outcome */
	FIELD_DIMENSION, /* enum tally_dimension as uint32_t */
	FIELD_RETRY_SCOPE /* enum tally_retry_scope as uint32_t */
};

/* How two rows with the same key are added. */
enum field_merge {
	MERGE_NONE, /* part of the key, or never added */
	MERGE_SUM,
	MERGE_FIRST, /* the lower; NULL is none */
	MERGE_WITH_FIRST, /* goes with the MERGE_FIRST before it */
	MERGE_LAST, /* the higher */
	MERGE_WITH_LAST
};

struct field {
	const char *name;
	enum field_kind kind;
	enum field_merge merge;
	size_t offset;
};

#define FIELD(name, kind, type, member)                                        \
	{                                                                      \
		name, kind, MERGE_NONE, offsetof(type, member)                 \
	}

/* Appends "name TYPE, name TYPE". */
void
fields_define(struct buffer *sql, const struct field *fields, size_t count);

/* Appends "?, ?". */
void fields_marks(struct buffer *sql, size_t count);

/* Parameters from `at` (1-based) on; what comes behind. */
int fields_bind(struct store *store, sqlite3_stmt *statement, int at,
    const struct field *fields, size_t count, const void *row);

/* Columns from `at` (0-based) on; texts live until the next step. */
int fields_read(struct store *store, sqlite3_stmt *statement, int at,
    const struct field *fields, size_t count, void *row);

/* The same, added to what is in the row. */
int fields_add(struct store *store, sqlite3_stmt *statement, int at,
    const struct field *fields, size_t count, void *row);

#endif
