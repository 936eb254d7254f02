#include "unit/rows.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/stanza.h"

static const struct row {
	const char *name;
	const char *content;
	bool good;
	const char *said; /* stanzas and lines, then messages */
} rows[] = {
	{ "empty", "", true, "" },
	{ "comments and blank lines", "# a\n\n  \t\n#b\n", true, "" },
	{ "one stanza", "[name]\nkey value\n", true,
	    "[name] 1\nkey=value 2:5\n" },
	{ "without a newline at the end", "[name]\nkey value", true,
	    "[name] 1\nkey=value 2:5\n" },
	{ "CR LF", "[name]\r\nkey value\r\n", true,
	    "[name] 1\nkey=value 2:5\n" },
	{ "verbatim to the end of the line",
	    "[name]\npattern\t  ^a  \\t#[b] *$ \t\n", true,
	    "[name] 1\npattern=^a  \\t#[b] *$ 2:11\n" },
	{ "a key more than once", "[n]\nk 1\nk 2\nk\n", true,
	    "[n] 1\nk=1 2:3\nk=2 3:3\nk= 4:2\n" },
	{ "two of one name", "[n]\na 1\n[n]\nb 2\n[m]\n", true,
	    "[n] 1\na=1 2:3\n[n] 3\nb=2 4:3\n[m] 5\n" },
	{ "a name with blanks and brackets", "[a [b] c]  \n", true,
	    "[a [b] c] 1\n" },
	{ "a comment only at the start", "[n]\nk v # no comment\n", true,
	    "[n] 1\nk=v # no comment 2:3\n" },
	{ "a key before any stanza", "key value\n[n]\nk v\n", false,
	    "[n] 2\nk=v 3:3\nfile:1:1: error: a key before the first "
	    "[stanza]\n  key value\n  ^\n" },
	{ "a line that starts with a blank", "[n]\n k v\n", false,
	    "[n] 1\nfile:2:1: error: a line starts with its key, not with a "
	    "blank\n   k v\n  ^\n" },
	{ "every bad line is told", "[n\n[]\n", false,
	    "file:1:1: error: a stanza's name ends with ']'\n  [n\n  ^\n"
	    "file:2:1: error: a stanza's name ends with ']'\n  []\n  ^\n" },
};

static void
say_file(const struct stanza_file *file, struct buffer *said)
{
	for (size_t i = 0; i < file->count; i++) {
		const struct stanza *stanza = &file->stanzas[i];

		buffer_append_format(said, "[%.*s] %u\n",
		    TEXT_FORMAT(stanza->name), stanza->line);
		for (size_t j = 0; j < stanza->count; j++)
			buffer_append_format(said, "%.*s=%.*s %u:%u\n",
			    TEXT_FORMAT(stanza->lines[j].key),
			    TEXT_FORMAT(stanza->lines[j].value),
			    stanza->lines[j].line, stanza->lines[j].column);
	}
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct diagnostics diagnostics;
	struct stanza_file file;
	struct buffer said;

	diagnostics_init(&diagnostics);
	stanza_file_init(&file);
	buffer_init(&said, 0);
	assert_int_equal(stanza_file_parse(&file, "file", text_of(row->content),
			     &diagnostics),
	    row->good);
	say_file(&file, &said);
	for (size_t i = 0; i < diagnostics.count; i++)
		diagnostic_format(&said, &diagnostics.items[i]);
	assert_string_equal(buffer_string(&said), row->said);
	assert_int_equal(diagnostics.errors > 0, !row->good);
	buffer_release(&said);
	stanza_file_release(&file);
	diagnostics_release(&diagnostics);
}

static void
check_find(void **state)
{
	struct diagnostics diagnostics;
	struct stanza_file file;
	struct buffer out;

	(void)state;
	diagnostics_init(&diagnostics);
	stanza_file_init(&file);
	assert_true(stanza_file_parse(&file, "file",
	    TEXT_LITERAL("[n]\nk\t\tone\nk two\nempty\n"), &diagnostics));
	assert_int_equal(stanza_find(&file.stanzas[0], "k")->line, 2);
	assert_true(text_equal(
	    stanza_value(&file.stanzas[0], "k"), TEXT_LITERAL("one")));
	assert_null(stanza_find(&file.stanzas[0], "K"));
	assert_int_equal(stanza_value(&file.stanzas[0], "none").length, 0);
	assert_non_null(stanza_find(&file.stanzas[0], "empty"));
	/* It points at the byte of the value, and at the stanza's name. */
	stanza_report(&diagnostics, DIAGNOSTIC_ERROR, &file.stanzas[0],
	    stanza_find(&file.stanzas[0], "k"), 2, "not %s", "so");
	stanza_report(&diagnostics, DIAGNOSTIC_WARNING, &file.stanzas[0], NULL,
	    0, "none");
	buffer_init(&out, 0);
	for (size_t i = 0; i < diagnostics.count; i++)
		diagnostic_format(&out, &diagnostics.items[i]);
	assert_string_equal(buffer_string(&out),
	    "file:2:6: error: not so\n  k  one\n       ^\n"
	    "file:1:1: warning: none\n  [n]\n  ^\n");
	buffer_release(&out);
	stanza_file_release(&file);
	diagnostics_release(&diagnostics);
}

/* --- files --- */

static void
write_file(const char *directory, const char *name, const char *content)
{
	char path[256];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	stream = fopen(path, "w");
	assert_non_null(stream);
	assert_int_equal(fputs(content, stream) >= 0, 1);
	assert_int_equal(fclose(stream), 0);
}

static void
remove_file(const char *directory, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	assert_int_equal(unlink(path), 0);
}

/* In the order of their names, without backups and hidden ones. */
static void
check_directory(void **state)
{
	static const char *const names[] = { "b", "B", "a", ".hidden", "c~" };
	char directory[] = "/tmp/test_stanza.XXXXXX";
	struct diagnostics diagnostics;
	struct stanza_file file;

	(void)state;
	assert_non_null(mkdtemp(directory));
	for (int i = 0; i < 5; i++)
		write_file(directory, names[i],
		    i == 0       ? "[last]\n"
			: i == 1 ? "[first]\nk v\n"
			: i == 2 ? "k v\n[middle]\n"
				 : "not read");
	diagnostics_init(&diagnostics);
	stanza_file_init(&file);
	/* A key before the first stanza of its own file is an error. */
	assert_false(stanza_file_load(&file, directory, &diagnostics));
	assert_int_equal(diagnostics.count, 1);
	assert_int_equal(diagnostics.items[0].line, 1);
	assert_int_equal(file.count, 3);
	assert_true(text_equal(file.stanzas[0].name, TEXT_LITERAL("first")));
	assert_true(text_equal(file.stanzas[1].name, TEXT_LITERAL("middle")));
	assert_true(text_equal(file.stanzas[2].name, TEXT_LITERAL("last")));
	assert_int_equal(file.stanzas[0].count, 1);
	assert_string_equal(strrchr(file.stanzas[1].path, '/') + 1, "a");
	stanza_file_release(&file);
	diagnostics_release(&diagnostics);
	for (int i = 0; i < 5; i++)
		remove_file(directory, names[i]);
	assert_int_equal(rmdir(directory), 0);
}

static void
check_missing(void **state)
{
	struct diagnostics diagnostics;
	struct stanza_file file;

	(void)state;
	diagnostics_init(&diagnostics);
	stanza_file_init(&file);
	assert_false(
	    stanza_file_load(&file, "/nonexistent/file", &diagnostics));
	assert_int_equal(diagnostics.errors, 1);
	assert_string_equal(diagnostics.items[0].path, "/nonexistent/file");
	stanza_file_release(&file);
	diagnostics_release(&diagnostics);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_find),
		cmocka_unit_test(check_directory),
		cmocka_unit_test(check_missing),
	};
	int failed = ROWS_RUN("stanzas", rows, check_row);

	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
