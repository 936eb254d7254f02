/*
 * The layout of an explained page: wrapped paragraphs, fields, lists.
 *
 * `columns` is the width in bytes; words longer than a line are cut.
 */
#ifndef REPORT_EXPLAIN_PAGE_H
#define REPORT_EXPLAIN_PAGE_H

#include "base/buffer.h"
#include "classify/catalogue.h"

#define PAGE_LABEL_WIDTH 12

/* A paragraph behind `lead`, which stands at the left of its first line. */
void page_add_paragraph(
    struct buffer *out, size_t columns, const char *lead, struct text words);

/* "  Class       soft - temporary: ..." */
void page_add_field(
    struct buffer *out, size_t columns, const char *label, struct text value);

/* An empty line, and the heading. */
void page_add_heading(struct buffer *out, const char *heading);

/* A heading and a paragraph for each value; nothing when there is none. */
void page_add_list(struct buffer *out, size_t columns, const char *heading,
    const char *lead, const struct catalogue_values *values);

#endif
