/*
 * Output file: a file that is there whole or not at all.
 *
 * It is written as a hidden temporary file in the same directory, synced and
 * renamed: a reader sees the old file or the new one, whenever he looks and
 * whatever happens.  A failure leaves the old file, removes the temporary one
 * and adds an error.  A pipe or device in its place is written to, not
 * replaced, and so is standard output or error (/dev/stdout), whatever it is.
 */
#ifndef REPORT_OUTPUT_FILE_H
#define REPORT_OUTPUT_FILE_H

#include <stdio.h>
#include <sys/types.h>

#include "base/diagnostic.h"

/* Writes everything; false, and errno, when it cannot. */
typedef bool output_function(const void *context, FILE *stream);

/* `mode` is cut by the umask. */
bool output_file_write(const char *path, mode_t mode, output_function *write,
    const void *context, struct diagnostics *diagnostics);

/* So that new names in the directory last. */
bool
output_directory_sync(const char *directory, struct diagnostics *diagnostics);

/* The directory of a path; free() it. */
char *output_directory_of(const char *path);

#endif
