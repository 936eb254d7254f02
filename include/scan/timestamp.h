/*
 * Timestamp: the stamps that stand in front of log lines.
 *
 * A stamp is read as the wall clock it shows; which year and which zone that
 * was, when it does not say so itself, is the business of scan/clock.h.
 *
 *   rfc3164  Nov  3 01:02:03, day padded by a blank, a zero or nothing; also
 *            with a fraction (short-precise), or with a year behind the day or
 *            behind the time
 *   rfc3339  2026-11-22T01:04:44[.828434][Z|+01:00|+0100|+01] (rsyslog,
 *            journalctl short-iso and short-iso-precise, Haraka)
 *   blank    2026-11-22 01:04:44[.443][ +0100] (Exim; the zone may also touch)
 *   rfc5424  1 and an rfc3339 stamp, behind the priority (RFC 5424, 6.2)
 *   tai64n   @ and 24 (16 for TAI64) hexadecimal digits (multilog)
 *   epoch    1763773484[.443] (journalctl short-unix, splogger)
 */
#ifndef SCAN_TIMESTAMP_H
#define SCAN_TIMESTAMP_H

#include "base/text.h"

enum stamp_kind {
	STAMP_NONE,
	STAMP_RFC3164,
	STAMP_RFC3339,
	STAMP_BLANK,
	STAMP_RFC5424,
	STAMP_TAI64N,
	STAMP_EPOCH
};
#define STAMP_KINDS 7

/* The year that stands for "no year": it has a 29 February. */
#define STAMP_NO_YEAR 2000

struct stamp {
	int64_t local; /* seconds since 1970 as if the clock showed UTC */
	int32_t offset; /* seconds east of UTC, when has_offset */
	int16_t millisecond;
	bool has_year; /* else local is in the year STAMP_NO_YEAR */
	bool has_offset;
};

/*
 * What was read last: a date and its days; an rfc3339 or blank stamp up to its
 * second, and an offset as in +01:00.  They come in runs.  All zero at the
 * start, which no stamp is.
 */
struct stamp_memo {
	char date[10];
	uint8_t length;
	int64_t days;
	char second[19];
	char zone[6];
	int64_t local; /* of `second`, as in struct stamp */
	int32_t offset; /* of `zone` */
};

/*
 * The only kind that a line which begins so can have; STAMP_NONE when it has
 * no stamp.  A leading priority (<22>) is to be cut off before.
 */
enum stamp_kind stamp_kind_of(struct text line);

/*
 * Reads a stamp at the start of `line`.  Returns the number of bytes it takes,
 * 0 (and *stamp undefined) when there is none of that kind or no such date.
 */
size_t stamp_parse(enum stamp_kind kind, struct text line,
    struct stamp_memo *memo, struct stamp *stamp);

/* From "rfc3164" ...; false when there is no such kind. */
bool stamp_kind_find(struct text word, enum stamp_kind *kind);

#endif
