#include "input/operands.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

struct name_list {
	char **items;
	size_t count;
	size_t capacity;
};

static void walk(struct operands *operands, const char *path,
    struct diagnostics *diagnostics);

void
operands_init(struct operands *operands)
{
	*operands = (struct operands){ 0 };
	operands->seen = pool_new();
}

void
operands_release(struct operands *operands)
{
	for (size_t i = 0; i < operands->count; i++)
		free(operands->items[i].path);
	free(operands->items);
	pool_free(operands->seen);
	*operands = (struct operands){ 0 };
}

/* True the first time a file or directory comes along. */
static bool
is_new(struct operands *operands, const struct stat *status)
{
	uint64_t identity[2] = { (uint64_t)status->st_dev,
		(uint64_t)status->st_ino };
	char bytes[sizeof(identity)];
	uint32_t before = pool_count(operands->seen);

	memcpy(bytes, identity, sizeof(bytes));
	pool_intern(operands->seen, (struct text){ bytes, sizeof(bytes) });
	return pool_count(operands->seen) > before;
}

static void
add_input(struct operands *operands, const char *path,
    const struct stat *status, struct diagnostics *diagnostics)
{
	struct input_operand *input;

	if (!is_new(operands, status)) {
		operands->repeated++;
		diagnostics_add(diagnostics, DIAGNOSTIC_WARNING, path,
		    "is the same file as one before it and is read once");
		return;
	}
	operands->items = memory_grow(operands->items, &operands->capacity,
	    operands->count + 1, sizeof(*operands->items));
	input = &operands->items[operands->count++];
	input->path = memory_copy_string(path, strlen(path));
	input->size = 0;
	if (S_ISREG(status->st_mode))
		input->size = (uint64_t)status->st_size;
	input->modified = (int64_t)status->st_mtime;
}

static void
report_missing(struct operands *operands, const char *path, const char *reason,
    struct diagnostics *diagnostics)
{
	operands->missing++;
	diagnostics_add(
	    diagnostics, DIAGNOSTIC_ERROR, path, "cannot be read: %s", reason);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* errno of what cut the list short; 0 = it is whole. */
static int
list_names(DIR *directory, struct name_list *names)
{
	struct dirent *entry;
	int error;

	while (errno = 0, (entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		names->items = memory_grow(names->items, &names->capacity,
		    names->count + 1, sizeof(*names->items));
		names->items[names->count++] =
		    memory_copy_string(entry->d_name, strlen(entry->d_name));
	}
	error = errno;
	if (names->count > 1)
		qsort(names->items, names->count, sizeof(*names->items),
		    compare_names);
	return error;
}

/* A name in a directory; what is neither file nor directory is left out. */
static void
add_entry(struct operands *operands, const char *path,
    struct diagnostics *diagnostics)
{
	struct stat status;

	if (stat(path, &status) != 0) {
		report_missing(operands, path, strerror(errno), diagnostics);
		return;
	}
	if (S_ISREG(status.st_mode))
		add_input(operands, path, &status, diagnostics);
	else if (S_ISDIR(status.st_mode) && is_new(operands, &status))
		walk(operands, path, diagnostics);
}

static void
walk(struct operands *operands, const char *path,
    struct diagnostics *diagnostics)
{
	struct name_list names = { 0 };
	struct buffer entry;
	DIR *directory = opendir(path);
	int error;

	if (directory == NULL) {
		report_missing(operands, path, strerror(errno), diagnostics);
		return;
	}
	error = list_names(directory, &names);
	closedir(directory);
	if (error != 0)
		report_missing(operands, path, strerror(error), diagnostics);
	buffer_init(&entry, 0);
	for (size_t i = 0; i < names.count; i++) {
		buffer_clear(&entry);
		buffer_append_string(&entry, path);
		if (path[strlen(path) - 1] != '/')
			buffer_append_byte(&entry, '/');
		buffer_append_string(&entry, names.items[i]);
		add_entry(operands, buffer_string(&entry), diagnostics);
		free(names.items[i]);
	}
	buffer_release(&entry);
	free(names.items);
}

static void
add_directory(struct operands *operands, const char *path,
    const struct stat *status, bool recursive, struct diagnostics *diagnostics)
{
	size_t before =
	    operands->count + operands->missing + operands->repeated;

	if (!recursive) {
		report_missing(
		    operands, path, "it is a directory (use -r)", diagnostics);
		return;
	}
	if (!is_new(operands, status)) {
		operands->repeated++;
		diagnostics_add(diagnostics, DIAGNOSTIC_WARNING, path,
		    "is the same directory as one before it and is read once");
		return;
	}
	walk(operands, path, diagnostics);
	if (operands->count + operands->missing + operands->repeated == before)
		diagnostics_add(diagnostics, DIAGNOSTIC_WARNING, path,
		    "holds no file to read");
}

void
operands_add(struct operands *operands, const char *name, bool recursive,
    struct diagnostics *diagnostics)
{
	struct stat status;
	int result;

	if (strcmp(name, "-") == 0)
		result = fstat(STDIN_FILENO, &status);
	else
		result = stat(name, &status);
	if (result != 0)
		report_missing(operands, name, strerror(errno), diagnostics);
	else if (S_ISDIR(status.st_mode))
		add_directory(operands, name, &status, recursive, diagnostics);
	else
		add_input(operands, name, &status, diagnostics);
}

void
operands_add_all(struct operands *operands, const char *const *names,
    size_t count, bool recursive, struct diagnostics *diagnostics)
{
	if (count == 0)
		operands_add(operands, "-", recursive, diagnostics);
	for (size_t i = 0; i < count; i++)
		operands_add(operands, names[i], recursive, diagnostics);
}
