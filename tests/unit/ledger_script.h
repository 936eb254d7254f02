/*
 * Ledger script: a log in a few words, and what a ledger says about it.
 *
 * A script is lines, first what is set, then an event a line, by time:
 *
 *     set since=100 scope=all domain=example.net internal=192.0.2.0/24
 *     0 message A1 from=a@example.com
 *     1 deferred A1 to=u@example.net code=4.3.2 category=remote_system
 *     301 delivered A1 to=u@example.net
 *     302 removal A1
 *
 * Words are seconds since 2026-11-22, a status (a try) or another kind of
 * record, the queue id, and key=value: to from next code category action
 * delay relay ip port scope host tag mta repeat status (of a notification).
 * Without them: a Postfix on mx1 whose tag is "postfix", remote.
 *
 * The answer has a line for each thing that the observer was told:
 *
 *     1 deferred A1 u@example.net #1          a try and its number
 *     301 delivered A1 u@example.net #2 +300  and seconds since the one before
 *     = A1 u@example.net delivered tries=2 from=example.com first=4.3.2 ...
 *     301 notification
 *
 * Behind a record: hop, notice, local, uncounted, and !cause !code !category
 * for a failure that this delivery had before.  Behind an outcome: what is
 * not usual, and `message` for the first counted delivery of its message.
 */
#ifndef TESTS_LEDGER_SCRIPT_H
#define TESTS_LEDGER_SCRIPT_H

#include <inttypes.h>

#include "base/enhanced_code.h"
#include "track/ledger.h"

#define SCRIPT_EVENTS 1024
#define SCRIPT_EPOCH  (INT64_C(20779) * SECONDS_PER_DAY * 1000)

struct ledger_script {
	struct pool *names;
	struct filter *filter;
	struct internal_relays *internal_relays;
	int64_t since;
	int64_t until;
	int64_t start;
	struct record records[SCRIPT_EVENTS];
	struct event events[SCRIPT_EVENTS];
	size_t count;
	struct buffer said;
};

/* --- reading --- */

static inline int64_t
script_number(struct text text)
{
	uint64_t number;

	assert_true(text_parse_number(text, UINT32_MAX, &number));
	return (int64_t)number;
}

static inline void
script_pair(struct text word, struct text *key, struct text *value)
{
	size_t equals = text_find_byte(word, '=');

	assert_int_not_equal(equals, TEXT_NONE);
	*key = text_slice(word, 0, equals);
	*value = text_slice(word, equals + 1, word.length);
}

static inline void
script_set(struct ledger_script *script, struct text word)
{
	static const char *const kinds[FILTER_KINDS] = { "domain", "sender",
		"relay", "code", "category" };
	struct text key;
	struct text value;

	script_pair(word, &key, &value);
	if (text_equal(key, text_of("since")))
		script->since = SCRIPT_EPOCH + script_number(value) * 1000;
	else if (text_equal(key, text_of("until")))
		script->until = SCRIPT_EPOCH + script_number(value) * 1000;
	else if (text_equal(key, text_of("start")))
		script->start = SCRIPT_EPOCH + script_number(value) * 1000;
	else if (text_equal(key, text_of("internal")))
		assert_true(
		    internal_relays_add(script->internal_relays, value));
	else if (text_equal(key, text_of("scope"))) {
		filter_free(script->filter);
		script->filter = filter_new(text_equal(value, text_of("all"))
			? FILTER_ALL
			: FILTER_LOCAL);
	} else {
		unsigned kind = 0;

		while (!text_equal(key, text_of(kinds[kind])))
			assert_true(++kind < FILTER_KINDS);
		assert_true(
		    filter_add(script->filter, (enum filter_kind)kind, value));
	}
}

static inline void
script_name(struct record *record, struct text key, struct text value)
{
	const struct {
		const char *key;
		struct text *text;
	} names[] = {
		{ "to", &record->recipient },
		{ "next", &record->next_queue_id },
		{ "relay", &record->relay_host },
		{ "ip", &record->relay_ip },
		{ "host", &record->host },
		{ "tag", &record->instance },
		{ "reply", &record->reply },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (text_equal(key, text_of(names[i].key))) {
			*names[i].text = value;
			return;
		}
	fail_msg("no such key: %.*s", TEXT_FORMAT(key));
}

static inline void
script_failure(struct event *event, struct text key, struct text value)
{
	enum verdict_category category;
	enum verdict_action action;
	uint64_t number;

	if (text_equal(key, text_of("category"))) {
		assert_true(verdict_category_find(value, &category));
		event->verdict.category = (uint8_t)category;
	} else if (text_equal(key, text_of("action"))) {
		assert_true(verdict_action_find(value, &action));
		event->verdict.action = (uint8_t)action;
	} else if (text_parse_number(value, 599, &number)) {
		event->verdict.reply_code = (uint16_t)number;
	} else {
		event->verdict.enhanced_code = enhanced_code_parse(value, NULL);
		assert_int_not_equal(event->verdict.enhanced_code, 0);
	}
}

static inline void
script_field(struct record *record, struct event *event, struct text word)
{
	struct text key;
	struct text value;
	enum record_mta mta;
	enum record_status status;

	script_pair(word, &key, &value);
	if (text_equal(key, text_of("from"))) {
		record->sender_is_known = true;
		record->sender = value;
	} else if (text_equal(key, text_of("delay"))) {
		record->delay = script_number(value) * 1000;
	} else if (text_equal(key, text_of("port"))) {
		record->relay_port = (uint16_t)script_number(value);
	} else if (text_equal(key, text_of("repeat"))) {
		record->repeat = (uint32_t)script_number(value);
	} else if (text_equal(key, text_of("scope"))) {
		record->scope = RECORD_LOCAL;
	} else if (text_equal(key, text_of("mta"))) {
		assert_true(record_mta_find(value, &mta));
		record->mta = (uint8_t)mta;
	} else if (text_equal(key, text_of("status"))) {
		assert_true(record_status_find(value, &status));
		record->status = (uint8_t)status;
	} else if (text_equal(key, text_of("code")) ||
	    text_equal(key, text_of("category")) ||
	    text_equal(key, text_of("action"))) {
		script_failure(event, key, value);
	} else {
		script_name(record, key, value);
	}
}

static inline void
script_event(struct ledger_script *script, struct text time, struct text rest)
{
	struct record *record = &script->records[script->count];
	struct event *event = &script->events[script->count];
	enum record_kind kind = RECORD_ATTEMPT;
	enum record_status status = RECORD_STATUS_NONE;
	struct text word;

	assert_true(script->count++ < SCRIPT_EVENTS);
	*record =
	    (struct record){ .time = SCRIPT_EPOCH + script_number(time) * 1000,
		    .delay = -1,
		    .repeat = 1,
		    .mta = MTA_POSTFIX,
		    .host = TEXT_LITERAL("mx1"),
		    .instance = TEXT_LITERAL("postfix") };
	*event = (struct event){ .record = record };
	text_next_word(&rest, &word);
	if (!record_status_find(word, &status))
		assert_true(record_kind_find(word, &kind));
	record->kind = (uint8_t)kind;
	record->status = (uint8_t)status;
	event->verdict.rule = RULE_NONE;
	text_next_word(&rest, &record->queue_id);
	while (text_next_word(&rest, &word))
		script_field(record, event, word);
	if (status == RECORD_DEFERRED || status == RECORD_BOUNCED ||
	    status == RECORD_SUSPENDED) {
		bool permanent = status == RECORD_BOUNCED;
		enum verdict_category category;

		if (event->verdict.category == CATEGORY_NONE)
			event->verdict.category = CATEGORY_UNKNOWN;
		category = (enum verdict_category)event->verdict.category;
		event->verdict.class =
		    (uint8_t)verdict_default_class(category, permanent);
		if (event->verdict.action == ACTION_NONE)
			event->verdict.action = (uint8_t)verdict_default_action(
			    category, permanent);
	}
}

/* --- what the ledger says --- */

static inline int64_t
script_seconds(int64_t time)
{
	return floor_divide(time - SCRIPT_EPOCH, 1000);
}

static inline void
script_say_if(struct buffer *said, bool flag, const char *word)
{
	if (flag)
		buffer_append_string(said, word);
}

static inline void
script_on_notification(void *context, int64_t time)
{
	struct ledger_script *script = context;

	buffer_append_format(
	    &script->said, "%" PRId64 " notification\n", script_seconds(time));
}

static inline void
script_on_record(
    void *context, struct observation *observation, struct delivery *delivery)
{
	struct ledger_script *script = context;
	struct buffer *said = &script->said;
	const struct record *record = observation->event->record;

	buffer_append_format(
	    said, "%" PRId64 " ", script_seconds(record->time));
	if (delivery == NULL) {
		buffer_append_string(
		    said, record_kind_name((enum record_kind)record->kind));
		if (record->repeat > 1)
			buffer_append_format(
			    said, " x%" PRIu32, record->repeat);
		buffer_append_byte(said, '\n');
		return;
	}
	buffer_append_format(said, "%s %.*s %.*s",
	    record_status_name((enum record_status)record->status),
	    TEXT_FORMAT(observation->message->queue_id),
	    TEXT_FORMAT(delivery_recipient(delivery)));
	if (observation->attempt > 0)
		buffer_append_format(said, " #%" PRIu32, observation->attempt);
	if (observation->interval >= 0)
		buffer_append_format(said, " +%" PRId64, observation->interval);
	script_say_if(said, observation->is_internal, " hop");
	script_say_if(said, observation->is_notification, " notice");
	script_say_if(said, observation->scope == RECORD_LOCAL, " local");
	script_say_if(said, !observation->matches, " uncounted");
	if (observation->cause != 0 && observation->counted) {
		script_say_if(said, !observation->is_new_cause, " !cause");
		script_say_if(said, !observation->is_new_code, " !code");
		script_say_if(
		    said, !observation->is_new_category, " !category");
	}
	/* What must hold of every record. */
	assert_int_equal(observation->counted,
	    observation->matches && !observation->is_internal &&
		!observation->is_notification);
	assert_ptr_equal(observation->delivery, delivery);
	buffer_append_byte(said, '\n');
}

static inline void
script_say_first(struct buffer *said, const struct delivery *delivery)
{
	buffer_append_string(said, " first=");
	buffer_append_enhanced_code(said, delivery->first_code.enhanced);
	if (delivery->first_code.reply != 0)
		buffer_append_number(said, delivery->first_code.reply);
	buffer_append_format(said, "/%s",
	    verdict_category_name(
		(enum verdict_category)delivery->first_category));
	if (delivery->outcome == OUTCOME_DELIVERED)
		buffer_append_format(
		    said, " resolved=%" PRIu32, delivery_resolution(delivery));
}

static inline void
script_on_outcome(void *context, const struct delivery *delivery,
    const struct message *message, bool is_first_counted)
{
	struct ledger_script *script = context;
	struct buffer *said = &script->said;

	buffer_append_format(said, "= %.*s %.*s %s tries=%" PRIu32,
	    TEXT_FORMAT(message->queue_id),
	    TEXT_FORMAT(delivery_recipient(delivery)),
	    outcome_name(delivery->outcome), delivery->attempts);
	if (delivery->suspended > 0)
		buffer_append_format(
		    said, " suspended=%" PRIu32, delivery->suspended);
	if (message->sender_domain != 0)
		buffer_append_format(said, " from=%.*s",
		    TEXT_FORMAT(
			pool_text(script->names, message->sender_domain)));
	if (delivery_was_deferred(delivery))
		script_say_first(said, delivery);
	if (message->arrived_at != INSTANT_NONE)
		buffer_append_format(said, " arrived=%" PRId64,
		    script_seconds(message->arrived_at));
	script_say_if(said, delivery->left_censored, " censored");
	script_say_if(said, delivery->is_local, " local");
	script_say_if(said, !delivery->selected, " uncounted");
	script_say_if(said, is_first_counted, " message");
	buffer_append_byte(said, '\n');
}

/* --- all of it --- */

static inline void
script_init(struct ledger_script *script)
{
	*script = (struct ledger_script){ .names = pool_new(),
		.filter = filter_new(FILTER_REMOTE),
		.internal_relays = internal_relays_new(),
		.since = INSTANT_NONE,
		.until = INSTANT_NONE,
		.start = INSTANT_NONE };
	buffer_init(&script->said, 0);
}

static inline void
script_release(struct ledger_script *script)
{
	buffer_release(&script->said);
	internal_relays_free(script->internal_relays);
	filter_free(script->filter);
	pool_free(script->names);
}

static inline void
script_read(struct ledger_script *script, const char *lines)
{
	struct text rest = text_of(lines);

	while (rest.length > 0) {
		size_t end = text_find_byte(rest, '\n');
		struct text line = text_slice(rest, 0, end);
		struct text word;

		rest = end == TEXT_NONE
		    ? (struct text){ 0 }
		    : text_slice(rest, end + 1, rest.length);
		if (!text_next_word(&line, &word))
			continue;
		if (!text_equal(word, text_of("set"))) {
			script_event(script, word, line);
			continue;
		}
		while (text_next_word(&line, &word))
			script_set(script, word);
	}
	filter_set_period(script->filter, script->since, script->until);
}

/* A ledger that tells `observer`; the script's own if that is NULL. */
static inline struct ledger *
script_ledger(
    struct ledger_script *script, const struct ledger_observer *observer)
{
	const struct ledger_settings settings = {
		.names = script->names,
		.filter = script->filter,
		.internal_relays = script->internal_relays,
		.observer = observer != NULL
		    ? *observer
		    : (struct ledger_observer){ .context = script,
			  .notification = script_on_notification,
			  .record = script_on_record,
			  .outcome = script_on_outcome },
		.start = script->start,
	};

	return ledger_new(&settings);
}

/* Runs the lines through a ledger; compares what it said. */
static inline void
script_check(const char *lines, const char *wanted)
{
	struct ledger_script script;
	struct ledger *ledger;

	script_init(&script);
	script_read(&script, lines);
	ledger = script_ledger(&script, NULL);
	for (size_t i = 0; i < script.count; i++)
		ledger_take(ledger, &script.events[i], NULL);
	ledger_drain(ledger);
	ledger_settle(ledger);
	ledger_free(ledger);
	assert_string_equal(buffer_string(&script.said), wanted);
	script_release(&script);
}

#endif
