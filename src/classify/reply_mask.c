#include "classify/reply_scan.h"

/*
 * Nothing, digits, letters, "-._", other bytes of local parts, others of URLs,
 * past ASCII.
 */
#define N 0
#define D                                                                      \
	(SCAN_DIGIT | SCAN_ALNUM | SCAN_ID | SCAN_HOST | SCAN_LOCAL | SCAN_URL)
#define L (SCAN_ALNUM | SCAN_ID | SCAN_HOST | SCAN_LOCAL | SCAN_URL)
#define H (SCAN_ID | SCAN_HOST | SCAN_LOCAL | SCAN_URL)
#define P (SCAN_LOCAL | SCAN_URL)
#define U SCAN_URL
#define W (SCAN_HOST | SCAN_LOCAL | SCAN_URL)

/* clang-format off */
const uint8_t scan_traits[256] = {
	N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N,
	N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N,
	N, P, N, P, P, P, P, U, N, N, P, P, U, H, H, U,
	D, D, D, D, D, D, D, D, D, D, U, U, N, P, N, P,
	U, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, N, N, N, P, H,
	P, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, P, P, P, P, U,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
};
/* clang-format on */

#undef N
#undef D
#undef L
#undef H
#undef P
#undef U
#undef W

static bool
is_local_part_byte(char byte)
{
	return scan_has_trait(byte, SCAN_LOCAL);
}

/* How far back an address is looked for (RFC 5321 allows 64). */
#define LOCAL_PART_MAXIMUM ((size_t)256)

/* Takes back what was written of an address, and skips the rest of it. */
void
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

/* At '<' and '"': "<@" is written, and what comes next is '>'. */
bool
scan_quoted_address(struct scan *scan)
{
	struct text rest = text_slice(rest_of(scan), 0, 2 * LOCAL_PART_MAXIMUM);
	size_t end = 2;

	while (end < rest.length && rest.data[end] != '"')
		end += rest.data[end] == '\\' ? 2 : 1;
	end++;
	if (end >= rest.length || rest.data[end] != '@')
		return false;
	end++;
	while (end < rest.length && is_host_byte(rest.data[end]))
		end++;
	if (end >= rest.length || rest.data[end] != '>')
		return false;
	put(scan, '<');
	put(scan, '@');
	scan->at += end;
	return true;
}

/* A URL, of which the scheme is written and "://" comes next: as it is. */
void
scan_url(struct scan *scan)
{
	size_t end = scan->at + 3;

	while (end < scan->length && scan_has_trait(scan->in[end], SCAN_URL))
		end++;
	memcpy(scan->out + scan->used, scan->in + scan->at, end - scan->at);
	scan->used += end - scan->at;
	scan->at = end;
}

void
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
void
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
void
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

/* UTF-8 quotes, dashes and the no-break space as what they stand for. */
void
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
