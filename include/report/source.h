/*
 * Source of a report: everything that tables and the text report show.
 *
 * Filled by the run when all logs are read.  Read-only, except that
 * percentiles are sorted when they are asked for, and causes by the view.
 */
#ifndef REPORT_SOURCE_H
#define REPORT_SOURCE_H

#include "base/pool.h"
#include "base/zone.h"
#include "classify/catalogue.h"
#include "report/settings.h"
#include "scan/batch.h"
#include "tally/tally.h"
#include "track/addresses.h"
#include "track/incidents.h"

/* One input file; what inputs.csv shows. */
struct report_input {
	const char *path; /* "-" for standard input */
	const char *compression; /* "none", "gzip", "zstd", "xz", "bzip2" */
	uint64_t bytes; /* as stored */
	struct scan_counts counts; /* lines by what became of them */
	int64_t first_event_at; /* records; INSTANT_NONE when it has none */
	int64_t last_event_at;
	int64_t first_line_at; /* dated lines; INSTANT_NONE when none */
	int64_t last_line_at;
	const char *damage; /* message, or NULL */
};

/* A time range that the logs cover, both ends included, ms. */
struct report_range {
	int64_t start;
	int64_t end;
	bool is_cut; /* the file that ends it is damaged: it went on */
};

struct changes; /* see report/changes.h */

struct report_source {
	const struct settings *settings;
	const struct zone *zone; /* of the report */
	const struct pool *names;
	const struct catalogue *catalogue;
	struct tally *tally; /* open deliveries included, as pending */
	const struct cause *causes; /* by number; 0 is no cause */
	size_t cause_count;
	const struct incident *incidents;
	size_t incident_count;
	const struct address *addresses; /* the suppression list, if wanted */
	size_t address_count;
	const struct report_input *inputs;
	size_t input_count;
	const struct report_range *coverage; /* sorted, apart */
	size_t coverage_count;
	uint64_t damaged_files;
	const struct changes *changes; /* NULL without a memory */
	int64_t started_at; /* of the run: --now if given */
};

#endif
