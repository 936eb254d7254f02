#include "base/stanza.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/memory.h"

#define STANZA_FILE_MAXIMUM ((size_t)16 << 20)

void
stanza_file_init(struct stanza_file *file)
{
	*file = (struct stanza_file){ 0 };
	arena_init(&file->arena);
}

void
stanza_file_release(struct stanza_file *file)
{
	for (size_t i = 0; i < file->count; i++)
		free(file->stanzas[i].lines);
	free(file->stanzas);
	arena_release(&file->arena);
	stanza_file_init(file);
}

static void
report_line(struct diagnostics *diagnostics, const char *path, uint32_t line,
    uint32_t column, struct text source, const char *what)
{
	diagnostic_set_place(
	    diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, path, "%s", what),
	    line, column, source);
}

static void
add_stanza(
    struct stanza_file *file, const char *path, struct text name, uint32_t line)
{
	file->stanzas = memory_grow(file->stanzas, &file->capacity,
	    file->count + 1, sizeof(*file->stanzas));
	file->stanzas[file->count++] =
	    (struct stanza){ .path = path, .name = name, .line = line };
}

static bool
parse_line(struct stanza_file *file, const char *path, struct text content,
    uint32_t number, struct diagnostics *diagnostics)
{
	struct text value = content;
	struct text key;
	struct stanza *stanza;

	if (text_trim(content).length == 0 || content.data[0] == '#')
		return true;
	if (content.data[0] == '[') {
		struct text name = text_trim(content);

		if (name.length < 3 || name.data[name.length - 1] != ']') {
			report_line(diagnostics, path, number, 1, content,
			    "a stanza's name ends with ']'");
			return false;
		}
		name = text_slice(name, 1, name.length - 1);
		add_stanza(file, path, name, number);
		return true;
	}
	if (content.data[0] == ' ' || content.data[0] == '\t') {
		report_line(diagnostics, path, number, 1, content,
		    "a line starts with its key, not with a blank");
		return false;
	}
	if (file->count == 0 ||
	    strcmp(file->stanzas[file->count - 1].path, path) != 0) {
		report_line(diagnostics, path, number, 1, content,
		    "a key before the first [stanza]");
		return false;
	}
	text_next_word(&value, &key);
	value = text_trim(value);
	stanza = &file->stanzas[file->count - 1];
	stanza->lines = memory_grow(stanza->lines, &stanza->capacity,
	    stanza->count + 1, sizeof(*stanza->lines));
	stanza->lines[stanza->count++] = (struct stanza_line){
		.key = key,
		.value = value,
		.line = number,
		.column = value.length > 0
		    ? (uint32_t)(value.data - content.data) + 1
		    : (uint32_t)key.length + 1,
	};
	return true;
}

bool
stanza_file_parse(struct stanza_file *file, const char *path,
    struct text content, struct diagnostics *diagnostics)
{
	struct text rest = arena_copy(&file->arena, content);
	const char *name = arena_copy(&file->arena, text_of(path)).data;
	uint32_t number = 0;
	bool good = true;

	while (rest.length > 0) {
		size_t end = text_find_byte(rest, '\n');
		struct text line = text_slice(rest, 0, end);

		number++;
		good &= parse_line(file, name, line, number, diagnostics);
		if (end == TEXT_NONE)
			break;
		rest = text_slice(rest, end + 1, rest.length);
	}
	return good;
}

static bool
load_regular(
    struct stanza_file *file, const char *path, struct diagnostics *diagnostics)
{
	struct buffer content;
	FILE *stream = fopen(path, "rb");
	bool good = false;

	if (stream == NULL) {
		diagnostics_add(
		    diagnostics, DIAGNOSTIC_ERROR, path, "%s", strerror(errno));
		return false;
	}
	buffer_init(&content, STANZA_FILE_MAXIMUM);
	while (buffer_reserve(&content, 65536)) {
		size_t count =
		    fread(content.data + content.length, 1, 65536, stream);

		content.length += count;
		if (count == 0)
			break;
	}
	if (ferror(stream) || content.overflowed)
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, path, "%s",
		    content.overflowed ? "larger than 16 MiB"
				       : "cannot be read");
	else
		good = stanza_file_parse(
		    file, path, buffer_text(&content), diagnostics);
	buffer_release(&content);
	fclose(stream);
	return good;
}

static int
is_wanted(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && entry->d_name[length - 1] != '~';
}

static int
order_by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool
load_directory(
    struct stanza_file *file, const char *path, struct diagnostics *diagnostics)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_wanted, order_by_name);
	bool good = count >= 0;

	if (count < 0)
		diagnostics_add(
		    diagnostics, DIAGNOSTIC_ERROR, path, "%s", strerror(errno));
	for (int i = 0; i < count; i++) {
		struct buffer name;

		buffer_init(&name, 0);
		buffer_append_format(&name, "%s/%s", path, entries[i]->d_name);
		good &=
		    stanza_file_load(file, buffer_string(&name), diagnostics);
		buffer_release(&name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return good;
}

bool
stanza_file_load(
    struct stanza_file *file, const char *path, struct diagnostics *diagnostics)
{
	struct stat status;

	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return load_directory(file, path, diagnostics);
	return load_regular(file, path, diagnostics);
}

const struct stanza_line *
stanza_find(const struct stanza *stanza, const char *key)
{
	for (size_t i = 0; i < stanza->count; i++)
		if (text_equal(stanza->lines[i].key, text_of(key)))
			return &stanza->lines[i];
	return NULL;
}

struct text
stanza_value(const struct stanza *stanza, const char *key)
{
	const struct stanza_line *line = stanza_find(stanza, key);

	return line != NULL ? line->value : (struct text){ 0 };
}

void
stanza_report(struct diagnostics *diagnostics, enum diagnostic_level level,
    const struct stanza *stanza, const struct stanza_line *line, size_t offset,
    const char *format, ...)
{
	char message[512];
	struct buffer source;
	va_list arguments;
	struct diagnostic *item;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	item = diagnostics_add(diagnostics, level, stanza->path, "%s", message);
	buffer_init(&source, 0);
	if (line == NULL) {
		buffer_append_format(
		    &source, "[%.*s]", TEXT_FORMAT(stanza->name));
		diagnostic_set_place(
		    item, stanza->line, 1, buffer_text(&source));
	} else {
		/* The line as it stands in the file, blanks included. */
		buffer_append_text(&source, line->key);
		while (source.length + 1 < line->column)
			buffer_append_byte(&source, ' ');
		buffer_append_text(&source, line->value);
		diagnostic_set_place(item, line->line, line->column + offset,
		    buffer_text(&source));
	}
	buffer_release(&source);
}
