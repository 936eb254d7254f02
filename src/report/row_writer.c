#include "report/row_writer.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/enhanced_code.h"
#include "report/cell_text.h"

/* Handed to the stream in pieces of at least this many bytes. */
#define PIECE ((size_t)128 << 10)

/* The longest that any cell but a text can become, with what is around it. */
#define CELL_MAXIMUM (sizeof(((struct row_writer *)NULL)->spare))

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
	for (unsigned i = 0; i < ROW_WRITER_DAYS; i++)
		writer->days[i].day = INT64_MIN;
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

/*
 * Room for `maximum` bytes at the end, that `keep` makes part of it; past the
 * buffer's maximum they go where nobody looks.
 */
static char *
find_room(struct row_writer *writer, size_t maximum)
{
	struct buffer *out = &writer->out;

	if (out->capacity - out->length <= maximum &&
	    !buffer_reserve(out, maximum))
		return writer->spare;
	return out->data + out->length;
}

static void
keep(struct row_writer *writer, const char *end)
{
	if (!writer->out.overflowed)
		writer->out.length = (size_t)(end - writer->out.data);
}

static void
begin_member(struct row_writer *writer)
{
	struct buffer *out = &writer->out;

	buffer_append_string(out, writer->column > 0 ? ",\"" : "{\"");
	buffer_append_string(out, writer->columns[writer->column].name);
	buffer_append(out, "\":", 2);
}

/*
 * Puts what stands before a cell of up to `maximum` bytes, a separator
 * included; returns where the cell goes.
 */
static inline char *
begin_cell(struct row_writer *writer, size_t maximum)
{
	size_t column = writer->column++;
	char *to;

	assert(column < writer->column_count);
	if (writer->format == FORMAT_NDJSON) {
		writer->column = column;
		begin_member(writer);
		writer->column++;
		return find_room(writer, maximum);
	}
	to = find_room(writer, maximum);
	if (column > 0)
		*to++ = writer->format == FORMAT_CSV ? ',' : '\t';
	return to;
}

static inline char *
begin_typed_cell(struct row_writer *writer, enum column_type type)
{
	char *to = begin_cell(writer, CELL_MAXIMUM);

	assert(writer->columns[writer->column - 1].type == type);
	(void)type;
	return to;
}

void
row_empty(struct row_writer *writer)
{
	char *to = begin_cell(writer, CELL_MAXIMUM);

	if (writer->format == FORMAT_NDJSON) {
		memcpy(to, "null", 4);
		to += 4;
	}
	keep(writer, to);
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

void
row_text(struct row_writer *writer, struct text text)
{
	struct cell_text_look look;
	char *to;

	if (text.length == 0) {
		row_empty(writer);
		return;
	}
	look = cell_text_look(text);
	to = begin_cell(writer, cell_text_room(text, look) + 1);
	assert(writer->columns[writer->column - 1].type == COLUMN_TEXT);
	if (!writer->out.overflowed)
		keep(writer,
		    cell_text_put(to, text, look, writer->format, writer->raw));
}

void
row_string(struct row_writer *writer, const char *string)
{
	row_text(writer, text_of(string));
}

static char *
put_number(char *to, uint64_t number)
{
	char reversed[20];
	size_t count = 0;

	/* As most of them are. */
	if (number < 10) {
		*to = (char)('0' + number);
		return to + 1;
	}
	do {
		reversed[count++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	while (count > 0)
		*to++ = reversed[--count];
	return to;
}

void
row_integer(struct row_writer *writer, uint64_t number)
{
	char *to = begin_typed_cell(writer, COLUMN_INTEGER);

	keep(writer, put_number(to, number));
}

/* `number` in units of 10^-places. */
static char *
put_decimal(char *to, uint64_t number, unsigned places)
{
	uint64_t unit = 1;

	for (unsigned i = 0; i < places; i++)
		unit *= 10;
	to = put_number(to, number / unit);
	*to++ = '.';
	for (number %= unit; unit > 1; number %= unit) {
		unit /= 10;
		*to++ = (char)('0' + number / unit);
	}
	return to;
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
	char *to = begin_typed_cell(writer, COLUMN_DECIMAL);

	keep(writer, put_decimal(to, number, 3));
}

void
row_mean(struct row_writer *writer, uint64_t numerator, uint64_t denominator)
{
	char *to;

	if (denominator == 0) {
		row_empty(writer);
		return;
	}
	to = begin_typed_cell(writer, COLUMN_DECIMAL);
	keep(writer, put_decimal(to, divide(numerator, denominator, 100), 2));
}

void
row_rate(struct row_writer *writer, uint64_t numerator, uint64_t denominator)
{
	char *to;

	if (denominator == 0) {
		row_empty(writer);
		return;
	}
	to = begin_typed_cell(writer, COLUMN_RATE);
	keep(writer,
	    put_decimal(to, divide(numerator, denominator, 1000000), 6));
}

static char *
put_two(char *to, unsigned number, char after)
{
	*to++ = (char)('0' + number / 10 % 10);
	*to++ = (char)('0' + number % 10);
	*to++ = after;
	return to;
}

/* Days of a table are few, so that the date of each is worked out once. */
static const struct row_writer_day *
find_day(struct row_writer *writer, int64_t number)
{
	struct row_writer_day *day =
	    &writer->days[(uint64_t)number % ROW_WRITER_DAYS];
	char *to = day->text;
	int year;
	int month;
	int date;

	if (day->day == number)
		return day;
	calendar_date(number, &year, &month, &date);
	*to++ = (char)('0' + year / 1000 % 10);
	*to++ = (char)('0' + year / 100 % 10);
	to = put_two(to, (unsigned)(year % 100), '-');
	to = put_two(to, (unsigned)month, '-');
	*to++ = (char)('0' + date / 10);
	*to = (char)('0' + date % 10);
	day->day = number;
	return day;
}

void
row_instant(struct row_writer *writer, int64_t instant)
{
	bool tsv = writer->format == FORMAT_TSV;
	const struct row_writer_day *day;
	int64_t seconds;
	unsigned second;
	char *to;

	if (instant == INSTANT_NONE) {
		row_empty(writer);
		return;
	}
	to = begin_typed_cell(writer, COLUMN_INSTANT);
	seconds = floor_divide(instant, 1000);
	day = find_day(writer, floor_divide(seconds, SECONDS_PER_DAY));
	second = (unsigned)(seconds - day->day * SECONDS_PER_DAY);
	if (writer->format == FORMAT_NDJSON)
		*to++ = '"';
	memcpy(to, day->text, sizeof(day->text));
	to += sizeof(day->text);
	*to++ = tsv ? ' ' : 'T';
	to = put_two(to, second / 3600, ':');
	to = put_two(to, second / 60 % 60, ':');
	to = put_two(to, second % 60, 'Z');
	if (tsv)
		to--;
	if (writer->format == FORMAT_NDJSON)
		*to++ = '"';
	keep(writer, to);
}

/* Codes are short words that need no quotes but JSON's. */
static char *
begin_code(struct row_writer *writer)
{
	char *to = begin_typed_cell(writer, COLUMN_CODE);

	if (writer->format == FORMAT_NDJSON)
		*to++ = '"';
	return to;
}

static void
end_code(struct row_writer *writer, char *to)
{
	if (writer->format == FORMAT_NDJSON)
		*to++ = '"';
	keep(writer, to);
}

void
row_enhanced_code(struct row_writer *writer, uint32_t code)
{
	char *to;

	if (code == 0) {
		row_empty(writer);
		return;
	}
	to = begin_code(writer);
	to = put_number(to, code / 1000000);
	*to++ = '.';
	to = put_number(to, code / 1000 % 1000);
	*to++ = '.';
	to = put_number(to, code % 1000);
	end_code(writer, to);
}

void
row_reply_code(struct row_writer *writer, unsigned code)
{
	if (code == 0) {
		row_empty(writer);
		return;
	}
	end_code(writer, put_number(begin_code(writer), code));
}
