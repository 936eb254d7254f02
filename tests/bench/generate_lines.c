#include "generate_lines.h"

#define OUR_ADDRESS "192.0.2.25"

static const char *const daemon_names[] = { "postfix/smtp", "postfix/lmtp",
	"postfix/local", "postfix/error", "postfix/discard" };

void
lines_begin(struct lines *lines, int64_t now, uint32_t host,
    const char *program, uint32_t pid)
{
	struct output *out = &lines->output;

	output_line(out, now, lines->hosts[host].name);
	output_string(out, program);
	output_byte(out, '[');
	output_number(out, pid);
	output_bytes(out, "]: ", 3);
}

void
lines_end(struct lines *lines)
{
	output_end(&lines->output);
}

uint32_t
lines_pid(struct lines *lines, uint32_t host)
{
	return lines->hosts[host].first_pid + random_below(&lines->random, 24);
}

void
lines_plain(struct lines *lines, int64_t now, uint32_t host,
    const char *program, const char *text)
{
	lines_begin(lines, now, host, program, lines_pid(lines, host));
	output_string(&lines->output, text);
	lines_end(lines);
}

/* Begins a line about the message: `PROGRAM[PID]: ID: `. */
static struct output *
begin_about(struct lines *lines, int64_t now, const struct message *message,
    const char *program, uint32_t pid)
{
	lines_begin(lines, now, message->host, program, pid);
	output_string(&lines->output, message->id);
	output_bytes(&lines->output, ": ", 2);
	return &lines->output;
}

void
lines_connect(struct lines *lines, int64_t now, uint32_t host, uint32_t pid,
    uint32_t client)
{
	lines_begin(lines, now, host, "postfix/smtpd", pid);
	output_string(&lines->output, "connect from ");
	world_client(&lines->output, client);
	lines_end(lines);
}

void
lines_disconnect(struct lines *lines, int64_t now, uint32_t host, uint32_t pid,
    uint32_t client)
{
	lines_begin(lines, now, host, "postfix/smtpd", pid);
	output_string(&lines->output, "disconnect from ");
	world_client(&lines->output, client);
	output_string(
	    &lines->output, " ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5");
	lines_end(lines);
}

void
lines_client(struct lines *lines, int64_t now, const struct message *message)
{
	struct output *out =
	    begin_about(lines, now, message, "postfix/smtpd", message->pid);

	output_string(out, "client=");
	if (message->next_id[0] != '\0' && !message->filter) {
		/* Back from the filter: next_id holds the first hop's id. */
		output_string(out, "localhost[127.0.0.1], orig_queue_id=");
		output_string(out, message->next_id);
		output_string(out, ", orig_client=");
	}
	world_client(out, message->client);
	lines_end(lines);
}

void
lines_cleanup(struct lines *lines, int64_t now, const struct message *message)
{
	struct output *out = begin_about(lines, now, message, "postfix/cleanup",
	    lines_pid(lines, message->host));

	output_string(out, "message-id=<");
	if (message->kind == MESSAGE_NOTIFICATION) {
		output_number(out, message->number);
		output_byte(out, '.');
		output_string(out, message->id);
		output_byte(out, '@');
		output_string(out, lines->hosts[message->host].name);
	} else {
		output_number(out, message->number);
		output_byte(out, '.');
		output_hex(out, stable_hash(message->number, 7), 8);
		output_string(out, "@app");
		output_number(out, message->client);
		output_string(out, ".example.com");
	}
	output_byte(out, '>');
	lines_end(lines);
}

static void
put_sender(struct lines *lines, const struct message *message)
{
	struct output *out = &lines->output;

	output_string(out, "from=<");
	if (message->kind == MESSAGE_PROBE) {
		output_string(out, "double-bounce@");
		output_string(out, lines->hosts[message->host].name);
	} else if (message->kind != MESSAGE_NOTIFICATION) {
		world_sender(out, message->sender, message->sender_user);
	}
	output_byte(out, '>');
}

static void
put_recipient(struct lines *lines, const struct message *message,
    const struct recipient *recipient)
{
	if (message->kind == MESSAGE_NOTIFICATION)
		world_sender(
		    &lines->output, message->sender, message->sender_user);
	else
		world_recipient(&lines->output, lines->world,
		    recipient->delivery.domain, recipient->user);
}

void
lines_queue(struct lines *lines, int64_t now, const struct message *message,
    unsigned open)
{
	struct output *out = begin_about(lines, now, message, "postfix/qmgr",
	    lines->hosts[message->host].qmgr_pid);

	put_sender(lines, message);
	output_string(out, ", size=");
	output_number(out, message->size);
	output_string(out, ", nrcpt=");
	output_number(out, open);
	output_string(out, " (queue active)");
	lines_end(lines);
}

void
lines_pickup(struct lines *lines, int64_t now, const struct message *message,
    const char *old_id)
{
	struct output *out = begin_about(lines, now, message, "postfix/pickup",
	    lines_pid(lines, message->host));

	output_string(out, "uid=112 ");
	put_sender(lines, message);
	output_string(out, " orig_id=");
	output_string(out, old_id);
	lines_end(lines);
}

void
lines_expired(struct lines *lines, int64_t now, const struct message *message)
{
	struct output *out = begin_about(lines, now, message, "postfix/qmgr",
	    lines->hosts[message->host].qmgr_pid);

	put_sender(lines, message);
	output_string(out, ", status=expired, returned to sender");
	lines_end(lines);
}

void
lines_note(struct lines *lines, int64_t now, const struct message *message,
    const char *program, const char *text, const char *next)
{
	struct output *out = begin_about(
	    lines, now, message, program, lines->hosts[message->host].qmgr_pid);

	output_string(out, text);
	if (next != NULL)
		output_string(out, next);
	lines_end(lines);
}

static void
put_relay(struct lines *lines, const struct message *message,
    const struct recipient *recipient)
{
	struct output *out = &lines->output;

	if (message->kind == MESSAGE_NOTIFICATION) {
		output_string(out, "mx.");
		output_string(out, world_sender_domain(message->sender));
		output_string(out, "[192.0.2.200]");
		return;
	}
	world_relay_name(
	    out, lines->world, recipient->delivery.domain, recipient->host);
	output_byte(out, '[');
	world_relay_address(out, recipient->delivery.domain, recipient->host);
	output_byte(out, ']');
}

/* Times of connecting and sending are made up; waiting makes up the rest. */
static void
put_delays(struct lines *lines, int64_t delay)
{
	struct output *out = &lines->output;
	int64_t sending = 20000 + random_below(&lines->random, 900000);
	int64_t connecting = random_below(&lines->random, 400000);
	int64_t queueing = random_below(&lines->random, 30000);

	output_string(out, ", delay=");
	output_delay(out, delay);
	output_string(out, ", delays=");
	output_delay(out, delay - sending - connecting - queueing);
	output_byte(out, '/');
	output_delay(out, queueing);
	output_byte(out, '/');
	output_delay(out, connecting);
	output_byte(out, '/');
	output_delay(out, sending);
}

/* What a worst-case reply ends in: nothing like it was seen before. */
static void
put_unique_tokens(struct lines *lines)
{
	struct output *out = &lines->output;

	if (!lines->worst)
		return;
	output_string(out, " [");
	output_hex(out, random_next(&lines->random), 16);
	output_byte(out, '.');
	output_number(out, random_next(&lines->random) >> 30);
	output_string(out, "] trace=");
	output_hex(out, random_next(&lines->random), 12);
	output_string(out, "-prod");
	output_number(out, random_below(&lines->random, 100000));
}

static void
put_reply(struct lines *lines, const struct message *message,
    const struct recipient *recipient, const char *text)
{
	struct output *out = &lines->output;
	const char *percent;

	for (; (percent = strchr(text, '%')) != NULL; text = percent + 2) {
		output_bytes(out, text, (size_t)(percent - text));
		switch (percent[1]) {
		case 'r':
			put_recipient(lines, message, recipient);
			break;
		case 'd':
			output_string(out,
			    lines->world->domains[recipient->delivery.domain]
				.name);
			break;
		case 's':
			world_sender(
			    out, message->sender, message->sender_user);
			break;
		case 'c':
			output_string(out, OUR_ADDRESS);
			break;
		case 'h':
			world_relay_name(out, lines->world,
			    recipient->delivery.domain, recipient->host);
			break;
		case 'H':
			put_relay(lines, message, recipient);
			break;
		case 'q':
			/* Ten digits: never one of our own, they are longer. */
			for (int i = 0; i < 10; i++)
				output_byte(
				    out, "0123456789ABCDEF"[random_below(
					     &lines->random, 16)]);
			break;
		case 'x':
			output_hex(out, random_next(&lines->random), 8);
			break;
		case 'n':
			output_number(
			    out, 10000 + random_below(&lines->random, 80000));
			break;
		default:
			put_unique_tokens(lines);
		}
	}
	output_string(out, text);
}

/* `ID: to=<r>, ` with the odd original address between. */
static struct output *
begin_attempt(struct lines *lines, int64_t now, const struct message *message,
    const struct recipient *recipient, const char *program)
{
	struct output *out = begin_about(
	    lines, now, message, program, lines_pid(lines, message->host));

	output_string(out, "to=<");
	put_recipient(lines, message, recipient);
	output_bytes(out, ">, ", 3);
	if (message->kind != MESSAGE_NOTIFICATION &&
	    recipient->user % 128 == 5) {
		output_string(out, "orig_to=<team");
		output_number(out, recipient->user);
		output_string(out, "@lists.example.org>, ");
	}
	return out;
}

void
lines_attempt(struct lines *lines, int64_t now, const struct message *message,
    const struct recipient *recipient, const struct attempt_line *attempt)
{
	struct output *out = begin_attempt(
	    lines, now, message, recipient, daemon_names[attempt->daemon]);

	output_string(out, "relay=");
	if (attempt->daemon == DAEMON_LOCAL) {
		output_string(out, "local");
	} else if (attempt->daemon == DAEMON_LMTP) {
		output_string(out, lines->hosts[message->host].name);
		output_string(out, "[private/dovecot-lmtp]");
	} else if (attempt->daemon != DAEMON_SMTP ||
		   (attempt->reply->flags & REPLY_NO_RELAY) != 0) {
		output_string(out, "none");
	} else {
		put_relay(lines, message, recipient);
		output_string(out, ":25");
		if (random_below(&lines->random, 32) == 0) {
			output_string(out, ", conn_use=");
			output_number(out, 2 + random_below(&lines->random, 8));
		}
	}
	put_delays(lines, now - message->arrived);
	output_string(out, ", dsn=");
	output_string(out, attempt->reply->dsn);
	output_string(out, ", status=");
	output_string(out, attempt->status);
	output_bytes(out, " (", 2);
	output_string(out, attempt->before);
	put_reply(lines, message, recipient, attempt->reply->text);
	output_byte(out, ')');
	lines_end(lines);
}

void
lines_hop(struct lines *lines, int64_t now, const struct message *message,
    const struct recipient *recipient)
{
	struct output *out =
	    begin_attempt(lines, now, message, recipient, "postfix/smtp");

	output_string(out, "relay=127.0.0.1[127.0.0.1]:10024");
	put_delays(lines, now - message->arrived);
	output_string(out,
	    ", dsn=2.0.0, status=sent (250 2.0.0 from "
	    "MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as ");
	output_string(out, message->next_id);
	output_byte(out, ')');
	lines_end(lines);
}

void
lines_tls(struct lines *lines, int64_t now, const struct message *message,
    const struct recipient *recipient)
{
	lines_begin(lines, now, message->host, "postfix/smtp",
	    lines_pid(lines, message->host));
	output_string(&lines->output, "Trusted TLS connection established to ");
	put_relay(lines, message, recipient);
	output_string(&lines->output,
	    ":25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)");
	lines_end(lines);
}

void
lines_interim(struct lines *lines, int64_t now, const struct message *message,
    const struct recipient *recipient, const struct reply *reply)
{
	if ((reply->flags & REPLY_NO_RELAY) != 0)
		lines_begin(lines, now, message->host, "postfix/smtp",
		    lines_pid(lines, message->host));
	else
		begin_about(lines, now, message, "postfix/smtp",
		    lines_pid(lines, message->host));
	put_reply(lines, message, recipient, reply->text);
	lines_end(lines);
}

bool
lines_reject(struct lines *lines, int64_t now, uint32_t host, uint32_t pid,
    unsigned step)
{
	struct output *out = &lines->output;
	uint32_t which = pid * 31 + (uint32_t)(now / 60000000);

	lines_begin(lines, now, host, "postfix/smtpd", pid);
	if (step == 1) {
		output_string(out, "NOQUEUE: reject: RCPT from unknown[");
		output_string(out, "203.0.113.");
		output_number(out, which % 254 + 1);
		output_string(out, "]: 554 5.7.1 <");
		world_recipient(
		    out, lines->world, lines->world->local_domain, which % 900);
		output_string(out, ">: Relay access denied; from=<x");
		output_number(out, which % 7919);
		output_string(out, "@spam.example.net> to=<");
		world_recipient(
		    out, lines->world, lines->world->local_domain, which % 900);
		output_string(out, "> proto=ESMTP helo=<[203.0.113.9]>");
	} else {
		output_string(out, step == 0 ? "connect from unknown["
					     : "disconnect from unknown[");
		output_string(out, "203.0.113.");
		output_number(out, which % 254 + 1);
		output_string(out,
		    step == 0 ? "]"
			      : "] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4");
	}
	lines_end(lines);
	return step == 1;
}

void
lines_noise(struct lines *lines, int64_t now, uint32_t host)
{
	static const char *const texts[][2] = {
		{ "postfix/anvil", "statistics: max connection rate 3/60s for "
				   "(smtp:192.0.2.7) at Nov 22 01:04:44" },
		{ "postfix/anvil", "statistics: max cache size 4 at Nov 22" },
		{ "dovecot",
		    "imap-login: Login: user=<anna.abel>, method=PLAIN, "
		    "rip=192.0.2.9, lip=192.0.2.25, TLS" },
		{ "postfix/postscreen",
		    "CONNECT from [203.0.113.77]:49152 to [192.0.2.25]:25" },
		{ "postfix/postscreen", "PASS OLD [203.0.113.77]:49152" },
		{ "postfix/smtpd",
		    "Anonymous TLS connection established from "
		    "app1.example.com[192.0.2.2]: TLSv1.3 with cipher "
		    "TLS_AES_256_GCM_SHA384 (256/256 bits)" },
		{ "postfix/smtpd",
		    "warning: hostname host9.example.net does not resolve to "
		    "address 203.0.113.9" },
		{ "CRON", "(root) CMD (test -x /usr/sbin/anacron)" },
	};
	uint32_t which =
	    random_below(&lines->random, sizeof texts / sizeof texts[0]);

	lines_plain(lines, now, host, texts[which][0], texts[which][1]);
}
