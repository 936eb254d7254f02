#include "cli/command.h"

#include <inttypes.h>
#include <stdio.h>

#include "classify/classifier.h"
#include "cli/console.h"
#include "report/explain.h"
#include "report/terminal.h"

/* Rules that are shown of those that did not decide. */
#define STEPS_SHOWN 8

struct step_list {
	const struct classifier *classifier;
	struct buffer *out;
	unsigned shown;
	unsigned left_out;
};

static const char *
outcome_words(enum classifier_outcome outcome)
{
	switch (outcome) {
	case STEP_WON:
		return "decided";
	case STEP_MATCHED:
		return "matches too, comes later";
	case STEP_GUARDED:
		return "matches, but not for this code or status";
	case STEP_FAILED:
		return "has its words, not its pattern";
	}
	return "";
}

static void
print_step(const struct classifier_step *step, void *context)
{
	struct step_list *list = context;

	if (list->shown == STEPS_SHOWN) {
		list->left_out++;
		return;
	}
	list->shown++;
	buffer_append_format(list->out, "  %-32.*s %s (",
	    TEXT_FORMAT(classifier_rule_name(list->classifier, step->rule)),
	    outcome_words(step->outcome));
	buffer_append_printable(list->out, text_of(step->path), 0, false);
	buffer_append_format(list->out, ":%" PRIu32 ")\n", step->line);
}

static void
explain_reply(struct buffer *out, const struct catalogue *catalogue,
    const struct classifier *classifier, struct text reply, unsigned columns)
{
	const struct classifier_query query = classifier_query_of(reply);
	struct step_list list = { classifier, out, 0, 0 };
	struct classifier_worker *worker = classifier_worker_new(classifier);
	struct verdict verdict;
	struct text blocklist;

	classifier_classify(classifier, worker, &query, &verdict);
	explain_verdict(out, catalogue, reply, &verdict,
	    classifier_rule_name(classifier, verdict.rule), columns);
	blocklist = classifier_worker_list(worker);
	if (blocklist.length > 0) {
		buffer_append_string(out, "\nBlocklist: ");
		buffer_append_printable(out, blocklist, 60, false);
		buffer_append_byte(out, '\n');
	}
	buffer_append_string(out, "\nRules that had to do with it:\n");
	classifier_explain(
	    classifier, worker, &query, &verdict, print_step, &list);
	if (list.shown == 0)
		buffer_append_string(out, "  none\n");
	if (list.left_out > 0)
		buffer_append_format(out, "  ... and %u more\n", list.left_out);
	classifier_worker_free(worker);
}

static void
join_operands(struct buffer *text, const struct settings *settings)
{
	for (size_t i = 0; i < settings->operand_count; i++) {
		if (i > 0)
			buffer_append_byte(text, ' ');
		buffer_append_string(text, settings->operands[i]);
	}
}

int
command_explain(const struct settings *settings)
{
	struct diagnostics diagnostics;
	struct catalogue *catalogue;
	struct classifier *classifier;
	struct buffer question;
	struct buffer out;
	int status = EXIT_USAGE;

	diagnostics_init(&diagnostics);
	buffer_init(&question, 0);
	buffer_init(&out, 0);
	join_operands(&question, settings);
	catalogue =
	    catalogue_load_codes(settings->patterns_directory, &diagnostics);
	classifier = classifier_load(
	    settings->patterns_directory, settings->jobs > 1, &diagnostics);
	if (text_trim(buffer_text(&question)).length == 0) {
		console_error("explain needs a code or a reply");
	} else if (catalogue != NULL && classifier != NULL) {
		if (!explain_code(&out, catalogue, buffer_text(&question),
			console_columns()))
			explain_reply(&out, catalogue, classifier,
			    buffer_text(&question), console_columns());
		console_put(buffer_text(&out));
		status = console_finish(NULL) ? EXIT_WELL : EXIT_USAGE;
	}
	console_print(&diagnostics, settings->quiet);
	classifier_free(classifier);
	catalogue_free(catalogue);
	buffer_release(&question);
	buffer_release(&out);
	return status;
}
