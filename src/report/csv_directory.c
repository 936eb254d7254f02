#include "report/csv_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "report/table.h"

/* Where a file goes: "directory/name", and its directory. */
struct target {
	const char *path;
	const char *directory;
	const char *name;
	mode_t mode;
};

static bool
report_failure(struct diagnostics *diagnostics, const char *path,
    const char *what, int error)
{
	diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, path, "%s: %s", what,
	    strerror(error));
	return false;
}

/* mkstemp's file is for its owner only; others are for the umask to say. */
static bool
set_mode(int descriptor, mode_t mode)
{
	mode_t mask = umask(0);

	umask(mask);
	return fchmod(descriptor, mode & ~mask) == 0;
}

/* Writes, syncs and closes; 0 or the errno of what failed. */
static int
write_stream(FILE *stream, const struct table *table,
    const struct report_view *view, mode_t mode)
{
	int error = 0;

	if (!set_mode(fileno(stream), mode) ||
	    !table_write(table, view, FORMAT_CSV, stream) ||
	    fsync(fileno(stream)) != 0)
		error = errno != 0 ? errno : EIO;
	if (fclose(stream) != 0 && error == 0)
		error = errno;
	return error;
}

static int
write_temporary(char *temporary, const struct table *table,
    const struct report_view *view, mode_t mode)
{
	int descriptor = mkstemp(temporary);
	FILE *stream;
	int error;

	if (descriptor < 0)
		return errno;
	stream = fdopen(descriptor, "w");
	if (stream == NULL) {
		error = errno;
		close(descriptor);
	} else {
		error = write_stream(stream, table, view, mode);
	}
	if (error != 0)
		unlink(temporary);
	return error;
}

/* A pipe or a device must not be replaced by a file. */
static bool
is_special(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISREG(status.st_mode) &&
	    !S_ISDIR(status.st_mode);
}

static int
write_special(
    const char *path, const struct table *table, const struct report_view *view)
{
	FILE *stream = fopen(path, "w");
	int error = 0;

	if (stream == NULL)
		return errno;
	if (!table_write(table, view, FORMAT_CSV, stream))
		error = errno != 0 ? errno : EIO;
	if (fclose(stream) != 0 && error == 0)
		error = errno;
	return error;
}

static int
replace_file(const struct target *target, const struct table *table,
    const struct report_view *view)
{
	struct buffer temporary;
	char *path;
	int error;

	buffer_init(&temporary, 0);
	buffer_append_format(
	    &temporary, "%s/.%s.XXXXXX", target->directory, target->name);
	path = memory_copy_string(temporary.data, temporary.length);
	buffer_release(&temporary);
	error = write_temporary(path, table, view, target->mode);
	if (error == 0 && rename(path, target->path) != 0) {
		error = errno;
		unlink(path);
	}
	free(path);
	return error;
}

static bool
write_file(const struct target *target, const struct table *table,
    const struct report_view *view, struct diagnostics *diagnostics)
{
	int error = is_special(target->path)
	    ? write_special(target->path, table, view)
	    : replace_file(target, table, view);

	if (error != 0)
		return report_failure(
		    diagnostics, target->path, "cannot be written", error);
	return true;
}

/* So that the new names last; some file systems know no such sync. */
static bool
sync_directory(const char *directory, struct diagnostics *diagnostics)
{
	int descriptor = open(directory, O_RDONLY | O_DIRECTORY);
	int error = 0;

	if (descriptor < 0 || (fsync(descriptor) != 0 && errno != EINVAL))
		error = errno;
	if (descriptor >= 0)
		close(descriptor);
	if (error != 0)
		return report_failure(
		    diagnostics, directory, "cannot be synced", error);
	return true;
}

static bool
write_table(const char *directory, const struct table *table,
    const struct report_view *view, struct diagnostics *diagnostics)
{
	struct buffer name;
	struct buffer path;
	struct target target;
	bool written;

	buffer_init(&name, 0);
	buffer_init(&path, 0);
	buffer_append_format(&name, "%s.csv", table->name);
	buffer_append_format(&path, "%s/%s.csv", directory, table->name);
	target = (struct target){ buffer_string(&path), directory,
		buffer_string(&name), 0666 };
	written = write_file(&target, table, view, diagnostics);
	buffer_release(&name);
	buffer_release(&path);
	return written;
}

bool
csv_directory_write(const char *directory, const struct report_view *view,
    struct diagnostics *diagnostics)
{
	bool written = true;

	if (mkdir(directory, 0777) != 0 && errno != EEXIST)
		return report_failure(
		    diagnostics, directory, "cannot be made", errno);
	for (size_t i = 0; i < table_count; i++)
		if (!write_table(directory, tables[i], view, diagnostics))
			written = false;
	return sync_directory(directory, diagnostics) && written;
}

bool
csv_suppression_write(const char *path, const struct report_view *view,
    struct diagnostics *diagnostics)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash == NULL ? memory_copy_string(".", 1)
	    : slash == path             ? memory_copy_string("/", 1)
			    : memory_copy_string(path, (size_t)(slash - path));
	struct target target = { path, directory,
		slash != NULL ? slash + 1 : path, 0600 };
	bool written =
	    write_file(&target, &suppression_table, view, diagnostics) &&
	    sync_directory(directory, diagnostics);

	free(directory);
	return written;
}
