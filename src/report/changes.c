#include "report/changes.h"

#include <stdlib.h>

#include "base/memory.h"

static struct change_figures
figures_of(const struct tally_stats *stats)
{
	return (struct change_figures){ tally_failed(stats->outcomes),
		tally_ended(stats->outcomes) };
}

static struct change_figures
domain_figures(const struct tally *tally, struct key key)
{
	const struct tally_domain *domain = keymap_find(&tally->domains, key);

	return domain != NULL ? figures_of(&domain->stats)
			      : (struct change_figures){ 0, 0 };
}

static double
rate_of(struct change_figures figures)
{
	return (double)figures.failed / (double)figures.ended;
}

/* Takes in a day before; days without deliveries have no rate. */
static void
add_before(struct change *change, struct change_figures day)
{
	change->before.failed += day.failed;
	change->before.ended += day.ended;
	if (day.ended == 0)
		return;
	if (change->lowest.ended == 0 || rate_of(day) < rate_of(change->lowest))
		change->lowest = day;
	if (change->highest.ended == 0 ||
	    rate_of(day) > rate_of(change->highest))
		change->highest = day;
}

/* Squared, so that no root is needed; 0 when all or none failed. */
static double
squared_deviations(const struct change *change)
{
	double today = (double)change->today.ended;
	double before = (double)change->before.ended;
	double pooled = (double)(change->today.failed + change->before.failed) /
	    (today + before);
	double variance = pooled * (1 - pooled) * (1 / today + 1 / before);
	double difference = rate_of(change->today) - rate_of(change->before);

	return variance > 0 ? difference * difference / variance : 0;
}

static bool
is_no_accident(const struct change *change)
{
	return squared_deviations(change) >
	    CHANGES_DEVIATIONS * CHANGES_DEVIATIONS;
}

static enum change_kind
rate_change(const struct change *change)
{
	double expected;
	double more;

	if (change->today.ended < CHANGES_DELIVERIES ||
	    change->before.ended < CHANGES_DELIVERIES)
		return CHANGE_NONE;
	expected = rate_of(change->before) * (double)change->today.ended;
	more = (double)change->today.failed - expected;
	if (more >= CHANGES_FAILURES &&
	    rate_of(change->today) > rate_of(change->highest))
		return CHANGE_HIGHER;
	if (-more >= CHANGES_FAILURES &&
	    rate_of(change->today) < rate_of(change->lowest))
		return CHANGE_LOWER;
	return CHANGE_NONE;
}

static enum change_kind
kind_of(const struct change *change, struct change_figures latest)
{
	if (change->today.failed >= CHANGES_FAILURES &&
	    change->before.failed == 0)
		return CHANGE_NEW;
	if (change->today.failed == 0 && change->today.ended > 0 &&
	    change->before.failed >= CHANGES_FAILURES && latest.failed > 0)
		return CHANGE_RECOVERED;
	return rate_change(change);
}

/* A domain that had no mail before can only be new. */
static enum change_kind
checked(const struct change *change, enum change_kind kind)
{
	return change->before.ended == 0 || is_no_accident(change)
	    ? kind
	    : CHANGE_NONE;
}

static void
add_change(struct changes *changes, size_t *capacity, struct change change)
{
	changes->items = memory_grow(changes->items, capacity,
	    changes->count + 1, sizeof(*changes->items));
	changes->items[changes->count++] = change;
}

static uint64_t
weight_of(const struct change *change)
{
	return change->kind == CHANGE_RECOVERED ? change->before.failed
						: change->today.failed;
}

static int
order_changes(const void *a, const void *b)
{
	const struct change *x = a;
	const struct change *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (weight_of(x) != weight_of(y))
		return weight_of(x) > weight_of(y) ? -1 : 1;
	return text_compare(x->domain, y->domain);
}

void
changes_find(struct changes *changes, const struct changes_day *today,
    const struct changes_day *before, size_t before_count, bool same_weekday,
    const struct pool *names)
{
	const struct keymap *domains = &today->tally->domains;
	size_t capacity = 0;

	*changes = (struct changes){ .day = today->day,
		.day_count = before_count,
		.same_weekday = same_weekday };
	changes->all.today = figures_of(&today->tally->all);
	for (size_t i = 0; i < before_count; i++)
		add_before(&changes->all, figures_of(&before[i].tally->all));
	if (before_count == 0)
		return;
	changes->all.kind = checked(&changes->all, rate_change(&changes->all));
	for (uint32_t i = 0; i < domains->count; i++) {
		struct key key = keymap_key(domains, i);
		struct change change = { .domain =
					     pool_text(names, key.part[0]),
			.today = domain_figures(today->tally, key) };

		for (size_t j = 0; j < before_count; j++)
			add_before(
			    &change, domain_figures(before[j].tally, key));
		change.kind = checked(&change,
		    kind_of(&change, domain_figures(before[0].tally, key)));
		if (change.kind != CHANGE_NONE)
			add_change(changes, &capacity, change);
	}
	if (changes->count > 1)
		qsort(changes->items, changes->count, sizeof(*changes->items),
		    order_changes);
}

void
changes_release(struct changes *changes)
{
	free(changes->items);
	*changes = (struct changes){ 0 };
}
