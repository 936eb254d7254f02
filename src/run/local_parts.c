#include "run/local_parts.h"

#include <stdlib.h>

#include "base/memory.h"

struct search {
	struct text text;
	const struct text *known;
	size_t known_count;
	/* No quote, and no unescaped one, stands before these positions. */
	size_t quotes_from;
	size_t plain_quotes_from;
};

void
local_parts_release(struct local_parts *parts)
{
	free(parts->spans);
	*parts = (struct local_parts){ 0 };
}

/* RFC 5322 atext, dots, and what stands between two at signs. */
static bool
is_local_byte(char byte)
{
	const struct text others = TEXT_LITERAL("!#$%&'*+-/=?^_`{|}~.\\@");

	return byte_is_alnum(byte) || (unsigned char)byte >= 0x80 ||
	    text_find_byte(others, byte) != TEXT_NONE;
}

static bool
is_at_sign(struct text text, size_t at)
{
	return text.data[at] == '@' ||
	    (text.data[at] == '%' &&
		text_starts_with(
		    text_slice(text, at, text.length), TEXT_LITERAL("%40")));
}

static bool
has_at_sign(struct text text)
{
	return text_find_byte(text, '@') != TEXT_NONE ||
	    text_find(text, TEXT_LITERAL("%40")) != TEXT_NONE;
}

static bool
is_escaped(struct text text, size_t at)
{
	size_t start = at;

	while (start > 0 && text.data[start - 1] == '\\')
		start--;
	return (at - start) % 2 == 1;
}

/*
 * The quote that opens the string closed at `close`, or TEXT_NONE.  Logs that
 * quote replies escape both.  A search that finds nothing is remembered, so
 * that quotes by the thousand cost no more than one.
 */
static size_t
opening_quote(struct search *search, size_t close)
{
	bool escaped = is_escaped(search->text, close);
	size_t *floor =
	    escaped ? &search->quotes_from : &search->plain_quotes_from;

	for (size_t at = close; at > *floor; at--)
		if (search->text.data[at - 1] == '"' &&
		    (escaped || !is_escaped(search->text, at - 1)))
			return at - 1;
	if (*floor < close)
		*floor = close;
	return TEXT_NONE;
}

/* How far the local part before the at sign may reach. */
static size_t
reach_back(struct search *search, size_t at)
{
	const char *data = search->text.data;
	size_t start = at;

	while (start > 0) {
		if (is_local_byte(data[start - 1])) {
			start--;
		} else if (data[start - 1] == '"' &&
		    (start == at || data[start] == '.')) {
			size_t open = opening_quote(search, start - 1);

			start = open != TEXT_NONE ? open : start - 1;
		} else {
			break;
		}
	}
	return start;
}

/* `https://host/path?email=` is no part of the address behind it. */
static size_t
skip_url(struct text text, size_t start, size_t at)
{
	size_t cut = at;
	size_t equals;

	while (cut > start &&
	    text_find_byte(TEXT_LITERAL("/?&"), text.data[cut - 1]) ==
		TEXT_NONE)
		cut--;
	if (has_at_sign(text_slice(text, start, cut)))
		return start;
	if (cut == start || text.data[cut - 1] == '/')
		return cut;
	equals = text_find_byte(text_slice(text, cut, at), '=');
	return equals != TEXT_NONE ? cut + equals + 1 : cut;
}

static size_t
skip_field_name(struct text text, size_t start, size_t at)
{
	static const char *const names[] = { "to=", "from=", "rcpt=",
		"orig_to=", "recipient=", "sender=", "email=", "address=",
		"smtp.mailfrom=", "header.from=" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t end = start + text_of(names[i]).length;

		if (end < at &&
		    text_equal_nocase(
			text_slice(text, start, end), text_of(names[i])))
			return end;
	}
	return start;
}

/* Each line of a long reply starts with its code: `550-`. */
static size_t
skip_reply_code(struct text text, size_t start, size_t at)
{
	const char *data = text.data + start;

	if (at - start > 4 && (data[0] == '4' || data[0] == '5') &&
	    byte_is_digit(data[1]) && byte_is_digit(data[2]) && data[3] == '-')
		return start + 4;
	return start;
}

/* Quotes and the like, those of U+2000 to U+203F and << >> too. */
static size_t
skip_punctuation(struct text text, size_t start, size_t at)
{
	static const char *const marks[] = { "'", "`", "{", "|", "*", "=", "/",
		".", "\xe2\x80", "\xc2\xab", "\xc2\xbb" };
	struct text rest = text_slice(text, start, at);
	size_t i = 0;

	while (i < sizeof(marks) / sizeof(marks[0])) {
		if (!text_starts_with(rest, text_of(marks[i]))) {
			i++;
			continue;
		}
		rest = text_slice(rest,
		    marks[i][0] == '\xe2' ? 3 : text_of(marks[i]).length,
		    rest.length);
		i = 0;
	}
	return at - rest.length;
}

static bool
is_known(const struct search *search, struct text local)
{
	for (size_t i = 0; i < search->known_count; i++)
		if (text_equal(search->known[i], local))
			return true;
	return false;
}

static size_t
start_of(struct search *search, size_t at)
{
	struct text text = search->text;
	size_t start = reach_back(search, at);

	if ((start > 0 && text.data[start - 1] == '<') ||
	    is_known(search, text_slice(text, start, at)))
		return start;
	if (start > 0 && text.data[start - 1] == ':' &&
	    text_starts_with(text_slice(text, start, at), TEXT_LITERAL("//")))
		return skip_url(text, start + 2, at);
	start = skip_reply_code(text, start, at);
	start = skip_field_name(text, start, at);
	return skip_punctuation(text, start, at);
}

static void
add_span(struct local_parts *parts, size_t start, size_t end)
{
	parts->spans = memory_grow(parts->spans, &parts->capacity,
	    parts->count + 1, sizeof(*parts->spans));
	parts->spans[parts->count++] = (struct span){ start, end };
}

/*
 * From the end, because the last at sign decides: what is in front of it is
 * local part, further at signs included, and is not looked at again.
 */
void
local_parts_find(struct local_parts *parts, struct text text,
    const struct text *known, size_t count)
{
	struct search search = {
		.text = text, .known = known, .known_count = count
	};

	parts->count = 0;
	if (!has_at_sign(text))
		return;
	for (size_t at = text.length; at-- > 0;) {
		size_t start;

		if (!is_at_sign(text, at))
			continue;
		start = start_of(&search, at);
		if (start < at)
			add_span(parts, start, at);
		at = start;
	}
}
