/*
 * World: who mails whom.  Recipient domains with their hosts and users, our
 * own senders and clients, and the outages that are planted.
 *
 * Domain 0 is the most popular one; a few domains get most of the mail.
 */
#ifndef BENCH_GENERATE_WORLD_H
#define BENCH_GENERATE_WORLD_H

#include "generate_output.h"
#include "generate_replies.h"

#define WORLD_SENDERS   7
#define WORLD_NO_OUTAGE UINT32_MAX

struct domain {
	char name[60];
	uint8_t name_length;
	uint8_t hosts; /* 1 to 3 */
	uint8_t style; /* how its hosts are named */
	uint32_t users;
	uint32_t outage; /* index; WORLD_NO_OUTAGE */
	int64_t suspended_until;
	const struct reply *suspended_by;
	uint32_t suspended_host;
};

struct outage {
	uint32_t domain;
	int64_t start;
	int64_t end;
	const struct reply *reply;
	bool permanent;
};

struct world {
	struct domain *domains;
	uint32_t domain_count;
	struct outage *outages;
	uint32_t outage_count;
	uint32_t local_domain; /* index of the domain of our own mailboxes */
};

void world_init(
    struct world *world, const struct options *options, struct random *random);
void world_release(struct world *world);

/* By popularity; never the local domain. */
uint32_t world_draw_domain(const struct world *world, struct random *random);

/* Appends to the line being made. */
void world_recipient(struct output *out, const struct world *world,
    uint32_t domain, uint32_t user);
void world_relay_name(struct output *out, const struct world *world,
    uint32_t domain, uint32_t host);
void world_relay_address(struct output *out, uint32_t domain, uint32_t host);
void world_sender(struct output *out, uint32_t sender, uint32_t user);

/* `app3.example.com[192.0.2.3]` */
void world_client(struct output *out, uint32_t client);

/* Senders have domains; answered by the index of the sender. */
const char *world_sender_domain(uint32_t sender);

/* The outage that hits the domain at this time, or NULL. */
const struct outage *
world_outage(const struct world *world, uint32_t domain, int64_t now);

#endif
