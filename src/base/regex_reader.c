#include "base/regex_reader.h"

bool
regex_at_byte(const struct regex_reader *reader, char byte)
{
	return reader->at < reader->source.length &&
	    reader->source.data[reader->at] == byte;
}

bool
regex_at_branch_end(const struct regex_reader *reader)
{
	return reader->failed || reader->at >= reader->source.length ||
	    regex_at_byte(reader, '|') || regex_at_byte(reader, ')');
}

char
regex_next(struct regex_reader *reader)
{
	if (reader->at < reader->source.length)
		return reader->source.data[reader->at++];
	reader->failed = true;
	return '\0';
}

bool
regex_skip(struct regex_reader *reader, const char *string)
{
	size_t at = reader->at;

	for (; *string != '\0'; string++, at++)
		if (at >= reader->source.length ||
		    reader->source.data[at] != *string)
			return false;
	reader->at = at;
	return true;
}

static int
hexadecimal(char byte)
{
	char lower = byte_lower(byte);

	if (byte_is_digit(byte))
		return byte - '0';
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

char
regex_read_hexadecimal(struct regex_reader *reader)
{
	int high = hexadecimal(regex_next(reader));
	int low = hexadecimal(regex_next(reader));

	if (high < 0 || low < 0)
		reader->failed = true;
	return (char)(high * 16 + low);
}

/* The bytes of a class escape (\d, \S, ...); false when `letter` is none. */
static bool
add_class(bool bytes[256], char letter)
{
	char kind = byte_lower(letter);

	if (kind != 'd' && kind != 's' && kind != 'w')
		return false;
	for (int i = 0; i < 256; i++) {
		char byte = (char)i;
		bool is_in = kind == 'd' ? byte_is_digit(byte)
		    : kind == 'w'
		    ? byte_is_alnum(byte) || byte == '_'
		    : byte == ' ' || (byte >= '\t' && byte <= '\r');

		if (is_in == (letter == kind))
			bytes[i] = true;
	}
	return true;
}

/* A byte of a class; true with *byte when it may begin a range. */
static bool
read_class_byte(struct regex_reader *reader, bool *bytes, char *byte)
{
	*byte = regex_next(reader);
	if (*byte == '[' &&
	    (regex_at_byte(reader, ':') || regex_at_byte(reader, '.') ||
		regex_at_byte(reader, '=')))
		reader->failed = true;
	if (*byte != '\\')
		return true;
	*byte = regex_next(reader);
	if (*byte == 'x') {
		*byte = regex_read_hexadecimal(reader);
		return true;
	}
	if (!byte_is_alnum(*byte))
		return true;
	if (!add_class(bytes, *byte))
		reader->failed = true;
	return false;
}

static void
read_class_items(struct regex_reader *reader, bool *bytes)
{
	bool is_first = true;

	while (!reader->failed && (is_first || !regex_at_byte(reader, ']'))) {
		char low;
		char high;

		is_first = false;
		if (!read_class_byte(reader, bytes, &low))
			continue;
		high = low;
		if (regex_at_byte(reader, '-') &&
		    reader->at + 1 < reader->source.length &&
		    reader->source.data[reader->at + 1] != ']') {
			reader->at++;
			if (!read_class_byte(reader, bytes, &high))
				reader->failed = true;
		}
		for (int i = (unsigned char)low; i <= (unsigned char)high; i++)
			bytes[i] = true;
	}
	reader->at++;
}

void
regex_read_class(struct regex_reader *reader, bool caseless, bool bytes[256])
{
	bool is_negated = regex_skip(reader, "^");

	memset(bytes, 0, 256 * sizeof(*bytes));
	read_class_items(reader, bytes);
	for (int i = 'a'; caseless && i <= 'z'; i++) {
		int upper = i - 'a' + 'A';

		bytes[i] = bytes[upper] = bytes[i] || bytes[upper];
	}
	for (int i = 0; is_negated && i < 256; i++)
		bytes[i] = !bytes[i];
}

/* "{2,3}" at the reader; false when the brace is an ordinary byte. */
static bool
read_braces(struct regex_reader *reader, struct regex_count *count)
{
	struct text rest =
	    text_slice(reader->source, reader->at + 1, reader->source.length);
	size_t end = text_find_byte(rest, '}');
	struct text inside = text_slice(rest, 0, end);
	size_t comma = text_find_byte(inside, ',');
	uint64_t low;
	uint64_t high = REGEX_ANY;

	if (end == TEXT_NONE ||
	    !text_parse_number(text_slice(inside, 0, comma), 65535, &low))
		return false;
	if (comma == TEXT_NONE)
		high = low;
	else if (comma + 1 < inside.length &&
	    !text_parse_number(
		text_slice(inside, comma + 1, inside.length), 65535, &high))
		return false;
	count->least = (size_t)low;
	count->most = (size_t)high;
	reader->at += end + 2;
	return true;
}

bool
regex_read_count(struct regex_reader *reader, struct regex_count *count)
{
	*count = (struct regex_count){ .least = 1, .most = REGEX_ANY };
	if (regex_skip(reader, "?")) {
		count->least = 0;
		count->most = 1;
	} else if (regex_skip(reader, "*")) {
		count->least = 0;
	} else if (!regex_skip(reader, "+") &&
	    !(regex_at_byte(reader, '{') && read_braces(reader, count))) {
		count->most = 1;
		return false;
	}
	if (count->most == 0)
		reader->failed = true;
	if (!regex_skip(reader, "?"))
		count->is_possessive = regex_skip(reader, "+");
	return true;
}

static bool
is_special(char byte)
{
	return byte == '\0' || strchr("\\[](){}.^$|?*+", byte) != NULL;
}

struct text
regex_read_plain(struct regex_reader *reader, size_t most)
{
	struct text rest =
	    text_slice(reader->source, reader->at, reader->source.length);
	size_t length = 0;

	while (length < rest.length && !is_special(rest.data[length]))
		length++;
	/* What comes next may say how often the last byte does. */
	if (length > 0 && length < rest.length)
		length--;
	if (length > most)
		length = most;
	reader->at += length;
	return text_slice(rest, 0, length);
}
