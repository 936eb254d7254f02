#include "classify/reply.h"

#include <string.h>

#include "base/enhanced_code.h"

/* What has been read and written so far. */
struct scan {
	const char *in;
	size_t length;
	size_t at; /* next byte of `in` */
	char *out;
	size_t used;
	size_t inner; /* offset in `out` where the innermost reply starts */
	size_t code_end; /* offset in `out` behind the latest reply code */
	struct reply_codes first;
	struct reply_codes current;
	bool has_lines; /* the current reply began with "550-" */
	bool host_said;
	unsigned introductions;
	enum reply_stage stage;
};

/* An id has at least so many bytes; so often a digit beside a letter, or so
 * many digits. */
#define ID_MINIMUM ((size_t)10)
#define ID_CHANGES 3
#define ID_DIGITS  8

/* Bytes that need a look; all others are copied. */
enum byte_kind {
	BYTE_PLAIN,
	BYTE_BLANK,
	BYTE_DIGIT,
	BYTE_AT,
	BYTE_COLON,
	BYTE_BACKSLASH,
	BYTE_HASH,
	BYTE_BRACKET,
	BYTE_PARENTHESIS,
	BYTE_WIDE
};

static const uint8_t byte_kinds[256] = {
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	BYTE_BLANK,
	['0'] = BYTE_DIGIT,
	['1'] = BYTE_DIGIT,
	['2'] = BYTE_DIGIT,
	['3'] = BYTE_DIGIT,
	['4'] = BYTE_DIGIT,
	['5'] = BYTE_DIGIT,
	['6'] = BYTE_DIGIT,
	['7'] = BYTE_DIGIT,
	['8'] = BYTE_DIGIT,
	['9'] = BYTE_DIGIT,
	['@'] = BYTE_AT,
	[':'] = BYTE_COLON,
	['\\'] = BYTE_BACKSLASH,
	['#'] = BYTE_HASH,
	['['] = BYTE_BRACKET,
	['('] = BYTE_PARENTHESIS,
	[127] = BYTE_BLANK,
	[0xC2] = BYTE_WIDE,
	[0xE2] = BYTE_WIDE,
};

static struct text
rest_of(const struct scan *scan)
{
	return (struct text){ scan->in + scan->at, scan->length - scan->at };
}

static struct text
written(const struct scan *scan)
{
	return (struct text){ scan->out, scan->used };
}

static void
put(struct scan *scan, char byte)
{
	scan->out[scan->used++] = byte;
}

/* A blank, unless one stands there or the text has not begun. */
static void
put_blank(struct scan *scan)
{
	if (scan->used > 0 && scan->out[scan->used - 1] != ' ')
		put(scan, ' ');
}

static bool
begins_with(struct text text, const char *word)
{
	size_t length = strlen(word);

	return text.length >= length && memcmp(text.data, word, length) == 0;
}

static bool
ends_with(struct text text, const char *word)
{
	size_t length = strlen(word);

	return text.length >= length &&
	    memcmp(text.data + text.length - length, word, length) == 0;
}

/* What comes next is the start of a reply inside what came before. */
static void
start_inner(struct scan *scan)
{
	if (scan->first.reply_code == 0)
		scan->first = scan->current;
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

/* Before the number that is to be written: nothing, or a reply's start. */
static bool
is_introduced(const struct scan *scan, struct text after)
{
	struct text before = text_trim(written(scan));
	char last = before.length > 0 ? before.data[before.length - 1] : '\0';

	if (last == ':' && before.length < scan->used)
		return true;
	if (ends_with(before, "->") || ends_with(before, "<<<") ||
	    ends_with(before, "smtp;"))
		return true;
	/* '550 5.1.1 x' and 550-'5.1.1 x' quote a reply. */
	if ((last == '\'' || last == '"') && before.length == scan->used &&
	    (before.length == 1 || before.data[before.length - 2] == ' '))
		return true;
	return after.length > 1 &&
	    (after.data[0] == '-' || after.data[0] == ' ') &&
	    (after.data[1] == '\'' || after.data[1] == '"');
}

/* Behind a reply code: an end, or what sets it off from the text. */
static bool
is_code_end(struct text after)
{
	return after.length == 0 ||
	    !(byte_is_alnum(after.data[0]) || after.data[0] == '.' ||
		after.data[0] == '%' || after.data[0] == '/');
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

	if (code == 0 || !is_code_end(after))
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
	if (is_introduced(scan, after) && code % 100 < 80) {
		start_inner(scan);
		write_code(scan, code, digits, after);
		return true;
	}
	if (is_line && behind_blank) {
		skip_line_code(scan);
		return true;
	}
	/* Behind a banner: "mx.example.com ESMTP 550 5.7.0 text". */
	if (scan->current.reply_code == 0 && behind_blank && after.length > 5 &&
	    digits.data[0] == after.data[1] &&
	    enhanced_code_parse(text_slice(after, 1, after.length), NULL)) {
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

/* Whether an enhanced code may stand here; see the header's rules. */
static bool
is_code_place(const struct scan *scan, uint32_t enhanced, struct text after)
{
	char last = scan->used > 0 ? scan->out[scan->used - 1] : '\0';

	if (scan->used == scan->inner || last == '#' || last == '(')
		return true;
	if (scan->code_end > 0) {
		size_t i = scan->code_end;

		while (i < scan->used && strchr(" :#,('\"", scan->out[i]))
			i++;
		if (i == scan->used)
			return true;
	}
	return last == ' ' && (after.length == 0 || after.data[0] == ' ') &&
	    enhanced_code_class(enhanced) == scan->current.reply_code / 100U &&
	    !is_behind_program(scan);
}

static bool
is_id_byte(char byte)
{
	return byte_is_alnum(byte) || byte == '-' || byte == '_' || byte == '.';
}

/* Letters only behind the last full stop: a host name, not an id. */
static bool
ends_as_host(struct text word)
{
	size_t dot = text_find_last_byte(word, '.');

	if (dot == TEXT_NONE || dot + 2 >= word.length)
		return false;
	for (size_t i = dot + 1; i < word.length; i++)
		if (!byte_is_alnum(word.data[i]) || byte_is_digit(word.data[i]))
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

	if (word.length < ID_MINIMUM || ends_as_host(word))
		return false;
	for (size_t i = 1; i < word.length; i++) {
		char a = word.data[i - 1];
		char b = word.data[i];

		digits += byte_is_digit(b);
		changes += byte_is_alnum(a) && byte_is_alnum(b) &&
			   byte_is_digit(a) != byte_is_digit(b);
	}
	return changes >= ID_CHANGES || (changes > 0 && digits >= ID_DIGITS);
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
	if (!is_id((struct text){ scan->in + start, end - start }))
		return false;
	scan->used -= before;
	put(scan, '#');
	scan->at = end;
	return true;
}

/* A number that stands for itself, such as a size or a time. */
static void
write_number(struct scan *scan, struct text run)
{
	struct text zeros = TEXT_LITERAL("000000");

	if (run.length <= zeros.length)
		zeros = run;
	memcpy(scan->out + scan->used, zeros.data, zeros.length);
	scan->used += zeros.length;
	scan->at += run.length;
}

/* A run of digits and full stops, which is written or dealt with at once. */
static void
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
	if (!byte_is_alnum(last) && last != '.' && last != '-' && last != '_') {
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

static bool
is_local_part_byte(char byte)
{
	return byte_is_alnum(byte) || (byte & 0x80) != 0 ||
	    (byte != '\0' && strchr("._+-=%!$&*?^`{|}~#", byte) != NULL);
}

static bool
is_host_byte(char byte)
{
	return byte_is_alnum(byte) || (byte & 0x80) != 0 || byte == '-' ||
	    byte == '.' || byte == '_';
}

/* How far back an address is looked for (RFC 5321 allows 64). */
#define LOCAL_PART_MAXIMUM ((size_t)256)

/* Takes back what was written of an address, and skips the rest of it. */
static void
scan_address(struct scan *scan)
{
	size_t floor = scan->used > LOCAL_PART_MAXIMUM + scan->inner
	    ? scan->used - LOCAL_PART_MAXIMUM
	    : scan->inner;
	size_t start = scan->used;
	size_t end = scan->at + 1;

	if (start > floor && scan->out[start - 1] == '"') {
		struct text quoted =
		    text_slice(written(scan), floor, scan->used - 1);
		size_t open = text_find_last_byte(quoted, '"');

		start = open != TEXT_NONE ? floor + open : start;
	} else {
		while (
		    start > floor && is_local_part_byte(scan->out[start - 1]))
			start--;
	}
	while (end < scan->length && is_host_byte(scan->in[end]))
		end++;
	while (end > scan->at + 1 && scan->in[end - 1] == '.')
		end--;
	if (start < scan->used && end > scan->at + 1) {
		scan->used = start;
		scan->at = end;
	} else {
		scan->at++;
	}
	if (scan->code_end > scan->used)
		scan->code_end = 0;
	put(scan, '@');
}

/* A URL, of which the scheme is written and "://" comes next: as it is. */
static void
scan_url(struct scan *scan)
{
	size_t end = scan->at + 3;

	while (end < scan->length && (unsigned char)scan->in[end] > ' ' &&
	    strchr("<>\"()[]\\", scan->in[end]) == NULL)
		end++;
	memcpy(scan->out + scan->used, scan->in + scan->at, end - scan->at);
	scan->used += end - scan->at;
	scan->at = end;
}

static void
scan_colon(struct scan *scan)
{
	struct text before;

	if (begins_with(rest_of(scan), "://")) {
		scan_url(scan);
		return;
	}
	before = written(scan);
	put(scan, ':');
	scan->at++;
	if (ends_with(before, " said")) {
		put_blank(scan);
		scan->host_said = true;
		start_inner(scan);
	} else if (ends_with(before, "refused to talk to me")) {
		put_blank(scan);
		scan->host_said = true;
		scan->stage = STAGE_CONNECT;
		start_inner(scan);
	} else if (before.length == strlen("delivery temporarily suspended") &&
	    ends_with(before, "delivery temporarily suspended")) {
		scan->used = 0;
	}
}

static void
scan_backslash(struct scan *scan)
{
	struct text rest = rest_of(scan);
	char next = rest.length > 1 ? rest.data[1] : '\0';

	if (next == 'n' || next == 'r' || next == 't') {
		put_blank(scan);
		scan->at += 2;
	} else if (next == '\'' || next == '"') {
		scan->at++;
	} else if (rest.length > 3 && next >= '0' && next <= '3' &&
	    rest.data[2] >= '0' && rest.data[2] <= '7' && rest.data[3] >= '0' &&
	    rest.data[3] <= '7') {
		unsigned byte = (unsigned)(next - '0') * 64 +
		    (unsigned)(rest.data[2] - '0') * 8 +
		    (unsigned)(rest.data[3] - '0');

		if (byte <= ' ')
			put_blank(scan);
		else
			put(scan, (char)byte);
		scan->at += 4;
	} else {
		put(scan, '\\');
		scan->at++;
	}
}

/* rsyslog writes control bytes as # and three octal digits. */
static void
scan_hash(struct scan *scan)
{
	struct text rest = rest_of(scan);

	if (begins_with(rest, "#011") || begins_with(rest, "#012") ||
	    begins_with(rest, "#015")) {
		put_blank(scan);
		scan->at += 4;
	} else {
		put(scan, '#');
		scan->at++;
	}
}

/* The host in front of its address in brackets gives way to a *. */
static void
scan_bracket(struct scan *scan)
{
	char next = scan->at + 1 < scan->length ? scan->in[scan->at + 1] : '\0';
	size_t start = scan->used;
	size_t end;

	if (byte_is_digit(next) || next == ':' ||
	    begins_with(rest_of(scan), "[IPv6:")) {
		if (start > 0 && scan->out[start - 1] == ' ')
			start--;
		end = start;
		while (start > 0 && is_host_byte(scan->out[start - 1]))
			start--;
		if (start < end &&
		    (end == scan->used ||
			ends_with(
			    text_slice(written(scan), 0, start), "host "))) {
			memmove(scan->out + start + 1, scan->out + end,
			    scan->used - end);
			scan->out[start] = '*';
			scan->used -= end - start - 1;
		}
	}
	put(scan, '[');
	scan->at++;
}

/*
 * Postfix begins most of its texts so: "host name[192.0.2.1] said: ".  What
 * the scan would make of that is written at once.
 */
static void
scan_introduction(struct scan *scan)
{
	struct text rest = rest_of(scan);
	size_t open = text_find_byte(text_slice(rest, 0, 300), '[');
	size_t close;

	if (!begins_with(rest, "host ") || open == TEXT_NONE || open < 6)
		return;
	for (size_t i = strlen("host "); i < open; i++)
		if (!is_host_byte(rest.data[i]))
			return;
	close = open + 1;
	while (close < rest.length &&
	       (byte_is_digit(rest.data[close]) || rest.data[close] == '.'))
		close++;
	if (close < open + 8 ||
	    !begins_with(text_slice(rest, close, rest.length), "] said: "))
		return;
	memcpy(scan->out, "host *", 6);
	memcpy(scan->out + 6, rest.data + open, close - open + 8);
	scan->used = 6 + close - open + 8;
	scan->at += close + 8;
	scan->host_said = true;
	start_inner(scan);
}

struct stage_row {
	const char *command;
	enum reply_stage stage;
};

/* Longer ones before those that begin them. */
static const struct stage_row stage_rows[] = {
	{ "end of DATA", STAGE_CONTENT },
	{ "end of data", STAGE_CONTENT },
	{ "pipelined end of data", STAGE_CONTENT },
	{ "initial connection", STAGE_CONNECT },
	{ "initial server greeting", STAGE_CONNECT },
	{ "EHLO", STAGE_HELLO },
	{ "HELO", STAGE_HELLO },
	{ "STARTTLS", STAGE_TLS },
	{ "AUTH", STAGE_AUTH },
	{ "MAIL", STAGE_MAIL },
	{ "pipelined MAIL", STAGE_MAIL },
	{ "RCPT", STAGE_RCPT },
	{ "pipelined RCPT", STAGE_RCPT },
	{ "DATA", STAGE_DATA },
	{ "pipelined DATA", STAGE_DATA },
};

static enum reply_stage
find_stage(struct text command)
{
	for (size_t i = 0; i < sizeof(stage_rows) / sizeof(stage_rows[0]); i++)
		if (begins_with(command, stage_rows[i].command))
			return stage_rows[i].stage;
	return STAGE_NONE;
}

/* "(in reply to RCPT TO command)", which a cut line may not close. */
static void
scan_parenthesis(struct scan *scan)
{
	static const size_t longest = 60;
	struct text rest = rest_of(scan);
	struct text command;
	size_t end;

	if (!begins_with(rest, "(in reply to ")) {
		put(scan, '(');
		scan->at++;
		return;
	}
	command = text_slice(rest, strlen("(in reply to "), longest);
	end = text_find_byte(command, ')');
	if (end == TEXT_NONE && rest.length > longest) {
		put(scan, '(');
		scan->at++;
		return;
	}
	scan->stage = find_stage(command);
	scan->at = end != TEXT_NONE
	    ? scan->at + strlen("(in reply to ") + end + 1
	    : scan->length;
	put_blank(scan);
}

/* UTF-8 quotes, dashes and the no-break space as what they stand for. */
static void
scan_wide(struct scan *scan)
{
	struct text rest = rest_of(scan);

	if (begins_with(rest, "\xC2\xA0")) {
		put_blank(scan);
		scan->at += 2;
	} else if (begins_with(rest, "\xE2\x80") && rest.length > 2) {
		unsigned char third = (unsigned char)rest.data[2];

		if (third >= 0x90 && third <= 0x95)
			put(scan, '-');
		else if (third >= 0x98 && third <= 0x9B)
			put(scan, '\'');
		else if (third >= 0x9C && third <= 0x9F)
			put(scan, '"');
		else
			put_blank(scan);
		scan->at += 3;
	} else {
		put(scan, rest.data[0]);
		scan->at++;
	}
}

static void
scan_special(struct scan *scan, enum byte_kind kind)
{
	switch (kind) {
	case BYTE_DIGIT:
		scan_number(scan);
		break;
	case BYTE_AT:
		scan_address(scan);
		break;
	case BYTE_COLON:
		scan_colon(scan);
		break;
	case BYTE_BACKSLASH:
		scan_backslash(scan);
		break;
	case BYTE_HASH:
		scan_hash(scan);
		break;
	case BYTE_BRACKET:
		scan_bracket(scan);
		break;
	case BYTE_PARENTHESIS:
		scan_parenthesis(scan);
		break;
	case BYTE_WIDE:
		scan_wide(scan);
		break;
	case BYTE_PLAIN:
	case BYTE_BLANK:
		put_blank(scan);
		scan->at++;
		break;
	}
}

/* Copies plain bytes, and the single blanks between them. */
static void
scan_plain(struct scan *scan)
{
	const char *from = scan->in + scan->at;
	const char *end = scan->in + scan->length;
	char *to = scan->out + scan->used;

	for (;;) {
		while (from < end &&
		       byte_kinds[(unsigned char)*from] == BYTE_PLAIN)
			*to++ = *from++;
		if (from == end || *from != ' ' || to[-1] == ' ')
			break;
		*to++ = *from++;
	}
	scan->at = (size_t)(from - scan->in);
	scan->used = (size_t)(to - scan->out);
}

static void
scan_all(struct scan *scan)
{
	while (scan->at < scan->length) {
		enum byte_kind kind =
		    byte_kinds[(unsigned char)scan->in[scan->at]];

		if (kind == BYTE_PLAIN)
			scan_plain(scan);
		else
			scan_special(scan, kind);
	}
	while (scan->used > 0 && scan->out[scan->used - 1] == ' ')
		scan->used--;
	if (scan->inner > scan->used)
		scan->inner = scan->used;
}

/* True when `before` is only "host *[192.0.2.1] said: " or its like. */
static bool
is_plain_introduction(const struct scan *scan, struct text before)
{
	size_t end;

	if (scan->introductions != 1 || !begins_with(before, "host *["))
		return false;
	end = text_find_byte(before, ']');
	if (end == TEXT_NONE)
		return false;
	before = text_slice(before, end + 1, before.length);
	return text_equal(before, TEXT_LITERAL(" said: ")) ||
	    text_equal(before, TEXT_LITERAL(" refused to talk to me: "));
}

/* Exim: "SMTP error from remote mail server after RCPT TO:<@>: 550 ...". */
static void
read_exim_stage(struct scan *scan)
{
	struct text before = text_slice(written(scan), 0, scan->inner);
	size_t error =
	    text_find(before, TEXT_LITERAL("MTP error from remote mail"));
	size_t after;

	if (error == TEXT_NONE)
		return;
	scan->host_said = true;
	before = text_slice(before, error, before.length);
	after = text_find(before, TEXT_LITERAL(" after "));
	if (after != TEXT_NONE && scan->stage == STAGE_NONE)
		scan->stage =
		    find_stage(text_slice(before, after + 7, before.length));
}

/* qmail-send: blanks are _, line ends /, both also where they were so. */
static struct text
read_qmail(struct text text, char *out)
{
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];
		char next = i + 1 < text.length ? text.data[i + 1] : '\0';
		bool ends_line = next == '\0' || (next >= 'A' && next <= 'Z') ||
		    (i + 4 < text.length && byte_is_digit(next) &&
			(text.data[i + 4] == '-' || text.data[i + 4] == '_'));

		out[i] = byte == '_' || (byte == '/' && ends_line) ? ' ' : byte;
	}
	return (struct text){ out, text.length };
}

void
reply_parse(struct text text, bool is_qmail, struct reply_scratch *scratch,
    struct reply *reply)
{
	struct scan scan = { .out = scratch->text };
	struct text before;

	if (text.length > REPLY_MAXIMUM)
		text.length = REPLY_MAXIMUM;
	if (is_qmail)
		text = read_qmail(text, scratch->qmail);
	scan.in = text.data;
	scan.length = text.length;
	scan_introduction(&scan);
	scan_all(&scan);
	if (scan.first.reply_code == 0)
		scan.first = scan.current;
	if (scan.inner > 0)
		read_exim_stage(&scan);
	before = text_slice(written(&scan), 0, scan.inner);
	*reply = (struct reply){
		.whole = written(&scan),
		.inner = text_slice(written(&scan), scan.inner, scan.used),
		.codes = scan.first,
		.inner_codes = scan.current,
		.stage = scan.stage,
		.host_said = scan.host_said,
		.is_wrapped =
		    scan.inner > 0 && !is_plain_introduction(&scan, before),
	};
	/* The inner enhanced code, where it does not contradict the reply. */
	if (reply->codes.enhanced_code == 0 &&
	    enhanced_code_class(scan.current.enhanced_code) ==
		reply->codes.reply_code / 100U)
		reply->codes.enhanced_code = scan.current.enhanced_code;
}

static const char *const stage_names[REPLY_STAGES] = { "", "connect", "hello",
	"tls", "auth", "mail", "rcpt", "data", "content" };

const char *
reply_stage_name(enum reply_stage stage)
{
	return stage_names[stage];
}

bool
reply_stage_find(struct text word, enum reply_stage *stage)
{
	for (unsigned i = 1; i < REPLY_STAGES; i++)
		if (text_equal(word, text_of(stage_names[i]))) {
			*stage = (enum reply_stage)i;
			return true;
		}
	return false;
}
