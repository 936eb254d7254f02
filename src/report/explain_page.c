#include "report/explain_page.h"

/* Where a wrapped paragraph stands. */
struct paragraph {
	struct buffer *out;
	size_t columns;
	size_t indent; /* of all lines but the first */
	size_t at; /* column that the next byte goes to, 0-based */
};

static void
new_line(struct paragraph *paragraph)
{
	buffer_append_byte(paragraph->out, '\n');
	for (size_t i = 0; i < paragraph->indent; i++)
		buffer_append_byte(paragraph->out, ' ');
	paragraph->at = paragraph->indent;
}

/* Adds words, broken over lines; a word longer than a line is cut. */
static void
add_words(struct paragraph *paragraph, struct text words)
{
	struct text word;

	while (text_next_word(&words, &word)) {
		bool first = paragraph->at <= paragraph->indent;

		if (!first &&
		    paragraph->at + 1 + word.length > paragraph->columns) {
			new_line(paragraph);
			first = true;
		}
		if (!first) {
			buffer_append_byte(paragraph->out, ' ');
			paragraph->at++;
		}
		while (paragraph->at + word.length > paragraph->columns) {
			size_t room = paragraph->columns - paragraph->at;

			buffer_append_text(
			    paragraph->out, text_slice(word, 0, room));
			word = text_slice(word, room, word.length);
			new_line(paragraph);
		}
		buffer_append_text(paragraph->out, word);
		paragraph->at += word.length;
	}
}

void
page_add_paragraph(
    struct buffer *out, size_t columns, const char *lead, struct text words)
{
	struct paragraph paragraph = {
		.out = out,
		.columns = columns,
		.indent = text_of(lead).length,
		.at = text_of(lead).length,
	};

	buffer_append_string(out, lead);
	add_words(&paragraph, words);
	while (out->length > 0 && out->data[out->length - 1] == ' ')
		out->length--;
	buffer_append_byte(out, '\n');
}

void
page_add_field(
    struct buffer *out, size_t columns, const char *label, struct text value)
{
	char lead[PAGE_LABEL_WIDTH + 3] = "  ";
	size_t length = 2;

	while (*label != '\0' && length < PAGE_LABEL_WIDTH + 1)
		lead[length++] = *label++;
	while (length < PAGE_LABEL_WIDTH + 2)
		lead[length++] = ' ';
	lead[length] = '\0';
	page_add_paragraph(out, columns, lead, value);
}

void
page_add_heading(struct buffer *out, const char *heading)
{
	buffer_append_format(out, "\n%s\n", heading);
}

void
page_add_list(struct buffer *out, size_t columns, const char *heading,
    const char *lead, const struct catalogue_values *values)
{
	if (values->count == 0)
		return;
	page_add_heading(out, heading);
	for (size_t i = 0; i < values->count; i++)
		page_add_paragraph(out, columns, lead, values->items[i]);
}
