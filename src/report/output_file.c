#include "report/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

/* What to write, and how. */
struct output {
	output_function *write;
	const void *context;
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

/*
 * mkstemp's file is for its owner only; others are for the umask to say, which
 * is the process's and can only be asked for by setting it.
 */
static bool
set_mode(int descriptor, mode_t mode)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	mode_t mask;

	pthread_mutex_lock(&lock);
	mask = umask(0);
	umask(mask);
	pthread_mutex_unlock(&lock);
	return fchmod(descriptor, mode & ~mask) == 0;
}

/* Writes, syncs and closes; 0 or the errno of what failed. */
static int
write_stream(FILE *stream, const struct output *output)
{
	int error = 0;

	errno = 0;
	if (!set_mode(fileno(stream), output->mode) ||
	    !output->write(output->context, stream) || fflush(stream) != 0 ||
	    fsync(fileno(stream)) != 0)
		error = errno != 0 ? errno : EIO;
	if (fclose(stream) != 0 && error == 0)
		error = errno;
	return error;
}

static int
write_temporary(char *temporary, const struct output *output)
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
		error = write_stream(stream, output);
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

/*
 * Our own output, if the path stands for it, as /dev/stdout does.  It may be
 * a regular file, but the path is a link that must not be replaced.
 */
static FILE *
own_output(const char *path)
{
	FILE *const streams[] = { stdout, stderr };
	struct stat named;
	struct stat own;

	if (stat(path, &named) != 0)
		return NULL;
	for (int i = 0; i < 2; i++)
		if (fstat(fileno(streams[i]), &own) == 0 &&
		    own.st_dev == named.st_dev && own.st_ino == named.st_ino)
			return streams[i];
	return NULL;
}

/* Writes; 0 or the errno of what failed.  The stream stays open. */
static int
write_open(FILE *stream, const struct output *output)
{
	errno = 0;
	if (output->write(output->context, stream) && fflush(stream) == 0)
		return 0;
	return errno != 0 ? errno : EIO;
}

static int
write_special(const char *path, const struct output *output)
{
	FILE *stream = fopen(path, "w");
	int error;

	if (stream == NULL)
		return errno;
	error = write_open(stream, output);
	if (fclose(stream) != 0 && error == 0)
		error = errno;
	return error;
}

char *
output_directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return memory_copy_string(".", 1);
	if (slash == path)
		return memory_copy_string("/", 1);
	return memory_copy_string(path, (size_t)(slash - path));
}

static int
replace_file(const char *path, const struct output *output)
{
	const char *slash = strrchr(path, '/');
	char *directory = output_directory_of(path);
	struct buffer temporary;
	char *hidden;
	int error;

	buffer_init(&temporary, 0);
	buffer_append_format(&temporary, "%s/.%s.XXXXXX", directory,
	    slash != NULL ? slash + 1 : path);
	hidden = memory_copy_string(temporary.data, temporary.length);
	buffer_release(&temporary);
	free(directory);
	error = write_temporary(hidden, output);
	if (error == 0 && rename(hidden, path) != 0) {
		error = errno;
		unlink(hidden);
	}
	free(hidden);
	return error;
}

bool
output_file_write(const char *path, mode_t mode, output_function *write,
    const void *context, struct diagnostics *diagnostics)
{
	const struct output output = { write, context, mode };
	FILE *own = own_output(path);
	int error;

	if (own != NULL)
		error = write_open(own, &output);
	else if (is_special(path))
		error = write_special(path, &output);
	else
		error = replace_file(path, &output);
	if (error != 0)
		return report_failure(
		    diagnostics, path, "cannot be written", error);
	return true;
}

/* Some file systems know no such sync. */
bool
output_directory_sync(const char *directory, struct diagnostics *diagnostics)
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
