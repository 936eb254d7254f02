/*
 * The tables by subject; report/table.h lists them.
 */
#ifndef REPORT_TABLES_H
#define REPORT_TABLES_H

#include "report/table.h"

#define ANY_TABLE(name, columns, write_rows, sorts)                            \
	{                                                                      \
		(name), (columns), sizeof(columns) / sizeof((columns)[0]),     \
		    (write_rows), (sorts)                                      \
	}

#define TABLE(name, columns, write_rows)                                       \
	ANY_TABLE(name, columns, write_rows, false)

/* One that has percentiles. */
#define SORTING_TABLE(name, columns, write_rows)                               \
	ANY_TABLE(name, columns, write_rows, true)

extern const struct table table_run;
extern const struct table table_inputs;
extern const struct table table_domains;
extern const struct table table_providers;
extern const struct table table_senders;
extern const struct table table_codes;
extern const struct table table_categories;
extern const struct table table_domain_codes;
extern const struct table table_relays;
extern const struct table table_hours;
extern const struct table table_code_hours;
extern const struct table table_domain_hours;
extern const struct table table_series;
extern const struct table table_series_categories;
extern const struct table table_retries;
extern const struct table table_retry_attempts;
extern const struct table table_incidents;
extern const struct table table_unclassified;

/* Cells that several tables share. */

/* Instants of tallies: 0 is none. */
void row_event_time(struct row_writer *writer, int64_t instant);

/* resolution_seconds_pNN for each of `percents`; 100 is the maximum. */
void row_percentiles(struct row_writer *writer, struct quantile *quantile,
    const unsigned *percents, size_t count);

/* delivered, bounced, expired: the success rate of deferred deliveries. */
void row_retry_rate(struct row_writer *writer, const uint64_t *outcomes);

#endif
