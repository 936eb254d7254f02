#include "scan/pattern.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "scan/pattern_regex.h"

const char *const pattern_field_names[PATTERN_FIELDS] = { "instance",
	"queue_id", "next_queue_id", "sender", "recipient", "recipients",
	"relay_host", "relay_ip", "relay_port", "delay", "enhanced_code",
	"status", "reply", "transport", "key", "domain", "part", "count" };

static const char *const join_names[JOIN_KINDS] = { "", "qmail-start",
	"qmail-end", "haraka-recipient", "haraka-refused", "haraka-delivered",
	"haraka-rest", "haraka-round", "haraka-trouble" };

/* What one stanza is compiled with. */
struct loader {
	struct pattern *pattern;
	const struct stanza *stanza;
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
	rule.in_brackets = text_ends_with(text, TEXT_LITERAL("("));
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
		.arena = arena,
		.diagnostics = diagnostics };
	bool good = true;

	*pattern = (struct pattern){ .stanza = stanza };
	for (size_t i = 0; i < stanza->count; i++)
		good &= read_line(&loader, &stanza->lines[i]);
	if (loader.regex_line != NULL)
		good &= pattern_regex_compile(
		    pattern, macros, loader.regex_line, diagnostics);
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
