#include "report/prometheus.h"

#include <stdlib.h>

#include "base/memory.h"
#include "report/output_file.h"
#include "report/utf8.h"

/* The name, help and type of the samples that follow. */
static void
begin(struct buffer *out, const char *name, const char *help)
{
	buffer_append_format(out,
	    "# HELP bouncestat_%s %s\n# TYPE bouncestat_%s gauge\n", name, help,
	    name);
}

/* A control character: C0 but a line feed, which has an escape; DEL, or C1. */
static bool
is_control(struct text value, size_t at, size_t length)
{
	unsigned char byte = (unsigned char)value.data[at];

	if (length == 1)
		return (byte < 0x20 && byte != '\n') || byte == 0x7f;
	return byte == 0xc2 && (unsigned char)value.data[at + 1] < 0xa0;
}

/*
 * A byte that is no UTF-8, or of a control, becomes \XNN.  Domains are in lower
 * case, so that no other one is written like that: the collector refuses a file
 * that has a series twice.
 */
static void
label(
    struct buffer *out, const char *before, const char *name, struct text value)
{
	buffer_append_format(out, "%s%s=\"", before, name);
	for (size_t at = 0; at < value.length;) {
		size_t length = utf8_length(value, at);

		if (length == 0 || is_control(value, at, length)) {
			buffer_append_format(out, "\\\\X%02X",
			    (unsigned)(unsigned char)value.data[at++]);
			continue;
		}
		if (value.data[at] == '\n')
			buffer_append_string(out, "\\n");
		else if (value.data[at] == '"' || value.data[at] == '\\')
			buffer_append_format(out, "\\%c", value.data[at]);
		else
			buffer_append(out, value.data + at, length);
		at += length;
	}
	buffer_append_byte(out, '"');
}

static void
sample(struct buffer *out, const char *name, uint64_t value)
{
	buffer_append_format(
	    out, "bouncestat_%s %llu\n", name, (unsigned long long)value);
}

static void
labelled(struct buffer *out, const char *name, const char *key,
    const char *word, uint64_t value)
{
	buffer_append_format(out, "bouncestat_%s", name);
	label(out, "{", key, text_of(word));
	buffer_append_format(out, "} %llu\n", (unsigned long long)value);
}

static void
single(struct buffer *out, const char *name, const char *help, uint64_t value)
{
	begin(out, name, help);
	sample(out, name, value);
}

static void
ratio(struct buffer *out, const char *name, const char *help, uint64_t part,
    uint64_t whole)
{
	if (whole == 0)
		return;
	begin(out, name, help);
	buffer_append_format(
	    out, "bouncestat_%s %.6f\n", name, (double)part / (double)whole);
}

/* 0 is no time, INSTANT_NONE neither. */
static void
seconds(struct buffer *out, const char *name, const char *help, int64_t time)
{
	if (time > 0)
		single(out, name, help, (uint64_t)(time / 1000));
}

static void
format_deliveries(struct buffer *out, const struct tally_stats *all)
{
	begin(out, "deliveries", "Deliveries by outcome.");
	for (int i = 0; i < OUTCOMES; i++)
		labelled(out, "deliveries", "outcome",
		    outcome_name((enum outcome)i), all->outcomes[i]);
	ratio(out, "bounce_ratio",
	    "Bounced and expired ones among deliveries that have ended.",
	    tally_failed(all->outcomes), tally_ended(all->outcomes));
	begin(out, "attempts", "Delivery attempts by status.");
	labelled(out, "attempts", "status", "delivered", all->delivered);
	labelled(out, "attempts", "status", "deferred", all->deferred);
	labelled(out, "attempts", "status", "bounced", all->bounced);
	begin(out, "deferred_deliveries",
	    "Deliveries that were deferred at least once, by outcome.");
	for (int i = 0; i < OUTCOMES; i++)
		labelled(out, "deferred_deliveries", "outcome",
		    outcome_name((enum outcome)i), all->retried[i]);
	ratio(out, "retry_success_ratio",
	    "Delivered ones among deferred deliveries that have ended.",
	    all->retried[OUTCOME_DELIVERED], tally_ended(all->retried));
	single(out, "sent_after_hard_bounce",
	    "Attempts to addresses that were known to be dead.",
	    all->after_hard_bounce);
}

/* Failed attempts by what was decided of them. */
struct decided {
	uint64_t failures[VERDICT_CLASSES][VERDICT_ACTIONS];
};

static void
format_category(struct buffer *out, enum verdict_category category,
    const struct decided *decided)
{
	for (int class = 0; class < VERDICT_CLASSES; class ++)
		for (int action = 0; action < VERDICT_ACTIONS; action++) {
			uint64_t count = decided->failures[class][action];

			if (count == 0)
				continue;
			buffer_append_string(out, "bouncestat_failed_attempts");
			label(out, "{", "category",
			    text_of(verdict_category_name(category)));
			label(out, ",", "class",
			    text_of(verdict_class_name(
				(enum verdict_class) class)));
			label(out, ",", "action",
			    text_of(verdict_action_name(
				(enum verdict_action)action)));
			buffer_append_format(
			    out, "} %llu\n", (unsigned long long)count);
		}
}

/* Each label is that of the attempts, so that sums by class are right. */
static void
format_categories(struct buffer *out, const struct report_view *view)
{
	struct decided *all =
	    memory_allocate_array(VERDICT_CATEGORIES, sizeof(*all));

	for (uint32_t i = 0; i < view->domain_causes.count; i++) {
		struct view_cause row =
		    view_cause_at(view, view->domain_causes, i);
		const struct cause *cause = &view->source->causes[row.cause];

		all[cause->category].failures[cause->class][cause->action] +=
		    row.counts->deferred + row.counts->bounced;
	}
	if (view->tally->all.deferred + view->tally->all.bounced > 0)
		begin(out, "failed_attempts", "Failed attempts by category.");
	for (size_t i = 0; i < view->category_count; i++) {
		enum verdict_category category = view->categories[i].category;

		format_category(out, category, &all[category]);
	}
	free(all);
}

static size_t
top_domains(const struct report_view *view)
{
	size_t top = view->source->settings->top;

	return view->domain_count < top ? view->domain_count : top;
}

static void
format_domains(struct buffer *out, const struct report_view *view)
{
	size_t count = top_domains(view);
	bool begun = false;

	if (count == 0)
		return;
	begin(out, "domain_deliveries",
	    "Deliveries of the largest recipient domains by outcome.");
	for (size_t i = 0; i < count; i++)
		for (int j = 0; j < OUTCOMES; j++) {
			buffer_append_string(
			    out, "bouncestat_domain_deliveries");
			label(out, "{", "domain", view->domains[i].name);
			label(out, ",", "outcome",
			    text_of(outcome_name((enum outcome)j)));
			buffer_append_format(out, "} %llu\n",
			    (unsigned long long)view->domains[i]
				.stats->outcomes[j]);
		}
	for (size_t i = 0; i < count; i++) {
		const uint64_t *outcomes = view->domains[i].stats->outcomes;

		if (tally_ended(outcomes) == 0)
			continue;
		if (!begun)
			begin(out, "domain_bounce_ratio",
			    "Bounce ratio of the largest recipient domains.");
		begun = true;
		buffer_append_string(out, "bouncestat_domain_bounce_ratio");
		label(out, "{", "domain", view->domains[i].name);
		buffer_append_format(out, "} %.6f\n",
		    (double)tally_failed(outcomes) /
			(double)tally_ended(outcomes));
	}
}

static void
format_incidents(struct buffer *out, const struct report_view *view)
{
	uint64_t open = 0;

	for (size_t i = 0; i < view->incident_count; i++)
		open += view->incidents[i]->resolved_at == INSTANT_NONE;
	begin(out, "incidents", "Outages of recipient domains by state.");
	labelled(out, "incidents", "state", "open", open);
	labelled(
	    out, "incidents", "state", "resolved", view->incident_count - open);
}

static void
format_coverage(struct buffer *out, const struct report_view *view)
{
	const struct report_source *source = view->source;
	const struct scan_counts *lines = &view->lines;

	begin(out, "lines", "Log lines by what became of them.");
	labelled(out, "lines", "result", "recognised", lines->recognised);
	labelled(out, "lines", "result", "ignored", lines->ignored);
	labelled(out, "lines", "result", "unmatched", lines->unmatched);
	labelled(out, "lines", "result", "malformed", lines->malformed);
	single(out, "inputs", "Log files.", source->input_count);
	single(out, "damaged_inputs", "Log files that are damaged.",
	    source->damaged_files);
	seconds(out, "first_event_timestamp_seconds",
	    "Time of the first record.", view->tally->totals.first_event);
	seconds(out, "last_event_timestamp_seconds", "Time of the last record.",
	    view->tally->totals.last_event);
	seconds(out, "last_run_timestamp_seconds", "Time of the last run.",
	    source->started_at);
}

void
prometheus_format(struct buffer *out, const struct report_view *view)
{
	format_deliveries(out, &view->tally->all);
	format_categories(out, view);
	format_domains(out, view);
	format_incidents(out, view);
	format_coverage(out, view);
}

static bool
write_buffer(const void *context, FILE *stream)
{
	const struct buffer *out = context;

	return fwrite(out->data, 1, out->length, stream) == out->length;
}

bool
prometheus_write(const char *path, const struct report_view *view,
    struct diagnostics *diagnostics)
{
	char *directory = output_directory_of(path);
	struct buffer out;
	bool written;

	buffer_init(&out, 0);
	prometheus_format(&out, view);
	written =
	    output_file_write(path, 0644, write_buffer, &out, diagnostics) &&
	    output_directory_sync(directory, diagnostics);
	buffer_release(&out);
	free(directory);
	return written;
}
