/*
 * Buffer: bytes that grow, up to a maximum.
 *
 * Embedded in its owner: buffer_init ... buffer_release.  Appending past the
 * maximum stores nothing more and sets `overflowed`.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdarg.h>

#include "base/text.h"

struct buffer {
	char *data;
	size_t length;
	size_t capacity;
	size_t maximum;
	bool overflowed;
};

/* `maximum` in bytes; 0 means 1 GiB. */
void buffer_init(struct buffer *buffer, size_t maximum);
void buffer_release(struct buffer *buffer);

/* Empty and not overflowed, its memory kept. */
void buffer_clear(struct buffer *buffer);

/* Room for `extra` more bytes at data + length; false past the maximum. */
bool buffer_reserve(struct buffer *buffer, size_t extra);

void buffer_append(struct buffer *buffer, const char *data, size_t length);
void buffer_append_text(struct buffer *buffer, struct text text);
void buffer_append_string(struct buffer *buffer, const char *string);
void buffer_append_byte(struct buffer *buffer, char byte);
void buffer_append_number(struct buffer *buffer, uint64_t number);
void buffer_append_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buffer_append_format_list(struct buffer *buffer, const char *format,
    va_list arguments) __attribute__((format(printf, 2, 0)));

/* What is in it; valid until the next call that changes the buffer. */
struct text buffer_text(const struct buffer *buffer);

/* The same, terminated by a NUL that is not counted. */
const char *buffer_string(struct buffer *buffer);

#endif
