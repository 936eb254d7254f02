#include "report/text_report.h"

#include "report/changes.h"
#include "report/text_sections.h"

typedef void
section_function(struct terminal *terminal, const struct report_view *view);

static void
section_changes(struct terminal *terminal, const struct report_view *view)
{
	if (view->source->changes != NULL)
		changes_print(terminal, view->source->changes,
		    view->source->settings->top);
}

/* In the order in which they stand. */
static section_function *const sections[] = {
	section_summary,
	section_findings,
	section_changes,
	section_domains,
	section_codes,
	section_retries,
	section_outages,
	section_time_of_day,
	section_providers,
	section_relays,
	section_unclassified,
	section_not_counted,
};

void
text_report_write(struct terminal *terminal, const struct report_view *view)
{
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		sections[i](terminal, view);
}
