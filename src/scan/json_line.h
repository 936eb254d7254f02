/*
 * JSON line: values out of one line that is a JSON object.  Decoded by
 * jansson; private to the scan stage.
 */
#ifndef SCAN_JSON_LINE_H
#define SCAN_JSON_LINE_H

#include "base/arena.h"

enum json_line_result {
	JSON_LINE_READ,
	JSON_LINE_BROKEN, /* no JSON object (RFC 8259, in UTF-8) */
	JSON_LINE_UNSUPPORTED /* built without jansson */
};

/*
 * values[i] gets what stands at paths[i] (names joined by dots), in the
 * arena: the string; an integer, or a number with three digits behind the
 * point; the strings of an array, each but the last followed by a NUL (no
 * string holds one).  Absent, null and everything else: data is NULL; an
 * empty string has length 0 and data.
 *
 * A name that comes twice in one object, a NUL within a string and nesting
 * deeper than jansson goes (2048) break a line.
 */
enum json_line_result json_line_read(struct text line, const struct text *paths,
    size_t count, struct text *values, struct arena *arena);

#endif
