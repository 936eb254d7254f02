#include "cli/log_outputs.h"

#include <stdio.h>

#include "cli/command.h"
#include "cli/console.h"
#include "report/csv_directory.h"
#include "report/prometheus.h"

bool
log_outputs_init(struct log_outputs *outputs, const struct settings *settings)
{
	struct diagnostics diagnostics;
	bool good;

	*outputs =
	    (struct log_outputs){ .settings = settings, .written = true };
	diagnostics_init(&diagnostics);
	good = alerts_parse(&outputs->alerts, &settings->fail_if, &diagnostics);
	console_print(&diagnostics, settings->quiet);
	return good;
}

void
log_outputs_release(struct log_outputs *outputs)
{
	alerts_release(&outputs->alerts);
}

bool
log_outputs_are_asked(const struct log_outputs *outputs)
{
	const struct settings *settings = outputs->settings;

	return settings->csv_directory != NULL ||
	    settings->suppression_path != NULL ||
	    settings->prometheus_path != NULL || outputs->alerts.count > 0;
}

void
log_outputs_write(struct log_outputs *outputs, const struct report_view *view)
{
	const struct settings *settings = outputs->settings;
	struct diagnostics diagnostics;

	diagnostics_init(&diagnostics);
	if (settings->csv_directory != NULL)
		outputs->written &= csv_directory_write(
		    settings->csv_directory, view, &diagnostics);
	if (settings->suppression_path != NULL)
		outputs->written &= csv_suppression_write(
		    settings->suppression_path, view, &diagnostics);
	if (settings->prometheus_path != NULL)
		outputs->written &= prometheus_write(
		    settings->prometheus_path, view, &diagnostics);
	console_print(&diagnostics, settings->quiet);
}

void
log_outputs_alert(struct log_outputs *outputs, const struct report_view *view)
{
	struct buffer out;

	buffer_init(&out, 0);
	outputs->tripped = alerts_check(&outputs->alerts, view, &out) > 0;
	if (outputs->tripped)
		fwrite(out.data, 1, out.length, stderr);
	buffer_release(&out);
}

int
log_outputs_status(
    const struct log_outputs *outputs, const struct run *run, bool printed)
{
	int status = run_input_status(run);

	if (run_failed(run) || !printed || !outputs->written)
		return EXIT_USAGE;
	/* What is missing was said; what was crossed is why one asks. */
	return outputs->tripped &&
		(status == EXIT_WELL || status == EXIT_DAMAGED)
	    ? EXIT_THRESHOLD
	    : status;
}
