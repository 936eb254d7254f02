#include "report/domain_groups.h"

#include <stdlib.h>

#ifdef HAVE_PSL
#include <libpsl.h>
#endif

#include "base/buffer.h"
#include "base/memory.h"

struct domain_groups {
	struct tally *tally;
	const struct pool *names;
	struct pool *group_names; /* NULL: each domain is its own group */
	uint32_t *group_of; /* by name; UINT32_MAX = not asked for yet */
	uint32_t name_count;
	struct keymap rows;
	struct keymap causes;
};

/* The registrable domain of `domain`, or all of it. */
static struct text
registrable(struct text domain)
{
#ifdef HAVE_PSL
	struct buffer terminated;
	const char *found;

	/* The list's functions want a string. */
	buffer_init(&terminated, 0);
	buffer_append_text(&terminated, domain);
	found =
	    psl_registrable_domain(psl_builtin(), buffer_string(&terminated));
	/* What is found is the end of what was given. */
	if (found != NULL)
		domain = text_slice(
		    domain, (size_t)(found - terminated.data), domain.length);
	buffer_release(&terminated);
#endif
	return domain;
}

uint32_t
domain_groups_find(struct domain_groups *groups, uint32_t domain)
{
	uint32_t *group;

	if (groups->group_names == NULL || domain >= groups->name_count)
		return domain;
	group = &groups->group_of[domain];
	if (*group == UINT32_MAX)
		*group = pool_intern(groups->group_names,
		    registrable(pool_text(groups->names, domain)));
	return *group;
}

struct text
domain_groups_name(const struct domain_groups *groups, uint32_t group)
{
	return pool_text(
	    groups->group_names != NULL ? groups->group_names : groups->names,
	    group);
}

static void
merge_all(struct domain_groups *groups)
{
	const struct keymap *domains = &groups->tally->domains;
	const struct keymap *causes = &groups->tally->causes;

	for (uint32_t i = 0; i < domains->count; i++) {
		uint32_t group =
		    domain_groups_find(groups, keymap_key(domains, i).part[0]);

		tally_merge_domain(
		    keymap_get(&groups->rows, KEY(group, 0, 0, 0)),
		    keymap_value(domains, i));
	}
	for (uint32_t i = 0; i < causes->count; i++) {
		struct key key = keymap_key(causes, i);

		if (key.part[0] == TALLY_DOMAIN)
			key.part[1] = domain_groups_find(groups, key.part[1]);
		tally_merge_cause(
		    keymap_get(&groups->causes, key), keymap_value(causes, i));
	}
}

struct domain_groups *
domain_groups_new(
    struct tally *tally, const struct pool *names, bool by_registrable)
{
	struct domain_groups *groups =
	    memory_allocate_array(1, sizeof(*groups));

	groups->tally = tally;
	groups->names = names;
	keymap_init(&groups->rows, sizeof(struct tally_domain));
	keymap_init(&groups->causes, sizeof(struct tally_cause));
	if (!by_registrable)
		return groups;
	groups->group_names = pool_new();
	groups->name_count = pool_count(names);
	groups->group_of = memory_allocate_array(
	    groups->name_count, sizeof(*groups->group_of));
	for (uint32_t i = 0; i < groups->name_count; i++)
		groups->group_of[i] = UINT32_MAX;
	merge_all(groups);
	return groups;
}

void
domain_groups_free(struct domain_groups *groups)
{
	if (groups == NULL)
		return;
	for (uint32_t i = 0; i < groups->rows.count; i++) {
		struct tally_domain *row = keymap_value(&groups->rows, i);

		quantile_release(&row->stats.resolution);
	}
	keymap_release(&groups->rows);
	keymap_release(&groups->causes);
	if (groups->group_names != NULL)
		pool_free(groups->group_names);
	free(groups->group_of);
	free(groups);
}

const struct keymap *
domain_groups_rows(const struct domain_groups *groups)
{
	return groups->group_names != NULL ? &groups->rows
					   : &groups->tally->domains;
}

struct keymap *
domain_groups_causes(struct domain_groups *groups)
{
	return groups->group_names != NULL ? &groups->causes
					   : &groups->tally->causes;
}
