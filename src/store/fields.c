#include "store/store.h"

#ifdef HAVE_SQLITE

#include "store/fields.h"
#include "store/store_private.h"

static const char *
type_of(enum field_kind kind)
{
	switch (kind) {
	case FIELD_TEXT:
	case FIELD_CATEGORY:
	case FIELD_CATEGORY_KEY:
	case FIELD_CLASS:
	case FIELD_ACTION:
	case FIELD_OUTCOME:
		return "TEXT";
	case FIELD_U64:
	case FIELD_U32:
	case FIELD_U16:
	case FIELD_U8:
	case FIELD_FLAG:
	case FIELD_I64:
	case FIELD_INT:
	case FIELD_INSTANT:
	case FIELD_TIME:
	case FIELD_NAME:
	case FIELD_CAUSE:
	case FIELD_DIMENSION:
	case FIELD_RETRY_SCOPE:
		break;
	}
	return "INTEGER";
}

void
fields_define(struct buffer *sql, const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buffer_append_format(sql, "%s%s %s", i > 0 ? ", " : "",
		    fields[i].name, type_of(fields[i].kind));
}

void
fields_marks(struct buffer *sql, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buffer_append_string(sql, i > 0 ? ", ?" : "?");
}

/* --- one value --- */

static void
bind_word(sqlite3_stmt *statement, int at, const char *word)
{
	sqlite3_bind_text(statement, at, word, -1, SQLITE_STATIC);
}

static void
bind_instant(sqlite3_stmt *statement, int at, int64_t instant, int64_t none)
{
	if (instant == none)
		sqlite3_bind_null(statement, at);
	else
		sqlite3_bind_int64(statement, at, instant);
}

/* Copies a member of a type out of a row, whatever its alignment. */
#define MEMBER(type, row, field)                                               \
	(*(const type *)(const void *)((const char *)(row) + (field)->offset))
#define TARGET(type, row, field)                                               \
	(*(type *)(void *)((char *)(row) + (field)->offset))

static void
bind_one(struct store *store, sqlite3_stmt *statement, int at,
    const struct field *field, const void *row)
{
	switch (field->kind) {
	case FIELD_U64:
		sqlite3_bind_int64(
		    statement, at, (int64_t)MEMBER(uint64_t, row, field));
		break;
	case FIELD_U32:
	case FIELD_DIMENSION:
	case FIELD_RETRY_SCOPE:
		sqlite3_bind_int64(statement, at, MEMBER(uint32_t, row, field));
		break;
	case FIELD_U16:
		sqlite3_bind_int(statement, at, MEMBER(uint16_t, row, field));
		break;
	case FIELD_U8:
		sqlite3_bind_int(statement, at, MEMBER(uint8_t, row, field));
		break;
	case FIELD_FLAG:
		sqlite3_bind_int(statement, at, MEMBER(bool, row, field));
		break;
	case FIELD_I64:
		sqlite3_bind_int64(statement, at, MEMBER(int64_t, row, field));
		break;
	case FIELD_INT:
		sqlite3_bind_int(statement, at, MEMBER(int, row, field));
		break;
	case FIELD_INSTANT:
		bind_instant(
		    statement, at, MEMBER(int64_t, row, field), INSTANT_NONE);
		break;
	case FIELD_TIME:
		bind_instant(statement, at, MEMBER(int64_t, row, field), 0);
		break;
	case FIELD_NAME:
		sqlite3_bind_int64(statement, at,
		    store_name_id(store, MEMBER(uint32_t, row, field)));
		break;
	case FIELD_CAUSE:
		sqlite3_bind_int64(statement, at,
		    store_cause_id(store, MEMBER(uint32_t, row, field)));
		break;
	case FIELD_TEXT:
		store_bind_text(statement, at, MEMBER(struct text, row, field));
		break;
	case FIELD_CATEGORY:
		bind_word(statement, at,
		    verdict_category_name(
			(enum verdict_category)MEMBER(uint8_t, row, field)));
		break;
	case FIELD_CATEGORY_KEY:
		bind_word(statement, at,
		    verdict_category_name(
			(enum verdict_category)MEMBER(uint32_t, row, field)));
		break;
	case FIELD_CLASS:
		bind_word(statement, at,
		    verdict_class_name(
			(enum verdict_class)MEMBER(uint8_t, row, field)));
		break;
	case FIELD_ACTION:
		bind_word(statement, at,
		    verdict_action_name(
			(enum verdict_action)MEMBER(uint8_t, row, field)));
		break;
	case FIELD_OUTCOME:
		bind_word(statement, at,
		    outcome_name(MEMBER(enum outcome, row, field)));
		break;
	}
}

int
fields_bind(struct store *store, sqlite3_stmt *statement, int at,
    const struct field *fields, size_t count, const void *row)
{
	for (size_t i = 0; i < count && statement != NULL; i++)
		bind_one(store, statement, at + (int)i, &fields[i], row);
	return at + (int)count;
}

/* One of the members of an enum; 0 after an error, when it is none. */
static uint32_t
read_member(struct store *store, const struct field *field, int64_t number,
    int64_t last)
{
	if (number >= 0 && number <= last)
		return (uint32_t)number;
	store_fail(
	    store, "is damaged (a %s of %lld)", field->name, (long long)number);
	return 0;
}

static uint8_t
read_category(sqlite3_stmt *statement, int at)
{
	enum verdict_category category = CATEGORY_NONE;

	verdict_category_find(store_column_text(statement, at), &category);
	return (uint8_t)category;
}

static uint8_t
read_class(sqlite3_stmt *statement, int at)
{
	enum verdict_class class = CLASS_NONE;

	verdict_class_find(store_column_text(statement, at), &class);
	return (uint8_t) class;
}

static uint8_t
read_action(sqlite3_stmt *statement, int at)
{
	enum verdict_action action = ACTION_NONE;

	verdict_action_find(store_column_text(statement, at), &action);
	return (uint8_t)action;
}

static enum outcome
read_outcome(sqlite3_stmt *statement, int at)
{
	struct text word = store_column_text(statement, at);

	for (int i = 0; i < OUTCOMES; i++)
		if (text_equal(word, text_of(outcome_name((enum outcome)i))))
			return (enum outcome)i;
	return OUTCOME_PENDING;
}

static void
read_one(struct store *store, sqlite3_stmt *statement, int at,
    const struct field *field, void *row)
{
	int64_t number = sqlite3_column_int64(statement, at);

	switch (field->kind) {
	case FIELD_U64:
		TARGET(uint64_t, row, field) = (uint64_t)number;
		break;
	case FIELD_U32:
		TARGET(uint32_t, row, field) = (uint32_t)number;
		break;
	case FIELD_U16:
		TARGET(uint16_t, row, field) = (uint16_t)number;
		break;
	case FIELD_U8:
		TARGET(uint8_t, row, field) = (uint8_t)number;
		break;
	case FIELD_FLAG:
		TARGET(bool, row, field) = number != 0;
		break;
	case FIELD_I64:
		TARGET(int64_t, row, field) = number;
		break;
	case FIELD_INT:
		TARGET(int, row, field) = (int)number;
		break;
	case FIELD_INSTANT:
		TARGET(int64_t, row, field) =
		    store_column_instant(store, statement, at, INSTANT_NONE);
		break;
	case FIELD_TIME:
		TARGET(int64_t, row, field) =
		    store_column_instant(store, statement, at, 0);
		break;
	case FIELD_NAME:
		TARGET(uint32_t, row, field) =
		    store_name_number(store, (uint32_t)number);
		break;
	case FIELD_CAUSE:
		TARGET(uint32_t, row, field) =
		    store_cause_number(store, (uint32_t)number);
		break;
	case FIELD_TEXT:
		TARGET(struct text, row, field) =
		    store_column_text(statement, at);
		break;
	case FIELD_CATEGORY:
		TARGET(uint8_t, row, field) = read_category(statement, at);
		break;
	case FIELD_CATEGORY_KEY:
		TARGET(uint32_t, row, field) = read_category(statement, at);
		break;
	case FIELD_CLASS:
		TARGET(uint8_t, row, field) = read_class(statement, at);
		break;
	case FIELD_ACTION:
		TARGET(uint8_t, row, field) = read_action(statement, at);
		break;
	case FIELD_OUTCOME:
		TARGET(enum outcome, row, field) = read_outcome(statement, at);
		break;
	case FIELD_DIMENSION:
		TARGET(uint32_t, row, field) =
		    read_member(store, field, number, TALLY_RELAY);
		break;
	case FIELD_RETRY_SCOPE:
		TARGET(uint32_t, row, field) =
		    read_member(store, field, number, TALLY_RETRY_CATEGORY);
		break;
	}
}

/* A table with other columns than ours would be read askew. */
static bool
has_columns(struct store *store, sqlite3_stmt *statement, int at, size_t count)
{
	if (at + (int)count <= sqlite3_column_count(statement))
		return true;
	store_fail(store, "is damaged (a table lacks columns)");
	return false;
}

int
fields_read(struct store *store, sqlite3_stmt *statement, int at,
    const struct field *fields, size_t count, void *row)
{
	if (!has_columns(store, statement, at, count))
		return at + (int)count;
	for (size_t i = 0; i < count; i++)
		read_one(store, statement, at + (int)i, &fields[i], row);
	return at + (int)count;
}

static void
add_number(const struct field *field, int64_t number, void *row)
{
	if (field->kind == FIELD_U32)
		TARGET(uint32_t, row, field) += (uint32_t)number;
	else
		TARGET(uint64_t, row, field) += (uint64_t)number;
}

/* True when the time of the row is now that of the sum. */
static bool
widen_time(struct store *store, sqlite3_stmt *statement, int at,
    const struct field *field, void *row)
{
	int64_t *kept = &TARGET(int64_t, row, field);
	int64_t time = store_column_instant(store, statement, at, 0);

	if (time == 0 ||
	    (field->merge == MERGE_FIRST ? *kept != 0 && time >= *kept
					 : time < *kept))
		return false;
	*kept = time;
	return true;
}

int
fields_add(struct store *store, sqlite3_stmt *statement, int at,
    const struct field *fields, size_t count, void *row)
{
	bool taken = false;

	if (!has_columns(store, statement, at, count))
		return at + (int)count;
	for (size_t i = 0; i < count; i++) {
		const struct field *field = &fields[i];
		int column = at + (int)i;

		switch (field->merge) {
		case MERGE_NONE:
			break;
		case MERGE_SUM:
			add_number(field,
			    sqlite3_column_int64(statement, column), row);
			break;
		case MERGE_FIRST:
		case MERGE_LAST:
			taken =
			    widen_time(store, statement, column, field, row);
			break;
		case MERGE_WITH_FIRST:
		case MERGE_WITH_LAST:
			if (taken)
				read_one(store, statement, column, field, row);
			break;
		}
	}
	return at + (int)count;
}

#endif
