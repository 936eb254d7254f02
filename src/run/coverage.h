/*
 * Coverage: which times the logs tell of, and what reaches into the period.
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

/*
 * Does what lasted from `first` to `last` (ms; INSTANT_NONE = never) reach
 * into the period that is asked for?
 */
bool
coverage_reaches(const struct settings *settings, int64_t first, int64_t last);

/*
 * Leaves those that do, and returns how many: addresses from their first
 * failure to the last, or to the expiry after it; incidents until they are
 * resolved.
 */
size_t coverage_select_addresses(
    const struct settings *settings, struct address *addresses, size_t count);
size_t coverage_select_incidents(
    const struct settings *settings, struct incident *incidents, size_t count);

#endif
