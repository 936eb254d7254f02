#include "classify/code_pattern.h"

/* Reply codes are below, enhanced codes above. */
#define ENHANCED_FLOOR 1000000

/* Bits above the digits. */
#define KIND_REPLY    ((uint64_t)1 << 40)
#define KIND_ENHANCED ((uint64_t)2 << 40)

/* Bits of a number: three digits, of which those behind the end are 15. */
#define PART_BITS 12
#define PART_MASK ((uint64_t)0xFFF)

static uint64_t
shape_of_number(uint32_t number)
{
	if (number < 10)
		return number << 8 | 0xFF;
	if (number < 100)
		return number / 10 << 8 | number % 10 << 4 | 0xF;
	return number / 100 << 8 | number / 10 % 10 << 4 | number % 10;
}

uint64_t
code_shape(uint32_t code)
{
	if (code == 0)
		return 0;
	if (code < ENHANCED_FLOOR)
		return KIND_REPLY | shape_of_number(code);
	return KIND_ENHANCED |
	    shape_of_number(code / 1000000) << 2 * PART_BITS |
	    shape_of_number(code / 1000 % 1000) << PART_BITS |
	    shape_of_number(code % 1000);
}

/* A number, any number by a star, or its first digits and a star. */
static bool
parse_part(struct text word, struct code_pattern *part)
{
	bool is_open = word.length > 0 && word.data[word.length - 1] == '*';
	uint64_t number = 0;

	*part = (struct code_pattern){ .mask = PART_MASK };
	if (is_open)
		word = text_slice(word, 0, word.length - 1);
	if (!(is_open && word.length == 0) &&
	    !text_parse_number(word, 999, &number))
		return false;
	if (is_open)
		part->mask = number == 0 ? 0
		    : number < 10        ? 0xF00
		    : number < 100       ? 0xFF0
					 : PART_MASK;
	part->value = shape_of_number((uint32_t)number) & part->mask;
	return true;
}

static void
append_part(struct code_pattern *pattern, struct code_pattern part)
{
	pattern->mask = pattern->mask << PART_BITS | part.mask;
	pattern->value = pattern->value << PART_BITS | part.value;
}

/* Behind a star at the end, parts that are left out may be anything. */
static bool
parse_enhanced(struct text word, struct code_pattern *pattern)
{
	bool at_end = false;
	bool is_star = false;

	for (int i = 0; i < 3; i++) {
		size_t dot = text_find_byte(word, '.');
		struct text number = text_slice(word, 0, dot);
		struct code_pattern part = { 0 };

		if (!at_end) {
			if (!parse_part(number, &part))
				return false;
			is_star = text_equal(number, TEXT_LITERAL("*"));
			at_end = dot == TEXT_NONE;
			word = text_slice(
			    word, at_end ? word.length : dot + 1, word.length);
		} else if (!is_star) {
			return false;
		}
		append_part(pattern, part);
	}
	return at_end;
}

bool
code_pattern_parse(struct text word, struct code_pattern *pattern)
{
	uint64_t kinds = KIND_REPLY | KIND_ENHANCED;

	*pattern = (struct code_pattern){ 0 };
	if (text_find_byte(word, '.') != TEXT_NONE) {
		if (!parse_enhanced(word, pattern))
			return false;
		pattern->value |= KIND_ENHANCED;
	} else {
		if (word.length == 0 || word.length > 3 ||
		    !parse_part(word, pattern))
			return false;
		pattern->value |= KIND_REPLY;
	}
	pattern->mask |= kinds;
	return true;
}
