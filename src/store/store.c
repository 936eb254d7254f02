#include "store/store.h"

#ifdef HAVE_SQLITE

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "store/store_private.h"

/* "bnce": marks the file as ours, see SQLite's file format, section 1.3.17. */
#define APPLICATION_ID 0x626E6365

/* How long another writer is waited for. */
#define BUSY_MS 10000

/* Further than this from 1970 no instant is, in ms: 31,000 years. */
#define INSTANT_LIMIT INT64_C(1000000000000000)

/* --- errors and statements --- */

void
store_fail(struct store *store, const char *format, ...)
{
	char message[512];
	va_list arguments;

	if (store->error != NULL)
		return;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	store->error = memory_copy_string(message, strlen(message));
}

static void
fail_full(struct store *store)
{
	store_fail(
	    store, "the disk is full; the file is as it was before the run");
}

static void
fail_input_output(struct store *store)
{
	int error = sqlite3_system_errno(store->db);

	if (error == ENOSPC || error == EDQUOT || error == EFBIG)
		fail_full(store);
	else if (error == 0)
		store_fail(store, "%s", sqlite3_errmsg(store->db));
	else
		store_fail(store, "%s (%s)", sqlite3_errmsg(store->db),
		    strerror(error));
}

static void
fail_with(struct store *store, int code)
{
	switch (code & 0xFF) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		store_fail(store,
		    "another run has had it locked for more than %d seconds",
		    BUSY_MS / 1000);
		break;
	case SQLITE_NOTADB:
		store_fail(store, "is not a memory file of bouncestat");
		break;
	case SQLITE_CORRUPT:
		store_fail(store, "is damaged (%s)", sqlite3_errmsg(store->db));
		break;
	case SQLITE_FULL:
		fail_full(store);
		break;
	case SQLITE_IOERR:
		fail_input_output(store);
		break;
	case SQLITE_NOMEM:
		memory_exhausted();
	default:
		store_fail(store, "%s", sqlite3_errmsg(store->db));
	}
}

sqlite3_stmt *
store_prepare(struct store *store, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	int code;

	if (store->error != NULL)
		return NULL;
	code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
	if (code != SQLITE_OK)
		fail_with(store, code);
	return statement;
}

void
store_run(struct store *store, const char *sql)
{
	int code;

	if (store->error != NULL)
		return;
	code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
	if (code != SQLITE_OK)
		fail_with(store, code);
}

void
store_run_before(struct store *store, const char *sql, int64_t before)
{
	sqlite3_stmt *statement = store_prepare(store, sql);

	if (statement != NULL)
		sqlite3_bind_int64(statement, 1, before);
	store_execute(store, statement);
	sqlite3_finalize(statement);
}

bool
store_step(struct store *store, sqlite3_stmt *statement)
{
	int code;

	if (store->error != NULL || statement == NULL)
		return false;
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE)
		fail_with(store, code);
	return false;
}

void
store_execute(struct store *store, sqlite3_stmt *statement)
{
	if (store->error != NULL || statement == NULL)
		return;
	store_step(store, statement);
	sqlite3_reset(statement);
}

struct text
store_column_text(sqlite3_stmt *statement, int column)
{
	const void *bytes = sqlite3_column_blob(statement, column);

	return (struct text){ bytes,
		(size_t)sqlite3_column_bytes(statement, column) };
}

int64_t
store_column_instant(
    struct store *store, sqlite3_stmt *statement, int column, int64_t none)
{
	int64_t instant = sqlite3_column_int64(statement, column);

	if (sqlite3_column_type(statement, column) == SQLITE_NULL)
		return none;
	if (instant > -INSTANT_LIMIT && instant < INSTANT_LIMIT)
		return instant;
	store_fail(store, "is damaged (a time of %lld)", (long long)instant);
	return none;
}

void
store_bind_text(sqlite3_stmt *statement, int at, struct text text)
{
	/* Absent is the empty text, not NULL. */
	if (sqlite3_bind_text64(statement, at,
		text.data != NULL ? text.data : "", text.length,
		SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_NOMEM)
		memory_exhausted();
}

/* --- meta --- */

static sqlite3_stmt *
find_meta(struct store *store, const char *key)
{
	sqlite3_stmt *statement =
	    store_prepare(store, "SELECT value FROM meta WHERE key = ?");

	if (statement != NULL)
		store_bind_text(statement, 1, text_of(key));
	return statement;
}

struct text
store_meta(struct store *store, const char *key)
{
	sqlite3_stmt *statement = find_meta(store, key);
	struct text value = { 0 };

	if (store_step(store, statement))
		value =
		    arena_copy(&store->arena, store_column_text(statement, 0));
	sqlite3_finalize(statement);
	return value;
}

int64_t
store_meta_instant(struct store *store, const char *key)
{
	sqlite3_stmt *statement = find_meta(store, key);
	int64_t value = INSTANT_NONE;

	if (store_step(store, statement))
		value = store_column_instant(store, statement, 0, INSTANT_NONE);
	sqlite3_finalize(statement);
	return value;
}

static sqlite3_stmt *
replace_meta(struct store *store, const char *key)
{
	sqlite3_stmt *statement =
	    store_prepare(store, "REPLACE INTO meta VALUES (?, ?)");

	if (statement != NULL)
		store_bind_text(statement, 1, text_of(key));
	return statement;
}

void
store_set_meta(struct store *store, const char *key, struct text value)
{
	sqlite3_stmt *statement = replace_meta(store, key);

	if (statement != NULL)
		store_bind_text(statement, 2, value);
	store_execute(store, statement);
	sqlite3_finalize(statement);
}

void
store_set_meta_number(struct store *store, const char *key, int64_t value)
{
	sqlite3_stmt *statement = replace_meta(store, key);

	if (statement != NULL && value != INSTANT_NONE)
		sqlite3_bind_int64(statement, 2, value);
	store_execute(store, statement);
	sqlite3_finalize(statement);
}

/* --- opening --- */

static int64_t
ask_number(struct store *store, const char *sql)
{
	sqlite3_stmt *statement = store_prepare(store, sql);
	int64_t number = 0;

	if (store_step(store, statement))
		number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return number;
}

/* SQLite would make it readable for all. */
static bool
make_private(struct store *store)
{
	int descriptor = open(store->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (descriptor < 0) {
		store_fail(store, "cannot be opened: %s", strerror(errno));
		return false;
	}
	close(descriptor);
	return true;
}

/* SQLite would wait for ever for somebody to write to a pipe. */
static bool
is_special(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static void
open_file(struct store *store)
{
	int code;

	if (access(store->path, F_OK) != 0 && !store->writes) {
		store_fail(store, "cannot be read: %s", strerror(errno));
		return;
	}
	if (is_special(store->path)) {
		store_fail(store, "is no regular file");
		return;
	}
	if (store->writes && !make_private(store))
		return;
	code = sqlite3_open_v2(store->path, &store->db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (code != SQLITE_OK) {
		store_fail(store, "cannot be opened: %s",
		    store->db != NULL ? sqlite3_errmsg(store->db)
				      : "out of memory");
		return;
	}
	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, BUSY_MS);
	/* A page of the file is changed once a night, however many rows. */
	store_run(store, "PRAGMA cache_size = -65536");
	store_run(store, "PRAGMA temp_store = MEMORY");
	store_run(store, store->writes ? "BEGIN IMMEDIATE" : "BEGIN");
}

static void
make_file(struct store *store, const struct store_settings *settings)
{
	struct store *model = settings->model;
	const char *zone = settings->zone != NULL ? settings->zone : "UTC";
	const char *scope =
	    settings->scope != NULL ? settings->scope : settings->default_scope;
	char sql[64];

	if (ask_number(store, "SELECT count(*) FROM sqlite_master") != 0) {
		store_fail(store, "is a database of another program");
		return;
	}
	if (!store->writes) {
		store_fail(store, "holds nothing yet: give it logs to read");
		return;
	}
	snprintf(
	    sql, sizeof(sql), "PRAGMA application_id = %d", APPLICATION_ID);
	store_run(store, sql);
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", STORE_VERSION);
	store_run(store, sql);
	schema_make(store);
	store_set_meta(store, "zone",
	    text_of(model != NULL ? zone_name(model->zone) : zone));
	store_set_meta(
	    store, "scope", text_of(model != NULL ? model->scope : scope));
	if (model != NULL)
		store_set_meta(
		    store, "redaction", store_meta(model, "redaction"));
}

static void
check_version(struct store *store, const struct store_settings *settings)
{
	int64_t id = ask_number(store, "PRAGMA application_id");
	int64_t version = ask_number(store, "PRAGMA user_version");

	if (store->error != NULL)
		return;
	if (id == 0 && version == 0)
		make_file(store, settings);
	else if (id != APPLICATION_ID)
		store_fail(store, "is a database of another program");
	else if (version > STORE_VERSION)
		store_fail(store,
		    "has schema version %d, and this program knows up to %d: "
		    "it was written by a newer bouncestat",
		    (int)version, STORE_VERSION);
	else if (version < STORE_VERSION)
		schema_upgrade(store, (int)version);
	if (store->writes)
		schema_make_views(store);
}

static void
check_identity(struct store *store, const struct store_settings *settings)
{
	struct text zone = store_meta(store, "zone");
	struct text scope = store_meta(store, "scope");

	if (store->error == NULL && (zone.length == 0 || scope.length == 0))
		store_fail(store, "is damaged (meta)");
	if (store->error != NULL)
		return;
	store->scope = memory_copy_string(scope.data, scope.length);
	if (settings->zone != NULL &&
	    !text_equal(zone, text_of(settings->zone)))
		store_fail(store,
		    "counts the days of zone %.*s, which is fixed; --tz %s "
		    "needs a file of its own",
		    TEXT_FORMAT(zone), settings->zone);
	if (settings->scope != NULL &&
	    !text_equal(scope, text_of(settings->scope)))
		store_fail(store,
		    "counts with --scope %.*s, which is fixed; --scope %s "
		    "needs a file of its own",
		    TEXT_FORMAT(scope), settings->scope);
	store->zone = zone_new(zone.data);
	if (store->zone == NULL)
		store_fail(store, "no time zone '%.*s' (is tzdata installed?)",
		    TEXT_FORMAT(zone));
}

struct store *
store_open(const struct store_settings *settings, struct diagnostics *errors)
{
	struct store *store = memory_allocate_array(1, sizeof(*store));

	arena_init(&store->arena);
	store->path =
	    memory_copy_string(settings->path, strlen(settings->path));
	store->names = settings->names;
	store->writes = settings->writes;
	open_file(store);
	check_version(store, settings);
	if (store->error == NULL)
		check_identity(store, settings);
	store_load_names(store);
	inputs_load(store);
	if (!store_failed(store, errors))
		return store;
	store_close(store);
	return NULL;
}

bool
store_failed(struct store *store, struct diagnostics *errors)
{
	if (store->error == NULL)
		return false;
	diagnostics_add(
	    errors, DIAGNOSTIC_ERROR, store->path, "%s", store->error);
	return true;
}

bool
store_commit(struct store *store, struct diagnostics *errors)
{
	if (store->writes)
		store_run(store, "COMMIT");
	return !store_failed(store, errors);
}

static void
release_ids(struct store_ids *ids)
{
	free(ids->number_of);
	free(ids->id_of);
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	sqlite3_finalize(store->add_name);
	sqlite3_finalize(store->add_cause);
	/* What was not committed is rolled back. */
	sqlite3_close(store->db);
	release_ids(&store->name_ids);
	release_ids(&store->cause_ids);
	zone_free(store->zone);
	arena_release(&store->arena);
	free(store->inputs);
	free(store->scope);
	free(store->path);
	free(store->error);
	free(store);
}

char *
store_zone_of(const char *path)
{
	struct store store = { 0 };
	char *zone = NULL;
	struct text value;

	if (is_special(path))
		return NULL;
	if (sqlite3_open_v2(path, &store.db,
		SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
		NULL) == SQLITE_OK) {
		arena_init(&store.arena);
		sqlite3_busy_timeout(store.db, BUSY_MS);
		value = store_meta(&store, "zone");
		if (value.length > 0)
			zone = memory_copy_string(value.data, value.length);
		arena_release(&store.arena);
	}
	sqlite3_close(store.db);
	free(store.error);
	return zone;
}

/* --- what it was made with --- */

const struct zone *
store_zone(const struct store *store)
{
	return store->zone;
}

const char *
store_scope(const struct store *store)
{
	return store->scope;
}

bool
store_keeps(struct store *store, const char *key, struct text value)
{
	struct text kept = store_meta(store, key);

	if (kept.length == 0 && store->writes)
		store_set_meta(store, key, value);
	return kept.length == 0 || text_equal(kept, value);
}

int64_t
store_start(struct store *store)
{
	return store_meta_instant(store, "start");
}

void
store_set_start(struct store *store, int64_t start)
{
	store_set_meta_number(store, "start", start);
}

void
store_forget(struct store *store, int64_t day)
{
	int64_t before = tally_day_start(store->zone, day);
	int changes;

	if (store->error != NULL)
		return;
	changes = sqlite3_total_changes(store->db);
	tallies_forget(store, day);
	state_forget(store, before);
	joins_forget(store, before);
	outages_forget(store, before);
	addresses_forget(store, before);
	inputs_forget(store, before);
	/* Looking for names that nothing refers to reads the whole file. */
	if (sqlite3_total_changes(store->db) != changes)
		names_forget(store);
}

#endif
