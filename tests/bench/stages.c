/*
 * stages: where the time of a report goes, stage by stage, on one thread.
 *
 *	stages PATTERNS LOG CSV-DIRECTORY
 *
 * The stages are run apart where that can be done (the log is inflated, then
 * inflated and split, then scanned and classified block by block) and what is
 * left of a whole run is the folding.  So each number is the cost of its
 * stage alone; the sum is that of `report --jobs 1`, not of several threads.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "input/byte_source.h"
#include "input/line_block.h"
#include "report/csv_directory.h"
#include "run/run.h"
#include "scan/scanner.h"

#define READ_SIZE   ((size_t)256 * 1024)
#define KEPT_BLOCKS 4

/* 2026-12-01: no log that was made for this is later. */
#define REFERENCE INT64_C(1796083200000)
#define LOG_YEAR  2026

struct figures {
	uint64_t bytes; /* uncompressed */
	uint64_t lines;
	uint64_t records;
	uint64_t replies; /* classified */
	double inflate; /* seconds */
	double split;
	double scan;
	double classify;
	double fold;
	double write;
};

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
fail(const struct diagnostics *diagnostics)
{
	struct buffer text;

	buffer_init(&text, 0);
	for (size_t i = 0; i < diagnostics->count; i++) {
		diagnostic_format(&text, &diagnostics->items[i]);
		buffer_append_byte(&text, '\n');
	}
	fprintf(stderr, "stages: %s\n", buffer_string(&text));
	exit(2);
}

static struct byte_source *
open_log(const char *path, struct diagnostics *diagnostics)
{
	struct byte_source *source = byte_source_open(path, diagnostics);

	if (source == NULL)
		fail(diagnostics);
	return source;
}

static void
time_inflating(
    const char *path, struct figures *figures, struct diagnostics *diagnostics)
{
	struct byte_source *source = open_log(path, diagnostics);
	char *bytes = memory_allocate(READ_SIZE);
	double start = now();
	size_t count;

	while (byte_source_read(source, bytes, READ_SIZE, &count))
		figures->bytes += count;
	figures->inflate = now() - start;
	free(bytes);
	byte_source_close(source);
}

/* What splitting adds to inflating. */
static void
time_splitting(
    const char *path, struct figures *figures, struct diagnostics *diagnostics)
{
	struct byte_source *source = open_log(path, diagnostics);
	struct block_pool *pool = block_pool_new(KEPT_BLOCKS);
	struct block_reader *reader = block_reader_new(source, pool, NULL);
	double start = now();
	struct block *block;

	while ((block = block_reader_next(reader)) != NULL)
		block_free(block);
	figures->split = now() - start - figures->inflate;
	figures->lines = block_reader_lines(reader);
	block_reader_free(reader);
	block_pool_free(pool);
	byte_source_close(source);
}

static void
classify_batch(const struct scan_batch *batch,
    const struct classifier *classifier, struct classifier_worker *worker,
    struct figures *figures)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct record *record = &batch->records[i];
		const struct classifier_query query = {
			.reply = record->reply,
			.logged_code = record->enhanced_code,
			.status = (enum record_status)record->status,
			.mta = (enum record_mta)record->mta,
		};
		struct verdict verdict;

		if (record->kind != RECORD_ATTEMPT ||
		    record->status == RECORD_DISCARDED)
			continue;
		classifier_classify(classifier, worker, &query, &verdict);
		figures->replies++;
	}
}

/* Scanning and classifying, the clock read between them for each block. */
static void
time_scanning(const char *path, const struct pattern_set *patterns,
    const struct classifier *classifier, struct figures *figures,
    struct diagnostics *diagnostics)
{
	struct byte_source *source = open_log(path, diagnostics);
	struct block_pool *pool = block_pool_new(KEPT_BLOCKS);
	struct block_reader *reader = block_reader_new(source, pool, NULL);
	struct scanner_settings settings = {
		.clock = { .year = LOG_YEAR,
		    .reference = REFERENCE,
		    .latest = REFERENCE,
		    .neighbour_first = INSTANT_NONE,
		    .neighbour_last = INSTANT_NONE },
		.path = path,
	};
	struct scanner *scanner = scanner_new(patterns, &settings);
	struct classifier_worker *worker = classifier_worker_new(classifier);
	struct scan_batch batch;
	struct block *block;

	scan_batch_init(&batch);
	while ((block = block_reader_next(reader)) != NULL) {
		struct text lines = { block->data, block->length };
		double start = now(), scanned;

		scan_batch_clear(&batch);
		scanner_scan(scanner, lines, block->first_line, &batch);
		scanned = now();
		classify_batch(&batch, classifier, worker, figures);
		figures->scan += scanned - start;
		figures->classify += now() - scanned;
		figures->records += batch.count;
		block_free(block);
	}
	scan_batch_release(&batch);
	classifier_worker_free(worker);
	scanner_free(scanner);
	block_reader_free(reader);
	block_pool_free(pool);
	byte_source_close(source);
}

/* A whole run; what the stages before did not take is merging and folding. */
static void
time_run(const struct settings *settings, struct figures *figures,
    struct diagnostics *diagnostics)
{
	static const struct run_hooks hooks;
	struct run *run = run_new(settings, diagnostics);
	struct report_view view;
	double start = now();

	if (run == NULL)
		fail(diagnostics);
	run_logs(run, &hooks, diagnostics);
	figures->fold = now() - start - figures->inflate - figures->split -
			figures->scan - figures->classify;
	start = now();
	report_view_init(&view, run_source(run));
	if (!csv_directory_write(settings->csv_directory, &view, diagnostics))
		fail(diagnostics);
	report_view_release(&view);
	figures->write = now() - start;
	run_free(run);
}

static void
print_stage(const char *name, double seconds, uint64_t count, const char *unit)
{
	printf("%-10s %8.3f s", name, seconds);
	if (count > 0)
		printf(" %8.0f ns a %s", seconds * 1e9 / (double)count, unit);
	printf("\n");
}

static void
print_figures(const struct figures *figures)
{
	double sum = figures->inflate + figures->split + figures->scan +
		     figures->classify + figures->fold + figures->write;

	printf("%ju bytes, %ju lines, %ju records, %ju replies\n",
	    (uintmax_t)figures->bytes, (uintmax_t)figures->lines,
	    (uintmax_t)figures->records, (uintmax_t)figures->replies);
	print_stage("inflate", figures->inflate, figures->lines, "line");
	print_stage("split", figures->split, figures->lines, "line");
	print_stage("scan", figures->scan, figures->lines, "line");
	print_stage("classify", figures->classify, figures->replies, "reply");
	print_stage("fold", figures->fold, figures->records, "record");
	print_stage("write", figures->write, 0, "");
	print_stage("sum", sum, figures->lines, "line");
	if (sum > 0)
		printf("%-10s %8.0f MB/s\n", "speed",
		    (double)figures->bytes / 1e6 / sum);
}

int
main(int count, char **arguments)
{
	struct settings settings = {
		.since = INSTANT_NONE,
		.until = INSTANT_NONE,
		.now = REFERENCE,
		.year = LOG_YEAR,
		.log_time_zone = "UTC",
		.incident_minimum = 5,
		.top = 10,
		.jobs = 1,
		.quiet = true,
	};
	struct figures figures = { 0 };
	struct diagnostics diagnostics;
	struct pattern_set *patterns;
	struct classifier *classifier;
	const char *log;

	if (count != 4) {
		fprintf(stderr, "usage: stages PATTERNS LOG CSV-DIRECTORY\n");
		return 2;
	}
	log = arguments[2];
	settings.patterns_directory = arguments[1];
	settings.operands = &log;
	settings.operand_count = 1;
	settings.csv_directory = arguments[3];
	diagnostics_init(&diagnostics);
	patterns = pattern_set_load(arguments[1], &diagnostics);
	classifier = classifier_load(arguments[1], false, &diagnostics);
	if (diagnostics.errors > 0 || classifier == NULL)
		fail(&diagnostics);

	time_inflating(log, &figures, &diagnostics);
	time_splitting(log, &figures, &diagnostics);
	time_scanning(log, patterns, classifier, &figures, &diagnostics);
	time_run(&settings, &figures, &diagnostics);
	print_figures(&figures);
	classifier_free(classifier);
	pattern_set_free(patterns);
	diagnostics_release(&diagnostics);
	return 0;
}
