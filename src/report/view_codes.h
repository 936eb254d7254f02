/*
 * The parts of a view that add up causes: codes, categories, most frequent.
 */
#ifndef REPORT_VIEW_CODES_H
#define REPORT_VIEW_CODES_H

#include "report/view.h"

/* Fill view->codes and view->categories; the causes must be listed. */
void view_list_codes(struct report_view *view);
void view_list_categories(struct report_view *view);

#endif
