#include "tally/batch.h"

#include "base/calendar.h"
#include "classify/reply.h"

/* --- what cannot wait: texts live while the record does --- */

/* The earliest reply stands for all of its code. */
static void
add_code(struct tally_code *code, bool is_new, const struct record *record,
    struct pool *names)
{
	code->deliveries += is_new;
	if (code->example_at != 0 && code->example_at <= record->time)
		return;
	code->example_at = record->time;
	code->example = pool_intern(names, record->reply);
}

static void
add_unclassified(struct tally *tally, uint32_t domain,
    const struct record *record, struct pool *names)
{
	struct tally_unclassified *row;
	struct buffer template;
	uint32_t name;

	buffer_init(&template, 1024);
	reply_template(record->reply, &template);
	name = pool_intern(names, buffer_text(&template));
	buffer_release(&template);
	row = keymap_get(&tally->unclassified, KEY(name, 0, 0, 0));
	row->attempts++;
	if (row->example_at == 0 || record->time < row->example_at) {
		row->example_at = record->time;
		row->example = pool_intern(names, record->reply);
	}
	keymap_get(&tally->unclassified_domains, KEY(name, domain, 0, 0));
	tally->totals.unclassified++;
}

static void
add_texts(struct tally *tally, const struct observation *observation,
    struct pool *names)
{
	const struct record *record = observation->event->record;
	const struct verdict *verdict = &observation->event->verdict;
	struct code_key key =
	    code_key_of(verdict->enhanced_code, verdict->reply_code);

	add_code(keymap_get(&tally->codes, KEY(key.enhanced, key.reply, 0, 0)),
	    observation->is_new_code, record, names);
	add_code(
	    keymap_get(&tally->categories, KEY(verdict->category, 0, 0, 0)),
	    observation->is_new_category, record, names);
	if (observation->attempt > 0 && verdict->category == CATEGORY_UNKNOWN)
		add_unclassified(
		    tally, observation->delivery->domain, record, names);
}

/* --- rows that were fetched before --- */

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
	stats->delivered += input->status == RECORD_DELIVERED;
	stats->deferred += input->status == RECORD_DEFERRED;
	stats->bounced += input->status == RECORD_BOUNCED;
	stats->suspended += input->status == RECORD_SUSPENDED;
	if (input->after_hard_bounce)
		stats->after_hard_bounce++;
	if (input->is_failed_try)
		stats->failures[input->class]++;
	widen(&stats->first_event, &stats->last_event, input->time);
}

static void
add_domain(struct tally_domain *domain, const struct tally_input *input)
{
	uint32_t *hour = domain->hours[input->hour];

	add_stats(&domain->stats, input);
	hour[0] += input->status == RECORD_DELIVERED;
	hour[1] += input->status == RECORD_DEFERRED;
	hour[2] += input->status == RECORD_BOUNCED;
	if (input->provider != 0 && input->time >= domain->provider_seen) {
		domain->provider = input->provider;
		domain->provider_seen = input->time;
	}
}

static void
add_relay(struct tally *tally, const struct tally_input *input)
{
	uint32_t host = input->relay_host;
	uint32_t ip = input->relay_ip;
	struct tally_relay *relay =
	    keymap_get(&tally->relays, KEY(host, ip, 0, 0));

	relay->host = host;
	relay->ip = ip;
	relay->delivered += input->status == RECORD_DELIVERED;
	relay->deferred += input->status == RECORD_DEFERRED;
	relay->bounced += input->status == RECORD_BOUNCED;
	widen(&relay->first_event, &relay->last_event, input->time);
	if (input->delay >= 0)
		quantile_add(&relay->delay,
		    input->delay < UINT32_MAX ? (uint32_t)input->delay
					      : UINT32_MAX,
		    1);
	/* Most relays take the mail of one domain. */
	if (relay->last_domain == input->domain + 1)
		return;
	relay->last_domain = input->domain + 1;
	keymap_get(&tally->relay_domains, KEY(host, ip, input->domain, 0));
}

static void
add_hour(struct tally_hour *hour, const struct tally_input *input)
{
	hour->delivered += input->status == RECORD_DELIVERED;
	hour->deferred += input->status == RECORD_DEFERRED;
	hour->bounced += input->status == RECORD_BOUNCED;
	hour->expired += input->status == RECORD_EXPIRED;
	if (input->is_failed_try)
		hour->failures[input->class]++;
}

/* The keys of the rows of `causes` that a failure counts in. */
static unsigned
cause_keys(const struct tally_input *input, struct key keys[4])
{
	keys[0] = KEY(TALLY_DOMAIN, input->domain, input->cause, 0);
	keys[1] = KEY(TALLY_SENDER, input->sender, input->cause, 0);
	keys[2] = KEY(TALLY_PROVIDER, input->provider, input->cause, 0);
	keys[3] =
	    KEY(TALLY_RELAY, input->relay_host, input->cause, input->relay_ip);
	return input->is_failed_try ? 4 : 3;
}

static void
add_cause(struct tally_cause *cause, const struct tally_input *input)
{
	cause->deferred += input->status == RECORD_DEFERRED;
	cause->bounced += input->status == RECORD_BOUNCED;
	cause->suspended += input->status == RECORD_SUSPENDED;
	cause->deliveries += input->is_new_cause;
	widen(&cause->first_event, &cause->last_event, input->time);
}

static void
add_failure(struct tally *tally, const struct tally_input *input)
{
	struct tally_code_hour *hour = keymap_get(
	    &tally->code_hours, KEY(input->minute, input->cause, 0, 0));
	struct key keys[4];
	unsigned count = cause_keys(input, keys);

	hour->deferred += input->status == RECORD_DEFERRED;
	hour->bounced += input->status == RECORD_BOUNCED;
	for (unsigned i = 0; i < count; i++)
		add_cause(keymap_get(&tally->causes, keys[i]), input);
}

static void
add_retry_attempt(
    struct tally *tally, struct key key, const struct tally_input *input)
{
	struct tally_retry_attempt *row =
	    keymap_get(&tally->retry_attempts, key);

	row->delivered += input->status == RECORD_DELIVERED;
	row->deferred += input->status == RECORD_DEFERRED;
	row->bounced += input->status == RECORD_BOUNCED;
	if (input->interval >= 0)
		quantile_add(&row->interval, (uint32_t)input->interval, 1);
}

static void
add_input(const struct tally_input *input)
{
	struct tally *tally = input->tally;
	uint32_t attempt = input->attempt;

	tally->totals.suspended += input->status == RECORD_SUSPENDED;
	add_stats(&tally->all, input);
	add_domain(
	    keymap_get(&tally->domains, KEY(input->domain, 0, 0, 0)), input);
	add_stats(keymap_get(&tally->providers, KEY(input->provider, 0, 0, 0)),
	    input);
	add_stats(
	    keymap_get(&tally->senders, KEY(input->sender, 0, 0, 0)), input);
	if (attempt > 0)
		add_relay(tally, input);
	add_hour(keymap_get(&tally->hours, KEY(input->minute, 0, 0, 0)), input);
	if (input->is_failure)
		add_failure(tally, input);
	if (attempt > 0 && input->was_deferred) {
		add_retry_attempt(tally, KEY(attempt, 1, 0, 0), input);
		if (input->first_code != 0)
			add_retry_attempt(tally,
			    KEY(attempt, 0, input->first_code, 0), input);
	}
}

/* --- fetching --- */

static void
expect_rows(const struct tally_input *input)
{
	const struct tally *tally = input->tally;
	struct key keys[4];
	unsigned count = cause_keys(input, keys);

	keymap_expect(&tally->domains, KEY(input->domain, 0, 0, 0));
	keymap_expect(
	    &tally->relays, KEY(input->relay_host, input->relay_ip, 0, 0));
	if (input->is_failure)
		for (unsigned i = 0; i < count; i++)
			keymap_expect(&tally->causes, keys[i]);
}

static void
fetch_domain(const struct tally_domain *domain, const struct tally_input *input)
{
	if (domain == NULL)
		return;
	__builtin_prefetch(&domain->stats);
	__builtin_prefetch(domain->hours[input->hour]);
	if (input->is_failure)
		__builtin_prefetch(domain->stats.failures);
}

static void
fetch_relay(const struct tally_relay *relay)
{
	if (relay == NULL)
		return;
	__builtin_prefetch(relay);
	__builtin_prefetch(&relay->delay);
}

/* What is found by the row of the relay. */
static void
fetch_behind_relay(const struct tally_input *input)
{
	const struct tally *tally = input->tally;
	const struct tally_relay *relay = keymap_guess(
	    &tally->relays, KEY(input->relay_host, input->relay_ip, 0, 0));

	if (relay == NULL)
		return;
	quantile_expect(&relay->delay);
	if (relay->last_domain != input->domain + 1)
		keymap_expect(&tally->relay_domains,
		    KEY(input->relay_host, input->relay_ip, input->domain, 0));
}

static void
fetch_rows(const struct tally_input *input)
{
	const struct tally *tally = input->tally;
	struct key keys[4];
	unsigned count = cause_keys(input, keys);

	fetch_domain(
	    keymap_guess(&tally->domains, KEY(input->domain, 0, 0, 0)), input);
	fetch_relay(keymap_guess(
	    &tally->relays, KEY(input->relay_host, input->relay_ip, 0, 0)));
	if (input->is_failure)
		for (unsigned i = 0; i < count; i++)
			__builtin_prefetch(
			    keymap_guess(&tally->causes, keys[i]));
}

void
tally_batch_flush(struct tally_batch *batch)
{
	for (unsigned i = 0; i < batch->count; i++)
		fetch_rows(&batch->inputs[i]);
	for (unsigned i = 0; i < batch->count; i++)
		fetch_behind_relay(&batch->inputs[i]);
	for (unsigned i = 0; i < batch->count; i++)
		add_input(&batch->inputs[i]);
	batch->count = 0;
}

/* --- taking in --- */

/* Hours of the zone, which may begin at any minute of UTC. */
static void
find_hour(struct tally_clock *clock, int64_t time, const struct zone *zone)
{
	int64_t seconds = floor_divide(time, 1000);
	int offset = zone_offset(zone, seconds);
	int64_t hour = floor_divide(seconds + offset, 3600);
	int64_t start = hour * 3600 - offset;

	clock->minute = (uint32_t)(start / 60);
	clock->hour = (uint8_t)(hour - floor_divide(hour, 24) * 24);
	clock->start = time;
	clock->end = time;
	/* Unless the zone changes within it. */
	if (zone_offset(zone, start) == offset &&
	    zone_offset(zone, start + 3600) == offset) {
		clock->start = start * 1000;
		clock->end = (start + 3600) * 1000;
	}
}

void
tally_batch_record(struct tally_batch *batch, struct tally *tally,
    const struct observation *observation, struct pool *names,
    const struct zone *zone)
{
	const struct delivery *delivery = observation->delivery;
	const struct record *record = observation->event->record;
	bool is_failure = observation->cause != 0;

	if (record->status == RECORD_DISCARDED)
		return;
	if (record->time < batch->clock.start ||
	    record->time >= batch->clock.end)
		find_hour(&batch->clock, record->time, zone);
	if (is_failure)
		add_texts(tally, observation, names);
	if (batch->count == TALLY_BATCH_SIZE)
		tally_batch_flush(batch);
	batch->inputs[batch->count] = (struct tally_input){
		.tally = tally,
		.time = record->time,
		.delay = record->delay,
		.interval = observation->interval,
		.domain = delivery->domain,
		.provider = delivery->provider,
		.sender = observation->message->sender_domain,
		.relay_host = delivery->relay_host,
		.relay_ip = delivery->relay_ip,
		.cause = observation->cause,
		.attempt = observation->attempt,
		.first_code = delivery->first_code.enhanced,
		.minute = batch->clock.minute,
		.hour = batch->clock.hour,
		.status = (uint8_t)record->status,
		.class = observation->event->verdict.class,
		.is_failure = is_failure,
		.is_failed_try = is_failure && observation->attempt > 0,
		.is_new_cause = observation->is_new_cause,
		.was_deferred = delivery_was_deferred(delivery),
		.after_hard_bounce = observation->after_hard_bounce,
	};
	expect_rows(&batch->inputs[batch->count++]);
}
