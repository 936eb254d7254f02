#include "base/enhanced_code.h"
#include "report/command_line.h"
#include "report/findings.h"
#include "report/text_sections.h"

/* A quieter time between two lines is no gap in the logs. */
#define GAP_LEAST ((int64_t)3600 * 1000)
#define GAPS_MOST 3

/* More than these would push the rest of the screen away. */
#define FINDINGS_FIRST 7
#define TOP_DEFAULT    10

/* Where the second line of a labelled paragraph starts. */
#define INDENT 15

static void
print_period(struct terminal *terminal, const struct report_view *view)
{
	const struct tally_totals *totals = &view->tally->totals;
	struct buffer text;

	buffer_init(&text, 0);
	if (totals->first_event == 0) {
		buffer_append_string(&text, "no record was counted");
	} else {
		buffer_append_time(&text, totals->first_event);
		buffer_append_string(&text, " to ");
		buffer_append_time(&text, totals->last_event);
		buffer_append_string(&text, " (");
		buffer_append_duration(&text,
		    (uint64_t)(totals->last_event - totals->first_event) /
			1000);
		buffer_append_format(&text,
		    "); times are UTC, hours of the day are %s",
		    zone_name(view->source->zone));
	}
	terminal_paragraph(
	    terminal, "Period         ", INDENT, buffer_text(&text));
	buffer_release(&text);
}

static void
print_warning(struct terminal *terminal, struct text text)
{
	if (terminal->color)
		buffer_append_string(terminal->out, "\033[31m");
	terminal_paragraph(terminal, "WARNING        ", INDENT, text);
	if (terminal->color)
		buffer_append_string(terminal->out, "\033[0m");
}

static void
warn_of_damage(struct terminal *terminal, const struct report_view *view)
{
	const struct report_source *source = view->source;
	struct buffer text;

	buffer_init(&text, 0);
	for (size_t i = 0; i < source->input_count; i++) {
		const struct report_input *input = &source->inputs[i];

		if (input->damage == NULL)
			continue;
		buffer_clear(&text);
		buffer_append_printable(
		    &text, text_of(input->path), 0, terminal->utf8);
		buffer_append_string(&text, ": ");
		buffer_append_printable(
		    &text, text_of(input->damage), 0, terminal->utf8);
		print_warning(terminal, buffer_text(&text));
	}
	buffer_release(&text);
}

static void
print_inputs(struct terminal *terminal, const struct report_view *view)
{
	const struct report_source *source = view->source;
	const struct scan_counts *lines = &view->lines;
	struct buffer text;

	buffer_init(&text, 0);
	buffer_append_count(&text, source->input_count, "file", "files");
	buffer_append_string(&text, ", ");
	buffer_append_count(&text, lines->lines, "line", "lines");
	buffer_append_format(&text,
	    " = %llu recognised + %llu ignored + %llu unmatched + %llu "
	    "malformed",
	    (unsigned long long)lines->recognised,
	    (unsigned long long)lines->ignored,
	    (unsigned long long)lines->unmatched,
	    (unsigned long long)lines->malformed);
	terminal_paragraph(
	    terminal, "Inputs         ", INDENT, buffer_text(&text));
	buffer_clear(&text);
	buffer_append_count(&text, lines->unmatched,
	    "line looks like a delivery and no pattern took it: it is missing "
	    "in every number below.",
	    "lines look like deliveries and no pattern took them: these are "
	    "missing in every number below.");
	if (lines->unmatched > 0)
		print_warning(terminal, buffer_text(&text));
	buffer_release(&text);
	warn_of_damage(terminal, view);
}

/* Times of which there is no line. */
static void
print_gaps(struct terminal *terminal, const struct report_view *view)
{
	const struct report_source *source = view->source;
	unsigned shown = 0;

	for (size_t i = 1; i < source->coverage_count; i++) {
		int64_t end = source->coverage[i - 1].end;
		int64_t start = source->coverage[i].start;
		struct buffer text;

		if (start - end < GAP_LEAST || shown == GAPS_MOST)
			continue;
		shown++;
		buffer_init(&text, 0);
		buffer_append_string(&text, "no line between ");
		buffer_append_time(&text, end);
		buffer_append_string(&text, " and ");
		buffer_append_time(&text, start);
		buffer_append_string(&text, " (");
		buffer_append_duration(&text, (uint64_t)(start - end) / 1000);
		buffer_append_string(&text, ")");
		terminal_paragraph(
		    terminal, "Gap            ", INDENT, buffer_text(&text));
		buffer_release(&text);
	}
}

void
print_filter(struct terminal *terminal, const struct report_view *view)
{
	struct buffer text;

	buffer_init(&text, 0);
	buffer_append_filters(&text, view->source->settings, NULL);
	if (text.length > 0 && view_is_of_failures(view))
		buffer_append_string(&text,
		    "; tries that delivered are left out by --code and "
		    "--category");
	if (text.length > 0)
		terminal_paragraph(terminal, "Filter         ", INDENT,
		    text_slice(buffer_text(&text), 1, text.length));
	buffer_release(&text);
}

void
print_outcomes(struct terminal *terminal, const struct tally_stats *stats)
{
	const uint64_t *outcomes = stats->outcomes;
	unsigned long long lost = tally_failed(outcomes);
	unsigned long long ended = tally_ended(outcomes);
	struct buffer rate;

	terminal_print(terminal, "Deliveries     ", INDENT,
	    "%llu = %llu delivered + %llu bounced + %llu expired + %llu "
	    "pending + %llu withdrawn",
	    (unsigned long long)tally_deliveries(stats),
	    (unsigned long long)outcomes[OUTCOME_DELIVERED],
	    (unsigned long long)outcomes[OUTCOME_BOUNCED],
	    (unsigned long long)outcomes[OUTCOME_EXPIRED],
	    (unsigned long long)outcomes[OUTCOME_PENDING],
	    (unsigned long long)outcomes[OUTCOME_WITHDRAWN]);
	terminal_print(terminal, "Attempts       ", INDENT,
	    "%llu = %llu delivered + %llu deferred + %llu bounced",
	    (unsigned long long)tally_attempts(stats),
	    (unsigned long long)stats->delivered,
	    (unsigned long long)stats->deferred,
	    (unsigned long long)stats->bounced);
	terminal_print(terminal, "Failures       ", INDENT,
	    "%llu = %llu hard + %llu soft + %llu block + %llu undetermined "
	    "(attempts deferred or bounced)",
	    (unsigned long long)(stats->deferred + stats->bounced),
	    (unsigned long long)stats->failures[CLASS_HARD],
	    (unsigned long long)stats->failures[CLASS_SOFT],
	    (unsigned long long)stats->failures[CLASS_BLOCK],
	    (unsigned long long)stats->failures[CLASS_UNDETERMINED]);
	buffer_init(&rate, 0);
	buffer_append_percent(&rate, lost, ended);
	terminal_print(terminal, "Bounce rate    ", INDENT,
	    "%s = %llu (bounced + expired) / %llu (delivered + bounced + "
	    "expired)",
	    buffer_string(&rate), lost, ended);
	buffer_release(&rate);
}

void
section_summary(struct terminal *terminal, const struct report_view *view)
{
	struct buffer now;

	buffer_init(&now, 0);
	buffer_append_time(&now, view->source->started_at);
	buffer_append_format(terminal->out, "%sbouncestat %s, %s%s\n\n",
	    terminal->color ? "\033[1m" : "", BOUNCESTAT_VERSION,
	    buffer_string(&now), terminal->color ? "\033[0m" : "");
	buffer_release(&now);
	print_period(terminal, view);
	print_inputs(terminal, view);
	print_gaps(terminal, view);
	print_filter(terminal, view);
	print_outcomes(terminal, &view->tally->all);
	print_retry_rate(terminal, "Retry success  ", view->tally->all.retried);
}

/* One line of what the other side said. */
static void
print_reply(struct terminal *terminal, struct text reply)
{
	struct buffer line;

	if (reply.length == 0)
		return;
	buffer_init(&line, 0);
	buffer_append_printable(
	    &line, reply, terminal->columns - 7, terminal->utf8);
	buffer_append_format(
	    terminal->out, "     \"%s\"\n", buffer_string(&line));
	buffer_release(&line);
}

static void
print_finding(
    struct terminal *terminal, const struct finding *finding, size_t number)
{
	struct buffer first;

	buffer_init(&first, 0);
	buffer_append_format(&first, "%3zu. ", number);
	terminal_paragraph(terminal, buffer_string(&first), 5, finding->what);
	buffer_release(&first);
	print_reply(terminal, finding->reply);
	terminal_paragraph(terminal, "     -> ", 8, finding->action);
	/* Not wrapped: it is for copying. */
	buffer_append_format(
	    terminal->out, "     $ %.*s\n", TEXT_FORMAT(finding->command));
}

void
section_findings(struct terminal *terminal, const struct report_view *view)
{
	struct findings findings;
	const struct tally_stats *stats = &view->tally->all;
	size_t most = view->source->settings->top;

	if (most <= TOP_DEFAULT && most > FINDINGS_FIRST)
		most = FINDINGS_FIRST;
	findings_init(&findings, view, terminal->utf8);
	terminal_heading(terminal,
	    "What needs doing first (by deliveries hit; number after a place: "
	    "failed tries)");
	for (size_t i = 0; i < findings.count && i < most; i++)
		print_finding(terminal, &findings.items[i], i + 1);
	if (findings.count == 0)
		buffer_append_format(terminal->out, "  Nothing: no %s.\n",
		    tally_deliveries(stats) + tally_attempts(stats) > 0
			? "failure needs you"
			: "delivery was counted");
	if (findings.count > most)
		buffer_append_format(terminal->out,
		    "  %zu smaller %s left out; --top %zu shows %s\n",
		    findings.count - most,
		    findings.count == most + 1 ? "one" : "ones",
		    findings.count > TOP_DEFAULT ? findings.count
						 : (size_t)TOP_DEFAULT + 1,
		    findings.count == most + 1 ? "it" : "them");
	findings_release(&findings);
}

void
section_not_counted(struct terminal *terminal, const struct report_view *view)
{
	const struct tally_totals *totals = &view->tally->totals;
	bool is_remote = view->source->settings->scope == SCOPE_REMOTE;
	static const struct text_column columns[] = {
		{ "number", TEXT_RIGHT, false },
		{ "what", TEXT_LEFT, true },
	};
	const struct {
		uint64_t count;
		const char *what;
	} rows[] = {
		{ totals->internal_hops,
		    "internal hops (records): handed to a filter and back" },
		{ totals->notifications,
		    "notifications (messages): bounces "
		    "that we sent ourselves" },
		{ totals->local_deliveries,
		    is_remote ? "local deliveries (--scope local or all counts "
				"them)"
			      : NULL },
		{ totals->probes, "address probes (records)" },
		{ totals->rejected, "rejected at the door (records)" },
		{ totals->suspended,
		    "suspended (records): no try, an older reason repeated" },
		{ totals->discarded, "discarded (records)" },
	};
	struct text_table table;

	terminal_heading(terminal, "Not counted above");
	text_table_init(&table, columns, 2, terminal);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].what == NULL)
			continue;
		text_number(&table, rows[i].count);
		text_string(&table, rows[i].what);
	}
	text_table_print(&table, terminal);
	text_table_release(&table);
}
