#include "tally/tally.h"

/*
 * Merging adds every count, widens every period, and keeps the earlier of two
 * examples.  The numbers of names and causes are the run's in both.
 */

void
tally_merge_period(
    int64_t *first, int64_t *last, int64_t other_first, int64_t other_last)
{
	if (other_first != 0 && (*first == 0 || other_first < *first))
		*first = other_first;
	if (other_last > *last)
		*last = other_last;
}

static void
merge_example(uint32_t *example, int64_t *at, uint32_t other, int64_t other_at)
{
	if (*at == 0 || (other_at != 0 && other_at < *at)) {
		*at = other_at;
		*example = other;
	}
}

static void
merge_stats(struct tally_stats *to, const struct tally_stats *from)
{
	for (unsigned i = 0; i < OUTCOMES; i++) {
		to->outcomes[i] += from->outcomes[i];
		to->retried[i] += from->retried[i];
	}
	for (unsigned i = 0; i < VERDICT_CLASSES; i++)
		to->failures[i] += from->failures[i];
	to->delivered += from->delivered;
	to->deferred += from->deferred;
	to->bounced += from->bounced;
	to->suspended += from->suspended;
	to->retry_attempts += from->retry_attempts;
	to->after_hard_bounce += from->after_hard_bounce;
	tally_merge_period(&to->first_event, &to->last_event, from->first_event,
	    from->last_event);
	quantile_merge(&to->resolution, &from->resolution);
}

static void
merge_stats_rows(void *to, const void *from)
{
	merge_stats(to, from);
}

void
tally_merge_domain(struct tally_domain *to, const struct tally_domain *from)
{
	merge_stats(&to->stats, &from->stats);
	for (unsigned hour = 0; hour < 24; hour++)
		for (unsigned i = 0; i < 3; i++)
			to->hours[hour][i] += from->hours[hour][i];
	if (from->provider != 0 && from->provider_seen >= to->provider_seen) {
		to->provider = from->provider;
		to->provider_seen = from->provider_seen;
	}
}

void
tally_merge_cause(struct tally_cause *to, const struct tally_cause *from)
{
	to->deferred += from->deferred;
	to->bounced += from->bounced;
	to->suspended += from->suspended;
	to->deliveries += from->deliveries;
	tally_merge_period(&to->first_event, &to->last_event, from->first_event,
	    from->last_event);
}

static void
merge_domain(void *to, const void *from)
{
	tally_merge_domain(to, from);
}

static void
merge_cause(void *to, const void *from)
{
	tally_merge_cause(to, from);
}

static void
merge_relay(void *to_row, const void *from_row)
{
	struct tally_relay *to = to_row;
	const struct tally_relay *from = from_row;

	to->host = from->host;
	to->ip = from->ip;
	to->delivered += from->delivered;
	to->deferred += from->deferred;
	to->bounced += from->bounced;
	tally_merge_period(&to->first_event, &to->last_event, from->first_event,
	    from->last_event);
	quantile_merge(&to->delay, &from->delay);
}

static void
merge_hour(void *to_row, const void *from_row)
{
	struct tally_hour *to = to_row;
	const struct tally_hour *from = from_row;

	to->delivered += from->delivered;
	to->deferred += from->deferred;
	to->bounced += from->bounced;
	to->expired += from->expired;
	for (unsigned i = 0; i < VERDICT_CLASSES; i++)
		to->failures[i] += from->failures[i];
}

static void
merge_code_hour(void *to_row, const void *from_row)
{
	struct tally_code_hour *to = to_row;
	const struct tally_code_hour *from = from_row;

	to->deferred += from->deferred;
	to->bounced += from->bounced;
}

static void
merge_code(void *to_row, const void *from_row)
{
	struct tally_code *to = to_row;
	const struct tally_code *from = from_row;

	to->deliveries += from->deliveries;
	merge_example(
	    &to->example, &to->example_at, from->example, from->example_at);
}

static void
merge_retry(void *to_row, const void *from_row)
{
	struct tally_retry *to = to_row;
	const struct tally_retry *from = from_row;

	for (unsigned i = 0; i < OUTCOMES; i++)
		to->outcomes[i] += from->outcomes[i];
	to->attempts += from->attempts;
	quantile_merge(&to->resolution, &from->resolution);
}

static void
merge_retry_attempt(void *to_row, const void *from_row)
{
	struct tally_retry_attempt *to = to_row;
	const struct tally_retry_attempt *from = from_row;

	to->delivered += from->delivered;
	to->deferred += from->deferred;
	to->bounced += from->bounced;
	quantile_merge(&to->interval, &from->interval);
}

static void
merge_unclassified(void *to_row, const void *from_row)
{
	struct tally_unclassified *to = to_row;
	const struct tally_unclassified *from = from_row;

	to->attempts += from->attempts;
	merge_example(
	    &to->example, &to->example_at, from->example, from->example_at);
}

static void
merge_presence(void *to_row, const void *from_row)
{
	(void)to_row;
	(void)from_row;
}

static void
merge_rows(struct keymap *to, const struct keymap *from,
    void (*merge)(void *, const void *))
{
	for (uint32_t i = 0; i < from->count; i++)
		merge(
		    keymap_get(to, keymap_key(from, i)), keymap_value(from, i));
}

static void
merge_totals(struct tally_totals *to, const struct tally_totals *from)
{
	to->records += from->records;
	to->messages += from->messages;
	to->internal_hops += from->internal_hops;
	to->notifications += from->notifications;
	to->local_deliveries += from->local_deliveries;
	to->probes += from->probes;
	to->rejected += from->rejected;
	to->suspended += from->suspended;
	to->discarded += from->discarded;
	to->unclassified += from->unclassified;
	tally_merge_period(&to->first_event, &to->last_event, from->first_event,
	    from->last_event);
}

void
tally_merge(struct tally *to, const struct tally *from)
{
	merge_totals(&to->totals, &from->totals);
	merge_stats(&to->all, &from->all);
	merge_rows(&to->domains, &from->domains, merge_domain);
	merge_rows(&to->providers, &from->providers, merge_stats_rows);
	merge_rows(&to->senders, &from->senders, merge_stats_rows);
	merge_rows(&to->causes, &from->causes, merge_cause);
	merge_rows(&to->relays, &from->relays, merge_relay);
	merge_rows(&to->relay_domains, &from->relay_domains, merge_presence);
	merge_rows(&to->hours, &from->hours, merge_hour);
	merge_rows(&to->code_hours, &from->code_hours, merge_code_hour);
	merge_rows(&to->codes, &from->codes, merge_code);
	merge_rows(&to->categories, &from->categories, merge_code);
	merge_rows(&to->retries, &from->retries, merge_retry);
	merge_rows(
	    &to->retry_attempts, &from->retry_attempts, merge_retry_attempt);
	merge_rows(&to->unclassified, &from->unclassified, merge_unclassified);
	merge_rows(&to->unclassified_domains, &from->unclassified_domains,
	    merge_presence);
}
