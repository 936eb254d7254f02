/*
 * Pattern regex: from the line of a pattern to its compiled regex.
 *
 * Private to the scan stage.
 */
#ifndef SCAN_PATTERN_REGEX_H
#define SCAN_PATTERN_REGEX_H

#include "scan/pattern.h"

/*
 * Expands the macros of the line, leaves out what the pattern's prefix shows
 * (see is_seen), compiles the rest and finds the groups.  All other keys of the
 * stanza are read.  False, and diagnostics, when it is no good.
 */
bool pattern_regex_compile(struct pattern *pattern, const struct stanza *macros,
    const struct stanza_line *line, struct diagnostics *diagnostics);

#endif
