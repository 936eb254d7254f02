#include "report/csv_directory.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "report/output_file.h"
#include "report/table.h"

struct table_of_view {
	const struct table *table;
	const struct report_view *view;
};

static bool
write_csv(const void *context, FILE *stream)
{
	const struct table_of_view *what = context;

	return table_write(what->table, what->view, FORMAT_CSV, stream);
}

static bool
write_table(const char *directory, const struct table *table,
    const struct report_view *view, struct diagnostics *diagnostics)
{
	const struct table_of_view what = { table, view };
	struct buffer path;
	bool written;

	buffer_init(&path, 0);
	buffer_append_format(&path, "%s/%s.csv", directory, table->name);
	written = output_file_write(
	    buffer_string(&path), 0666, write_csv, &what, diagnostics);
	buffer_release(&path);
	return written;
}

/* Some of the tables, and what became of them. */
struct share {
	const char *directory;
	const struct report_view *view;
	bool sorts; /* the tables that do, or those that do not */
	bool written;
	struct diagnostics diagnostics;
};

static void *
write_share(void *context)
{
	struct share *share = context;

	share->written = true;
	diagnostics_init(&share->diagnostics);
	for (size_t i = 0; i < table_count; i++)
		if (tables[i]->sorts == share->sorts &&
		    !write_table(share->directory, tables[i], share->view,
			&share->diagnostics))
			share->written = false;
	return NULL;
}

/* Each half takes about as long as the other. */
static void
write_shares(struct share shares[2], unsigned jobs)
{
	pthread_t thread;
	bool threaded = jobs > 1 &&
	    pthread_create(&thread, NULL, write_share, &shares[1]) == 0;

	write_share(&shares[0]);
	if (threaded)
		pthread_join(thread, NULL);
	else
		write_share(&shares[1]);
}

/*
 * It is there and takes files, or can be made.  What holds for all tables is
 * not said of each.
 */
static bool
make_directory(const char *directory, struct diagnostics *diagnostics)
{
	struct stat status;
	const char *what = "made";
	int error = 0;

	if (mkdir(directory, 0777) != 0)
		error = errno;
	if (error == EEXIST && stat(directory, &status) == 0) {
		error = S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
		if (error == 0 && access(directory, W_OK | X_OK) != 0) {
			what = "written to";
			error = errno;
		}
	}
	if (error == 0)
		return true;
	diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, directory,
	    "cannot be %s: %s", what, strerror(error));
	return false;
}

bool
csv_directory_write(const char *directory, const struct report_view *view,
    struct diagnostics *diagnostics)
{
	struct share shares[2] = {
		{ .directory = directory, .view = view, .sorts = true },
		{ .directory = directory, .view = view, .sorts = false },
	};
	bool written = true;

	if (!make_directory(directory, diagnostics))
		return false;
	write_shares(shares, view->source->settings->jobs);
	for (size_t i = 0; i < 2; i++) {
		written &= shares[i].written;
		diagnostics_move(diagnostics, &shares[i].diagnostics);
	}
	return output_directory_sync(directory, diagnostics) && written;
}

bool
csv_suppression_write(const char *path, const struct report_view *view,
    struct diagnostics *diagnostics)
{
	const struct table_of_view what = { &suppression_table, view };
	char *directory = output_directory_of(path);
	bool written =
	    output_file_write(path, 0600, write_csv, &what, diagnostics) &&
	    output_directory_sync(directory, diagnostics);

	free(directory);
	return written;
}
