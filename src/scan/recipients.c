#include "scan/recipients.h"

/* An item of the list and what is the address in it. */
struct item {
	size_t end;
	size_t address_start;
	size_t address_end;
};

/* The item at the start: it ends at a comma outside quotes, <> and ().  The
 * address is what stands in <>, else what stands before a (comment). */
static struct item
item_at(struct text rest)
{
	struct item item = { .address_end = TEXT_NONE };
	char closing = '\0';
	bool quoted = false;
	size_t at = 0;

	for (; at < rest.length; at++) {
		char byte = rest.data[at];

		if (quoted && byte == '\\') {
			at++;
		} else if (byte == '"' && closing != ')') {
			quoted = !quoted;
		} else if (quoted) {
			continue;
		} else if (closing != '\0') {
			if (byte == closing && closing == '>')
				item.address_end = at;
			if (byte == closing)
				closing = '\0';
		} else if (byte == '<') {
			closing = '>';
			item.address_start = at + 1;
		} else if (byte == '(' && at > 0 && rest.data[at - 1] == ' ') {
			closing = ')';
			if (item.address_end == TEXT_NONE)
				item.address_end = at - 1;
		} else if (byte == ',') {
			break;
		}
	}
	item.end = at < rest.length ? at : rest.length;
	if (item.address_end == TEXT_NONE)
		item.address_end = item.end;
	return item;
}

bool
recipients_next(struct text *rest, struct text *recipient)
{
	struct item item;

	if (rest->length == 0)
		return false;
	item = item_at(*rest);
	*recipient = text_slice(*rest, item.address_start, item.address_end);
	*rest = text_slice(*rest, item.end + 1, rest->length);
	return true;
}

static bool
is_octal(struct text text, size_t at)
{
	if (at + 3 > text.length)
		return false;
	for (size_t i = at; i < at + 3; i++)
		if (text.data[i] < '0' || text.data[i] > '7')
			return false;
	return text.data[at] <= '3';
}

struct text
decode_octal(struct text text, struct arena *arena)
{
	char *out;
	size_t length = 0;

	if (text_find_byte(text, '\\') == TEXT_NONE)
		return text;
	out = arena_allocate(arena, text.length);
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];

		if (byte == '\\' && is_octal(text, i + 1)) {
			byte = (char)((text.data[i + 1] - '0') * 64 +
			    (text.data[i + 2] - '0') * 8 +
			    (text.data[i + 3] - '0'));
			i += 3;
		} else if (byte == '\\' && i + 1 < text.length) {
			byte = text.data[++i];
		}
		out[length++] = byte;
	}
	return (struct text){ out, length };
}

struct text
decode_underscores(struct text text, struct arena *arena)
{
	char *out = arena_allocate(arena, text.length);

	for (size_t i = 0; i < text.length; i++)
		out[i] = text.data[i] == '_' ? ' ' : text.data[i];
	return (struct text){ out, text.length };
}
