#include "base/enhanced_code.h"
#include "classify/reply_scan.h"

/* An id has at least so many bytes; so often a digit beside a letter, or so
 * many digits. */
#define ID_MINIMUM ((size_t)10)
#define ID_CHANGES 3
#define ID_DIGITS  8

/*
 * Postfix or Exim asked the sender's own mail server and says what that
 * answered: a "user unknown" there is the sender's, not the recipient's.
 */
static bool
is_about_sender(const struct scan *scan)
{
	struct text reply = text_slice(written(scan), scan->inner, scan->used);

	return text_find(reply, TEXT_LITERAL("Sender address rejected: un")) !=
	    TEXT_NONE ||
	    text_find_nocase(reply, TEXT_LITERAL("sender verify fail")) !=
	    TEXT_NONE;
}

/* "5.1.1 smtp;550 no": the code in front is that of a reply without one. */
void
scan_keep_first(struct scan *scan)
{
	uint32_t outer = scan->first.enhanced_code;

	if (scan->first.reply_code != 0)
		return;
	scan->first = scan->current;
	if (scan->first.enhanced_code == 0 &&
	    (scan->first.reply_code == 0 ||
		enhanced_code_class(outer) == scan->first.reply_code / 100U))
		scan->first.enhanced_code = outer;
}

void
scan_start_inner(struct scan *scan)
{
	if (is_about_sender(scan))
		return;
	scan_keep_first(scan);
	scan->current = (struct reply_codes){ 0 };
	scan->has_lines = false;
	scan->inner = scan->used;
	scan->code_end = 0;
	scan->introductions++;
}

/* Three digits that may be a reply code; 0 for no. */
static uint16_t
parse_reply_code(struct text digits)
{
	if (digits.length != 3 || digits.data[0] < '2' ||
	    digits.data[0] > '5' || digits.data[0] == '3')
		return 0;
	return (uint16_t)((digits.data[0] - '0') * 100 +
	    (digits.data[1] - '0') * 10 + digits.data[2] - '0');
}

/* What is behind the number says that it counts something: "limit: 500 MB". */
static bool
is_quantity(struct text after)
{
	static const char *const units[] = { "k", "kb", "mb", "gb", "kib",
		"mib", "gib", "bytes", "ms", "sec", "secs", "second", "seconds",
		"minutes", "hours", "days", "messages", "recipients", "mails",
		"emails", "connections", "per", "of" };
	size_t start = after.length > 0 && after.data[0] == ' ' ? 1 : 0;
	size_t end = start;
	struct text word;

	while (end < after.length && end < 16 && byte_is_alnum(after.data[end]))
		end++;
	word = text_slice(after, start, end);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (text_equal_nocase(word, text_of(units[i])))
			return true;
	return false;
}

/* Before the number that is to be written: nothing, or a reply's start. */
static bool
is_introduced(const struct scan *scan, struct text after)
{
	struct text before = text_trim(written(scan));
	char last = before.length > 0 ? before.data[before.length - 1] : '\0';

	if (last == ':' && before.length < scan->used)
		return !is_quantity(after);
	if (ends_with(before, "->") || ends_with(before, "<<<") ||
	    ends_with(before, "smtp;") || ends_with(before, "SMTP;"))
		return true;
	/* '550 5.1.1 x', ('550', ['5.1.1 x']) and 550-'5.1.1 x' quote one. */
	if ((last == '\'' || last == '"') && before.length == scan->used &&
	    (before.length == 1 || before.data[before.length - 2] == ' ' ||
		before.data[before.length - 2] == '('))
		return true;
	if (last == '(' && begins_with(after, ", b'"))
		return true;
	return after.length > 1 &&
	    (after.data[0] == '-' || after.data[0] == ' ') &&
	    (after.data[1] == '\'' || after.data[1] == '"');
}

/*
 * A transcript goes on behind a refusal: with no recipient left, DATA can only
 * be answered with "503 Need RCPT" or "554 no valid recipients".  That is what
 * came of the refusal, not the cause, and all the rest is left out.
 */
static bool
scan_consequence(struct scan *scan, uint16_t code, struct text after)
{
	struct text before = text_trim(written(scan));

	if (scan->current.reply_code < 400 || !ends_with(before, "<<<"))
		return false;
	if (code != 503 &&
	    text_find(text_slice(after, 0, 40),
		TEXT_LITERAL("no valid recipients")) == TEXT_NONE)
		return false;
	before = text_trim(text_slice(before, 0, before.length - 3));
	scan->used = (size_t)(before.data - scan->out) + before.length;
	scan->at = scan->length;
	return true;
}

/* Behind three digits and one byte: an enhanced code of the same class. */
static bool
is_before_enhanced(struct text digits, struct text after)
{
	return after.length > 5 && digits.data[0] == after.data[1] &&
	    enhanced_code_parse(text_slice(after, 1, after.length), NULL) != 0;
}

/* Behind a reply code: an end, or what sets it off from the text. */
static bool
is_code_end(struct text digits, struct text after)
{
	if (after.length == 0)
		return true;
	if (after.data[0] == '/')
		return is_before_enhanced(digits, after);
	return !byte_is_alnum(after.data[0]) && after.data[0] != '.' &&
	    after.data[0] != '%' && after.data[0] != '@';
}

/* "HTTP response code", as of a policy that could not be fetched. */
static bool
is_of_http(struct text before)
{
	static const size_t words = 24;
	size_t start = before.length > words ? before.length - words : 0;

	return text_find_nocase(text_slice(before, start, before.length),
		   TEXT_LITERAL("http")) != TEXT_NONE;
}

/*
 * A text without a code so far gives it by name, as in "SMTP error 550",
 * "code=550" and "Response code (550)", or begins with it in brackets.
 */
static bool
is_named(const struct scan *scan, struct text after)
{
	static const char *const names[] = { "error", "code", "response",
		"reply" };
	struct text before = text_slice(written(scan), scan->inner, scan->used);
	char last = before.length > 0 ? before.data[before.length - 1] : '\0';

	if (before.length == 1)
		return after.length > 0 &&
		    ((last == '[' && after.data[0] == ']') ||
			(last == '(' && after.data[0] == ')') ||
			(last == '<' && after.data[0] == '>'));
	while (before.length > 0 &&
	    memchr(" :=([<'\"", before.data[before.length - 1], 8) != NULL)
		before.length--;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		if (before.length >= length &&
		    text_equal_nocase(text_slice(before, before.length - length,
					  before.length),
			text_of(names[i])))
			return !is_quantity(after) && !is_of_http(before);
	}
	return false;
}

static void
write_code(
    struct scan *scan, uint16_t code, struct text digits, struct text after)
{
	scan->current.reply_code = code;
	scan->has_lines = after.length > 0 && after.data[0] == '-';
	memcpy(scan->out + scan->used, digits.data, 3);
	scan->used += 3;
	scan->at += 3;
	scan->code_end = scan->used;
	if (scan->has_lines) {
		scan->at++;
		put_blank(scan);
	}
}

/*
 * The code in front of a further line of the reply: nothing is written of
 * it, and nothing of the enhanced code behind it if that is known already.
 */
static void
skip_line_code(struct scan *scan)
{
	struct text rest;
	uint32_t enhanced;
	size_t length;

	put_blank(scan);
	scan->at += 3;
	if (scan->at < scan->length &&
	    (scan->in[scan->at] == '-' || scan->in[scan->at] == ' '))
		scan->at++;
	rest = rest_of(scan);
	enhanced = enhanced_code_parse(rest, &length);
	if (enhanced == 0)
		return;
	if (scan->current.enhanced_code == 0) {
		scan->current.enhanced_code = enhanced;
		if (scan->code_end + 1 != scan->used)
			scan->at += length;
	} else if (scan->current.enhanced_code == enhanced) {
		scan->at += length;
	}
}

/* True when three digits were a reply code and are dealt with. */
static bool
scan_reply_code(struct scan *scan, struct text digits, struct text after)
{
	uint16_t code = parse_reply_code(digits);
	bool at_start = scan->used == scan->inner;
	bool behind_blank = scan->used > 0 && scan->out[scan->used - 1] == ' ';
	bool is_line;

	if (code == 0 || !is_code_end(digits, after))
		return false;
	if (at_start) {
		write_code(scan, code, digits, after);
		return true;
	}
	is_line = code == scan->current.reply_code && after.length > 0 &&
	    (after.data[0] == '-' || after.data[0] == ' ');
	if (is_line && (scan->has_lines || scan->used == scan->code_end + 1)) {
		skip_line_code(scan);
		return true;
	}
	if (scan_consequence(scan, code, after))
		return true;
	if (is_introduced(scan, after) && code % 100 < 80) {
		scan_start_inner(scan);
		write_code(scan, code, digits, after);
		return true;
	}
	if (is_line && behind_blank) {
		skip_line_code(scan);
		return true;
	}
	/* "mx.example.com ESMTP 550 5.7.0 text", Exchange "#550 5.1.1 text". */
	if (scan->current.reply_code == 0 &&
	    (is_before_enhanced(digits, after) ||
		(code >= 400 && code % 100 < 80 && is_named(scan, after)))) {
		write_code(scan, code, digits, after);
		return true;
	}
	return false;
}

/* True when the word in front names a program: what follows is a version. */
static bool
is_behind_program(const struct scan *scan)
{
	static const char *const programs[] = { "ersion", "Exim", "Postfix",
		"endmail", "qmail", "ESMTP", "MTA", "MailEnable", "MDaemon" };
	struct text before = text_trim(written(scan));

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (ends_with(before, programs[i]))
			return true;
	return false;
}

static bool
is_between_codes(char byte)
{
	return byte == ' ' || byte == ':' || byte == '#' || byte == ',' ||
	    byte == ';' || byte == '/' || byte == '(' || byte == '[' ||
	    byte == '<' || byte == '\'' || byte == '"';
}

/* Whether an enhanced code may stand here; see the header's rules. */
static bool
is_code_place(const struct scan *scan, uint32_t enhanced, struct text after)
{
	char last = scan->used > 0 ? scan->out[scan->used - 1] : '\0';

	if (scan->used == scan->inner || last == '#' || last == '(')
		return true;
	if (scan->code_end > 0) {
		size_t i = scan->code_end;

		while (i < scan->used && is_between_codes(scan->out[i]))
			i++;
		if (i == scan->used)
			return true;
	}
	if (enhanced_code_class(enhanced) != scan->current.reply_code / 100U)
		return false;
	if (last == '[' || last == '<' || last == '\'' || last == ':')
		return true;
	return last == ' ' && (after.length == 0 || after.data[0] == ' ') &&
	    !is_behind_program(scan);
}

static bool
is_id_byte(char byte)
{
	return scan_has_trait(byte, SCAN_ID);
}

/* Letters only behind the last full stop: a host name, not an id. */
static bool
ends_as_host(struct text word)
{
	size_t dot = text_find_last_byte(word, '.');

	if (dot == TEXT_NONE || dot + 2 >= word.length)
		return false;
	for (size_t i = dot + 1; i < word.length; i++)
		if (!scan_has_trait(word.data[i], SCAN_ALNUM) ||
		    scan_has_trait(word.data[i], SCAN_DIGIT))
			return false;
	return true;
}

/* Ids are long, and have many digits or go to and fro between them and letters.
 */
static bool
is_id(struct text word)
{
	size_t changes = 0;
	size_t digits = 0;
	unsigned before;

	if (word.length < ID_MINIMUM)
		return false;
	before = scan_traits[(unsigned char)word.data[0]];
	for (size_t i = 1; i < word.length && changes < ID_CHANGES; i++) {
		unsigned traits = scan_traits[(unsigned char)word.data[i]];

		digits += traits & SCAN_DIGIT;
		changes += (before & traits & SCAN_ALNUM) / SCAN_ALNUM &
		    ((before ^ traits) & SCAN_DIGIT);
		before = traits;
	}
	return (changes >= ID_CHANGES ||
		   (changes > 0 && digits >= ID_DIGITS)) &&
	    !ends_as_host(word);
}

/*
 * Behind the first digits of a word that has letters, too: a # for all of it
 * when it is an id.
 */
static bool
scan_id(struct scan *scan)
{
	size_t start = scan->at;
	size_t end = scan->at;
	size_t before;

	/*
	 * What comes later in a word that is no id has fewer digits yet; words
	 * such as <a1b2c3d4@> would otherwise be read again at each digit.
	 */
	if (scan->at < scan->word_end)
		return false;
	while (start > 0 && scan->at - start < ID_MINIMUM &&
	    is_id_byte(scan->in[start - 1]))
		start--;
	before = scan->at - start;
	while (end < scan->length && is_id_byte(scan->in[end]))
		end++;
	while (end > scan->at && !byte_is_alnum(scan->in[end - 1]))
		end--;
	/* What was written of it must be what was read of it. */
	if (before > scan->used - scan->inner ||
	    memcmp(scan->out + scan->used - before, scan->in + start, before) !=
		0)
		return false;
	if (!is_id((struct text){ scan->in + start, end - start })) {
		scan->word_end = end;
		return false;
	}
	scan->used -= before;
	put(scan, '#');
	scan->at = end;
	return true;
}

/* A number that stands for itself, such as a size or a time. */
static void
write_number(struct scan *scan, struct text run)
{
	struct text zeros = TEXT_LITERAL("00000");

	if (run.length < zeros.length)
		zeros = run;
	memcpy(scan->out + scan->used, zeros.data, zeros.length);
	scan->used += zeros.length;
	scan->at += run.length;
}

void
scan_number(struct scan *scan)
{
	struct text rest = rest_of(scan);
	char last = scan->used > 0 ? scan->out[scan->used - 1] : '\0';
	size_t digits = 0;
	size_t run;

	while (digits < rest.length && byte_is_digit(rest.data[digits]))
		digits++;
	run = digits;
	while (run < rest.length &&
	    (byte_is_digit(rest.data[run]) || rest.data[run] == '.'))
		run++;
	/* Lines joined by nothing leave a code behind a letter or a dot. */
	if (!byte_is_alnum(last) && last != '.' ? true : scan->has_lines) {
		if (digits == 3 &&
		    scan_reply_code(scan, text_slice(rest, 0, 3),
			text_slice(rest, 3, rest.length)))
			return;
	}
	if (digits == 1 && run > 1 && !byte_is_alnum(last) && last != '.' &&
	    last != '-' && last != '_') {
		size_t length = 0;
		uint32_t enhanced = enhanced_code_parse(rest, &length);

		if (enhanced != 0 && scan->current.enhanced_code == 0 &&
		    is_code_place(
			scan, enhanced, text_slice(rest, length, rest.length)))
			scan->current.enhanced_code = enhanced;
	}
	if ((run < rest.length && byte_is_alnum(rest.data[run])) ||
	    byte_is_alnum(last)) {
		if (scan_id(scan))
			return;
	} else if (run == digits && last != '.' && last != '-') {
		write_number(scan, text_slice(rest, 0, run));
		return;
	}
	memcpy(scan->out + scan->used, rest.data, run);
	scan->used += run;
	scan->at += run;
}
