/*
 * Report fixture: a small source of a report, made by hand.
 *
 *     struct report_fixture fixture;
 *     fixture_init(&fixture, "UTC");
 *     fixture_try(&fixture, &(struct fixture_try){ .time = AT(1, 2, 3), ... });
 *     fixture_end(&fixture, &(struct fixture_end){ .domain = "...", ... });
 *     fixture_view(&fixture);      (when all is in)
 *     fixture_release(&fixture);
 */
#ifndef TESTS_REPORT_FIXTURE_H
#define TESTS_REPORT_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/table.h"
#include "tally/batch.h"

/*
 * ms of a time on a day of November 2026 (the 23rd is a Monday), UTC.  Day 0
 * of the month is day 20757 since 1970.
 */
#define AT(day, hour, minute)                                                  \
	((((INT64_C(20757) + (day)) * 24 + (hour)) * 60 + (minute)) * 60000)

/* What the fixture's catalogue knows. */
#define FIXTURE_CATALOGUE                                                      \
	"[4]\nname Temporary\nmeaning It may pass.\ncategory unknown\n"        \
	"retry 30m 1h\nsender Wait.\n"                                         \
	"[5]\nname Permanent\nmeaning It stays.\ncategory unknown\n"           \
	"retry never\nsender Stop.\n"                                          \
	"[4.3.2]\nname System not accepting network messages\n"                \
	"meaning It takes no mail now.\ncategory remote_system\n"              \
	"retry 1h 4h 12h 24h\ntries 3-5\nthen suppress\n"                      \
	"sender Retry after 1 h, 4 h, 12 h and 24 h.\n"                        \
	"[5.1.1]\nname Bad destination mailbox address\n"                      \
	"meaning No such mailbox.\ncategory user_unknown\n"                    \
	"sender Remove the address.\n"                                         \
	"[5.3.0]\nname Other mail system status\n"                             \
	"vendor_name Mail system error\n"                                      \
	"meaning It is broken.\ncategory remote_system\n"                      \
	"sender Never retry, and do not wait.\n"

struct report_fixture {
	struct settings settings;
	struct pool *names;
	struct zone *zone;
	struct tally tally;
	struct catalogue *catalogue;
	struct cause causes[32]; /* 0 is no cause */
	size_t cause_count;
	struct report_source source;
	struct report_view view;
};

struct fixture_try {
	int64_t time;
	enum record_status status;
	const char *domain;
	const char *sender;
	const char *provider;
	const char *relay;
	const char *ip;
	struct cause cause; /* all zero for a delivered one */
	const char *reply;
	int64_t delay; /* ms */
	uint32_t attempt; /* 0 is taken for 1 unless suspended */
	int64_t interval; /* seconds; 0 for none */
	bool was_deferred; /* before, or by this one */
	uint32_t first_code;
	bool again; /* the delivery failed like that before */
	bool after_hard_bounce;
};

struct fixture_end {
	const char *domain;
	const char *sender;
	const char *provider;
	enum outcome outcome;
	uint32_t attempts;
	int64_t first_deferred_at; /* 0: never deferred */
	int64_t last_attempt_at;
	struct code_key first_code;
	enum verdict_category first_category;
};

static inline void
fixture_init(struct report_fixture *fixture, const char *zone)
{
	struct diagnostics mistakes;

	*fixture = (struct report_fixture){ 0 };
	fixture->settings.top = 10;
	fixture->settings.now = AT(23, 12, 0);
	fixture->settings.since = INSTANT_NONE;
	fixture->settings.until = INSTANT_NONE;
	fixture->settings.incident_minimum = SETTINGS_INCIDENT_MINIMUM;
	fixture->names = pool_new();
	fixture->zone = zone_new(zone);
	fixture->cause_count = 1;
	tally_init(&fixture->tally);
	diagnostics_init(&mistakes);
	fixture->catalogue =
	    catalogue_parse("fixture", text_of(FIXTURE_CATALOGUE), &mistakes);
	assert_int_equal(mistakes.count, 0);
	diagnostics_release(&mistakes);
	fixture->source = (struct report_source){
		.settings = &fixture->settings,
		.zone = fixture->zone,
		.names = fixture->names,
		.catalogue = fixture->catalogue,
		.tally = &fixture->tally,
		.started_at = AT(23, 12, 0),
	};
}

static inline void
fixture_release(struct report_fixture *fixture)
{
	if (fixture->view.source != NULL)
		report_view_release(&fixture->view);
	tally_release(&fixture->tally);
	zone_free(fixture->zone);
	catalogue_free(fixture->catalogue);
	pool_free(fixture->names);
}

static inline void
fixture_view(struct report_fixture *fixture)
{
	fixture->source.causes = fixture->causes;
	fixture->source.cause_count = fixture->cause_count;
	report_view_init(&fixture->view, &fixture->source);
}

static inline uint32_t
fixture_name(struct report_fixture *fixture, const char *name)
{
	return pool_intern(fixture->names, text_of(name != NULL ? name : ""));
}

/* The number of a cause; 0 for none. */
static inline uint32_t
fixture_cause(struct report_fixture *fixture, struct cause cause)
{
	struct cause *known = fixture->causes;

	if (cause.category == CATEGORY_NONE)
		return 0;
	for (size_t i = 1; i < fixture->cause_count; i++)
		if (known[i].enhanced_code == cause.enhanced_code &&
		    known[i].reply_code == cause.reply_code &&
		    known[i].category == cause.category &&
		    known[i].class == cause.class &&
		    known[i].action == cause.action)
			return (uint32_t)i;
	known[fixture->cause_count] = cause;
	return (uint32_t)fixture->cause_count++;
}

static inline void
fixture_try(struct report_fixture *fixture, const struct fixture_try *row)
{
	struct record record = { 0 };
	struct event event = { 0 };
	struct message message = { 0 };
	struct delivery delivery = { .first_deferred_at = INSTANT_NONE };
	struct tally_batch batch = { 0 };
	struct observation observation = { .event = &event,
		.delivery = &delivery,
		.message = &message,
		.counted = true };

	record.time = row->time;
	record.status = (uint8_t)row->status;
	record.delay = row->delay > 0 ? row->delay : -1;
	record.reply = text_of(row->reply != NULL ? row->reply : "");
	event.record = &record;
	event.verdict.category = row->cause.category;
	event.verdict.class = row->cause.class;
	event.verdict.action = row->cause.action;
	event.verdict.reply_code = row->cause.reply_code;
	event.verdict.enhanced_code = row->cause.enhanced_code;
	message.sender_domain = fixture_name(fixture, row->sender);
	delivery.domain = fixture_name(fixture, row->domain);
	delivery.provider = fixture_name(fixture, row->provider);
	delivery.relay_host = fixture_name(fixture, row->relay);
	delivery.relay_ip = fixture_name(fixture, row->ip);
	delivery.first_code.enhanced = row->first_code;
	if (row->was_deferred)
		delivery.first_deferred_at = row->time;
	observation.cause = fixture_cause(fixture, row->cause);
	observation.attempt = row->attempt;
	if (row->attempt == 0 && row->status != RECORD_SUSPENDED)
		observation.attempt = 1;
	observation.interval = row->interval > 0 ? row->interval : -1;
	observation.is_new_cause = !row->again;
	observation.is_new_code = !row->again;
	observation.is_new_category = !row->again;
	observation.after_hard_bounce = row->after_hard_bounce;
	tally_batch_record(&batch, &fixture->tally, &observation,
	    fixture->names, fixture->zone);
	tally_batch_flush(&batch);
	if (fixture->tally.totals.first_event == 0 ||
	    row->time < fixture->tally.totals.first_event)
		fixture->tally.totals.first_event = row->time;
	if (row->time > fixture->tally.totals.last_event)
		fixture->tally.totals.last_event = row->time;
	fixture->tally.totals.records++;
}

static inline void
fixture_end(struct report_fixture *fixture, const struct fixture_end *row)
{
	struct message message = { 0 };
	struct tally_batch batch = { 0 };
	struct delivery delivery = { 0 };

	message.sender_domain = fixture_name(fixture, row->sender);
	delivery.domain = fixture_name(fixture, row->domain);
	delivery.provider = fixture_name(fixture, row->provider);
	delivery.outcome = row->outcome;
	delivery.attempts = row->attempts;
	delivery.last_attempt_at = row->last_attempt_at;
	delivery.first_deferred_at =
	    row->first_deferred_at != 0 ? row->first_deferred_at : INSTANT_NONE;
	delivery.first_code = row->first_code;
	delivery.first_category = (uint8_t)row->first_category;
	tally_batch_outcome(&batch, &fixture->tally, &delivery, &message);
	tally_batch_flush(&batch);
	fixture->tally.totals.messages++;
}

/* All of a table as CSV; free() it. */
static inline char *
fixture_csv(struct report_fixture *fixture, const struct table *table)
{
	struct row_writer writer;
	char *text;

	row_writer_init(&writer, FORMAT_CSV, table->columns,
	    table->column_count, NULL, fixture->settings.csv_raw);
	row_writer_header(&writer);
	table->write_rows(&fixture->view, &writer);
	text = memory_copy_string(writer.out.data, writer.out.length);
	row_writer_release(&writer);
	return text;
}

#endif
