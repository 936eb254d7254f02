#include "cli/command.h"

#include <stdio.h>

#include "cli/console.h"
#include "cli/log_command.h"
#include "cli/log_outputs.h"
#include "report/row_writer.h"

struct row_stream {
	struct row_writer writer;
	struct run *run;
};

static const struct column event_columns[] = {
	{ "time", COLUMN_INSTANT },
	{ "host", COLUMN_TEXT },
	{ "mta", COLUMN_TEXT },
	{ "queue_id", COLUMN_TEXT },
	{ "sender_domain", COLUMN_TEXT },
	{ "recipient", COLUMN_TEXT },
	{ "recipient_domain", COLUMN_TEXT },
	{ "provider", COLUMN_TEXT },
	{ "relay_host", COLUMN_TEXT },
	{ "relay_ip", COLUMN_TEXT },
	{ "status", COLUMN_TEXT },
	{ "enhanced_code", COLUMN_CODE },
	{ "reply_code", COLUMN_CODE },
	{ "class", COLUMN_TEXT },
	{ "category", COLUMN_TEXT },
	{ "action", COLUMN_TEXT },
	{ "origin", COLUMN_TEXT },
	{ "attempt", COLUMN_INTEGER },
	{ "delay_seconds", COLUMN_DECIMAL },
	{ "scope", COLUMN_TEXT },
	{ "internal", COLUMN_INTEGER },
	{ "notification", COLUMN_INTEGER },
	{ "rule", COLUMN_TEXT },
	{ "reply", COLUMN_TEXT },
};

static const struct column delivery_columns[] = {
	{ "host", COLUMN_TEXT },
	{ "mta", COLUMN_TEXT },
	{ "queue_id", COLUMN_TEXT },
	{ "sender_domain", COLUMN_TEXT },
	{ "recipient", COLUMN_TEXT },
	{ "recipient_domain", COLUMN_TEXT },
	{ "provider", COLUMN_TEXT },
	{ "outcome", COLUMN_TEXT },
	{ "attempts", COLUMN_INTEGER },
	{ "suspended", COLUMN_INTEGER },
	{ "arrived_at", COLUMN_INSTANT },
	{ "first_attempt_at", COLUMN_INSTANT },
	{ "last_attempt_at", COLUMN_INSTANT },
	{ "first_deferred_at", COLUMN_INSTANT },
	{ "first_enhanced_code", COLUMN_CODE },
	{ "first_category", COLUMN_TEXT },
	{ "last_enhanced_code", COLUMN_CODE },
	{ "last_reply_code", COLUMN_CODE },
	{ "last_class", COLUMN_TEXT },
	{ "last_category", COLUMN_TEXT },
	{ "resolution_seconds", COLUMN_INTEGER },
	{ "left_censored", COLUMN_INTEGER },
	{ "relay_host", COLUMN_TEXT },
	{ "relay_ip", COLUMN_TEXT },
};

static struct text
name_of(const struct row_stream *stream, uint32_t number)
{
	return pool_text(run_names(stream->run), number);
}

/*
 * Names lie far apart and are seldom in the cache: all of a row are asked for
 * before the first is written, or each would be waited for.
 */
static void
fetch_names(const struct row_stream *stream, const struct message *message,
    const struct delivery *delivery)
{
	const uint32_t numbers[] = { message->sender_domain, delivery->domain,
		delivery->provider, delivery->relay_host, delivery->relay_ip };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		__builtin_prefetch(name_of(stream, numbers[i]).data);
}

static void
write_message(struct row_stream *stream, const struct message *message)
{
	struct row_writer *writer = &stream->writer;

	row_text(writer, name_of(stream, message->host));
	row_string(writer, record_mta_name((enum record_mta)message->mta));
	row_text(writer, message->queue_id);
	row_text(writer, name_of(stream, message->sender_domain));
}

static void
write_verdict(struct row_stream *stream, const struct verdict *verdict)
{
	struct row_writer *writer = &stream->writer;

	row_string(
	    writer, verdict_class_name((enum verdict_class)verdict->class));
	row_string(writer,
	    verdict_category_name((enum verdict_category)verdict->category));
	row_string(
	    writer, verdict_action_name((enum verdict_action)verdict->action));
	row_string(
	    writer, verdict_origin_name((enum verdict_origin)verdict->origin));
}

static void
write_number(struct row_writer *writer, uint64_t number, bool is_there)
{
	if (is_there)
		row_integer(writer, number);
	else
		row_empty(writer);
}

static void
write_event(void *context, const struct observation *observation)
{
	struct row_stream *stream = context;
	struct row_writer *writer = &stream->writer;
	const struct delivery *delivery = observation->delivery;
	const struct record *record = observation->event->record;
	const struct verdict *verdict = &observation->event->verdict;

	if (!observation->matches)
		return;
	fetch_names(stream, observation->message, delivery);
	row_instant(writer, record->time);
	write_message(stream, observation->message);
	row_text(writer, record->recipient);
	row_text(writer, name_of(stream, delivery->domain));
	row_text(writer, name_of(stream, delivery->provider));
	row_text(writer, name_of(stream, delivery->relay_host));
	row_text(writer, name_of(stream, delivery->relay_ip));
	row_string(
	    writer, record_status_name((enum record_status)record->status));
	row_enhanced_code(writer, verdict->enhanced_code);
	row_reply_code(writer, verdict->reply_code);
	write_verdict(stream, verdict);
	write_number(writer, observation->attempt, observation->attempt > 0);
	if (record->delay >= 0)
		row_thousandths(writer, (uint64_t)record->delay);
	else
		row_empty(writer);
	row_string(
	    writer, observation->scope == RECORD_LOCAL ? "local" : "remote");
	row_integer(writer, observation->is_internal);
	row_integer(writer, observation->is_notification);
	row_text(writer,
	    verdict->category != CATEGORY_NONE
		? classifier_rule_name(
		      run_classifier(stream->run), verdict->rule)
		: (struct text){ 0 });
	row_text(writer, record->reply);
	row_end(writer);
}

static void
write_delivery(void *context, const struct delivery *delivery,
    const struct message *message)
{
	struct row_stream *stream = context;
	struct row_writer *writer = &stream->writer;
	const struct verdict *last = &delivery->last_verdict;
	bool resolved = delivery_was_deferred(delivery) &&
	    delivery->outcome == OUTCOME_DELIVERED;

	fetch_names(stream, message, delivery);
	write_message(stream, message);
	row_text(writer, delivery_recipient(delivery));
	row_text(writer, name_of(stream, delivery->domain));
	row_text(writer, name_of(stream, delivery->provider));
	row_string(writer, outcome_name(delivery->outcome));
	row_integer(writer, delivery->attempts);
	row_integer(writer, delivery->suspended);
	row_instant(writer, message->arrived_at);
	row_instant(writer, delivery->first_attempt_at);
	row_instant(writer, delivery->last_attempt_at);
	row_instant(writer, delivery->first_deferred_at);
	row_enhanced_code(writer, delivery->first_code.enhanced);
	row_string(writer,
	    verdict_category_name(
		(enum verdict_category)delivery->first_category));
	row_enhanced_code(writer, last->enhanced_code);
	row_reply_code(writer, last->reply_code);
	row_string(writer, verdict_class_name((enum verdict_class)last->class));
	row_string(writer,
	    verdict_category_name((enum verdict_category)last->category));
	write_number(writer, delivery_resolution(delivery), resolved);
	row_integer(writer, delivery->left_censored);
	row_text(writer, name_of(stream, delivery->relay_host));
	row_text(writer, name_of(stream, delivery->relay_ip));
	row_end(writer);
}

/* Reads the logs for rows and, where files are asked for, counts beside. */
static int
read_rows(struct row_stream *stream, const struct settings *settings,
    struct run_hooks *hooks, struct log_outputs *outputs)
{
	struct report_view view;
	bool printed;
	int status;

	stream->run = log_command_load(settings);
	if (stream->run == NULL)
		return EXIT_USAGE;
	hooks->context = stream;
	hooks->is_all = !log_outputs_are_asked(outputs);
	row_writer_header(&stream->writer);
	log_command_read(stream->run, settings, hooks);
	row_writer_flush(&stream->writer);
	printed = console_finish(&stream->writer);
	if (!hooks->is_all) {
		report_view_init(&view, run_source(stream->run));
		log_outputs_write(outputs, stream->run, &view);
		log_outputs_alert(outputs, &view);
		report_view_release(&view);
	}
	status = log_outputs_status(outputs, stream->run, printed);
	run_free(stream->run);
	return status;
}

static int
stream_rows(const struct settings *settings, struct run_hooks *hooks,
    const struct column *columns, size_t count)
{
	struct row_stream stream = { 0 };
	struct log_outputs outputs;
	int status = EXIT_USAGE;

	row_writer_init(&stream.writer, settings->format, columns, count,
	    stdout, settings->csv_raw);
	if (log_outputs_init(&outputs, settings))
		status = read_rows(&stream, settings, hooks, &outputs);
	log_outputs_release(&outputs);
	row_writer_release(&stream.writer);
	return status;
}

int
command_events(const struct settings *settings)
{
	struct run_hooks hooks = { .record = write_event };
	struct settings every = *settings;

	/* A row says its scope; only who asks for one gets no other. */
	if (!settings->scope_is_given)
		every.scope = SCOPE_ALL;
	return stream_rows(&every, &hooks, event_columns,
	    sizeof(event_columns) / sizeof(event_columns[0]));
}

int
command_deliveries(const struct settings *settings)
{
	struct run_hooks hooks = { .outcome = write_delivery };

	return stream_rows(settings, &hooks, delivery_columns,
	    sizeof(delivery_columns) / sizeof(delivery_columns[0]));
}
