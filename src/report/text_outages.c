#include <stdlib.h>
#include <string.h>

#include "base/enhanced_code.h"
#include "base/memory.h"
#include "report/picture.h"
#include "report/text_sections.h"

/* Pictures of single codes, beside that of all failures. */
#define CODES_SHOWN 3

/* An hour with fewer tries is not called the worst. */
#define WORST_LEAST 20

/* Relays, and other domains, that are named. */
#define NEIGHBOURS_SHOWN 4
#define NAME_COLUMNS     60

static int64_t
duration(const struct incident *incident)
{
	return view_incident_end(incident) - incident->started_at;
}

struct outage {
	const struct incident *incident;
	size_t place; /* by start, then domain */
};

/* Open ones first, then the longest. */
static int
order_outages(const void *a, const void *b)
{
	const struct outage *x = a;
	const struct outage *y = b;
	bool x_open = x->incident->resolved_at == INSTANT_NONE;
	bool y_open = y->incident->resolved_at == INSTANT_NONE;

	if (x_open != y_open)
		return x_open ? -1 : 1;
	if (duration(x->incident) != duration(y->incident))
		return duration(x->incident) > duration(y->incident) ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static void
add_outage(struct text_table *table, const struct report_view *view,
    const struct incident *incident)
{
	const struct cause *cause = &view->source->causes[incident->cause];

	text_name(table, view_name(view, incident->domain), "(none)");
	text_string(
	    table, incident->resolved_at == INSTANT_NONE ? "open" : "over");
	text_short_time(table, incident->started_at);
	text_duration(table, view_incident_seconds(incident));
	text_number(table, incident->failed_attempts);
	text_number(table, incident->deliveries);
	text_number(table, incident->deliveries_recovered);
	text_code(table, cause->enhanced_code, cause->reply_code);
}

/* In a sentence: no name is longer than a line. */
static void
append_name(
    struct buffer *out, const struct terminal *terminal, struct text name)
{
	buffer_append_printable(out, name, NAME_COLUMNS, terminal->utf8);
}

/* The other open outages behind a relay of this one. */
static void
append_neighbours(struct terminal *terminal, const struct report_view *view,
    const struct incident *incident, struct buffer *text)
{
	unsigned shown = 0;

	for (size_t i = 0; i < view->incident_count; i++) {
		const struct incident *other = view->incidents[i];

		if (other == incident || other->resolved_at != INSTANT_NONE ||
		    !view_share_relay(incident, other))
			continue;
		if (shown == NEIGHBOURS_SHOWN) {
			buffer_append_string(text, ", ...");
			return;
		}
		buffer_append_string(text,
		    shown++ == 0 ? "; behind the same relay fail too: " : ", ");
		append_name(text, terminal, view_name(view, other->domain));
	}
}

void
append_incident_relays(struct terminal *terminal,
    const struct report_view *view, const struct incident *incident,
    struct buffer *text)
{
	unsigned named = 0;
	unsigned shown = 0;

	for (size_t i = 0; i < incident->relay_count; i++)
		named += view_name(view, incident->relay_hosts[i]).length > 0;
	for (size_t i = 0; i < incident->relay_count; i++) {
		struct text name = view_name(view, incident->relay_hosts[i]);

		if (name.length == 0)
			continue;
		if (shown == NEIGHBOURS_SHOWN) {
			buffer_append_string(text, ", ...");
			return;
		}
		buffer_append_string(text,
		    shown++ > 0      ? ", "
			: named == 1 ? "; relay "
				     : "; relays ");
		append_name(text, terminal, name);
	}
	if (shown == 0)
		buffer_append_string(text, "; no relay was reached");
}

/* Who waits for it, through which relays, and who fails with it. */
static void
print_open_outage(struct terminal *terminal, const struct report_view *view,
    const struct incident *incident)
{
	struct text name = view_name(view, incident->domain);
	const struct view_entity *domain = view_find_domain(view, name);
	struct buffer text;

	buffer_init(&text, 0);
	append_name(
	    &text, terminal, name.length > 0 ? name : TEXT_LITERAL("(none)"));
	buffer_append_string(&text, " (open): ");
	if (domain != NULL) {
		buffer_append_count(&text,
		    domain->stats->outcomes[OUTCOME_PENDING], "delivery waits",
		    "deliveries wait");
		buffer_append_string(&text, "; last failure ");
	} else {
		buffer_append_string(&text, "last failure ");
	}
	buffer_append_time(&text, incident->last_failure_at);
	append_incident_relays(terminal, view, incident, &text);
	append_neighbours(terminal, view, incident, &text);
	terminal_paragraph(terminal, "  ", 4, buffer_text(&text));
	buffer_release(&text);
}

void
section_outages(struct terminal *terminal, const struct report_view *view)
{
	static const struct text_column columns[] = {
		{ "domain", TEXT_LEFT, true },
		{ "state", TEXT_LEFT, false },
		{ "since", TEXT_LEFT, false },
		{ "lasted", TEXT_RIGHT, false },
		{ "tries", TEXT_RIGHT, false },
		{ "deliv.", TEXT_RIGHT, false },
		{ "recov.", TEXT_RIGHT, false },
		{ "code", TEXT_LEFT, false },
	};
	size_t count = view->incident_count;
	struct outage *sorted =
	    memory_allocate_array(count + 1, sizeof(*sorted));
	struct text_table table;

	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct outage){ view->incidents[i], i };
	qsort(sorted, count, sizeof(*sorted), order_outages);
	terminal_heading(terminal,
	    "Outages (open first, then the longest; failed tries, deliveries "
	    "hit, recovered)");
	text_table_init(&table, columns, 8, terminal);
	for (size_t i = 0; i < count && i < view->source->settings->top; i++)
		add_outage(&table, view, sorted[i].incident);
	print_top(terminal, &table, count, "outage", "outages");
	text_table_release(&table);
	for (size_t i = 0; i < count && i < view->source->settings->top; i++)
		if (sorted[i].incident->resolved_at == INSTANT_NONE)
			print_open_outage(terminal, view, sorted[i].incident);
	free(sorted);
}

static void
print_worst_hour(struct terminal *terminal, const struct picture *picture)
{
	struct buffer share;
	unsigned hour = 0;

	if (!picture_worst_hour(picture, WORST_LEAST, &hour))
		return;
	buffer_init(&share, 0);
	buffer_append_percent(
	    &share, picture->failures[hour], picture->attempts[hour]);
	terminal_print(terminal, "  ", 2,
	    "%s, worst hour (of those with %d tries or more): %s %u:00 to "
	    "%u:59, %s = %llu of %llu tries.",
	    picture->title, WORST_LEAST, weekday_name(hour / 24), hour % 24,
	    hour % 24, buffer_string(&share),
	    (unsigned long long)picture->failures[hour],
	    (unsigned long long)picture->attempts[hour]);
	buffer_release(&share);
}

void
section_time_of_day(struct terminal *terminal, const struct report_view *view)
{
	struct picture *pictures =
	    memory_allocate_array(1 + CODES_SHOWN, sizeof(*pictures));
	char titles[CODES_SHOWN][16];
	struct buffer title;
	size_t count = 1;

	picture_of_all(view, &pictures[0]);
	buffer_init(&title, 0);
	for (size_t i = 0; i < view->code_count && count <= CODES_SHOWN; i++) {
		struct code_key key = view->codes[i].key;
		char *name = titles[count - 1];

		if (key.enhanced == 0 ||
		    view->codes[i].deferred + view->codes[i].bounced == 0)
			continue;
		picture_of_code(view, key, &pictures[count]);
		buffer_clear(&title);
		buffer_append_enhanced_code(&title, key.enhanced);
		buffer_append_byte(&title, '\0');
		memcpy(name, title.data, title.length);
		pictures[count++].title = name;
	}
	buffer_release(&title);
	terminal_heading(
	    terminal, "Time of day (hours of the week in the report's zone)");
	picture_print(terminal, pictures, count);
	buffer_append_byte(terminal->out, '\n');
	picture_print_legend(terminal);
	for (size_t i = 0; i < count; i++)
		print_worst_hour(terminal, &pictures[i]);
	free(pictures);
}
