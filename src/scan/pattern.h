/*
 * Pattern: one compiled stanza of patterns/mta (see scan/pattern_set.h).
 * Private to the scan stage.  Patterns are constant after loading; a matcher
 * belongs to one thread.
 */
#ifndef SCAN_PATTERN_H
#define SCAN_PATTERN_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/search.h"
#include "base/stanza.h"
#include "scan/batch.h"
#include "scan/header.h"
#include "scan/pattern_set.h"
#include "scan/record.h"
#include "scan/record_format.h"

/* Names of groups, in the order of pattern_field_names. */
enum pattern_field {
	FIELD_INSTANCE,
	FIELD_QUEUE_ID,
	FIELD_NEXT_QUEUE_ID,
	FIELD_SENDER,
	FIELD_RECIPIENT,
	FIELD_RECIPIENTS,
	FIELD_RELAY_HOST,
	FIELD_RELAY_IP,
	FIELD_RELAY_PORT,
	FIELD_DELAY,
	FIELD_ENHANCED_CODE,
	FIELD_STATUS,
	FIELD_REPLY,
	FIELD_TRANSPORT,
	FIELD_KEY,
	FIELD_DOMAIN,
	FIELD_PART,
	FIELD_COUNT
};
#define PATTERN_FIELDS 18

/* Groups that are no fields of a record. */
struct pattern_extras {
	struct text recipients;
	struct text key; /* for scan/joins.h, as are the others */
	struct text domain;
	struct text part;
	struct text count;
};

enum decode_kind { DECODE_NOTHING, DECODE_OCTAL, DECODE_UNDERSCORES };

#define PATTERN_LITERALS 4
#define PATTERN_GROUPS   32

struct pattern_prefix {
	struct text text; /* behind the id, if there is one */
	bool has_id;
};

struct status_rule {
	enum record_status status;
	struct text word; /* "*" is any; empty: even when none was captured */
};

struct kind_rule {
	enum record_kind kind;
	struct text word;
};

enum reply_place { REPLY_STARTS, REPLY_HAS, REPLY_ENDS };

struct reply_rule {
	enum record_status from;
	enum record_status to;
	struct search_literal literal;
	enum reply_place place;
};

/* The id of the next hop stands behind or before this text of a reply. */
struct queued_rule {
	struct search_literal literal;
	bool id_first;
	bool in_brackets; /* the id ends at ')' */
};

struct pattern {
	const struct stanza *stanza;
	enum record_mta mta;
	enum record_kind kind;
	enum record_kind also;
	enum record_scope scope;
	enum join_kind join;
	enum decode_kind decode;
	bool has_record; /* false: `record none` */
	bool has_also;
	bool is_suspect;
	bool is_fast; /* compiled to machine code */
	/*
	 * The pattern begins with an id and the one prefix, which are not
	 * looked at again: `code` is for what follows them.  If nothing does,
	 * or (is_whole) only the end, there is no code.
	 */
	bool is_seen;
	bool is_whole;
	struct pattern_prefix prefixes[PATTERN_LITERALS]; /* any of them */
	size_t prefix_count;
	struct search_literal literals[PATTERN_LITERALS];
	size_t literal_count;
	pcre2_code *code; /* NULL: a suspect, or see is_seen */
	struct {
		uint8_t field; /* enum pattern_field */
		uint8_t number;
	} groups[PATTERN_GROUPS];
	size_t group_count;
	struct text programs; /* the globs, as words */
	struct text local_transports; /* the same, for `transport` */
	struct status_rule *status_rules;
	size_t status_rule_count;
	struct kind_rule *kind_rules;
	size_t kind_rule_count;
	struct reply_rule *reply_rules;
	size_t reply_rule_count;
	struct queued_rule *queued_rules;
	size_t queued_rule_count;
};

struct pattern_set {
	struct header_formats *formats;
	struct record_formats records;
	struct stanza_file file;
	struct pattern *patterns;
	size_t count;
	size_t capacity;
	struct arena arena;
};

extern const char *const pattern_field_names[PATTERN_FIELDS];

/*
 * Compiles a stanza; false, and diagnostics, when it is no good.  `macros` is
 * the stanza [macros] of its file, or NULL.
 */
bool pattern_compile(struct pattern *pattern, const struct stanza *stanza,
    const struct stanza *macros, struct arena *arena,
    struct diagnostics *diagnostics);
void pattern_release(struct pattern *pattern);

/* Is this pattern for lines of that program? */
bool pattern_takes_program(const struct pattern *pattern, struct text program);

struct matcher;

/* Scratch memory for matching; one for each thread. */
struct matcher *matcher_new(void);
void matcher_free(struct matcher *matcher);

/* Length of the id at the start of `text`, for pattern_may_match; or 0. */
size_t pattern_id_length(struct text text);

/* The guards: prefix and literals.  All there is to a suspect. */
bool pattern_may_match(
    const struct pattern *pattern, struct text text, size_t id_length);

/*
 * Does the pattern take the text?  pattern_may_match said yes.  Fills in the
 * fields that the text gives and kind, status, scope and mta; also when the
 * answer is no.  The groups that are no fields go to *extras, which is all
 * zero before.
 */
bool pattern_match(const struct pattern *pattern, struct matcher *matcher,
    struct text text, size_t id_length, struct record *record,
    struct pattern_extras *extras);

#endif
