#include "classify/reply.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/enhanced_code.h"
#include "classify/reply_scan.h"

/* Bytes that need a look; all others are copied. */
enum byte_kind {
	BYTE_PLAIN,
	BYTE_BLANK,
	BYTE_CONTROL,
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
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	BYTE_CONTROL,
	[' '] = BYTE_BLANK,
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
	[127] = BYTE_CONTROL,
	[0xC2] = BYTE_WIDE,
	[0xE2] = BYTE_WIDE,
};

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
	/* Exim: "RCPT TO:<"; the quotes may hold what looks like a code. */
	if (begins_with(rest_of(scan), "<\"") && scan_quoted_address(scan))
		return;
	if (ends_with(before, " said")) {
		put_blank(scan);
		scan->host_said = true;
		scan_start_inner(scan);
	} else if (ends_with(before, "refused to talk to me")) {
		put_blank(scan);
		scan->host_said = true;
		scan->stage = STAGE_CONNECT;
		scan_start_inner(scan);
	} else if (before.length == strlen("delivery temporarily suspended") &&
	    ends_with(before, "delivery temporarily suspended")) {
		scan->used = 0;
	}
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
	scan_start_inner(scan);
}

struct stage_row {
	const char *command;
	enum reply_stage stage;
};

/* The frequent ones first; none begins another one. */
static const struct stage_row stage_rows[] = {
	{ "RCPT", STAGE_RCPT },
	{ "end of DATA", STAGE_CONTENT },
	{ "MAIL", STAGE_MAIL },
	{ "DATA", STAGE_DATA },
	{ "EHLO", STAGE_HELLO },
	{ "HELO", STAGE_HELLO },
	{ "STARTTLS", STAGE_TLS },
	{ "AUTH", STAGE_AUTH },
	{ "initial connection", STAGE_CONNECT },
	{ "initial server greeting", STAGE_CONNECT },
	{ "end of data", STAGE_CONTENT },
	{ "pipelined end of data", STAGE_CONTENT },
	{ "pipelined MAIL", STAGE_MAIL },
	{ "pipelined RCPT", STAGE_RCPT },
	{ "pipelined DATA", STAGE_DATA },
};

static enum reply_stage
find_stage(struct text command)
{
	for (size_t i = 0; i < sizeof(stage_rows) / sizeof(stage_rows[0]); i++)
		if (command.length > 0 &&
		    command.data[0] == stage_rows[i].command[0] &&
		    begins_with(command, stage_rows[i].command))
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
	case BYTE_CONTROL:
		put_blank(scan);
		scan->at++;
		break;
	}
}

#ifdef __SSE2__
/* In each of 16 bytes, 255 where it is from `low` to `high`. */
static inline __m128i
bytes_between(__m128i bytes, char low, char high)
{
	__m128i from_low = _mm_sub_epi8(bytes, _mm_set1_epi8(low));
	__m128i most = _mm_set1_epi8((char)(high - low));

	return _mm_cmpeq_epi8(_mm_min_epu8(from_low, most), from_low);
}

/* Bits of those of 16 bytes that are neither plain nor blank; see byte_kinds.
 */
static inline unsigned
special_bytes(__m128i bytes)
{
	__m128i wide = _mm_and_si128(bytes, _mm_set1_epi8((char)0xDF));
	__m128i found = bytes_between(bytes, '\0', ' ' - 1);

	found = _mm_or_si128(found, bytes_between(bytes, '0', ':'));
	found = _mm_or_si128(found, bytes_between(bytes, '[', '\\'));
	found = _mm_or_si128(
	    found, _mm_cmpeq_epi8(wide, _mm_set1_epi8((char)0xC2)));
	found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('@')));
	found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('#')));
	found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('(')));
	found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(127)));
	return (unsigned)_mm_movemask_epi8(found);
}

/*
 * What scan_plain does, for as many blocks of 16 bytes as there are; true when
 * it came to the end of the run.
 */
static inline bool
scan_plain_blocks(struct scan *scan)
{
	unsigned before = 0;

	while (scan->at + 16 <= scan->length) {
		__m128i bytes = _mm_loadu_si128(
		    (const __m128i *)(const void *)(scan->in + scan->at));
		unsigned blanks = (unsigned)_mm_movemask_epi8(
		    _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')));
		unsigned end =
		    special_bytes(bytes) | (blanks & (blanks << 1 | before));
		size_t count = end != 0 ? (size_t)__builtin_ctz(end) : 16;

		_mm_storeu_si128(
		    (__m128i *)(void *)(scan->out + scan->used), bytes);
		scan->at += count;
		scan->used += count;
		if (end != 0)
			return true;
		before = blanks >> 15;
	}
	return false;
}
#else
static inline bool
scan_plain_blocks(struct scan *scan)
{
	(void)scan;
	return false;
}
#endif

/*
 * Copies plain bytes, and the single blanks between them.  One branch for each
 * byte, so that only the end of the run is guessed wrong, not that of each
 * word in it.
 */
static void
scan_plain(struct scan *scan)
{
	const char *from;
	const char *end = scan->in + scan->length;
	char *to;
	unsigned before;

	if (scan_plain_blocks(scan))
		return;
	from = scan->in + scan->at;
	to = scan->out + scan->used;
	/* The first byte is plain, or a blank may be in front of it. */
	before = scan->used > 0 && to[-1] == ' ' ? BYTE_BLANK : BYTE_PLAIN;
	for (; from < end; from++) {
		unsigned kind = byte_kinds[(unsigned char)*from];

		/* A second blank counts as two. */
		if (kind + (kind & before) > BYTE_BLANK)
			break;
		*to++ = *from;
		before = kind;
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

/* qmail-remote.c: what it says in front of "Remote host said: ". */
static const struct stage_row qmail_stages[] = {
	{ "but greeting failed", STAGE_CONNECT },
	{ "but my name was rejected", STAGE_HELLO },
	{ "but sender was rejected", STAGE_MAIL },
	{ "does not like recipient", STAGE_RCPT },
	{ "failed on DATA command", STAGE_DATA },
	{ "failed after I sent the message", STAGE_CONTENT },
};

static enum reply_stage
find_qmail_stage(struct text before)
{
	struct text said = TEXT_LITERAL("Remote host said: ");
	size_t count = sizeof(qmail_stages) / sizeof(qmail_stages[0]);

	/* Not where a host quotes another. */
	if (!text_ends_with(before, said) ||
	    text_find(before, TEXT_LITERAL(" said: ")) <
		before.length - said.length)
		return STAGE_NONE;
	for (size_t i = 0; i < count; i++)
		if (text_find(before, text_of(qmail_stages[i].command)) !=
		    TEXT_NONE)
			return qmail_stages[i].stage;
	return STAGE_NONE;
}

/*
 * Postfix: "TLS is required, but host *[192.0.2.1] refused to start TLS: 454
 * ...".  The reply itself need not say what it is about.
 */
static bool
is_refusal_of_tls(const struct scan *scan, struct text before)
{
	return scan->introductions == 1 &&
	    text_ends_with(before, TEXT_LITERAL("] refused to start TLS: "));
}

/*
 * Postfix: "SASL authentication failed; server *[192.0.2.1] said: 535 ...".
 * The user that the reply is about is the one that we log in as.
 */
static bool
is_refusal_of_login(const struct scan *scan, struct text before)
{
	return scan->introductions == 1 && scan->stage == STAGE_NONE &&
	    begins_with(before, "SASL authentication failed; server ") &&
	    text_ends_with(before, TEXT_LITERAL("] said: "));
}

/*
 * What the MTA tells in front of the reply.  Exim: "SMTP error from remote
 * mail server after RCPT TO:<@>: 550 ...", "LMTP error after DATA: 552 ...",
 * and where a host answered for each recipient, "PRDR error after DATA: ...".
 */
static void
read_outer_stage(struct scan *scan)
{
	struct text before = text_slice(written(scan), 0, scan->inner);
	size_t error =
	    text_find(before, TEXT_LITERAL("MTP error from remote mail"));
	size_t after;

	if (error == TEXT_NONE)
		error = text_find(before, TEXT_LITERAL("LMTP error after "));
	if (error == TEXT_NONE)
		error = text_find(before, TEXT_LITERAL("PRDR error after "));
	if (is_refusal_of_tls(scan, before)) {
		scan->host_said = true;
		scan->stage = STAGE_TLS;
		scan->inner = 0;
		return;
	}
	if (is_refusal_of_login(scan, before)) {
		scan->stage = STAGE_AUTH;
		return;
	}
	if (error == TEXT_NONE) {
		if (scan->stage == STAGE_NONE)
			scan->stage = find_qmail_stage(before);
		return;
	}
	scan->host_said = true;
	before = text_slice(before, error, before.length);
	after = text_find(before, TEXT_LITERAL(" after "));
	if (after != TEXT_NONE && scan->stage == STAGE_NONE)
		scan->stage =
		    find_stage(text_slice(before, after + 7, before.length));
}

/*
 * True when `before` is only what Exim says, "SMTP error from remote mail
 * server after RCPT TO:<@>: ", with or without "host * [192.0.2.1]" in front of
 * it or behind it.  Its "from", "mail" and "server" say nothing of the cause.
 */
static bool
is_exim_introduction(struct text before)
{
	static const char error[] = "SMTP error from remote mail server after ";
	static const char host[] = "host * [";
	size_t end;

	if (begins_with(before, host)) {
		end = text_find(before, TEXT_LITERAL("] "));
		if (end == TEXT_NONE)
			return false;
		before = text_slice(before, end + 2, before.length);
	}
	if (!begins_with(before, error))
		return false;
	before = text_slice(before, strlen(error), before.length);
	end = text_find(before, TEXT_LITERAL(": "));
	if (end == TEXT_NONE || find_stage(before) == STAGE_NONE)
		return false;
	before = text_slice(before, end + 2, before.length);
	return before.length == 0 ||
	    (begins_with(before, host) &&
		text_find(before, TEXT_LITERAL("]: ")) == before.length - 3);
}

/*
 * OpenSMTPD's mail.lmtp: "Error (temporary failure: "mail.lmtp: LMTP server
 * error: 550 ...")", whatever the server said.
 */
static bool
is_lmtp_introduction(struct text before)
{
	return begins_with(before, "Error (") &&
	    text_ends_with(
		before, TEXT_LITERAL("mail.lmtp: LMTP server error: "));
}

bool
reply_is_qmail(struct text text)
{
	return text_ends_with(text, TEXT_LITERAL("/")) &&
	    text_find_byte(text, '_') != TEXT_NONE &&
	    text_find_byte(text, ' ') == TEXT_NONE;
}

/* qmail-remote ends what a host said with a sentence of its own. */
static struct text
cut_giving_up(struct text text)
{
	size_t start = text_find(text, TEXT_LITERAL("/Giving_up_on_"));
	struct text sentence;

	if (start == TEXT_NONE)
		return text;
	sentence = text_slice(text, start + 1, text.length);
	if (text_find_byte(sentence, '/') + 1 == sentence.length)
		text.length = start;
	return text;
}

/* qmail-send: blanks are _, line ends /, both also where they were so. */
static struct text
read_qmail(struct text text, char *out)
{
	text = cut_giving_up(text);
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
	bool is_wrapped;

	if (text.length > REPLY_MAXIMUM)
		text.length = REPLY_MAXIMUM;
	if (is_qmail)
		text = read_qmail(text, scratch->qmail);
	/* Nothing cannot even be added to without an address. */
	scan.in = text.data != NULL ? text.data : "";
	scan.length = text.length;
	scan_introduction(&scan);
	scan_all(&scan);
	scan_keep_first(&scan);
	before = text_slice(written(&scan), 0, scan.inner);
	is_wrapped = scan.inner > 0 && !is_plain_introduction(&scan, before);
	if (is_wrapped) {
		read_outer_stage(&scan);
		is_wrapped = !is_exim_introduction(before) &&
		    !is_lmtp_introduction(before);
	}
	*reply = (struct reply){
		.whole = written(&scan),
		.inner = text_slice(written(&scan), scan.inner, scan.used),
		.codes = scan.first,
		.inner_codes = scan.current,
		.stage = scan.stage,
		.host_said = scan.host_said,
		.is_wrapped = is_wrapped,
	};
	/* The inner enhanced code, where it does not contradict the reply. */
	if (reply->codes.enhanced_code == 0 &&
	    enhanced_code_class(scan.current.enhanced_code) ==
		reply->codes.reply_code / 100U)
		reply->codes.enhanced_code = scan.current.enhanced_code;
}

static const char *const stage_names[REPLY_STAGES] = { "", "connect", "hello",
	"tls", "auth", "mail", "rcpt", "data", "content" };

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
