/*
 * Domain groups: the recipient domains of a tally, as they are reported.
 *
 * Without `by_registrable` each domain is a group of its own and the tally's
 * own rows are used.  With it, domains are put together by their registrable
 * domain, as libpsl and its Public Suffix List have it; a domain without one
 * (a public suffix, an address literal, none) stands for itself.
 */
#ifndef REPORT_DOMAIN_GROUPS_H
#define REPORT_DOMAIN_GROUPS_H

#include "base/pool.h"
#include "tally/tally.h"

struct domain_groups;

/* `names` and `tally` must outlive the groups. */
struct domain_groups *domain_groups_new(
    struct tally *tally, const struct pool *names, bool by_registrable);
void domain_groups_free(struct domain_groups *groups);

/* KEY(group): tally_domain. */
const struct keymap *domain_groups_rows(const struct domain_groups *groups);

/* KEY(TALLY_DOMAIN, group, cause): tally_cause; other dimensions as tallied. */
struct keymap *domain_groups_causes(struct domain_groups *groups);

/* The group of a domain (a name of the pool), and its name. */
uint32_t domain_groups_find(struct domain_groups *groups, uint32_t domain);
struct text
domain_groups_name(const struct domain_groups *groups, uint32_t group);

#endif
