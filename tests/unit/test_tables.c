#include "unit/rows.h"

#include "unit/report_fixture.h"

static const struct cause unknown_user = { ENHANCED_CODE(5, 1, 1), 550,
	CATEGORY_USER_UNKNOWN, CLASS_HARD, ACTION_REMOVE };
static const struct cause not_accepting = { ENHANCED_CODE(4, 3, 2), 451,
	CATEGORY_REMOTE_SYSTEM, CLASS_SOFT, ACTION_RETRY };
static const struct cause timed_out = { ENHANCED_CODE(4, 4, 1), 0,
	CATEGORY_CONNECTION_FAILED, CLASS_SOFT, ACTION_RETRY };
static const struct cause bare_reply = { 0, 450, CATEGORY_UNKNOWN, CLASS_SOFT,
	ACTION_REVIEW };

/*
 * Monday the 23rd.  example.com: one delivered at once, one after a retry.
 * example.net: two unknown users, one of them twice, and one that expired.
 * "=evil.test": suspended only, and pending.
 */
static void
add_deliveries(struct report_fixture *fixture)
{
	fixture_try(fixture, &(struct fixture_try){ .time = AT(23, 1, 0),
				 .status = RECORD_DELIVERED,
				 .domain = "example.com",
				 .sender = "example.org",
				 .provider = "google",
				 .relay = "mx1.example.com",
				 .ip = "192.0.2.1",
				 .delay = 1500 });
	fixture_end(fixture, &(struct fixture_end){ .domain = "example.com",
				 .sender = "example.org",
				 .provider = "google",
				 .outcome = OUTCOME_DELIVERED,
				 .attempts = 1,
				 .last_attempt_at = AT(23, 1, 0) });
	fixture_try(fixture, &(struct fixture_try){ .time = AT(23, 1, 10),
				 .status = RECORD_DEFERRED,
				 .domain = "example.com",
				 .sender = "example.org",
				 .provider = "google",
				 .relay = "mx2.example.com",
				 .ip = "192.0.2.2",
				 .cause = not_accepting,
				 .reply = "451 4.3.2 not accepting",
				 .delay = 250,
				 .was_deferred = true,
				 .first_code = ENHANCED_CODE(4, 3, 2) });
	fixture_try(fixture, &(struct fixture_try){ .time = AT(23, 2, 10),
				 .status = RECORD_SUSPENDED,
				 .domain = "example.com",
				 .sender = "example.org",
				 .provider = "google",
				 .cause = timed_out,
				 .reply = "delivery temporarily suspended",
				 .was_deferred = true });
	fixture_try(fixture, &(struct fixture_try){ .time = AT(23, 3, 10) + 999,
				 .status = RECORD_DELIVERED,
				 .domain = "example.com",
				 .sender = "example.org",
				 .provider = "google",
				 .relay = "mx1.example.com",
				 .ip = "192.0.2.1",
				 .delay = 500,
				 .attempt = 2,
				 .interval = 7200,
				 .was_deferred = true,
				 .first_code = ENHANCED_CODE(4, 3, 2) });
	fixture_end(fixture, &(struct fixture_end){ .domain = "example.com",
				 .sender = "example.org",
				 .provider = "google",
				 .outcome = OUTCOME_DELIVERED,
				 .attempts = 2,
				 .first_deferred_at = AT(23, 1, 10),
				 .last_attempt_at = AT(23, 3, 10) + 999,
				 .first_code = { ENHANCED_CODE(4, 3, 2), 0 },
				 .first_category = CATEGORY_REMOTE_SYSTEM });
}

static void
add_failures(struct report_fixture *fixture)
{
	for (int i = 0; i < 3; i++)
		fixture_try(
		    fixture, &(struct fixture_try){ .time = AT(23, 5, i),
				 .status = RECORD_BOUNCED,
				 .domain = "example.net",
				 .cause = unknown_user,
				 .reply = "=550 \"no\", \033[2J sorry",
				 .relay = "mx.example.net",
				 .ip = "192.0.2.9",
				 .delay = 100,
				 .after_hard_bounce = i == 2 });
	for (int i = 0; i < 3; i++)
		fixture_end(
		    fixture, &(struct fixture_end){ .domain = "example.net",
				 .outcome = OUTCOME_BOUNCED,
				 .attempts = 1,
				 .last_attempt_at = AT(23, 5, i) });
	fixture_try(fixture, &(struct fixture_try){ .time = AT(23, 5, 30),
				 .status = RECORD_DEFERRED,
				 .domain = "example.net",
				 .cause = bare_reply,
				 .reply = "450 come back",
				 .was_deferred = true });
	fixture_end(fixture, &(struct fixture_end){ .domain = "example.net",
				 .outcome = OUTCOME_EXPIRED,
				 .attempts = 1,
				 .first_deferred_at = AT(23, 5, 30),
				 .last_attempt_at = AT(23, 5, 30),
				 .first_code = { 0, 450 },
				 .first_category = CATEGORY_UNKNOWN });
	fixture_try(fixture, &(struct fixture_try){ .time = AT(23, 6, 0),
				 .status = RECORD_SUSPENDED,
				 .domain = "=evil.test",
				 .cause = timed_out,
				 .reply = "delivery temporarily suspended",
				 .was_deferred = true });
	fixture_end(
	    fixture, &(struct fixture_end){ .domain = "=evil.test",
			 .outcome = OUTCOME_PENDING,
			 .first_deferred_at = AT(23, 6, 0),
			 .first_code = { ENHANCED_CODE(4, 4, 1), 0 },
			 .first_category = CATEGORY_CONNECTION_FAILED });
}

static const struct report_input inputs[] = {
	{ .path = "b.log",
	    .compression = "none",
	    .bytes = 10,
	    .counts = { .lines = 3,
		.recognised = 1,
		.ignored = 1,
		.unmatched = 1 },
	    .first_event_at = INSTANT_NONE,
	    .last_event_at = INSTANT_NONE,
	    .damage = "cut short" },
	{ .path = "a.log.gz",
	    .compression = "gzip",
	    .bytes = 99,
	    .counts = { .lines = 9, .recognised = 8, .malformed = 1 },
	    .first_event_at = AT(23, 1, 0),
	    .last_event_at = AT(23, 6, 0) },
};

static const struct report_range coverage[] = {
	{ AT(23, 1, 0), AT(23, 2, 59), false },
	{ AT(23, 2, 59), AT(23, 6, 0), false },
};

static void
prepare(struct report_fixture *fixture)
{
	static struct incident incidents[2];
	static uint32_t relays[2];

	fixture_init(fixture, "UTC");
	add_deliveries(fixture);
	add_failures(fixture);
	relays[0] = fixture_name(fixture, "mx1.example.com");
	relays[1] = fixture_name(fixture, "mx2.example.com");
	incidents[0] = (struct incident){
		.domain = fixture_name(fixture, "example.com"),
		.started_at = AT(23, 1, 10) + 900,
		.resolved_at = AT(23, 3, 10) + 100,
		.last_failure_at = AT(23, 3, 0),
		.failed_attempts = 6,
		.deliveries = 3,
		.deliveries_recovered = 2,
		.cause = fixture_cause(fixture, not_accepting),
		.relay_hosts = relays,
		.relay_count = 2,
	};
	incidents[1] = (struct incident){
		.domain = fixture_name(fixture, "example.net"),
		.started_at = AT(23, 5, 0),
		.resolved_at = INSTANT_NONE,
		.last_failure_at = AT(23, 5, 30),
		.failed_attempts = 5,
		.deliveries = 2,
		.cause = fixture_cause(fixture, bare_reply),
	};
	fixture->source.incidents = incidents;
	fixture->source.incident_count = 2;
	fixture->source.inputs = inputs;
	fixture->source.input_count = 2;
	fixture->source.coverage = coverage;
	fixture->source.coverage_count = 2;
	fixture->source.damaged_files = 1;
	fixture_view(fixture);
}

static const struct row {
	const char *name;
	const char *csv;
} rows[] = {
	/* clang-format off */
	{ "inputs",
	    "file,compression,bytes,lines,recognised,ignored,unmatched,"
	    "malformed,first_event_at,last_event_at,damage\n"
	    "a.log.gz,gzip,99,9,8,0,0,1,2026-11-23T01:00:00Z,2026-11-23"
	    "T06:00:00Z,\n"
	    "b.log,none,10,3,1,1,1,0,,,cut short\n" },
	{ "domains",
	    "recipient_domain,provider,deliveries,delivered,bounced,exp"
	    "ired,pending,withdrawn,bounce_rate,attempts,attempts_deliv"
	    "ered,attempts_deferred,attempts_bounced,suspended,failures"
	    "_hard,failures_soft,failures_block,failures_undetermined,d"
	    "eferred_deliveries,retry_delivered,retry_bounced,retry_exp"
	    "ired,retry_pending,retry_success_rate,resolution_seconds_p"
	    "50,resolution_seconds_p90,resolution_seconds_p99,resolutio"
	    "n_seconds_max,top_enhanced_code,top_category,top_action,se"
	    "nt_after_hard_bounce,first_event_at,last_event_at\n"
	    "example.net,,4,0,3,1,0,0,1.000000,4,0,1,3,0,3,1,0,0,1,0,0,"
	    "1,0,0.000000,,,,,5.1.1,user_unknown,remove,1,2026-11-23T05"
	    ":00:00Z,2026-11-23T05:30:00Z\n"
	    "example.com,google,2,2,0,0,0,0,0.000000,3,2,1,0,1,0,1,0,0,"
	    "1,1,0,0,0,1.000000,7200,7200,7200,7200,4.3.2,remote_system"
	    ",retry,0,2026-11-23T01:00:00Z,2026-11-23T03:10:00Z\n"
	    "'=evil.test,,1,0,0,0,1,0,,0,0,0,0,1,0,0,0,0,1,0,0,0,1,,,,,"
	    ",4.4.1,connection_failed,retry,0,2026-11-23T06:00:00Z,2026"
	    "-11-23T06:00:00Z\n" },
	{ "providers",
	    "provider,deliveries,delivered,bounced,expired,pending,with"
	    "drawn,bounce_rate,attempts,attempts_delivered,attempts_def"
	    "erred,attempts_bounced,suspended,failures_hard,failures_so"
	    "ft,failures_block,failures_undetermined,deferred_deliverie"
	    "s,retry_delivered,retry_bounced,retry_expired,retry_pendin"
	    "g,retry_success_rate,resolution_seconds_p50,resolution_sec"
	    "onds_p90,resolution_seconds_p99,resolution_seconds_max,top"
	    "_enhanced_code,top_category,top_action,sent_after_hard_bou"
	    "nce,first_event_at,last_event_at\n"
	    ",5,0,3,1,1,0,1.000000,4,0,1,3,1,3,1,0,0,2,0,0,1,1,0.000000"
	    ",,,,,5.1.1,user_unknown,remove,1,2026-11-23T05:00:00Z,2026"
	    "-11-23T06:00:00Z\n"
	    "google,2,2,0,0,0,0,0.000000,3,2,1,0,1,0,1,0,0,1,1,0,0,0,1."
	    "000000,7200,7200,7200,7200,4.3.2,remote_system,retry,0,202"
	    "6-11-23T01:00:00Z,2026-11-23T03:10:00Z\n" },
	{ "senders",
	    "sender_domain,deliveries,delivered,bounced,expired,pending"
	    ",withdrawn,bounce_rate,attempts,attempts_delivered,attempt"
	    "s_deferred,attempts_bounced,suspended,failures_hard,failur"
	    "es_soft,failures_block,failures_undetermined,deferred_deli"
	    "veries,retry_delivered,retry_bounced,retry_expired,retry_p"
	    "ending,retry_success_rate,resolution_seconds_p50,resolutio"
	    "n_seconds_p90,resolution_seconds_p99,resolution_seconds_ma"
	    "x,top_enhanced_code,top_category,top_action,sent_after_har"
	    "d_bounce,first_event_at,last_event_at\n"
	    ",5,0,3,1,1,0,1.000000,4,0,1,3,1,3,1,0,0,2,0,0,1,1,0.000000"
	    ",,,,,5.1.1,user_unknown,remove,1,2026-11-23T05:00:00Z,2026"
	    "-11-23T06:00:00Z\n"
	    "example.org,2,2,0,0,0,0,0.000000,3,2,1,0,1,0,1,0,0,1,1,0,0"
	    ",0,1.000000,7200,7200,7200,7200,4.3.2,remote_system,retry,"
	    "0,2026-11-23T01:00:00Z,2026-11-23T03:10:00Z\n" },
	{ "codes",
	    "enhanced_code,reply_code,name,deferred,bounced,suspended,d"
	    "eliveries,recipient_domains,top_category,class,action,defe"
	    "rred_deliveries,retry_delivered,retry_bounced,retry_expire"
	    "d,retry_pending,retry_success_rate,resolution_seconds_p50,"
	    "resolution_seconds_p90,resolution_seconds_max,first_event_"
	    "at,last_event_at,example\n"
	    "5.1.1,550,Bad destination mailbox address,0,3,0,3,1,user_u"
	    "nknown,hard,remove,0,0,0,0,0,,,,,2026-11-23T05:00:00Z,2026"
	    "-11-23T05:02:00Z,\"'=550 \"\"no\"\", \\x1B[2J sorry\"\n"
	    ",450,Temporary,1,0,0,1,1,unknown,soft,review,1,0,0,1,0,0.0"
	    "00000,,,,2026-11-23T05:30:00Z,2026-11-23T05:30:00Z,450 com"
	    "e back\n"
	    "4.3.2,451,System not accepting network messages,1,0,0,1,1,"
	    "remote_system,soft,retry,1,1,0,0,0,1.000000,7200,7200,7200"
	    ",2026-11-23T01:10:00Z,2026-11-23T01:10:00Z,451 4.3.2 not a"
	    "ccepting\n"
	    "4.4.1,,Temporary,0,0,2,2,2,connection_failed,soft,retry,1,"
	    "0,0,0,1,,,,,2026-11-23T02:10:00Z,2026-11-23T06:00:00Z,deli"
	    "very temporarily suspended\n" },
	{ "categories",
	    "category,class,action,deferred,bounced,suspended,deliverie"
	    "s,recipient_domains,example\n"
	    "user_unknown,hard,remove,0,3,0,3,1,\"'=550 \"\"no\"\", \\x"
	    "1B[2J sorry\"\n"
	    "remote_system,soft,retry,1,0,0,1,1,451 4.3.2 not accepting\n"
	    "unknown,soft,review,1,0,0,1,1,450 come back\n"
	    "connection_failed,soft,retry,0,0,2,2,2,delivery temporaril"
	    "y suspended\n" },
	{ "domain_codes",
	    "recipient_domain,enhanced_code,reply_code,category,class,a"
	    "ction,deferred,bounced,deliveries,first_event_at,last_even"
	    "t_at\n"
	    "example.net,5.1.1,550,user_unknown,hard,remove,0,3,3,2026-"
	    "11-23T05:00:00Z,2026-11-23T05:02:00Z\n"
	    "example.com,4.3.2,451,remote_system,soft,retry,1,0,1,2026-"
	    "11-23T01:10:00Z,2026-11-23T01:10:00Z\n"
	    "example.net,,450,unknown,soft,review,1,0,1,2026-11-23T05:3"
	    "0:00Z,2026-11-23T05:30:00Z\n"
	    "'=evil.test,4.4.1,,connection_failed,soft,retry,0,0,1,2026"
	    "-11-23T06:00:00Z,2026-11-23T06:00:00Z\n"
	    "example.com,4.4.1,,connection_failed,soft,retry,0,0,1,2026"
	    "-11-23T02:10:00Z,2026-11-23T02:10:00Z\n" },
	{ "relays",
	    "relay_host,relay_ip,recipient_domains,attempts,delivered,d"
	    "eferred,bounced,delay_seconds_p50,delay_seconds_p95,top_en"
	    "hanced_code,top_category,first_event_at,last_event_at\n"
	    "mx.example.net,192.0.2.9,1,3,0,0,3,0.100,0.100,5.1.1,user_"
	    "unknown,2026-11-23T05:00:00Z,2026-11-23T05:02:00Z\n"
	    "mx1.example.com,192.0.2.1,1,2,2,0,0,1.500,1.500,,,2026-11-"
	    "23T01:00:00Z,2026-11-23T03:10:00Z\n"
	    ",,1,1,0,1,0,,,,unknown,2026-11-23T05:30:00Z,2026-11-23T05:"
	    "30:00Z\n"
	    "mx2.example.com,192.0.2.2,1,1,0,1,0,0.250,0.250,4.3.2,remo"
	    "te_system,2026-11-23T01:10:00Z,2026-11-23T01:10:00Z\n" },
	{ "series",
	    "time,interval_seconds,attempts,delivered,deferred,bounced,"
	    "expired,failures_hard,failures_soft,failures_block\n"
	    "2026-11-23T01:00:00Z,3600,2,1,1,0,0,0,1,0\n"
	    "2026-11-23T02:00:00Z,3600,0,0,0,0,0,0,0,0\n"
	    "2026-11-23T03:00:00Z,3600,1,1,0,0,0,0,0,0\n"
	    "2026-11-23T04:00:00Z,3600,0,0,0,0,0,0,0,0\n"
	    "2026-11-23T05:00:00Z,3600,4,0,1,3,0,3,1,0\n"
	    "2026-11-23T06:00:00Z,3600,0,0,0,0,0,0,0,0\n" },
	{ "series_categories",
	    "time,interval_seconds,category,deferred,bounced\n"
	    "2026-11-23T01:00:00Z,3600,remote_system,1,0\n"
	    "2026-11-23T05:00:00Z,3600,unknown,1,0\n"
	    "2026-11-23T05:00:00Z,3600,user_unknown,0,3\n" },
	{ "retries",
	    "scope,key,deferred_deliveries,delivered,bounced,expired,pe"
	    "nding,withdrawn,retry_success_rate,attempts_mean,resolutio"
	    "n_seconds_p50,resolution_seconds_p90,resolution_seconds_p9"
	    "9,resolution_seconds_max\n"
	    "all,,3,1,0,1,1,0,0.500000,1.00,7200,7200,7200,7200\n"
	    "code,4.3.2,1,1,0,0,0,0,1.000000,2.00,7200,7200,7200,7200\n"
	    "code,4.4.1,1,0,0,0,1,0,,0.00,,,,\n"
	    "code,450,1,0,0,1,0,0,0.000000,1.00,,,,\n"
	    "category,connection_failed,1,0,0,0,1,0,,0.00,,,,\n"
	    "category,remote_system,1,1,0,0,0,0,1.000000,2.00,7200,7200"
	    ",7200,7200\n"
	    "category,unknown,1,0,0,1,0,0,0.000000,1.00,,,,\n"
	    "domain,'=evil.test,1,0,0,0,1,0,,0.00,,,,\n"
	    "domain,example.com,1,1,0,0,0,0,1.000000,2.00,7200,7200,720"
	    "0,7200\n"
	    "domain,example.net,1,0,0,1,0,0,0.000000,1.00,,,,\n" },
	{ "retry_attempts",
	    "enhanced_code,attempt,tried,delivered,deferred,bounced,int"
	    "erval_seconds_p50,advised_interval_seconds\n"
	    ",1,2,0,2,0,,\n"
	    ",2,1,1,0,0,7200,\n"
	    "4.3.2,1,1,0,1,0,,\n"
	    "4.3.2,2,1,1,0,0,7200,3600\n" },
	{ "incidents",
	    "recipient_domain,state,started_at,resolved_at,last_failure"
	    "_at,duration_seconds,failed_attempts,deliveries,deliveries"
	    "_recovered,enhanced_code,category,relays\n"
	    "example.com,resolved,2026-11-23T01:10:00Z,2026-11-23T03:10"
	    ":00Z,2026-11-23T03:00:00Z,7200,6,3,2,4.3.2,remote_system,m"
	    "x1.example.com mx2.example.com\n"
	    "example.net,open,2026-11-23T05:00:00Z,,2026-11-23T05:30:00"
	    "Z,1800,5,2,0,,unknown,\n" },
	{ "unclassified",
	    "template,attempts,recipient_domains,example\n"
	    "450 come back,1,1,450 come back\n" },
	/* clang-format on */
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct report_fixture fixture;
	char *csv;

	prepare(&fixture);
	csv = fixture_csv(&fixture, table_find(row->name));
	assert_string_equal(csv, row->csv);
	free(csv);
	fixture_release(&fixture);
}

static void
check_contains(
    struct report_fixture *fixture, const char *table, const char *line)
{
	char *csv = fixture_csv(fixture, table_find(table));

	if (strstr(csv, line) == NULL)
		fail_msg("%s.csv has no %s in\n%s", table, line, csv);
	free(csv);
}

static size_t
count_lines(struct report_fixture *fixture, const char *table)
{
	char *csv = fixture_csv(fixture, table_find(table));
	size_t lines = 0;

	for (const char *at = csv; *at != '\0'; at++)
		lines += *at == '\n';
	free(csv);
	return lines;
}

static void
check_run(void **state)
{
	struct report_fixture fixture;

	(void)state;
	prepare(&fixture);
	check_contains(&fixture, "run",
	    "\nstarted_at,2026-11-23T12:00:00Z\n"
	    "first_event_at,2026-11-23T01:00:00Z\n"
	    "last_event_at,2026-11-23T06:00:00Z\ntz,UTC\nfiles,2\n"
	    "damaged_files,1\nlines,12\nrecognised,9\nignored,1\n"
	    "unmatched,1\nmalformed,1\nrecords,9\nattempts,7\n"
	    "deliveries,7\nmessages,7\ninternal_hops,0\n"
	    "notifications,0\nlocal_deliveries,0\nprobes,0\nrejected,0\n"
	    "suspended,2\ndiscarded,0\nunclassified,1\n");
	fixture_release(&fixture);
}

static void
check_times_of_day(void **state)
{
	struct report_fixture fixture;

	(void)state;
	prepare(&fixture);
	assert_int_equal(count_lines(&fixture, "hours"), 1 + 168);
	check_contains(&fixture, "hours", "\n1,0,UTC,0,0,0,0,0,0,0,0\n");
	check_contains(&fixture, "hours", "\n1,1,UTC,1,2,1,1,0,0,1,0\n");
	check_contains(&fixture, "hours", "\n1,5,UTC,1,4,0,1,3,3,1,0\n");
	check_contains(&fixture, "hours", "\n7,23,UTC,0,0,0,0,0,0,0,0\n");
	assert_int_equal(count_lines(&fixture, "code_hours"), 1 + 4 * 24);
	check_contains(&fixture, "code_hours", "\n5.1.1,550,5,0,3\n");
	check_contains(&fixture, "code_hours", "\n,450,5,1,0\n");
	check_contains(&fixture, "code_hours", "\n4.4.1,,2,0,0\n");
	assert_int_equal(count_lines(&fixture, "domain_hours"), 1 + 2 * 24);
	check_contains(&fixture, "domain_hours", "\nexample.net,5,4,0,1,3\n");
	check_contains(&fixture, "domain_hours", "\nexample.com,1,2,1,1,0\n");
	fixture_release(&fixture);
}

static void
check_suppression(void **state)
{
	struct report_fixture fixture;
	struct address address = {
		.recipient = TEXT_LITERAL("-a@example.net"),
		.action = ACTION_REMOVE,
		.category = CATEGORY_USER_UNKNOWN,
		.class = CLASS_HARD,
		.reply_code = 550,
		.enhanced_code = ENHANCED_CODE(5, 1, 1),
		.failures = 2,
		.first_failed_at = AT(23, 5, 0),
		.last_failed_at = AT(23, 5, 1),
		.attempts_after = 1,
		.reply = TEXT_LITERAL("550 5.1.1 no, never"),
	};
	char *csv;

	(void)state;
	fixture_init(&fixture, "UTC");
	address.domain = fixture_name(&fixture, "example.net");
	fixture.source.addresses = &address;
	fixture.source.address_count = 1;
	fixture_view(&fixture);
	csv = fixture_csv(&fixture, &suppression_table);
	assert_string_equal(csv,
	    "recipient,recipient_domain,action,category,class,enhanced_code,"
	    "reply_code,failures,first_failed_at,last_failed_at,"
	    "attempts_after,reply\n"
	    "'-a@example.net,example.net,remove,user_unknown,hard,5.1.1,550,"
	    "2,2026-11-23T05:00:00Z,2026-11-23T05:01:00Z,1,"
	    "\"550 5.1.1 no, never\"\n");
	free(csv);
	fixture_release(&fixture);
}

/* Without any log: headers, and the tables that always have rows. */
static void
check_nothing(void **state)
{
	struct report_fixture fixture;

	(void)state;
	fixture_init(&fixture, "UTC");
	fixture_view(&fixture);
	for (size_t i = 0; i < table_count; i++) {
		size_t lines = count_lines(&fixture, tables[i]->name);

		if (strcmp(tables[i]->name, "run") == 0)
			assert_int_equal(lines, 1 + 24);
		else if (strcmp(tables[i]->name, "hours") == 0)
			assert_int_equal(lines, 1 + 168);
		else
			assert_int_equal(lines, 1);
	}
	check_contains(&fixture, "run", "\nfirst_event_at,\n");
	fixture_release(&fixture);
}

/* March 29, 2026 has no 2:00 in Berlin; October 25 has it twice. */
static void
check_clock_changes(void **state)
{
	static const struct report_range ranges[] = {
		/* Sunday 0:00 to 23:59 by the clock on the wall */
		{ INT64_C(1774738800000), INT64_C(1774821599999), false },
		{ INT64_C(1792879200000), INT64_C(1792969199999), false },
	};
	struct report_fixture fixture;
	struct fixture_try row = { .status = RECORD_DELIVERED,
		.domain = "example.com" };

	(void)state;
	fixture_init(&fixture, "Europe/Berlin");
	row.time = INT64_C(1792886400000); /* 2:00, first */
	fixture_try(&fixture, &row);
	row.time = INT64_C(1792893540000); /* 2:59, second */
	fixture_try(&fixture, &row);
	fixture.source.coverage = ranges;
	fixture.source.coverage_count = 2;
	fixture_view(&fixture);
	check_contains(
	    &fixture, "hours", "\n6,23,Europe/Berlin,0,0,0,0,0,0,0,0\n");
	check_contains(
	    &fixture, "hours", "\n7,0,Europe/Berlin,2,0,0,0,0,0,0,0\n");
	check_contains(
	    &fixture, "hours", "\n7,2,Europe/Berlin,1,2,2,0,0,0,0,0\n");
	check_contains(
	    &fixture, "hours", "\n7,3,Europe/Berlin,2,0,0,0,0,0,0,0\n");
	check_contains(
	    &fixture, "hours", "\n7,23,Europe/Berlin,2,0,0,0,0,0,0,0\n");
	check_contains(&fixture, "series",
	    "\n2026-10-25T00:00:00Z,3600,1,1,0,0,0,0,0,0\n"
	    "2026-10-25T01:00:00Z,3600,1,1,0,0,0,0,0,0\n");
	fixture_release(&fixture);
}

/* A quiet night between files, a day whose file is gone, and a file cut short. */
static void
check_quiet_night(void **state)
{
	static const struct report_range ranges[] = {
		/* from Monday on */
		{ AT(23, 8, 0), AT(23, 17, 30), false },
		{ AT(24, 8, 10), AT(24, 17, 0), false },
		{ AT(25, 15, 59), AT(25, 18, 0), false },
		{ AT(26, 17, 0), AT(26, 17, 1), true },
		{ AT(26, 19, 30), AT(26, 19, 30), false },
	};
	struct report_fixture fixture;

	(void)state;
	fixture_init(&fixture, "UTC");
	fixture.source.coverage = ranges;
	fixture.source.coverage_count = 5;
	fixture_view(&fixture);
	check_contains(&fixture, "hours", "\n1,7,UTC,0,0,0,0,0,0,0,0\n");
	check_contains(&fixture, "hours", "\n1,23,UTC,1,0,0,0,0,0,0,0\n");
	check_contains(&fixture, "hours", "\n2,3,UTC,1,0,0,0,0,0,0,0\n");
	check_contains(&fixture, "hours", "\n2,17,UTC,1,0,0,0,0,0,0,0\n");
	check_contains(&fixture, "hours", "\n3,3,UTC,1,0,0,0,0,0,0,0\n");
	check_contains(&fixture, "hours", "\n3,18,UTC,1,0,0,0,0,0,0,0\n");
	check_contains(&fixture, "hours", "\n3,19,UTC,0,0,0,0,0,0,0,0\n");
	check_contains(&fixture, "hours", "\n4,16,UTC,0,0,0,0,0,0,0,0\n");
	check_contains(&fixture, "hours", "\n4,17,UTC,1,0,0,0,0,0,0,0\n");
	check_contains(&fixture, "hours", "\n4,18,UTC,0,0,0,0,0,0,0,0\n");
	check_contains(&fixture, "hours", "\n4,19,UTC,1,0,0,0,0,0,0,0\n");
	fixture_release(&fixture);
}

/* A zone off by half an hour; then a wrong clock 40 years ahead. */
static void
check_series_fill(void **state)
{
	struct report_fixture fixture;
	struct fixture_try row = { .status = RECORD_DELIVERED,
		.domain = "example.com" };

	(void)state;
	fixture_init(&fixture, "Asia/Kolkata");
	row.time = AT(23, 0, 29);
	fixture_try(&fixture, &row);
	row.time = AT(23, 2, 30);
	fixture_try(&fixture, &row);
	fixture_view(&fixture);
	check_contains(&fixture, "series",
	    "\n2026-11-22T23:30:00Z,3600,1,1,0,0,0,0,0,0\n"
	    "2026-11-23T00:30:00Z,3600,0,0,0,0,0,0,0,0\n"
	    "2026-11-23T01:30:00Z,3600,0,0,0,0,0,0,0,0\n"
	    "2026-11-23T02:30:00Z,3600,1,1,0,0,0,0,0,0\n");
	report_view_release(&fixture.view);
	row.time += INT64_C(40) * 366 * 86400000;
	fixture_try(&fixture, &row);
	fixture_view(&fixture);
	assert_int_equal(count_lines(&fixture, "series"), 1 + 3);
	fixture_release(&fixture);
}

/* Equal weights: the first by bytes, which is not the smallest number. */
static void
check_ties(void **state)
{
	static const struct cause ten = { ENHANCED_CODE(5, 1, 10), 556,
		CATEGORY_DOMAIN_INVALID, CLASS_HARD, ACTION_REMOVE };
	static const struct cause two = { ENHANCED_CODE(5, 1, 2), 550,
		CATEGORY_MAILBOX_FULL, CLASS_SOFT, ACTION_RETRY };
	struct report_fixture fixture;
	struct fixture_try row = { .time = AT(23, 0, 0),
		.status = RECORD_BOUNCED,
		.domain = "example.com",
		.cause = two };

	(void)state;
	fixture_init(&fixture, "UTC");
	fixture_try(&fixture, &row);
	row.cause = ten;
	fixture_try(&fixture, &row);
	row.cause = timed_out;
	row.status = RECORD_SUSPENDED;
	for (int i = 0; i < 9; i++)
		fixture_try(&fixture, &row);
	fixture_view(&fixture);
	check_contains(&fixture, "domains",
	    ",5.1.10,domain_invalid,remove,0,2026-11-23T00:00:00Z,");
	check_contains(&fixture, "codes", "example\n5.1.10,556,");
	fixture_release(&fixture);
}

static void
check_registrable(void **state)
{
	struct report_fixture fixture;
	struct fixture_try row = { .time = AT(23, 0, 0),
		.status = RECORD_BOUNCED,
		.cause = unknown_user,
		.relay = "mx.example.com",
		.ip = "192.0.2.1" };
	static const char *const domains[] = { "a.example.co.uk",
		"b.example.co.uk", "example.co.uk", "co.uk", "" };

	(void)state;
	fixture_init(&fixture, "UTC");
	fixture.settings.by_registrable = true;
	for (size_t i = 0; i < 5; i++) {
		row.domain = domains[i];
		fixture_try(&fixture, &row);
		fixture_end(
		    &fixture, &(struct fixture_end){ .domain = row.domain,
				  .outcome = OUTCOME_BOUNCED,
				  .first_deferred_at = AT(22, 0, 0),
				  .last_attempt_at = row.time });
	}
	fixture_view(&fixture);
#ifdef HAVE_PSL
	assert_int_equal(fixture.view.domain_count, 3);
	check_contains(&fixture, "domains",
	    "\nexample.co.uk,,3,0,3,0,0,0,1.000000,3,0,0,3,0,3,0,0,0,3,0,3,");
	check_contains(&fixture, "domains", "\n,,1,");
	check_contains(&fixture, "domains", "\nco.uk,,1,");
	check_contains(&fixture, "codes",
	    "\n5.1.1,550,Bad destination mailbox address,0,5,0,5,3,");
	check_contains(&fixture, "relays", "\nmx.example.com,192.0.2.1,3,5,");
	check_contains(&fixture, "domain_codes",
	    "first_event_at,last_event_at\nexample.co.uk,5.1.1,550,"
	    "user_unknown,hard,remove,0,3,3,");
	check_contains(&fixture, "domain_hours", "\nexample.co.uk,0,3,0,0,3\n");
#else
	assert_int_equal(fixture.view.domain_count, 5);
#endif
	fixture_release(&fixture);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_run),
		cmocka_unit_test(check_times_of_day),
		cmocka_unit_test(check_suppression),
		cmocka_unit_test(check_nothing),
		cmocka_unit_test(check_clock_changes),
		cmocka_unit_test(check_quiet_night),
		cmocka_unit_test(check_series_fill),
		cmocka_unit_test(check_ties),
		cmocka_unit_test(check_registrable),
	};

	return ROWS_RUN("tables", rows, check_row) +
	       cmocka_run_group_tests_name("more tables", others, NULL, NULL);
}
