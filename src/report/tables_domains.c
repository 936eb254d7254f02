#include "report/tables.h"

#define STATS_COLUMNS                                                          \
	{ "deliveries", COLUMN_INTEGER }, { "delivered", COLUMN_INTEGER },     \
	    { "bounced", COLUMN_INTEGER }, { "expired", COLUMN_INTEGER },      \
	    { "pending", COLUMN_INTEGER }, { "withdrawn", COLUMN_INTEGER },    \
	    { "bounce_rate", COLUMN_RATE }, { "attempts", COLUMN_INTEGER },    \
	    { "attempts_delivered", COLUMN_INTEGER },                          \
	    { "attempts_deferred", COLUMN_INTEGER },                           \
	    { "attempts_bounced", COLUMN_INTEGER },                            \
	    { "suspended", COLUMN_INTEGER },                                   \
	    { "failures_hard", COLUMN_INTEGER },                               \
	    { "failures_soft", COLUMN_INTEGER },                               \
	    { "failures_block", COLUMN_INTEGER },                              \
	    { "failures_undetermined", COLUMN_INTEGER },                       \
	    { "deferred_deliveries", COLUMN_INTEGER },                         \
	    { "retry_delivered", COLUMN_INTEGER },                             \
	    { "retry_bounced", COLUMN_INTEGER },                               \
	    { "retry_expired", COLUMN_INTEGER },                               \
	    { "retry_pending", COLUMN_INTEGER },                               \
	    { "retry_success_rate", COLUMN_RATE },                             \
	    { "resolution_seconds_p50", COLUMN_INTEGER },                      \
	    { "resolution_seconds_p90", COLUMN_INTEGER },                      \
	    { "resolution_seconds_p99", COLUMN_INTEGER },                      \
	    { "resolution_seconds_max", COLUMN_INTEGER },                      \
	    { "top_enhanced_code", COLUMN_CODE },                              \
	    { "top_category", COLUMN_TEXT }, { "top_action", COLUMN_TEXT },    \
	    { "sent_after_hard_bounce", COLUMN_INTEGER },                      \
	    { "first_event_at", COLUMN_INSTANT },                              \
	{                                                                      \
		"last_event_at", COLUMN_INSTANT                                \
	}

static const struct column domain_columns[] = {
	{ "recipient_domain", COLUMN_TEXT },
	{ "provider", COLUMN_TEXT },
	STATS_COLUMNS,
};

static const struct column provider_columns[] = {
	{ "provider", COLUMN_TEXT },
	STATS_COLUMNS,
};

static const struct column sender_columns[] = {
	{ "sender_domain", COLUMN_TEXT },
	STATS_COLUMNS,
};

static void
write_outcomes(struct row_writer *writer, const struct tally_stats *stats)
{
	uint64_t bounced = stats->outcomes[OUTCOME_BOUNCED];
	uint64_t expired = stats->outcomes[OUTCOME_EXPIRED];
	uint64_t delivered = stats->outcomes[OUTCOME_DELIVERED];

	row_integer(writer, tally_deliveries(stats));
	row_integer(writer, delivered);
	row_integer(writer, bounced);
	row_integer(writer, expired);
	row_integer(writer, stats->outcomes[OUTCOME_PENDING]);
	row_integer(writer, stats->outcomes[OUTCOME_WITHDRAWN]);
	row_rate(writer, bounced + expired, delivered + bounced + expired);
}

static void
write_attempts(struct row_writer *writer, const struct tally_stats *stats)
{
	row_integer(writer, tally_attempts(stats));
	row_integer(writer, stats->delivered);
	row_integer(writer, stats->deferred);
	row_integer(writer, stats->bounced);
	row_integer(writer, stats->suspended);
	row_integer(writer, stats->failures[CLASS_HARD]);
	row_integer(writer, stats->failures[CLASS_SOFT]);
	row_integer(writer, stats->failures[CLASS_BLOCK]);
	row_integer(writer, stats->failures[CLASS_UNDETERMINED]);
}

static void
write_retries(struct row_writer *writer, struct tally_stats *stats)
{
	static const unsigned percents[] = { 50, 90, 99, 100 };

	row_integer(writer, tally_retried(stats));
	row_integer(writer, stats->retried[OUTCOME_DELIVERED]);
	row_integer(writer, stats->retried[OUTCOME_BOUNCED]);
	row_integer(writer, stats->retried[OUTCOME_EXPIRED]);
	row_integer(writer, stats->retried[OUTCOME_PENDING]);
	row_retry_rate(writer, stats->retried);
	row_percentiles(writer, &stats->resolution, percents, 4);
}

static void
write_stats(const struct report_view *view, struct row_writer *writer,
    const struct view_entity *entity, enum tally_dimension dimension)
{
	struct view_top top = view_top_of(
	    view, view_causes_of(view, dimension, entity->number, 0));

	write_outcomes(writer, entity->stats);
	write_attempts(writer, entity->stats);
	write_retries(writer, entity->stats);
	row_enhanced_code(writer, top.enhanced_code);
	row_string(writer, verdict_category_name(top.category));
	row_string(writer, verdict_action_name(top.action));
	row_integer(writer, entity->stats->after_hard_bounce);
	row_event_time(writer, entity->stats->first_event);
	row_event_time(writer, entity->stats->last_event);
	row_end(writer);
}

static void
write_domains(const struct report_view *view, struct row_writer *writer)
{
	for (size_t i = 0; i < view->domain_count; i++) {
		const struct view_entity *entity = &view->domains[i];

		row_text(writer, entity->name);
		row_text(writer, view_name(view, entity->domain->provider));
		write_stats(view, writer, entity, TALLY_DOMAIN);
	}
}

static void
write_providers(const struct report_view *view, struct row_writer *writer)
{
	for (size_t i = 0; i < view->provider_count; i++) {
		row_text(writer, view->providers[i].name);
		write_stats(view, writer, &view->providers[i], TALLY_PROVIDER);
	}
}

static void
write_senders(const struct report_view *view, struct row_writer *writer)
{
	for (size_t i = 0; i < view->sender_count; i++) {
		row_text(writer, view->senders[i].name);
		write_stats(view, writer, &view->senders[i], TALLY_SENDER);
	}
}

const struct table table_domains =
    SORTING_TABLE("domains", domain_columns, write_domains);
const struct table table_providers =
    SORTING_TABLE("providers", provider_columns, write_providers);
const struct table table_senders =
    SORTING_TABLE("senders", sender_columns, write_senders);

static const struct column relay_columns[] = {
	{ "relay_host", COLUMN_TEXT },
	{ "relay_ip", COLUMN_TEXT },
	{ "recipient_domains", COLUMN_INTEGER },
	{ "attempts", COLUMN_INTEGER },
	{ "delivered", COLUMN_INTEGER },
	{ "deferred", COLUMN_INTEGER },
	{ "bounced", COLUMN_INTEGER },
	{ "delay_seconds_p50", COLUMN_DECIMAL },
	{ "delay_seconds_p95", COLUMN_DECIMAL },
	{ "top_enhanced_code", COLUMN_CODE },
	{ "top_category", COLUMN_TEXT },
	{ "first_event_at", COLUMN_INSTANT },
	{ "last_event_at", COLUMN_INSTANT },
};

static void
write_delays(struct row_writer *writer, struct tally_relay *counts)
{
	static const unsigned percents[] = { 50, 95 };
	uint32_t milliseconds[2];
	bool known =
	    quantile_percentiles(&counts->delay, percents, 2, milliseconds);

	for (unsigned i = 0; i < 2; i++) {
		if (known)
			row_thousandths(writer, milliseconds[i]);
		else
			row_empty(writer);
	}
}

static void
write_relays(const struct report_view *view, struct row_writer *writer)
{
	for (size_t i = 0; i < view->relay_count; i++) {
		const struct view_relay *relay = &view->relays[i];
		struct tally_relay *counts = relay->counts;
		struct view_top top = view_top_of(view,
		    view_causes_of(view, TALLY_RELAY, relay->host_number,
			relay->ip_number));

		row_text(writer, relay->host);
		row_text(writer, relay->ip);
		row_integer(writer, relay->domains);
		row_integer(writer,
		    counts->delivered + counts->deferred + counts->bounced);
		row_integer(writer, counts->delivered);
		row_integer(writer, counts->deferred);
		row_integer(writer, counts->bounced);
		write_delays(writer, counts);
		row_enhanced_code(writer, top.enhanced_code);
		row_string(writer, verdict_category_name(top.category));
		row_event_time(writer, counts->first_event);
		row_event_time(writer, counts->last_event);
		row_end(writer);
	}
}

const struct table table_relays =
    SORTING_TABLE("relays", relay_columns, write_relays);
