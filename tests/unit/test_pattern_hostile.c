#include "unit/rows.h"

#include "base/buffer.h"
#include "scan/pattern.h"

/* Lines grow to this; a quadratic expression would need its square. */
#define LINE_LENGTH 4096

/* Steps of PCRE2's own matcher for each byte of the line. */
#define STEPS_PER_BYTE 24

/* Cuts of a sample: behind bytes at which an attacker's text may begin. */
#define CUT_BYTES " <>\"=,:(@|["

static const struct row {
	const char *name; /* what the rest of the line is made of */
} rows[] = {
	{ ", relay=" },
	{ "\"" },
	{ "\\" },
	{ "a=b, " },
	{ ", stat=" },
	{ ">, " },
	{ " <\"" },
	{ "<a@b>," },
	{ ") " },
	{ "[1.2.3.4]" },
	{ " R=x" },
	{ " DT=1" },
	{ ": " },
	{ "\" stat=\"" },
	{ "x" },
	{ "@" },
};

/* Where the expression begins to look. */
static size_t
start_of(const struct pattern *pattern, struct text line)
{
	if (!pattern->is_seen)
		return 0;
	return pattern_id_length(line) + pattern->prefixes[0].text.length;
}

/* Does the expression decide about the line within the steps it may take? */
static bool
is_linear(const struct pattern *pattern, struct text line, size_t start)
{
	pcre2_match_data *data =
	    pcre2_match_data_create_from_pattern(pattern->code, NULL);
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	int result;

	pcre2_set_match_limit(context, (uint32_t)line.length * STEPS_PER_BYTE);
	result = pcre2_match(pattern->code, (PCRE2_SPTR)line.data, line.length,
	    start, PCRE2_NO_JIT, data, context);
	pcre2_match_context_free(context);
	pcre2_match_data_free(data);
	return result > 0 || result == PCRE2_ERROR_NOMATCH;
}

static void
check_sample(
    const struct pattern *pattern, struct text sample, const char *filling)
{
	size_t start = start_of(pattern, sample);

	for (size_t cut = start + 1; cut < sample.length; cut++) {
		struct buffer line;

		if (strchr(CUT_BYTES, sample.data[cut - 1]) == NULL)
			continue;
		buffer_init(&line, 0);
		buffer_append(&line, sample.data, cut);
		while (line.length < LINE_LENGTH)
			buffer_append_string(&line, filling);
		if (!is_linear(pattern, buffer_text(&line), start))
			fail_msg("[%.*s] goes back too often behind \"%.*s\"",
			    TEXT_FORMAT(pattern->stanza->name), (int)cut,
			    sample.data);
		buffer_release(&line);
	}
}

/* Every shipped pattern, its first sample cut anywhere and filled up. */
static void
check_row(void **state)
{
	const struct row *row = *state;
	struct diagnostics diagnostics;
	struct pattern_set *set;

	diagnostics_init(&diagnostics);
	set = pattern_set_load("patterns", &diagnostics);
	assert_int_equal(diagnostics.errors, 0);
	for (size_t i = 0; i < set->count; i++)
		if (set->patterns[i].code != NULL)
			check_sample(&set->patterns[i],
			    stanza_value(set->patterns[i].stanza, "sample"),
			    row->name);
	pattern_set_free(set);
	diagnostics_release(&diagnostics);
}

int
main(void)
{
	return ROWS_RUN("hostile lines", rows, check_row);
}
