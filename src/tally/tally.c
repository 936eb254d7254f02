#include "tally/tally.h"

#include "base/calendar.h"
#include "classify/reply.h"

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

/* --- records --- */

/* A record as the tallies see it, worked out once. */
struct tally_input {
	const struct observation *observation;
	const struct record *record;
	const struct verdict *verdict;
	const struct delivery *delivery;
	int64_t time;
	uint32_t minute; /* start of its local hour, minutes since 1970 */
	unsigned hour; /* local hour of the day */
	bool is_failure; /* deferred, bounced or suspended */
	bool is_failed_try; /* deferred or bounced */
};

static void
widen(int64_t *first, int64_t *last, int64_t time)
{
	if (*first == 0 || time < *first)
		*first = time;
	if (time > *last)
		*last = time;
}

static void
add_stats(struct tally_stats *stats, const struct tally_input *input)
{
	enum record_status status = (enum record_status)input->record->status;

	stats->delivered += status == RECORD_DELIVERED;
	stats->deferred += status == RECORD_DEFERRED;
	stats->bounced += status == RECORD_BOUNCED;
	stats->suspended += status == RECORD_SUSPENDED;
	stats->after_hard_bounce += input->observation->after_hard_bounce;
	if (input->is_failed_try)
		stats->failures[input->verdict->class]++;
	widen(&stats->first_event, &stats->last_event, input->time);
}

static void
add_domain(struct tally_domain *domain, const struct tally_input *input)
{
	uint32_t *hour = domain->hours[input->hour];

	add_stats(&domain->stats, input);
	hour[0] += input->record->status == RECORD_DELIVERED;
	hour[1] += input->record->status == RECORD_DEFERRED;
	hour[2] += input->record->status == RECORD_BOUNCED;
	if (input->delivery->provider != 0 &&
	    input->time >= domain->provider_seen) {
		domain->provider = input->delivery->provider;
		domain->provider_seen = input->time;
	}
}

static void
add_relay(struct tally *tally, const struct tally_input *input)
{
	uint32_t host = input->delivery->relay_host;
	uint32_t ip = input->delivery->relay_ip;
	struct tally_relay *relay;

	if (input->observation->attempt == 0)
		return;
	relay = keymap_get(&tally->relays, KEY(host, ip, 0, 0));
	relay->host = host;
	relay->ip = ip;
	relay->delivered += input->record->status == RECORD_DELIVERED;
	relay->deferred += input->record->status == RECORD_DEFERRED;
	relay->bounced += input->record->status == RECORD_BOUNCED;
	widen(&relay->first_event, &relay->last_event, input->time);
	if (input->record->delay >= 0)
		quantile_add(&relay->delay,
		    input->record->delay < UINT32_MAX
			? (uint32_t)input->record->delay
			: UINT32_MAX,
		    1);
	keymap_get(
	    &tally->relay_domains, KEY(host, ip, input->delivery->domain, 0));
}

static void
add_cause(struct tally *tally, struct key key, const struct tally_input *input)
{
	struct tally_cause *cause = keymap_get(&tally->causes, key);

	cause->deferred += input->record->status == RECORD_DEFERRED;
	cause->bounced += input->record->status == RECORD_BOUNCED;
	cause->suspended += input->record->status == RECORD_SUSPENDED;
	cause->deliveries += input->observation->is_new_cause;
	widen(&cause->first_event, &cause->last_event, input->time);
}

/* The earliest reply stands for all of its code. */
static void
add_code(struct tally_code *code, bool is_new, const struct tally_input *input,
    struct pool *names)
{
	code->deliveries += is_new;
	if (code->example_at != 0 && code->example_at <= input->time)
		return;
	code->example_at = input->time;
	code->example = pool_intern(names, input->record->reply);
}

static void
add_unclassified(
    struct tally *tally, const struct tally_input *input, struct pool *names)
{
	struct tally_unclassified *row;
	struct buffer template;
	uint32_t name;

	buffer_init(&template, 1024);
	reply_template(input->record->reply, &template);
	name = pool_intern(names, buffer_text(&template));
	buffer_release(&template);
	row = keymap_get(&tally->unclassified, KEY(name, 0, 0, 0));
	row->attempts++;
	if (row->example_at == 0 || input->time < row->example_at) {
		row->example_at = input->time;
		row->example = pool_intern(names, input->record->reply);
	}
	keymap_get(&tally->unclassified_domains,
	    KEY(name, input->delivery->domain, 0, 0));
	tally->totals.unclassified++;
}

static void
add_failure(
    struct tally *tally, const struct tally_input *input, struct pool *names)
{
	const struct delivery *delivery = input->delivery;
	uint32_t number = input->observation->cause;
	struct code_key key = code_key_of(
	    input->verdict->enhanced_code, input->verdict->reply_code);
	struct tally_code_hour *hour =
	    keymap_get(&tally->code_hours, KEY(input->minute, number, 0, 0));

	hour->deferred += input->record->status == RECORD_DEFERRED;
	hour->bounced += input->record->status == RECORD_BOUNCED;
	add_cause(tally, KEY(TALLY_DOMAIN, delivery->domain, number, 0), input);
	add_cause(tally,
	    KEY(TALLY_SENDER, input->observation->message->sender_domain,
		number, 0),
	    input);
	add_cause(
	    tally, KEY(TALLY_PROVIDER, delivery->provider, number, 0), input);
	if (input->is_failed_try)
		add_cause(tally,
		    KEY(TALLY_RELAY, delivery->relay_host, number,
			delivery->relay_ip),
		    input);
	add_code(keymap_get(&tally->codes, KEY(key.enhanced, key.reply, 0, 0)),
	    input->observation->is_new_code, input, names);
	add_code(keymap_get(&tally->categories,
		     KEY(input->verdict->category, 0, 0, 0)),
	    input->observation->is_new_category, input, names);
	if (input->is_failed_try &&
	    input->verdict->category == CATEGORY_UNKNOWN)
		add_unclassified(tally, input, names);
}

static void
add_retry_attempt(
    struct tally *tally, struct key key, const struct tally_input *input)
{
	struct tally_retry_attempt *row =
	    keymap_get(&tally->retry_attempts, key);
	int64_t interval = input->observation->interval;

	row->delivered += input->record->status == RECORD_DELIVERED;
	row->deferred += input->record->status == RECORD_DEFERRED;
	row->bounced += input->record->status == RECORD_BOUNCED;
	if (interval >= 0)
		quantile_add(&row->interval, (uint32_t)interval, 1);
}

static void
add_hour(struct tally_hour *hour, const struct tally_input *input)
{
	hour->delivered += input->record->status == RECORD_DELIVERED;
	hour->deferred += input->record->status == RECORD_DEFERRED;
	hour->bounced += input->record->status == RECORD_BOUNCED;
	hour->expired += input->record->status == RECORD_EXPIRED;
	if (input->is_failed_try)
		hour->failures[input->verdict->class]++;
}

void
tally_record(struct tally *tally, const struct observation *observation,
    struct pool *names, const struct zone *zone)
{
	const struct record *record = observation->event->record;
	int64_t seconds = floor_divide(record->time, 1000);
	int64_t local = seconds + zone_offset(zone, seconds);
	int64_t into_hour = local - floor_divide(local, 3600) * 3600;
	struct tally_input input = {
		.observation = observation,
		.record = record,
		.verdict = &observation->event->verdict,
		.delivery = observation->delivery,
		.time = record->time,
		.minute = (uint32_t)((seconds - into_hour) / 60),
		.hour = (unsigned)(floor_divide(local, 3600) -
		    floor_divide(local, SECONDS_PER_DAY) * 24),
		.is_failure = observation->cause != 0,
	};
	uint32_t attempt = observation->attempt;

	input.is_failed_try = input.is_failure && attempt > 0;
	if (record->status == RECORD_DISCARDED)
		return;
	tally->totals.suspended += record->status == RECORD_SUSPENDED;
	add_stats(&tally->all, &input);
	add_domain(keymap_get(&tally->domains,
		       KEY(observation->delivery->domain, 0, 0, 0)),
	    &input);
	add_stats(keymap_get(&tally->providers,
		      KEY(observation->delivery->provider, 0, 0, 0)),
	    &input);
	add_stats(keymap_get(&tally->senders,
		      KEY(observation->message->sender_domain, 0, 0, 0)),
	    &input);
	add_relay(tally, &input);
	add_hour(keymap_get(&tally->hours, KEY(input.minute, 0, 0, 0)), &input);
	if (input.is_failure)
		add_failure(tally, &input, names);
	if (attempt > 0 && delivery_was_deferred(observation->delivery)) {
		uint32_t code = observation->delivery->first_code.enhanced;

		add_retry_attempt(tally, KEY(attempt, 1, 0, 0), &input);
		if (code != 0)
			add_retry_attempt(
			    tally, KEY(attempt, 0, code, 0), &input);
	}
}

/* --- outcomes --- */

/* What a delivery's end adds, worked out once. */
struct tally_end {
	const struct delivery *delivery;
	bool was_deferred;
	bool has_resolution;
	uint32_t resolution; /* seconds */
};

static void
end_stats(struct tally_stats *stats, const struct tally_end *end)
{
	stats->outcomes[end->delivery->outcome]++;
	if (!end->was_deferred)
		return;
	stats->retried[end->delivery->outcome]++;
	stats->retry_attempts += end->delivery->attempts;
	if (end->has_resolution)
		quantile_add(&stats->resolution, end->resolution, 1);
}

static void
end_retry(struct tally *tally, struct key key, const struct tally_end *end)
{
	struct tally_retry *retry = keymap_get(&tally->retries, key);

	retry->outcomes[end->delivery->outcome]++;
	retry->attempts += end->delivery->attempts;
	if (end->has_resolution)
		quantile_add(&retry->resolution, end->resolution, 1);
}

void
tally_outcome(struct tally *tally, const struct delivery *delivery,
    const struct message *message)
{
	struct tally_end end = { .delivery = delivery };

	end.was_deferred = delivery_was_deferred(delivery);
	if (end.was_deferred && delivery->outcome == OUTCOME_DELIVERED &&
	    !delivery->left_censored) {
		end.has_resolution = true;
		end.resolution = delivery_resolution(delivery);
	}
	end_stats(&tally->all, &end);
	end_stats(
	    keymap_get(&tally->domains, KEY(delivery->domain, 0, 0, 0)), &end);
	end_stats(
	    keymap_get(&tally->providers, KEY(delivery->provider, 0, 0, 0)),
	    &end);
	end_stats(
	    keymap_get(&tally->senders, KEY(message->sender_domain, 0, 0, 0)),
	    &end);
	if (!end.was_deferred)
		return;
	end_retry(tally, KEY(TALLY_RETRY_ALL, 0, 0, 0), &end);
	end_retry(tally,
	    KEY(TALLY_RETRY_CODE, delivery->first_code.enhanced,
		delivery->first_code.reply, 0),
	    &end);
	end_retry(tally,
	    KEY(TALLY_RETRY_CATEGORY, 0, 0, delivery->first_category), &end);
}

uint64_t
tally_deliveries(const struct tally_stats *stats)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < OUTCOMES; i++)
		sum += stats->outcomes[i];
	return sum;
}

uint64_t
tally_attempts(const struct tally_stats *stats)
{
	return stats->delivered + stats->deferred + stats->bounced;
}

uint64_t
tally_retried(const struct tally_stats *stats)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < OUTCOMES; i++)
		sum += stats->retried[i];
	return sum;
}
