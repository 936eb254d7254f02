/*
 * How findings are put together.
 */
#ifndef REPORT_FINDINGS_BUILD_H
#define REPORT_FINDINGS_BUILD_H

#include "report/findings.h"
#include "report/places.h"

/* Names shown before "and N more". */
#define FINDINGS_NAMES 3

/* The parts of a finding while it is written. */
struct finding_draft {
	struct buffer what;
	struct buffer action;
	struct buffer command;
	struct text reply;
};

void finding_begin(struct finding_draft *draft);

/* Adds it to the findings and releases the draft. */
void finding_end(struct findings *findings, struct finding_draft *draft,
    uint64_t deliveries);

/* "google 120, example.net 80 and 3 more" (tries). */
void finding_append_places(struct buffer *out, const struct findings *findings,
    const struct place *places, size_t count);

/* "5.7.1, 5.7.25" in parentheses, with a blank before; nothing for none. */
void finding_append_codes(struct buffer *out, const struct places *places);

/* "since 2026-11-22 01:10Z, last 2026-11-22 06:00Z" */
void finding_append_period(
    struct buffer *out, int64_t first_event, int64_t last_event);

/* A name from a log. */
void finding_append_name(
    struct buffer *out, const struct findings *findings, struct text name);

/* Each module adds what it knows. */
void findings_add_outages(struct findings *findings);
void findings_add_failures(struct findings *findings);

#endif
