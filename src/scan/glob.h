/*
 * Globs: names with '*' for any run of bytes, as pattern files use them for
 * programs and transports.  Private to the scan stage.
 */
#ifndef SCAN_GLOB_H
#define SCAN_GLOB_H

#include "base/text.h"

/* Does one of the words of `globs` match, and none that starts with '!'? */
bool globs_match(struct text globs, struct text text);

#endif
