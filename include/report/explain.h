/*
 * Explain: a code or a verdict as a page of plain text.
 *
 * What `bouncestat explain` prints: lines of at most `columns` bytes (at
 * least 40 are used), no colour, LF at the end of each.  Bytes of a reply
 * that are not printable ASCII are escaped as \xNN.
 */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include "base/buffer.h"
#include "classify/catalogue.h"

/*
 * Appends all that the catalogue knows of a code, in any of the forms that
 * catalogue_find takes.  A code that is not registered is explained by its
 * subject and class, and the page says so.  False, and nothing appended, when
 * `code` is no code: the caller then takes it for a reply text.
 */
bool explain_code(struct buffer *out, const struct catalogue *catalogue,
    struct text code, unsigned columns);

/*
 * Appends what was found in a reply (codes, origin, class, category, action,
 * and the rule that decided; `rule` empty = none did), then the page of its
 * code in brief, and those of provider's codes in its text (at most three).
 * What to do is that of the code if it means the same as the text, otherwise
 * that of a code that does.
 */
void explain_verdict(struct buffer *out, const struct catalogue *catalogue,
    struct text reply, const struct verdict *verdict, struct text rule,
    unsigned columns);

#endif
