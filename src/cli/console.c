#define _DEFAULT_SOURCE /* TIOCGWINSZ */
#include "cli/console.h"

#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"

#define PROGRESS_EVERY_MS 200

/* Longer than any path. */
#define MESSAGE_MAXIMUM 8192

void
console_print(struct diagnostics *diagnostics, bool quiet)
{
	struct buffer out;

	buffer_init(&out, 0);
	for (size_t i = 0; i < diagnostics->count; i++)
		if (!quiet || diagnostics->items[i].level == DIAGNOSTIC_ERROR)
			diagnostic_format(&out, &diagnostics->items[i]);
	if (out.length > 0)
		fwrite(out.data, 1, out.length, stderr);
	buffer_release(&out);
	diagnostics_release(diagnostics);
}

void
console_error_list(const char *format, va_list arguments)
{
	char message[MESSAGE_MAXIMUM];
	struct buffer out;

	vsnprintf(message, sizeof(message), format, arguments);
	buffer_init(&out, 0);
	buffer_append_string(&out, "bouncestat: error: ");
	buffer_append_escaped(&out, text_of(message));
	buffer_append_byte(&out, '\n');
	fwrite(out.data, 1, out.length, stderr);
	buffer_release(&out);
}

void
console_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	console_error_list(format, arguments);
	va_end(arguments);
}

/* errno of the first write that failed. */
static int put_error;

void
console_put(struct text text)
{
	if (fwrite(text.data, 1, text.length, stdout) < text.length &&
	    put_error == 0)
		put_error = errno;
}

bool
console_finish(const struct row_writer *writer)
{
	int error = put_error;

	errno = 0;
	if (error == 0 && writer != NULL && writer->failed)
		error = writer->error;
	if (error == 0 && (fflush(stdout) != 0 || ferror(stdout)))
		error = errno != 0 ? errno : EIO;
	if (error == 0 || error == EPIPE)
		return true;
	console_error("standard output: %s", strerror(error));
	return false;
}

unsigned
console_columns(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) ||
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 80)
		return 80;
	return size.ws_col;
}

/* As the option says; else on a terminal, without NO_COLOR. */
static bool
wants_color(const struct settings *settings)
{
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	if (settings->color != COLOR_AUTO)
		return settings->color == COLOR_ALWAYS;
	return isatty(STDOUT_FILENO) &&
	    (no_color == NULL || no_color[0] == '\0') && terminal != NULL &&
	    strcmp(terminal, "dumb") != 0;
}

static bool
shows_utf8(void)
{
	return isatty(STDOUT_FILENO) &&
	    strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

struct terminal
console_terminal(const struct settings *settings, struct buffer *out)
{
	return (struct terminal){
		.out = out,
		.columns = console_columns(),
		.utf8 = shows_utf8(),
		.color = wants_color(settings),
	};
}

static int64_t
monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
console_progress_init(
    struct console_progress *progress, const struct settings *settings)
{
	*progress = (struct console_progress){
		.shown = settings->progress && !settings->quiet &&
		    isatty(STDERR_FILENO),
		.started = monotonic_ms(),
	};
}

void
console_progress_show(void *context, uint64_t done, uint64_t total)
{
	struct console_progress *progress = context;
	int64_t now;
	double seconds;
	double rate;

	if (!progress->shown)
		return;
	now = monotonic_ms();
	if (now - progress->printed < PROGRESS_EVERY_MS)
		return;
	progress->printed = now;
	seconds = (double)(now - progress->started) / 1000;
	rate = seconds > 0 ? (double)done / seconds : 0;
	fprintf(stderr, "\r%.1f MB", (double)done / 1e6);
	if (total > done && rate > 0)
		fprintf(stderr, " of %.1f MB, %.1f MB/s, %.0f s left",
		    (double)total / 1e6, rate / 1e6,
		    (double)(total - done) / rate);
	else
		fprintf(stderr, ", %.1f MB/s", rate / 1e6);
	fputs("\033[K", stderr);
}

void
console_progress_clear(struct console_progress *progress)
{
	if (progress->shown && progress->printed != 0)
		fputs("\r\033[K", stderr);
}
