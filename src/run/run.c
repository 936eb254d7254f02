#include "run/run_private.h"

#include <stdlib.h>

#include "base/memory.h"
#include "run/coverage.h"
#include "run/redactor.h"
#include "track/ledger_state.h"

/* --- what the settings name --- */

void
run_set_progress(struct run *run,
    void (*show)(void *context, uint64_t done, uint64_t total), void *context)
{
	run->show_progress = show;
	run->progress_context = context;
}

static struct zone *
load_zone(const char *option, const char *name, struct diagnostics *diagnostics)
{
	struct zone *zone = zone_new(name);

	if (zone == NULL)
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, NULL,
		    "%s: no such time zone, or no tzdata: '%s'", option, name);
	return zone;
}

static void
add_filters(struct run *run, enum filter_kind kind, const char *option,
    const struct settings_list *list, struct diagnostics *diagnostics)
{
	static const char *const wanted[FILTER_KINDS] = {
		[FILTER_DOMAIN] = "the name of a domain",
		[FILTER_SENDER_DOMAIN] = "the name of a domain",
		[FILTER_RELAY] = "a host or an address",
		[FILTER_CODE] = "a code such as 4.3.2, 5.7.* or 550",
		[FILTER_CATEGORY] = "a category",
	};

	for (size_t i = 0; i < list->count; i++)
		if (!filter_add(run->filter, kind, text_of(list->items[i])))
			diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, NULL,
			    "%s: not %s: '%s'", option, wanted[kind],
			    list->items[i]);
}

static void
make_filter(struct run *run, struct diagnostics *diagnostics)
{
	const struct settings *settings = run->settings;
	static const enum filter_scope scopes[] = {
		[SCOPE_REMOTE] = FILTER_REMOTE,
		[SCOPE_LOCAL] = FILTER_LOCAL,
		[SCOPE_ALL] = FILTER_ALL,
	};

	/* A memory takes in everything, and the period is that of a report. */
	run->filter = filter_new(scopes[run->counted.scope]);
	if (run->memory == NULL)
		filter_set_period(
		    run->filter, settings->since, settings->until);
	add_filters(
	    run, FILTER_DOMAIN, "--domain", &settings->domains, diagnostics);
	add_filters(run, FILTER_SENDER_DOMAIN, "--sender-domain",
	    &settings->sender_domains, diagnostics);
	add_filters(
	    run, FILTER_RELAY, "--relay", &settings->relays, diagnostics);
	add_filters(run, FILTER_CODE, "--code", &settings->codes, diagnostics);
	add_filters(run, FILTER_CATEGORY, "--category", &settings->categories,
	    diagnostics);
}

/* What a memory counts is told, whether it is asked for again or not. */
static void
take_scope(struct run *run)
{
	run->counted = *run->settings;
	if (run->memory == NULL)
		return;
	run->counted.scope = memory_scope(run->memory);
	run->counted.scope_is_given |= run->counted.scope != SCOPE_REMOTE;
}

static void
take_internal_relays(struct run *run, struct diagnostics *diagnostics)
{
	const struct settings *settings = run->settings;

	run->internal_relays = internal_relays_new();
	for (size_t i = 0; i < settings->internal_relays.count; i++)
		if (!internal_relays_add(run->internal_relays,
			text_of(settings->internal_relays.items[i])))
			diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, NULL,
			    "--internal-relay: not a network, host or "
			    "host:port: '%s'",
			    settings->internal_relays.items[i]);
}

/* The days and hours of a memory are those that it was made with. */
static const char *
zone_of(const struct run *run)
{
	if (run->memory != NULL)
		return zone_name(memory_zone(run->memory));
	return run->settings->time_zone != NULL ? run->settings->time_zone
						: "UTC";
}

/* Nights with different keys would not know each other's recipients. */
static void
check_redaction(struct run *run, struct diagnostics *diagnostics)
{
	struct scan_batch batch;
	struct record *record;

	scan_batch_init(&batch);
	record = scan_batch_add(&batch);
	record->recipient = TEXT_LITERAL("probe@example.com");
	if (run->redactor != NULL)
		redactor_batch(run->redactor, &batch);
	memory_check_redaction(run->memory, record->recipient, diagnostics);
	scan_batch_release(&batch);
}

typedef struct memory *open_memory(const struct settings *settings,
    struct pool *names, struct diagnostics *diagnostics);

static struct run *
make_run(const struct settings *settings, open_memory *opener,
    struct diagnostics *diagnostics)
{
	struct run *run = memory_allocate_array(1, sizeof(*run));
	size_t errors = diagnostics->errors;

	run->settings = settings;
	run->names = pool_new();
	tally_init(&run->tally);
	run->log_zone =
	    load_zone("--log-tz", settings->log_time_zone, diagnostics);
	take_internal_relays(run, diagnostics);
	knowledge_load(&run->knowledge, settings->patterns_directory,
	    settings->jobs > 1, diagnostics);
	if (settings->redact_path != NULL)
		run->redactor =
		    redactor_load(settings->redact_path, diagnostics);
	/* Made if need be, so nothing may be wrong by now. */
	if (settings->db_path != NULL && diagnostics->errors == errors)
		run->memory = opener(settings, run->names, diagnostics);
	run->zone = load_zone("--tz", zone_of(run), diagnostics);
	take_scope(run);
	make_filter(run, diagnostics);
	if (diagnostics->errors == errors)
		return run;
	run_free(run);
	return NULL;
}

struct run *
run_new(const struct settings *settings, struct diagnostics *diagnostics)
{
	struct run *run = make_run(settings, memory_open, diagnostics);
	size_t errors = diagnostics->errors;

	/* A look redacts nothing: it can only show what was kept. */
	if (run != NULL && run->memory != NULL &&
	    (settings->operand_count > 0 || run->redactor != NULL))
		check_redaction(run, diagnostics);
	if (diagnostics->errors == errors)
		return run;
	run_free(run);
	return NULL;
}

struct run *
run_new_merge(const struct settings *settings, struct diagnostics *diagnostics)
{
	return make_run(settings, memory_open_merge, diagnostics);
}

void
run_free(struct run *run)
{
	if (run == NULL)
		return;
	pipeline_free(run->pipeline);
	memory_close(run->memory);
	operands_release(&run->operands);
	ledger_free(run->ledger);
	incidents_free(run->incidents);
	addresses_free(run->addresses);
	joins_free(run->joins);
	tally_release(&run->tally);
	filter_free(run->filter);
	internal_relays_free(run->internal_relays);
	redactor_free(run->redactor);
	knowledge_release(&run->knowledge);
	zone_free(run->zone);
	zone_free(run->log_zone);
	pool_free(run->names);
	free(run->inputs);
	free(run->coverage);
	free(run->incident_list);
	free(run->address_list);
	changes_release(&run->changes);
	free(run);
}

/* --- reading, and what is known afterwards --- */

static void
on_event(void *context, const struct event *event, void *owner)
{
	struct run *run = context;

	ledger_take(run->ledger, event, owner);
}

static void
on_tick(void *context)
{
	struct run *run = context;

	if (run->show_progress != NULL)
		run->show_progress(run->progress_context,
		    pipeline_bytes_read(run->pipeline),
		    pipeline_bytes_total(run->pipeline));
}

static void
make_ledger(struct run *run)
{
	int64_t start = run->pipeline != NULL ? pipeline_start(run->pipeline)
					      : INSTANT_NONE;
	struct ledger_settings settings = {
		.names = run->names,
		.providers = run->knowledge.providers,
		.filter = run->filter,
		.internal_relays = run->internal_relays,
		.observer = run_observer(run),
		.release = pipeline_release,
	};

	if (run->memory != NULL)
		start = memory_start(run->memory, start);
	settings.start = start;
	run->ledger = ledger_new(&settings);
}

static void
make_inputs(struct run *run)
{
	size_t count;
	const struct pipeline_input *inputs =
	    pipeline_inputs(run->pipeline, &count);

	run->inputs = memory_allocate_array(count, sizeof(*run->inputs));
	for (size_t i = 0; i < count; i++) {
		run->inputs[i] = (struct report_input){
			.path = inputs[i].path,
			.compression = inputs[i].compression,
			.bytes = inputs[i].bytes,
			.counts = inputs[i].counts,
			.first_event_at = inputs[i].first_event_at,
			.last_event_at = inputs[i].last_event_at,
			.first_line_at = inputs[i].first_line_at,
			.last_line_at = inputs[i].last_line_at,
			.damage = inputs[i].damage,
		};
	}
	run->source.input_count = count;
}

/* The period of what is no sum of days; what is forgotten is not in it. */
static struct settings
shown_period(const struct run *run)
{
	struct settings shown = *run->settings;
	int64_t kept =
	    run->memory != NULL ? memory_kept_since(run->memory) : INSTANT_NONE;

	if (kept > shown.since)
		shown.since = kept;
	return shown;
}

static void
make_source(struct run *run)
{
	struct report_source *source = &run->source;
	const struct settings shown = shown_period(run);

	source->settings = &run->counted;
	source->zone = run->zone;
	source->names = run->names;
	source->catalogue = run->knowledge.catalogue;
	source->tally = &run->tally;
	source->causes = ledger_causes(run->ledger, &source->cause_count);
	source->incidents = run->incident_list;
	source->incident_count = coverage_select_incidents(
	    &shown, run->incident_list, source->incident_count);
	if (run->settings->suppression_path != NULL)
		run->address_list =
		    addresses_list(run->addresses, &source->address_count);
	source->address_count = coverage_select_addresses(
	    &shown, run->address_list, source->address_count);
	source->addresses = run->address_list;
	source->started_at = run->settings->now;
	source->inputs = run->inputs;
	for (size_t i = 0; i < source->input_count; i++)
		source->damaged_files += run->inputs[i].damage != NULL;
	source->coverage_count = coverage_make(
	    run->inputs, source->input_count, &shown, &run->coverage);
	source->coverage = run->coverage;
}

/* --- from night to night --- */

static struct memory_parts
parts_of(const struct run *run)
{
	return (struct memory_parts){
		.ledger = run->ledger,
		.incidents = run->incidents,
		.addresses = run->addresses,
		.joins = run->joins,
	};
}

static void
load_memory(struct run *run)
{
	const struct memory_parts parts = parts_of(run);

	if (run->memory == NULL)
		return;
	memory_load(run->memory, &parts);
	ledger_begin(run->ledger, pipeline_start(run->pipeline));
}

/* What was wrong with what this run was given. */
static void
note_inputs(struct run *run)
{
	size_t count;
	const struct pipeline_input *inputs =
	    pipeline_inputs(run->pipeline, &count);

	for (size_t i = 0; i < count; i++)
		run->damaged += inputs[i].damage != NULL;
}

static void
save_memory(struct run *run)
{
	const struct memory_parts parts = parts_of(run);
	size_t count;
	const struct pipeline_input *inputs =
	    pipeline_inputs(run->pipeline, &count);

	if (run->memory != NULL)
		memory_save(run->memory, &parts, inputs, count);
}

static bool
report_memory(struct run *run, struct diagnostics *diagnostics)
{
	struct report_source *source = &run->source;

	return memory_finish(run->memory, run->incident_list,
		   source->incident_count, diagnostics) &&
	    memory_report(run->memory, &run->tally, &run->inputs,
		&source->input_count, diagnostics);
}

static enum record_mta
log_mta(const struct settings *settings)
{
	enum record_mta mta = MTA_NONE;

	if (settings->log_format != NULL)
		record_mta_find(text_of(settings->log_format), &mta);
	return mta;
}

/* What waits at the end of the logs is settled as it is. */
static void
end_deliveries(struct run *run)
{
	ledger_drain(run->ledger);
	ledger_settle(run->ledger);
	tally_batch_flush(&run->batch);
}

static void
list_incidents(struct run *run)
{
	size_t cause_count;

	run->incident_list = incidents_list(run->incidents,
	    ledger_causes(run->ledger, &cause_count),
	    &run->source.incident_count);
}

void
run_logs(struct run *run, const struct run_hooks *hooks,
    struct diagnostics *diagnostics)
{
	const struct settings *settings = run->settings;
	struct pipeline_settings pipeline = {
		.patterns = run->knowledge.patterns,
		.classifier = run->knowledge.classifier,
		.redactor = run->redactor,
		.log_zone = run->log_zone,
		.year = settings->year,
		.mta = log_mta(settings),
		.now = settings->now,
		.jobs = settings->jobs,
		.memory =
		    run->memory != NULL ? memory_inputs(run->memory) : NULL,
	};

	run->hooks = hooks;
	run->joins = joins_new();
	pipeline.joins = run->joins;
	operands_init(&run->operands);
	/* Whoever asks a memory need not give it a log. */
	if (run->memory == NULL || settings->operand_count > 0)
		operands_add_all(&run->operands, settings->operands,
		    settings->operand_count, settings->recursive, diagnostics);
	run->incidents = incidents_new(run->names, settings->incident_minimum);
	run->addresses = addresses_new(
	    settings->suppression_path != NULL || run->memory != NULL);
	run->pipeline = pipeline_new(&pipeline, &run->operands, diagnostics);
	make_ledger(run);
	load_memory(run);
	pipeline_run(run->pipeline, on_event, on_tick, run, diagnostics);
	tally_batch_flush(&run->batch);
	note_inputs(run);
	save_memory(run);
	end_deliveries(run);
	list_incidents(run);
	if (run->memory == NULL)
		make_inputs(run);
	else
		run->failed = !report_memory(run, diagnostics);
	if (run->memory != NULL && !run->failed &&
	    memory_changes(run->memory, &run->changes))
		run->source.changes = &run->changes;
	make_source(run);
}

bool
run_merge(struct run *run, struct diagnostics *diagnostics)
{
	static const struct run_hooks none;
	struct memory_parts parts;

	run->hooks = &none;
	run->incidents =
	    incidents_new(run->names, run->settings->incident_minimum);
	run->addresses = addresses_new(true);
	run->joins = joins_new();
	make_ledger(run);
	parts = parts_of(run);
	memory_merge(run->memory, &parts);
	tally_batch_flush(&run->batch);
	memory_save(run->memory, &parts, NULL, 0);
	end_deliveries(run);
	list_incidents(run);
	return memory_finish(run->memory, run->incident_list,
	    run->source.incident_count, diagnostics);
}

const struct report_source *
run_source(const struct run *run)
{
	return &run->source;
}

const struct classifier *
run_classifier(const struct run *run)
{
	return run->knowledge.classifier;
}

struct pool *
run_names(const struct run *run)
{
	return run->names;
}

bool
run_failed(const struct run *run)
{
	return run->failed;
}

/* With a memory it is enough that something is known. */
int
run_input_status(const struct run *run)
{
	uint64_t parsed = 0;

	for (size_t i = 0; i < run->source.input_count; i++)
		parsed += run->inputs[i].counts.recognised +
		    run->inputs[i].counts.ignored -
		    run->inputs[i].counts.blank +
		    run->inputs[i].counts.unmatched;
	if (parsed == 0)
		return 3;
	return run->operands.missing > 0 || run->damaged > 0 ? 4 : 0;
}
