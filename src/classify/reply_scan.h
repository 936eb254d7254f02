/*
 * Reply scan: one pass over the text of a failure, from raw to normalised.
 *
 * What the parts of reply_parse share.  Each scan_ function is called at a byte
 * of its kind, writes what that stands for, and moves `at` past what it read.
 */
#ifndef CLASSIFY_REPLY_SCAN_H
#define CLASSIFY_REPLY_SCAN_H

#include <string.h>

#include "classify/reply.h"

/* What has been read and written so far. */
struct scan {
	const char *in;
	size_t length;
	size_t at; /* next byte of `in` */
	char *out;
	size_t used;
	size_t inner; /* offset in `out` where the innermost reply starts */
	size_t code_end; /* offset in `out` behind the latest reply code */
	size_t word_end; /* in `in`: up to here goes a word that is no id */
	struct reply_codes first;
	struct reply_codes current;
	bool has_lines; /* the current reply began with "550-" */
	bool host_said;
	unsigned introductions;
	enum reply_stage stage;
};

static inline struct text
rest_of(const struct scan *scan)
{
	return (struct text){ scan->in + scan->at, scan->length - scan->at };
}

static inline struct text
written(const struct scan *scan)
{
	return (struct text){ scan->out, scan->used };
}

static inline void
put(struct scan *scan, char byte)
{
	scan->out[scan->used++] = byte;
}

/* A blank, unless one stands there or the text has not begun. */
static inline void
put_blank(struct scan *scan)
{
	if (scan->used > 0 && scan->out[scan->used - 1] != ' ')
		put(scan, ' ');
}

static inline bool
begins_with(struct text text, const char *word)
{
	size_t length = strlen(word);

	return text.length >= length && memcmp(text.data, word, length) == 0;
}

static inline bool
ends_with(struct text text, const char *word)
{
	size_t length = strlen(word);

	return text.length >= length &&
	    memcmp(text.data + text.length - length, word, length) == 0;
}

/*
 * What a byte may be part of.  A table, since whether the next byte of an id
 * is a letter or a digit is what no processor can foretell: with comparisons,
 * ids took half of the time of all that is read.
 */
#define SCAN_DIGIT 1U
#define SCAN_ALNUM 2U
#define SCAN_ID    4U
#define SCAN_HOST  8U
#define SCAN_LOCAL 16U
#define SCAN_URL   32U
extern const uint8_t scan_traits[256];

static inline bool
scan_has_trait(char byte, unsigned trait)
{
	return (scan_traits[(unsigned char)byte] & trait) != 0;
}

/* A byte of a host name. */
static inline bool
is_host_byte(char byte)
{
	return scan_has_trait(byte, SCAN_HOST);
}

/* The codes of the current reply become those of the first that has any. */
void scan_keep_first(struct scan *scan);

/* What comes next is the start of a reply inside what came before. */
void scan_start_inner(struct scan *scan);

/* A run of digits and full stops: a code, an id or a number. */
void scan_number(struct scan *scan);

void scan_address(struct scan *scan);

/* One in '<' whose local part is quoted; false when it is none. */
bool scan_quoted_address(struct scan *scan);

void scan_url(struct scan *scan);
void scan_bracket(struct scan *scan);
void scan_backslash(struct scan *scan);
void scan_hash(struct scan *scan);
void scan_wide(struct scan *scan);

#endif
