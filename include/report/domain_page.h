/*
 * Domain page: the story of one recipient domain on one screen.
 *
 * Totals and rates, what to do now, codes with a real reply of each, how many
 * addresses are hit, relays and which of them fails, outages, retries, time
 * of day, the last deliveries.
 */
#ifndef REPORT_DOMAIN_PAGE_H
#define REPORT_DOMAIN_PAGE_H

#include "report/domain_watch.h"
#include "report/terminal.h"
#include "report/view.h"

/*
 * Appends the page of the domain `name` (lower case).  `watch` is what was
 * seen of it in the logs, NULL when none were read: the page then leaves out
 * what only that knows.  False when the view does not have that domain: the
 * page then says so and names those that are written much like it.
 */
bool
domain_page_write(struct terminal *terminal, const struct report_view *view,
    struct text name, const struct domain_watch *watch);

#endif
