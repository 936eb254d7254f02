#include "unit/scan_rows.h"

#include "base/arena.h"
#include "scan/csv_line.h"

#define COLUMNS                                                                \
	"type,timeLogged,timeQueued,orig,rcpt,dsnStatus,dsnDiag,dsnMta,"       \
	"dlvType,dlvDestinationIp,jobId\n"
#define TIMES "2026-11-22 01:02:03+0100,2026-11-22 01:02:00+0100,"
#define WHO   "s@example.com,a@example.net,"
#define ID    "id=2acd07f1f95a7c3d"

static const struct row {
	const char *name;
	const char *lines;
	const char *wanted;
} rows[] = {
	{ "delivered",
	    COLUMNS "d," TIMES WHO "2.0.0 (success),smtp;250 2.0.0 Ok,"
		    "mx.example.net (192.0.2.25),smtp,192.0.2.26,j1\n",
	    "attempt status=delivered @ from=<s@example.com> "
	    "to=a@example.net relay=mx.example.net ip=192.0.2.26 delay=3000 "
	    "code=2.0.0 reply=250 2.0.0 Ok\n1 1 0 0\n" },
	{ "first tries and the last have one queue id",
	    COLUMNS "t,2026-11-22 01:02:03+0100,2026-11-22 01:02:00+0100," WHO
		    "4.2.2 (mailbox full),smtp;452 full,,smtp,,j1\n"
		    "b,2026-11-22 02:02:03+0100,2026-11-22 01:02:00+0100," WHO
		    "5.2.2 (mailbox full),smtp;552 full,,smtp,,j1\n",
	    "attempt status=deferred @ from=<s@example.com> to=a@example.net "
	    "delay=3000 code=4.2.2 reply=452 full\n"
	    "attempt status=bounced @ from=<s@example.com> to=a@example.net "
	    "delay=3603000 code=5.2.2 reply=552 full\n2 1 0 0\n" },
	{ "quoted fields",
	    COLUMNS "\"b\"," TIMES "<>,\"a@example.net\",5.1.1 (x),"
		    "\"smtp;550 \"\"a, b\"\" \",\"\",smtp,,\n",
	    "attempt status=bounced id=d20e84707fbbb10c from=<> "
	    "to=a@example.net delay=3000 code=5.1.1 reply=550 \"a, b\"\n"
	    "1 1 0 0\n" },
	{ "a failure that no host has told",
	    COLUMNS "b," TIMES WHO "5.1.2 (bad destination system),,,smtp,,"
		    "j1\n",
	    "attempt status=bounced @ from=<s@example.com> to=a@example.net "
	    "delay=3000 code=5.1.2 reply=5.1.2 (bad destination system)\n"
	    "1 1 0 0\n" },
	{ "expired",
	    COLUMNS "b," TIMES WHO "5.4.7 (delivery time expired),smtp;554 "
		    "5.4.7 [internal] exceeded max time without delivery,,"
		    "smtp,,j1\n",
	    "attempt status=expired @ from=<s@example.com> to=a@example.net "
	    "delay=3000 code=5.4.7 reply=554 5.4.7 [internal] exceeded max "
	    "time without delivery\n1 1 0 0\n" },
	{ "by the administrator",
	    COLUMNS "b," TIMES WHO "5.0.0 (undefined status),"
		    "x-pmta;bounce-queue,,smtp,,j1\n",
	    "cancel @ from=<s@example.com> to=a@example.net delay=3000 "
	    "reply=x-pmta;bounce-queue\n1 1 0 0\n" },
	{ "to a file, and thrown away",
	    COLUMNS "d," TIMES WHO "2.0.0,,,file,,j1\n"
		    "d," TIMES WHO "2.0.0,,,discard,,j1\n",
	    "attempt status=delivered local @ from=<s@example.com> "
	    "to=a@example.net delay=3000 code=2.0.0 reply=2.0.0\n"
	    "attempt status=discarded @ from=<s@example.com> "
	    "to=a@example.net delay=3000 code=2.0.0 reply=2.0.0\n2 1 0 0\n" },
	{ "reception", COLUMNS "r," TIMES WHO ",,,,,j1\n",
	    "message @ from=<s@example.com> to=a@example.net delay=3000\n"
	    "1 1 0 0\n" },
	{ "of no interest",
	    COLUMNS "tq," TIMES ",,4.4.1,smtp;451 x,,,,\n"
		    "f," TIMES WHO ",,,,,\nrb," TIMES WHO ",,,,,\n"
		    "rs," TIMES WHO ",,,,,\n",
	    "1 4 0 0\n" },
	{ "columns in another order, and of its own",
	    "type,rcpt,header_X,timeLogged\n"
	    "d,a@example.net,\"x,y\",1795309275\n",
	    "attempt status=delivered id=c124abcd9bb6c03f "
	    "to=a@example.net\n1 1 0 0\n" },
	{ "a second header line",
	    "type,rcpt,timeLogged\nd,a@example.net,1795309275\n"
	    "type,timeLogged,rcpt\nd,1795309275,a@example.net\n",
	    "attempt status=delivered id=c124abcd9bb6c03f to=a@example.net\n"
	    "attempt status=delivered id=c124abcd9bb6c03f to=a@example.net\n"
	    "2 2 0 0\n" },
	{ "a header line with a byte order mark and CRLF",
	    "\xEF\xBB\xBFtype,rcpt,timeLogged\r\n"
	    "d,a@example.net,1795309275\r\n",
	    "attempt status=delivered id=c124abcd9bb6c03f to=a@example.net\n"
	    "1 1 0 0\n" },
	{ "no header line, but the usual columns",
	    "d," TIMES WHO ",relayed,2.0.0 (success),smtp;250 ok,"
	    "mx.example.net (192.0.2.25),,smtp,,smtp,192.0.2.10,192.0.2.25,,"
	    "1047,v1,j1,,q,p\n",
	    "attempt status=delivered @ from=<s@example.com> "
	    "to=a@example.net relay=mx.example.net ip=192.0.2.25 delay=3000 "
	    "code=2.0.0 reply=250 ok\n" },
	{ "no header line, and who knows what columns",
	    "d,2026-11-22 01:02:03+0100,a@example.net,x\n", "0 0 1 0\n" },
	{ "no recipient", COLUMNS "d," TIMES "s@example.com,,,,,,,\n",
	    "0 1 1 0\n" },
	{ "cut short",
	    COLUMNS "d," TIMES "s@exam\n"
		    "b," TIMES WHO "5.1.1,\"smtp;550 \n"
		    "d,2026-11-22 01:02,," WHO ",,,,,\n",
	    "0 1 0 3\n" },
	{ "a field of several lines",
	    COLUMNS "b," TIMES WHO "5.1.1,\"smtp;550 5.1.1 no\r\n"
		    "\n"
		    "d,2026-11-22 01:02:03+0100,\"\"x\"\"\n"
		    " such user\",,smtp,,j1\n"
		    "d," TIMES WHO "2.0.0,,,smtp,,j1\n",
	    "attempt status=bounced @ from=<s@example.com> to=a@example.net "
	    "delay=3000 code=5.1.1 reply=550 5.1.1 no\n\n"
	    "d,2026-11-22 01:02:03+0100,\"x\"\n such user\n"
	    "attempt status=delivered @ from=<s@example.com> "
	    "to=a@example.net delay=3000 code=2.0.0 reply=2.0.0\n"
	    "2 4 0 0\n" },
	{ "a field that is never closed",
	    COLUMNS "b," TIMES WHO "5.1.1,\"smtp;550 \n"
		    "x\n"
		    "d," TIMES WHO "2.0.0,\"x\",,smtp,,j1\n"
		    "b," TIMES WHO "5.1.1,\"smtp;551 \n"
		    "x\" y,,smtp,,\n"
		    "d," TIMES WHO "2.0.0,,,smtp,,j1\n",
	    "attempt status=delivered @ from=<s@example.com> "
	    "to=a@example.net delay=3000 code=2.0.0 reply=x\n"
	    "attempt status=delivered @ from=<s@example.com> "
	    "to=a@example.net delay=3000 code=2.0.0 reply=2.0.0\n"
	    "2 1 0 4\n" },
	{ "something behind a quote", COLUMNS "d," TIMES "\"s\"x,,,,,,,\n",
	    "0 1 0 1\n" },
	{ "other logs between",
	    COLUMNS "Nov 22 01:02:03 mail postfix/qmgr[1]: A1B2C3: removed\n"
		    "d," TIMES WHO "2.0.0,,,smtp,,j1\n"
		    "a line, of something else\n",
	    "removal id=A1B2C3\n"
	    "attempt status=delivered @ from=<s@example.com> "
	    "to=a@example.net delay=3000 code=2.0.0 reply=2.0.0\n"
	    "2 1 0 1\n" },
	{ "not every line that starts like a header is one",
	    "type,of,line\nd,x,y\n", "0 0 0 2\n" },
};

/* '@' stands for the queue id that WHO, TIMES and j1 give. */
static void
check_row(void **state)
{
	const struct row *row = *state;
	struct buffer wanted;
	struct text rest = text_of(row->wanted);
	size_t at;

	buffer_init(&wanted, 0);
	while ((at = text_find(rest, TEXT_LITERAL(" @ "))) != TEXT_NONE) {
		buffer_append_text(&wanted, text_slice(rest, 0, at + 1));
		buffer_append_string(&wanted, ID);
		rest = text_slice(rest, at + 2, rest.length);
	}
	buffer_append_text(&wanted, rest);
	check_records(row->lines, buffer_string(&wanted));
	buffer_release(&wanted);
}

/* The header line holds for the blocks that follow, in this file only. */
static void
test_blocks(void **state)
{
	struct scanner_settings settings = {
		.clock = { .reference = INSTANT_NONE,
		    .latest = INSTANT_NONE,
		    .neighbour_first = INSTANT_NONE,
		    .neighbour_last = INSTANT_NONE },
		.file = 3,
	};
	struct pattern_set *set = load_shipped_patterns();
	struct scanner *scanner = scanner_new(set, &settings);
	struct text line = TEXT_LITERAL("d,a@example.net,1795309275.5\n");
	struct scan_batch batch;

	(void)state;
	scan_batch_init(&batch);
	scanner_scan(
	    scanner, TEXT_LITERAL("type,rcpt,timeLogged\n"), 1, &batch);
	assert_int_equal(batch.first_time, INSTANT_NONE);
	scan_batch_clear(&batch);
	scanner_scan(scanner, line, 2, &batch);
	assert_int_equal(batch.count, 1);
	assert_int_equal(batch.records[0].time, INT64_C(1795309275500));
	assert_int_equal(batch.records[0].line, 2);
	assert_int_equal(batch.records[0].file, 3);
	assert_int_equal(batch.records[0].mta, MTA_POWERMTA);
	assert_int_equal(batch.last_time, INT64_C(1795309275500));
	scanner_free(scanner);
	scanner = scanner_new(set, &settings);
	scan_batch_clear(&batch);
	scanner_scan(scanner, line, 1, &batch);
	assert_int_equal(batch.count, 0);
	scanner_free(scanner);
	scan_batch_release(&batch);
	pattern_set_free(set);
}

static void
test_large_lines(void **state)
{
	static const struct {
		const char *start;
		const char *filler;
		const char *wanted;
	} cases[] = {
		{ COLUMNS "d,", ",", "0 1 0 1\n" },
		{ COLUMNS "d,\"", "\"\"", "0 1 0 1\n" },
		{ COLUMNS "d,", "\",\"", "0 1 0 1\n" },
		{ "type,timeLogged", ",x", "0 0 0 1\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer line;

		buffer_init(&line, 0);
		buffer_append_string(&line, cases[i].start);
		while (line.length < 1000000)
			buffer_append_string(&line, cases[i].filler);
		check_records(buffer_string(&line), cases[i].wanted);
		buffer_release(&line);
	}
}

static void
test_fields(void **state)
{
	struct text fields[CSV_LINE_FIELDS];
	struct arena arena;
	size_t count;

	(void)state;
	arena_init(&arena);
	assert_true(csv_line_split(
	    TEXT_LITERAL("a,,\"\",\"b\"\"\",c\"d,"), fields, &count, &arena));
	assert_int_equal(count, 6);
	assert_true(text_equal(fields[0], text_of("a")));
	assert_int_equal(fields[1].length, 0);
	assert_non_null(fields[1].data);
	assert_int_equal(fields[2].length, 0);
	assert_true(text_equal(fields[3], text_of("b\"")));
	assert_true(text_equal(fields[4], text_of("c\"d")));
	assert_int_equal(fields[5].length, 0);
	assert_false(
	    csv_line_split(TEXT_LITERAL("a\0b"), fields, &count, &arena));
	assert_false(
	    csv_line_split(TEXT_LITERAL("\"a"), fields, &count, &arena));
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_large_lines),
		cmocka_unit_test(test_fields),
	};
	int failed = ROWS_RUN("csv records", rows, check_row);

	return failed +
	    cmocka_run_group_tests_name("csv lines", tests, NULL, NULL);
}
