#include "store/store.h"

#ifdef HAVE_SQLITE

#include "store/views.h"

const struct view views[] = {
	{ "days",
	    "SELECT DISTINCT date(day * 86400, 'unixepoch') AS day "
	    "FROM day_totals ORDER BY day" },
};
const size_t view_count = sizeof(views) / sizeof(views[0]);

#endif
