#include "unit/rows.h"

#include "unit/report_fixture.h"

#include "report/alerts.h"
#include "report/prometheus.h"

static const struct cause not_accepting = { ENHANCED_CODE(4, 3, 2), 451,
	CATEGORY_REMOTE_SYSTEM, CLASS_SOFT, ACTION_RETRY };
static const struct cause blocked = { 0, 550, CATEGORY_IP_BLOCKED, CLASS_BLOCK,
	ACTION_FIX_SENDER };

/* example.com: 3 delivered, 1 bounced; example.net: one deferred, pending. */
static void
fill(struct report_fixture *fixture)
{
	for (int i = 0; i < 4; i++) {
		fixture_try(fixture,
		    &(struct fixture_try){ .time = AT(23, 1, i),
			.status = i < 3 ? RECORD_DELIVERED : RECORD_BOUNCED,
			.domain = "example.com",
			.sender = "example.org",
			.provider = "google",
			.cause = i < 3 ? (struct cause){ 0 } : blocked,
			.reply = "550 blocked" });
		fixture_end(fixture,
		    &(struct fixture_end){ .domain = "example.com",
			.sender = "example.org",
			.provider = "google",
			.outcome = i < 3 ? OUTCOME_DELIVERED : OUTCOME_BOUNCED,
			.attempts = 1,
			.last_attempt_at = AT(23, 1, i) });
	}
	fixture_try(fixture,
	    &(struct fixture_try){ .time = AT(23, 2, 0),
		.status = RECORD_DEFERRED,
		.domain = "example.net\"\\\n\xff\x1b\xc2\x9b",
		.sender = "example.org",
		.cause = not_accepting,
		.reply = "451 4.3.2 not now",
		.was_deferred = true });
	fixture_end(fixture,
	    &(struct fixture_end){
		.domain = "example.net\"\\\n\xff\x1b\xc2\x9b",
		.sender = "example.org",
		.outcome = OUTCOME_PENDING,
		.attempts = 1,
		.last_attempt_at = AT(23, 2, 0) });
	fixture_view(fixture);
}

static const struct row {
	const char *name;
	const char *line; /* "" = does not hold; NULL = no expression */
} rows[] = {
	{ "bounce_rate>0.2", "it is 0.250000 (1 of 4)" },
	{ "bounce_rate>20%", "it is 0.250000 (1 of 4)" },
	{ "bounce_rate > .25", "" },
	{ "bounce_rate>=0.25", "it is 0.250000 (1 of 4)" },
	{ "bounce_rate<0.25", "" },
	{ "bounce_rate=0.25", "it is 0.250000 (1 of 4)" },
	/* Nothing that was retried has ended: no rate. */
	{ "retry_success_rate<0.8", "" },
	{ "deliveries=5", "it is 5" },
	{ "attempts<=5", "it is 5" },
	{ "pending>0", "it is 1" },
	{ "expired>0", "" },
	{ "domain:example.com:bounce_rate>0.1", "it is 0.250000 (1 of 4)" },
	{ "domain:EXAMPLE.COM:bounced==1", "it is 1" },
	{ "domain:Example.com.:bounced==1", "it is 1" },
	{ "domain:other.test:bounced>0", "" },
	{ "domain:other.test:bounced=0", "it is 0" },
	{ "domain:other.test:bounce_rate>=0", "" },
	{ "provider:google:delivered>2", "it is 3" },
	{ "sender:example.org:attempts_deferred>0", "it is 1" },
	{ "category:ip_blocked>0", "it is 1" },
	{ "category:user_unknown>0", "" },
	{ "code:4.3.2>0", "it is 1" },
	{ "code:550>0", "it is 1" },
	/* Beside an enhanced code too, as --code has it. */
	{ "code:451>0", "it is 1" },
	{ "code:4.3.*>0", "it is 1" },
	{ "code:4*>0", "it is 1" },
	{ "code:*.*.*>0", "it is 1" },
	{ "code:45>0", NULL },
	{ "code:5.7*>0", NULL },
	{ "code:5.1.1>0", "" },
	{ "incidents_open>0", "" },
	{ "unmatched>0", "" },
	{ "bounce_rate", NULL },
	{ "bounce_rate>", NULL },
	{ "bounce_rate>x", NULL },
	{ "bounce_rate>1e5", NULL },
	{ "bounce_rate>1.2.3", NULL },
	{ "bounce_rate>%", NULL },
	{ "bounce_rate>>1", NULL },
	{ ">1", NULL },
	{ "", NULL },
	{ "nonsense>1", NULL },
	{ "category:nonsense>1", NULL },
	{ "code:9.9.9>1", NULL },
	{ "domain:example.com>1", NULL },
	{ "domain::bounced>1", NULL },
	{ "domain:example.com:unmatched>1", NULL },
	{ "host:example.com:bounced>1", NULL },
};

static void
test_row(void **state)
{
	const struct row *row = *state;
	const char *expression = row->name;
	const struct settings_list list = { &expression, 1, 1 };
	struct report_fixture fixture;
	struct diagnostics diagnostics;
	struct alerts alerts;
	struct buffer out;

	diagnostics_init(&diagnostics);
	buffer_init(&out, 0);
	fixture_init(&fixture, "UTC");
	fill(&fixture);
	if (row->line == NULL) {
		assert_false(alerts_parse(&alerts, &list, &diagnostics));
		assert_int_equal(diagnostics.errors, 1);
	} else {
		assert_true(alerts_parse(&alerts, &list, &diagnostics));
		assert_int_equal(alerts_check(&alerts, &fixture.view, &out),
		    row->line[0] != '\0');
		assert_non_null(strstr(buffer_string(&out), row->line));
		assert_true(row->line[0] != '\0' || out.length == 0);
	}
	alerts_release(&alerts);
	fixture_release(&fixture);
	buffer_release(&out);
	diagnostics_release(&diagnostics);
}

/* Label values are escaped; controls and what is no UTF-8 stay distinct. */
static void
test_prometheus(void **state)
{
	static const char *const wanted[] = {
		"# HELP bouncestat_deliveries Deliveries by outcome.\n"
		"# TYPE bouncestat_deliveries gauge\n"
		"bouncestat_deliveries{outcome=\"delivered\"} 3\n"
		"bouncestat_deliveries{outcome=\"bounced\"} 1\n"
		"bouncestat_deliveries{outcome=\"expired\"} 0\n"
		"bouncestat_deliveries{outcome=\"pending\"} 1\n",
		"\nbouncestat_bounce_ratio 0.250000\n",
		"\nbouncestat_failed_attempts{category=\"ip_blocked\","
		"class=\"block\",action=\"fix_sender\"} 1\n",
		"\nbouncestat_domain_deliveries{domain=\"example.com\","
		"outcome=\"delivered\"} 3\n",
		"{domain=\"example."
		"net\\\"\\\\\\n\\\\XFF\\\\X1B\\\\XC2\\\\X9B\","
		"outcome=\"pending\"} 1\n",
		"\nbouncestat_domain_bounce_ratio{domain=\"example.com\"} "
		"0.250000\n",
		"\nbouncestat_incidents{state=\"open\"} 0\n",
		"\nbouncestat_lines{result=\"unmatched\"} 0\n",
	};
	struct report_fixture fixture;
	struct buffer out;

	(void)state;
	buffer_init(&out, 0);
	fixture_init(&fixture, "UTC");
	fill(&fixture);
	fixture.settings.top = 10;
	prometheus_format(&out, &fixture.view);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_non_null(strstr(buffer_string(&out), wanted[i]));
	/* A rate of nothing has no sample. */
	assert_null(strstr(buffer_string(&out), "retry_success_ratio"));
	assert_int_equal(out.data[out.length - 1], '\n');
	fixture_release(&fixture);
	buffer_release(&out);
}

/* One category, two classes: sums by class are those of the attempts. */
static void
test_prometheus_classes(void **state)
{
	static const struct cause broken = { ENHANCED_CODE(5, 3, 0), 554,
		CATEGORY_REMOTE_SYSTEM, CLASS_HARD, ACTION_SUPPRESS };
	struct fixture_try row = { .time = AT(23, 1, 0),
		.domain = "example.com",
		.sender = "example.org" };
	struct report_fixture fixture;
	struct buffer out;

	(void)state;
	buffer_init(&out, 0);
	fixture_init(&fixture, "UTC");
	for (int i = 0; i < 5; i++) {
		row.status = i < 3 ? RECORD_DEFERRED : RECORD_BOUNCED;
		row.cause = i < 3 ? not_accepting : broken;
		fixture_try(&fixture, &row);
	}
	fixture_view(&fixture);
	prometheus_format(&out, &fixture.view);
	assert_non_null(strstr(buffer_string(&out),
	    " gauge\nbouncestat_failed_attempts{category=\"remote_system\","
	    "class=\"hard\",action=\"suppress\"} 2\n"
	    "bouncestat_failed_attempts{category=\"remote_system\","
	    "class=\"soft\",action=\"retry\"} 3\n#"));
	/* Nothing has ended: neither a sample nor its head. */
	assert_null(strstr(buffer_string(&out), "domain_bounce_ratio"));
	fixture_release(&fixture);
	buffer_release(&out);
}

/* However many samples a metric has, it has one head. */
static void
test_prometheus_heads(void **state)
{
	static const char *const domains[] = { "example.com", "example.net" };
	static const char head[] = "# TYPE ";
	struct report_fixture fixture;
	struct buffer out;
	size_t heads = 0;

	(void)state;
	buffer_init(&out, 0);
	fixture_init(&fixture, "UTC");
	for (int i = 0; i < 2; i++)
		fixture_end(&fixture,
		    &(struct fixture_end){ .domain = domains[i],
			.outcome = OUTCOME_DELIVERED,
			.attempts = 1,
			.last_attempt_at = AT(23, 1, 0) });
	fixture_view(&fixture);
	prometheus_format(&out, &fixture.view);
	assert_non_null(strstr(buffer_string(&out),
	    "\nbouncestat_domain_bounce_ratio{domain=\"example.net\"} 0"));
	for (char *at = strstr(out.data, head); at != NULL; heads++) {
		size_t length = strcspn(at, "\n");
		char *next = strstr(at + length, head);

		for (char *other = next; other != NULL;
		     other = strstr(other + 1, head))
			assert_memory_not_equal(at, other, length + 1);
		at = next;
	}
	assert_true(heads > 10);
	fixture_release(&fixture);
	buffer_release(&out);
}

int
main(void)
{
	const struct CMUnitTest others[] = { cmocka_unit_test(test_prometheus),
		cmocka_unit_test(test_prometheus_classes),
		cmocka_unit_test(test_prometheus_heads) };

	return ROWS_RUN("alerts", rows, test_row) |
	    cmocka_run_group_tests(others, NULL, NULL);
}
