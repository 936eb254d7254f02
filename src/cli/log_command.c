#include "cli/log_command.h"

#include "cli/command.h"
#include "cli/console.h"

struct run *
log_command_load(const struct settings *settings)
{
	struct diagnostics diagnostics;
	struct run *run;

	diagnostics_init(&diagnostics);
	run = run_new(settings, &diagnostics);
	console_print(&diagnostics, settings->quiet);
	return run;
}

void
log_command_read(struct run *run, const struct settings *settings,
    const struct run_hooks *hooks)
{
	const struct run_hooks none = { 0 };
	struct console_progress progress;
	struct diagnostics diagnostics;

	diagnostics_init(&diagnostics);
	console_progress_init(&progress, settings);
	run_set_progress(run, console_progress_show, &progress);
	run_logs(run, hooks != NULL ? hooks : &none, &diagnostics);
	console_progress_clear(&progress);
	console_print(&diagnostics, settings->quiet);
	if (!run_failed(run) && run_input_status(run) == EXIT_NO_INPUT)
		console_error("no usable input: %s",
		    settings->db_path != NULL
			? "nothing is remembered of the period"
			: "no log line could be read");
}
