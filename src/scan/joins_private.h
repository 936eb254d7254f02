/*
 * What the files of the joins share.
 */
#ifndef SCAN_JOINS_PRIVATE_H
#define SCAN_JOINS_PRIVATE_H

#include "scan/joins.h"

#define JOIN_BUCKETS 1024

/* Of an earlier run. */
#define JOIN_FILE_NONE UINT32_MAX

struct join_entry {
	struct join_entry *next;
	uint64_t key;
	uint32_t file; /* index of the input file of its line */
	struct join_state state; /* its texts are in `bytes` */
	struct text logged; /* the recipient as it was logged, likewise */
	char bytes[];
};

struct joins {
	struct {
		struct join_entry *first;
		struct join_entry *last;
	} buckets[JOIN_BUCKETS];
	size_t count;
	struct joined_record *made;
	size_t made_count;
	size_t made_capacity;
};

/* One record's view of what is kept. */
struct join_view {
	struct joins *joins;
	struct scan_batch *batch;
	const struct scan_join *join;
	struct record record; /* as the line gave it */
	uint64_t key;
};

/* For the joins of one host and MTA each. */
uint64_t join_key(struct text host, struct text instance, struct text name);

/* The first entry of a key, and the next one behind `entry`; or NULL. */
struct join_entry *join_first(const struct joins *joins, uint64_t key);
struct join_entry *join_next(const struct join_entry *entry);

/* Keeps the view's record under `name`, which its key must be of. */
struct join_entry *join_add(const struct join_view *view, struct text name);
void join_remove(struct joins *joins, struct join_entry *entry);

/* Makes the view's record one of the entry's recipient. */
void join_make(const struct join_view *view, const struct join_entry *entry);

/* Lets the view's record go on as it is. */
void join_pass(const struct join_view *view);

void join_haraka(struct join_view *view);

#endif
