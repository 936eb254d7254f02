#include "scan/fragments.h"

/* More pieces than that no record has. */
#define PIECES_MAXIMUM 99

void
fragments_release(struct fragments *fragments)
{
	for (size_t i = 0; i < FRAGMENT_RECORDS; i++)
		buffer_release(&fragments->records[i].text);
	*fragments = (struct fragments){ 0 };
}

bool
fragments_are_open(const struct fragments *fragments)
{
	for (size_t i = 0; i < FRAGMENT_RECORDS; i++)
		if (fragments->records[i].key != 0)
			return true;
	return false;
}

/* "[2/5] " at the start of *text; cuts it off. */
static bool
read_mark(struct text *text, unsigned *number, unsigned *count, bool *ends_line)
{
	struct text rest = *text;
	uint64_t values[2];

	if (rest.length < 6 || rest.data[0] != '[')
		return false;
	rest = text_slice(rest, 1, rest.length);
	for (int i = 0; i < 2; i++) {
		size_t digits = 0;

		while (digits < rest.length && byte_is_digit(rest.data[digits]))
			digits++;
		if (digits + 1 >= rest.length ||
		    !text_parse_number(text_slice(rest, 0, digits),
			PIECES_MAXIMUM, &values[i]))
			return false;
		if (i == 0) {
			*ends_line = rest.data[digits] == '\\';
			if (rest.data[digits] != '/' && !*ends_line)
				return false;
		} else if (rest.data[digits] != ']' ||
		    rest.data[digits + 1] != ' ') {
			return false;
		}
		rest = text_slice(rest, digits + 1, rest.length);
	}
	*number = (unsigned)values[0];
	*count = (unsigned)values[1];
	*text = text_slice(rest, 1, rest.length);
	return *number >= 1 && *number <= *count;
}

static size_t
find_record(struct fragments *fragments, uint64_t key, bool is_first)
{
	size_t slot;

	for (size_t i = 0; i < FRAGMENT_RECORDS; i++)
		if (fragments->records[i].key == key)
			return i;
	if (!is_first)
		return FRAGMENT_RECORDS;
	slot = fragments->next++ % FRAGMENT_RECORDS;
	buffer_release(&fragments->records[slot].text);
	buffer_init(&fragments->records[slot].text, FRAGMENT_LONGEST);
	fragments->records[slot].key = key;
	return slot;
}

enum fragment_result
fragments_add(struct fragments *fragments, uint64_t key, struct text *text,
    struct arena *arena)
{
	struct text piece = *text;
	unsigned number;
	unsigned count;
	bool ends_line = false;
	size_t slot;

	if (!read_mark(&piece, &number, &count, &ends_line))
		return FRAGMENT_NONE;
	key += key == 0;
	slot = find_record(fragments, key, number == 1);
	if (slot == FRAGMENT_RECORDS)
		return FRAGMENT_HELD;
	if (number == 1) {
		buffer_clear(&fragments->records[slot].text);
		fragments->records[slot].count = count;
		fragments->records[slot].have = 0;
	}
	if (number != fragments->records[slot].have + 1 ||
	    count != fragments->records[slot].count) {
		/* A piece is missing: the record is lost. */
		fragments->records[slot].key = 0;
		return FRAGMENT_HELD;
	}
	buffer_append_text(&fragments->records[slot].text, piece);
	if (ends_line)
		buffer_append_byte(&fragments->records[slot].text, '\n');
	fragments->records[slot].have = number;
	if (number < count)
		return FRAGMENT_HELD;
	fragments->records[slot].key = 0;
	*text = arena_copy(arena, buffer_text(&fragments->records[slot].text));
	return FRAGMENT_WHOLE;
}
