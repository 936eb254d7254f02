/*
 * Line headers: what stands before the text of a log line.
 *
 * A format is a stanza of patterns/formats:
 *
 *     [syslog]
 *     stamp    rfc3164
 *     layout   {time} {host} {program}[{pid}]: {text}
 *     layout   {time} {host} {program}: {text}
 *     sample   Nov  3 01:02:03 mail postfix/smtp[123]: hello
 *     expect   host mail
 *
 * The first bytes of a line decide the kind of its stamp, and the layouts of
 * that kind are tried in the order of the files.  A layout is read from left
 * to right without going back; blanks in it stand for one or more blanks:
 *
 *     {time}        the stamp (scan/timestamp.h); comes first, and only a
 *                   layout with `within` may be without
 *     {host}        a word without '[' '=' '<' '"'; no colon that the layout
 *                   has behind it
 *     {program}     up to '[' ':' or blank; only up to a blank if one follows
 *     {pid}         digits
 *     {skip}        a word
 *     {structured}  structured data of RFC 5424, or -
 *     {text}        the rest; comes last
 *
 * Further keys: `within GLOB...`, see header_within; `program NAME` for layouts
 * that have none; `noise PREFIX`: a line without a stamp that begins so is
 * known and of no interest, as is every line that begins with a blank: it
 * continues the one before.  An `expect` names host, program, text or time
 * (UTC, the year of a stamp without one being 2000).  A sample that is noise
 * expects nothing.
 *
 * A header that names no program may stand before another one: that of a relay
 * of logs or of a container (docker, Kubernetes, docker compose).  The second
 * one then counts, with the stamp of the first if only that one tells the zone.
 * The name of a file, and the number of a line, may stand there too (grep).
 * Solaris's "[ID 197553 mail.info] " and RFC 5424's byte order mark are no part
 * of the text.
 */
#ifndef SCAN_HEADER_H
#define SCAN_HEADER_H

#include "base/diagnostic.h"
#include "scan/timestamp.h"

struct header_formats;

#define HEADER_TAG_BITS    6
#define HEADER_TAG_LONGEST 96

struct program;

/*
 * What stands between stamp and '[' or ':', the byte included, is the same in
 * line after line; what the layouts made of it before is taken again.
 */
struct header_tag {
	char bytes[HEADER_TAG_LONGEST];
	uint8_t length; /* 0 = a free slot */
	uint8_t kind; /* of the stamp */
	uint8_t layout; /* the one that fits, and how far it got */
	uint8_t element;
	bool ends_in_pid; /* what is left is "123]: " and the text */
	uint8_t host_start;
	uint8_t host_length;
	uint8_t program_start;
	uint8_t program_length;
	/* For programs_find; 0 in a new tag. */
	uint64_t turn;
	const struct program *program;
};

/* Texts borrow from the line, or (a program that is implied) the formats. */
struct header {
	struct text host; /* empty when the layout has none */
	struct text program; /* empty when the line names none */
	struct text pid; /* digits; empty when there are none */
	struct text text;
	const char *behind; /* the stamp */
	struct stamp stamp;
	struct header_tag *tag; /* that of the memo, or NULL */
};

/* An RFC 3164 stamp without year or fraction, and a blank. */
#define HEADER_STAMP 16

/* What the last lines were like; all zero at the start. */
struct header_memo {
	struct stamp_memo stamps;
	bool has_last; /* these are of the line before */
	char stamp[HEADER_STAMP]; /* its stamp and a blank */
	struct stamp last;
	int64_t time; /* what the caller made of it; see header_parse */
	struct header_tag tags[1 << HEADER_TAG_BITS];
};

enum header_result {
	HEADER_FOUND,
	HEADER_NOISE, /* known not to be a log line */
	HEADER_NONE
};

/* Reads a file or a directory; mistakes go to `diagnostics`. */
struct header_formats *
header_formats_load(const char *path, struct diagnostics *diagnostics);
void header_formats_free(struct header_formats *formats);

/* The two parts of header_parse: nearly all lines need the first one only. */
enum header_result header_parse_first(const struct header_formats *formats,
    struct header_memo *memo, struct text line, struct header *header);
enum header_result header_parse_further(const struct header_formats *formats,
    struct header_memo *memo, struct text line, enum header_result result,
    struct header *header);

/* Texts that begin with '[' or a byte order mark may. */
static inline bool
header_may_have_marks(struct text text)
{
	return text.length > 0 &&
	    (text.data[0] == '[' || text.data[0] == '\xEF');
}

/*
 * Formats are constant and shared; the memo is the caller's.  memo->time is
 * INSTANT_NONE, unless the stamp is that of the line before: then it is what
 * the caller has put there.
 */
static inline enum header_result
header_parse(const struct header_formats *formats, struct header_memo *memo,
    struct text line, struct header *header)
{
	enum header_result result =
	    header_parse_first(formats, memo, line, header);

	if (result == HEADER_FOUND && header->program.length > 0 &&
	    !header_may_have_marks(header->text))
		return result;
	return header_parse_further(formats, memo, line, result, header);
}

/*
 * Some programs put a stamp of their own into the text, or a process id (Exim
 * by syslog).  Formats with `within GLOB...` are for these: header_within finds
 * the one of a program (NULL when there is none), header_unwrap cuts it off
 * *text, and is true, with *stamp filled in, if there was a stamp.
 */
struct header_inner;

const struct header_inner *
header_within(const struct header_formats *formats, struct text program);
bool header_unwrap(const struct header_inner *inner, struct stamp_memo *memo,
    struct text *text, struct stamp *stamp);

/* Proves the formats against their samples. */
void header_formats_check(
    const struct header_formats *formats, struct diagnostics *diagnostics);

#endif
