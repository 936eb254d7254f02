#include <stdlib.h>

#include "base/memory.h"
#include "report/command_line.h"
#include "report/text_sections.h"

void
print_left_out(struct terminal *terminal, size_t count, const char *singular,
    const char *plural)
{
	if (count == 0)
		return;
	buffer_append_string(terminal->out, "  ");
	buffer_append_count(terminal->out, count, singular, plural);
	buffer_append_string(terminal->out, " left out\n");
}

void
print_top(struct terminal *terminal, const struct text_table *table, size_t all,
    const char *singular, const char *plural)
{
	size_t shown = text_table_rows(table);

	if (shown == 0) {
		buffer_append_string(terminal->out, "  none\n");
		return;
	}
	text_table_print(table, terminal);
	if (all > shown)
		print_left_out(terminal, all - shown, singular, plural);
}

static uint64_t
lost(const struct tally_stats *stats)
{
	return tally_failed(stats->outcomes);
}

static uint64_t
failures(const struct tally_stats *stats)
{
	return stats->deferred + stats->bounced + stats->suspended;
}

static int
order_failing(const void *a, const void *b)
{
	const struct view_entity *const *x = a;
	const struct view_entity *const *y = b;

	if (lost((*x)->stats) != lost((*y)->stats))
		return lost((*x)->stats) > lost((*y)->stats) ? -1 : 1;
	if (failures((*x)->stats) != failures((*y)->stats))
		return failures((*x)->stats) > failures((*y)->stats) ? -1 : 1;
	return text_compare((*x)->name, (*y)->name);
}

/* Those with failures, the most lost deliveries first; free() the list. */
static const struct view_entity **
list_failing(
    const struct view_entity *entities, size_t entity_count, size_t *count)
{
	const struct view_entity **list = memory_allocate_array(
	    entity_count + 1, sizeof(const struct view_entity *));

	*count = 0;
	for (size_t i = 0; i < entity_count; i++)
		if (lost(entities[i].stats) + failures(entities[i].stats) > 0)
			list[(*count)++] = &entities[i];
	qsort(list, *count, sizeof(*list), order_failing);
	return list;
}

static void
add_entity(struct text_table *table, const struct report_view *view,
    const struct view_entity *entity, enum tally_dimension dimension)
{
	const struct tally_stats *stats = entity->stats;
	const uint64_t *outcomes = stats->outcomes;
	struct view_top top = view_top_of(
	    view, view_causes_of(view, dimension, entity->number, 0));

	text_name(table, entity->name, "(none)");
	text_number(table, lost(stats));
	text_number(table, tally_ended(outcomes));
	text_percent(table, lost(stats), tally_ended(outcomes));
	text_number(table, outcomes[OUTCOME_PENDING]);
	text_code(table, top.enhanced_code, 0);
	text_string(table, verdict_category_name(top.category));
}

#define ENTITY_COLUMN_COUNT 7
#define ENTITY_COLUMNS(name)                                                   \
	{ (name), TEXT_LEFT, true }, { "lost", TEXT_RIGHT, false },            \
	    { "ended", TEXT_RIGHT, false }, { "rate", TEXT_RIGHT, false },     \
	    { "pending", TEXT_RIGHT, false }, { "code", TEXT_LEFT, false },    \
	{                                                                      \
		"category", TEXT_LEFT, false                                   \
	}

/* What the columns of domains and providers are. */
static void
print_note(struct terminal *terminal)
{
	terminal_print(terminal, "  ", 2,
	    "Deliveries: lost = bounced + expired, ended = lost + delivered, "
	    "rate = lost / ended. Code and category: most frequent.");
	buffer_append_byte(terminal->out, '\n');
}

void
section_domains(struct terminal *terminal, const struct report_view *view)
{
	static const struct text_column columns[] = { ENTITY_COLUMNS(
	    "domain") };
	struct text_table table;
	size_t count;
	const struct view_entity **list =
	    list_failing(view->domains, view->domain_count, &count);

	terminal_heading(terminal, "Failing domains (most lost first)");
	print_note(terminal);
	text_table_init(&table, columns, ENTITY_COLUMN_COUNT, terminal);
	for (size_t i = 0; i < count && i < view->source->settings->top; i++)
		add_entity(&table, view, list[i], TALLY_DOMAIN);
	print_top(terminal, &table, count, "failing domain", "failing domains");
	text_table_release(&table);
	free(list);
}

void
section_providers(struct terminal *terminal, const struct report_view *view)
{
	static const struct text_column columns[] = { ENTITY_COLUMNS(
	    "provider") };
	size_t top = view->source->settings->top;
	size_t count = 0;
	struct text_table table;

	terminal_heading(terminal, "Providers (deliveries, as above)");
	text_table_init(&table, columns, ENTITY_COLUMN_COUNT, terminal);
	for (size_t i = 0; i < view->provider_count; i++) {
		if (view->providers[i].name.length == 0)
			continue;
		if (count++ < top)
			add_entity(
			    &table, view, &view->providers[i], TALLY_PROVIDER);
	}
	print_top(terminal, &table, count, "provider", "providers");
	text_table_release(&table);
}

void
section_codes(struct terminal *terminal, const struct report_view *view)
{
	static const struct text_column columns[] = {
		{ "code", TEXT_LEFT, false },
		{ "name", TEXT_LEFT, true },
		{ "defer.", TEXT_RIGHT, false },
		{ "bounc.", TEXT_RIGHT, false },
		{ "deliv.", TEXT_RIGHT, false },
		{ "category", TEXT_LEFT, false },
	};
	size_t top = view->source->settings->top;
	struct text_table table;
	struct buffer command;

	terminal_heading(
	    terminal, "Codes (attempts deferred and bounced; deliveries hit)");
	text_table_init(&table, columns, 6, terminal);
	for (size_t i = 0; i < view->code_count && i < top; i++) {
		const struct view_code *code = &view->codes[i];

		text_code(&table, code->key.enhanced, code->key.reply);
		text_cell(&table,
		    catalogue_name(view_catalogue_entry(view, code->key)));
		text_number(&table, code->deferred);
		text_number(&table, code->bounced);
		text_number(&table, code->deliveries);
		text_string(&table, verdict_category_name(code->category));
	}
	print_top(terminal, &table, view->code_count, "code", "codes");
	text_table_release(&table);
	if (view->code_count == 0 || view->source->settings->codes.count > 0)
		return;
	buffer_init(&command, 0);
	buffer_append_code_command(&command, view->source->settings);
	buffer_append_format(terminal->out,
	    "\n  Domains, relays and hours of one of them:\n     $ %s\n",
	    buffer_string(&command));
	buffer_release(&command);
}

static uint64_t
relay_failures(const struct view_relay *relay)
{
	return relay->counts->deferred + relay->counts->bounced;
}

static int
order_relays(const void *a, const void *b)
{
	const struct view_relay *const *x = a;
	const struct view_relay *const *y = b;

	if (relay_failures(*x) != relay_failures(*y))
		return relay_failures(*x) > relay_failures(*y) ? -1 : 1;
	return *x < *y ? -1 : 1; /* they stand in a total order */
}

static void
add_relay(struct text_table *table, const struct report_view *view,
    const struct view_relay *relay)
{
	struct view_top top = view_top_of(view,
	    view_causes_of(
		view, TALLY_RELAY, relay->host_number, relay->ip_number));
	uint64_t failed = relay_failures(relay);
	uint32_t delay;

	text_relay(table, relay->host, relay->ip);
	text_number(table, failed + relay->counts->delivered);
	text_number(table, failed);
	text_percent(table, failed, failed + relay->counts->delivered);
	if (quantile_at(&relay->counts->delay, 50, &delay))
		text_duration(table, delay / 1000);
	else
		text_string(table, "-");
	text_code(table, top.enhanced_code, 0);
}

void
section_relays(struct terminal *terminal, const struct report_view *view)
{
	static const struct text_column columns[] = {
		{ "relay", TEXT_LEFT, true },
		{ "address", TEXT_LEFT, true },
		{ "tries", TEXT_RIGHT, false },
		{ "failed", TEXT_RIGHT, false },
		{ "share", TEXT_RIGHT, false },
		{ "delay", TEXT_RIGHT, false },
		{ "code", TEXT_LEFT, false },
	};
	const struct view_relay **list = memory_allocate_array(
	    view->relay_count + 1, sizeof(const struct view_relay *));
	struct text_table table;

	for (size_t i = 0; i < view->relay_count; i++)
		list[i] = &view->relays[i];
	qsort(list, view->relay_count, sizeof(*list), order_relays);
	terminal_heading(
	    terminal, "Relays (attempts, most failed first; delay: median)");
	text_table_init(&table, columns, 7, terminal);
	for (size_t i = 0;
	     i < view->relay_count && i < view->source->settings->top; i++)
		add_relay(&table, view, list[i]);
	print_top(terminal, &table, view->relay_count, "relay", "relays");
	text_table_release(&table);
	free(list);
}

void
section_unclassified(struct terminal *terminal, const struct report_view *view)
{
	static const struct text_column columns[] = {
		{ "attempts", TEXT_RIGHT, false },
		{ "domains", TEXT_RIGHT, false },
		{ "reply (numbers, addresses and hosts masked)", TEXT_LEFT,
		    true },
	};
	size_t top = view->source->settings->top;
	struct text_table table;

	terminal_heading(terminal,
	    "Unclassified replies (failed attempts that no rule took)");
	text_table_init(&table, columns, 3, terminal);
	for (size_t i = 0; i < view->unclassified_count && i < top; i++) {
		text_number(&table, view->unclassified[i].attempts);
		text_number(&table, view->unclassified[i].domains);
		text_cell(&table, view->unclassified[i].template);
	}
	print_top(
	    terminal, &table, view->unclassified_count, "reply", "replies");
	text_table_release(&table);
}
