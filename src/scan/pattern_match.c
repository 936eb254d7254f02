#include "scan/pattern.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/enhanced_code.h"
#include "base/memory.h"
#include "scan/bytes.h"
#include "scan/glob.h"

#define BRACKETED_ID_LONGEST 64

/* A line that needs more is not one that an MTA wrote. */
#define MATCH_LIMIT     200000
#define MATCH_HEAP_KIB  8192
#define JIT_STACK_START ((size_t)32 << 10)
#define JIT_STACK_LIMIT ((size_t)1 << 20)

/* Seconds: thirty years; more is no delay, and sums cannot overflow. */
#define DELAY_LARGEST INT64_C(1000000000)

#define ID_SHORTEST 5
#define ID_LONGEST  32

struct matcher {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

struct matcher *
matcher_new(void)
{
	struct matcher *matcher = memory_allocate(sizeof(*matcher));

	matcher->data = pcre2_match_data_create(PATTERN_GROUPS, NULL);
	matcher->context = pcre2_match_context_create(NULL);
	matcher->stack =
	    pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_LIMIT, NULL);
	if (matcher->data == NULL || matcher->context == NULL)
		memory_exhausted();
	pcre2_set_match_limit(matcher->context, MATCH_LIMIT);
	pcre2_set_heap_limit(matcher->context, MATCH_HEAP_KIB);
	pcre2_jit_stack_assign(matcher->context, NULL, matcher->stack);
	return matcher;
}

void
matcher_free(struct matcher *matcher)
{
	if (matcher == NULL)
		return;
	pcre2_match_data_free(matcher->data);
	pcre2_match_context_free(matcher->context);
	pcre2_jit_stack_free(matcher->stack);
	free(matcher);
}

bool
pattern_takes_program(const struct pattern *pattern, struct text program)
{
	return globs_match(pattern->programs, program);
}

/* Bytes of queue ids and of IP addresses. */
#define ID_BYTE 1
#define IP_BYTE 2

static const unsigned char byte_kinds[256] = {
	['-'] = ID_BYTE,
	['.'] = IP_BYTE,
	['0'] = ID_BYTE | IP_BYTE,
	['1'] = ID_BYTE | IP_BYTE,
	['2'] = ID_BYTE | IP_BYTE,
	['3'] = ID_BYTE | IP_BYTE,
	['4'] = ID_BYTE | IP_BYTE,
	['5'] = ID_BYTE | IP_BYTE,
	['6'] = ID_BYTE | IP_BYTE,
	['7'] = ID_BYTE | IP_BYTE,
	['8'] = ID_BYTE | IP_BYTE,
	['9'] = ID_BYTE | IP_BYTE,
	[':'] = IP_BYTE,
	['A'] = ID_BYTE | IP_BYTE,
	['a'] = ID_BYTE | IP_BYTE,
	['B'] = ID_BYTE | IP_BYTE,
	['b'] = ID_BYTE | IP_BYTE,
	['C'] = ID_BYTE | IP_BYTE,
	['c'] = ID_BYTE | IP_BYTE,
	['D'] = ID_BYTE | IP_BYTE,
	['d'] = ID_BYTE | IP_BYTE,
	['E'] = ID_BYTE | IP_BYTE,
	['e'] = ID_BYTE | IP_BYTE,
	['F'] = ID_BYTE | IP_BYTE,
	['f'] = ID_BYTE | IP_BYTE,
	['G'] = ID_BYTE,
	['g'] = ID_BYTE,
	['H'] = ID_BYTE,
	['h'] = ID_BYTE,
	['I'] = ID_BYTE,
	['i'] = ID_BYTE,
	['J'] = ID_BYTE,
	['j'] = ID_BYTE,
	['K'] = ID_BYTE,
	['k'] = ID_BYTE,
	['L'] = ID_BYTE,
	['l'] = ID_BYTE,
	['M'] = ID_BYTE,
	['m'] = ID_BYTE,
	['N'] = ID_BYTE,
	['n'] = ID_BYTE,
	['O'] = ID_BYTE,
	['o'] = ID_BYTE,
	['P'] = ID_BYTE,
	['p'] = ID_BYTE,
	['Q'] = ID_BYTE,
	['q'] = ID_BYTE,
	['R'] = ID_BYTE,
	['r'] = ID_BYTE,
	['S'] = ID_BYTE,
	['s'] = ID_BYTE,
	['T'] = ID_BYTE,
	['t'] = ID_BYTE,
	['U'] = ID_BYTE,
	['u'] = ID_BYTE,
	['V'] = ID_BYTE,
	['v'] = ID_BYTE,
	['W'] = ID_BYTE,
	['w'] = ID_BYTE,
	['X'] = ID_BYTE,
	['x'] = ID_BYTE,
	['Y'] = ID_BYTE,
	['y'] = ID_BYTE,
	['Z'] = ID_BYTE,
	['z'] = ID_BYTE,
};

static inline bool
is_of_kind(char byte, unsigned char kind)
{
	return (byte_kinds[(unsigned char)byte] & kind) != 0;
}

#ifdef __SSE2__
/* Which of 16 bytes are letters, digits and dashes. */
static unsigned
id_bytes(const char *data)
{
	__m128i bytes = _mm_loadu_si128((const void *)data);
	__m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
	__m128i letter =
	    _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
		_mm_cmplt_epi8(lower, _mm_set1_epi8('z' + 1)));
	__m128i digit =
	    _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('0' - 1)),
		_mm_cmplt_epi8(bytes, _mm_set1_epi8('9' + 1)));
	__m128i dash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-'));

	return (unsigned)_mm_movemask_epi8(
	    _mm_or_si128(_mm_or_si128(letter, digit), dash));
}
#endif

size_t
pattern_id_length(struct text text)
{
	size_t length = 0;

#ifdef __SSE2__
	if (text.length >= 16) {
		unsigned others = ~id_bytes(text.data) & 0xFFFF;

		length = others != 0 ? (size_t)__builtin_ctz(others) : 16;
		if (length < 16)
			return length >= ID_SHORTEST ? length : 0;
	}
#endif
	while (length < text.length && is_of_kind(text.data[length], ID_BYTE))
		length++;
	return length >= ID_SHORTEST && length <= ID_LONGEST ? length : 0;
}

static bool
holds(struct text text, const struct search_literal *literal)
{
	return search_literal(text.data, text.length, literal) != TEXT_NONE;
}

static bool
has_prefix(
    const struct pattern_prefix *prefix, struct text text, size_t id_length)
{
	size_t at = 0;

	if (prefix->has_id) {
		if (id_length == 0)
			return false;
		at = id_length;
	}
	return text.length - at >= prefix->text.length &&
	    bytes_equal(text.data + at, prefix->text.data, prefix->text.length);
}

bool
pattern_may_match(
    const struct pattern *pattern, struct text text, size_t id_length)
{
	bool found = pattern->prefix_count == 0;

	for (size_t i = 0; i < pattern->prefix_count && !found; i++)
		found = has_prefix(&pattern->prefixes[i], text, id_length);
	if (!found)
		return false;
	for (size_t i = 0; i < pattern->literal_count; i++)
		if (!holds(text, &pattern->literals[i]))
			return false;
	return true;
}

/* "IPv6:" in front is how some MTAs mark one. */
static struct text
ip_of(struct text text)
{
	struct text tag = TEXT_LITERAL("IPv6:");

	if (text_starts_with(text, tag))
		text = text_slice(text, tag.length, text.length);
	for (size_t i = 0; i < text.length; i++)
		if (!is_of_kind(text.data[i], IP_BYTE))
			return (struct text){ 0 };
	return text;
}

/* Of the letter behind a number of a delay; 0 for others. */
static int64_t
seconds_of_unit(char letter)
{
	switch (letter) {
	case 'w':
		return 604800;
	case 'd':
		return 86400;
	case 'h':
		return 3600;
	case 'm':
		return 60;
	case 's':
		return 1;
	default:
		return 0;
	}
}

/* Milliseconds of "1.25", "2d3h15m12.5s" or "1+02:03:04"; -1 for others. */
static int64_t
delay_of(struct text text)
{
	int64_t total = 0;
	int64_t number = 0;
	int64_t fraction = 0;
	/* Of the next digit behind the point; negative before it. */
	int64_t weight = -1;

	for (size_t i = 0; i <= text.length; i++) {
		char byte = i < text.length ? text.data[i] : 's';
		int64_t unit;

		if (byte_is_digit(byte) && weight < 0) {
			if (number > DELAY_LARGEST)
				return -1;
			number = number * 10 + (byte - '0');
			continue;
		}
		if (byte_is_digit(byte)) {
			fraction += (byte - '0') * weight;
			weight /= 10;
			continue;
		}
		switch (byte) {
		case '.':
			weight = 100;
			continue;
		case ':':
			total = (total + number * 1000) * 60;
			if (total > DELAY_LARGEST * 1000)
				return -1;
			number = 0;
			continue;
		case '+':
			total = number * 24 * 1000;
			/* Two colons follow, each times 60. */
			number = 0;
			continue;
		default:
			unit = seconds_of_unit(byte);
			if (unit == 0)
				return -1;
		}
		total += (number * 1000 + fraction) * unit;
		if (total > DELAY_LARGEST * 1000)
			return -1;
		number = 0;
		fraction = 0;
		weight = -1;
	}
	return total;
}

static void
set_field(struct record *record, struct pattern_extras *extras,
    enum pattern_field field, struct text value)
{
	uint64_t port;

	switch (field) {
	case FIELD_INSTANCE:
		record->instance = value;
		return;
	case FIELD_QUEUE_ID:
		record->queue_id = value;
		return;
	case FIELD_NEXT_QUEUE_ID:
		record->next_queue_id = value;
		return;
	case FIELD_SENDER:
		record->sender = value;
		record->sender_is_known = true;
		return;
	case FIELD_RECIPIENT:
		record->recipient = value;
		return;
	case FIELD_RELAY_HOST:
		record->relay_host = value;
		return;
	case FIELD_RELAY_IP:
		record->relay_ip = ip_of(value);
		return;
	case FIELD_RELAY_PORT:
		if (text_parse_number(value, UINT16_MAX, &port))
			record->relay_port = (uint16_t)port;
		return;
	case FIELD_DELAY:
		record->delay = delay_of(value);
		return;
	case FIELD_ENHANCED_CODE:
		record->enhanced_code = enhanced_code_parse(value, NULL);
		return;
	case FIELD_REPLY:
		record->reply = value;
		return;
	case FIELD_RECIPIENTS:
		extras->recipients = value;
		return;
	case FIELD_KEY:
		extras->key = value;
		return;
	case FIELD_DOMAIN:
		extras->domain = value;
		return;
	case FIELD_PART:
		extras->part = value;
		return;
	case FIELD_COUNT:
		extras->count = value;
		return;
	case FIELD_STATUS:
	case FIELD_TRANSPORT:
		return;
	}
}

static bool
decide_status(
    const struct pattern *pattern, struct text word, struct record *record)
{
	bool decided = pattern->status_rule_count == 0;

	for (size_t i = 0; i < pattern->status_rule_count && !decided; i++) {
		const struct status_rule *rule = &pattern->status_rules[i];

		decided = rule->word.length == 0 ||
		    text_equal(rule->word, word) ||
		    text_equal(rule->word, TEXT_LITERAL("*"));
		if (decided)
			record->status = (uint8_t)rule->status;
	}
	for (size_t i = 0; i < pattern->kind_rule_count; i++)
		if (text_equal(pattern->kind_rules[i].word, word)) {
			record->kind = (uint8_t)pattern->kind_rules[i].kind;
			record->status = RECORD_STATUS_NONE;
			return true;
		}
	return decided;
}

static bool
reply_fits(const struct reply_rule *rule, struct text reply)
{
	switch (rule->place) {
	case REPLY_STARTS:
		return text_starts_with(reply, rule->literal.text);
	case REPLY_HAS:
		return holds(reply, &rule->literal);
	case REPLY_ENDS:
		return text_ends_with(reply, rule->literal.text);
	}
	return false;
}

static void
apply_reply_rules(const struct pattern *pattern, struct record *record)
{
	for (size_t i = 0; i < pattern->reply_rule_count; i++) {
		const struct reply_rule *rule = &pattern->reply_rules[i];

		if (record->status == rule->from &&
		    reply_fits(rule, record->reply)) {
			record->status = (uint8_t)rule->to;
			return;
		}
	}
}

/* The id that ends `text`; empty when none does. */
static struct text
id_at_end(struct text text)
{
	size_t start = text.length;

	while (start > 0 && is_of_kind(text.data[start - 1], ID_BYTE))
		start--;
	text = text_slice(text, start, text.length);
	return text_slice(text, 0, pattern_id_length(text));
}

/* Haraka's ids are longer than others, and end with the bracket. */
static struct text
id_in_brackets(struct text text)
{
	size_t end = text_find_byte(text, ')');

	if (end == TEXT_NONE || end > BRACKETED_ID_LONGEST)
		return (struct text){ 0 };
	return text_slice(text, 0, end);
}

/* The queue id that the next hop gave the message, as its reply says. */
static struct text
queued_as(const struct pattern *pattern, struct text reply)
{
	for (size_t i = 0; i < pattern->queued_rule_count; i++) {
		const struct queued_rule *rule = &pattern->queued_rules[i];
		size_t at =
		    search_literal(reply.data, reply.length, &rule->literal);
		struct text id;

		if (at == TEXT_NONE)
			continue;
		if (rule->id_first)
			return id_at_end(text_slice(reply, 0, at));
		id = text_slice(
		    reply, at + rule->literal.text.length, reply.length);
		if (rule->in_brackets)
			return id_in_brackets(id);
		return text_slice(id, 0, pattern_id_length(id));
	}
	return (struct text){ 0 };
}

static int
run_regex(const struct pattern *pattern, struct matcher *matcher,
    struct text text, size_t start)
{
	PCRE2_SPTR subject = (PCRE2_SPTR)text.data;

	if (pattern->is_fast)
		return pcre2_jit_match(pattern->code, subject, text.length,
		    start, 0, matcher->data, matcher->context);
	return pcre2_match(pattern->code, subject, text.length, start, 0,
	    matcher->data, matcher->context);
}

/* Dashes are in the ids of other MTAs. */
static bool
is_seen_id(struct text id)
{
	return memchr(id.data, '-', id.length) == NULL;
}

static void
name_record(const struct pattern *pattern, struct record *record)
{
	record->mta = (uint8_t)pattern->mta;
	record->kind = (uint8_t)pattern->kind;
	record->scope = (uint8_t)pattern->scope;
}

bool
pattern_match(const struct pattern *pattern, struct matcher *matcher,
    struct text text, size_t id_length, struct record *record,
    struct pattern_extras *extras)
{
	struct text id = { text.data, id_length };
	struct text status = { 0 };
	struct text transport = { 0 };
	const size_t *ends;
	size_t start = 0;
	int count = 0;

	if (pattern->is_seen) {
		if (!is_seen_id(id))
			return false;
		record->queue_id = id;
		start = id_length + pattern->prefixes[0].text.length;
	}
	if (pattern->code == NULL) {
		if (pattern->is_whole && text.length > start)
			return false;
	} else {
		count = run_regex(pattern, matcher, text, start);
		if (count <= 0)
			return false;
	}
	ends = pcre2_get_ovector_pointer(matcher->data);
	for (size_t i = 0; i < pattern->group_count; i++) {
		unsigned number = pattern->groups[i].number;
		struct text value;

		if (number >= (unsigned)count ||
		    ends[(size_t)number * 2] == PCRE2_UNSET)
			continue;
		value = text_slice(text, ends[(size_t)number * 2],
		    ends[(size_t)number * 2 + 1]);
		if (pattern->groups[i].field == FIELD_STATUS)
			status = value;
		if (pattern->groups[i].field == FIELD_TRANSPORT)
			transport = value;
		set_field(record, extras, pattern->groups[i].field, value);
	}
	name_record(pattern, record);
	if (pattern->local_transports.length > 0 &&
	    globs_match(pattern->local_transports, transport))
		record->scope = RECORD_LOCAL;
	if (!decide_status(pattern, status, record))
		return false;
	apply_reply_rules(pattern, record);
	if (record->status == RECORD_DELIVERED &&
	    pattern->queued_rule_count > 0)
		record->next_queue_id = queued_as(pattern, record->reply);
	return true;
}
