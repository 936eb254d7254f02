/*
 * What every command that reads logs makes beside its own output: tables,
 * suppression list and metrics in files, and the word of --fail-if.
 */
#ifndef CLI_LOG_OUTPUTS_H
#define CLI_LOG_OUTPUTS_H

#include "report/alerts.h"
#include "report/view.h"
#include "run/run.h"

struct log_outputs {
	const struct settings *settings;
	struct alerts alerts;
	bool written; /* no file could not be */
	bool tripped; /* a condition holds */
};

/*
 * False, with everything said, when --fail-if is wrong or a log would be
 * replaced.  Release either.
 */
bool
log_outputs_init(struct log_outputs *outputs, const struct settings *settings);
void log_outputs_release(struct log_outputs *outputs);

/* The settings name a file or a condition. */
bool log_outputs_are_asked(const struct log_outputs *outputs);

/*
 * Writes the files that the settings ask for; no suppression list in the place
 * of one that is there when no log could be read.
 */
void log_outputs_write(struct log_outputs *outputs, const struct run *run,
    const struct report_view *view);

/* Tells, one line each and however quiet, which conditions hold. */
void
log_outputs_alert(struct log_outputs *outputs, const struct report_view *view);

/* Exit status of a command that printed all it had to print, or not. */
int log_outputs_status(
    const struct log_outputs *outputs, const struct run *run, bool printed);

#endif
