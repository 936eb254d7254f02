/*
 * What the parts of a run share: all that it works with, and what the ledger
 * is to tell.
 */
#ifndef RUN_RUN_PRIVATE_H
#define RUN_RUN_PRIVATE_H

#include "input/operands.h"
#include "run/knowledge.h"
#include "run/memory.h"
#include "run/pipeline.h"
#include "run/run.h"
#include "tally/batch.h"

struct run {
	const struct settings *settings;
	struct settings counted; /* the same, with the scope of the memory */
	struct zone *zone;
	struct zone *log_zone;
	struct knowledge knowledge;
	struct filter *filter;
	struct internal_relays *internal_relays;
	struct redactor *redactor; /* NULL without --redact */
	struct pool *names;
	struct ledger *ledger;
	struct tally tally;
	struct tally_batch batch; /* of records not in a tally yet */
	struct incidents *incidents;
	struct addresses *addresses;
	struct joins *joins;
	struct memory *memory; /* --db; NULL = none */
	bool failed; /* the memory could not be read or written */
	struct operands operands;
	struct pipeline *pipeline;
	const struct run_hooks *hooks;
	void (*show_progress)(void *context, uint64_t done, uint64_t total);
	void *progress_context;
	struct report_source source;
	uint64_t damaged; /* files of this run */
	struct report_input *inputs;
	struct report_range *coverage;
	struct incident *incident_list;
	struct address *address_list;
	struct changes changes; /* against the weeks before; with a memory */
};

/*
 * Counts what the ledger tells, in the day that it belongs to where there is a
 * memory, and passes it to the hooks; it goes to those alone if they want all.
 */
struct ledger_observer run_observer(struct run *run);

#endif
