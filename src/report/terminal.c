#include "report/terminal.h"

#include <string.h>

#include "report/utf8.h"

#define COLUMNS_LEAST 40

static uint32_t
code_point(struct text text, size_t at, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)text.data + at;
	uint32_t point = bytes[0];

	if (length > 1)
		point &= 0xffU >> (length + 1);
	for (size_t i = 1; i < length; i++)
		point = point << 6 | (bytes[i] & 0x3f);
	return point;
}

/* Controls, marks and overrides of direction, separators of lines. */
static bool
is_printable(uint32_t point)
{
	if (point < 0x20 || (point >= 0x7f && point < 0xa0))
		return false;
	if (point == 0x061c || (point >= 0x200b && point <= 0x200f))
		return false;
	if ((point >= 0x2028 && point <= 0x202e) ||
	    (point >= 0x2060 && point <= 0x206f))
		return false;
	return point != 0xfeff;
}

/*
 * Characters two columns wide: the blocks that are Wide or Fullwidth as a
 * whole, or nearly so, in Unicode's EastAsianWidth.txt.  A mark that combines
 * counts as a column, so that no number of them makes a cell endless.
 */
static size_t
columns_of(uint32_t point)
{
	static const uint32_t wide[][2] = {
		{ 0x1100, 0x115f }, /* Hangul Jamo, initial */
		{ 0x2e80, 0x303e }, /* radicals, punctuation */
		{ 0x3041, 0x4dbf }, /* kana, Bopomofo, Han A */
		{ 0x4e00, 0xa4cf }, /* Han, Yi */
		{ 0xa960, 0xa97f }, /* Hangul Jamo A */
		{ 0xac00, 0xd7a3 }, /* Hangul */
		{ 0xf900, 0xfaff }, /* Han, compatibility */
		{ 0xfe30, 0xfe6f }, /* forms, compatibility */
		{ 0xff01, 0xff60 }, /* Fullwidth forms */
		{ 0xffe0, 0xffe6 }, { 0x17000, 0x18cff }, /* Tangut */
		{ 0x1b000, 0x1b2ff }, /* kana, Nushu */
		{ 0x1f300, 0x1f64f }, /* pictures */
		{ 0x1f680, 0x1f6ff }, { 0x1f900, 0x1faff },
		{ 0x20000, 0x3fffd }, /* Han B and later */
	};

	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (point <= wide[i][1])
			return point >= wide[i][0] ? 2 : 1;
	return 1;
}

/* Bytes of the character at `at` that may be shown as it is; 0 = none. */
static size_t
shown_length(struct text text, size_t at, bool utf8)
{
	size_t length = utf8_length(text, at);

	if (length == 0 || (length > 1 && !utf8) ||
	    !is_printable(code_point(text, at, length)))
		return 0;
	return length;
}

void
buffer_append_printable(
    struct buffer *out, struct text text, size_t columns, bool utf8)
{
	size_t used = 0;
	size_t cut = out->length; /* where "..." would go */
	size_t at = 0;

	while (at < text.length) {
		size_t length = shown_length(text, at, utf8);
		size_t width =
		    length > 0 ? columns_of(code_point(text, at, length)) : 4;

		if (columns > 0 && used + width > columns) {
			out->length = cut;
			buffer_append_string(out, "...");
			return;
		}
		if (length > 0)
			buffer_append(out, text.data + at, length);
		else
			buffer_append_format(out, "\\x%02X",
			    (unsigned)(unsigned char)text.data[at]);
		used += width;
		at += length > 0 ? length : 1;
		if (used + 3 <= columns)
			cut = out->length;
	}
}

size_t
printable_columns(struct text text)
{
	size_t columns = 0;

	for (size_t at = 0; at < text.length;) {
		size_t length = utf8_length(text, at);

		if (length == 0)
			length = 1;
		columns += columns_of(code_point(text, at, length));
		at += length;
	}
	return columns;
}

static void
append_unit(struct buffer *out, uint64_t number, const char *unit)
{
	if (number == 0)
		return;
	if (out->length > 0 && byte_is_alnum(out->data[out->length - 1]))
		buffer_append_byte(out, NO_BREAK);
	buffer_append_number(out, number);
	buffer_append_byte(out, NO_BREAK);
	buffer_append_string(out, unit);
}

/* A day is 24 h, as schedules have it; two days are days. */
void
buffer_append_duration(struct buffer *out, uint64_t seconds)
{
	if (seconds < 60) {
		buffer_append_format(out, "%u%cs", (unsigned)seconds, NO_BREAK);
	} else if (seconds < 2 * SECONDS_PER_DAY) {
		append_unit(out, seconds / 3600, "h");
		append_unit(out, seconds / 60 % 60, "min");
	} else {
		append_unit(out, seconds / SECONDS_PER_DAY, "d");
		append_unit(out, seconds / 3600 % 24, "h");
	}
}

void
buffer_append_short_duration(struct buffer *out, uint64_t seconds)
{
	unsigned minutes = (unsigned)(seconds / 60 % 60);
	unsigned hours = (unsigned)(seconds / 3600 % 24);
	unsigned days = (unsigned)(seconds / SECONDS_PER_DAY);

	if (seconds < 60)
		buffer_append_format(out, "%us", (unsigned)seconds);
	else if (seconds < 3600)
		buffer_append_format(out, "%um", minutes);
	else if (days == 0 && minutes == 0)
		buffer_append_format(out, "%uh", hours);
	else if (days == 0)
		buffer_append_format(out, "%uh%02um", hours, minutes);
	else if (hours == 0)
		buffer_append_format(out, "%ud", days);
	else
		buffer_append_format(out, "%ud%uh", days, hours);
}

void
buffer_append_percent(
    struct buffer *out, uint64_t numerator, uint64_t denominator)
{
	if (denominator == 0)
		buffer_append_byte(out, '-');
	else
		buffer_append_format(out, "%.2f%c%%",
		    100.0 * (double)numerator / (double)denominator, NO_BREAK);
}

void
buffer_append_time(struct buffer *out, int64_t instant)
{
	struct calendar_time time;

	if (instant == INSTANT_NONE) {
		buffer_append_byte(out, '-');
		return;
	}
	time = calendar_from_seconds(floor_divide(instant, 1000));
	buffer_append_format(out, "%04d-%02d-%02d %02d:%02dZ", time.year,
	    time.month, time.day, time.hour, time.minute);
}

void
buffer_append_count(struct buffer *out, uint64_t count, const char *singular,
    const char *plural)
{
	buffer_append_number(out, count);
	buffer_append_byte(out, ' ');
	buffer_append_string(out, count == 1 ? singular : plural);
}

void
terminal_heading(struct terminal *terminal, const char *title)
{
	buffer_append_format(terminal->out, "\n%s%s%s\n\n",
	    terminal->color ? "\033[1m" : "", title,
	    terminal->color ? "\033[0m" : "");
}

static void
append_blanks(struct buffer *out, size_t count)
{
	while (count-- > 0)
		buffer_append_byte(out, ' ');
}

void
terminal_paragraph(struct terminal *terminal, const char *first,
    unsigned indent, struct text text)
{
	size_t columns = terminal->columns > COLUMNS_LEAST ? terminal->columns
							   : COLUMNS_LEAST;
	size_t used = printable_columns(text_of(first));
	bool fresh = true;
	struct text word;

	buffer_append_string(terminal->out, first);
	while (text_next_word(&text, &word)) {
		size_t width = printable_columns(word);

		if (!fresh && used + 1 + width > columns) {
			buffer_append_byte(terminal->out, '\n');
			append_blanks(terminal->out, indent);
			used = indent;
			fresh = true;
		}
		if (!fresh) {
			buffer_append_byte(terminal->out, ' ');
			used++;
		}
		for (size_t i = 0; i < word.length; i++)
			buffer_append_byte(terminal->out,
			    word.data[i] == NO_BREAK ? ' ' : word.data[i]);
		used += width;
		fresh = false;
	}
	buffer_append_byte(terminal->out, '\n');
}

void
terminal_print(struct terminal *terminal, const char *first, unsigned indent,
    const char *format, ...)
{
	struct buffer text;
	va_list arguments;

	buffer_init(&text, 0);
	va_start(arguments, format);
	buffer_append_format_list(&text, format, arguments);
	va_end(arguments);
	terminal_paragraph(terminal, first, indent, buffer_text(&text));
	buffer_release(&text);
}
