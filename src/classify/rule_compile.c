#include "classify/rule_private.h"

#include "base/memory.h"

/*
 * Matching is on bytes: a log need not be UTF-8.  A dollar is the end and
 * nothing else, since normalised text has no line ends.
 */
#define COMPILE_OPTIONS                                                        \
	(PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_DOLLAR_ENDONLY)

static bool
compile_pattern(struct rule_set *set, struct rule_pattern *pattern,
    struct diagnostics *diagnostics)
{
	struct text source = pattern->line->value;
	PCRE2_SIZE offset;
	uint32_t names = 0;
	int error;
	int group;

	pattern->code = pcre2_compile((PCRE2_SPTR)source.data, source.length,
	    COMPILE_OPTIONS, &error, &offset, NULL);
	if (pattern->code == NULL || source.length == 0) {
		PCRE2_UCHAR message[200] = "nothing behind the key";

		if (pattern->code == NULL)
			pcre2_get_error_message(
			    error, message, sizeof(message));
		stanza_report(diagnostics, DIAGNOSTIC_ERROR,
		    rule_pattern_stanza(set, pattern), pattern->line, offset,
		    "%s", (const char *)message);
		return false;
	}
	pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMECOUNT, &names);
	group = pcre2_substring_number_from_name(
	    pattern->code, (PCRE2_SPTR) "list");
	if (group > 0) {
		pattern->list_group = (uint16_t)group;
		names--;
	}
	if (names > 0) {
		stanza_report(diagnostics, DIAGNOSTIC_ERROR,
		    rule_pattern_stanza(set, pattern), pattern->line, 0,
		    "the only capture with a name is (?<list>...)");
		return false;
	}
	return true;
}

static void
add_clause(
    struct rule_set *set, struct literal_clause literals, uint32_t pattern)
{
	set->clauses = memory_grow(set->clauses, &set->clause_capacity,
	    set->clause_count + 1, sizeof(*set->clauses));
	set->clauses[set->clause_count++] =
	    (struct rule_clause){ .literals = literals, .pattern = pattern };
}

/*
 * The clause that a rule's own line of literals makes; a literal of one byte
 * is as good as none.
 */
static struct literal_clause
read_literal_line(struct rule_set *set, const struct stanza_line *line)
{
	struct literal_clause clause = { 0 };
	struct literal_set *literals = &clause.sets[0];
	struct text rest = line->value;

	literals->members = arena_allocate(
	    &set->file.arena, (rest.length + 1) * sizeof(*literals->members));
	while (rest.length > 0) {
		size_t bar = text_find_byte(rest, '|');
		struct text member = text_trim(text_slice(rest, 0, bar));

		if (member.length == 1)
			return (struct literal_clause){ 0 };
		if (member.length > 0)
			literals->members[literals->count++] = member;
		if (bar == TEXT_NONE)
			break;
		rest = text_slice(rest, bar + 1, rest.length);
	}
	return clause;
}

/* At least one clause for each pattern; without literals it always holds. */
static void
add_clauses(struct rule_set *set, uint32_t number)
{
	struct rule_pattern *pattern = &set->patterns[number];
	const struct stanza_line *line =
	    stanza_find(rule_pattern_stanza(set, pattern), "literal");
	struct literal_clauses clauses;

	if (line != NULL) {
		add_clause(set, read_literal_line(set, line), number);
		return;
	}
	clauses = literal_clauses_of(pattern->line->value, &set->file.arena);
	for (size_t i = 0; i < clauses.count; i++) {
		/* A capture is only known when the pattern has been run. */
		if (pattern->list_group != 0)
			clauses.items[i].is_exact = false;
		add_clause(set, clauses.items[i], number);
	}
	if (clauses.count == 0)
		add_clause(set, (struct literal_clause){ 0 }, number);
}

static void
add_literals(struct rule_set *set, size_t number)
{
	const struct literal_clause *clause = &set->clauses[number].literals;

	for (size_t i = 0; i < 2; i++) {
		size_t mark = number + i * set->words * 64;

		if (clause->sets[i].count == 0)
			set->marks[mark >> 6] |= (uint64_t)1 << (mark & 63);
		for (size_t j = 0; j < clause->sets[i].count; j++)
			literal_search_add(&set->search,
			    clause->sets[i].members[j], (uint32_t)mark);
	}
}

bool
rule_set_compile(struct rule_set *set, struct diagnostics *diagnostics)
{
	bool good = true;

	for (size_t i = 0; i < set->pattern_count; i++)
		good &= compile_pattern(set, &set->patterns[i], diagnostics);
	if (!good)
		return false;
	for (uint32_t i = 0; i < set->pattern_count; i++)
		add_clauses(set, i);
	set->words = (set->clause_count + 63) / 64;
	set->marks =
	    memory_allocate_array(2 * set->words + 1, sizeof(uint64_t));
	for (size_t i = 0; i < set->clause_count; i++)
		add_literals(set, i);
	literal_search_compile(&set->search);
	return true;
}
