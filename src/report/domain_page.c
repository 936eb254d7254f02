#include "report/domain_page.h"

#include <stdlib.h>

#include "base/memory.h"
#include "report/command_line.h"
#include "report/domain_page_parts.h"
#include "report/near_names.h"
#include "report/text_sections.h"

/* Pieces of advice from the catalogue. */
#define ADVICE_MOST 3

static bool
write_unknown(
    struct terminal *terminal, const struct report_view *view, struct text name)
{
	struct text names[NEAR_NAMES];
	size_t count = near_names_find(view, name, names);
	struct buffer text;

	buffer_init(&text, 0);
	buffer_append_printable(&text, name, 80, terminal->utf8);
	buffer_append_string(
	    &text, ": no delivery to this domain in what was read.");
	terminal_paragraph(terminal, "", 2, buffer_text(&text));
	for (size_t i = 0; i < count; i++) {
		buffer_clear(&text);
		buffer_append_printable(&text, names[i], 0, terminal->utf8);
		terminal_paragraph(terminal,
		    i == 0 ? "Much like it: " : "              ", 14,
		    buffer_text(&text));
	}
	buffer_release(&text);
	return false;
}

static void
write_head(const struct page *page)
{
	const struct tally_stats *stats = page->domain->stats;
	struct terminal *terminal = page->terminal;
	struct text provider =
	    view_name(page->view, page->domain->domain->provider);
	struct buffer text;

	buffer_init(&text, 0);
	buffer_append_printable(&text, page->domain->name, 0, terminal->utf8);
	if (provider.length > 0) {
		buffer_append_string(&text, " (provider ");
		buffer_append_printable(&text, provider, 0, terminal->utf8);
		buffer_append_byte(&text, ')');
	}
	if (stats->first_event != 0) {
		buffer_append_string(&text, ", ");
		buffer_append_time(&text, stats->first_event);
		buffer_append_string(&text, " to ");
		buffer_append_time(&text, stats->last_event);
	}
	terminal_paragraph(terminal, "", 2, buffer_text(&text));
	buffer_append_byte(terminal->out, '\n');
	buffer_release(&text);
	print_filter(terminal, page->view);
	print_outcomes(terminal, stats);
	if (tally_retried(stats) > 0)
		print_retry_rate(terminal, "Retry success  ", stats->retried);
	print_resolution(
	    terminal, "Resolved       ", &page->domain->stats->resolution);
}

/* One address or the whole domain? */
static void
write_addresses(const struct page *page)
{
	const struct domain_watch *watch = page->watch;
	unsigned long long all = watch->addresses.count;
	unsigned long long failed = domain_watch_count(watch, WATCHED_FAILED);
	unsigned long long both =
	    domain_watch_count(watch, WATCHED_FAILED | WATCHED_DELIVERED);
	const char *verdict = "single addresses";

	if (view_is_partial(page->view)) {
		terminal_print(page->terminal, "Addresses      ", 15,
		    "%s%llu failed at least once; what else was sent there is "
		    "filtered out",
		    watch->has_more_addresses ? "at least " : "", failed);
		return;
	}
	if (failed == 0)
		verdict = "none fails";
	else if (failed == all && both == 0)
		verdict = all == 1 ? "the only one that was tried"
				   : "the whole domain";
	else if (failed == all)
		verdict = "all of them, at times";
	else if (failed * 2 > all)
		verdict = "most of them";
	terminal_print(page->terminal, "Addresses      ", 15,
	    "%llu of %s%llu failed at least once: %s; %llu of these also "
	    "got mail",
	    failed, watch->has_more_addresses ? "the first " : "", all, verdict,
	    both);
}

static const struct incident *
find_open_outage(const struct page *page)
{
	for (size_t i = page->view->incident_count; i > 0; i--) {
		const struct incident *incident = page->view->incidents[i - 1];

		if (incident->resolved_at == INSTANT_NONE &&
		    view_has_incident(page->view, page->domain, incident))
			return incident;
	}
	return NULL;
}

static void
write_values(const struct page *page, const struct catalogue_entry *entry,
    enum catalogue_key key, const char *whom)
{
	const struct catalogue_values *values = &entry->values[key];
	struct buffer text;

	if (values->count > 0)
		buffer_append_format(page->terminal->out, "  %s:\n", whom);
	buffer_init(&text, 0);
	for (size_t i = 0; i < values->count && i < ADVICE_MOST; i++) {
		buffer_clear(&text);
		buffer_append_printable(
		    &text, values->items[i], 0, page->terminal->utf8);
		terminal_paragraph(
		    page->terminal, "  - ", 4, buffer_text(&text));
	}
	buffer_release(&text);
}

/* When the last mail came through; 0 when it is not known. */
static int64_t
last_delivery(const struct page *page)
{
	const struct tally_stats *stats = page->domain->stats;

	if (page->watch != NULL)
		return page->watch->last_delivered_at;
	/* An expiry comes after the last failure too. */
	return stats->outcomes[OUTCOME_EXPIRED] == 0 ? stats->last_event : 0;
}

/* A delivery came after all failures: it gets its mail again. */
static void
write_recovery(const struct page *page, struct view_causes causes)
{
	int64_t last_failure = 0;
	struct buffer time;

	for (uint32_t i = 0; i < causes.count; i++) {
		const struct tally_cause *counts =
		    view_cause_at(page->view, causes, i).counts;

		if (counts->last_event > last_failure)
			last_failure = counts->last_event;
	}
	if (last_failure == 0 || last_delivery(page) <= last_failure)
		return;
	buffer_init(&time, 0);
	buffer_append_time(&time, last_failure);
	terminal_print(page->terminal, "  ", 2,
	    "It takes mail: a delivery came through after the last failure "
	    "(%s).",
	    buffer_string(&time));
	buffer_release(&time);
}

static void
write_outage_now(const struct page *page, const struct incident *incident)
{
	struct text name = view_name(page->view, incident->domain);
	struct buffer text;

	buffer_init(&text, 0);
	if (text_equal(name, page->domain->name))
		buffer_append_string(&text, "It");
	else
		buffer_append_printable(&text, name, 0, page->terminal->utf8);
	buffer_append_string(&text, " has taken no mail since ");
	buffer_append_time(&text, incident->started_at);
	buffer_append_string(&text, " (");
	buffer_append_duration(&text, view_incident_seconds(incident));
	buffer_append_format(&text,
	    "): %llu deliveries hit, none delivered between.",
	    (unsigned long long)incident->deliveries);
	terminal_paragraph(page->terminal, "  ! ", 4, buffer_text(&text));
	buffer_release(&text);
}

static void
write_advice(const struct page *page, struct view_causes causes)
{
	struct view_top top = view_top_cause_of(page->view, causes);
	const struct report_source *source = page->view->source;
	const struct catalogue_entry *entry =
	    catalogue_find_code(source->catalogue, top.enhanced_code);
	const struct incident *open = find_open_outage(page);
	struct buffer text;

	terminal_heading(page->terminal, "What to do now");
	if (open != NULL)
		write_outage_now(page, open);
	else
		write_recovery(page, causes);
	if (top.category == CATEGORY_NONE) {
		buffer_append_string(page->terminal->out,
		    "  Nothing: no failure in what was read.\n");
		return;
	}
	buffer_init(&text, 0);
	buffer_append_string(&text, verdict_category_name(top.category));
	buffer_append_string(&text, ": ");
	buffer_append_string(&text, verdict_action_name(top.action));
	if (entry != NULL) {
		buffer_append_string(&text, ". ");
		buffer_append_enhanced_code(&text, top.enhanced_code);
		buffer_append_byte(&text, ' ');
		buffer_append_printable(
		    &text, catalogue_name(entry), 0, page->terminal->utf8);
		buffer_append_byte(&text, '.');
	}
	terminal_paragraph(page->terminal, "  ", 2, buffer_text(&text));
	buffer_release(&text);
	if (entry != NULL && entry->category == top.category) {
		write_values(page, entry, CATALOGUE_SENDER, "Sender");
		write_values(
		    page, entry, CATALOGUE_ADMINISTRATOR, "Administrator");
	}
}

/* A code of this domain, of all causes that are counted by it. */
struct page_code {
	struct code_key key;
	uint64_t deferred;
	uint64_t bounced;
	uint64_t suspended;
	enum verdict_category category; /* most frequent */
	enum verdict_action action; /* of its most frequent cause */
	size_t place; /* keeps equal ones in the order of bytes */
};

static int
order_page_codes(const void *a, const void *b)
{
	const struct page_code *x = a;
	const struct page_code *y = b;

	if (x->deferred + x->bounced != y->deferred + y->bounced)
		return x->deferred + x->bounced > y->deferred + y->bounced ? -1
									   : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* The causes with the code of the first one: they stand together. */
static struct view_causes
take_code(const struct report_view *view, struct view_causes *rest)
{
	struct view_causes taken = { rest->start, 0 };
	struct code_key key =
	    view_code_key(view, view_cause_at(view, *rest, 0).cause);

	while (rest->count > 0) {
		struct code_key next =
		    view_code_key(view, view_cause_at(view, *rest, 0).cause);

		if (next.enhanced != key.enhanced || next.reply != key.reply)
			break;
		taken.count++;
		rest->start++;
		rest->count--;
	}
	return taken;
}

static size_t
list_codes(
    const struct page *page, struct view_causes causes, struct page_code *codes)
{
	const struct report_view *view = page->view;
	size_t count = 0;

	while (causes.count > 0) {
		struct view_causes mine = take_code(view, &causes);
		struct view_top top = view_top_cause_of(view, mine);
		struct page_code *code = &codes[count];

		*code = (struct page_code){ .place = count,
			.category = top.category,
			.action = top.action };
		for (uint32_t i = 0; i < mine.count; i++) {
			struct view_cause row = view_cause_at(view, mine, i);

			code->key = view_code_key(view, row.cause);
			code->deferred += row.counts->deferred;
			code->bounced += row.counts->bounced;
			code->suspended += row.counts->suspended;
		}
		count++;
	}
	qsort(codes, count, sizeof(*codes), order_page_codes);
	return count;
}

static void
write_code(const struct page *page, const struct page_code *code)
{
	struct terminal *terminal = page->terminal;
	struct text reply = { 0 };
	struct buffer text;

	buffer_init(&text, 0);
	if (code->key.enhanced != 0)
		buffer_append_enhanced_code(&text, code->key.enhanced);
	else if (code->key.reply != 0)
		buffer_append_number(&text, code->key.reply);
	else
		buffer_append_string(&text, "no code");
	buffer_append_format(&text,
	    " %s, %s: %llu deferred, %llu bounced, %llu suspended. ",
	    verdict_category_name(code->category),
	    verdict_action_name(code->action),
	    (unsigned long long)code->deferred,
	    (unsigned long long)code->bounced,
	    (unsigned long long)code->suspended);
	buffer_append_printable(&text,
	    catalogue_name(view_catalogue_entry(page->view, code->key)), 0,
	    terminal->utf8);
	terminal_paragraph(terminal, "  ", 4, buffer_text(&text));
	if (page->watch != NULL)
		reply = domain_watch_reply(page->watch, code->key);
	buffer_clear(&text);
	buffer_append_byte(&text, '"');
	buffer_append_printable(&text, reply, 240, terminal->utf8);
	buffer_append_byte(&text, '"');
	if (reply.length > 0)
		terminal_paragraph(terminal, "      ", 7, buffer_text(&text));
	buffer_release(&text);
}

static void
write_codes(const struct page *page, struct view_causes causes)
{
	struct page_code *codes =
	    memory_allocate_array(causes.count + (size_t)1, sizeof(*codes));
	size_t count = list_codes(page, causes, codes);

	terminal_heading(page->terminal,
	    "Codes (category, action, records) and a real reply");
	for (size_t i = 0; i < count && i < PAGE_ROWS; i++)
		write_code(page, &codes[i]);
	if (count == 0)
		buffer_append_string(page->terminal->out, "  none\n");
	if (count > PAGE_ROWS)
		print_left_out(
		    page->terminal, count - PAGE_ROWS, "code", "codes");
	free(codes);
}

static void
write_more(const struct page *page)
{
	const struct settings *settings = page->view->source->settings;
	struct buffer command;
	struct buffer name;

	buffer_init(&name, 0);
	if (settings->by_registrable) /* and all below it */
		buffer_append_byte(&name, '.');
	buffer_append_text(&name, page->domain->name);
	buffer_init(&command, 0);
	buffer_append_events_command(
	    &command, settings, "--domain", buffer_text(&name));
	buffer_release(&name);
	buffer_append_format(
	    page->terminal->out, "\nMore: $ %s\n", buffer_string(&command));
	buffer_release(&command);
}

bool
domain_page_write(struct terminal *terminal, const struct report_view *view,
    struct text name, const struct domain_watch *watch)
{
	struct page page = { terminal, view, view_find_domain(view, name),
		watch };
	struct view_causes causes;

	if (page.domain == NULL)
		return write_unknown(terminal, view, name);
	causes = view_causes_of(view, TALLY_DOMAIN, page.domain->number, 0);
	write_head(&page);
	if (watch != NULL)
		write_addresses(&page);
	write_advice(&page, causes);
	write_codes(&page, causes);
	if (watch != NULL)
		page_write_relays(&page);
	page_write_outages(&page);
	page_write_time_of_day(&page);
	if (watch != NULL)
		page_write_last(&page);
	write_more(&page);
	return true;
}
