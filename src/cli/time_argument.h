/*
 * Points in time as the command line gives them.
 */
#ifndef CLI_TIME_ARGUMENT_H
#define CLI_TIME_ARGUMENT_H

#include "base/calendar.h"
#include "base/zone.h"

/*
 * `2026-11-22`, `2026-11-22T01:00[:00][Z|+01:00]`, `today`, `yesterday`,
 * `-24h`, `-7d`, `-30m`: ms since 1970 UTC.  What has no offset is in `zone`;
 * days begin there, and relative times count back from `now` (ms).  False for
 * anything else.
 */
bool time_argument_parse(
    struct text text, const struct zone *zone, int64_t now, int64_t *instant);

#endif
