/*
 * Redactor: local parts of addresses replaced by a keyed hash.
 *
 * A local part becomes 16 lower-case hexadecimal digits, the SipHash of its
 * bytes as logged; domains, hosts and queue ids stay.  Equal local parts give
 * equal hashes, so that every count and every list stays as it was, tonight
 * and in all nights that use the same key file.  Who has the key can try
 * names; who has not cannot.
 *
 * It is done where records are made, behind the classifier and before
 * anything is kept: nothing behind it ever sees a local part.  A redactor
 * may be shared by threads.
 */
#ifndef RUN_REDACTOR_H
#define RUN_REDACTOR_H

#include "scan/joins.h"

/* Bytes of a key file. */
#define REDACTOR_KEY_MINIMUM 16
#define REDACTOR_KEY_MAXIMUM (1024 * 1024)

struct redactor;

/* With the content of a key file, at least REDACTOR_KEY_MINIMUM bytes. */
struct redactor *redactor_new(struct text secret);
void redactor_free(struct redactor *redactor);

/* NULL, with an error added, when the file is unreadable or of wrong size. */
struct redactor *
redactor_load(const char *path, struct diagnostics *diagnostics);

/*
 * Rewrites what the batch holds; new texts live in its arena.
 *
 * - sender, recipient: what stands before the last at sign; without one all
 *   of it (names of mailboxes, pipes and files).
 * - reply, relay_host: the local part of every address, see local_parts.h.
 *   In the reply also the record's own local parts where they stand alone as
 *   words of three letters or more, in any case: "user bob is unknown"; also
 *   names that they enclose: user+detail, user%domain, SRS, BATV, VERP.
 * - diagnostics: lose the log line, and keep file and line number.
 *
 * A text may grow to six times its length.
 */
void redactor_batch(const struct redactor *redactor, struct scan_batch *batch);

/*
 * A record that was joined from redacted ones: only now is it known whose local
 * part its reply, here as logged, may hold.
 */
void redactor_joined(const struct redactor *redactor,
    struct joined_record *made, struct text reply, struct arena *arena);

#endif
