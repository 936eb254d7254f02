/*
 * Replies: what hosts say, and what Postfix says when there is no host.
 *
 * In `text`, %-letters stand for parts of the attempt:
 *	%r recipient    %d its domain    %s sender    %c our own address
 *	%h relay host   %i its address   %H the same as `host[address]`
 *	%q a queue id of theirs  %x eight hex digits  %n a number
 *	%u unique tokens, in a worst-case log only
 */
#ifndef BENCH_GENERATE_REPLIES_H
#define BENCH_GENERATE_REPLIES_H

#include "generate.h"

enum status {
	STATUS_DELIVERED,
	STATUS_DEFERRED,
	STATUS_BOUNCED,
	STATUS_SUSPENDED,
	STATUS_DISCARDED
};

enum reply_class {
	REPLY_HARD,
	REPLY_SOFT,
	REPLY_BLOCK,
	REPLY_UNDETERMINED,
	REPLY_NO_CLASS /* of deliveries */
};
#define REPLY_CLASSES 4

enum {
	REPLY_NO_RELAY = 1, /* relay=none */
	REPLY_STAYS = 2, /* the same at most retries */
	REPLY_SUSPENDS = 4, /* further mail for the domain waits untried */
	REPLY_OUTAGE = 8 /* may be the sign of a planted outage */
};

struct reply {
	const char *dsn;
	const char *category; /* as in categories.csv; "" for deliveries */
	const char *text;
	uint8_t weight; /* how often, against its like */
	uint8_t flags;
	uint16_t code; /* index of the dsn, from replies_init on */
	uint16_t category_index;
	uint8_t class; /* enum reply_class */
};

/* What may happen in a run with these options: call it first. */
void replies_init(void);

/* One of the kind by weight. */
const struct reply *reply_delivered(struct random *random);
const struct reply *reply_deferred(struct random *random);
const struct reply *reply_bounced(struct random *random);

/* For outage number `number`; `*permanent`: attempts bounce. */
const struct reply *reply_outage(unsigned number, bool *permanent);

/* Codes and categories by index, in no order that matters. */
unsigned reply_code_count(void);
const char *reply_code_name(unsigned index);
unsigned reply_category_count(void);
const char *reply_category_name(unsigned index);

/* Whether failures of the category make an incident. */
bool reply_category_is_outage(unsigned index);

#endif
