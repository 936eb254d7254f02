#include "scan/pattern.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

const char *const pattern_field_names[PATTERN_FIELDS] = { "queue_id",
	"next_queue_id", "sender", "recipient", "recipients", "relay_host",
	"relay_ip", "relay_port", "delay", "enhanced_code", "status", "reply",
	"transport", "key", "domain", "part", "count" };

static const char *const join_names[JOIN_KINDS] = { "", "qmail-start",
	"qmail-end", "haraka-recipient", "haraka-refused", "haraka-delivered",
	"haraka-rest", "haraka-round", "haraka-trouble" };

/* What one stanza is compiled with. */
struct loader {
	struct pattern *pattern;
	const struct stanza *stanza;
	const struct stanza *macros;
	struct arena *arena;
	struct diagnostics *diagnostics;
	const struct stanza_line *regex_line; /* NULL: none yet */
};

static void
report(const struct loader *loader, const struct stanza_line *line,
    size_t offset, const char *what)
{
	stanza_report(loader->diagnostics, DIAGNOSTIC_ERROR, loader->stanza,
	    line, offset, "%s", what);
}

static bool
read_mta(struct loader *loader, const struct stanza_line *line)
{
	if (record_mta_find(line->value, &loader->pattern->mta))
		return true;
	report(loader, line, 0, "no such MTA");
	return false;
}

static bool
read_program(struct loader *loader, const struct stanza_line *line)
{
	struct pattern *pattern = loader->pattern;
	struct buffer all;

	/* Several lines are one list. */
	buffer_init(&all, 0);
	buffer_append_text(&all, pattern->programs);
	buffer_append_byte(&all, ' ');
	buffer_append_text(&all, line->value);
	pattern->programs = arena_copy(loader->arena, buffer_text(&all));
	buffer_release(&all);
	return true;
}

static bool
read_record(struct loader *loader, const struct stanza_line *line)
{
	struct pattern *pattern = loader->pattern;
	struct text rest = line->value;
	struct text word;
	enum record_kind kind;
	bool has_words = false;

	text_next_word(&rest, &word);
	if (text_equal(word, TEXT_LITERAL("none")))
		return true;
	if (!record_kind_find(word, &kind)) {
		report(loader, line, 0, "no such kind of record");
		return false;
	}
	while (text_next_word(&rest, &word)) {
		size_t capacity = pattern->kind_rule_count;

		has_words = true;
		pattern->kind_rules = memory_grow(pattern->kind_rules,
		    &capacity, capacity + 1, sizeof(*pattern->kind_rules));
		pattern->kind_rules[pattern->kind_rule_count++] =
		    (struct kind_rule){ kind, word };
	}
	if (!has_words)
		pattern->kind = kind;
	pattern->has_record = true;
	return true;
}

static bool
read_also(struct loader *loader, const struct stanza_line *line)
{
	loader->pattern->has_also = true;
	if (record_kind_find(line->value, &loader->pattern->also))
		return true;
	report(loader, line, 0, "no such kind of record");
	return false;
}

static bool
read_scope(struct loader *loader, const struct stanza_line *line)
{
	struct text rest = line->value;
	struct text word;

	text_next_word(&rest, &word);
	rest = text_trim(rest);
	if (text_equal(word, TEXT_LITERAL("local")) && rest.length > 0) {
		loader->pattern->local_transports = rest;
		return true;
	}
	if (text_equal(word, TEXT_LITERAL("local"))) {
		loader->pattern->scope = RECORD_LOCAL;
		return true;
	}
	if (text_equal(line->value, TEXT_LITERAL("remote")))
		return true;
	report(loader, line, 0, "scope is remote or local");
	return false;
}

static bool
read_prefix(struct loader *loader, const struct stanza_line *line)
{
	struct pattern *pattern = loader->pattern;
	struct text id = TEXT_LITERAL("{id}");

	struct pattern_prefix prefix = { .text = line->value };

	if (pattern->prefix_count == PATTERN_LITERALS) {
		report(loader, line, 0, "more than four prefixes");
		return false;
	}
	prefix.has_id = text_starts_with(line->value, id);
	if (prefix.has_id)
		prefix.text =
		    text_slice(line->value, id.length, line->value.length);
	pattern->prefixes[pattern->prefix_count++] = prefix;
	return true;
}

static bool
read_literal(struct loader *loader, const struct stanza_line *line)
{
	struct pattern *pattern = loader->pattern;

	if (pattern->literal_count == PATTERN_LITERALS) {
		report(loader, line, 0, "more than four literals");
		return false;
	}
	search_literal_init(
	    &pattern->literals[pattern->literal_count++], line->value);
	return true;
}

static void
add_status_rule(
    struct pattern *pattern, enum record_status status, struct text word)
{
	size_t capacity = pattern->status_rule_count;

	pattern->status_rules = memory_grow(pattern->status_rules, &capacity,
	    capacity + 1, sizeof(*pattern->status_rules));
	pattern->status_rules[pattern->status_rule_count++] =
	    (struct status_rule){ status, word };
}

static bool
read_status(struct loader *loader, const struct stanza_line *line)
{
	struct text rest = line->value;
	struct text word;
	enum record_status status;
	bool has_words = false;

	text_next_word(&rest, &word);
	if (!record_status_find(word, &status)) {
		report(loader, line, 0, "no such status");
		return false;
	}
	for (; text_next_word(&rest, &word); has_words = true)
		add_status_rule(loader->pattern, status, word);
	if (!has_words)
		add_status_rule(loader->pattern, status, (struct text){ 0 });
	return true;
}

static bool
read_reply_rule(struct loader *loader, const struct stanza_line *line)
{
	struct pattern *pattern = loader->pattern;
	size_t capacity = pattern->reply_rule_count;
	struct reply_rule rule = { 0 };
	struct text rest = line->value;
	struct text from;
	struct text to;

	text_next_word(&rest, &from);
	text_next_word(&rest, &to);
	search_literal_init(&rule.literal, text_trim(rest));
	if (text_equal(line->key, TEXT_LITERAL("reply_has")))
		rule.place = REPLY_HAS;
	else if (text_equal(line->key, TEXT_LITERAL("reply_ends")))
		rule.place = REPLY_ENDS;
	if (!record_status_find(from, &rule.from) ||
	    !record_status_find(to, &rule.to) ||
	    rule.literal.text.length == 0) {
		report(loader, line, 0, "wants two statuses and a text");
		return false;
	}
	pattern->reply_rules = memory_grow(pattern->reply_rules, &capacity,
	    capacity + 1, sizeof(*pattern->reply_rules));
	pattern->reply_rules[pattern->reply_rule_count++] = rule;
	return true;
}

static struct text
append_blank(struct arena *arena, struct text text)
{
	char *copy = arena_allocate(arena, text.length + 1);

	memcpy(copy, text.data, text.length);
	copy[text.length] = ' ';
	return (struct text){ copy, text.length + 1 };
}

static bool
read_queued_as(struct loader *loader, const struct stanza_line *line)
{
	struct pattern *pattern = loader->pattern;
	size_t capacity = pattern->queued_rule_count;
	struct text id = TEXT_LITERAL("{id}");
	struct text text = line->value;
	struct queued_rule rule = { .id_first = text_starts_with(text, id) };

	if (rule.id_first)
		text = text_slice(text, id.length, text.length);
	else if (text_ends_with(text, id))
		text = text_slice(text, 0, text.length - id.length);
	else
		text = append_blank(loader->arena, text);
	search_literal_init(&rule.literal, text);
	pattern->queued_rules = memory_grow(pattern->queued_rules, &capacity,
	    capacity + 1, sizeof(*pattern->queued_rules));
	pattern->queued_rules[pattern->queued_rule_count++] = rule;
	return true;
}

static bool
read_suspect(struct loader *loader, const struct stanza_line *line)
{
	loader->pattern->is_suspect = true;
	if (text_equal(line->value, TEXT_LITERAL("yes")))
		return true;
	report(loader, line, 0, "suspect is yes or not there");
	return false;
}

static bool
read_decode(struct loader *loader, const struct stanza_line *line)
{
	if (text_equal(line->value, TEXT_LITERAL("octal"))) {
		loader->pattern->decode = DECODE_OCTAL;
		return true;
	}
	if (text_equal(line->value, TEXT_LITERAL("underscores"))) {
		loader->pattern->decode = DECODE_UNDERSCORES;
		return true;
	}
	report(loader, line, 0, "decode is octal or underscores");
	return false;
}

static bool
read_join(struct loader *loader, const struct stanza_line *line)
{
	for (unsigned i = 1; i < JOIN_KINDS; i++)
		if (text_equal(line->value, text_of(join_names[i]))) {
			loader->pattern->join = (enum join_kind)i;
			return true;
		}
	report(loader, line, 0, "no such join");
	return false;
}

/* An expanded regex, and which byte of the value each byte of it is from. */
struct expansion {
	struct buffer regex;
	uint32_t *sources;
	size_t capacity;
};

static void
append_expanded(
    struct expansion *expansion, struct text piece, size_t source, bool moves)
{
	size_t start = expansion->regex.length;

	buffer_append_text(&expansion->regex, piece);
	expansion->sources =
	    memory_grow(expansion->sources, &expansion->capacity,
		start + piece.length + 1, sizeof(*expansion->sources));
	for (size_t i = 0; i <= piece.length; i++)
		expansion->sources[start + i] =
		    (uint32_t)(source + (moves ? i : 0));
}

static struct text
find_macro(const struct stanza *macros, struct text name)
{
	for (size_t i = 0; macros != NULL && i < macros->count; i++) {
		struct text rest = macros->lines[i].value;
		struct text word;

		text_next_word(&rest, &word);
		if (text_equal(word, name))
			return text_trim(rest);
	}
	return (struct text){ 0 };
}

static bool
expand_macros(struct loader *loader, const struct stanza_line *line,
    struct expansion *expansion)
{
	struct text value = line->value;
	size_t at = 0;

	while (at <= value.length) {
		struct text rest = text_slice(value, at, value.length);
		size_t open = text_find(rest, TEXT_LITERAL("{{"));
		size_t close = open == TEXT_NONE
		    ? TEXT_NONE
		    : text_find(rest, TEXT_LITERAL("}}"));
		struct text macro;

		if (close == TEXT_NONE || close < open) {
			append_expanded(expansion, rest, at, true);
			return true;
		}
		append_expanded(expansion, text_slice(rest, 0, open), at, true);
		macro = find_macro(
		    loader->macros, text_slice(rest, open + 2, close));
		if (macro.length == 0) {
			report(loader, line, at + open, "no such macro");
			return false;
		}
		append_expanded(expansion, macro, at + open, false);
		at += close + 2;
	}
	return true;
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

/* The end of a class [...] that starts at `at`. */
static size_t
class_end(struct text regex, size_t at)
{
	at++;
	if (at < regex.length && regex.data[at] == '^')
		at++;
	/* A bracket that stands first is one of the class. */
	if (at < regex.length && regex.data[at] == ']')
		at++;
	for (; at < regex.length && regex.data[at] != ']'; at++)
		if (regex.data[at] == '\\')
			at++;
	return at;
}

/* Are there alternatives outside of all parentheses, or cannot one tell? */
static bool
has_branches(struct text regex)
{
	size_t depth = 0;

	for (size_t at = 0; at < regex.length; at++) {
		switch (regex.data[at]) {
		case '\\':
			at++;
			break;
		case '[':
			at = class_end(regex, at);
			break;
		case '(':
			depth++;
			break;
		case ')':
			depth--;
			break;
		case '|':
			if (depth == 0)
				return true;
			break;
		default:
			break;
		}
	}
	return depth != 0;
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
read_groups(struct loader *loader, const struct stanza_line *line)
{
	struct pattern *pattern = loader->pattern;
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
		size_t offset = text_find(line->value, name);

		/* A helper of the expression itself. */
		if (name.data[0] == '_')
			continue;
		if (!find_field(name, &pattern->groups[slot].field)) {
			report(loader, line, offset == TEXT_NONE ? 0 : offset,
			    "no such name for a group");
			return false;
		}
		if (slot + 1 == PATTERN_GROUPS || number >= PATTERN_GROUPS) {
			report(loader, line, 0, "too many groups");
			return false;
		}
		pattern->groups[slot].number = (uint8_t)number;
		pattern->group_count++;
	}
	return true;
}

static bool
compile_rest(struct loader *loader, const struct stanza_line *line,
    const struct expansion *expansion, size_t start)
{
	struct pattern *pattern = loader->pattern;
	PCRE2_UCHAR message[160];
	size_t offset;
	int error;

	pattern->code = pcre2_compile((PCRE2_SPTR)expansion->regex.data + start,
	    expansion->regex.length - start,
	    PCRE2_ANCHORED | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY |
		PCRE2_NEVER_UTF | PCRE2_NO_AUTO_CAPTURE | PCRE2_DUPNAMES,
	    &error, &offset, NULL);
	if (pattern->code == NULL) {
		pcre2_get_error_message(error, message, sizeof(message));
		report(loader, line, expansion->sources[start + offset],
		    (const char *)message);
		return false;
	}
	pattern->is_fast =
	    pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE) == 0;
	return read_groups(loader, line);
}

/* When all keys of the stanza are known: the prefix saves work. */
static bool
compile_regex(struct loader *loader, const struct stanza_line *line)
{
	struct pattern *pattern = loader->pattern;
	struct expansion expansion = { 0 };
	bool good;

	buffer_init(&expansion.regex, 0);
	good = expand_macros(loader, line, &expansion);
	if (good) {
		struct text regex = buffer_text(&expansion.regex);
		size_t seen = seen_length(pattern, regex);
		struct text rest = text_slice(regex, seen, regex.length);

		pattern->is_seen = seen > 0;
		pattern->is_whole =
		    pattern->is_seen && text_equal(rest, TEXT_LITERAL("$"));
		if (!pattern->is_seen ||
		    (!pattern->is_whole && rest.length > 0))
			good = compile_rest(loader, line, &expansion, seen);
	}
	buffer_release(&expansion.regex);
	free(expansion.sources);
	return good;
}

static bool
read_pattern(struct loader *loader, const struct stanza_line *line)
{
	if (loader->regex_line != NULL) {
		report(loader, line, 0, "a second pattern");
		return false;
	}
	loader->regex_line = line;
	return true;
}

static bool
read_nothing(struct loader *loader, const struct stanza_line *line)
{
	(void)loader;
	(void)line;
	return true;
}

static const struct {
	const char *key;
	bool (*read)(struct loader *loader, const struct stanza_line *line);
} keys[] = {
	{ "mta", read_mta },
	{ "program", read_program },
	{ "record", read_record },
	{ "also", read_also },
	{ "scope", read_scope },
	{ "prefix", read_prefix },
	{ "literal", read_literal },
	{ "pattern", read_pattern },
	{ "status", read_status },
	{ "reply_starts", read_reply_rule },
	{ "reply_has", read_reply_rule },
	{ "reply_ends", read_reply_rule },
	{ "queued_as", read_queued_as },
	{ "suspect", read_suspect },
	{ "decode", read_decode },
	{ "join", read_join },
	{ "sample", read_nothing }, /* pattern_check.c */
	{ "expect", read_nothing },
};

static bool
read_line(struct loader *loader, const struct stanza_line *line)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (text_equal(line->key, text_of(keys[i].key)))
			return keys[i].read(loader, line);
	report(loader, line, 0, "no such key in a pattern");
	return false;
}

bool
pattern_compile(struct pattern *pattern, const struct stanza *stanza,
    const struct stanza *macros, struct arena *arena,
    struct diagnostics *diagnostics)
{
	struct loader loader = { .pattern = pattern,
		.stanza = stanza,
		.macros = macros,
		.arena = arena,
		.diagnostics = diagnostics };
	bool good = true;

	*pattern = (struct pattern){ .stanza = stanza };
	for (size_t i = 0; i < stanza->count; i++)
		good &= read_line(&loader, &stanza->lines[i]);
	if (loader.regex_line != NULL)
		good &= compile_regex(&loader, loader.regex_line);
	if (good && pattern->is_suspect == (loader.regex_line != NULL)) {
		report(&loader, NULL, 0, "wants either a pattern or suspect");
		good = false;
	}
	if (good &&
	    (pattern->mta == MTA_NONE || pattern->programs.length == 0)) {
		report(&loader, NULL, 0, "wants mta and program");
		good = false;
	}
	return good;
}

void
pattern_release(struct pattern *pattern)
{
	pcre2_code_free(pattern->code);
	free(pattern->status_rules);
	free(pattern->kind_rules);
	free(pattern->reply_rules);
	free(pattern->queued_rules);
	*pattern = (struct pattern){ 0 };
}
