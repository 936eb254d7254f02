#include "unit/rows.h"

#include <stdio.h>

#include "base/buffer.h"
#include "scan/record_format.h"

#define SYNTAX                                                                 \
	"[s]\nsyntax csv\nmta powermta\ntype_at type\ncolumns type,at,who\n"   \
	"key who\nfield time {at}\nfield recipient {who}\n"
#define GOOD SYNTAX "[f]\nof s\ntype d\nrecord attempt\nstatus delivered\n"
#define SAMPLE                                                                 \
	"sample d,1795309275,a@example.com\nexpect recipient a@example.com\n"  \
	"expect time 2026-11-22T01:01:15Z\n"

/* Stanzas, and what is said about them. */
static const struct row {
	const char *name;
	const char *stanzas;
	const char *wanted; /* "" = nothing */
} rows[] = {
	{ "all well", GOOD SAMPLE "expect kind attempt\nexpect delay -1\n",
	    "" },
	{ "no sample", GOOD,
	    "9: a format without a sample\n"
	    "1: no sample expects this field: time\n"
	    "1: no sample expects this field: recipient\n" },
	{ "a field that no sample expects",
	    GOOD "sample d,1795309275,a@example.com\n"
		 "expect recipient a@example.com\n",
	    "1: no sample expects this field: time\n" },
	{ "sample not taken", GOOD SAMPLE "sample x,1795309275,b@example.com\n",
	    "17: its stanza does not take it\n" },
	{ "sample that cannot be read",
	    GOOD SAMPLE "sample d,yesterday,b@example.com\n",
	    "17: a field of it is missing or cannot be read\n" },
	{ "sample that another stanza takes",
	    GOOD SAMPLE "[g]\nof s\ntype d\nrecord none\n"
			"sample d,1795309275,b@example.com\n",
	    "21: another stanza takes it: f\n" },
	{ "expectation not met",
	    GOOD SAMPLE "expect status bounced\nexpect colour red\n",
	    "17: expected, but it is: delivered\n"
	    "18: no such name: colour\n" },
	{ "expectation before the sample", GOOD "expect status x\n" SAMPLE,
	    "14: no sample for this expectation\n" },
	{ "one name twice",
	    GOOD SAMPLE "[f]\nof s\ntype b\nrecord none\n"
			"sample b,1795309275,\n",
	    "17: a second stanza of this name\n" },
	{ "syntax", "[s]\nsyntax yaml\nmta sendfix\ntype_at type\nof x\n",
	    "2: syntax is json or csv\n3: no such MTA\n5: no such key here\n" },
	{ "syntax that lacks something", "[s]\nsyntax csv\n",
	    "1: wants mta and type_at\n" },
	{ "type_at below other paths",
	    "[s]\nsyntax csv\nmta powermta\nkey a\ntype_at b\n",
	    "5: type_at comes before other paths\n" },
	{ "unknown syntax", "[f]\nof s\ntype d\n",
	    "2: no such syntax above\n" },
	{ "templates",
	    SYNTAX "[f]\nof s\ntype d\nfield colour {a}\nfield reply {a\n"
		   "field reply }{\nfield reply {}\nfield reply\n",
	    "12: no such field\n13: no } for a {\n14: no } for a {\n"
	    "15: an empty path\n16: a field without a template\n" },
	{ "words",
	    SYNTAX "[f]\nof s\ntype d\nrecord thing\nstatus good\nwhen a\n"
		   "without a b\nlocal a\nreply_has a b c\n",
	    "12: no such kind of record\n13: no such status\n"
	    "14: wants a path and words\n15: wants a path only\n"
	    "16: wants a path and words\n"
	    "17: wants two statuses and a text\n" },
	{ "no type", SYNTAX "[f]\nof s\nrecord none\n", "9: wants a type\n" },
	{ "an attempt without a status",
	    SYNTAX "[f]\nof s\ntype d\nrecord attempt\n",
	    "9: an attempt, and only it, has a status\n" },
	{ "a status without an attempt",
	    SYNTAX "[f]\nof s\ntype d\nrecord message\nstatus bounced\n",
	    "9: an attempt, and only it, has a status\n" },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct record_formats formats;
	struct stanza_file file;
	struct diagnostics diagnostics;
	struct buffer said;

	stanza_file_init(&file);
	record_formats_init(&formats);
	diagnostics_init(&diagnostics);
	buffer_init(&said, 0);
	assert_true(
	    stanza_file_parse(&file, "x", text_of(row->stanzas), &diagnostics));
	for (size_t i = 0; i < file.count; i++)
		assert_true(record_formats_add(
		    &formats, &file.stanzas[i], &diagnostics));
	if (diagnostics.count == 0)
		record_formats_check(&formats, &diagnostics);
	for (size_t i = 0; i < diagnostics.count; i++)
		buffer_append_format(&said, "%u: %s\n",
		    (unsigned)diagnostics.items[i].line,
		    diagnostics.items[i].message);
	assert_string_equal(buffer_string(&said), row->wanted);
	buffer_release(&said);
	diagnostics_release(&diagnostics);
	record_formats_release(&formats);
	stanza_file_release(&file);
}

static void
test_patterns_are_left(void **state)
{
	struct record_formats formats;
	struct stanza_file file;
	struct diagnostics diagnostics;

	(void)state;
	stanza_file_init(&file);
	record_formats_init(&formats);
	diagnostics_init(&diagnostics);
	assert_true(stanza_file_parse(&file, "x",
	    text_of("[p]\nmta postfix\npattern ^a\n"), &diagnostics));
	assert_false(
	    record_formats_add(&formats, &file.stanzas[0], &diagnostics));
	assert_int_equal(diagnostics.count, 0);
	diagnostics_release(&diagnostics);
	record_formats_release(&formats);
	stanza_file_release(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patterns_are_left),
	};
	int failed = ROWS_RUN("record formats", rows, check_row);

	return failed +
	    cmocka_run_group_tests_name("stanzas", tests, NULL, NULL);
}
