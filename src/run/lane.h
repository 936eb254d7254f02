/*
 * Lane: one input file on its way through the pipeline.
 *
 * lane_read and lane_scan may run at the same time, each in one thread; what
 * they hand over is queued under the pipeline's lock.
 */
#ifndef RUN_LANE_H
#define RUN_LANE_H

#include "run/pipeline.h"

#include "input/byte_source.h"
#include "run/unit.h"

/* What the lanes of a run take blocks and units from. */
struct lane_pools {
	struct block_pool *blocks;
	struct unit_pool *units;
};

struct lane {
	const char *path;
	const struct pipeline_settings *settings;
	const struct lane_pools *pools;
	struct byte_source *source;
	struct block_reader *reader;
	struct scanner *scanner;
	struct pipeline_input input;
	char *damage; /* what input.damage borrows; NULL = none */
	char *head; /* first input.head_size bytes; see lane_keep_head */
	struct diagnostics diagnostics;
	struct scanner_settings scanner_settings;
	int64_t starts_at; /* first line with a stamp; INSTANT_NONE */
	int64_t probed_until; /* last line of the first block */
	bool knows_year;
	bool is_resumed; /* its first lines were read on an earlier night */
	bool is_branch; /* ... as those of another file, which goes on */
	/* Of the pipeline, under its lock: */
	struct unit_queue read; /* inflated */
	struct unit_queue scanned;
	bool is_open; /* its blocks may be read */
	bool is_reading;
	bool is_scanning;
	bool read_all;
	bool scanned_all;
	/* Of the merging thread: */
	struct unit *current;
	size_t position;
	int64_t clock; /* latest time so far: the merge never steps back */
	bool is_finished;
};

void lane_init(struct lane *lane, const char *path, uint32_t file,
    const struct pipeline_settings *settings, const struct lane_pools *pools);

/*
 * Opens and scans the first block, which is kept as a scanned unit.  The
 * worker is that of the thread.
 */
bool lane_open(struct lane *lane, struct classifier_worker *worker);

/* Keeps the first bytes of one that is open, with a memory. */
void lane_keep_head(struct lane *lane);
void lane_drop_head(struct lane *lane);

/* Does lane_open, after lane_close, find what was there the first time? */
bool lane_may_reopen(const struct lane *lane);

/*
 * Scans the first block again, with a range of a file that knows its year;
 * before anything else is read.  What was closed stays closed.
 */
void lane_probe(struct lane *lane, struct classifier_worker *worker,
    int64_t neighbour_first, int64_t neighbour_last);

/* Lets go of the file, and of the first block; lane_open begins anew. */
void lane_close(struct lane *lane);
void lane_release(struct lane *lane);

/* The next block as a unit, or NULL at the end. */
struct unit *lane_read(struct lane *lane);

/* Scans and classifies a unit, and redacts it if that is wanted. */
void lane_scan(
    struct lane *lane, struct classifier_worker *worker, struct unit *unit);

/* Adds a unit's counts to the input's; by the merging thread, in order. */
void lane_count(struct lane *lane, struct unit *unit);

#endif
