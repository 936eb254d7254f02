#include "unit/rows.h"

#include "base/buffer.h"
#include "base/diagnostic.h"

static const struct row {
	const char *name;
	enum diagnostic_level level;
	const char *path;
	uint64_t line;
	uint64_t column;
	const char *source;
	int64_t byte;
	const char *message;
	const char *formatted;
} rows[] = {
	{ "about no file", DIAGNOSTIC_ERROR, NULL, 0, 0, "", -1, "no such zone",
	    "bouncestat: error: no such zone\n" },
	{ "a file", DIAGNOSTIC_WARNING, "mail.log", 0, 0, "", -1, "is empty",
	    "mail.log: warning: is empty\n" },
	{ "a line", DIAGNOSTIC_NOTE, "mail.log", 7, 0, "", -1, "odd",
	    "mail.log:7: note: odd\n" },
	{ "a byte", DIAGNOSTIC_ERROR, "mail.log.gz", 0, 0, "", 0, "is cut",
	    "mail.log.gz: byte 0: error: is cut\n" },
	{ "a byte far behind", DIAGNOSTIC_ERROR, "mail.log.gz", 0, 0, "",
	    INT64_C(5000000000), "is cut",
	    "mail.log.gz: byte 5000000000: error: is cut\n" },
	{ "a caret", DIAGNOSTIC_ERROR, "rules", 3, 5, "key bad", -1, "what",
	    "rules:3:5: error: what\n  key bad\n      ^\n" },
	{ "a caret under the first byte", DIAGNOSTIC_ERROR, "rules", 3, 1,
	    "bad", -1, "what", "rules:3:1: error: what\n  bad\n  ^\n" },
	{ "a column without the line", DIAGNOSTIC_ERROR, "rules", 3, 5, "", -1,
	    "what", "rules:3:5: error: what\n" },
	{ "control bytes and bytes past ASCII", DIAGNOSTIC_ERROR,
	    "a\033[2Jb\xc3\xa9", 0, 0, "", -1, "a\nb\x7f",
	    "a\\x1B[2Jb\\xC3\\xA9: error: a\\x0Ab\\x7F\n" },
	{ "a caret behind bytes that are escaped", DIAGNOSTIC_ERROR, "rules", 1,
	    5, "k\t\xc3 bad", -1, "what",
	    "rules:1:5: error: what\n  k\\x09\\xC3 bad\n            ^\n" },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct diagnostics list;
	struct diagnostic *item;
	struct buffer out;

	diagnostics_init(&list);
	item =
	    diagnostics_add(&list, row->level, row->path, "%s", row->message);
	assert_int_equal(item->line, 0);
	assert_int_equal(item->column, 0);
	assert_int_equal(item->byte, -1);
	assert_null(item->source);
	diagnostic_set_place(
	    item, row->line, row->column, text_of(row->source));
	item->byte = row->byte;
	buffer_init(&out, 0);
	diagnostic_format(&out, &list.items[0]);
	assert_string_equal(buffer_string(&out), row->formatted);
	buffer_release(&out);
	diagnostics_release(&list);
}

/* Everything is copied, and levels are counted. */
static void
check_list(void **state)
{
	struct diagnostics list;
	char path[] = "file";
	char source[] = "line";

	(void)state;
	diagnostics_init(&list);
	diagnostic_set_place(
	    diagnostics_add(&list, DIAGNOSTIC_ERROR, path, "%d%s", 5, path), 1,
	    1, text_of(source));
	memset(path, 'x', sizeof(path) - 1);
	memset(source, 'x', sizeof(source) - 1);
	diagnostics_add(&list, DIAGNOSTIC_WARNING, NULL, "one");
	diagnostics_add(&list, DIAGNOSTIC_WARNING, NULL, "two");
	diagnostics_add(&list, DIAGNOSTIC_NOTE, NULL, "three");
	assert_int_equal(list.count, 4);
	assert_int_equal(list.errors, 1);
	assert_int_equal(list.warnings, 2);
	assert_string_equal(list.items[0].path, "file");
	assert_string_equal(list.items[0].message, "5file");
	assert_string_equal(list.items[0].source, "line");
	assert_null(list.items[1].path);
	/* A place may be set again. */
	diagnostic_set_place(&list.items[0], 2, 3, text_of("other"));
	assert_int_equal(list.items[0].line, 2);
	assert_string_equal(list.items[0].source, "other");
	diagnostics_release(&list);
	assert_int_equal(list.count, 0);
}

static void
check_move(void **state)
{
	struct diagnostics to;
	struct diagnostics from;

	(void)state;
	diagnostics_init(&to);
	diagnostics_init(&from);
	diagnostics_add(&to, DIAGNOSTIC_ERROR, "a", "one");
	for (int i = 0; i < 100; i++)
		diagnostics_add(&from, DIAGNOSTIC_WARNING, "b", "%d", i);
	diagnostics_move(&to, &from);
	assert_int_equal(from.count, 0);
	assert_int_equal(from.warnings, 0);
	assert_int_equal(to.count, 101);
	assert_int_equal(to.errors, 1);
	assert_int_equal(to.warnings, 100);
	assert_string_equal(to.items[0].message, "one");
	assert_string_equal(to.items[100].message, "99");
	/* The emptied list may be used on. */
	diagnostics_add(&from, DIAGNOSTIC_NOTE, NULL, "again");
	assert_int_equal(from.count, 1);
	diagnostics_release(&from);
	diagnostics_release(&to);
}

/* A hostile file name or word cannot make a message of any length. */
static void
check_long_message(void **state)
{
	struct diagnostics list;
	char word[5000];

	(void)state;
	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	diagnostics_init(&list);
	diagnostics_add(&list, DIAGNOSTIC_ERROR, NULL, "'%s'", word);
	assert_in_range(strlen(list.items[0].message), 100, 1024);
	diagnostics_release(&list);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_list),
		cmocka_unit_test(check_move),
		cmocka_unit_test(check_long_message),
	};
	int failed = ROWS_RUN("diagnostics", rows, check_row);

	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
