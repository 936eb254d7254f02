#include "report/alerts.h"

#include <stdlib.h>

#include "base/enhanced_code.h"
#include "base/memory.h"
#include "track/domain_name.h"
#include "track/filter.h"

enum alert_subject {
	SUBJECT_ALL,
	SUBJECT_DOMAIN,
	SUBJECT_PROVIDER,
	SUBJECT_SENDER,
	SUBJECT_CATEGORY,
	SUBJECT_CODE
};

enum alert_operator { AT_LEAST, AT_MOST, GREATER, LESS, EQUAL };

struct metric;

struct alert {
	struct text expression;
	enum alert_subject subject;
	struct text name; /* of the domain, category, ... */
	const struct metric *metric; /* NULL for categories and codes */
	enum alert_operator op;
	double limit;
};

/* What a metric is at a time: a number, or a part of a whole. */
struct value {
	uint64_t part;
	uint64_t whole; /* of a rate; 0 = there is none */
	bool is_rate;
};

/* --- metrics --- */

struct metric {
	const char *name;
	struct value (*of_stats)(const struct tally_stats *stats);
	struct value (*of_view)(const struct report_view *view);
};

static struct value
number(uint64_t count)
{
	return (struct value){ .part = count };
}

static struct value
rate(uint64_t part, uint64_t whole)
{
	return (struct value){ part, whole, true };
}

static struct value
bounce_rate(const struct tally_stats *stats)
{
	return rate(
	    tally_failed(stats->outcomes), tally_ended(stats->outcomes));
}

static struct value
retry_success_rate(const struct tally_stats *stats)
{
	return rate(
	    stats->retried[OUTCOME_DELIVERED], tally_ended(stats->retried));
}

#define STATS_METRIC(name, expression)                                         \
	static struct value name(const struct tally_stats *stats)              \
	{                                                                      \
		return number(expression);                                     \
	}

STATS_METRIC(deliveries, tally_deliveries(stats))
STATS_METRIC(delivered, stats->outcomes[OUTCOME_DELIVERED])
STATS_METRIC(bounced, stats->outcomes[OUTCOME_BOUNCED])
STATS_METRIC(expired, stats->outcomes[OUTCOME_EXPIRED])
STATS_METRIC(pending, stats->outcomes[OUTCOME_PENDING])
STATS_METRIC(withdrawn, stats->outcomes[OUTCOME_WITHDRAWN])
STATS_METRIC(attempts, tally_attempts(stats))
STATS_METRIC(attempts_delivered, stats->delivered)
STATS_METRIC(attempts_deferred, stats->deferred)
STATS_METRIC(attempts_bounced, stats->bounced)
STATS_METRIC(suspended, stats->suspended)
STATS_METRIC(failures_hard, stats->failures[CLASS_HARD])
STATS_METRIC(failures_soft, stats->failures[CLASS_SOFT])
STATS_METRIC(failures_block, stats->failures[CLASS_BLOCK])
STATS_METRIC(failures_undetermined, stats->failures[CLASS_UNDETERMINED])
STATS_METRIC(deferred_deliveries, tally_retried(stats))
STATS_METRIC(sent_after_hard_bounce, stats->after_hard_bounce)

static struct value
incidents_open(const struct report_view *view)
{
	uint64_t count = 0;

	for (size_t i = 0; i < view->incident_count; i++)
		count += view->incidents[i]->resolved_at == INSTANT_NONE;
	return number(count);
}

static struct value
incidents(const struct report_view *view)
{
	return number(view->incident_count);
}

#define LINES_METRIC(name)                                                     \
	static struct value name(const struct report_view *view)               \
	{                                                                      \
		return number(view->lines.name);                               \
	}

LINES_METRIC(lines)
LINES_METRIC(recognised)
LINES_METRIC(unmatched)
LINES_METRIC(malformed)

static struct value
unclassified(const struct report_view *view)
{
	return number(view->tally->totals.unclassified);
}

static struct value
rejected(const struct report_view *view)
{
	return number(view->tally->totals.rejected);
}

static struct value
messages(const struct report_view *view)
{
	return number(view->tally->totals.messages);
}

static struct value
damaged_files(const struct report_view *view)
{
	return number(view->source->damaged_files);
}

#define OF_STATS(name)                                                         \
	{                                                                      \
#name, name, NULL                                              \
	}
#define OF_VIEW(name)                                                          \
	{                                                                      \
#name, NULL, name                                              \
	}

static const struct metric metrics[] = {
	OF_STATS(bounce_rate),
	OF_STATS(retry_success_rate),
	OF_STATS(deliveries),
	OF_STATS(delivered),
	OF_STATS(bounced),
	OF_STATS(expired),
	OF_STATS(pending),
	OF_STATS(withdrawn),
	OF_STATS(attempts),
	OF_STATS(attempts_delivered),
	OF_STATS(attempts_deferred),
	OF_STATS(attempts_bounced),
	OF_STATS(suspended),
	OF_STATS(failures_hard),
	OF_STATS(failures_soft),
	OF_STATS(failures_block),
	OF_STATS(failures_undetermined),
	OF_STATS(deferred_deliveries),
	OF_STATS(sent_after_hard_bounce),
	OF_VIEW(incidents_open),
	OF_VIEW(incidents),
	OF_VIEW(lines),
	OF_VIEW(recognised),
	OF_VIEW(unmatched),
	OF_VIEW(malformed),
	OF_VIEW(unclassified),
	OF_VIEW(rejected),
	OF_VIEW(messages),
	OF_VIEW(damaged_files),
};

static const struct metric *
find_metric(struct text name, bool of_all)
{
	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
		if (text_equal(name, text_of(metrics[i].name)) &&
		    (of_all || metrics[i].of_stats != NULL))
			return &metrics[i];
	return NULL;
}

/* --- parsing --- */

static bool
take_operator(struct text *rest, enum alert_operator *op)
{
	static const struct {
		const char *sign;
		enum alert_operator op;
	} operators[] = {
		{ ">=", AT_LEAST },
		{ "<=", AT_MOST },
		{ "==", EQUAL },
		{ ">", GREATER },
		{ "<", LESS },
		{ "=", EQUAL },
	};

	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		struct text sign = text_of(operators[i].sign);

		if (!text_starts_with(*rest, sign))
			continue;
		*op = operators[i].op;
		*rest = text_slice(*rest, sign.length, rest->length);
		return true;
	}
	return false;
}

/* 12, 0.05, .5 or 5%; at most 15 digits, so that it is exact. */
static bool
take_number(struct text text, double *value)
{
	double scale = 1;
	size_t digits = 0;
	bool has_point = false;

	text = text_trim(text);
	*value = 0;
	if (text.length > 1 && text.data[text.length - 1] == '%') {
		text.length--;
		scale = 100;
	}
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '.' && !has_point) {
			has_point = true;
			continue;
		}
		if (!byte_is_digit(text.data[i]) || ++digits > 15)
			return false;
		*value = *value * 10 + (text.data[i] - '0');
		if (has_point)
			scale *= 10;
	}
	*value /= scale;
	return digits > 0;
}

/* 4.3.2, 550, or with stars what --code takes. */
static bool
is_code(struct text name)
{
	uint64_t reply;
	size_t length;

	if (text_find_byte(name, '*') != TEXT_NONE)
		return filter_is_code(name);
	if (text_parse_number(name, 599, &reply))
		return reply >= 200;
	return enhanced_code_parse(name, &length) != 0 && length == name.length;
}

static bool
take_subject(struct alert *alert, struct arena *arena, struct text left)
{
	static const char *const subjects[] = {
		[SUBJECT_DOMAIN] = "domain",
		[SUBJECT_PROVIDER] = "provider",
		[SUBJECT_SENDER] = "sender",
		[SUBJECT_CATEGORY] = "category",
		[SUBJECT_CODE] = "code",
	};
	size_t colon = text_find_byte(left, ':');
	size_t last = text_find_last_byte(left, ':');
	enum verdict_category category;

	if (colon == TEXT_NONE) {
		alert->metric = find_metric(left, true);
		return alert->metric != NULL;
	}
	for (int i = SUBJECT_DOMAIN; i <= SUBJECT_CODE; i++)
		if (text_equal(
			text_slice(left, 0, colon), text_of(subjects[i])))
			alert->subject = (enum alert_subject)i;
	alert->name = text_slice(left, colon + 1, left.length);
	switch (alert->subject) {
	case SUBJECT_ALL:
		return false;
	case SUBJECT_CATEGORY:
		return verdict_category_find(alert->name, &category);
	case SUBJECT_CODE:
		return is_code(alert->name);
	case SUBJECT_DOMAIN:
	case SUBJECT_PROVIDER:
	case SUBJECT_SENDER:
		break;
	}
	if (last == colon)
		return false;
	alert->name = text_slice(left, colon + 1, last);
	if (alert->subject != SUBJECT_PROVIDER)
		alert->name = domain_name_copy(arena, alert->name);
	alert->metric =
	    find_metric(text_slice(left, last + 1, left.length), false);
	return alert->metric != NULL && alert->name.length > 0;
}

static bool
parse_alert(struct alert *alert, struct arena *arena, const char *expression)
{
	struct text rest = text_of(expression);
	size_t at = 0;

	*alert = (struct alert){ .expression = rest };
	while (at < rest.length && rest.data[at] != '<' &&
	    rest.data[at] != '>' && rest.data[at] != '=')
		at++;
	if (!take_subject(alert, arena, text_trim(text_slice(rest, 0, at))))
		return false;
	rest = text_slice(rest, at, rest.length);
	return take_operator(&rest, &alert->op) &&
	    take_number(rest, &alert->limit);
}

bool
alerts_parse(struct alerts *alerts, const struct settings_list *list,
    struct diagnostics *diagnostics)
{
	bool good = true;

	*alerts = (struct alerts){ 0 };
	arena_init(&alerts->arena);
	alerts->items =
	    memory_allocate_array(list->count, sizeof(*alerts->items));
	for (size_t i = 0; i < list->count; i++) {
		if (parse_alert(&alerts->items[alerts->count], &alerts->arena,
			list->items[i])) {
			alerts->count++;
			continue;
		}
		good = false;
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, NULL,
		    "--fail-if: not a condition such as bounce_rate>0.05, "
		    "domain:example.com:bounced>10 or category:ip_blocked>0: "
		    "'%s'",
		    list->items[i]);
	}
	return good;
}

void
alerts_release(struct alerts *alerts)
{
	free(alerts->items);
	arena_release(&alerts->arena);
	*alerts = (struct alerts){ 0 };
}

/* --- checking --- */

static const struct tally_stats *
find_stats(const struct report_view *view, const struct alert *alert)
{
	const struct view_entity *list = view->domains;
	size_t count = view->domain_count;

	if (alert->subject == SUBJECT_ALL)
		return &view->tally->all;
	if (alert->subject == SUBJECT_PROVIDER) {
		list = view->providers;
		count = view->provider_count;
	} else if (alert->subject == SUBJECT_SENDER) {
		list = view->senders;
		count = view->sender_count;
	}
	for (size_t i = 0; i < count; i++)
		if (text_equal_nocase(list[i].name, alert->name))
			return list[i].stats;
	return NULL;
}

static struct value
category_failures(const struct report_view *view, struct text name)
{
	for (size_t i = 0; i < view->category_count; i++) {
		const struct view_category *row = &view->categories[i];

		if (text_equal(
			name, text_of(verdict_category_name(row->category))))
			return number(row->deferred + row->bounced);
	}
	return number(0);
}

/* Those that --code takes: 550 is in many replies beside a 5.1.1. */
static struct value
code_failures(const struct report_view *view, struct text name)
{
	const struct report_source *source = view->source;
	bool *matches =
	    memory_allocate_array(source->cause_count, sizeof(*matches));
	uint64_t failures = 0;

	for (size_t i = 0; i < source->cause_count; i++)
		matches[i] =
		    filter_code_matches(name, source->causes[i].enhanced_code,
			source->causes[i].reply_code);
	for (uint32_t i = 0; i < view->domain_causes.count; i++) {
		struct view_cause row =
		    view_cause_at(view, view->domain_causes, i);

		if (matches[row.cause])
			failures += row.counts->deferred + row.counts->bounced;
	}
	free(matches);
	return number(failures);
}

static struct value
value_of(const struct report_view *view, const struct alert *alert)
{
	static const struct tally_stats nothing;
	const struct tally_stats *stats;

	if (alert->subject == SUBJECT_CATEGORY)
		return category_failures(view, alert->name);
	if (alert->subject == SUBJECT_CODE)
		return code_failures(view, alert->name);
	if (alert->metric->of_view != NULL)
		return alert->metric->of_view(view);
	stats = find_stats(view, alert);
	return alert->metric->of_stats(stats != NULL ? stats : &nothing);
}

static bool
holds(const struct alert *alert, double value)
{
	switch (alert->op) {
	case AT_LEAST:
		return value >= alert->limit;
	case AT_MOST:
		return value <= alert->limit;
	case GREATER:
		return value > alert->limit;
	case LESS:
		return value < alert->limit;
	case EQUAL:
		break;
	}
	return value >= alert->limit && value <= alert->limit;
}

size_t
alerts_check(const struct alerts *alerts, const struct report_view *view,
    struct buffer *out)
{
	size_t tripped = 0;

	for (size_t i = 0; i < alerts->count; i++) {
		const struct alert *alert = &alerts->items[i];
		struct value value = value_of(view, alert);

		if (value.is_rate && value.whole == 0)
			continue;
		if (!holds(alert,
			value.is_rate ? (double)value.part / (double)value.whole
				      : (double)value.part))
			continue;
		tripped++;
		buffer_append_string(out, "threshold crossed: ");
		buffer_append_escaped(out, alert->expression);
		if (value.is_rate)
			buffer_append_format(out,
			    ": it is %.6f (%llu of %llu)\n",
			    (double)value.part / (double)value.whole,
			    (unsigned long long)value.part,
			    (unsigned long long)value.whole);
		else
			buffer_append_format(out, ": it is %llu\n",
			    (unsigned long long)value.part);
	}
	return tripped;
}
