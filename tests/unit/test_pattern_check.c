#include "unit/rows.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "scan/header.h"
#include "scan/pattern_set.h"

#define GOOD_FORMAT                                                            \
	"[f]\nstamp rfc3164\nlayout {time} {host} {program}: {text}\n"         \
	"sample Nov  3 01:02:03 mail app: hello\n"

#define HEAD "[p]\nmta postfix\nprogram */qmgr\nrecord removal\n"

/* Files of patterns/formats and patterns/mta, and what is said about them. */
static const struct row {
	const char *name;
	const char *format;
	const char *mta;
	const char *wanted; /* "" = nothing */
} rows[] = {
	{ "all well", GOOD_FORMAT "expect host mail\nexpect text hello\n",
	    HEAD "prefix {id}: rem\nliteral removed\n"
		 "pattern ^(?<queue_id>\\w+): removed$\n"
		 "sample A1B2C3: removed\nexpect queue_id A1B2C3\n"
		 "expect kind removal\nexpect status\n",
	    "" },
	{ "no sample", GOOD_FORMAT, HEAD "pattern ^removed$\n",
	    "mta/x:1:1: error: a pattern without a sample\n" },
	{ "sample not taken", GOOD_FORMAT,
	    HEAD "pattern ^removed$\nsample gone\n",
	    "mta/x:6:8: error: its pattern does not take it\n" },
	{ "expectation without a sample that is taken", GOOD_FORMAT,
	    HEAD "pattern ^removed$\nsample gone\nexpect kind removal\n",
	    "mta/x:6:8: error: its pattern does not take it\n"
	    "mta/x:7:8: error: no sample for this expectation\n" },
	{ "expectation not met", GOOD_FORMAT,
	    HEAD "pattern ^(?<queue_id>\\w+)$\nsample A1\n"
		 "expect queue_id A2\n",
	    "mta/x:7:8: error: expected, but it is: A1\n" },
	{ "group not expected", GOOD_FORMAT,
	    HEAD "pattern ^(?<queue_id>\\w+) (?<recipient>.*)$\nsample A1 b\n"
		 "expect queue_id A1\n",
	    "mta/x:5:9: error: no sample expects this group: recipient\n" },
	{ "unknown group", GOOD_FORMAT,
	    HEAD "pattern ^(?<colour>\\w+)$\nsample A1\n",
	    "mta/x:5:13: error: no such name for a group\n" },
	{ "expression that does not compile", GOOD_FORMAT,
	    HEAD "pattern ^(a\nsample A1\n",
	    "mta/x:5:12: error: missing closing parenthesis\n" },
	{ "expression that does not compile, behind a macro", GOOD_FORMAT,
	    "[macros]\nmacro word [a-z]{1,20}\n" HEAD
	    "pattern ^{{word}}[\nsample A1\n",
	    "mta/x:7:19: error: missing terminating ] for character class\n" },
	{ "no such macro", GOOD_FORMAT, HEAD "pattern ^{{word}}\nsample A1\n",
	    "mta/x:5:10: error: no such macro\n" },
	{ "macro of macros", GOOD_FORMAT,
	    "[macros]\nmacro word [A-Z]\nmacro words {{word}}[0-9]{{word}}\n"
	    HEAD "pattern ^{{words}}-{{word}}$\nsample A1B-C\n",
	    "" },
	{ "macro of a macro below it", GOOD_FORMAT,
	    "[macros]\nmacro words {{word}}\nmacro word [A-Z]\n" HEAD
	    "pattern ^{{words}}$\nsample A\n",
	    "mta/x:8:10: error: no such macro\n" },
	{ "macros that grow without end", GOOD_FORMAT,
	    "[macros]\nmacro a [a-zA-Z0-9][a-zA-Z0-9][a-zA-Z0-9]\nmacro b "
	    "{{a}}{{a}}{{a}}{{a}}{{a}}{{a}}{{a}}{{a}}{{a}}{{a}}\nmacro c "
	    "{{b}}{{b}}{{b}}{{b}}{{b}}{{b}}{{b}}{{b}}{{b}}{{b}}\nmacro d "
	    "{{c}}{{c}}{{c}}{{c}}{{c}}{{c}}{{c}}{{c}}{{c}}{{c}}\nmacro e "
	    "{{d}}{{d}}{{d}}{{d}}{{d}}{{d}}{{d}}{{d}}{{d}}{{d}}\n" HEAD
	    "pattern ^{{e}}$\nsample A\n",
	    "mta/x:11:10: error: too long\n" },
	{ "two patterns take it", GOOD_FORMAT,
	    HEAD "pattern ^removed$\nsample removed\n"
		 "[q]\nmta postfix\nprogram */*\nrecord removal\n"
		 "pattern ^gone|removed$\nsample gone\n",
	    "mta/x:6:8: error: another pattern takes it: q\n" },
	{ "one name twice", GOOD_FORMAT,
	    HEAD "pattern ^removed$\nsample removed\n" HEAD
		 "pattern ^gone$\nsample gone\n",
	    "mta/x:7:1: error: a second pattern of this name\n" },
	{ "literal that the sample does not need", GOOD_FORMAT,
	    HEAD "literal xyz\npattern ^removed$\nsample removed\n",
	    "mta/x:7:8: error: this literal is not in the sample: xyz\n"
	    "mta/x:7:8: error: its pattern does not take it\n" },
	{ "neither pattern nor suspect", GOOD_FORMAT, HEAD "sample x\n",
	    "mta/x:1:1: error: wants either a pattern or suspect\n" },
	{ "no program", GOOD_FORMAT, "[p]\nmta postfix\npattern ^a\nsample a\n",
	    "mta/x:1:1: error: wants mta and program\n" },
	{ "unknown words", GOOD_FORMAT,
	    "[p]\nmta sendfix\nprogram a\nrecord thing\nscope wide\n"
	    "status good\nreply_has a b c\nsuspect no\ncolour red\n",
	    "mta/x:2:5: error: no such MTA\n"
	    "mta/x:4:8: error: no such kind of record\n"
	    "mta/x:5:7: error: scope is remote or local\n"
	    "mta/x:6:8: error: no such status\n"
	    "mta/x:7:11: error: wants two statuses and a text\n"
	    "mta/x:8:9: error: suspect is yes or not there\n"
	    "mta/x:9:8: error: no such key in a pattern\n" },
	{ "suspect that a pattern takes is fine", GOOD_FORMAT,
	    HEAD "pattern ^removed$\nsample removed\n"
		 "[q]\nmta postfix\nprogram */qmgr\nliteral rem\nsuspect yes\n"
		 "sample a remedy\n",
	    "" },
	{ "format without sample", "[f]\nstamp rfc3164\nlayout {time} {text}\n",
	    "", "formats/x:1:1: error: a format without a sample\n" },
	{ "layouts",
	    "[f]\nstamp rfc1\nlayout {host} {text}\nlayout {time} {what} "
	    "{text}\nkey x\nsample \001\n",
	    "",
	    "formats/x:2:7: error: no such kind of stamp\n"
	    "formats/x:3:8: error: a layout starts with {time} and ends with "
	    "{text}\n"
	    "formats/x:4:15: error: no such element\n"
	    "formats/x:5:5: error: no such key: key\n"
	    "formats/x:6:8: error: no layout fits\n" },
	{ "header expectations",
	    GOOD_FORMAT "expect host male\nexpect pid 3\n"
			"expect time 2000-11-03T01:02:03.000\n",
	    "",
	    "formats/x:5:8: error: expected, but it is \"mail\"\n"
	    "formats/x:6:8: error: expects host, program, text or time\n"
	    "formats/x:6:8: error: expected, but it is \"\"\n" },
};

static void
write_file(const char *directory, const char *stage, const char *content)
{
	char path[256];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/%s", directory, stage);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/%s/x", directory, stage);
	stream = fopen(path, "w");
	assert_non_null(stream);
	assert_true(fputs(content, stream) >= 0);
	assert_int_equal(fclose(stream), 0);
}

static void
remove_file(const char *directory, const char *stage)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s/x", directory, stage);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/%s", directory, stage);
	assert_int_equal(rmdir(path), 0);
}

/* `path:line:column: level: message` of each, the directory left off. */
static void
append_diagnostics(
    struct buffer *out, const struct diagnostics *list, const char *directory)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct diagnostic *item = &list->items[i];

		assert_int_equal(item->level, DIAGNOSTIC_ERROR);
		buffer_append_format(out, "%s:%u:%u: error: %s\n",
		    item->path + strlen(directory) + 1, (unsigned)item->line,
		    (unsigned)item->column, item->message);
	}
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	char directory[] = "/tmp/test_pattern_check.XXXXXX";
	struct diagnostics diagnostics;
	struct pattern_set *set;
	struct buffer found;

	assert_non_null(mkdtemp(directory));
	write_file(directory, "formats", row->format);
	write_file(directory, "mta", row->mta);
	diagnostics_init(&diagnostics);
	buffer_init(&found, 0);
	set = pattern_set_load(directory, &diagnostics);
	pattern_set_check(set, &diagnostics);
	append_diagnostics(&found, &diagnostics, directory);
	pattern_set_free(set);
	diagnostics_release(&diagnostics);
	remove_file(directory, "formats");
	remove_file(directory, "mta");
	assert_int_equal(rmdir(directory), 0);
	assert_string_equal(buffer_string(&found), row->wanted);
	buffer_release(&found);
}

/* What is shipped proves itself. */
static void
check_shipped(void **state)
{
	struct diagnostics diagnostics;
	struct pattern_set *set;
#ifdef HAVE_JANSSON
	size_t notes = 0;
#else
	size_t notes = 1; /* what JSON samples are for is not tried */
#endif

	(void)state;
	diagnostics_init(&diagnostics);
	set = pattern_set_load("patterns", &diagnostics);
	pattern_set_check(set, &diagnostics);
	for (size_t i = notes; i < diagnostics.count; i++)
		print_error("%s:%u: %s\n", diagnostics.items[i].path,
		    (unsigned)diagnostics.items[i].line,
		    diagnostics.items[i].message);
	assert_int_equal(diagnostics.count, notes);
	assert_int_equal(diagnostics.errors, 0);
	pattern_set_free(set);
	diagnostics_release(&diagnostics);
}

static void
check_missing_directory(void **state)
{
	struct diagnostics diagnostics;
	struct pattern_set *set;

	(void)state;
	diagnostics_init(&diagnostics);
	set = pattern_set_load("/nonexistent", &diagnostics);
	assert_int_equal(diagnostics.errors, 2);
	pattern_set_free(set);
	diagnostics_release(&diagnostics);
}

/* Structured data that do not end leave no text, and not more than all. */
static void
check_unended_data(void **state)
{
	static const char *const lines[] = { "Nov  3 01:02:03 [a b=\"c",
		"Nov  3 01:02:03 [a b=\"c\\", "Nov  3 01:02:03 [a" };
	char directory[] = "/tmp/test_pattern_check.XXXXXX";
	char path[sizeof(directory) + sizeof("/formats")];
	struct header_formats *formats;
	struct diagnostics diagnostics;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/formats", directory);
	write_file(directory, "formats",
	    "[f]\nstamp rfc3164\nlayout {time} {structured}{text}\n");
	diagnostics_init(&diagnostics);
	formats = header_formats_load(path, &diagnostics);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct text line = text_of(lines[i]);
		struct header_memo memo = { 0 };
		struct header header = { 0 };

		assert_int_equal(
		    header_parse(formats, &memo, line, &header), HEADER_FOUND);
		assert_int_equal(header.text.length, 0);
		assert_ptr_equal(header.text.data, line.data + line.length);
	}
	header_formats_free(formats);
	diagnostics_release(&diagnostics);
	remove_file(directory, "formats");
	assert_int_equal(rmdir(directory), 0);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_unended_data),
		cmocka_unit_test(check_shipped),
		cmocka_unit_test(check_missing_directory),
	};

	return ROWS_RUN("pattern check", rows, check_row) +
	    cmocka_run_group_tests_name("patterns", others, NULL, NULL);
}
