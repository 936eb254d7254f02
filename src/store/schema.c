#include "store/store.h"

#ifdef HAVE_SQLITE

#include <stdio.h>

#include "store/store_private.h"
#include "store/views.h"

static const char base_tables[] =
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;\n"
    "CREATE TABLE names (id INTEGER PRIMARY KEY, text TEXT);\n"
    "INSERT INTO names VALUES (0, '');\n"
    "CREATE TABLE causes (id INTEGER PRIMARY KEY, enhanced_code INTEGER, "
    "reply_code INTEGER, category TEXT, class TEXT, action TEXT);\n"
    "CREATE TABLE local_hours (minute INTEGER PRIMARY KEY, "
    "weekday INTEGER, hour INTEGER);\n";

void
schema_make(struct store *store)
{
	struct buffer sql;

	buffer_init(&sql, 0);
	buffer_append_string(&sql, base_tables);
	tallies_define(&sql);
	state_define(&sql);
	joins_define(&sql);
	outages_define(&sql);
	addresses_define(&sql);
	inputs_define(&sql);
	store_run(store, buffer_string(&sql));
	buffer_release(&sql);
	schema_make_views(store);
}

/* SQLite keeps the text that made a view. */
static bool
is_made(struct store *store, const char *name, const char *text)
{
	sqlite3_stmt *found = store_prepare(store,
	    "SELECT 1 FROM sqlite_master "
	    "WHERE type = 'view' AND name = ? AND sql = ?");
	bool is_there;

	if (found == NULL)
		return false;
	store_bind_text(found, 1, text_of(name));
	store_bind_text(found, 2, text_of(text));
	is_there = store_step(store, found);
	sqlite3_finalize(found);
	return is_there;
}

void
schema_make_views(struct store *store)
{
	struct buffer sql;
	struct buffer drop;

	buffer_init(&sql, 0);
	buffer_init(&drop, 0);
	for (size_t i = 0; i < view_count; i++) {
		buffer_clear(&sql);
		buffer_append_format(&sql, "CREATE VIEW %s AS %s",
		    views[i].name, views[i].query);
		if (is_made(store, views[i].name, buffer_string(&sql)))
			continue;
		buffer_clear(&drop);
		buffer_append_format(
		    &drop, "DROP VIEW IF EXISTS %s", views[i].name);
		store_run(store, buffer_string(&drop));
		store_run(store, buffer_string(&sql));
	}
	buffer_release(&sql);
	buffer_release(&drop);
}

/*
 * What each version changed, from version 2 on: of the file, and for who only
 * looks at it, and perhaps may do no more, as a view or table that stands
 * before and is gone with the connection.
 */
static const struct upgrade {
	const char *change;
	const char *look;
} upgrades[] = {
	/* Failures were told by their first and last alone. */
	{ "ALTER TABLE addresses ADD COLUMN outcome_at INTEGER;"
	  "ALTER TABLE addresses ADD COLUMN full_since INTEGER;"
	  "ALTER TABLE addresses ADD COLUMN full_until INTEGER;"
	  "UPDATE addresses SET outcome_at = last_failed_at WHERE state <> 0;"
	  "UPDATE addresses SET full_since = first_failed_at, "
	  "full_until = last_failed_at WHERE category = 'mailbox_full'",
	    "CREATE TEMP VIEW addresses AS SELECT *, "
	    "CASE WHEN state <> 0 THEN last_failed_at END, "
	    "CASE category WHEN 'mailbox_full' THEN first_failed_at END, "
	    "CASE category WHEN 'mailbox_full' THEN last_failed_at END "
	    "FROM main.addresses" },
	/* Records of several lines were joined within one run alone. */
	{ "CREATE TABLE joins (id INTEGER PRIMARY KEY, host TEXT, "
	  "instance TEXT, name TEXT, queue_id TEXT, recipient TEXT, "
	  "time INTEGER, trouble INTEGER, part INTEGER, scope INTEGER, "
	  "is_refused INTEGER)",
	    "CREATE TEMP TABLE joins (id INTEGER PRIMARY KEY)" },
};

void
schema_upgrade(struct store *store, int version)
{
	char sql[64];

	_Static_assert(
	    sizeof(upgrades) / sizeof(upgrades[0]) == STORE_VERSION - 1,
	    "each version has its upgrade");
	if (version < 1) {
		store_fail(
		    store, "has schema version %d, which never was", version);
		return;
	}
	for (int from = version; from < STORE_VERSION; from++)
		store_run(store,
		    store->writes ? upgrades[from - 1].change
				  : upgrades[from - 1].look);
	if (!store->writes)
		return;
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", STORE_VERSION);
	store_run(store, sql);
}

#endif
