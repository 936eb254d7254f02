/*
 * Scan rows: the records of a few log lines, printed in one form, so that a
 * row of a test is the lines and what is to come out.
 *
 * One line for each record: kind, status, scope, and what is not empty of
 *   id= next= from= to= relay= ip= port= delay= code= repeat= reply=
 * and at the end a line "recognised ignored unmatched malformed", unless all
 * lines were recognised.
 */
#ifndef TESTS_SCAN_ROWS_H
#define TESTS_SCAN_ROWS_H

#include "unit/rows.h"

#include "base/buffer.h"
#include "base/calendar.h"
#include "base/enhanced_code.h"
#include "scan/joins.h"
#include "scan/scanner.h"

static inline void
append_named(struct buffer *out, const char *name, struct text value)
{
	if (value.length == 0)
		return;
	buffer_append_format(out, " %s=", name);
	buffer_append_text(out, value);
}

static inline void
append_record(struct buffer *out, const struct record *record)
{
	const char *kind = record_kind_name((enum record_kind)record->kind);
	const char *status =
	    record_status_name((enum record_status)record->status);

	buffer_append_string(out, kind);
	append_named(out, "status", text_of(status));
	if (record->scope == RECORD_LOCAL)
		buffer_append_string(out, " local");
	append_named(out, "id", record->queue_id);
	append_named(out, "next", record->next_queue_id);
	if (record->sender_is_known)
		buffer_append_format(
		    out, " from=<%.*s>", TEXT_FORMAT(record->sender));
	append_named(out, "to", record->recipient);
	append_named(out, "relay", record->relay_host);
	append_named(out, "ip", record->relay_ip);
	if (record->relay_port > 0)
		buffer_append_format(out, " port=%u", record->relay_port);
	if (record->delay >= 0)
		buffer_append_format(
		    out, " delay=%lld", (long long)record->delay);
	if (record->enhanced_code != 0) {
		buffer_append_string(out, " code=");
		buffer_append_enhanced_code(out, record->enhanced_code);
	}
	if (record->repeat > 1)
		buffer_append_format(out, " repeat=%u", record->repeat);
	append_named(out, "reply", record->reply);
	buffer_append_byte(out, '\n');
}

static inline void
append_counts(struct buffer *out, const struct scan_counts *counts)
{
	assert_int_equal(counts->lines,
	    counts->recognised + counts->ignored + counts->unmatched +
		counts->malformed);
	if (counts->recognised != counts->lines)
		buffer_append_format(out, "%u %u %u %u\n",
		    (unsigned)counts->recognised, (unsigned)counts->ignored,
		    (unsigned)counts->unmatched, (unsigned)counts->malformed);
}

/* The patterns as they are shipped; the tests run at the top of the tree. */
static inline struct pattern_set *
load_shipped_patterns(void)
{
	struct diagnostics diagnostics;
	struct pattern_set *set;

	diagnostics_init(&diagnostics);
	set = pattern_set_load("patterns", &diagnostics);
	assert_int_equal(diagnostics.count, 0);
	diagnostics_release(&diagnostics);
	return set;
}

/* Scans `lines` as a file of the year 2025 in UTC, in blocks of so many lines
 * each (0 = all in one). */
static inline void
scan_lines(const struct pattern_set *set, struct text lines,
    unsigned lines_of_block, struct scan_batch *batch)
{
	struct scanner_settings settings = {
		.clock = { .year = 2025,
		    .reference = INSTANT_NONE,
		    .latest = INSTANT_NONE,
		    .neighbour_first = INSTANT_NONE,
		    .neighbour_last = INSTANT_NONE },
		.path = "test.log",
	};
	struct scanner *scanner = scanner_new(set, &settings);
	uint64_t number = 1;

	while (lines_of_block > 0 && lines.length > 0) {
		struct text rest = lines;

		for (unsigned i = 0; i < lines_of_block; i++) {
			size_t end = text_find_byte(rest, '\n');

			rest = text_slice(rest,
			    end == TEXT_NONE ? end : end + 1, rest.length);
		}
		scanner_scan(scanner,
		    text_slice(lines, 0, lines.length - rest.length), number,
		    batch);
		number += lines_of_block;
		lines = rest;
	}
	if (lines.length > 0)
		scanner_scan(scanner, lines, number, batch);
	scan_counts_spoil(&batch->counts, scanner_unfinished(scanner));
	scanner_free(scanner);
}

/* The records of a batch, those of several lines joined. */
static inline void
append_batch(struct buffer *out, struct scan_batch *batch, struct joins *joins)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct joined_record *made;
		size_t count;

		if (batch->records[i].join == 0) {
			append_record(out, &batch->records[i]);
			continue;
		}
		count = joins_take(joins, batch, &batch->records[i], &made);
		for (size_t j = 0; j < count; j++)
			append_record(out, &made[j].record);
	}
}

/* The records are as wanted, however the file is cut into blocks. */
static inline void
check_records(const char *lines, const char *wanted)
{
	struct pattern_set *set = load_shipped_patterns();

	for (unsigned lines_of_block = 0; lines_of_block < 3;
	     lines_of_block++) {
		struct joins *joins = joins_new();
		struct scan_batch batch;
		struct buffer out;

		scan_batch_init(&batch);
		buffer_init(&out, 0);
		scan_lines(set, text_of(lines), lines_of_block, &batch);
		append_batch(&out, &batch, joins);
		append_counts(&out, &batch.counts);
		assert_string_equal(buffer_string(&out), wanted);
		buffer_release(&out);
		scan_batch_release(&batch);
		joins_free(joins);
	}
	pattern_set_free(set);
}

#endif
