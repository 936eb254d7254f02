#include "unit/rows.h"

#include "cli/time_argument.h"

/* Sunday 2026-11-22T10:20:30.400Z, which is 11:20 in Berlin. */
#define NOW ((INT64_C(20779) * 86400 + 10 * 3600 + 20 * 60 + 30) * 1000 + 400)

static const struct row {
	const char *name; /* what is parsed */
	const char *zone;
	struct calendar_time utc;
} rows[] = {
	{ "2026-11-22", "UTC", { 2026, 11, 22, 0, 0, 0, 0 } },
	{ "2026-11-22", "Europe/Berlin", { 2026, 11, 21, 23, 0, 0, 0 } },
	{ "2026-07-01", "Europe/Berlin", { 2026, 6, 30, 22, 0, 0, 0 } },
	{ "2026-11-22", "America/New_York", { 2026, 11, 22, 5, 0, 0, 0 } },
	{ "2024-02-29", "UTC", { 2024, 2, 29, 0, 0, 0, 0 } },
	{ "1969-12-31T23:59:59Z", "UTC", { 1969, 12, 31, 23, 59, 59, 0 } },

	{ "2026-11-22T01:02", "UTC", { 2026, 11, 22, 1, 2, 0, 0 } },
	{ "2026-11-22 01:02", "UTC", { 2026, 11, 22, 1, 2, 0, 0 } },
	{ "2026-11-22T01:02:03", "UTC", { 2026, 11, 22, 1, 2, 3, 0 } },
	{ "2026-11-22T01:02:03", "Europe/Berlin",
	    { 2026, 11, 22, 0, 2, 3, 0 } },
	{ "2026-11-22T23:59:59", "Asia/Kolkata",
	    { 2026, 11, 22, 18, 29, 59, 0 } },

	/* An offset goes before the zone. */
	{ "2026-11-22T01:02:03Z", "Europe/Berlin",
	    { 2026, 11, 22, 1, 2, 3, 0 } },
	{ "2026-11-22T01:02z", "Europe/Berlin", { 2026, 11, 22, 1, 2, 0, 0 } },
	{ "2026-11-22T01:00+01:00", "UTC", { 2026, 11, 22, 0, 0, 0, 0 } },
	{ "2026-11-22T01:00:00+01:00", "UTC", { 2026, 11, 22, 0, 0, 0, 0 } },
	{ "2026-11-22T01:00+0130", "UTC", { 2026, 11, 21, 23, 30, 0, 0 } },
	{ "2026-11-22T01:00-05", "UTC", { 2026, 11, 22, 6, 0, 0, 0 } },
	{ "2026-11-22T01:00:30-03:30", "UTC", { 2026, 11, 22, 4, 30, 30, 0 } },
	{ "2026-11-22T01:00+14:00", "UTC", { 2026, 11, 21, 11, 0, 0, 0 } },

	/* Daylight saving time begins and ends. */
	{ "2026-03-29", "Europe/Berlin", { 2026, 3, 28, 23, 0, 0, 0 } },
	{ "2026-03-30", "Europe/Berlin", { 2026, 3, 29, 22, 0, 0, 0 } },
	{ "2026-03-29T02:30", "Europe/Berlin", { 2026, 3, 29, 1, 30, 0, 0 } },
	{ "2026-10-25T02:30", "Europe/Berlin", { 2026, 10, 25, 0, 30, 0, 0 } },
	{ "2026-10-25T02:30+01:00", "Europe/Berlin",
	    { 2026, 10, 25, 1, 30, 0, 0 } },
	{ "2026-10-26", "Europe/Berlin", { 2026, 10, 25, 23, 0, 0, 0 } },

	{ "now", "Europe/Berlin", { 2026, 11, 22, 10, 20, 30, 400 } },
	{ "today", "UTC", { 2026, 11, 22, 0, 0, 0, 0 } },
	{ "today", "Europe/Berlin", { 2026, 11, 21, 23, 0, 0, 0 } },
	{ "today", "Pacific/Kiritimati", { 2026, 11, 22, 10, 0, 0, 0 } },
	{ "yesterday", "UTC", { 2026, 11, 21, 0, 0, 0, 0 } },
	{ "yesterday", "America/New_York", { 2026, 11, 21, 5, 0, 0, 0 } },

	{ "-30m", "UTC", { 2026, 11, 22, 9, 50, 30, 400 } },
	{ "-24h", "UTC", { 2026, 11, 21, 10, 20, 30, 400 } },
	{ "-24h", "Europe/Berlin", { 2026, 11, 21, 10, 20, 30, 400 } },
	{ "-7d", "UTC", { 2026, 11, 15, 10, 20, 30, 400 } },
	{ "-2w", "UTC", { 2026, 11, 8, 10, 20, 30, 400 } },
	{ "-0h", "UTC", { 2026, 11, 22, 10, 20, 30, 400 } },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct zone *zone = zone_new(row->zone);
	int64_t instant;

	assert_non_null(zone);
	assert_true(
	    time_argument_parse(text_of(row->name), zone, NOW, &instant));
	assert_int_equal(
	    instant, calendar_seconds(&row->utc) * 1000 + row->utc.millisecond);
	zone_free(zone);
}

/* Days of 23 and of 25 hours end where the next one begins. */
static const struct day_row {
	const char *name; /* now */
	const char *zone;
	int hours; /* from the start of yesterday to that of today */
} day_rows[] = {
	{ "2026-03-30T12:00", "Europe/Berlin", 23 },
	{ "2026-10-26T12:00", "Europe/Berlin", 25 },
	{ "2026-10-25T23:30", "Europe/Berlin", 24 },
	{ "2026-11-02T00:00", "America/New_York", 25 },
	{ "2026-11-22T12:00", "UTC", 24 },
};

static void
check_day(void **state)
{
	const struct day_row *row = *state;
	struct zone *zone = zone_new(row->zone);
	int64_t now;
	int64_t today;
	int64_t yesterday;

	assert_true(time_argument_parse(text_of(row->name), zone, 0, &now));
	assert_true(time_argument_parse(text_of("today"), zone, now, &today));
	assert_true(
	    time_argument_parse(text_of("yesterday"), zone, now, &yesterday));
	assert_int_equal(today - yesterday, row->hours * INT64_C(3600000));
	assert_true(today <= now);
	assert_true(now - today < INT64_C(25) * 3600000);
	zone_free(zone);
}

static const struct bad_row {
	const char *name;
} bad_rows[] = {
	{ "" },
	{ " " },
	{ "Today" },
	{ "todayx" },
	{ "tomorrow" },
	{ "2026" },
	{ "2026-11" },
	{ "2026-11-2" },
	{ "2026-11-222" },
	{ "2026-1-22" },
	{ "26-11-22" },
	{ "2026/11/22" },
	{ "2026-13-01" },
	{ "2026-00-01" },
	{ "2026-02-29" },
	{ "2026-04-31" },
	{ "2026-11-00" },
	{ "2026-11-22Z" },
	{ "2026-11-22T" },
	{ "2026-11-22T1" },
	{ "2026-11-22T01" },
	{ "2026-11-22T01:" },
	{ "2026-11-22T01:0" },
	{ "2026-11-22T1:00" },
	{ "2026-11-22T25:00" },
	{ "2026-11-22T01:60" },
	{ "2026-11-22T01:00:" },
	{ "2026-11-22T01:00:0" },
	{ "2026-11-22T01:00:61" },
	{ "2026-11-22T01:00:00.5" },
	{ "2026-11-22T01:00 " },
	{ " 2026-11-22" },
	{ "2026-11-22_01:00" },
	{ "2026-11-22T01:00+" },
	{ "2026-11-22T01:00+1" },
	{ "2026-11-22T01:00+01:" },
	{ "2026-11-22T01:00+01:0" },
	{ "2026-11-22T01:00+01:60" },
	{ "2026-11-22T01:00+15:00" },
	{ "2026-11-22T01:00+01:00:00" },
	{ "2026-11-22T01:00ZZ" },
	{ "2026-11-22T01:00 UTC" },
	{ "-" },
	{ "-h" },
	{ "-24" },
	{ "-24y" },
	{ "24h" },
	{ "+24h" },
	{ "--24h" },
	{ "-2 h" },
	{ "-1.5h" },
	{ "-1000001h" },
	{ "-99999999999999999999h" },
	{ "1763800000" },
};

static void
check_bad_row(void **state)
{
	const struct bad_row *row = *state;
	struct zone *zone = zone_new("UTC");
	int64_t instant;

	assert_false(
	    time_argument_parse(text_of(row->name), zone, NOW, &instant));
	zone_free(zone);
}

int
main(void)
{
	int failed = ROWS_RUN("points in time", rows, check_row);

	failed += ROWS_RUN("days", day_rows, check_day);
	return failed + ROWS_RUN("no points in time", bad_rows, check_bad_row);
}
