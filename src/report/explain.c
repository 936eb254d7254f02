#include "report/explain.h"

#define COLUMNS_MINIMUM 40
#define LABEL_WIDTH     12
#define PROVIDER_CODES  3

/* What the members of the verdict's enums mean, in their order. */
static const char *const class_meanings[VERDICT_CLASSES] = {
	"",
	"permanent, and about the address or its mail system: stop sending",
	"temporary: trying again later makes sense",
	"the receiver refuses this sender or content; the address may be fine",
	"nothing decides whether it is permanent",
};

static const char *const action_meanings[VERDICT_ACTIONS] = {
	"",
	"take the address off the lists for good",
	"pause the address",
	"let the queue try again, by the schedule below",
	"send less, and more slowly, to this receiver",
	"put right what the receiver holds against the sender, then send again",
	"change the message, then send it again",
	"mend the path that the mail takes",
	"have a person look at it",
};

/* Ends of "then ...". */
static const char *const then_phrases[VERDICT_ACTIONS] = {
	"",
	"remove the address from the lists",
	"suppress the address",
	"try again with a new message",
	"slow down",
	"mend the sending side",
	"change the message",
	"mend the route",
	"review by hand",
};

static const char *const category_meanings[VERDICT_CATEGORIES] = {
	"",
	"no such mailbox, or an address that cannot be one",
	"the mailbox is disabled, closed or has moved",
	"the mailbox is over its quota",
	"the domain does not exist or takes no mail",
	"the name server gave no answer",
	"no connection, or it broke",
	"no way to the destination could be found or used",
	"the receiving mail system has a trouble of its own",
	"encryption could not be agreed or proved",
	"first sight of this sender: come back later",
	"too many connections, messages or recipients",
	"the message is larger than the receiver takes",
	"the content or its links were judged to be spam",
	"a virus, or an attachment of a forbidden kind",
	"the message breaks the rules for messages",
	"the sending address is on a list or has a bad reputation",
	"a domain of the sender or of a link is on a list",
	"SPF, DKIM, DMARC or ARC failed",
	"the names of the sending host or domain do not resolve",
	"this recipient takes no mail from this sender",
	"the host does not relay for this client",
	"a policy forbids it, and no cause is given",
	"client and server did not understand each other",
	"it was too long in the queue",
	"our own configuration or administrator decided",
	"the code alone does not say what happened",
};

/* Where a wrapped paragraph stands. */
struct paragraph {
	struct buffer *out;
	size_t columns;
	size_t indent; /* of all lines but the first */
	size_t at; /* column that the next byte goes to, 0-based */
};

static void
new_line(struct paragraph *paragraph)
{
	buffer_append_byte(paragraph->out, '\n');
	for (size_t i = 0; i < paragraph->indent; i++)
		buffer_append_byte(paragraph->out, ' ');
	paragraph->at = paragraph->indent;
}

/* Adds words, broken over lines; a word longer than a line is cut. */
static void
add_words(struct paragraph *paragraph, struct text words)
{
	struct text word;

	while (text_next_word(&words, &word)) {
		bool first = paragraph->at <= paragraph->indent;

		if (!first &&
		    paragraph->at + 1 + word.length > paragraph->columns) {
			new_line(paragraph);
			first = true;
		}
		if (!first) {
			buffer_append_byte(paragraph->out, ' ');
			paragraph->at++;
		}
		while (paragraph->at + word.length > paragraph->columns) {
			size_t room = paragraph->columns - paragraph->at;

			buffer_append_text(
			    paragraph->out, text_slice(word, 0, room));
			word = text_slice(word, room, word.length);
			new_line(paragraph);
		}
		buffer_append_text(paragraph->out, word);
		paragraph->at += word.length;
	}
}

/* A paragraph behind `lead`, which stands at the left of its first line. */
static void
add_paragraph(
    struct buffer *out, size_t columns, const char *lead, struct text words)
{
	struct paragraph paragraph = {
		.out = out,
		.columns = columns,
		.indent = text_of(lead).length,
		.at = text_of(lead).length,
	};

	buffer_append_string(out, lead);
	add_words(&paragraph, words);
	buffer_append_byte(out, '\n');
}

/* "Class       soft: temporary ..." */
static void
add_field(
    struct buffer *out, size_t columns, const char *label, struct text value)
{
	char lead[LABEL_WIDTH + 3] = "  ";
	size_t length = 2;

	while (*label != '\0' && length < LABEL_WIDTH + 1)
		lead[length++] = *label++;
	while (length < LABEL_WIDTH + 2)
		lead[length++] = ' ';
	lead[length] = '\0';
	add_paragraph(out, columns, lead, value);
}

static void
add_meant(struct buffer *out, size_t columns, const char *label,
    const char *name, const char *meaning)
{
	struct buffer value;

	if (name[0] == '\0')
		return;
	buffer_init(&value, 0);
	buffer_append_format(&value, "%s - %s", name, meaning);
	add_field(out, columns, label, buffer_text(&value));
	buffer_release(&value);
}

static void
add_verdict(struct buffer *out, size_t columns, enum verdict_class class,
    enum verdict_category category, enum verdict_action action)
{
	add_meant(out, columns, "Class", verdict_class_name(class),
	    class_meanings[class]);
	add_meant(out, columns, "Category", verdict_category_name(category),
	    category_meanings[category]);
	add_meant(out, columns, "Action", verdict_action_name(action),
	    action_meanings[action]);
}

static void
add_heading(struct buffer *out, const char *heading)
{
	buffer_append_format(out, "\n%s\n", heading);
}

static void
add_list(struct buffer *out, size_t columns, const char *heading,
    const char *lead, const struct catalogue_values *values)
{
	if (values->count == 0)
		return;
	add_heading(out, heading);
	for (size_t i = 0; i < values->count; i++)
		add_paragraph(out, columns, lead, values->items[i]);
}

static void
append_wait(struct buffer *out, uint32_t seconds)
{
	if (seconds % 3600 == 0)
		buffer_append_format(out, "%u h", (unsigned)(seconds / 3600));
	else
		buffer_append_format(out, "%u min", (unsigned)(seconds / 60));
}

/* "retry after 1 h, then 4 h, 12 h, 24 h; 3 to 5 tries; then ..." */
static void
append_advice(struct buffer *out, const struct catalogue_entry *entry)
{
	size_t count;
	const uint32_t *waits = catalogue_schedule(entry, &count);

	buffer_append_string(out, entry->never_retry ? "Never retry" : "Retry");
	for (size_t i = 0; i < count; i++) {
		buffer_append_string(out, i == 0   ? " after "
					  : i == 1 ? ", then "
						   : ", ");
		append_wait(out, waits[i]);
	}
	if (entry->tries_maximum > entry->tries_minimum)
		buffer_append_format(out, "; %u to %u tries",
		    entry->tries_minimum, entry->tries_maximum);
	else if (entry->tries_maximum > 0)
		buffer_append_format(out, "; %u %s", entry->tries_maximum,
		    entry->tries_maximum == 1 ? "try" : "tries");
	if (entry->then != ACTION_NONE)
		buffer_append_format(out, "; %s%s",
		    entry->never_retry ? "" : "then ",
		    then_phrases[entry->then]);
	buffer_append_byte(out, '.');
}

static void
add_advice(
    struct buffer *out, size_t columns, const struct catalogue_entry *entry)
{
	struct buffer advice;

	if (!entry->never_retry && entry->schedule_count == 0)
		return;
	buffer_init(&advice, 0);
	append_advice(&advice, entry);
	add_heading(out, "Retry");
	add_paragraph(out, columns, "  ", buffer_text(&advice));
	buffer_release(&advice);
}

static void
add_related(struct buffer *out, const struct catalogue *catalogue,
    size_t columns, const struct catalogue_entry *entry)
{
	const struct catalogue_values *values =
	    &entry->values[CATALOGUE_RELATED];

	if (values->count == 0)
		return;
	add_heading(out, "Related codes");
	for (size_t i = 0; i < values->count; i++) {
		struct text rest = values->items[i];
		struct text code;

		while (text_next_word(&rest, &code)) {
			char label[LABEL_WIDTH + 1];
			size_t length = 0;

			while (length < code.length && length < LABEL_WIDTH) {
				label[length] = code.data[length];
				length++;
			}
			label[length] = '\0';
			add_field(out, columns, label,
			    catalogue_name(catalogue_find(catalogue, code)));
		}
	}
}

/* "Where it is from": the document, and the reply codes it goes with. */
static void
add_origin(
    struct buffer *out, size_t columns, const struct catalogue_entry *entry)
{
	struct text associated = catalogue_value(entry, CATALOGUE_ASSOCIATED);
	struct text vendor = catalogue_value(entry, CATALOGUE_VENDOR_NAME);

	if (vendor.length > 0) {
		add_field(out, columns, "Registry",
		    catalogue_value(entry, CATALOGUE_NAME));
		add_field(out, columns, "Guides say", vendor);
	}
	if (catalogue_value(entry, CATALOGUE_REFERENCE).length > 0)
		add_field(out, columns, "Reference",
		    catalogue_value(entry, CATALOGUE_REFERENCE));
	if (associated.length > 0)
		add_field(out, columns, "Reply codes", associated);
}

/* For codes that the catalogue knows less of than was asked. */
static void
add_caution(struct buffer *out, const struct catalogue *catalogue,
    size_t columns, const struct catalogue_entry *entry)
{
	const char *caution = NULL;
	const struct catalogue_entry *class = NULL;
	char digit[2] = { (char)('0' + entry->digit), '\0' };

	if (entry->match == CATALOGUE_SUBJECT)
		caution = "This code is not registered, and no provider is "
			  "known to use it. It is explained by its subject and "
			  "its class.";
	else if (entry->match == CATALOGUE_CLASS_ONLY)
		caution = "This code is not registered, and neither is its "
			  "subject. It is explained by its class alone.";
	else if (entry->match == CATALOGUE_FAMILY)
		caution = "This very code is not in the catalogue. It is "
			  "explained by its kind.";
	if (caution == NULL)
		return;
	add_heading(out, "Not in the catalogue");
	add_paragraph(out, columns, "  ", text_of(caution));
	if (entry->match == CATALOGUE_SUBJECT)
		class = catalogue_find(catalogue, text_of(digit));
	if (class != NULL)
		for (size_t i = 0; i < class->values[CATALOGUE_MEANING].count;
		     i++)
			add_paragraph(out, columns, "  ",
			    class->values[CATALOGUE_MEANING].items[i]);
}

/* True when the asked code is a subject or a class, not one too special. */
static bool
is_asked_for(const struct catalogue_entry *entry, struct text code)
{
	return text_equal_nocase(entry->code, code);
}

bool
explain_code(struct buffer *out, const struct catalogue *catalogue,
    struct text code, unsigned columns)
{
	const struct catalogue_entry *entry = catalogue_find(catalogue, code);
	size_t width = columns < COLUMNS_MINIMUM ? COLUMNS_MINIMUM : columns;
	struct buffer title;

	if (entry == NULL)
		return false;
	buffer_init(&title, 0);
	buffer_append_escaped(&title, catalogue_bare(code));
	if (!is_asked_for(entry, catalogue_bare(code)))
		buffer_append_format(
		    &title, " [%.*s]", TEXT_FORMAT(entry->code));
	buffer_append_format(
	    &title, " - %.*s", TEXT_FORMAT(catalogue_name(entry)));
	add_paragraph(out, width, "", buffer_text(&title));
	buffer_release(&title);
	buffer_append_byte(out, '\n');
	add_origin(out, width, entry);
	add_verdict(out, width, entry->class, entry->category, entry->action);
	if (!is_asked_for(entry, catalogue_bare(code)))
		add_caution(out, catalogue, width, entry);
	add_list(
	    out, width, "Meaning", "  ", &entry->values[CATALOGUE_MEANING]);
	add_list(out, width, "Usual causes", "  - ",
	    &entry->values[CATALOGUE_CAUSE]);
	add_list(out, width, "What a sender should do", "  - ",
	    &entry->values[CATALOGUE_SENDER]);
	add_list(out, width, "What an administrator should do", "  - ",
	    &entry->values[CATALOGUE_ADMINISTRATOR]);
	add_advice(out, width, entry);
	add_list(out, width, "What to record", "  - ",
	    &entry->values[CATALOGUE_WATCH]);
	add_list(
	    out, width, "Usual texts", "  - ", &entry->values[CATALOGUE_USUAL]);
	add_related(out, catalogue, width, entry);
	add_list(out, width, "Notes", "  - ", &entry->values[CATALOGUE_NOTE]);
	return true;
}

static void
add_brief(
    struct buffer *out, size_t columns, const struct catalogue_entry *entry)
{
	struct buffer title;

	buffer_init(&title, 0);
	buffer_append_format(&title, "%.*s - %.*s", TEXT_FORMAT(entry->code),
	    TEXT_FORMAT(catalogue_name(entry)));
	buffer_append_byte(out, '\n');
	add_paragraph(out, columns, "", buffer_text(&title));
	buffer_release(&title);
	for (size_t i = 0; i < entry->values[CATALOGUE_MEANING].count; i++)
		add_paragraph(out, columns, "  ",
		    entry->values[CATALOGUE_MEANING].items[i]);
	add_list(out, columns, "What a sender should do", "  - ",
	    &entry->values[CATALOGUE_SENDER]);
	add_advice(out, columns, entry);
}

static bool
is_code_byte(char byte)
{
	return byte_is_alnum(byte) || byte == '_' || byte == '-';
}

/* The next word of `*rest` that may be a provider's code: "TSS04", "AS(1)". */
static bool
next_code_word(struct text *rest, struct text *word)
{
	size_t start = 0;
	size_t end;

	while (start < rest->length && !is_code_byte(rest->data[start]))
		start++;
	end = start;
	while (end < rest->length && is_code_byte(rest->data[end]))
		end++;
	*word = text_slice(*rest, start, end);
	if (text_equal_nocase(*word, TEXT_LITERAL("AS")) &&
	    end < rest->length && rest->data[end] == '(') {
		size_t close =
		    text_find_byte(text_slice(*rest, end, end + 20), ')');

		if (close != TEXT_NONE)
			end += close + 1;
		*word = text_slice(*rest, start, end);
	}
	*rest = text_slice(*rest, end, rest->length);
	return word->length > 0;
}

static void
add_provider_codes(struct buffer *out, const struct catalogue *catalogue,
    size_t columns, struct text reply)
{
	const struct catalogue_entry *shown[PROVIDER_CODES];
	size_t count = 0;
	struct text word;

	while (count < PROVIDER_CODES && next_code_word(&reply, &word)) {
		const struct catalogue_entry *entry =
		    catalogue_find(catalogue, word);
		bool seen = false;

		if (entry == NULL || entry->kind != CATALOGUE_PROVIDER)
			continue;
		for (size_t i = 0; i < count; i++)
			seen |= shown[i] == entry;
		if (seen)
			continue;
		shown[count++] = entry;
		add_brief(out, columns, entry);
	}
}

static void
add_codes(struct buffer *out, size_t columns, const struct verdict *verdict)
{
	struct buffer codes;

	buffer_init(&codes, 0);
	if (verdict->reply_code != 0)
		buffer_append_format(
		    &codes, "reply code %u", (unsigned)verdict->reply_code);
	if (verdict->enhanced_code != 0) {
		buffer_append_string(&codes,
		    codes.length > 0 ? ", enhanced code " : "enhanced code ");
		buffer_append_enhanced_code(&codes, verdict->enhanced_code);
	}
	if (codes.length == 0)
		buffer_append_string(&codes, "none");
	add_field(out, columns, "Codes", buffer_text(&codes));
	buffer_release(&codes);
}

void
explain_verdict(struct buffer *out, const struct catalogue *catalogue,
    struct text reply, const struct verdict *verdict, struct text rule,
    unsigned columns)
{
	size_t width = columns < COLUMNS_MINIMUM ? COLUMNS_MINIMUM : columns;
	const struct catalogue_entry *entry = NULL;
	struct buffer safe;

	buffer_init(&safe, 0);
	buffer_append_escaped(&safe, reply);
	add_field(out, width, "Reply", buffer_text(&safe));
	add_codes(out, width, verdict);
	if (verdict->origin != ORIGIN_NONE)
		add_meant(out, width, "Origin",
		    verdict_origin_name(verdict->origin),
		    verdict->origin == ORIGIN_REMOTE
			? "another host said it"
			: "our own mail server made it up");
	add_verdict(
	    out, width, verdict->class, verdict->category, verdict->action);
	add_field(out, width, "Decided by",
	    rule.length > 0 ? rule : TEXT_LITERAL("no rule: the code alone"));
	if (verdict->enhanced_code != 0)
		entry = catalogue_find_code(catalogue, verdict->enhanced_code);
	else if (verdict->reply_code != 0)
		entry = catalogue_find_reply(catalogue, verdict->reply_code);
	if (entry != NULL && entry->category != CATEGORY_NONE &&
	    entry->category != verdict->category) {
		buffer_clear(&safe);
		buffer_append_format(&safe,
		    "The text outweighs the code, which alone would mean %s.",
		    verdict_category_name(entry->category));
		buffer_append_byte(out, '\n');
		add_paragraph(out, width, "  ", buffer_text(&safe));
	}
	if (entry != NULL)
		add_brief(out, width, entry);
	add_provider_codes(out, catalogue, width, reply);
	buffer_release(&safe);
}
