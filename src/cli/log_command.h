/*
 * What all commands that read logs have in common.
 */
#ifndef CLI_LOG_COMMAND_H
#define CLI_LOG_COMMAND_H

#include "run/run.h"

/* Loads the patterns.  NULL, with everything said, when something is wrong. */
struct run *log_command_load(const struct settings *settings);

/* Reads the logs.  `hooks` may be NULL. */
void log_command_read(struct run *run, const struct settings *settings,
    const struct run_hooks *hooks);

#endif
