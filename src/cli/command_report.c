#include "cli/command.h"

#include <stdio.h>

#include "cli/console.h"
#include "cli/log_command.h"
#include "report/alerts.h"
#include "report/csv_directory.h"
#include "report/prometheus.h"
#include "report/text_report.h"

/* The files that the settings ask for. */
static bool
write_files(const struct settings *settings, const struct report_view *view)
{
	struct diagnostics diagnostics;
	bool written = true;

	diagnostics_init(&diagnostics);
	if (settings->csv_directory != NULL)
		written &= csv_directory_write(
		    settings->csv_directory, view, &diagnostics);
	if (settings->suppression_path != NULL)
		written &= csv_suppression_write(
		    settings->suppression_path, view, &diagnostics);
	if (settings->prometheus_path != NULL)
		written &= prometheus_write(
		    settings->prometheus_path, view, &diagnostics);
	console_print(&diagnostics, settings->quiet);
	return written;
}

/* One line for each condition that holds, however quiet. */
static bool
tell_alerts(const struct alerts *alerts, const struct report_view *view)
{
	struct buffer out;
	size_t tripped;

	buffer_init(&out, 0);
	tripped = alerts_check(alerts, view, &out);
	if (tripped > 0)
		fwrite(out.data, 1, out.length, stderr);
	buffer_release(&out);
	return tripped > 0;
}

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
report(const struct settings *settings, const struct alerts *alerts)
{
	struct run *run = log_command_load(settings);
	struct report_view view;
	bool written;
	bool tripped;
	int status;

	if (run == NULL)
		return EXIT_USAGE;
	log_command_read(run, settings, NULL);
	if (run_failed(run)) {
		run_free(run);
		return EXIT_USAGE;
	}
	report_view_init(&view, run_source(run));
	written = write_files(settings, &view);
	written &= print_report(settings, &view);
	tripped = tell_alerts(alerts, &view);
	report_view_release(&view);
	status = log_command_status(run, written);
	run_free(run);
	/* What is missing was said; what was crossed is why one asks. */
	return tripped && (status == EXIT_WELL || status == EXIT_DAMAGED)
	    ? EXIT_THRESHOLD
	    : status;
}

int
command_report(const struct settings *settings)
{
	struct diagnostics diagnostics;
	struct alerts alerts;
	int status = EXIT_USAGE;

	diagnostics_init(&diagnostics);
	if (alerts_parse(&alerts, &settings->fail_if, &diagnostics))
		status = report(settings, &alerts);
	console_print(&diagnostics, settings->quiet);
	alerts_release(&alerts);
	return status;
}
