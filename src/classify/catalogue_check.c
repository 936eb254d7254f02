#include "classify/catalogue_private.h"

/* Points at a key; stanza_report alone can only point at values. */
static void
report_key(struct diagnostics *diagnostics, const struct stanza *stanza,
    const struct stanza_line *line, const char *what)
{
	stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, line, 0,
	    "%s: %.*s", what, TEXT_FORMAT(line->key));
	diagnostics->items[diagnostics->count - 1].column = 1;
}

static const char *
bad_value(unsigned key, struct text value)
{
	enum verdict_class class;
	enum verdict_category category;
	enum verdict_action action;
	unsigned minimum;
	unsigned maximum;
	size_t count;

	if (key == CATALOGUE_CLASS && !verdict_class_find(value, &class))
		return "no class of that name";
	if (key == CATALOGUE_CATEGORY &&
	    !verdict_category_find(value, &category))
		return "no category of that name";
	if ((key == CATALOGUE_ACTION || key == CATALOGUE_THEN) &&
	    !verdict_action_find(value, &action))
		return "no action of that name";
	if (key == CATALOGUE_RETRY &&
	    !text_equal(value, TEXT_LITERAL("never")) &&
	    !catalogue_parse_waits(value, NULL, &count))
		return "not a list of waits such as '15m 1h 4h 1d', nor "
		       "'never'";
	if (key == CATALOGUE_TRIES &&
	    !catalogue_parse_tries(value, &minimum, &maximum))
		return "not a number of tries such as '4' or '3-5'";
	return NULL;
}

static bool
check_line(const struct catalogue_source *source,
    const struct stanza_line *line, struct diagnostics *diagnostics)
{
	const struct stanza *stanza = source->stanza;
	unsigned key = catalogue_key_find(line->key);
	enum name_kind kind = source->parts.kind;
	const char *what = NULL;

	if (key == CATALOGUE_KEYS)
		what = "unknown key";
	else if (line->value.length == 0)
		what = "no value for key";
	else if (catalogue_keys[key].single &&
	    stanza_find(stanza, catalogue_keys[key].name) != line)
		what = "this key may stand only once";
	else if (catalogue_keys[key].by_class && source->parts.digit == 0 &&
	    (kind == NAME_CODE || kind == NAME_SUBJECT))
		what = "X stands for every class, which this key depends on";
	if (what != NULL) {
		report_key(diagnostics, stanza, line, what);
		return false;
	}
	what = bad_value(key, line->value);
	if (what != NULL)
		stanza_report(
		    diagnostics, DIAGNOSTIC_ERROR, stanza, line, 0, "%s", what);
	return what == NULL;
}

static bool
check_duplicate(const struct catalogue *catalogue,
    const struct catalogue_source *source, struct diagnostics *diagnostics)
{
	const struct stanza *stanza = source->stanza;

	for (const struct catalogue_source *earlier = catalogue->sources;
	     earlier < source; earlier++)
		if (text_equal_nocase(earlier->stanza->name, stanza->name)) {
			stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza,
			    NULL, 0, "[%.*s] is there already, at %s:%u",
			    TEXT_FORMAT(stanza->name), earlier->stanza->path,
			    (unsigned)earlier->stanza->line);
			return false;
		}
	return true;
}

bool
catalogue_check_sources(
    const struct catalogue *catalogue, struct diagnostics *diagnostics)
{
	bool good = true;

	for (size_t i = 0; i < catalogue->source_count; i++) {
		const struct catalogue_source *source = &catalogue->sources[i];

		good &= check_duplicate(catalogue, source, diagnostics);
		for (size_t k = 0; k < source->stanza->count; k++)
			good &= check_line(
			    source, &source->stanza->lines[k], diagnostics);
	}
	return good;
}

/* A code that a page may send the reader to; a family if it is called so. */
static bool
is_known(const struct catalogue *catalogue, struct text code)
{
	const struct catalogue_entry *entry = catalogue_find(catalogue, code);

	if (entry == NULL || entry->match > CATALOGUE_FAMILY)
		return false;
	return entry->match != CATALOGUE_FAMILY ||
	    text_equal_nocase(code, entry->code);
}

static void
check_related(const struct catalogue *catalogue, const struct stanza *stanza,
    const struct stanza_line *line, struct diagnostics *diagnostics)
{
	struct text rest = line->value;
	struct text code;

	while (text_next_word(&rest, &code)) {
		size_t offset = (size_t)(code.data - line->value.data);

		if (!is_known(catalogue, code))
			stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza,
			    line, offset, "related code %.*s is not here",
			    TEXT_FORMAT(code));
		else if (text_equal_nocase(code, stanza->name))
			stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza,
			    line, offset, "a code is not related to itself");
	}
}

static void
check_associated(const struct stanza *stanza, const struct stanza_line *line,
    struct diagnostics *diagnostics)
{
	struct text rest = line->value;
	struct text code;
	uint64_t number;

	while (text_next_word(&rest, &code))
		if (!text_equal(code, TEXT_LITERAL("any")) &&
		    !text_equal(code, TEXT_LITERAL("5XX")) &&
		    (!text_parse_number(code, 599, &number) || number < 200))
			stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza,
			    line, (size_t)(code.data - line->value.data),
			    "%.*s is no reply code", TEXT_FORMAT(code));
}

/* What an entry lacks, once everything it inherits is in it. */
static void
check_entry(
    const struct catalogue_entry *entry, struct diagnostics *diagnostics)
{
	const char *what = NULL;

	if (catalogue_value(entry, CATALOGUE_NAME).length == 0)
		what = "has no name";
	else if (catalogue_value(entry, CATALOGUE_MEANING).length == 0)
		what = "has no meaning";
	else if (entry->category == CATEGORY_NONE && entry->digit != 2 &&
	    entry->digit != 3)
		what = "has no category";
	else if (entry->tries_maximum > entry->schedule_count + 1)
		what = "has more tries than its schedule has waits for";
	if (what != NULL)
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, entry->stanza,
		    NULL, 0, "[%.*s] %s", TEXT_FORMAT(entry->stanza->name),
		    what);
}

void
catalogue_check(
    const struct catalogue *catalogue, struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < catalogue->source_count; i++) {
		const struct stanza *stanza = catalogue->sources[i].stanza;

		for (size_t k = 0; k < stanza->count; k++) {
			const struct stanza_line *line = &stanza->lines[k];
			unsigned key = catalogue_key_find(line->key);

			if (key == CATALOGUE_RELATED)
				check_related(
				    catalogue, stanza, line, diagnostics);
			if (key == CATALOGUE_ASSOCIATED)
				check_associated(stanza, line, diagnostics);
		}
	}
	/* The first entries are the stanzas' own, one for each. */
	for (size_t i = 0; i < catalogue->source_count; i++)
		check_entry(&catalogue->entries[i], diagnostics);
}
