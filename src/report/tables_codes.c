#include <stdlib.h>

#include "base/key_sort.h"
#include "base/memory.h"
#include "report/domain_groups.h"
#include "report/tables.h"

static const struct column code_columns[] = {
	{ "enhanced_code", COLUMN_CODE },
	{ "reply_code", COLUMN_CODE },
	{ "name", COLUMN_TEXT },
	{ "deferred", COLUMN_INTEGER },
	{ "bounced", COLUMN_INTEGER },
	{ "suspended", COLUMN_INTEGER },
	{ "deliveries", COLUMN_INTEGER },
	{ "recipient_domains", COLUMN_INTEGER },
	{ "top_category", COLUMN_TEXT },
	{ "class", COLUMN_TEXT },
	{ "action", COLUMN_TEXT },
	{ "deferred_deliveries", COLUMN_INTEGER },
	{ "retry_delivered", COLUMN_INTEGER },
	{ "retry_bounced", COLUMN_INTEGER },
	{ "retry_expired", COLUMN_INTEGER },
	{ "retry_pending", COLUMN_INTEGER },
	{ "retry_success_rate", COLUMN_RATE },
	{ "resolution_seconds_p50", COLUMN_INTEGER },
	{ "resolution_seconds_p90", COLUMN_INTEGER },
	{ "resolution_seconds_max", COLUMN_INTEGER },
	{ "first_event_at", COLUMN_INSTANT },
	{ "last_event_at", COLUMN_INSTANT },
	{ "example", COLUMN_TEXT },
};

static void
write_retry(struct row_writer *writer, struct tally_retry *retry)
{
	static const unsigned percents[] = { 50, 90, 100 };
	static const uint64_t none[OUTCOMES];
	const uint64_t *outcomes = retry != NULL ? retry->outcomes : none;

	row_integer(writer, tally_sum(outcomes));
	row_integer(writer, outcomes[OUTCOME_DELIVERED]);
	row_integer(writer, outcomes[OUTCOME_BOUNCED]);
	row_integer(writer, outcomes[OUTCOME_EXPIRED]);
	row_integer(writer, outcomes[OUTCOME_PENDING]);
	row_retry_rate(writer, outcomes);
	row_percentiles(
	    writer, retry != NULL ? &retry->resolution : NULL, percents, 3);
}

static void
write_codes(const struct report_view *view, struct row_writer *writer)
{
	for (size_t i = 0; i < view->code_count; i++) {
		const struct view_code *code = &view->codes[i];

		row_enhanced_code(writer, code->key.enhanced);
		row_reply_code(writer, code->reply_code);
		row_text(writer,
		    catalogue_name(view_catalogue_entry(view, code->key)));
		row_integer(writer, code->deferred);
		row_integer(writer, code->bounced);
		row_integer(writer, code->suspended);
		row_integer(writer, code->deliveries);
		row_integer(writer, code->domains);
		row_string(writer, verdict_category_name(code->category));
		row_string(writer, verdict_class_name(code->class));
		row_string(writer, verdict_action_name(code->action));
		write_retry(writer, code->retry);
		row_event_time(writer, code->first_event);
		row_event_time(writer, code->last_event);
		row_text(writer, code->example);
		row_end(writer);
	}
}

const struct table table_codes =
    SORTING_TABLE("codes", code_columns, write_codes);

static const struct column category_columns[] = {
	{ "category", COLUMN_TEXT },
	{ "class", COLUMN_TEXT },
	{ "action", COLUMN_TEXT },
	{ "deferred", COLUMN_INTEGER },
	{ "bounced", COLUMN_INTEGER },
	{ "suspended", COLUMN_INTEGER },
	{ "deliveries", COLUMN_INTEGER },
	{ "recipient_domains", COLUMN_INTEGER },
	{ "example", COLUMN_TEXT },
};

static void
write_categories(const struct report_view *view, struct row_writer *writer)
{
	for (size_t i = 0; i < view->category_count; i++) {
		const struct view_category *row = &view->categories[i];

		row_string(writer, verdict_category_name(row->category));
		row_string(writer, verdict_class_name(row->class));
		row_string(writer, verdict_action_name(row->action));
		row_integer(writer, row->deferred);
		row_integer(writer, row->bounced);
		row_integer(writer, row->suspended);
		row_integer(writer, row->deliveries);
		row_integer(writer, row->domains);
		row_text(writer, row->example);
		row_end(writer);
	}
}

const struct table table_categories =
    TABLE("categories", category_columns, write_categories);

static const struct column domain_code_columns[] = {
	{ "recipient_domain", COLUMN_TEXT },
	{ "enhanced_code", COLUMN_CODE },
	{ "reply_code", COLUMN_CODE },
	{ "category", COLUMN_TEXT },
	{ "class", COLUMN_TEXT },
	{ "action", COLUMN_TEXT },
	{ "deferred", COLUMN_INTEGER },
	{ "bounced", COLUMN_INTEGER },
	{ "deliveries", COLUMN_INTEGER },
	{ "first_event_at", COLUMN_INSTANT },
	{ "last_event_at", COLUMN_INSTANT },
};

/* Some causes of one domain that are one row. */
struct domain_code {
	struct text domain;
	const struct cause *cause; /* the most frequent one */
	struct tally_cause counts; /* of all of them */
	uint64_t cause_attempts; /* of the most frequent one */
	uint32_t end; /* the first cause behind them */
};

/* Causes that differ in class or action only are one row. */
static bool
continues(const struct cause *cause, const struct domain_code *row)
{
	return cause->enhanced_code == row->cause->enhanced_code &&
	    cause->reply_code == row->cause->reply_code &&
	    cause->category == row->cause->category;
}

static void
add_counts(struct domain_code *row, const struct cause *cause,
    const struct tally_cause *counts)
{
	uint64_t attempts = counts->deferred + counts->bounced;

	if (attempts > row->cause_attempts) {
		row->cause = cause;
		row->cause_attempts = attempts;
	}
	tally_merge_cause(&row->counts, counts);
}

/* The row that begins with a cause of a domain. */
static struct domain_code
sum_domain_code(const struct report_view *view, uint32_t start)
{
	struct view_cause first =
	    view_cause_at(view, view->domain_causes, start);
	struct domain_code row = {
		.domain = domain_groups_name(view->groups, first.name),
		.cause = &view->source->causes[first.cause],
	};

	for (row.end = start; row.end < view->domain_causes.count; row.end++) {
		struct view_cause next =
		    view_cause_at(view, view->domain_causes, row.end);
		const struct cause *cause = &view->source->causes[next.cause];

		if (next.name != first.name || !continues(cause, &row))
			break;
		add_counts(&row, cause, next.counts);
	}
	return row;
}

struct named_domain {
	struct text name;
	uint32_t number;
};

static int
order_names(const void *a, const void *b)
{
	const struct named_domain *x = a;
	const struct named_domain *y = b;

	return text_compare(x->name, y->name);
}

/* All domains by their names; free() them. */
static struct named_domain *
sort_domains(const struct report_view *view)
{
	struct named_domain *domains =
	    memory_allocate_array(view->domain_count, sizeof(*domains));

	for (size_t i = 0; i < view->domain_count; i++)
		domains[i] = (struct named_domain){ view->domains[i].name,
			view->domains[i].number };
	qsort(domains, view->domain_count, sizeof(*domains), order_names);
	return domains;
}

/*
 * The causes that rows begin with by the tries of the rows, then by domain,
 * then as they stand; free() them.
 */
static struct key_sort_item *
sort_domain_codes(const struct report_view *view, size_t *count)
{
	struct named_domain *domains = sort_domains(view);
	struct key_sort_item *items =
	    memory_allocate_array(view->domain_causes.count, sizeof(*items));

	*count = 0;
	for (size_t i = 0; i < view->domain_count; i++) {
		struct view_causes causes =
		    view_causes_of(view, TALLY_DOMAIN, domains[i].number, 0);
		uint32_t at = causes.start;

		while (at < causes.start + causes.count) {
			struct domain_code row = sum_domain_code(view, at);

			items[(*count)++] = (struct key_sort_item){
				.key =
				    ~(row.counts.deferred + row.counts.bounced),
				.row = at,
			};
			at = row.end;
		}
	}
	free(domains);
	key_sort(items, *count);
	return items;
}

static void
write_domain_code(struct row_writer *writer, const struct domain_code *row)
{
	const struct cause *cause = row->cause;
	const struct tally_cause *counts = &row->counts;

	row_text(writer, row->domain);
	row_enhanced_code(writer, cause->enhanced_code);
	row_reply_code(writer, cause->reply_code);
	row_string(writer, verdict_category_name(cause->category));
	row_string(writer, verdict_class_name(cause->class));
	row_string(writer, verdict_action_name(cause->action));
	row_integer(writer, counts->deferred);
	row_integer(writer, counts->bounced);
	row_integer(writer, counts->deliveries);
	row_event_time(writer, counts->first_event);
	row_event_time(writer, counts->last_event);
	row_end(writer);
}

static void
write_domain_codes(const struct report_view *view, struct row_writer *writer)
{
	size_t count;
	struct key_sort_item *sorted = sort_domain_codes(view, &count);

	for (size_t i = 0; i < count; i++) {
		struct domain_code row =
		    sum_domain_code(view, (uint32_t)sorted[i].row);

		write_domain_code(writer, &row);
	}
	free(sorted);
}

const struct table table_domain_codes =
    TABLE("domain_codes", domain_code_columns, write_domain_codes);
