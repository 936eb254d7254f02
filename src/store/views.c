#include "store/store.h"

#ifdef HAVE_SQLITE

#include "store/views.h"

/* clang-format off: it takes the texts of the queries apart. */

/* Cells as the CSV files have them; NULL for what does not apply. */
#define INSTANT(ms) \
	"strftime('%Y-%m-%dT%H:%M:%SZ', (" ms ") / 1000, 'unixepoch')"
#define CODE(code) \
	"CASE WHEN " code " <> 0 THEN (" code " / 1000000) || '.' || (" code \
	" / 1000 % 1000) || '.' || (" code " % 1000) END"
#define REPLY(code) "nullif(" code ", 0)"
#define RATE(part, whole) \
	"CASE WHEN " whole " <> 0 THEN printf('%.6f', 1.0 * (" part ") / (" \
	whole ")) END"
#define SECONDS(ms) \
	"CASE WHEN " ms " NOT NULL THEN printf('%.3f', " ms " / 1000.0) END"
#define NAME(id) "(SELECT text FROM names WHERE id = " id ")"

/*
 * The value at index min(n - 1, floor(p * n)) of each group of a table of
 * values and counts: a query with the columns key, p50, p90, p95, p99, max.
 */
#define AT(percent) \
	"min(CASE WHEN upto > min(total - 1, total * " percent \
	" / 100) THEN value END)"
#define PERCENTILES(table, keys) \
	"SELECT " keys ", " AT("50") " AS p50, " AT("90") " AS p90, " \
	AT( "95") " AS p95, " AT("99") \
	" AS p99, max(value) AS most FROM (SELECT " keys \
	", value, sum(sum(count)) OVER (PARTITION BY " keys \
	" ORDER BY value) AS upto, sum(sum(count)) OVER (PARTITION BY " keys \
	") AS total FROM " table " GROUP BY " keys ", value) GROUP BY " keys

/*
 * What happened most often in each group: tries count, and suspended records
 * only where there was no try; of equal ones the first by bytes.
 */
#define TOP(what, order, condition) \
	"SELECT dimension, name, relay_ip, " what \
	" FROM (SELECT dimension, name, relay_ip, " what \
	", row_number() OVER (PARTITION BY dimension, name, relay_ip " \
	"ORDER BY sum(weight) DESC, " order \
	") AS place FROM cause_weights JOIN causes ON causes.id = cause" \
	condition " GROUP BY dimension, name, relay_ip, " what \
	" HAVING sum(weight) > 0) WHERE place = 1"

/* The columns that domains, providers and senders share. */
#define RESOLVED "outcome_delivered + outcome_bounced + outcome_expired"
#define RETRIED  "retry_delivered + retry_bounced + retry_expired"
#define ENTITY_COLUMNS \
	RESOLVED " + outcome_pending + outcome_withdrawn AS deliveries, " \
	"outcome_delivered AS delivered, outcome_bounced AS bounced, " \
	"outcome_expired AS expired, outcome_pending AS pending, " \
	"outcome_withdrawn AS withdrawn, " \
	RATE( "outcome_bounced + outcome_expired", "(" RESOLVED ")") \
	" AS bounce_rate, total.delivered + total.deferred + " \
	"total.bounced AS attempts, total.delivered AS " \
	"attempts_delivered, total.deferred AS attempts_deferred, " \
	"total.bounced AS attempts_bounced, suspended, failures_hard, " \
	"failures_soft, failures_block, failures_undetermined, " RETRIED \
	" + retry_pending + retry_withdrawn AS deferred_deliveries, " \
	"retry_delivered, retry_bounced, retry_expired, retry_pending, " \
	RATE("retry_delivered", "(" RETRIED ")") \
	" AS retry_success_rate, p50 AS resolution_seconds_p50, p90 AS " \
	"resolution_seconds_p90, p99 AS resolution_seconds_p99, most AS " \
	"resolution_seconds_max, " CODE( "enhanced_code") \
	" AS top_enhanced_code, category AS top_category, action AS " \
	"top_action, after_hard_bounce AS sent_after_hard_bounce, " \
	INSTANT( "first_at") " AS first_event_at, " INSTANT( "last_at") \
	" AS last_event_at"

#define ENTITY_SUMS \
	"sum(outcome_delivered) AS outcome_delivered, " \
	"sum(outcome_bounced) AS outcome_bounced, sum(outcome_expired) AS " \
	"outcome_expired, sum(outcome_pending) AS outcome_pending, " \
	"sum(outcome_withdrawn) AS outcome_withdrawn, sum(delivered) AS " \
	"delivered, sum(deferred) AS deferred, sum(bounced) AS bounced, " \
	"sum(suspended) AS suspended, sum(failures_hard) AS " \
	"failures_hard, sum(failures_soft) AS failures_soft, " \
	"sum(failures_block) AS failures_block, " \
	"sum(failures_undetermined) AS failures_undetermined, " \
	"sum(retry_delivered) AS retry_delivered, sum(retry_bounced) AS " \
	"retry_bounced, sum(retry_expired) AS retry_expired, " \
	"sum(retry_pending) AS retry_pending, sum(retry_withdrawn) AS " \
	"retry_withdrawn, sum(after_hard_bounce) AS after_hard_bounce, " \
	"min(first_event_at) AS first_at, max(last_event_at) AS last_at"

/* Dimensions are numbered as in enum tally_dimension. */
#define ENTITIES(key, column, more, table, values, dimension) \
	"SELECT " NAME( "total." key) " AS " column ", " more ENTITY_COLUMNS \
	" FROM (SELECT " key ", " ENTITY_SUMS " FROM " table " GROUP BY " \
	key ") AS total LEFT JOIN (" PERCENTILES(values, key) \
	") AS percentiles ON percentiles." key " = total." key \
	" LEFT JOIN top_codes ON top_codes.dimension = " dimension \
	" AND top_codes.name = total." key \
	" LEFT JOIN top_categories ON top_categories.dimension = " dimension \
	" AND top_categories.name = total." key \
	" LEFT JOIN top_actions ON top_actions.dimension = " dimension \
	" AND top_actions.name = total." key " ORDER BY deliveries DESC, 1"

#define PROVIDER \
	"(SELECT text FROM day_domains AS latest JOIN names ON names.id = " \
	"provider WHERE latest.domain = total.domain AND provider_seen_at " \
	"NOT NULL ORDER BY provider_seen_at DESC, open DESC LIMIT 1) AS " \
	"provider, "

const struct view views[] = {
	{ "cause_weights",
	"SELECT dimension, name, relay_ip, cause, CASE WHEN "
	"sum(sum(deferred + bounced)) OVER (PARTITION BY dimension, name, "
	"relay_ip) > 0 THEN sum(deferred + bounced) ELSE sum(suspended) "
	"END AS weight FROM day_causes GROUP BY dimension, name, "
	"relay_ip, cause" },
	{ "top_codes", TOP("enhanced_code", CODE("enhanced_code"),
	" WHERE enhanced_code <> 0") },
	{ "top_categories", TOP("category", "category", "") },
	{ "top_actions", TOP("action", "action", "") },
	{ "domains", ENTITIES("domain", "recipient_domain", PROVIDER,
	"day_domains", "day_domain_resolutions", "0") },
	{ "providers", ENTITIES("provider", "provider", "", "day_providers",
	"day_provider_resolutions", "1") },
	{ "senders", ENTITIES("sender_domain", "sender_domain", "",
	"day_senders", "day_sender_resolutions", "2") },
	{ "code_totals",
	"SELECT *, CASE WHEN sum(deferred + bounced) OVER (PARTITION BY "
	"code) > 0 THEN deferred + bounced ELSE suspended END AS weight "
	"FROM (SELECT CASE WHEN enhanced_code > 0 THEN enhanced_code ELSE "
	"-reply_code END AS code, reply_code, category, class, action, "
	"sum(deferred) AS deferred, sum(bounced) AS bounced, "
	"sum(suspended) AS suspended, min(first_event_at) AS first_at, "
	"max(last_event_at) AS last_at FROM day_causes JOIN causes ON "
	"causes.id = cause WHERE dimension = 0 GROUP BY cause)" },
	{ "codes", "SELECT " CODE("max(total.code, 0)")
	" AS enhanced_code, (SELECT reply_code FROM code_totals AS one "
	"WHERE one.code = total.code AND reply_code <> 0 GROUP BY "
	"reply_code ORDER BY sum(weight) DESC, reply_code LIMIT 1) AS "
	"reply_code, total.deferred, total.bounced, total.suspended, "
	"coalesce(known.deliveries, 0) AS deliveries, (SELECT "
	"count(DISTINCT name) FROM day_causes JOIN causes ON causes.id = "
	"cause WHERE dimension = 0 AND CASE WHEN enhanced_code > 0 THEN "
	"enhanced_code ELSE -reply_code END = total.code) AS "
	"recipient_domains, (SELECT category FROM code_totals AS one "
	"WHERE one.code = total.code GROUP BY category ORDER BY "
	"sum(weight) DESC, category LIMIT 1) AS top_category, " INSTANT(
	"total.first_at") " AS first_event_at, " INSTANT("total.last_at")
	" AS last_event_at, (SELECT text FROM day_codes JOIN names ON "
	"names.id = example WHERE CASE WHEN enhanced_code > 0 THEN "
	"enhanced_code ELSE -reply_code END = total.code ORDER BY "
	"example_at, open, day LIMIT 1) AS example FROM (SELECT code, "
	"sum(deferred) AS deferred, sum(bounced) AS bounced, "
	"sum(suspended) AS suspended, min(first_at) AS first_at, "
	"max(last_at) AS last_at FROM code_totals GROUP BY code) AS total "
	"LEFT JOIN (SELECT CASE WHEN enhanced_code > 0 THEN enhanced_code "
	"ELSE -reply_code END AS code, sum(deliveries) AS deliveries FROM "
	"day_codes GROUP BY 1) AS known ON known.code = total.code ORDER "
	"BY total.deferred + total.bounced DESC, total.suspended DESC, 1, 2" },
	{ "categories",
	"SELECT total.category, total.deferred, total.bounced, "
	"total.suspended, coalesce(known.deliveries, 0) AS deliveries, "
	"recipient_domains, (SELECT text FROM day_categories AS one JOIN "
	"names ON names.id = example WHERE one.category = total.category "
	"ORDER BY example_at, open, day LIMIT 1) AS example FROM (SELECT "
	"category, sum(deferred) AS deferred, sum(bounced) AS bounced, "
	"sum(suspended) AS suspended, count(DISTINCT name) AS "
	"recipient_domains FROM day_causes JOIN causes ON causes.id = "
	"cause WHERE dimension = 0 GROUP BY category) AS total LEFT JOIN "
	"(SELECT category, sum(deliveries) AS deliveries FROM "
	"day_categories GROUP BY category) AS known ON known.category = "
	"total.category ORDER BY total.deferred + total.bounced DESC, "
	"total.suspended DESC, 1" },
	{ "domain_codes", "SELECT recipient_domain, " CODE("code")
	" AS enhanced_code, " REPLY("reply")
	" AS reply_code, category, class, action, deferred, bounced, "
	"deliveries, " INSTANT("first_at") " AS first_event_at, " INSTANT(
	"last_at")
	" AS last_event_at FROM (SELECT recipient_domain, code, reply, "
	"category, class, action, row_number() OVER (PARTITION BY "
	"recipient_domain, code, reply, category ORDER BY deferred + "
	"bounced DESC, class) AS place, sum(deferred) OVER one AS "
	"deferred, sum(bounced) OVER one AS bounced, sum(deliveries) OVER "
	"one AS deliveries, min(first_at) OVER one AS first_at, "
	"max(last_at) OVER one AS last_at FROM (SELECT " NAME("name")
	" AS recipient_domain, enhanced_code AS code, reply_code AS "
	"reply, category, class, action, sum(deferred) AS deferred, "
	"sum(bounced) AS bounced, sum(deliveries) AS deliveries, "
	"min(first_event_at) AS first_at, max(last_event_at) AS last_at "
	"FROM day_causes JOIN causes ON causes.id = cause WHERE dimension "
	"= 0 GROUP BY name, cause) WINDOW one AS (PARTITION BY "
	"recipient_domain, code, reply, category)) WHERE place = 1 ORDER "
	"BY deferred + bounced DESC, 1, 2, reply, category" },
	{ "relays", "SELECT " NAME("total.relay_host") " AS relay_host, " NAME
	("total.relay_ip")
	" AS relay_ip, (SELECT count(DISTINCT domain) FROM "
	"day_relay_domains AS one WHERE one.relay_host = total.relay_host "
	"AND one.relay_ip = total.relay_ip) AS recipient_domains, "
	"delivered + deferred + bounced AS attempts, delivered, deferred, "
	"bounced, " SECONDS("p50") " AS delay_seconds_p50, " SECONDS("p95")
	" AS delay_seconds_p95, " CODE("enhanced_code") " AS top_enhanced_code, category AS top_category, "
	INSTANT("first_at") " AS first_event_at, " INSTANT("last_at")
	" AS last_event_at FROM (SELECT relay_host, relay_ip, "
	"sum(delivered) AS delivered, sum(deferred) AS deferred, "
	"sum(bounced) AS bounced, min(first_event_at) AS first_at, "
	"max(last_event_at) AS last_at FROM day_relays GROUP BY "
	"relay_host, relay_ip) AS total LEFT JOIN (" PERCENTILES(
	"day_relay_delays", "relay_host, relay_ip")
	") AS percentiles ON percentiles.relay_host = total.relay_host "
	"AND percentiles.relay_ip = total.relay_ip LEFT JOIN top_codes ON "
	"top_codes.dimension = 3 AND top_codes.name = total.relay_host "
	"AND top_codes.relay_ip = total.relay_ip LEFT JOIN top_categories "
	"ON top_categories.dimension = 3 AND top_categories.name = "
	"total.relay_host AND top_categories.relay_ip = total.relay_ip "
	"ORDER BY attempts DESC, 1, 2" },
	{ "hours",
	"SELECT weekday, hour, sum(delivered + deferred + bounced) AS "
	"attempts, sum(delivered) AS delivered, sum(deferred) AS "
	"deferred, sum(bounced) AS bounced, sum(failures_hard) AS "
	"failures_hard, sum(failures_soft) AS failures_soft, "
	"sum(failures_block) AS failures_block FROM day_hours JOIN "
	"local_hours USING (minute) GROUP BY weekday, hour" },
	{ "code_hours", "SELECT " CODE("max(total.code, 0)")
	" AS enhanced_code, CASE WHEN total.code < 0 THEN -total.code ELSE "
	"reply END AS reply_code, hour, deferred, bounced FROM (SELECT CASE "
	"WHEN enhanced_code > 0 THEN enhanced_code ELSE -reply_code END AS "
	"code, hour, sum(deferred) AS deferred, sum(bounced) AS bounced FROM "
	"day_code_hours JOIN local_hours USING (minute) JOIN causes ON "
	"causes.id = cause GROUP BY code, hour) AS total LEFT JOIN (SELECT "
	"code, reply_code AS reply, row_number() OVER (PARTITION BY code "
	"ORDER BY sum(weight) DESC, reply_code) AS place FROM code_totals "
	"WHERE reply_code <> 0 GROUP BY code, reply_code) AS replies ON "
	"replies.code = total.code AND place = 1 WHERE deferred + bounced > 0 "
	"ORDER BY 1, 2, 3" },
	{ "domain_hours", "SELECT " NAME("domain")
	" AS recipient_domain, hour, sum(delivered + deferred + bounced) "
	"AS attempts, sum(delivered) AS delivered, sum(deferred) AS "
	"deferred, sum(bounced) AS bounced FROM day_domain_hours GROUP BY "
	"domain, hour ORDER BY 1, 2" },
	{ "series", "SELECT " INSTANT("minute * 60000")
	" AS time, 3600 AS interval_seconds, sum(delivered + deferred + "
	"bounced) AS attempts, sum(delivered) AS delivered, sum(deferred) "
	"AS deferred, sum(bounced) AS bounced, sum(expired) AS expired, "
	"sum(failures_hard) AS failures_hard, sum(failures_soft) AS "
	"failures_soft, sum(failures_block) AS failures_block FROM "
	"day_hours GROUP BY minute" },
	{ "series_categories", "SELECT " INSTANT("minute * 60000")
	" AS time, 3600 AS interval_seconds, category, sum(deferred) AS "
	"deferred, sum(bounced) AS bounced FROM day_code_hours JOIN "
	"causes ON causes.id = cause GROUP BY minute, category HAVING "
	"sum(deferred + bounced) > 0" },
	/*
	 * Scopes are numbered as in enum tally_retry_scope, and 3 is for
	 * domains, whose results are in their own table.
	 */
	{ "retries",
	"SELECT CASE scope WHEN 0 THEN 'all' WHEN 1 THEN 'code' WHEN 2 THEN "
	"'category' ELSE 'domain' END AS scope, key, " RETRIED
	" + pending + withdrawn AS deferred_deliveries, retry_delivered AS "
	"delivered, retry_bounced AS bounced, retry_expired AS expired, "
	"pending, withdrawn, " RATE("retry_delivered", "(" RETRIED ")")
	" AS retry_success_rate, printf('%.2f', 1.0 * attempts / (" RETRIED
	" + pending + withdrawn)) AS attempts_mean, p50 AS "
	"resolution_seconds_p50, p90 AS resolution_seconds_p90, p99 AS "
	"resolution_seconds_p99, most AS resolution_seconds_max FROM "
	"(SELECT total.scope AS scope, CASE total.scope WHEN 1 THEN coalesce("
	CODE("total.enhanced_code") ", " REPLY("total.reply_code")
	") ELSE total.category END AS key, retry_delivered, retry_bounced, "
	"retry_expired, pending, withdrawn, attempts, p50, p90, p99, most "
	"FROM (SELECT scope, enhanced_code, reply_code, category, "
	"sum(delivered) AS retry_delivered, sum(bounced) AS retry_bounced, "
	"sum(expired) AS retry_expired, sum(pending) AS pending, "
	"sum(withdrawn) AS withdrawn, sum(attempts) AS attempts FROM "
	"day_retries GROUP BY scope, enhanced_code, reply_code, category) "
	"AS total LEFT JOIN (" PERCENTILES("day_retry_resolutions",
	"scope, enhanced_code, reply_code, category")
	") AS percentiles ON percentiles.scope = total.scope AND "
	"percentiles.enhanced_code = total.enhanced_code AND "
	"percentiles.reply_code = total.reply_code AND "
	"percentiles.category = total.category UNION ALL SELECT 3, " NAME(
	"total.domain") ", retry_delivered, retry_bounced, retry_expired, "
	"pending, withdrawn, attempts, p50, p90, p99, most FROM (SELECT "
	"domain, sum(retry_delivered) AS retry_delivered, "
	"sum(retry_bounced) AS retry_bounced, sum(retry_expired) AS "
	"retry_expired, sum(retry_pending) AS pending, "
	"sum(retry_withdrawn) AS withdrawn, sum(retry_attempts) AS attempts "
	"FROM day_domains GROUP BY domain) AS total LEFT JOIN (" PERCENTILES(
	"day_domain_resolutions", "domain")
	") AS percentiles ON percentiles.domain = total.domain WHERE " RETRIED
	" + pending + withdrawn > 0) AS one ORDER BY one.scope, "
	"deferred_deliveries DESC, key" },
	{ "retry_attempts", "SELECT " CODE("total.enhanced_code")
	" AS enhanced_code, total.attempt, delivered + deferred + bounced "
	"AS tried, delivered, deferred, bounced, p50 AS "
	"interval_seconds_p50 FROM (SELECT attempt, is_all, "
	"enhanced_code, sum(delivered) AS delivered, sum(deferred) AS "
	"deferred, sum(bounced) AS bounced FROM day_retry_attempts GROUP "
	"BY attempt, is_all, enhanced_code) AS total LEFT JOIN (" PERCENTILES(
	"day_retry_intervals", "attempt, is_all, enhanced_code")
	") AS percentiles ON percentiles.attempt = total.attempt AND "
	"percentiles.is_all = total.is_all AND percentiles.enhanced_code "
	"= total.enhanced_code ORDER BY total.is_all DESC, 1, 2" },
	{ "incidents", "SELECT " NAME("domain")
	" AS recipient_domain, CASE WHEN resolved_at IS NULL THEN 'open' "
	"ELSE 'resolved' END AS state, " INSTANT("started_at")
	" AS started_at, " INSTANT("resolved_at") " AS resolved_at, " INSTANT(
	"last_failure_at")
	" AS last_failure_at, max(coalesce(resolved_at, last_failure_at) / "
	"1000 - started_at / 1000, 0) AS duration_seconds, failed_attempts, "
	"deliveries, deliveries_recovered, " CODE("enhanced_code")
	" AS enhanced_code, category, relays FROM shown_incidents JOIN "
	"causes ON causes.id = cause ORDER BY shown_incidents.started_at, 1" },
	{ "unclassified", "SELECT " NAME("total.template")
	" AS template, attempts, (SELECT count(DISTINCT domain) FROM "
	"day_unclassified_domains AS one WHERE one.template = "
	"total.template) AS recipient_domains, (SELECT text FROM "
	"day_unclassified AS one JOIN names ON names.id = example WHERE "
	"one.template = total.template ORDER BY example_at, open, day "
	"LIMIT 1) AS example FROM (SELECT template, sum(attempts) AS "
	"attempts FROM day_unclassified GROUP BY template) AS total ORDER "
	"BY attempts DESC, 1" },
	{ "inputs",
	"SELECT file, compression, bytes, lines, recognised, ignored, "
	"unmatched, malformed, " INSTANT("first_event_at")
	" AS first_event_at, " INSTANT("last_event_at")
	" AS last_event_at, damage FROM logs ORDER BY logs.first_event_at "
	"IS NULL, logs.first_event_at, file" },
	{ "run", "SELECT 'first_event_at' AS key, " INSTANT(
	"min(first_record_at)")
	" AS value FROM day_totals UNION ALL SELECT 'last_event_at', " INSTANT
	("max(last_record_at)")
	" FROM day_totals UNION ALL SELECT 'tz', value FROM meta WHERE "
	"key = 'zone' UNION ALL SELECT 'files', count(*) FROM logs UNION "
	"ALL SELECT 'damaged_files', count(*) FROM logs WHERE damage <> "
	"'' UNION ALL SELECT 'lines', sum(lines) FROM logs UNION ALL "
	"SELECT 'recognised', sum(recognised) FROM logs UNION ALL SELECT "
	"'ignored', sum(ignored) FROM logs UNION ALL SELECT 'unmatched', "
	"sum(unmatched) FROM logs UNION ALL SELECT 'malformed', "
	"sum(malformed) FROM logs UNION ALL SELECT 'records', "
	"sum(records) FROM day_totals UNION ALL SELECT 'attempts', "
	"sum(delivered + deferred + bounced) FROM day_totals UNION ALL "
	"SELECT 'deliveries', sum(" RESOLVED
	" + outcome_pending + outcome_withdrawn) FROM day_totals UNION "
	"ALL SELECT 'messages', sum(messages) FROM day_totals UNION ALL "
	"SELECT 'internal_hops', sum(internal_hops) FROM day_totals UNION "
	"ALL SELECT 'notifications', sum(notifications) FROM day_totals "
	"UNION ALL SELECT 'local_deliveries', sum(local_deliveries) FROM "
	"day_totals UNION ALL SELECT 'probes', sum(probes) FROM "
	"day_totals UNION ALL SELECT 'rejected', sum(rejected) FROM "
	"day_totals UNION ALL SELECT 'suspended', sum(suspended_records) "
	"FROM day_totals UNION ALL SELECT 'discarded', sum(discarded) "
	"FROM day_totals UNION ALL SELECT 'unclassified', "
	"sum(unclassified) FROM day_totals" },
};
/* clang-format on */
const size_t view_count = sizeof(views) / sizeof(views[0]);

#endif
