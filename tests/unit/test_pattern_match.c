#include "unit/rows.h"

#include "base/buffer.h"
#include "scan/pattern.h"

#define ID "^(?<queue_id>[0-9A-Za-z]{5,32}+)"

/*
 * What a pattern takes is what its whole expression takes, also where its
 * prefix has decided the first part of it.
 */
static const struct row {
	const char *name;
	const char *prefix;
	const char *regex;
	const char *text;
	const char *id; /* NULL: not taken */
	const char *sender;
} rows[] = {
	{ "id and prefix are all", "{id}: a", ID ": a", "A1B2C: ab", "A1B2C",
	    "" },
	{ "and the end", "{id}: a", ID ": a$", "A1B2C: a", "A1B2C", "" },
	{ "not at the end", "{id}: a", ID ": a$", "A1B2C: ab", NULL, "" },
	{ "a group behind", "{id}: a=", ID ": a=(?<sender>[^,]*),",
	    "A1B2C: a=x@y, b", "A1B2C", "x@y" },
	{ "what is behind does not fit", "{id}: a=", ID ": a=(?<sender>z+),",
	    "A1B2C: a=x@y, b", NULL, "" },
	{ "no search for what is behind", "{id}: a=", ID ": a=(?<sender>z+)",
	    "A1B2C: a=yz", NULL, "" },
	{ "a dash is of another kind of id", "{id}: a=", ID ": a=(?<sender>.)",
	    "1a2b3c-4d-5e: a=x", NULL, "" },
	{ "the prefix is part of a longer text", "{id}: a",
	    ID ": a=(?<sender>.)", "A1B2C: a=x", "A1B2C", "x" },
	{ "nor is it to be repeated", "{id}: a", ID ": a+=(?<sender>.)",
	    "A1B2C: aa=x", "A1B2C", "x" },
	{ "nor to be left out", "{id}: a", ID ": a?b", "A1B2C: ab", "A1B2C",
	    "" },
	{ "alternatives of the whole", "{id}: a", ID ": a1$|^b", "A1B2C: a2",
	    NULL, "" },
	{ "behind a class with a parenthesis", "{id}: a", ID ": a[(]1$|^b[)]",
	    "A1B2C: a2", NULL, "" },
	{ "behind an escaped one", "{id}: a", ID ": a\\(1$|^b", "A1B2C: a2",
	    NULL, "" },
	{ "alternatives in parentheses", "{id}: a", ID ": a(?:1|(?<sender>2))$",
	    "A1B2C: a2", "A1B2C", "2" },
	{ "alternatives in a class", "{id}: a", ID ": a[]|](?<sender>2)$",
	    "A1B2C: a|2", "A1B2C", "2" },
	{ "a prefix that means more", "{id}: a.b", ID ": a.b", "A1B2C: a.b",
	    "A1B2C", "" },
	{ "an id of another form", "{id}: a", "^(?<queue_id>[0-9]{5,32}+): a",
	    "A1B2C: a", NULL, "" },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct text text = text_of(row->text);
	struct diagnostics diagnostics;
	struct stanza_file file;
	struct pattern pattern;
	struct buffer content;
	struct record record = { .delay = -1 };
	struct pattern_extras extras = { 0 };
	struct matcher *matcher = matcher_new();
	size_t id_length = pattern_id_length(text);
	bool taken;

	diagnostics_init(&diagnostics);
	stanza_file_init(&file);
	buffer_init(&content, 0);
	buffer_append_format(&content,
	    "[p]\nmta postfix\nprogram x\nrecord removal\npattern %s\n"
	    "prefix %s\n",
	    row->regex, row->prefix);
	assert_true(
	    stanza_file_parse(&file, "x", buffer_text(&content), &diagnostics));
	assert_true(pattern_compile(
	    &pattern, &file.stanzas[0], NULL, &file.arena, &diagnostics));
	taken = pattern_may_match(&pattern, text, id_length) &&
	    pattern_match(&pattern, matcher, text, id_length, &record, &extras);
	assert_int_equal(taken, row->id != NULL);
	if (taken) {
		assert_true(text_equal(record.queue_id, text_of(row->id)));
		assert_true(text_equal(record.sender, text_of(row->sender)));
	}
	pattern_release(&pattern);
	matcher_free(matcher);
	buffer_release(&content);
	stanza_file_release(&file);
	diagnostics_release(&diagnostics);
}

int
main(void)
{
	return ROWS_RUN("pattern match", rows, check_row);
}
