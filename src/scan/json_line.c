#include "scan/json_line.h"

#ifdef HAVE_JANSSON

#include <string.h>

#include <jansson.h>

#include "base/buffer.h"

/* Numbers of at least this size are no stamp and no code. */
#define NUMBER_LIMIT 1e15

static json_t *
decode(struct text line)
{
	size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL;
	json_error_t error;
	json_t *root = json_loadb(line.data, line.length, flags, &error);

	/* An integer of a field that nobody asks for may be any size. */
	if (root == NULL &&
	    json_error_code(&error) == json_error_numeric_overflow)
		root = json_loadb(line.data, line.length,
		    flags | JSON_DECODE_INT_AS_REAL, &error);
	return root;
}

static const json_t *
find_value(const json_t *value, struct text path)
{
	while (value != NULL && path.length > 0) {
		size_t dot = text_find_byte(path, '.');
		size_t length = dot == TEXT_NONE ? path.length : dot;

		value = json_object_getn(value, path.data, length);
		path = text_slice(path,
		    dot == TEXT_NONE ? path.length : dot + 1, path.length);
	}
	return value;
}

static struct text
render_number(const json_t *value, struct arena *arena)
{
	double number = json_number_value(value);
	const char *sign = number < 0 ? "-" : "";
	struct buffer out;
	struct text text;
	int64_t whole;

	if (number < 0)
		number = -number;
	if (!(number < NUMBER_LIMIT))
		return (struct text){ 0 };
	whole = (int64_t)number;
	number -= (double)whole;
	buffer_init(&out, 0);
	buffer_append_format(&out, "%s%lld", sign, (long long)whole);
	/* Not by %f, which asks the locale for the point. */
	if (number > 0)
		buffer_append_format(&out, ".%03d", (int)(number * 1000));
	text = arena_copy(arena, buffer_text(&out));
	buffer_release(&out);
	return text;
}

/* A receiver's reply may hold NULs; here they end the items of a list. */
static struct text
copy_string(const json_t *value, struct arena *arena)
{
	size_t length = json_string_length(value);
	char *copy = arena_allocate(arena, length + 1);
	char *end = copy + length;

	/* With the NUL that ends it. */
	memcpy(copy, json_string_value(value), length + 1);
	for (char *at = copy;
	     (at = memchr(at, '\0', (size_t)(end - at))) != NULL; at++)
		*at = '?';
	return (struct text){ copy, length };
}

static struct text
render_array(const json_t *array, struct arena *arena)
{
	struct buffer out;
	struct text text = { 0 };

	buffer_init(&out, 0);
	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *item = json_array_get(array, i);

		if (!json_is_string(item))
			continue;
		if (out.length > 0)
			buffer_append_byte(&out, '\0');
		buffer_append_text(&out, copy_string(item, arena));
	}
	if (out.length > 0)
		text = arena_copy(arena, buffer_text(&out));
	buffer_release(&out);
	return text;
}

static struct text
render(const json_t *value, struct arena *arena)
{
	if (json_is_string(value))
		return copy_string(value, arena);
	if (json_is_number(value))
		return render_number(value, arena);
	if (json_is_array(value))
		return render_array(value, arena);
	return (struct text){ 0 };
}

enum json_line_result
json_line_read(struct text line, const struct text *paths, size_t count,
    struct text *values, struct arena *arena)
{
	json_t *root = decode(line);

	if (!json_is_object(root)) {
		json_decref(root);
		return JSON_LINE_BROKEN;
	}
	for (size_t i = 0; i < count; i++)
		values[i] = render(find_value(root, paths[i]), arena);
	json_decref(root);
	return JSON_LINE_READ;
}

#else

enum json_line_result
json_line_read(struct text line, const struct text *paths, size_t count,
    struct text *values, struct arena *arena)
{
	(void)line;
	(void)paths;
	(void)count;
	(void)values;
	(void)arena;
	return JSON_LINE_UNSUPPORTED;
}

#endif
