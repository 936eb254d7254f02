/*
 * Settings: everything the command line decides, checked and converted.
 *
 * Filled by cli/options.c, constant afterwards, shared by all stages of a run.
 */
#ifndef REPORT_SETTINGS_H
#define REPORT_SETTINGS_H

#include "base/calendar.h"
#include "base/text.h"

enum settings_format { FORMAT_CSV, FORMAT_TSV, FORMAT_NDJSON };

enum settings_scope { SCOPE_REMOTE, SCOPE_LOCAL, SCOPE_ALL };

/* "remote", "local" or "all", as --scope takes it. */
const char *settings_scope_name(enum settings_scope scope);

enum settings_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Values of an option that may be given several times, in that order. */
struct settings_list {
	const char **items;
	size_t count;
	size_t capacity;
};

/* Failed attempts that make an incident, unless --incident-min says. */
#define SETTINGS_INCIDENT_MINIMUM 5

struct settings {
	const char **operands;
	size_t operand_count;
	const char *patterns_directory; /* never NULL after the options */
	const char *csv_directory; /* NULL: none */
	const char *suppression_path; /* NULL: none */
	const char *db_path; /* NULL: none */
	const char *redact_path; /* key file; NULL: no redaction */
	const char *prometheus_path; /* NULL: none */
	const char *replies_path; /* check --replies; NULL: none */
	const char *time_zone; /* --tz; NULL: UTC (or that of the db) */
	const char *log_time_zone; /* --log-tz; NULL: the system's */
	int year; /* --year; 0: find out */
	int64_t since; /* ms UTC, included; INSTANT_NONE: from the start */
	int64_t until; /* ms UTC, excluded; INSTANT_NONE: to the end */
	int64_t now; /* ms UTC; never INSTANT_NONE */
	struct settings_list domains; /* --domain */
	struct settings_list codes; /* --code */
	struct settings_list categories; /* --category */
	struct settings_list relays; /* --relay */
	struct settings_list sender_domains; /* --sender-domain */
	struct settings_list internal_relays; /* --internal-relay */
	struct settings_list fail_if; /* --fail-if */
	enum settings_scope scope;
	bool scope_is_given;
	enum settings_format format; /* of events, deliveries, classify */
	enum settings_color color;
	const char *log_format; /* --format MTA; NULL: each line tells */
	unsigned incident_minimum; /* --incident-min, failed attempts */
	unsigned top; /* rows of a table in the text report */
	unsigned jobs; /* threads, at least 1 */
	unsigned keep_days; /* --keep; 0: for ever */
	bool by_registrable; /* --by registrable */
	bool recursive; /* -r */
	bool csv_raw;
	bool quiet;
	bool progress; /* false: --no-progress */
};

#endif
