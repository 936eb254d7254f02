#include "store/store.h"

#ifdef HAVE_SQLITE

#include "store/tally_tables.h"

#define SUM(name, type, member)                                                \
	{                                                                      \
		name, FIELD_U64, MERGE_SUM, offsetof(type, member)             \
	}
#define SUM_32(name, type, member)                                             \
	{                                                                      \
		name, FIELD_U32, MERGE_SUM, offsetof(type, member)             \
	}
#define FIRST(name, type, member)                                              \
	{                                                                      \
		name, FIELD_TIME, MERGE_FIRST, offsetof(type, member)          \
	}
#define LAST(name, type, member)                                               \
	{                                                                      \
		name, FIELD_TIME, MERGE_LAST, offsetof(type, member)           \
	}
#define EXAMPLE(type)                                                          \
	FIRST("example_at", type, example_at),                                 \
	{                                                                      \
		"example", FIELD_NAME, MERGE_WITH_FIRST,                       \
		    offsetof(type, example)                                    \
	}

#define KEY_NUMBER(name, part_)                                                \
	{                                                                      \
		name, FIELD_U32, MERGE_NONE, offsetof(struct key, part[part_]) \
	}
#define KEY_NAME(name, part_)                                                  \
	{                                                                      \
		name, FIELD_NAME, MERGE_NONE,                                  \
		    offsetof(struct key, part[part_])                          \
	}
#define KEY_CAUSE(part_)                                                       \
	{                                                                      \
		"cause", FIELD_CAUSE, MERGE_NONE,                              \
		    offsetof(struct key, part[part_])                          \
	}
#define KEY_CATEGORY(part_)                                                    \
	{                                                                      \
		"category", FIELD_CATEGORY_KEY, MERGE_NONE,                    \
		    offsetof(struct key, part[part_])                          \
	}

/* The members of a struct tally_stats that is `stats` of `type`. */
#define STATS(type, stats)                                                     \
	SUM("outcome_delivered", type, stats outcomes[OUTCOME_DELIVERED]),     \
	    SUM("outcome_bounced", type, stats outcomes[OUTCOME_BOUNCED]),     \
	    SUM("outcome_expired", type, stats outcomes[OUTCOME_EXPIRED]),     \
	    SUM("outcome_pending", type, stats outcomes[OUTCOME_PENDING]),     \
	    SUM("outcome_withdrawn", type, stats outcomes[OUTCOME_WITHDRAWN]), \
	    SUM("delivered", type, stats delivered),                           \
	    SUM("deferred", type, stats deferred),                             \
	    SUM("bounced", type, stats bounced),                               \
	    SUM("suspended", type, stats suspended),                           \
	    SUM("failures_none", type, stats failures[CLASS_NONE]),            \
	    SUM("failures_hard", type, stats failures[CLASS_HARD]),            \
	    SUM("failures_soft", type, stats failures[CLASS_SOFT]),            \
	    SUM("failures_block", type, stats failures[CLASS_BLOCK]),          \
	    SUM("failures_undetermined", type,                                 \
		stats failures[CLASS_UNDETERMINED]),                           \
	    SUM("retry_delivered", type, stats retried[OUTCOME_DELIVERED]),    \
	    SUM("retry_bounced", type, stats retried[OUTCOME_BOUNCED]),        \
	    SUM("retry_expired", type, stats retried[OUTCOME_EXPIRED]),        \
	    SUM("retry_pending", type, stats retried[OUTCOME_PENDING]),        \
	    SUM("retry_withdrawn", type, stats retried[OUTCOME_WITHDRAWN]),    \
	    SUM("retry_attempts", type, stats retry_attempts),                 \
	    SUM("after_hard_bounce", type, stats after_hard_bounce),           \
	    FIRST("first_event_at", type, stats first_event),                  \
	    LAST("last_event_at", type, stats last_event)

#define NOTHING

static const struct field total_values[] = {
	SUM("records", struct tally, totals.records),
	SUM("messages", struct tally, totals.messages),
	SUM("internal_hops", struct tally, totals.internal_hops),
	SUM("notifications", struct tally, totals.notifications),
	SUM("local_deliveries", struct tally, totals.local_deliveries),
	SUM("probes", struct tally, totals.probes),
	SUM("rejected", struct tally, totals.rejected),
	SUM("discarded", struct tally, totals.discarded),
	SUM("unclassified", struct tally, totals.unclassified),
	SUM("suspended_records", struct tally, totals.suspended),
	FIRST("first_record_at", struct tally, totals.first_event),
	LAST("last_record_at", struct tally, totals.last_event),
	STATS(struct tally, all.),
};

static const struct field domain_keys[] = { KEY_NAME("domain", 0) };
static const struct field domain_values[] = {
	STATS(struct tally_domain, stats.),
	LAST("provider_seen_at", struct tally_domain, provider_seen),
	{ "provider", FIELD_NAME, MERGE_WITH_LAST,
	    offsetof(struct tally_domain, provider) },
};
static const struct field domain_hour_values[] = {
	SUM_32("delivered", struct tally_domain, hours[0][0]),
	SUM_32("deferred", struct tally_domain, hours[0][1]),
	SUM_32("bounced", struct tally_domain, hours[0][2]),
};

static const struct field provider_keys[] = { KEY_NAME("provider", 0) };
static const struct field sender_keys[] = { KEY_NAME("sender_domain", 0) };
static const struct field stats_values[] = { STATS(
    struct tally_stats, NOTHING) };

static const struct field cause_keys[] = {
	{ "dimension", FIELD_DIMENSION, MERGE_NONE,
	    offsetof(struct key, part[0]) },
	KEY_NAME("name", 1),
	KEY_CAUSE(2),
	KEY_NAME("relay_ip", 3),
};
static const struct field cause_values[] = {
	SUM("deferred", struct tally_cause, deferred),
	SUM("bounced", struct tally_cause, bounced),
	SUM("suspended", struct tally_cause, suspended),
	SUM("deliveries", struct tally_cause, deliveries),
	FIRST("first_event_at", struct tally_cause, first_event),
	LAST("last_event_at", struct tally_cause, last_event),
};

static const struct field relay_keys[] = {
	KEY_NAME("relay_host", 0),
	KEY_NAME("relay_ip", 1),
};
static const struct field relay_values[] = {
	SUM("delivered", struct tally_relay, delivered),
	SUM("deferred", struct tally_relay, deferred),
	SUM("bounced", struct tally_relay, bounced),
	FIRST("first_event_at", struct tally_relay, first_event),
	LAST("last_event_at", struct tally_relay, last_event),
};
static const struct field relay_domain_keys[] = {
	KEY_NAME("relay_host", 0),
	KEY_NAME("relay_ip", 1),
	KEY_NAME("domain", 2),
};

static const struct field hour_keys[] = { KEY_NUMBER("minute", 0) };
static const struct field hour_values[] = {
	SUM("delivered", struct tally_hour, delivered),
	SUM("deferred", struct tally_hour, deferred),
	SUM("bounced", struct tally_hour, bounced),
	SUM("expired", struct tally_hour, expired),
	SUM("failures_none", struct tally_hour, failures[CLASS_NONE]),
	SUM("failures_hard", struct tally_hour, failures[CLASS_HARD]),
	SUM("failures_soft", struct tally_hour, failures[CLASS_SOFT]),
	SUM("failures_block", struct tally_hour, failures[CLASS_BLOCK]),
	SUM("failures_undetermined", struct tally_hour,
	    failures[CLASS_UNDETERMINED]),
};

static const struct field code_hour_keys[] = {
	KEY_NUMBER("minute", 0),
	KEY_CAUSE(1),
};
static const struct field code_hour_values[] = {
	SUM("deferred", struct tally_code_hour, deferred),
	SUM("bounced", struct tally_code_hour, bounced),
};

static const struct field code_keys[] = {
	KEY_NUMBER("enhanced_code", 0),
	KEY_NUMBER("reply_code", 1),
};
static const struct field category_keys[] = { KEY_CATEGORY(0) };
static const struct field code_values[] = {
	SUM("deliveries", struct tally_code, deliveries),
	EXAMPLE(struct tally_code),
};

static const struct field retry_keys[] = {
	{ "scope", FIELD_RETRY_SCOPE, MERGE_NONE,
	    offsetof(struct key, part[0]) },
	KEY_NUMBER("enhanced_code", 1),
	KEY_NUMBER("reply_code", 2),
	KEY_CATEGORY(3),
};
static const struct field retry_values[] = {
	SUM("delivered", struct tally_retry, outcomes[OUTCOME_DELIVERED]),
	SUM("bounced", struct tally_retry, outcomes[OUTCOME_BOUNCED]),
	SUM("expired", struct tally_retry, outcomes[OUTCOME_EXPIRED]),
	SUM("pending", struct tally_retry, outcomes[OUTCOME_PENDING]),
	SUM("withdrawn", struct tally_retry, outcomes[OUTCOME_WITHDRAWN]),
	SUM("attempts", struct tally_retry, attempts),
};

static const struct field retry_attempt_keys[] = {
	KEY_NUMBER("attempt", 0),
	KEY_NUMBER("is_all", 1), /* 1: whatever the first code was */
	KEY_NUMBER("enhanced_code", 2),
};
static const struct field retry_attempt_values[] = {
	SUM("delivered", struct tally_retry_attempt, delivered),
	SUM("deferred", struct tally_retry_attempt, deferred),
	SUM("bounced", struct tally_retry_attempt, bounced),
};

static const struct field unclassified_keys[] = { KEY_NAME("template", 0) };
static const struct field unclassified_values[] = {
	SUM("attempts", struct tally_unclassified, attempts),
	EXAMPLE(struct tally_unclassified),
};
static const struct field unclassified_domain_keys[] = {
	KEY_NAME("template", 0),
	KEY_NAME("domain", 1),
};

static void
fill_relay(void *row, const struct key *key)
{
	struct tally_relay *relay = row;

	relay->host = key->part[0];
	relay->ip = key->part[1];
}

#define COUNTED(fields) fields, sizeof(fields) / sizeof((fields)[0])
#define MAP(member)     offsetof(struct tally, member)

const struct tally_table tally_tables[] = {
	{ "day_totals", TALLY_WHOLE, NULL, 0, COUNTED(total_values), 0, 0,
	    { "day_total_resolutions", offsetof(struct tally, all.resolution) },
	    NULL },
	{ "day_domains", MAP(domains), COUNTED(domain_keys),
	    COUNTED(domain_values), 0, 0,
	    { "day_domain_resolutions",
		offsetof(struct tally_domain, stats.resolution) },
	    NULL },
	{ "day_domain_hours", MAP(domains), COUNTED(domain_keys),
	    COUNTED(domain_hour_values), 24, 3 * sizeof(uint32_t), { NULL, 0 },
	    NULL },
	{ "day_providers", MAP(providers), COUNTED(provider_keys),
	    COUNTED(stats_values), 0, 0,
	    { "day_provider_resolutions",
		offsetof(struct tally_stats, resolution) },
	    NULL },
	{ "day_senders", MAP(senders), COUNTED(sender_keys),
	    COUNTED(stats_values), 0, 0,
	    { "day_sender_resolutions",
		offsetof(struct tally_stats, resolution) },
	    NULL },
	{ "day_causes", MAP(causes), COUNTED(cause_keys), COUNTED(cause_values),
	    0, 0, { NULL, 0 }, NULL },
	{ "day_relays", MAP(relays), COUNTED(relay_keys), COUNTED(relay_values),
	    0, 0, { "day_relay_delays", offsetof(struct tally_relay, delay) },
	    fill_relay },
	{ "day_relay_domains", MAP(relay_domains), COUNTED(relay_domain_keys),
	    NULL, 0, 0, 0, { NULL, 0 }, NULL },
	{ "day_hours", MAP(hours), COUNTED(hour_keys), COUNTED(hour_values), 0,
	    0, { NULL, 0 }, NULL },
	{ "day_code_hours", MAP(code_hours), COUNTED(code_hour_keys),
	    COUNTED(code_hour_values), 0, 0, { NULL, 0 }, NULL },
	{ "day_codes", MAP(codes), COUNTED(code_keys), COUNTED(code_values), 0,
	    0, { NULL, 0 }, NULL },
	{ "day_categories", MAP(categories), COUNTED(category_keys),
	    COUNTED(code_values), 0, 0, { NULL, 0 }, NULL },
	{ "day_retries", MAP(retries), COUNTED(retry_keys),
	    COUNTED(retry_values), 0, 0,
	    { "day_retry_resolutions",
		offsetof(struct tally_retry, resolution) },
	    NULL },
	{ "day_retry_attempts", MAP(retry_attempts),
	    COUNTED(retry_attempt_keys), COUNTED(retry_attempt_values), 0, 0,
	    { "day_retry_intervals",
		offsetof(struct tally_retry_attempt, interval) },
	    NULL },
	{ "day_unclassified", MAP(unclassified), COUNTED(unclassified_keys),
	    COUNTED(unclassified_values), 0, 0, { NULL, 0 }, NULL },
	{ "day_unclassified_domains", MAP(unclassified_domains),
	    COUNTED(unclassified_domain_keys), NULL, 0, 0, 0, { NULL, 0 },
	    NULL },
};
const size_t tally_table_count = sizeof(tally_tables) / sizeof(tally_tables[0]);

#endif
