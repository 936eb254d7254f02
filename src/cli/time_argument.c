#include "cli/time_argument.h"

/* Two digits at `at`; -1 when there are none. */
static int
two_digits(struct text text, size_t at)
{
	if (at + 2 > text.length || !byte_is_digit(text.data[at]) ||
	    !byte_is_digit(text.data[at + 1]))
		return -1;
	return (text.data[at] - '0') * 10 + (text.data[at + 1] - '0');
}

static bool
byte_at(struct text text, size_t at, char byte)
{
	return at < text.length && text.data[at] == byte;
}

/* `Z`, `+01:00`, `+0100` or `+01` as the whole text. */
static bool
parse_offset(struct text text, int *seconds)
{
	int hours;
	int minutes = 0;
	size_t at = 3;

	if (text.length == 1 && (text.data[0] == 'Z' || text.data[0] == 'z')) {
		*seconds = 0;
		return true;
	}
	if (!byte_at(text, 0, '+') && !byte_at(text, 0, '-'))
		return false;
	hours = two_digits(text, 1);
	if (byte_at(text, at, ':'))
		at++;
	if (text.length > 3) {
		minutes = two_digits(text, at);
		at += 2;
	}
	if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59 ||
	    at != text.length)
		return false;
	*seconds = (hours * 60 + minutes) * 60;
	if (text.data[0] == '-')
		*seconds = -*seconds;
	return true;
}

static bool
parse_date(struct text text, struct calendar_time *time)
{
	uint64_t year;

	if (text.length < 10 ||
	    !text_parse_number(text_slice(text, 0, 4), 9999, &year) ||
	    !byte_at(text, 4, '-') || !byte_at(text, 7, '-'))
		return false;
	time->year = (int)year;
	time->month = two_digits(text, 5);
	time->day = two_digits(text, 8);
	return true;
}

static bool
parse_absolute(struct text text, const struct zone *zone, int64_t *instant)
{
	struct calendar_time time = { 0 };
	struct text rest;
	int offset;

	if (!parse_date(text, &time))
		return false;
	rest = text_slice(text, 10, text.length);
	if (rest.length > 0) {
		if (!byte_at(rest, 0, 'T') && !byte_at(rest, 0, ' '))
			return false;
		time.hour = two_digits(rest, 1);
		if (!byte_at(rest, 3, ':'))
			return false;
		time.minute = two_digits(rest, 4);
		rest = text_slice(rest, 6, rest.length);
		if (byte_at(rest, 0, ':')) {
			time.second = two_digits(rest, 1);
			rest = text_slice(rest, 3, rest.length);
		}
	}
	if (!calendar_is_valid(&time))
		return false;
	*instant = calendar_seconds(&time);
	if (rest.length == 0)
		*instant = zone_to_utc(zone, *instant, false, NULL);
	else if (parse_offset(rest, &offset))
		*instant -= offset;
	else
		return false;
	*instant *= 1000;
	return true;
}

static bool
parse_relative(struct text text, int64_t now, int64_t *instant)
{
	int64_t unit;
	uint64_t number;

	if (text.length < 3 || text.data[0] != '-' ||
	    !text_parse_number(
		text_slice(text, 1, text.length - 1), 1000000, &number))
		return false;
	switch (text.data[text.length - 1]) {
	case 'm':
		unit = 60;
		break;
	case 'h':
		unit = 3600;
		break;
	case 'd':
		unit = SECONDS_PER_DAY;
		break;
	case 'w':
		unit = 7 * SECONDS_PER_DAY;
		break;
	default:
		return false;
	}
	*instant = now - (int64_t)number * unit * 1000;
	return true;
}

bool
time_argument_parse(
    struct text text, const struct zone *zone, int64_t now, int64_t *instant)
{
	int64_t seconds = floor_divide(now, 1000);
	int64_t day =
	    floor_divide(seconds + zone_offset(zone, seconds), SECONDS_PER_DAY);

	if (text_equal(text, TEXT_LITERAL("now")))
		*instant = now;
	else if (text_equal(text, TEXT_LITERAL("today")))
		*instant =
		    zone_to_utc(zone, day * SECONDS_PER_DAY, false, NULL) *
		    1000;
	else if (text_equal(text, TEXT_LITERAL("yesterday")))
		*instant = zone_to_utc(
			       zone, (day - 1) * SECONDS_PER_DAY, false, NULL) *
		    1000;
	else
		return parse_relative(text, now, instant) ||
		    parse_absolute(text, zone, instant);
	return true;
}
