#include "scan/header.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/calendar.h"
#include "scan/bytes.h"
#include "scan/glob.h"
#include "scan/header_formats.h"

/* So many headers before the one that names the program. */
#define HEADER_RELAYS 3
/* Of a file's name before a line. */
#define HEADER_NAME_LONGEST 256

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
	/* Data without its end are the rest of the line. */
	return at < line.length ? at : line.length;
}

/* How far a layout got in a line. */
struct progress {
	size_t at;
	unsigned element;
};

/* Is a colon of the layout's own behind this element? */
static bool
ends_in_colon(const struct layout *layout, unsigned element)
{
	return element + 1 < layout->count &&
	    layout->elements[element + 1].kind == ELEMENT_LITERAL &&
	    layout->elements[element + 1].byte == ':';
}

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
			if (ends_in_colon(layout, i) && end > at &&
			    line.data[end - 1] == ':')
				end--;
			header->host =
			    (struct text){ line.data + at, end - at };
			break;
		case ELEMENT_PROGRAM:
			end = run_end(line, at, ENDS_PROGRAM, NOT_IN_PROGRAM);
			/* No program is a number; qmail's deliveries are. */
			if (bytes_digits_end(line, at) == end)
				end = at;
			header->program =
			    (struct text){ line.data + at, end - at };
			break;
		case ELEMENT_WORD_PROGRAM:
			end = run_end(line, at, ENDS_WORD, 0);
			header->program =
			    (struct text){ line.data + at, end - at };
			break;
		case ELEMENT_PID:
			end = bytes_digits_end(line, at);
			header->pid = (struct text){ line.data + at, end - at };
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
static bool
has_last_stamp(const struct header_memo *memo, struct text line)
{
	/* Behind the blank there may be a year (1... or 2...). */
	return line.length > HEADER_STAMP && memo->has_last &&
	    bytes_equal(memo->stamp, line.data, HEADER_STAMP) &&
	    line.data[HEADER_STAMP] != '1' && line.data[HEADER_STAMP] != '2';
}

static size_t
parse_stamp(struct header_memo *memo, enum stamp_kind kind, struct text line,
    struct stamp *stamp)
{
	size_t length = stamp_parse(kind, line, &memo->stamps, stamp);

	memo->time = INSTANT_NONE;
	memo->has_last = kind == STAMP_RFC3164 && length == HEADER_STAMP - 1 &&
	    line.length > length && line.data[length] == ' ';
	if (memo->has_last) {
		memcpy(memo->stamp, line.data, HEADER_STAMP);
		memo->last = *stamp;
	}
	return length;
}

static struct text
pass_over_priority(struct text line)
{
	size_t end = bytes_digits_end(line, 1);

	if (end > 1 && end <= 4 && end < line.length && line.data[end] == '>')
		return text_slice(line, end + 1, line.length);
	return line;
}

#ifdef __SSE2__
/* Which of 16 bytes end a tag. */
static unsigned
tag_ends(const char *data)
{
	__m128i bytes = _mm_loadu_si128((const void *)data);
	__m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('[')),
	    _mm_cmpeq_epi8(bytes, _mm_set1_epi8(':')));

	return (unsigned)_mm_movemask_epi8(found);
}
#endif

/* Where the tag ends, behind its '[' or ':'; 0 for none and long ones. */
static size_t
tag_end(struct text line, size_t at)
{
	size_t end = at;
	size_t limit = at + HEADER_TAG_LONGEST;

	if (limit > line.length)
		limit = line.length;
#ifdef __SSE2__
	for (; end + 32 <= limit; end += 32) {
		unsigned mask = tag_ends(line.data + end) |
		    tag_ends(line.data + end + 16) << 16;

		if (mask != 0)
			return end + (unsigned)__builtin_ctz(mask) + 1;
	}
#endif
	for (; end < limit; end++)
		if (line.data[end] == '[' || line.data[end] == ':')
			return end + 1;
	return 0;
}

/* The end of nearly all headers, "123]: ": the same as going on with the layout
 * would give, or false. */
static bool
fit_pid_tail(struct text line, size_t at, struct header *header)
{
	size_t end = bytes_digits_end(line, at);

	if (end == at || end + 3 > line.length || line.data[end] != ']' ||
	    line.data[end + 1] != ':' || line.data[end + 2] != ' ')
		return false;
	header->pid = (struct text){ line.data + at, end - at };
	end += 3;
	while (end < line.length && line.data[end] == ' ')
		end++;
	header->text = (struct text){ line.data + end, line.length - end };
	return true;
}

static bool
ends_in_pid(const struct layout *layout, unsigned element)
{
	static const struct {
		enum element_kind kind;
		char byte;
	} tail[] = { { ELEMENT_PID, '{' }, { ELEMENT_LITERAL, ']' },
		{ ELEMENT_LITERAL, ':' }, { ELEMENT_BLANKS, ' ' },
		{ ELEMENT_TEXT, '{' } };
	unsigned count = sizeof(tail) / sizeof(tail[0]);

	if (layout->count - element != count)
		return false;
	for (unsigned i = 0; i < count; i++)
		if (layout->elements[element + i].kind != tail[i].kind ||
		    layout->elements[element + i].byte != tail[i].byte)
			return false;
	return true;
}

/* The first byte behind the blanks. */
static char
first_byte(struct text line, size_t at)
{
	while (at < line.length && line.data[at] == ' ')
		at++;
	return at < line.length ? line.data[at] : '\0';
}

/* Most layouts that do not fit are known by it. */
static bool
begins_otherwise(const struct layout *layout, char first)
{
	return layout->elements[0].kind == ELEMENT_BLANKS &&
	    layout->elements[1].kind == ELEMENT_LITERAL &&
	    layout->elements[1].byte != first;
}

/* Keeps what the layout made of the tag, if nothing behind it mattered. */
static void
remember_tag(struct header_tag *tag, enum stamp_kind kind,
    const struct layout_list *list, size_t fitting, struct text line, size_t at,
    size_t end)
{
	struct text head = { line.data, end };
	struct header header = { 0 };
	struct progress progress = { at, 0 };
	char first = first_byte(head, at);

	tag->length = 0;
	for (size_t i = 0; i <= fitting; i++) {
		if (begins_otherwise(&list->items[i], first))
			continue;
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
	tag->turn = 0;
	tag->kind = (uint8_t)kind;
	tag->layout = (uint8_t)fitting;
	tag->element = (uint8_t)progress.element;
	tag->ends_in_pid = ends_in_pid(&list->items[fitting], progress.element);
	tag->host_start =
	    (uint8_t)(header.host.data - line.data - (ptrdiff_t)at);
	tag->host_length = (uint8_t)header.host.length;
	tag->program_start =
	    (uint8_t)(header.program.data - line.data - (ptrdiff_t)at);
	tag->program_length = (uint8_t)header.program.length;
}

static bool
recall_tag(struct header_tag *tag, enum stamp_kind kind,
    const struct layout_list *list, struct text line, size_t at, size_t end,
    struct header *header)
{
	const char *data = line.data + at;
	struct progress progress;

	if (tag->length != end - at || tag->kind != kind ||
	    !bytes_equal(tag->bytes, data, tag->length))
		return false;
	header->host =
	    (struct text){ data + tag->host_start, tag->host_length };
	header->program =
	    (struct text){ data + tag->program_start, tag->program_length };
	header->pid.length = 0;
	header->tag = tag;
	if (tag->ends_in_pid)
		return fit_pid_tail(line, end, header);
	progress = (struct progress){ end, tag->element };
	return fit_layout(&list->items[tag->layout], line, &progress, header);
}

static bool
fit_layouts(const struct layout_list *list, struct header_memo *memo,
    enum stamp_kind kind, struct text line, size_t at, struct header *header)
{
	size_t end = tag_end(line, at);
	struct header_tag *tag = NULL;
	char first;

	if (end > 0) {
		tag = &memo->tags[bytes_slot(
		    line.data + at, end - at, HEADER_TAG_BITS)];
		if (recall_tag(tag, kind, list, line, at, end, header))
			return true;
	}
	header->tag = NULL;
	first = first_byte(line, at);
	for (size_t i = 0; i < list->count; i++) {
		struct progress progress = { at, 0 };

		if (begins_otherwise(&list->items[i], first))
			continue;
		header->host = (struct text){ 0 };
		header->pid = (struct text){ 0 };
		header->program = list->items[i].program;
		if (!fit_layout(&list->items[i], line, &progress, header))
			continue;
		if (tag != NULL)
			remember_tag(tag, kind, list, i, line, at, end);
		return true;
	}
	return false;
}

static bool
is_noise(const struct header_formats *formats, struct text line)
{
	if (line.length > 0 && (line.data[0] == ' ' || line.data[0] == '\t'))
		return true;
	for (size_t i = 0; i < formats->noise.count; i++)
		if (text_starts_with(line, formats->noise.items[i]))
			return true;
	return false;
}

enum header_result
header_parse_first(const struct header_formats *formats,
    struct header_memo *memo, struct text line, struct header *header)
{
	enum stamp_kind kind;
	size_t length;

	if (line.length > 0 && line.data[0] == '<')
		line = pass_over_priority(line);
	if (has_last_stamp(memo, line)) {
		kind = STAMP_RFC3164;
		length = HEADER_STAMP - 1;
		header->stamp = memo->last;
	} else {
		kind = stamp_kind_of(line);
		length = parse_stamp(memo, kind, line, &header->stamp);
	}
	header->behind = line.data + length;
	if (length > 0 &&
	    fit_layouts(
		&formats->layouts[kind], memo, kind, line, length, header))
		return HEADER_FOUND;
	return is_noise(formats, line) ? HEADER_NOISE : HEADER_NONE;
}

/* Takes the header that `text` begins with for that of the whole line. */
static bool
parse_second(const struct header_formats *formats, struct header_memo *memo,
    struct text text, struct header *header)
{
	struct header second = { 0 };

	while (text.length > 0 && text.data[0] == ' ')
		text = text_slice(text, 1, text.length);
	if (text.length == 0 ||
	    (text.data[0] != '<' && stamp_kind_of(text) == STAMP_NONE) ||
	    header_parse_first(formats, memo, text, &second) != HEADER_FOUND)
		return false;
	/* A stamp that leaves nothing open is better than one that does. */
	if (header->stamp.has_year && header->stamp.has_offset &&
	    !second.stamp.has_offset)
		second.stamp = header->stamp;
	if (second.host.length == 0)
		second.host = header->host;
	*header = second;
	memo->has_last = false;
	memo->time = INSTANT_NONE;
	return true;
}

/* What is behind the stamp of a line that `text` ends. */
static struct text
behind_stamp(const struct header *header)
{
	const char *end = header->text.data + header->text.length;

	return (struct text){ header->behind, (size_t)(end - header->behind) };
}

/* Relays of logs and containers put a header of theirs before that of the
 * program's own host, which then names no program. */
static void
unwrap_relayed(const struct header_formats *formats, struct header_memo *memo,
    struct header *header)
{
	for (unsigned i = 0; i < HEADER_RELAYS && header->program.length == 0;
	     i++)
		if (!parse_second(
			formats, memo, behind_stamp(header), header) &&
		    !parse_second(formats, memo, header->text, header))
			return;
}

/* docker compose: "mail-1  | line". */
static struct text
pass_over_container(struct text line)
{
	size_t at = 0;

	while (at < line.length && line.data[at] > ' ' && line.data[at] != '|')
		at++;
	if (at == 0 || at == line.length)
		return (struct text){ 0 };
	while (at < line.length && line.data[at] == ' ')
		at++;
	if (at + 1 >= line.length || line.data[at] != '|' ||
	    line.data[at + 1] != ' ')
		return (struct text){ 0 };
	return text_slice(line, at + 2, line.length);
}

/*
 * grep: "mail.log.1:line", with -n "mail.log.1:12:line".  Digits alone may
 * stand behind a colon in any text, so that an epoch is no stamp here.
 */
static bool
parse_behind_name(const struct header_formats *formats,
    struct header_memo *memo, struct text line, struct header *header)
{
	for (size_t i = 0;
	     i < line.length && i < HEADER_NAME_LONGEST && line.data[i] > ' ';
	     i++) {
		struct text rest = text_slice(line, i + 1, line.length);

		if (line.data[i] == ':' && i > 0 && rest.length > 0 &&
		    rest.data[0] != ' ' && stamp_kind_of(rest) != STAMP_EPOCH &&
		    parse_second(formats, memo, rest, header))
			return true;
	}
	return false;
}

/* The byte order mark of RFC 5424; Solaris: "[ID 197553 mail.info] text". */
static struct text
pass_over_marks(struct text text)
{
	struct text mark = TEXT_LITERAL("\xEF\xBB\xBF");
	size_t end;

	if (text_starts_with(text, mark))
		text = text_slice(text, mark.length, text.length);
	if (!text_starts_with(text, TEXT_LITERAL("[ID ")))
		return text;
	end = text_find(text, TEXT_LITERAL("] "));
	return end != TEXT_NONE ? text_slice(text, end + 2, text.length) : text;
}

enum header_result
header_parse_further(const struct header_formats *formats,
    struct header_memo *memo, struct text line, enum header_result result,
    struct header *header)
{
	if (result == HEADER_NOISE)
		return result;
	if (result == HEADER_NONE) {
		struct text rest = pass_over_container(line);

		*header = (struct header){ 0 };
		if (rest.length > 0
			? !parse_second(formats, memo, rest, header)
			: !parse_behind_name(formats, memo, line, header))
			return HEADER_NONE;
	}
	unwrap_relayed(formats, memo, header);
	header->text = pass_over_marks(header->text);
	return HEADER_FOUND;
}

const struct header_inner *
header_within(const struct header_formats *formats, struct text program)
{
	for (size_t i = 0; i < formats->inner.count; i++)
		if (globs_match(formats->inner.items[i].programs, program))
			return &formats->inner.items[i];
	return NULL;
}

bool
header_unwrap(const struct header_inner *inner, struct stamp_memo *memo,
    struct text *text, struct stamp *stamp)
{
	struct header header = { 0 };
	size_t length = 0;

	if (stamp_kind_of(*text) == inner->stamp)
		length = stamp_parse(inner->stamp, *text, memo, stamp);
	for (size_t i = 0; i < inner->layouts.count; i++) {
		const struct layout *layout = &inner->layouts.items[i];
		struct progress progress = { length, 0 };

		if (layout->has_time == (length > 0) &&
		    fit_layout(layout, *text, &progress, &header)) {
			*text = header.text;
			break;
		}
	}
	return length > 0 && header.text.data != NULL;
}
