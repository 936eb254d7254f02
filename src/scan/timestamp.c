#include "scan/timestamp.h"

#include <string.h>

#include "base/calendar.h"
#include "scan/bytes.h"

/* TAI64 counts from 2^62 and was 10 seconds ahead of UTC in 1970 (DJB). */
#define TAI64_EPOCH ((UINT64_C(1) << 62) + 10)

/* Before 1970 and beyond the year 9999 no log was written. */
#define YEAR_FIRST 1970
#define EPOCH_LAST INT64_C(253402300799)

static const char *const kind_names[STAMP_KINDS] = { "", "rfc3164", "rfc3339",
	"blank", "rfc5424", "tai64n", "epoch" };

bool
stamp_kind_find(struct text word, enum stamp_kind *kind)
{
	for (unsigned i = 1; i < STAMP_KINDS; i++)
		if (text_equal(word, text_of(kind_names[i]))) {
			*kind = (enum stamp_kind)i;
			return true;
		}
	return false;
}

enum stamp_kind
stamp_kind_of(struct text line)
{
	const char *data = line.data;

	if (line.length < 12)
		return STAMP_NONE;
	if (data[0] >= 'A' && data[0] <= 'Z')
		return STAMP_RFC3164;
	if (data[0] == '@')
		return STAMP_TAI64N;
	if (!byte_is_digit(data[0]))
		return STAMP_NONE;
	if (data[1] == ' ')
		return STAMP_RFC5424;
	if (data[4] == '-')
		return data[10] == ' ' ? STAMP_BLANK : STAMP_RFC3339;
	return STAMP_EPOCH;
}

/* The number that `count` digits show; -1 when they are not all digits. */
static int
read_digits(const char *data, unsigned count)
{
	int number = 0;

	for (unsigned i = 0; i < count; i++) {
		if (!byte_is_digit(data[i]))
			return -1;
		number = number * 10 + (data[i] - '0');
	}
	return number;
}

/* hh:mm:ss as seconds; -1 when it is no time of day. */
static int
read_clock(const char *data)
{
	int hour = read_digits(data, 2);
	int minute = read_digits(data + 3, 2);
	int second = read_digits(data + 6, 2);

	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 60 || data[2] != ':' || data[5] != ':')
		return -1;
	return hour * 3600 + minute * 60 + second;
}

/* A fraction of any length at `at`; returns where it ends. */
static size_t
read_fraction(struct text line, size_t at, int16_t *millisecond)
{
	static const int weights[3] = { 100, 10, 1 };
	int value = 0;
	size_t end;

	*millisecond = 0;
	if (at + 1 >= line.length ||
	    (line.data[at] != '.' && line.data[at] != ',') ||
	    !byte_is_digit(line.data[at + 1]))
		return at;
	at++;
	end = bytes_digits_end(line, at);
	for (size_t i = 0; i < 3 && at + i < end; i++)
		value += (line.data[at + i] - '0') * weights[i];
	*millisecond = (int16_t)value;
	return end;
}

/* Z or z, +01:00, +0100 or +01 at `at`; returns where it ends. */
static size_t
read_offset(
    struct text line, size_t at, struct stamp_memo *memo, struct stamp *stamp)
{
	int hours;
	int minutes = 0;
	size_t end = at + 3;

	stamp->has_offset = false;
	stamp->offset = 0;
	if (at < line.length &&
	    (line.data[at] == 'Z' || line.data[at] == 'z')) {
		stamp->has_offset = true;
		return at + 1;
	}
	if (end > line.length || (line.data[at] != '+' && line.data[at] != '-'))
		return at;
	if (at + sizeof(memo->zone) <= line.length &&
	    bytes_equal(memo->zone, line.data + at, sizeof(memo->zone))) {
		stamp->has_offset = true;
		stamp->offset = memo->offset;
		return at + sizeof(memo->zone);
	}
	hours = read_digits(line.data + at + 1, 2);
	if (hours < 0)
		return at;
	if (end < line.length && line.data[end] == ':')
		end++;
	if (end + 2 <= line.length && byte_is_digit(line.data[end])) {
		minutes = read_digits(line.data + end, 2);
		end += 2;
	}
	if (hours > 24 || minutes < 0 || minutes > 59)
		return at;
	stamp->has_offset = true;
	stamp->offset = hours * 3600 + minutes * 60;
	if (line.data[at] == '-')
		stamp->offset = -stamp->offset;
	if (end - at == sizeof(memo->zone)) {
		memcpy(memo->zone, line.data + at, sizeof(memo->zone));
		memo->offset = stamp->offset;
	}
	return end;
}

/* Is it the date that was read last? */
static bool
is_known_date(const struct stamp_memo *memo, const char *date, uint8_t length)
{
	return memo->length == length && memcmp(memo->date, date, length) == 0;
}

static bool
remember_date(struct stamp_memo *memo, const char *date, uint8_t length,
    int year, int month, int day)
{
	if (month < 1 || month > 12 || day < 1 || year < YEAR_FIRST ||
	    day > calendar_days_in_month(year, month))
		return false;
	memcpy(memo->date, date, length);
	memo->length = length;
	memo->days = calendar_days(year, month, day);
	return true;
}

/* 1 to 12, or 0, for the three letters at `data`. */
static int
read_month(const char *data)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int month = 0; month < 12; month++)
		if (memcmp(data, names + (size_t)month * 3, 3) == 0)
			return month + 1;
	return 0;
}

static size_t
parse_rfc3164(struct text line, struct stamp_memo *memo, struct stamp *stamp)
{
	const char *data = line.data;
	size_t at = 4;
	size_t end;
	int year = STAMP_NO_YEAR;
	int day;
	int seconds;

	/* "Nov 3 01:02:03" is the shortest. */
	if (line.length < 14 || data[3] != ' ')
		return 0;
	at += data[at] == ' ';
	day = read_digits(data + at, 1);
	if (byte_is_digit(data[at + 1]))
		day = read_digits(data + at++, 2);
	at++;
	if (day < 1 || data[at] != ' ')
		return 0;
	at++;
	stamp->has_year = false;
	if (at + 13 <= line.length && data[at + 4] == ' ' &&
	    read_digits(data + at, 4) >= 1970) {
		year = read_digits(data + at, 4);
		stamp->has_year = true;
		at += 5;
	}
	if (at + 8 > line.length || (seconds = read_clock(data + at)) < 0)
		return 0;
	end = at + 8;
	if (end + 6 <= line.length && data[end] == ' ' &&
	    (data[end + 1] == '1' || data[end + 1] == '2') &&
	    data[end + 5] == ' ' && read_digits(data + end + 1, 4) >= 1970) {
		year = read_digits(data + end + 1, 4);
		stamp->has_year = true;
		end += 5;
	}
	/* A date with a year is too long for the memo, and rare. */
	if (stamp->has_year)
		memo->length = 0;
	if (!is_known_date(memo, data, 7) &&
	    !remember_date(memo, data, 7, year, read_month(data), day))
		return 0;
	if (stamp->has_year)
		memo->length = 0;
	stamp->local = memo->days * SECONDS_PER_DAY + seconds;
	stamp->has_offset = false;
	stamp->offset = 0;
	return read_fraction(line, end, &stamp->millisecond);
}

/* YYYY-MM-DD and hh:mm:ss, with one byte between them. */
static bool
read_second(const char *data, struct stamp_memo *memo, int64_t *local)
{
	int year = read_digits(data, 4);
	int seconds = read_clock(data + 11);

	if (year < 0 || seconds < 0 || data[7] != '-')
		return false;
	if (!is_known_date(memo, data, 10) &&
	    !remember_date(memo, data, 10, year, read_digits(data + 5, 2),
		read_digits(data + 8, 2)))
		return false;
	memcpy(memo->second, data, sizeof(memo->second));
	memo->local = memo->days * SECONDS_PER_DAY + seconds;
	*local = memo->local;
	return true;
}

static size_t
parse_iso(
    struct text line, struct stamp_memo *memo, bool blank, struct stamp *stamp)
{
	const char *data = line.data;
	size_t end;

	if (line.length < 19 || data[4] != '-' || (data[10] == ' ') != blank ||
	    (!blank && data[10] != 'T' && data[10] != 't'))
		return 0;
	if (bytes_equal(memo->second, data, sizeof(memo->second)))
		stamp->local = memo->local;
	else if (!read_second(data, memo, &stamp->local))
		return 0;
	stamp->has_year = true;
	end = read_fraction(line, 19, &stamp->millisecond);
	if (blank && end + 6 <= line.length && data[end] == ' ' &&
	    (data[end + 1] == '+' || data[end + 1] == '-')) {
		size_t after = read_offset(line, end + 1, memo, stamp);

		return after > end + 1 ? after : end;
	}
	return read_offset(line, end, memo, stamp);
}

static size_t
parse_tai64n(struct text line, struct stamp *stamp)
{
	uint64_t seconds = 0;
	uint64_t nanoseconds = 0;
	size_t at = 1;

	for (; at < line.length && at <= 24; at++) {
		char byte = byte_lower(line.data[at]);
		uint64_t digit;

		if (byte_is_digit(byte))
			digit = (uint64_t)(byte - '0');
		else if (byte >= 'a' && byte <= 'f')
			digit = (uint64_t)(byte - 'a') + 10;
		else
			break;
		if (at <= 16)
			seconds = seconds << 4 | digit;
		else
			nanoseconds = nanoseconds << 4 | digit;
	}
	if ((at != 17 && at != 25) || seconds < TAI64_EPOCH ||
	    seconds - TAI64_EPOCH > (uint64_t)EPOCH_LAST ||
	    nanoseconds > 999999999)
		return 0;
	*stamp = (struct stamp){
		.local = (int64_t)(seconds - TAI64_EPOCH),
		.millisecond = (int16_t)(nanoseconds / 1000000),
		.has_year = true,
		.has_offset = true,
	};
	return at;
}

static size_t
parse_epoch(struct text line, struct stamp *stamp)
{
	int64_t seconds = 0;
	size_t at = 0;

	while (at < line.length && at < 12 && byte_is_digit(line.data[at]))
		seconds = seconds * 10 + (line.data[at++] - '0');
	/* Nine digits reach back to 1973; fewer are some other number. */
	if (at < 9 || seconds > EPOCH_LAST)
		return 0;
	*stamp = (struct stamp){
		.local = seconds,
		.has_year = true,
		.has_offset = true,
	};
	return read_fraction(line, at, &stamp->millisecond);
}

static size_t
parse_rfc5424(struct text line, struct stamp_memo *memo, struct stamp *stamp)
{
	size_t length;

	if (line.length < 2 || line.data[0] != '1' || line.data[1] != ' ')
		return 0;
	line = text_slice(line, 2, line.length);
	length = parse_iso(line, memo, false, stamp);
	return length > 0 ? length + 2 : 0;
}

size_t
stamp_parse(enum stamp_kind kind, struct text line, struct stamp_memo *memo,
    struct stamp *stamp)
{
	switch (kind) {
	case STAMP_NONE:
		return 0;
	case STAMP_RFC3164:
		return parse_rfc3164(line, memo, stamp);
	case STAMP_RFC3339:
		return parse_iso(line, memo, false, stamp);
	case STAMP_BLANK:
		return parse_iso(line, memo, true, stamp);
	case STAMP_RFC5424:
		return parse_rfc5424(line, memo, stamp);
	case STAMP_TAI64N:
		return parse_tai64n(line, stamp);
	case STAMP_EPOCH:
		return parse_epoch(line, stamp);
	}
	return 0;
}
