#include "unit/rows.h"

#include "base/enhanced_code.h"

static const struct row {
	const char *name;
	const char *text;
	uint32_t code;
	size_t length;
} rows[] = {
	{ "plain", "5.1.1 unknown", ENHANCED_CODE(5, 1, 1), 5 },
	{ "three digits", "5.7.509", ENHANCED_CODE(5, 7, 509), 7 },
	{ "comma behind", "4.4.1, x", ENHANCED_CODE(4, 4, 1), 5 },
	{ "full stop behind", "4.4.1.", ENHANCED_CODE(4, 4, 1), 5 },
	{ "address", "5.7.1.100", 0, 0 },
	{ "four digits", "5.7.1000", 0, 0 },
	{ "class 3", "3.1.1", 0, 0 },
	{ "no detail", "5.1.", 0, 0 },
	{ "word behind", "5.1.1a", 0, 0 },
	{ "empty", "", 0, 0 },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	size_t length = 0;
	struct buffer back;

	assert_int_equal(
	    enhanced_code_parse(text_of(row->text), &length), row->code);
	assert_int_equal(length, row->length);
	buffer_init(&back, 0);
	buffer_append_enhanced_code(&back, row->code);
	assert_memory_equal(buffer_string(&back), row->text, row->length);
	buffer_release(&back);
}

int
main(void)
{
	return ROWS_RUN("enhanced_code", rows, check_row);
}
