/*
 * Changes: a day against the same weekday of the weeks before.
 *
 * What is compared are deliveries that have ended (delivered, bounced,
 * expired); a failure is one that bounced or expired.
 *
 *   new        at least CHANGES_FAILURES failures today, none on the days
 *              before
 *   recovered  mail and no failure today, at least CHANGES_FAILURES failures
 *              on the days before, the latest of them included
 *   higher, lower
 *              the bounce rate is outside of what it was on each of the days
 *              before, with at least CHANGES_DELIVERIES deliveries today and
 *              before, and CHANGES_FAILURES failures more (or fewer) than the
 *              rate before would give
 *
 * and in all cases that is no accident: the proportions of today and of the
 * days before are more than CHANGES_DEVIATIONS standard errors apart
 * (two-proportion z-test with the pooled rate), so that five mails raise no
 * alarm.  Only a domain that had no mail before needs no such test.
 */
#ifndef REPORT_CHANGES_H
#define REPORT_CHANGES_H

#include "base/pool.h"
#include "report/terminal.h"
#include "tally/tally.h"

#define CHANGES_DAYS       4 /* that a day is compared to, at most */
#define CHANGES_FAILURES   5
#define CHANGES_DELIVERIES 20
#define CHANGES_DEVIATIONS 3

enum change_kind {
	CHANGE_NONE,
	CHANGE_NEW,
	CHANGE_HIGHER,
	CHANGE_LOWER,
	CHANGE_RECOVERED
};

/* Ended deliveries and the failed ones among them. */
struct change_figures {
	uint64_t failed;
	uint64_t ended;
};

struct change {
	enum change_kind kind;
	struct text domain; /* empty for all mail; lives as the pool */
	struct change_figures today;
	struct change_figures before; /* of all those days together */
	struct change_figures lowest; /* day with the lowest rate */
	struct change_figures highest;
};

struct changes {
	int64_t day; /* days since 1970; local */
	size_t day_count; /* days before; 0 = there is nothing to compare */
	bool same_weekday; /* else: the days right before */
	struct change all; /* of all mail, also when nothing changed */
	struct change *items; /* by kind, then by failures, then by domain */
	size_t count;
};

struct changes_day {
	int64_t day;
	const struct tally *tally;
};

/* `before`: the latest first, at most CHANGES_DAYS. */
void changes_find(struct changes *changes, const struct changes_day *today,
    const struct changes_day *before, size_t before_count, bool same_weekday,
    const struct pool *names);
void changes_release(struct changes *changes);

/* A section of the text report, `top` rows at most; says what it compares. */
void changes_print(
    struct terminal *terminal, const struct changes *changes, unsigned top);

#endif
