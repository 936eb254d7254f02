#include "base/calendar.h"

int64_t
floor_divide(int64_t number, int64_t divisor)
{
	int64_t quotient = number / divisor;

	return quotient - (number % divisor != 0 && number < 0);
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int
calendar_days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Years are counted from March, so that the leap day is the last of a year. */
int64_t
calendar_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? (int64_t)year - 1 : year;
	int64_t era = floor_divide(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t month_from_march = (month + 9) % 12;
	int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 -
	    year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

void
calendar_date(int64_t days, int *year, int *month, int *day)
{
	int64_t shifted = days + 719468;
	int64_t era = floor_divide(shifted, 146097);
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 +
				  day_of_era / 36524 - day_of_era / 146096) /
	    365;
	int64_t day_of_year = day_of_era -
	    (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_from_march = (5 * day_of_year + 2) / 153;

	*day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
	*month = (int)(month_from_march < 10 ? month_from_march + 3
					     : month_from_march - 9);
	*year = (int)(era * 400 + year_of_era + (*month <= 2));
}

int
calendar_weekday(int64_t days)
{
	/* 1970-01-01 was a Thursday. */
	return (int)(days + 3 - floor_divide(days + 3, 7) * 7) + 1;
}

bool
calendar_is_valid(const struct calendar_time *time)
{
	return time->month >= 1 && time->month <= 12 && time->day >= 1 &&
	    time->day <= calendar_days_in_month(time->year, time->month) &&
	    time->hour >= 0 && time->hour <= 23 && time->minute >= 0 &&
	    time->minute <= 59 && time->second >= 0 && time->second <= 60;
}

int64_t
calendar_seconds(const struct calendar_time *time)
{
	return calendar_days(time->year, time->month, time->day) *
	    SECONDS_PER_DAY +
	    (int64_t)time->hour * 3600 + (int64_t)time->minute * 60 +
	    time->second;
}

struct calendar_time
calendar_from_seconds(int64_t seconds)
{
	int64_t days = floor_divide(seconds, SECONDS_PER_DAY);
	int left = (int)(seconds - days * SECONDS_PER_DAY);
	struct calendar_time time = { 0 };

	calendar_date(days, &time.year, &time.month, &time.day);
	time.hour = left / 3600;
	time.minute = left / 60 % 60;
	time.second = left % 60;
	return time;
}

void
buffer_append_instant(struct buffer *out, int64_t instant)
{
	struct calendar_time time;

	if (instant == INSTANT_NONE)
		return;
	time = calendar_from_seconds(floor_divide(instant, 1000));
	buffer_append_format(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", time.year,
	    time.month, time.day, time.hour, time.minute, time.second);
}
