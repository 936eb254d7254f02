#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define BUFFER_MAXIMUM ((size_t)1 << 30)

void
buffer_init(struct buffer *buffer, size_t maximum)
{
	*buffer = (struct buffer){ 0 };
	buffer->maximum = maximum > 0 ? maximum : BUFFER_MAXIMUM;
}

void
buffer_release(struct buffer *buffer)
{
	free(buffer->data);
	buffer->data = NULL;
	buffer->length = 0;
	buffer->capacity = 0;
}

void
buffer_clear(struct buffer *buffer)
{
	buffer->length = 0;
	buffer->overflowed = false;
}

bool
buffer_reserve(struct buffer *buffer, size_t extra)
{
	if (extra > buffer->maximum - buffer->length) {
		buffer->overflowed = true;
		return false;
	}
	/* One byte more, so that buffer_string can always terminate. */
	buffer->data = memory_grow(
	    buffer->data, &buffer->capacity, buffer->length + extra + 1, 1);
	return true;
}

void
buffer_append(struct buffer *buffer, const char *data, size_t length)
{
	if (length == 0 || !buffer_reserve(buffer, length))
		return;
	memcpy(buffer->data + buffer->length, data, length);
	buffer->length += length;
}

void
buffer_append_text(struct buffer *buffer, struct text text)
{
	buffer_append(buffer, text.data, text.length);
}

void
buffer_append_string(struct buffer *buffer, const char *string)
{
	buffer_append(buffer, string, strlen(string));
}

void
buffer_append_byte(struct buffer *buffer, char byte)
{
	buffer_append(buffer, &byte, 1);
}

void
buffer_append_number(struct buffer *buffer, uint64_t number)
{
	char digits[20];
	size_t start = sizeof(digits);

	do {
		digits[--start] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	buffer_append(buffer, digits + start, sizeof(digits) - start);
}

void
buffer_append_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	buffer_append_format_list(buffer, format, arguments);
	va_end(arguments);
}

void
buffer_append_format_list(
    struct buffer *buffer, const char *format, va_list arguments)
{
	va_list again;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length > 0 && buffer_reserve(buffer, (size_t)length)) {
		vsnprintf(buffer->data + buffer->length, (size_t)length + 1,
		    format, arguments);
		buffer->length += (size_t)length;
	}
}

struct text
buffer_text(const struct buffer *buffer)
{
	return (struct text){ buffer->data, buffer->length };
}

const char *
buffer_string(struct buffer *buffer)
{
	if (!buffer_reserve(buffer, 0))
		return "";
	buffer->data[buffer->length] = '\0';
	return buffer->data;
}
