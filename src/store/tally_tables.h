/*
 * Tally tables: which table of the file holds which part of a tally.
 */
#ifndef STORE_TALLY_TABLES_H
#define STORE_TALLY_TABLES_H

#include "store/fields.h"

/* No map: the table holds one row for each day, taken from the tally itself. */
#define TALLY_WHOLE ((size_t)-1)

struct tally_values {
	const char *name; /* table of value, count; NULL = there is none */
	size_t offset; /* of the struct quantile in the row */
};

struct tally_table {
	const char *name;
	size_t map; /* offset of the keymap, or TALLY_WHOLE */
	const struct field *keys; /* offsets in struct key */
	size_t key_count;
	const struct field *values;
	size_t value_count;
	size_t hours; /* 24: the values repeat, `stride` apart; else 0 */
	size_t stride;
	struct tally_values quantile;
	void (*fill)(void *row, const struct key *key); /* NULL: nothing */
};

extern const struct tally_table tally_tables[];
extern const size_t tally_table_count;

#endif
