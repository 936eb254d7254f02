#include "scan/recipients.h"

/* Where the address at the start ends: at a comma outside quotes and <>. */
static size_t
address_end(struct text rest)
{
	bool quoted = false;
	bool bracketed = false;
	size_t at = 0;

	for (; at < rest.length; at++) {
		char byte = rest.data[at];

		if (quoted && byte == '\\')
			at++;
		else if (byte == '"')
			quoted = !quoted;
		else if (!quoted && byte == '<')
			bracketed = true;
		else if (!quoted && byte == '>')
			bracketed = false;
		else if (!quoted && !bracketed && byte == ',')
			return at;
	}
	return rest.length;
}

bool
recipients_next(struct text *rest, struct text *recipient)
{
	size_t end;

	if (rest->length == 0)
		return false;
	end = address_end(*rest);
	*recipient = text_slice(*rest, 0, end);
	*rest = text_slice(*rest, end + 1, rest->length);
	if (recipient->length >= 2 && recipient->data[0] == '<' &&
	    recipient->data[recipient->length - 1] == '>')
		*recipient = text_slice(*recipient, 1, recipient->length - 1);
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
