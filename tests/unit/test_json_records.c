#include "unit/scan_rows.h"

#include "base/arena.h"
#include "scan/json_line.h"

#define HEAD(type)                                                             \
	"{\"type\":\"" type                                                    \
	"\",\"id\":\"A1B2C3D4\",\"sender\":\"s@example.com"                    \
	"\",\"recipient\":\"a@example.net\""
#define WHEN ",\"timestamp\":1795309275,\"created\":1795309262}\n"
#define SAID(code, enhanced, text)                                             \
	",\"response\":{\"code\":" code ",\"enhanced_code\":" enhanced         \
	",\"content\":\"" text "\",\"command\":null}"
#define PEER                                                                   \
	",\"peer_address\":{\"name\":\"mx.example.net.\","                     \
	"\"addr\":\"192.0.2.25\"}"
#define C511 "{\"class\":5,\"subject\":1,\"detail\":1}"

static const struct row {
	const char *name;
	const char *lines;
	const char *wanted;
} rows[] = {
#ifdef HAVE_JANSSON
	{ "reception", HEAD("Reception") SAID("250", "null", "") WHEN,
	    "message id=A1B2C3D4 from=<s@example.com> to=a@example.net "
	    "delay=13000\n" },
	{ "delivery", HEAD("Delivery") SAID("250", "null", "OK") PEER WHEN,
	    "attempt status=delivered id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net relay=mx.example.net. ip=192.0.2.25 delay=13000 "
	    "reply=250 OK\n" },
	{ "printed by a container",
	    "2026-11-22T01:02:00.123456789Z stdout F " HEAD("Delivery")
		SAID("250", "null", "OK") PEER WHEN,
	    "attempt status=delivered id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net relay=mx.example.net. ip=192.0.2.25 delay=13000 "
	    "reply=250 OK\n" },
	{ "printed by a program that names itself",
	    "2026-11-22T01:02:00Z mail app[1]: " HEAD("Delivery")
		SAID("250", "null", "OK") PEER WHEN,
	    "0 1 0 0\n" },
	{ "a next hop that is KumoMTA too",
	    HEAD("Delivery") SAID("250", "null", "OK ids=0a1b2c3d") PEER WHEN,
	    "attempt status=delivered id=A1B2C3D4 next=0a1b2c3d "
	    "from=<s@example.com> to=a@example.net relay=mx.example.net. "
	    "ip=192.0.2.25 delay=13000 reply=250 OK ids=0a1b2c3d\n" },
	{ "bounce", HEAD("Bounce") SAID("550", C511, "no such user") PEER WHEN,
	    "attempt status=bounced id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net relay=mx.example.net. ip=192.0.2.25 delay=13000 "
	    "code=5.1.1 reply=550 5.1.1 no such user\n" },
	{ "a bounce of its own has no reply code",
	    HEAD("Bounce") SAID("550", C511, "queue is gone") WHEN,
	    "attempt status=bounced id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net delay=13000 code=5.1.1 reply=queue is gone\n" },
	{ "suspended only if it says so itself",
	    HEAD("TransientFailure") SAID("451", "null",
		"KumoMTA internal: scheduled queue is suspended: x")
		WHEN HEAD("TransientFailure")
		    SAID("451", "null", "mailbox is suspended") PEER WHEN,
	    "attempt status=suspended id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net delay=13000 reply=KumoMTA internal: scheduled "
	    "queue is suspended: x\n"
	    "attempt status=deferred id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net relay=mx.example.net. ip=192.0.2.25 delay=13000 "
	    "reply=451 mailbox is suspended\n" },
	{ "expiration", HEAD("Expiration") SAID("551", "null", "too long") WHEN,
	    "attempt status=expired id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net delay=13000 reply=too long\n" },
	{ "by the administrator",
	    HEAD("AdminBounce") SAID("551", "null", "purge") WHEN,
	    "cancel id=A1B2C3D4 from=<s@example.com> to=a@example.net "
	    "delay=13000 reply=551 purge\n" },
	{ "several recipients",
	    "{\"type\":\"Delivery\",\"id\":\"A1B2C3D4\",\"recipient\":"
	    "[\"a@example.net\",7,\"b@example.net\"]" WHEN,
	    "attempt status=delivered id=A1B2C3D4 to=a@example.net "
	    "delay=13000\n"
	    "attempt status=delivered id=A1B2C3D4 to=b@example.net "
	    "delay=13000\n" },
	{ "several recipients, by the administrator",
	    "{\"type\":\"AdminBounce\",\"id\":\"A1B2C3D4\",\"recipient\":"
	    "[\"a@example.net\",\"b@example.net\"]" WHEN,
	    "cancel id=A1B2C3D4 to=a@example.net delay=13000\n"
	    "cancel id=A1B2C3D4 to=b@example.net delay=13000\n" },
	{ "null sender, IPv6, local delivery",
	    "{\"type\":\"Delivery\",\"id\":\"A1B2C3D4\",\"sender\":\"\","
	    "\"recipient\":\"a@example.net\",\"delivery_protocol\":\"Maildir\","
	    "\"peer_address\":{\"name\":\"/var/mail\",\"addr\":"
	    "\"2001:db8::25\"}" WHEN,
	    "attempt status=delivered local id=A1B2C3D4 from=<> "
	    "to=a@example.net relay=/var/mail ip=2001:db8::25 delay=13000\n" },
	{ "addresses with ports",
	    "{\"type\":\"Delivery\",\"id\":\"A1B2C3D4\","
	    "\"recipient\":\"a@example.net\",\"peer_address\":"
	    "{\"addr\":\"192.0.2.25:25\"}" WHEN
	    "{\"type\":\"Delivery\",\"id\":\"A1B2C3D4\","
	    "\"recipient\":\"a@example.net\",\"peer_address\":"
	    "{\"addr\":\"[2001:db8::25]:25\"}" WHEN,
	    "attempt status=delivered id=A1B2C3D4 to=a@example.net "
	    "ip=192.0.2.25 delay=13000\n"
	    "attempt status=delivered id=A1B2C3D4 to=a@example.net "
	    "ip=2001:db8::25 delay=13000\n" },
	{ "an address that is none",
	    "{\"type\":\"Delivery\",\"id\":\"A1B2C3D4\","
	    "\"recipient\":\"a@example.net\",\"peer_address\":"
	    "{\"addr\":\"192.0.2.25 dsn=2.0.0\"}" WHEN,
	    "attempt status=delivered id=A1B2C3D4 to=a@example.net "
	    "delay=13000\n" },
	{ "fractions: event_time goes before timestamp",
	    HEAD("Delivery") ",\"event_time\":\"2026-11-22T01:01:15.5Z\","
			     "\"created_time\":\"2026-11-22T02:01:02.25+01:"
			     "00\"" WHEN,
	    "attempt status=delivered id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net delay=13250\n" },
	{ "stamps that are numbers with a fraction",
	    HEAD("Delivery") ",\"timestamp\":1795309275.75,"
			     "\"created\":1795309262.5}\n",
	    "attempt status=delivered id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net delay=13250\n" },
	{ "created after the record",
	    HEAD("Delivery") ",\"timestamp\":"
			     "1795309275,"
			     "\"created\":"
			     "1795309299}\n",
	    "attempt status=delivered id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net delay=0\n" },
	{ "records of a log hook are no mail",
	    HEAD("Delivery") ",\"reception_protocol\":\"LogRecord\"" WHEN, "" },
	{ "of no interest",
	    HEAD("OOB") WHEN HEAD("Feedback") WHEN HEAD("Delayed")
		WHEN HEAD("AdminRebind") WHEN "{\"a\":{},\"type\":\"Other\"}\n",
	    "0 5 0 0\n" },
	{ "the reply forges nothing",
	    HEAD("Bounce") SAID("550", "null",
		"\\\",\\\"type\\\":\\\"Delivery\\\",\\\"recipient\\\":"
		"\\\"x@example.org\\\"") PEER WHEN,
	    "attempt status=bounced id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net relay=mx.example.net. ip=192.0.2.25 delay=13000 "
	    "reply=550 \",\"type\":\"Delivery\",\"recipient\":"
	    "\"x@example.org\"\n" },
	{ "the type need not come first",
	    "{\"id\":\"A1B2C3D4\",\"recipient\":\"a@example.net\","
	    "\"type\":\"Delivery\"" WHEN,
	    "attempt status=delivered id=A1B2C3D4 to=a@example.net "
	    "delay=13000\n" },
	{ "needed fields are missing",
	    "{\"type\":\"Delivery\",\"id\":\"A1B2C3D4\"" WHEN
	    "{\"type\":\"Delivery\",\"recipient\":\"a@example.net\"" WHEN
	    "{\"type\":\"Delivery\",\"id\":\"A1B2C3D4\",\"recipient\":[]" WHEN,
	    "0 0 3 0\n" },
	{ "no stamp that can be read",
	    HEAD("Delivery") "}\n" HEAD("Delivery") ",\"timestamp\":7}\n" HEAD(
		"Delivery") ",\"timestamp\":9e14}\n" HEAD("Delivery") ",\"time"
								      "stamp\":"
								      "-"
								      "1795309"
								      "275"
								      "}\n",
	    "0 0 0 4\n" },
	{ "broken",
	    HEAD("Delivery") "\n" HEAD("Delivery") WHEN "}\n", /* one is good */
	    "attempt status=delivered id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net delay=13000\n1 0 0 2\n" },
	{ "a name twice", HEAD("Delivery") ",\"id\":\"OTHER\"" WHEN,
	    "0 0 0 1\n" },
	{ "no UTF-8", HEAD("Delivery") ",\"site\":\"\xFF\"" WHEN, "0 0 0 1\n" },
	{ "NUL",
	    HEAD("Delivery")
		SAID("250", "null", "O\\u0000K") ",\"site\":\"\\u0000\"" WHEN,
	    "attempt status=delivered id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net delay=13000 reply=250 O?K\n" },
	{ "NUL in a list",
	    "{\"type\":\"Delivery\",\"id\":\"A1\",\"sender\":\"s@example.com\","
	    "\"recipient\":[\"a\\u0000b@example.net\"]" WHEN,
	    "attempt status=delivered id=A1 from=<s@example.com> "
	    "to=a?b@example.net delay=13000\n" },
	{ "numbers of any size beside what is needed",
	    HEAD("Delivery") ",\"meta\":{\"n\":99999999999999999999}" WHEN,
	    "attempt status=delivered id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net delay=13000\n" },
	{ "numbers that no computer holds",
	    HEAD("Delivery") ",\"meta\":{\"n\":1e999}" WHEN, "0 0 0 1\n" },
	{ "not the shape that is expected",
	    "{\"type\":[\"Delivery\"],\"id\":{}}\n"
	    "{\"type\":\"Delivery\",\"id\":{\"a\":1},\"recipient\":true" WHEN,
	    "0 0 1 1\n" },
#else
	{ "without the decoder nothing is read, and that shows",
	    HEAD("Delivery") WHEN HEAD("Bounce") WHEN HEAD("OOB") WHEN,
	    "0 1 2 0\n" },
#endif
	{ "an object, but no record", "{\"kind\":\"Delivery\"}\n{\n",
	    "0 0 0 2\n" },
};

static void
check_row(void **state)
{
	const struct row *row = *state;

	check_records(row->lines, row->wanted);
}

static const struct record *
scan_one(const char *line, struct pattern_set *set, struct scan_batch *batch)
{
	struct scanner_settings settings = {
		.clock = { .reference = INSTANT_NONE,
		    .latest = INSTANT_NONE,
		    .neighbour_first = INSTANT_NONE,
		    .neighbour_last = INSTANT_NONE },
	};
	struct scanner *scanner = scanner_new(set, &settings);

	scan_batch_init(batch);
	scanner_scan(scanner, text_of(line), 1, batch);
	scanner_free(scanner);
	return batch->count == 1 ? &batch->records[0] : NULL;
}

static void
test_host_and_time(void **state)
{
	struct pattern_set *set = load_shipped_patterns();
	struct scan_batch batch;
	const struct record *record = scan_one(
	    HEAD("Delivery") ",\"nodeid\":\"557f3ad4\"" WHEN, set, &batch);

	(void)state;
#ifdef HAVE_JANSSON
	assert_non_null(record);
	assert_true(text_equal(record->host, text_of("557f3ad4")));
	assert_int_equal(record->time, INT64_C(1795309275000));
	assert_int_equal(record->line, 1);
	assert_int_equal(record->mta, MTA_KUMOMTA);
	assert_int_equal(batch.first_time, INT64_C(1795309275000));
	assert_int_equal(batch.diagnostics.count, 0);
#else
	assert_null(record);
	assert_int_equal(batch.diagnostics.count, 1);
	assert_non_null(
	    strstr(batch.diagnostics.items[0].message, "without jansson"));
#endif
	scan_batch_release(&batch);
	pattern_set_free(set);
}

#ifdef HAVE_JANSSON

/* A line of the largest size that says nothing but `filler`, again and
 * again, between `start` and `end`. */
static void
check_filled(
    const char *start, const char *filler, const char *end, const char *wanted)
{
	struct buffer line;

	buffer_init(&line, 0);
	buffer_append_string(&line, start);
	while (line.length < 1000000)
		buffer_append_string(&line, filler);
	buffer_append_string(&line, end);
	check_records(buffer_string(&line), wanted);
	buffer_release(&line);
}

static void
test_large_lines(void **state)
{
	(void)state;
	check_filled(HEAD("Delivery") ",\"meta\":", "[", WHEN, "0 0 0 1\n");
	check_filled(
	    HEAD("Delivery") ",\"meta\":", "{\"a\":", WHEN, "0 0 0 1\n");
	check_filled(HEAD("Delivery") ",\"meta\":[0", ",0", "]" WHEN,
	    "attempt status=delivered id=A1B2C3D4 from=<s@example.com> "
	    "to=a@example.net delay=13000\n");
	check_filled("{\"a\":\"", "type", "\"}\n", "0 0 0 1\n");
	check_filled("{", "\"type\":\"", "\n", "0 0 0 1\n");
}

static void
test_values(void **state)
{
	static const struct text paths[] = { { "a", 1 }, { "b.c", 3 },
		{ "b.d", 3 }, { "e", 1 }, { "f.g", 3 }, { "h", 1 },
		{ "i", 1 } };
	static const char *const wanted[] = { "x", "-12", "0.062", NULL, NULL,
		"", "1\0002" };
	struct text values[7];
	struct arena arena;
	struct text line =
	    TEXT_LITERAL("{\"a\":\"x\",\"b\":{\"c\":-12,\"d\":0.0625},"
			 "\"e\":null,\"f\":\"g\",\"h\":\"\","
			 "\"i\":[\"1\",null,\"2\"]}");

	(void)state;
	arena_init(&arena);
	assert_int_equal(
	    json_line_read(line, paths, 7, values, &arena), JSON_LINE_READ);
	for (size_t i = 0; i < 6; i++) {
		assert_true((values[i].data == NULL) == (wanted[i] == NULL));
		assert_true(text_equal(values[i], text_of(wanted[i])));
	}
	assert_true(text_equal(values[6], TEXT_LITERAL("1\0002")));
	arena_release(&arena);
}

#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_host_and_time),
#ifdef HAVE_JANSSON
		cmocka_unit_test(test_large_lines),
		cmocka_unit_test(test_values),
#endif
	};
	int failed = ROWS_RUN("json records", rows, check_row);

	return failed +
	    cmocka_run_group_tests_name("json lines", tests, NULL, NULL);
}
