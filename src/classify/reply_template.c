#include "classify/reply.h"

#include <string.h>

#include "base/enhanced_code.h"

/* Bytes that hold a word of a template together. */
static bool
is_word_byte(char byte)
{
	return byte_is_alnum(byte) || (byte & 0x80) != 0 ||
	    (byte != '\0' && strchr("._-@:/=+%?&#~", byte) != NULL);
}

struct word_shape {
	size_t digits;
	size_t letters;
	size_t dots;
	size_t colons;
	size_t changes; /* from letters to digits and back */
};

static struct word_shape
shape_of(struct text word)
{
	struct word_shape shape = { 0 };
	bool was_digit = false;
	bool was_letter = false;

	for (size_t i = 0; i < word.length; i++) {
		bool is_digit = byte_is_digit(word.data[i]);
		bool is_letter = !is_digit && byte_is_alnum(word.data[i]);

		shape.digits += is_digit;
		shape.letters += is_letter;
		shape.dots += word.data[i] == '.';
		shape.colons += word.data[i] == ':';
		shape.changes +=
		    (is_digit && was_letter) || (is_letter && was_digit);
		was_digit = is_digit || (was_digit && !is_letter);
		was_letter = is_letter || (was_letter && !is_digit);
	}
	return shape;
}

static bool
is_hexadecimal(struct text word)
{
	for (size_t i = 0; i < word.length; i++) {
		char lower = byte_lower(word.data[i]);

		if (!byte_is_digit(lower) && (lower < 'a' || lower > 'f') &&
		    lower != ':' && lower != '.')
			return false;
	}
	return true;
}

/* 192.0.2.1, with a port perhaps, or 2001:db8::1. */
static bool
is_address(struct text word, const struct word_shape *shape)
{
	if (shape->letters == 0 && shape->dots == 3 && shape->colons <= 1)
		return true;
	return shape->colons >= 2 && shape->digits > 0 && is_hexadecimal(word);
}

/* A reply code, as the first word of a reply or of one inside it. */
static bool
is_code(struct text word)
{
	return (word.length == 3 && word.data[0] >= '2' &&
		   word.data[0] <= '5' && byte_is_digit(word.data[1]) &&
		   byte_is_digit(word.data[2])) ||
	    enhanced_code_parse(word, NULL) != 0;
}

/* What a word gives way to; empty when it stays. */
static struct text
mask_of(struct text word, bool is_code_place)
{
	struct word_shape shape = shape_of(word);
	size_t at = text_find_byte(word, '@');

	if (at != TEXT_NONE)
		return TEXT_LITERAL("<addr>");
	if (text_equal(word, TEXT_LITERAL("#")))
		return TEXT_LITERAL("<id>");
	if (shape.digits == 0)
		return shape.dots > 0 && shape.letters > shape.dots + 1 &&
			word.data[word.length - 1] != '.'
		    ? TEXT_LITERAL("<host>")
		    : (struct text){ 0 };
	if (is_code_place && is_code(word))
		return (struct text){ 0 };
	if (is_address(word, &shape))
		return TEXT_LITERAL("<ip>");
	if (shape.letters == 0)
		return enhanced_code_parse(word, NULL) != 0
		    ? (struct text){ 0 }
		    : TEXT_LITERAL("<n>");
	if (shape.dots > 0 && shape.letters > shape.digits)
		return TEXT_LITERAL("<host>");
	/* S3140, IB105 and OFR_417 tell replies apart, ids do not. */
	if (word.length >= 8 && (shape.changes > 1 || shape.digits > 6))
		return TEXT_LITERAL("<id>");
	return (struct text){ 0 };
}

/* A URL keeps its scheme and host; what follows is an id like any other. */
static size_t
url_length(struct text rest)
{
	size_t length = text_find(rest, TEXT_LITERAL("://"));

	if (length == TEXT_NONE || length > 5)
		return 0;
	while (length < rest.length && is_word_byte(rest.data[length]))
		length++;
	return length;
}

static void
append_url(struct buffer *out, struct text url)
{
	size_t host = text_find(url, TEXT_LITERAL("://")) + 3;
	struct text path = text_slice(url, host, url.length);
	size_t slash = text_find_byte(path, '/');

	buffer_append_text(out, text_slice(url, 0, host));
	buffer_append_text(out, text_slice(path, 0, slash));
	if (slash != TEXT_NONE)
		buffer_append_string(out, "/<id>");
}

/* Appends a word or its mask; full stops and the like behind it stay. */
static void
append_word(struct buffer *out, struct text word, bool is_code_place)
{
	size_t end = word.length;
	struct text mask;

	while (end > 1 && strchr(".:-=/?&", word.data[end - 1]) != NULL)
		end--;
	if (url_length(word) > 0) {
		append_url(out, text_slice(word, 0, end));
	} else {
		mask = mask_of(text_slice(word, 0, end), is_code_place);
		buffer_append_text(
		    out, mask.length > 0 ? mask : text_slice(word, 0, end));
	}
	buffer_append_text(out, text_slice(word, end, word.length));
}

void
reply_template(struct text text, struct buffer *out)
{
	struct reply_scratch scratch;
	struct reply reply;
	struct buffer whole;
	size_t at = 0;

	reply_parse(text, false, &scratch, &reply);
	buffer_init(&whole, 0);
	/* Each word gives at most a few bytes more than it has. */
	while (
	    at < reply.whole.length && whole.length < REPLY_TEMPLATE_MAXIMUM) {
		size_t end = at;

		while (end < reply.whole.length &&
		    is_word_byte(reply.whole.data[end]))
			end++;
		if (end == at) {
			buffer_append_byte(&whole, reply.whole.data[at++]);
			continue;
		}
		append_word(&whole, text_slice(reply.whole, at, end),
		    at == 0 || reply.whole.data[at - 1] == ' ');
		at = end;
	}
	buffer_append_text(
	    out, text_slice(buffer_text(&whole), 0, REPLY_TEMPLATE_MAXIMUM));
	buffer_release(&whole);
}
