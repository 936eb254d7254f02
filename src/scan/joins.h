/*
 * Joins: records that only several lines together make.
 *
 * Some MTAs name the recipient in one line and its fate in another.  What an
 * earlier line said is kept under a key and put into the record of the later
 * line, or into several records.  Which lines take part is said by the key
 * `join` of a pattern:
 *
 *   qmail-start       delivery `key` is the try of this message and recipient
 *   qmail-end         and this is how it ended
 *   haraka-recipient  a recipient was accepted into the transaction
 *   haraka-refused    the next host deferred or rejected one recipient
 *   haraka-delivered  `count` recipients of a domain were delivered, namely
 *                     those that were not refused in this round
 *   haraka-rest       all that are left of the domain have this status
 *   haraka-round      the round is over
 *   haraka-trouble    a connection failed: a deferral, unless the log is
 *                     detailed enough to have a line for that too
 *
 * Haraka (outbound/hmail.js) makes one queue file for each domain and numbers
 * them in the order of their first recipients: UUID.1.2 is the second domain of
 * the transaction UUID.1.
 *
 * At most JOIN_ENTRIES are kept, JOIN_LONGEST_LIST under one key; past that
 * all of it is forgotten.  Belongs to one scanner.
 */
#ifndef SCAN_JOINS_H
#define SCAN_JOINS_H

#include "scan/batch.h"
#include "scan/pattern.h"

#define JOIN_BUCKETS      1024
#define JOIN_ENTRIES      131072
#define JOIN_LONGEST_LIST 4096

struct join_entry {
	struct join_entry *next;
	uint64_t key;
	int64_t trouble; /* time of the last connection failure, ms */
	unsigned part; /* Haraka: number of the domain */
	bool is_refused; /* in this round */
	uint8_t scope; /* enum record_scope */
	struct text queue_id; /* both in `bytes` */
	struct text recipient;
	char bytes[];
};

struct joins {
	struct {
		struct join_entry *first;
		struct join_entry *last;
	} buckets[JOIN_BUCKETS];
	size_t count;
	bool is_detailed; /* Haraka logs at level info */
};

void joins_init(struct joins *joins);
void joins_release(struct joins *joins);

/*
 * Does what the pattern's `join` says with the record that was just added to
 * the batch: fills it in, multiplies it or takes it away.
 */
void joins_apply(struct joins *joins, enum join_kind kind,
    const struct pattern_extras *extras, struct scan_batch *batch);

/* Something is kept for lines to come. */
bool joins_depend(const struct joins *joins);

/* For the joins of one MTA each. */
uint64_t join_key(const struct record *record, struct text name);

/* The first entry of a key, and the next one behind `entry`; or NULL. */
struct join_entry *join_first(struct joins *joins, uint64_t key);
struct join_entry *join_next(struct join_entry *entry);

struct join_entry *
join_add(struct joins *joins, uint64_t key, const struct record *record);
void join_remove(struct joins *joins, struct join_entry *entry);

void join_haraka(struct joins *joins, enum join_kind kind,
    const struct pattern_extras *extras, struct scan_batch *batch);

#endif
