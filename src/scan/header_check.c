#include "base/buffer.h"
#include "base/calendar.h"
#include "scan/header_formats.h"

static void
append_time(struct buffer *out, const struct stamp *stamp)
{
	int64_t seconds = stamp->local - stamp->offset;
	struct calendar_time time = calendar_from_seconds(seconds);

	buffer_append_format(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%s",
	    time.year, time.month, time.day, time.hour, time.minute,
	    time.second, stamp->millisecond, stamp->has_offset ? "Z" : "");
}

static void
check_expectation(const struct header *header, const struct stanza *stanza,
    const struct stanza_line *line, struct diagnostics *diagnostics)
{
	struct text wanted = line->value;
	struct text name;
	struct buffer found;

	text_next_word(&wanted, &name);
	wanted = text_trim(wanted);
	buffer_init(&found, 0);
	if (text_equal(name, TEXT_LITERAL("host")))
		buffer_append_text(&found, header->host);
	else if (text_equal(name, TEXT_LITERAL("program")))
		buffer_append_text(&found, header->program);
	else if (text_equal(name, TEXT_LITERAL("text")))
		buffer_append_text(&found, header->text);
	else if (text_equal(name, TEXT_LITERAL("time")))
		append_time(&found, &header->stamp);
	else
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, line, 0,
		    "expects host, program, text or time");
	if (!text_equal(buffer_text(&found), wanted))
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, line, 0,
		    "expected, but it is \"%.*s\"",
		    TEXT_FORMAT(buffer_text(&found)));
	buffer_release(&found);
}

/* A sample of what stands within the text is such a text. */
static enum header_result
parse_sample(const struct header_formats *formats, const struct stanza *stanza,
    struct header_memo *memo, struct text sample, struct header *header)
{
	struct text within = stanza_value(stanza, "within");

	if (within.length == 0)
		return header_parse(formats, memo, sample, header);
	for (size_t i = 0; i < formats->inner.count; i++) {
		*header = (struct header){ .text = sample };
		if (formats->inner.items[i].programs.data != within.data)
			continue;
		header_unwrap(&formats->inner.items[i], &memo->stamps,
		    &header->text, &header->stamp);
		if (header->text.length < sample.length)
			return HEADER_FOUND;
	}
	return HEADER_NONE;
}

static void
check_format(const struct header_formats *formats, const struct stanza *stanza,
    struct diagnostics *diagnostics)
{
	struct header header = { 0 };
	enum header_result result = HEADER_NONE;
	unsigned samples = 0;

	for (size_t i = 0; i < stanza->count; i++) {
		const struct stanza_line *line = &stanza->lines[i];

		if (text_equal(line->key, TEXT_LITERAL("sample"))) {
			struct header_memo memo = { 0 };

			samples++;
			result = parse_sample(
			    formats, stanza, &memo, line->value, &header);
			if (result == HEADER_NONE)
				stanza_report(diagnostics, DIAGNOSTIC_ERROR,
				    stanza, line, 0, "no layout fits");
		} else if (text_equal(line->key, TEXT_LITERAL("expect"))) {
			if (result != HEADER_FOUND)
				stanza_report(diagnostics, DIAGNOSTIC_ERROR,
				    stanza, line, 0,
				    "no sample for this expectation");
			else
				check_expectation(
				    &header, stanza, line, diagnostics);
		}
	}
	if (samples == 0)
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, NULL, 0,
		    "a format without a sample");
}

void
header_formats_check(
    const struct header_formats *formats, struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < formats->file.count; i++)
		check_format(formats, &formats->file.stanzas[i], diagnostics);
}
