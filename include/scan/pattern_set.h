/*
 * Pattern set: everything under patterns/ that knows what log lines look like,
 * namely patterns/formats (line headers, see scan/header.h) and patterns/mta
 * (records).  Made once, constant and shared by all threads afterwards.
 *
 * Stanzas of patterns/mta with a key `syntax` or `of` are about lines that are
 * records with named values (JSON, CSV): see src/scan/record_format.h.  Any
 * other takes one shape of line of one MTA:
 *
 *     [postfix-removal]
 *     mta      postfix
 *     program  postfix/qmgr
 *     record   removal
 *     prefix   {id}: removed
 *     pattern  ^(?<queue_id>{{id}}): removed$
 *     sample   4dgqCr1T8Lz1cbbf: removed
 *     expect   queue_id 4dgqCr1T8Lz1cbbf
 *
 *   mta           name in the output (record_mta_name)
 *   program       globs for the program of the line header, '*' only; one that
 *                 starts with '!' takes programs out
 *   record KIND [WORD...]
 *                 kind of the record (record_kind_name); with words: the kind
 *                 when `status` captured one of them.  The kind "none" makes
 *                 no record; the line is recognised
 *   also KIND     makes a second record, about next_queue_id (a notification:
 *                 about both)
 *   scope SCOPE [GLOB...]
 *                 remote (default) or local; with globs: local when one of
 *                 them matches what `transport` captured
 *   prefix TEXT   what the text begins with; {id} stands for 5 to 32 letters,
 *                 digits or '-'.  The cheapest guard, checked first; with
 *                 several lines (up to four) any of them
 *   literal TEXT  must be in the text; up to four of them
 *   pattern REGEX PCRE2, no UTF, '.' takes every byte, '$' the end of the text
 *                 only, unnamed groups do not capture.  {{name}} is replaced by
 *                 the regex that a line `macro name REGEX` of the stanza
 *                 [macros] of the same file gives, in which those above it
 *                 may be used.  Names of groups: instance queue_id
 *                 next_queue_id sender recipient recipients relay_host
 *                 relay_ip relay_port delay enhanced_code status reply
 *                 transport; others start with '_'.  With recipients there is
 *                 a record for each address in the list
 *   status STATUS [WORD...]
 *                 status (record_status_name) when `status` captured one of the
 *                 words; '*' is any word; without words: always.  When no line
 *                 decides, the stanza does not take the text
 *   reply_starts FROM TO TEXT, also reply_has, reply_ends
 *                 status FROM becomes TO when the reply starts with, holds or
 *                 ends with the text
 *   queued_as TEXT
 *                 what stands around next_queue_id in the reply of a delivered
 *                 attempt: the text starts or ends with {id}, or the id follows
 *                 behind a blank
 *   decode octal  addresses have \\ for a backslash and \ooo for other bytes
 *   decode underscores
 *                 the reply has '_' for blanks
 *   join NAME     the record is made with what other lines say; the names are
 *                 in scan/joins.h.  For them are the groups key, domain,
 *                 part and count
 *   suspect yes   has no pattern: a text with this prefix and these literals
 *                 that no other stanza took looks like a delivery: unmatched
 *   sample TEXT, expect NAME VALUE
 *                 a text behind the header, in a line of the program that the
 *                 first glob gives with the MTA's name for '*', and what its
 *                 record must hold.  Names: kind, scope, and those of the
 *                 groups (delay in milliseconds; transport shows as scope)
 */
#ifndef SCAN_PATTERN_SET_H
#define SCAN_PATTERN_SET_H

#include "base/diagnostic.h"

struct pattern_set;

/*
 * Reads `formats` and `mta` below the directory.  Never NULL: with errors in
 * `diagnostics` the set holds what was good.
 */
struct pattern_set *pattern_set_load(
    const char *patterns_directory, struct diagnostics *diagnostics);
void pattern_set_free(struct pattern_set *set);

/* Proves every format and pattern against its samples, and lints. */
void pattern_set_check(
    const struct pattern_set *set, struct diagnostics *diagnostics);

#endif
