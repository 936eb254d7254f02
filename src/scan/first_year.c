#include "scan/first_year.h"

/* Leap years are as far apart, and around 1900 and 2100 only. */
#define YEARS_TRIED 8

/* The stamp of the next line of *rest that has one. */
static bool
next_stamp(const struct header_formats *formats, struct header_memo *memo,
    struct text *rest, struct stamp *stamp)
{
	while (rest->length > 0) {
		size_t end = text_find_byte(*rest, '\n');
		struct text line = text_slice(*rest, 0, end);
		struct header header;

		*rest = text_slice(
		    *rest, end == TEXT_NONE ? end : end + 1, rest->length);
		if (header_parse(formats, memo, line, &header) ==
		    HEADER_FOUND) {
			*stamp = header.stamp;
			return true;
		}
	}
	return false;
}

void
first_year_look(struct line_clock *clock, const struct header_formats *formats,
    struct text lines)
{
	for (int back = 0; back < YEARS_TRIED; back++) {
		struct header_memo memo = { 0 };
		struct line_clock unused = *clock;
		struct text rest = lines;
		struct clock_trial trial;
		struct stamp stamp;

		clock_trial_init(&trial, clock, back);
		while (next_stamp(formats, &memo, &rest, &stamp)) {
			if (stamp.has_year) {
				clock_hint(
				    clock, clock_resolve(&unused, &stamp));
				return;
			}
			clock_trial_take(&trial, &stamp);
		}
		if (!clock_will_guess(clock))
			return;
		if (clock_trial_holds(&trial)) {
			clock->years_back = back;
			return;
		}
	}
}
