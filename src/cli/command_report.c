#include "cli/command.h"

#include "cli/console.h"
#include "cli/log_command.h"
#include "cli/log_outputs.h"
#include "report/text_report.h"

static bool
print_report(const struct settings *settings, const struct report_view *view)
{
	struct buffer out;
	struct terminal terminal = console_terminal(settings, &out);

	if (settings->quiet)
		return true;
	buffer_init(&out, 0);
	text_report_write(&terminal, view);
	console_put(buffer_text(&out));
	buffer_release(&out);
	return console_finish(NULL);
}

static int
report(const struct settings *settings, struct log_outputs *outputs)
{
	struct run *run = log_command_load(settings);
	struct report_view view;
	bool printed;
	int status;

	if (run == NULL)
		return EXIT_USAGE;
	log_command_read(run, settings, NULL);
	if (run_failed(run)) {
		run_free(run);
		return EXIT_USAGE;
	}
	report_view_init(&view, run_source(run));
	log_outputs_write(outputs, run, &view);
	printed = print_report(settings, &view);
	log_outputs_alert(outputs, &view);
	report_view_release(&view);
	status = log_outputs_status(outputs, run, printed);
	run_free(run);
	return status;
}

int
command_report(const struct settings *settings)
{
	struct log_outputs outputs;
	int status = EXIT_USAGE;

	if (log_outputs_init(&outputs, settings))
		status = report(settings, &outputs);
	log_outputs_release(&outputs);
	return status;
}
