#include "unit/rows.h"

#include "base/calendar.h"
#include "base/zone.h"

static const struct row {
	const char *name;
	const char *zone;
	struct calendar_time local;
	bool second;
	struct calendar_time utc;
	bool ambiguous;
} rows[] = {
	{ "winter", "Europe/Berlin", { 2026, 1, 15, 12, 0, 0, 0 }, false,
	    { 2026, 1, 15, 11, 0, 0, 0 }, false },
	{ "summer", "Europe/Berlin", { 2026, 7, 15, 12, 0, 0, 0 }, false,
	    { 2026, 7, 15, 10, 0, 0, 0 }, false },
	{ "doubled hour, first", "Europe/Berlin", { 2026, 10, 25, 2, 30, 0, 0 },
	    false, { 2026, 10, 25, 0, 30, 0, 0 }, true },
	{ "doubled hour, second", "Europe/Berlin",
	    { 2026, 10, 25, 2, 30, 0, 0 }, true, { 2026, 10, 25, 1, 30, 0, 0 },
	    true },
	{ "after the doubled hour", "Europe/Berlin",
	    { 2026, 10, 25, 3, 0, 0, 0 }, true, { 2026, 10, 25, 2, 0, 0, 0 },
	    false },
	{ "hour that never was", "Europe/Berlin", { 2026, 3, 29, 2, 30, 0, 0 },
	    false, { 2026, 3, 29, 1, 30, 0, 0 }, false },
	{ "New York, doubled", "America/New_York", { 2026, 11, 1, 1, 10, 0, 0 },
	    true, { 2026, 11, 1, 6, 10, 0, 0 }, true },
	{ "half-hour zone", "Asia/Kolkata", { 2026, 11, 1, 5, 30, 0, 0 }, false,
	    { 2026, 11, 1, 0, 0, 0, 0 }, false },
	{ "UTC", "UTC", { 2024, 2, 29, 23, 59, 59, 0 }, false,
	    { 2024, 2, 29, 23, 59, 59, 0 }, false },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct zone *zone = zone_new(row->zone);
	bool ambiguous;

	assert_non_null(zone);
	assert_true(calendar_is_valid(&row->local));
	assert_int_equal(zone_to_utc(zone, calendar_seconds(&row->local),
			     row->second, &ambiguous),
	    calendar_seconds(&row->utc));
	assert_int_equal(ambiguous, row->ambiguous);
	zone_free(zone);
}

static void
check_unknown_names(void **state)
{
	(void)state;
	assert_null(zone_new("Europe/Nowhere"));
	assert_null(zone_new(""));
	assert_null(zone_new("../../etc/passwd"));
	assert_null(zone_new("Europe"));
	assert_null(zone_new("zone.tab"));
}

/* Every day of 400 years there and back, and the weekdays in a row. */
static void
check_calendar(void **state)
{
	int64_t first = calendar_days(1970, 1, 1);
	int64_t last = calendar_days(2370, 1, 1);

	(void)state;
	assert_int_equal(first, 0);
	assert_int_equal(calendar_weekday(0), 4);
	for (int64_t day = first; day < last; day++) {
		int year;
		int month;
		int date;

		calendar_date(day, &year, &month, &date);
		assert_int_equal(calendar_days(year, month, date), day);
		assert_int_equal(
		    calendar_weekday(day + 1), calendar_weekday(day) % 7 + 1);
	}
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_unknown_names),
		cmocka_unit_test(check_calendar),
	};

	return ROWS_RUN("zone", rows, check_row) +
	    cmocka_run_group_tests_name("calendar", others, NULL, NULL);
}
