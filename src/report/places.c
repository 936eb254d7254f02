#include "report/places.h"

#include <stdlib.h>

#include "base/memory.h"

static bool
is_selected(const struct selection *selection, const struct cause *cause)
{
	struct code_key code =
	    code_key_of(cause->enhanced_code, cause->reply_code);

	if ((selection->categories & CATEGORY_BIT(cause->category)) == 0)
		return false;
	if (selection->hard && cause->class != CLASS_HARD)
		return false;
	return !selection->one_code ||
	    (code.enhanced == selection->code.enhanced &&
		code.reply == selection->code.reply);
}

/* Which causes are selected, by number; free() it. */
static bool *
select_causes(const struct report_view *view, const struct selection *selection)
{
	size_t count = view->source->cause_count;
	bool *selected = memory_allocate_array(count, sizeof(*selected));

	for (size_t i = 0; i < count; i++)
		selected[i] = is_selected(selection, &view->source->causes[i]);
	return selected;
}

static int
order_places(const void *a, const void *b)
{
	const struct place *x = a;
	const struct place *y = b;

	if (x->attempts != y->attempts)
		return x->attempts > y->attempts ? -1 : 1;
	return text_compare(x->name, y->name);
}

static int
order_codes(const void *a, const void *b)
{
	const struct place_code *x = a;
	const struct place_code *y = b;

	if (x->attempts != y->attempts)
		return x->attempts > y->attempts ? -1 : 1;
	return view_compare_codes(x->enhanced_code, y->enhanced_code);
}

static uint64_t
attempts_of(const struct selection *selection, const struct tally_cause *counts)
{
	return counts->bounced + (selection->bounced ? 0 : counts->deferred);
}

/* Adds what one cause did to one domain. */
static void
add_cause(struct places *places, const struct report_view *view,
    const struct selection *selection, const struct view_cause *row,
    struct keymap *sums, struct keymap *codes)
{
	const struct cause *cause = &view->source->causes[row->cause];
	uint64_t attempts = attempts_of(selection, row->counts);
	const struct view_entity *domain = view_domain_of(view, row->name);
	uint32_t provider = domain != NULL ? domain->domain->provider : 0;
	bool by_provider = provider != 0 && !selection->by_domain;
	struct place *place;

	if (domain == NULL || attempts == 0)
		return;
	place = keymap_get(sums,
	    by_provider ? KEY(1, provider, 0, 0) : KEY(0, row->name, 0, 0));
	place->name = by_provider ? view_name(view, provider) : domain->name;
	place->domain = by_provider ? NULL : domain;
	place->attempts += attempts;
	*(uint64_t *)keymap_get(codes, KEY(cause->enhanced_code, 0, 0, 0)) +=
	    attempts;
	places->attempts += attempts;
	places->deliveries += row->counts->deliveries;
	tally_merge_period(&places->first_event, &places->last_event,
	    row->counts->first_event, row->counts->last_event);
}

/* By attempts, then name; free() it. */
static struct place *
list_places(const struct keymap *sums)
{
	struct place *list =
	    memory_allocate_array(sums->count + (size_t)1, sizeof(*list));

	for (uint32_t i = 0; i < sums->count; i++) {
		const struct place *place = keymap_value(sums, i);

		list[i] = *place;
	}
	qsort(list, sums->count, sizeof(*list), order_places);
	return list;
}

/* The servers that the tries failed at, whatever their addresses. */
static void
list_servers(struct places *places, const struct report_view *view,
    const struct selection *selection, const bool *selected)
{
	struct keymap sums; /* KEY(host): struct place */

	keymap_init(&sums, sizeof(struct place));
	for (size_t i = 0; i < view->relay_count; i++) {
		const struct view_relay *relay = &view->relays[i];
		struct view_causes causes = view_causes_of(
		    view, TALLY_RELAY, relay->host_number, relay->ip_number);
		uint64_t attempts = 0;

		for (uint32_t j = 0; j < causes.count; j++) {
			struct view_cause row = view_cause_at(view, causes, j);

			if (selected[row.cause])
				attempts += attempts_of(selection, row.counts);
		}
		if (attempts > 0 && relay->host.length > 0) {
			struct place *place =
			    keymap_get(&sums, KEY(relay->host_number, 0, 0, 0));

			place->name = relay->host;
			place->attempts += attempts;
		}
	}
	places->servers = list_places(&sums);
	places->server_count = sums.count;
	keymap_release(&sums);
}

static void
list_codes(struct places *places, const struct keymap *codes)
{
	places->codes = memory_allocate_array(
	    codes->count + (size_t)1, sizeof(*places->codes));
	for (uint32_t i = 0; i < codes->count; i++) {
		const uint64_t *attempts = keymap_value(codes, i);
		uint32_t code = keymap_key(codes, i).part[0];

		if (code != 0)
			places->codes[places->code_count++] =
			    (struct place_code){ code, *attempts };
	}
	qsort(places->codes, places->code_count, sizeof(*places->codes),
	    order_codes);
}

void
places_init(struct places *places, const struct report_view *view,
    const struct selection *selection)
{
	struct keymap sums; /* KEY(by provider, name): struct place */
	struct keymap codes; /* KEY(code): uint64_t */
	bool *selected = select_causes(view, selection);

	*places = (struct places){ 0 };
	keymap_init(&sums, sizeof(struct place));
	keymap_init(&codes, sizeof(uint64_t));
	for (uint32_t i = 0; i < view->domain_causes.count; i++) {
		struct view_cause row =
		    view_cause_at(view, view->domain_causes, i);

		if (selected[row.cause])
			add_cause(places, view, selection, &row, &sums, &codes);
	}
	places->items = list_places(&sums);
	places->count = sums.count;
	if (selection->with_servers)
		list_servers(places, view, selection, selected);
	list_codes(places, &codes);
	if (places->deliveries > places->attempts)
		places->deliveries = places->attempts;
	keymap_release(&sums);
	keymap_release(&codes);
	free(selected);
}

void
places_release(struct places *places)
{
	free(places->items);
	free(places->servers);
	free(places->codes);
}
