#include "run/coverage.h"

#include <stdlib.h>

#include "base/memory.h"

#define APART_MS ((int64_t)3600 * 1000)

static int
order_by_start(const void *a, const void *b)
{
	const struct report_range *x = a;
	const struct report_range *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* The part of a file's time that lies in the period asked for. */
static bool
clip_range(const struct settings *settings, struct report_range *range)
{
	if (settings->since != INSTANT_NONE && range->start < settings->since)
		range->start = settings->since;
	if (settings->until != INSTANT_NONE && range->end >= settings->until)
		range->end = settings->until - 1;
	return range->start <= range->end;
}

size_t
coverage_make(const struct report_input *inputs, size_t input_count,
    const struct settings *settings, struct report_range **ranges)
{
	struct report_range *list =
	    memory_allocate_array(input_count, sizeof(*list));
	size_t count = 0;
	size_t joined = 0;

	for (size_t i = 0; i < input_count; i++) {
		struct report_range range = { inputs[i].first_line_at,
			inputs[i].last_line_at, inputs[i].damage != NULL };

		if (range.start != INSTANT_NONE && clip_range(settings, &range))
			list[count++] = range;
	}
	qsort(list, count, sizeof(*list), order_by_start);
	for (size_t i = 0; i < count; i++) {
		struct report_range *last = &list[joined - (joined > 0)];

		if (joined == 0 || list[i].start > last->end + APART_MS) {
			list[joined++] = list[i];
		} else if (list[i].end > last->end) {
			last->end = list[i].end;
			last->is_cut = list[i].is_cut;
		}
	}
	*ranges = list;
	return joined;
}

bool
coverage_reaches(const struct settings *settings, int64_t first, int64_t last)
{
	if (settings->since != INSTANT_NONE &&
	    (last == INSTANT_NONE || last < settings->since))
		return false;
	return settings->until == INSTANT_NONE ||
	    (first != INSTANT_NONE && first < settings->until);
}

/* A message may expire long after its last try. */
static int64_t
last_of(const struct address *address)
{
	return address->outcome_at > address->last_failed_at
	    ? address->outcome_at
	    : address->last_failed_at;
}

size_t
coverage_select_addresses(
    const struct settings *settings, struct address *addresses, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (coverage_reaches(settings, addresses[i].first_failed_at,
			last_of(&addresses[i])))
			addresses[kept++] = addresses[i];
	return kept;
}

size_t
coverage_select_incidents(
    const struct settings *settings, struct incident *incidents, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		const struct incident *incident = &incidents[i];
		int64_t end = incident->resolved_at != INSTANT_NONE
		    ? incident->resolved_at
		    : incident->last_failure_at;

		if (coverage_reaches(settings, incident->started_at, end))
			incidents[kept++] = *incident;
	}
	return kept;
}
