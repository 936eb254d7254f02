#include <stdlib.h>

#include "base/buffer.h"
#include "base/enhanced_code.h"
#include "base/memory.h"
#include "scan/pattern.h"

/* One sample and what its pattern made of it. */
struct trial {
	const struct pattern_set *set;
	const struct pattern *pattern;
	struct matcher *matcher;
	struct diagnostics *diagnostics;
	const struct stanza_line *sample; /* NULL: none yet, or not taken */
	struct buffer program;
	struct record record;
	struct pattern_extras extras;
	unsigned samples;
	bool expected[PATTERN_FIELDS]; /* by any sample so far */
};

static void
complain(const struct trial *trial, const struct stanza_line *line,
    const char *what, struct text detail)
{
	stanza_report(trial->diagnostics, DIAGNOSTIC_ERROR,
	    trial->pattern->stanza, line, 0, "%s%.*s", what,
	    TEXT_FORMAT(detail));
}

/* The first glob, with the MTA's name for each star. */
static void
set_program(struct trial *trial)
{
	struct text rest = trial->pattern->programs;
	struct text glob;

	text_next_word(&rest, &glob);
	buffer_clear(&trial->program);
	for (size_t i = 0; i < glob.length; i++)
		if (glob.data[i] == '*')
			buffer_append_string(&trial->program,
			    record_mta_name(trial->pattern->mta));
		else
			buffer_append_byte(&trial->program, glob.data[i]);
}

static bool
takes(const struct trial *trial, const struct pattern *pattern,
    struct record *record, struct pattern_extras *extras)
{
	struct text text = trial->sample->value;
	size_t id_length = pattern_id_length(text);

	*record = (struct record){ .delay = -1 };
	return pattern_takes_program(pattern, buffer_text(&trial->program)) &&
	    pattern_may_match(pattern, text, id_length) &&
	    (pattern->is_suspect ||
		pattern_match(
		    pattern, trial->matcher, text, id_length, record, extras));
}

static void
check_literals(const struct trial *trial, struct text sample)
{
	const struct pattern *pattern = trial->pattern;

	for (size_t i = 0; i < pattern->literal_count; i++)
		if (text_find(sample, pattern->literals[i].text) == TEXT_NONE)
			complain(trial, trial->sample,
			    "this literal is not in the sample: ",
			    pattern->literals[i].text);
}

static void
try_sample(struct trial *trial, const struct stanza_line *sample)
{
	struct record other;
	struct pattern_extras extras;

	trial->sample = sample;
	trial->samples++;
	trial->extras = (struct pattern_extras){ 0 };
	for (size_t i = 0; i < trial->set->count; i++) {
		const struct pattern *pattern = &trial->set->patterns[i];

		if (pattern != trial->pattern &&
		    (!pattern->is_suspect || trial->pattern->is_suspect) &&
		    takes(trial, pattern, &other, &extras))
			complain(trial, sample, "another pattern takes it: ",
			    pattern->stanza->name);
	}
	check_literals(trial, sample->value);
	if (!takes(trial, trial->pattern, &trial->record, &trial->extras)) {
		complain(trial, sample, "its pattern does not take it",
		    (struct text){ 0 });
		trial->sample = NULL;
	}
}

/* All that a transport is for is the scope. */
static struct text
expectation_name(enum pattern_field field)
{
	return text_of(
	    field == FIELD_TRANSPORT ? "scope" : pattern_field_names[field]);
}

/* The group's text, or what was made of it. */
static void
append_field(
    const struct trial *trial, enum pattern_field field, struct buffer *out)
{
	const struct record *record = &trial->record;

	switch (field) {
	case FIELD_INSTANCE:
		buffer_append_text(out, record->instance);
		return;
	case FIELD_QUEUE_ID:
		buffer_append_text(out, record->queue_id);
		return;
	case FIELD_NEXT_QUEUE_ID:
		buffer_append_text(out, record->next_queue_id);
		return;
	case FIELD_SENDER:
		buffer_append_text(out, record->sender);
		return;
	case FIELD_RECIPIENT:
		buffer_append_text(out, record->recipient);
		return;
	case FIELD_RECIPIENTS:
		buffer_append_text(out, trial->extras.recipients);
		return;
	case FIELD_KEY:
		buffer_append_text(out, trial->extras.key);
		return;
	case FIELD_DOMAIN:
		buffer_append_text(out, trial->extras.domain);
		return;
	case FIELD_PART:
		buffer_append_text(out, trial->extras.part);
		return;
	case FIELD_COUNT:
		buffer_append_text(out, trial->extras.count);
		return;
	case FIELD_RELAY_HOST:
		buffer_append_text(out, record->relay_host);
		return;
	case FIELD_RELAY_IP:
		buffer_append_text(out, record->relay_ip);
		return;
	case FIELD_RELAY_PORT:
		buffer_append_number(out, record->relay_port);
		return;
	case FIELD_DELAY:
		if (record->delay >= 0)
			buffer_append_number(out, (uint64_t)record->delay);
		return;
	case FIELD_ENHANCED_CODE:
		buffer_append_enhanced_code(out, record->enhanced_code);
		return;
	case FIELD_STATUS:
		buffer_append_string(out,
		    record_status_name((enum record_status)record->status));
		return;
	case FIELD_REPLY:
		buffer_append_text(out, record->reply);
		return;
	case FIELD_TRANSPORT:
		buffer_append_string(
		    out, record->scope == RECORD_LOCAL ? "local" : "remote");
		return;
	}
}

/* Appends what a sample gave for a name; false for a name it cannot have. */
static bool
append_found(const struct trial *trial, struct text name, struct buffer *out)
{
	if (text_equal(name, TEXT_LITERAL("kind"))) {
		buffer_append_string(out,
		    trial->pattern->has_record
			? record_kind_name((enum record_kind)trial->record.kind)
			: "none");
		return true;
	}
	for (size_t i = 0; i < PATTERN_FIELDS; i++)
		if (text_equal(name, expectation_name((enum pattern_field)i))) {
			append_field(trial, (enum pattern_field)i, out);
			return true;
		}
	return false;
}

static void
check_expectation(struct trial *trial, const struct stanza_line *line)
{
	struct text wanted = line->value;
	struct text name;
	struct buffer found;

	text_next_word(&wanted, &name);
	wanted = text_trim(wanted);
	buffer_init(&found, 0);
	if (trial->sample == NULL)
		complain(trial, line, "no sample for this expectation",
		    (struct text){ 0 });
	else if (!append_found(trial, name, &found))
		complain(trial, line, "no such name: ", name);
	else if (!text_equal(buffer_text(&found), wanted))
		complain(
		    trial, line, "expected, but it is: ", buffer_text(&found));
	for (size_t i = 0; i < PATTERN_FIELDS; i++)
		if (text_equal(name, expectation_name((enum pattern_field)i)))
			trial->expected[i] = true;
	buffer_release(&found);
}

static void
check_pattern(struct trial *trial)
{
	const struct pattern *pattern = trial->pattern;

	set_program(trial);
	for (size_t i = 0; i < pattern->stanza->count; i++) {
		const struct stanza_line *line = &pattern->stanza->lines[i];

		if (text_equal(line->key, TEXT_LITERAL("sample")))
			try_sample(trial, line);
		else if (text_equal(line->key, TEXT_LITERAL("expect")))
			check_expectation(trial, line);
	}
	if (trial->samples == 0)
		complain(trial, NULL, "a pattern without a sample",
		    (struct text){ 0 });
	for (size_t i = 0; i < pattern->group_count; i++)
		if (!trial->expected[pattern->groups[i].field]) {
			complain(trial, stanza_find(pattern->stanza, "pattern"),
			    "no sample expects this group: ",
			    text_of(
				pattern_field_names[pattern->groups[i].field]));
			trial->expected[pattern->groups[i].field] = true;
		}
}

static void
check_names(const struct pattern_set *set, struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < set->count; i++)
		for (size_t j = 0; j < i; j++)
			if (text_equal(set->patterns[i].stanza->name,
				set->patterns[j].stanza->name))
				stanza_report(diagnostics, DIAGNOSTIC_ERROR,
				    set->patterns[i].stanza, NULL, 0,
				    "a second pattern of this name");
}

void
pattern_set_check(
    const struct pattern_set *set, struct diagnostics *diagnostics)
{
	struct matcher *matcher = matcher_new();

	header_formats_check(set->formats, diagnostics);
	record_formats_check(&set->records, diagnostics);
	check_names(set, diagnostics);
	for (size_t i = 0; i < set->count; i++) {
		struct trial trial = {
			.set = set,
			.pattern = &set->patterns[i],
			.matcher = matcher,
			.diagnostics = diagnostics,
		};

		buffer_init(&trial.program, 0);
		check_pattern(&trial);
		buffer_release(&trial.program);
	}
	matcher_free(matcher);
}
