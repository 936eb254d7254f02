#include "store/store.h"

/* What there is without SQLite: a message.  Nothing else is ever called. */
#ifndef HAVE_SQLITE

#include <stdlib.h>

struct store *
store_open(const struct store_settings *settings, struct diagnostics *errors)
{
	diagnostics_add(errors, DIAGNOSTIC_ERROR, settings->path,
	    "this bouncestat was built without SQLite and has no --db");
	return NULL;
}

void
store_close(struct store *store)
{
	(void)store;
}

char *
store_zone_of(const char *path)
{
	(void)path;
	return NULL;
}

#endif
