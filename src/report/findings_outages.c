#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/command_line.h"
#include "report/findings_build.h"
#include "report/terminal.h"

/* So many domains with DNS trouble at once are our own resolver's. */
#define RESOLVER_DOMAINS 3

static bool
is_open(const struct incident *incident)
{
	return incident->resolved_at == INSTANT_NONE;
}

static bool
has_category(const struct report_view *view, const struct incident *incident,
    enum verdict_category category)
{
	return view->source->causes[incident->cause].category == category;
}

/* Domains that fail together: behind one relay, or for want of DNS. */
static bool
belong_together(const struct report_view *view, const struct incident *a,
    const struct incident *b)
{
	if (has_category(view, a, CATEGORY_DNS_FAILURE) &&
	    has_category(view, b, CATEGORY_DNS_FAILURE))
		return true;
	return view_share_relay(a, b);
}

/* Open incidents that are one finding; the first is the largest. */
struct group {
	const struct incident **items;
	size_t count;
	uint64_t deliveries;
	uint64_t recovered;
};

static void
append_relays(
    struct findings *findings, struct buffer *out, const struct incident *first)
{
	size_t shown = 0;

	for (size_t i = 0; i < first->relay_count; i++) {
		struct text name =
		    view_name(findings->view, first->relay_hosts[i]);

		if (name.length == 0)
			continue;
		if (shown == FINDINGS_NAMES) {
			buffer_append_string(out, ", ...");
			return;
		}
		buffer_append_string(out, shown == 0 ? "; relay " : ", ");
		finding_append_name(out, findings, name);
		shown++;
	}
}

/* The other domains of the group. */
static void
append_others(
    struct findings *findings, struct buffer *out, const struct group *group)
{
	if (group->count < 2)
		return;
	buffer_append_string(out, ". Failing with it: ");
	for (size_t i = 1; i < group->count; i++) {
		if (i - 1 == FINDINGS_NAMES && group->count > i + 1) {
			buffer_append_format(
			    out, " and %zu more", group->count - i);
			return;
		}
		if (i > 1)
			buffer_append_string(out, ", ");
		finding_append_name(out, findings,
		    view_name(findings->view, group->items[i]->domain));
	}
}

static void
append_what(
    struct findings *findings, struct buffer *out, const struct group *group)
{
	const struct incident *first = group->items[0];
	const struct cause *cause =
	    &findings->view->source->causes[first->cause];

	finding_append_name(
	    out, findings, view_name(findings->view, first->domain));
	buffer_append_string(out, " has taken no mail since ");
	buffer_append_time(out, first->started_at);
	buffer_append_string(out, ", last failure ");
	buffer_append_time(out, first->last_failure_at);
	buffer_append_string(out, " (");
	buffer_append_duration(out, view_incident_seconds(first));
	buffer_append_string(out, "): ");
	buffer_append_count(out, first->deliveries, "delivery", "deliveries");
	buffer_append_string(out, " hit in ");
	buffer_append_count(
	    out, first->failed_attempts, "failed try", "failed tries");
	buffer_append_string(out, ", ");
	if (first->deliveries_recovered > 0)
		buffer_append_number(out, first->deliveries_recovered);
	else
		buffer_append_string(out, "none");
	buffer_append_string(out, " delivered since; ");
	if (cause->enhanced_code != 0) {
		buffer_append_enhanced_code(out, cause->enhanced_code);
		buffer_append_byte(out, ' ');
	}
	buffer_append_string(out, verdict_category_name(cause->category));
	append_relays(findings, out, first);
	append_others(findings, out, group);
}

static void
append_action(
    struct findings *findings, struct buffer *out, const struct group *group)
{
	const struct report_source *source = findings->view->source;
	const struct incident *first = group->items[0];
	const struct cause *cause = &source->causes[first->cause];
	const struct catalogue_entry *entry =
	    catalogue_find_code(source->catalogue, cause->enhanced_code);
	struct text advice = entry != NULL
	    ? catalogue_value(entry, CATALOGUE_SENDER)
	    : (struct text){ 0 };

	if (cause->category == CATEGORY_DNS_FAILURE &&
	    group->count >= RESOLVER_DOMAINS) {
		buffer_append_format(out,
		    "%zu domains have DNS trouble at once: look at our own "
		    "resolver first.",
		    group->count);
		return;
	}
	if (advice.length == 0)
		buffer_append_string(out,
		    "Hold further mail to it back and let the queue retry.");
	else
		buffer_append_printable(out, advice, 0, findings->utf8);
}

static void
add_group(struct findings *findings, const struct group *group)
{
	struct finding_draft draft;
	const struct incident *first = group->items[0];

	finding_begin(&draft);
	append_what(findings, &draft.what, group);
	append_action(findings, &draft.action, group);
	buffer_append_domain_command(&draft.command,
	    findings->view->source->settings,
	    view_name(findings->view, first->domain));
	finding_end(findings, &draft,
	    group->deliveries > group->recovered
		? group->deliveries - group->recovered
		: group->deliveries);
}

/* Moves those that belong to the first of `open` in front of the others. */
static size_t
gather(const struct report_view *view, const struct incident **open,
    size_t count, struct group *group)
{
	size_t gathered = 1;

	*group = (struct group){ .items = open };
	for (size_t i = 1; i < count; i++) {
		const struct incident *incident = open[i];

		if (!belong_together(view, open[0], incident))
			continue;
		memmove(open + gathered + 1, open + gathered,
		    (i - gathered) * sizeof(*open));
		open[gathered++] = incident;
	}
	for (size_t i = 0; i < gathered; i++) {
		group->deliveries += open[i]->deliveries;
		group->recovered += open[i]->deliveries_recovered;
	}
	group->count = gathered;
	return gathered;
}

struct open_incident {
	const struct incident *incident;
	struct text domain;
};

static int
order_open(const void *a, const void *b)
{
	const struct open_incident *x = a;
	const struct open_incident *y = b;

	if (x->incident->deliveries != y->incident->deliveries)
		return x->incident->deliveries > y->incident->deliveries ? -1
									 : 1;
	return text_compare(x->domain, y->domain);
}

/* Open incidents by deliveries, then domain; free() the list. */
static const struct incident **
list_open(const struct report_view *view, size_t *count)
{
	struct open_incident *sorted =
	    memory_allocate_array(view->incident_count + 1, sizeof(*sorted));
	const struct incident **open;

	*count = 0;
	for (size_t i = 0; i < view->incident_count; i++)
		if (is_open(view->incidents[i]))
			sorted[(*count)++] = (struct open_incident){
				view->incidents[i],
				view_name(view, view->incidents[i]->domain)
			};
	qsort(sorted, *count, sizeof(*sorted), order_open);
	open = memory_allocate_array(*count + 1, sizeof(*open));
	for (size_t i = 0; i < *count; i++)
		open[i] = sorted[i].incident;
	free(sorted);
	return open;
}

/* Only so many groups are looked for: each costs a pass over the rest. */
#define GROUPS_MOST 100

void
findings_add_outages(struct findings *findings)
{
	size_t count;
	const struct incident **open = list_open(findings->view, &count);
	size_t start = 0;

	for (unsigned i = 0; i < GROUPS_MOST && start < count; i++) {
		struct group group;

		start +=
		    gather(findings->view, open + start, count - start, &group);
		add_group(findings, &group);
	}
	free(open);
}
