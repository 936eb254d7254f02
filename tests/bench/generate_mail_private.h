/*
 * Parts of the simulation: private to generate_mail*.c.
 */
#ifndef BENCH_GENERATE_MAIL_PRIVATE_H
#define BENCH_GENERATE_MAIL_PRIVATE_H

#include "generate_mail.h"

/* One slot of a new message, with its queue id. */
uint32_t mail_new_message(
    struct mail *mail, int64_t now, enum message_kind kind, uint32_t host);

/* A new queue id for the message in the slot. */
void mail_name_message(struct mail *mail, uint32_t slot, int64_t now);

/* Traffic of one minute: connections, refusals, noise. */
void mail_minute(struct mail *mail, int64_t now);

/* One recipient of one round is tried. */
void
mail_attempt(struct mail *mail, int64_t now, uint32_t slot, uint32_t index);

/* The log has begun: what happens now is seen by who reads it. */
static inline bool
mail_is_visible(const struct mail *mail, int64_t now)
{
	return now >= mail->options->start;
}

/*
 * The second of an event, in milliseconds: durations are differences of whole
 * seconds, so that the same mail gives the same numbers with any stamps.
 */
static inline int64_t
mail_second(int64_t now)
{
	return now / MICROSECONDS * 1000;
}

#endif
