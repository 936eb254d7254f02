#include "classify/code_pattern.h"

/* Reply codes are below, enhanced codes above. */
#define ENHANCED_FLOOR 1000000

static bool
parse_part(struct text word, struct code_part *part)
{
	uint64_t number = 0;

	*part = (struct code_part){ 0 };
	if (word.length > 0 && word.data[word.length - 1] == '*') {
		part->is_open = true;
		word = text_slice(word, 0, word.length - 1);
		part->is_any = word.length == 0;
	}
	if (part->is_any)
		return true;
	if (!text_parse_number(word, 999, &number))
		return false;
	part->prefix = (uint16_t)number;
	return true;
}

/* Behind a star at the end, parts that are left out may be anything. */
static bool
fill_parts(struct code_pattern *pattern, int last)
{
	for (int i = last + 1; i < 3; i++)
		pattern->parts[i] = pattern->parts[last];
	return last == 2 || pattern->parts[last].is_any;
}

bool
code_pattern_parse(struct text word, struct code_pattern *pattern)
{
	size_t dot = text_find_byte(word, '.');

	*pattern = (struct code_pattern){ 0 };
	if (dot == TEXT_NONE)
		return word.length > 0 && word.length <= 3 &&
		    parse_part(word, &pattern->parts[0]);
	pattern->is_enhanced = true;
	for (int i = 0; i < 3; i++) {
		if (!parse_part(text_slice(word, 0, dot), &pattern->parts[i]))
			return false;
		if (dot == TEXT_NONE)
			return fill_parts(pattern, i);
		word = text_slice(word, dot + 1, word.length);
		dot = text_find_byte(word, '.');
	}
	return false;
}

static bool
part_matches(const struct code_part *part, uint32_t number)
{
	if (part->is_any)
		return true;
	while (part->is_open && number > part->prefix)
		number /= 10;
	return number == part->prefix;
}

bool
code_pattern_matches(const struct code_pattern *pattern, uint32_t code)
{
	if (code == 0 || pattern->is_enhanced != (code >= ENHANCED_FLOOR))
		return false;
	if (!pattern->is_enhanced)
		return part_matches(&pattern->parts[0], code);
	return part_matches(&pattern->parts[0], code / 1000000) &&
	    part_matches(&pattern->parts[1], code / 1000 % 1000) &&
	    part_matches(&pattern->parts[2], code % 1000);
}
