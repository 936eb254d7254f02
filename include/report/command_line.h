/*
 * Command line: commands that a report tells its reader to run.
 *
 * They can be pasted into a shell: names that came from a log are quoted.
 */
#ifndef REPORT_COMMAND_LINE_H
#define REPORT_COMMAND_LINE_H

#include "base/buffer.h"
#include "report/settings.h"

/* A word of a shell command, in single quotes where it needs them. */
void buffer_append_shell_word(struct buffer *out, struct text word);

/*
 * `bouncestat domain NAME` and then the logs: --db, or the operand when there
 * is one, else LOG... for the reader to fill in.
 */
void buffer_append_domain_command(
    struct buffer *out, const struct settings *settings, struct text domain);

/* `bouncestat events OPTION VALUE` and the logs. */
void buffer_append_events_command(struct buffer *out,
    const struct settings *settings, const char *option, struct text value);

/* The logs alone, with a blank before them. */
void buffer_append_logs(struct buffer *out, const struct settings *settings);

/* The same for events and deliveries, whose rows no memory has: never --db. */
void
buffer_append_operands(struct buffer *out, const struct settings *settings);

#endif
