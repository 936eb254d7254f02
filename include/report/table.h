/*
 * Tables: what a report says, each described once.
 *
 * A table has a name (that of its file), its columns and a function that
 * writes its rows, in the total order of the table, to any row writer.
 * Columns are only ever added at the end.
 *
 *   run                a row for each key
 *   inputs             files by their first event, then by path
 *   domains, providers, senders
 *                      by deliveries, then name
 *   codes, categories  by deferred + bounced, then suspended, then key
 *   domain_codes       by deferred + bounced, then domain, code, category
 *   relays             by attempts, then host and address
 *   hours              Monday 0:00 to Sunday 23:00
 *   code_hours, domain_hours
 *                      24 rows for each, in the order of codes and domains
 *   series             hour by hour from the first to the last with events;
 *                      hours without one are left out if these are more than
 *                      20 years apart
 *   series_categories  by hour, then category
 *   retries            all, codes, categories, domains; by deferred
 *                      deliveries, then key
 *   retry_attempts     all, then codes by tries, then bytes; by attempt
 *   incidents          by start, then domain
 *   unclassified       by attempts, then template
 *   suppression        by recipient (personal data: not in a directory of
 *                      tables, see report/csv_directory.h)
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "report/row_writer.h"
#include "report/view.h"

struct table {
	const char *name; /* "domains"; its file is domains.csv */
	const struct column *columns;
	size_t column_count;
	void (*write_rows)(
	    const struct report_view *view, struct row_writer *writer);
	/*
	 * Has percentiles, which are sorted when they are asked for: no two
	 * such tables are written at the same time.
	 */
	bool sorts;
};

/* All tables but the suppression list, in the order of the documentation. */
extern const struct table *const tables[];
extern const size_t table_count;

extern const struct table suppression_table;

/* NULL when there is no such table. */
const struct table *table_find(const char *name);

/*
 * Header and rows to a stream, which is flushed; false, and errno, when they
 * cannot be written.
 */
bool table_write(const struct table *table, const struct report_view *view,
    enum settings_format format, FILE *stream);

#endif
