/*
 * Command line: commands that a report tells its reader to run.
 *
 * They can be pasted into a shell: names that came from a log are quoted.  They
 * count what the report counts: its filters and what decides how logs are read
 * are repeated, --since and --until as instants.  Last come the logs: the
 * operand when there is one, else LOG... for the reader to fill in.
 */
#ifndef REPORT_COMMAND_LINE_H
#define REPORT_COMMAND_LINE_H

#include "base/buffer.h"
#include "report/settings.h"

/* A word of a shell command, in single quotes where it needs them. */
void buffer_append_shell_word(struct buffer *out, struct text word);

/*
 * " --since 2026-11-22T01:00:00Z --code 4.3.2": what chooses the records that
 * count, with a blank before each option; nothing when nothing was chosen.
 * The option `instead` is left out (NULL: none).
 */
void buffer_append_filters(
    struct buffer *out, const struct settings *settings, const char *instead);

/* `bouncestat domain NAME`; from the memory when there is one. */
void buffer_append_domain_command(
    struct buffer *out, const struct settings *settings, struct text domain);

/* `bouncestat --suppression FILE`; from the memory when there is one. */
void buffer_append_suppression_command(
    struct buffer *out, const struct settings *settings);

/* `bouncestat --code CODE`, CODE to be filled in: no memory takes filters. */
void
buffer_append_code_command(struct buffer *out, const struct settings *settings);

/* `bouncestat events OPTION VALUE`: no memory has its rows. */
void buffer_append_events_command(struct buffer *out,
    const struct settings *settings, const char *option, struct text value);

/* `bouncestat deliveries`: no memory has its rows. */
void buffer_append_deliveries_command(
    struct buffer *out, const struct settings *settings);

#endif
