#include "store/store.h"

#ifdef HAVE_SQLITE

#include "store/store_private.h"

/* The addresses that had failures since they were last delivered to. */

static const struct field address_fields[] = {
	FIELD("recipient", FIELD_TEXT, struct address_state, address.recipient),
	FIELD("domain", FIELD_NAME, struct address_state, address.domain),
	FIELD("action", FIELD_ACTION, struct address_state, address.action),
	FIELD(
	    "category", FIELD_CATEGORY, struct address_state, address.category),
	FIELD("class", FIELD_CLASS, struct address_state, address.class),
	FIELD(
	    "reply_code", FIELD_U16, struct address_state, address.reply_code),
	FIELD("enhanced_code", FIELD_U32, struct address_state,
	    address.enhanced_code),
	FIELD("failures", FIELD_U64, struct address_state, address.failures),
	FIELD("first_failed_at", FIELD_INSTANT, struct address_state,
	    address.first_failed_at),
	FIELD("last_failed_at", FIELD_INSTANT, struct address_state,
	    address.last_failed_at),
	FIELD("attempts_after", FIELD_U64, struct address_state,
	    address.attempts_after),
	FIELD("reply", FIELD_TEXT, struct address_state, address.reply),
	FIELD("deferred", FIELD_U64, struct address_state, deferred),
	FIELD("dead_since", FIELD_INSTANT, struct address_state, dead_since),
	FIELD("state", FIELD_U8, struct address_state, state),
	FIELD("outcome_at", FIELD_INSTANT, struct address_state,
	    address.outcome_at),
	FIELD("full_since", FIELD_INSTANT, struct address_state, full_since),
	FIELD("full_until", FIELD_INSTANT, struct address_state, full_until),
};
#define ADDRESS_FIELDS (sizeof(address_fields) / sizeof(address_fields[0]))

void
addresses_define(struct buffer *sql)
{
	buffer_append_string(sql, "CREATE TABLE addresses (");
	fields_define(sql, address_fields, ADDRESS_FIELDS);
	buffer_append_string(
	    sql, ", PRIMARY KEY (recipient)) WITHOUT ROWID;\n");
}

struct saving {
	struct store *store;
	sqlite3_stmt *remove;
	sqlite3_stmt *replace;
};

static void
save_removed(void *context, struct text recipient)
{
	struct saving *saving = context;

	if (saving->remove == NULL)
		return;
	store_bind_text(saving->remove, 1, recipient);
	store_execute(saving->store, saving->remove);
}

static void
save_changed(void *context, const struct address_state *state)
{
	struct saving *saving = context;

	fields_bind(saving->store, saving->replace, 1, address_fields,
	    ADDRESS_FIELDS, state);
	store_execute(saving->store, saving->replace);
}

void
addresses_save(struct store *store, struct addresses *addresses)
{
	struct saving saving = { .store = store };
	struct buffer sql;

	buffer_init(&sql, 0);
	buffer_append_string(&sql, "REPLACE INTO addresses VALUES (");
	fields_marks(&sql, ADDRESS_FIELDS);
	buffer_append_string(&sql, ")");
	saving.replace = store_prepare(store, buffer_string(&sql));
	saving.remove =
	    store_prepare(store, "DELETE FROM addresses WHERE recipient = ?");
	buffer_release(&sql);
	addresses_visit_changes(addresses, save_removed, save_changed, &saving);
	sqlite3_finalize(saving.remove);
	sqlite3_finalize(saving.replace);
}

void
addresses_load(struct store *store, struct addresses *addresses, bool is_known)
{
	sqlite3_stmt *rows = store_prepare(store, "SELECT * FROM addresses");

	while (store_step(store, rows)) {
		struct address_state state = { 0 };

		fields_read(
		    store, rows, 0, address_fields, ADDRESS_FIELDS, &state);
		if ((state.full_since == INSTANT_NONE) !=
		    (state.full_until == INSTANT_NONE))
			store_fail(store, "is damaged (addresses)");
		addresses_restore(addresses, &state, is_known);
	}
	sqlite3_finalize(rows);
}

void
addresses_refer(struct buffer *sql)
{
	names_refer(sql, "addresses", address_fields, ADDRESS_FIELDS);
}

void
addresses_forget(struct store *store, int64_t before)
{
	store_run_before(store,
	    "DELETE FROM addresses WHERE "
	    "max(last_failed_at, ifnull(outcome_at, last_failed_at)) < ?",
	    before);
}

#endif
