#include "report/domain_page_parts.h"

#include <stdlib.h>

#include "base/memory.h"
#include "report/picture.h"
#include "report/text_sections.h"

/* A relay by its tries to this domain. */
struct page_relay {
	struct text host;
	struct text ip;
	struct watched_relay counts;
};

static int
order_page_relays(const void *a, const void *b)
{
	const struct page_relay *x = a;
	const struct page_relay *y = b;
	uint64_t x_failed = x->counts.deferred + x->counts.bounced;
	uint64_t y_failed = y->counts.deferred + y->counts.bounced;
	int order;

	if (x_failed != y_failed)
		return x_failed > y_failed ? -1 : 1;
	if (x->counts.delivered != y->counts.delivered)
		return x->counts.delivered > y->counts.delivered ? -1 : 1;
	order = text_compare(x->host, y->host);
	return order != 0 ? order : text_compare(x->ip, y->ip);
}

static void
add_relay(struct text_table *table, const struct page_relay *relay)
{
	uint64_t failed = relay->counts.deferred + relay->counts.bounced;
	uint64_t tries = failed + relay->counts.delivered;

	text_relay(table, relay->host, relay->ip);
	text_number(table, tries);
	text_number(table, failed);
	text_percent(table, failed, tries);
	text_time(table,
	    relay->counts.last_failed_at != 0 ? relay->counts.last_failed_at
					      : INSTANT_NONE);
}

void
page_write_relays(const struct page *page)
{
	static const struct text_column columns[] = {
		{ "relay", TEXT_LEFT, true },
		{ "address", TEXT_LEFT, true },
		{ "tries", TEXT_RIGHT, false },
		{ "failed", TEXT_RIGHT, false },
		{ "share", TEXT_RIGHT, false },
		{ "last failure", TEXT_LEFT, false },
	};
	const struct keymap *map = &page->watch->relays;
	struct page_relay *relays =
	    memory_allocate_array(map->count + (size_t)1, sizeof(*relays));
	struct text_table table;

	for (uint32_t i = 0; i < map->count; i++) {
		struct key key = keymap_key(map, i);
		const struct watched_relay *counts = keymap_value(map, i);

		relays[i] =
		    (struct page_relay){ view_name(page->view, key.part[0]),
			    view_name(page->view, key.part[1]), *counts };
	}
	qsort(relays, map->count, sizeof(*relays), order_page_relays);
	terminal_heading(page->terminal, "Relays (attempts to this domain)");
	text_table_init(&table, columns, 6, page->terminal);
	for (uint32_t i = 0; i < map->count && i < PAGE_ROWS; i++)
		add_relay(&table, &relays[i]);
	print_top(page->terminal, &table, map->count, "relay", "relays");
	text_table_release(&table);
	free(relays);
}

static void
write_outage(const struct page *page, const struct incident *incident)
{
	const struct cause *cause =
	    &page->view->source->causes[incident->cause];
	struct text name = view_name(page->view, incident->domain);
	struct buffer text;

	buffer_init(&text, 0);
	if (!text_equal(name, page->domain->name)) {
		buffer_append_printable(&text, name, 0, page->terminal->utf8);
		buffer_append_string(&text, ", ");
	}
	buffer_append_time(&text, incident->started_at);
	buffer_append_string(&text, " to ");
	if (incident->resolved_at != INSTANT_NONE) {
		buffer_append_time(&text, incident->resolved_at);
	} else {
		buffer_append_string(&text, "now (last failure ");
		buffer_append_time(&text, incident->last_failure_at);
		buffer_append_byte(&text, ')');
	}
	buffer_append_string(&text, ", ");
	buffer_append_duration(&text, view_incident_seconds(incident));
	buffer_append_format(&text,
	    ": %llu failed tries of %llu deliveries, %llu of them delivered "
	    "later; ",
	    (unsigned long long)incident->failed_attempts,
	    (unsigned long long)incident->deliveries,
	    (unsigned long long)incident->deliveries_recovered);
	if (cause->enhanced_code != 0) {
		buffer_append_enhanced_code(&text, cause->enhanced_code);
		buffer_append_byte(&text, ' ');
	}
	buffer_append_string(&text, verdict_category_name(cause->category));
	append_incident_relays(page->terminal, page->view, incident, &text);
	terminal_paragraph(page->terminal, "  ", 4, buffer_text(&text));
	buffer_release(&text);
}

/* The latest ones first. */
void
page_write_outages(const struct page *page)
{
	size_t count = 0;

	terminal_heading(page->terminal, "Outages (latest first)");
	for (size_t i = page->view->incident_count; i > 0; i--) {
		const struct incident *incident = page->view->incidents[i - 1];

		if (!view_has_incident(page->view, page->domain, incident))
			continue;
		if (count++ < PAGE_ROWS)
			write_outage(page, incident);
	}
	if (count == 0)
		buffer_append_string(page->terminal->out, "  none\n");
	if (count > PAGE_ROWS)
		print_left_out(
		    page->terminal, count - PAGE_ROWS, "outage", "outages");
}

void
page_write_time_of_day(const struct page *page)
{
	const uint32_t(*hours)[3] = page->domain->domain->hours;
	struct terminal *terminal = page->terminal;

	terminal_heading(terminal, "Time of day (hours in the report's zone)");
	buffer_append_string(
	    terminal->out, "  hour  0     6     12    18\n  fails ");
	for (unsigned hour = 0; hour < 24; hour++) {
		uint64_t failed = (uint64_t)hours[hour][1] + hours[hour][2];

		buffer_append_string(terminal->out,
		    picture_level(terminal, failed, failed + hours[hour][0]));
	}
	while (terminal->out->data[terminal->out->length - 1] == ' ')
		terminal->out->length--;
	buffer_append_byte(terminal->out, '\n');
	picture_print_legend(terminal);
}

void
page_write_last(const struct page *page)
{
	static const struct text_column columns[] = {
		{ "last record", TEXT_LEFT, false },
		{ "recipient", TEXT_LEFT, true },
		{ "outcome", TEXT_LEFT, false },
		{ "tries", TEXT_RIGHT, false },
		{ "code", TEXT_LEFT, false },
		{ "relay", TEXT_LEFT, true },
	};
	const struct domain_watch *watch = page->watch;
	struct text_table table;

	terminal_heading(page->terminal, "Last deliveries");
	text_table_init(&table, columns, 6, page->terminal);
	for (size_t i = 0; i < watch->last_count; i++) {
		const struct watched_delivery *last = &watch->last[i];

		text_time(&table, last->last_record_at);
		text_cell(&table,
		    (struct text){ last->recipient, last->recipient_length });
		text_string(&table, outcome_name(last->outcome));
		text_number(&table, last->attempts);
		text_code(&table, last->enhanced_code, last->reply_code);
		text_cell(&table, view_name(page->view, last->relay));
	}
	print_top(page->terminal, &table, 0, "delivery", "deliveries");
	text_table_release(&table);
}
