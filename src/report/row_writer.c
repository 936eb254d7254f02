#include "report/row_writer.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/enhanced_code.h"
#include "report/utf8.h"

/* Handed to the stream in pieces of at least this many bytes. */
#define PIECE ((size_t)128 << 10)

/* The longest that one byte of a text can become. */
#define BYTE_MAXIMUM 8

static const char digits[] = "0123456789abcdef";
static const char upper_digits[] = "0123456789ABCDEF";

void
row_writer_init(struct row_writer *writer, enum settings_format format,
    const struct column *columns, size_t column_count, FILE *stream, bool raw)
{
	*writer = (struct row_writer){ 0 };
	writer->format = format;
	writer->raw = raw;
	writer->columns = columns;
	writer->column_count = column_count;
	writer->stream = stream;
	writer->day = INT64_MIN;
	buffer_init(&writer->out, 0);
}

void
row_writer_release(struct row_writer *writer)
{
	buffer_release(&writer->out);
}

static void
hand_over(struct row_writer *writer)
{
	size_t length = writer->out.length;

	if (writer->stream == NULL)
		return;
	errno = 0;
	if (!writer->failed &&
	    fwrite(writer->out.data, 1, length, writer->stream) != length) {
		writer->failed = true;
		writer->error = errno;
	}
	buffer_clear(&writer->out);
}

bool
row_writer_flush(struct row_writer *writer)
{
	if (writer->out.length > 0)
		hand_over(writer);
	if (writer->stream != NULL && !writer->failed &&
	    fflush(writer->stream) != 0) {
		writer->failed = true;
		writer->error = errno;
	}
	return !writer->failed && !writer->out.overflowed;
}

void
row_writer_header(struct row_writer *writer)
{
	if (writer->format != FORMAT_CSV)
		return;
	for (size_t i = 0; i < writer->column_count; i++) {
		if (i > 0)
			buffer_append_byte(&writer->out, ',');
		buffer_append_string(&writer->out, writer->columns[i].name);
	}
	buffer_append_byte(&writer->out, '\n');
}

/* What stands before a cell; the cell's column is of one of two types. */
static void
begin_cell(struct row_writer *writer)
{
	assert(writer->column < writer->column_count);
	if (writer->format == FORMAT_NDJSON) {
		buffer_append_string(
		    &writer->out, writer->column > 0 ? ",\"" : "{\"");
		buffer_append_string(
		    &writer->out, writer->columns[writer->column].name);
		buffer_append(&writer->out, "\":", 2);
	} else if (writer->column > 0) {
		buffer_append_byte(
		    &writer->out, writer->format == FORMAT_CSV ? ',' : '\t');
	}
	writer->column++;
}

static void
begin_typed_cell(struct row_writer *writer, enum column_type type)
{
	begin_cell(writer);
	assert(writer->columns[writer->column - 1].type == type);
	(void)type;
}

void
row_empty(struct row_writer *writer)
{
	begin_cell(writer);
	if (writer->format == FORMAT_NDJSON)
		buffer_append(&writer->out, "null", 4);
}

void
row_end(struct row_writer *writer)
{
	assert(writer->column == writer->column_count);
	writer->column = 0;
	if (writer->format == FORMAT_NDJSON)
		buffer_append_byte(&writer->out, '}');
	buffer_append_byte(&writer->out, '\n');
	if (writer->out.length >= PIECE)
		hand_over(writer);
}

static char *
put_hex(char *to, unsigned char byte)
{
	*to++ = '\\';
	*to++ = 'x';
	*to++ = upper_digits[byte >> 4];
	*to++ = upper_digits[byte & 15];
	return to;
}

static char *
put_tsv_control(char *to, unsigned char byte)
{
	switch (byte) {
	case '\t':
		return memcpy(to, "\\t", 2), to + 2;
	case '\n':
		return memcpy(to, "\\n", 2), to + 2;
	case '\r':
		return memcpy(to, "\\r", 2), to + 2;
	}
	return put_hex(to, byte);
}

static char *
put_json_control(char *to, unsigned char byte)
{
	memcpy(to, "\\u00", 4);
	to[4] = digits[byte >> 4];
	to[5] = digits[byte & 15];
	return to + 6;
}

/* A control character: C0, DEL or (given by its second byte) C1. */
static char *
put_control(const struct row_writer *writer, char *to, unsigned char byte)
{
	switch (writer->format) {
	case FORMAT_CSV:
		if (byte == '\t') {
			*to++ = '\t';
			return to;
		}
		return put_hex(to, byte);
	case FORMAT_TSV:
		return put_tsv_control(to, byte);
	case FORMAT_NDJSON:
		return put_json_control(to, byte);
	}
	return to;
}

/* Printable ASCII that the format gives a meaning to. */
static char *
put_ascii(const struct row_writer *writer, char *to, char byte)
{
	if (writer->format == FORMAT_CSV) {
		if (byte == '"')
			*to++ = '"';
	} else if (byte == '\\' ||
	    (byte == '"' && writer->format == FORMAT_NDJSON)) {
		*to++ = '\\';
	}
	*to++ = byte;
	return to;
}

static char *
put_text(const struct row_writer *writer, char *to, struct text text)
{
	size_t at = 0;

	while (at < text.length) {
		unsigned char byte = (unsigned char)text.data[at];
		size_t length = utf8_length(text, at);

		if (length == 0) {
			to = utf8_put_replacement(to);
			at++;
		} else if (byte < 0x20 || byte == 0x7f) {
			to = put_control(writer, to, byte);
			at++;
		} else if (length == 1) {
			to = put_ascii(writer, to, text.data[at++]);
		} else if (byte == 0xc2 &&
		    (unsigned char)text.data[at + 1] < 0xa0) {
			to = put_control(
			    writer, to, (unsigned char)text.data[at + 1]);
			at += 2;
		} else {
			memcpy(to, text.data + at, length);
			to += length;
			at += length;
		}
	}
	return to;
}

/* Needs no look at its single characters. */
static bool
is_plain(struct text text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];

		if (byte < 0x20 || byte >= 0x7f || byte == '"' || byte == '\\')
			return false;
	}
	return true;
}

/* What a spreadsheet would take for a formula. */
static bool
is_formula(const struct row_writer *writer, struct text text)
{
	if (writer->format != FORMAT_CSV || writer->raw)
		return false;
	return memchr("=+-@\t\r", text.data[0], 6) != NULL;
}

static bool
needs_quotes(const struct row_writer *writer, struct text text)
{
	switch (writer->format) {
	case FORMAT_CSV:
		return memchr(text.data, ',', text.length) != NULL ||
		    memchr(text.data, '"', text.length) != NULL;
	case FORMAT_TSV:
		return false;
	case FORMAT_NDJSON:
		return true;
	}
	return false;
}

static void
put_cell(struct row_writer *writer, struct text text)
{
	bool plain = is_plain(text);
	size_t worst = plain ? 1 : BYTE_MAXIMUM;
	bool quoted = needs_quotes(writer, text);
	char *start;
	char *to;

	if (text.length > SIZE_MAX / BYTE_MAXIMUM - 3 ||
	    !buffer_reserve(&writer->out, text.length * worst + 3))
		return;
	start = writer->out.data + writer->out.length;
	to = start;
	if (quoted)
		*to++ = '"';
	if (is_formula(writer, text))
		*to++ = '\'';
	if (plain) {
		memcpy(to, text.data, text.length);
		to += text.length;
	} else {
		to = put_text(writer, to, text);
	}
	if (quoted)
		*to++ = '"';
	writer->out.length += (size_t)(to - start);
}

void
row_text(struct row_writer *writer, struct text text)
{
	if (text.length == 0) {
		row_empty(writer);
		return;
	}
	begin_typed_cell(writer, COLUMN_TEXT);
	put_cell(writer, text);
}

void
row_string(struct row_writer *writer, const char *string)
{
	row_text(writer, text_of(string));
}

void
row_integer(struct row_writer *writer, uint64_t number)
{
	begin_typed_cell(writer, COLUMN_INTEGER);
	buffer_append_number(&writer->out, number);
}

/* `number` in units of 10^-places. */
static void
put_decimal(struct row_writer *writer, uint64_t number, unsigned places)
{
	char fraction[8];
	uint64_t unit = 1;

	assert(places < sizeof(fraction));
	for (unsigned i = 0; i < places; i++)
		unit *= 10;
	buffer_append_number(&writer->out, number / unit);
	fraction[0] = '.';
	number %= unit;
	for (unsigned i = places; i > 0; i--) {
		fraction[i] = (char)('0' + number % 10);
		number /= 10;
	}
	buffer_append(&writer->out, fraction, places + 1);
}

/* The quotient in units of 1/unit, ties to even, as printf does it. */
static uint64_t
divide(uint64_t numerator, uint64_t denominator, uint64_t unit)
{
	uint64_t whole = numerator / denominator * unit;
	uint64_t rest = numerator % denominator;
	uint64_t part;

	while (rest > UINT64_MAX / unit) {
		rest /= 2;
		denominator /= 2;
	}
	part = rest * unit / denominator;
	rest = rest * unit % denominator;
	if (rest > denominator - rest ||
	    (rest == denominator - rest && (whole + part) % 2 == 1))
		part++;
	return whole + part;
}

void
row_thousandths(struct row_writer *writer, uint64_t number)
{
	begin_typed_cell(writer, COLUMN_DECIMAL);
	put_decimal(writer, number, 3);
}

void
row_mean(struct row_writer *writer, uint64_t numerator, uint64_t denominator)
{
	if (denominator == 0) {
		row_empty(writer);
		return;
	}
	begin_typed_cell(writer, COLUMN_DECIMAL);
	put_decimal(writer, divide(numerator, denominator, 100), 2);
}

void
row_rate(struct row_writer *writer, uint64_t numerator, uint64_t denominator)
{
	if (denominator == 0) {
		row_empty(writer);
		return;
	}
	begin_typed_cell(writer, COLUMN_RATE);
	put_decimal(writer, divide(numerator, denominator, 1000000), 6);
}

static char *
put_two(char *to, unsigned number, char after)
{
	*to++ = (char)('0' + number / 10 % 10);
	*to++ = (char)('0' + number % 10);
	*to++ = after;
	return to;
}

/* Rows come by time, so that a date is worked out once a day. */
static void
find_day(struct row_writer *writer, int64_t day)
{
	int year;
	int month;
	int date;
	char *to = writer->day_text;

	if (writer->day == day)
		return;
	calendar_date(day, &year, &month, &date);
	*to++ = (char)('0' + year / 1000 % 10);
	*to++ = (char)('0' + year / 100 % 10);
	to = put_two(to, (unsigned)(year % 100), '-');
	to = put_two(to, (unsigned)month, '-');
	*to++ = (char)('0' + date / 10);
	*to = (char)('0' + date % 10);
	writer->day = day;
}

void
row_instant(struct row_writer *writer, int64_t instant)
{
	bool tsv = writer->format == FORMAT_TSV;
	char cell[24];
	char *to = cell;
	int64_t seconds;
	unsigned second;

	if (instant == INSTANT_NONE) {
		row_empty(writer);
		return;
	}
	begin_typed_cell(writer, COLUMN_INSTANT);
	seconds = floor_divide(instant, 1000);
	find_day(writer, floor_divide(seconds, SECONDS_PER_DAY));
	second = (unsigned)(seconds - writer->day * SECONDS_PER_DAY);
	if (writer->format == FORMAT_NDJSON)
		*to++ = '"';
	memcpy(to, writer->day_text, sizeof(writer->day_text));
	to += sizeof(writer->day_text);
	*to++ = tsv ? ' ' : 'T';
	to = put_two(to, second / 3600, ':');
	to = put_two(to, second / 60 % 60, ':');
	to = put_two(to, second % 60, 'Z');
	if (tsv)
		to--;
	if (writer->format == FORMAT_NDJSON)
		*to++ = '"';
	buffer_append(&writer->out, cell, (size_t)(to - cell));
}

/* Codes are short words that need no quotes but JSON's. */
static void
begin_code(struct row_writer *writer)
{
	begin_typed_cell(writer, COLUMN_CODE);
	if (writer->format == FORMAT_NDJSON)
		buffer_append_byte(&writer->out, '"');
}

static void
end_code(struct row_writer *writer)
{
	if (writer->format == FORMAT_NDJSON)
		buffer_append_byte(&writer->out, '"');
}

void
row_enhanced_code(struct row_writer *writer, uint32_t code)
{
	if (code == 0) {
		row_empty(writer);
		return;
	}
	begin_code(writer);
	buffer_append_number(&writer->out, code / 1000000);
	buffer_append_byte(&writer->out, '.');
	buffer_append_number(&writer->out, code / 1000 % 1000);
	buffer_append_byte(&writer->out, '.');
	buffer_append_number(&writer->out, code % 1000);
	end_code(writer);
}

void
row_reply_code(struct row_writer *writer, unsigned code)
{
	if (code == 0) {
		row_empty(writer);
		return;
	}
	begin_code(writer);
	buffer_append_number(&writer->out, code);
	end_code(writer);
}
