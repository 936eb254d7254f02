/*
 * Enhanced mail system status codes (RFC 3463): class.subject.detail.
 *
 * A code is one number, class * 1000000 + subject * 1000 + detail, so that
 * 5.7.509 is 5007509 and codes sort as they read; 0 means no code.  The class
 * is 2, 4 or 5; subject and detail have one to three digits.
 */
#ifndef BASE_ENHANCED_CODE_H
#define BASE_ENHANCED_CODE_H

#include "base/buffer.h"

#define ENHANCED_CODE(c, s, d) ((uint32_t)((c)*1000000 + (s)*1000 + (d)))

/*
 * The code at the very start of `text`; *length (may be NULL) gets how many
 * bytes it takes.  0 when there is none: a letter, a further digit or ".digit"
 * behind the code makes it a name, an address or a version (5.7.1.100).
 */
uint32_t enhanced_code_parse(struct text text, size_t *length);

/* 2, 4 or 5; 0 for no code. */
unsigned enhanced_code_class(uint32_t code);

/* Appends "5.7.509"; nothing for 0. */
void buffer_append_enhanced_code(struct buffer *out, uint32_t code);

#endif
