/*
 * That the search for literals changes no answer, whatever the patterns: rules
 * of random patterns, on random texts, against running every pattern.
 */
#include "unit/rows.h"

#include "base/buffer.h"
#include "classify/classifier.h"
#include "input_fixtures.h"

#define ROUNDS   1500
#define PATTERNS 4
#define TEXTS    60

static uint64_t seed = 3;

static size_t
below(size_t count)
{
	return (size_t)(fixture_random(&seed) % count);
}

static void append_alternatives(struct buffer *out, unsigned depth);

static void
append_atom(struct buffer *out, unsigned depth)
{
	static const char *const atoms[] = { "a", "b", "ab", "abc", "cab", "Bc",
		" ", "a b", "\\b", "\\d", "\\w", ".", "[ab]", "[^.]", "[^a]",
		"[a-z]", "\\.", "1", "(?!a)", "(?=b)", "(?<!a)", "(?<=b)", "^",
		"$", "\\s", "\xC3\xA9" };

	if (depth > 0 && below(4) == 0) {
		buffer_append_string(out, below(8) == 0 ? "(?i:" : "(?:");
		append_alternatives(out, depth - 1);
		buffer_append_string(out, ")");
	} else {
		buffer_append_string(
		    out, atoms[below(sizeof(atoms) / sizeof(atoms[0]))]);
	}
}

static void
append_branch(struct buffer *out, unsigned depth)
{
	static const char *const quantifiers[] = { "?", "*", "+", "{0,3}",
		"{2}", "{1,4}", "*?", "{2,}" };
	size_t count = 2 + below(5);

	for (size_t i = 0; i < count; i++) {
		size_t start = out->length;

		append_atom(out, depth);
		/* An assertion cannot come several times. */
		if (below(4) == 0 && strchr("^$", out->data[start]) == NULL &&
		    memcmp(out->data + start, "\\b", 2) != 0)
			buffer_append_string(out,
			    quantifiers[below(
				sizeof(quantifiers) / sizeof(quantifiers[0]))]);
	}
}

static void
append_alternatives(struct buffer *out, unsigned depth)
{
	size_t count = 1 + below(3);

	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_append_string(out, "|");
		append_branch(out, depth);
	}
}

static struct classifier *
random_classifier(void)
{
	struct diagnostics diagnostics;
	struct classifier *classifier;
	struct buffer rules;

	buffer_init(&rules, 0);
	for (unsigned i = 0; i < PATTERNS; i++) {
		/* Blanks at the ends of a line are no part of it. */
		buffer_append_format(
		    &rules, "[r%u]\ncategory expired\npattern ", i);
		buffer_append_string(&rules, below(4) > 0 ? "(?i)" : "(?:)");
		append_alternatives(&rules, 2);
		buffer_append_string(&rules, "(?:)\n");
	}
	diagnostics_init(&diagnostics);
	classifier =
	    classifier_parse("random", buffer_text(&rules), &diagnostics);
	diagnostics_release(&diagnostics);
	buffer_release(&rules);
	return classifier;
}

static struct text
random_text(char *bytes, size_t most)
{
	size_t length = below(most);

	for (size_t i = 0; i < length; i++)
		bytes[i] = "aaabbbcccABC  .1\xC3\xA9"[below(18)];
	return (struct text){ bytes, length };
}

static void
check_patterns(void **state)
{
	unsigned loaded = 0;

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct classifier *classifier = random_classifier();
		struct classifier_worker *fast;
		struct classifier_worker *slow;

		if (classifier == NULL)
			continue;
		loaded++;
		fast = classifier_worker_new(classifier);
		slow = classifier_worker_new(classifier);
		classifier_worker_set_exhaustive(slow, true);
		for (unsigned i = 0; i < TEXTS; i++) {
			char bytes[120];
			struct classifier_query query = {
				.reply =
				    random_text(bytes, i % 4 == 0 ? 120 : 25),
			};
			struct verdict a;
			struct verdict b;

			classifier_classify(classifier, fast, &query, &a);
			classifier_classify(classifier, slow, &query, &b);
			/* Which patterns take too many steps may differ. */
			if (classifier_worker_limit_hits(slow) > 0)
				break;
			assert_int_equal(a.rule, b.rule);
		}
		classifier_worker_free(fast);
		classifier_worker_free(slow);
		classifier_free(classifier);
	}
	/* Some have a lookbehind that does not compile, or the like. */
	assert_true(loaded > ROUNDS / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_patterns),
	};

	return cmocka_run_group_tests_name("rule match", tests, NULL, NULL);
}
