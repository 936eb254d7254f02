/*
 * Prometheus: the main figures as a file for node_exporter's textfile
 * collector (Prometheus text format 0.0.4).
 *
 * All are gauges: they are counts of the reported period, not of the life of
 * a process.  A ratio whose denominator is 0 is left out.  Only the
 * settings->top first domains are in it, so that the number of series is
 * bounded.
 */
#ifndef REPORT_PROMETHEUS_H
#define REPORT_PROMETHEUS_H

#include "base/diagnostic.h"
#include "report/view.h"

/* Appends the file. */
void prometheus_format(struct buffer *out, const struct report_view *view);

/* Replaces the file (see report/output_file.h), readable for all. */
bool prometheus_write(const char *path, const struct report_view *view,
    struct diagnostics *diagnostics);

#endif
