/*
 * Recipients: several addresses in one field, as Sendmail logs those that went
 * out in one transaction (sendmail/deliver.c, logdelivery):
 *
 *     to=<a@example.com>,<"b, c"@example.com>,user
 *     to="Doe, J" <a@example.com>,b@example.com (Roe, J)
 */
#ifndef SCAN_RECIPIENTS_H
#define SCAN_RECIPIENTS_H

#include "base/arena.h"

/*
 * An address as it was before Sendmail's sm_syslog escaped it: \\ is a
 * backslash, \ooo (octal) any byte.  The result is in the arena, or `text`
 * itself when there is nothing to decode.
 */
struct text decode_octal(struct text text, struct arena *arena);

/* qmail writes the blanks of a reply as '_' (qmail-send.c); in the arena. */
struct text decode_underscores(struct text text, struct arena *arena);

/* Cuts the next address, without <>, names and comments, off *rest; false at
 * the end. */
bool recipients_next(struct text *rest, struct text *recipient);

#endif
