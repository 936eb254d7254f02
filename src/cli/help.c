#include <stdio.h>
#include <string.h>

#include "cli/console.h"
#include "cli/option_rows.h"
#include "cli/options.h"

static void
print_option(const struct option_row *row)
{
	char shown[48];

	snprintf(shown, sizeof(shown), "%c%c%c --%s%s%s",
	    row->letter != 0 ? '-' : ' ', row->letter != 0 ? row->letter : ' ',
	    row->letter != 0 ? ',' : ' ', row->name,
	    row->argument != NULL ? " " : "",
	    row->argument != NULL ? row->argument : "");
	printf("  %-29s %s\n", shown, row->help);
}

static void
print_commands(void)
{
	puts("Usage: bouncestat [COMMAND] [OPTION...] [OPERAND...]\n"
	     "What bounced, where, why, when, whether retrying helped, and "
	     "what to do.\n\nCommands:");
	for (size_t i = 0; i < command_count; i++) {
		char usage[40];

		snprintf(usage, sizeof(usage), "%s %s", commands[i].name,
		    commands[i].operands);
		printf("  %-22s%s\n", usage, commands[i].summary);
	}
	putchar('\n');
}

static void
print_usage(const struct command *command)
{
	printf("Usage: bouncestat %s [OPTION...]%s%s\n%s: %s\n\n",
	    command->name, command->operands[0] != '\0' ? " " : "",
	    command->operands, command->name, command->summary);
}

bool
options_print_help(const struct command *command)
{
	bool reads_logs =
	    command == NULL || strstr(command->operands, "LOG") != NULL;

	if (command == NULL)
		print_commands();
	else
		print_usage(command);
	if (reads_logs)
		puts("LOG is a file, plain or compressed, a directory with "
		     "-r, or - (standard input).\n");
	puts("Options:");
	for (size_t i = 0; i < option_row_count; i++)
		if (command == NULL ||
		    option_row_goes_with(&option_rows[i], command->name))
			print_option(&option_rows[i]);
	if (reads_logs)
		puts("\nT is 2026-11-22, 2026-11-22T01:00[:00][Z|+01:00], "
		     "today, yesterday, -24h or -7d.\n"
		     "Exit status: 0 all well, 1 a threshold was crossed, 2 "
		     "wrong usage or output not\nwritten, 3 no usable input, "
		     "4 some input was missing, damaged or cut short.");
	else
		puts("\nExit status: 0 all well, 2 wrong usage, a bad pattern "
		     "file or output not\nwritten, 3 no usable input.");
	return console_finish(NULL);
}
