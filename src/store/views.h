/*
 * Views: the CSV tables as queries.
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
