#include "scan/record_reader.h"

#include <stdlib.h>

#include "base/memory.h"
#include "scan/csv_line.h"
#include "scan/json_line.h"
#include "scan/record_entry.h"

/* No column. */
#define COLUMN_NONE UINT16_MAX

/* A row that is open for longer has lost its closing quote. */
#define ROW_LINES 64
#define ROW_BYTES 65536

struct record_reader {
	const struct record_formats *formats;
	enum record_mta mta; /* MTA_NONE = all */
	uint32_t file;
	const char *path;
	const struct record_syntax *csv; /* of the last header line, or NULL */
	size_t column_count;
	uint16_t column_of[RECORD_PATHS]; /* for each path of `csv` */
	struct stamp_memo stamps;
	const struct record_format *taker;
	bool said_unread;
	struct buffer row; /* lines of an open row */
	unsigned row_lines;
	unsigned lost;
	struct text fields[CSV_LINE_FIELDS];
};

struct record_reader *
record_reader_new(const struct record_formats *formats, enum record_mta mta,
    uint32_t file, const char *path)
{
	struct record_reader *reader =
	    memory_allocate_array(1, sizeof(*reader));

	reader->formats = formats;
	reader->mta = mta;
	reader->file = file;
	reader->path = path;
	buffer_init(&reader->row, 0);
	return reader;
}

void
record_reader_free(struct record_reader *reader)
{
	if (reader != NULL)
		buffer_release(&reader->row);
	free(reader);
}

bool
record_reader_is_open(const struct record_reader *reader)
{
	return reader->row_lines > 0;
}

unsigned
record_reader_lost(struct record_reader *reader)
{
	unsigned lost = reader->lost;

	reader->lost = 0;
	return lost;
}

unsigned
record_reader_unfinished(const struct record_reader *reader)
{
	return reader->row_lines;
}

bool
record_reader_depends(const struct record_reader *reader)
{
	return reader->csv != NULL;
}

const struct record_format *
record_reader_taker(const struct record_reader *reader)
{
	return reader->taker;
}

/* --- JSON --- */

/* The type, if the line starts with it: {"type":"Delivery", */
static struct text
leading_type(struct text line, struct text name)
{
	struct text rest = text_slice(line, 1, line.length);
	struct text middle = TEXT_LITERAL("\":\"");

	if (rest.length == 0 || rest.data[0] != '"')
		return (struct text){ 0 };
	rest = text_slice(rest, 1, rest.length);
	if (!text_starts_with(rest, name))
		return (struct text){ 0 };
	rest = text_slice(rest, name.length, rest.length);
	if (!text_starts_with(rest, middle))
		return (struct text){ 0 };
	rest = text_slice(rest, middle.length, rest.length);
	return text_slice(rest, 0, text_find_byte(rest, '"'));
}

static bool
names_type(struct text line, struct text name)
{
	struct text rest = line;
	size_t at;

	while ((at = text_find(rest, name)) != TEXT_NONE) {
		size_t end = at + name.length;

		if (at > 0 && rest.data[at - 1] == '"' && end < rest.length &&
		    rest.data[end] == '"')
			return true;
		rest = text_slice(rest, end, rest.length);
	}
	return false;
}

static enum record_line
say_unread(struct record_reader *reader, const struct record_entry *entry)
{
	if (!reader->said_unread)
		diagnostic_set_place(
		    diagnostics_add(&entry->batch->diagnostics,
			DIAGNOSTIC_WARNING, reader->path,
			"%s logs are JSON, and this program was built "
			"without jansson: such lines are not read",
			record_mta_name(entry->syntax->mta)),
		    entry->number, 0, (struct text){ 0 });
	reader->said_unread = true;
	return RECORD_LINE_UNREAD;
}

static enum record_line
read_json(struct record_reader *reader, struct record_entry *entry)
{
	struct text type = leading_type(entry->line, entry->syntax->paths[0]);

	/* Decoding is the dear part. */
	if (type.length > 0 && !record_entry_wants(entry, type))
		return RECORD_LINE_IGNORED;
	if (type.length == 0 &&
	    !names_type(entry->line, entry->syntax->paths[0]))
		return RECORD_LINE_NONE;
	switch (json_line_read(entry->line, entry->syntax->paths,
	    entry->syntax->path_count, entry->values, &entry->batch->arena)) {
	case JSON_LINE_READ:
		return record_entry_finish(entry);
	case JSON_LINE_BROKEN:
		return RECORD_LINE_MALFORMED;
	case JSON_LINE_UNSUPPORTED:
		return say_unread(reader, entry);
	}
	return RECORD_LINE_NONE;
}

/* --- CSV --- */

static void
set_columns(struct record_reader *reader, const struct record_syntax *syntax,
    const struct text *names, size_t count)
{
	reader->csv = syntax;
	reader->column_count = count;
	for (size_t path = 0; path < syntax->path_count; path++) {
		reader->column_of[path] = COLUMN_NONE;
		for (size_t i = 0; i < count; i++)
			if (text_equal(names[i], syntax->paths[path])) {
				reader->column_of[path] = (uint16_t)i;
				break;
			}
	}
}

static void
take_values(const struct record_reader *reader, struct record_entry *entry)
{
	for (size_t path = 0; path < entry->syntax->path_count; path++)
		if (reader->column_of[path] != COLUMN_NONE)
			entry->values[path] =
			    reader->fields[reader->column_of[path]];
}

/* A header line names the type first, and then at least the time. */
static bool
is_header(const struct record_reader *reader,
    const struct record_syntax *syntax, size_t count)
{
	if (!text_equal(reader->fields[0], syntax->paths[0]))
		return false;
	for (size_t i = 0; i < syntax->templates.count; i++) {
		const struct field_template *template =
		    &syntax->templates.items[i];

		if (template->field != RECORD_FIELD_TIME ||
		    template->parts[0].path == RECORD_PATHS)
			continue;
		for (size_t field = 1; field < count; field++)
			if (text_equal(reader->fields[field],
				syntax->paths[template->parts[0].path]))
				return true;
	}
	return false;
}

/*
 * A record before any header line: the columns are the usual ones if there
 * are as many fields, and time and arrival stand where they should.
 */
static bool
guess_columns(
    struct record_reader *reader, struct record_entry *entry, size_t count)
{
	struct text names[CSV_LINE_FIELDS];
	size_t name_count;

	if (entry->syntax->columns.length == 0 ||
	    !csv_line_split(entry->syntax->columns, names, &name_count,
		&entry->batch->arena) ||
	    name_count != count)
		return false;
	set_columns(reader, entry->syntax, names, name_count);
	take_values(reader, entry);
	if (record_entry_has_times(entry))
		return true;
	reader->csv = NULL;
	return false;
}

/* A type and a stamp, in a file whose columns are not known. */
static bool
looks_like_record(struct record_reader *reader,
    const struct record_entry *entry, size_t count)
{
	struct stamp stamp;

	return count >= 3 && record_entry_wants(entry, reader->fields[0]) &&
	    record_stamp_read(&reader->stamps, reader->fields[1], &stamp);
}

/* --- rows of several lines --- */

static enum record_line
hold_line(struct record_reader *reader, struct text line)
{
	buffer_append_text(&reader->row, line);
	buffer_append_byte(&reader->row, '\n');
	reader->row_lines++;
	return RECORD_LINE_OPEN;
}

static void
drop_row(struct record_reader *reader)
{
	buffer_clear(&reader->row);
	reader->row_lines = 0;
}

static enum record_line
read_csv(struct record_reader *reader, struct record_entry *entry)
{
	struct text first = csv_line_first(entry->line);
	struct text bom = TEXT_LITERAL("\xEF\xBB\xBF");
	bool wanted;
	size_t count;

	if (text_starts_with(first, bom)) {
		first = text_slice(first, bom.length, first.length);
		entry->line =
		    text_slice(entry->line, bom.length, entry->line.length);
	}
	wanted = record_entry_wants(entry, first);
	if (!wanted && reader->csv != entry->syntax &&
	    !text_equal(first, entry->syntax->paths[0]))
		return RECORD_LINE_NONE;
	if (first.length == 0)
		return RECORD_LINE_NONE;
	if (!csv_line_split(
		entry->line, reader->fields, &count, &entry->batch->arena)) {
		if (wanted && reader->csv == entry->syntax &&
		    reader->row_lines == 0 &&
		    csv_line_end(entry->line, false) == CSV_LINE_OPEN)
			return hold_line(reader, entry->line);
		return wanted ? RECORD_LINE_MALFORMED : RECORD_LINE_NONE;
	}
	if (is_header(reader, entry->syntax, count)) {
		set_columns(reader, entry->syntax, reader->fields, count);
		return RECORD_LINE_IGNORED;
	}
	if (reader->csv != entry->syntax &&
	    !guess_columns(reader, entry, count))
		return looks_like_record(reader, entry, count)
		    ? RECORD_LINE_UNMATCHED
		    : RECORD_LINE_NONE;
	if (count != reader->column_count)
		return wanted ? RECORD_LINE_MALFORMED : RECORD_LINE_NONE;
	take_values(reader, entry);
	return record_entry_finish(entry);
}

/* A further line of the open row; NONE when there is no such row after all. */
static enum record_line
go_on(struct record_reader *reader, struct record_entry entry, int64_t *time)
{
	enum record_line result = RECORD_LINE_MALFORMED;
	enum csv_line_end end = csv_line_end(entry.line, true);

	if (end == CSV_LINE_OPEN && reader->row_lines < ROW_LINES &&
	    reader->row.length + entry.line.length < ROW_BYTES)
		return hold_line(reader, entry.line);
	if (end == CSV_LINE_CLOSED) {
		buffer_append_text(&reader->row, entry.line);
		entry.line =
		    arena_copy(&entry.batch->arena, buffer_text(&reader->row));
		entry.syntax = reader->csv;
		result = read_csv(reader, &entry);
	}
	if (result == RECORD_LINE_MALFORMED || result == RECORD_LINE_NONE) {
		reader->lost += reader->row_lines;
		drop_row(reader);
		return RECORD_LINE_NONE;
	}
	drop_row(reader);
	*time = entry.time;
	reader->taker = entry.format;
	return result;
}

enum record_line
record_reader_read(struct record_reader *reader, struct text line,
    uint64_t number, struct line_clock *clock, struct scan_batch *batch,
    int64_t *time)
{
	const struct record_formats *formats = reader->formats;
	const struct record_entry blank = {
		.line = line,
		.number = number,
		.file = reader->file,
		.formats = formats,
		.stamps = &reader->stamps,
		.clock = clock,
		.batch = batch,
		.time = INSTANT_NONE,
	};

	reader->taker = NULL;
	*time = INSTANT_NONE;
	if (reader->row_lines > 0) {
		enum record_line result = go_on(reader, blank, time);

		if (result != RECORD_LINE_NONE)
			return result;
	}
	if (line.length == 0 || !record_line_may_be(line))
		return RECORD_LINE_NONE;
	for (size_t i = 0; i < formats->syntax_count; i++) {
		struct record_entry entry = blank;
		enum record_line result;
		bool is_json;

		entry.syntax = formats->syntaxes[i];
		is_json = entry.syntax->kind == RECORD_JSON;
		if (is_json != (line.data[0] == '{') ||
		    (reader->mta != MTA_NONE &&
			reader->mta != entry.syntax->mta))
			continue;
		result = is_json ? read_json(reader, &entry)
				 : read_csv(reader, &entry);
		*time = entry.time;
		reader->taker = entry.format;
		if (result != RECORD_LINE_NONE)
			return result;
	}
	return RECORD_LINE_NONE;
}
