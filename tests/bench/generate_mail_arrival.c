/*
 * How mail comes in: a daily and weekly curve, connections, messages.
 */
#include "generate_mail_private.h"

#define LINES_PER_MESSAGE 7 /* until experience tells */
#define BYTES_PER_LINE    150
#define MINUTE            (60 * MICROSECONDS)
#define REUSE_AFTER       (4 * MICROSECONDS) /* of a short queue id */
#define CLIENTS           40

/* Letters and digits of Postfix's long queue ids: no vowels. */
static const char id_digits[] =
    "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";

static char *
put_digits(char *at, uint64_t number, unsigned base, unsigned digits)
{
	for (unsigned i = digits; i-- > 0; number /= base)
		at[i] = id_digits[number % base];
	return at + digits;
}

/* The slot stands for the inode: no two live messages share an id. */
void
mail_name_message(struct mail *mail, uint32_t slot, int64_t now)
{
	struct message *message = queue_message(&mail->queue, slot);
	enum id_style style = mail->options->ids;
	uint64_t microsecond = (uint64_t)(now % MICROSECONDS);
	char *at = message->id;

	if (style == IDS_MIXED)
		style =
		    random_below(&mail->random, 2) == 0 ? IDS_LONG : IDS_SHORT;
	if (style == IDS_SHORT) {
		uint64_t number =
		    microsecond << 24 | (0xA00000 + (uint64_t)slot);

		for (unsigned i = 0; i < 11; i++)
			*at++ = "0123456789ABCDEF"[number >> (40 - 4 * i) & 15];
	} else {
		at = put_digits(at, (uint64_t)(now / MICROSECONDS), 52, 6);
		at = put_digits(at, microsecond, 52, 4);
		*at++ = 'z';
		at = put_digits(at, 8000000 + (uint64_t)slot, 51, 4);
	}
	*at = '\0';
}

uint32_t
mail_new_message(
    struct mail *mail, int64_t now, enum message_kind kind, uint32_t host)
{
	uint32_t slot = queue_take_slot(&mail->queue);
	struct message *message = queue_message(&mail->queue, slot);
	bool again = strlen(message->id) == 11 &&
		     now - message->removed >= REUSE_AFTER &&
		     random_below(&mail->random, 25) == 0;

	message->arrived = now;
	message->next_id[0] = '\0';
	message->kind = (uint8_t)kind;
	message->host = (uint8_t)host;
	message->number = (uint32_t)++mail->messages;
	message->rounds = 0;
	message->recipient_count = 1;
	message->filter = false;
	message->failed = false;
	message->told = false;
	message->size = 1200 + random_below(&mail->random, 40000);
	if (!again)
		mail_name_message(mail, slot, now);
	return slot;
}

/* Whether an earlier recipient of the message is the same one. */
static bool
is_repeated(const struct message *message, uint32_t index)
{
	const struct recipient *recipient = &message->recipients[index];

	for (uint32_t i = 0; i < index; i++)
		if (message->recipients[i].user == recipient->user &&
		    message->recipients[i].delivery.domain ==
			recipient->delivery.domain)
			return true;
	return false;
}

static void
add_recipient(struct mail *mail, struct message *message, uint32_t index)
{
	struct recipient *recipient = &message->recipients[index];
	uint32_t domain = mail->world.local_domain;

	memset(recipient, 0, sizeof *recipient);
	if (message->kind == MESSAGE_ORDINARY || message->kind == MESSAGE_PROBE)
		domain = index > 0 && random_below(&mail->random, 2) == 0
			     ? message->recipients[0].delivery.domain
			     : world_draw_domain(&mail->world, &mail->random);
	recipient->delivery.domain = domain;
	recipient->delivery.sender = message->sender;
	recipient->delivery.first_deferred = TRUTH_NO_TIME;
	recipient->delivery.left_censored =
	    message->arrived < mail->options->start;
	do
		recipient->user = random_below(
		    &mail->random, mail->world.domains[domain].users);
	while (is_repeated(message, index));
	message->recipient_count = (uint8_t)(index + 1);
}

static enum message_kind
draw_kind(struct mail *mail)
{
	const struct options *options = mail->options;

	if (random_chance(&mail->random, options->probe))
		return MESSAGE_PROBE;
	if (random_chance(&mail->random, options->discard))
		return MESSAGE_DISCARD;
	if (random_chance(&mail->random, options->local))
		return MESSAGE_LOCAL;
	return MESSAGE_ORDINARY;
}

/* One message of a connection; answers when it is in the queue. */
static int64_t
plan_message(struct mail *mail, int64_t now, uint32_t host, uint32_t client,
    uint32_t pid)
{
	enum message_kind kind = draw_kind(mail);
	uint32_t slot = mail_new_message(mail, now, kind, host);
	struct message *message = queue_message(&mail->queue, slot);
	uint32_t count = 1;

	message->client = client;
	message->pid = pid;
	message->sender = (uint8_t)random_below(&mail->random, WORLD_SENDERS);
	message->sender_user = random_below(&mail->random, 100000);
	message->filter = mail->options->hops &&
			  (kind == MESSAGE_ORDINARY || kind == MESSAGE_LOCAL);
	if (kind == MESSAGE_ORDINARY && random_below(&mail->random, 8) == 0)
		count = 2 + random_below(&mail->random, RECIPIENTS_MAX - 1);
	for (uint32_t i = 0; i < count; i++)
		add_recipient(mail, message, i);

	if (kind != MESSAGE_PROBE)
		queue_plan(&mail->queue, now, EVENT_CLIENT, slot, 0);
	now += 5000 + random_below(&mail->random, 60000);
	queue_plan(&mail->queue, now, EVENT_CLEANUP, slot, 0);
	now += 5000 + random_below(&mail->random, 90000);
	queue_plan(&mail->queue, now, EVENT_ROUND, slot, 0);
	return now;
}

static void
plan_connection(struct mail *mail, int64_t now)
{
	uint32_t host = random_below(&mail->random, mail->options->hosts);
	uint32_t client = random_below(&mail->random, CLIENTS);
	uint32_t pid = lines_pid(&mail->lines, host);

	queue_plan(&mail->queue, now, EVENT_CONNECT, client, host << 24 | pid);
	now += 20000 + random_below(&mail->random, 80000);
	do
		now = plan_message(mail, now, host, client, pid);
	while (random_below(&mail->random, 4) == 0);
	now += 1000 + random_below(&mail->random, 3000);
	queue_plan(
	    &mail->queue, now, EVENT_DISCONNECT, client, host << 24 | pid);
}

static void
plan_refusal(struct mail *mail, int64_t now)
{
	uint32_t host = random_below(&mail->random, mail->options->hosts);
	uint32_t pid = lines_pid(&mail->lines, host);

	for (uint32_t step = 0; step < 3; step++) {
		queue_plan(
		    &mail->queue, now, EVENT_REJECT, host << 24 | pid, step);
		now += 50000 + random_below(&mail->random, 200000);
	}
}

/* How busy a minute is, against the others. */
static uint64_t
weight_of(int64_t now)
{
	static const uint8_t of_hour[24] = { 8, 6, 5, 4, 4, 6, 12, 24, 44, 60,
		64, 60, 50, 52, 58, 56, 50, 42, 34, 30, 26, 22, 16, 11 };
	static const uint8_t of_weekday[7] = { 10, 11, 10, 10, 9, 4, 3 };
	int64_t hour = now / (60 * MINUTE);

	return (uint64_t)of_hour[hour % 24] * of_weekday[(hour / 24 + 3) % 7];
}

static uint64_t
weights_until(const struct mail *mail, int64_t end)
{
	uint64_t sum = 0;

	for (int64_t now = mail->options->start; now < end; now += MINUTE)
		sum += weight_of(now);
	return sum;
}

/*
 * As many messages as are missing until the log has the length that it should
 * have by the end of this minute, at so many lines a message as it had so far.
 */
static uint32_t
messages_wanted(struct mail *mail, int64_t now)
{
	const struct options *options = mail->options;
	const struct output *output = &mail->lines.output;
	uint64_t goal = options->lines, done = output->lines, each, due;

	each = 1000 * LINES_PER_MESSAGE;
	if (goal == 0) {
		goal = options->bytes;
		done = output->bytes;
		each *= BYTES_PER_LINE;
	}
	if (mail->week_weights == 0)
		mail->week_weights = weights_until(mail, mail->end);
	if (!mail_is_visible(mail, now)) {
		/* Before the log begins there is nothing to go by. */
		due = goal / (mail->week_weights / weight_of(now) + 1);
		done = 0;
	} else {
		mail->weights_past += weight_of(now);
		due = goal / mail->week_weights * mail->weights_past +
		      goal % mail->week_weights * mail->weights_past /
			  mail->week_weights;
		if (mail->messages > 500 && options->warm_up_hours == 0)
			each = done * 1000 / mail->messages + 1;
	}
	if (due <= done)
		return 0;
	return (uint32_t)((due - done) * 1000 / each);
}

void
mail_minute(struct mail *mail, int64_t now)
{
	int64_t quiet = mail->options->start - 10 * MINUTE;
	uint32_t count = messages_wanted(mail, now);
	uint64_t before = mail->messages, ordinal = 0;

	/* Nothing is under way at the moment when a log begins late. */
	if (!mail_is_visible(mail, now) && now >= quiet)
		count = 0;
	while (mail->messages - before < count) {
		int64_t at =
		    now + (int64_t)ordinal++ * MINUTE / count +
		    random_below(&mail->random, (uint32_t)(MINUTE / count));

		plan_connection(mail, at);
		if (random_chance(&mail->random, mail->options->reject))
			plan_refusal(mail, at);
		if (random_chance(&mail->random, mail->options->noise))
			queue_plan(&mail->queue, at, EVENT_NOISE, 0, 0);
	}
	if (now + MINUTE < mail->end)
		queue_plan(&mail->queue, now + MINUTE, EVENT_MINUTE, 0, 0);
}
