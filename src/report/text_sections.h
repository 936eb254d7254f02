/*
 * The sections of the text report, and what the page of a domain shares.
 */
#ifndef REPORT_TEXT_SECTIONS_H
#define REPORT_TEXT_SECTIONS_H

#include "report/text_report.h"
#include "report/text_table.h"

/* text_summary.c */
void section_summary(struct terminal *terminal, const struct report_view *view);
void
section_findings(struct terminal *terminal, const struct report_view *view);
void
section_not_counted(struct terminal *terminal, const struct report_view *view);

/* text_failures.c */
void section_domains(struct terminal *terminal, const struct report_view *view);
void section_codes(struct terminal *terminal, const struct report_view *view);
void
section_providers(struct terminal *terminal, const struct report_view *view);
void section_relays(struct terminal *terminal, const struct report_view *view);
void
section_unclassified(struct terminal *terminal, const struct report_view *view);

/* text_retries.c */
void section_retries(struct terminal *terminal, const struct report_view *view);

/* text_outages.c */
void section_outages(struct terminal *terminal, const struct report_view *view);
void
section_time_of_day(struct terminal *terminal, const struct report_view *view);

/* "  2 codes left out", or nothing. */
void print_left_out(struct terminal *terminal, size_t count,
    const char *singular, const char *plural);

/* Prints the table, or "  none" when it is empty, and what was left out. */
void print_top(struct terminal *terminal, const struct text_table *table,
    size_t all, const char *singular, const char *plural);

/* "Filter         --code 4.3.2": the filters, when there are any. */
void print_filter(struct terminal *terminal, const struct report_view *view);

/* delivered, bounced, expired of these outcomes as a sentence of its own. */
void print_resolution(
    struct terminal *terminal, const char *label, struct quantile *resolution);
void print_retry_rate(
    struct terminal *terminal, const char *label, const uint64_t *outcomes);
void print_outcomes(struct terminal *terminal, const struct tally_stats *stats);

/* "; relays mx1.example.com, mx2.example.com": those of an outage. */
void append_incident_relays(struct terminal *terminal,
    const struct report_view *view, const struct incident *incident,
    struct buffer *text);

#endif
