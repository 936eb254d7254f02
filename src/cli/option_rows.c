#include "cli/option_rows.h"

#include "base/edit_distance.h"

#define OF_LOGS "report|domain|events|deliveries"
#define OF_ROWS OF_LOGS "|classify"

const struct option_row option_rows[] = {
	{ OPTION_CSV, OF_LOGS, 0, "csv", "DIR",
	    "write all tables as CSV files" },
	{ OPTION_SUPPRESSION, OF_LOGS, 0, "suppression", "FILE",
	    "write the addresses not to send to (mode 0600)" },
	{ OPTION_DB, "report|domain|merge", 0, "db", "FILE",
	    "remember what was read, and report all of it" },
	{ OPTION_KEEP, "report|domain|merge", 0, "keep", "DAYS",
	    "forget days of the memory older than this (400d)" },
	{ OPTION_FAIL_IF, OF_LOGS, 0, "fail-if", "EXPR",
	    "exit with 1 if so: bounce_rate>0.05 (repeatable)" },
	{ OPTION_PROMETHEUS, OF_LOGS, 0, "prometheus", "FILE",
	    "write the main figures for node_exporter" },
	{ OPTION_SINCE, OF_LOGS, 0, "since", "T", "count from this time on" },
	{ OPTION_UNTIL, OF_LOGS, 0, "until", "T",
	    "count up to, not including, this" },
	{ OPTION_TZ, OF_LOGS, 0, "tz", "ZONE",
	    "zone of days and hours (IANA name; default UTC)" },
	{ OPTION_LOG_TZ, OF_LOGS, 0, "log-tz", "ZONE",
	    "zone of stamps without one (default: system's)" },
	{ OPTION_YEAR, OF_LOGS, 0, "year", "YYYY",
	    "year of the first line of files without years" },
	{ OPTION_DOMAIN, OF_LOGS, 0, "domain", "NAME",
	    "only this domain (.NAME: it and all below it)" },
	{ OPTION_CODE, OF_LOGS, 0, "code", "CODE",
	    "only this code: 4.3.2, 5.7.*, 550" },
	{ OPTION_CATEGORY, OF_LOGS, 0, "category", "NAME",
	    "only this category" },
	{ OPTION_RELAY, OF_LOGS, 0, "relay", "HOST",
	    "only this relay: host, .suffix or address" },
	{ OPTION_SENDER_DOMAIN, OF_LOGS, 0, "sender-domain", "NAME",
	    "only this sender domain" },
	{ OPTION_SCOPE, OF_LOGS, 0, "scope", "remote|local|all",
	    "which deliveries count (default remote)" },
	{ OPTION_INTERNAL_RELAY, OF_LOGS, 0, "internal-relay", "NET",
	    "relay that is a hop: CIDR, host or host:port" },
	{ OPTION_INCIDENT_MIN, OF_LOGS, 0, "incident-min", "N",
	    "failed tries that make an outage (default 5)" },
	{ OPTION_BY, OF_LOGS, 0, "by", "domain|registrable",
	    "group recipient domains by registrable domain" },
	{ OPTION_TOP, OF_LOGS, 0, "top", "N",
	    "rows of each table of the report (default 10)" },
	{ OPTION_RECURSIVE, OF_LOGS, 'r', "recursive", NULL,
	    "read the files below directories" },
	{ OPTION_FORMAT, OF_ROWS, 0, "format", "csv|tsv|ndjson|MTA",
	    "form of rows; or whose logs these are" },
	{ OPTION_CSV_RAW, OF_ROWS, 0, "csv-raw", NULL,
	    "do not guard CSV texts against formulas" },
	{ OPTION_REDACT, OF_LOGS, 0, "redact", "KEYFILE",
	    "show local parts as hashes made with this key" },
	{ OPTION_REPLIES, "check", 0, "replies", "FILE",
	    "check: how the rules cover these replies" },
	{ OPTION_PATTERNS, NULL, 0, "patterns", "DIR", "other pattern files" },
	{ OPTION_JOBS, NULL, 'j', "jobs", "N", "threads, 1 to 256" },
	{ OPTION_NOW, OF_LOGS, 0, "now", "T",
	    "take this for the current time" },
	{ OPTION_QUIET, NULL, 'q', "quiet", NULL,
	    "no report on standard output, no warnings" },
	{ OPTION_NO_PROGRESS, OF_LOGS, 0, "no-progress", NULL,
	    "no progress on a terminal" },
	{ OPTION_COLOR, "report|domain", 0, "color", "auto|always|never",
	    "colours in the text report (NO_COLOR too)" },
	{ OPTION_HELP, NULL, 'h', "help", NULL, "print this" },
	{ OPTION_VERSION, NULL, 'V', "version", NULL,
	    "print version and what it was built with" },
};
const size_t option_row_count = sizeof(option_rows) / sizeof(option_rows[0]);

int
option_word_find(const char *words, const char *word)
{
	struct text rest = text_of(words);

	for (int number = 0;; number++) {
		size_t bar = text_find_byte(rest, '|');

		if (text_equal(text_slice(rest, 0, bar), text_of(word)))
			return number;
		if (bar == TEXT_NONE)
			return -1;
		rest = text_slice(rest, bar + 1, rest.length);
	}
}

bool
option_row_goes_with(const struct option_row *row, const char *command)
{
	return row->commands == NULL ||
	    option_word_find(row->commands, command) >= 0;
}

const struct option_row *
option_row_guess(struct text name)
{
	const struct option_row *begins = NULL;
	const struct option_row *close = NULL;
	size_t begin_count = 0;
	unsigned least = 3;

	if (name.length < 2 || name.length > EDIT_DISTANCE_LONGEST)
		return NULL;
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];
		struct text known = text_of(row->name);
		unsigned steps = edit_distance(name, known);

		if (text_starts_with(known, name)) {
			begins = row;
			begin_count++;
		}
		if (steps < least && steps < name.length) {
			least = steps;
			close = row;
		}
	}
	return begin_count == 1 ? begins : close;
}
