#include "store/store.h"

#ifdef HAVE_SQLITE

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
	outages_define(&sql);
	addresses_define(&sql);
	inputs_define(&sql);
	for (size_t i = 0; i < view_count; i++)
		buffer_append_format(&sql, "CREATE VIEW %s AS %s;\n",
		    views[i].name, views[i].query);
	store_run(store, buffer_string(&sql));
	buffer_release(&sql);
}

/*
 * Versions are upgraded one by one; each step is a list of statements here.
 * Version 1 is the first, so nothing has to be done yet, and nothing older
 * can be met but a file that was tampered with.
 */
void
schema_upgrade(struct store *store, int version)
{
	store_fail(store, "has schema version %d, which never was", version);
}

#endif
