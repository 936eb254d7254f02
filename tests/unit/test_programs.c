#include "unit/scan_rows.h"

#include <stdio.h>
#include <stdlib.h>

#include "scan/programs.h"

#define PATTERNS 70
#define NAMES    1000

static struct pattern patterns[PATTERNS];
static char names[PATTERNS][4];

/* As many patterns as the bits cannot tell apart; i takes texts "a" + i % 26,
 * or ids followed by ": " and that letter, and every tenth takes all. */
static struct pattern_set
make_set(const struct pattern_set *shipped)
{
	for (size_t i = 0; i < PATTERNS; i++) {
		struct pattern *pattern = &patterns[i];

		pattern->mta = i % 2 == 0 ? MTA_POSTFIX : MTA_EXIM;
		pattern->programs = TEXT_LITERAL("*/smtp");
		if (i % 10 == 0)
			continue;
		snprintf(
		    names[i], sizeof(names[i]), ": %c", (char)('a' + i % 26));
		pattern->prefixes[0].has_id = i % 3 == 0;
		pattern->prefixes[0].text = text_of(
		    pattern->prefixes[0].has_id ? names[i] : names[i] + 2);
		pattern->prefix_count = 1;
	}
	return (struct pattern_set){ .formats = shipped->formats,
		.patterns = patterns,
		.count = PATTERNS };
}

static bool
may_take(const struct pattern *pattern, char letter, bool behind_id)
{
	const struct pattern_prefix *prefix = &pattern->prefixes[0];

	return pattern->prefix_count == 0 ||
	    (prefix->has_id == behind_id &&
		prefix->text.data[prefix->text.length - 1] == letter);
}

/* Nothing that may take a text is left out, and they keep their order. */
static void
check_candidates(void **state)
{
	struct pattern_set *shipped = load_shipped_patterns();
	const struct pattern_set set = make_set(shipped);
	const struct header header = { .program =
					   TEXT_LITERAL("postfix/smtp") };
	struct programs programs;
	const struct program *program;

	(void)state;
	programs_init(&programs, &set, MTA_NONE);
	program = programs_find(&programs, &header);
	assert_non_null(program);
	assert_int_equal(program->count, PATTERNS);
	assert_int_equal(program->instance_length, 7);
	for (char letter = 'a'; letter <= 'z'; letter++) {
		char line[32];
		struct text text = { line, 0 };

		for (int behind_id = 0; behind_id < 2; behind_id++) {
			uint64_t candidates;

			text.length = (size_t)snprintf(line, sizeof(line),
			    behind_id ? "ABCDE: %c" : "%c", letter);
			candidates = program_candidates(
			    program, text, pattern_id_length(text));
			for (size_t i = 0; i < PATTERNS; i++) {
				assert_ptr_equal(
				    program->patterns[i], &patterns[i]);
				if (may_take(&patterns[i], letter, behind_id))
					assert_true(program_is_candidate(
					    candidates, i));
			}
		}
	}
	/* Pattern 8 takes an "i" and no other letter. */
	assert_false(program_is_candidate(
	    program_candidates(program, TEXT_LITERAL("z"), 0), 8));
	assert_int_equal(program_candidates(program, (struct text){ 0 }, 0), 0);
	programs_release(&programs);
	pattern_set_free(shipped);
}

/* Only patterns of the MTA that is wanted; none for other programs; and what a
 * tag led to before does not count when it stands for another program now. */
static void
check_found(void **state)
{
	struct pattern_set *shipped = load_shipped_patterns();
	const struct pattern_set set = make_set(shipped);
	struct header_tag *tags = calloc(NAMES, 2 * sizeof(*tags));
	struct programs programs;
	char name[80];

	(void)state;
	programs_init(&programs, &set, MTA_EXIM);
	/* More programs than are remembered, in turn with others. */
	for (unsigned i = 0; i < 3 * NAMES; i++) {
		const struct program *program;
		struct header header = { .tag = &tags[i % NAMES] };

		snprintf(name, sizeof(name), "mail%u/smtp", i % NAMES);
		header.program = text_of(name);
		program = programs_find(&programs, &header);
		assert_non_null(program);
		assert_int_equal(program->count, PATTERNS / 2);
		for (size_t j = 0; j < program->count; j++)
			assert_int_equal(program->patterns[j]->mta, MTA_EXIM);
		assert_int_equal(program->length, header.program.length);
		assert_memory_equal(program->name, name, program->length);
		assert_ptr_equal(programs_find(&programs, &header), program);
		header.tag = NULL;
		assert_ptr_equal(programs_find(&programs, &header), program);
		snprintf(name, sizeof(name), "other%u", i % NAMES);
		header.program = text_of(name);
		header.tag = &tags[NAMES + i % NAMES];
		assert_null(programs_find(&programs, &header));
		assert_null(programs_find(&programs, &header));
	}
	free(tags);
	memset(name, 'x', sizeof(name));
	memcpy(name + sizeof(name) - 5, "/smtp", 5);
	assert_null(programs_find(
	    &programs, &(struct header){ .program = { name, sizeof(name) } }));
	assert_null(programs_find(&programs, &(struct header){ 0 }));
	programs_release(&programs);
	pattern_set_free(shipped);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_candidates),
		cmocka_unit_test(check_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
