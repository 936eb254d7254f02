#include "store/store.h"

#ifdef HAVE_SQLITE

#include "base/calendar.h"
#include "store/store_private.h"

/* What records of several lines wait for, in the order of scan/joins.h. */

/*
 * Lines that nothing has followed for so long, in ms: no queue keeps a message
 * that long, and some of what Haraka refuses has no line to end it.
 */
#define JOINS_KEPT (INT64_C(30) * SECONDS_PER_DAY * 1000)

static const struct field join_fields[] = {
	FIELD("host", FIELD_TEXT, struct join_state, host),
	FIELD("instance", FIELD_TEXT, struct join_state, instance),
	FIELD("name", FIELD_TEXT, struct join_state, name),
	FIELD("queue_id", FIELD_TEXT, struct join_state, queue_id),
	FIELD("recipient", FIELD_TEXT, struct join_state, recipient),
	FIELD("time", FIELD_INSTANT, struct join_state, time),
	FIELD("trouble", FIELD_INSTANT, struct join_state, trouble),
	FIELD("part", FIELD_U32, struct join_state, part),
	FIELD("scope", FIELD_U8, struct join_state, scope),
	FIELD("is_refused", FIELD_FLAG, struct join_state, is_refused),
};
#define JOIN_FIELDS (sizeof(join_fields) / sizeof(join_fields[0]))

void
joins_define(struct buffer *sql)
{
	buffer_append_string(
	    sql, "CREATE TABLE joins (id INTEGER PRIMARY KEY, ");
	fields_define(sql, join_fields, JOIN_FIELDS);
	buffer_append_string(sql, ");\n");
}

struct saving {
	struct store *store;
	sqlite3_stmt *insert;
	int64_t since;
};

static void
save_join(void *context, const struct join_state *state)
{
	struct saving *saving = context;

	if (state->time < saving->since)
		return;
	fields_bind(
	    saving->store, saving->insert, 1, join_fields, JOIN_FIELDS, state);
	store_execute(saving->store, saving->insert);
}

void
joins_save(struct store *store, const struct joins *joins, int64_t now)
{
	struct saving saving = {
		.store = store,
		.since = now == INSTANT_NONE ? now : now - JOINS_KEPT,
	};
	struct buffer sql;

	buffer_init(&sql, 0);
	buffer_append_string(&sql, "INSERT INTO joins VALUES (NULL, ");
	fields_marks(&sql, JOIN_FIELDS);
	buffer_append_string(&sql, ")");
	saving.insert = store_prepare(store, buffer_string(&sql));
	buffer_release(&sql);
	store_run(store, "DELETE FROM joins");
	joins_visit(joins, save_join, &saving);
	sqlite3_finalize(saving.insert);
}

void
joins_load(struct store *store, struct joins *joins)
{
	sqlite3_stmt *rows =
	    store_prepare(store, "SELECT * FROM joins ORDER BY id");

	while (store_step(store, rows)) {
		struct join_state state = { 0 };

		fields_read(store, rows, 1, join_fields, JOIN_FIELDS, &state);
		if (state.scope > RECORD_LOCAL) {
			store_fail(store, "is damaged (joins)");
			break;
		}
		joins_restore(joins, &state);
	}
	sqlite3_finalize(rows);
}

void
joins_forget(struct store *store, int64_t before)
{
	store_run_before(store, "DELETE FROM joins WHERE time < ?", before);
}

#endif
