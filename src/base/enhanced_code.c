#include "base/enhanced_code.h"

/* One to three digits at `*at`; false when there is none. */
static bool
parse_part(struct text text, size_t *at, uint32_t *value)
{
	size_t start = *at;
	uint32_t number = 0;

	while (*at < text.length && *at - start < 3 &&
	    byte_is_digit(text.data[*at])) {
		number = number * 10 + (uint32_t)(text.data[*at] - '0');
		++*at;
	}
	*value = number;
	return *at > start;
}

uint32_t
enhanced_code_parse(struct text text, size_t *length)
{
	uint32_t subject;
	uint32_t detail;
	uint32_t class;
	size_t at = 2;

	if (text.length < 5 || text.data[1] != '.')
		return 0;
	if (text.data[0] != '2' && text.data[0] != '4' && text.data[0] != '5')
		return 0;
	class = (uint32_t)(text.data[0] - '0');
	if (!parse_part(text, &at, &subject) || at >= text.length ||
	    text.data[at] != '.')
		return 0;
	at++;
	if (!parse_part(text, &at, &detail))
		return 0;
	if (at < text.length && byte_is_alnum(text.data[at]))
		return 0;
	if (at + 1 < text.length && text.data[at] == '.' &&
	    byte_is_digit(text.data[at + 1]))
		return 0;
	if (length != NULL)
		*length = at;
	return ENHANCED_CODE(class, subject, detail);
}

unsigned
enhanced_code_class(uint32_t code)
{
	return code / 1000000;
}

void
buffer_append_enhanced_code(struct buffer *out, uint32_t code)
{
	if (code == 0)
		return;
	buffer_append_number(out, code / 1000000);
	buffer_append_byte(out, '.');
	buffer_append_number(out, code / 1000 % 1000);
	buffer_append_byte(out, '.');
	buffer_append_number(out, code % 1000);
}
