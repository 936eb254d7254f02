#include "classify/rule_decide.h"

/* What the lint works on. */
struct checker {
	const struct rule_set *set;
	struct diagnostics *diagnostics;
	struct rule_matcher matcher;
	struct reply_scratch scratch;
};

/* The lowest bit of a mask as a number; 0 for no bit. */
static unsigned
first_of(uint16_t mask)
{
	return mask != 0 ? (unsigned)__builtin_ctz(mask) : 0;
}

/* The rule that decides a sample, where its own rule's guards would hold. */
static uint16_t
decide_sample(
    struct checker *checker, const struct rule *rule, struct text sample)
{
	struct rule_query query;
	struct reply reply;

	reply_parse(sample, false, &checker->scratch, &reply);
	query = rule_query_of(
	    &reply, 0, (enum record_status)first_of(rule->statuses));
	if (reply.stage == STAGE_NONE)
		query.stage = (enum reply_stage)first_of(rule->stages);
	return rule_decide(&checker->matcher, &reply, &query);
}

/* True when the rule wins its sample; else *winner is who does. */
static bool
check_sample(struct checker *checker, uint16_t number,
    const struct stanza_line *line, uint16_t *winner)
{
	const struct rule *rule = &checker->set->rules[number];
	const struct rule *other;
	uint64_t given_up = checker->matcher.limit_hits;

	*winner = decide_sample(checker, rule, line->value);
	if (*winner == number)
		return true;
	if (*winner == RULE_NONE) {
		stanza_report(checker->diagnostics, DIAGNOSTIC_ERROR,
		    rule->stanza, line, 0,
		    checker->matcher.limit_hits > given_up
			? "no rule takes this sample: a pattern takes too many "
			  "steps on it"
			: "no rule takes this sample");
		return false;
	}
	other = &checker->set->rules[*winner];
	stanza_report(checker->diagnostics, DIAGNOSTIC_ERROR, rule->stanza,
	    line, 0, "the sample is taken by [%.*s], %s:%u",
	    TEXT_FORMAT(other->name), other->path, (unsigned)other->line);
	return false;
}

static void
check_never(
    struct checker *checker, uint16_t number, const struct stanza_line *never)
{
	const struct stanza_line *pattern;
	struct reply reply;

	reply_parse(never->value, false, &checker->scratch, &reply);
	if (rule_matches_reply(&checker->matcher, number, &reply, &pattern))
		stanza_report(checker->diagnostics, DIAGNOSTIC_ERROR,
		    checker->set->rules[number].stanza, never, 0,
		    "is matched by the pattern of line %u",
		    (unsigned)pattern->line);
}

static void
check_samples(struct checker *checker, uint16_t number)
{
	const struct rule *rule = &checker->set->rules[number];
	size_t samples = 0;
	size_t lost = 0;
	uint16_t winner;

	for (size_t i = 0; i < rule->stanza->count; i++) {
		const struct stanza_line *line = &rule->stanza->lines[i];

		if (text_equal(line->key, TEXT_LITERAL("never")))
			check_never(checker, number, line);
		if (!text_equal(line->key, TEXT_LITERAL("sample")))
			continue;
		samples++;
		lost += !check_sample(checker, number, line, &winner) &&
		    winner < number;
	}
	if (samples == 0)
		stanza_report(checker->diagnostics, DIAGNOSTIC_ERROR,
		    rule->stanza, NULL, 0, "a rule needs a sample");
	else if (lost == samples)
		stanza_report(checker->diagnostics, DIAGNOSTIC_WARNING,
		    rule->stanza, NULL, 0,
		    "rules before this one take all that it is meant for");
}

static void
check_name(struct checker *checker, uint16_t number)
{
	const struct rule *rule = &checker->set->rules[number];

	for (uint16_t i = 0; i < number; i++) {
		const struct rule *other = &checker->set->rules[i];

		if (text_equal(other->name, rule->name)) {
			stanza_report(checker->diagnostics, DIAGNOSTIC_ERROR,
			    rule->stanza, NULL, 0,
			    "there is a rule of this name already, %s:%u",
			    other->path, (unsigned)other->line);
			return;
		}
	}
}

static void
warn(struct checker *checker, const struct rule_pattern *pattern, size_t offset,
    const char *what)
{
	stanza_report(checker->diagnostics, DIAGNOSTIC_WARNING,
	    rule_pattern_stanza(checker->set, pattern), pattern->line, offset,
	    "%s", what);
}

/* Where what is_it takes begins, outside of classes; the length if nowhere. */
static size_t
find_outside_class(struct text pattern, bool (*is_it)(struct text rest))
{
	bool is_class = false;

	for (size_t i = 0; i < pattern.length; i++) {
		char byte = pattern.data[i];

		if (byte == '\\')
			i++;
		else if (is_class)
			is_class = byte != ']';
		else if (byte == '[')
			is_class = true;
		else if (is_it(text_slice(pattern, i, pattern.length)))
			return i;
	}
	return pattern.length;
}

/* A group that captures without a name. */
static bool
is_capture(struct text rest)
{
	return rest.data[0] == '(' &&
	    (rest.length == 1 || (rest.data[1] != '?' && rest.data[1] != '*'));
}

/*
 * The last byte of a letter that is not ASCII, and a quantifier.  Patterns go
 * by bytes, so it would be about that byte only.
 */
static bool
is_split_letter(struct text rest)
{
	return (unsigned char)rest.data[0] >= 0x80 && rest.length > 1 &&
	    text_find_byte(TEXT_LITERAL("?*+{"), rest.data[1]) != TEXT_NONE;
}

/* Options alone in front of a pattern, such as (?i), are no part of it. */
static struct text
without_options(struct text pattern)
{
	size_t end = text_find_byte(pattern, ')');

	if (text_starts_with(pattern, TEXT_LITERAL("(?i)")))
		return text_slice(pattern, end + 1, pattern.length);
	return pattern;
}

static void
check_duplicate(struct checker *checker, size_t number)
{
	const struct rule_pattern *pattern = &checker->set->patterns[number];

	for (size_t i = 0; i < number; i++) {
		const struct rule_pattern *other = &checker->set->patterns[i];
		const struct rule *rule = &checker->set->rules[other->rule];

		if (!text_equal(other->line->value, pattern->line->value))
			continue;
		stanza_report(checker->diagnostics, DIAGNOSTIC_WARNING,
		    rule_pattern_stanza(checker->set, pattern), pattern->line,
		    0, "the pattern is there already, %s:%u", rule->path,
		    (unsigned)other->line->line);
		return;
	}
}

static void
check_pattern(struct checker *checker, size_t number)
{
	const struct rule_pattern *pattern = &checker->set->patterns[number];
	struct text source = pattern->line->value;
	struct text body = without_options(source);
	size_t split = find_outside_class(source, is_split_letter);
	uint32_t captures = 0;

	pcre2_pattern_info(
	    pattern->code.code, PCRE2_INFO_CAPTURECOUNT, &captures);
	if (captures > (pattern->list_group > 0 ? 1U : 0U))
		warn(checker, pattern, find_outside_class(source, is_capture),
		    "captures for nothing: (?:...) is a group, \\( a "
		    "parenthesis");
	if (split < source.length)
		warn(checker, pattern, split + 1,
		    "is about the last byte of the letter: (?:...) makes one "
		    "of it");
	if (text_starts_with(body, TEXT_LITERAL(".*")))
		warn(checker, pattern, (size_t)(body.data - source.data),
		    "a leading .* does nothing but take time");
	if (captures > 0 && pattern->list_group >= RULE_CAPTURES)
		warn(
		    checker, pattern, 0, "too many groups before (?<list>...)");
	check_duplicate(checker, number);
}

/* Patterns that no literal guards. */
static void
check_literals(struct checker *checker)
{
	for (size_t i = 0; i < checker->set->clause_count; i++) {
		const struct rule_clause *clause = &checker->set->clauses[i];

		if (clause->literals->set_count == 0)
			warn(checker, &checker->set->patterns[clause->pattern],
			    0,
			    "is tried on every reply: no literal in it; give "
			    "one by a line 'literal'");
	}
}

bool
rule_set_check(const struct rule_set *set, struct diagnostics *diagnostics)
{
	struct checker checker = { .set = set, .diagnostics = diagnostics };
	size_t errors = diagnostics->errors;

	rule_matcher_init(&checker.matcher, set);
	for (size_t i = 0; i < set->rule_count; i++) {
		check_name(&checker, (uint16_t)i);
		check_samples(&checker, (uint16_t)i);
	}
	for (size_t i = 0; i < set->pattern_count; i++)
		check_pattern(&checker, i);
	check_literals(&checker);
	rule_matcher_release(&checker.matcher);
	return diagnostics->errors == errors;
}
