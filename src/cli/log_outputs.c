#include "cli/log_outputs.h"

#include <stdio.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/console.h"
#include "report/csv_directory.h"
#include "report/prometheus.h"

/* A file that would be gone before anybody noticed: a forgotten argument. */
static bool
is_input(const struct settings *settings, const char *path)
{
	struct stat output;
	struct stat input;

	if (path == NULL || stat(path, &output) != 0 ||
	    !S_ISREG(output.st_mode))
		return false;
	for (size_t i = 0; i < settings->operand_count; i++)
		if (stat(settings->operands[i], &input) == 0 &&
		    input.st_dev == output.st_dev &&
		    input.st_ino == output.st_ino)
			return true;
	return false;
}

static void
check_path(const struct settings *settings, const char *path,
    struct diagnostics *diagnostics)
{
	if (is_input(settings, path))
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, path,
		    "is a log to be read, and would be replaced");
}

bool
log_outputs_init(struct log_outputs *outputs, const struct settings *settings)
{
	struct diagnostics diagnostics;
	bool good;

	*outputs =
	    (struct log_outputs){ .settings = settings, .written = true };
	diagnostics_init(&diagnostics);
	good = alerts_parse(&outputs->alerts, &settings->fail_if, &diagnostics);
	check_path(settings, settings->suppression_path, &diagnostics);
	check_path(settings, settings->prometheus_path, &diagnostics);
	good &= diagnostics.errors == 0;
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

/*
 * That no log could be read says nothing of anybody: whom not to send to stays
 * as it was.  A file that is empty has nothing to lose, as standard output has
 * not.
 */
static bool
keeps_list(const struct settings *settings, const struct run *run,
    struct diagnostics *diagnostics)
{
	const char *path = settings->suppression_path;
	struct stat status;

	if (settings->db_path != NULL ||
	    run_input_status(run) != EXIT_NO_INPUT ||
	    stat(path, &status) != 0 || !S_ISREG(status.st_mode) ||
	    status.st_size == 0)
		return false;
	diagnostics_add(diagnostics, DIAGNOSTIC_WARNING, path,
	    "left as it is, since no log could be read");
	return true;
}

void
log_outputs_write(struct log_outputs *outputs, const struct run *run,
    const struct report_view *view)
{
	const struct settings *settings = outputs->settings;
	struct diagnostics diagnostics;

	diagnostics_init(&diagnostics);
	if (settings->csv_directory != NULL)
		outputs->written &= csv_directory_write(
		    settings->csv_directory, view, &diagnostics);
	if (settings->suppression_path != NULL &&
	    !keeps_list(settings, run, &diagnostics))
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
