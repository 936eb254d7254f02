#include <stdlib.h>

#include "base/arena.h"
#include "base/memory.h"
#include "report/tables.h"

static const struct column retry_columns[] = {
	{ "scope", COLUMN_TEXT },
	{ "key", COLUMN_TEXT },
	{ "deferred_deliveries", COLUMN_INTEGER },
	{ "delivered", COLUMN_INTEGER },
	{ "bounced", COLUMN_INTEGER },
	{ "expired", COLUMN_INTEGER },
	{ "pending", COLUMN_INTEGER },
	{ "withdrawn", COLUMN_INTEGER },
	{ "retry_success_rate", COLUMN_RATE },
	{ "attempts_mean", COLUMN_DECIMAL },
	{ "resolution_seconds_p50", COLUMN_INTEGER },
	{ "resolution_seconds_p90", COLUMN_INTEGER },
	{ "resolution_seconds_p99", COLUMN_INTEGER },
	{ "resolution_seconds_max", COLUMN_INTEGER },
};

struct retry_row {
	unsigned scope; /* enum tally_retry_scope, or SCOPE_DOMAIN */
	struct text key;
	const uint64_t *outcomes;
	uint64_t deliveries;
	uint64_t attempts;
	struct quantile *resolution;
};

#define SCOPE_DOMAIN (TALLY_RETRY_CATEGORY + 1)

static const char *const scope_names[] = { "all", "code", "category",
	"domain" };

static int
order_retries(const void *a, const void *b)
{
	const struct retry_row *x = a;
	const struct retry_row *y = b;

	if (x->scope != y->scope)
		return x->scope < y->scope ? -1 : 1;
	if (x->deliveries != y->deliveries)
		return x->deliveries > y->deliveries ? -1 : 1;
	return text_compare(x->key, y->key);
}

/* The key of a row of tally->retries as text, kept in `arena`. */
static struct text
key_text(struct arena *arena, struct key key)
{
	struct buffer text;
	struct text copy;

	if (key.part[0] == TALLY_RETRY_CATEGORY)
		return text_of(
		    verdict_category_name((enum verdict_category)key.part[3]));
	buffer_init(&text, 0);
	if (key.part[1] != 0)
		buffer_append_enhanced_code(&text, key.part[1]);
	else if (key.part[2] != 0)
		buffer_append_number(&text, key.part[2]);
	copy = arena_copy(arena, buffer_text(&text));
	buffer_release(&text);
	return copy;
}

static struct retry_row
row_of(struct arena *arena, const struct keymap *map, uint32_t number)
{
	struct key key = keymap_key(map, number);
	struct tally_retry *retry = keymap_value(map, number);

	return (struct retry_row){
		.scope = key.part[0],
		.key = key_text(arena, key),
		.outcomes = retry->outcomes,
		.deliveries = tally_sum(retry->outcomes),
		.attempts = retry->attempts,
		.resolution = &retry->resolution,
	};
}

static size_t
list_retries(
    const struct report_view *view, struct arena *arena, struct retry_row *rows)
{
	const struct keymap *map = &view->tally->retries;
	size_t count = 0;

	for (uint32_t i = 0; i < map->count; i++)
		rows[count++] = row_of(arena, map, i);
	for (size_t i = 0; i < view->domain_count; i++) {
		struct tally_stats *stats = view->domains[i].stats;

		if (tally_retried(stats) == 0)
			continue;
		rows[count++] = (struct retry_row){
			.scope = SCOPE_DOMAIN,
			.key = view->domains[i].name,
			.outcomes = stats->retried,
			.deliveries = tally_retried(stats),
			.attempts = stats->retry_attempts,
			.resolution = &stats->resolution,
		};
	}
	qsort(rows, count, sizeof(*rows), order_retries);
	return count;
}

static void
write_retry(struct row_writer *writer, const struct retry_row *row)
{
	static const unsigned percents[] = { 50, 90, 99, 100 };

	row_string(writer, scope_names[row->scope]);
	row_text(writer, row->key);
	row_integer(writer, row->deliveries);
	for (unsigned i = 0; i < OUTCOMES; i++)
		row_integer(writer, row->outcomes[i]);
	row_retry_rate(writer, row->outcomes);
	row_mean(writer, row->attempts, row->deliveries);
	row_percentiles(writer, row->resolution, percents, 4);
	row_end(writer);
}

static void
write_retries(const struct report_view *view, struct row_writer *writer)
{
	size_t room = view->tally->retries.count + view->domain_count + 1;
	struct retry_row *rows = memory_allocate_array(room, sizeof(*rows));
	struct arena arena;
	size_t count;

	arena_init(&arena);
	count = list_retries(view, &arena, rows);
	for (size_t i = 0; i < count; i++)
		write_retry(writer, &rows[i]);
	arena_release(&arena);
	free(rows);
}

const struct table table_retries =
    SORTING_TABLE("retries", retry_columns, write_retries);

static const struct column attempt_columns[] = {
	{ "enhanced_code", COLUMN_CODE },
	{ "attempt", COLUMN_INTEGER },
	{ "tried", COLUMN_INTEGER },
	{ "delivered", COLUMN_INTEGER },
	{ "deferred", COLUMN_INTEGER },
	{ "bounced", COLUMN_INTEGER },
	{ "interval_seconds_p50", COLUMN_INTEGER },
	{ "advised_interval_seconds", COLUMN_INTEGER },
};

struct attempt_row {
	uint32_t code; /* 0 = all */
	uint32_t attempt;
	uint64_t code_tried; /* with any number: the order of codes */
	struct tally_retry_attempt *counts;
};

static int
order_attempts(const void *a, const void *b)
{
	const struct attempt_row *x = a;
	const struct attempt_row *y = b;

	if ((x->code == 0) != (y->code == 0))
		return x->code == 0 ? -1 : 1;
	if (x->code_tried != y->code_tried)
		return x->code_tried > y->code_tried ? -1 : 1;
	if (x->code != y->code)
		return view_compare_codes(x->code, y->code);
	return (x->attempt > y->attempt) - (x->attempt < y->attempt);
}

/* Deliveries whose first code is a bare reply code have no rows here. */
static struct attempt_row *
list_attempts(const struct report_view *view, size_t *count)
{
	const struct keymap *map = &view->tally->retry_attempts;
	struct attempt_row *rows =
	    memory_allocate_array(map->count + (size_t)1, sizeof(*rows));
	struct keymap sums; /* KEY(code): uint64_t */

	keymap_init(&sums, sizeof(uint64_t));
	*count = 0;
	for (uint32_t i = 0; i < map->count; i++) {
		struct key key = keymap_key(map, i);
		bool is_all = key.part[1] != 0;
		uint32_t code = is_all ? 0 : key.part[2];
		struct tally_retry_attempt *counts = keymap_value(map, i);

		if (!is_all && code == 0)
			continue;
		rows[(*count)++] =
		    (struct attempt_row){ code, key.part[0], 0, counts };
		*(uint64_t *)keymap_get(&sums, KEY(code, 0, 0, 0)) +=
		    tally_tries(counts);
	}
	for (size_t i = 0; i < *count; i++)
		rows[i].code_tried = *(const uint64_t *)keymap_find(
		    &sums, KEY(rows[i].code, 0, 0, 0));
	keymap_release(&sums);
	qsort(rows, *count, sizeof(*rows), order_attempts);
	return rows;
}

static void
write_advised(const struct report_view *view, struct row_writer *writer,
    const struct attempt_row *row)
{
	const uint32_t *waits;
	size_t count = 0;

	if (row->code == 0 || row->attempt < 2) {
		row_empty(writer);
		return;
	}
	waits = catalogue_schedule(
	    catalogue_find_code(view->source->catalogue, row->code), &count);
	if (row->attempt - 2 < count)
		row_integer(writer, waits[row->attempt - 2]);
	else
		row_empty(writer);
}

static void
write_retry_attempts(const struct report_view *view, struct row_writer *writer)
{
	static const unsigned percents[] = { 50 };
	size_t count;
	struct attempt_row *rows = list_attempts(view, &count);

	for (size_t i = 0; i < count; i++) {
		struct tally_retry_attempt *counts = rows[i].counts;

		row_enhanced_code(writer, rows[i].code);
		row_integer(writer, rows[i].attempt);
		row_integer(writer, tally_tries(counts));
		row_integer(writer, counts->delivered);
		row_integer(writer, counts->deferred);
		row_integer(writer, counts->bounced);
		row_percentiles(writer, &counts->interval, percents, 1);
		write_advised(view, writer, &rows[i]);
		row_end(writer);
	}
	free(rows);
}

const struct table table_retry_attempts =
    SORTING_TABLE("retry_attempts", attempt_columns, write_retry_attempts);
