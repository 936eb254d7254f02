/*
 * Zone: a time zone of the IANA database, as a table of its offsets.
 *
 * The C library knows the database but only one zone at a time and only in
 * global state; a zone is read from it once, when it is made, and pure
 * afterwards.  Not to be made while another thread runs.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

struct zone;

/*
 * `name`: an IANA name such as Europe/Berlin, or UTC; NULL for the system's
 * zone (TZ, then /etc/localtime).  NULL when there is no such zone.
 */
struct zone *zone_new(const char *name);
void zone_free(struct zone *zone);

/* The name as given; the value of TZ, or "local", for the system's zone. */
const char *zone_name(const struct zone *zone);

/* Seconds to add to UTC to get the wall clock, at UTC second `seconds`. */
int zone_offset(const struct zone *zone, int64_t seconds);

/*
 * UTC second of a wall clock `local` (seconds as if it were UTC).  A time
 * that comes twice (end of DST) is the first one, or the second one when
 * `second` is true; one that never comes (start of DST) is read with the
 * offset before the change.  *ambiguous (may be NULL) says it comes twice.
 */
int64_t zone_to_utc(
    const struct zone *zone, int64_t local, bool second, bool *ambiguous);

#endif
