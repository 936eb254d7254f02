#include "scan/csv_line.h"

#include <string.h>

/* The longest first field that csv_line_first looks for. */
#define FIRST_LONGEST 16

struct text
csv_line_first(struct text line)
{
	struct text start = text_slice(line, 0, FIRST_LONGEST + 3);
	size_t comma = text_find_byte(start, ',');

	if (comma == TEXT_NONE)
		return (struct text){ 0 };
	start = text_slice(start, 0, comma);
	if (start.length > 1 && start.data[0] == '"' &&
	    start.data[start.length - 1] == '"')
		start = text_slice(start, 1, start.length - 1);
	return start;
}

/* What `field` holds between its quotes, each "" being one quote. */
static struct text
unescape(struct text field, struct arena *arena)
{
	char *copy = arena_allocate(arena, field.length);
	size_t length = 0;

	for (size_t i = 0; i < field.length; i++) {
		copy[length++] = field.data[i];
		i += field.data[i] == '"';
	}
	return (struct text){ copy, length };
}

/* The field at the start of *rest; what follows it, from the comma on, stays
 * there. */
static bool
take_field(struct text *rest, struct text *field, struct arena *arena)
{
	size_t end = 1;
	bool escaped = false;

	if (rest->length == 0 || rest->data[0] != '"') {
		size_t comma = text_find_byte(*rest, ',');

		end = comma == TEXT_NONE ? rest->length : comma;
		*field = (struct text){ rest->data, end };
		*rest = (struct text){ rest->data + end, rest->length - end };
		return true;
	}
	for (;; end += 2) {
		size_t quote =
		    text_find_byte(text_slice(*rest, end, rest->length), '"');

		if (quote == TEXT_NONE)
			return false;
		end += quote;
		if (end + 1 == rest->length || rest->data[end + 1] != '"')
			break;
		escaped = true;
	}
	*field = (struct text){ rest->data + 1, end - 1 };
	if (escaped)
		*field = unescape(*field, arena);
	*rest = (struct text){ rest->data + end + 1, rest->length - end - 1 };
	return rest->length == 0 || rest->data[0] == ',';
}

/* The position behind the field's closing quote; TEXT_NONE if it has none. */
static size_t
skip_quoted(struct text line, size_t at)
{
	for (; at < line.length; at++) {
		if (line.data[at] != '"')
			continue;
		if (at + 1 == line.length || line.data[at + 1] != '"')
			return at + 1;
		at++;
	}
	return TEXT_NONE;
}

enum csv_line_end
csv_line_end(struct text line, bool in_quotes)
{
	for (size_t at = 0; in_quotes || at < line.length;) {
		if (!in_quotes && line.data[at] != '"') {
			const char *comma =
			    memchr(line.data + at, ',', line.length - at);

			if (comma == NULL)
				return CSV_LINE_CLOSED;
			at = (size_t)(comma - line.data) + 1;
			continue;
		}
		at = skip_quoted(line, in_quotes ? at : at + 1);
		if (at == TEXT_NONE)
			return CSV_LINE_OPEN;
		if (at < line.length && line.data[at] != ',')
			return CSV_LINE_BROKEN;
		in_quotes = false;
		at++;
	}
	return CSV_LINE_CLOSED;
}

bool
csv_line_split(
    struct text line, struct text *fields, size_t *count, struct arena *arena)
{
	if (memchr(line.data, '\0', line.length) != NULL)
		return false;
	for (*count = 0; *count < CSV_LINE_FIELDS;) {
		if (!take_field(&line, &fields[(*count)++], arena))
			return false;
		if (line.length == 0)
			return true;
		line = (struct text){ line.data + 1, line.length - 1 };
	}
	return false;
}
