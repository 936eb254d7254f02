#include "cli/command.h"

#include <stdio.h>

#include "base/arena.h"
#include "cli/console.h"
#include "cli/log_command.h"
#include "report/domain_page.h"
#include "track/domain_name.h"

static void
watch_record(void *context, const struct observation *observation)
{
	domain_watch_record(context, observation);
}

static void
watch_outcome(void *context, const struct delivery *delivery,
    const struct message *message)
{
	(void)message;
	domain_watch_outcome(context, delivery);
}

/* False when the domain is not in the logs; the page says so then. */
static bool
print_page(const struct settings *settings, struct run *run, struct text name,
    const struct domain_watch *watch, bool *written)
{
	struct report_view view;
	struct buffer out;
	struct terminal terminal = console_terminal(settings, &out);
	bool found;

	buffer_init(&out, 0);
	report_view_init(&view, run_source(run));
	found = domain_page_write(&terminal, &view, name, watch);
	if (found)
		console_put(buffer_text(&out));
	else
		fwrite(out.data, 1, out.length, stderr);
	*written = console_finish(NULL);
	report_view_release(&view);
	buffer_release(&out);
	return found;
}

int
command_domain(const struct settings *settings)
{
	struct settings others = *settings;
	struct domain_watch watch;
	const struct run_hooks hooks = { .context = &watch,
		.record = watch_record,
		.outcome = watch_outcome };
	struct run *run;
	struct arena arena;
	struct text name;
	bool written = true;
	bool found = false;
	int status = EXIT_USAGE;

	if (settings->operand_count == 0) {
		console_error("domain needs the name of a recipient domain");
		return EXIT_USAGE;
	}
	arena_init(&arena);
	name = domain_name_copy(&arena, text_of(settings->operands[0]));
	others.operands++;
	others.operand_count--;
	run = log_command_load(&others);
	if (run == NULL) {
		arena_release(&arena);
		return EXIT_USAGE;
	}
	domain_watch_init(
	    &watch, name, run_names(run), settings->by_registrable);
	log_command_read(run, &others, &hooks);
	/* Of a memory only a part passed by. */
	if (!run_failed(run))
		found = print_page(&others, run, name,
		    settings->db_path != NULL ? NULL : &watch, &written);
	status = log_command_status(run, written);
	if (!found && status == EXIT_WELL)
		status = EXIT_NO_INPUT;
	domain_watch_release(&watch);
	run_free(run);
	arena_release(&arena);
	return status;
}
