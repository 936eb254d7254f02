#include "scan/record_entry.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/enhanced_code.h"
#include "scan/glob.h"
#include "scan/pattern.h"

/* Empty, with data NULL, when one of its paths is absent. */
static struct text
expand(const struct record_entry *entry, const struct field_template *template)
{
	struct buffer out;
	struct text text;

	/* Nearly all are one value and nothing else. */
	if (template->count == 1 && template->parts[0].literal.length == 0)
		return entry->values[template->parts[0].path];
	for (size_t i = 0; i < template->count; i++) {
		uint8_t path = template->parts[i].path;

		if (path != RECORD_PATHS && entry->values[path].length == 0)
			return (struct text){ 0 };
	}
	buffer_init(&out, 0);
	for (size_t i = 0; i < template->count; i++) {
		uint8_t path = template->parts[i].path;

		buffer_append_text(&out, template->parts[i].literal);
		if (path != RECORD_PATHS)
			buffer_append_text(&out, entry->values[path]);
	}
	text = arena_copy(&entry->batch->arena, buffer_text(&out));
	buffer_release(&out);
	return text;
}

static bool
find_in_list(const struct record_entry *entry, const struct template_list *list,
    enum record_field field, struct text *text)
{
	for (size_t i = 0; i < list->count; i++) {
		struct text found;

		if (list->items[i].field != field)
			continue;
		found = expand(entry, &list->items[i]);
		if (found.length > 0) {
			*text = found;
			return true;
		}
		/* An empty value is better than none, but goes on looking. */
		if (found.data != NULL)
			*text = found;
	}
	return false;
}

/* The field's text, data NULL when no template for it has all its values. */
static struct text
field_of(const struct record_entry *entry, enum record_field field)
{
	struct text text = { 0 };

	if (!find_in_list(entry, &entry->format->templates, field, &text))
		find_in_list(entry, &entry->syntax->templates, field, &text);
	return text;
}

/* Of the strings of an array, the first one. */
static struct text
first_of(struct text text)
{
	return text_slice(text, 0, text_find_byte(text, '\0'));
}

static struct text
without_brackets(struct text address)
{
	if (address.length >= 2 && address.data[0] == '<' &&
	    address.data[address.length - 1] == '>')
		return text_slice(address, 1, address.length - 1);
	return address;
}

/*
 * "192.0.2.1", "[2001:db8::1]", either with a port behind it, and what of "host
 * (192.0.2.1)" is one.
 */
static struct text
ip_within(struct text text)
{
	unsigned char binary[sizeof(struct in6_addr)];
	char string[INET6_ADDRSTRLEN];
	size_t open = text_find_last_byte(text, '(');
	size_t colon;

	if (open != TEXT_NONE)
		text = text_slice(text, open + 1, text_find_byte(text, ')'));
	if (text.length > 2 && text.data[0] == '[')
		text = text_slice(text, 1, text_find_byte(text, ']'));
	colon = text_find_byte(text, ':');
	if (colon != TEXT_NONE && colon == text_find_last_byte(text, ':'))
		text = text_slice(text, 0, colon);
	if (text.length == 0 || text.length >= sizeof(string))
		return (struct text){ 0 };
	memcpy(string, text.data, text.length);
	string[text.length] = '\0';
	if (inet_pton(AF_INET, string, binary) != 1 &&
	    inet_pton(AF_INET6, string, binary) != 1)
		return (struct text){ 0 };
	return text;
}

bool
record_stamp_read(
    struct stamp_memo *memo, struct text text, struct stamp *stamp)
{
	/* The only kind that may be shorter than what a header starts with. */
	enum stamp_kind kind =
	    text.length < 12 ? STAMP_EPOCH : stamp_kind_of(text);

	return text.length > 0 &&
	    stamp_parse(kind, text, memo, stamp) == text.length &&
	    stamp->has_year;
}

/* The instant of a stamp, or INSTANT_NONE. */
static int64_t
instant_of(const struct record_entry *entry, struct text text,
    struct line_clock *clock)
{
	struct stamp stamp;

	if (!record_stamp_read(
		entry->stamps, text_trim(first_of(text)), &stamp))
		return INSTANT_NONE;
	return clock_resolve(clock, &stamp);
}

static int64_t
delay_of(const struct record_entry *entry)
{
	/* The clock of the lines is not to see stamps of other times. */
	struct line_clock clock = *entry->clock;
	int64_t arrived =
	    instant_of(entry, field_of(entry, RECORD_FIELD_ARRIVED), &clock);

	if (arrived == INSTANT_NONE)
		return -1;
	return arrived < entry->time ? entry->time - arrived : 0;
}

/*
 * A queue id for an MTA that logs none: FNV-1a of the values, which is the
 * same wherever and whenever the log is read.
 */
static struct text
make_queue_id(const struct record_entry *entry)
{
	static const char digits[] = "0123456789abcdef";
	const struct record_syntax *syntax = entry->syntax;
	uint64_t hash = UINT64_C(0xCBF29CE484222325);
	char id[16];

	for (size_t i = 0; i < syntax->key_count; i++) {
		struct text value = entry->values[syntax->key[i]];

		for (size_t at = 0; at <= value.length; at++) {
			/* A NUL ends each value. */
			unsigned char byte = at < value.length
			    ? (unsigned char)value.data[at]
			    : 0;

			hash = (hash ^ byte) * UINT64_C(0x100000001B3);
		}
	}
	for (size_t i = 0; i < sizeof(id); i++)
		id[i] = digits[hash >> (60 - 4 * i) & 15];
	return arena_copy(
	    &entry->batch->arena, (struct text){ id, sizeof(id) });
}

static struct text
reply_of(const struct record_entry *entry)
{
	struct text reply = first_of(field_of(entry, RECORD_FIELD_REPLY));
	struct text strip = entry->syntax->strip;

	if (strip.length > 0 && text_starts_with(reply, strip))
		reply = text_slice(reply, strip.length, reply.length);
	return text_trim(reply);
}

static enum record_status
status_of(const struct record_format *format, struct text reply)
{
	for (size_t i = 0; i < format->reply_rule_count; i++) {
		const struct record_reply_rule *rule = &format->reply_rules[i];

		if (rule->from == format->status &&
		    (rule->at_start
			    ? text_starts_with(reply, rule->text)
			    : text_find(reply, rule->text) != TEXT_NONE))
			return rule->to;
	}
	return format->status;
}

static struct text
queued_as(const struct record_format *format, struct text reply)
{
	size_t at = format->queued_as.length > 0
	    ? text_find(reply, format->queued_as)
	    : TEXT_NONE;
	struct text id;

	if (at == TEXT_NONE)
		return (struct text){ 0 };
	id = text_slice(reply, at + format->queued_as.length, reply.length);
	return text_slice(id, 0, pattern_id_length(id));
}

/* --- from a line's values to records --- */

static bool
condition_holds(
    const struct record_entry *entry, const struct record_condition *condition)
{
	struct text value = entry->values[condition->path];

	if (condition->kind == CONDITION_WITHOUT)
		return value.length == 0;
	return globs_match(condition->words, value);
}

static bool
takes(const struct record_entry *entry, const struct record_format *format)
{
	if (format->syntax != entry->syntax ||
	    !record_words_have(format->types, entry->values[0]))
		return false;
	for (size_t i = 0; i < format->condition_count; i++)
		if (format->conditions[i].kind != CONDITION_LOCAL &&
		    !condition_holds(entry, &format->conditions[i]))
			return false;
	return true;
}

static void
fill_attempt(const struct record_entry *entry, struct record *record)
{
	const struct record_format *format = entry->format;
	struct text host = first_of(field_of(entry, RECORD_FIELD_RELAY_HOST));

	text_next_word(&host, &record->relay_host);
	record->relay_ip =
	    ip_within(first_of(field_of(entry, RECORD_FIELD_RELAY_IP)));
	record->enhanced_code = enhanced_code_parse(
	    first_of(field_of(entry, RECORD_FIELD_ENHANCED_CODE)), NULL);
	record->status = (uint8_t)status_of(format, record->reply);
	for (size_t i = 0; i < format->condition_count; i++)
		if (format->conditions[i].kind == CONDITION_LOCAL &&
		    condition_holds(entry, &format->conditions[i]))
			record->scope = RECORD_LOCAL;
	if (record->status == RECORD_DELIVERED)
		record->next_queue_id = queued_as(format, record->reply);
}

static struct record
make_record(const struct record_entry *entry)
{
	struct text sender = field_of(entry, RECORD_FIELD_SENDER);
	struct record record = {
		.time = entry->time,
		.delay = delay_of(entry),
		.line = entry->number,
		.file = entry->file,
		.repeat = 1,
		.kind = (uint8_t)entry->format->kind,
		.mta = (uint8_t)entry->syntax->mta,
		.sender_is_known = sender.data != NULL,
		.sender = without_brackets(first_of(sender)),
		.host = first_of(field_of(entry, RECORD_FIELD_HOST)),
		.queue_id = first_of(field_of(entry, RECORD_FIELD_QUEUE_ID)),
		.reply = reply_of(entry),
	};

	if (record.queue_id.length == 0 && entry->syntax->key_count > 0)
		record.queue_id = make_queue_id(entry);
	if (record.kind == RECORD_ATTEMPT)
		fill_attempt(entry, &record);
	return record;
}

/* Others are about the message as a whole. */
static bool
is_about_recipients(const struct record *record)
{
	return record->kind == RECORD_ATTEMPT ||
	    record->kind == RECORD_CANCEL || record->kind == RECORD_REMOVAL;
}

static enum record_line
add_records(struct record_entry *entry)
{
	struct text rest = field_of(entry, RECORD_FIELD_RECIPIENT);
	struct record record = make_record(entry);

	if (record.queue_id.length == 0 && record.kind != RECORD_REJECT)
		return RECORD_LINE_UNMATCHED;
	if (rest.length == 0 && record.kind == RECORD_ATTEMPT)
		return RECORD_LINE_UNMATCHED;
	do {
		struct text recipient = first_of(rest);

		record.recipient = without_brackets(recipient);
		*scan_batch_add(entry->batch) = record;
		rest = text_slice(rest, recipient.length + 1, rest.length);
	} while (rest.length > 0 && is_about_recipients(&record));
	return RECORD_LINE_RECOGNISED;
}

bool
record_entry_wants(const struct record_entry *entry, struct text type)
{
	const struct record_formats *formats = entry->formats;

	for (size_t i = 0; i < formats->count; i++)
		if (formats->items[i]->syntax == entry->syntax &&
		    record_words_have(formats->items[i]->types, type))
			return true;
	return false;
}

const struct record_format *
record_entry_find_format(const struct record_entry *entry)
{
	const struct record_formats *formats = entry->formats;

	for (size_t i = 0; i < formats->count; i++)
		if (takes(entry, formats->items[i]))
			return formats->items[i];
	return NULL;
}

bool
record_entry_has_times(const struct record_entry *entry)
{
	struct record_entry copy = *entry;
	struct line_clock clock = *entry->clock;

	copy.format = record_entry_find_format(entry);
	return copy.format != NULL &&
	    instant_of(&copy, field_of(&copy, RECORD_FIELD_TIME), &clock) !=
	    INSTANT_NONE &&
	    instant_of(&copy, field_of(&copy, RECORD_FIELD_ARRIVED), &clock) !=
	    INSTANT_NONE;
}

enum record_line
record_entry_finish(struct record_entry *entry)
{
	entry->format = record_entry_find_format(entry);
	if (entry->format == NULL)
		return RECORD_LINE_IGNORED;
	entry->time =
	    instant_of(entry, field_of(entry, RECORD_FIELD_TIME), entry->clock);
	if (entry->time == INSTANT_NONE)
		return RECORD_LINE_MALFORMED;
	if (!entry->format->has_record)
		return RECORD_LINE_RECOGNISED;
	return add_records(entry);
}
