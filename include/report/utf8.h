/*
 * UTF-8 (RFC 3629): which bytes of a text from a log are characters.
 */
#ifndef REPORT_UTF8_H
#define REPORT_UTF8_H

#include "base/text.h"

/*
 * Bytes of the character at `at` (< text.length): 1 to 4, or 0 when the byte
 * there begins none (overlong forms and surrogates are none).
 */
size_t utf8_length(struct text text, size_t at);

/* Puts U+FFFD (3 bytes) at `to`; returns where the next byte goes. */
char *utf8_put_replacement(char *to);

#endif
