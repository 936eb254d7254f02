#include "track/incidents.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Different causes and relays of one streak that are told apart. */
#define STREAK_PARTS 64

struct streak {
	struct incident incident;
	uint32_t *hosts;
	size_t hosts_capacity;
	struct incident_cause *causes;
	size_t causes_capacity;
	size_t cause_count;
};

struct incidents {
	const struct pool *names;
	unsigned minimum;
	struct streak *streaks;
	size_t count;
	size_t capacity;
	uint32_t *open; /* by domain: number of the streak + 1; 0 = none */
	size_t open_count; /* domains beyond have none */
	size_t open_capacity;
};

struct incidents *
incidents_new(const struct pool *names, unsigned minimum)
{
	struct incidents *incidents =
	    memory_allocate_array(1, sizeof(*incidents));

	incidents->names = names;
	incidents->minimum = minimum;
	return incidents;
}

static void
release_parts(struct streak *streak)
{
	free(streak->hosts);
	free(streak->causes);
	streak->hosts = NULL;
	streak->causes = NULL;
	streak->hosts_capacity = 0;
	streak->causes_capacity = 0;
	streak->cause_count = 0;
}

void
incidents_free(struct incidents *incidents)
{
	if (incidents == NULL)
		return;
	for (size_t i = 0; i < incidents->count; i++)
		release_parts(&incidents->streaks[i]);
	free(incidents->streaks);
	free(incidents->open);
	free(incidents);
}

/* The place of a domain's open streak, made if need be. */
static uint32_t *
open_place(struct incidents *incidents, uint32_t domain)
{
	size_t count = (size_t)domain + 1;

	if (incidents->open_count < count) {
		incidents->open = memory_grow(incidents->open,
		    &incidents->open_capacity, count, sizeof(*incidents->open));
		memset(incidents->open + incidents->open_count, 0,
		    (count - incidents->open_count) * sizeof(*incidents->open));
		incidents->open_count = count;
	}
	return &incidents->open[domain];
}

/* The same, or NULL when the domain has no open streak. */
static uint32_t *
find_open(const struct incidents *incidents, uint32_t domain)
{
	if (domain >= incidents->open_count || incidents->open[domain] == 0)
		return NULL;
	return &incidents->open[domain];
}

static bool
is_system_failure(const struct observation *observation)
{
	switch ((enum verdict_category)observation->event->verdict.category) {
	case CATEGORY_REMOTE_SYSTEM:
	case CATEGORY_ROUTING_ERROR:
	case CATEGORY_CONNECTION_FAILED:
	case CATEGORY_DNS_FAILURE:
		return true;
	default:
		return false;
	}
}

static bool
is_long_enough(const struct incidents *incidents, const struct streak *streak)
{
	return streak->incident.failed_attempts >= incidents->minimum &&
	    streak->incident.deliveries >= 2;
}

/* With fewer deliveries it is no incident, whatever the minimum. */
static bool
is_kept(const struct streak *streak)
{
	return streak->incident.resolved_at == INSTANT_NONE ||
	    streak->incident.deliveries >= 2;
}

static uint32_t
open_streak(struct incidents *incidents, uint32_t domain, int64_t time)
{
	struct streak *streak;

	incidents->streaks =
	    memory_grow(incidents->streaks, &incidents->capacity,
		incidents->count + 1, sizeof(*incidents->streaks));
	streak = &incidents->streaks[incidents->count];
	*streak = (struct streak){ 0 };
	streak->incident.domain = domain;
	streak->incident.started_at = time;
	streak->incident.resolved_at = INSTANT_NONE;
	return (uint32_t)incidents->count++;
}

/* Sorted by the bytes of the names, so that the order is the same always. */
static void
add_host(
    const struct incidents *incidents, struct streak *streak, uint32_t host)
{
	size_t count = streak->incident.relay_count;
	size_t at = 0;

	if (host == 0)
		return;
	while (at < count &&
	    text_compare(pool_text(incidents->names, streak->hosts[at]),
		pool_text(incidents->names, host)) < 0)
		at++;
	if ((at < count && streak->hosts[at] == host) || count == STREAK_PARTS)
		return;
	streak->hosts = memory_grow(streak->hosts, &streak->hosts_capacity,
	    count + 1, sizeof(*streak->hosts));
	for (size_t i = count; i > at; i--)
		streak->hosts[i] = streak->hosts[i - 1];
	streak->hosts[at] = host;
	streak->incident.relay_count++;
}

/* The most frequent cause; of several, the one that was first. */
static void
add_cause(struct streak *streak, uint32_t cause, uint32_t count)
{
	size_t at = 0;

	while (at < streak->cause_count && streak->causes[at].cause != cause)
		at++;
	if (at == STREAK_PARTS)
		return;
	if (at == streak->cause_count) {
		streak->causes = memory_grow(streak->causes,
		    &streak->causes_capacity, at + 1, sizeof(*streak->causes));
		streak->causes[at] = (struct incident_cause){ cause, 0 };
		streak->cause_count++;
	}
	streak->causes[at].count += count;
	for (size_t i = 0, best = 0; i < streak->cause_count; i++)
		if (streak->causes[i].count >= best) {
			if (streak->causes[i].count > best)
				streak->incident.cause =
				    streak->causes[i].cause;
			best = streak->causes[i].count;
		}
}

static bool
failed_in(const struct delivery *delivery, uint32_t number)
{
	for (uint32_t i = 0; i < delivery->incidents_count; i++)
		if (delivery->incidents[i] == number)
			return true;
	return false;
}

static void
record_failure(struct incidents *incidents,
    const struct observation *observation, struct delivery *delivery)
{
	int64_t time = observation->event->record->time;
	uint32_t *open = open_place(incidents, delivery->domain);
	struct streak *streak;

	if (*open == 0)
		*open = open_streak(incidents, delivery->domain, time) + 1;
	streak = &incidents->streaks[*open - 1];
	streak->incident.failed_attempts++;
	streak->incident.last_failure_at = time;
	add_cause(streak, observation->cause, 1);
	add_host(incidents, streak, delivery->relay_host);
	if (failed_in(delivery, *open - 1))
		return;
	streak->incident.deliveries++;
	delivery->incidents = memory_resize(delivery->incidents,
	    ((size_t)delivery->incidents_count + 1) *
		sizeof(*delivery->incidents));
	delivery->incidents[delivery->incidents_count++] = *open - 1;
}

static void
record_success(struct incidents *incidents,
    const struct observation *observation, const struct delivery *delivery)
{
	uint32_t *open = find_open(incidents, delivery->domain);
	struct streak *streak;

	if (open == NULL)
		return;
	streak = &incidents->streaks[*open - 1];
	streak->incident.resolved_at = observation->event->record->time;
	if (!is_kept(streak))
		release_parts(streak);
	*open = 0;
}

void
incidents_record(struct incidents *incidents,
    const struct observation *observation, struct delivery *delivery)
{
	if (observation->attempt == 0)
		return;
	if (observation->event->record->status == RECORD_DELIVERED)
		record_success(incidents, observation, delivery);
	else if (is_system_failure(observation))
		record_failure(incidents, observation, delivery);
}

void
incidents_outcome(struct incidents *incidents, const struct delivery *delivery)
{
	if (delivery->outcome != OUTCOME_DELIVERED)
		return;
	for (uint32_t i = 0; i < delivery->incidents_count; i++)
		incidents->streaks[delivery->incidents[i]]
		    .incident.deliveries_recovered++;
}

void
incidents_visit(const struct incidents *incidents,
    void (*show)(
	void *context, uint32_t number, const struct incident_state *state),
    void *context)
{
	for (size_t i = 0; i < incidents->count; i++) {
		const struct streak *streak = &incidents->streaks[i];
		struct incident_state state = {
			.incident = streak->incident,
			.causes = streak->causes,
			.cause_count = streak->cause_count,
		};

		state.incident.relay_hosts = streak->hosts;
		if (is_kept(streak))
			show(context, (uint32_t)i, &state);
	}
}

static uint32_t
add_streak(struct incidents *incidents, const struct incident_state *state)
{
	const struct incident *incident = &state->incident;
	uint32_t number =
	    open_streak(incidents, incident->domain, incident->started_at);
	struct streak *streak = &incidents->streaks[number];

	streak->incident = *incident;
	streak->incident.relay_count = 0;
	for (size_t i = 0; i < incident->relay_count; i++)
		add_host(incidents, streak, incident->relay_hosts[i]);
	streak->causes = memory_grow(streak->causes, &streak->causes_capacity,
	    state->cause_count + 1, sizeof(*streak->causes));
	for (size_t i = 0; i < state->cause_count; i++)
		streak->causes[i] = state->causes[i];
	streak->cause_count = state->cause_count;
	if (incident->resolved_at == INSTANT_NONE)
		*open_place(incidents, incident->domain) = number + 1;
	return number;
}

static void
join_streak(const struct incidents *incidents, struct streak *streak,
    const struct incident_state *other)
{
	struct incident *incident = &streak->incident;

	if (other->incident.started_at < incident->started_at)
		incident->started_at = other->incident.started_at;
	if (other->incident.last_failure_at > incident->last_failure_at)
		incident->last_failure_at = other->incident.last_failure_at;
	incident->failed_attempts += other->incident.failed_attempts;
	incident->deliveries += other->incident.deliveries;
	incident->deliveries_recovered += other->incident.deliveries_recovered;
	for (size_t i = 0; i < other->incident.relay_count; i++)
		add_host(incidents, streak, other->incident.relay_hosts[i]);
	for (size_t i = 0; i < other->cause_count; i++)
		add_cause(
		    streak, other->causes[i].cause, other->causes[i].count);
}

uint32_t
incidents_restore(
    struct incidents *incidents, const struct incident_state *state)
{
	const struct incident *incident = &state->incident;
	const uint32_t *open = find_open(incidents, incident->domain);

	if (open != NULL && incident->resolved_at == INSTANT_NONE) {
		join_streak(incidents, &incidents->streaks[*open - 1], state);
		return *open - 1;
	}
	return add_streak(incidents, state);
}

static int
order_by_start(const void *a, const void *b)
{
	const struct incident *x = a;
	const struct incident *y = b;

	return (x->started_at > y->started_at) -
	    (x->started_at < y->started_at);
}

struct incident *
incidents_list(const struct incidents *incidents, size_t *count)
{
	struct incident *list;

	*count = 0;
	/* Most streaks are of one failure. */
	for (size_t i = 0; i < incidents->count; i++)
		*count += is_long_enough(incidents, &incidents->streaks[i]);
	list = memory_allocate_array(*count, sizeof(*list));
	*count = 0;
	for (size_t i = 0; i < incidents->count; i++) {
		const struct streak *streak = &incidents->streaks[i];

		if (!is_long_enough(incidents, streak))
			continue;
		list[*count] = streak->incident;
		list[(*count)++].relay_hosts = streak->hosts;
	}
	qsort(list, *count, sizeof(*list), order_by_start);
	return list;
}
