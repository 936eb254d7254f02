#include "report/table.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "report/tables.h"

/* The most that a table shows of one quantile. */
#define ROW_PERCENTILES 4

const struct table *const tables[] = {
	&table_run,
	&table_inputs,
	&table_domains,
	&table_providers,
	&table_senders,
	&table_codes,
	&table_categories,
	&table_domain_codes,
	&table_relays,
	&table_hours,
	&table_code_hours,
	&table_domain_hours,
	&table_series,
	&table_series_categories,
	&table_retries,
	&table_retry_attempts,
	&table_incidents,
	&table_unclassified,
};
const size_t table_count = sizeof(tables) / sizeof(tables[0]);

const struct table *
table_find(const char *name)
{
	for (size_t i = 0; i < table_count; i++)
		if (strcmp(tables[i]->name, name) == 0)
			return tables[i];
	return NULL;
}

bool
table_write(const struct table *table, const struct report_view *view,
    enum settings_format format, FILE *stream)
{
	struct row_writer writer;
	bool written;

	row_writer_init(&writer, format, table->columns, table->column_count,
	    stream, view->source->settings->csv_raw);
	row_writer_header(&writer);
	table->write_rows(view, &writer);
	written = row_writer_flush(&writer);
	if (!written)
		errno = writer.error;
	row_writer_release(&writer);
	return written;
}

void
row_event_time(struct row_writer *writer, int64_t instant)
{
	row_instant(writer, instant != 0 ? instant : INSTANT_NONE);
}

void
row_percentiles(struct row_writer *writer, struct quantile *quantile,
    const unsigned *percents, size_t count)
{
	uint32_t values[ROW_PERCENTILES];
	bool known;

	assert(count <= ROW_PERCENTILES);
	known = quantile != NULL &&
	    quantile_percentiles(quantile, percents, count, values);
	for (size_t i = 0; i < count; i++) {
		if (known)
			row_integer(writer, values[i]);
		else
			row_empty(writer);
	}
}

void
row_retry_rate(struct row_writer *writer, const uint64_t *outcomes)
{
	row_rate(writer, outcomes[OUTCOME_DELIVERED], tally_ended(outcomes));
}
