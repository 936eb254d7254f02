#include "report/view.h"

#include <stdlib.h>

#include "base/key_sort.h"
#include "base/memory.h"
#include "report/domain_groups.h"
#include "report/view_codes.h"

struct text
view_name(const struct report_view *view, uint32_t number)
{
	return pool_text(view->source->names, number);
}

int64_t
view_local(const struct report_view *view, int64_t seconds)
{
	return seconds + zone_offset(view->source->zone, seconds);
}

unsigned
view_week_hour(const struct report_view *view, uint32_t minute)
{
	int64_t hours =
	    floor_divide(view_local(view, (int64_t)minute * 60), 3600);
	int64_t day = floor_divide(hours, 24);

	return (unsigned)((calendar_weekday(day) - 1) * 24 + hours - day * 24);
}

int
view_compare_codes(uint32_t a, uint32_t b)
{
	struct buffer texts;
	size_t middle;
	int order;

	if (a == b)
		return 0;
	buffer_init(&texts, 0);
	buffer_append_enhanced_code(&texts, a);
	middle = texts.length;
	buffer_append_enhanced_code(&texts, b);
	order = text_compare(text_slice(buffer_text(&texts), 0, middle),
	    text_slice(buffer_text(&texts), middle, texts.length));
	buffer_release(&texts);
	return order;
}

static int
order_entities(const void *a, const void *b)
{
	const struct view_entity *x = a;
	const struct view_entity *y = b;
	uint64_t x_count = tally_deliveries(x->stats);
	uint64_t y_count = tally_deliveries(y->stats);

	if (x_count != y_count)
		return x_count > y_count ? -1 : 1;
	return text_compare(x->name, y->name);
}

/* Domains from the groups, providers and senders from the tally's map. */
static struct view_entity *
list_entities(const struct report_view *view, const struct keymap *map,
    bool are_domains, size_t *count)
{
	struct view_entity *list =
	    memory_allocate_array(map->count + (size_t)1, sizeof(*list));

	for (uint32_t i = 0; i < map->count; i++) {
		struct view_entity *entity = &list[i];

		entity->number = keymap_key(map, i).part[0];
		if (are_domains) {
			struct tally_domain *domain = keymap_value(map, i);

			entity->domain = domain;
			entity->stats = &domain->stats;
			entity->name =
			    domain_groups_name(view->groups, entity->number);
		} else {
			entity->stats = keymap_value(map, i);
			entity->name = view_name(view, entity->number);
		}
	}
	*count = map->count;
	qsort(list, *count, sizeof(*list), order_entities);
	return list;
}

static int
order_relays(const void *a, const void *b)
{
	const struct view_relay *x = a;
	const struct view_relay *y = b;
	uint64_t x_count =
	    x->counts->delivered + x->counts->deferred + x->counts->bounced;
	uint64_t y_count =
	    y->counts->delivered + y->counts->deferred + y->counts->bounced;
	int order;

	if (x_count != y_count)
		return x_count > y_count ? -1 : 1;
	order = text_compare(x->host, y->host);
	return order != 0 ? order : text_compare(x->ip, y->ip);
}

/*
 * Different groups of domains: `pairs` has keys whose part `place` is a
 * domain; counts gets the same keys without it, and a uint64_t for each.
 */
static void
count_domains(const struct report_view *view, const struct keymap *pairs,
    unsigned place, struct keymap *counts)
{
	struct keymap groups;

	keymap_init(&groups, 0);
	keymap_init(counts, sizeof(uint64_t));
	for (uint32_t i = 0; i < pairs->count; i++) {
		struct key key = keymap_key(pairs, i);
		uint32_t before = groups.count;

		key.part[place] =
		    domain_groups_find(view->groups, key.part[place]);
		keymap_get(&groups, key);
		key.part[place] = 0;
		if (groups.count > before)
			++*(uint64_t *)keymap_get(counts, key);
	}
	keymap_release(&groups);
}

static uint64_t
counted(const struct keymap *counts, struct key key)
{
	const uint64_t *count = keymap_find(counts, key);

	return count != NULL ? *count : 0;
}

static void
list_relays(struct report_view *view)
{
	const struct keymap *map = &view->tally->relays;
	struct keymap counts; /* KEY(host, ip): uint64_t */

	count_domains(view, &view->tally->relay_domains, 2, &counts);
	view->relays = memory_allocate_array(
	    map->count + (size_t)1, sizeof(*view->relays));
	for (uint32_t i = 0; i < map->count; i++) {
		struct key key = keymap_key(map, i);

		view->relays[i] = (struct view_relay){
			.host = view_name(view, key.part[0]),
			.ip = view_name(view, key.part[1]),
			.host_number = key.part[0],
			.ip_number = key.part[1],
			.counts = keymap_value(map, i),
			.domains = counted(&counts, key),
		};
	}
	view->relay_count = map->count;
	qsort(view->relays, view->relay_count, sizeof(*view->relays),
	    order_relays);
	keymap_release(&counts);
}

static int
order_unclassified(const void *a, const void *b)
{
	const struct view_unclassified *x = a;
	const struct view_unclassified *y = b;

	if (x->attempts != y->attempts)
		return x->attempts > y->attempts ? -1 : 1;
	return text_compare(x->template, y->template);
}

static void
list_unclassified(struct report_view *view)
{
	const struct keymap *map = &view->tally->unclassified;
	struct keymap counts; /* KEY(template): uint64_t */

	count_domains(view, &view->tally->unclassified_domains, 1, &counts);
	view->unclassified = memory_allocate_array(
	    map->count + (size_t)1, sizeof(*view->unclassified));
	for (uint32_t i = 0; i < map->count; i++) {
		const struct tally_unclassified *row = keymap_value(map, i);
		struct key key = keymap_key(map, i);

		view->unclassified[i] = (struct view_unclassified){
			.template = view_name(view, key.part[0]),
			.attempts = row->attempts,
			.domains = counted(&counts, key),
			.example = view_name(view, row->example),
		};
	}
	view->unclassified_count = map->count;
	qsort(view->unclassified, view->unclassified_count,
	    sizeof(*view->unclassified), order_unclassified);
	keymap_release(&counts);
}

struct numbered_cause {
	struct cause cause;
	uint32_t number;
};

static int
order_causes(const void *a, const void *b)
{
	const struct cause *x = &((const struct numbered_cause *)a)->cause;
	const struct cause *y = &((const struct numbered_cause *)b)->cause;
	int order = view_compare_codes(x->enhanced_code, y->enhanced_code);

	if (order != 0)
		return order;
	if (x->reply_code != y->reply_code)
		return x->reply_code < y->reply_code ? -1 : 1;
	if (x->category != y->category)
		return text_compare(text_of(verdict_category_name(x->category)),
		    text_of(verdict_category_name(y->category)));
	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	return (x->action > y->action) - (x->action < y->action);
}

static void
rank_causes(struct report_view *view)
{
	size_t count = view->source->cause_count;
	struct numbered_cause *sorted =
	    memory_allocate_array(count + 1, sizeof(*sorted));

	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct numbered_cause){ view->source->causes[i],
			(uint32_t)i };
	qsort(sorted, count, sizeof(*sorted), order_causes);
	view->ranks = memory_allocate_array(count + 1, sizeof(*view->ranks));
	for (size_t i = 0; i < count; i++)
		view->ranks[sorted[i].number] = (uint32_t)i;
	free(sorted);
}

/* Numbers of rows of the causes, by entity, then by rank. */
static void
sort_rows(const struct report_view *view, uint32_t *rows, uint32_t count)
{
	struct key_sort_item *items =
	    memory_allocate_array(count, sizeof(*items));

	for (uint32_t i = 0; i < count; i++) {
		struct key key = keymap_key(view->causes, rows[i]);

		items[i].row = rows[i];
		items[i].key =
		    (uint64_t)key.part[3] << 32 | view->ranks[key.part[2]];
	}
	key_sort(items, count);
	for (uint32_t i = 0; i < count; i++) {
		struct key key =
		    keymap_key(view->causes, (uint32_t)items[i].row);

		items[i].key = (uint64_t)key.part[0] << 32 | key.part[1];
	}
	key_sort(items, count);
	for (uint32_t i = 0; i < count; i++)
		rows[i] = (uint32_t)items[i].row;
	free(items);
}

/*
 * Counts that are read together stand together.  Those of domains, about half
 * of them, are sorted for themselves, which takes half of the memory.
 */
static void
sort_causes(struct report_view *view)
{
	struct keymap *map = domain_groups_causes(view->groups);
	uint32_t *order = memory_allocate_array(map->count, sizeof(*order));
	uint32_t domains = 0;
	uint32_t end;

	view->causes = map;
	for (uint32_t i = 0; i < map->count; i++)
		if (keymap_key(map, i).part[0] == TALLY_DOMAIN)
			order[domains++] = i;
	end = domains;
	for (uint32_t i = 0; i < map->count; i++)
		if (keymap_key(map, i).part[0] != TALLY_DOMAIN)
			order[end++] = i;
	sort_rows(view, order, domains);
	sort_rows(view, order + domains, end - domains);
	view->domain_causes = (struct view_causes){ 0, domains };
	keymap_reorder(map, order);
	free(order);
}

struct named_incident {
	struct text domain;
	const struct incident *incident;
};

static int
order_incidents(const void *a, const void *b)
{
	const struct named_incident *x = a;
	const struct named_incident *y = b;

	if (x->incident->started_at != y->incident->started_at)
		return x->incident->started_at < y->incident->started_at ? -1
									 : 1;
	return text_compare(x->domain, y->domain);
}

static void
list_incidents(struct report_view *view)
{
	size_t count = view->source->incident_count;
	struct named_incident *sorted =
	    memory_allocate_array(count + 1, sizeof(*sorted));

	for (size_t i = 0; i < count; i++) {
		sorted[i].incident = &view->source->incidents[i];
		sorted[i].domain = view_name(view, sorted[i].incident->domain);
	}
	qsort(sorted, count, sizeof(*sorted), order_incidents);
	view->incidents =
	    memory_allocate_array(count + 1, sizeof(*view->incidents));
	for (size_t i = 0; i < count; i++)
		view->incidents[i] = sorted[i].incident;
	view->incident_count = count;
	free(sorted);
}

int64_t
view_incident_end(const struct incident *incident)
{
	int64_t end = incident->resolved_at != INSTANT_NONE
	    ? incident->resolved_at
	    : incident->last_failure_at;

	return end > incident->started_at ? end : incident->started_at;
}

uint64_t
view_incident_seconds(const struct incident *incident)
{
	return (uint64_t)(floor_divide(view_incident_end(incident), 1000) -
	    floor_divide(incident->started_at, 1000));
}

bool
view_has_incident(const struct report_view *view,
    const struct view_entity *entity, const struct incident *incident)
{
	return domain_groups_find(view->groups, incident->domain) ==
	    entity->number;
}

bool
view_is_of_failures(const struct report_view *view)
{
	const struct settings *settings = view->source->settings;

	return settings->codes.count + settings->categories.count > 0;
}

bool
view_is_partial(const struct report_view *view)
{
	const struct settings *settings = view->source->settings;

	return view_is_of_failures(view) ||
	    settings->relays.count + settings->sender_domains.count > 0;
}

bool
view_share_relay(const struct incident *a, const struct incident *b)
{
	for (size_t i = 0; i < a->relay_count; i++)
		for (size_t j = 0; j < b->relay_count; j++)
			if (a->relay_hosts[i] != 0 &&
			    a->relay_hosts[i] == b->relay_hosts[j])
				return true;
	return false;
}

static void
index_domains(struct report_view *view)
{
	keymap_init(&view->domain_places, sizeof(uint32_t));
	for (size_t i = 0; i < view->domain_count; i++)
		*(uint32_t *)keymap_get(&view->domain_places,
		    KEY(view->domains[i].number, 0, 0, 0)) = (uint32_t)i;
}

const struct view_entity *
view_domain_of(const struct report_view *view, uint32_t number)
{
	const uint32_t *place =
	    keymap_find(&view->domain_places, KEY(number, 0, 0, 0));

	return place != NULL ? &view->domains[*place] : NULL;
}

void
report_view_init(struct report_view *view, const struct report_source *source)
{
	struct tally *tally = source->tally;

	*view = (struct report_view){ 0 };
	view->source = source;
	view->tally = tally;
	for (size_t i = 0; i < source->input_count; i++)
		scan_counts_merge(&view->lines, &source->inputs[i].counts);
	view->groups = domain_groups_new(
	    tally, source->names, source->settings->by_registrable);
	rank_causes(view);
	sort_causes(view);
	view->domains = list_entities(
	    view, domain_groups_rows(view->groups), true, &view->domain_count);
	index_domains(view);
	view->providers = list_entities(
	    view, &tally->providers, false, &view->provider_count);
	view->senders =
	    list_entities(view, &tally->senders, false, &view->sender_count);
	list_relays(view);
	list_unclassified(view);
	list_incidents(view);
	view_list_codes(view);
	view_list_categories(view);
}

void
report_view_release(struct report_view *view)
{
	free(view->domains);
	keymap_release(&view->domain_places);
	free(view->providers);
	free(view->senders);
	free(view->relays);
	free(view->unclassified);
	free(view->incidents);
	free(view->codes);
	free(view->categories);
	free(view->ranks);
	domain_groups_free(view->groups);
	*view = (struct report_view){ 0 };
}

static bool
is_before(const struct key *key, enum tally_dimension dimension, uint32_t name,
    uint32_t ip)
{
	if (key->part[0] != dimension)
		return key->part[0] < dimension;
	if (key->part[1] != name)
		return key->part[1] < name;
	return key->part[3] < ip;
}

struct view_causes
view_causes_of(const struct report_view *view, enum tally_dimension dimension,
    uint32_t name, uint32_t ip)
{
	const struct keymap *map = view->causes;
	uint32_t low = 0;
	uint32_t high = map->count;
	uint32_t end;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct key key = keymap_key(map, middle);

		if (is_before(&key, dimension, name, ip))
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < map->count; end++) {
		struct key key = keymap_key(map, end);

		if (key.part[0] != dimension || key.part[1] != name ||
		    key.part[3] != ip)
			break;
	}
	return (struct view_causes){ low, end - low };
}

const struct view_entity *
view_find_domain(const struct report_view *view, struct text name)
{
	for (size_t i = 0; i < view->domain_count; i++)
		if (text_equal(view->domains[i].name, name))
			return &view->domains[i];
	return NULL;
}

struct code_key
view_code_key(const struct report_view *view, uint32_t cause)
{
	const struct cause *values = &view->source->causes[cause];

	return code_key_of(values->enhanced_code, values->reply_code);
}

const struct catalogue_entry *
view_catalogue_entry(const struct report_view *view, struct code_key code)
{
	const struct catalogue *catalogue = view->source->catalogue;

	if (code.enhanced != 0)
		return catalogue_find_code(catalogue, code.enhanced);
	if (code.reply != 0)
		return catalogue_find_reply(catalogue, code.reply);
	return NULL;
}
