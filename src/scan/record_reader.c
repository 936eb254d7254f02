#include "scan/record_reader.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/enhanced_code.h"
#include "base/memory.h"
#include "scan/csv_line.h"
#include "scan/json_line.h"
#include "scan/pattern.h"

/* No column. */
#define COLUMN_NONE UINT16_MAX

struct record_reader {
	const struct record_formats *formats;
	uint32_t file;
	const char *path;
	const struct record_syntax *csv; /* of the last header line, or NULL */
	size_t column_count;
	uint16_t column_of[RECORD_PATHS]; /* for each path of `csv` */
	struct stamp_memo stamps;
	const struct record_format *taker;
	bool said_unread;
	struct text fields[CSV_LINE_FIELDS];
};

/* A line on its way. */
struct entry {
	struct text line;
	uint64_t number;
	struct line_clock *clock;
	struct scan_batch *batch;
	const struct record_syntax *syntax;
	const struct record_format *format;
	int64_t time;
	struct text values[RECORD_PATHS]; /* data is NULL where absent */
};

struct record_reader *
record_reader_new(
    const struct record_formats *formats, uint32_t file, const char *path)
{
	struct record_reader *reader =
	    memory_allocate_array(1, sizeof(*reader));

	reader->formats = formats;
	reader->file = file;
	reader->path = path;
	return reader;
}

void
record_reader_free(struct record_reader *reader)
{
	free(reader);
}

const struct record_format *
record_reader_taker(const struct record_reader *reader)
{
	return reader->taker;
}

/* --- values and fields --- */

/* Empty, with data NULL, when one of its paths is absent. */
static struct text
expand(const struct entry *entry, const struct field_template *template)
{
	struct buffer out;
	struct text text;

	/* Nearly all are one value and nothing else. */
	if (template->count == 1 && template->parts[0].literal.length == 0)
		return entry->values[template->parts[0].path];
	for (size_t i = 0; i < template->count; i++) {
		uint8_t path = template->parts[i].path;

		if (path != RECORD_PATHS && entry->values[path].length == 0)
			return (struct text){ 0 };
	}
	buffer_init(&out, 0);
	for (size_t i = 0; i < template->count; i++) {
		uint8_t path = template->parts[i].path;

		buffer_append_text(&out, template->parts[i].literal);
		if (path != RECORD_PATHS)
			buffer_append_text(&out, entry->values[path]);
	}
	text = arena_copy(&entry->batch->arena, buffer_text(&out));
	buffer_release(&out);
	return text;
}

static bool
find_in_list(const struct entry *entry, const struct template_list *list,
    enum record_field field, struct text *text)
{
	for (size_t i = 0; i < list->count; i++) {
		struct text found;

		if (list->items[i].field != field)
			continue;
		found = expand(entry, &list->items[i]);
		if (found.length > 0) {
			*text = found;
			return true;
		}
		/* An empty value is better than none, but goes on looking. */
		if (found.data != NULL)
			*text = found;
	}
	return false;
}

/* The field's text, data NULL when no template for it has all its values. */
static struct text
field_of(const struct entry *entry, enum record_field field)
{
	struct text text = { 0 };

	if (!find_in_list(entry, &entry->format->templates, field, &text))
		find_in_list(entry, &entry->syntax->templates, field, &text);
	return text;
}

/* Of the strings of an array, the first one. */
static struct text
first_of(struct text text)
{
	return text_slice(text, 0, text_find_byte(text, '\0'));
}

static struct text
without_brackets(struct text address)
{
	if (address.length >= 2 && address.data[0] == '<' &&
	    address.data[address.length - 1] == '>')
		return text_slice(address, 1, address.length - 1);
	return address;
}

/* "192.0.2.1", "[2001:db8::1]" and what of "host (192.0.2.1)" is one. */
static struct text
ip_within(struct text text)
{
	unsigned char binary[sizeof(struct in6_addr)];
	char string[INET6_ADDRSTRLEN];
	size_t open = text_find_last_byte(text, '(');

	if (open != TEXT_NONE)
		text = text_slice(text, open + 1, text_find_byte(text, ')'));
	if (text.length > 2 && text.data[0] == '[')
		text = text_slice(text, 1, text_find_byte(text, ']'));
	if (text.length == 0 || text.length >= sizeof(string))
		return (struct text){ 0 };
	memcpy(string, text.data, text.length);
	string[text.length] = '\0';
	if (inet_pton(AF_INET, string, binary) != 1 &&
	    inet_pton(AF_INET6, string, binary) != 1)
		return (struct text){ 0 };
	return text;
}

/* A stamp with a year, and nothing behind it. */
static bool
read_stamp(struct stamp_memo *memo, struct text text, struct stamp *stamp)
{
	/* The only kind that may be shorter than what a header starts with. */
	enum stamp_kind kind =
	    text.length < 12 ? STAMP_EPOCH : stamp_kind_of(text);

	return text.length > 0 &&
	    stamp_parse(kind, text, memo, stamp) == text.length &&
	    stamp->has_year;
}

/* The instant of a stamp, or INSTANT_NONE. */
static int64_t
instant_of(
    struct record_reader *reader, struct text text, struct line_clock *clock)
{
	struct stamp stamp;

	if (!read_stamp(&reader->stamps, text_trim(first_of(text)), &stamp))
		return INSTANT_NONE;
	return clock_resolve(clock, &stamp);
}

static int64_t
delay_of(struct record_reader *reader, const struct entry *entry)
{
	/* The clock of the lines is not to see stamps of other times. */
	struct line_clock clock = *entry->clock;
	int64_t arrived =
	    instant_of(reader, field_of(entry, RECORD_FIELD_ARRIVED), &clock);

	if (arrived == INSTANT_NONE)
		return -1;
	return arrived < entry->time ? entry->time - arrived : 0;
}

/*
 * A queue id for an MTA that logs none: FNV-1a of the values, which is the
 * same wherever and whenever the log is read.
 */
static struct text
make_queue_id(const struct entry *entry)
{
	static const char digits[] = "0123456789abcdef";
	const struct record_syntax *syntax = entry->syntax;
	uint64_t hash = UINT64_C(0xCBF29CE484222325);
	char id[16];

	for (size_t i = 0; i < syntax->key_count; i++) {
		struct text value = entry->values[syntax->key[i]];

		for (size_t at = 0; at <= value.length; at++) {
			/* A NUL ends each value. */
			unsigned char byte = at < value.length
			    ? (unsigned char)value.data[at]
			    : 0;

			hash = (hash ^ byte) * UINT64_C(0x100000001B3);
		}
	}
	for (size_t i = 0; i < sizeof(id); i++)
		id[i] = digits[hash >> (60 - 4 * i) & 15];
	return arena_copy(
	    &entry->batch->arena, (struct text){ id, sizeof(id) });
}

static struct text
reply_of(const struct entry *entry)
{
	struct text reply = first_of(field_of(entry, RECORD_FIELD_REPLY));
	struct text strip = entry->syntax->strip;

	if (strip.length > 0 && text_starts_with(reply, strip))
		reply = text_slice(reply, strip.length, reply.length);
	return text_trim(reply);
}

static enum record_status
status_of(const struct record_format *format, struct text reply)
{
	for (size_t i = 0; i < format->reply_rule_count; i++) {
		const struct record_reply_rule *rule = &format->reply_rules[i];

		if (rule->from == format->status &&
		    (rule->at_start
			    ? text_starts_with(reply, rule->text)
			    : text_find(reply, rule->text) != TEXT_NONE))
			return rule->to;
	}
	return format->status;
}

static struct text
queued_as(const struct record_format *format, struct text reply)
{
	size_t at = format->queued_as.length > 0
	    ? text_find(reply, format->queued_as)
	    : TEXT_NONE;
	struct text id;

	if (at == TEXT_NONE)
		return (struct text){ 0 };
	id = text_slice(reply, at + format->queued_as.length, reply.length);
	return text_slice(id, 0, pattern_id_length(id));
}

/* --- from a line's values to records --- */

static bool
condition_holds(
    const struct entry *entry, const struct record_condition *condition)
{
	struct text value = entry->values[condition->path];

	if (condition->kind == CONDITION_WITHOUT)
		return value.length == 0;
	return record_words_have(condition->words, value);
}

static bool
takes(const struct entry *entry, const struct record_format *format)
{
	if (format->syntax != entry->syntax ||
	    !record_words_have(format->types, entry->values[0]))
		return false;
	for (size_t i = 0; i < format->condition_count; i++)
		if (format->conditions[i].kind != CONDITION_LOCAL &&
		    !condition_holds(entry, &format->conditions[i]))
			return false;
	return true;
}

static void
fill_attempt(const struct entry *entry, struct record *record)
{
	const struct record_format *format = entry->format;
	struct text host = first_of(field_of(entry, RECORD_FIELD_RELAY_HOST));

	text_next_word(&host, &record->relay_host);
	record->relay_ip =
	    ip_within(first_of(field_of(entry, RECORD_FIELD_RELAY_IP)));
	record->enhanced_code = enhanced_code_parse(
	    first_of(field_of(entry, RECORD_FIELD_ENHANCED_CODE)), NULL);
	record->status = (uint8_t)status_of(format, record->reply);
	for (size_t i = 0; i < format->condition_count; i++)
		if (format->conditions[i].kind == CONDITION_LOCAL &&
		    condition_holds(entry, &format->conditions[i]))
			record->scope = RECORD_LOCAL;
	if (record->status == RECORD_DELIVERED)
		record->next_queue_id = queued_as(format, record->reply);
}

static struct record
make_record(struct record_reader *reader, const struct entry *entry)
{
	struct text sender = field_of(entry, RECORD_FIELD_SENDER);
	struct record record = {
		.time = entry->time,
		.delay = delay_of(reader, entry),
		.line = entry->number,
		.file = reader->file,
		.repeat = 1,
		.kind = (uint8_t)entry->format->kind,
		.mta = (uint8_t)entry->syntax->mta,
		.sender_is_known = sender.data != NULL,
		.sender = without_brackets(first_of(sender)),
		.host = first_of(field_of(entry, RECORD_FIELD_HOST)),
		.queue_id = first_of(field_of(entry, RECORD_FIELD_QUEUE_ID)),
		.reply = reply_of(entry),
	};

	if (record.queue_id.length == 0 && entry->syntax->key_count > 0)
		record.queue_id = make_queue_id(entry);
	if (record.kind == RECORD_ATTEMPT)
		fill_attempt(entry, &record);
	return record;
}

/* One record for each recipient of an attempt, one in all for the others. */
static enum record_line
add_records(struct record_reader *reader, struct entry *entry)
{
	struct text rest = field_of(entry, RECORD_FIELD_RECIPIENT);
	struct record record = make_record(reader, entry);

	if (record.queue_id.length == 0 && record.kind != RECORD_REJECT)
		return RECORD_LINE_UNMATCHED;
	if (rest.length == 0 && record.kind == RECORD_ATTEMPT)
		return RECORD_LINE_UNMATCHED;
	do {
		struct text recipient = first_of(rest);

		record.recipient = without_brackets(recipient);
		*scan_batch_add(entry->batch) = record;
		rest = text_slice(rest, recipient.length + 1, rest.length);
	} while (rest.length > 0 && record.kind == RECORD_ATTEMPT);
	return RECORD_LINE_RECOGNISED;
}

static enum record_line
read_entry(struct record_reader *reader, struct entry *entry)
{
	const struct record_formats *formats = reader->formats;

	for (size_t i = 0; i < formats->count && entry->format == NULL; i++)
		if (takes(entry, formats->items[i]))
			entry->format = formats->items[i];
	if (entry->format == NULL)
		return RECORD_LINE_IGNORED;
	reader->taker = entry->format;
	entry->time = instant_of(
	    reader, field_of(entry, RECORD_FIELD_TIME), entry->clock);
	if (entry->time == INSTANT_NONE)
		return RECORD_LINE_MALFORMED;
	if (!entry->format->has_record)
		return RECORD_LINE_RECOGNISED;
	return add_records(reader, entry);
}

/* Does any stanza of the syntax take that type? */
static bool
is_wanted(const struct record_formats *formats,
    const struct record_syntax *syntax, struct text type)
{
	for (size_t i = 0; i < formats->count; i++)
		if (formats->items[i]->syntax == syntax &&
		    record_words_have(formats->items[i]->types, type))
			return true;
	return false;
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
say_unread(struct record_reader *reader, const struct entry *entry)
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
read_json(struct record_reader *reader, struct entry *entry)
{
	struct text type = leading_type(entry->line, entry->syntax->paths[0]);

	/* Decoding is the dear part. */
	if (type.length > 0 && !is_wanted(reader->formats, entry->syntax, type))
		return RECORD_LINE_IGNORED;
	if (type.length == 0 &&
	    !names_type(entry->line, entry->syntax->paths[0]))
		return RECORD_LINE_NONE;
	switch (json_line_read(entry->line, entry->syntax->paths,
	    entry->syntax->path_count, entry->values, &entry->batch->arena)) {
	case JSON_LINE_READ:
		return read_entry(reader, entry);
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
take_values(const struct record_reader *reader, struct entry *entry)
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
guess_columns(struct record_reader *reader, struct entry *entry, size_t count)
{
	struct text names[CSV_LINE_FIELDS];
	struct line_clock clock = *entry->clock;
	size_t name_count;

	if (entry->syntax->columns.length == 0 ||
	    !csv_line_split(entry->syntax->columns, names, &name_count,
		&entry->batch->arena) ||
	    name_count != count)
		return false;
	set_columns(reader, entry->syntax, names, name_count);
	take_values(reader, entry);
	entry->format = NULL;
	for (size_t i = 0; i < reader->formats->count; i++)
		if (takes(entry, reader->formats->items[i])) {
			entry->format = reader->formats->items[i];
			break;
		}
	if (entry->format != NULL &&
	    instant_of(reader, field_of(entry, RECORD_FIELD_TIME), &clock) !=
		INSTANT_NONE &&
	    instant_of(reader, field_of(entry, RECORD_FIELD_ARRIVED), &clock) !=
		INSTANT_NONE) {
		entry->format = NULL;
		return true;
	}
	reader->csv = NULL;
	return false;
}

/* A type and a stamp, in a file whose columns are not known. */
static bool
looks_like_record(
    struct record_reader *reader, const struct entry *entry, size_t count)
{
	struct stamp stamp;

	return count >= 3 &&
	    is_wanted(reader->formats, entry->syntax, reader->fields[0]) &&
	    read_stamp(&reader->stamps, reader->fields[1], &stamp);
}

static enum record_line
read_csv(struct record_reader *reader, struct entry *entry)
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
	wanted = is_wanted(reader->formats, entry->syntax, first);
	if (!wanted && reader->csv != entry->syntax &&
	    !text_equal(first, entry->syntax->paths[0]))
		return RECORD_LINE_NONE;
	if (first.length == 0)
		return RECORD_LINE_NONE;
	if (!csv_line_split(
		entry->line, reader->fields, &count, &entry->batch->arena))
		return wanted ? RECORD_LINE_MALFORMED : RECORD_LINE_NONE;
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
	return read_entry(reader, entry);
}

enum record_line
record_reader_read(struct record_reader *reader, struct text line,
    uint64_t number, struct line_clock *clock, struct scan_batch *batch,
    int64_t *time)
{
	const struct record_formats *formats = reader->formats;

	reader->taker = NULL;
	*time = INSTANT_NONE;
	for (size_t i = 0; i < formats->syntax_count; i++) {
		struct entry entry = {
			.line = line,
			.number = number,
			.clock = clock,
			.batch = batch,
			.syntax = formats->syntaxes[i],
			.time = INSTANT_NONE,
		};
		bool is_json = entry.syntax->kind == RECORD_JSON;
		enum record_line result;

		if (is_json != (line.data[0] == '{'))
			continue;
		result = is_json ? read_json(reader, &entry)
				 : read_csv(reader, &entry);
		*time = entry.time;
		if (result != RECORD_LINE_NONE)
			return result;
	}
	return RECORD_LINE_NONE;
}
