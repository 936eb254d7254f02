/*
 * What a scanner remembers of earlier lines (stamps, tags, programs) saves it
 * work and changes nothing: each line comes out as from a new scanner that
 * knows no more than the clock.
 */
#include "unit/scan_rows.h"

#include "base/zone.h"
#include "input_fixtures.h"

static const struct row {
	const char *name;
	const char *zone;
	const char *lines;
	const char *wanted;
} rows[] = {
	{ "a second of lines", "UTC",
	    "Nov  3 01:02:03 mx1 postfix/qmgr[1]: AAAAA1: removed\n"
	    "Nov  3 01:02:03 mx1 postfix/qmgr[1]: AAAAA2: removed\r\n"
	    "\r\n"
	    "Nov  3 01:02:03 mx1 postfix/qmgr[22]:  AAAAA3: removed\n"
	    "Nov  3 01:02:04 mx1 postfix/qmgr[1]: AAAAA4: removed",
	    "2025-11-03T01:02:03Z mx1 postfix AAAAA1\n"
	    "2025-11-03T01:02:03Z mx1 postfix AAAAA2\n"
	    "2025-11-03T01:02:03Z mx1 postfix AAAAA3\n"
	    "2025-11-03T01:02:04Z mx1 postfix AAAAA4\n" },
	{ "the same stamp, with a year behind it", "UTC",
	    "Nov  3 01:02:03 mx1 postfix/qmgr[1]: AAAAA1: removed\n"
	    "Nov  3 01:02:03 2024 mx1 postfix/qmgr[1]: AAAAA2: removed\n"
	    "Nov  3 01:02:03 2mx postfix/qmgr[1]: AAAAA3: removed\n"
	    "Nov  3 01:02:03 mx1 postfix/qmgr[1]: AAAAA4: removed\n",
	    "2025-11-03T01:02:03Z mx1 postfix AAAAA1\n"
	    "2024-11-03T01:02:03Z mx1 postfix AAAAA2\n"
	    "2025-11-03T01:02:03Z 2mx postfix AAAAA3\n"
	    "2025-11-03T01:02:03Z mx1 postfix AAAAA4\n" },
	{ "headers of relays between others", "UTC",
	    "Nov  3 01:02:03 mx1 postfix/qmgr[1]: AAAAA1: removed\n"
	    "Nov  3 01:02:03 log Nov  3 01:02:01 mx2 postfix/qmgr[1]: "
	    "AAAAA2: removed\n"
	    "Nov  3 01:02:01 mx1 postfix/qmgr[1]: AAAAA3: removed\n"
	    "Nov  3 01:02:03 log Nov  3 01:02:01 mx2 postfix/qmgr[1]: "
	    "AAAAA4: removed\n"
	    "Nov  3 01:02:03 mx1 postfix/qmgr[1]: [ID 1 mail.info] AAAAA5: "
	    "removed\n"
	    "mail-1  | Nov  3 01:02:03 mx1 postfix/qmgr[1]: AAAAA6: removed\n"
	    "Nov  3 01:02:04 <mail.info> mx1 postfix/qmgr[1]: AAAAA7: "
	    "removed\n",
	    "2025-11-03T01:02:03Z mx1 postfix AAAAA1\n"
	    "2025-11-03T01:02:01Z mx2 postfix AAAAA2\n"
	    "2025-11-03T01:02:01Z mx1 postfix AAAAA3\n"
	    "2025-11-03T01:02:01Z mx2 postfix AAAAA4\n"
	    "2025-11-03T01:02:03Z mx1 postfix AAAAA5\n"
	    "2025-11-03T01:02:03Z mx1 postfix AAAAA6\n"
	    "2025-11-03T01:02:04Z mx1 postfix AAAAA7\n" },
	/* What a container prints has its zone, Kubernetes tells the offset. */
	{ "headers of containers", "Europe/Berlin",
	    "2025-11-03T00:02:03.5Z stdout F Nov  3 00:02:03 mx1 "
	    "postfix/qmgr[1]: AAAAA1: removed\n"
	    "2025-11-03T00:02:03.5Z Nov  3 00:02:03 mx1 postfix/qmgr[1]: "
	    "AAAAA2: removed\n"
	    "Nov  3 00:02:03 mx1 postfix/qmgr[1]: AAAAA3: removed\n"
	    "2025-11-03T00:02:04.5Z stderr F 2025-11-03 01:02:03 +0100 "
	    "1vCReZ-0002zb-0l Completed\n",
	    "2025-11-03T00:02:03Z mx1 postfix AAAAA1\n"
	    "2025-11-03T00:02:03Z mx1 postfix AAAAA2\n"
	    "2025-11-02T23:02:03Z mx1 postfix AAAAA3\n"
	    "2025-11-03T00:02:03Z   1vCReZ-0002zb-0l\n" },
#ifdef HAVE_JANSSON
	{ "docker's files", "Europe/Berlin",
	    "{\"log\":\"Nov  3 00:02:05 mx1 postfix/qmgr[1]: AAAAA1: "
	    "removed\\r\\n\",\"stream\":\"stdout\",\"time\":"
	    "\"2025-11-03T00:02:05.5Z\"}\n"
	    "Nov  3 00:02:05 mx1 postfix/qmgr[1]: AAAAA2: removed\n",
	    "2025-11-03T00:02:05Z mx1 postfix AAAAA1\n"
	    "2025-11-02T23:02:05Z mx1 postfix AAAAA2\n" },
#endif
	{ "behind a line that nothing fits", "UTC",
	    "Nov  3 01:02:03 mx1 postfix/qmgr[1]: AAAAA1: removed\n"
	    "Nov  3 01:02:04 <\n"
	    "Nov  3 01:02:04 mx1 postfix/qmgr[1]: AAAAA2: removed\n"
	    "hello\n"
	    "Nov  3 01:02:04 mx1 postfix/qmgr[1]: AAAAA3: removed\n"
	    " and so on\n"
	    "<22>Nov  3 01:02:04 mx1 postfix/qmgr[1]: AAAAA4: removed\n",
	    "2025-11-03T01:02:03Z mx1 postfix AAAAA1\n"
	    "2025-11-03T01:02:04Z mx1 postfix AAAAA2\n"
	    "2025-11-03T01:02:04Z mx1 postfix AAAAA3\n"
	    "2025-11-03T01:02:04Z mx1 postfix AAAAA4\n" },
	{ "the year turns", "UTC",
	    "Dec 31 23:59:59 mx1 postfix/qmgr[1]: AAAAA1: removed\n"
	    "Dec 31 23:59:59 mx1 postfix/qmgr[1]: AAAAA2: removed\n"
	    "Jan  1 00:00:00 mx1 postfix/qmgr[1]: AAAAA3: removed\n"
	    "Jan  1 00:00:00 mx1 postfix/qmgr[1]: AAAAA4: removed\n"
	    "Dec 31 23:59:59 mx1 postfix/qmgr[1]: AAAAA5: removed\n"
	    "Dec 31 23:59:59 mx1 postfix/qmgr[1]: AAAAA6: removed\n",
	    "2025-12-31T23:59:59Z mx1 postfix AAAAA1\n"
	    "2025-12-31T23:59:59Z mx1 postfix AAAAA2\n"
	    "2026-01-01T00:00:00Z mx1 postfix AAAAA3\n"
	    "2026-01-01T00:00:00Z mx1 postfix AAAAA4\n"
	    "2025-12-31T23:59:59Z mx1 postfix AAAAA5\n"
	    "2025-12-31T23:59:59Z mx1 postfix AAAAA6\n" },
	{ "a stamp of another kind moves the clock", "Europe/Berlin",
	    "Oct 26 02:50:00 mx1 postfix/qmgr[1]: AAAAA1: removed\n"
	    "2025-10-26T02:10:00 mx1 postfix/qmgr[1]: AAAAA2: removed\n"
	    "Oct 26 02:50:00 mx1 postfix/qmgr[1]: AAAAA4: removed\n",
	    "2025-10-26T00:50:00Z mx1 postfix AAAAA1\n"
	    "2025-10-26T01:10:00Z mx1 postfix AAAAA2\n"
	    "2025-10-26T01:50:00Z mx1 postfix AAAAA4\n" },
	{ "a record of CSV moves the clock", "Europe/Berlin",
	    "Oct 26 02:50:00 mx1 postfix/qmgr[1]: AAAAA1: removed\n"
	    "t,2025-10-26 02:10:00,2025-10-26 01:10:00,s@example.com,"
	    "r@example.net,,delayed,4.2.2 (mailbox full),smtp;452 full,,,,,"
	    "smtp,,,,,,job1,,,\n"
	    "Oct 26 02:50:00 mx1 postfix/qmgr[1]: AAAAA2: removed\n",
	    "2025-10-26T00:50:00Z mx1 postfix AAAAA1\n"
	    "2025-10-26T01:10:00Z   c576a9c84e61a526\n"
	    "2025-10-26T01:50:00Z mx1 postfix AAAAA2\n" },
};

static void
append_place(struct buffer *out, const struct record *record)
{
	buffer_append_instant(out, record->time);
	buffer_append_format(out, " %.*s %.*s %.*s\n",
	    TEXT_FORMAT(record->host), TEXT_FORMAT(record->instance),
	    TEXT_FORMAT(record->queue_id));
}

static struct scanner *
make_scanner(const struct pattern_set *set, const struct zone *zone)
{
	struct scanner_settings settings = {
		.clock = { .zone = zone,
		    .year = 2025,
		    .reference = INSTANT_NONE,
		    .latest = INSTANT_NONE,
		    .neighbour_first = INSTANT_NONE,
		    .neighbour_last = INSTANT_NONE },
	};

	return scanner_new(set, &settings);
}

/* Scans a line, or all of them, and appends what the records are. */
static void
scan(struct scanner *scanner, struct text lines, struct buffer *out)
{
	int64_t first = INSTANT_NONE;
	int64_t last = INSTANT_NONE;
	struct scan_batch batch;

	scan_batch_init(&batch);
	scanner_scan(scanner, lines, 1, &batch);
	for (size_t i = 0; i < batch.count; i++) {
		const struct record *record = &batch.records[i];

		append_place(out, record);
		instants_widen(&first, &last, record->time, record->time);
	}
	if (batch.counts.recognised == batch.counts.lines) {
		assert_int_equal(batch.first_time, first);
		assert_int_equal(batch.last_time, last);
	}
	scan_batch_release(&batch);
}

enum way { AT_ONCE, LINE_BY_LINE, NEW_SCANNERS };

/* NEW_SCANNERS: each line with one that has the clock of the one before. */
static void
scan_in_way(enum way way, const struct pattern_set *set,
    const struct zone *zone, struct text lines, struct buffer *out)
{
	struct scanner *scanner = make_scanner(set, zone);

	while (lines.length > 0) {
		size_t end = text_find_byte(lines, '\n');
		struct clock_memory memory;

		if (way == AT_ONCE || end == TEXT_NONE)
			end = lines.length - 1;
		scan(scanner, text_slice(lines, 0, end + 1), out);
		lines = text_slice(lines, end + 1, lines.length);
		if (way != NEW_SCANNERS)
			continue;
		scanner_remember(scanner, &memory);
		scanner_free(scanner);
		scanner = make_scanner(set, zone);
		scanner_resume(scanner, &memory);
	}
	scanner_free(scanner);
}

static void
check_lines(const char *zone_name, struct text lines, const char *wanted)
{
	struct pattern_set *set = load_shipped_patterns();
	struct zone *zone = zone_new(zone_name);
	struct buffer out[3];

	for (unsigned way = AT_ONCE; way <= NEW_SCANNERS; way++) {
		buffer_init(&out[way], 0);
		scan_in_way((enum way)way, set, zone, lines, &out[way]);
		if (wanted != NULL)
			assert_string_equal(buffer_string(&out[way]), wanted);
		assert_string_equal(
		    buffer_string(&out[way]), buffer_string(&out[AT_ONCE]));
	}
	for (unsigned way = AT_ONCE; way <= NEW_SCANNERS; way++)
		buffer_release(&out[way]);
	zone_free(zone);
	pattern_set_free(set);
}

static void
check_row(void **state)
{
	const struct row *row = *state;

	check_lines(row->zone, text_of(row->lines), row->wanted);
}

/* Lines of few seconds, of more tags and programs than are remembered. */
static void
check_random(void **state)
{
	static const char *const stamps[] = { "Oct 26 02:50:00",
		"Oct 26 02:10:00", "Oct 26 03:00:00", "Oct 26 03:00:00 2025",
		"2025-10-26T02:20:00", "2025-10-26T00:30:00Z",
		"Dec 31 23:59:59", "Jan  1 00:00:00", "Jan  1 00:00:00.5" };
	static const char *const programs[] = { "qmgr", "QMGR", "postsuper",
		"other" };
	uint64_t seed = 5;
	struct buffer lines;

	(void)state;
	buffer_init(&lines, 0);
	for (unsigned i = 0; i < 2000; i++) {
		unsigned stamp = fixture_random(&seed) % 9;
		unsigned host = fixture_random(&seed) % 9;
		unsigned instance = fixture_random(&seed) % 70;
		unsigned program = fixture_random(&seed) % 6;

		for (unsigned same = fixture_random(&seed) % 3; same < 3;
		     same++)
			buffer_append_format(&lines,
			    "%s mx%u mail%u/%s%s: A%05X: removed\n",
			    stamps[stamp], host, instance,
			    programs[program % 4],
			    fixture_random(&seed) % 4 == 0 ? "" : "[12]",
			    i * 4 + same);
	}
	check_lines("Europe/Berlin", buffer_text(&lines), NULL);
	buffer_release(&lines);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_random),
	};

	return ROWS_RUN("scan memo", rows, check_row) +
	    cmocka_run_group_tests_name(
		"scan memo, random lines", others, NULL, NULL);
}
