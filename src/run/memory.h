/*
 * Memory: how a run goes on from the nights before, and what it leaves.
 *
 *	memory_open	the file, its zone and scope; the transaction begins
 *	memory_load	what goes on, into new ledger, incidents and addresses
 *	...		logs are read; each day has a tally: memory_tally()
 *	memory_save	what goes on, and what is final of each day
 *	...		the ledger is drained and settled
 *	memory_finish	what is still open, --keep, and the commit
 *	memory_report	the counts of the period asked for
 *
 * Without SQLite in the build, memory_open says so.
 */
#ifndef RUN_MEMORY_H
#define RUN_MEMORY_H

#include "report/changes.h"
#include "report/source.h"
#include "run/pipeline.h"
#include "track/ledger.h"

struct memory;

/* What is saved and loaded. */
struct memory_parts {
	struct ledger *ledger;
	struct incidents *incidents;
	struct addresses *addresses;
	struct joins *joins;
};

/* NULL, with an error added, when the file cannot be used. */
struct memory *memory_open(const struct settings *settings, struct pool *names,
    struct diagnostics *diagnostics);

/*
 * The same for adding up: the operands are files of memory too, and a new
 * file gets zone, scope and key of the first one.  NULL also when one of them
 * cannot be added.
 */
struct memory *memory_open_merge(const struct settings *settings,
    struct pool *names, struct diagnostics *diagnostics);
void memory_close(struct memory *memory);

/*
 * `probe`: what the run's redaction makes of a fixed text; the text itself
 * without redaction.  False, with an error added, when the file was made with
 * another key: the same recipient would have two names.
 */
bool memory_check_redaction(
    struct memory *memory, struct text probe, struct diagnostics *diagnostics);

const struct zone *memory_zone(const struct memory *memory);
enum settings_scope memory_scope(const struct memory *memory);

/* For the pipeline; lives as long as the memory. */
const struct pipeline_memory *memory_inputs(struct memory *memory);

/* The earlier of the first line ever read and `start`; ms or INSTANT_NONE. */
int64_t memory_start(struct memory *memory, int64_t start);

void memory_load(struct memory *memory, const struct memory_parts *parts);

/*
 * After memory_open_merge: the same, with all that the other files remember
 * added; the counts of their days too.
 */
void memory_merge(struct memory *memory, const struct memory_parts *parts);

/* The tally for what happened at `time`, ms. */
struct tally *memory_tally(struct memory *memory, int64_t time);

/* From now on nothing is final: see memory_finish. */
void memory_save(struct memory *memory, const struct memory_parts *parts,
    const struct pipeline_input *inputs, size_t count);

/* False, with an error added, when the night could not be stored. */
bool memory_finish(struct memory *memory, const struct incident *incidents,
    size_t count, struct diagnostics *diagnostics);

/*
 * After memory_finish: what was before is forgotten, and is not to be shown;
 * ms, or INSTANT_NONE when nothing is.
 */
int64_t memory_kept_since(const struct memory *memory);

/*
 * Fills an empty tally, and a list of inputs (free() it; its texts live as
 * long as the memory), with what is remembered of the period.  False, with an
 * error added, when the file cannot be read.
 */
bool memory_report(struct memory *memory, struct tally *tally,
    struct report_input **inputs, size_t *input_count,
    struct diagnostics *diagnostics);

/*
 * The last whole day of the period against those before it; false when there
 * is no day to compare with.  changes_release() it.
 */
bool memory_changes(struct memory *memory, struct changes *changes);

#endif
