/*
 * Naming: hosts, domains, relays and providers as numbers of the pool.
 *
 * Domains are kept in the letters of track/domain_name.h.
 */
#ifndef TRACK_NAMING_H
#define TRACK_NAMING_H

#include "base/buffer.h"
#include "base/pool.h"
#include "classify/provider.h"

struct naming {
	struct pool *names;
	const struct providers *providers;
	struct buffer scratch;
	uint32_t *canonical_of; /* by name as logged; 0 = not asked yet */
	size_t canonical_capacity;
	uint32_t
	    *provider_of; /* by name of the relay; UINT32_MAX = not asked */
	size_t provider_capacity;
	uint32_t last_host;
	uint32_t last_instance;
};

void naming_init(struct naming *naming, struct pool *names,
    const struct providers *providers);
void naming_release(struct naming *naming);

uint32_t naming_host(struct naming *naming, struct text host);
uint32_t naming_instance(struct naming *naming, struct text instance);

/* Of an address without <>; 0 when it has no @. */
uint32_t naming_domain(struct naming *naming, struct text address);

/*
 * Recipients are compared as written, but their domains by those letters:
 * a hash that is the same for all ways of writing one, and whether two are
 * ways of writing the same.
 */
uint64_t naming_recipient_hash(struct text recipient);
bool naming_same_recipient(struct text a, struct text b);

/* Of a relay's host name, or that of a transport; 0 for none and "none". */
uint32_t naming_relay(struct naming *naming, struct text host);

uint32_t naming_provider(struct naming *naming, uint32_t relay);

#endif
