/*
 * Views: the CSV tables as queries over all that is remembered.
 *
 * They have the names, columns, order and values of the tables, except that
 *
 *   - what does not apply is NULL;
 *   - what is not counted but known or set is left out: the name, class,
 *     action and retry columns of codes, class and action of categories, the
 *     days of hours, advised intervals, version and start of run;
 *   - hours, series, code_hours and domain_hours have no rows without counts;
 *   - retries has no rows for domains: domains has the same columns.
 *
 * cause_weights, code_totals and top_... are what they are made from.
 */
#ifndef STORE_VIEWS_H
#define STORE_VIEWS_H

#include <stddef.h>

struct view {
	const char *name;
	const char *query;
};

extern const struct view views[];
extern const size_t view_count;

#endif
