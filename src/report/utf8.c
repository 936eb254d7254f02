#include "report/utf8.h"

#include <string.h>

/* The lowest second byte that is not an overlong form; the highest one. */
static bool
second_is_valid(unsigned char first, unsigned char second)
{
	unsigned char low = 0x80;
	unsigned char high = 0xbf;

	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xed)
		high = 0x9f; /* surrogates */
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f; /* past U+10FFFF */
	return second >= low && second <= high;
}

size_t
utf8_length(struct text text, size_t at)
{
	const unsigned char *bytes = (const unsigned char *)text.data + at;
	size_t length;

	if (bytes[0] < 0x80)
		return 1;
	if (bytes[0] < 0xc2 || bytes[0] > 0xf4)
		return 0;
	length = bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
	if (text.length - at < length || !second_is_valid(bytes[0], bytes[1]))
		return 0;
	for (size_t i = 2; i < length; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

char *
utf8_put_replacement(char *to)
{
	memcpy(to, "\xef\xbf\xbd", 3);
	return to + 3;
}
