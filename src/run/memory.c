#include "run/memory.h"

#include "store/store.h"

#ifdef HAVE_SQLITE

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "run/coverage.h"

struct memory {
	const struct settings *settings;
	struct store *store;
	struct pipeline_memory inputs;
	struct tally_days closed; /* what is final */
	struct tally_days open; /* what is not */
	bool is_saved; /* from now on nothing is final */
	struct tally before; /* of the period, without this night */
	bool has_before; /* it was read, and nothing of it is forgotten */
	struct pool *names;
	struct store **others; /* files that are added; the first is ours */
	size_t other_count;
	int64_t first_day; /* of the report */
	int64_t end_day;
	int64_t kept_since; /* all before is forgotten; INSTANT_NONE */
};

/* --- opening --- */

/*
 * A memory holds everything, so that any question can be asked of it later:
 * it cannot be filled by halves.
 */
static bool
check_filters(const struct settings *settings, struct diagnostics *diagnostics)
{
	const struct {
		const char *option;
		const struct settings_list *list;
	} filters[] = {
		{ "--domain", &settings->domains },
		{ "--code", &settings->codes },
		{ "--category", &settings->categories },
		{ "--relay", &settings->relays },
		{ "--sender-domain", &settings->sender_domains },
	};
	bool good = true;

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		if (filters[i].list->count > 0) {
			diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, NULL,
			    "%s does not go together with --db, which "
			    "remembers everything (see 'bouncestat domain')",
			    filters[i].option);
			good = false;
		}
	return good;
}

static bool
take_day(const struct zone *zone, const char *option, int64_t time,
    int64_t open_end, int64_t *day, struct diagnostics *diagnostics)
{
	*day = open_end;
	if (time == INSTANT_NONE)
		return true;
	*day = tally_day_of(zone, time);
	if (tally_day_start(zone, *day) == time)
		return true;
	diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, NULL,
	    "%s with --db must be the start of a day (in zone %s): days are "
	    "what is remembered",
	    option, zone_name(zone));
	return false;
}

/* The period, before a file is made for it. */
static bool
take_days(struct memory *memory, struct diagnostics *diagnostics)
{
	const struct settings *settings = memory->settings;
	const char *given =
	    settings->time_zone != NULL ? settings->time_zone : "UTC";
	char *kept = store_zone_of(settings->db_path);
	struct zone *zone = zone_new(kept != NULL ? kept : given);
	bool good = false;

	if (zone == NULL)
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, NULL,
		    "no time zone '%s' (is tzdata installed?)",
		    kept != NULL ? kept : given);
	else
		good = take_day(zone, "--since", settings->since, INT64_MIN,
			   &memory->first_day, diagnostics) &&
		    take_day(zone, "--until", settings->until, INT64_MAX,
			&memory->end_day, diagnostics);
	zone_free(zone);
	free(kept);
	return good;
}

static bool
find_input(void *context, struct text head, struct pipeline_resume *resume)
{
	const struct memory *memory = context;
	const struct store_input *input = store_find_input(memory->store, head);

	*resume = (struct pipeline_resume){ 0 };
	if (input == NULL)
		return false;
	resume->id = input->id;
	resume->offset = input->offset;
	resume->lines = input->counts.lines;
	resume->clock = input->clock;
	resume->is_replayed = input->is_replayed;
	return true;
}

static const char *
scope_asked(const struct settings *settings)
{
	return settings->scope_is_given ? settings_scope_name(settings->scope)
					: NULL;
}

static int
order_by_path(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/*
 * False when one cannot be used; the first place is for our own.  Where two
 * are equal the first one decides: they are in one order, however they are
 * given.
 */
static bool
open_others(struct memory *memory, struct diagnostics *diagnostics)
{
	const struct settings *settings = memory->settings;
	size_t count = settings->operand_count;
	const char **paths = memory_allocate_array(count, sizeof(*paths));
	bool good = true;

	for (size_t i = 0; i < count; i++)
		paths[i] = settings->operands[i];
	qsort(paths, count, sizeof(*paths), order_by_path);
	memory->other_count = count + 1;
	memory->others =
	    memory_allocate_array(memory->other_count, sizeof(struct store *));
	for (size_t i = 0; i < count && good; i++) {
		const struct store_settings wanted = {
			.path = paths[i],
			.zone = settings->time_zone,
			.scope = scope_asked(settings),
			.names = memory->names,
		};

		memory->others[i + 1] = store_open(&wanted, diagnostics);
		good = memory->others[i + 1] != NULL;
	}
	free(paths);
	return good;
}

static bool
open_own(struct memory *memory, struct diagnostics *diagnostics)
{
	const struct settings *settings = memory->settings;
	const struct store_settings wanted = {
		.path = settings->db_path,
		.zone = settings->time_zone,
		.scope = scope_asked(settings),
		.default_scope = settings_scope_name(SCOPE_REMOTE),
		.model = memory->other_count > 1 ? memory->others[1] : NULL,
		.writes =
		    settings->operand_count > 0 || settings->keep_days > 0,
		.names = memory->names,
	};

	memory->store = store_open(&wanted, diagnostics);
	if (memory->store == NULL)
		return false;
	tally_days_init(&memory->closed, store_zone(memory->store));
	tally_days_init(&memory->open, store_zone(memory->store));
	return true;
}

/* The others with each other (first: 1), and with ours (0). */
static bool
may_merge(
    const struct memory *memory, size_t first, struct diagnostics *diagnostics)
{
	for (size_t i = 1; i < memory->other_count; i++)
		for (size_t j = first; j < i; j++)
			if (!store_may_merge(memory->others[j],
				memory->others[i], diagnostics))
				return false;
	return true;
}

static struct memory *
new_memory(const struct settings *settings, struct pool *names)
{
	struct memory *memory = memory_allocate_array(1, sizeof(*memory));

	memory->settings = settings;
	memory->names = names;
	memory->kept_since = INSTANT_NONE;
	tally_init(&memory->before);
	memory->inputs =
	    (struct pipeline_memory){ .context = memory, .find = find_input };
	return memory;
}

struct memory *
memory_open(const struct settings *settings, struct pool *names,
    struct diagnostics *diagnostics)
{
	struct memory *memory;

	if (!check_filters(settings, diagnostics))
		return NULL;
	memory = new_memory(settings, names);
	if (take_days(memory, diagnostics) && open_own(memory, diagnostics))
		return memory;
	memory_close(memory);
	return NULL;
}

struct memory *
memory_open_merge(const struct settings *settings, struct pool *names,
    struct diagnostics *diagnostics)
{
	struct memory *memory = new_memory(settings, names);

	/* Our own is the last: for nothing none is made. */
	if (take_days(memory, diagnostics) &&
	    open_others(memory, diagnostics) &&
	    may_merge(memory, 1, diagnostics) &&
	    open_own(memory, diagnostics)) {
		memory->others[0] = memory->store;
		if (may_merge(memory, 0, diagnostics))
			return memory;
	}
	memory_close(memory);
	return NULL;
}

void
memory_close(struct memory *memory)
{
	if (memory == NULL)
		return;
	tally_days_release(&memory->closed);
	tally_days_release(&memory->open);
	tally_release(&memory->before);
	for (size_t i = 1; i < memory->other_count; i++)
		store_close(memory->others[i]);
	free(memory->others);
	store_close(memory->store);
	free(memory);
}

bool
memory_check_redaction(
    struct memory *memory, struct text probe, struct diagnostics *diagnostics)
{
	if (store_keeps(memory->store, "redaction", probe))
		return true;
	diagnostics_add(diagnostics, DIAGNOSTIC_ERROR,
	    memory->settings->db_path,
	    "was made with another --redact key, or with or without one");
	return false;
}

const struct zone *
memory_zone(const struct memory *memory)
{
	return store_zone(memory->store);
}

enum settings_scope
memory_scope(const struct memory *memory)
{
	const char *scope = store_scope(memory->store);

	for (int i = 0; i <= SCOPE_ALL; i++)
		if (strcmp(scope,
			settings_scope_name((enum settings_scope)i)) == 0)
			return (enum settings_scope)i;
	return SCOPE_REMOTE;
}

const struct pipeline_memory *
memory_inputs(struct memory *memory)
{
	return &memory->inputs;
}

/* --- a night --- */

int64_t
memory_start(struct memory *memory, int64_t start)
{
	int64_t before = store_start(memory->store);

	if (before == INSTANT_NONE || (start != INSTANT_NONE && start < before))
		before = start;
	if (memory->settings->operand_count > 0)
		store_set_start(memory->store, before);
	return before;
}

static struct store_state
state_of(const struct memory_parts *parts)
{
	return (struct store_state){
		.ledger = parts->ledger,
		.incidents = parts->incidents,
		.addresses = parts->addresses,
		.joins = parts->joins,
	};
}

void
memory_load(struct memory *memory, const struct memory_parts *parts)
{
	const struct store_state state = state_of(parts);

	store_load_state(memory->store, &state);
}

void
memory_merge(struct memory *memory, const struct memory_parts *parts)
{
	const struct store_state state = state_of(parts);

	store_load_states(memory->others, memory->other_count, &state);
	for (size_t i = 1; i < memory->other_count; i++) {
		memory_start(memory, store_start(memory->others[i]));
		store_merge_days(memory->store, memory->others[i]);
	}
}

struct tally *
memory_tally(struct memory *memory, int64_t time)
{
	return tally_days_at(
	    memory->is_saved ? &memory->open : &memory->closed, time);
}

static const struct store_input *
input_with_id(struct memory *memory, int64_t id)
{
	size_t count;
	const struct store_input *inputs = store_inputs(memory->store, &count);

	for (size_t i = 0; i < count; i++)
		if (id != 0 && inputs[i].id == id)
			return &inputs[i];
	return NULL;
}

/* What is known of an input by now: what was, and what this run read. */
static void
save_input(struct memory *memory, const struct pipeline_input *input)
{
	const struct store_input *before =
	    input_with_id(memory, input->resume.id);
	struct store_input now = {
		.first_event_at = INSTANT_NONE,
		.last_event_at = INSTANT_NONE,
		.first_line_at = INSTANT_NONE,
		.last_line_at = INSTANT_NONE,
	};

	if (before != NULL)
		now = *before;
	now.fingerprint = input->fingerprint;
	now.head_size = input->head_size;
	now.offset = input->resume.offset;
	now.path = text_of(input->path);
	now.compression = text_of(input->compression);
	now.bytes = input->bytes;
	scan_counts_merge(&now.counts, &input->counts);
	instants_widen(&now.first_event_at, &now.last_event_at,
	    input->first_event_at, input->last_event_at);
	instants_widen(&now.first_line_at, &now.last_line_at,
	    input->first_line_at, input->last_line_at);
	now.damage = text_of(input->damage != NULL ? input->damage : "");
	now.seen_at = memory->settings->now;
	now.clock = input->resume.clock;
	now.is_replayed = input->resume.is_replayed;
	/* Without a whole line there is nothing to know it by. */
	if (now.offset > 0)
		store_save_input(memory->store, &now);
}

void
memory_save(struct memory *memory, const struct memory_parts *parts,
    const struct pipeline_input *inputs, size_t count)
{
	const struct store_state state = state_of(parts);

	memory->is_saved = true;
	if (memory->settings->operand_count == 0)
		return;
	for (size_t i = 0; i < count; i++)
		if (!inputs[i].is_missing && !inputs[i].is_repeated)
			save_input(memory, &inputs[i]);
	/* What this run adds need not be read back. */
	memory->has_before = memory->settings->keep_days == 0;
	if (memory->has_before)
		store_load_tally(memory->store, memory->first_day,
		    memory->end_day, false, &memory->before);
	store_save_state(memory->store, &state);
	if (memory->other_count > 0)
		store_sort_timers(memory->store);
	store_add_days(memory->store, &memory->closed, false);
}

/* Days before the last `keep_days` ones, the newest included. */
static void
forget_old_days(struct memory *memory)
{
	size_t count;
	int64_t *days;
	int64_t first;

	if (memory->settings->keep_days == 0)
		return;
	days = store_days(memory->store, &count);
	if (count > 0) {
		first =
		    days[count - 1] - (int64_t)memory->settings->keep_days + 1;
		memory->kept_since =
		    tally_day_start(store_zone(memory->store), first);
		store_forget(memory->store, first);
	}
	free(days);
}

bool
memory_finish(struct memory *memory, const struct incident *incidents,
    size_t count, struct diagnostics *diagnostics)
{
	if (memory->settings->operand_count > 0) {
		store_add_days(memory->store, &memory->open, true);
		store_save_incidents(memory->store, incidents, count,
		    memory->settings->incident_minimum);
	}
	forget_old_days(memory);
	return store_commit(memory->store, diagnostics);
}

int64_t
memory_kept_since(const struct memory *memory)
{
	return memory->kept_since;
}

/* --- the report --- */

static struct report_input
shown_input(const struct store_input *input)
{
	return (struct report_input){
		.path = input->path.data,
		.compression = input->compression.data,
		.bytes = input->bytes,
		.counts = input->counts,
		.first_event_at = input->first_event_at,
		.last_event_at = input->last_event_at,
		.first_line_at = input->first_line_at,
		.last_line_at = input->last_line_at,
		.damage = input->damage.length > 0 ? input->damage.data : NULL,
	};
}

static void
merge_days(const struct memory *memory, const struct tally_days *days,
    struct tally *tally)
{
	for (size_t i = 0; i < days->count; i++)
		if (days->items[i].day >= memory->first_day &&
		    days->items[i].day < memory->end_day)
			tally_merge(tally, days->items[i].tally);
}

bool
memory_report(struct memory *memory, struct tally *tally,
    struct report_input **inputs, size_t *input_count,
    struct diagnostics *diagnostics)
{
	size_t count;
	const struct store_input *known = store_inputs(memory->store, &count);

	*inputs = memory_allocate_array(count, sizeof(**inputs));
	*input_count = 0;
	for (size_t i = 0; i < count; i++)
		if (coverage_reaches(memory->settings, known[i].first_line_at,
			known[i].last_line_at))
			(*inputs)[(*input_count)++] = shown_input(&known[i]);
	if (memory->has_before) {
		tally_merge(tally, &memory->before);
		merge_days(memory, &memory->closed, tally);
		merge_days(memory, &memory->open, tally);
	} else {
		store_load_tally(memory->store, memory->first_day,
		    memory->end_day, true, tally);
	}
	return !store_failed(memory->store, diagnostics);
}

/* A log is taken to be silent for an hour at most. */
#define SILENCE_MS ((int64_t)3600 * 1000)

/* The logs reach to the end of this day. */
static bool
is_whole(struct memory *memory, int64_t day)
{
	int64_t end = tally_day_start(memory_zone(memory), day + 1);
	size_t count;
	const struct store_input *inputs = store_inputs(memory->store, &count);

	for (size_t i = 0; i < count; i++)
		if (inputs[i].last_line_at != INSTANT_NONE &&
		    inputs[i].last_line_at >= end - SILENCE_MS)
			return true;
	return false;
}

/*
 * Fills `chosen` with the day that is compared and then those before it: the
 * same weekday of the weeks before, or, while there is none, the days right
 * before.  Returns how many in all.
 */
static size_t
choose_days(struct memory *memory, const int64_t *days, size_t count,
    int64_t chosen[CHANGES_DAYS + 1], bool *same_weekday)
{
	size_t last = count;
	size_t found = 0;

	while (last > 0 &&
	    (days[last - 1] >= memory->end_day ||
		!is_whole(memory, days[last - 1])))
		last--;
	if (last == 0)
		return 0;
	*same_weekday = true;
	chosen[found++] = days[last - 1];
	for (size_t i = last - 1; i > 0 && found <= CHANGES_DAYS; i--)
		if ((chosen[0] - days[i - 1]) % 7 == 0)
			chosen[found++] = days[i - 1];
	if (found > 1)
		return found;
	*same_weekday = false;
	for (size_t i = last - 1; i > 0 && found <= CHANGES_DAYS; i--)
		chosen[found++] = days[i - 1];
	return found;
}

bool
memory_changes(struct memory *memory, struct changes *changes)
{
	int64_t chosen[CHANGES_DAYS + 1];
	struct tally tallies[CHANGES_DAYS + 1];
	struct changes_day compared[CHANGES_DAYS + 1];
	bool same_weekday;
	size_t count;
	int64_t *days = store_days(memory->store, &count);
	size_t found = choose_days(memory, days, count, chosen, &same_weekday);

	free(days);
	if (found < 2)
		return false;
	for (size_t i = 0; i < found; i++) {
		tally_init(&tallies[i]);
		store_load_outcomes(memory->store, chosen[i], &tallies[i]);
		compared[i] = (struct changes_day){ chosen[i], &tallies[i] };
	}
	changes_find(changes, &compared[0], &compared[1], found - 1,
	    same_weekday, memory->names);
	for (size_t i = 0; i < found; i++)
		tally_release(&tallies[i]);
	return true;
}

#endif
