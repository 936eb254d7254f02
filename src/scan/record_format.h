/*
 * Record formats: logs whose lines are records with named values (JSON lines,
 * CSV with a header line) rather than texts behind a stamp.  Private to the
 * scan stage; constant after loading and shared by all threads.
 *
 * They are data in patterns/mta, beside the patterns.  One stanza tells how
 * the lines are written and where the values stand, the others each take
 * one type of record:
 *
 *     [kumomta]
 *     syntax   json
 *     mta      kumomta
 *     type_at  type
 *     field    time {timestamp}
 *     field    reply {response.code} {response.content}
 *
 *     [kumomta-delivery]
 *     of       kumomta
 *     type     Delivery
 *     record   attempt
 *     status   delivered
 *     sample   {"type":"Delivery",...}
 *     expect   recipient user@example.com
 *
 * Keys of the first kind of stanza:
 *   syntax json   a line is an object; a path is names joined by dots; of an
 *                 array of strings a recipient takes all, other fields the
 *                 first
 *   syntax csv    a row is RFC 4180 fields, of several lines if a quoted one
 *                 has newlines; a path is a column's name; a header line holds
 *                 for the rows below it in its file
 *   mta           name in the output (record_mta_name)
 *   type_at PATH  where the type of a record stands; in CSV the first column
 *   columns NAMES the header line of a file that comes without one
 *   key PATHS     the queue id is made up from these values, for an MTA that
 *                 logs none; the same on every run and machine
 *   strip TEXT    cut off the front of the reply
 * and of the second:
 *   of NAME       the stanza above that holds the rest
 *   type WORDS    types of record it takes; the first stanza that does wins
 *   when PATH WORDS    only if the value is one of the words; '*' in them is any
 *                 run of bytes
 *   without PATH  only if there is no such value
 *   local PATH WORDS   scope local if the value is one of the words
 *   record KIND, status STATUS, sample, expect   as in scan/pattern_set.h; an
 *                 `expect` names a field, kind, status, scope, next_queue_id
 *                 or delay
 *   reply_starts FROM TO TEXT, reply_has FROM TO TEXT
 *                 status FROM becomes TO if the reply starts with the text or
 *                 holds it
 *   queued_as TEXT     behind it in the reply of a delivered attempt stands
 *                 next_queue_id
 * and of both:
 *   field NAME TEMPLATE   {PATH} in it is replaced by the value.  Of several
 *                 templates for one field the first counts whose paths are all
 *                 there; those of the second kind of stanza go first.  Names:
 *                 time arrived host queue_id sender recipient relay_host
 *                 relay_ip enhanced_code reply.  relay_host is the first word,
 *                 relay_ip the address in parentheses if there are any
 *
 * Types that no stanza takes are of no interest.
 */
#ifndef SCAN_RECORD_FORMAT_H
#define SCAN_RECORD_FORMAT_H

#include "base/stanza.h"
#include "scan/record.h"

enum record_field {
	RECORD_FIELD_TIME,
	RECORD_FIELD_ARRIVED,
	RECORD_FIELD_HOST,
	RECORD_FIELD_QUEUE_ID,
	RECORD_FIELD_SENDER,
	RECORD_FIELD_RECIPIENT,
	RECORD_FIELD_RELAY_HOST,
	RECORD_FIELD_RELAY_IP,
	RECORD_FIELD_ENHANCED_CODE,
	RECORD_FIELD_REPLY
};
#define RECORD_FIELDS 10

/* Different paths of one syntax. */
#define RECORD_PATHS 48

enum record_syntax_kind { RECORD_JSON, RECORD_CSV };

/* A text, and behind it the value at a path. */
struct template_part {
	struct text literal;
	uint8_t path; /* number; RECORD_PATHS = none */
};

struct field_template {
	enum record_field field;
	struct template_part *parts;
	size_t count;
};

struct template_list {
	struct field_template *items;
	size_t count;
	size_t capacity;
};

struct record_syntax {
	const struct stanza *stanza;
	enum record_syntax_kind kind;
	enum record_mta mta;
	struct text paths[RECORD_PATHS]; /* the first one leads to the type */
	size_t path_count;
	uint8_t key[RECORD_PATHS]; /* numbers of paths */
	size_t key_count;
	struct text columns;
	struct text strip;
	struct template_list templates;
};

enum condition_kind { CONDITION_WHEN, CONDITION_WITHOUT, CONDITION_LOCAL };

struct record_condition {
	enum condition_kind kind;
	uint8_t path;
	struct text words;
};

struct record_reply_rule {
	enum record_status from;
	enum record_status to;
	struct text text;
	bool at_start;
};

struct record_format {
	const struct stanza *stanza;
	struct record_syntax *syntax;
	struct text types; /* words */
	struct record_condition *conditions;
	size_t condition_count;
	size_t conditions_capacity;
	struct record_reply_rule *reply_rules;
	size_t reply_rule_count;
	size_t reply_rules_capacity;
	struct text queued_as; /* empty: none */
	enum record_kind kind;
	enum record_status status;
	bool has_record; /* false: `record none` */
	struct template_list templates;
};

struct record_formats {
	struct record_syntax **syntaxes;
	size_t syntax_count;
	size_t syntaxes_capacity;
	struct record_format **items;
	size_t count;
	size_t capacity;
};

extern const char *const record_field_names[RECORD_FIELDS];

/* Embedded in its owner. */
void record_formats_init(struct record_formats *formats);
void record_formats_release(struct record_formats *formats);

/*
 * Takes a stanza, which must outlive the formats; false for one that is a
 * pattern.  Mistakes go to `diagnostics`, and the stanza has no effect then.
 */
bool record_formats_add(struct record_formats *formats,
    const struct stanza *stanza, struct diagnostics *diagnostics);

/* Is `word` one of the words (base/text.h) in `words`? */
bool record_words_have(struct text words, struct text word);

/* Proves the formats against their samples. */
void record_formats_check(
    const struct record_formats *formats, struct diagnostics *diagnostics);

#endif
