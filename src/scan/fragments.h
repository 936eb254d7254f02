/*
 * Fragments: records that a program cut into several lines for syslog.
 *
 * Exim (src/log.c, write_syslog) writes a long record as "[1/5] ...",
 * "[2/5] ..." and so on, with '\' for '/' where a line ends behind the piece.
 * Pieces of different processes may stand between each other, so they are put
 * together by host and process.  At most FRAGMENT_RECORDS records are open at
 * a time; the oldest one is dropped for a further one.
 */
#ifndef SCAN_FRAGMENTS_H
#define SCAN_FRAGMENTS_H

#include "base/arena.h"
#include "base/buffer.h"

#define FRAGMENT_RECORDS 64
#define FRAGMENT_LONGEST 65536

struct fragments {
	struct {
		uint64_t key; /* hash of host, program and pid; 0 = free */
		unsigned count; /* pieces in all, and how many are there */
		unsigned have;
		struct buffer text;
	} records[FRAGMENT_RECORDS];
	unsigned next; /* the one to drop */
};

enum fragment_result {
	FRAGMENT_NONE, /* not a piece: *text is as it was */
	FRAGMENT_HELD, /* further pieces are to come, or earlier ones missed */
	FRAGMENT_WHOLE /* *text is the whole record, in the arena */
};

/* All zero at the start; fragments_release frees what is open. */
void fragments_release(struct fragments *fragments);

/* Pieces of a record are waiting for the others. */
bool fragments_are_open(const struct fragments *fragments);

enum fragment_result fragments_add(struct fragments *fragments, uint64_t key,
    struct text *text, struct arena *arena);

#endif
