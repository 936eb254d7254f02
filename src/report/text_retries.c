#include <stdlib.h>

#include "base/enhanced_code.h"
#include "base/memory.h"
#include "report/text_sections.h"

/* Tries with higher numbers are added up in one row. */
#define ATTEMPTS_SHOWN 10
#define BAR_COLUMNS    20

/* Tries after this number are the long tail, where the catalogue says none. */
#define TAIL_AFTER 5

/* Waits named in a sentence. */
#define WAITS_SHOWN 6

void
print_retry_rate(
    struct terminal *terminal, const char *label, const uint64_t *outcomes)
{
	struct buffer rate;

	buffer_init(&rate, 0);
	buffer_append_percent(
	    &rate, outcomes[OUTCOME_DELIVERED], tally_ended(outcomes));
	terminal_print(terminal, label, 15,
	    "%s = %llu delivered / %llu (delivered + bounced + expired) of "
	    "%llu deferred %s; %llu pending",
	    buffer_string(&rate),
	    (unsigned long long)outcomes[OUTCOME_DELIVERED],
	    (unsigned long long)tally_ended(outcomes),
	    (unsigned long long)tally_sum(outcomes),
	    tally_sum(outcomes) == 1 ? "delivery" : "deliveries",
	    (unsigned long long)outcomes[OUTCOME_PENDING]);
	buffer_release(&rate);
}

void
print_resolution(
    struct terminal *terminal, const char *label, struct quantile *resolution)
{
	static const struct {
		unsigned percent;
		const char *what;
	} steps[] = { { 50, "half within " }, { 90, ", 90 % within " },
		{ 99, ", 99 % within " }, { 100, ", longest " } };
	struct buffer text;
	uint32_t seconds;

	if (quantile_count(resolution) == 0)
		return;
	buffer_init(&text, 0);
	for (size_t i = 0; i < 4; i++)
		if (quantile_at(resolution, steps[i].percent, &seconds)) {
			buffer_append_string(&text, steps[i].what);
			buffer_append_duration(&text, seconds);
		}
	terminal_paragraph(terminal, label, 15, buffer_text(&text));
	buffer_release(&text);
}

static void
add_bar(struct text_table *table, uint64_t part, uint64_t whole)
{
	char bar[BAR_COLUMNS + 1];
	uint64_t length =
	    whole > 0 ? (part * BAR_COLUMNS + whole / 2) / whole : 0;

	for (unsigned i = 0; i < BAR_COLUMNS; i++)
		bar[i] = i < length ? '#' : '.';
	bar[BAR_COLUMNS] = '\0';
	text_string(table, bar);
}

/* One number's row, or (number 0) that of all tries past those shown. */
static void
add_attempt(struct text_table *table, uint32_t number, bool with_success,
    const struct tally_retry_attempt *counts, struct quantile *interval)
{
	uint32_t seconds;

	if (number > 0) {
		text_number(table, number);
	} else {
		text_string(table, "later");
	}
	text_number(table, tally_tries(counts));
	if (with_success) {
		text_number(table, counts->delivered);
		text_percent(table, counts->delivered, tally_tries(counts));
		add_bar(table, counts->delivered, tally_tries(counts));
	}
	if (interval != NULL && quantile_at(interval, 50, &seconds))
		text_duration(table, seconds);
	else
		text_string(table, "-");
}

/* Success by number of the try; `code` 0 for all. */
static struct tally_retry_attempt *
find_attempt(const struct report_view *view, uint32_t code, uint32_t number)
{
	struct key key =
	    code == 0 ? KEY(number, 1, 0, 0) : KEY(number, 0, code, 0);

	return keymap_find(&view->tally->retry_attempts, key);
}

/* Tries with numbers past `after`. */
static struct tally_retry_attempt
sum_after(const struct report_view *view, uint32_t code, uint32_t after)
{
	const struct keymap *map = &view->tally->retry_attempts;
	struct tally_retry_attempt sum = { 0 };

	for (uint32_t i = 0; i < map->count; i++) {
		struct key key = keymap_key(map, i);
		const struct tally_retry_attempt *counts = keymap_value(map, i);

		if (key.part[0] <= after || (key.part[1] != 0) != (code == 0) ||
		    key.part[2] != code)
			continue;
		sum.delivered += counts->delivered;
		sum.deferred += counts->deferred;
		sum.bounced += counts->bounced;
	}
	return sum;
}

static void
print_curve(struct terminal *terminal, const struct report_view *view)
{
	static const struct text_column columns[] = {
		{ "try", TEXT_RIGHT, false },
		{ "tried", TEXT_RIGHT, false },
		{ "delivered", TEXT_RIGHT, false },
		{ "rate", TEXT_RIGHT, false },
		{ "share delivered", TEXT_LEFT, false },
		{ "wait before it (p50)", TEXT_RIGHT, false },
	};
	static const struct text_column failure_columns[] = {
		{ "try", TEXT_RIGHT, false },
		{ "failed", TEXT_RIGHT, false },
		{ "wait before it (p50)", TEXT_RIGHT, false },
	};
	bool with_success = !view_is_of_failures(view);
	struct tally_retry_attempt later = sum_after(view, 0, ATTEMPTS_SHOWN);
	struct text_table table;

	if (with_success)
		text_table_init(&table, columns, 6, terminal);
	else
		text_table_init(&table, failure_columns, 3, terminal);
	for (uint32_t number = 1; number <= ATTEMPTS_SHOWN; number++) {
		struct tally_retry_attempt *counts =
		    find_attempt(view, 0, number);

		if (counts != NULL)
			add_attempt(&table, number, with_success, counts,
			    &counts->interval);
	}
	if (tally_tries(&later) > 0)
		add_attempt(&table, 0, with_success, &later, NULL);
	if (text_table_rows(&table) > 0) {
		buffer_append_format(terminal->out,
		    "\n  %s by number of the try (deferred deliveries "
		    "only)\n\n",
		    with_success ? "Success" : "Failures");
		text_table_print(&table, terminal);
	}
	text_table_release(&table);
}

static int
order_retried(const void *a, const void *b)
{
	const struct view_code *x = *(const struct view_code *const *)a;
	const struct view_code *y = *(const struct view_code *const *)b;
	uint64_t deferred = tally_sum(x->retry->outcomes);
	uint64_t other = tally_sum(y->retry->outcomes);

	if (deferred != other)
		return deferred > other ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* The first codes by deferred deliveries, then as the view; free() it. */
static const struct view_code **
list_first_codes(const struct report_view *view, size_t *count)
{
	const struct view_code **codes =
	    memory_allocate_array(view->code_count + 1, sizeof(*codes));

	*count = 0;
	for (size_t i = 0; i < view->code_count; i++)
		if (view->codes[i].retry != NULL)
			codes[(*count)++] = &view->codes[i];
	qsort(codes, *count, sizeof(*codes), order_retried);
	return codes;
}

static void
print_by_code(struct terminal *terminal, const struct report_view *view,
    const struct view_code *const *codes, size_t count)
{
	static const struct text_column columns[] = {
		{ "first code", TEXT_LEFT, false },
		{ "deferred", TEXT_RIGHT, false },
		{ "delivered", TEXT_RIGHT, false },
		{ "ended", TEXT_RIGHT, false },
		{ "success", TEXT_RIGHT, false },
		{ "pending", TEXT_RIGHT, false },
		{ "p50", TEXT_RIGHT, false },
		{ "p90", TEXT_RIGHT, false },
	};
	struct text_table table;

	text_table_init(&table, columns, 8, terminal);
	for (size_t i = 0; i < count && i < view->source->settings->top; i++) {
		struct tally_retry *retry = codes[i]->retry;
		uint32_t seconds;

		text_code(&table, codes[i]->key.enhanced, codes[i]->key.reply);
		text_number(&table, tally_sum(retry->outcomes));
		text_number(&table, retry->outcomes[OUTCOME_DELIVERED]);
		text_number(&table, tally_ended(retry->outcomes));
		text_percent(&table, retry->outcomes[OUTCOME_DELIVERED],
		    tally_ended(retry->outcomes));
		text_number(&table, retry->outcomes[OUTCOME_PENDING]);
		for (unsigned percent = 50; percent <= 90; percent += 40) {
			if (quantile_at(&retry->resolution, percent, &seconds))
				text_duration(&table, seconds);
			else
				text_string(&table, "-");
		}
	}
	if (count > 0) {
		buffer_append_byte(terminal->out, '\n');
		terminal_print(terminal, "  ", 2,
		    "By first code (deliveries; ended = delivered + bounced + "
		    "expired; p50, p90: time to resolution)");
		buffer_append_byte(terminal->out, '\n');
		print_top(terminal, &table, count, "code", "codes");
	}
	text_table_release(&table);
}

/* "5 min, 11 min, 20 min ..." as it was; the number of waits. */
static size_t
append_actual(const struct report_view *view, struct buffer *out, uint32_t code)
{
	uint32_t number = 2;

	for (; number < 2 + WAITS_SHOWN; number++) {
		struct tally_retry_attempt *counts =
		    find_attempt(view, code, number);
		uint32_t seconds;

		if (counts == NULL ||
		    !quantile_at(&counts->interval, 50, &seconds))
			break;
		if (number > 2)
			buffer_append_string(out, ", ");
		buffer_append_duration(out, seconds);
	}
	if (find_attempt(view, code, number) != NULL && number > 2)
		buffer_append_string(out, " ...");
	return number - 2;
}

static void
append_advised(
    struct buffer *out, const struct catalogue_entry *entry, bool *is_known)
{
	size_t count = 0;
	const uint32_t *waits = catalogue_schedule(entry, &count);

	*is_known = true;
	if (entry->never_retry) {
		buffer_append_string(out, "never to retry");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_append_string(out, ", ");
		buffer_append_duration(out, waits[i]);
	}
	*is_known = count > 0;
}

/* Does the median of any wait differ from the advice by a factor of two? */
static bool
departs(const struct report_view *view, uint32_t code,
    const struct catalogue_entry *entry)
{
	size_t count = 0;
	const uint32_t *waits = catalogue_schedule(entry, &count);

	for (size_t i = 0; i < count; i++) {
		struct tally_retry_attempt *counts =
		    find_attempt(view, code, (uint32_t)i + 2);
		uint32_t seconds;

		if (counts == NULL ||
		    !quantile_at(&counts->interval, 50, &seconds))
			break;
		if (seconds > waits[i] * (uint64_t)2 ||
		    seconds * (uint64_t)2 < waits[i])
			return true;
	}
	return entry->never_retry;
}

static void
append_tail(const struct report_view *view, struct buffer *out, uint32_t code,
    const struct catalogue_entry *entry)
{
	uint32_t after =
	    entry->tries_maximum > 0 ? entry->tries_maximum : TAIL_AFTER;
	struct tally_retry_attempt tail = sum_after(view, code, after);

	if (tally_tries(&tail) == 0)
		return;
	buffer_append_format(out, "; after attempt %u, ", after);
	buffer_append_percent(out, tail.delivered, tally_tries(&tail));
	buffer_append_format(out, " of the tries still succeed (%llu of %llu)",
	    (unsigned long long)tail.delivered,
	    (unsigned long long)tally_tries(&tail));
}

/*
 * A sentence on one code, the first after an empty line; nothing when there is
 * no retry or no advice.
 */
static bool
print_schedule(struct terminal *terminal, const struct report_view *view,
    const struct view_code *code, bool is_first)
{
	uint32_t number = code->key.enhanced;
	const struct catalogue_entry *entry =
	    view_catalogue_entry(view, code->key);
	bool is_known = false;
	size_t waits;
	struct buffer text;

	if (entry == NULL || number == 0)
		return false;
	buffer_init(&text, 0);
	buffer_append_enhanced_code(&text, number);
	buffer_append_string(&text, " is retried after ");
	waits = append_actual(view, &text, number);
	buffer_append_string(&text,
	    departs(view, number, entry) ? "; advised: "
					 : ", much as advised: ");
	append_advised(&text, entry, &is_known);
	if (!view_is_of_failures(view))
		append_tail(view, &text, number, entry);
	buffer_append_byte(&text, '.');
	if (waits > 0 && is_known) {
		if (is_first)
			buffer_append_byte(terminal->out, '\n');
		terminal_paragraph(terminal, "  ", 4, buffer_text(&text));
	}
	buffer_release(&text);
	return waits > 0 && is_known;
}

void
section_retries(struct terminal *terminal, const struct report_view *view)
{
	struct tally_stats *all = &view->tally->all;
	const struct view_code **codes;
	size_t count;
	size_t printed = 0;

	terminal_heading(terminal,
	    "Retries (deliveries that were deferred or suspended at least "
	    "once)");
	if (tally_retried(all) == 0) {
		buffer_append_string(terminal->out, "  none\n");
		return;
	}
	print_retry_rate(terminal, "  Success rate ", all->retried);
	print_resolution(terminal, "  Resolved     ", &all->resolution);
	print_curve(terminal, view);
	codes = list_first_codes(view, &count);
	print_by_code(terminal, view, codes, count);
	for (size_t i = 0; i < count && printed < view->source->settings->top;
	     i++)
		if (print_schedule(terminal, view, codes[i], printed == 0))
			printed++;
	free(codes);
	if (printed > 0)
		buffer_append_string(terminal->out,
		    "  Waits are medians between tries of the same delivery, "
		    "by first code.\n");
}
