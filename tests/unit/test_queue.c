#include "unit/rows.h"

#include <stdio.h>

#include "track/queue.h"

/* Names of the pool, as numbers. */
enum { MX1 = 1, MX2, IN, OUT };

static uint64_t
hash_of(uint32_t host, struct text queue_id)
{
	char name[8];

	snprintf(name, sizeof(name), "mx%u", host);
	return queue_message_hash(text_of(name), queue_id);
}

static struct queue_message *
add(struct queue *queue, uint32_t host, struct text queue_id, int64_t time)
{
	return queue_add_message(
	    queue, hash_of(host, queue_id), host, queue_id, time);
}

static struct queue_message *
find(const struct queue *queue, uint32_t host, struct text queue_id,
    uint32_t instance, bool strict)
{
	return queue_find_message(
	    queue, hash_of(host, queue_id), instance, strict);
}

static struct delivery *
add_delivery(struct queue *queue, struct queue_message *message,
    const char *recipient, int64_t time)
{
	struct text text = text_of(recipient);

	return queue_add_delivery(queue, message, text, text_hash(text), time);
}

static struct delivery *
find_delivery(const struct queue *queue, const struct queue_message *message,
    const char *recipient)
{
	struct text text = text_of(recipient);

	return queue_find_delivery(queue, message, text, text_hash(text));
}

/* Which of two messages with one queue id a record's instance means. */
static const struct row {
	const char *name;
	uint32_t first; /* instances of the messages; 0 = not known */
	uint32_t second; /* UINT32_MAX: there is no second one */
	uint32_t wanted;
	bool strict;
	unsigned found; /* 1 or 2; 0 = none */
} rows[] = {
	{ "the only one", IN, UINT32_MAX, IN, true, 1 },
	{ "the only one, another instance", IN, UINT32_MAX, OUT, false, 1 },
	{ "the only one, strictly", IN, UINT32_MAX, OUT, true, 0 },
	{ "the only one is of no known instance", 0, UINT32_MAX, OUT, true, 1 },
	{ "asked without an instance", IN, UINT32_MAX, 0, true, 1 },
	{ "the same instance, first", IN, OUT, IN, false, 1 },
	{ "the same instance, second", IN, OUT, OUT, false, 2 },
	{ "the same before an unknown one", 0, OUT, OUT, false, 2 },
	{ "an unknown one before another", IN, 0, OUT, false, 2 },
	{ "neither, strictly", IN, OUT, MX2, true, 0 },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct queue queue;
	struct queue_message *messages[3] = { NULL };

	queue_init(&queue);
	messages[1] = add(&queue, MX1, text_of("A1"), 1);
	messages[1]->shown.instance = row->first;
	if (row->second != UINT32_MAX) {
		messages[2] = add(&queue, MX1, text_of("A1"), 2);
		messages[2]->shown.instance = row->second;
	}
	assert_ptr_equal(
	    find(&queue, MX1, text_of("A1"), row->wanted, row->strict),
	    messages[row->found]);
	assert_ptr_equal(
	    queue_find_oldest(&queue, messages[1]->hash), messages[1]);
	assert_int_equal(queue.twins, row->second != UINT32_MAX);
	assert_null(find(&queue, MX2, text_of("A1"), 0, false));
	assert_null(find(&queue, MX1, text_of("a1"), 0, false));
	queue_release(&queue);
}

static void
check_outcomes(void **state)
{
	struct queue queue;
	struct queue_message *message;
	struct delivery *delivery;

	(void)state;
	queue_init(&queue);
	message = add(&queue, MX1, text_of("A1"), 5000);
	assert_int_equal(message->open_count, 0);
	delivery = add_delivery(&queue, message, "u@example.net", 7000);
	assert_int_equal(delivery->outcome, OUTCOME_PENDING);
	assert_int_equal(delivery->first_record_at, 7000);
	assert_int_equal(delivery->first_attempt_at, INSTANT_NONE);
	assert_false(delivery_was_deferred(delivery));
	assert_int_equal(queue.open_deliveries, 1);
	queue_set_outcome(&queue, delivery, OUTCOME_BOUNCED);
	queue_set_outcome(&queue, delivery, OUTCOME_DELIVERED);
	assert_int_equal(queue.open_deliveries, 0);
	assert_int_equal(message->open_count, 0);
	queue_release(&queue);
}

static void
check_moved(void **state)
{
	static const char *const recipients[] = { "u@example.net",
		"v@example.net", "w@example.net" };
	struct queue queue;
	struct queue_message *from;
	struct queue_message *to;
	struct delivery *deliveries[3];

	(void)state;
	queue_init(&queue);
	from = add(&queue, MX1, text_of("A1"), 1);
	to = add(&queue, MX1, text_of("B1"), 1);
	for (int i = 0; i < 3; i++)
		deliveries[i] = add_delivery(&queue, from, recipients[i], 1);
	/* The one in the middle goes, and one behind it is dropped. */
	queue_move_delivery(&queue, deliveries[1], to);
	queue_drop_delivery(&queue, deliveries[2]);
	assert_ptr_equal(
	    find_delivery(&queue, from, recipients[0]), deliveries[0]);
	assert_null(find_delivery(&queue, from, recipients[1]));
	assert_ptr_equal(
	    find_delivery(&queue, to, recipients[1]), deliveries[1]);
	assert_null(find_delivery(&queue, from, recipients[2]));
	assert_int_equal(from->first_delivery, deliveries[0]->number);
	assert_int_equal(from->last_delivery, deliveries[0]->number);
	assert_int_equal(from->open_count, 1);
	assert_int_equal(to->open_count, 1);
	assert_int_equal(queue.open_deliveries, 2);
	assert_int_equal(deliveries[1]->next, 0);
	queue_drop_message(&queue, to);
	assert_int_equal(queue.open_deliveries, 1);
	assert_null(find(&queue, MX1, text_of("B1"), 0, false));
	queue_release(&queue);
}

#define MESSAGES 3000

static struct text
name_of(char *buffer, uint32_t number)
{
	/* Some are longer than what needs no memory of its own. */
	snprintf(buffer, 80, "%0*u", number % 5 == 0 ? 60 : 6, number);
	return text_of(buffer);
}

/* Of message `i`: few in most, more than are gone through in some. */
static uint32_t
recipients_of(uint32_t i)
{
	return i % 50 == 9 ? 40 : i % 12;
}

/* Recipients of which number and parity are there. */
static void
check_recipients(const struct queue *queue, const struct queue_message *message,
    uint32_t count, uint32_t step)
{
	char recipient[80];

	for (uint32_t j = 0; j < count + 2; j++) {
		name_of(recipient, j);
		assert_int_equal(
		    find_delivery(queue, message, recipient) != NULL,
		    j < count && j % step == 0);
	}
}

/* Every other recipient leaves a message, to another one or for good. */
static void
check_leaving(void **state)
{
	static const uint32_t counts[] = { 1, 2, 8, 9, 10, 40 };
	char recipient[80];

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct queue queue;
		struct queue_message *from;
		struct queue_message *to;

		queue_init(&queue);
		from = add(&queue, MX1, text_of("A1"), 1);
		to = add(&queue, MX1, text_of("B1"), 1);
		for (uint32_t j = 0; j < counts[i]; j++) {
			name_of(recipient, j);
			add_delivery(&queue, from, recipient, 1);
		}
		check_recipients(&queue, from, counts[i], 1);
		for (uint32_t j = 1; j < counts[i]; j += 2) {
			struct delivery *delivery;

			name_of(recipient, j);
			delivery = find_delivery(&queue, from, recipient);
			if (j % 4 == 1)
				queue_move_delivery(&queue, delivery, to);
			else
				queue_drop_delivery(&queue, delivery);
			assert_int_equal(
			    find_delivery(&queue, to, recipient) != NULL,
			    j % 4 == 1);
		}
		check_recipients(&queue, from, counts[i], 2);
		assert_int_equal(from->delivery_count, (counts[i] + 1) / 2);
		queue_drop_message(&queue, from);
		assert_int_equal(queue.open_deliveries, (counts[i] + 2) / 4);
		queue_release(&queue);
	}
}

/* Messages come and go; what is left is found, what is gone is not. */
static void
check_many(void **state)
{
	static struct queue_message *messages[MESSAGES];
	struct queue queue;
	char id[80];
	char recipient[80];
	uint32_t highest;

	(void)state;
	queue_init(&queue);
	for (uint32_t i = 0; i < MESSAGES; i++) {
		messages[i] = add(&queue, MX1 + i % 2, name_of(id, i), i);
		for (uint32_t j = 0; j < recipients_of(i); j++) {
			name_of(recipient, j);
			add_delivery(&queue, messages[i], recipient, i);
		}
	}
	highest = queue.message_count;
	for (uint32_t i = 0; i < MESSAGES; i++)
		if (i % 3 != 0)
			queue_drop_message(&queue, messages[i]);
	for (uint32_t i = 0; i < MESSAGES; i++) {
		const struct queue_message *found =
		    find(&queue, MX1 + i % 2, name_of(id, i), 0, true);

		assert_ptr_equal(found, i % 3 == 0 ? messages[i] : NULL);
		if (found == NULL)
			continue;
		assert_int_equal(found->open_count, recipients_of(i));
		check_recipients(&queue, found, recipients_of(i), 1);
	}
	/* Numbers are used again, so that memory does not grow. */
	for (uint32_t i = 0; i < MESSAGES / 3; i++)
		add(&queue, OUT, name_of(id, i), i);
	assert_int_equal(queue.message_count, highest);
	queue_release(&queue);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_outcomes),
		cmocka_unit_test(check_moved),
		cmocka_unit_test(check_leaving),
		cmocka_unit_test(check_many),
	};
	int failed = ROWS_RUN("instances", rows, check_row);

	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
