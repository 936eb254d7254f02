#include "scan/header.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/memory.h"
#include "base/stanza.h"
#include "scan/bytes.h"

enum element_kind {
	ELEMENT_LITERAL, /* one byte */
	ELEMENT_BLANKS,
	ELEMENT_HOST,
	ELEMENT_PROGRAM,
	ELEMENT_WORD_PROGRAM, /* a program that ends at a blank */
	ELEMENT_PID,
	ELEMENT_SKIP,
	ELEMENT_STRUCTURED,
	ELEMENT_TEXT
};

#define LAYOUT_ELEMENTS 24

struct layout {
	struct text program; /* when the line names none */
	uint8_t count;
	struct {
		uint8_t kind; /* enum element_kind */
		char byte; /* of ELEMENT_LITERAL */
	} elements[LAYOUT_ELEMENTS];
};

struct layout_list {
	struct layout *items;
	size_t count;
	size_t capacity;
};

struct noise_list {
	struct text *items;
	size_t count;
	size_t capacity;
};

struct header_formats {
	struct stanza_file file;
	struct layout_list layouts[STAMP_KINDS];
	struct noise_list noise;
};

static const struct {
	const char *name;
	enum element_kind kind;
} element_names[] = {
	{ "{host}", ELEMENT_HOST },
	{ "{program}", ELEMENT_PROGRAM },
	{ "{pid}", ELEMENT_PID },
	{ "{skip}", ELEMENT_SKIP },
	{ "{structured}", ELEMENT_STRUCTURED },
	{ "{text}", ELEMENT_TEXT },
};

/* The element at the start of `layout`; returns its length there. */
static size_t
read_element(struct text layout, enum element_kind *kind)
{
	size_t length = 0;

	if (layout.data[0] == ' ') {
		*kind = ELEMENT_BLANKS;
		while (length < layout.length && layout.data[length] == ' ')
			length++;
		return length;
	}
	for (size_t i = 0; i < sizeof(element_names) / sizeof(element_names[0]);
	     i++) {
		struct text name = text_of(element_names[i].name);

		if (text_starts_with(layout, name)) {
			*kind = element_names[i].kind;
			if (*kind == ELEMENT_PROGRAM &&
			    layout.length > name.length &&
			    layout.data[name.length] == ' ')
				*kind = ELEMENT_WORD_PROGRAM;
			return name.length;
		}
	}
	*kind = ELEMENT_LITERAL;
	return layout.data[0] == '{' ? 0 : 1;
}

static void
add_layout(struct header_formats *formats, enum stamp_kind stamp,
    const struct stanza *stanza, const struct stanza_line *line,
    struct diagnostics *diagnostics)
{
	struct layout_list *list = &formats->layouts[stamp];
	struct layout layout = { .program = stanza_value(stanza, "program") };
	struct text rest = line->value;
	struct text time = TEXT_LITERAL("{time}");

	if (!text_starts_with(rest, time) ||
	    !text_ends_with(rest, TEXT_LITERAL("{text}"))) {
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, line, 0,
		    "a layout starts with {time} and ends with {text}");
		return;
	}
	rest = text_slice(rest, time.length, rest.length);
	while (rest.length > 0) {
		enum element_kind kind;
		size_t length = read_element(rest, &kind);

		if (length == 0 || layout.count == LAYOUT_ELEMENTS) {
			stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza,
			    line, line->value.length - rest.length,
			    length == 0 ? "no such element"
					: "too many elements");
			return;
		}
		layout.elements[layout.count].kind = (uint8_t)kind;
		layout.elements[layout.count].byte = rest.data[0];
		layout.count++;
		rest = text_slice(rest, length, rest.length);
	}
	list->items = memory_grow(list->items, &list->capacity, list->count + 1,
	    sizeof(*list->items));
	list->items[list->count++] = layout;
}

static void
add_format(struct header_formats *formats, const struct stanza *stanza,
    struct diagnostics *diagnostics)
{
	const struct stanza_line *stamp_line = stanza_find(stanza, "stamp");
	enum stamp_kind stamp = STAMP_NONE;

	if (stamp_line != NULL && !stamp_kind_find(stamp_line->value, &stamp))
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, stamp_line,
		    0, "no such kind of stamp");
	for (size_t i = 0; i < stanza->count; i++) {
		const struct stanza_line *line = &stanza->lines[i];
		struct noise_list *noise = &formats->noise;

		if (text_equal(line->key, TEXT_LITERAL("layout"))) {
			add_layout(formats, stamp, stanza, line, diagnostics);
		} else if (text_equal(line->key, TEXT_LITERAL("noise"))) {
			noise->items =
			    memory_grow(noise->items, &noise->capacity,
				noise->count + 1, sizeof(*noise->items));
			noise->items[noise->count++] = line->value;
		} else if (!text_equal(line->key, TEXT_LITERAL("stamp")) &&
		    !text_equal(line->key, TEXT_LITERAL("program")) &&
		    !text_equal(line->key, TEXT_LITERAL("sample")) &&
		    !text_equal(line->key, TEXT_LITERAL("expect"))) {
			stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza,
			    line, 0, "no such key: %.*s",
			    TEXT_FORMAT(line->key));
		}
	}
}

struct header_formats *
header_formats_load(const char *path, struct diagnostics *diagnostics)
{
	struct header_formats *formats =
	    memory_allocate_array(1, sizeof(*formats));

	stanza_file_init(&formats->file);
	stanza_file_load(&formats->file, path, diagnostics);
	for (size_t i = 0; i < formats->file.count; i++)
		add_format(formats, &formats->file.stanzas[i], diagnostics);
	return formats;
}

void
header_formats_free(struct header_formats *formats)
{
	if (formats == NULL)
		return;
	for (int kind = 0; kind < STAMP_KINDS; kind++)
		free(formats->layouts[kind].items);
	free(formats->noise.items);
	stanza_file_release(&formats->file);
	free(formats);
}

/* Bytes that end a word, a program's name, and that no host name has. */
enum { ENDS_WORD = 1, ENDS_PROGRAM = 2, NOT_IN_HOST = 4, NOT_IN_PROGRAM = 8 };

static const uint8_t byte_classes[256] = {
	[' '] = ENDS_WORD | ENDS_PROGRAM,
	['\t'] = ENDS_WORD | ENDS_PROGRAM,
	['['] = ENDS_PROGRAM | NOT_IN_HOST,
	[':'] = ENDS_PROGRAM,
	['='] = NOT_IN_HOST | NOT_IN_PROGRAM,
	['<'] = NOT_IN_HOST | NOT_IN_PROGRAM,
	['"'] = NOT_IN_HOST | NOT_IN_PROGRAM,
};

/* The end of a run at `at` that no byte of `ends` is in; `at` when a byte of
 * `wrong` is. */
static size_t
run_end(struct text line, size_t at, uint8_t ends, uint8_t wrong)
{
	for (size_t end = at; end < line.length; end++) {
		uint8_t class = byte_classes[(unsigned char)line.data[end]];

		if (class & ends)
			return end;
		if (class & wrong)
			return at;
	}
	return line.length;
}

/* The end of [id name="value" ...]...; values escape '"' ']' and '\'. */
static size_t
structured_end(struct text line, size_t at)
{
	bool quoted = false;

	if (at < line.length && line.data[at] == '-')
		return at + 1;
	while (at < line.length && line.data[at] == '[') {
		while (at < line.length && (quoted || line.data[at] != ']')) {
			if (line.data[at] == '"')
				quoted = !quoted;
			else if (quoted && line.data[at] == '\\')
				at++;
			at++;
		}
		at++;
	}
	return at;
}

static size_t
digits_end(struct text line, size_t at)
{
	while (at < line.length && byte_is_digit(line.data[at]))
		at++;
	return at;
}

/* How far a layout got in a line. */
struct progress {
	size_t at;
	unsigned element;
};

/*
 * Goes on with a layout from *progress.  On failure *progress is the element
 * that does not fit and where it was to start.
 */
static bool
fit_layout(const struct layout *layout, struct text line,
    struct progress *progress, struct header *header)
{
	size_t at = progress->at;
	size_t end = at;
	unsigned i;

	for (i = progress->element; i < layout->count; i++, at = end) {
		switch ((enum element_kind)layout->elements[i].kind) {
		case ELEMENT_LITERAL:
			end = at;
			if (at < line.length &&
			    line.data[at] == layout->elements[i].byte)
				end++;
			break;
		case ELEMENT_BLANKS:
			end = at;
			while (end < line.length && line.data[end] == ' ')
				end++;
			break;
		case ELEMENT_HOST:
			end = run_end(line, at, ENDS_WORD, NOT_IN_HOST);
			header->host =
			    (struct text){ line.data + at, end - at };
			break;
		case ELEMENT_PROGRAM:
			end = run_end(line, at, ENDS_PROGRAM, NOT_IN_PROGRAM);
			header->program =
			    (struct text){ line.data + at, end - at };
			break;
		case ELEMENT_WORD_PROGRAM:
			end = run_end(line, at, ENDS_WORD, 0);
			header->program =
			    (struct text){ line.data + at, end - at };
			break;
		case ELEMENT_PID:
			end = digits_end(line, at);
			break;
		case ELEMENT_SKIP:
			end = run_end(line, at, ENDS_WORD, 0);
			break;
		case ELEMENT_STRUCTURED:
			end = structured_end(line, at);
			break;
		case ELEMENT_TEXT:
			header->text =
			    (struct text){ line.data + at, line.length - at };
			return true;
		}
		/* Each of them takes a byte at least. */
		if (end == at)
			break;
	}
	progress->at = at;
	progress->element = i;
	return false;
}

/* RFC 3164 stamps of one second are the same 15 bytes, line after line. */
static size_t
parse_stamp(struct header_memo *memo, enum stamp_kind kind, struct text line,
    struct stamp *stamp)
{
	size_t length;

	if (kind != STAMP_RFC3164 || line.length < 16)
		return stamp_parse(kind, line, &memo->stamps, stamp);
	if (memo->last_length > 0 && bytes_equal(memo->stamp, line.data, 16)) {
		*stamp = memo->last;
		return memo->last_length;
	}
	length = stamp_parse(kind, line, &memo->stamps, stamp);
	memo->last_length = 0;
	if (length == 15 && line.data[15] == ' ') {
		memcpy(memo->stamp, line.data, 16);
		memo->last = *stamp;
		memo->last_length = length;
	}
	return length;
}

static struct text
pass_over_priority(struct text line)
{
	size_t end = digits_end(line, 1);

	if (end > 1 && end <= 4 && end < line.length && line.data[end] == '>')
		return text_slice(line, end + 1, line.length);
	return line;
}

/* Where the tag ends, behind its '[' or ':'; 0 for none and long ones. */
static size_t
tag_end(struct text line, size_t at)
{
	size_t end = at;
	size_t limit = at + HEADER_TAG_LONGEST;

	if (limit > line.length)
		limit = line.length;
	for (; end + 8 <= limit; end += 8) {
		uint64_t word = bytes_word(line.data + end);

		if (bytes_word_has(word, '[') || bytes_word_has(word, ':'))
			break;
	}
	for (; end < limit; end++)
		if (line.data[end] == '[' || line.data[end] == ':')
			return end + 1;
	return 0;
}

/* Keeps what the layout made of the tag, if nothing behind it mattered. */
static void
remember_tag(struct header_tag *tag, enum stamp_kind kind,
    const struct layout_list *list, size_t fitting, struct text line, size_t at,
    size_t end)
{
	struct text head = { line.data, end };
	struct header header = { 0 };
	struct progress progress;

	tag->length = 0;
	for (size_t i = 0; i <= fitting; i++) {
		progress = (struct progress){ at, 0 };
		fit_layout(&list->items[i], head, &progress, &header);
		/* Failed at the tag's end: more of the line decides. */
		if (i < fitting && progress.at >= end)
			return;
	}
	if (header.host.length == 0 || header.program.length == 0 ||
	    progress.at != end)
		return;
	memcpy(tag->bytes, line.data + at, end - at);
	tag->length = (uint8_t)(end - at);
	tag->kind = (uint8_t)kind;
	tag->layout = (uint8_t)fitting;
	tag->element = (uint8_t)progress.element;
	tag->host_start = (uint8_t)(header.host.data - line.data - (ptrdiff_t)at);
	tag->host_length = (uint8_t)header.host.length;
	tag->program_start =
	    (uint8_t)(header.program.data - line.data - (ptrdiff_t)at);
	tag->program_length = (uint8_t)header.program.length;
}

static bool
recall_tag(const struct header_tag *tag, enum stamp_kind kind,
    const struct layout_list *list, struct text line, size_t at, size_t end,
    struct header *header)
{
	const char *data = line.data + at;
	struct progress progress = { end, tag->element };

	if (tag->length != end - at || tag->kind != kind ||
	    !bytes_equal(tag->bytes, data, tag->length))
		return false;
	header->host =
	    (struct text){ data + tag->host_start, tag->host_length };
	header->program =
	    (struct text){ data + tag->program_start, tag->program_length };
	return fit_layout(&list->items[tag->layout], line, &progress, header);
}

static bool
fit_layouts(const struct layout_list *list, struct header_memo *memo,
    enum stamp_kind kind, struct text line, size_t at, struct header *header)
{
	size_t end = tag_end(line, at);
	struct header_tag *tag = NULL;

	if (end > 0) {
		tag = &memo->tags[bytes_slot(
		    line.data + at, end - at, HEADER_TAG_BITS)];
		if (recall_tag(tag, kind, list, line, at, end, header))
			return true;
	}
	for (size_t i = 0; i < list->count; i++) {
		struct progress progress = { at, 0 };

		header->host.length = 0;
		header->program = list->items[i].program;
		if (!fit_layout(&list->items[i], line, &progress, header))
			continue;
		if (tag != NULL)
			remember_tag(tag, kind, list, i, line, at, end);
		return true;
	}
	return false;
}

enum header_result
header_parse(const struct header_formats *formats, struct header_memo *memo,
    struct text line, struct header *header)
{
	enum stamp_kind kind;
	size_t length;

	if (line.length > 0 && line.data[0] == '<')
		line = pass_over_priority(line);
	kind = stamp_kind_of(line);
	length = parse_stamp(memo, kind, line, &header->stamp);
	if (length > 0 && fit_layouts(&formats->layouts[kind], memo, kind, line,
			      length, header))
		return HEADER_FOUND;
	if (line.length > 0 && (line.data[0] == ' ' || line.data[0] == '\t'))
		return HEADER_NOISE;
	for (size_t i = 0; i < formats->noise.count; i++)
		if (text_starts_with(line, formats->noise.items[i]))
			return HEADER_NOISE;
	return HEADER_NONE;
}

static void
append_time(struct buffer *out, const struct stamp *stamp)
{
	int64_t seconds = stamp->local - stamp->offset;
	struct calendar_time time = calendar_from_seconds(seconds);

	buffer_append_format(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%s",
	    time.year, time.month, time.day, time.hour, time.minute,
	    time.second, stamp->millisecond, stamp->has_offset ? "Z" : "");
}

static void
check_expectation(const struct header *header, const struct stanza *stanza,
    const struct stanza_line *line, struct diagnostics *diagnostics)
{
	struct text wanted = line->value;
	struct text name;
	struct buffer found;

	text_next_word(&wanted, &name);
	wanted = text_trim(wanted);
	buffer_init(&found, 0);
	if (text_equal(name, TEXT_LITERAL("host")))
		buffer_append_text(&found, header->host);
	else if (text_equal(name, TEXT_LITERAL("program")))
		buffer_append_text(&found, header->program);
	else if (text_equal(name, TEXT_LITERAL("text")))
		buffer_append_text(&found, header->text);
	else if (text_equal(name, TEXT_LITERAL("time")))
		append_time(&found, &header->stamp);
	else
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, line, 0,
		    "expects host, program, text or time");
	if (!text_equal(buffer_text(&found), wanted))
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, line, 0,
		    "expected, but it is \"%.*s\"",
		    TEXT_FORMAT(buffer_text(&found)));
	buffer_release(&found);
}

static void
check_format(const struct header_formats *formats, const struct stanza *stanza,
    struct diagnostics *diagnostics)
{
	struct header header = { 0 };
	enum header_result result = HEADER_NONE;
	unsigned samples = 0;

	for (size_t i = 0; i < stanza->count; i++) {
		const struct stanza_line *line = &stanza->lines[i];

		if (text_equal(line->key, TEXT_LITERAL("sample"))) {
			struct header_memo memo = { 0 };

			samples++;
			result =
			    header_parse(formats, &memo, line->value, &header);
			if (result == HEADER_NONE)
				stanza_report(diagnostics, DIAGNOSTIC_ERROR,
				    stanza, line, 0, "no layout fits");
		} else if (text_equal(line->key, TEXT_LITERAL("expect"))) {
			if (result != HEADER_FOUND)
				stanza_report(diagnostics, DIAGNOSTIC_ERROR,
				    stanza, line, 0,
				    "no sample for this expectation");
			else
				check_expectation(
				    &header, stanza, line, diagnostics);
		}
	}
	if (samples == 0)
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, NULL, 0,
		    "a format without a sample");
}

void
header_formats_check(
    const struct header_formats *formats, struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < formats->file.count; i++)
		check_format(formats, &formats->file.stanzas[i], diagnostics);
}
