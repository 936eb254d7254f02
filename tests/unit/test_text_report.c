#include "unit/rows.h"

#include "report/domain_page.h"
#include "report/picture.h"
#include "report/text_report.h"
#include "unit/report_fixture.h"

static const struct cause unknown_user = { ENHANCED_CODE(5, 1, 1), 550,
	CATEGORY_USER_UNKNOWN, CLASS_HARD, ACTION_REMOVE };
static const struct cause not_accepting = { ENHANCED_CODE(4, 3, 2), 451,
	CATEGORY_REMOTE_SYSTEM, CLASS_SOFT, ACTION_RETRY };
static const struct cause broken = { ENHANCED_CODE(5, 3, 0), 554,
	CATEGORY_REMOTE_SYSTEM, CLASS_HARD, ACTION_SUPPRESS };
static const struct cause blocked = { ENHANCED_CODE(5, 7, 1), 550,
	CATEGORY_IP_BLOCKED, CLASS_BLOCK, ACTION_FIX_SENDER };
static const struct cause no_idea = { 0, 554, CATEGORY_UNKNOWN,
	CLASS_UNDETERMINED, ACTION_REVIEW };

struct failure {
	const char *domain;
	const char *provider;
	const struct cause *cause;
	const char *reply;
	unsigned count; /* deliveries, bounced */
};

static void
add_failures(struct report_fixture *fixture, const struct failure *failure)
{
	struct fixture_try row = { .time = AT(23, 5, 0),
		.status = RECORD_BOUNCED,
		.domain = failure->domain,
		.sender = "example.org",
		.provider = failure->provider,
		.cause = *failure->cause,
		.reply = failure->reply,
		.relay = "mx.example.net",
		.ip = "192.0.2.9" };

	for (unsigned i = 0; i < failure->count; i++) {
		row.time += 60000;
		fixture_try(fixture, &row);
		fixture_end(fixture,
		    &(struct fixture_end){ .domain = failure->domain,
			.sender = "example.org",
			.provider = failure->provider,
			.outcome = OUTCOME_BOUNCED,
			.attempts = 1,
			.last_attempt_at = row.time });
	}
}

/* Deliveries to example.com that are tried three times each. */
static void
add_retries(struct report_fixture *fixture)
{
	for (int i = 0; i < 4; i++) {
		struct fixture_try row = { .status = RECORD_DEFERRED,
			.domain = "example.com",
			.cause = not_accepting,
			.reply = "host mx.example.com[192.0.2.3] said: "
				 "451 4.3.2 not now \033[2J",
			.was_deferred = true,
			.first_code = ENHANCED_CODE(4, 3, 2) };

		for (uint32_t attempt = 1; attempt <= 3; attempt++) {
			row.time = AT(23, 8, 5 * (int)attempt + i);
			row.attempt = attempt;
			row.interval = attempt > 1 ? 300 : 0;
			row.again = attempt > 1;
			if (attempt == 3 && i > 0) {
				row.status = RECORD_DELIVERED;
				row.cause = (struct cause){ 0 };
			}
			fixture_try(fixture, &row);
		}
		fixture_end(fixture,
		    &(struct fixture_end){ .domain = "example.com",
			.outcome = i > 0 ? OUTCOME_DELIVERED : OUTCOME_PENDING,
			.attempts = 3,
			.first_deferred_at = AT(23, 8, 5 + i),
			.last_attempt_at = AT(23, 8, 15 + i),
			.first_code = { ENHANCED_CODE(4, 3, 2), 0 },
			.first_category = CATEGORY_REMOTE_SYSTEM });
	}
}

static const struct failure failures[] = {
	{ "example.net", "", &unknown_user, "550 5.1.1 unknown", 5 },
	{ "example.edu", "google", &blocked,
	    "550 5.7.1 blocked using list.example.org", 7 },
	{ "$(x).test", "", &broken, "554 5.3.0 Mail system error", 2 },
	{ "example.net", "", &no_idea, "554 what \xff is this", 1 },
};

static uint32_t relays[1];
static struct incident incidents[3];

static const struct report_input inputs[] = {
	{ .path = "mail.log",
	    .compression = "gzip",
	    .counts = { .lines = 30,
		.recognised = 26,
		.ignored = 1,
		.unmatched = 3 },
	    .first_event_at = AT(23, 5, 0),
	    .last_event_at = AT(23, 8, 18),
	    .damage = "ends in the middle at byte 99" },
};

static const struct report_range coverage[] = {
	{ AT(22, 0, 0), AT(22, 6, 0), false },
	{ AT(23, 5, 0), AT(23, 9, 0), false },
};

static void
prepare(struct report_fixture *fixture)
{
	fixture_init(fixture, "UTC");
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
		add_failures(fixture, &failures[i]);
	add_retries(fixture);
	relays[0] = fixture_name(fixture, "mx.example.com");
	for (size_t i = 0; i < 3; i++)
		incidents[i] = (struct incident){
			.started_at = AT(23, 8, 0),
			.resolved_at = INSTANT_NONE,
			.last_failure_at = AT(23, 10, 10),
			.failed_attempts = 50,
			.deliveries = 30,
			.deliveries_recovered = 3,
			.cause = fixture_cause(fixture, not_accepting),
			.relay_hosts = relays,
			.relay_count = 1,
		};
	incidents[0].domain = fixture_name(fixture, "example.com");
	incidents[1].domain = fixture_name(fixture, "other.example.com");
	incidents[1].deliveries = 6;
	incidents[2].domain = fixture_name(fixture, "example.net");
	incidents[2].resolved_at = AT(23, 9, 0);
	fixture->tally.totals.unclassified = 1;
	fixture->source.incidents = incidents;
	fixture->source.incident_count = 3;
	fixture->source.inputs = inputs;
	fixture->source.input_count = 1;
	fixture->source.damaged_files = 1;
	fixture->source.coverage = coverage;
	fixture->source.coverage_count = 2;
	fixture_view(fixture);
}

/* What the report must say, with lines joined to single blanks. */
static const struct row {
	const char *name;
	const char *says;
} rows[] = {
	{ "period",
	    "Period 2026-11-23 05:01Z to 2026-11-23 08:18Z (3 h 17 min); times "
	    "are UTC, hours of the day are UTC" },
	{ "lines",
	    "Inputs 1 file, 30 lines = 26 recognised + 1 ignored + 3 unmatched "
	    "+ 0 malformed" },
	{ "unmatched", "WARNING 3 lines look like deliveries and no pattern" },
	{ "damage", "WARNING mail.log: ends in the middle at byte 99" },
	{ "gap",
	    "Gap no line between 2026-11-22 06:00Z and 2026-11-23 05:00Z "
	    "(23 h)" },
	{ "outcomes",
	    "Deliveries 19 = 3 delivered + 15 bounced + 0 expired + 1 pending "
	    "+ 0 withdrawn" },
	{ "attempts", "Attempts 27 = 3 delivered + 9 deferred + 15 bounced" },
	{ "bounce rate",
	    "Bounce rate 83.33 % = 15 (bounced + expired) / 18 (delivered + "
	    "bounced + expired)" },
	{ "retry rate",
	    "Retry success 100.00 % = 3 delivered / 3 (delivered + bounced + "
	    "expired) of 4 deferred deliveries; 1 pending" },
	{ "first: the outage, with what fails beside it",
	    "1. example.com has taken no mail since 2026-11-23 08:00Z, last "
	    "failure 2026-11-23 10:10Z (2 h 10 min): 30 deliveries hit in 50 "
	    "failed tries, 3 delivered since; 4.3.2 remote_system; relay "
	    "mx.example.com. Failing with it: other.example.com -> Retry "
	    "after 1 h, 4 h, 12 h and 24 h. $ bouncestat domain example.com "
	    "LOG... 2. Our" },
	{ "second: the block",
	    "2. Our sending address is on a block list or has a bad "
	    "reputation (5.7.1): 7 deliveries at google 7; since 2026-11-23 "
	    "05:01Z, last 2026-11-23 05:07Z \"550 5.7.1 blocked using "
	    "list.example.org\" ->" },
	{ "third: the dead addresses",
	    "3. Dead addresses (5.1.1): 5 deliveries bounced from mailboxes or "
	    "domains that are no more, at example.net 5; since 2026-11-23 "
	    "05:01Z" },
	{ "fourth: the broken system",
	    "4. 5.3.0 Other mail system status (Mail system error): 2 "
	    "deliveries at $(x).test (nothing was delivered there); server "
	    "mx.example.net 2; since" },
	{ "its command", "$ bouncestat events --code 5.3.0 LOG..." },
	{ "fifth: the unknown reply",
	    "5. Replies that no rule knows: 1 delivery, 1 different text, at "
	    "example.net 1; since 2026-11-23 05:01Z \"554 what \\xFF is "
	    "this\"" },
	{ "failing domain", "example.net 6 6 100.0 % 0 5.1.1 user_unknown" },
	{ "codes",
	    "4.3.2 System not accepting network ... 9 0 4 remote_system" },
	{ "where a code comes from",
	    "Domains, relays and hours of one of them: $ bouncestat --code "
	    "CODE LOG..." },
	{ "curve of success",
	    "try tried delivered rate share delivered wait before it (p50) 1 4 "
	    "0 0.0 % .................... - 2 4 0 0.0 % .................... "
	    "5m 3 4 3 75.0 % ###############..... 5m" },
	{ "advised schedule",
	    "4.3.2 is retried after 5 min, 5 min; advised: 1 h, 4 h, 12 h, "
	    "24 h." },
	{ "open outage", "example.com open 11-23 08:00Z 2h10m 50 30 3 4.3.2" },
	{ "who waits for it",
	    "example.com (open): 1 delivery waits; last failure 2026-11-23 "
	    "10:10Z; relay mx.example.com; behind the same relay fail too: "
	    "other.example.com" },
	{ "resolved outage", "example.net over 11-23 08:00Z 1h 50 30 3 4.3.2" },
	{ "time of day", "Mon # # Mon . #" },
	{ "provider", "google 7 7 100.0 % 0 5.7.1 ip_blocked" },
	{ "relay", "mx.example.net 192.0.2.9 15 15 100.0 % - 5.7.1" },
	{ "footer", "0 internal hops (records)" },
};

/* Runs of blanks and line ends become one blank. */
static char *
join_lines(struct buffer *out)
{
	char *text = memory_copy_string(out->data, out->length);
	size_t length = 0;

	for (size_t i = 0; i < out->length; i++) {
		char byte = text[i] == '\n' ? ' ' : text[i];

		if (byte != ' ' || length == 0 || text[length - 1] != ' ')
			text[length++] = byte;
	}
	text[length] = '\0';
	return text;
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct report_fixture fixture;
	struct buffer out;
	struct terminal terminal = { &out, 80, false, false };
	char *text;

	prepare(&fixture);
	buffer_init(&out, 0);
	text_report_write(&terminal, &fixture.view);
	text = join_lines(&out);
	if (strstr(text, row->says) == NULL)
		fail_msg("not said: %s\n%s", row->says, buffer_string(&out));
	free(text);
	buffer_release(&out);
	fixture_release(&fixture);
}

static void
check_lines(struct buffer *out, size_t columns, bool ascii)
{
	struct text rest = buffer_text(out);

	while (rest.length > 0) {
		size_t end = text_find_byte(rest, '\n');
		struct text line = text_slice(rest, 0, end);

		assert_true(end != TEXT_NONE);
		for (size_t i = 0; i < line.length; i++) {
			unsigned char byte = (unsigned char)line.data[i];

			assert_true(byte >= 0x20 && byte != 0x7f);
			assert_true(byte < 0x80 || !ascii);
		}
		/* Commands are for copying and stay in one piece. */
		if (text_find(line, TEXT_LITERAL("$ bouncestat")) ==
			TEXT_NONE &&
		    printable_columns(line) > columns)
			fail_msg("wide: %.*s", TEXT_FORMAT(line));
		rest = text_slice(rest, end + 1, rest.length);
	}
}

/* No control bytes, ASCII only in a pipe, and no line too wide. */
static void
check_layout(void **state)
{
	struct report_fixture fixture;
	struct buffer out;
	struct terminal terminal = { &out, 80, false, false };

	(void)state;
	prepare(&fixture);
	buffer_init(&out, 0);
	text_report_write(&terminal, &fixture.view);
	check_lines(&out, 80, true);
	buffer_clear(&out);
	terminal.utf8 = true;
	terminal.columns = 120;
	text_report_write(&terminal, &fixture.view);
	check_lines(&out, 120, false);
	assert_true(text_find(buffer_text(&out),
			TEXT_LITERAL("\xe2\x96\x88")) != TEXT_NONE);
	buffer_release(&out);
	fixture_release(&fixture);
}

static void
check_top(void **state)
{
	struct report_fixture fixture;
	struct buffer out;
	struct terminal terminal = { &out, 80, false, false };
	const char *text;

	(void)state;
	prepare(&fixture);
	fixture.settings.top = 2;
	buffer_init(&out, 0);
	text_report_write(&terminal, &fixture.view);
	text = buffer_string(&out);
	assert_non_null(strstr(text, "\n  2 failing domains left out\n"));
	assert_non_null(strstr(text, "\n  3 smaller ones left out;"));
	assert_non_null(strstr(text, "\n  3 codes left out\n"));
	buffer_release(&out);
	fixture_release(&fixture);
}

/* An hour with few tries is not the worst, however many of them failed. */
static void
check_worst_hour(void **state)
{
	struct picture picture = { .title = "All failures" };
	unsigned hour = 0;

	(void)state;
	assert_false(picture_worst_hour(&picture, 0, &hour));
	picture.attempts[3] = 19;
	picture.failures[3] = 19;
	assert_false(picture_worst_hour(&picture, 20, &hour));
	picture.attempts[100] = 20;
	picture.failures[100] = 1;
	picture.attempts[101] = 1000;
	picture.failures[101] = 40;
	assert_true(picture_worst_hour(&picture, 20, &hour));
	assert_int_equal(hour, 100);
	assert_true(picture_worst_hour(&picture, 1, &hour));
	assert_int_equal(hour, 3);
}

/* The scale is fixed: none, then under 2, 5, 10, 20, 50 percent and more. */
static void
check_levels(void **state)
{
	static const struct {
		uint64_t failures;
		uint64_t attempts;
		const char *level;
	} cases[] = {
		{ 0, 0, " " },
		{ 0, 9, "." },
		{ 1, 100, ":" },
		{ 2, 100, "-" },
		{ 5, 100, "=" },
		{ 10, 100, "+" },
		{ 20, 100, "*" },
		{ 50, 100, "#" },
		{ 100, 100, "#" },
	};
	const struct terminal terminal = { NULL, 80, false, false };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(picture_level(&terminal, cases[i].failures,
					cases[i].attempts),
		    cases[i].level);
}

/* Nothing was read: the report stands, and asks nothing of its reader. */
static void
check_nothing(void **state)
{
	struct report_fixture fixture;
	struct buffer out;
	struct terminal terminal = { &out, 80, false, false };
	const char *text;

	(void)state;
	fixture_init(&fixture, "UTC");
	fixture_view(&fixture);
	buffer_init(&out, 0);
	text_report_write(&terminal, &fixture.view);
	check_lines(&out, 80, true);
	text = buffer_string(&out);
	assert_non_null(strstr(text, "no record was counted"));
	assert_non_null(strstr(text, "Nothing: no delivery was counted."));
	assert_non_null(strstr(text, "Bounce rate    - = 0 (bounced"));
	buffer_release(&out);
	fixture_release(&fixture);
}

/* The event of an observation is given its record here. */
static void
see(struct domain_watch *watch, struct event *event,
    const struct record *record, const struct observation *seen)
{
	event->record = record;
	domain_watch_record(watch, seen);
}

static void
see_end(struct domain_watch *watch, struct delivery *delivery,
    const char *recipient)
{
	short_text_set(&delivery->recipient, text_of(recipient));
	domain_watch_outcome(watch, delivery);
	short_text_release(&delivery->recipient);
}

/* What a watch of example.com sees: two addresses, one of which fails. */
static void
watch_example(struct domain_watch *watch, struct report_fixture *fixture)
{
	struct record record = { 0 };
	struct event event = { 0 };
	struct message message = { 0 };
	struct delivery delivery = { 0 };
	struct observation seen = { .event = &event,
		.delivery = &delivery,
		.message = &message,
		.counted = true,
		.attempt = 1 };

	delivery.domain = fixture_name(fixture, "example.com");
	delivery.relay_host = fixture_name(fixture, "mx.example.com");
	delivery.recipient_hash = 1;
	record.time = AT(23, 8, 5);
	record.status = RECORD_DEFERRED;
	record.reply = TEXT_LITERAL("451 4.3.2 not now \033[2J");
	event.verdict.enhanced_code = ENHANCED_CODE(4, 3, 2);
	seen.cause = fixture_cause(fixture, not_accepting);
	see(watch, &event, &record, &seen);
	record.reply = TEXT_LITERAL("delivery temporarily suspended");
	seen.attempt = 0;
	see(watch, &event, &record, &seen);
	record.status = RECORD_DELIVERED;
	event.verdict.enhanced_code = 0;
	seen.attempt = 1;
	seen.cause = 0;
	delivery.recipient_hash = 2;
	see(watch, &event, &record, &seen);
	delivery.domain = fixture_name(fixture, "example.net");
	delivery.recipient_hash = 3;
	see(watch, &event, &record, &seen);
	delivery.domain = fixture_name(fixture, "example.com");
	delivery.outcome = OUTCOME_PENDING;
	for (int i = 0; i < 30; i++) {
		char name[32];

		snprintf(name, sizeof(name), "user%d@example.com", i);
		delivery.last_record_at = AT(23, 8, i % 20);
		delivery.attempts = 3;
		see_end(watch, &delivery, name);
	}
}

static void
check_domain_page(void **state)
{
	static const char *const says[] = {
		"Deliveries 4 = 3 delivered + 0 bounced + 0 expired + 1 "
		"pending",
		"Addresses 1 of 2 failed at least once: single addresses; 0 of "
		"these also got mail",
		"! It has taken no mail since 2026-11-23 08:00Z (2 h 10 min)",
		"Sender: - Retry after 1 h, 4 h, 12 h and 24 h.",
		"4.3.2 remote_system, retry: 9 deferred, 0 bounced, 0 "
		"suspended. "
		"System not accepting network messages \"451 4.3.2 not now "
		"\\x1B[2J\"",
		"mx.example.com 2 1 50.0 % 2026-11-23 08:05Z",
		"2026-11-23 08:00Z to now (last failure 2026-11-23 10:10Z), "
		"2 h 10 min: 50 failed tries of 30 deliveries, 3 of them "
		"delivered later; 4.3.2 remote_system; relay mx.example.com",
		"fails #",
		"2026-11-23 08:19Z user19@example.com pending 3",
		"2026-11-23 08:10Z user10@example.com pending 3 - "
		"mx.example.com More:",
	};
	struct report_fixture fixture;
	struct domain_watch watch;
	struct buffer out;
	struct terminal terminal = { &out, 80, false, false };
	char *text;

	(void)state;
	prepare(&fixture);
	domain_watch_init(
	    &watch, TEXT_LITERAL("example.com"), fixture.names, false);
	watch_example(&watch, &fixture);
	assert_int_equal(watch.last_count, WATCH_DELIVERIES);
	buffer_init(&out, 0);
	assert_true(domain_page_write(
	    &terminal, &fixture.view, TEXT_LITERAL("example.com"), &watch));
	check_lines(&out, 80, true);
	text = join_lines(&out);
	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++)
		if (strstr(text, says[i]) == NULL)
			fail_msg(
			    "not said: %s\n%s", says[i], buffer_string(&out));
	free(text);
	buffer_release(&out);
	domain_watch_release(&watch);
	fixture_release(&fixture);
}

static void
check_unknown_domain(void **state)
{
	struct report_fixture fixture;
	struct buffer out;
	struct terminal terminal = { &out, 80, false, false };

	(void)state;
	prepare(&fixture);
	buffer_init(&out, 0);
	assert_false(domain_page_write(
	    &terminal, &fixture.view, TEXT_LITERAL("exmaple.com"), NULL));
	assert_non_null(strstr(buffer_string(&out),
	    "exmaple.com: no delivery to this domain in what was read.\n"
	    "Much like it: example.com\n"));
	buffer_clear(&out);
	assert_false(domain_page_write(&terminal, &fixture.view,
	    TEXT_LITERAL("\033nothing-like-it.test"), NULL));
	assert_string_equal(buffer_string(&out),
	    "\\x1Bnothing-like-it.test: no delivery to this domain in what "
	    "was read.\n");
	buffer_release(&out);
	fixture_release(&fixture);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_layout),
		cmocka_unit_test(check_top),
		cmocka_unit_test(check_worst_hour),
		cmocka_unit_test(check_levels),
		cmocka_unit_test(check_nothing),
		cmocka_unit_test(check_domain_page),
		cmocka_unit_test(check_unknown_domain),
	};

	return ROWS_RUN("report says", rows, check_row) +
	    cmocka_run_group_tests_name("pages", others, NULL, NULL);
}
