#include "report/tables.h"

static const struct column incident_columns[] = {
	{ "recipient_domain", COLUMN_TEXT },
	{ "state", COLUMN_TEXT },
	{ "started_at", COLUMN_INSTANT },
	{ "resolved_at", COLUMN_INSTANT },
	{ "last_failure_at", COLUMN_INSTANT },
	{ "duration_seconds", COLUMN_INTEGER },
	{ "failed_attempts", COLUMN_INTEGER },
	{ "deliveries", COLUMN_INTEGER },
	{ "deliveries_recovered", COLUMN_INTEGER },
	{ "enhanced_code", COLUMN_CODE },
	{ "category", COLUMN_TEXT },
	{ "relays", COLUMN_TEXT },
};

static void
write_relays(const struct report_view *view, struct row_writer *writer,
    const struct incident *incident)
{
	struct buffer hosts;

	buffer_init(&hosts, 0);
	for (size_t i = 0; i < incident->relay_count; i++) {
		if (hosts.length > 0)
			buffer_append_byte(&hosts, ' ');
		buffer_append_text(
		    &hosts, view_name(view, incident->relay_hosts[i]));
	}
	row_text(writer, buffer_text(&hosts));
	buffer_release(&hosts);
}

static void
write_incidents(const struct report_view *view, struct row_writer *writer)
{
	const struct report_source *source = view->source;

	for (size_t i = 0; i < view->incident_count; i++) {
		const struct incident *incident = view->incidents[i];
		const struct cause *cause = &source->causes[incident->cause];
		bool is_open = incident->resolved_at == INSTANT_NONE;

		row_text(writer, view_name(view, incident->domain));
		row_string(writer, is_open ? "open" : "resolved");
		row_instant(writer, incident->started_at);
		row_instant(writer, incident->resolved_at);
		row_instant(writer, incident->last_failure_at);
		row_integer(writer, view_incident_seconds(incident));
		row_integer(writer, incident->failed_attempts);
		row_integer(writer, incident->deliveries);
		row_integer(writer, incident->deliveries_recovered);
		row_enhanced_code(writer, cause->enhanced_code);
		row_string(writer, verdict_category_name(cause->category));
		write_relays(view, writer, incident);
		row_end(writer);
	}
}

const struct table table_incidents =
    TABLE("incidents", incident_columns, write_incidents);

static const struct column unclassified_columns[] = {
	{ "template", COLUMN_TEXT },
	{ "attempts", COLUMN_INTEGER },
	{ "recipient_domains", COLUMN_INTEGER },
	{ "example", COLUMN_TEXT },
};

static void
write_unclassified(const struct report_view *view, struct row_writer *writer)
{
	for (size_t i = 0; i < view->unclassified_count; i++) {
		const struct view_unclassified *row = &view->unclassified[i];

		row_text(writer, row->template);
		row_integer(writer, row->attempts);
		row_integer(writer, row->domains);
		row_text(writer, row->example);
		row_end(writer);
	}
}

const struct table table_unclassified =
    TABLE("unclassified", unclassified_columns, write_unclassified);

static const struct column suppression_columns[] = {
	{ "recipient", COLUMN_TEXT },
	{ "recipient_domain", COLUMN_TEXT },
	{ "action", COLUMN_TEXT },
	{ "category", COLUMN_TEXT },
	{ "class", COLUMN_TEXT },
	{ "enhanced_code", COLUMN_CODE },
	{ "reply_code", COLUMN_CODE },
	{ "failures", COLUMN_INTEGER },
	{ "first_failed_at", COLUMN_INSTANT },
	{ "last_failed_at", COLUMN_INSTANT },
	{ "attempts_after", COLUMN_INTEGER },
	{ "reply", COLUMN_TEXT },
};

static void
write_suppression(const struct report_view *view, struct row_writer *writer)
{
	for (size_t i = 0; i < view->source->address_count; i++) {
		const struct address *row = &view->source->addresses[i];

		row_text(writer, row->recipient);
		row_text(writer, view_name(view, row->domain));
		row_string(writer, verdict_action_name(row->action));
		row_string(writer, verdict_category_name(row->category));
		row_string(writer, verdict_class_name(row->class));
		row_enhanced_code(writer, row->enhanced_code);
		row_reply_code(writer, row->reply_code);
		row_integer(writer, row->failures);
		row_instant(writer, row->first_failed_at);
		row_instant(writer, row->last_failed_at);
		row_integer(writer, row->attempts_after);
		row_text(writer, row->reply);
		row_end(writer);
	}
}

const struct table suppression_table =
    TABLE("suppression", suppression_columns, write_suppression);
