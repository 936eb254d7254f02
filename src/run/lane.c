#include "run/lane.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void
lane_init(struct lane *lane, const char *path, uint32_t file,
    const struct pipeline_settings *settings, const struct lane_pools *pools)
{
	*lane = (struct lane){
		.path = path,
		.settings = settings,
		.pools = pools,
		.starts_at = INSTANT_NONE,
		.probed_until = INSTANT_NONE,
		.clock = INSTANT_NONE,
	};
	lane->scanner_settings = (struct scanner_settings){
		.file = file,
		.path = path,
		.mta = settings->mta,
		.clock = { .zone = settings->log_zone,
		    .year = settings->year,
		    .reference = settings->now,
		    .latest = settings->now,
		    .neighbour_first = INSTANT_NONE,
		    .neighbour_last = INSTANT_NONE },
	};
	lane->input = (struct pipeline_input){
		.path = path,
		.compression = "none",
		.first_event_at = INSTANT_NONE,
		.last_event_at = INSTANT_NONE,
		.first_line_at = INSTANT_NONE,
		.last_line_at = INSTANT_NONE,
	};
	diagnostics_init(&lane->diagnostics);
}

/* The instant of a second, but the time of this run if 0 or later than that. */
static int64_t
instant_up_to_now(const struct lane *lane, int64_t second)
{
	int64_t now = lane->settings->now;

	return second == 0 || second > now / 1000 ? now : second * 1000;
}

/*
 * The year is guessed by the time at which the file was compressed, or else
 * last written, or else the time of this run.  The first of several gzip
 * members is older than the lines of the others, which end where the file does.
 */
static void
set_reference(const struct lane *lane, struct clock_settings *clock)
{
	const struct byte_source_info *info = byte_source_info(lane->source);

	clock->latest = instant_up_to_now(lane, info->modified);
	clock->reference = clock->latest;
	if (info->header_time != 0)
		clock->reference = instant_up_to_now(lane, info->header_time);
	if (clock->latest < clock->reference)
		clock->latest = clock->reference;
}

static void
probe(struct lane *lane, struct classifier_worker *worker)
{
	struct unit *unit = lane_read(lane);

	if (unit == NULL)
		return;
	lane_scan(lane, worker, unit);
	unit_queue_push(&lane->scanned, unit);
	lane->starts_at = unit->batch.first_time;
	lane->probed_until = unit->batch.last_time;
	lane->knows_year = unit->batch.first_time != INSTANT_NONE &&
	    scanner_knows_year(lane->scanner);
}

/*
 * Scans what was read before once more, for what its lines mean for those to
 * come; nothing of it counts.
 */
static void
replay(struct lane *lane)
{
	struct diagnostics ignored;
	struct byte_source *source;
	struct block_reader *reader;
	struct block *block;
	struct scan_batch batch;

	diagnostics_init(&ignored);
	scan_batch_init(&batch);
	/* Standard input cannot be read twice. */
	source = strcmp(lane->path, "-") != 0
	    ? byte_source_open(lane->path, &ignored)
	    : NULL;
	if (source != NULL) {
		reader = block_reader_new(source, lane->pools->blocks, NULL);
		block_reader_stop_at(reader, lane->input.resume.offset);
		while ((block = block_reader_next(reader)) != NULL) {
			scanner_scan(lane->scanner,
			    (struct text){ block->data, block->length },
			    block->first_line, &batch);
			scan_batch_clear(&batch);
			block_free(block);
		}
		block_reader_free(reader);
		byte_source_close(source);
	}
	scan_batch_release(&batch);
	diagnostics_release(&ignored);
}

/* Goes on where an earlier night stopped. */
static void
resume(struct lane *lane)
{
	const struct pipeline_memory *memory = lane->settings->memory;
	struct pipeline_input *input = &lane->input;
	struct text head;

	if (memory == NULL)
		return;
	head = block_reader_head(lane->reader);
	input->fingerprint = block_fingerprint(head);
	input->head_size = head.length;
	lane->is_resumed = memory->find(memory->context, head, &input->resume);
	if (!lane->is_resumed)
		return;
	if (lane->is_branch)
		input->resume.id = 0;
	block_reader_skip(
	    lane->reader, input->resume.offset, input->resume.lines);
}

/* For the line that is read next. */
static void
make_scanner(struct lane *lane)
{
	lane->scanner =
	    scanner_new(lane->settings->patterns, &lane->scanner_settings);
	if (!lane->is_resumed)
		return;
	if (lane->input.resume.is_replayed)
		replay(lane);
	scanner_resume(lane->scanner, &lane->input.resume.clock);
}

bool
lane_open(struct lane *lane, struct classifier_worker *worker)
{
	const struct byte_source_info *info;

	lane->source = byte_source_open(lane->path, &lane->diagnostics);
	if (lane->source == NULL) {
		lane->input.is_missing = true;
		lane->input.damage = "cannot be opened";
		lane->scanned_all = true;
		return false;
	}
	info = byte_source_info(lane->source);
	lane->input.compression = info->compression;
	lane->input.bytes = info->stored_size;
	set_reference(lane, &lane->scanner_settings.clock);
	lane->reader =
	    block_reader_new(lane->source, lane->pools->blocks, NULL);
	resume(lane);
	make_scanner(lane);
	probe(lane, worker);
	return true;
}

void
lane_keep_head(struct lane *lane)
{
	struct text head;

	if (lane->settings->memory == NULL || lane->reader == NULL)
		return;
	head = block_reader_head(lane->reader);
	lane->head = memory_copy_string(head.data, head.length);
}

void
lane_drop_head(struct lane *lane)
{
	free(lane->head);
	lane->head = NULL;
}

bool
lane_may_reopen(const struct lane *lane)
{
	/* The size is only known of what is neither pipe nor device. */
	return lane->is_open && lane->input.bytes > 0 &&
	    strcmp(lane->path, "-") != 0;
}

void
lane_probe(struct lane *lane, struct classifier_worker *worker,
    int64_t neighbour_first, int64_t neighbour_last)
{
	struct unit *unit = lane->scanned.first;

	lane->scanner_settings.clock.neighbour_first = neighbour_first;
	lane->scanner_settings.clock.neighbour_last = neighbour_last;
	if (lane->source == NULL) {
		if (!lane->input.is_missing && !lane->input.is_repeated &&
		    lane_open(lane, worker))
			lane_close(lane);
		return;
	}
	if (unit == NULL)
		return;
	scanner_free(lane->scanner);
	make_scanner(lane);
	scan_batch_clear(&unit->batch);
	lane_scan(lane, worker, unit);
	lane->starts_at = unit->batch.first_time;
}

void
lane_close(struct lane *lane)
{
	struct unit *unit;

	while ((unit = unit_queue_pop(&lane->read)) != NULL)
		unit_free(unit);
	while ((unit = unit_queue_pop(&lane->scanned)) != NULL)
		unit_free(unit);
	if (lane->source != NULL) {
		scanner_free(lane->scanner);
		block_reader_free(lane->reader);
		byte_source_close(lane->source);
	}
	lane->scanner = NULL;
	lane->reader = NULL;
	lane->source = NULL;
	lane->read_all = false;
}

void
lane_release(struct lane *lane)
{
	lane_close(lane);
	unit_free(lane->current);
	lane_drop_head(lane);
	free(lane->damage);
	diagnostics_release(&lane->diagnostics);
}

/* A plain file may, and so may an archive that is cut short. */
static bool
may_grow(const struct lane *lane)
{
	return strcmp(lane->input.compression, "none") == 0 ||
	    byte_source_damage(lane->source)->message != NULL;
}

struct unit *
lane_read(struct lane *lane)
{
	struct block *block = block_reader_next(lane->reader);

	if (block == NULL)
		return NULL;
	if (lane->settings->memory != NULL && may_grow(lane))
		block_drop_unterminated(block);
	return unit_new(lane->pools->units, block);
}

static bool
is_classified(const struct record *record)
{
	return record->kind == RECORD_ATTEMPT &&
	    (record->status == RECORD_DELIVERED ||
		record->status == RECORD_DEFERRED ||
		record->status == RECORD_BOUNCED ||
		record->status == RECORD_SUSPENDED ||
		record->status == RECORD_EXPIRED);
}

static void
classify(const struct lane *lane, struct classifier_worker *worker,
    const struct record *record, struct verdict *verdict)
{
	const struct classifier_query query = {
		.reply = record->reply,
		.logged_code = record->enhanced_code,
		.status = (enum record_status)record->status,
		.mta = (enum record_mta)record->mta,
		.scope = (enum record_scope)record->scope,
	};

	classifier_classify(
	    lane->settings->classifier, worker, &query, verdict);
}

void
lane_scan(
    struct lane *lane, struct classifier_worker *worker, struct unit *unit)
{
	struct text lines = { unit->block->data, unit->block->length };
	struct scan_batch *batch = &unit->batch;

	scanner_scan(lane->scanner, lines, unit->block->first_line, batch);
	batch->counts.lines += unit->block->skipped_lines;
	batch->counts.malformed += unit->block->skipped_lines;
	unit->events = memory_grow(
	    unit->events, &unit->capacity, batch->count, sizeof(*unit->events));
	unit->first_event_at = INSTANT_NONE;
	unit->last_event_at = INSTANT_NONE;
	for (size_t i = 0; i < batch->count; i++) {
		const struct record *record = &batch->records[i];

		unit->events[i].record = record;
		unit->events[i].verdict = (struct verdict){ 0 };
		if (record->join == 0 &&
		    (record->kind == RECORD_ATTEMPT ||
			record->kind == RECORD_EXPIRY))
			instants_widen(&unit->first_event_at,
			    &unit->last_event_at, record->time, record->time);
		if (is_classified(record))
			classify(
			    lane, worker, record, &unit->events[i].verdict);
	}
	/* The verdicts are made from what was logged. */
	if (lane->settings->redactor != NULL)
		redactor_batch(lane->settings->redactor, batch);
}

void
lane_count(struct lane *lane, struct unit *unit)
{
	struct pipeline_input *input = &lane->input;

	scan_counts_merge(&input->counts, &unit->batch.counts);
	instants_widen(&input->first_line_at, &input->last_line_at,
	    unit->batch.first_time, unit->batch.last_time);
	instants_widen(&input->first_event_at, &input->last_event_at,
	    unit->first_event_at, unit->last_event_at);
	input->resume.lines += unit->batch.counts.lines;
	if (unit->block->offset + unit->block->length > input->resume.offset)
		input->resume.offset = unit->block->offset +
		    unit->block->length - unit->block->unterminated;
	diagnostics_move(&lane->diagnostics, &unit->batch.diagnostics);
}
