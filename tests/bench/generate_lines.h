/*
 * Lines: the shapes of Postfix's log lines.
 */
#ifndef BENCH_GENERATE_LINES_H
#define BENCH_GENERATE_LINES_H

#include "generate_output.h"
#include "generate_queue.h"
#include "generate_world.h"

/* One of our hosts. */
struct mail_host {
	char name[64];
	uint32_t qmgr_pid;
	uint32_t first_pid; /* of the daemons that come and go */
};

struct lines {
	struct output output;
	struct random random; /* for what nobody counts: pids, delays */
	const struct world *world;
	const struct mail_host *hosts;
	bool worst;
};

enum daemon {
	DAEMON_SMTP,
	DAEMON_LMTP,
	DAEMON_LOCAL,
	DAEMON_ERROR,
	DAEMON_DISCARD
};

/* What stands in a delivery line. */
struct attempt_line {
	enum daemon daemon;
	const char *status; /* sent, deferred, bounced, SOFTBOUNCE ... */
	const char *before; /* put before the reply */
	const struct reply *reply;
};

/* `STAMP HOST PROGRAM[PID]: `, then the caller's text and lines_end. */
void lines_begin(struct lines *lines, int64_t now, uint32_t host,
    const char *program, uint32_t pid);
void lines_end(struct lines *lines);

/* A process of the host's pool. */
uint32_t lines_pid(struct lines *lines, uint32_t host);

/* The whole line is `text`. */
void lines_plain(struct lines *lines, int64_t now, uint32_t host,
    const char *program, const char *text);

void lines_connect(struct lines *lines, int64_t now, uint32_t host,
    uint32_t pid, uint32_t client);
void lines_disconnect(struct lines *lines, int64_t now, uint32_t host,
    uint32_t pid, uint32_t client);
void
lines_client(struct lines *lines, int64_t now, const struct message *message);
void
lines_cleanup(struct lines *lines, int64_t now, const struct message *message);
void lines_queue(struct lines *lines, int64_t now,
    const struct message *message, unsigned open);
void lines_pickup(struct lines *lines, int64_t now,
    const struct message *message, const char *old_id);
void
lines_attempt(struct lines *lines, int64_t now, const struct message *message,
    const struct recipient *recipient, const struct attempt_line *attempt);
void lines_hop(struct lines *lines, int64_t now, const struct message *message,
    const struct recipient *recipient);
void lines_tls(struct lines *lines, int64_t now, const struct message *message,
    const struct recipient *recipient);

/* A failure of one host that is not the outcome: no recipient, no status. */
void
lines_interim(struct lines *lines, int64_t now, const struct message *message,
    const struct recipient *recipient, const struct reply *reply);

/* `qmgr[1]: ID: from=<s>, status=expired, returned to sender` */
void
lines_expired(struct lines *lines, int64_t now, const struct message *message);

/* `PROGRAM[1]: ID: TEXT` with the queue id `next` at the end if not NULL. */
void lines_note(struct lines *lines, int64_t now, const struct message *message,
    const char *program, const char *text, const char *next);

/* Step 0, 1, 2 of a refused connection; true if it was the refusal. */
bool lines_reject(struct lines *lines, int64_t now, uint32_t host, uint32_t pid,
    unsigned step);

/* A line of no interest. */
void lines_noise(struct lines *lines, int64_t now, uint32_t host);

#endif
