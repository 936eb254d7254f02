#include "store/store.h"

#ifdef HAVE_SQLITE

#include "base/memory.h"
#include "store/store_private.h"
#include "track/ledger_state.h"

static const struct field cause_fields[] = {
	FIELD("enhanced_code", FIELD_U32, struct cause, enhanced_code),
	FIELD("reply_code", FIELD_U16, struct cause, reply_code),
	FIELD("category", FIELD_CATEGORY, struct cause, category),
	FIELD("class", FIELD_CLASS, struct cause, class),
	FIELD("action", FIELD_ACTION, struct cause, action),
};
#define CAUSE_FIELDS (sizeof(cause_fields) / sizeof(cause_fields[0]))

/* A cell of an array that grows, new cells zero. */
static uint32_t *
cell_at(uint32_t **array, size_t *capacity, size_t at)
{
	size_t known = *capacity;

	if (at >= known) {
		*array = memory_grow(*array, capacity, at + 1, sizeof(**array));
		while (known < *capacity)
			(*array)[known++] = 0;
	}
	return &(*array)[at];
}

static void
pair(struct store_ids *ids, uint32_t id, uint32_t number)
{
	*cell_at(&ids->number_of, &ids->number_capacity, id) = number;
	*cell_at(&ids->id_of, &ids->id_capacity, number) = id;
	if (id > ids->last)
		ids->last = id;
}

static uint32_t
find(const uint32_t *array, size_t capacity, uint32_t at)
{
	return at < capacity ? array[at] : 0;
}

/* Ids are small; a file that says otherwise would fill the memory. */
static bool
is_id(struct store *store, int64_t id)
{
	if (id > 0 && id < INT32_MAX / 4)
		return true;
	store_fail(store, "is damaged (an id of %lld)", (long long)id);
	return false;
}

void
store_load_names(struct store *store)
{
	sqlite3_stmt *rows =
	    store_prepare(store, "SELECT id, text FROM names WHERE id > 0");

	while (store_step(store, rows)) {
		int64_t id = sqlite3_column_int64(rows, 0);

		if (!is_id(store, id))
			break;
		pair(&store->name_ids, (uint32_t)id,
		    pool_intern(store->names, store_column_text(rows, 1)));
	}
	sqlite3_finalize(rows);
}

void
store_load_causes(struct store *store)
{
	sqlite3_stmt *rows = store_prepare(store,
	    "SELECT id, enhanced_code, reply_code, category, class, action "
	    "FROM causes ORDER BY id");

	while (store_step(store, rows)) {
		int64_t id = sqlite3_column_int64(rows, 0);
		struct cause cause = { 0 };

		if (!is_id(store, id))
			break;
		fields_read(store, rows, 1, cause_fields, CAUSE_FIELDS, &cause);
		pair(&store->cause_ids, (uint32_t)id,
		    ledger_add_cause(store->ledger, &cause));
	}
	sqlite3_finalize(rows);
}

void
names_refer(struct buffer *sql, const char *table, const struct field *fields,
    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].kind == FIELD_NAME)
			buffer_append_format(sql, " UNION SELECT %s FROM %s",
			    fields[i].name, table);
}

void
names_forget(struct store *store)
{
	struct buffer sql;

	buffer_init(&sql, 0);
	buffer_append_string(
	    &sql, "DELETE FROM names WHERE id NOT IN (SELECT 0");
	tallies_refer(&sql);
	state_refer(&sql);
	addresses_refer(&sql);
	outages_refer(&sql);
	buffer_append_string(&sql, ")");
	store_run(store, buffer_string(&sql));
	buffer_release(&sql);
}

uint32_t
store_name_number(const struct store *store, uint32_t id)
{
	const struct store_ids *ids = &store->name_ids;

	return find(ids->number_of, ids->number_capacity, id);
}

uint32_t
store_cause_number(const struct store *store, uint32_t id)
{
	const struct store_ids *ids = &store->cause_ids;

	return find(ids->number_of, ids->number_capacity, id);
}

uint32_t
store_name_id(struct store *store, uint32_t number)
{
	struct store_ids *ids = &store->name_ids;
	uint32_t id = find(ids->id_of, ids->id_capacity, number);

	/* The empty text is 0 here as there. */
	if (number == 0 || id != 0)
		return id;
	if (store->add_name == NULL)
		store->add_name =
		    store_prepare(store, "INSERT INTO names VALUES (?, ?)");
	if (store->add_name == NULL)
		return 0;
	id = ids->last + 1;
	sqlite3_bind_int64(store->add_name, 1, id);
	store_bind_text(store->add_name, 2, pool_text(store->names, number));
	store_execute(store, store->add_name);
	pair(ids, id, number);
	return id;
}

uint32_t
store_cause_id(struct store *store, uint32_t number)
{
	struct store_ids *ids = &store->cause_ids;
	uint32_t id = find(ids->id_of, ids->id_capacity, number);
	const struct cause *causes;
	size_t count;

	if (number == 0 || id != 0)
		return id;
	if (store->add_cause == NULL)
		store->add_cause = store_prepare(
		    store, "INSERT INTO causes VALUES (?, ?, ?, ?, ?, ?)");
	if (store->add_cause == NULL)
		return 0;
	causes = ledger_causes(store->ledger, &count);
	id = ids->last + 1;
	sqlite3_bind_int64(store->add_cause, 1, id);
	fields_bind(store, store->add_cause, 2, cause_fields, CAUSE_FIELDS,
	    &causes[number]);
	store_execute(store, store->add_cause);
	pair(ids, id, number);
	return id;
}

#endif
