/*
 * The table of all options, from which they are taken and the help is printed.
 */
#ifndef CLI_OPTION_ROWS_H
#define CLI_OPTION_ROWS_H

#include <stdbool.h>

#include "base/text.h"

enum option_id {
	OPTION_CSV,
	OPTION_SUPPRESSION,
	OPTION_DB,
	OPTION_KEEP,
	OPTION_FAIL_IF,
	OPTION_PROMETHEUS,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_TZ,
	OPTION_LOG_TZ,
	OPTION_YEAR,
	OPTION_DOMAIN,
	OPTION_CODE,
	OPTION_CATEGORY,
	OPTION_RELAY,
	OPTION_SENDER_DOMAIN,
	OPTION_SCOPE,
	OPTION_INTERNAL_RELAY,
	OPTION_INCIDENT_MIN,
	OPTION_BY,
	OPTION_TOP,
	OPTION_RECURSIVE,
	OPTION_FORMAT,
	OPTION_CSV_RAW,
	OPTION_REDACT,
	OPTION_REPLIES,
	OPTION_PATTERNS,
	OPTION_JOBS,
	OPTION_NOW,
	OPTION_QUIET,
	OPTION_NO_PROGRESS,
	OPTION_COLOR,
	OPTION_HELP,
	OPTION_VERSION
};

struct option_row {
	enum option_id id;
	const char *commands; /* that heed it: "a|b|c"; NULL = all */
	char letter; /* 0 = none */
	const char *name;
	const char *argument; /* NULL = takes none */
	const char *help;
};

/* In the order of the help, which is that of the ids. */
extern const struct option_row option_rows[];
extern const size_t option_row_count;

/* Does that command heed the option? */
bool option_row_goes_with(const struct option_row *row, const char *command);

/* Position of `word` among those of "a|b|c"; -1 when it is none of them. */
int option_word_find(const char *words, const char *word);

/*
 * The option that somebody meant who wrote `name`: the only one that begins so,
 * or the first one that is at most two letters away.  NULL when there is none.
 */
const struct option_row *option_row_guess(struct text name);

#endif
