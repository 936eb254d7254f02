/*
 * Text report: what a postmaster reads in the morning.
 *
 * One screen first: period, inputs and coverage, totals, rates with their
 * formulas, and what needs doing first.  Then failing domains, codes,
 * retries, outages, time of day, providers, relays, unclassified replies and
 * what was not counted.  A table shows the first rows of its order
 * (settings->top) and says how many it left out.
 *
 * Instants are UTC; hours of the day are those of the report's zone.
 */
#ifndef REPORT_TEXT_REPORT_H
#define REPORT_TEXT_REPORT_H

#include "report/terminal.h"
#include "report/view.h"

/* Appends the report to terminal->out. */
void
text_report_write(struct terminal *terminal, const struct report_view *view);

#endif
