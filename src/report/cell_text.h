/*
 * Cell text: how a text stands in a cell of a format.
 *
 * The rules are in report/row_writer.h.  Nearly all texts stand as they are,
 * which is seen by a look at eight bytes at once.
 */
#ifndef REPORT_CELL_TEXT_H
#define REPORT_CELL_TEXT_H

#include "base/text.h"
#include "report/settings.h"

/* What the bytes of a text ask for; not 0 when one of them does. */
struct cell_text_look {
	uint64_t special; /* its characters are put one by one */
	uint64_t comma;
};

struct cell_text_look cell_text_look(struct text text);

/* The longest that cell_text_put may make of it. */
size_t cell_text_room(struct text text, struct cell_text_look look);

/*
 * Puts a text that is not empty, with its quotes; `raw`: without the guard
 * against formulas.  Returns where the next byte goes.
 */
char *cell_text_put(char *to, struct text text, struct cell_text_look look,
    enum settings_format format, bool raw);

#endif
