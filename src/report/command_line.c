#include "report/command_line.h"

#include <string.h>

/* A longer operand is left for the reader to fill in. */
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

/* Control bytes would not survive the way to the shell: shown as '?'. */
void
buffer_append_shell_word(struct buffer *out, struct text word)
{
	if (is_plain(word)) {
		buffer_append_text(out, word);
		return;
	}
	buffer_append_byte(out, '\'');
	for (size_t i = 0; i < word.length; i++) {
		unsigned char byte = (unsigned char)word.data[i];

		if (byte == '\'')
			buffer_append_string(out, "'\\''");
		else if (byte < 0x20 || byte >= 0x7f)
			buffer_append_byte(out, '?');
		else
			buffer_append_byte(out, word.data[i]);
	}
	buffer_append_byte(out, '\'');
}

void
buffer_append_operands(struct buffer *out, const struct settings *settings)
{
	buffer_append_byte(out, ' ');
	if (settings->operand_count != 1 ||
	    strlen(settings->operands[0]) > OPERAND_LONGEST ||
	    strcmp(settings->operands[0], "-") == 0) {
		buffer_append_string(out, "LOG...");
		return;
	}
	if (settings->recursive)
		buffer_append_string(out, "-r ");
	buffer_append_shell_word(out, text_of(settings->operands[0]));
}

void
buffer_append_logs(struct buffer *out, const struct settings *settings)
{
	if (settings->db_path == NULL) {
		buffer_append_operands(out, settings);
		return;
	}
	buffer_append_string(out, " --db ");
	buffer_append_shell_word(out, text_of(settings->db_path));
}

void
buffer_append_domain_command(
    struct buffer *out, const struct settings *settings, struct text domain)
{
	buffer_append_string(out, "bouncestat domain ");
	buffer_append_shell_word(out, domain);
	buffer_append_logs(out, settings);
}

void
buffer_append_events_command(struct buffer *out,
    const struct settings *settings, const char *option, struct text value)
{
	buffer_append_string(out, "bouncestat events ");
	buffer_append_string(out, option);
	buffer_append_byte(out, ' ');
	buffer_append_shell_word(out, value);
	buffer_append_operands(out, settings);
}
