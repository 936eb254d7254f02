#include "cli/command.h"

#include <stdio.h>

#include "base/arena.h"
#include "cli/console.h"
#include "cli/log_command.h"
#include "cli/log_outputs.h"
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
print_page(const struct settings *settings, const struct report_view *view,
    struct text name, const struct domain_watch *watch)
{
	struct buffer out;
	struct terminal terminal = console_terminal(settings, &out);
	bool found;

	buffer_init(&out, 0);
	found = domain_page_write(&terminal, view, name, watch);
	if (found)
		console_put(buffer_text(&out));
	else
		fwrite(out.data, 1, out.length, stderr);
	buffer_release(&out);
	return found;
}

/* Reads the logs; `settings` name no operands but them. */
static int
show_domain(const struct settings *settings, struct text name,
    struct log_outputs *outputs)
{
	struct domain_watch watch;
	const struct run_hooks hooks = { .context = &watch,
		.record = watch_record,
		.outcome = watch_outcome };
	struct run *run = log_command_load(settings);
	struct report_view view;
	bool printed = false;
	bool found = false;
	int status;

	if (run == NULL)
		return EXIT_USAGE;
	domain_watch_init(
	    &watch, name, run_names(run), settings->by_registrable);
	log_command_read(run, settings, &hooks);
	if (!run_failed(run)) {
		report_view_init(&view, run_source(run));
		log_outputs_write(outputs, run, &view);
		/* Of a memory only a part passed by. */
		found = print_page(settings, &view, name,
		    settings->db_path != NULL ? NULL : &watch);
		printed = console_finish(NULL);
		log_outputs_alert(outputs, &view);
		report_view_release(&view);
	}
	status = log_outputs_status(outputs, run, printed);
	if (!found && status == EXIT_WELL)
		status = EXIT_NO_INPUT;
	domain_watch_release(&watch);
	run_free(run);
	return status;
}

int
command_domain(const struct settings *settings)
{
	struct settings others = *settings;
	struct log_outputs outputs;
	struct arena arena;
	int status = EXIT_USAGE;

	if (settings->operand_count == 0) {
		console_error("domain needs the name of a recipient domain");
		return EXIT_USAGE;
	}
	others.operands++;
	others.operand_count--;
	arena_init(&arena);
	if (log_outputs_init(&outputs, &others))
		status = show_domain(&others,
		    domain_name_copy(&arena, text_of(settings->operands[0])),
		    &outputs);
	log_outputs_release(&outputs);
	arena_release(&arena);
	return status;
}
