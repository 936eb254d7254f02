#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/hours.h"
#include "report/tables.h"

#define HOUR_SECONDS 3600

static const struct column hour_columns[] = {
	{ "weekday", COLUMN_INTEGER },
	{ "hour", COLUMN_INTEGER },
	{ "tz", COLUMN_TEXT },
	{ "days", COLUMN_INTEGER },
	{ "attempts", COLUMN_INTEGER },
	{ "delivered", COLUMN_INTEGER },
	{ "deferred", COLUMN_INTEGER },
	{ "bounced", COLUMN_INTEGER },
	{ "failures_hard", COLUMN_INTEGER },
	{ "failures_soft", COLUMN_INTEGER },
	{ "failures_block", COLUMN_INTEGER },
};

static void
write_attempts(struct row_writer *writer, const struct tally_hour *counts)
{
	row_integer(
	    writer, counts->delivered + counts->deferred + counts->bounced);
	row_integer(writer, counts->delivered);
	row_integer(writer, counts->deferred);
	row_integer(writer, counts->bounced);
}

static void
write_failures(struct row_writer *writer, const struct tally_hour *counts)
{
	row_integer(writer, counts->failures[CLASS_HARD]);
	row_integer(writer, counts->failures[CLASS_SOFT]);
	row_integer(writer, counts->failures[CLASS_BLOCK]);
	row_end(writer);
}

static void
write_hours(const struct report_view *view, struct row_writer *writer)
{
	struct tally_hour hours[WEEK_HOURS];
	uint64_t days[WEEK_HOURS];

	hours_of_week(view, hours);
	hours_covered(view, days);
	for (unsigned i = 0; i < WEEK_HOURS; i++) {
		row_integer(writer, i / 24 + 1);
		row_integer(writer, i % 24);
		row_string(writer, zone_name(view->source->zone));
		row_integer(writer, days[i]);
		write_attempts(writer, &hours[i]);
		write_failures(writer, &hours[i]);
	}
}

const struct table table_hours = TABLE("hours", hour_columns, write_hours);

static const struct column code_hour_columns[] = {
	{ "enhanced_code", COLUMN_CODE },
	{ "reply_code", COLUMN_CODE },
	{ "hour", COLUMN_INTEGER },
	{ "deferred", COLUMN_INTEGER },
	{ "bounced", COLUMN_INTEGER },
};

/* KEY(enhanced, reply, hour of the day): tally_code_hour. */
static void
sum_code_hours(const struct report_view *view, struct keymap *sums)
{
	const struct keymap *map = &view->tally->code_hours;

	keymap_init(sums, sizeof(struct tally_code_hour));
	for (uint32_t i = 0; i < map->count; i++) {
		struct key key = keymap_key(map, i);
		const struct tally_code_hour *counts = keymap_value(map, i);
		struct code_key code = view_code_key(view, key.part[1]);
		unsigned hour = view_week_hour(view, key.part[0]) % 24;
		struct tally_code_hour *sum =
		    keymap_get(sums, KEY(code.enhanced, code.reply, hour, 0));

		sum->deferred += counts->deferred;
		sum->bounced += counts->bounced;
	}
}

static void
write_code_hours(const struct report_view *view, struct row_writer *writer)
{
	static const struct tally_code_hour none;
	struct keymap sums;

	sum_code_hours(view, &sums);
	for (size_t i = 0; i < view->code_count; i++) {
		const struct view_code *code = &view->codes[i];

		for (unsigned hour = 0; hour < 24; hour++) {
			const struct tally_code_hour *counts = keymap_find(
			    &sums,
			    KEY(code->key.enhanced, code->key.reply, hour, 0));

			if (counts == NULL)
				counts = &none;
			row_enhanced_code(writer, code->key.enhanced);
			row_reply_code(writer, code->reply_code);
			row_integer(writer, hour);
			row_integer(writer, counts->deferred);
			row_integer(writer, counts->bounced);
			row_end(writer);
		}
	}
	keymap_release(&sums);
}

const struct table table_code_hours =
    TABLE("code_hours", code_hour_columns, write_code_hours);

static const struct column domain_hour_columns[] = {
	{ "recipient_domain", COLUMN_TEXT },
	{ "hour", COLUMN_INTEGER },
	{ "attempts", COLUMN_INTEGER },
	{ "delivered", COLUMN_INTEGER },
	{ "deferred", COLUMN_INTEGER },
	{ "bounced", COLUMN_INTEGER },
};

static void
write_domain_hours(const struct report_view *view, struct row_writer *writer)
{
	for (size_t i = 0; i < view->domain_count; i++) {
		const struct view_entity *entity = &view->domains[i];

		if (entity->stats->deferred + entity->stats->bounced == 0)
			continue;
		for (unsigned hour = 0; hour < 24; hour++) {
			const uint32_t *counts = entity->domain->hours[hour];

			row_text(writer, entity->name);
			row_integer(writer, hour);
			row_integer(writer,
			    (uint64_t)counts[0] + counts[1] + counts[2]);
			row_integer(writer, counts[0]);
			row_integer(writer, counts[1]);
			row_integer(writer, counts[2]);
			row_end(writer);
		}
	}
}

const struct table table_domain_hours =
    TABLE("domain_hours", domain_hour_columns, write_domain_hours);

static const struct column series_columns[] = {
	{ "time", COLUMN_INSTANT },
	{ "interval_seconds", COLUMN_INTEGER },
	{ "attempts", COLUMN_INTEGER },
	{ "delivered", COLUMN_INTEGER },
	{ "deferred", COLUMN_INTEGER },
	{ "bounced", COLUMN_INTEGER },
	{ "expired", COLUMN_INTEGER },
	{ "failures_hard", COLUMN_INTEGER },
	{ "failures_soft", COLUMN_INTEGER },
	{ "failures_block", COLUMN_INTEGER },
};

static void
write_interval(struct row_writer *writer, uint32_t minute)
{
	row_instant(writer, (int64_t)minute * 60000);
	row_integer(writer, HOUR_SECONDS);
}

static void
write_series_hour(
    struct row_writer *writer, uint32_t minute, const struct tally_hour *counts)
{
	write_interval(writer, minute);
	write_attempts(writer, counts);
	row_integer(writer, counts->expired);
	write_failures(writer, counts);
}

/* The hours between two hours that have events. */
static void
write_empty_hours(const struct report_view *view, struct row_writer *writer,
    uint32_t after, uint32_t before)
{
	static const struct tally_hour none;
	uint32_t minute = hours_next(view, after);

	for (; minute < before; minute = hours_next(view, minute))
		write_series_hour(writer, minute, &none);
}

static void
write_series(const struct report_view *view, struct row_writer *writer)
{
	const struct keymap *map = &view->tally->hours;
	uint32_t count = map->count;
	uint32_t *minutes = hours_sorted(map);
	bool filled = count > 0 &&
	    minutes[count - 1] - minutes[0] <= HOURS_LONGEST_SPAN * 60;

	for (uint32_t i = 0; i < count; i++) {
		if (i > 0 && filled)
			write_empty_hours(
			    view, writer, minutes[i - 1], minutes[i]);
		write_series_hour(writer, minutes[i],
		    keymap_find(map, KEY(minutes[i], 0, 0, 0)));
	}
	free(minutes);
}

const struct table table_series = TABLE("series", series_columns, write_series);

static const struct column series_category_columns[] = {
	{ "time", COLUMN_INSTANT },
	{ "interval_seconds", COLUMN_INTEGER },
	{ "category", COLUMN_TEXT },
	{ "deferred", COLUMN_INTEGER },
	{ "bounced", COLUMN_INTEGER },
};

struct series_row {
	uint32_t minute;
	const char *category;
	struct tally_code_hour counts;
};

static int
order_series(const void *a, const void *b)
{
	const struct series_row *x = a;
	const struct series_row *y = b;

	if (x->minute != y->minute)
		return x->minute < y->minute ? -1 : 1;
	return strcmp(x->category, y->category);
}

/* Different rows of the same hour and category become one. */
static size_t
merge_series(struct series_row *rows, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && order_series(&rows[kept - 1], &rows[i]) == 0) {
			rows[kept - 1].counts.deferred +=
			    rows[i].counts.deferred;
			rows[kept - 1].counts.bounced += rows[i].counts.bounced;
		} else {
			rows[kept++] = rows[i];
		}
	}
	return kept;
}

static void
write_series_categories(
    const struct report_view *view, struct row_writer *writer)
{
	const struct keymap *map = &view->tally->code_hours;
	struct series_row *rows =
	    memory_allocate_array(map->count + (size_t)1, sizeof(*rows));
	size_t count = 0;

	for (uint32_t i = 0; i < map->count; i++) {
		struct key key = keymap_key(map, i);
		const struct tally_code_hour *counts = keymap_value(map, i);

		if (counts->deferred + counts->bounced == 0)
			continue;
		rows[count++] = (struct series_row){ key.part[0],
			verdict_category_name(
			    view->source->causes[key.part[1]].category),
			*counts };
	}
	qsort(rows, count, sizeof(*rows), order_series);
	count = merge_series(rows, count);
	for (size_t i = 0; i < count; i++) {
		write_interval(writer, rows[i].minute);
		row_string(writer, rows[i].category);
		row_integer(writer, rows[i].counts.deferred);
		row_integer(writer, rows[i].counts.bounced);
		row_end(writer);
	}
	free(rows);
}

const struct table table_series_categories = TABLE(
    "series_categories", series_category_columns, write_series_categories);
