#include "store/store.h"

#ifdef HAVE_SQLITE

#include <stdlib.h>

#include "base/memory.h"
#include "store/store_private.h"

/*
 * Streaks are the state of the incidents; shown_incidents is the list as the
 * last run reported it.
 */

#define INCIDENT_FIELDS(type, member)                                          \
	FIELD("domain", FIELD_NAME, type, member domain),                      \
	    FIELD("started_at", FIELD_INSTANT, type, member started_at),       \
	    FIELD("resolved_at", FIELD_INSTANT, type, member resolved_at),     \
	    FIELD("last_failure_at", FIELD_INSTANT, type,                      \
		member last_failure_at),                                       \
	    FIELD("failed_attempts", FIELD_U64, type, member failed_attempts), \
	    FIELD("deliveries", FIELD_U64, type, member deliveries),           \
	    FIELD("deliveries_recovered", FIELD_U64, type,                     \
		member deliveries_recovered),                                  \
	    FIELD("cause", FIELD_CAUSE, type, member cause)

static const struct field streak_fields[] = { INCIDENT_FIELDS(
    struct incident_state, incident.) };
#define STREAK_FIELDS (sizeof(streak_fields) / sizeof(streak_fields[0]))

#define NOTHING
static const struct field shown_fields[] = { INCIDENT_FIELDS(
    struct incident, NOTHING) };

void
outages_define(struct buffer *sql)
{
	buffer_append_string(
	    sql, "CREATE TABLE streaks (id INTEGER PRIMARY KEY, ");
	fields_define(sql, streak_fields, STREAK_FIELDS);
	buffer_append_string(sql,
	    ");\nCREATE TABLE streak_causes (streak INTEGER, place INTEGER, "
	    "cause INTEGER, count INTEGER, PRIMARY KEY (streak, place)) "
	    "WITHOUT ROWID;\n"
	    "CREATE TABLE streak_relays (streak INTEGER, relay INTEGER, "
	    "PRIMARY KEY (streak, relay)) WITHOUT ROWID;\n"
	    "CREATE TABLE shown_incidents (id INTEGER PRIMARY KEY, ");
	fields_define(sql, shown_fields, STREAK_FIELDS);
	buffer_append_string(sql, ", relays TEXT);\n");
}

/* --- saving --- */

struct saving {
	struct store *store;
	sqlite3_stmt *streak;
	sqlite3_stmt *cause;
	sqlite3_stmt *relay;
};

static void
save_parts(
    struct saving *saving, uint32_t number, const struct incident_state *state)
{
	for (size_t i = 0; i < state->cause_count; i++) {
		sqlite3_bind_int64(saving->cause, 1, number);
		sqlite3_bind_int64(saving->cause, 2, (int64_t)i);
		sqlite3_bind_int64(saving->cause, 3,
		    store_cause_id(saving->store, state->causes[i].cause));
		sqlite3_bind_int64(saving->cause, 4, state->causes[i].count);
		store_execute(saving->store, saving->cause);
	}
	for (size_t i = 0; i < state->incident.relay_count; i++) {
		sqlite3_bind_int64(saving->relay, 1, number);
		sqlite3_bind_int64(saving->relay, 2,
		    store_name_id(
			saving->store, state->incident.relay_hosts[i]));
		store_execute(saving->store, saving->relay);
	}
}

static void
save_streak(void *context, uint32_t number, const struct incident_state *state)
{
	struct saving *saving = context;

	if (saving->relay == NULL)
		return;
	sqlite3_bind_int64(saving->streak, 1, number);
	fields_bind(saving->store, saving->streak, 2, streak_fields,
	    STREAK_FIELDS, state);
	store_execute(saving->store, saving->streak);
	save_parts(saving, number, state);
}

void
outages_save(struct store *store, const struct incidents *incidents)
{
	struct saving saving = { .store = store };
	struct buffer sql;

	store_run(store, "DELETE FROM streaks");
	store_run(store, "DELETE FROM streak_causes");
	store_run(store, "DELETE FROM streak_relays");
	buffer_init(&sql, 0);
	buffer_append_string(&sql, "INSERT INTO streaks VALUES (");
	fields_marks(&sql, STREAK_FIELDS + 1);
	buffer_append_string(&sql, ")");
	saving.streak = store_prepare(store, buffer_string(&sql));
	buffer_release(&sql);
	saving.cause = store_prepare(
	    store, "INSERT INTO streak_causes VALUES (?, ?, ?, ?)");
	saving.relay =
	    store_prepare(store, "INSERT INTO streak_relays VALUES (?, ?)");
	incidents_visit(incidents, save_streak, &saving);
	sqlite3_finalize(saving.streak);
	sqlite3_finalize(saving.cause);
	sqlite3_finalize(saving.relay);
}

static void
append_relays(
    struct store *store, struct buffer *relays, const struct incident *incident)
{
	buffer_clear(relays);
	for (size_t i = 0; i < incident->relay_count; i++) {
		if (i > 0)
			buffer_append_byte(relays, ' ');
		buffer_append_text(
		    relays, pool_text(store->names, incident->relay_hosts[i]));
	}
}

void
store_save_incidents(struct store *store, const struct incident *list,
    size_t count, unsigned minimum)
{
	struct buffer relays;
	struct buffer sql;
	sqlite3_stmt *insert;

	buffer_init(&sql, 0);
	buffer_init(&relays, 0);
	buffer_append_string(
	    &sql, "INSERT INTO shown_incidents VALUES (NULL, ");
	fields_marks(&sql, STREAK_FIELDS + 1);
	buffer_append_string(&sql, ")");
	store_run(store, "DELETE FROM shown_incidents");
	insert = store_prepare(store, buffer_string(&sql));
	for (size_t i = 0; i < count && insert != NULL; i++) {
		int at = fields_bind(
		    store, insert, 1, shown_fields, STREAK_FIELDS, &list[i]);

		append_relays(store, &relays, &list[i]);
		store_bind_text(insert, at, buffer_text(&relays));
		store_execute(store, insert);
	}
	sqlite3_finalize(insert);
	buffer_release(&sql);
	buffer_release(&relays);
	store_set_meta_number(store, "incident_minimum", minimum);
}

/* --- loading --- */

void
outage_numbers_release(struct outage_numbers *numbers)
{
	free(numbers->items);
}

uint32_t
outage_number(const struct outage_numbers *numbers, uint32_t id)
{
	size_t low = 0;
	size_t high = numbers->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (numbers->items[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < numbers->count && numbers->items[low].id == id
	    ? numbers->items[low].number
	    : UINT32_MAX;
}

struct parts {
	struct incident_cause *causes;
	size_t causes_capacity;
	uint32_t *hosts;
	size_t hosts_capacity;
};

static void
load_parts(struct store *store, sqlite3_stmt *causes, sqlite3_stmt *relays,
    int64_t id, struct parts *parts, struct incident_state *state)
{
	sqlite3_bind_int64(causes, 1, id);
	while (store_step(store, causes)) {
		parts->causes =
		    memory_grow(parts->causes, &parts->causes_capacity,
			state->cause_count + 1, sizeof(*parts->causes));
		parts->causes[state->cause_count++] = (struct incident_cause){
			store_cause_number(
			    store, (uint32_t)sqlite3_column_int64(causes, 0)),
			(uint32_t)sqlite3_column_int64(causes, 1),
		};
	}
	sqlite3_reset(causes);
	sqlite3_bind_int64(relays, 1, id);
	while (store_step(store, relays)) {
		parts->hosts = memory_grow(parts->hosts, &parts->hosts_capacity,
		    state->incident.relay_count + 1, sizeof(*parts->hosts));
		parts->hosts[state->incident.relay_count++] = store_name_number(
		    store, (uint32_t)sqlite3_column_int64(relays, 0));
	}
	sqlite3_reset(relays);
	state->causes = parts->causes;
	state->incident.relay_hosts = parts->hosts;
}

static void
note_number(struct outage_numbers *numbers, int64_t id, uint32_t number)
{
	numbers->items = memory_grow(numbers->items, &numbers->capacity,
	    numbers->count + 1, sizeof(*numbers->items));
	numbers->items[numbers->count].id = (uint32_t)id;
	numbers->items[numbers->count++].number = number;
}

void
outages_load(struct store *store, struct incidents *incidents,
    struct outage_numbers *numbers)
{
	sqlite3_stmt *rows =
	    store_prepare(store, "SELECT * FROM streaks ORDER BY id");
	sqlite3_stmt *causes = store_prepare(store,
	    "SELECT cause, count FROM streak_causes WHERE streak = ? "
	    "ORDER BY place");
	sqlite3_stmt *relays = store_prepare(
	    store, "SELECT relay FROM streak_relays WHERE streak = ?");
	struct parts parts = { 0 };

	while (store_step(store, rows)) {
		struct incident_state state = { 0 };
		int64_t id = sqlite3_column_int64(rows, 0);

		fields_read(
		    store, rows, 1, streak_fields, STREAK_FIELDS, &state);
		load_parts(store, causes, relays, id, &parts, &state);
		note_number(numbers, id, incidents_restore(incidents, &state));
	}
	sqlite3_finalize(rows);
	sqlite3_finalize(causes);
	sqlite3_finalize(relays);
	free(parts.causes);
	free(parts.hosts);
}

void
outages_refer(struct buffer *sql)
{
	names_refer(sql, "streaks", streak_fields, STREAK_FIELDS);
	names_refer(sql, "shown_incidents", shown_fields, STREAK_FIELDS);
	buffer_append_string(sql, " UNION SELECT relay FROM streak_relays");
}

void
outages_forget(struct store *store, int64_t before)
{
	store_run_before(store,
	    "DELETE FROM streaks WHERE ifnull(resolved_at, last_failure_at) < "
	    "?",
	    before);
	store_run_before(store,
	    "DELETE FROM shown_incidents WHERE "
	    "ifnull(resolved_at, last_failure_at) < ?",
	    before);
	store_run(store,
	    "DELETE FROM streak_causes WHERE streak NOT IN "
	    "(SELECT id FROM streaks)");
	store_run(store,
	    "DELETE FROM streak_relays WHERE streak NOT IN "
	    "(SELECT id FROM streaks)");
}

#endif
