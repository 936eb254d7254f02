#include "scan/record_format.h"

#include <stdlib.h>

#include "base/memory.h"

const char *const record_field_names[RECORD_FIELDS] = { "time", "arrived",
	"host", "queue_id", "sender", "recipient", "relay_host", "relay_ip",
	"enhanced_code", "reply" };

/* What one stanza is read with. */
struct loader {
	struct record_syntax *syntax;
	struct record_format *format; /* NULL: the stanza is a syntax */
	const struct stanza *stanza;
	struct diagnostics *diagnostics;
};

typedef bool
read_function(struct loader *loader, const struct stanza_line *line);

static bool
report(const struct loader *loader, const struct stanza_line *line,
    const char *what)
{
	stanza_report(loader->diagnostics, DIAGNOSTIC_ERROR, loader->stanza,
	    line, 0, "%s", what);
	return false;
}

bool
record_words_have(struct text words, struct text word)
{
	struct text each;

	while (text_next_word(&words, &each))
		if (text_equal(each, word))
			return true;
	return false;
}

/* The number of a path of the syntax, a new one if need be. */
static bool
find_path(struct loader *loader, const struct stanza_line *line,
    struct text path, uint8_t *number)
{
	struct record_syntax *syntax = loader->syntax;

	for (size_t i = 0; i < syntax->path_count; i++)
		if (text_equal(syntax->paths[i], path)) {
			*number = (uint8_t)i;
			return true;
		}
	if (path.length == 0)
		return report(loader, line, "an empty path");
	if (syntax->path_count == RECORD_PATHS)
		return report(loader, line, "too many different paths");
	*number = (uint8_t)syntax->path_count;
	syntax->paths[syntax->path_count++] = path;
	return true;
}

static bool
read_template(struct loader *loader, const struct stanza_line *line,
    struct text rest, struct field_template *template)
{
	size_t capacity = 0;

	while (rest.length > 0) {
		size_t open = text_find_byte(rest, '{');
		size_t close = text_find_byte(rest, '}');
		struct template_part part = { rest, RECORD_PATHS };

		if (open != TEXT_NONE) {
			if (close == TEXT_NONE || close < open)
				return report(loader, line, "no } for a {");
			part.literal = text_slice(rest, 0, open);
			if (!find_path(loader, line,
				text_slice(rest, open + 1, close), &part.path))
				return false;
		}
		template->parts = memory_grow(template->parts, &capacity,
		    template->count + 1, sizeof(*template->parts));
		template->parts[template->count++] = part;
		rest = text_slice(rest,
		    open == TEXT_NONE ? rest.length : close + 1, rest.length);
	}
	return template->count > 0 ||
	    report(loader, line, "a field without a template");
}

static bool
read_field(struct loader *loader, const struct stanza_line *line)
{
	struct template_list *list = loader->format != NULL
	    ? &loader->format->templates
	    : &loader->syntax->templates;
	struct text rest = line->value;
	struct text name;
	struct field_template *template;

	text_next_word(&rest, &name);
	for (unsigned i = 0; i < RECORD_FIELDS; i++) {
		if (!text_equal(name, text_of(record_field_names[i])))
			continue;
		list->items = memory_grow(list->items, &list->capacity,
		    list->count + 1, sizeof(*list->items));
		template = &list->items[list->count++];
		*template = (struct field_template){
			.field = (enum record_field)i,
		};
		return read_template(loader, line, text_trim(rest), template);
	}
	return report(loader, line, "no such field");
}

static bool
read_nothing(struct loader *loader, const struct stanza_line *line)
{
	(void)loader;
	(void)line;
	return true;
}

/* --- the stanza of a syntax --- */

static bool
read_syntax(struct loader *loader, const struct stanza_line *line)
{
	if (text_equal(line->value, TEXT_LITERAL("json")))
		loader->syntax->kind = RECORD_JSON;
	else if (text_equal(line->value, TEXT_LITERAL("csv")))
		loader->syntax->kind = RECORD_CSV;
	else
		return report(loader, line, "syntax is json or csv");
	return true;
}

static bool
read_mta(struct loader *loader, const struct stanza_line *line)
{
	return record_mta_find(line->value, &loader->syntax->mta) ||
	    report(loader, line, "no such MTA");
}

static bool
read_type_at(struct loader *loader, const struct stanza_line *line)
{
	uint8_t number;

	if (!find_path(loader, line, line->value, &number))
		return false;
	return number == 0 ||
	    report(loader, line, "type_at comes before other paths");
}

static bool
read_columns(struct loader *loader, const struct stanza_line *line)
{
	loader->syntax->columns = line->value;
	return true;
}

static bool
read_key(struct loader *loader, const struct stanza_line *line)
{
	struct record_syntax *syntax = loader->syntax;
	struct text rest = line->value;
	struct text path;

	for (syntax->key_count = 0; text_next_word(&rest, &path);
	     syntax->key_count++)
		if (syntax->key_count == RECORD_PATHS ||
		    !find_path(
			loader, line, path, &syntax->key[syntax->key_count]))
			return false;
	return true;
}

static bool
read_strip(struct loader *loader, const struct stanza_line *line)
{
	loader->syntax->strip = line->value;
	return true;
}

/* --- the stanza of a type of record --- */

static bool
read_types(struct loader *loader, const struct stanza_line *line)
{
	loader->format->types = line->value;
	return true;
}

static bool
add_condition(struct loader *loader, const struct stanza_line *line,
    enum condition_kind kind)
{
	struct record_format *format = loader->format;
	struct record_condition condition = { .kind = kind };
	struct text rest = line->value;
	struct text path;

	text_next_word(&rest, &path);
	condition.words = text_trim(rest);
	if (!find_path(loader, line, path, &condition.path))
		return false;
	if ((condition.words.length == 0) != (kind == CONDITION_WITHOUT))
		return report(loader, line,
		    kind == CONDITION_WITHOUT ? "wants a path only"
					      : "wants a path and words");
	format->conditions =
	    memory_grow(format->conditions, &format->conditions_capacity,
		format->condition_count + 1, sizeof(*format->conditions));
	format->conditions[format->condition_count++] = condition;
	return true;
}

static bool
read_when(struct loader *loader, const struct stanza_line *line)
{
	return add_condition(loader, line, CONDITION_WHEN);
}

static bool
read_without(struct loader *loader, const struct stanza_line *line)
{
	return add_condition(loader, line, CONDITION_WITHOUT);
}

static bool
read_local(struct loader *loader, const struct stanza_line *line)
{
	return add_condition(loader, line, CONDITION_LOCAL);
}

static bool
read_record(struct loader *loader, const struct stanza_line *line)
{
	if (text_equal(line->value, TEXT_LITERAL("none")))
		return true;
	loader->format->has_record = true;
	return record_kind_find(line->value, &loader->format->kind) ||
	    report(loader, line, "no such kind of record");
}

static bool
read_status(struct loader *loader, const struct stanza_line *line)
{
	return record_status_find(line->value, &loader->format->status) ||
	    report(loader, line, "no such status");
}

static bool
read_reply_rule(struct loader *loader, const struct stanza_line *line)
{
	struct record_format *format = loader->format;
	struct record_reply_rule rule = { 0 };
	struct text rest = line->value;
	struct text from;
	struct text to;

	text_next_word(&rest, &from);
	text_next_word(&rest, &to);
	rule.text = text_trim(rest);
	rule.at_start = text_equal(line->key, TEXT_LITERAL("reply_starts"));
	if (!record_status_find(from, &rule.from) ||
	    !record_status_find(to, &rule.to) || rule.text.length == 0)
		return report(loader, line, "wants two statuses and a text");
	format->reply_rules =
	    memory_grow(format->reply_rules, &format->reply_rules_capacity,
		format->reply_rule_count + 1, sizeof(*format->reply_rules));
	format->reply_rules[format->reply_rule_count++] = rule;
	return true;
}

static bool
read_queued_as(struct loader *loader, const struct stanza_line *line)
{
	loader->format->queued_as = line->value;
	return true;
}

/* --- both --- */

struct key_row {
	const char *key;
	read_function *read;
};

static const struct key_row syntax_keys[] = {
	{ "syntax", read_syntax },
	{ "mta", read_mta },
	{ "type_at", read_type_at },
	{ "columns", read_columns },
	{ "key", read_key },
	{ "strip", read_strip },
	{ "field", read_field },
	{ NULL, NULL },
};

static const struct key_row format_keys[] = {
	{ "of", read_nothing }, /* known before the others are read */
	{ "type", read_types },
	{ "when", read_when },
	{ "without", read_without },
	{ "local", read_local },
	{ "record", read_record },
	{ "status", read_status },
	{ "reply_starts", read_reply_rule },
	{ "reply_has", read_reply_rule },
	{ "queued_as", read_queued_as },
	{ "field", read_field },
	{ "sample", read_nothing }, /* record_format_check.c */
	{ "expect", read_nothing },
	{ NULL, NULL },
};

static bool
read_lines(struct loader *loader, const struct key_row *keys)
{
	bool good = true;

	for (size_t i = 0; i < loader->stanza->count; i++) {
		const struct stanza_line *line = &loader->stanza->lines[i];
		const struct key_row *row = keys;

		while (row->key != NULL &&
		    !text_equal(line->key, text_of(row->key)))
			row++;
		if (row->key == NULL)
			good = report(loader, line, "no such key here");
		else if (!row->read(loader, line))
			good = false;
	}
	return good;
}

static void
release_templates(struct template_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].parts);
	free(list->items);
}

static void
free_syntax(struct record_syntax *syntax)
{
	release_templates(&syntax->templates);
	free(syntax);
}

static void
free_format(struct record_format *format)
{
	release_templates(&format->templates);
	free(format->conditions);
	free(format->reply_rules);
	free(format);
}

static void
add_syntax(struct record_formats *formats, struct loader *loader)
{
	struct record_syntax *syntax =
	    memory_allocate_array(1, sizeof(*syntax));
	bool good;

	syntax->stanza = loader->stanza;
	loader->syntax = syntax;
	good = read_lines(loader, syntax_keys);
	if (good && (syntax->mta == MTA_NONE || syntax->path_count == 0))
		good = report(loader, NULL, "wants mta and type_at");
	if (!good) {
		free_syntax(syntax);
		return;
	}
	formats->syntaxes =
	    memory_grow(formats->syntaxes, &formats->syntaxes_capacity,
		formats->syntax_count + 1, sizeof(*formats->syntaxes));
	formats->syntaxes[formats->syntax_count++] = syntax;
}

static struct record_syntax *
find_syntax(const struct record_formats *formats, struct text name)
{
	for (size_t i = 0; i < formats->syntax_count; i++)
		if (text_equal(formats->syntaxes[i]->stanza->name, name))
			return formats->syntaxes[i];
	return NULL;
}

static void
add_format(struct record_formats *formats, struct loader *loader)
{
	const struct stanza_line *of = stanza_find(loader->stanza, "of");
	struct record_format *format;
	bool good;

	loader->syntax = find_syntax(formats, of->value);
	if (loader->syntax == NULL) {
		report(loader, of, "no such syntax above");
		return;
	}
	format = memory_allocate_array(1, sizeof(*format));
	format->stanza = loader->stanza;
	format->syntax = loader->syntax;
	loader->format = format;
	good = read_lines(loader, format_keys);
	if (good && format->types.length == 0)
		good = report(loader, NULL, "wants a type");
	if (good && format->has_record &&
	    (format->kind == RECORD_ATTEMPT) !=
		(format->status != RECORD_STATUS_NONE))
		good = report(loader, NULL,
		    "an attempt, and only it, has a "
		    "status");
	if (!good) {
		free_format(format);
		return;
	}
	formats->items = memory_grow(formats->items, &formats->capacity,
	    formats->count + 1, sizeof(*formats->items));
	formats->items[formats->count++] = format;
}

bool
record_formats_add(struct record_formats *formats, const struct stanza *stanza,
    struct diagnostics *diagnostics)
{
	struct loader loader = {
		.stanza = stanza,
		.diagnostics = diagnostics,
	};

	if (stanza_find(stanza, "syntax") != NULL)
		add_syntax(formats, &loader);
	else if (stanza_find(stanza, "of") != NULL)
		add_format(formats, &loader);
	else
		return false;
	return true;
}

void
record_formats_init(struct record_formats *formats)
{
	*formats = (struct record_formats){ 0 };
}

void
record_formats_release(struct record_formats *formats)
{
	for (size_t i = 0; i < formats->syntax_count; i++)
		free_syntax(formats->syntaxes[i]);
	for (size_t i = 0; i < formats->count; i++)
		free_format(formats->items[i]);
	free(formats->syntaxes);
	free(formats->items);
	record_formats_init(formats);
}
