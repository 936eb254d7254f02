/*
 * Options: from the command line to settings.
 *
 * All options stand in one table, from which the help is printed.  They may
 * stand before or after operands; "--" ends them.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/command.h"

enum options_result {
	OPTIONS_RUN, /* settings and command are filled in */
	OPTIONS_HELP, /* --help; the command is NULL when none was named */
	OPTIONS_VERSION, /* --version */
	OPTIONS_WRONG /* a message was printed */
};

enum options_result options_parse(int count, char **arguments,
    const struct command **command, struct settings *settings);
void options_release(struct settings *settings);

/*
 * To standard output; false, and says so, when it could not be written.  The
 * help is that of the command, or of all commands when it is NULL.
 */
bool options_print_help(const struct command *command);
bool options_print_version(void);

#endif
