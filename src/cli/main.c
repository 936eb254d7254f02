#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/options.h"

const struct command commands[] = {
	{ "report", "[LOG...]", "text report on standard output (the default)",
	    command_report },
	{ "domain", "NAME [LOG...]", "everything about one recipient domain",
	    command_domain },
	{ "events", "[LOG...]", "one row for each record, as it is read",
	    command_events },
	{ "deliveries", "[LOG...]",
	    "one row for each delivery, with its outcome", command_deliveries },
	{ "classify", "", "replies on standard input, one row for each",
	    command_classify },
	{ "explain", "CODE|REPLY", "what it means and what to do",
	    command_explain },
	{ "check", "[FILE|DIR...]",
	    "prove the pattern files against their samples", command_check },
	{ "merge", "DB...", "add up what several hosts learned (--db OUT)",
	    command_merge },
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/*
 * A file that is opened gets the lowest number that is free: where standard
 * input, output or errors are closed, it would be taken for them.  What stands
 * there instead can no more be read or written than what was closed.
 */
static void
hold_standard_descriptors(void)
{
	for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
		if (fcntl(i, F_GETFD) < 0 &&
		    open("/dev/null", i == STDIN_FILENO ? O_WRONLY : O_RDONLY) <
			0)
			return;
}

int
main(int count, char **arguments)
{
	const struct command *command;
	struct settings settings = { 0 };
	int status = EXIT_USAGE;

	hold_standard_descriptors();
	/* A closed pipe is a failed write, and is told apart from others. */
	signal(SIGPIPE, SIG_IGN);
	/* So is a file that gets longer than it may. */
	signal(SIGXFSZ, SIG_IGN);
	setlocale(LC_CTYPE, "");
	switch (options_parse(count, arguments, &command, &settings)) {
	case OPTIONS_RUN:
		status = command->run(&settings);
		break;
	case OPTIONS_HELP:
		status = options_print_help(command) ? EXIT_WELL : EXIT_USAGE;
		break;
	case OPTIONS_VERSION:
		status = options_print_version() ? EXIT_WELL : EXIT_USAGE;
		break;
	case OPTIONS_WRONG:
		break;
	}
	options_release(&settings);
	return status;
}
