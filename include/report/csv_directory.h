/*
 * CSV directory: all tables of a report as files.
 *
 * Each file is written as a hidden temporary file in the same directory,
 * synced and renamed, and the directory is synced: a reader sees the old file
 * or the new one, whenever he looks and whatever happens.  A failure leaves
 * the old file, removes the temporary one and adds an error to `diagnostics`.
 * A pipe or device in the place of a file is written to, not replaced.
 */
#ifndef REPORT_CSV_DIRECTORY_H
#define REPORT_CSV_DIRECTORY_H

#include "base/diagnostic.h"
#include "report/view.h"

/*
 * Writes NAME.csv for each of the tables; the directory is made if it is not
 * there (its parents are not).  Goes on after a failed file, so that as many
 * as possible are new; false when any failed.
 */
bool csv_directory_write(const char *directory, const struct report_view *view,
    struct diagnostics *diagnostics);

/* Writes the suppression list, readable by its owner only (mode 0600). */
bool csv_suppression_write(const char *path, const struct report_view *view,
    struct diagnostics *diagnostics);

#endif
