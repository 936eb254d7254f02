/*
 * Coverage: which times the logs tell of.
 */
#ifndef RUN_COVERAGE_H
#define RUN_COVERAGE_H

#include "report/source.h"

/*
 * The times from first to last line of each input, within the period that is
 * asked for, sorted, and joined where they meet within an hour.  Returns how
 * many; *ranges is the caller's to free.
 */
size_t coverage_make(const struct report_input *inputs, size_t count,
    const struct settings *settings, struct report_range **ranges);

#endif
