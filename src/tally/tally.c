#include "tally/tally.h"

void
tally_init(struct tally *tally)
{
	*tally = (struct tally){ 0 };
	keymap_init(&tally->domains, sizeof(struct tally_domain));
	keymap_init(&tally->providers, sizeof(struct tally_stats));
	keymap_init(&tally->senders, sizeof(struct tally_stats));
	keymap_init(&tally->causes, sizeof(struct tally_cause));
	keymap_init(&tally->relays, sizeof(struct tally_relay));
	keymap_init(&tally->relay_domains, 0);
	keymap_init(&tally->hours, sizeof(struct tally_hour));
	keymap_init(&tally->code_hours, sizeof(struct tally_code_hour));
	keymap_init(&tally->codes, sizeof(struct tally_code));
	keymap_init(&tally->categories, sizeof(struct tally_code));
	keymap_init(&tally->retries, sizeof(struct tally_retry));
	keymap_init(&tally->retry_attempts, sizeof(struct tally_retry_attempt));
	keymap_init(&tally->unclassified, sizeof(struct tally_unclassified));
	keymap_init(&tally->unclassified_domains, 0);
}

static void
release_stats(struct keymap *map)
{
	for (uint32_t i = 0; i < map->count; i++) {
		struct tally_stats *stats = keymap_value(map, i);

		quantile_release(&stats->resolution);
	}
	keymap_release(map);
}

void
tally_release(struct tally *tally)
{
	quantile_release(&tally->all.resolution);
	release_stats(&tally->domains);
	release_stats(&tally->providers);
	release_stats(&tally->senders);
	for (uint32_t i = 0; i < tally->relays.count; i++) {
		struct tally_relay *relay = keymap_value(&tally->relays, i);

		quantile_release(&relay->delay);
	}
	for (uint32_t i = 0; i < tally->retries.count; i++) {
		struct tally_retry *retry = keymap_value(&tally->retries, i);

		quantile_release(&retry->resolution);
	}
	for (uint32_t i = 0; i < tally->retry_attempts.count; i++) {
		struct tally_retry_attempt *attempt =
		    keymap_value(&tally->retry_attempts, i);

		quantile_release(&attempt->interval);
	}
	keymap_release(&tally->causes);
	keymap_release(&tally->relays);
	keymap_release(&tally->relay_domains);
	keymap_release(&tally->hours);
	keymap_release(&tally->code_hours);
	keymap_release(&tally->codes);
	keymap_release(&tally->categories);
	keymap_release(&tally->retries);
	keymap_release(&tally->retry_attempts);
	keymap_release(&tally->unclassified);
	keymap_release(&tally->unclassified_domains);
}

uint64_t
tally_sum(const uint64_t *outcomes)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < OUTCOMES; i++)
		sum += outcomes[i];
	return sum;
}

uint64_t
tally_failed(const uint64_t *outcomes)
{
	return outcomes[OUTCOME_BOUNCED] + outcomes[OUTCOME_EXPIRED];
}

uint64_t
tally_ended(const uint64_t *outcomes)
{
	return outcomes[OUTCOME_DELIVERED] + tally_failed(outcomes);
}

uint64_t
tally_deliveries(const struct tally_stats *stats)
{
	return tally_sum(stats->outcomes);
}

uint64_t
tally_attempts(const struct tally_stats *stats)
{
	return stats->delivered + stats->deferred + stats->bounced;
}

uint64_t
tally_retried(const struct tally_stats *stats)
{
	return tally_sum(stats->retried);
}

uint64_t
tally_tries(const struct tally_retry_attempt *counts)
{
	return counts->delivered + counts->deferred + counts->bounced;
}
