#include "generate_mail.h"

#include <stdio.h>
#include <stdlib.h>

#include "generate_mail_private.h"

#define MILLISECOND INT64_C(1000)

void
mail_init(struct mail *mail, const struct options *options)
{
	memset(mail, 0, sizeof *mail);
	mail->options = options;
	mail->random.state = options->seed;
	mail->end = options->start + options->days * 86400 * MICROSECONDS;
	replies_init();
	world_init(&mail->world, options, &mail->random);
	/* One more for mail to our own mailboxes that is thrown away. */
	mail->truth = truth_new(options->domains + 1, WORLD_SENDERS);

	mail->hosts = generate_allocate(options->hosts, sizeof *mail->hosts);
	for (unsigned i = 0; i < options->hosts; i++) {
		struct mail_host *host = &mail->hosts[i];

		if (i == 0)
			snprintf(host->name, sizeof host->name, "%.50s",
			    options->host);
		else
			snprintf(host->name, sizeof host->name, "%.50s%u",
			    options->host, i + 1);
		host->qmgr_pid = 1000 + i;
		host->first_pid = 20000 + 500 * i;
	}
	output_init(&mail->lines.output, options);
	mail->lines.random.state = ~options->seed;
	mail->lines.world = &mail->world;
	mail->lines.hosts = mail->hosts;
	mail->lines.worst = options->worst;
}

void
mail_release(struct mail *mail)
{
	queue_release(&mail->queue);
	world_release(&mail->world);
	truth_free(mail->truth);
	free(mail->hosts);
}

static unsigned
open_recipients(const struct message *message)
{
	unsigned open = 0;

	for (unsigned i = 0; i < message->recipient_count; i++)
		open += message->recipients[i].outcome == OUTCOME_OPEN;
	return open;
}

/* To the content filter and back: the mail goes on under another id. */
static void
begin_filter(struct mail *mail, int64_t now, uint32_t slot)
{
	struct message *message = queue_message(&mail->queue, slot);
	uint32_t child_slot = mail_new_message(mail, now + 40 * MILLISECOND,
	    (enum message_kind)message->kind, message->host);
	struct message *child = queue_message(&mail->queue, child_slot);
	int64_t at = now + 41 * MILLISECOND;

	message = queue_message(&mail->queue, slot);
	child->client = message->client;
	child->pid = message->pid;
	child->sender = message->sender;
	child->sender_user = message->sender_user;
	child->number = message->number;
	child->size = message->size + 400;
	child->recipient_count = message->recipient_count;
	memcpy(
	    child->recipients, message->recipients, sizeof child->recipients);
	memcpy(child->next_id, message->id, sizeof child->next_id);
	memcpy(message->next_id, child->id, sizeof message->next_id);

	queue_plan(&mail->queue, at, EVENT_CLIENT, child_slot, 0);
	queue_plan(
	    &mail->queue, at + 8 * MILLISECOND, EVENT_CLEANUP, child_slot, 0);
	queue_plan(
	    &mail->queue, at + 20 * MILLISECOND, EVENT_ROUND, child_slot, 0);
	for (uint32_t i = 0; i < message->recipient_count; i++) {
		at += 22 * MILLISECOND + random_below(&mail->random, 150000);
		queue_plan(&mail->queue, at, EVENT_HOP, slot, i);
	}
	queue_plan(&mail->queue, at + MILLISECOND, EVENT_REMOVED, slot, 0);
}

static void
begin_round(struct mail *mail, int64_t now, uint32_t slot)
{
	struct message *message = queue_message(&mail->queue, slot);
	int64_t at = now;

	lines_queue(&mail->lines, now, message, open_recipients(message));
	message->failed = false;
	if (message->kind == MESSAGE_NOTIFICATION && !message->told &&
	    mail_is_visible(mail, now)) {
		message->told = true;
		truth_add(mail->truth, TRUTH_NOTIFICATIONS);
	}
	if (message->filter) {
		begin_filter(mail, now, slot);
		return;
	}
	for (uint32_t i = 0; i < message->recipient_count; i++) {
		if (message->recipients[i].outcome != OUTCOME_OPEN)
			continue;
		at += 80 * MILLISECOND + random_below(&mail->random, 2000000);
		queue_plan(&mail->queue, at, EVENT_ATTEMPT, slot, i);
	}
	queue_plan(&mail->queue, at + MILLISECOND, EVENT_DONE, slot, 0);
}

/* A bounce goes back to the sender; nobody is told of a bounced bounce. */
static void
notify_sender(struct mail *mail, int64_t now, uint32_t slot)
{
	struct message *message = queue_message(&mail->queue, slot);
	struct message *notice;
	uint32_t notice_slot;

	if (message->kind != MESSAGE_ORDINARY && message->kind != MESSAGE_LOCAL)
		return;
	notice_slot =
	    mail_new_message(mail, now, MESSAGE_NOTIFICATION, message->host);
	message = queue_message(&mail->queue, slot);
	notice = queue_message(&mail->queue, notice_slot);
	notice->sender = message->sender;
	notice->sender_user = message->sender_user;
	memset(&notice->recipients[0], 0, sizeof notice->recipients[0]);
	queue_plan(
	    &mail->queue, now + MILLISECOND, EVENT_CLEANUP, notice_slot, 0);
	queue_plan(&mail->queue, now + 2 * MILLISECOND, EVENT_BOUNCE, slot,
	    notice_slot);
	queue_plan(
	    &mail->queue, now + 3 * MILLISECOND, EVENT_ROUND, notice_slot, 0);
}

/* When the message is tried again. */
static int64_t
next_round(struct mail *mail, int64_t now, const struct message *message,
    unsigned round)
{
	const struct options *options = mail->options;
	int64_t wait = (now - message->arrived) / MICROSECONDS, at;

	if (options->schedule_steps > 0) {
		if (round >= options->schedule_steps)
			round = options->schedule_steps - 1;
		wait = options->schedule[round];
	} else {
		/* minimal_backoff_time, maximal_backoff_time */
		wait = wait < 300 ? 300 : wait > 4000 ? 4000 : wait;
		wait += random_below(&mail->random, 300);
	}
	at = now + wait * MICROSECONDS + random_below(&mail->random, 1000000);
	/* Nothing is under way at the moment when the log begins. */
	if (!mail_is_visible(mail, now) &&
	    at >= options->start - 600 * MICROSECONDS)
		at = options->start +
		     (1 + random_below(&mail->random, 300)) * MICROSECONDS;
	return at;
}

/* All recipients of this round were tried. */
static void
end_round(struct mail *mail, int64_t now, uint32_t slot)
{
	struct message *message = queue_message(&mail->queue, slot);
	const struct options *options = mail->options;
	int64_t age = now - message->arrived;

	if (message->failed)
		notify_sender(mail, now, slot);
	message = queue_message(&mail->queue, slot);
	if (open_recipients(message) == 0)
		queue_plan(&mail->queue, now + 4 * MILLISECOND, EVENT_REMOVED,
		    slot, 0);
	else if (age >= options->lifetime_hours * 3600 * MICROSECONDS)
		queue_plan(&mail->queue, now + 4 * MILLISECOND, EVENT_EXPIRED,
		    slot, 0);
	else if (random_chance(&mail->random, options->withdraw))
		queue_plan(
		    &mail->queue, now + MICROSECONDS, EVENT_WITHDRAWN, slot, 0);
	else if (random_chance(&mail->random, options->requeue))
		queue_plan(
		    &mail->queue, now + MICROSECONDS, EVENT_REQUEUED, slot, 0);
	else
		queue_plan(&mail->queue,
		    next_round(mail, now, message, message->rounds++),
		    EVENT_ROUND, slot, 0);
}

/* What is still open gets this outcome; only other people's mail counts. */
static void
close_recipients(struct mail *mail, int64_t now, struct message *message,
    enum outcome outcome)
{
	for (unsigned i = 0; i < message->recipient_count; i++) {
		struct recipient *recipient = &message->recipients[i];

		if (recipient->outcome != OUTCOME_OPEN)
			continue;
		recipient->outcome = (uint8_t)outcome;
		if (message->kind == MESSAGE_ORDINARY &&
		    mail_is_visible(mail, now))
			truth_close(mail->truth, &recipient->delivery,
			    mail_second(now), outcome);
	}
}

static void
expire_message(struct mail *mail, int64_t now, uint32_t slot)
{
	struct message *message = queue_message(&mail->queue, slot);

	lines_expired(&mail->lines, now, message);
	close_recipients(mail, now, message, OUTCOME_EXPIRED);
	notify_sender(mail, now, slot);
	queue_plan(&mail->queue, now + 4 * MILLISECOND, EVENT_REMOVED, slot, 0);
}

static void
requeue_message(struct mail *mail, int64_t now, uint32_t slot)
{
	struct message *message = queue_message(&mail->queue, slot);
	int64_t renamed = now;

	lines_note(
	    &mail->lines, now, message, "postfix/postsuper", "requeued", NULL);
	memcpy(message->next_id, message->id, sizeof message->next_id);
	do
		mail_name_message(mail, slot, renamed++);
	while (strcmp(message->next_id, message->id) == 0);
	queue_plan(
	    &mail->queue, now + 100 * MILLISECOND, EVENT_PICKUP, slot, 0);
}

static void
pick_up_message(struct mail *mail, int64_t now, uint32_t slot)
{
	struct message *message = queue_message(&mail->queue, slot);

	lines_pickup(&mail->lines, now, message, message->next_id);
	message->next_id[0] = '\0';
	queue_plan(&mail->queue, now + 5 * MILLISECOND, EVENT_CLEANUP, slot, 0);
	queue_plan(&mail->queue, now + 9 * MILLISECOND, EVENT_ROUND, slot, 0);
}

/* Steps of a message. */
static void
handle_message(struct mail *mail, const struct event *event)
{
	struct message *message = queue_message(&mail->queue, event->subject);
	int64_t now = event->time;

	switch (event->kind) {
	case EVENT_CLIENT:
		lines_client(&mail->lines, now, message);
		break;
	case EVENT_CLEANUP:
		lines_cleanup(&mail->lines, now, message);
		break;
	case EVENT_ROUND:
		begin_round(mail, now, event->subject);
		break;
	case EVENT_ATTEMPT:
		mail_attempt(mail, now, event->subject, event->argument);
		break;
	case EVENT_HOP:
		lines_hop(&mail->lines, now, message,
		    &message->recipients[event->argument]);
		if (mail_is_visible(mail, now))
			truth_add(mail->truth, TRUTH_HOPS);
		break;
	case EVENT_DONE:
		end_round(mail, now, event->subject);
		break;
	case EVENT_BOUNCE:
		lines_note(&mail->lines, now, message, "postfix/bounce",
		    "sender non-delivery notification: ",
		    queue_message(&mail->queue, event->argument)->id);
		break;
	case EVENT_EXPIRED:
		expire_message(mail, now, event->subject);
		break;
	case EVENT_WITHDRAWN:
		lines_note(&mail->lines, now, message, "postfix/postsuper",
		    "removed", NULL);
		close_recipients(mail, now, message, OUTCOME_WITHDRAWN);
		message->removed = now;
		queue_free_slot(&mail->queue, event->subject);
		break;
	case EVENT_REQUEUED:
		requeue_message(mail, now, event->subject);
		break;
	case EVENT_PICKUP:
		pick_up_message(mail, now, event->subject);
		break;
	default:
		lines_note(&mail->lines, now, message, "postfix/qmgr",
		    "removed", NULL);
		message->removed = now;
		queue_free_slot(&mail->queue, event->subject);
	}
}

static void
handle(struct mail *mail, const struct event *event)
{
	uint32_t host = event->argument >> 24;
	uint32_t pid = event->argument & 0xFFFFFF;

	switch (event->kind) {
	case EVENT_MINUTE:
		mail_minute(mail, event->time);
		break;
	case EVENT_CONNECT:
		lines_connect(
		    &mail->lines, event->time, host, pid, event->subject);
		break;
	case EVENT_DISCONNECT:
		lines_disconnect(
		    &mail->lines, event->time, host, pid, event->subject);
		break;
	case EVENT_REJECT:
		if (lines_reject(&mail->lines, event->time,
			event->subject >> 24, event->subject & 0xFFFFFF,
			event->argument) &&
		    mail_is_visible(mail, event->time))
			truth_add(mail->truth, TRUTH_REJECTED);
		break;
	case EVENT_NOISE:
		lines_noise(&mail->lines, event->time, event->subject);
		break;
	default:
		handle_message(mail, event);
	}
}

void
mail_run(struct mail *mail)
{
	const struct options *options = mail->options;
	int64_t warm_up = options->warm_up_hours * 3600 * MICROSECONDS;
	struct event event;

	if (warm_up == 0)
		lines_plain(&mail->lines, options->start, 0, "postfix/master",
		    "daemon started -- version 3.7.11, configuration "
		    "/etc/postfix");
	/* A margin for the rounding of delays: mail begins after the log. */
	queue_plan(&mail->queue,
	    options->start + (warm_up == 0 ? 5 * MICROSECONDS : -warm_up),
	    EVENT_MINUTE, 0, 0);
	while (queue_next(&mail->queue, &event) && event.time < mail->end)
		handle(mail, &event);
}
