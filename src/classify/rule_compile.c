#include "classify/rule_private.h"

#include <pthread.h>

#include "base/memory.h"
#include "classify/literal_part.h"
#include "classify/reply.h"

/* A sample says more of what replies hold than a pattern does. */
#define SAMPLE_WEIGHT 16

/* Pieces of so many bytes are told when they are seen. */
#define NEED_SHORTEST 3

static bool
compile_pattern(const struct rule_set *set, struct rule_pattern *pattern,
    struct diagnostics *diagnostics)
{
	struct text source = pattern->line->value;
	PCRE2_SIZE offset;
	uint32_t names = 0;
	int error;
	int group;

	pattern->code.code = pcre2_compile((PCRE2_SPTR)source.data,
	    source.length, RULE_COMPILE_OPTIONS, &error, &offset, NULL);
	if (pattern->code.code == NULL || source.length == 0) {
		PCRE2_UCHAR message[200] = "nothing behind the key";

		if (pattern->code.code == NULL)
			pcre2_get_error_message(
			    error, message, sizeof(message));
		stanza_report(diagnostics, DIAGNOSTIC_ERROR,
		    rule_pattern_stanza(set, pattern), pattern->line, offset,
		    "%s", (const char *)message);
		return false;
	}
	pcre2_pattern_info(pattern->code.code, PCRE2_INFO_NAMECOUNT, &names);
	group = pcre2_substring_number_from_name(
	    pattern->code.code, (PCRE2_SPTR) "list");
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

/* With what matches begin; NULL when that may be anything. */
static const struct rule_starts *
make_starts(struct arena *arena, struct literal_set set)
{
	size_t shortest = literal_set_shortest(set);
	struct rule_starts *starts;

	if (shortest < PIECE_LEAST)
		return NULL;
	starts = arena_allocate(arena, sizeof(*starts));
	*starts = (struct rule_starts){
		.length = shortest < PIECE_LENGTH ? shortest : PIECE_LENGTH
	};
	for (size_t i = 0; i < set.count; i++) {
		unsigned bit =
		    rule_start_bit(piece_start(set.members[i], starts->length));

		starts->bits[bit / 64] |= (uint64_t)1 << bit % 64;
	}
	return starts;
}

/* The sets were made in memory that is used again. */
static struct literal_set
keep_set(struct arena *arena, struct literal_set set)
{
	struct literal_set kept = set;

	kept.members = arena_allocate(arena, set.count * sizeof(*kept.members));
	for (size_t i = 0; i < set.count; i++)
		kept.members[i] = arena_copy(arena, set.members[i]);
	return kept;
}

static void
add_clause(struct rule_set *set, const struct literal_clause *literals,
    uint32_t pattern)
{
	const struct rule *rule = &set->rules[set->patterns[pattern].rule];
	struct arena *arena = &set->file.arena;
	struct literal_clause *kept = arena_allocate(arena, sizeof(*kept));

	*kept = *literals;
	for (size_t i = 0; i < kept->set_count; i++)
		kept->sets[i] = keep_set(arena, literals->sets[i]);
	kept->starts = (struct literal_set){ 0 };
	set->clauses = memory_grow(set->clauses, &set->clause_capacity,
	    set->clause_count + 1, sizeof(*set->clauses));
	set->clauses[set->clause_count++] = (struct rule_clause){
		.pattern = pattern,
		.rule = (uint16_t)(rule - set->rules),
		.has_guards = rule->code_count > 0 || rule->statuses != 0 ||
		    rule->stages != 0,
		.is_exact = literals->is_exact,
		.is_whole = literals->branch.length == 0,
		.starts = make_starts(arena, literals->starts),
		.literals = kept,
	};
}

static struct text
lower_copy(struct arena *arena, struct text text)
{
	char *lower = arena_allocate(arena, text.length + 1);

	literal_fold(text, lower);
	return (struct text){ lower, text.length };
}

/*
 * The clause that a rule's own line of literals makes; a literal of one byte
 * is as good as none.
 */
static struct literal_clause
read_literal_line(struct arena *arena, const struct stanza_line *line)
{
	struct literal_clause clause = { 0 };
	struct literal_set *literals = &clause.sets[0];
	struct text rest = lower_copy(arena, line->value);

	literals->members = arena_allocate(
	    arena, (rest.length + 1) * sizeof(*literals->members));
	while (rest.length > 0) {
		size_t bar = text_find_byte(rest, '|');
		struct text member = text_trim(text_slice(rest, 0, bar));

		if (member.length == 1 || literals->count == LITERAL_MEMBERS)
			return (struct literal_clause){ 0 };
		if (member.length > 0)
			literals->members[literals->count++] = member;
		if (bar == TEXT_NONE)
			break;
		rest = text_slice(rest, bar + 1, rest.length);
	}
	clause.set_count = literals->count > 0;
	return clause;
}

/* At least one clause for each pattern; without literals it always holds. */
static void
add_clauses(struct rule_set *set, uint32_t number)
{
	const struct rule_pattern *pattern = &set->patterns[number];
	const struct stanza_line *line = set->rules[pattern->rule].literal;
	struct literal_clauses clauses = { 0 };
	struct literal_clause only = { 0 };
	struct arena scratch;

	arena_init(&scratch);
	if (line != NULL)
		only = read_literal_line(&scratch, line);
	else
		clauses = literal_clauses_of(pattern->line->value, &scratch);
	for (size_t i = 0; i < clauses.count; i++)
		add_clause(set, &clauses.items[i], number);
	if (clauses.count == 0)
		add_clause(set, &only, number);
	arena_release(&scratch);
}

/* What replies look like: samples of the rules, and what patterns ask for. */
static struct piece_counts *
count_pieces(const struct rule_set *set)
{
	struct piece_counts *counts = piece_counts_new();
	struct reply_scratch scratch;
	char lower[sizeof(scratch.text)];

	for (size_t i = 0; i < set->file.count; i++) {
		const struct stanza *stanza = &set->file.stanzas[i];

		for (size_t j = 0; j < stanza->count; j++) {
			struct text value = stanza->lines[j].value;
			struct text key = stanza->lines[j].key;
			bool is_reply = text_equal(key, TEXT_LITERAL("sample"));
			struct reply reply;

			if (!is_reply &&
			    !text_equal(key, TEXT_LITERAL("pattern")))
				continue;
			if (is_reply) {
				reply_parse(value, false, &scratch, &reply);
				value = reply.whole;
			}
			value = text_slice(value, 0, sizeof(lower));
			literal_fold(value, lower);
			piece_counts_record(counts,
			    (struct text){ lower, value.length },
			    is_reply ? SAMPLE_WEIGHT : 1);
		}
	}
	return counts;
}

/* A clause, and the pieces of its sets, the cheapest first. */
struct clause_covers {
	struct piece_cover items[LITERAL_SETS];
	size_t count;
};

static struct clause_covers
cover_clause(struct rule_set *set, struct piece_counts *counts,
    const struct literal_clause *clause)
{
	struct clause_covers covers = { .count = 0 };

	for (size_t i = 0; i < clause->set_count; i++) {
		struct piece_cover cover =
		    piece_cover_of(counts, clause->sets[i], &set->file.arena);
		size_t at = covers.count;

		if (cover.count == 0)
			continue;
		while (at > 0 && covers.items[at - 1].cost > cover.cost) {
			covers.items[at] = covers.items[at - 1];
			at--;
		}
		covers.items[at] = cover;
		covers.count++;
	}
	return covers;
}

/* Words of needs that are being made. */
struct need_writer {
	uint16_t *words;
	size_t count;
};

/* Appends what must be seen for a member of a set to be there. */
static void
write_need(struct need_writer *needs, const struct piece_cover *cover)
{
	uint16_t *next = needs->words + needs->count;

	*next++ = (uint16_t)cover->count;
	for (size_t i = 0; i < cover->count; i++)
		*next++ = literal_seen_index(cover->pieces[i].key);
	needs->count = (size_t)(next - needs->words);
}

/*
 * What must be seen for a clause: pieces of its sets but for the first, of
 * which one was found when this is asked.
 */
static const uint16_t *
make_needs(struct rule_set *set, const struct clause_covers *covers)
{
	size_t room = 1;
	struct need_writer needs = { 0 };

	for (size_t i = 1; i < covers->count; i++)
		room += 1 + covers->items[i].count;
	needs.words =
	    arena_allocate(&set->file.arena, room * sizeof(*needs.words));
	for (size_t i = 1; i < covers->count; i++)
		if (covers->items[i].shortest >= NEED_SHORTEST)
			write_need(&needs, &covers->items[i]);
	needs.words[needs.count] = 0;
	return needs.words;
}

/* False when the search has no place for them. */
static bool
add_literals(struct rule_set *set, struct piece_counts *counts, size_t number)
{
	struct rule_clause *clause = &set->clauses[number];
	struct clause_covers covers =
	    cover_clause(set, counts, clause->literals);
	const struct piece_cover *cover = &covers.items[0];

	clause->needs = make_needs(set, &covers);
	if (covers.count == 0) {
		clause->is_exact = false;
		clause->is_whole = true;
		return literal_search_add_always(
		    &set->search, (uint32_t)number);
	}
	clause->offsets = cover->offsets;
	clause->reach = (uint32_t)cover->reach;
	for (size_t i = 0; i < cover->count; i++)
		if (!literal_search_add(
			&set->search, cover->pieces[i], (uint32_t)number))
			return false;
	return true;
}

/* Those of all clauses; the first clause that has no place, or NULL. */
static const struct rule_clause *
add_all_literals(struct rule_set *set)
{
	struct piece_counts *counts = count_pieces(set);
	size_t added = 0;

	while (added < set->clause_count && add_literals(set, counts, added))
		added++;
	piece_counts_free(counts);
	return added < set->clause_count ? &set->clauses[added] : NULL;
}

/* --- both --- */

struct compiling {
	struct rule_set *set;
	struct diagnostics *diagnostics;
	bool good;
};

/* Touches no more of the set than the code of its patterns. */
static void *
compile_patterns(void *context)
{
	struct compiling *compiling = context;
	struct rule_set *set = compiling->set;

	compiling->good = true;
	for (size_t i = 0; i < set->pattern_count; i++)
		compiling->good &= compile_pattern(
		    set, &set->patterns[i], compiling->diagnostics);
	return NULL;
}

/*
 * Reads what the patterns say, not their code; the clause that is one too many,
 * or NULL.
 */
static const struct rule_clause *
build_search(struct rule_set *set)
{
	const struct rule_clause *excess;

	for (uint32_t i = 0; i < set->pattern_count; i++)
		add_clauses(set, i);
	excess = add_all_literals(set);
	if (excess == NULL)
		literal_search_compile(&set->search);
	return excess;
}

static bool
report_excess(const struct rule_set *set, const struct rule_clause *clause,
    struct diagnostics *diagnostics)
{
	const struct rule_pattern *pattern = &set->patterns[clause->pattern];

	stanza_report(diagnostics, DIAGNOSTIC_ERROR,
	    rule_pattern_stanza(set, pattern), pattern->line, 0,
	    "too many: the patterns of all rules have more than %d literals",
	    LITERAL_MAXIMUM);
	return false;
}

/* A capture is only known when the pattern has been run. */
static void
heed_captures(struct rule_set *set)
{
	for (size_t i = 0; i < set->clause_count; i++) {
		struct rule_clause *clause = &set->clauses[i];

		if (set->patterns[clause->pattern].list_group == 0)
			continue;
		clause->is_exact = false;
		clause->is_whole = true;
	}
}

bool
rule_set_compile(
    struct rule_set *set, bool threaded, struct diagnostics *diagnostics)
{
	struct compiling compiling = { .set = set, .diagnostics = diagnostics };
	const struct rule_clause *excess;
	pthread_t thread;

	threaded = threaded &&
	    pthread_create(&thread, NULL, compile_patterns, &compiling) == 0;
	excess = build_search(set);
	if (threaded)
		pthread_join(thread, NULL);
	else
		compile_patterns(&compiling);
	if (!compiling.good)
		return false;
	if (excess != NULL)
		return report_excess(set, excess, diagnostics);
	heed_captures(set);
	return true;
}
