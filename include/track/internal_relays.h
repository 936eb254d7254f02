/*
 * Internal relays: next hops that are no destination.
 *
 * A content filter or a second instance hands the message back; a record
 * that names it as relay is a hop.  Each is given as CIDR (10.0.0.0/8,
 * 2001:db8::/32), address, host name, or host:port ([::1]:10024).
 */
#ifndef TRACK_INTERNAL_RELAYS_H
#define TRACK_INTERNAL_RELAYS_H

#include "scan/record.h"

struct internal_relays;

struct internal_relays *internal_relays_new(void);
void internal_relays_free(struct internal_relays *relays);

/* False when `text` is none of the forms above. */
bool internal_relays_add(struct internal_relays *relays, struct text text);

bool internal_relays_match(
    const struct internal_relays *relays, const struct record *record);

#endif
