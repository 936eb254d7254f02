#include "classify/rule_set.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "classify/reply.h"
#include "classify/rule_private.h"
#include "scan/record.h"

/* What reading a stanza works on. */
struct rule_reader {
	struct rule_set *set;
	struct rule *rule;
	const struct stanza *stanza;
	struct diagnostics *diagnostics;
	struct code_pattern *codes;
	size_t code_capacity;
};

static void
report(struct rule_reader *reader, const struct stanza_line *line,
    const char *what, struct text word)
{
	stanza_report(reader->diagnostics, DIAGNOSTIC_ERROR, reader->stanza,
	    line, 0, "%s: '%.*s'", what, TEXT_FORMAT(word));
}

static void
read_category(struct rule_reader *reader, const struct stanza_line *line)
{
	enum verdict_category category;

	if (verdict_category_find(line->value, &category))
		reader->rule->category = (uint8_t)category;
	else
		report(reader, line, "no such category", line->value);
}

static void
read_class(struct rule_reader *reader, const struct stanza_line *line)
{
	enum verdict_class class;

	if (verdict_class_find(line->value, &class))
		reader->rule->class = (uint8_t) class;
	else
		report(reader, line, "no such class", line->value);
}

static void
read_action(struct rule_reader *reader, const struct stanza_line *line)
{
	enum verdict_action action;

	if (verdict_action_find(line->value, &action))
		reader->rule->action = (uint8_t)action;
	else
		report(reader, line, "no such action", line->value);
}

static void
read_permanent(struct rule_reader *reader, const struct stanza_line *line)
{
	if (text_equal(line->value, TEXT_LITERAL("yes")))
		reader->rule->permanent = 1;
	else if (text_equal(line->value, TEXT_LITERAL("no")))
		reader->rule->permanent = 0;
	else
		report(reader, line, "yes or no is wanted", line->value);
}

static void
read_origin(struct rule_reader *reader, const struct stanza_line *line)
{
	if (text_equal(line->value, TEXT_LITERAL("local")))
		reader->rule->origin = ORIGIN_LOCAL;
	else if (text_equal(line->value, TEXT_LITERAL("remote")))
		reader->rule->origin = ORIGIN_REMOTE;
	else
		report(reader, line, "local or remote is wanted", line->value);
}

/* Words stand apart by blanks or, as in alternatives, by a |. */
static bool
next_word(struct text *rest, struct text *word)
{
	struct text all = *rest;
	size_t bar;

	if (!text_next_word(rest, word))
		return false;
	bar = text_find_byte(*word, '|');
	if (bar != TEXT_NONE) {
		size_t start = (size_t)(word->data - all.data) + bar + 1;

		*rest = text_slice(all, start, all.length);
		word->length = bar;
	}
	return true;
}

static void
read_status(struct rule_reader *reader, const struct stanza_line *line)
{
	struct text rest = line->value;
	struct text word;

	while (next_word(&rest, &word)) {
		enum record_status status;

		if (record_status_find(word, &status))
			reader->rule->statuses =
			    (uint16_t)(reader->rule->statuses | 1U << status);
		else
			report(reader, line, "no such status", word);
	}
}

static void
read_stage(struct rule_reader *reader, const struct stanza_line *line)
{
	struct text rest = line->value;
	struct text word;

	while (next_word(&rest, &word)) {
		enum reply_stage stage;

		if (reply_stage_find(word, &stage))
			reader->rule->stages =
			    (uint16_t)(reader->rule->stages | 1U << stage);
		else
			report(reader, line, "no such stage", word);
	}
}

static void
read_codes(struct rule_reader *reader, const struct stanza_line *line)
{
	struct text rest = line->value;
	struct text word;

	while (next_word(&rest, &word)) {
		struct code_pattern code;

		if (!code_pattern_parse(word, &code)) {
			report(reader, line, "not a code", word);
			continue;
		}
		reader->codes =
		    memory_grow(reader->codes, &reader->code_capacity,
			reader->rule->code_count + 1, sizeof(*reader->codes));
		reader->codes[reader->rule->code_count++] = code;
	}
}

static void
read_list(struct rule_reader *reader, const struct stanza_line *line)
{
	reader->rule->list = line->value;
}

/* The pattern is compiled once all rules are there. */
static void
read_pattern(struct rule_reader *reader, const struct stanza_line *line)
{
	struct rule_set *set = reader->set;

	set->patterns = memory_grow(set->patterns, &set->pattern_capacity,
	    set->pattern_count + 1, sizeof(*set->patterns));
	set->patterns[set->pattern_count++] = (struct rule_pattern){
		.line = line,
		.rule = (uint16_t)(reader->rule - set->rules),
	};
	reader->rule->pattern_count++;
}

/* Read where it is needed. */
static void
pass_over(struct rule_reader *reader, const struct stanza_line *line)
{
	if (line->value.length == 0)
		report(reader, line, "nothing behind the key", line->key);
}

static void
read_literal(struct rule_reader *reader, const struct stanza_line *line)
{
	pass_over(reader, line);
	reader->rule->literal = line;
}

struct rule_key {
	const char *name;
	void (*read)(struct rule_reader *, const struct stanza_line *);
	bool is_single;
};

static const struct rule_key rule_keys[] = {
	{ "category", read_category, true },
	{ "class", read_class, true },
	{ "action", read_action, true },
	{ "permanent", read_permanent, true },
	{ "origin", read_origin, true },
	{ "list", read_list, true },
	{ "literal", read_literal, true },
	{ "status", read_status, false },
	{ "stage", read_stage, false },
	{ "codes", read_codes, false },
	{ "pattern", read_pattern, false },
	{ "sample", pass_over, false },
	{ "never", pass_over, false },
};

static void
read_line(struct rule_reader *reader, const struct stanza_line *line)
{
	for (size_t i = 0; i < sizeof(rule_keys) / sizeof(rule_keys[0]); i++) {
		const struct rule_key *key = &rule_keys[i];

		if (!text_equal(line->key, text_of(key->name)))
			continue;
		if (key->is_single &&
		    stanza_find(reader->stanza, key->name) != line)
			report(reader, line, "given twice", line->key);
		else
			key->read(reader, line);
		return;
	}
	report(reader, line, "no such key", line->key);
}

static void
finish_rule(struct rule_reader *reader)
{
	struct rule_set *set = reader->set;
	struct rule *rule = reader->rule;
	size_t size = rule->code_count * sizeof(*reader->codes);

	if (stanza_find(reader->stanza, "category") == NULL)
		report(reader, NULL, "a rule needs a category", rule->name);
	if (size > 0) {
		struct code_pattern *codes =
		    arena_allocate(&set->file.arena, size);

		for (size_t i = 0; i < rule->code_count; i++)
			codes[i] = reader->codes[i];
		rule->codes = codes;
	}
	free(reader->codes);
	if (rule->pattern_count > 0)
		return;
	if (rule->code_count == 0)
		report(reader, NULL, "a rule needs a pattern or codes",
		    rule->name);
	set->code_rules = memory_grow(set->code_rules, &set->code_rule_capacity,
	    set->code_rule_count + 1, sizeof(*set->code_rules));
	set->code_rules[set->code_rule_count++] = (uint16_t)(rule - set->rules);
}

static void
read_rule(struct rule_set *set, const struct stanza *stanza,
    struct diagnostics *diagnostics)
{
	struct rule_reader reader = {
		.set = set, .stanza = stanza, .diagnostics = diagnostics
	};

	set->rules = memory_grow(set->rules, &set->rule_capacity,
	    set->rule_count + 1, sizeof(*set->rules));
	reader.rule = &set->rules[set->rule_count++];
	*reader.rule = (struct rule){
		.name = stanza->name,
		.path = stanza->path,
		.line = stanza->line,
		.stanza = stanza,
		.first_pattern = (uint32_t)set->pattern_count,
		.permanent = -1,
	};
	for (size_t i = 0; i < stanza->count; i++)
		read_line(&reader, &stanza->lines[i]);
	finish_rule(&reader);
}

/* From stanzas to a set that can be used; NULL when there are errors. */
static struct rule_set *
finish_set(struct rule_set *set, bool is_read, bool threaded,
    struct diagnostics *diagnostics)
{
	size_t errors = diagnostics->errors;

	if (set->file.count >= RULE_NONE)
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR,
		    set->file.stanzas[0].path, "more than %d rules",
		    RULE_NONE - 1);
	else
		for (size_t i = 0; i < set->file.count; i++)
			read_rule(set, &set->file.stanzas[i], diagnostics);
	if (is_read && rule_set_compile(set, threaded, diagnostics) &&
	    diagnostics->errors == errors)
		return set;
	rule_set_free(set);
	return NULL;
}

static struct rule_set *
new_set(void)
{
	struct rule_set *set = memory_allocate_array(1, sizeof(*set));

	stanza_file_init(&set->file);
	literal_search_init(&set->search);
	return set;
}

struct rule_set *
rule_set_load(const char *path, bool threaded, struct diagnostics *diagnostics)
{
	struct rule_set *set = new_set();

	return finish_set(set, stanza_file_load(&set->file, path, diagnostics),
	    threaded, diagnostics);
}

struct rule_set *
rule_set_parse(
    const char *path, struct text content, struct diagnostics *diagnostics)
{
	struct rule_set *set = new_set();

	return finish_set(set,
	    stanza_file_parse(&set->file, path, content, diagnostics), false,
	    diagnostics);
}

void
rule_set_free(struct rule_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->pattern_count; i++)
		pcre2_code_free(set->patterns[i].code.code);
	for (size_t i = 0; i < set->clause_count; i++)
		pcre2_code_free(set->clauses[i].code.code);
	free(set->patterns);
	free(set->clauses);
	free(set->rules);
	free(set->code_rules);
	literal_search_release(&set->search);
	stanza_file_release(&set->file);
	free(set);
}

size_t
rule_set_count(const struct rule_set *set)
{
	return set->rule_count;
}

const struct rule *
rule_set_rule(const struct rule_set *set, size_t number)
{
	assert(number < set->rule_count);
	return &set->rules[number];
}
