/*
 * What becomes of one recipient in one round: the dice, the line, the truth.
 */
#include "generate_mail_private.h"

static const struct reply local_delivered = { "2.0.0", "",
	"delivered to mailbox", 1, 0, 0, 0, 0 };
static const struct reply lmtp_delivered = { "2.0.0", "",
	"250 2.0.0 <%r> %x Saved", 1, 0, 0, 0, 0 };
static const struct reply local_bounced = { "5.1.1", "", "unknown user: \"%r\"",
	1, 0, 0, 0, 0 };
static const struct reply local_deferred = { "4.2.2", "",
	"maildir delivery failed: error writing message: Disk quota exceeded",
	1, 0, 0, 0, 0 };
static const struct reply notice_delivered = { "2.0.0", "",
	"250 2.0.0 Ok: queued as %q", 1, 0, 0, 0, 0 };
static const struct reply notice_bounced = { "5.1.1", "",
	"host %H said: 550 5.1.1 No such user (in reply to RCPT TO command)", 1,
	0, 0, 0, 0 };
static const struct reply notice_deferred = { "4.3.2", "",
	"host %H said: 451 4.3.2 Try later (in reply to RCPT TO command)", 1, 0,
	0, 0, 0 };
static const struct reply probe_good = { "2.1.5", "", "250 2.1.5 Ok", 1, 0, 0,
	0, 0 };
static const struct reply probe_bad = { "5.1.1", "",
	"host %H said: 550 5.1.1 <%r>: no (in reply to RCPT TO command)", 1, 0,
	0, 0, 0 };
static const struct reply discarded = { "2.0.0", "", "nobody reads this", 1, 0,
	0, 0, 0 };

/* Three replies and how often, in a hundred, each of the last two come. */
static enum status
draw_simple(struct mail *mail, const struct reply *const replies[3],
    uint32_t bounces, uint32_t deferrals, const struct reply **reply)
{
	uint32_t dice = random_below(&mail->random, 100);
	enum status status = STATUS_DELIVERED;

	if (dice < bounces)
		status = STATUS_BOUNCED;
	else if (dice < bounces + deferrals)
		status = STATUS_DEFERRED;
	*reply = replies[status];
	return status;
}

static const char *
status_word(enum status status)
{
	static const char *const words[] = { "sent", "deferred", "bounced",
		"deferred", "sent" };

	return words[status];
}

static uint8_t
outcome_of(enum status status)
{
	if (status == STATUS_DELIVERED)
		return OUTCOME_DELIVERED;
	return status == STATUS_BOUNCED ? OUTCOME_BOUNCED : OUTCOME_OPEN;
}

static void
attempt_local(struct mail *mail, int64_t now, struct message *message,
    struct recipient *recipient)
{
	bool lmtp = recipient->user % 2 == 0;
	const struct reply *const replies[] = { lmtp ? &lmtp_delivered
						     : &local_delivered,
		&local_deferred, &local_bounced };
	struct attempt_line line = { lmtp ? DAEMON_LMTP : DAEMON_LOCAL, NULL,
		"", NULL };
	enum status status = draw_simple(mail, replies, 3, 3, &line.reply);

	line.status = status_word(status);
	lines_attempt(&mail->lines, now, message, recipient, &line);
	recipient->outcome = outcome_of(status);
	if (mail_is_visible(mail, now) && !recipient->delivery.seen) {
		recipient->delivery.seen = true;
		truth_add(mail->truth, TRUTH_LOCAL);
	}
}

static void
attempt_notification(struct mail *mail, int64_t now, struct message *message,
    struct recipient *recipient)
{
	static const struct reply *const replies[] = { &notice_delivered,
		&notice_deferred, &notice_bounced };
	struct attempt_line line = { DAEMON_SMTP, NULL, "", NULL };
	enum status status = draw_simple(mail, replies, 4, 5, &line.reply);

	line.status = status_word(status);
	lines_attempt(&mail->lines, now, message, recipient, &line);
	recipient->outcome = outcome_of(status);
}

static void
attempt_probe(struct mail *mail, int64_t now, struct message *message,
    struct recipient *recipient)
{
	bool good = random_below(&mail->random, 4) > 0;
	struct attempt_line line = { DAEMON_SMTP,
		good ? "deliverable" : "undeliverable", "",
		good ? &probe_good : &probe_bad };

	lines_attempt(&mail->lines, now, message, recipient, &line);
	recipient->outcome = OUTCOME_DELIVERED;
	if (mail_is_visible(mail, now))
		truth_add(mail->truth, TRUTH_PROBES);
}

static void
attempt_discard(struct mail *mail, int64_t now, struct message *message,
    struct recipient *recipient)
{
	struct attempt_line line = { DAEMON_DISCARD, "sent", "", &discarded };

	lines_attempt(&mail->lines, now, message, recipient, &line);
	recipient->outcome = OUTCOME_WITHDRAWN;
	if (mail_is_visible(mail, now))
		truth_discard(mail->truth, &recipient->delivery,
		    mail_second(now));
}

/* The first try goes by the rates that were asked for, later ones do not. */
static enum status
draw_remote(struct mail *mail, int64_t now, const struct recipient *recipient,
    const struct reply **reply)
{
	const struct options *options = mail->options;
	const struct outage *outage =
	    world_outage(&mail->world, recipient->delivery.domain, now);
	uint32_t bounce = options->fail, defer = options->defer;
	uint32_t dice = random_below(&mail->random, 1000000);

	if (outage != NULL) {
		*reply = outage->reply;
		return outage->permanent ? STATUS_BOUNCED : STATUS_DEFERRED;
	}
	if (recipient->tries > 0) {
		bounce = 30000;
		defer = 400000;
	}
	if (options->worst) {
		bounce = 500000;
		defer = 500000;
	}
	if (recipient->stays != NULL && dice >= 200000) {
		*reply = recipient->stays;
		return STATUS_DEFERRED;
	}
	if (dice < bounce) {
		*reply = reply_bounced(&mail->random);
		return STATUS_BOUNCED;
	}
	if (dice < bounce + defer) {
		*reply = reply_deferred(&mail->random);
		return STATUS_DEFERRED;
	}
	*reply = reply_delivered(&mail->random);
	return STATUS_DELIVERED;
}

/* The queue manager holds back mail for a domain that does not answer. */
static void
suspend_domain(struct mail *mail, int64_t now,
    const struct recipient *recipient, const struct reply *reply)
{
	uint32_t index = recipient->delivery.domain;
	struct domain *domain = &mail->world.domains[index];
	bool down = world_outage(&mail->world, index, now) != NULL;
	uint32_t seconds = down ? 300 : 30;

	if ((reply->flags & REPLY_SUSPENDS) == 0 ||
	    random_below(&mail->random, down ? 2 : 16) > 0)
		return;
	seconds = seconds / 5 + random_below(&mail->random, seconds);
	domain->suspended_until = now + seconds * MICROSECONDS;
	domain->suspended_by = reply;
	domain->suspended_host = recipient->host;
}

static void
write_remote(struct mail *mail, int64_t now, const struct message *message,
    const struct recipient *recipient, const struct attempt_line *line)
{
	if (line->daemon == DAEMON_SMTP) {
		uint32_t dice = random_below(&mail->lines.random, 8);

		if (line->status[0] == 's' && dice == 0)
			lines_tls(&mail->lines, now, message, recipient);
		if (line->status[0] == 'd' && dice < 2)
			lines_interim(
			    &mail->lines, now, message, recipient, line->reply);
	}
	lines_attempt(&mail->lines, now, message, recipient, line);
}

static void
attempt_remote(struct mail *mail, int64_t now, struct message *message,
    struct recipient *recipient)
{
	const struct domain *domain =
	    &mail->world.domains[recipient->delivery.domain];
	struct attempt_line line = { DAEMON_SMTP, NULL, "", NULL };
	enum status status;

	if (domain->suspended_until > now) {
		status = STATUS_SUSPENDED;
		line.daemon = DAEMON_ERROR;
		line.before = "delivery temporarily suspended: ";
		line.reply = domain->suspended_by;
		recipient->host = (uint8_t)domain->suspended_host;
	} else {
		recipient->host =
		    (uint8_t)random_below(&mail->random, domain->hosts);
		status = draw_remote(mail, now, recipient, &line.reply);
		recipient->tries = 1;
	}
	line.status = status_word(status);
	if (status == STATUS_BOUNCED &&
	    random_chance(&mail->random, mail->options->soft_bounce)) {
		status = STATUS_DEFERRED;
		line.status = "SOFTBOUNCE";
	}
	if (status == STATUS_DEFERRED) {
		recipient->stays =
		    (line.reply->flags & REPLY_STAYS) != 0 ? line.reply : NULL;
		suspend_domain(mail, now, recipient, line.reply);
	}
	write_remote(mail, now, message, recipient, &line);
	recipient->outcome = outcome_of(status);
	if (mail_is_visible(mail, now))
		truth_attempt(mail->truth, &recipient->delivery,
		    mail_second(now), status, line.reply);
}

void
mail_attempt(struct mail *mail, int64_t now, uint32_t slot, uint32_t index)
{
	struct message *message = queue_message(&mail->queue, slot);
	struct recipient *recipient = &message->recipients[index];

	switch ((enum message_kind)message->kind) {
	case MESSAGE_ORDINARY:
		attempt_remote(mail, now, message, recipient);
		break;
	case MESSAGE_LOCAL:
		attempt_local(mail, now, message, recipient);
		break;
	case MESSAGE_NOTIFICATION:
		attempt_notification(mail, now, message, recipient);
		break;
	case MESSAGE_PROBE:
		attempt_probe(mail, now, message, recipient);
		break;
	case MESSAGE_DISCARD:
		attempt_discard(mail, now, message, recipient);
		break;
	}
	if (recipient->outcome == OUTCOME_BOUNCED)
		message->failed = true;
}
