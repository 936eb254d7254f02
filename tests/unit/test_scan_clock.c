#include "unit/rows.h"

#include "base/calendar.h"
#include "scan/clock.h"

#define STEPS 8

/* A file: stamps in the order of its lines, and what they are in UTC. */
static const struct row {
	const char *name;
	const char *zone;
	int year;
	const char *reference; /* RFC 3339, or NULL */
	const char *neighbour; /* the same */
	const char *lines[STEPS][2];
} rows[] = {
	{ "year given", "UTC", 2019, "2026-11-22T00:00:00Z", NULL,
	    { { "Dec 31 23:59:59", "2019-12-31T23:59:59Z" },
		{ "Jan  1 00:00:01", "2020-01-01T00:00:01Z" } } },
	{ "year given, in the future", "UTC", 2030, "2026-11-22T00:00:00Z",
	    NULL,
	    { { "Dec 31 23:59:59", "2030-12-31T23:59:59Z" },
		{ "Jan  1 00:00:01", "2031-01-01T00:00:01Z" } } },
	{ "latest year up to the reference", "UTC", 0, "2026-01-05T00:00:00Z",
	    NULL,
	    { { "Dec 28 10:00:00", "2025-12-28T10:00:00Z" },
		{ "Jan  3 10:00:00", "2026-01-03T10:00:00Z" } } },
	{ "a day past the reference", "UTC", 0, "2026-01-05T12:00:00Z", NULL,
	    { { "Jan  6 11:00:00", "2026-01-06T11:00:00Z" } } },
	{ "more than a day past the reference", "UTC", 0,
	    "2026-01-05T12:00:00Z", NULL,
	    { { "Jan  6 13:00:00", "2025-01-06T13:00:00Z" } } },
	{ "leap day", "UTC", 0, "2026-06-01T00:00:00Z", NULL,
	    { { "Feb 29 13:00:00", "2024-02-29T13:00:00Z" } } },
	{ "late line from before new year", "UTC", 2025, NULL, NULL,
	    { { "Dec 31 23:59:58", "2025-12-31T23:59:58Z" },
		{ "Jan  1 00:00:00", "2026-01-01T00:00:00Z" },
		{ "Dec 31 23:59:59", "2025-12-31T23:59:59Z" },
		{ "Jan  1 00:00:01", "2026-01-01T00:00:01Z" } } },
	{ "late line is the second one", "UTC", 0, "2026-01-01T00:00:30Z", NULL,
	    { { "Jan  1 00:00:00", "2026-01-01T00:00:00Z" },
		{ "Dec 31 23:59:59", "2025-12-31T23:59:59Z" },
		{ "Jan  1 00:00:02", "2026-01-01T00:00:02Z" } } },
	{ "old log behind a new one", "UTC", 0, "2026-12-20T00:00:00Z", NULL,
	    { { "Dec 10 00:00:00", "2026-12-10T00:00:00Z" },
		{ "Feb  1 00:00:00", "2026-02-01T00:00:00Z" },
		{ "Feb  2 00:00:00", "2026-02-02T00:00:00Z" } } },
	{ "a clock that was not set for a while", "UTC", 0,
	    "2026-12-20T00:00:00Z", NULL,
	    { { "Dec 10 00:00:00", "2026-12-10T00:00:00Z" },
		{ "Jan  1 00:00:09", "2026-01-01T00:00:09Z" },
		{ "Dec 10 00:05:00", "2026-12-10T00:05:00Z" } } },
	{ "more than a year", "UTC", 0, "2026-11-22T00:00:00Z", NULL,
	    { { "Nov 20 00:00:00", "2025-11-20T00:00:00Z" },
		{ "Dec 24 00:00:00", "2025-12-24T00:00:00Z" },
		{ "Jan 10 00:00:00", "2026-01-10T00:00:00Z" },
		{ "Jun 20 00:00:00", "2026-06-20T00:00:00Z" },
		{ "Nov 21 00:00:00", "2026-11-21T00:00:00Z" } } },
	{ "more than a year, few lines", "UTC", 0, "2026-11-22T00:00:00Z", NULL,
	    { { "Nov 20 00:00:00", "2025-11-20T00:00:00Z" },
		{ "Dec 24 00:00:00", "2025-12-24T00:00:00Z" },
		{ "Jun 20 00:00:00", "2026-06-20T00:00:00Z" } } },
	{ "more than two years", "UTC", 0, "2026-11-22T00:00:00Z", NULL,
	    { { "Nov 20 00:00:00", "2024-11-20T00:00:00Z" },
		{ "Dec 24 00:00:00", "2024-12-24T00:00:00Z" },
		{ "Jun 20 00:00:00", "2025-06-20T00:00:00Z" },
		{ "Dec  1 00:00:00", "2025-12-01T00:00:00Z" },
		{ "Mar  1 00:00:00", "2026-03-01T00:00:00Z" } } },
	{ "ends past the reference", "UTC", 0, "2026-11-22T00:00:00Z", NULL,
	    { { "Nov 20 00:00:00", "2025-11-20T00:00:00Z" },
		{ "Nov 24 00:00:00", "2025-11-24T00:00:00Z" } } },
	{ "a clock that ran ahead", "UTC", 0, "2026-11-22T00:00:00Z", NULL,
	    { { "Nov 20 00:00:00", "2026-11-20T00:00:00Z" },
		{ "Dec 24 00:00:00", "2025-12-24T00:00:00Z" },
		{ "Nov 20 00:01:00", "2026-11-20T00:01:00Z" } } },
	{ "leap day further on", "UTC", 0, "2026-11-22T00:00:00Z", NULL,
	    { { "Feb 28 00:00:00", "2024-02-28T00:00:00Z" },
		{ "Feb 29 00:00:00", "2024-02-29T00:00:00Z" },
		{ "Mar  1 00:00:00", "2024-03-01T00:00:00Z" } } },
	{ "two years", "UTC", 2023, "2026-12-20T00:00:00Z", NULL,
	    { { "Nov  1 00:00:00", "2023-11-01T00:00:00Z" },
		{ "Mar  1 00:00:00", "2024-03-01T00:00:00Z" },
		{ "Sep  1 00:00:00", "2023-09-01T00:00:00Z" },
		{ "Jul  1 00:00:00", "2024-07-01T00:00:00Z" },
		{ "Nov  1 00:00:00", "2024-11-01T00:00:00Z" },
		{ "Jan  1 00:00:00", "2025-01-01T00:00:00Z" } } },
	{ "closest to the neighbour", "UTC", 0, "2026-11-22T00:00:00Z",
	    "2021-01-02T00:00:00Z",
	    { { "Dec 30 10:00:00", "2020-12-30T10:00:00Z" } } },
	{ "neighbour, the same year", "UTC", 0, "2026-11-22T00:00:00Z",
	    "2021-12-30T00:00:00Z",
	    { { "Dec 30 10:00:00", "2021-12-30T10:00:00Z" } } },
	{ "doubled hour", "Europe/Berlin", 2025, NULL, NULL,
	    { { "Oct 26 01:59:59", "2025-10-25T23:59:59Z" },
		{ "Oct 26 02:00:01", "2025-10-26T00:00:01Z" },
		{ "Oct 26 02:59:50", "2025-10-26T00:59:50Z" },
		{ "Oct 26 02:59:40", "2025-10-26T00:59:40Z" },
		{ "Oct 26 02:00:10", "2025-10-26T01:00:10Z" },
		{ "Oct 26 02:59:59", "2025-10-26T00:59:59Z" },
		{ "Oct 26 02:30:00", "2025-10-26T01:30:00Z" },
		{ "Oct 26 03:00:00", "2025-10-26T02:00:00Z" } } },
	{ "doubled hour, each year again", "Europe/Berlin", 2024, NULL, NULL,
	    { { "Oct 27 02:50:00", "2024-10-27T00:50:00Z" },
		{ "Oct 27 02:10:00", "2024-10-27T01:10:00Z" },
		{ "Feb 20 02:10:00", "2025-02-20T01:10:00Z" },
		{ "Jun 20 02:10:00", "2025-06-20T00:10:00Z" },
		{ "Oct 26 02:20:00", "2025-10-26T00:20:00Z" },
		{ "Oct 26 02:15:00", "2025-10-26T00:15:00Z" } } },
	{ "doubled hour, with years", "America/New_York", 0, NULL, NULL,
	    { { "2025-11-02 01:40:00", "2025-11-02T05:40:00Z" },
		{ "2025-11-02 01:10:00", "2025-11-02T06:10:00Z" } } },
	{ "hour that never was", "Europe/Berlin", 2025, NULL, NULL,
	    { { "Mar 30 01:59:59", "2025-03-30T00:59:59Z" },
		{ "Mar 30 03:00:01", "2025-03-30T01:00:01Z" } } },
	{ "a clock that was never set", "Europe/Berlin", 0, NULL, NULL,
	    { { "1970-01-01 00:59:59", "1970-01-01T00:00:00.001Z" },
		{ "1970-01-01 01:00:01", "1970-01-01T00:00:01Z" },
		{ "1970-01-01T00:59:59+01:00", "1970-01-01T00:00:00.001Z" },
		{ "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.001Z" },
		{ "1970-01-01T00:00:01Z", "1970-01-01T00:00:01Z" } } },
	{ "an offset goes before the zone", "Europe/Berlin", 0, NULL, NULL,
	    { { "2025-07-01T12:00:00-05:00", "2025-07-01T17:00:00Z" } } },
};

static struct stamp
read_stamp(const char *string)
{
	struct text line = text_of(string);
	struct stamp_memo memo = { 0 };
	struct stamp stamp;

	assert_int_equal(
	    stamp_parse(stamp_kind_of(line), line, &memo, &stamp), line.length);
	return stamp;
}

static int64_t
instant_of(const char *string)
{
	struct stamp stamp;

	if (string == NULL)
		return INSTANT_NONE;
	stamp = read_stamp(string);
	return (stamp.local - stamp.offset) * 1000 + stamp.millisecond;
}

/* As the scanner does with the lines of the first block. */
static void
guess(struct line_clock *clock, const struct row *row)
{
	for (int back = 0; back < 8; back++) {
		struct clock_trial trial;

		clock_trial_init(&trial, clock, back);
		for (int i = 0; i < STEPS && row->lines[i][0] != NULL; i++) {
			struct stamp stamp = read_stamp(row->lines[i][0]);

			clock_trial_take(&trial, &stamp);
		}
		if (clock_trial_holds(&trial)) {
			clock->years_back = back;
			return;
		}
	}
	assert_true(false);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct zone *zone = zone_new(row->zone);
	struct clock_settings settings = {
		.zone = zone,
		.year = row->year,
		.reference = instant_of(row->reference),
		.latest = instant_of(row->reference),
		.neighbour_first = instant_of(row->neighbour),
		.neighbour_last = instant_of(row->neighbour),
	};
	struct line_clock clock;

	clock_init(&clock, &settings);
	if (clock_will_guess(&clock))
		guess(&clock, row);
	for (int i = 0; i < STEPS && row->lines[i][0] != NULL; i++) {
		struct stamp stamp = read_stamp(row->lines[i][0]);
		int64_t wanted = instant_of(row->lines[i][1]);

		assert_int_equal(clock_resolve(&clock, &stamp), wanted);
		/* The same stamp again is the same instant. */
		assert_int_equal(clock_resolve(&clock, &stamp), wanted);
	}
	zone_free(zone);
}

int
main(void)
{
	return ROWS_RUN("line clock", rows, check_row);
}
