#include "cli/command.h"

#include "cli/console.h"
#include "run/run.h"

/*
 * What several hosts learned, in one file.  Days, domains, codes and all other
 * counts are those of one run over all their logs.  What depends on the order
 * of records of different hosts is not known any more: an outage that was
 * over is a row for each host, and a success at one host does not take an
 * address off the list that another host put it on.
 */
int
command_merge(const struct settings *settings)
{
	struct diagnostics diagnostics;
	struct run *run;
	bool merged;

	if (settings->db_path == NULL || settings->operand_count == 0) {
		console_error(
		    "merge needs --db OUT and the files to add to it");
		return EXIT_USAGE;
	}
	diagnostics_init(&diagnostics);
	run = run_new_merge(settings, &diagnostics);
	merged = run != NULL && run_merge(run, &diagnostics);
	console_print(&diagnostics, settings->quiet);
	run_free(run);
	return merged ? EXIT_WELL : EXIT_USAGE;
}
