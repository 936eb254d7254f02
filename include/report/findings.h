/*
 * Findings: what needs doing first.
 *
 * Each is something that happened and that somebody can act on: an outage
 * that goes on, a block, failing authentication, dead addresses, mail that
 * was given up, replies that nobody knows.  They come by the number of
 * deliveries that they hit, so that the first line of the morning is the one
 * that matters most.
 *
 * Texts are printable and live as long as the findings.
 */
#ifndef REPORT_FINDINGS_H
#define REPORT_FINDINGS_H

#include "base/arena.h"
#include "report/view.h"

struct finding {
	uint64_t deliveries; /* that it hit: the rank */
	struct text what; /* what happened, where and since when */
	struct text reply; /* one real reply; may be empty */
	struct text action;
	struct text command; /* shows more */
};

struct findings {
	const struct report_view *view;
	struct arena arena;
	bool utf8;
	struct finding *items;
	size_t count;
	size_t capacity;
};

/* `utf8`: texts may hold more than ASCII. */
void findings_init(
    struct findings *findings, const struct report_view *view, bool utf8);
void findings_release(struct findings *findings);

#endif
