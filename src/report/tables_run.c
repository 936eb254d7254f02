#include <stdlib.h>

#include "base/memory.h"
#include "report/tables.h"

static const struct column run_columns[] = {
	{ "key", COLUMN_TEXT },
	{ "value", COLUMN_TEXT },
};

static void
text_row(struct row_writer *writer, const char *key, const char *value)
{
	row_string(writer, key);
	row_string(writer, value);
	row_end(writer);
}

static void
instant_row(struct row_writer *writer, const char *key, int64_t instant)
{
	struct buffer value;

	buffer_init(&value, 0);
	buffer_append_instant(&value, instant);
	text_row(writer, key, buffer_string(&value));
	buffer_release(&value);
}

static void
count_row(struct row_writer *writer, const char *key, uint64_t count)
{
	struct buffer value;

	buffer_init(&value, 0);
	buffer_append_number(&value, count);
	text_row(writer, key, buffer_string(&value));
	buffer_release(&value);
}

static void
write_run(const struct report_view *view, struct row_writer *writer)
{
	const struct report_source *source = view->source;
	const struct tally_totals *totals = &view->tally->totals;

	text_row(writer, "version", BOUNCESTAT_VERSION);
	instant_row(writer, "started_at", source->started_at);
	instant_row(writer, "first_event_at",
	    totals->first_event != 0 ? totals->first_event : INSTANT_NONE);
	instant_row(writer, "last_event_at",
	    totals->last_event != 0 ? totals->last_event : INSTANT_NONE);
	text_row(writer, "tz", zone_name(source->zone));
	count_row(writer, "files", source->input_count);
	count_row(writer, "damaged_files", source->damaged_files);
	count_row(writer, "lines", view->lines.lines);
	count_row(writer, "recognised", view->lines.recognised);
	count_row(writer, "ignored", view->lines.ignored);
	count_row(writer, "unmatched", view->lines.unmatched);
	count_row(writer, "malformed", view->lines.malformed);
	count_row(writer, "records", totals->records);
	count_row(writer, "attempts", tally_attempts(&view->tally->all));
	count_row(writer, "deliveries", tally_deliveries(&view->tally->all));
	count_row(writer, "messages", totals->messages);
	count_row(writer, "internal_hops", totals->internal_hops);
	count_row(writer, "notifications", totals->notifications);
	count_row(writer, "local_deliveries", totals->local_deliveries);
	count_row(writer, "probes", totals->probes);
	count_row(writer, "rejected", totals->rejected);
	count_row(writer, "suspended", totals->suspended);
	count_row(writer, "discarded", totals->discarded);
	count_row(writer, "unclassified", totals->unclassified);
}

const struct table table_run = TABLE("run", run_columns, write_run);

static const struct column input_columns[] = {
	{ "file", COLUMN_TEXT },
	{ "compression", COLUMN_TEXT },
	{ "bytes", COLUMN_INTEGER },
	{ "lines", COLUMN_INTEGER },
	{ "recognised", COLUMN_INTEGER },
	{ "ignored", COLUMN_INTEGER },
	{ "unmatched", COLUMN_INTEGER },
	{ "malformed", COLUMN_INTEGER },
	{ "first_event_at", COLUMN_INSTANT },
	{ "last_event_at", COLUMN_INSTANT },
	{ "damage", COLUMN_TEXT },
};

/* Files without events come last. */
static int
order_inputs(const void *a, const void *b)
{
	const struct report_input *x = a;
	const struct report_input *y = b;
	bool x_has = x->first_event_at != INSTANT_NONE;
	bool y_has = y->first_event_at != INSTANT_NONE;

	if (x_has != y_has)
		return x_has ? -1 : 1;
	if (x->first_event_at != y->first_event_at)
		return x->first_event_at < y->first_event_at ? -1 : 1;
	return text_compare(text_of(x->path), text_of(y->path));
}

static void
write_input(struct row_writer *writer, const struct report_input *input)
{
	row_string(writer, input->path);
	row_string(writer, input->compression);
	row_integer(writer, input->bytes);
	row_integer(writer, input->counts.lines);
	row_integer(writer, input->counts.recognised);
	row_integer(writer, input->counts.ignored);
	row_integer(writer, input->counts.unmatched);
	row_integer(writer, input->counts.malformed);
	row_instant(writer, input->first_event_at);
	row_instant(writer, input->last_event_at);
	row_string(writer, input->damage != NULL ? input->damage : "");
	row_end(writer);
}

static void
write_inputs(const struct report_view *view, struct row_writer *writer)
{
	size_t count = view->source->input_count;
	struct report_input *sorted =
	    memory_allocate_array(count + 1, sizeof(*sorted));

	for (size_t i = 0; i < count; i++)
		sorted[i] = view->source->inputs[i];
	qsort(sorted, count, sizeof(*sorted), order_inputs);
	for (size_t i = 0; i < count; i++)
		write_input(writer, &sorted[i]);
	free(sorted);
}

const struct table table_inputs = TABLE("inputs", input_columns, write_inputs);
