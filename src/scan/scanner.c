#include "scan/scanner.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "scan/bytes.h"
#include "scan/first_year.h"
#include "scan/fragments.h"
#include "scan/header.h"
#include "scan/json_line.h"
#include "scan/pattern.h"
#include "scan/programs.h"
#include "scan/recipients.h"
#include "scan/record_reader.h"

/* Times that rsyslog may say a message was repeated. */
#define REPEAT_MAXIMUM 1000000

/* Unmatched lines that are shown, and how much of them. */
#define UNMATCHED_SHOWN  5
#define UNMATCHED_LENGTH 160

/* Processes whose last record is known. */
#define LAST_RECORDS 64

struct last_record {
	uint64_t process;
	uint64_t hash; /* 0 = none, or it was a copy */
};

struct scanner {
	const struct pattern_set *set;
	struct scanner_settings settings;
	struct line_clock clock;
	struct header_memo memo;
	struct matcher *matcher;
	struct record_reader *records;
	struct programs programs;
	struct fragments fragments;
	struct stamp_memo inner_stamps;
	struct last_record last_records[LAST_RECORDS];
	unsigned oldest_record; /* gives way to a new process */
	bool awaits_copy; /* of the line read last */
	bool row_is_open; /* the next line is of the same row */
	unsigned unmatched_shown;
};

/* A line on its way. */
struct line {
	struct header header;
	struct text text; /* of the record: without "message repeated" */
	uint64_t number;
	int64_t time;
	uint32_t repeat;
};

enum outcome { RECOGNISED, IGNORED, UNMATCHED };

struct scanner *
scanner_new(
    const struct pattern_set *set, const struct scanner_settings *settings)
{
	struct scanner *scanner = memory_allocate_array(1, sizeof(*scanner));

	scanner->set = set;
	scanner->settings = *settings;
	scanner->matcher = matcher_new();
	scanner->records = record_reader_new(
	    &set->records, settings->mta, settings->file, settings->path);
	programs_init(&scanner->programs, set, settings->mta);
	clock_init(&scanner->clock, &settings->clock);
	return scanner;
}

void
scanner_free(struct scanner *scanner)
{
	if (scanner == NULL)
		return;
	programs_release(&scanner->programs);
	fragments_release(&scanner->fragments);
	matcher_free(scanner->matcher);
	record_reader_free(scanner->records);
	free(scanner);
}

/* rsyslog: "message repeated 3 times: [ text]". */
static void
unwrap_repeated(struct line *line)
{
	struct text rest = line->header.text;
	struct text prefix = TEXT_LITERAL("message repeated ");
	struct text middle = TEXT_LITERAL(" times: [");
	uint64_t count;
	size_t at;

	if (!text_starts_with(rest, prefix))
		return;
	rest = text_slice(rest, prefix.length, rest.length);
	at = text_find_byte(rest, ' ');
	if (at == TEXT_NONE ||
	    !text_parse_number(
		text_slice(rest, 0, at), REPEAT_MAXIMUM, &count) ||
	    count == 0)
		return;
	rest = text_slice(rest, at, rest.length);
	if (!text_starts_with(rest, middle))
		return;
	rest = text_trim(text_slice(rest, middle.length, rest.length));
	if (rest.length > 0 && rest.data[rest.length - 1] == ']')
		rest.length--;
	line->text = rest;
	line->repeat = (uint32_t)count;
}

static void
fill_record(const struct scanner *scanner, const struct program *program,
    const struct line *line, struct record *record)
{
	record->time = line->time;
	record->line = line->number;
	record->file = scanner->settings.file;
	record->repeat = line->repeat;
	record->host = line->header.host;
	record->instance = (struct text){ line->header.program.data,
		program->instance_length };
}

/* A further record, like the last one. */
static struct record *
copy_record(struct scan_batch *batch)
{
	struct record *record = scan_batch_add(batch);

	*record = batch->records[batch->count - 2];
	return record;
}

static void
add_second_record(struct scan_batch *batch, enum record_kind kind)
{
	struct record *record = copy_record(batch);

	record->kind = (uint8_t)kind;
	record->status = RECORD_STATUS_NONE;
	/* A notification is about both; others go on with the new one. */
	if (kind == RECORD_NOTIFICATION)
		return;
	record->queue_id = record->next_queue_id;
	record->next_queue_id = (struct text){ 0 };
}

static void
split_recipients(struct scan_batch *batch, struct text list)
{
	struct record *record = &batch->records[batch->count - 1];
	struct text recipient;

	if (!recipients_next(&list, &record->recipient))
		return;
	while (recipients_next(&list, &recipient))
		copy_record(batch)->recipient = recipient;
}

static void
decode_record(enum decode_kind kind, struct record *record,
    struct pattern_extras *extras, struct arena *arena)
{
	switch (kind) {
	case DECODE_NOTHING:
		return;
	case DECODE_OCTAL:
		record->sender = decode_octal(record->sender, arena);
		record->recipient = decode_octal(record->recipient, arena);
		extras->recipients = decode_octal(extras->recipients, arena);
		return;
	case DECODE_UNDERSCORES:
		record->reply = decode_underscores(record->reply, arena);
		return;
	}
}

static void
add_join(enum join_kind kind, const struct pattern_extras *extras,
    struct scan_batch *batch)
{
	const struct record *record = &batch->records[batch->count - 1];

	scan_batch_add_join(batch,
	    &(struct scan_join){ .kind = kind,
		.key = extras->key,
		.domain = extras->domain,
		.part = extras->part,
		.count = extras->count,
		.recipient = record->recipient,
		.reply = record->reply });
}

static bool
try_pattern(struct scanner *scanner, const struct program *program,
    const struct pattern *pattern, const struct line *line, size_t id_length,
    struct scan_batch *batch)
{
	struct record *record = scan_batch_add(batch);
	struct pattern_extras extras = { 0 };

	fill_record(scanner, program, line, record);
	if (!pattern_match(pattern, scanner->matcher, line->text, id_length,
		record, &extras)) {
		batch->count--;
		return false;
	}
	decode_record(pattern->decode, record, &extras, &batch->arena);
	if (pattern->join != JOIN_NONE) {
		add_join(pattern->join, &extras, batch);
	} else if (!pattern->has_record) {
		batch->count--;
	} else if (pattern->has_also) {
		add_second_record(batch, pattern->also);
	} else if (extras.recipients.length > 0) {
		split_recipients(batch, extras.recipients);
	}
	return true;
}

/* Host, program and process: whose pieces belong together. */
static uint64_t
process_key(const struct header *header)
{
	return hash_mix(
	    hash_mix(text_hash(header->host), text_hash(header->program)),
	    text_hash(header->pid));
}

static struct last_record *
last_record_of(struct scanner *scanner, uint64_t process)
{
	struct last_record *last;

	for (size_t i = 0; i < LAST_RECORDS; i++)
		if (scanner->last_records[i].process == process)
			return &scanner->last_records[i];
	last = &scanner->last_records[scanner->oldest_record];
	scanner->oldest_record = (scanner->oldest_record + 1) % LAST_RECORDS;
	*last = (struct last_record){ .process = process };
	return last;
}

/*
 * To syslog Exim (src/log.c, log_write) writes a rejection twice, for what
 * would be the main log and for the reject log, where header lines may follow;
 * likewise what also is for the panic log.  Is this the second copy?
 */
static bool
is_copy(
    struct scanner *scanner, uint64_t process, struct text text, int64_t time)
{
	struct last_record *last = last_record_of(scanner, process);
	struct text first = text_slice(text, 0, text_find_byte(text, '\n'));
	uint64_t hash = hash_mix(process, text_hash(first) ^ (uint64_t)time);
	bool again = (hash |= 1) == last->hash;

	last->hash = again ? 0 : hash;
	scanner->awaits_copy = !again;
	return again;
}

/*
 * Cuts off a stamp within the text; false: a piece of a longer record, or a
 * record that was there before.
 */
static bool
unwrap_inner(struct scanner *scanner, const struct program *program,
    struct line *line, struct scan_batch *batch)
{
	struct stamp stamp;
	struct text whole;
	bool has_stamp;
	uint64_t process = process_key(&line->header);

	if (line->text.length > 0 && line->text.data[0] == '[' &&
	    fragments_add(&scanner->fragments, process, &line->text,
		&batch->arena) == FRAGMENT_HELD)
		return false;
	whole = line->text;
	has_stamp = header_unwrap(
	    program->inner, &scanner->inner_stamps, &line->text, &stamp);
	/* The main log itself, too, is one that programs' stamps stand in. */
	return line->header.host.length == 0 ||
	    program->patterns[0]->mta != MTA_EXIM ||
	    !is_copy(scanner, process, whole, has_stamp ? 0 : line->time);
}

static enum outcome
scan_text(struct scanner *scanner, struct line *line, struct scan_batch *batch)
{
	const struct program *program =
	    programs_find(&scanner->programs, &line->header);
	enum outcome outcome = IGNORED;
	size_t id_length;
	uint64_t candidates;

	if (program == NULL)
		return IGNORED;
	if (program->inner != NULL &&
	    !unwrap_inner(scanner, program, line, batch))
		return IGNORED;
	id_length = pattern_id_length(line->text);
	candidates = program_candidates(program, line->text, id_length);
	if (candidates == 0)
		return IGNORED;
	for (size_t i = 0; i < program->count; i++) {
		const struct pattern *pattern = program->patterns[i];

		if (!program_is_candidate(candidates, i) ||
		    !pattern_may_match(pattern, line->text, id_length))
			continue;
		if (pattern->is_suspect)
			outcome = UNMATCHED;
		else if (try_pattern(
			     scanner, program, pattern, line, id_length, batch))
			return RECOGNISED;
	}
	return outcome;
}

static int64_t
resolve_time(struct scanner *scanner, const struct stamp *stamp,
    struct text block, const char *line_start)
{
	int64_t time;

	if (!stamp->has_year && !clock_has_year(&scanner->clock) &&
	    !scanner->clock.is_hinted)
		first_year_look(&scanner->clock, scanner->set->formats,
		    text_slice(block, (size_t)(line_start - block.data),
			block.length));
	time = clock_resolve(&scanner->clock, stamp);
	if (stamp->has_year)
		clock_hint(&scanner->clock, time);
	return time;
}

static void
note_time(struct scan_batch *batch, int64_t time)
{
	instants_widen(&batch->first_time, &batch->last_time, time, time);
}

static void
count_outcome(struct scanner *scanner, enum outcome outcome,
    const struct line *line, struct text whole, struct scan_batch *batch)
{
	switch (outcome) {
	case RECOGNISED:
		batch->counts.recognised++;
		return;
	case IGNORED:
		batch->counts.ignored++;
		return;
	case UNMATCHED:
		batch->counts.unmatched++;
		if (scanner->unmatched_shown++ < UNMATCHED_SHOWN)
			diagnostic_set_place(
			    diagnostics_add(&batch->diagnostics,
				DIAGNOSTIC_WARNING, scanner->settings.path,
				"looks like a delivery, but no pattern took "
				"it"),
			    line->number, 1,
			    text_slice(whole, 0, UNMATCHED_LENGTH));
		return;
	}
}

/* A line of a record-oriented format; false when it is none. */
static bool
scan_record_line(struct scanner *scanner, struct text whole, uint64_t number,
    struct scan_batch *batch)
{
	struct line line = { .number = number };
	int64_t time = INSTANT_NONE;
	enum record_line result;

	/* It may move the clock. */
	scanner->memo.time = INSTANT_NONE;
	result = record_reader_read(
	    scanner->records, whole, number, &scanner->clock, batch, &time);
	scanner->row_is_open = record_reader_is_open(scanner->records);
	scan_counts_spoil(&batch->counts, record_reader_lost(scanner->records));
	switch (result) {
	case RECORD_LINE_NONE:
		return false;
	case RECORD_LINE_RECOGNISED:
		count_outcome(scanner, RECOGNISED, &line, whole, batch);
		break;
	case RECORD_LINE_IGNORED:
	case RECORD_LINE_OPEN:
		count_outcome(scanner, IGNORED, &line, whole, batch);
		break;
	case RECORD_LINE_UNMATCHED:
		count_outcome(scanner, UNMATCHED, &line, whole, batch);
		break;
	case RECORD_LINE_UNREAD:
		batch->counts.unmatched++;
		break;
	case RECORD_LINE_MALFORMED:
		batch->counts.malformed++;
		break;
	}
	if (time != INSTANT_NONE)
		note_time(batch, time);
	return true;
}

/*
 * Docker keeps what a container prints as {"log":"LINE\n",...,"time":"STAMP"};
 * the same as "STAMP stdout F LINE" of Kubernetes, in the arena.  Other lines
 * are returned as they are.
 */
static struct text
unwrap_docker(struct text whole, struct arena *arena)
{
	struct text paths[] = { TEXT_LITERAL("time"), TEXT_LITERAL("log") };
	struct text middle = TEXT_LITERAL(" stdout F ");
	struct text values[2];
	char *line;

	if (!text_starts_with(whole, TEXT_LITERAL("{\"log\":\"")) ||
	    json_line_read(whole, paths, 2, values, arena) != JSON_LINE_READ ||
	    values[0].data == NULL || values[1].data == NULL)
		return whole;
	while (values[1].length > 0 &&
	    (values[1].data[values[1].length - 1] == '\n' ||
		values[1].data[values[1].length - 1] == '\r'))
		values[1].length--;
	line = arena_allocate(
	    arena, values[0].length + middle.length + values[1].length);
	memcpy(line, values[0].data, values[0].length);
	memcpy(line + values[0].length, middle.data, middle.length);
	memcpy(line + values[0].length + middle.length, values[1].data,
	    values[1].length);
	return (struct text){ line,
		values[0].length + middle.length + values[1].length };
}

static void
scan_line(struct scanner *scanner, struct text whole, uint64_t number,
    struct text block, struct scan_batch *batch)
{
	struct line line;
	struct text text;

	scanner->awaits_copy = false;
	batch->counts.lines++;
	if (whole.length > 0 && whole.data[whole.length - 1] == '\r')
		whole.length--;
	if (scanner->row_is_open &&
	    scan_record_line(scanner, whole, number, batch))
		return;
	if (whole.length == 0) {
		batch->counts.ignored++;
		batch->counts.blank++;
		return;
	}
	text =
	    whole.data[0] == '{' ? unwrap_docker(whole, &batch->arena) : whole;
	if (record_line_may_be(text) &&
	    scan_record_line(scanner, text, number, batch))
		return;
	switch (header_parse(
	    scanner->set->formats, &scanner->memo, text, &line.header)) {
	case HEADER_FOUND:
		break;
	case HEADER_NOISE:
		batch->counts.ignored++;
		if (text.data[0] == ' ' || text.data[0] == '\t')
			batch->counts.blank++;
		return;
	case HEADER_NONE:
		batch->counts.malformed++;
		return;
	}
	/* A container that prints JSON. */
	if (line.header.program.length == 0 && line.header.text.length > 0 &&
	    line.header.text.data[0] == '{' &&
	    scan_record_line(scanner, line.header.text, number, batch))
		return;
	if (scanner->memo.time == INSTANT_NONE) {
		scanner->memo.time = resolve_time(
		    scanner, &line.header.stamp, block, whole.data);
		note_time(batch, scanner->memo.time);
	}
	line.time = scanner->memo.time;
	line.text = line.header.text;
	line.number = number;
	line.repeat = 1;
	if (line.text.length > 0 && line.text.data[0] == 'm')
		unwrap_repeated(&line);
	count_outcome(
	    scanner, scan_text(scanner, &line, batch), &line, whole, batch);
}

void
scanner_scan(struct scanner *scanner, struct text block, uint64_t first_line,
    struct scan_batch *batch)
{
	const char *data = block.data;
	const char *block_end = block.data + block.length;

	/* The time was noted in another batch. */
	scanner->memo.time = INSTANT_NONE;
	for (uint64_t number = first_line; data < block_end; number++) {
		const char *end =
		    memchr(data, '\n', (size_t)(block_end - data));
		struct text line = { data, 0 };

		if (end == NULL)
			end = block_end;
		line.length = (size_t)(end - data);
		scan_line(scanner, line, number, block, batch);
		data = end + 1;
	}
}

void
scanner_remember(const struct scanner *scanner, struct clock_memory *memory)
{
	clock_remember(&scanner->clock, memory);
}

void
scanner_resume(struct scanner *scanner, const struct clock_memory *memory)
{
	clock_resume(&scanner->clock, memory);
}

unsigned
scanner_unfinished(const struct scanner *scanner)
{
	return record_reader_unfinished(scanner->records);
}

bool
scanner_depends(const struct scanner *scanner)
{
	return fragments_are_open(&scanner->fragments) ||
	    scanner->awaits_copy || record_reader_depends(scanner->records);
}

bool
scanner_knows_year(const struct scanner *scanner)
{
	return scanner->clock.is_hinted || !clock_has_year(&scanner->clock);
}
