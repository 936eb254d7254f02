#include "unit/rows.h"

#include "unit/ledger_script.h"

#include "track/incidents.h"

#define DOWN " category=connection_failed"

static const struct row {
	const char *name;
	unsigned minimum;
	const char *lines;
	/* domain start resolved last failures deliveries recovered category
	 * code relays */
	const char *list;
} rows[] = {
	{ "down and up again", 5,
	    "1 deferred A1 to=u@example.net" DOWN "\n"
	    "2 deferred B1 to=v@example.net" DOWN "\n"
	    "3 deferred A1 to=u@example.net" DOWN "\n"
	    "4 deferred B1 to=v@example.net" DOWN "\n"
	    "5 deferred A1 to=u@example.net" DOWN "\n"
	    "60 delivered A1 to=u@example.net\n"
	    "61 bounced B1 to=v@example.net category=user_unknown\n",
	    "example.net 1 60 5 5 2 1 connection_failed\n" },
	{ "still down when the logs end", 5,
	    "1 deferred A1 to=u@example.net repeat=3" DOWN "\n"
	    "2 deferred B1 to=v@example.net repeat=2" DOWN "\n",
	    "example.net 1 - 2 5 2 0 connection_failed\n" },
	{ "all four categories, and bounces too", 5,
	    "1 deferred A1 to=u@example.net category=dns_failure\n"
	    "2 deferred B1 to=v@example.net category=remote_system\n"
	    "3 bounced C1 to=w@example.net category=routing_error\n"
	    "4 bounced C1 to=w@example.net category=routing_error\n"
	    "5 deferred D1 to=x@example.net" DOWN "\n",
	    "example.net 1 - 5 5 4 0 routing_error\n" },
	{ "other categories are no outage", 5,
	    "1 deferred A1 to=u@example.net repeat=9 category=greylisted\n"
	    "1 deferred B1 to=v@example.net repeat=9 category=rate_limited\n"
	    "1 bounced C1 to=w@example.net repeat=9 category=user_unknown\n",
	    "" },
	{ "lines that come late", 5,
	    "2 deferred A1 to=u@example.net" DOWN "\n"
	    "1 deferred B1 to=v@example.net" DOWN "\n"
	    "4 deferred A1 to=u@example.net repeat=2" DOWN "\n"
	    "3 deferred B1 to=v@example.net" DOWN "\n",
	    "example.net 1 - 4 5 2 0 connection_failed\n" },
	{ "a success of before the outage comes late", 5,
	    "3 deferred A1 to=u@example.net repeat=2" DOWN "\n"
	    "2 delivered C1 to=w@example.net\n"
	    "4 deferred B1 to=v@example.net repeat=3" DOWN "\n"
	    "9 delivered B1 to=v@example.net\n",
	    "example.net 3 9 4 5 2 1 connection_failed\n" },
	{ "a success of before the outage, in the log of another host", 5,
	    "1000 deferred A1 to=u@example.net repeat=3" DOWN "\n"
	    "2000 deferred B1 to=v@example.net repeat=3" DOWN "\n"
	    "500 delivered C1 to=w@example.net\n"
	    "1500 delivered D1 to=x@example.net\n",
	    "example.net 1000 - 2000 6 2 0 connection_failed\n" },
	{ "four failed tries", 5,
	    "1 deferred A1 to=u@example.net repeat=2" DOWN "\n"
	    "2 deferred B1 to=v@example.net repeat=2" DOWN "\n",
	    "" },
	{ "four are enough when the user says so", 4,
	    "1 deferred A1 to=u@example.net repeat=2" DOWN "\n"
	    "2 deferred B1 to=v@example.net repeat=2" DOWN "\n",
	    "example.net 1 - 2 4 2 0 connection_failed\n" },
	{ "one delivery alone", 5,
	    "1 deferred A1 to=u@example.net repeat=9" DOWN "\n", "" },
	{ "one address at a healthy domain", 5,
	    "1 deferred A1 to=u@example.net repeat=3" DOWN "\n"
	    "2 delivered B1 to=v@example.net\n"
	    "3 deferred A1 to=u@example.net repeat=3" DOWN "\n"
	    "4 delivered C1 to=w@example.net\n",
	    "" },
	{ "flapping", 5,
	    "1 deferred A1 to=u@example.net repeat=2" DOWN "\n"
	    "1 deferred B1 to=v@example.net repeat=2" DOWN "\n"
	    "2 delivered C1 to=w@example.net\n"
	    "3 deferred A1 to=u@example.net repeat=2" DOWN "\n"
	    "3 deferred B1 to=v@example.net repeat=2" DOWN "\n"
	    "4 delivered C1 to=x@example.net\n",
	    "" },
	{ "twice down", 5,
	    "1 deferred A1 to=u@example.net repeat=3" DOWN "\n"
	    "1 deferred B1 to=v@example.net repeat=3" DOWN "\n"
	    "2 delivered C1 to=w@example.net\n"
	    "3 deferred A1 to=u@example.net repeat=3" DOWN "\n"
	    "3 deferred B1 to=v@example.net repeat=3" DOWN "\n"
	    "4 delivered A1 to=u@example.net\n",
	    "example.net 1 2 1 6 2 1 connection_failed\n"
	    "example.net 3 4 3 6 2 1 connection_failed\n" },
	{ "a failure of another kind does not end it", 5,
	    "1 deferred A1 to=u@example.net repeat=3" DOWN "\n"
	    "2 bounced B1 to=v@example.net category=user_unknown\n"
	    "3 deferred C1 to=w@example.net repeat=2" DOWN "\n",
	    "example.net 1 - 3 5 2 0 connection_failed\n" },
	{ "what is suspended is no try", 5,
	    "1 deferred A1 to=u@example.net repeat=2" DOWN "\n"
	    "1 deferred B1 to=v@example.net repeat=2" DOWN "\n"
	    "2 suspended B1 to=v@example.net repeat=9" DOWN "\n",
	    "" },
	{ "two domains on one relay", 5,
	    "1 deferred A1 to=u@example.org repeat=5" DOWN "\n"
	    "2 deferred A1 to=u@example.net repeat=5" DOWN "\n"
	    "3 deferred B1 to=v@example.net" DOWN "\n"
	    "4 deferred B1 to=v@example.org" DOWN "\n"
	    "5 delivered B1 to=v@example.net\n",
	    "example.org 1 - 4 6 2 0 connection_failed\n"
	    "example.net 2 5 3 6 2 1 connection_failed\n" },
	{ "relays in the order of their bytes, each once", 5,
	    "1 deferred A1 to=u@example.net relay=mx3.example.net" DOWN "\n"
	    "2 deferred A1 to=u@example.net relay=mx1.example.net" DOWN "\n"
	    "3 deferred B1 to=v@example.net relay=MX3.example.net" DOWN "\n"
	    "4 deferred B1 to=v@example.net relay=none" DOWN "\n"
	    "5 deferred B1 to=v@example.net relay=mx2.example.net" DOWN "\n"
	    "6 delivered B1 to=v@example.net relay=mx0.example.net\n",
	    "example.net 1 6 5 5 2 1 connection_failed mx1.example.net "
	    "mx2.example.net mx3.example.net\n" },
	{ "relays without names", 5,
	    "1 deferred A1 to=u@example.net ip=192.0.2.25" DOWN "\n"
	    "2 deferred B1 to=v@example.net ip=192.0.2.25" DOWN "\n"
	    "3 deferred B1 to=v@example.net ip=192.0.2.10" DOWN "\n"
	    "4 deferred B1 to=v@example.net" DOWN "\n"
	    "5 deferred A1 to=u@example.net relay=mx1.example.net "
	    "ip=192.0.2.11" DOWN "\n",
	    "example.net 1 - 5 5 2 0 connection_failed 192.0.2.10 "
	    "192.0.2.25 mx1.example.net\n" },
	{ "the cause is the most frequent, the first of several", 5,
	    "1 deferred A1 to=u@example.net category=dns_failure\n"
	    "2 deferred A1 to=u@example.net" DOWN "\n"
	    "3 deferred B1 to=v@example.net" DOWN "\n"
	    "4 deferred B1 to=v@example.net category=dns_failure\n"
	    "5 deferred B1 to=v@example.net category=remote_system\n",
	    "example.net 1 - 5 5 2 0 dns_failure\n" },
	{ "a category in several wordings is counted as one", 5,
	    "1 deferred A1 to=u@example.net code=4.4.2 category=dns_failure\n"
	    "2 deferred B1 to=v@example.net code=4.4.2 category=dns_failure\n"
	    "3 deferred B1 to=v@example.net code=4.3.0 category=remote_system\n"
	    "4 deferred B1 to=v@example.net code=4.3.2 category=remote_system\n"
	    "5 deferred B1 to=v@example.net code=4.3.1 category=remote_system"
	    "\n",
	    "example.net 1 - 5 5 2 0 remote_system 4.3.0\n" },
	{ "the code is that of the category", 5,
	    "1 deferred A1 to=u@example.net code=4.4.1" DOWN "\n"
	    "2 deferred B1 to=v@example.net code=4.4.1 category=dns_failure\n"
	    "3 deferred B1 to=v@example.net code=4.4.1 category=dns_failure\n"
	    "4 deferred B1 to=v@example.net category=remote_system\n"
	    "5 deferred B1 to=v@example.net category=remote_system\n"
	    "6 deferred B1 to=v@example.net code=4.3.0 category=remote_system"
	    "\n",
	    "example.net 1 - 6 6 2 0 remote_system 4.3.0\n" },
	{ "delivered under a new queue id, and expired", 5,
	    "1 deferred A1 to=u@example.net repeat=3" DOWN "\n"
	    "1 deferred B1 to=v@example.net repeat=3" DOWN "\n"
	    "1 deferred C1 to=w@example.net" DOWN "\n"
	    "2 expiry B1\n"
	    "3 requeue A1 next=A2\n"
	    "9 delivered A2 to=u@example.net\n"
	    "10 delivered C1 to=w@example.net\n",
	    "example.net 1 9 1 7 3 2 connection_failed\n" },
	{ "a failure alone is not taken for one of a later outage", 5,
	    "1 deferred A1 to=u@example.org relay=mx.example.org" DOWN "\n"
	    "2 delivered C1 to=w@example.org\n"
	    "3 deferred B1 to=v@example.net repeat=3" DOWN "\n"
	    "3 deferred D1 to=x@example.net repeat=3" DOWN "\n"
	    "4 delivered A1 to=u@example.org\n"
	    "5 deferred A2 to=u@example.net" DOWN "\n",
	    "example.net 3 - 5 7 3 0 connection_failed\n" },
	{ "begun before the period", 5,
	    "set since=100\n"
	    "1 deferred A1 to=u@example.net" DOWN "\n"
	    "2 deferred A1 to=u@example.net repeat=3" DOWN "\n"
	    "101 deferred B1 to=v@example.net" DOWN "\n"
	    "102 delivered A1 to=u@example.net\n",
	    "example.net 1 102 101 5 2 1 connection_failed\n" },
	{ "over before the period", 5,
	    "set since=100\n"
	    "1 deferred A1 to=u@example.net repeat=3" DOWN "\n"
	    "2 deferred B1 to=v@example.net repeat=3" DOWN "\n"
	    "99 delivered A1 to=u@example.net\n"
	    "101 deferred B1 to=v@example.net" DOWN "\n",
	    "example.net 1 99 2 6 2 0 connection_failed\n" },
	{ "an outage of 100 messages", 5,
	    "1 deferred A1 to=u@example.net repeat=100" DOWN "\n"
	    "2 deferred B1 to=v@example.net repeat=100" DOWN "\n",
	    "example.net 1 - 2 200 2 0 connection_failed\n" },
};

static void
on_record(
    void *context, struct observation *observation, struct delivery *delivery)
{
	if (observation->counted)
		incidents_record(context, observation, delivery);
}

static void
on_earlier(void *context, const struct observation *observation,
    struct delivery *delivery)
{
	if (observation->counted)
		incidents_record(context, observation, delivery);
}

static void
on_outcome(void *context, const struct delivery *delivery,
    const struct message *message, bool is_first_counted)
{
	(void)message;
	(void)is_first_counted;
	incidents_outcome(context, delivery);
}

static void
say_time(struct buffer *said, int64_t time)
{
	if (time == INSTANT_NONE)
		buffer_append_string(said, " -");
	else
		buffer_append_format(said, " %" PRId64, script_seconds(time));
}

static void
say_code(struct buffer *said, uint32_t enhanced_code)
{
	if (enhanced_code == 0)
		return;
	buffer_append_byte(said, ' ');
	buffer_append_enhanced_code(said, enhanced_code);
}

static void
say_list(const struct incidents *incidents, const struct pool *names,
    const struct ledger *ledger, struct buffer *said)
{
	size_t count;
	size_t cause_count;
	const struct cause *causes = ledger_causes(ledger, &cause_count);
	struct incident *list = incidents_list(incidents, causes, &count);

	for (size_t i = 0; i < count; i++) {
		assert_true(list[i].cause < cause_count);
		buffer_append_text(said, pool_text(names, list[i].domain));
		say_time(said, list[i].started_at);
		say_time(said, list[i].resolved_at);
		say_time(said, list[i].last_failure_at);
		buffer_append_format(said,
		    " %" PRIu64 " %" PRIu64 " %" PRIu64 " %s",
		    list[i].failed_attempts, list[i].deliveries,
		    list[i].deliveries_recovered,
		    verdict_category_name(
			(enum verdict_category)causes[list[i].cause].category));
		say_code(said, causes[list[i].cause].enhanced_code);
		for (size_t j = 0; j < list[i].relay_count; j++)
			buffer_append_format(said, " %.*s",
			    TEXT_FORMAT(
				pool_text(names, list[i].relay_hosts[j])));
		buffer_append_byte(said, '\n');
	}
	free(list);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct ledger_observer observer = { .record = on_record,
		.earlier = on_earlier,
		.outcome = on_outcome };
	struct ledger_script script;
	struct incidents *incidents;
	struct ledger *ledger;

	script_init(&script);
	script_read(&script, row->lines);
	incidents = incidents_new(script.names, row->minimum);
	observer.context = incidents;
	ledger = script_ledger(&script, &observer);
	for (size_t i = 0; i < script.count; i++)
		ledger_take(ledger, &script.events[i], NULL);
	ledger_drain(ledger);
	ledger_settle(ledger);
	say_list(incidents, script.names, ledger, &script.said);
	assert_string_equal(buffer_string(&script.said), row->list);
	incidents_free(incidents);
	ledger_free(ledger);
	script_release(&script);
}

/* --- from night to night --- */

static void
put_back(void *context, uint32_t number, const struct incident_state *state)
{
	(void)number;
	incidents_restore(context, state);
}

static void
fail_once(struct incidents *incidents, const struct record *record,
    struct delivery *delivery)
{
	const struct event event = { record,
		{ .category = CATEGORY_DNS_FAILURE } };
	const struct observation observation = {
		.event = &event, .delivery = delivery, .attempt = 1, .cause = 1
	};

	incidents_record(incidents, &observation, delivery);
}

static void
check_restored(void **state)
{
	struct pool *names = pool_new();
	struct incidents *first = incidents_new(names, 5);
	struct incidents *second = incidents_new(names, 5);
	struct record record = { .time = 1000, .status = RECORD_DEFERRED };
	struct delivery deliveries[2] = { { .domain = 7 }, { .domain = 7 } };
	const struct cause causes[2] = { { 0 },
		{ .category = CATEGORY_DNS_FAILURE } };
	struct incident *list;
	size_t count;

	(void)state;
	deliveries[0].relay_host = pool_intern(names, text_of("mx2.test"));
	deliveries[1].relay_host = pool_intern(names, text_of("mx1.test"));
	for (int i = 0; i < 4; i++)
		fail_once(first, &record, &deliveries[i % 2]);
	incidents_visit(first, put_back, second);
	list = incidents_list(second, causes, &count);
	assert_int_equal(count, 0);
	free(list);
	record.time = 9000;
	fail_once(second, &record, &deliveries[0]);
	list = incidents_list(second, causes, &count);
	assert_int_equal(count, 1);
	assert_int_equal(list[0].started_at, 1000);
	assert_int_equal(list[0].last_failure_at, 9000);
	assert_int_equal(list[0].failed_attempts, 5);
	assert_int_equal(list[0].deliveries, 2);
	assert_int_equal(list[0].relay_count, 2);
	assert_int_equal(list[0].relay_hosts[0], deliveries[1].relay_host);
	free(list);
	for (int i = 0; i < 2; i++)
		free(deliveries[i].incidents);
	incidents_free(first);
	incidents_free(second);
	pool_free(names);
}

int
main(void)
{
	const struct CMUnitTest others[] = { cmocka_unit_test(check_restored) };
	int failed = ROWS_RUN("incidents", rows, check_row);

	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
