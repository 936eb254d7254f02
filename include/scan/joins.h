/*
 * Joins: records that only several lines together make.
 *
 * Some MTAs name the recipient in one line and its fate in another, perhaps
 * of another file.  What an earlier line said is kept under a key and put into
 * the record of the later line, or into several records.  Which lines take
 * part is said by the key `join` of a pattern:
 *
 *   qmail-start       delivery `key` is the try of this message and recipient
 *   qmail-end         and this is how it ended
 *   haraka-recipient  a recipient was accepted into the transaction
 *   haraka-refused    the next host deferred or rejected one recipient, who
 *                     need not have been seen before
 *   haraka-delivered  `count` recipients of a domain, or of its number, were
 *                     delivered, namely those not refused in this round
 *   haraka-rest       all that are left of the domain have this status
 *   haraka-round      the round is over
 *   haraka-trouble    a connection failed: a deferral, unless the log is
 *                     detailed enough to have a line for that too
 *
 * Haraka (outbound/hmail.js) makes one queue file for each domain and numbers
 * them in the order of their first recipients: UUID.1.2 is the second domain of
 * the transaction UUID.1.  With always_split it makes one for each recipient;
 * that a host does so is learnt from the numbers in its lines.
 *
 * At most JOIN_ENTRIES are kept, JOIN_LONGEST_LIST under one key; past that
 * all of it is forgotten.  Records are joined in the order of time, by one
 * thread.
 */
#ifndef SCAN_JOINS_H
#define SCAN_JOINS_H

#include "scan/batch.h"

#define JOIN_ENTRIES      131072
#define JOIN_LONGEST_LIST 4096

struct joins;

/*
 * A record that was made.  `recipient` is that of the line that named it, as
 * logged there, where the record's own may be redacted; empty if that line was
 * read by an earlier run.
 */
struct joined_record {
	struct record record;
	struct text recipient;
};

struct joins *joins_new(void);
void joins_free(struct joins *joins);

/*
 * Takes in a record of the batch that has a join; it is not to be used any
 * more.  The records that it makes are in *made until the next call, their
 * texts in the batch.
 */
size_t joins_take(struct joins *joins, struct scan_batch *batch,
    const struct record *record, const struct joined_record **made);

/* What is kept for lines to come; the texts live until it is joined. */
struct join_state {
	struct text host;
	struct text instance;
	struct text name;
	struct text queue_id;
	struct text recipient;
	int64_t time; /* ms; of its line */
	int64_t trouble; /* of the last connection failure; INSTANT_NONE */
	uint32_t part;
	uint8_t scope;
	bool is_refused;
};

/* Shows everything, in an order that joins_restore keeps. */
void joins_visit(const struct joins *joins,
    void (*show)(void *context, const struct join_state *state), void *context);
void joins_restore(struct joins *joins, const struct join_state *state);

#endif
