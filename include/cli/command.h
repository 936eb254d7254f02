/*
 * Commands: what the program can be asked to do.
 *
 * Each has a file of its own; all stand in one table with name, summary and
 * usage.  A command returns the exit status of the program.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "report/settings.h"

enum exit_status {
	EXIT_WELL = 0,
	EXIT_THRESHOLD = 1, /* --fail-if */
	EXIT_USAGE = 2, /* also: bad pattern file, output not written */
	EXIT_NO_INPUT = 3,
	EXIT_DAMAGED = 4 /* report written, some input missing or damaged */
};

struct command {
	const char *name;
	const char *operands; /* as the usage shows them */
	const char *summary;
	int (*run)(const struct settings *settings);
};

extern const struct command commands[];
extern const size_t command_count;

const struct command *command_find(const char *name);

int command_report(const struct settings *settings);
int command_domain(const struct settings *settings);
int command_events(const struct settings *settings);
int command_deliveries(const struct settings *settings);
int command_classify(const struct settings *settings);
int command_explain(const struct settings *settings);
int command_merge(const struct settings *settings);
int command_check(const struct settings *settings);

#endif
