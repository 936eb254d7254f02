/*
 * Tally stream: what a ledger tells of a script, in one tally and in two.
 *
 *     struct watcher watcher = { .zone = zone_new("UTC"), .seed = 7 };
 *     watch(&watcher, &script);
 *     ... watcher.whole, watcher.parts ...
 *     unwatch(&watcher);
 *
 * Each record and each outcome is in `whole` and in one of the parts.
 */
#ifndef TESTS_TALLY_STREAM_H
#define TESTS_TALLY_STREAM_H

#include "unit/ledger_script.h"

#include "tally/batch.h"

/* One tally of everything and two of parts, by what a ledger tells. */
struct watcher {
	struct pool *names;
	struct zone *zone;
	struct tally whole;
	struct tally parts[2];
	struct tally_batch batch;
	uint64_t seed; /* chooses the part; 0: always the first */
	uint64_t expired; /* counted expiries */
	uint64_t new_codes;
	uint64_t new_categories;
	uint64_t retries; /* tries of deliveries that were deferred */
};

static inline uint32_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (uint32_t)(*seed >> 33);
}

static inline uint32_t
choose(uint64_t *seed, uint32_t count)
{
	return next_random(seed) % count;
}

static inline struct tally *
part_of(struct watcher *watcher)
{
	return &watcher->parts[watcher->seed != 0 && choose(&watcher->seed, 2)];
}

static inline void
on_notification(void *context, int64_t time)
{
	(void)context;
	(void)time;
}

static inline void
on_record(
    void *context, struct observation *observation, struct delivery *delivery)
{
	struct watcher *watcher = context;
	enum record_status status =
	    (enum record_status)observation->event->record->status;

	if (delivery == NULL || !observation->counted)
		return;
	/* As if the relay were known to be a provider's. */
	if (observation->event->record->relay_ip.length > 0)
		delivery->provider = delivery->relay_ip;
	watcher->expired += status == RECORD_EXPIRED;
	watcher->new_codes += observation->is_new_code;
	watcher->new_categories += observation->is_new_category;
	watcher->retries +=
	    observation->attempt > 0 && delivery_was_deferred(delivery);
	tally_batch_record(&watcher->batch, &watcher->whole, observation,
	    watcher->names, watcher->zone);
	tally_batch_record(&watcher->batch, part_of(watcher), observation,
	    watcher->names, watcher->zone);
}

static inline void
on_outcome(void *context, const struct delivery *delivery,
    const struct message *message, bool is_first_counted)
{
	struct watcher *watcher = context;
	struct tally *part = part_of(watcher);

	if (!delivery->selected)
		return;
	watcher->whole.totals.messages += is_first_counted;
	part->totals.messages += is_first_counted;
	tally_batch_outcome(
	    &watcher->batch, &watcher->whole, delivery, message);
	tally_batch_outcome(&watcher->batch, part, delivery, message);
}

static inline void
watch(struct watcher *watcher, struct ledger_script *script)
{
	const struct ledger_observer observer = { .context = watcher,
		.notification = on_notification,
		.record = on_record,
		.outcome = on_outcome };
	struct ledger *ledger = script_ledger(script, &observer);

	watcher->names = script->names;
	tally_init(&watcher->whole);
	for (int i = 0; i < 2; i++)
		tally_init(&watcher->parts[i]);
	for (size_t i = 0; i < script->count; i++)
		ledger_take(ledger, &script->events[i], NULL);
	ledger_drain(ledger);
	ledger_settle(ledger);
	ledger_free(ledger);
	tally_batch_flush(&watcher->batch);
}

static inline void
unwatch(struct watcher *watcher)
{
	tally_release(&watcher->whole);
	for (int i = 0; i < 2; i++)
		tally_release(&watcher->parts[i]);
	zone_free(watcher->zone);
}

/* --- random streams --- */

/* One line of a script, of few ids and recipients so that they meet. */
static inline void
append_random_line(struct buffer *lines, uint64_t *seed, uint32_t *time)
{
	static const char *const kinds[] = { "deferred", "deferred", "deferred",
		"deferred", "delivered", "delivered", "bounced", "suspended",
		"expired", "discarded", "message", "message", "expiry",
		"removal", "cancel", "requeue", "arrival" };
	static const char *const domains[] = { "example.com", "example.net",
		"example.org", "a.test", "b.test" };
	static const char *const codes[] = { "4.3.2", "4.4.1", "5.1.1", "450",
		"550", "5.7.509" };
	const char *kind = kinds[choose(seed, 17)];
	enum record_status status;

	*time += choose(seed, 90);
	buffer_append_format(
	    lines, "%" PRIu32 " %s Q%" PRIu32, *time, kind, choose(seed, 9));
	if (choose(seed, 6) == 0)
		buffer_append_format(lines, " next=Q%" PRIu32, choose(seed, 9));
	if (strcmp(kind, "message") == 0)
		buffer_append_format(lines, " from=%s%s",
		    choose(seed, 8) == 0 ? "" : "a@", domains[choose(seed, 3)]);
	if (record_status_find(text_of(kind), &status)) {
		uint32_t relay = choose(seed, 3);

		buffer_append_format(lines,
		    " to=%c@%s code=%s category=%s relay=mx%" PRIu32
		    ".test ip=192.0.2.%" PRIu32,
		    'a' + (char)choose(seed, 3), domains[choose(seed, 5)],
		    codes[choose(seed, 6)],
		    verdict_category_name((enum verdict_category)(
			1 + choose(seed, VERDICT_CATEGORIES - 1))),
		    relay, relay);
		if (choose(seed, 3) == 0)
			buffer_append_format(
			    lines, " delay=%" PRIu32, choose(seed, 3000));
		if (choose(seed, 12) == 0)
			buffer_append_format(
			    lines, " repeat=%" PRIu32, 1 + choose(seed, 4));
		if (choose(seed, 15) == 0)
			buffer_append_string(lines, " scope=local");
		buffer_append_format(lines, " reply=r%" PRIu32, *time);
	}
	/* One that does not log when a message leaves the queue. */
	if (choose(seed, 3) == 0)
		buffer_append_string(lines, " mta=qmail");
	buffer_append_byte(lines, '\n');
}

/* A script of many lines; some count only a part of them. */
static inline void
append_random_script(struct buffer *lines, uint64_t *seed)
{
	uint32_t time = 0;

	if (choose(seed, 3) == 0)
		buffer_append_string(lines, "set start=500\n");
	if (choose(seed, 4) == 0)
		buffer_append_string(lines, "set scope=all\n");
	if (choose(seed, 4) == 0)
		buffer_append_string(lines, "set domain=.test code=4.*.*\n");
	if (choose(seed, 4) == 0)
		buffer_append_string(lines, "set since=5000 until=20000\n");
	for (int i = 0; i < 600; i++)
		append_random_line(lines, seed, &time);
}

#endif
