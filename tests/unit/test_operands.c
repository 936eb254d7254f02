#define _GNU_SOURCE /* nftw */
#include "unit/rows.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "input/operands.h"

/*
 * The directory that every row runs in:
 *
 *	a.log  b.log  hard.log (a.log again)  soft.log -> a.log  empty/
 *	logs/: B.log  a.log  .hidden  sub/c.log  loop -> ..  gone -> nowhere
 */
static char directory[] = "/tmp/operands-XXXXXX";

static const struct row {
	const char *name;
	const char *names[4];
	bool recursive;
	const char *paths; /* of the inputs, a blank behind each */
	const char *messages; /* as they are printed */
	size_t missing;
	size_t repeated;
} rows[] = {
	{ "files in the order given", { "b.log", "a.log" }, false,
	    "b.log a.log ", "", 0, 0 },
	{ "nothing is standard input", { NULL }, false, "- ", "", 0, 0 },
	{ "standard input twice", { "-", "-" }, false, "- ",
	    "-: warning: is the same file as one before it and is read once\n",
	    0, 1 },
	{ "missing", { "a.log", "c.log" }, false, "a.log ",
	    "c.log: error: cannot be read: No such file or directory\n", 1, 0 },
	{ "directory without -r", { "logs", "a.log" }, false, "a.log ",
	    "logs: error: cannot be read: it is a directory (use -r)\n", 1, 0 },
	{ "twice by its name", { "a.log", "./a.log" }, false, "a.log ",
	    "./a.log: warning: is the same file as one before it and is read "
	    "once\n",
	    0, 1 },
	{ "twice by links", { "a.log", "hard.log", "soft.log" }, false,
	    "a.log ",
	    "hard.log: warning: is the same file as one before it and is read "
	    "once\n"
	    "soft.log: warning: is the same file as one before it and is read "
	    "once\n",
	    0, 2 },
	{ "directory", { "logs" }, true,
	    "logs/B.log logs/a.log logs/loop/a.log logs/loop/b.log "
	    "logs/sub/c.log ",
	    "logs/gone: error: cannot be read: No such file or directory\n"
	    "logs/loop/hard.log: warning: is the same file as one before it "
	    "and is read once\n"
	    "logs/loop/soft.log: warning: is the same file as one before it "
	    "and is read once\n",
	    1, 2 },
	{ "directory with a slash, twice", { "logs/sub/", "logs/sub" }, true,
	    "logs/sub/c.log ",
	    "logs/sub: warning: is the same directory as one before it and is "
	    "read once\n",
	    0, 1 },
	{ "empty directory", { "empty" }, true, "",
	    "empty: warning: holds no file to read\n", 0, 0 },
	{ "not a file", { "/dev/null" }, false, "/dev/null ", "", 0, 0 },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct diagnostics diagnostics;
	struct operands operands;
	struct buffer text;
	size_t count = 0;

	while (count < 4 && row->names[count] != NULL)
		count++;
	diagnostics_init(&diagnostics);
	operands_init(&operands);
	buffer_init(&text, 0);
	operands_add_all(
	    &operands, row->names, count, row->recursive, &diagnostics);
	for (size_t i = 0; i < operands.count; i++)
		buffer_append_format(&text, "%s ", operands.items[i].path);
	assert_string_equal(buffer_string(&text), row->paths);
	buffer_clear(&text);
	for (size_t i = 0; i < diagnostics.count; i++)
		diagnostic_format(&text, &diagnostics.items[i]);
	assert_string_equal(buffer_string(&text), row->messages);
	assert_int_equal(operands.missing, row->missing);
	assert_int_equal(operands.repeated, row->repeated);
	buffer_release(&text);
	operands_release(&operands);
	diagnostics_release(&diagnostics);
}

static bool
make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	return fd >= 0 && write(fd, "line\n", 5) == 5 && close(fd) == 0;
}

static bool
make_directory(void)
{
	return mkdtemp(directory) != NULL && chdir(directory) == 0 &&
	    mkdir("logs", 0700) == 0 && mkdir("logs/sub", 0700) == 0 &&
	    mkdir("empty", 0700) == 0 && make_file("b.log") &&
	    make_file("a.log") && link("a.log", "hard.log") == 0 &&
	    symlink("a.log", "soft.log") == 0 && make_file("logs/a.log") &&
	    make_file("logs/B.log") && make_file("logs/.hidden") &&
	    make_file("logs/sub/c.log") && symlink("..", "logs/loop") == 0 &&
	    symlink("nowhere", "logs/gone") == 0;
}

static int
remove_entry(
    const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

int
main(void)
{
	int failed = 1;

	if (make_directory())
		failed = ROWS_RUN("operands", rows, check_row);
	else
		perror(directory);
	nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	return failed;
}
