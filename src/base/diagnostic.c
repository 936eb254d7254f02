#include "base/diagnostic.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"

#define SOURCE_SHOWN 160

void
diagnostics_init(struct diagnostics *list)
{
	*list = (struct diagnostics){ 0 };
}

void
diagnostics_release(struct diagnostics *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].path);
		free(list->items[i].message);
		free(list->items[i].source);
	}
	free(list->items);
	diagnostics_init(list);
}

static struct diagnostic *
append(struct diagnostics *list, struct diagnostic item)
{
	list->items = memory_grow(list->items, &list->capacity, list->count + 1,
	    sizeof(*list->items));
	list->items[list->count] = item;
	list->errors += item.level == DIAGNOSTIC_ERROR;
	list->warnings += item.level == DIAGNOSTIC_WARNING;
	return &list->items[list->count++];
}

struct diagnostic *
diagnostics_add(struct diagnostics *list, enum diagnostic_level level,
    const char *path, const char *format, ...)
{
	struct diagnostic item = { .level = level, .byte = -1 };
	char message[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	if (path != NULL)
		item.path = memory_copy_string(path, text_of(path).length);
	item.message = memory_copy_string(message, text_of(message).length);
	return append(list, item);
}

void
diagnostic_set_place(
    struct diagnostic *item, uint64_t line, uint64_t column, struct text source)
{
	item->line = line;
	item->column = column;
	free(item->source);
	item->source = NULL;
	if (source.length > 0)
		item->source = memory_copy_string(source.data, source.length);
}

void
diagnostics_move(struct diagnostics *to, struct diagnostics *from)
{
	for (size_t i = 0; i < from->count; i++)
		append(to, from->items[i]);
	free(from->items);
	diagnostics_init(from);
}

void
buffer_append_escaped(struct buffer *out, struct text text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];

		if (byte < 32 || byte >= 127)
			buffer_append_format(out, "\\x%02X", byte);
		else
			buffer_append_byte(out, (char)byte);
	}
}

static const char *
level_name(enum diagnostic_level level)
{
	switch (level) {
	case DIAGNOSTIC_NOTE:
		return "note";
	case DIAGNOSTIC_WARNING:
		return "warning";
	case DIAGNOSTIC_ERROR:
		return "error";
	}
	return "error";
}

void
diagnostic_format(struct buffer *out, const struct diagnostic *item)
{
	if (item->path != NULL) {
		buffer_append_escaped(out, text_of(item->path));
		if (item->line > 0)
			buffer_append_format(out, ":%" PRIu64, item->line);
		if (item->column > 0)
			buffer_append_format(out, ":%" PRIu64, item->column);
		if (item->byte >= 0)
			buffer_append_format(
			    out, ": byte %" PRId64, item->byte);
		buffer_append_string(out, ": ");
	} else {
		buffer_append_string(out, "bouncestat: ");
	}
	buffer_append_format(out, "%s: ", level_name(item->level));
	buffer_append_escaped(out, text_of(item->message));
	buffer_append_byte(out, '\n');
	if (item->source != NULL && item->column > 0 &&
	    item->column <= SOURCE_SHOWN) {
		struct text source = text_of(item->source);
		size_t start;
		size_t before;

		buffer_append_string(out, "  ");
		start = out->length;
		/* An escaped byte is wider than the one it stands for. */
		buffer_append_escaped(
		    out, text_slice(source, 0, (size_t)item->column - 1));
		before = out->length - start;
		buffer_append_escaped(out,
		    text_slice(source, (size_t)item->column - 1, SOURCE_SHOWN));
		buffer_append_string(out, "\n  ");
		for (size_t i = 0; i < before; i++)
			buffer_append_byte(out, ' ');
		buffer_append_string(out, "^\n");
	}
}
