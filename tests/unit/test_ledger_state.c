#include "unit/rows.h"

#include "unit/tally_stream.h"

#include "base/memory.h"
#include "track/ledger_state.h"

/*
 * A ledger that is filled with what another one showed goes on exactly as that
 * one would have: streams of random events, moved to a new ledger again and
 * again, against the same streams in one ledger.
 */

struct move {
	struct ledger *to;
	uint32_t *numbers; /* of messages in the new ledger, by the old ones */
	size_t capacity;
};

static void
move_message(
    void *context, uint32_t number, const struct ledger_message *message)
{
	struct move *move = context;

	move->numbers = memory_grow(move->numbers, &move->capacity,
	    (size_t)number + 1, sizeof(*move->numbers));
	move->numbers[number] = ledger_restore_message(move->to, message);
}

static void
move_delivery(void *context, uint32_t message, const struct delivery *delivery)
{
	struct move *move = context;

	ledger_restore_delivery(move->to, move->numbers[message],
	    delivery_recipient(delivery), delivery);
}

static void
move_timer(void *context, const struct ledger_timer *timer)
{
	struct move *move = context;
	struct ledger_timer moved = *timer;

	moved.message = move->numbers[timer->message];
	ledger_restore_timer(move->to, &moved);
}

static void
move_waiting(void *context, const struct event *event)
{
	struct move *move = context;

	ledger_take(move->to, event, NULL);
}

/* Takes all out of a ledger, which is freed, and puts it into a new one. */
static struct ledger *
move_ledger(struct ledger *from, struct ledger_script *script)
{
	struct move move = { .to = script_ledger(script, NULL) };
	const struct ledger_visitor visitor = { .context = &move,
		.message = move_message,
		.delivery = move_delivery,
		.timer = move_timer,
		.waiting = move_waiting };
	size_t count;
	const struct cause *causes = ledger_causes(from, &count);

	ledger_restore_now(move.to, ledger_now(from));
	for (size_t i = 1; i < count; i++)
		assert_int_equal(ledger_add_cause(move.to, &causes[i]), i);
	ledger_visit(from, &visitor);
	assert_int_equal(ledger_open_count(move.to), ledger_open_count(from));
	free(move.numbers);
	ledger_free(from);
	return move.to;
}

static const struct row {
	const char *name;
	uint64_t seed;
	uint32_t steps; /* moved about once in so many events */
	const char *lines; /* NULL: random ones */
} rows[] = {
	{ "stream 1, at each event", 201, 1, NULL },
	{ "stream 2, at each event", 202, 1, NULL },
	{ "stream 3", 203, 10, NULL },
	{ "stream 4", 204, 10, NULL },
	{ "stream 5", 205, 50, NULL },
	{ "stream 6", 206, 50, NULL },
	{ "stream 7", 207, 200, NULL },
	{ "stream 8", 208, 200, NULL },
	{ "what waits for an hour, behind what would have waited for a day", 1,
	    1,
	    "0 message A1 from=a@example.com\n"
	    "1 delivered A1 to=u@example.net\n"
	    "2 removal A1\n"
	    "10 bounced B1 mta=haraka to=u@example.net\n"
	    "900 delivered C1 to=u@example.net\n"
	    "1900 delivered D1 to=u@example.net\n"
	    "5000 deferred B1 mta=haraka to=v@example.net\n" },
	{ "what is waited for again, behind what is gone", 1, 1,
	    "0 delivered A1 mta=haraka to=u@example.net\n"
	    "3000 delivered A1 mta=haraka to=v@example.net\n"
	    "3500 delivered B1 mta=sendmail to=u@example.net\n"
	    "3501 removal B1 mta=sendmail\n"
	    "3601 delivered C1 to=u@example.net\n"
	    "3700 delivered D1 to=u@example.net\n"
	    "6700 delivered A1 mta=haraka to=w@example.net\n" },
};

/* What a ledger says of the lines; moved now and then if `steps` > 0. */
static void
run_lines(struct ledger_script *script, const char *lines, uint64_t seed,
    uint32_t steps)
{
	struct ledger *ledger;

	script_init(script);
	script_read(script, lines);
	ledger = script_ledger(script, NULL);
	for (size_t i = 0; i < script->count; i++) {
		if (steps > 0 && choose(&seed, steps) == 0)
			ledger = move_ledger(ledger, script);
		ledger_take(ledger, &script->events[i], NULL);
	}
	ledger_drain(ledger);
	ledger_settle(ledger);
	ledger_free(ledger);
}

static void
check_row(void **state)
{
	static struct ledger_script whole;
	static struct ledger_script moved;
	const struct row *row = *state;
	uint64_t seed = row->seed;
	struct buffer lines;

	buffer_init(&lines, 0);
	if (row->lines != NULL)
		buffer_append_string(&lines, row->lines);
	else
		append_random_script(&lines, &seed);
	run_lines(&whole, buffer_string(&lines), seed, 0);
	run_lines(&moved, buffer_string(&lines), seed, row->steps);
	assert_true(row->lines != NULL || whole.said.length > 1000);
	assert_string_equal(
	    buffer_string(&moved.said), buffer_string(&whole.said));
	script_release(&whole);
	script_release(&moved);
	buffer_release(&lines);
}

int
main(void)
{
	return ROWS_RUN("ledger state", rows, check_row);
}
