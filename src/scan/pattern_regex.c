#include "scan/pattern_regex.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/regex_reader.h"

/* With its macros; more than PCRE2 can compile. */
#define REGEX_LONGEST ((size_t)256 << 10)

/* A regex that is being made of a line. */
struct maker {
	struct pattern *pattern;
	const struct stanza *macros;
	const struct stanza_line *line;
	struct diagnostics *diagnostics;
	struct buffer regex; /* with its macros expanded */
	uint32_t *sources; /* which byte of the value each byte of it is from */
	size_t capacity;
};

static bool
report(const struct maker *maker, size_t offset, const char *what)
{
	stanza_report(maker->diagnostics, DIAGNOSTIC_ERROR,
	    maker->pattern->stanza, maker->line, offset, "%s", what);
	return false;
}

static void
append_expanded(
    struct maker *maker, struct text piece, size_t source, bool moves)
{
	size_t start = maker->regex.length;

	buffer_append_text(&maker->regex, piece);
	maker->sources = memory_grow(maker->sources, &maker->capacity,
	    start + piece.length + 1, sizeof(*maker->sources));
	for (size_t i = 0; i <= piece.length; i++)
		maker->sources[start + i] =
		    (uint32_t)(source + (moves ? i : 0));
}

/* Macros are numbered as their lines; `known` of them may be meant. */
static bool
find_macro(const struct stanza *macros, size_t known, struct text name,
    size_t *number, struct text *macro)
{
	for (size_t i = 0; i < known; i++) {
		struct text word;

		*macro = macros->lines[i].value;
		text_next_word(macro, &word);
		*macro = text_trim(*macro);
		*number = i;
		if (text_equal(name, word))
			return macro->length > 0;
	}
	return false;
}

/*
 * Appends a piece of the line, which begins at its byte `source`, or a macro
 * that stands there.  A macro may use those above it.
 */
static bool
expand(struct maker *maker, struct text piece, size_t source, size_t known,
    bool is_macro)
{
	size_t at = 0;

	for (;;) {
		struct text rest = text_slice(piece, at, piece.length);
		size_t open = text_find(rest, TEXT_LITERAL("{{"));
		size_t close = open == TEXT_NONE
		    ? TEXT_NONE
		    : text_find(rest, TEXT_LITERAL("}}"));
		size_t start = is_macro ? source : source + at;
		size_t number;
		struct text macro;

		if (close == TEXT_NONE || close < open) {
			append_expanded(maker, rest, start, !is_macro);
			return true;
		}
		append_expanded(
		    maker, text_slice(rest, 0, open), start, !is_macro);
		if (!is_macro)
			start += open;
		if (!find_macro(maker->macros, known,
			text_slice(rest, open + 2, close), &number, &macro))
			return report(maker, start, "no such macro");
		if (maker->regex.length > REGEX_LONGEST)
			return report(maker, start, "too long");
		if (!expand(maker, macro, start, number, true))
			return false;
		at += close + 2;
	}
}

static bool
expand_macros(struct maker *maker)
{
	return expand(maker, maker->line->value, 0,
	    maker->macros != NULL ? maker->macros->count : 0, false);
}

static bool
find_field(struct text name, uint8_t *field)
{
	for (uint8_t i = 0; i < PATTERN_FIELDS; i++)
		if (text_equal(name, text_of(pattern_field_names[i]))) {
			*field = i;
			return true;
		}
	return false;
}

/* Are there alternatives outside of all parentheses, or cannot one tell? */
static bool
has_branches(struct text regex)
{
	struct regex_reader reader = { .source = regex };
	bool bytes[256];
	size_t depth = 0;

	while (!reader.failed && reader.at < regex.length) {
		if (depth == 0 && regex_at_byte(&reader, '|'))
			return true;
		switch (regex_next(&reader)) {
		case '\\':
			regex_next(&reader);
			break;
		case '[':
			regex_read_class(&reader, false, bytes);
			break;
		case '(':
			depth++;
			break;
		case ')':
			depth--;
			break;
		default:
			break;
		}
	}
	return reader.failed || depth != 0;
}

/* Nothing in it means anything to a regex. */
static bool
is_verbatim(struct text text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!byte_is_alnum(text.data[i]) &&
		    strchr(": =", text.data[i]) == NULL)
			return false;
	return true;
}

/*
 * How much of the regex is nothing but the id and the one prefix, which
 * pattern_may_match has seen by then: 0, or up to what is left to match.
 */
static size_t
seen_length(const struct pattern *pattern, struct text regex)
{
	struct text id = TEXT_LITERAL("^(?<queue_id>[0-9A-Za-z]{5,32}+)");
	struct text prefix = pattern->prefixes[0].text;

	if (pattern->prefix_count != 1 || !pattern->prefixes[0].has_id ||
	    !is_verbatim(prefix) || !text_starts_with(regex, id) ||
	    !text_starts_with(
		text_slice(regex, id.length, regex.length), prefix))
		return 0;
	regex = text_slice(regex, id.length + prefix.length, regex.length);
	/* A quantifier would be about the prefix's last byte. */
	if (has_branches(regex) ||
	    (regex.length > 0 && strchr("?*+{", regex.data[0]) != NULL))
		return 0;
	return id.length + prefix.length;
}

/* Gives each named group of the compiled regex its field. */
static bool
read_groups(const struct maker *maker)
{
	struct pattern *pattern = maker->pattern;
	uint32_t count;
	uint32_t entry_size;
	PCRE2_SPTR entry;

	pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info(
	    pattern->code, PCRE2_INFO_NAMEENTRYSIZE, &entry_size);
	pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMETABLE, &entry);
	for (uint32_t i = 0; i < count; i++, entry += entry_size) {
		unsigned number = (unsigned)entry[0] << 8 | entry[1];
		struct text name = text_of((const char *)entry + 2);
		size_t slot = pattern->group_count;
		size_t offset = text_find(maker->line->value, name);

		/* A helper of the expression itself. */
		if (name.data[0] == '_')
			continue;
		if (!find_field(name, &pattern->groups[slot].field))
			return report(maker, offset == TEXT_NONE ? 0 : offset,
			    "no such name for a group");
		if (slot + 1 == PATTERN_GROUPS || number >= PATTERN_GROUPS)
			return report(maker, 0, "too many groups");
		pattern->groups[slot].number = (uint8_t)number;
		pattern->group_count++;
	}
	return true;
}

/* Compiles the regex from byte `start` on. */
static bool
compile_rest(const struct maker *maker, size_t start)
{
	struct pattern *pattern = maker->pattern;
	PCRE2_UCHAR message[160];
	size_t offset;
	int error;

	pattern->code = pcre2_compile((PCRE2_SPTR)maker->regex.data + start,
	    maker->regex.length - start,
	    PCRE2_ANCHORED | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY |
		PCRE2_NEVER_UTF | PCRE2_NO_AUTO_CAPTURE | PCRE2_DUPNAMES,
	    &error, &offset, NULL);
	if (pattern->code == NULL) {
		pcre2_get_error_message(error, message, sizeof(message));
		return report(maker, maker->sources[start + offset],
		    (const char *)message);
	}
	pattern->is_fast =
	    pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE) == 0;
	return read_groups(maker);
}

static bool
compile_expanded(const struct maker *maker)
{
	struct pattern *pattern = maker->pattern;
	struct text regex = buffer_text(&maker->regex);
	size_t seen = seen_length(pattern, regex);
	struct text rest = text_slice(regex, seen, regex.length);

	pattern->is_seen = seen > 0;
	pattern->is_whole =
	    pattern->is_seen && text_equal(rest, TEXT_LITERAL("$"));
	if (pattern->is_seen && (pattern->is_whole || rest.length == 0))
		return true;
	return compile_rest(maker, seen);
}

bool
pattern_regex_compile(struct pattern *pattern, const struct stanza *macros,
    const struct stanza_line *line, struct diagnostics *diagnostics)
{
	struct maker maker = { .pattern = pattern,
		.macros = macros,
		.line = line,
		.diagnostics = diagnostics };
	bool good;

	buffer_init(&maker.regex, 0);
	good = expand_macros(&maker) && compile_expanded(&maker);
	buffer_release(&maker.regex);
	free(maker.sources);
	return good;
}
