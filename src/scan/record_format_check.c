#include <stdlib.h>

#include "base/buffer.h"
#include "base/calendar.h"
#include "base/enhanced_code.h"
#include "scan/record_reader.h"

/* One sample and what its format made of it. */
struct trial {
	const struct record_formats *formats;
	const struct record_format *format;
	struct diagnostics *diagnostics;
	struct scan_batch batch;
	bool is_taken; /* the last sample, by its own format */
	bool is_untried; /* for want of its decoder */
	unsigned samples;
	bool *expected; /* [RECORD_FIELDS], by any sample of the syntax */
};

static void
complain(const struct trial *trial, const struct stanza_line *line,
    const char *what, struct text detail)
{
	stanza_report(trial->diagnostics, DIAGNOSTIC_ERROR,
	    trial->format->stanza, line, 0, "%s%.*s", what,
	    TEXT_FORMAT(detail));
}

static void
try_sample(struct trial *trial, const struct stanza_line *sample)
{
	struct record_reader *reader =
	    record_reader_new(trial->formats, MTA_NONE, 0, NULL);
	struct clock_settings settings = {
		.reference = INSTANT_NONE,
		.latest = INSTANT_NONE,
		.neighbour_first = INSTANT_NONE,
		.neighbour_last = INSTANT_NONE,
	};
	struct text columns = trial->format->syntax->columns;
	const struct record_format *taker;
	struct line_clock clock;
	enum record_line result;
	int64_t time;

	clock_init(&clock, &settings);
	scan_batch_clear(&trial->batch);
	trial->samples++;
	if (columns.length > 0)
		record_reader_read(
		    reader, columns, 0, &clock, &trial->batch, &time);
	result = record_reader_read(
	    reader, sample->value, 1, &clock, &trial->batch, &time);
	taker = record_reader_taker(reader);
	trial->is_taken = result == RECORD_LINE_RECOGNISED &&
	    taker == trial->format &&
	    (trial->batch.count > 0 || !trial->format->has_record);
	trial->is_untried = result == RECORD_LINE_UNREAD;
	if (!trial->is_taken && !trial->is_untried)
		complain(trial, sample,
		    taker == NULL ? "its stanza does not take it"
			: taker == trial->format
			? "a field of it is missing or cannot be read"
			: "another stanza takes it: ",
		    taker == NULL || taker == trial->format
			? (struct text){ 0 }
			: taker->stanza->name);
	record_reader_free(reader);
}

static struct text
found_text(const struct record *record, enum record_field field)
{
	switch (field) {
	case RECORD_FIELD_HOST:
		return record->host;
	case RECORD_FIELD_QUEUE_ID:
		return record->queue_id;
	case RECORD_FIELD_SENDER:
		return record->sender;
	case RECORD_FIELD_RECIPIENT:
		return record->recipient;
	case RECORD_FIELD_RELAY_HOST:
		return record->relay_host;
	case RECORD_FIELD_RELAY_IP:
		return record->relay_ip;
	case RECORD_FIELD_REPLY:
		return record->reply;
	case RECORD_FIELD_TIME:
	case RECORD_FIELD_ARRIVED:
	case RECORD_FIELD_ENHANCED_CODE:
		break;
	}
	return (struct text){ 0 };
}

static void
append_field(
    const struct record *record, enum record_field field, struct buffer *out)
{
	if (field == RECORD_FIELD_TIME)
		buffer_append_instant(out, record->time);
	else if (field == RECORD_FIELD_ARRIVED && record->delay >= 0)
		buffer_append_instant(out, record->time - record->delay);
	else if (field == RECORD_FIELD_ENHANCED_CODE)
		buffer_append_enhanced_code(out, record->enhanced_code);
	else
		buffer_append_text(out, found_text(record, field));
}

/* Appends what a sample gave for a name; false for a name it cannot have. */
static bool
append_found(struct trial *trial, struct text name, struct buffer *out)
{
	static const struct record nothing = { .delay = -1 };
	const struct record *record = trial->format->has_record
	    ? &trial->batch.records[trial->batch.count - 1]
	    : &nothing;

	for (unsigned i = 0; i < RECORD_FIELDS; i++)
		if (text_equal(name, text_of(record_field_names[i]))) {
			trial->expected[i] = true;
			append_field(record, (enum record_field)i, out);
			return true;
		}
	if (text_equal(name, TEXT_LITERAL("kind")))
		buffer_append_string(out,
		    trial->format->has_record
			? record_kind_name((enum record_kind)record->kind)
			: "none");
	else if (text_equal(name, TEXT_LITERAL("status")))
		buffer_append_string(out,
		    record_status_name((enum record_status)record->status));
	else if (text_equal(name, TEXT_LITERAL("scope")))
		buffer_append_string(
		    out, record->scope == RECORD_LOCAL ? "local" : "remote");
	else if (text_equal(name, TEXT_LITERAL("next_queue_id")))
		buffer_append_text(out, record->next_queue_id);
	else if (text_equal(name, TEXT_LITERAL("delay")))
		buffer_append_format(out, "%lld", (long long)record->delay);
	else
		return false;
	return true;
}

static void
check_expectation(struct trial *trial, const struct stanza_line *line)
{
	struct text wanted = line->value;
	struct text name;
	struct buffer found;

	text_next_word(&wanted, &name);
	wanted = text_trim(wanted);
	if (trial->samples == 0)
		complain(trial, line, "no sample for this expectation",
		    (struct text){ 0 });
	if (!trial->is_taken)
		return;
	buffer_init(&found, 0);
	if (!append_found(trial, name, &found))
		complain(trial, line, "no such name: ", name);
	else if (!text_equal(buffer_text(&found), wanted))
		complain(
		    trial, line, "expected, but it is: ", buffer_text(&found));
	buffer_release(&found);
}

static void
check_format(struct trial *trial)
{
	const struct stanza *stanza = trial->format->stanza;

	scan_batch_init(&trial->batch);
	for (size_t i = 0; i < stanza->count; i++) {
		const struct stanza_line *line = &stanza->lines[i];

		if (text_equal(line->key, TEXT_LITERAL("sample")))
			try_sample(trial, line);
		else if (text_equal(line->key, TEXT_LITERAL("expect")))
			check_expectation(trial, line);
	}
	if (trial->samples == 0)
		complain(trial, NULL, "a format without a sample",
		    (struct text){ 0 });
	scan_batch_release(&trial->batch);
}

static void
check_coverage(const struct record_formats *formats,
    const struct record_syntax *syntax, const bool *expected,
    struct diagnostics *diagnostics)
{
	bool used[RECORD_FIELDS] = { false };

	for (size_t i = 0; i < syntax->templates.count; i++)
		used[syntax->templates.items[i].field] = true;
	for (size_t i = 0; i < formats->count; i++)
		for (size_t j = 0; formats->items[i]->syntax == syntax &&
		     j < formats->items[i]->templates.count;
		     j++)
			used[formats->items[i]->templates.items[j].field] =
			    true;
	for (unsigned i = 0; i < RECORD_FIELDS; i++)
		if (used[i] && !expected[i])
			stanza_report(diagnostics, DIAGNOSTIC_ERROR,
			    syntax->stanza, NULL, 0,
			    "no sample expects this field: %s",
			    record_field_names[i]);
}

static void
check_names(
    const struct record_formats *formats, struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < formats->count; i++)
		for (size_t j = 0; j < i; j++)
			if (text_equal(formats->items[i]->stanza->name,
				formats->items[j]->stanza->name))
				stanza_report(diagnostics, DIAGNOSTIC_ERROR,
				    formats->items[i]->stanza, NULL, 0,
				    "a second stanza of this name");
}

static void
check_syntax(const struct record_formats *formats,
    const struct record_syntax *syntax, struct diagnostics *diagnostics)
{
	bool expected[RECORD_FIELDS] = { false };
	bool is_untried = false;

	for (size_t i = 0; i < formats->count; i++) {
		struct trial trial = {
			.formats = formats,
			.format = formats->items[i],
			.diagnostics = diagnostics,
			.expected = expected,
		};

		if (trial.format->syntax != syntax)
			continue;
		check_format(&trial);
		is_untried |= trial.is_untried;
	}
	if (is_untried)
		stanza_report(diagnostics, DIAGNOSTIC_NOTE, syntax->stanza,
		    NULL, 0, "samples not tried: built without jansson");
	else
		check_coverage(formats, syntax, expected, diagnostics);
}

void
record_formats_check(
    const struct record_formats *formats, struct diagnostics *diagnostics)
{
	check_names(formats, diagnostics);
	for (size_t i = 0; i < formats->syntax_count; i++)
		check_syntax(formats, formats->syntaxes[i], diagnostics);
}
