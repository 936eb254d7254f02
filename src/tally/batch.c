#include "tally/batch.h"

#include "base/calendar.h"
#include "classify/reply.h"
#include "tally/count.h"

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

/* --- fetching --- */

static void
expect_rows(const struct tally_input *input)
{
	const struct tally *tally = input->tally;
	struct key keys[4];
	unsigned count = tally_cause_keys(input, keys);

	keymap_expect(&tally->domains, KEY(input->domain, 0, 0, 0));
	keymap_expect(
	    &tally->relays, KEY(input->relay_host, input->relay_ip, 0, 0));
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

static struct tally_domain *
fetch_end(const struct tally_end *end)
{
	struct tally_domain *domain =
	    keymap_guess(&end->tally->domains, KEY(end->domain, 0, 0, 0));

	if (domain != NULL) {
		__builtin_prefetch(&domain->stats);
		__builtin_prefetch(domain->stats.outcomes);
	}
	return domain;
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
fetch_behind_relay(
    const struct tally_relay *relay, const struct tally_input *input)
{
	if (relay == NULL)
		return;
	quantile_expect(&relay->delay);
	if (relay->last_domain != input->domain + 1)
		keymap_expect(&input->tally->relay_domains,
		    KEY(input->relay_host, input->relay_ip, input->domain, 0));
}

static struct tally_guess
fetch_rows(const struct tally_input *input)
{
	const struct tally *tally = input->tally;
	struct tally_guess guess = {
		.domain =
		    keymap_guess(&tally->domains, KEY(input->domain, 0, 0, 0)),
		.relay = keymap_guess(&tally->relays,
		    KEY(input->relay_host, input->relay_ip, 0, 0)),
	};
	struct key keys[4];
	unsigned count = tally_cause_keys(input, keys);

	fetch_domain(guess.domain, input);
	fetch_relay(guess.relay);
	for (unsigned i = 0; i < count; i++) {
		guess.causes[i] = keymap_guess(&tally->causes, keys[i]);
		__builtin_prefetch(guess.causes[i]);
	}
	return guess;
}

void
tally_batch_flush(struct tally_batch *batch)
{
	struct tally_guess guesses[TALLY_BATCH_SIZE];
	struct tally_domain *ended[TALLY_BATCH_SIZE];

	for (unsigned i = 0; i < batch->count; i++)
		guesses[i] = fetch_rows(&batch->inputs[i]);
	for (unsigned i = 0; i < batch->end_count; i++)
		ended[i] = fetch_end(&batch->ends[i]);
	for (unsigned i = 0; i < batch->count; i++)
		fetch_behind_relay(guesses[i].relay, &batch->inputs[i]);
	for (unsigned i = 0; i < batch->count; i++)
		tally_count_record(&batch->inputs[i], &guesses[i]);
	for (unsigned i = 0; i < batch->end_count; i++)
		tally_count_end(&batch->ends[i], ended[i]);
	batch->count = 0;
	batch->end_count = 0;
}

/* --- taking in --- */

/* When the zone came to the offset that it has at `time`, after `start`. */
static int64_t
find_change(const struct zone *zone, int64_t start, int64_t time, int offset)
{
	while (time - start > 1) {
		int64_t middle = start + (time - start) / 2;

		if (zone_offset(zone, middle) == offset)
			time = middle;
		else
			start = middle;
	}
	return time;
}

/*
 * Hours of the zone, which may begin at any minute of UTC.  Where the clock is
 * moved by half an hour, one begins at the change.
 */
static void
find_hour(struct tally_clock *clock, int64_t time, const struct zone *zone)
{
	int64_t seconds = floor_divide(time, 1000);
	int offset = zone_offset(zone, seconds);
	int64_t hour = floor_divide(seconds + offset, 3600);
	int64_t start = hour * 3600 - offset;
	bool is_cut = zone_offset(zone, start) != offset;

	clock->hour = (uint8_t)(hour - floor_divide(hour, 24) * 24);
	clock->start = time;
	clock->end = time;
	/* Unless the zone changes within it. */
	if (!is_cut && zone_offset(zone, start + 3600) == offset) {
		clock->start = start * 1000;
		clock->end = (start + 3600) * 1000;
	}
	if (is_cut)
		start = find_change(zone, start, seconds, offset);
	clock->minute = (uint32_t)(start / 60);
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
		.delivered = record->status == RECORD_DELIVERED,
		.deferred = record->status == RECORD_DEFERRED,
		.bounced = record->status == RECORD_BOUNCED,
		.suspended = record->status == RECORD_SUSPENDED,
		.expired = record->status == RECORD_EXPIRED,
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
		.class = observation->event->verdict.class,
		.is_failure = is_failure,
		.is_failed_try = is_failure && observation->attempt > 0,
		.is_new_cause = observation->is_new_cause,
		.was_deferred = delivery_was_deferred(delivery),
		.after_hard_bounce = observation->after_hard_bounce,
	};
	expect_rows(&batch->inputs[batch->count++]);
}

void
tally_batch_outcome(struct tally_batch *batch, struct tally *tally,
    const struct delivery *delivery, const struct message *message)
{
	struct tally_end *end;

	if (batch->end_count == TALLY_BATCH_SIZE)
		tally_batch_flush(batch);
	end = &batch->ends[batch->end_count++];
	*end = (struct tally_end){
		.tally = tally,
		.domain = delivery->domain,
		.provider = delivery->provider,
		.sender = message->sender_domain,
		.attempts = delivery->attempts,
		.first_code = delivery->first_code,
		.first_category = delivery->first_category,
		.outcome = (uint8_t)delivery->outcome,
		.was_deferred = delivery_was_deferred(delivery),
	};
	if (end->was_deferred && delivery->outcome == OUTCOME_DELIVERED &&
	    !delivery->left_censored) {
		end->has_resolution = true;
		end->resolution = delivery_resolution(delivery);
	}
	keymap_expect(&tally->domains, KEY(end->domain, 0, 0, 0));
}
