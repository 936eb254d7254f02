#include "report/explain.h"

#include "report/explain_page.h"

#define COLUMNS_MINIMUM 40
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

/* What follows the last try, and what is done in place of a retry. */
static const struct {
	const char *then;
	const char *instead;
} last_steps[VERDICT_ACTIONS] = {
	{ "", "" },
	{ "remove", "remove the address from the lists" },
	{ "suppress", "suppress the address" },
	{ "try again with a new message", "send a new message later" },
	{ "slow down", "slow down" },
	{ "mend the sending side", "mend the sending side" },
	{ "change the message", "change the message" },
	{ "mend the route", "mend the route" },
	{ "review by hand", "review by hand" },
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
	"the receiving mail system has trouble of its own",
	"encryption could not be agreed or proved",
	"first sight of this sender: come back later",
	"too many connections, messages or recipients",
	"the message is larger than the receiver takes",
	"the content or its links were judged to be spam",
	"a virus, or an attachment of a forbidden kind",
	"the message breaks the rules for messages",
	"the sending IP address is listed or has a bad reputation",
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

static void
add_meant(struct buffer *out, size_t columns, const char *label,
    const char *name, const char *meaning)
{
	struct buffer value;

	if (name[0] == '\0')
		return;
	buffer_init(&value, 0);
	buffer_append_format(&value, "%s - %s", name, meaning);
	page_add_field(out, columns, label, buffer_text(&value));
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
append_wait(struct buffer *out, uint32_t seconds)
{
	if (seconds % 3600 == 0)
		buffer_append_format(out, "%u h", (unsigned)(seconds / 3600));
	else
		buffer_append_format(out, "%u min", (unsigned)(seconds / 60));
}

static bool
has_advice(const struct catalogue_entry *entry)
{
	return entry->never_retry || entry->schedule_count > 0;
}

/* "Retry after 1 h, then 4 h, 12 h, 24 h; 3 to 5 tries; then ..." */
static void
append_advice(struct buffer *out, const struct catalogue_entry *entry)
{
	size_t count;
	const uint32_t *waits = catalogue_schedule(entry, &count);

	buffer_append_string(out, entry->never_retry ? "Never retry" : "Retry");
	for (size_t i = 0; i < count; i++) {
		buffer_append_string(out,
		    i == 0       ? " after "
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
	if (entry->then != ACTION_NONE && entry->never_retry)
		buffer_append_format(
		    out, "; %s", last_steps[entry->then].instead);
	else if (entry->then != ACTION_NONE)
		buffer_append_format(
		    out, "; then %s", last_steps[entry->then].then);
	buffer_append_byte(out, '.');
}

static void
add_advice(
    struct buffer *out, size_t columns, const struct catalogue_entry *entry)
{
	struct buffer advice;

	if (!has_advice(entry))
		return;
	buffer_init(&advice, 0);
	append_advice(&advice, entry);
	page_add_heading(out, "Advised retries");
	page_add_paragraph(out, columns, "  ", buffer_text(&advice));
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
	page_add_heading(out, "Related codes");
	for (size_t i = 0; i < values->count; i++) {
		struct text rest = values->items[i];
		struct text code;

		while (text_next_word(&rest, &code)) {
			char label[PAGE_LABEL_WIDTH + 1];
			size_t length = 0;

			while (
			    length < code.length && length < PAGE_LABEL_WIDTH) {
				label[length] = code.data[length];
				length++;
			}
			label[length] = '\0';
			page_add_field(out, columns, label,
			    catalogue_name(catalogue_find(catalogue, code)));
		}
	}
}

/* For X.s.d and X.s: what each class makes of it. */
static void
add_classes(struct buffer *out, const struct catalogue *catalogue,
    size_t columns, const struct catalogue_entry *entry)
{
	static const char digits[] = { '4', '5' };
	struct buffer code;
	struct buffer value;

	if (entry->kind != CATALOGUE_ENHANCED || entry->digit != 0)
		return;
	page_add_heading(out, "By class");
	buffer_init(&code, 0);
	buffer_init(&value, 0);
	for (size_t i = 0; i < sizeof(digits); i++) {
		const struct catalogue_entry *found;

		buffer_clear(&code);
		buffer_append_byte(&code, digits[i]);
		buffer_append_text(
		    &code, text_slice(entry->code, 1, entry->code.length));
		found = catalogue_find(catalogue, buffer_text(&code));
		if (found == NULL)
			continue;
		buffer_clear(&value);
		buffer_append_format(&value, "%s, %s, %s. ",
		    verdict_class_name(found->class),
		    verdict_category_name(found->category),
		    verdict_action_name(found->action));
		if (has_advice(found))
			append_advice(&value, found);
		page_add_field(
		    out, columns, buffer_string(&code), buffer_text(&value));
	}
	buffer_release(&value);
	buffer_release(&code);
}

/* Where it is from: both names, the document, the reply codes. */
static void
add_origin(
    struct buffer *out, size_t columns, const struct catalogue_entry *entry)
{
	struct text associated = catalogue_value(entry, CATALOGUE_ASSOCIATED);
	struct text vendor = catalogue_value(entry, CATALOGUE_VENDOR_NAME);

	if (vendor.length > 0) {
		page_add_field(out, columns, "Registry",
		    catalogue_value(entry, CATALOGUE_NAME));
		page_add_field(out, columns, "Guides say", vendor);
	}
	if (catalogue_value(entry, CATALOGUE_REFERENCE).length > 0)
		page_add_field(out, columns, "Reference",
		    catalogue_value(entry, CATALOGUE_REFERENCE));
	if (associated.length > 0)
		page_add_field(out, columns, "Reply codes", associated);
}

/* For codes that the catalogue knows less of than was asked. */
static void
add_caution(struct buffer *out, const struct catalogue *catalogue,
    size_t columns, const struct catalogue_entry *entry, struct text code)
{
	const char *caution = NULL;
	const struct catalogue_entry *class = NULL;
	char digit[2] = { (char)('0' + entry->digit), '\0' };

	if (entry->match == CATALOGUE_SUBJECT)
		caution = "This code is not registered, and no provider is "
			  "known to use it. It is explained by its subject and "
			  "its class.";
	else if (entry->match == CATALOGUE_CLASS_ONLY &&
	    text_find_byte(code, '.') == TEXT_NONE)
		caution = "No standard gives this reply code a meaning. It is "
			  "explained by its first digit alone.";
	else if (entry->match == CATALOGUE_CLASS_ONLY)
		caution = "This code is not registered, and neither is its "
			  "subject. It is explained by its class alone.";
	else if (entry->match == CATALOGUE_FAMILY)
		caution = "This very code is not in the catalogue. It is "
			  "explained by its kind.";
	if (caution == NULL)
		return;
	page_add_heading(out, "Not in the catalogue");
	page_add_paragraph(out, columns, "  ", text_of(caution));
	if (entry->match == CATALOGUE_SUBJECT)
		class = catalogue_find(catalogue, text_of(digit));
	if (class != NULL)
		for (size_t i = 0; i < class->values[CATALOGUE_MEANING].count;
		     i++)
			page_add_paragraph(out, columns, "  ",
			    class->values[CATALOGUE_MEANING].items[i]);
}

/* False when the entry is that of a run, family, subject or class. */
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
	struct text bare = catalogue_bare(code);
	struct buffer title;

	if (entry == NULL)
		return false;
	buffer_init(&title, 0);
	if (!is_asked_for(entry, bare)) {
		buffer_append_escaped(&title, bare);
		buffer_append_format(
		    &title, " [%.*s]", TEXT_FORMAT(entry->code));
	} else {
		buffer_append_text(&title, entry->code);
	}
	buffer_append_format(
	    &title, " - %.*s", TEXT_FORMAT(catalogue_name(entry)));
	page_add_paragraph(out, width, "", buffer_text(&title));
	buffer_release(&title);
	buffer_append_byte(out, '\n');
	add_origin(out, width, entry);
	add_verdict(out, width, entry->class, entry->category, entry->action);
	if (!is_asked_for(entry, bare))
		add_caution(out, catalogue, width, entry, bare);
	page_add_list(
	    out, width, "Meaning", "  ", &entry->values[CATALOGUE_MEANING]);
	page_add_list(out, width, "Usual causes", "  - ",
	    &entry->values[CATALOGUE_CAUSE]);
	page_add_list(out, width, "What a sender should do", "  - ",
	    &entry->values[CATALOGUE_SENDER]);
	page_add_list(out, width, "What an administrator should do", "  - ",
	    &entry->values[CATALOGUE_ADMINISTRATOR]);
	add_advice(out, width, entry);
	add_classes(out, catalogue, width, entry);
	page_add_list(out, width, "What to record", "  - ",
	    &entry->values[CATALOGUE_WATCH]);
	page_add_list(
	    out, width, "Usual texts", "  - ", &entry->values[CATALOGUE_USUAL]);
	add_related(out, catalogue, width, entry);
	page_add_list(
	    out, width, "Notes", "  - ", &entry->values[CATALOGUE_NOTE]);
	return true;
}

static void
add_title(struct buffer *out, size_t columns, const char *before,
    const struct catalogue_entry *entry)
{
	struct buffer title;

	buffer_init(&title, 0);
	buffer_append_format(&title, "%s%.*s - %.*s", before,
	    TEXT_FORMAT(entry->code), TEXT_FORMAT(catalogue_name(entry)));
	buffer_append_byte(out, '\n');
	page_add_paragraph(out, columns, "", buffer_text(&title));
	buffer_release(&title);
	for (size_t i = 0; i < entry->values[CATALOGUE_MEANING].count; i++)
		page_add_paragraph(out, columns, "  ",
		    entry->values[CATALOGUE_MEANING].items[i]);
}

static void
add_what_to_do(
    struct buffer *out, size_t columns, const struct catalogue_entry *entry)
{
	page_add_list(out, columns, "What a sender should do", "  - ",
	    &entry->values[CATALOGUE_SENDER]);
	add_advice(out, columns, entry);
}

static void
add_brief(
    struct buffer *out, size_t columns, const struct catalogue_entry *entry)
{
	add_title(out, columns, "", entry);
	add_what_to_do(out, columns, entry);
}

/* The codes whose pages say what to do about a category; NULL: none does. */
static const char *const category_codes[VERDICT_CATEGORIES][2] = {
	[CATEGORY_USER_UNKNOWN] = { "5.1.1", "4.1.1" },
	[CATEGORY_MAILBOX_INACTIVE] = { "5.2.1", "4.2.1" },
	[CATEGORY_MAILBOX_FULL] = { "5.2.2", "4.2.2" },
	[CATEGORY_DOMAIN_INVALID] = { "5.1.2", "5.1.2" },
	[CATEGORY_DNS_FAILURE] = { "4.1.2", "4.1.2" },
	[CATEGORY_CONNECTION_FAILED] = { "5.4.1", "4.4.1" },
	[CATEGORY_ROUTING_ERROR] = { "5.4.3", "4.4.3" },
	[CATEGORY_REMOTE_SYSTEM] = { "5.3.0", "4.3.0" },
	[CATEGORY_TLS_FAILURE] = { "5.7.5", "4.7.5" },
	[CATEGORY_GREYLISTED] = { "4.7.1", "4.7.1" },
	[CATEGORY_RATE_LIMITED] = { "4.4.5", "4.4.5" },
	[CATEGORY_MESSAGE_TOO_LARGE] = { "5.3.4", "5.3.4" },
	[CATEGORY_SPAM_CONTENT] = { "5.7.1", "5.7.1" },
	[CATEGORY_VIRUS_ATTACHMENT] = { "5.6.1", "5.6.1" },
	[CATEGORY_CONTENT_INVALID] = { "5.6.0", "5.6.0" },
	[CATEGORY_IP_BLOCKED] = { "5.7.1", "5.7.1" },
	[CATEGORY_DOMAIN_BLOCKED] = { "5.7.1", "5.7.1" },
	[CATEGORY_AUTH_FAILURE] = { "5.7.26", "4.7.26" },
	[CATEGORY_SENDER_DNS] = { "5.7.25", "4.7.25" },
	[CATEGORY_SENDER_REFUSED] = { "5.7.1", "5.7.1" },
	[CATEGORY_RELAY_DENIED] = { "5.7.1", "5.7.1" },
	[CATEGORY_POLICY_REJECTED] = { "5.7.1", "4.7.1" },
	[CATEGORY_PROTOCOL_ERROR] = { "5.5.0", "5.5.0" },
	[CATEGORY_EXPIRED] = { "4.4.7", "4.4.7" },
};

/* The page that says what to do about a verdict; NULL when there is none. */
static const struct catalogue_entry *
find_advising(const struct catalogue *catalogue, const struct verdict *verdict)
{
	bool is_soft = verdict->class == CLASS_SOFT;
	bool is_temporary = verdict->reply_code != 0
	    ? verdict->reply_code < 500
	    : verdict->enhanced_code < ENHANCED_CODE(5, 0, 0) && is_soft;
	const char *code;

	/* An address that is gone is so with a 4, too, and the reverse. */
	if (verdict->class == CLASS_HARD)
		is_temporary = false;
	else if (is_soft &&
	    verdict_default_class(verdict->category, true) != CLASS_SOFT)
		is_temporary = true;
	code = category_codes[verdict->category][is_temporary];
	return code != NULL ? catalogue_find(catalogue, text_of(code)) : NULL;
}

static bool
is_code_byte(char byte)
{
	return byte_is_alnum(byte) || byte == '_' || byte == '-';
}

/*
 * The next word of `reply` from `*at` on that may be a provider's code:
 * "TSS04", "AS(7555)"; *at goes behind it.
 */
static bool
next_code_word(struct text reply, size_t *at, struct text *word)
{
	size_t start = *at;
	size_t end;

	while (start < reply.length && !is_code_byte(reply.data[start]))
		start++;
	end = start;
	while (end < reply.length && is_code_byte(reply.data[end]))
		end++;
	if (text_equal_nocase(
		text_slice(reply, start, end), TEXT_LITERAL("AS")) &&
	    end < reply.length && reply.data[end] == '(') {
		size_t close =
		    text_find_byte(text_slice(reply, end, end + 20), ')');

		if (close != TEXT_NONE)
			end += close + 1;
	}
	*word = text_slice(reply, start, end);
	*at = end;
	return word->length > 0;
}

/*
 * The code that a word of a reply is, or NULL.  Names of hosts look much the
 * same (s3.example.net), so that a word in the open has to stand by itself,
 * and one that is known by its shape only has to be in brackets as well.
 */
static const struct catalogue_entry *
find_provider_code(
    const struct catalogue *catalogue, struct text reply, struct text word)
{
	size_t start = (size_t)(word.data - reply.data);
	size_t end = start + word.length;
	char before = start > 0 ? reply.data[start - 1] : ' ';
	char after = end < reply.length ? reply.data[end] : ' ';
	const struct catalogue_entry *entry = catalogue_find(catalogue, word);

	if (entry == NULL || entry->kind != CATALOGUE_PROVIDER)
		return NULL;
	if (before == '[' || before == '(' || before == '#' ||
	    word.data[word.length - 1] == ')')
		return entry;
	if (before != ' ' ||
	    text_find_byte(TEXT_LITERAL(" ,;)]"), after) == TEXT_NONE)
		return NULL;
	if (entry->match == CATALOGUE_EXACT ||
	    text_find_byte(word, '_') != TEXT_NONE)
		return entry;
	return NULL;
}

static void
add_provider_codes(struct buffer *out, const struct catalogue *catalogue,
    size_t columns, struct text reply)
{
	const struct catalogue_entry *shown[PROVIDER_CODES];
	size_t count = 0;
	size_t at = 0;
	struct text word;

	while (count < PROVIDER_CODES && next_code_word(reply, &at, &word)) {
		const struct catalogue_entry *entry =
		    find_provider_code(catalogue, reply, word);
		bool seen = entry == NULL;

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
	page_add_field(out, columns, "Codes", buffer_text(&codes));
	buffer_release(&codes);
}

void
explain_verdict(struct buffer *out, const struct catalogue *catalogue,
    struct text reply, const struct verdict *verdict, struct text rule,
    unsigned columns)
{
	size_t width = columns < COLUMNS_MINIMUM ? COLUMNS_MINIMUM : columns;
	const struct catalogue_entry *entry = NULL;
	const struct catalogue_entry *advising;
	bool has_rule = rule.length > 0;
	struct buffer safe;

	buffer_init(&safe, 0);
	buffer_append_escaped(&safe, reply);
	page_add_field(out, width, "Reply", buffer_text(&safe));
	add_codes(out, width, verdict);
	if (verdict->origin != ORIGIN_NONE)
		add_meant(out, width, "Origin",
		    verdict_origin_name(verdict->origin),
		    verdict->origin == ORIGIN_REMOTE
			? "another host said it"
			: "our own mail server made it up");
	add_verdict(
	    out, width, verdict->class, verdict->category, verdict->action);
	if (!has_rule)
		rule = verdict->reply_code != 0 || verdict->enhanced_code != 0
		    ? TEXT_LITERAL("the code alone, no rule")
		    : TEXT_LITERAL("nothing: no rule, and no code");
	page_add_field(out, width, "Decided by", rule);
	if (verdict->enhanced_code != 0)
		entry = catalogue_find_code(catalogue, verdict->enhanced_code);
	else if (verdict->reply_code != 0)
		entry = catalogue_find_reply(catalogue, verdict->reply_code);
	if (has_rule && entry != NULL && entry->category != CATEGORY_NONE &&
	    entry->category != CATEGORY_UNKNOWN &&
	    entry->category != verdict->category) {
		buffer_clear(&safe);
		buffer_append_format(&safe,
		    "The text outweighs the code, which alone would mean %s.",
		    verdict_category_name(entry->category));
		buffer_append_byte(out, '\n');
		page_add_paragraph(out, width, "  ", buffer_text(&safe));
	}
	/* What helps against another cause than this would mislead. */
	advising =
	    has_rule && (entry == NULL || entry->category != verdict->category)
	    ? find_advising(catalogue, verdict)
	    : entry;
	if (entry != NULL)
		add_title(out, width, "", entry);
	if (advising != NULL && advising != entry)
		add_title(out, width, "As with ", advising);
	if (advising != NULL)
		add_what_to_do(out, width, advising);
	add_provider_codes(out, catalogue, width, reply);
	buffer_release(&safe);
}
