#include "store/store.h"

/* Without SQLite there is no file to ask; run/memory.c tells the user. */
#ifndef HAVE_SQLITE

char *
store_zone_of(const char *path)
{
	(void)path;
	return NULL;
}

#endif
