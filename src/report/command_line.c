#include "report/command_line.h"

#include <string.h>

/* A longer operand is left for the reader to fill in, as is an odd one. */
#define OPERAND_LONGEST 32

static bool
is_plain(struct text word)
{
	if (word.length == 0 || word.data[0] == '-')
		return false;
	for (size_t i = 0; i < word.length; i++)
		if (!byte_is_alnum(word.data[i]) &&
		    memchr("._-/@%+:,", word.data[i], 9) == NULL)
			return false;
	return true;
}

/* Other bytes would not survive the way to the shell: shown as '?'. */
static bool
is_printable(char byte)
{
	return (unsigned char)byte >= 0x20 && (unsigned char)byte < 0x7f;
}

void
buffer_append_shell_word(struct buffer *out, struct text word)
{
	if (is_plain(word)) {
		buffer_append_text(out, word);
		return;
	}
	buffer_append_byte(out, '\'');
	for (size_t i = 0; i < word.length; i++) {
		char byte = word.data[i];

		if (byte == '\'')
			buffer_append_string(out, "'\\''");
		else
			buffer_append_byte(
			    out, is_printable(byte) ? byte : '?');
	}
	buffer_append_byte(out, '\'');
}

static void
append_option(struct buffer *out, const char *name, struct text value)
{
	buffer_append_format(out, " %s ", name);
	buffer_append_shell_word(out, value);
}

static void
append_list(struct buffer *out, const char *name,
    const struct settings_list *list, const char *instead)
{
	if (instead != NULL && strcmp(name, instead) == 0)
		return;
	for (size_t i = 0; i < list->count; i++)
		append_option(out, name, text_of(list->items[i]));
}

static void
append_string(struct buffer *out, const char *name, const char *value)
{
	if (value != NULL)
		append_option(out, name, text_of(value));
}

static void
append_instant(struct buffer *out, const char *name, int64_t instant)
{
	if (instant == INSTANT_NONE)
		return;
	buffer_append_format(out, " %s ", name);
	buffer_append_instant(out, instant);
}

void
buffer_append_filters(
    struct buffer *out, const struct settings *settings, const char *instead)
{
	append_instant(out, "--since", settings->since);
	append_instant(out, "--until", settings->until);
	append_list(out, "--domain", &settings->domains, instead);
	append_list(out, "--code", &settings->codes, instead);
	append_list(out, "--category", &settings->categories, instead);
	append_list(out, "--relay", &settings->relays, instead);
	append_list(out, "--sender-domain", &settings->sender_domains, instead);
	if (settings->scope_is_given)
		append_string(
		    out, "--scope", settings_scope_name(settings->scope));
}

/* How lines are read, and whose names are shown. */
static void
append_reading(struct buffer *out, const struct settings *settings)
{
	append_string(out, "--log-tz", settings->log_time_zone);
	if (settings->year != 0)
		buffer_append_format(out, " --year %d", settings->year);
	append_string(out, "--format", settings->log_format);
	append_list(out, "--internal-relay", &settings->internal_relays, NULL);
	append_string(out, "--redact", settings->redact_path);
	if (settings->recursive)
		buffer_append_string(out, " -r");
}

/* Nothing in it would be shown as '?'. */
static bool
is_shown_whole(const char *string)
{
	for (; *string != '\0'; string++)
		if (!is_printable(*string))
			return false;
	return true;
}

static void
append_operands(struct buffer *out, const struct settings *settings)
{
	const char *operand =
	    settings->operand_count == 1 ? settings->operands[0] : "-";

	if (strlen(operand) > OPERAND_LONGEST || strcmp(operand, "-") == 0 ||
	    !is_shown_whole(operand)) {
		buffer_append_string(out, " LOG...");
		return;
	}
	buffer_append_byte(out, ' ');
	if (operand[0] == '-') /* not to be taken for an option */
		buffer_append_string(out, "./");
	buffer_append_shell_word(out, text_of(operand));
}

/* All options, of a command that can tell from the memory too. */
static void
append_options(
    struct buffer *out, const struct settings *settings, const char *instead)
{
	buffer_append_filters(out, settings, instead);
	if (settings->db_path != NULL)
		append_string(out, "--db", settings->db_path);
	else
		append_reading(out, settings);
}

void
buffer_append_domain_command(
    struct buffer *out, const struct settings *settings, struct text domain)
{
	bool is_like_option = domain.length > 0 && domain.data[0] == '-';

	buffer_append_string(out, "bouncestat domain");
	if (!is_like_option) {
		buffer_append_byte(out, ' ');
		buffer_append_shell_word(out, domain);
	}
	append_options(out, settings, "--domain");
	append_string(out, "--tz", settings->time_zone);
	if (settings->incident_minimum != SETTINGS_INCIDENT_MINIMUM)
		buffer_append_format(
		    out, " --incident-min %u", settings->incident_minimum);
	if (is_like_option) {
		buffer_append_string(out, " -- ");
		buffer_append_shell_word(out, domain);
	}
	if (settings->db_path == NULL)
		append_operands(out, settings);
}

void
buffer_append_suppression_command(
    struct buffer *out, const struct settings *settings)
{
	buffer_append_string(out, "bouncestat --suppression FILE");
	append_options(out, settings, NULL);
	if (settings->db_path == NULL)
		append_operands(out, settings);
}

/* All options and the logs, of a command that only they can tell. */
static void
append_log_options(
    struct buffer *out, const struct settings *settings, const char *instead)
{
	buffer_append_filters(out, settings, instead);
	append_reading(out, settings);
	append_operands(out, settings);
}

void
buffer_append_events_command(struct buffer *out,
    const struct settings *settings, const char *option, struct text value)
{
	buffer_append_string(out, "bouncestat events");
	append_option(out, option, value);
	append_log_options(out, settings, option);
}

void
buffer_append_code_command(struct buffer *out, const struct settings *settings)
{
	buffer_append_string(out, "bouncestat --code CODE");
	append_log_options(out, settings, "--code");
}

void
buffer_append_deliveries_command(
    struct buffer *out, const struct settings *settings)
{
	buffer_append_string(out, "bouncestat deliveries");
	append_log_options(out, settings, NULL);
}
