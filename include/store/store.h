/*
 * Store: what is remembered from night to night, in an SQLite file.
 *
 * The file holds, in tables that anyone may query,
 *
 *   meta            zone, scope and the like, fixed when the file is made
 *   names, causes   texts, and reasons of failures, by number
 *   logs            each log that was read, and how far
 *   day_...         the counts of each local day; see src/store/tally_tables.c
 *   local_hours     weekday and hour of each hour, in the zone
 *   messages, deliveries, timers, waiting, joins, streaks, ...,
 *   shown_incidents, addresses
 *                   what goes on: the state of ledger, joins, incidents and
 *                   addresses
 *
 * and views that are named as the CSV tables.  A row of a day_ table with
 * open = 1 is what is not final yet (deliveries without an outcome, the last
 * seconds of the logs): such rows are made anew by each run, so that the sum
 * of a table is always the report as of the last run.
 *
 * One transaction holds a night.  It begins in store_open and ends in
 * store_commit; without that, or when the program dies, nothing has happened.
 * Errors are kept: after the first one nothing more is read or written, and
 * store_commit or store_failed tell.  The file is made readable for its owner
 * only, because it knows recipients.
 *
 * One thread uses a store.  Without SQLite in the build, store_open says so.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/diagnostic.h"
#include "scan/batch.h"
#include "scan/clock.h"
#include "scan/joins.h"
#include "tally/days.h"
#include "track/addresses.h"
#include "track/incidents.h"
#include "track/ledger.h"

struct store;

struct store_settings {
	const char *path;
	const char *zone; /* --tz; NULL = that of the file, UTC for a new one */
	const char *scope; /* --scope as a word; NULL = that of the file */
	const char *default_scope; /* of a new file */
	struct store *model; /* a new file is made as this one; NULL = none */
	bool writes; /* false: only look; the file must be there */
	struct pool *names; /* all texts come from and go to this one */
};

/*
 * NULL, with an error added, when the file cannot be used: it is no memory
 * file, damaged, of a newer version, locked by another writer for more than
 * ten seconds, or of another zone or scope.
 */
struct store *
store_open(const struct store_settings *settings, struct diagnostics *errors);

/* Undoes what was not committed.  NULL is allowed. */
void store_close(struct store *store);

/* False, with an error added, when anything failed; nothing has changed then.
 */
bool store_commit(struct store *store, struct diagnostics *errors);

/* Has anything failed so far?  Adds an error if so. */
bool store_failed(struct store *store, struct diagnostics *errors);

/*
 * The zone that a file was made with, without opening it further; NULL when
 * there is no such file or it is none.  free() it.
 */
char *store_zone_of(const char *path);

/* Valid as long as the store. */
const struct zone *store_zone(const struct store *store);
const char *store_scope(const struct store *store);

/* The file has this value under `key`; a file that has none takes it. */
bool store_keeps(struct store *store, const char *key, struct text value);

/* Time of the first line that was ever read, ms; INSTANT_NONE = none. */
int64_t store_start(struct store *store);
void store_set_start(struct store *store, int64_t start);

/* --- what goes on --- */

struct store_state {
	struct ledger *ledger;
	struct incidents *incidents;
	struct addresses *addresses;
	struct joins *joins;
};

/* Fills new ones.  Once, before anything else. */
void store_load_state(struct store *store, const struct store_state *state);

/* Before the ledger is drained and settled. */
void store_save_state(struct store *store, const struct store_state *state);

/* The list of incidents as it is shown; causes are numbers of the ledger. */
void store_save_incidents(struct store *store, const struct incident *list,
    size_t count, unsigned minimum);

/* --- counts --- */

/*
 * Adds the counts of each day to what is there.  `open`: replaces all that is
 * not final yet.
 */
void
store_add_days(struct store *store, const struct tally_days *days, bool open);

/*
 * Adds what is remembered of the days from `first` to before `end` to `tally`.
 * `open`: what is not final too.
 */
void store_load_tally(struct store *store, int64_t first, int64_t end,
    bool open, struct tally *tally);

/* Only the totals and the domains of one day, what is open included. */
void store_load_outcomes(struct store *store, int64_t day, struct tally *tally);

/* The days that have counts, sorted; free() them. */
int64_t *store_days(struct store *store, size_t *count);

/* Forgets all that happened before a day. */
void store_forget(struct store *store, int64_t day);

/* --- inputs --- */

struct store_input {
	int64_t id; /* 0 = not in the store yet */
	uint64_t fingerprint; /* block_fingerprint of the first head_size */
	uint64_t head_size; /* uncompressed bytes, at most BLOCK_HEAD_SIZE */
	uint64_t offset; /* uncompressed bytes read, whole lines */
	struct text path; /* as last seen */
	struct text compression;
	uint64_t bytes; /* as stored, when last seen */
	struct scan_counts counts;
	int64_t first_event_at; /* ms or INSTANT_NONE, as in report_input */
	int64_t last_event_at;
	int64_t first_line_at;
	int64_t last_line_at;
	struct text damage; /* when last seen */
	int64_t seen_at; /* ms: --now of the last run that was given it */
	struct clock_memory clock; /* behind the last line */
	bool is_replayed; /* what was read has to be scanned again */
};

/* All of them; valid until the next call of store_save_input. */
const struct store_input *store_inputs(struct store *store, size_t *count);

/*
 * The input that begins with the bytes of `head`: the one of which most first
 * bytes are known; NULL when there is none.
 */
const struct store_input *
store_find_input(const struct store *store, struct text head);

/* Adds it, or replaces the one with its id. */
void store_save_input(struct store *store, const struct store_input *input);

/* --- several files --- */

/*
 * False, with an error added, when `other` cannot be added to `store`: the
 * zones, scopes or keys of redaction differ, or both have read the same
 * log.
 */
bool store_may_merge(
    struct store *store, struct store *other, struct diagnostics *errors);

/* Fills new ones from all; the first one's is the file that they will be saved
 * to. */
void store_load_states(
    struct store *const *stores, size_t count, const struct store_state *state);

/* After store_save_state of a ledger that came from several files. */
void store_sort_timers(struct store *store);

/* Adds the final counts of all days, and the inputs, of `other`. */
void store_merge_days(struct store *store, struct store *other);

#endif
