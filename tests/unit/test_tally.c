#include "unit/rows.h"

#include "unit/tally_stream.h"

#include "tally/days.h"

/* --- a few lines and what they add up to --- */

static const struct row {
	const char *name;
	const char *lines;
	/*
	 * delivered/bounced/expired/pending/withdrawn deliveries; the same of
	 * those that were deferred; delivered/deferred/bounced/suspended
	 * records; tries of deferred deliveries; number and p50 of resolutions
	 */
	const char *said;
} rows[] = {
	{ "nothing", "",
	    "0/0/0/0/0 retried 0/0/0/0/0 records 0/0/0/0 tries 0 "
	    "resolved 0 0\n" },
	{ "one of each",
	    "1 delivered A1 to=u@example.net\n"
	    "1 bounced A1 to=v@example.net\n"
	    "1 deferred A1 to=w@example.net\n"
	    "2 expiry A1\n"
	    "3 deferred B1 to=u@example.net\n"
	    "3 cancel B1 to=u@example.net\n"
	    "3 suspended B1 to=v@example.net\n",
	    "1/1/1/1/1 retried 0/0/1/1/1 records 1/2/1/1 tries 2 "
	    "resolved 0 0\n" },
	{ "a retry that helped",
	    "1 deferred A1 to=u@example.net\n"
	    "61 deferred A1 to=u@example.net\n"
	    "181 delivered A1 to=u@example.net\n",
	    "1/0/0/0/0 retried 1/0/0/0/0 records 1/2/0/0 tries 3 "
	    "resolved 1 180\n" },
	{ "began before the logs: counted, but not in the percentiles",
	    "set start=100\n"
	    "101 deferred A1 to=u@example.net delay=500\n"
	    "161 delivered A1 to=u@example.net\n"
	    "162 deferred B1 to=u@example.net delay=5\n"
	    "172 delivered B1 to=u@example.net\n",
	    "2/0/0/0/0 retried 2/0/0/0/0 records 2/2/0/0 tries 4 "
	    "resolved 1 10\n" },
	{ "a delivery without a deferral is no retry",
	    "1 delivered A1 to=u@example.net\n"
	    "2 bounced B1 to=u@example.net\n",
	    "1/1/0/0/0 retried 0/0/0/0/0 records 1/0/1/0 tries 0 "
	    "resolved 0 0\n" },
	{ "a hop, a notification and a local delivery do not count",
	    "0 message N1 from=\n"
	    "1 arrival B1\n"
	    "1 delivered A1 to=u@example.net next=B1\n"
	    "2 delivered B1 to=u@example.net\n"
	    "2 delivered N1 to=a@example.com\n"
	    "2 delivered C1 to=u@example.org scope=local\n",
	    "1/0/0/0/0 retried 0/0/0/0/0 records 1/0/0/0 tries 0 "
	    "resolved 0 0\n" },
	{ "what is thrown away is no try", "1 discarded A1 to=u@example.net\n",
	    "0/0/0/0/1 retried 0/0/0/0/0 records 0/0/0/0 tries 0 "
	    "resolved 0 0\n" },
};

static void
say_stats(struct tally_stats *stats, struct buffer *said)
{
	uint32_t middle = 0;

	for (unsigned i = 0; i < OUTCOMES; i++)
		buffer_append_format(
		    said, "%s%" PRIu64, i > 0 ? "/" : "", stats->outcomes[i]);
	for (unsigned i = 0; i < OUTCOMES; i++)
		buffer_append_format(said, "%s%" PRIu64,
		    i > 0 ? "/" : " retried ", stats->retried[i]);
	quantile_at(&stats->resolution, 50, &middle);
	buffer_append_format(said,
	    " records %" PRIu64 "/%" PRIu64 "/%" PRIu64 "/%" PRIu64
	    " tries %" PRIu64 " resolved %" PRIu64 " %" PRIu32 "\n",
	    stats->delivered, stats->deferred, stats->bounced, stats->suspended,
	    stats->retry_attempts, quantile_count(&stats->resolution), middle);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct watcher watcher = { .zone = zone_new("UTC") };
	struct ledger_script script;

	script_init(&script);
	script_read(&script, row->lines);
	watch(&watcher, &script);
	say_stats(&watcher.whole.all, &script.said);
	assert_string_equal(buffer_string(&script.said), row->said);
	unwatch(&watcher);
	script_release(&script);
}

/* --- hours and days of the report's zone --- */

static const struct hour_row {
	const char *name;
	const char *zone;
	const char *lines;
	unsigned hour; /* of the day */
	int64_t start; /* of the hour, seconds since the script's epoch */
	int64_t day; /* days since the script's epoch */
} hour_rows[] = {
	{ "UTC", "UTC", "3725 delivered A1 to=u@example.net\n", 1, 3600, 0 },
	{ "half-hour zone", "Asia/Kolkata",
	    "3725 delivered A1 to=u@example.net\n", 6, 1800, 0 },
	{ "the day before", "America/New_York",
	    "3725 delivered A1 to=u@example.net\n", 20, 3600, -1 },
	{ "the day after", "Pacific/Kiritimati",
	    "80000 delivered A1 to=u@example.net\n", 12, 79200, 1 },
};

static void
check_hour(void **state)
{
	const struct hour_row *row = *state;
	struct watcher watcher = { .zone = zone_new(row->zone) };
	struct ledger_script script;
	struct tally_domain *domain;
	struct tally_days days;

	script_init(&script);
	script_read(&script, row->lines);
	watch(&watcher, &script);
	assert_int_equal(watcher.whole.hours.count, 1);
	assert_int_equal(
	    (int64_t)keymap_key(&watcher.whole.hours, 0).part[0] * 60 -
		SCRIPT_EPOCH / 1000,
	    row->start);
	domain = keymap_value(&watcher.whole.domains, 0);
	for (unsigned hour = 0; hour < 24; hour++)
		assert_int_equal(domain->hours[hour][0], hour == row->hour);

	tally_days_init(&days, watcher.zone);
	assert_int_equal(
	    tally_day_of(watcher.zone, script.records[0].time) - 20779,
	    row->day);
	assert_true(tally_day_start(watcher.zone, 20779 + row->day) <=
	    script.records[0].time);
	assert_true(tally_day_start(watcher.zone, 20780 + row->day) >
	    script.records[0].time);
	assert_ptr_equal(tally_days_at(&days, script.records[0].time),
	    tally_days_at(
		&days, tally_day_start(watcher.zone, 20779 + row->day)));
	assert_ptr_not_equal(tally_days_at(&days, script.records[0].time),
	    tally_days_at(
		&days, tally_day_start(watcher.zone, 20780 + row->day)));
	assert_int_equal(days.count, 2);
	tally_days_release(&days);
	unwatch(&watcher);
	script_release(&script);
}

/* Hours of records that stand together in a batch. */
static const struct clock_row {
	const char *name;
	const char *zone;
	const char *lines;
	uint32_t count;
	int64_t
	    starts[4]; /* seconds since the script's epoch, by first sight */
} clock_rows[] = {
	{ "to and fro", "UTC",
	    "3599 delivered A1 to=u@example.net\n"
	    "3600 delivered B1 to=u@example.net\n"
	    "3601 delivered C1 to=u@example.net\n"
	    "10 delivered D1 to=u@example.net\n",
	    2, { 0, 3600 } },
	/* 2027-03-14: 1:59 is followed by 3:00. */
	{ "an hour that is left out", "America/New_York",
	    "9701999 delivered A1 to=u@example.net\n"
	    "9702000 delivered B1 to=u@example.net\n"
	    "9705599 delivered C1 to=u@example.net\n",
	    2, { 9698400, 9702000 } },
	/* 2027-04-04: 1:59 is followed by 1:30. */
	{ "half an hour that comes twice", "Australia/Lord_Howe",
	    "11455199 delivered A1 to=u@example.net\n"
	    "11458799 delivered B1 to=u@example.net\n"
	    "11458800 delivered C1 to=u@example.net\n"
	    "11460600 delivered D1 to=u@example.net\n",
	    4, { 11451600, 11455200, 11458800, 11460600 } },
	/* 2027-10-03: 1:59 is followed by 2:30. */
	{ "half an hour that is left out", "Australia/Lord_Howe",
	    "27185399 delivered A1 to=u@example.net\n"
	    "27185400 delivered B1 to=u@example.net\n"
	    "27187199 delivered C1 to=u@example.net\n"
	    "27187200 delivered D1 to=u@example.net\n",
	    3, { 27181800, 27185400, 27187200 } },
};

static void
check_clock(void **state)
{
	const struct clock_row *row = *state;
	struct watcher watcher = { .zone = zone_new(row->zone) };
	struct ledger_script script;

	script_init(&script);
	script_read(&script, row->lines);
	watch(&watcher, &script);
	assert_int_equal(watcher.whole.hours.count, row->count);
	for (uint32_t i = 0; i < row->count; i++)
		assert_int_equal(
		    (int64_t)keymap_key(&watcher.whole.hours, i).part[0] * 60 -
			SCRIPT_EPOCH / 1000,
		    row->starts[i]);
	unwatch(&watcher);
	script_release(&script);
}

/* --- the sums of section "Units" in each table --- */

struct sums {
	uint64_t outcomes[OUTCOMES];
	uint64_t retried[OUTCOMES];
	uint64_t failures[VERDICT_CLASSES];
	uint64_t delivered;
	uint64_t deferred;
	uint64_t bounced;
	uint64_t suspended;
	uint64_t resolutions;
};

static void
check_stats(const struct tally_stats *stats)
{
	uint64_t failures = 0;

	for (unsigned i = 0; i < VERDICT_CLASSES; i++)
		failures += stats->failures[i];
	assert_int_equal(failures, stats->deferred + stats->bounced);
	assert_int_equal(stats->failures[CLASS_NONE], 0);
	assert_int_equal(tally_attempts(stats),
	    stats->delivered + stats->deferred + stats->bounced);
	assert_int_equal(tally_deliveries(stats),
	    stats->outcomes[OUTCOME_DELIVERED] +
		stats->outcomes[OUTCOME_BOUNCED] +
		stats->outcomes[OUTCOME_EXPIRED] +
		stats->outcomes[OUTCOME_PENDING] +
		stats->outcomes[OUTCOME_WITHDRAWN]);
	for (unsigned i = 0; i < OUTCOMES; i++)
		assert_true(stats->retried[i] <= stats->outcomes[i]);
	assert_true(quantile_count(&stats->resolution) <=
	    stats->retried[OUTCOME_DELIVERED]);
	assert_true(stats->first_event <= stats->last_event);
}

static void
add_stats(struct sums *sums, const struct tally_stats *stats)
{
	for (unsigned i = 0; i < OUTCOMES; i++) {
		sums->outcomes[i] += stats->outcomes[i];
		sums->retried[i] += stats->retried[i];
	}
	for (unsigned i = 0; i < VERDICT_CLASSES; i++)
		sums->failures[i] += stats->failures[i];
	sums->delivered += stats->delivered;
	sums->deferred += stats->deferred;
	sums->bounced += stats->bounced;
	sums->suspended += stats->suspended;
	sums->resolutions += quantile_count(&stats->resolution);
}

/* Rows that begin with stats add up to those of everything. */
static void
check_stats_table(const struct keymap *map, const struct tally_stats *all)
{
	struct sums rows_sum = { 0 };
	struct sums wanted = { 0 };

	for (uint32_t i = 0; i < map->count; i++) {
		check_stats(keymap_value(map, i));
		add_stats(&rows_sum, keymap_value(map, i));
	}
	add_stats(&wanted, all);
	assert_memory_equal(&rows_sum, &wanted, sizeof(wanted));
}

static void
check_domain_hours(const struct tally *tally)
{
	for (uint32_t i = 0; i < tally->domains.count; i++) {
		const struct tally_domain *domain =
		    keymap_value(&tally->domains, i);
		uint64_t sum[3] = { 0 };

		for (unsigned hour = 0; hour < 24; hour++)
			for (unsigned j = 0; j < 3; j++)
				sum[j] += domain->hours[hour][j];
		assert_int_equal(sum[0], domain->stats.delivered);
		assert_int_equal(sum[1], domain->stats.deferred);
		assert_int_equal(sum[2], domain->stats.bounced);
	}
}

static void
check_causes(const struct tally *tally)
{
	for (unsigned dimension = 0; dimension <= TALLY_RELAY; dimension++) {
		struct tally_cause sum = { 0 };

		for (uint32_t i = 0; i < tally->causes.count; i++) {
			const struct tally_cause *cause =
			    keymap_value(&tally->causes, i);

			if (keymap_key(&tally->causes, i).part[0] != dimension)
				continue;
			assert_true(cause->deliveries <= cause->deferred +
				cause->bounced + cause->suspended);
			sum.deferred += cause->deferred;
			sum.bounced += cause->bounced;
			sum.suspended += cause->suspended;
		}
		assert_int_equal(sum.deferred, tally->all.deferred);
		assert_int_equal(sum.bounced, tally->all.bounced);
		assert_int_equal(sum.suspended,
		    dimension == TALLY_RELAY ? 0 : tally->all.suspended);
	}
}

static void
check_times(const struct tally *tally, const struct watcher *watcher)
{
	struct tally_hour sum = { 0 };
	struct tally_code_hour codes = { 0 };

	for (uint32_t i = 0; i < tally->hours.count; i++) {
		const struct tally_hour *hour = keymap_value(&tally->hours, i);

		sum.delivered += hour->delivered;
		sum.deferred += hour->deferred;
		sum.bounced += hour->bounced;
		sum.expired += hour->expired;
		for (unsigned j = 0; j < VERDICT_CLASSES; j++)
			sum.failures[j] += hour->failures[j];
	}
	for (uint32_t i = 0; i < tally->code_hours.count; i++) {
		const struct tally_code_hour *hour =
		    keymap_value(&tally->code_hours, i);

		codes.deferred += hour->deferred;
		codes.bounced += hour->bounced;
	}
	assert_int_equal(sum.delivered, tally->all.delivered);
	assert_int_equal(sum.deferred, tally->all.deferred);
	assert_int_equal(sum.bounced, tally->all.bounced);
	assert_int_equal(sum.expired, watcher->expired);
	assert_memory_equal(
	    sum.failures, tally->all.failures, sizeof(sum.failures));
	assert_int_equal(codes.deferred, tally->all.deferred);
	assert_int_equal(codes.bounced, tally->all.bounced);
}

static void
check_retries(const struct tally *tally, const struct watcher *watcher)
{
	uint64_t tries = 0;

	for (unsigned scope = 0; scope <= TALLY_RETRY_CATEGORY; scope++) {
		uint64_t outcomes[OUTCOMES] = { 0 };
		uint64_t attempts = 0;
		uint64_t resolutions = 0;

		for (uint32_t i = 0; i < tally->retries.count; i++) {
			const struct tally_retry *retry =
			    keymap_value(&tally->retries, i);

			if (keymap_key(&tally->retries, i).part[0] != scope)
				continue;
			for (unsigned j = 0; j < OUTCOMES; j++)
				outcomes[j] += retry->outcomes[j];
			attempts += retry->attempts;
			resolutions += quantile_count(&retry->resolution);
		}
		assert_memory_equal(
		    outcomes, tally->all.retried, sizeof(outcomes));
		assert_int_equal(attempts, tally->all.retry_attempts);
		assert_int_equal(
		    resolutions, quantile_count(&tally->all.resolution));
	}
	for (uint32_t i = 0; i < tally->retry_attempts.count; i++) {
		const struct tally_retry_attempt *row =
		    keymap_value(&tally->retry_attempts, i);

		if (keymap_key(&tally->retry_attempts, i).part[1] == 1)
			tries += row->delivered + row->deferred + row->bounced;
	}
	assert_int_equal(tries, watcher->retries);
}

static void
check_others(const struct tally *tally, const struct watcher *watcher)
{
	uint64_t attempts = 0;
	uint64_t codes = 0;
	uint64_t categories = 0;
	uint64_t unclassified = 0;

	for (uint32_t i = 0; i < tally->relays.count; i++) {
		const struct tally_relay *relay =
		    keymap_value(&tally->relays, i);

		attempts += relay->delivered + relay->deferred + relay->bounced;
	}
	for (uint32_t i = 0; i < tally->codes.count; i++)
		codes += ((struct tally_code *)keymap_value(&tally->codes, i))
			     ->deliveries;
	for (uint32_t i = 0; i < tally->categories.count; i++)
		categories +=
		    ((struct tally_code *)keymap_value(&tally->categories, i))
			->deliveries;
	for (uint32_t i = 0; i < tally->unclassified.count; i++)
		unclassified += ((struct tally_unclassified *)keymap_value(
				     &tally->unclassified, i))
				    ->attempts;
	assert_int_equal(attempts, tally_attempts(&tally->all));
	assert_int_equal(codes, watcher->new_codes);
	assert_int_equal(categories, watcher->new_categories);
	assert_int_equal(unclassified, tally->totals.unclassified);
	assert_int_equal(tally->totals.suspended, tally->all.suspended);
	assert_true(tally->totals.messages <= tally_deliveries(&tally->all));
}

static void
check_sums(const struct tally *tally, const struct watcher *watcher)
{
	check_stats(&tally->all);
	check_stats_table(&tally->domains, &tally->all);
	check_stats_table(&tally->providers, &tally->all);
	check_stats_table(&tally->senders, &tally->all);
	check_domain_hours(tally);
	check_causes(tally);
	check_times(tally, watcher);
	check_retries(tally, watcher);
	check_others(tally, watcher);
}

/* --- all of it for random streams --- */

static const struct seed_row {
	const char *name;
	uint64_t seed;
} seed_rows[] = {
	{ "stream 1", 1 },
	{ "stream 2", 2 },
	{ "stream 3", 3 },
	{ "stream 4", 4 },
	{ "stream 5", 5 },
	{ "stream 6", 6 },
	{ "stream 7", 7 },
	{ "stream 8", 8 },
	{ "stream 9", 9 },
	{ "stream 10", 10 },
	{ "stream 11", 11 },
	{ "stream 12", 12 },
};

static void
check_stream(void **state)
{
	const struct seed_row *row = *state;
	uint64_t seed = row->seed;
	struct watcher watcher = { .zone = zone_new("Europe/Berlin") };
	static struct ledger_script script;
	struct buffer lines;

	buffer_init(&lines, 0);
	append_random_script(&lines, &seed);
	script_init(&script);
	script_read(&script, buffer_string(&lines));
	watch(&watcher, &script);
	assert_true(tally_attempts(&watcher.whole.all) > 0);
	assert_true(tally_retried(&watcher.whole.all) > 0);
	check_sums(&watcher.whole, &watcher);
	unwatch(&watcher);
	script_release(&script);
	buffer_release(&lines);
}

int
main(void)
{
	int failed = ROWS_RUN("tally", rows, check_row);

	failed += ROWS_RUN("hours", hour_rows, check_hour);
	failed += ROWS_RUN("clock", clock_rows, check_clock);
	return failed + ROWS_RUN("sums", seed_rows, check_stream);
}
