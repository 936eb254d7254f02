#include "scan/pattern_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "scan/pattern.h"

static bool
is_macros(const struct stanza *stanza)
{
	return text_equal(stanza->name, TEXT_LITERAL("macros"));
}

static const struct stanza *
macros_of(const struct pattern_set *set, const char *path)
{
	for (size_t i = 0; i < set->file.count; i++)
		if (is_macros(&set->file.stanzas[i]) &&
		    strcmp(set->file.stanzas[i].path, path) == 0)
			return &set->file.stanzas[i];
	return NULL;
}

static void
add_pattern(struct pattern_set *set, const struct stanza *stanza,
    struct diagnostics *diagnostics)
{
	struct pattern *pattern;

	set->patterns = memory_grow(set->patterns, &set->capacity,
	    set->count + 1, sizeof(*set->patterns));
	pattern = &set->patterns[set->count];
	if (pattern_compile(pattern, stanza, macros_of(set, stanza->path),
		&set->arena, diagnostics))
		set->count++;
	else
		pattern_release(pattern);
}

struct pattern_set *
pattern_set_load(
    const char *patterns_directory, struct diagnostics *diagnostics)
{
	struct pattern_set *set = memory_allocate_array(1, sizeof(*set));
	struct buffer path;

	arena_init(&set->arena);
	stanza_file_init(&set->file);
	record_formats_init(&set->records);
	buffer_init(&path, 0);
	buffer_append_format(&path, "%s/formats", patterns_directory);
	set->formats = header_formats_load(buffer_string(&path), diagnostics);
	buffer_clear(&path);
	buffer_append_format(&path, "%s/mta", patterns_directory);
	stanza_file_load(&set->file, buffer_string(&path), diagnostics);
	buffer_release(&path);
	for (size_t i = 0; i < set->file.count; i++)
		if (!is_macros(&set->file.stanzas[i]) &&
		    !record_formats_add(
			&set->records, &set->file.stanzas[i], diagnostics))
			add_pattern(set, &set->file.stanzas[i], diagnostics);
	return set;
}

void
pattern_set_free(struct pattern_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->count; i++)
		pattern_release(&set->patterns[i]);
	free(set->patterns);
	record_formats_release(&set->records);
	header_formats_free(set->formats);
	stanza_file_release(&set->file);
	arena_release(&set->arena);
	free(set);
}
