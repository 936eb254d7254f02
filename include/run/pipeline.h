/*
 * Pipeline: log files in, events out, in the order of time.
 *
 * Each file has a lane: its blocks are inflated, then scanned and classified,
 * one after the other, because a block needs what came before it (the decoder
 * and the year).  Different steps, of one file or of several, may run at the
 * same time; the caller's thread takes the events of all lanes merged by time,
 * and makes those that several lines together tell (scan/joins.h).
 * Which thread did what changes nothing: lanes are merged by time, then by
 * rank, and the rank depends on the files alone.
 */
#ifndef RUN_PIPELINE_H
#define RUN_PIPELINE_H

#include "base/zone.h"
#include "classify/classifier.h"
#include "classify/event.h"
#include "input/operands.h"
#include "run/redactor.h"
#include "scan/joins.h"
#include "scan/pattern_set.h"
#include "scan/scanner.h"

struct pipeline;

/* How far an input was read before, and what its next line needs to know. */
struct pipeline_resume {
	int64_t id; /* of the input, for whoever keeps it; 0 = none */
	uint64_t offset; /* uncompressed bytes, whole lines */
	uint64_t lines;
	struct clock_memory clock;
	bool is_replayed; /* they have to be scanned again, not only skipped */
};

/*
 * What was read on earlier nights.  `find` is given the first bytes of an
 * input, and fills in the rest; false when the input is not known.  With a
 * memory a last line that has no newline yet is left for the next night (but
 * not in an archive, which does not grow), and of several files with the same
 * first bytes only one is read.
 */
struct pipeline_memory {
	void *context;
	bool (*find)(
	    void *context, struct text head, struct pipeline_resume *resume);
};

struct pipeline_settings {
	const struct pattern_set *patterns;
	const struct classifier *classifier;
	const struct redactor *redactor; /* NULL: local parts stay */
	const struct zone *log_zone; /* of stamps without offset */
	int year; /* --year; 0 = find out */
	enum record_mta mta; /* the only one to read; MTA_NONE = all */
	int64_t now; /* ms; no log is later */
	unsigned jobs; /* threads, the caller's included; at least 1 */
	const struct pipeline_memory *memory; /* NULL = none */
	struct joins *joins; /* of the thread that merges */
};

/* What became of one file; texts live as long as the pipeline. */
struct pipeline_input {
	const char *path;
	const char *compression;
	uint64_t bytes; /* as stored */
	struct scan_counts counts;
	int64_t first_event_at; /* attempts and expiries; INSTANT_NONE */
	int64_t last_event_at;
	int64_t first_line_at;
	int64_t last_line_at;
	const char *damage; /* NULL = none */
	bool is_missing; /* could not be opened */
	bool is_repeated; /* the same log as another input; was not read */
	/* With a memory: */
	uint64_t fingerprint; /* of the first head_size bytes */
	uint64_t head_size;
	struct pipeline_resume resume; /* how far it is read now */
};

/*
 * Opens the files far enough to know when each begins.  Files that cannot be
 * opened add errors, and are inputs that are missing.
 */
struct pipeline *pipeline_new(const struct pipeline_settings *settings,
    const struct operands *operands, struct diagnostics *diagnostics);
void pipeline_free(struct pipeline *pipeline);

/* Time of the first line with a stamp of all inputs; INSTANT_NONE = none. */
int64_t pipeline_start(const struct pipeline *pipeline);

/*
 * Takes in an event.  `owner`, when not NULL, is to be given to
 * pipeline_release once this event and all before it are no longer needed.
 */
typedef void
pipeline_sink(void *context, const struct event *event, void *owner);

/* Reads everything.  `tick` (may be NULL) is called now and then. */
void pipeline_run(struct pipeline *pipeline, pipeline_sink *sink,
    void (*tick)(void *context), void *context,
    struct diagnostics *diagnostics);

void pipeline_release(void *context, void *owner);

/* In the order of the files' paths. */
const struct pipeline_input *
pipeline_inputs(struct pipeline *pipeline, size_t *count);

/* For progress: stored bytes read so far, and of all files (0 unknown). */
uint64_t pipeline_bytes_read(const struct pipeline *pipeline);
uint64_t pipeline_bytes_total(const struct pipeline *pipeline);

#endif
