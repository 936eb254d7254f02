/*
 * Fuzz target: any bytes as a log file, in two blocks.
 *
 * The first byte says where the file is cut.  What must hold: no crash, each
 * line counted once, and every text of a record inside the input, the patterns
 * or the batch (a sanitizer sees to that when they are read).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "scan/joins.h"
#include "scan/scanner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct pattern_set *patterns;

static void
load_patterns(void)
{
	const char *directory = getenv("BOUNCESTAT_PATTERNS");
	struct diagnostics diagnostics;

	diagnostics_init(&diagnostics);
	patterns = pattern_set_load(
	    directory != NULL ? directory : "patterns", &diagnostics);
	if (diagnostics.errors > 0)
		abort();
	diagnostics_release(&diagnostics);
}

/* Reads every byte, so that a text that dangles is noticed. */
static unsigned
read_text(struct text text)
{
	unsigned sum = 0;

	for (size_t i = 0; i < text.length; i++)
		sum += (unsigned char)text.data[i];
	return sum;
}

static unsigned
read_record(const struct record *record)
{
	return read_text(record->host) + read_text(record->instance) +
	    read_text(record->queue_id) + read_text(record->next_queue_id) +
	    read_text(record->sender) + read_text(record->recipient) +
	    read_text(record->relay_host) + read_text(record->relay_ip) +
	    read_text(record->reply);
}

static unsigned
read_records(struct scan_batch *batch)
{
	struct joins *joins = joins_new();
	unsigned sum = 0;

	for (size_t i = 0; i < batch->count; i++) {
		const struct joined_record *made;
		size_t count = 0;

		sum += read_record(&batch->records[i]);
		if (batch->records[i].join != 0)
			count =
			    joins_take(joins, batch, &batch->records[i], &made);
		for (size_t j = 0; j < count; j++)
			sum += read_record(&made[j].record) +
			    read_text(made[j].recipient);
	}
	joins_free(joins);
	return sum;
}

/* The end of the line that byte `at` is in. */
static size_t
line_end(const uint8_t *data, size_t size, size_t at)
{
	const uint8_t *end = memchr(data + at, '\n', size - at);

	return end != NULL ? (size_t)(end - data) + 1 : size;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scanner_settings settings = {
		.clock = { .reference = INT64_C(1762131723000),
		    .latest = INT64_C(1762131723000),
		    .neighbour_first = INSTANT_NONE,
		    .neighbour_last = INSTANT_NONE },
	};
	struct scanner *scanner;
	struct scan_batch batch;
	volatile unsigned sum;
	size_t cut;

	if (size < 2)
		return 0;
	if (patterns == NULL)
		load_patterns();
	cut = line_end(data + 1, size - 1, (size_t)data[0] * (size - 2) / 255);
	scanner = scanner_new(patterns, &settings);
	scan_batch_init(&batch);
	scanner_scan(
	    scanner, (struct text){ (const char *)data + 1, cut }, 1, &batch);
	scanner_scan(scanner,
	    (struct text){ (const char *)data + 1 + cut, size - 1 - cut },
	    batch.counts.lines + 1, &batch);
	if (batch.counts.lines !=
	    batch.counts.recognised + batch.counts.ignored +
		batch.counts.unmatched + batch.counts.malformed)
		abort();
	sum = read_records(&batch);
	(void)sum;
	scan_batch_release(&batch);
	scanner_free(scanner);
	return 0;
}
