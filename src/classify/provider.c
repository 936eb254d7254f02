#include "classify/provider.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/stanza.h"

/* Host names are shorter (RFC 1035 section 2.3.4). */
#define HOST_MAXIMUM 255

struct host_entry {
	struct text name; /* in lower case; empty: a free place */
	uint32_t stanza;
	bool is_wild; /* hosts below the name, too */
	bool is_excepted; /* no provider's */
};

/* An open hash table of names, at most half full. */
struct providers {
	struct stanza_file file;
	struct host_entry *entries;
	size_t size; /* a power of two */
	size_t count;
};

static struct host_entry *
find_place(const struct providers *providers, struct text name)
{
	size_t place = (size_t)text_hash(name) & (providers->size - 1);

	while (providers->entries[place].name.length > 0 &&
	    !text_equal(providers->entries[place].name, name))
		place = (place + 1) & (providers->size - 1);
	return &providers->entries[place];
}

static void
grow(struct providers *providers)
{
	struct host_entry *old = providers->entries;
	size_t size = providers->size;

	providers->size = size > 0 ? 2 * size : 256;
	providers->entries =
	    memory_allocate_array(providers->size, sizeof(*old));
	for (size_t i = 0; i < size; i++)
		if (old[i].name.length > 0)
			*find_place(providers, old[i].name) = old[i];
	free(old);
}

static void
add_host(struct providers *providers, uint32_t number,
    const struct stanza_line *line, struct text word,
    struct diagnostics *diagnostics)
{
	bool is_excepted = text_equal(line->key, TEXT_LITERAL("except"));
	const struct stanza *stanza = &providers->file.stanzas[number];
	bool is_wild = text_starts_with(word, TEXT_LITERAL("*."));
	struct text name = text_slice(word, is_wild ? 2 : 0, word.length);
	char *lower;
	struct host_entry *entry;

	if (name.length == 0 || name.length > HOST_MAXIMUM ||
	    text_find_byte(name, '*') != TEXT_NONE) {
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, line, 0,
		    "not a host name, nor *. and one: '%.*s'",
		    TEXT_FORMAT(word));
		return;
	}
	lower = arena_allocate(&providers->file.arena, name.length);
	for (size_t i = 0; i < name.length; i++)
		lower[i] = byte_lower(name.data[i]);
	name.data = lower;
	if (2 * (providers->count + 1) > providers->size)
		grow(providers);
	entry = find_place(providers, name);
	if (entry->name.length > 0) {
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, line, 0,
		    "'%.*s' is there already, in [%.*s]", TEXT_FORMAT(word),
		    TEXT_FORMAT(providers->file.stanzas[entry->stanza].name));
		return;
	}
	*entry = (struct host_entry){ name, number, is_wild, is_excepted };
	providers->count++;
}

static void
read_stanza(struct providers *providers, uint32_t number,
    struct diagnostics *diagnostics)
{
	const struct stanza *stanza = &providers->file.stanzas[number];

	for (size_t i = 0; i < stanza->count; i++) {
		const struct stanza_line *line = &stanza->lines[i];
		struct text rest = line->value;
		struct text word;

		if (text_equal(line->key, TEXT_LITERAL("sample")))
			continue;
		if (!text_equal(line->key, TEXT_LITERAL("host")) &&
		    !text_equal(line->key, TEXT_LITERAL("except"))) {
			stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza,
			    line, 0, "no such key: '%.*s'",
			    TEXT_FORMAT(line->key));
			continue;
		}
		while (text_next_word(&rest, &word))
			add_host(providers, number, line, word, diagnostics);
	}
	if (stanza_find(stanza, "host") == NULL)
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, NULL, 0,
		    "a provider needs a host");
}

static struct providers *
finish(
    struct providers *providers, bool is_read, struct diagnostics *diagnostics)
{
	size_t errors = diagnostics->errors;

	grow(providers);
	for (uint32_t i = 0; i < providers->file.count; i++)
		read_stanza(providers, i, diagnostics);
	if (is_read && diagnostics->errors == errors)
		return providers;
	providers_free(providers);
	return NULL;
}

static struct providers *
new_providers(void)
{
	struct providers *providers =
	    memory_allocate_array(1, sizeof(*providers));

	stanza_file_init(&providers->file);
	return providers;
}

struct providers *
providers_load(const char *patterns_directory, struct diagnostics *diagnostics)
{
	struct providers *providers = new_providers();
	struct buffer path;
	bool is_read;

	buffer_init(&path, 0);
	buffer_append_format(&path, "%s/providers", patterns_directory);
	is_read = stanza_file_load(
	    &providers->file, buffer_string(&path), diagnostics);
	buffer_release(&path);
	return finish(providers, is_read, diagnostics);
}

struct providers *
providers_parse(
    const char *path, struct text content, struct diagnostics *diagnostics)
{
	struct providers *providers = new_providers();
	bool is_read =
	    stanza_file_parse(&providers->file, path, content, diagnostics);

	return finish(providers, is_read, diagnostics);
}

void
providers_free(struct providers *providers)
{
	if (providers == NULL)
		return;
	stanza_file_release(&providers->file);
	free(providers->entries);
	free(providers);
}

struct text
provider_find(const struct providers *providers, struct text relay_host)
{
	char lower[HOST_MAXIMUM];
	struct text name = { lower, relay_host.length };
	bool is_whole = true;

	if (name.length > HOST_MAXIMUM)
		return (struct text){ 0 };
	for (size_t i = 0; i < name.length; i++)
		lower[i] = byte_lower(relay_host.data[i]);
	if (name.length > 0 && lower[name.length - 1] == '.')
		name.length--;
	while (name.length > 0) {
		const struct host_entry *entry = find_place(providers, name);
		size_t dot;

		if (entry->name.length > 0 && (is_whole || entry->is_wild)) {
			if (entry->is_excepted)
				break;
			return providers->file.stanzas[entry->stanza].name;
		}
		dot = text_find_byte(name, '.');
		if (dot == TEXT_NONE)
			break;
		name = text_slice(name, dot + 1, name.length);
		is_whole = false;
	}
	return (struct text){ 0 };
}

static void
check_sample(const struct providers *providers, const struct stanza *stanza,
    const struct stanza_line *line, struct diagnostics *diagnostics)
{
	struct text found = provider_find(providers, line->value);

	if (!text_equal(found, stanza->name))
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, line, 0,
		    "the sample is %s%.*s",
		    found.length > 0 ? "of " : "of no provider",
		    TEXT_FORMAT(found));
}

bool
providers_check(
    const struct providers *providers, struct diagnostics *diagnostics)
{
	size_t errors = diagnostics->errors;

	for (size_t i = 0; i < providers->file.count; i++) {
		const struct stanza *stanza = &providers->file.stanzas[i];

		if (stanza_find(stanza, "sample") == NULL)
			stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza,
			    NULL, 0, "a provider needs a sample");
		for (size_t j = 0; j < stanza->count; j++)
			if (text_equal(
				stanza->lines[j].key, TEXT_LITERAL("sample")))
				check_sample(providers, stanza,
				    &stanza->lines[j], diagnostics);
	}
	return diagnostics->errors == errors;
}
