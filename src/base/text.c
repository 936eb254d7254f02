#define _GNU_SOURCE /* memmem, memrchr */
#include "base/text.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

struct text
text_of(const char *string)
{
	return (struct text){ string, string != NULL ? strlen(string) : 0 };
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct text
text_trim(struct text text)
{
	size_t start = 0;
	size_t end = text.length;

	while (start < end && is_blank(text.data[start]))
		start++;
	while (end > start && is_blank(text.data[end - 1]))
		end--;
	return text_slice(text, start, end);
}

bool
text_equal_nocase(struct text a, struct text b)
{
	if (a.length != b.length)
		return false;
	for (size_t i = 0; i < a.length; i++)
		if (byte_lower(a.data[i]) != byte_lower(b.data[i]))
			return false;
	return true;
}

int
text_compare(struct text a, struct text b)
{
	size_t shared = a.length < b.length ? a.length : b.length;
	int order = shared > 0 ? memcmp(a.data, b.data, shared) : 0;

	if (order != 0)
		return order;
	return (a.length > b.length) - (a.length < b.length);
}

size_t
text_find_byte(struct text text, char byte)
{
	const char *found = NULL;

	if (text.length > 0)
		found = memchr(text.data, byte, text.length);
	return found != NULL ? (size_t)(found - text.data) : TEXT_NONE;
}

size_t
text_find_last_byte(struct text text, char byte)
{
	const char *found = NULL;

	if (text.length > 0)
		found = memrchr(text.data, byte, text.length);
	return found != NULL ? (size_t)(found - text.data) : TEXT_NONE;
}

size_t
text_find(struct text text, struct text needle)
{
	const char *found;

	if (needle.length == 0)
		return 0;
	if (text.length < needle.length)
		return TEXT_NONE;
	found = memmem(text.data, text.length, needle.data, needle.length);
	return found != NULL ? (size_t)(found - text.data) : TEXT_NONE;
}

size_t
text_find_nocase(struct text text, struct text needle)
{
	if (needle.length > text.length)
		return TEXT_NONE;
	for (size_t i = 0; i + needle.length <= text.length; i++) {
		struct text part = text_slice(text, i, i + needle.length);

		if (text_equal_nocase(part, needle))
			return i;
	}
	return TEXT_NONE;
}

bool
text_next_word(struct text *rest, struct text *word)
{
	size_t start = 0;
	size_t end;

	while (start < rest->length && is_blank(rest->data[start]))
		start++;
	end = start;
	while (end < rest->length && !is_blank(rest->data[end]))
		end++;
	*word = text_slice(*rest, start, end);
	*rest = text_slice(*rest, end, rest->length);
	return end > start;
}

bool
text_parse_number(struct text text, uint64_t maximum, uint64_t *value)
{
	uint64_t number = 0;

	if (text.length == 0)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		unsigned digit;

		if (!byte_is_digit(text.data[i]))
			return false;
		digit = (unsigned)(text.data[i] - '0');
		if (number > maximum / 10 || number * 10 > maximum - digit)
			return false;
		number = number * 10 + digit;
	}
	*value = number;
	return true;
}

uint64_t text_hash_seed;
uint64_t text_hash_other_seed;

__attribute__((constructor)) static void
choose_hash_seed(void)
{
	uint64_t secret;

#ifdef BOUNCESTAT_HASH_SEED
	/* So that all that runs of one program do is the same. */
	secret = BOUNCESTAT_HASH_SEED;
#else
	if (getrandom(&secret, sizeof(secret), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(secret))
		secret = (uint64_t)time(NULL) * 0x9E3779B97F4A7C15U;
#endif
	text_hash_seed = secret ^ 0xA0761D6478BD642FU;
	text_hash_other_seed =
	    (secret << 32 | secret >> 32) ^ 0xE7037ED1A0B428DBU;
}
