#include "generate_output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OUTPUT_SIZE ((size_t)1 << 20)

static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

void
output_init(struct output *output, const struct options *options)
{
	int minutes = abs(options->zone_minutes);

	memset(output, 0, sizeof *output);
	output->data = generate_allocate(OUTPUT_SIZE, 1);
	output->opens = options->start;
	output->stamps = options->stamps;
	output->zone_minutes = options->zone_minutes;
	output->stamp_second = INT64_MIN;
	snprintf(output->zone, sizeof output->zone,
	    options->stamps == STAMPS_ISO ? "%c%02d%02d" : "%c%02d:%02d",
	    options->zone_minutes < 0 ? '-' : '+', minutes / 60 % 24,
	    minutes % 60);
}

static bool
output_flush(struct output *output)
{
	size_t done = 0;

	while (done < output->length) {
		ssize_t count = write(
		    STDOUT_FILENO, output->data + done, output->length - done);

		if (count < 0 && errno != EINTR)
			return false;
		if (count > 0)
			done += (size_t)count;
	}
	output->length = 0;
	return true;
}

bool
output_finish(struct output *output)
{
	bool good = output_flush(output);

	free(output->data);
	output->data = NULL;
	return good;
}

/* Days since 1970 to a date: the Gregorian calendar counted from March. */
static void
date_of_days(int64_t days, int *year, int *month, int *day)
{
	int64_t shifted = days + 719468;
	int64_t era = shifted / 146097;
	int64_t of_era = shifted % 146097;
	int64_t year_of_era =
	    (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year =
	    of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t march_month = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * march_month + 2) / 5 + 1);
	*month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
	*year = (int)(year_of_era + era * 400 + (*month <= 2 ? 1 : 0));
}

/* The stamp up to the second changes once a second at most. */
static void
renew_stamp(struct output *output, int64_t second)
{
	int year, month, day;
	int64_t of_day = second % 86400;
	int hour = (int)(of_day / 3600);
	int minute = (int)(of_day / 60 % 60);
	int length;

	date_of_days(second / 86400, &year, &month, &day);
	if (output->stamps == STAMPS_RFC3339 || output->stamps == STAMPS_ISO)
		length = snprintf(output->stamp, sizeof output->stamp,
		    "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day, hour,
		    minute, (int)(of_day % 60));
	else
		length = snprintf(output->stamp, sizeof output->stamp,
		    output->stamps == STAMPS_POSTLOG
			? "%.3s %02d %02d:%02d:%02d"
			: "%.3s %2d %02d:%02d:%02d",
		    month_names + 3 * (month - 1), day, hour, minute,
		    (int)(of_day % 60));
	output->stamp_length = (size_t)length;
	output->stamp_second = second;
}

void
output_line(struct output *output, int64_t now, const char *host)
{
	int64_t shown = now + output->zone_minutes * 60 * MICROSECONDS;
	int64_t second = shown / MICROSECONDS;

	if (output->length + OUTPUT_LINE_MAX > OUTPUT_SIZE &&
	    !output_flush(output))
		generate_fail("cannot write the log", strerror(errno));
	output->line_start = output->length;
	output->drop = now < output->opens;
	if (second != output->stamp_second)
		renew_stamp(output, second);
	output_bytes(output, output->stamp, output->stamp_length);
	if (output->stamps == STAMPS_RFC3339) {
		uint32_t fraction = (uint32_t)(shown % MICROSECONDS);
		char *end = output->data + output->length + 7;

		for (int digit = 0; digit < 6; digit++, fraction /= 10)
			*--end = (char)('0' + fraction % 10);
		*--end = '.';
		output->length += 7;
	}
	if (output->stamps == STAMPS_RFC3339 || output->stamps == STAMPS_ISO)
		output_string(output, output->zone);
	output_byte(output, ' ');
	output_string(output, host);
	output_byte(output, ' ');
}

void
output_end(struct output *output)
{
	if (output->drop) {
		output->length = output->line_start;
		return;
	}
	output_byte(output, '\n');
	output->lines++;
	output->bytes += output->length - output->line_start;
}

void
output_number(struct output *output, uint64_t number)
{
	char digits[20];
	size_t start = sizeof digits;

	do {
		digits[--start] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	output_bytes(output, digits + start, sizeof digits - start);
}

void
output_hex(struct output *output, uint64_t number, unsigned digits)
{
	while (digits-- > 0)
		output_byte(
		    output, "0123456789abcdef"[number >> (4 * digits) & 15]);
}

void
output_delay(struct output *output, int64_t delay)
{
	uint64_t hundredths = (uint64_t)(delay < 0 ? 0 : delay + 5000) / 10000;

	if (hundredths >= 1000) {
		output_number(output, (hundredths + 50) / 100);
		return;
	}
	if (hundredths >= 100)
		hundredths = (hundredths + 5) / 10 * 10;
	output_number(output, hundredths / 100);
	hundredths %= 100;
	if (hundredths == 0)
		return;
	output_byte(output, '.');
	output_byte(output, (char)('0' + hundredths / 10));
	if (hundredths % 10 != 0)
		output_byte(output, (char)('0' + hundredths % 10));
}
