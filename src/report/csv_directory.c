#include "report/csv_directory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

bool
csv_directory_write(const char *directory, const struct report_view *view,
    struct diagnostics *diagnostics)
{
	bool written = true;

	if (mkdir(directory, 0777) != 0 && errno != EEXIST) {
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, directory,
		    "cannot be made: %s", strerror(errno));
		return false;
	}
	for (size_t i = 0; i < table_count; i++)
		if (!write_table(directory, tables[i], view, diagnostics))
			written = false;
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
