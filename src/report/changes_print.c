#include "report/changes.h"
#include "report/picture.h"
#include "report/text_table.h"

static const char *
kind_word(enum change_kind kind)
{
	switch (kind) {
	case CHANGE_NONE:
		return "as usual";
	case CHANGE_NEW:
		return "new";
	case CHANGE_HIGHER:
		return "higher";
	case CHANGE_LOWER:
		return "lower";
	case CHANGE_RECOVERED:
		return "recovered";
	}
	return "";
}

static void
figures_cell(struct text_table *table, struct change_figures figures)
{
	struct buffer cell;

	buffer_init(&cell, 0);
	buffer_append_format(&cell, "%llu of %llu",
	    (unsigned long long)figures.failed,
	    (unsigned long long)figures.ended);
	text_cell(table, buffer_text(&cell));
	buffer_release(&cell);
}

static double
percent_of(struct change_figures figures)
{
	return 100.0 * (double)figures.failed / (double)figures.ended;
}

/* "2.0-4.0 %", or "2.0 %": what the rate was on the days before. */
static void
append_band(struct buffer *out, const struct change *change)
{
	if (change->before.ended == 0) {
		buffer_append_byte(out, '-');
		return;
	}
	if (percent_of(change->lowest) < percent_of(change->highest))
		buffer_append_format(out, "%.1f-", percent_of(change->lowest));
	buffer_append_format(out, "%.1f %%", percent_of(change->highest));
}

static void
add_row(struct text_table *table, const struct change *change)
{
	struct buffer band;

	buffer_init(&band, 0);
	append_band(&band, change);
	text_string(table, kind_word(change->kind));
	text_cell(table, change->domain);
	figures_cell(table, change->today);
	text_percent(table, change->today.failed, change->today.ended);
	figures_cell(table, change->before);
	text_cell(table, buffer_text(&band));
	buffer_release(&band);
}

static void
print_table(
    struct terminal *terminal, const struct changes *changes, size_t shown)
{
	static const struct text_column columns[] = {
		{ "", TEXT_LEFT, false },
		{ "recipient domain", TEXT_LEFT, true },
		{ "failed", TEXT_RIGHT, false },
		{ "rate", TEXT_RIGHT, false },
		{ "before", TEXT_RIGHT, false },
		{ "its rates", TEXT_RIGHT, false },
	};
	struct text_table table;

	if (shown == 0)
		return;
	buffer_append_byte(terminal->out, '\n');
	text_table_init(
	    &table, columns, sizeof(columns) / sizeof(columns[0]), terminal);
	for (size_t i = 0; i < shown; i++)
		add_row(&table, &changes->items[i]);
	text_table_print(&table, terminal);
	text_table_release(&table);
}

static void
print_all(struct terminal *terminal, const struct change *all)
{
	struct buffer words;

	if (all->today.ended == 0)
		return;
	buffer_init(&words, 0);
	buffer_append_format(&words,
	    "All mail: %llu of %llu failed, %.1f %%; %llu of %llu before, ",
	    (unsigned long long)all->today.failed,
	    (unsigned long long)all->today.ended, percent_of(all->today),
	    (unsigned long long)all->before.failed,
	    (unsigned long long)all->before.ended);
	append_band(&words, all);
	buffer_append_format(&words, ": %s.", kind_word(all->kind));
	terminal_paragraph(terminal, "  ", 2, buffer_text(&words));
	buffer_release(&words);
}

static void
print_comparison(struct terminal *terminal, const struct changes *changes)
{
	const char *weekday =
	    weekday_name((unsigned)calendar_weekday(changes->day) - 1);
	struct buffer words;
	int year;
	int month;
	int day;

	calendar_date(changes->day, &year, &month, &day);
	buffer_init(&words, 0);
	buffer_append_format(
	    &words, "%s %04d-%02d-%02d against ", weekday, year, month, day);
	buffer_append_format(&words, "%zu %s%s", changes->day_count,
	    changes->same_weekday ? weekday : "day",
	    changes->day_count == 1 ? "" : "s");
	buffer_append_string(&words,
	    " before: deliveries that bounced or expired, of those that have "
	    "ended.  A rate is higher or lower when it is outside of all its "
	    "rates before and the difference is no accident (z > 3, at least "
	    "5 failures).");
	terminal_paragraph(terminal, "  ", 2, buffer_text(&words));
	buffer_release(&words);
	buffer_append_byte(terminal->out, '\n');
	print_all(terminal, &changes->all);
}

void
changes_print(
    struct terminal *terminal, const struct changes *changes, unsigned top)
{
	size_t shown = changes->count < top ? changes->count : top;

	if (changes->day_count == 0)
		return;
	terminal_heading(terminal, "What changed");
	print_comparison(terminal, changes);
	print_table(terminal, changes, shown);
	if (shown < changes->count)
		terminal_print(terminal, "  ", 2, "%zu more not shown",
		    changes->count - shown);
}
