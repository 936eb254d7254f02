/*
 * Alerts: conditions on a report, as --fail-if gives them.
 *
 *     METRIC OP NUMBER                     of all that is counted
 *     domain:NAME:METRIC OP NUMBER         also provider:, sender:
 *     category:NAME OP NUMBER              failed attempts; also code:
 *
 * OP is one of > >= < <= =, NUMBER a decimal, or a percentage (5%).  Blanks
 * around OP are allowed.  A rate of nothing (no delivery has ended) is no
 * number: no condition on it holds.  What is not in the report counts 0.
 */
#ifndef REPORT_ALERTS_H
#define REPORT_ALERTS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/diagnostic.h"
#include "report/view.h"

struct alerts {
	struct alert *items;
	size_t count;
	struct arena arena; /* names of domains */
};

/*
 * Reads the expressions, which must outlive the alerts.  False, with an error
 * added for each that is none.
 */
bool alerts_parse(struct alerts *alerts, const struct settings_list *list,
    struct diagnostics *diagnostics);
void alerts_release(struct alerts *alerts);

/*
 * Appends a line to `out` for each condition that holds, with the figures;
 * returns how many do.
 */
size_t alerts_check(const struct alerts *alerts, const struct report_view *view,
    struct buffer *out);

#endif
