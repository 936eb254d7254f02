#include "unit/rows.h"

#include <stdio.h>

#include "track/lookahead.h"
#include "track/queue.h"

#define EVENTS 50000

static struct record records[EVENTS];
static struct event events[EVENTS];
static char ids[EVENTS][16];

/* Event `number` of a kind, at a time in ms, with a queue id of its own. */
static const struct event *
make(size_t number, enum record_kind kind, int64_t time)
{
	snprintf(ids[number], sizeof(ids[number]), "%zu", number);
	records[number] = (struct record){ .time = time,
		.kind = (uint8_t)kind,
		.host = TEXT_LITERAL("mx1"),
		.queue_id = text_of(ids[number]) };
	events[number] = (struct event){ .record = &records[number] };
	return &events[number];
}

static bool
push(struct lookahead *lookahead, const struct event *event, void *owner)
{
	return lookahead_push(lookahead, event, owner,
	    queue_message_hash(event->record->host, event->record->queue_id));
}

static bool
holds(const struct lookahead *lookahead, const char *host, const char *queue_id)
{
	return lookahead_holds(
	    lookahead, queue_message_hash(text_of(host), text_of(queue_id)));
}

static bool
announces(const struct lookahead *lookahead, const char *queue_id)
{
	return lookahead_announces(
	    lookahead, queue_message_hash(text_of("mx1"), text_of(queue_id)));
}

static void
check_age(void **state)
{
	struct lookahead lookahead;
	struct lookahead_entry entry;
	int owner;

	(void)state;
	lookahead_init(&lookahead);
	assert_false(lookahead_pop(&lookahead, true, &entry));
	assert_true(push(&lookahead, make(0, RECORD_ATTEMPT, 10000), &owner));
	assert_false(lookahead_pop(&lookahead, false, &entry));
	assert_true(push(&lookahead, make(1, RECORD_ATTEMPT, 14999), NULL));
	assert_false(lookahead_pop(&lookahead, false, &entry));
	/* Five seconds older than the newest, in the order they came. */
	assert_true(push(&lookahead, make(2, RECORD_ATTEMPT, 15000), NULL));
	assert_true(lookahead_pop(&lookahead, false, &entry));
	assert_ptr_equal(entry.event, &events[0]);
	assert_ptr_equal(entry.owner, &owner);
	assert_false(lookahead_pop(&lookahead, false, &entry));
	/* A late one makes nothing newer, and waits for its turn. */
	assert_false(push(&lookahead, make(3, RECORD_ATTEMPT, 1000), NULL));
	assert_false(lookahead_pop(&lookahead, false, &entry));
	for (size_t i = 1; i <= 3; i++) {
		assert_true(lookahead_pop(&lookahead, true, &entry));
		assert_ptr_equal(entry.event, &events[i]);
		assert_null(entry.owner);
	}
	assert_false(lookahead_pop(&lookahead, true, &entry));
	/* Unless nobody waits before it. */
	assert_true(push(&lookahead, make(4, RECORD_ATTEMPT, 2000), NULL));
	assert_true(lookahead_pop(&lookahead, false, &entry));
	lookahead_release(&lookahead);
}

static const struct row {
	const char *name;
	enum record_kind kind;
	const char *host;
	const char *queue_id;
	bool holds;
} rows[] = {
	{ "arrival", RECORD_ARRIVAL, "mx1", "0", true },
	{ "message", RECORD_MESSAGE, "mx1", "0", true },
	{ "another queue id", RECORD_ARRIVAL, "mx1", "00", false },
	{ "another host", RECORD_ARRIVAL, "mx2", "0", false },
	{ "a try shows only that it was queued before", RECORD_ATTEMPT, "mx1",
	    "0", false },
	{ "removal", RECORD_REMOVAL, "mx1", "0", false },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct lookahead lookahead;
	struct lookahead_entry entry;

	lookahead_init(&lookahead);
	push(&lookahead, make(0, row->kind, 1000), NULL);
	push(&lookahead, make(1, RECORD_ATTEMPT, 1000), NULL);
	assert_int_equal(
	    holds(&lookahead, row->host, row->queue_id), row->holds);
	/* Not any more when it has been taken out. */
	assert_true(lookahead_pop(&lookahead, true, &entry));
	assert_false(holds(&lookahead, row->host, row->queue_id));
	lookahead_release(&lookahead);
}

/* What is said of a bounce's queue id is not that the id is logged. */
static void
check_announced(void **state)
{
	struct lookahead lookahead;
	struct lookahead_entry entry;

	(void)state;
	lookahead_init(&lookahead);
	make(0, RECORD_NOTIFICATION, 1000);
	records[0].next_queue_id = TEXT_LITERAL("N1");
	push(&lookahead, &events[0], NULL);
	push(&lookahead, make(1, RECORD_MESSAGE, 1000), NULL);
	assert_true(announces(&lookahead, "N1"));
	assert_false(holds(&lookahead, "mx1", "N1"));
	assert_false(announces(&lookahead, "1"));
	assert_true(holds(&lookahead, "mx1", "1"));
	while (lookahead_pop(&lookahead, true, &entry))
		continue;
	assert_false(announces(&lookahead, "N1"));
	lookahead_release(&lookahead);
}

/* In rounds, so that the ring turns and grows while it is in use. */
static void
check_many(void **state)
{
	struct lookahead lookahead;
	struct lookahead_entry entry;
	size_t out = 0;

	(void)state;
	lookahead_init(&lookahead);
	for (size_t i = 0; i < EVENTS; i++) {
		enum record_kind kind =
		    i % 3 == 0 ? RECORD_ARRIVAL : RECORD_REMOVAL;

		/* At first few wait, later thousands. */
		push(&lookahead,
		    make(i, kind, (int64_t)i * (i < 1500 ? 100 : 1)), NULL);
		while (i < 1500 && lookahead_pop(&lookahead, false, &entry))
			assert_ptr_equal(entry.event, &events[out++]);
		if (i == 1400)
			assert_in_range(i - out, 40, 60);
	}
	for (size_t i = 0; i < EVENTS; i++)
		assert_int_equal(
		    holds(&lookahead, "mx1", ids[i]), i >= out && i % 3 == 0);
	while (lookahead_pop(&lookahead, true, &entry))
		assert_ptr_equal(entry.event, &events[out++]);
	assert_int_equal(out, EVENTS);
	lookahead_release(&lookahead);
}

/* A sender that comes later, or is behind more lines than are searched. */
static void
check_sender(void **state)
{
	struct lookahead lookahead;
	struct lookahead_entry entry;
	uint64_t hash =
	    queue_message_hash(text_of("mx1"), text_of("sender of"));
	size_t last = EVENTS / 2;

	(void)state;
	lookahead_init(&lookahead);
	for (size_t i = 0; i < last; i++)
		push(&lookahead, make(i, RECORD_ATTEMPT, 1000), NULL);
	make(last, RECORD_MESSAGE, 1000);
	records[last].queue_id = text_of("sender of");
	records[last].sender_is_known = true;
	push(&lookahead, &events[last], NULL);
	assert_null(lookahead_find_sender(&lookahead, hash, 1000));
	while (lookahead.count > 16384)
		assert_true(lookahead_pop(&lookahead, true, &entry));
	assert_ptr_equal(
	    lookahead_find_sender(&lookahead, hash, 1000), &events[last]);
	lookahead_release(&lookahead);
}

/* More of one queue id than the count of sights can tell. */
static void
check_one_id(void **state)
{
	struct lookahead lookahead;
	struct lookahead_entry entry;
	const struct event *event = make(0, RECORD_ARRIVAL, 1000);

	(void)state;
	lookahead_init(&lookahead);
	for (size_t i = 0; i < 70000; i++)
		push(&lookahead, event, NULL);
	for (size_t i = 0; i < 70000; i++) {
		assert_true(holds(&lookahead, "mx1", "0"));
		assert_true(lookahead_pop(&lookahead, true, &entry));
	}
	assert_false(holds(&lookahead, "mx1", "0"));
	lookahead_release(&lookahead);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_age),
		cmocka_unit_test(check_announced),
		cmocka_unit_test(check_many),
		cmocka_unit_test(check_sender),
		cmocka_unit_test(check_one_id),
	};
	int failed = ROWS_RUN("look-ahead", rows, check_row);

	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
