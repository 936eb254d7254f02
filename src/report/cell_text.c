#include "report/cell_text.h"

#include <string.h>

#include "report/utf8.h"

/* The longest that one byte can become. */
#define BYTE_MAXIMUM 8

/* Two quotes and the guard. */
#define AROUND_MAXIMUM 3

static const char digits[] = "0123456789abcdef";
static const char upper_digits[] = "0123456789ABCDEF";

/* --- what the bytes ask for --- */

/* The same byte eight times. */
static uint64_t
all_bytes(unsigned char byte)
{
	return UINT64_C(0x0101010101010101) * byte;
}

/* The top bit of a byte is set where it is `byte`, or had its top bit set. */
static inline uint64_t
mark(uint64_t bytes, unsigned char byte)
{
	return (bytes ^ all_bytes(byte)) - all_bytes(1);
}

/*
 * Of eight bytes without a top bit, taking 0x20 sets that of control
 * characters, and adding 1 that of DEL.  What is carried from byte to byte
 * goes out from one that is marked itself.
 */
static inline void
look_at_word(struct cell_text_look *look, uint64_t bytes)
{
	uint64_t marks = (bytes - all_bytes(0x20)) | (bytes + all_bytes(1)) |
	    mark(bytes, '"') | mark(bytes, '\\');

	look->special |= (marks | bytes) & all_bytes(0x80);
	look->comma |= mark(bytes, ',') & ~bytes & all_bytes(0x80);
}

struct cell_text_look
cell_text_look(struct text text)
{
	struct cell_text_look look = { 0, 0 };
	size_t at = 0;

	if (text.length < 8) {
		/* Of less than four bytes five are zero: made letters. */
		look_at_word(&look,
		    bytes_few(text.data, text.length) |
			(text.length < 4 ? all_bytes('a') << 24 : 0));
		return look;
	}
	for (; at + 8 < text.length; at += 8)
		look_at_word(&look, bytes_word(text.data + at));
	look_at_word(&look, bytes_word(text.data + text.length - 8));
	return look;
}

size_t
cell_text_room(struct text text, struct cell_text_look look)
{
	if (look.special == 0)
		return text.length + AROUND_MAXIMUM;
	if (text.length > SIZE_MAX / 2 / BYTE_MAXIMUM)
		return SIZE_MAX / 2;
	return text.length * BYTE_MAXIMUM + AROUND_MAXIMUM;
}

/* --- single characters --- */

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
put_control(char *to, unsigned char byte, enum settings_format format)
{
	switch (format) {
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
put_ascii(char *to, char byte, enum settings_format format)
{
	if (format == FORMAT_CSV) {
		if (byte == '"')
			*to++ = '"';
	} else if (byte == '\\' || (byte == '"' && format == FORMAT_NDJSON)) {
		*to++ = '\\';
	}
	*to++ = byte;
	return to;
}

static char *
put_text(char *to, struct text text, enum settings_format format)
{
	size_t at = 0;

	while (at < text.length) {
		unsigned char byte = (unsigned char)text.data[at];
		size_t length = utf8_length(text, at);

		if (length == 0) {
			to = utf8_put_replacement(to);
			at++;
		} else if (byte < 0x20 || byte == 0x7f) {
			to = put_control(to, byte, format);
			at++;
		} else if (length == 1) {
			to = put_ascii(to, text.data[at++], format);
		} else if (byte == 0xc2 &&
		    (unsigned char)text.data[at + 1] < 0xa0) {
			to = put_control(
			    to, (unsigned char)text.data[at + 1], format);
			at += 2;
		} else {
			memcpy(to, text.data + at, length);
			to += length;
			at += length;
		}
	}
	return to;
}

/* --- the cell --- */

/* What a spreadsheet would take for a formula. */
static bool
is_formula(struct text text)
{
	switch (text.data[0]) {
	case '=':
	case '+':
	case '-':
	case '@':
	case '\t':
	case '\r':
		return true;
	}
	return false;
}

static bool
needs_quotes(
    struct text text, struct cell_text_look look, enum settings_format format)
{
	switch (format) {
	case FORMAT_CSV:
		return look.comma != 0 ||
		    (look.special != 0 &&
			memchr(text.data, '"', text.length) != NULL);
	case FORMAT_TSV:
		return false;
	case FORMAT_NDJSON:
		return true;
	}
	return false;
}

char *
cell_text_put(char *to, struct text text, struct cell_text_look look,
    enum settings_format format, bool raw)
{
	bool quoted = needs_quotes(text, look, format);

	if (quoted)
		*to++ = '"';
	if (format == FORMAT_CSV && !raw && is_formula(text))
		*to++ = '\'';
	if (look.special == 0) {
		memcpy(to, text.data, text.length);
		to += text.length;
	} else {
		to = put_text(to, text, format);
	}
	if (quoted)
		*to++ = '"';
	return to;
}
