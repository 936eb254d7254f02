#include "cli/options.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/edit_distance.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/option_rows.h"
#include "cli/patterns_directory.h"
#include "cli/time_argument.h"
#include "scan/record.h"
#include "store/store.h"
#include "tally/days.h"

/* Threads beyond this many have nothing to do. */
#define JOBS_DEFAULT_MAXIMUM 8
#define JOBS_MAXIMUM         256

/* --- values --- */

static void
complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void
complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	console_error_list(format, arguments);
	va_end(arguments);
	fputs("Try 'bouncestat --help'.\n", stderr);
}

static void
list_add(struct settings_list *list, const char *value)
{
	list->items = memory_grow(list->items, &list->capacity, list->count + 1,
	    sizeof(*list->items));
	list->items[list->count++] = value;
}

static bool
set_number(unsigned *target, const char *value, unsigned least, unsigned most)
{
	uint64_t number;

	if (!text_parse_number(text_of(value), most, &number) || number < least)
		return false;
	*target = (unsigned)number;
	return true;
}

/* 400d, or 400. */
static bool
set_keep(struct settings *settings, const char *value)
{
	struct text days = text_of(value);
	uint64_t number;

	if (days.length > 0 && days.data[days.length - 1] == 'd')
		days.length--;
	if (!text_parse_number(days, 100000, &number) || number == 0)
		return false;
	settings->keep_days = (unsigned)number;
	return true;
}

/* Times need the zone and the current time, which may come later. */
struct late_values {
	const char *since;
	const char *until;
	const char *now;
};

static bool
set_word(
    const struct option_row *row, struct settings *settings, const char *value)
{
	int number = option_word_find(row->argument, value);

	if (number < 0)
		return false;
	if (row->id == OPTION_SCOPE) {
		settings->scope = (enum settings_scope)number;
		settings->scope_is_given = true;
	} else if (row->id == OPTION_COLOR) {
		settings->color = (enum settings_color)number;
	} else {
		settings->by_registrable = number == 1;
	}
	return true;
}

/* Of what is written, or of what is read: the words differ. */
static bool
set_format(struct settings *settings, const char *value)
{
	int number = option_word_find("csv|tsv|ndjson", value);
	enum record_mta mta;

	if (number >= 0)
		settings->format = (enum settings_format)number;
	else if (record_mta_find(text_of(value), &mta))
		settings->log_format = value;
	else
		return false;
	return true;
}

static bool
set_option(const struct option_row *row, struct settings *settings,
    struct late_values *late, const char *value)
{
	unsigned year;

	switch (row->id) {
	case OPTION_CSV:
		settings->csv_directory = value;
		return value[0] != '\0';
	case OPTION_SUPPRESSION:
		settings->suppression_path = value;
		return value[0] != '\0';
	case OPTION_DB:
		settings->db_path = value;
		return value[0] != '\0';
	case OPTION_FAIL_IF:
		list_add(&settings->fail_if, value);
		return true;
	case OPTION_PROMETHEUS:
		settings->prometheus_path = value;
		return value[0] != '\0';
	case OPTION_KEEP:
		return set_keep(settings, value);
	case OPTION_SINCE:
		late->since = value;
		return true;
	case OPTION_UNTIL:
		late->until = value;
		return true;
	case OPTION_NOW:
		late->now = value;
		return true;
	case OPTION_TZ:
		settings->time_zone = value;
		return true;
	case OPTION_LOG_TZ:
		settings->log_time_zone = value;
		return true;
	case OPTION_YEAR:
		if (!set_number(&year, value, 1990, 2099))
			return false;
		settings->year = (int)year;
		return true;
	case OPTION_DOMAIN:
		list_add(&settings->domains, value);
		return true;
	case OPTION_CODE:
		list_add(&settings->codes, value);
		return true;
	case OPTION_CATEGORY:
		list_add(&settings->categories, value);
		return true;
	case OPTION_RELAY:
		list_add(&settings->relays, value);
		return true;
	case OPTION_SENDER_DOMAIN:
		list_add(&settings->sender_domains, value);
		return true;
	case OPTION_INTERNAL_RELAY:
		list_add(&settings->internal_relays, value);
		return true;
	case OPTION_SCOPE:
	case OPTION_BY:
	case OPTION_COLOR:
		return set_word(row, settings, value);
	case OPTION_FORMAT:
		return set_format(settings, value);
	case OPTION_INCIDENT_MIN:
		return set_number(
		    &settings->incident_minimum, value, 1, 1000000);
	case OPTION_TOP:
		return set_number(&settings->top, value, 1, 1000000);
	case OPTION_JOBS:
		return set_number(&settings->jobs, value, 1, JOBS_MAXIMUM);
	case OPTION_RECURSIVE:
		settings->recursive = true;
		return true;
	case OPTION_CSV_RAW:
		settings->csv_raw = true;
		return true;
	case OPTION_REDACT:
		settings->redact_path = value;
		return value[0] != '\0';
	case OPTION_REPLIES:
		settings->replies_path = value;
		return value[0] != '\0';
	case OPTION_PATTERNS:
		settings->patterns_directory = value;
		return value[0] != '\0';
	case OPTION_QUIET:
		settings->quiet = true;
		return true;
	case OPTION_NO_PROGRESS:
		settings->progress = false;
		return true;
	case OPTION_HELP:
	case OPTION_VERSION:
		return true;
	}
	return false;
}

/* --- the command line --- */

/*
 * Options of which one would think that they were heeded where they are not:
 * files are written, conditions checked, texts redacted.
 */
static const enum option_id bound_options[] = {
	OPTION_CSV,
	OPTION_SUPPRESSION,
	OPTION_PROMETHEUS,
	OPTION_FAIL_IF,
	OPTION_REDACT,
	OPTION_DB,
	OPTION_REPLIES,
};

struct parser {
	int count;
	char **arguments;
	int next;
	struct settings *settings;
	struct late_values late;
	uint64_t given; /* bits 1 << enum option_id */
};

static bool
is_given(const struct parser *parser, enum option_id id)
{
	return (parser->given >> id & 1) != 0;
}

static const struct option_row *
find_option(struct text name)
{
	for (size_t i = 0; i < option_row_count; i++)
		if (text_equal(name, text_of(option_rows[i].name)))
			return &option_rows[i];
	return NULL;
}

static bool
take_option(
    struct parser *parser, const struct option_row *row, const char *attached)
{
	const char *value = attached;

	if (row->argument == NULL && attached != NULL) {
		complain("option '--%s' takes no argument: '%s'", row->name,
		    attached);
		return false;
	}
	if (row->argument != NULL && value == NULL) {
		if (parser->next == parser->count) {
			complain("option '--%s' needs an argument: %s",
			    row->name, row->argument);
			return false;
		}
		value = parser->arguments[parser->next++];
	}
	parser->given |= (uint64_t)1 << row->id;
	if (set_option(row, parser->settings, &parser->late, value))
		return true;
	if (row->argument != NULL)
		complain("option '--%s %s': not a valid value: '%s'", row->name,
		    row->argument, value);
	return false;
}

static void
complain_unknown(const char *argument, struct text name)
{
	const struct option_row *guess = option_row_guess(name);

	if (guess != NULL)
		complain("unknown option '%s'; did you mean '--%s'?", argument,
		    guess->name);
	else
		complain("unknown option '%s'", argument);
}

static bool
take_long(struct parser *parser, const char *argument)
{
	struct text name = text_of(argument + 2);
	size_t equals = text_find_byte(name, '=');
	const char *attached = NULL;
	const struct option_row *row;

	if (equals != TEXT_NONE) {
		attached = argument + 2 + equals + 1;
		name = text_slice(name, 0, equals);
	}
	row = find_option(name);
	if (row == NULL) {
		complain_unknown(argument, name);
		return false;
	}
	return take_option(parser, row, attached);
}

static bool
take_letters(struct parser *parser, const char *argument)
{
	for (const char *at = argument + 1; *at != '\0'; at++) {
		const struct option_row *row = NULL;

		for (size_t i = 0; i < option_row_count; i++)
			if (option_rows[i].letter == *at)
				row = &option_rows[i];
		if (row == NULL) {
			complain("unknown option '%s'", argument);
			return false;
		}
		if (row->argument != NULL)
			return take_option(
			    parser, row, at[1] != '\0' ? at + 1 : NULL);
		if (!take_option(parser, row, NULL))
			return false;
	}
	return true;
}

static bool
take_all(struct parser *parser)
{
	bool options = true;

	while (parser->next < parser->count) {
		const char *argument = parser->arguments[parser->next++];
		struct settings *settings = parser->settings;

		if (options && strcmp(argument, "--") == 0)
			options = false;
		else if (options && strncmp(argument, "--", 2) == 0) {
			if (!take_long(parser, argument))
				return false;
		} else if (options && argument[0] == '-' &&
		    argument[1] != '\0') {
			if (!take_letters(parser, argument))
				return false;
		} else {
			settings->operands = memory_resize(settings->operands,
			    (settings->operand_count + 1) *
				sizeof(*settings->operands));
			settings->operands[settings->operand_count++] =
			    argument;
		}
	}
	return true;
}

static bool
take_time(const char *option, const char *value, const struct zone *zone,
    int64_t now, int64_t *instant)
{
	if (value == NULL ||
	    time_argument_parse(text_of(value), zone, now, instant))
		return true;
	complain("option '%s': not a time: '%s'", option, value);
	return false;
}

/* Of a memory, -7d is the start of the day seven days ago. */
static void
round_relative(const char *value, const struct zone *zone, int64_t *instant)
{
	if (value != NULL && (value[0] == '-' || strcmp(value, "now") == 0))
		*instant = tally_day_start(zone, tally_day_of(zone, *instant));
}

static bool
take_times(struct parser *parser)
{
	struct settings *settings = parser->settings;
	char *remembered =
	    settings->db_path != NULL && settings->time_zone == NULL
	    ? store_zone_of(settings->db_path)
	    : NULL;
	const char *name = settings->time_zone != NULL ? settings->time_zone
	    : remembered != NULL                       ? remembered
						       : "UTC";
	struct zone *zone = zone_new(name);
	bool good;

	if (zone == NULL) {
		complain("option '--tz': no such time zone: '%s'", name);
		free(remembered);
		return false;
	}
	good = take_time("--now", parser->late.now, zone, settings->now,
		   &settings->now) &&
	    take_time("--since", parser->late.since, zone, settings->now,
		&settings->since) &&
	    take_time("--until", parser->late.until, zone, settings->now,
		&settings->until);
	if (settings->db_path != NULL) {
		round_relative(parser->late.since, zone, &settings->since);
		round_relative(parser->late.until, zone, &settings->until);
	}
	free(remembered);
	zone_free(zone);
	if (good && settings->since != INSTANT_NONE &&
	    settings->until != INSTANT_NONE &&
	    settings->since > settings->until) {
		complain("option '--until': '%s' is before --since '%s'",
		    parser->late.until, parser->late.since);
		return false;
	}
	return good;
}

static void
set_defaults(struct settings *settings)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	*settings = (struct settings){
		.since = INSTANT_NONE,
		.until = INSTANT_NONE,
		.now = (int64_t)time(NULL) * 1000,
		.incident_minimum = SETTINGS_INCIDENT_MINIMUM,
		.top = 10,
		.jobs = 1,
		.progress = true,
	};
	if (processors > 1)
		settings->jobs = processors < JOBS_DEFAULT_MAXIMUM
		    ? (unsigned)processors
		    : JOBS_DEFAULT_MAXIMUM;
}

/* The first operand names the command; NULL when it does not. */
static void
take_command(struct settings *settings, const struct command **command)
{
	*command = NULL;
	if (settings->operand_count > 0)
		*command = command_find(settings->operands[0]);
	if (*command == NULL)
		return;
	settings->operand_count--;
	memmove(settings->operands, settings->operands + 1,
	    settings->operand_count * sizeof(*settings->operands));
}

/* Is the first operand a command with a slip of the finger, and no file? */
static bool
check_command(const struct settings *settings)
{
	const char *name =
	    settings->operand_count > 0 ? settings->operands[0] : "";

	if (strlen(name) < 5 || strlen(name) > EDIT_DISTANCE_LONGEST ||
	    access(name, F_OK) == 0)
		return true;
	for (size_t i = 0; i < command_count; i++) {
		const char *known = commands[i].name;

		if (edit_distance(text_of(name), text_of(known)) > 2)
			continue;
		complain("no command and no file '%s'; did you mean '%s'?",
		    name, known);
		return false;
	}
	return true;
}

static bool
check_bound(const struct parser *parser, const struct command *command)
{
	size_t count = sizeof(bound_options) / sizeof(bound_options[0]);

	for (size_t i = 0; i < count; i++) {
		const struct option_row *row = &option_rows[bound_options[i]];

		if (!is_given(parser, row->id) ||
		    option_row_goes_with(row, command->name))
			continue;
		complain("option '--%s' goes with %s, not with '%s'", row->name,
		    row->commands, command->name);
		return false;
	}
	return true;
}

enum options_result
options_parse(int count, char **arguments, const struct command **command,
    struct settings *settings)
{
	struct parser parser = { count, arguments, 1, settings,
		{ NULL, NULL, NULL }, 0 };

	set_defaults(settings);
	*command = NULL;
	if (!take_all(&parser))
		return OPTIONS_WRONG;
	take_command(settings, command);
	if (is_given(&parser, OPTION_HELP))
		return OPTIONS_HELP;
	if (is_given(&parser, OPTION_VERSION))
		return OPTIONS_VERSION;
	if (*command == NULL) {
		if (!check_command(settings))
			return OPTIONS_WRONG;
		*command = command_find("report");
	}
	if (!check_bound(&parser, *command))
		return OPTIONS_WRONG;
	if (settings->keep_days > 0 && settings->db_path == NULL) {
		complain("option '--keep' needs --db");
		return OPTIONS_WRONG;
	}
#ifndef HAVE_PSL
	if (settings->by_registrable) {
		complain("option '--by registrable': this bouncestat was built "
			 "without libpsl");
		return OPTIONS_WRONG;
	}
#endif
	if (!take_times(&parser))
		return OPTIONS_WRONG;
	if (settings->patterns_directory == NULL)
		settings->patterns_directory = patterns_directory_find();
	return OPTIONS_RUN;
}

void
options_release(struct settings *settings)
{
	free(settings->operands);
	free(settings->domains.items);
	free(settings->codes.items);
	free(settings->categories.items);
	free(settings->relays.items);
	free(settings->sender_domains.items);
	free(settings->internal_relays.items);
	free(settings->fail_if.items);
}
