#include "unit/rows.h"

#include "unit/tally_stream.h"

/* Every field of two rows that count the same is the same. */

static void
same_quantile(const void *a_row, const void *b_row)
{
	/* The question sorts; the values stay what they are. */
	struct quantile a = { 0 };
	struct quantile b = { 0 };
	struct quantile_cursor a_cursor;
	struct quantile_cursor b_cursor;
	struct quantile_pair a_pair;
	struct quantile_pair b_pair;

	quantile_merge(&a, a_row);
	quantile_merge(&b, b_row);
	a_cursor = quantile_start(&a);
	b_cursor = quantile_start(&b);
	while (quantile_next(&a_cursor, &a_pair)) {
		assert_true(quantile_next(&b_cursor, &b_pair));
		assert_int_equal(a_pair.value, b_pair.value);
		assert_int_equal(a_pair.count, b_pair.count);
	}
	assert_false(quantile_next(&b_cursor, &b_pair));
	quantile_release(&a);
	quantile_release(&b);
}

static void
same_stats(const void *a_row, const void *b_row)
{
	const struct tally_stats *a = a_row;
	const struct tally_stats *b = b_row;

	same_quantile(&a->resolution, &b->resolution);
	assert_memory_equal(a, b, offsetof(struct tally_stats, resolution));
}

static void
same_domain(const void *a_row, const void *b_row)
{
	const struct tally_domain *a = a_row;
	const struct tally_domain *b = b_row;

	same_stats(&a->stats, &b->stats);
	assert_int_equal(a->provider, b->provider);
	assert_int_equal(a->provider_seen, b->provider_seen);
	assert_memory_equal(a->hours, b->hours, sizeof(a->hours));
}

static void
same_cause(const void *a, const void *b)
{
	assert_memory_equal(a, b, sizeof(struct tally_cause));
}

static void
same_relay(const void *a_row, const void *b_row)
{
	const struct tally_relay *a = a_row;
	const struct tally_relay *b = b_row;

	same_quantile(&a->delay, &b->delay);
	assert_int_equal(a->host, b->host);
	assert_int_equal(a->ip, b->ip);
	assert_int_equal(a->delivered, b->delivered);
	assert_int_equal(a->deferred, b->deferred);
	assert_int_equal(a->bounced, b->bounced);
	assert_int_equal(a->first_event, b->first_event);
	assert_int_equal(a->last_event, b->last_event);
}

static void
same_hour(const void *a, const void *b)
{
	assert_memory_equal(a, b, sizeof(struct tally_hour));
}

static void
same_code_hour(const void *a, const void *b)
{
	assert_memory_equal(a, b, sizeof(struct tally_code_hour));
}

static void
same_code(const void *a_row, const void *b_row)
{
	const struct tally_code *a = a_row;
	const struct tally_code *b = b_row;

	assert_int_equal(a->deliveries, b->deliveries);
	assert_int_equal(a->example_at, b->example_at);
	assert_int_equal(a->example, b->example);
}

static void
same_retry(const void *a_row, const void *b_row)
{
	const struct tally_retry *a = a_row;
	const struct tally_retry *b = b_row;

	same_quantile(&a->resolution, &b->resolution);
	assert_memory_equal(a->outcomes, b->outcomes, sizeof(a->outcomes));
	assert_int_equal(a->attempts, b->attempts);
}

static void
same_retry_attempt(const void *a_row, const void *b_row)
{
	const struct tally_retry_attempt *a = a_row;
	const struct tally_retry_attempt *b = b_row;

	same_quantile(&a->interval, &b->interval);
	assert_int_equal(a->delivered, b->delivered);
	assert_int_equal(a->deferred, b->deferred);
	assert_int_equal(a->bounced, b->bounced);
}

static void
same_unclassified(const void *a_row, const void *b_row)
{
	const struct tally_unclassified *a = a_row;
	const struct tally_unclassified *b = b_row;

	assert_int_equal(a->attempts, b->attempts);
	assert_int_equal(a->example_at, b->example_at);
	assert_int_equal(a->example, b->example);
}

static void
same_presence(const void *a, const void *b)
{
	(void)a;
	(void)b;
}

/* The same keys, in whatever order, with the same rows. */
static void
same_rows(const struct keymap *a, const struct keymap *b,
    void (*same)(const void *, const void *))
{
	assert_int_equal(a->count, b->count);
	for (uint32_t i = 0; i < a->count; i++) {
		const void *other = keymap_find(b, keymap_key(a, i));

		assert_non_null(other);
		same(keymap_value(a, i), other);
	}
}

static void
same_tally(const struct tally *a, const struct tally *b)
{
	assert_memory_equal(&a->totals, &b->totals, sizeof(a->totals));
	same_stats(&a->all, &b->all);
	same_rows(&a->domains, &b->domains, same_domain);
	same_rows(&a->providers, &b->providers, same_stats);
	same_rows(&a->senders, &b->senders, same_stats);
	same_rows(&a->causes, &b->causes, same_cause);
	same_rows(&a->relays, &b->relays, same_relay);
	same_rows(&a->relay_domains, &b->relay_domains, same_presence);
	same_rows(&a->hours, &b->hours, same_hour);
	same_rows(&a->code_hours, &b->code_hours, same_code_hour);
	same_rows(&a->codes, &b->codes, same_code);
	same_rows(&a->categories, &b->categories, same_code);
	same_rows(&a->retries, &b->retries, same_retry);
	same_rows(&a->retry_attempts, &b->retry_attempts, same_retry_attempt);
	same_rows(&a->unclassified, &b->unclassified, same_unclassified);
	same_rows(
	    &a->unclassified_domains, &b->unclassified_domains, same_presence);
}

/* --- random streams, split at random --- */

static const struct row {
	const char *name;
	uint64_t seed;
	bool backwards; /* the first part into the second */
} rows[] = {
	{ "stream 1", 101, false },
	{ "stream 1, backwards", 101, true },
	{ "stream 2", 102, false },
	{ "stream 2, backwards", 102, true },
	{ "stream 3", 103, false },
	{ "stream 4", 104, true },
	{ "stream 5", 105, false },
	{ "stream 6", 106, true },
	{ "stream 7", 107, false },
	{ "stream 8", 108, true },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	uint64_t seed = row->seed;
	struct watcher watcher = { .zone = zone_new("Asia/Kolkata"),
		.seed = row->seed };
	struct tally *to = &watcher.parts[row->backwards];
	struct tally *from = &watcher.parts[!row->backwards];
	static struct ledger_script script;
	struct tally empty;
	struct buffer lines;

	buffer_init(&lines, 0);
	append_random_script(&lines, &seed);
	script_init(&script);
	script_read(&script, buffer_string(&lines));
	watch(&watcher, &script);
	assert_true(tally_attempts(&from->all) > 0);
	assert_true(tally_attempts(&to->all) > 0);
	tally_merge(to, from);
	same_tally(&watcher.whole, to);
	/* Nothing added to something, and something to nothing. */
	tally_init(&empty);
	tally_merge(to, &empty);
	same_tally(&watcher.whole, to);
	tally_merge(&empty, to);
	same_tally(&watcher.whole, &empty);
	tally_release(&empty);
	unwatch(&watcher);
	script_release(&script);
	buffer_release(&lines);
}

int
main(void)
{
	return ROWS_RUN("merge", rows, check_row);
}
