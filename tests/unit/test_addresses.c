#include "unit/rows.h"

#include "unit/ledger_script.h"

#include <stdio.h>

#include "track/addresses.h"

static const struct row {
	const char *name;
	const char *lines;
	const char *list; /* recipient action category failures after reply */
	uint64_t wasted; /* tries after a hard bounce */
} rows[] = {
	{ "a bounce that says remove",
	    "1 bounced A1 to=u@example.net category=user_unknown code=5.1.1 "
	    "reply=gone\n",
	    "u@example.net remove user_unknown 1 0 gone\n", 0 },
	{ "a bounce that says suppress",
	    "1 bounced A1 to=u@example.net category=remote_system "
	    "reply=down\n",
	    "u@example.net suppress remote_system 1 0 down\n", 0 },
	{ "a block says nothing of the address",
	    "1 bounced A1 to=u@example.net category=ip_blocked\n", "", 0 },
	{ "delivered since",
	    "1 bounced A1 to=u@example.net category=user_unknown\n"
	    "9 delivered B1 to=u@example.net\n",
	    "", 1 },
	{ "delivered since, its domain written in another way",
	    "1 bounced A1 to=u@example.net category=user_unknown\n"
	    "9 delivered B1 to=u@Example.NET.\n",
	    "", 1 },
	{ "one address, its domain written in two ways",
	    "1 bounced A1 to=u@example.net category=user_unknown reply=no\n"
	    "9 bounced B1 to=u@EXAMPLE.net category=user_unknown reply=no\n",
	    "u@example.net remove user_unknown 2 1 no\n", 1 },
	{ "local parts are as they are written",
	    "1 bounced A1 to=u@example.net category=user_unknown reply=no\n"
	    "9 delivered B1 to=U@example.net\n",
	    "u@example.net remove user_unknown 1 0 no\n", 0 },
	{ "delivered before, as the log of another host tells later",
	    "900 bounced A1 to=u@example.net category=user_unknown reply=no\n"
	    "300 delivered B1 to=u@example.net\n",
	    "u@example.net remove user_unknown 1 0 no\n", 0 },
	{ "delivered a second before, as a late line tells",
	    "4 bounced A1 to=u@example.net category=user_unknown reply=no\n"
	    "3 delivered B1 to=u@example.net\n",
	    "", 0 },
	{ "deferred later than all that the log of another host tells",
	    "900 deferred A1 to=u@example.net repeat=5 category=greylisted "
	    "reply=wait\n"
	    "300 deferred B1 to=u@example.net category=dns_failure "
	    "reply=lookup\n",
	    "u@example.net suppress greylisted 6 0 wait\n", 0 },
	{ "the last outcome decides, whichever log is read first",
	    "900 bounced A1 to=u@example.net category=user_unknown reply=no\n"
	    "300 bounced B1 to=u@example.net category=spam_content\n"
	    "200 deferred C1 to=u@example.net category=dns_failure\n"
	    "400 expiry C1\n",
	    "u@example.net remove user_unknown 3 0 no\n", 0 },
	{ "dead since the first bounce, whichever log is read first",
	    "900 bounced A1 to=u@example.net category=user_unknown reply=no\n"
	    "300 bounced B1 to=u@example.net category=user_unknown\n"
	    "600 deferred C1 to=u@example.net\n",
	    "u@example.net remove user_unknown 3 1 no\n", 1 },
	{ "bounced after it was delivered",
	    "1 delivered A1 to=u@example.net\n"
	    "9 bounced B1 to=u@example.net category=user_unknown reply=no\n",
	    "u@example.net remove user_unknown 1 0 no\n", 0 },
	{ "the last outcome decides",
	    "1 bounced A1 to=u@example.net category=user_unknown\n"
	    "9 bounced B1 to=u@example.net category=spam_content\n",
	    "", 1 },
	{ "a deferral is no outcome",
	    "1 bounced A1 to=u@example.net category=user_unknown reply=no\n"
	    "9 deferred B1 to=u@example.net category=greylisted reply=wait\n",
	    "u@example.net remove user_unknown 2 1 no\n", 1 },
	{ "expired after fewer than five tries",
	    "1 deferred A1 to=u@example.net category=connection_failed "
	    "code=4.4.1 reply=timeout\n"
	    "9 expiry A1\n",
	    "u@example.net suppress connection_failed 1 0 timeout\n", 0 },
	{ "expired without a failed try",
	    "1 suspended A1 to=u@example.net category=connection_failed\n"
	    "9 expiry A1\n",
	    "u@example.net suppress connection_failed 0 0 -\n", 0 },
	{ "expired and delivered since",
	    "1 deferred A1 to=u@example.net\n"
	    "9 expiry A1\n"
	    "10 delivered B1 to=u@example.net\n",
	    "", 0 },
	{ "expired for a reason that says remove",
	    "1 deferred A1 to=u@example.net category=domain_invalid\n"
	    "9 expiry A1\n",
	    "u@example.net remove domain_invalid 1 0 -\n", 0 },
	{ "expired, as Exim says it: the cause is that of the deferral",
	    "1 deferred A1 to=u@example.net category=greylisted code=4.7.1 "
	    "reply=wait mta=exim\n"
	    "2 suspended A1 to=u@example.net category=connection_failed "
	    "mta=exim\n"
	    "9 expired A1 to=u@example.net category=expired mta=exim\n",
	    "u@example.net suppress greylisted 1 0 wait\n", 0 },
	{ "expired, and Exim never told a reason",
	    "2 suspended A1 to=u@example.net category=connection_failed "
	    "mta=exim\n"
	    "9 expired A1 to=u@example.net category=expired mta=exim\n",
	    "u@example.net suppress connection_failed 0 0 -\n", 0 },
	{ "expired once more, for another reason",
	    "1 deferred A1 to=u@example.net category=connection_failed "
	    "code=4.4.1 reply=timeout\n"
	    "9 expiry A1\n"
	    "11 deferred B1 to=u@example.net category=dns_failure "
	    "code=4.4.3 reply=lookup\n"
	    "19 expiry B1\n",
	    "u@example.net suppress dns_failure 2 0 lookup\n", 0 },
	{ "expired, and another message is deferred",
	    "1 deferred A1 to=u@example.net category=connection_failed "
	    "reply=timeout\n"
	    "9 expiry A1\n"
	    "11 deferred B1 to=u@example.net category=dns_failure "
	    "reply=lookup\n",
	    "u@example.net suppress dns_failure 2 0 lookup\n", 0 },
	{ "what is deferred does not say remove yet",
	    "1 deferred A1 to=u@example.net category=connection_failed "
	    "reply=timeout\n"
	    "9 expiry A1\n"
	    "11 deferred B1 to=u@example.net category=user_unknown "
	    "reply=no\n",
	    "u@example.net suppress connection_failed 2 0 timeout\n", 0 },
	{ "bounced, then expired: the reply of the bounce is no reason",
	    "1 bounced A1 to=u@example.net category=user_unknown reply=no\n"
	    "9 deferred B1 to=u@example.net category=dns_failure "
	    "reply=lookup\n"
	    "19 expiry B1\n",
	    "u@example.net suppress dns_failure 2 1 -\n", 1 },
	{ "two messages are deferred, and the first expires",
	    "1 deferred A1 to=u@example.net category=connection_failed "
	    "reply=timeout\n"
	    "2 deferred B1 to=u@example.net category=dns_failure "
	    "reply=lookup\n"
	    "9 expiry A1\n",
	    "u@example.net suppress connection_failed 2 0 -\n", 0 },
	{ "deferred on four tries", "1 deferred A1 to=u@example.net repeat=4\n",
	    "", 0 },
	{ "deferred on five tries of two messages",
	    "1 deferred A1 to=u@example.net repeat=3\n"
	    "2 deferred B1 to=u@example.net repeat=2 "
	    "category=greylisted reply=wait\n",
	    "u@example.net suppress greylisted 5 0 wait\n", 0 },
	{ "deferred on five tries, delivered between",
	    "1 deferred A1 to=u@example.net repeat=3\n"
	    "2 delivered A1 to=u@example.net\n"
	    "3 deferred B1 to=u@example.net repeat=4\n",
	    "", 0 },
	{ "what is suspended is no try",
	    "1 suspended A1 to=u@example.net repeat=9\n", "", 0 },
	{ "full for less than three days",
	    "0 deferred A1 to=u@example.net category=mailbox_full\n"
	    "259199 deferred B1 to=u@example.net category=mailbox_full\n",
	    "", 0 },
	{ "full for three days",
	    "0 deferred A1 to=u@example.net category=mailbox_full\n"
	    "259200 deferred B1 to=u@example.net category=mailbox_full\n",
	    "u@example.net suppress mailbox_full 2 0 -\n", 0 },
	{ "bounces of a full mailbox for three days",
	    "0 bounced A1 to=u@example.net category=mailbox_full\n"
	    "259200 bounced B1 to=u@example.net category=mailbox_full\n",
	    "u@example.net suppress mailbox_full 2 0 -\n", 0 },
	{ "full for three days, after failures of another kind",
	    "0 deferred A1 to=u@example.net category=greylisted\n"
	    "100000 deferred A1 to=u@example.net category=mailbox_full\n"
	    "300000 deferred B1 to=u@example.net category=mailbox_full\n",
	    "", 0 },
	{ "full for three days, with a failure of another kind between",
	    "0 deferred A1 to=u@example.net category=mailbox_full\n"
	    "100000 deferred A1 to=u@example.net category=greylisted\n"
	    "300000 deferred B1 to=u@example.net category=mailbox_full\n",
	    "u@example.net suppress mailbox_full 3 0 -\n", 0 },
	{ "full, and then failures of another kind",
	    "0 bounced A1 to=u@example.net category=mailbox_full\n"
	    "300000 deferred B1 to=u@example.net category=greylisted\n",
	    "", 0 },
	{ "full, delivered to, and full again",
	    "0 deferred A1 to=u@example.net category=mailbox_full\n"
	    "100000 delivered A1 to=u@example.net\n"
	    "300000 deferred B1 to=u@example.net category=mailbox_full\n",
	    "", 0 },
	{ "what was before the period is known",
	    "set since=100\n"
	    "1 deferred A1 to=v@example.net repeat=3\n"
	    "1 bounced A1 to=u@example.net category=user_unknown reply=no\n"
	    "99 deferred B1 to=u@example.net\n"
	    "101 deferred A1 to=v@example.net repeat=2\n"
	    "102 bounced B1 to=u@example.net category=user_unknown reply=no\n",
	    "u@example.net remove user_unknown 3 2 no\n"
	    "v@example.net suppress unknown 5 0 -\n",
	    1 },
	{ "before the period, and of another domain",
	    "set since=100 domain=example.net\n"
	    "1 bounced A1 to=u@example.org category=user_unknown\n"
	    "2 bounced B1 to=u@example.net category=user_unknown\n",
	    "u@example.net remove user_unknown 1 0 -\n", 0 },
	{ "only later messages are wasted",
	    "0 message A1 from=a@example.com mta=exim\n"
	    "0 message B1 from=a@example.com mta=exim\n"
	    "1 bounced A1 to=u@example.net category=user_unknown mta=exim\n"
	    "2 deferred B1 to=u@example.net mta=exim\n"
	    "3 message C1 from=a@example.com mta=exim\n"
	    "4 suspended C1 to=u@example.net mta=exim\n"
	    "5 deferred C1 to=u@example.net mta=exim\n"
	    "6 bounced C1 to=u@example.net category=user_unknown mta=exim "
	    "reply=still\n",
	    "u@example.net remove user_unknown 4 2 still\n", 2 },
	{ "after a block nothing is wasted",
	    "1 bounced A1 to=u@example.net category=spam_content\n"
	    "9 bounced B1 to=u@example.net category=user_unknown\n",
	    "u@example.net remove user_unknown 2 0 -\n", 0 },
	{ "sorted by recipient",
	    "1 bounced A1 to=c@example.net category=user_unknown\n"
	    "1 bounced A1 to=B@example.net category=user_unknown\n"
	    "1 bounced A1 to=a@example.net category=remote_system\n"
	    "1 bounced A1 to=nobody category=user_unknown\n",
	    "B@example.net remove user_unknown 1 0 -\n"
	    "a@example.net suppress remote_system 1 0 -\n"
	    "c@example.net remove user_unknown 1 0 -\n"
	    "nobody remove user_unknown 1 0 -\n",
	    0 },
};

struct watcher {
	struct addresses *addresses;
	uint64_t wasted;
};

static void
on_record(
    void *context, struct observation *observation, struct delivery *delivery)
{
	struct watcher *watcher = context;

	assert_non_null(delivery);
	if (observation->counted)
		watcher->wasted +=
		    addresses_record(watcher->addresses, observation);
}

static void
on_earlier(void *context, const struct observation *observation,
    struct delivery *delivery)
{
	struct watcher *watcher = context;

	assert_non_null(delivery);
	if (observation->counted)
		addresses_record(watcher->addresses, observation);
}

static void
on_outcome(void *context, const struct delivery *delivery,
    const struct message *message, bool is_first_counted)
{
	(void)context;
	(void)delivery;
	(void)message;
	(void)is_first_counted;
}

/* Runs the lines by a ledger into `watcher`. */
static void
watch(struct watcher *watcher, const char *lines)
{
	const struct ledger_observer observer = { .context = watcher,
		.record = on_record,
		.earlier = on_earlier,
		.outcome = on_outcome };
	struct ledger_script script;
	struct ledger *ledger;

	script_init(&script);
	script_read(&script, lines);
	ledger = script_ledger(&script, &observer);
	for (size_t i = 0; i < script.count; i++)
		ledger_take(ledger, &script.events[i], NULL);
	ledger_drain(ledger);
	ledger_free(ledger);
	script_release(&script);
}

static void
say_list(const struct addresses *addresses, struct buffer *said)
{
	size_t count;
	struct address *list = addresses_list(addresses, &count);

	for (size_t i = 0; i < count; i++) {
		buffer_append_format(said,
		    "%.*s %s %s %" PRIu64 " %" PRIu64 " ",
		    TEXT_FORMAT(list[i].recipient),
		    verdict_action_name((enum verdict_action)list[i].action),
		    verdict_category_name(
			(enum verdict_category)list[i].category),
		    list[i].failures, list[i].attempts_after);
		buffer_append_format(said, "%.*s\n",
		    TEXT_FORMAT(list[i].reply.length > 0 ? list[i].reply
							 : text_of("-")));
	}
	free(list);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct watcher watcher = { .addresses = addresses_new(true) };
	struct buffer said;

	watch(&watcher, row->lines);
	buffer_init(&said, 0);
	say_list(watcher.addresses, &said);
	assert_string_equal(buffer_string(&said), row->list);
	assert_int_equal(watcher.wasted, row->wasted);
	buffer_release(&said);
	addresses_free(watcher.addresses);

	/* Without the list the same tries are wasted. */
	watcher = (struct watcher){ .addresses = addresses_new(false) };
	watch(&watcher, row->lines);
	assert_int_equal(watcher.wasted, row->wasted);
	addresses_free(watcher.addresses);
}

/* The only recipient failed from `first` to `last`, seconds. */
static void
check_times(const char *lines, int64_t first, int64_t last)
{
	struct watcher watcher = { .addresses = addresses_new(true) };
	struct address *list;
	size_t count;

	watch(&watcher, lines);
	list = addresses_list(watcher.addresses, &count);
	assert_int_equal(count, 1);
	assert_int_equal(script_seconds(list[0].first_failed_at), first);
	assert_int_equal(script_seconds(list[0].last_failed_at), last);
	free(list);
	addresses_free(watcher.addresses);
}

/* An expiry is a failure where no try was made. */
static void
check_failed_at(void **state)
{
#define EXPIRED                                                                \
	"1 suspended A1 to=u@example.net category=connection_failed\n"         \
	"9 expiry A1\n"

	(void)state;
	check_times(EXPIRED, 9, 9);
	check_times(EXPIRED
	    "11 suspended B1 to=u@example.net category=connection_failed\n"
	    "19 expiry B1\n",
	    9, 19);
	check_times(EXPIRED
	    "19 deferred B1 to=u@example.net category=connection_failed\n",
	    9, 19);
	check_times("1 deferred A1 to=u@example.net\n"
		    "5 deferred A1 to=u@example.net\n"
		    "9 expiry A1\n",
	    1, 5);
}

static void
check_incomplete(void **state)
{
	struct watcher watcher = { .addresses = addresses_new(false) };
	struct buffer said;

	(void)state;
	watch(&watcher,
	    "1 bounced A1 to=u@example.net category=user_unknown reply=no\n"
	    "1 bounced A1 to=v@example.net category=remote_system\n"
	    "1 deferred A1 to=w@example.net repeat=9\n"
	    "2 expiry A1\n");
	buffer_init(&said, 0);
	say_list(watcher.addresses, &said);
	assert_string_equal(
	    buffer_string(&said), "u@example.net remove user_unknown 1 0 -\n");
	buffer_release(&said);
	addresses_free(watcher.addresses);
}

static void
check_many(void **state)
{
	struct addresses *addresses = addresses_new(true);
	struct record record = { .kind = RECORD_ATTEMPT,
		.status = RECORD_BOUNCED };
	const struct event event = { &record,
		{ .category = CATEGORY_USER_UNKNOWN,
		    .class = CLASS_HARD,
		    .action = ACTION_REMOVE } };
	const struct message message = { .arrived_at = INSTANT_NONE };
	struct address *list;
	size_t count;

	(void)state;
	/* All bounce, then each third one is delivered to. */
	for (int i = 0; i < 8000; i++) {
		struct delivery delivery = { .first_record_at =
						 i < 4000 ? 0 : 2 };
		struct observation observation = { .event = &event,
			.delivery = &delivery,
			.message = &message,
			.attempt = 1 };
		char name[32];

		if (i >= 4000 && i % 3 != 0)
			continue;
		snprintf(name, sizeof(name), "%04d@example.net", i % 4000);
		short_text_set(&delivery.recipient, text_of(name));
		delivery.recipient_hash = text_hash(text_of(name));
		record.time = i < 4000 ? 1 : 3;
		record.status = i < 4000 ? RECORD_BOUNCED : RECORD_DELIVERED;
		assert_int_equal(
		    addresses_record(addresses, &observation), i >= 4000);
	}
	list = addresses_list(addresses, &count);
	for (size_t i = 0, next = 0; i < 4000; i++) {
		char name[32];

		if ((i + 4000) % 3 == 0)
			continue;
		snprintf(name, sizeof(name), "%04zu@example.net", i);
		assert_true(next < count);
		assert_true(text_equal(list[next++].recipient, text_of(name)));
	}
	assert_int_equal(count, 4000 - 1333);
	free(list);
	addresses_free(addresses);
}

/* --- from night to night --- */

static void
put_back(void *context, const struct address_state *state)
{
	addresses_restore(context, state, true);
}

static void
never_removed(void *context, struct text recipient)
{
	(void)context;
	fail_msg("removed: %.*s", TEXT_FORMAT(recipient));
}

static void
check_restored(void **state)
{
	struct watcher watcher = { .addresses = addresses_new(true) };
	struct watcher next = { .addresses = addresses_new(true) };
	struct buffer said[2];

	(void)state;
	watch(&watcher,
	    "1 bounced A1 to=u@example.net category=user_unknown reply=no\n"
	    "1 deferred A1 to=v@example.net repeat=4\n");
	addresses_visit_changes(
	    watcher.addresses, never_removed, put_back, next.addresses);
	watch(&watcher,
	    "9 deferred B1 to=v@example.net\n9 bounced B1 to=u@example.net\n");
	watch(&next,
	    "9 deferred B1 to=v@example.net\n9 bounced B1 to=u@example.net\n");
	for (int i = 0; i < 2; i++)
		buffer_init(&said[i], 0);
	say_list(watcher.addresses, &said[0]);
	say_list(next.addresses, &said[1]);
	assert_string_equal(buffer_string(&said[0]), buffer_string(&said[1]));
	assert_string_equal(
	    buffer_string(&said[0]), "v@example.net suppress unknown 5 0 -\n");
	assert_int_equal(next.wasted, 1);
	for (int i = 0; i < 2; i++)
		buffer_release(&said[i]);
	addresses_free(watcher.addresses);
	addresses_free(next.addresses);
}

/* What two hosts saw of one recipient. */
static void
check_joined(void **state)
{
	static const struct {
		const char *one;
		const char *other;
		const char *list;
	} hosts[] = {
		{ "0 deferred A1 to=u@example.net category=mailbox_full\n",
		    "9 deferred B1 to=u@example.net category=greylisted\n"
		    "259200 deferred B1 to=u@example.net "
		    "category=mailbox_full\n",
		    "u@example.net suppress mailbox_full 3 0 -\n" },
		{ "1 bounced A1 to=u@example.net category=user_unknown "
		  "reply=no\n",
		    "9 deferred B1 to=u@example.net category=greylisted\n",
		    "u@example.net remove user_unknown 2 0 no\n" },
		{ "1 deferred A1 to=u@example.net category=dns_failure "
		  "reply=lookup\n"
		  "20 expiry A1\n",
		    "9 deferred B1 to=u@example.net category=greylisted\n",
		    "u@example.net suppress dns_failure 2 0 lookup\n" },
		{ "1 bounced A1 to=u@example.net category=user_unknown\n",
		    "9 bounced B1 to=u@example.net category=spam_content\n",
		    "" },
		{ "1 deferred A1 to=u@example.net repeat=3 "
		  "category=dns_failure\n",
		    "9 deferred B1 to=u@example.net repeat=2 "
		    "category=greylisted reply=wait\n",
		    "u@example.net suppress greylisted 5 0 wait\n" },
		/* A reply is never shown beside the cause of another. */
		{ "1 deferred A1 to=u@example.net category=greylisted "
		  "reply=wait\n",
		    "2 suspended B1 to=u@example.net "
		    "category=connection_failed\n"
		    "9 expiry B1\n",
		    "u@example.net suppress connection_failed 1 0 -\n" },
		{ "1 deferred A1 to=u@example.net category=connection_failed "
		  "reply=timeout\n",
		    "2 suspended B1 to=u@example.net "
		    "category=connection_failed\n"
		    "9 expiry B1\n",
		    "u@example.net suppress connection_failed 1 0 timeout\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]) * 2; i++) {
		const char *lines[] = { hosts[i / 2].one, hosts[i / 2].other };
		struct addresses *both = addresses_new(true);
		struct buffer said;

		for (size_t j = 0; j < 2; j++) {
			struct watcher host = { .addresses =
						    addresses_new(true) };

			watch(&host, lines[(i + j) % 2]);
			addresses_visit_changes(
			    host.addresses, never_removed, put_back, both);
			addresses_free(host.addresses);
		}
		buffer_init(&said, 0);
		say_list(both, &said);
		assert_string_equal(buffer_string(&said), hosts[i / 2].list);
		buffer_release(&said);
		addresses_free(both);
	}
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_failed_at),
		cmocka_unit_test(check_incomplete),
		cmocka_unit_test(check_many),
		cmocka_unit_test(check_restored),
		cmocka_unit_test(check_joined),
	};
	int failed = ROWS_RUN("addresses", rows, check_row);

	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
