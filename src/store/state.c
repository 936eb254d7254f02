#include "store/store.h"

#ifdef HAVE_SQLITE

#include <stdlib.h>

#include "base/calendar.h"
#include "base/memory.h"
#include "store/store_private.h"
#include "track/ledger_state.h"

/*
 * Messages, deliveries, timers, waiting events and streaks are written anew
 * each night: they are few beside what a night brings.  Addresses may be many
 * and are only changed.
 */

static const struct field message_fields[] = {
	FIELD("queue_id", FIELD_TEXT, struct ledger_message, shown.queue_id),
	FIELD("host", FIELD_NAME, struct ledger_message, shown.host),
	FIELD("instance", FIELD_NAME, struct ledger_message, shown.instance),
	FIELD("sender_domain", FIELD_NAME, struct ledger_message,
	    shown.sender_domain),
	FIELD("mta", FIELD_U8, struct ledger_message, shown.mta),
	FIELD("sender_is_known", FIELD_FLAG, struct ledger_message,
	    shown.sender_is_known),
	FIELD("is_notification", FIELD_FLAG, struct ledger_message,
	    shown.is_notification),
	FIELD("arrived_at", FIELD_INSTANT, struct ledger_message,
	    shown.arrived_at),
	FIELD("arrival_logged", FIELD_FLAG, struct ledger_message,
	    arrival_logged),
	FIELD("sender_from_hop", FIELD_FLAG, struct ledger_message,
	    sender_from_hop),
	FIELD("is_counted", FIELD_FLAG, struct ledger_message, is_counted),
	FIELD("seen_at", FIELD_INSTANT, struct ledger_message, seen_at),
	FIELD("changed_at", FIELD_INSTANT, struct ledger_message, changed_at),
	FIELD("notified_at", FIELD_INSTANT, struct ledger_message, notified_at),
	FIELD("removed_at", FIELD_INSTANT, struct ledger_message, removed_at),
};

#define VERDICT_FIELDS(prefix, type, member)                                   \
	FIELD(prefix "category", FIELD_CATEGORY, type, member category),       \
	    FIELD(prefix "class", FIELD_CLASS, type, member class),            \
	    FIELD(prefix "action", FIELD_ACTION, type, member action),         \
	    FIELD(prefix "origin", FIELD_U8, type, member origin),             \
	    FIELD(prefix "reply_code", FIELD_U16, type, member reply_code),    \
	    FIELD(                                                             \
		prefix "enhanced_code", FIELD_U32, type, member enhanced_code)

static const struct field delivery_fields[] = {
	FIELD("domain", FIELD_NAME, struct delivery, domain),
	FIELD("provider", FIELD_NAME, struct delivery, provider),
	FIELD("relay_host", FIELD_NAME, struct delivery, relay_host),
	FIELD("relay_ip", FIELD_NAME, struct delivery, relay_ip),
	FIELD("attempts", FIELD_U32, struct delivery, attempts),
	FIELD("suspended", FIELD_U32, struct delivery, suspended),
	FIELD("outcome", FIELD_OUTCOME, struct delivery, outcome),
	FIELD("first_attempt_at", FIELD_INSTANT, struct delivery,
	    first_attempt_at),
	FIELD(
	    "last_attempt_at", FIELD_INSTANT, struct delivery, last_attempt_at),
	FIELD("first_deferred_at", FIELD_INSTANT, struct delivery,
	    first_deferred_at),
	FIELD(
	    "first_record_at", FIELD_INSTANT, struct delivery, first_record_at),
	FIELD("last_record_at", FIELD_INSTANT, struct delivery, last_record_at),
	FIELD("first_enhanced_code", FIELD_U32, struct delivery,
	    first_code.enhanced),
	FIELD("first_reply_code", FIELD_U32, struct delivery, first_code.reply),
	FIELD(
	    "first_category", FIELD_CATEGORY, struct delivery, first_category),
	FIELD("is_selected", FIELD_FLAG, struct delivery, selected),
	FIELD("is_local", FIELD_FLAG, struct delivery, is_local),
	FIELD("left_censored", FIELD_FLAG, struct delivery, left_censored),
	FIELD("is_carried", FIELD_FLAG, struct delivery, is_carried),
	VERDICT_FIELDS("last_", struct delivery, last_verdict.),
};

static const struct field timer_fields[] = {
	FIELD("message", FIELD_U32, struct ledger_timer, message),
	FIELD("is_removal", FIELD_FLAG, struct ledger_timer, is_removal),
	FIELD("due", FIELD_INSTANT, struct ledger_timer, due),
};

/* An event whose record does not lie elsewhere. */
struct waiting_row {
	struct event event;
	struct record record;
};

static const struct field event_fields[] = {
	FIELD("time", FIELD_INSTANT, struct waiting_row, record.time),
	FIELD("delay", FIELD_I64, struct waiting_row, record.delay),
	FIELD("repeat", FIELD_U32, struct waiting_row, record.repeat),
	FIELD(
	    "logged_code", FIELD_U32, struct waiting_row, record.enhanced_code),
	FIELD("kind", FIELD_U8, struct waiting_row, record.kind),
	FIELD("status", FIELD_U8, struct waiting_row, record.status),
	FIELD("scope", FIELD_U8, struct waiting_row, record.scope),
	FIELD("mta", FIELD_U8, struct waiting_row, record.mta),
	FIELD("sender_is_known", FIELD_FLAG, struct waiting_row,
	    record.sender_is_known),
	FIELD("relay_port", FIELD_U16, struct waiting_row, record.relay_port),
	VERDICT_FIELDS("", struct waiting_row, event.verdict.),
	FIELD("host", FIELD_TEXT, struct waiting_row, record.host),
	FIELD("instance", FIELD_TEXT, struct waiting_row, record.instance),
	FIELD("queue_id", FIELD_TEXT, struct waiting_row, record.queue_id),
	FIELD("next_queue_id", FIELD_TEXT, struct waiting_row,
	    record.next_queue_id),
	FIELD("sender", FIELD_TEXT, struct waiting_row, record.sender),
	FIELD("recipient", FIELD_TEXT, struct waiting_row, record.recipient),
	FIELD("relay_host", FIELD_TEXT, struct waiting_row, record.relay_host),
	FIELD("relay_ip", FIELD_TEXT, struct waiting_row, record.relay_ip),
	FIELD("reply", FIELD_TEXT, struct waiting_row, record.reply),
};

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

static void
define(struct buffer *sql, const char *name, const char *first,
    const struct field *fields, size_t count, const char *last)
{
	buffer_append_format(sql, "CREATE TABLE %s (%s", name, first);
	fields_define(sql, fields, count);
	buffer_append_format(sql, "%s);\n", last);
}

void
state_define(struct buffer *sql)
{
	define(sql, "messages", "id INTEGER PRIMARY KEY, ", message_fields,
	    COUNT(message_fields), "");
	/* Causes and streaks: ids with a blank behind each. */
	define(sql, "deliveries",
	    "id INTEGER PRIMARY KEY, message INTEGER, recipient TEXT, ",
	    delivery_fields, COUNT(delivery_fields),
	    ", causes TEXT, streaks TEXT");
	define(sql, "timers", "id INTEGER PRIMARY KEY, ", timer_fields,
	    COUNT(timer_fields), "");
	define(sql, "waiting", "id INTEGER PRIMARY KEY, ", event_fields,
	    COUNT(event_fields), "");
}

void
state_refer(struct buffer *sql)
{
	names_refer(sql, "messages", message_fields, COUNT(message_fields));
	names_refer(sql, "deliveries", delivery_fields, COUNT(delivery_fields));
}

/* Messages that nothing was logged of for so long are lost. */
void
state_forget(struct store *store, int64_t before)
{
	store_run_before(
	    store, "DELETE FROM messages WHERE changed_at < ?", before);
	store_run(store,
	    "DELETE FROM deliveries WHERE message NOT IN "
	    "(SELECT id FROM messages)");
	store_run(store,
	    "DELETE FROM timers WHERE message NOT IN "
	    "(SELECT id FROM messages)");
}

static sqlite3_stmt *
prepare_insert(
    struct store *store, const char *name, const char *first, size_t count)
{
	sqlite3_stmt *statement;
	struct buffer sql;

	buffer_init(&sql, 0);
	buffer_append_format(&sql, "INSERT INTO %s VALUES (%s", name, first);
	fields_marks(&sql, count);
	buffer_append_string(&sql, ")");
	statement = store_prepare(store, buffer_string(&sql));
	buffer_release(&sql);
	return statement;
}

/* --- saving --- */

struct saving {
	struct store *store;
	sqlite3_stmt *message;
	sqlite3_stmt *delivery;
	sqlite3_stmt *timer;
	sqlite3_stmt *waiting;
	struct buffer list;
};

static void
save_message(
    void *context, uint32_t number, const struct ledger_message *message)
{
	struct saving *saving = context;

	if (saving->message == NULL)
		return;
	sqlite3_bind_int64(saving->message, 1, number);
	fields_bind(saving->store, saving->message, 2, message_fields,
	    COUNT(message_fields), message);
	store_execute(saving->store, saving->message);
}

static void
save_delivery(void *context, uint32_t message, const struct delivery *delivery)
{
	struct saving *saving = context;
	int at;

	if (saving->delivery == NULL)
		return;
	sqlite3_bind_int64(saving->delivery, 1, message);
	store_bind_text(saving->delivery, 2, delivery_recipient(delivery));
	at = fields_bind(saving->store, saving->delivery, 3, delivery_fields,
	    COUNT(delivery_fields), delivery);
	buffer_clear(&saving->list);
	for (uint32_t i = 0; i < delivery->causes_count; i++)
		buffer_append_format(&saving->list, "%u ",
		    store_cause_id(saving->store, delivery->causes[i]));
	store_bind_text(saving->delivery, at, buffer_text(&saving->list));
	buffer_clear(&saving->list);
	for (uint32_t i = 0; i < delivery->incidents_count; i++)
		buffer_append_format(
		    &saving->list, "%u ", delivery->incidents[i]);
	store_bind_text(saving->delivery, at + 1, buffer_text(&saving->list));
	store_execute(saving->store, saving->delivery);
}

static void
save_timer(void *context, const struct ledger_timer *timer)
{
	struct saving *saving = context;

	fields_bind(saving->store, saving->timer, 1, timer_fields,
	    COUNT(timer_fields), timer);
	store_execute(saving->store, saving->timer);
}

static void
save_waiting(void *context, const struct event *event)
{
	struct saving *saving = context;
	const struct waiting_row row = { *event, *event->record };

	fields_bind(saving->store, saving->waiting, 1, event_fields,
	    COUNT(event_fields), &row);
	store_execute(saving->store, saving->waiting);
}

static void
save_ledger(struct store *store, const struct ledger *ledger)
{
	struct saving saving = {
		.store = store,
		.message = prepare_insert(
		    store, "messages", "?, ", COUNT(message_fields)),
		.delivery = prepare_insert(store, "deliveries", "NULL, ?, ?, ",
		    COUNT(delivery_fields) + 2),
		.timer = prepare_insert(
		    store, "timers", "NULL, ", COUNT(timer_fields)),
		.waiting = prepare_insert(
		    store, "waiting", "NULL, ", COUNT(event_fields)),
	};
	const struct ledger_visitor visitor = { &saving, save_message,
		save_delivery, save_timer, save_waiting };

	store_run(store, "DELETE FROM messages");
	store_run(store, "DELETE FROM deliveries");
	store_run(store, "DELETE FROM timers");
	store_run(store, "DELETE FROM waiting");
	store_set_meta_number(store, "last_record_at", ledger_now(ledger));
	buffer_init(&saving.list, 0);
	ledger_visit(ledger, &visitor);
	buffer_release(&saving.list);
	sqlite3_finalize(saving.message);
	sqlite3_finalize(saving.delivery);
	sqlite3_finalize(saving.timer);
	sqlite3_finalize(saving.waiting);
}

void
store_save_state(struct store *store, const struct store_state *state)
{
	store->ledger = state->ledger;
	save_ledger(store, state->ledger);
	joins_save(store, state->joins, ledger_now(state->ledger));
	outages_save(store, state->incidents);
	addresses_save(store, state->addresses);
}

/* --- loading --- */

/* Where rows of the file are in this run. */
struct places {
	uint32_t *messages; /* by id */
	size_t messages_capacity;
	struct outage_numbers streaks;
};

static uint32_t
message_at(const struct places *places, int64_t id)
{
	return id > 0 && (uint64_t)id < places->messages_capacity
	    ? places->messages[id]
	    : 0;
}

static void
load_messages(struct store *store, struct ledger *ledger, struct places *places)
{
	sqlite3_stmt *rows =
	    store_prepare(store, "SELECT * FROM messages ORDER BY id");

	/* Numbers are ids of rows: they are small and given anew. */
	while (store_step(store, rows)) {
		struct ledger_message message = { 0 };
		int64_t id = sqlite3_column_int64(rows, 0);
		size_t known = places->messages_capacity;

		fields_read(store, rows, 1, message_fields,
		    COUNT(message_fields), &message);
		if (id <= 0 || id > UINT32_MAX / 8 ||
		    message.shown.mta >= RECORD_MTAS) {
			store_fail(store, "is damaged (messages)");
			break;
		}
		places->messages =
		    memory_grow(places->messages, &places->messages_capacity,
			(size_t)id + 1, sizeof(*places->messages));
		while (known < places->messages_capacity)
			places->messages[known++] = 0;
		places->messages[id] = ledger_restore_message(ledger, &message);
	}
	sqlite3_finalize(rows);
}

/* The numbers of a list of ids; what is not there any more is left out. */
static uint32_t
load_list(struct text list, uint32_t (*number)(const void *, uint32_t),
    const void *context, uint32_t **numbers, size_t *capacity)
{
	uint32_t count = 0;
	struct text word;

	while (text_next_word(&list, &word)) {
		uint64_t id;
		uint32_t found;

		if (!text_parse_number(word, UINT32_MAX, &id))
			continue;
		found = number(context, (uint32_t)id);
		if (found == UINT32_MAX)
			continue;
		*numbers = memory_grow(
		    *numbers, capacity, (size_t)count + 1, sizeof(**numbers));
		(*numbers)[count++] = found;
	}
	return count;
}

static uint32_t
find_cause(const void *context, uint32_t id)
{
	uint32_t number = store_cause_number(context, id);

	return number != 0 ? number : UINT32_MAX;
}

static uint32_t
find_streak(const void *context, uint32_t id)
{
	return outage_number(context, id);
}

static void
load_deliveries(
    struct store *store, struct ledger *ledger, const struct places *places)
{
	sqlite3_stmt *rows =
	    store_prepare(store, "SELECT * FROM deliveries ORDER BY id");
	size_t causes_capacity = 0;
	size_t incidents_capacity = 0;
	uint32_t *causes = NULL;
	uint32_t *incidents = NULL;

	while (store_step(store, rows)) {
		struct delivery delivery = { 0 };
		uint32_t message =
		    message_at(places, sqlite3_column_int64(rows, 1));
		int at = fields_read(store, rows, 3, delivery_fields,
		    COUNT(delivery_fields), &delivery);

		if (message == 0 ||
		    delivery.last_verdict.origin >= VERDICT_ORIGINS) {
			store_fail(store, "is damaged (deliveries)");
			break;
		}
		delivery.causes_count = load_list(store_column_text(rows, at),
		    find_cause, store, &causes, &causes_capacity);
		delivery.incidents_count =
		    load_list(store_column_text(rows, at + 1), find_streak,
			&places->streaks, &incidents, &incidents_capacity);
		delivery.causes = causes;
		delivery.incidents = incidents;
		delivery.last_verdict.rule = RULE_NONE;
		ledger_restore_delivery(
		    ledger, message, store_column_text(rows, 2), &delivery);
	}
	free(causes);
	free(incidents);
	sqlite3_finalize(rows);
}

static void
load_timers(
    struct store *store, struct ledger *ledger, const struct places *places)
{
	sqlite3_stmt *rows =
	    store_prepare(store, "SELECT * FROM timers ORDER BY id");

	while (store_step(store, rows)) {
		struct ledger_timer timer = { 0 };

		fields_read(
		    store, rows, 1, timer_fields, COUNT(timer_fields), &timer);
		timer.message = message_at(places, timer.message);
		if (timer.message == 0) {
			store_fail(store, "is damaged (timers)");
			break;
		}
		ledger_restore_timer(ledger, &timer);
	}
	sqlite3_finalize(rows);
}

static bool
is_sound(const struct waiting_row *row)
{
	const struct record *record = &row->record;

	return record->kind < RECORD_KINDS &&
	    record->status < RECORD_STATUSES && record->scope <= RECORD_LOCAL &&
	    record->mta < RECORD_MTAS && record->repeat > 0 &&
	    row->event.verdict.origin < VERDICT_ORIGINS;
}

/* The texts of a waiting event live as long as the store. */
static void
keep_texts(struct store *store, struct record *record)
{
	struct text *texts[] = { &record->host, &record->instance,
		&record->queue_id, &record->next_queue_id, &record->sender,
		&record->recipient, &record->relay_host, &record->relay_ip,
		&record->reply };

	for (size_t i = 0; i < COUNT(texts); i++)
		*texts[i] = arena_copy(&store->arena, *texts[i]);
}

struct events {
	const struct event **items;
	size_t count;
	size_t capacity;
};

static void
load_waiting(struct store *store, struct events *events)
{
	sqlite3_stmt *rows =
	    store_prepare(store, "SELECT * FROM waiting ORDER BY id");

	while (store_step(store, rows)) {
		struct waiting_row *row =
		    arena_allocate(&store->arena, sizeof(*row));

		*row = (struct waiting_row){ 0 };
		fields_read(
		    store, rows, 1, event_fields, COUNT(event_fields), row);
		row->event.record = &row->record;
		row->event.verdict.rule = RULE_NONE;
		if (!is_sound(row)) {
			store_fail(store, "is damaged (waiting)");
			break;
		}
		keep_texts(store, &row->record);
		events->items = memory_grow(events->items, &events->capacity,
		    events->count + 1, sizeof(*events->items));
		events->items[events->count++] = &row->event;
	}
	sqlite3_finalize(rows);
}

static void
load_state(struct store *store, const struct store_state *state, bool is_known)
{
	struct places places = { 0 };

	store->ledger = state->ledger;
	store_load_causes(store);
	outages_load(store, state->incidents, &places.streaks);
	load_messages(store, state->ledger, &places);
	load_deliveries(store, state->ledger, &places);
	load_timers(store, state->ledger, &places);
	joins_load(store, state->joins);
	addresses_load(store, state->addresses, is_known);
	free(places.messages);
	outage_numbers_release(&places.streaks);
}

void
store_load_state(struct store *store, const struct store_state *state)
{
	struct events events = { 0 };

	load_state(store, state, true);
	load_waiting(store, &events);
	ledger_restore_now(
	    state->ledger, store_meta_instant(store, "last_record_at"));
	for (size_t i = 0; i < events.count; i++)
		ledger_take(state->ledger, events.items[i], NULL);
	free(events.items);
}

/* --- several files at once --- */

struct placed_event {
	const struct event *event;
	size_t place;
};

static int
order_by_time(const void *a, const void *b)
{
	const struct placed_event *x = a;
	const struct placed_event *y = b;

	if (x->event->record->time != y->event->record->time)
		return x->event->record->time < y->event->record->time ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* The last seconds of each, in the order in which one run had read them. */
static void
take_waiting(struct ledger *ledger, const struct events *events)
{
	struct placed_event *sorted =
	    memory_allocate_array(events->count, sizeof(*sorted));

	for (size_t i = 0; i < events->count; i++)
		sorted[i] = (struct placed_event){ events->items[i], i };
	qsort(sorted, events->count, sizeof(*sorted), order_by_time);
	for (size_t i = 0; i < events->count; i++)
		ledger_take(ledger, sorted[i].event, NULL);
	free(sorted);
}

void
store_load_states(
    struct store *const *stores, size_t count, const struct store_state *state)
{
	struct events events = { 0 };
	int64_t earliest = INSTANT_NONE;
	int64_t latest = INSTANT_NONE;

	for (size_t i = 0; i < count; i++) {
		int64_t now = store_meta_instant(stores[i], "last_record_at");

		/* Only the first one's recipients are in the file already. */
		load_state(stores[i], state, i == 0);
		load_waiting(stores[i], &events);
		if (now == INSTANT_NONE)
			continue;
		if (earliest == INSTANT_NONE || now < earliest)
			earliest = now;
		if (now > latest)
			latest = now;
	}
	ledger_restore_now(state->ledger, earliest);
	take_waiting(state->ledger, &events);
	if (ledger_now(state->ledger) < latest)
		ledger_restore_now(state->ledger, latest);
	free(events.items);
}

void
store_sort_timers(struct store *store)
{
	store_run(store,
	    "CREATE TEMP TABLE sorted AS SELECT message, is_removal, due "
	    "FROM timers ORDER BY is_removal DESC, due, id;"
	    "DELETE FROM timers;"
	    "INSERT INTO timers SELECT NULL, message, is_removal, due "
	    "FROM sorted ORDER BY rowid;"
	    "DROP TABLE sorted");
}

#endif
