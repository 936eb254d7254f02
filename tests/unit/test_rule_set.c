#include "unit/rows.h"

#include "base/buffer.h"
#include "classify/rule_set.h"

/* What the reader or the lint says of a rule file: the first diagnostic. */
static const struct row {
	const char *name;
	const char *content;
	const char *message; /* NULL: none */
	bool is_loaded; /* else the reader refuses it */
} rows[] = {
	{ "good",
	    "[a]\ncategory user_unknown\npattern (?i)no such user\n"
	    "sample 550 No such user\nnever 250 ok\n",
	    NULL, true },
	{ "code rule",
	    "[a]\ncategory policy_rejected\ncodes 5.7.* 55*\n"
	    "sample 550 5.7.1 no\nsample 551 no\n",
	    NULL, true },
	{ "guards met by their sample",
	    "[a]\ncategory policy_rejected\npattern refused\nstatus "
	    "deferred|suspended\nstage data content\nsample 450 refused\n",
	    NULL, true },
	{ "literal line",
	    "[a]\ncategory rate_limited\npattern \\d\\d+\nliteral 42|43\n"
	    "sample 450 try 42\n",
	    NULL, true },
	{ "unknown key", "[a]\ncategory user_unknown\ncodes 550\nsampel x\n",
	    "m:4:8: error: no such key: 'sampel'", false },
	{ "unknown category", "[a]\ncategory user\ncodes 550\n",
	    "m:2:10: error: no such category: 'user'", false },
	{ "unknown class", "[a]\ncategory expired\nclass firm\ncodes 550\n",
	    "m:3:7: error: no such class: 'firm'", false },
	{ "unknown action", "[a]\ncategory expired\naction run\ncodes 550\n",
	    "m:3:8: error: no such action: 'run'", false },
	{ "unknown status", "[a]\ncategory expired\nstatus gone\ncodes 550\n",
	    "m:3:8: error: no such status: 'gone'", false },
	{ "unknown stage", "[a]\ncategory expired\nstage quit\ncodes 550\n",
	    "m:3:7: error: no such stage: 'quit'", false },
	{ "not a code", "[a]\ncategory expired\ncodes 5.x\n",
	    "m:3:7: error: not a code: '5.x'", false },
	{ "no category", "[a]\ncodes 550\n",
	    "m:1:1: error: a rule needs a category: 'a'", false },
	{ "twice", "[a]\ncategory expired\ncategory expired\ncodes 550\n",
	    "m:3:10: error: given twice: 'category'", false },
	{ "neither pattern nor codes", "[a]\ncategory expired\n",
	    "m:1:1: error: a rule needs a pattern or codes: 'a'", false },
	{ "broken pattern", "[a]\ncategory expired\npattern   ab(c\n",
	    "m:3:15: error: missing closing parenthesis", false },
	{ "unknown capture", "[a]\ncategory expired\npattern (?<name>a)\n",
	    "m:3:9: error: the only capture with a name is (?<list>...)",
	    false },
	{ "no sample", "[a]\ncategory expired\npattern (?i)abc\n",
	    "m:1:1: error: a rule needs a sample", true },
	{ "sample of no rule",
	    "[a]\ncategory expired\npattern abc\nsample 450 ABC\n",
	    "m:4:8: error: no rule takes this sample", true },
	{ "pattern without end",
	    "[a]\ncategory expired\npattern (?:a+)+b\n"
	    "sample aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b\n",
	    "m:4:8: error: no rule takes this sample: a pattern takes too many "
	    "steps on it",
	    true },
	{ "sample taken by another",
	    "[a]\ncategory expired\npattern abc\nsample abc\n"
	    "[b]\ncategory expired\npattern abcd\nsample abcd\nsample abcd e\n",
	    "m:8:8: error: the sample is taken by [a], m:1", true },
	{ "never matches",
	    "[a]\ncategory expired\npattern abc\nsample abc\nnever xabcx\n",
	    "m:5:7: error: is matched by the pattern of line 3", true },
	{ "same name",
	    "[a]\ncategory expired\npattern abc\nsample abc\n"
	    "[a]\ncategory expired\npattern def\nsample def\n",
	    "m:5:1: error: there is a rule of this name already, m:1", true },
	{ "same pattern",
	    "[a]\ncategory expired\npattern abc\nsample abc\n"
	    "[b]\ncategory expired\npattern abc\npattern def\nsample def\n",
	    "m:7:9: warning: the pattern is there already, m:3", true },
	{ "capture for nothing",
	    "[a]\ncategory expired\npattern a[(]b\\(c(de|fg)\nsample a(b(cde\n",
	    "m:3:17: warning: captures for nothing: (?:...) is a group, \\( a "
	    "parenthesis",
	    true },
	{ "quantifier behind a letter of two bytes",
	    "[a]\ncategory expired\npattern abc[\xC3\xBC]?\xC3\xBC?\n"
	    "sample abc\xC3\n",
	    "m:3:19: warning: is about the last byte of the letter: (?:...) "
	    "makes one of it",
	    true },
	{ "leading .*",
	    "[a]\ncategory expired\npattern (?i).*abc\nsample abc\n",
	    "m:3:13: warning: a leading .* does nothing but take time", true },
	{ "no literal", "[a]\ncategory expired\npattern \\d{4}\nsample 1234\n",
	    "m:3:9: warning: is tried on every reply: no literal in it; give "
	    "one by a line 'literal'",
	    true },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct diagnostics diagnostics;
	struct rule_set *set;

	diagnostics_init(&diagnostics);
	set = rule_set_parse("m", text_of(row->content), &diagnostics);
	assert_int_equal(set != NULL, row->is_loaded);
	if (set != NULL) {
		bool good = rule_set_check(set, &diagnostics);

		assert_int_equal(good, diagnostics.errors == 0);
	}
	if (row->message == NULL) {
		assert_int_equal(diagnostics.count, 0);
	} else {
		struct buffer out;

		assert_true(diagnostics.count > 0);
		buffer_init(&out, 0);
		diagnostic_format(&out, &diagnostics.items[0]);
		assert_true(
		    text_starts_with(buffer_text(&out), text_of(row->message)));
		buffer_release(&out);
	}
	rule_set_free(set);
	diagnostics_release(&diagnostics);
}

/* A rule that loses every sample to earlier ones is named as such. */
static void
check_shadowed(void **state)
{
	struct diagnostics diagnostics;
	struct rule_set *set;

	(void)state;
	diagnostics_init(&diagnostics);
	set = rule_set_parse("m",
	    TEXT_LITERAL("[a]\ncategory expired\npattern abc\nsample abc\n"
			 "[b]\ncategory expired\npattern bc\nsample abcd\n"),
	    &diagnostics);
	assert_non_null(set);
	assert_false(rule_set_check(set, &diagnostics));
	assert_int_equal(diagnostics.count, 2);
	assert_string_equal(diagnostics.items[1].message,
	    "rules before this one take all that it is meant for");
	rule_set_free(set);
	diagnostics_release(&diagnostics);
}

static void
check_fields(void **state)
{
	struct diagnostics diagnostics;
	struct rule_set *set;
	const struct rule *rule;

	(void)state;
	diagnostics_init(&diagnostics);
	set = rule_set_parse("m",
	    TEXT_LITERAL("\n[a]\ncategory ip_blocked\nclass soft\naction "
			 "retry\npermanent no\norigin local\nlist zen\n"
			 "pattern (?i)abc\npattern def\nsample abc\n"),
	    &diagnostics);
	assert_non_null(set);
	assert_int_equal(rule_set_count(set), 1);
	rule = rule_set_rule(set, 0);
	assert_true(text_equal(rule->name, TEXT_LITERAL("a")));
	assert_true(text_equal(rule->list, TEXT_LITERAL("zen")));
	assert_string_equal(rule->path, "m");
	assert_int_equal(rule->line, 2);
	assert_int_equal(rule->category, CATEGORY_IP_BLOCKED);
	assert_int_equal(rule->class, CLASS_SOFT);
	assert_int_equal(rule->action, ACTION_RETRY);
	assert_int_equal(rule->origin, ORIGIN_LOCAL);
	assert_int_equal(rule->permanent, 0);
	assert_int_equal(rule->pattern_count, 2);
	rule_set_free(set);
	assert_null(rule_set_load("patterns/nowhere", false, &diagnostics));
	diagnostics_release(&diagnostics);
}

/* More than the search for literals can number: refused, with the place. */
static void
check_too_many_literals(void **state)
{
	struct diagnostics diagnostics;
	struct buffer rules;

	(void)state;
	diagnostics_init(&diagnostics);
	buffer_init(&rules, 0);
	buffer_append_string(&rules, "[a]\ncategory expired\nsample w00000\n");
	for (unsigned i = 0; i < 65535; i++)
		buffer_append_format(&rules, "pattern w%05x\n", i);
	assert_null(rule_set_parse("m", buffer_text(&rules), &diagnostics));
	assert_int_equal(diagnostics.count, 1);
	assert_int_equal(diagnostics.items[0].line, 65538);
	assert_string_equal(diagnostics.items[0].message,
	    "too many: the patterns of all rules have more than 65534 "
	    "literals");
	diagnostics_release(&diagnostics);
	buffer_release(&rules);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_too_many_literals),
		cmocka_unit_test(check_shadowed),
		cmocka_unit_test(check_fields),
	};

	return ROWS_RUN("rule_set", rows, check_row) +
	    cmocka_run_group_tests_name("rule_set_others", others, NULL, NULL);
}
