#include "track/incidents.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/*
 * Nearly all streaks are of one delivery: no incident, whatever the minimum.
 * They are dropped when they end.  Deliveries may still know their numbers,
 * which are not used again, but the memory is.
 */

/* Different causes and relays of one streak that are told apart. */
#define STREAK_PARTS 64

struct streak {
	struct incident incident;
	uint32_t next_free; /* place + 1; 0 = none, or in use */
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
	uint32_t first_free; /* place of a streak to use again, + 1; 0 = none */
	uint32_t *places; /* by number: place of the streak + 1; 0 = dropped */
	size_t number_count;
	size_t places_capacity;
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

void
incidents_free(struct incidents *incidents)
{
	if (incidents == NULL)
		return;
	for (size_t i = 0; i < incidents->count; i++) {
		free(incidents->streaks[i].hosts);
		free(incidents->streaks[i].causes);
	}
	free(incidents->streaks);
	free(incidents->places);
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

/* May become an incident, or is one with some minimum. */
static bool
is_kept(const struct streak *streak)
{
	return streak->incident.resolved_at == INSTANT_NONE ||
	    streak->incident.deliveries >= 2;
}

/* The streak with that number, or NULL when it was dropped. */
static struct streak *
find_streak(const struct incidents *incidents, uint32_t number)
{
	uint32_t place = incidents->places[number];

	return place != 0 ? &incidents->streaks[place - 1] : NULL;
}

/* The place of a streak that is not in use, whose lists may have room. */
static uint32_t
take_place(struct incidents *incidents)
{
	uint32_t place = incidents->first_free;

	if (place != 0) {
		incidents->first_free = incidents->streaks[place - 1].next_free;
		return place - 1;
	}
	incidents->streaks =
	    memory_grow(incidents->streaks, &incidents->capacity,
		incidents->count + 1, sizeof(*incidents->streaks));
	incidents->streaks[incidents->count] = (struct streak){ 0 };
	return (uint32_t)incidents->count++;
}

/* Returns the number of the new streak. */
static uint32_t
open_streak(struct incidents *incidents, uint32_t domain, int64_t time)
{
	uint32_t place = take_place(incidents);
	struct streak *streak = &incidents->streaks[place];

	streak->incident = (struct incident){
		.domain = domain,
		.started_at = time,
		.resolved_at = INSTANT_NONE,
		.last_failure_at = time,
	};
	streak->next_free = 0;
	streak->cause_count = 0;
	incidents->places =
	    memory_grow(incidents->places, &incidents->places_capacity,
		incidents->number_count + 1, sizeof(*incidents->places));
	incidents->places[incidents->number_count] = place + 1;
	return (uint32_t)incidents->number_count++;
}

static void
drop_streak(struct incidents *incidents, uint32_t number)
{
	uint32_t *place = &incidents->places[number];

	incidents->streaks[*place - 1].next_free = incidents->first_free;
	incidents->first_free = *place;
	*place = 0;
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
}

static bool
failed_in(const struct delivery *delivery, uint32_t number)
{
	for (uint32_t i = 0; i < delivery->incidents_count; i++)
		if (delivery->incidents[i] == number)
			return true;
	return false;
}

static bool
is_late(int64_t time, int64_t than)
{
	return time < than && !observation_is_older(time, than);
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
	streak = find_streak(incidents, *open - 1);
	streak->incident.failed_attempts++;
	if (is_late(time, streak->incident.started_at))
		streak->incident.started_at = time;
	if (time > streak->incident.last_failure_at)
		streak->incident.last_failure_at = time;
	add_cause(streak, observation->cause, 1);
	add_host(incidents, streak, delivery_relay(delivery));
	if (failed_in(delivery, *open - 1))
		return;
	streak->incident.deliveries++;
	delivery_note_number(
	    &delivery->incidents, &delivery->incidents_count, *open - 1);
}

static void
record_success(struct incidents *incidents,
    const struct observation *observation, const struct delivery *delivery)
{
	int64_t time = observation->event->record->time;
	uint32_t *open = find_open(incidents, delivery->domain);
	struct streak *streak;

	if (open == NULL)
		return;
	streak = find_streak(incidents, *open - 1);
	/* Of before the outage, or of before it was seen to go on. */
	if (time < streak->incident.started_at ||
	    observation_is_older(time, streak->incident.last_failure_at))
		return;
	streak->incident.resolved_at = time;
	if (!is_kept(streak))
		drop_streak(incidents, *open - 1);
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
	for (uint32_t i = 0; i < delivery->incidents_count; i++) {
		struct streak *streak =
		    find_streak(incidents, delivery->incidents[i]);

		if (streak != NULL)
			streak->incident.deliveries_recovered++;
	}
}

void
incidents_visit(const struct incidents *incidents,
    void (*show)(
	void *context, uint32_t number, const struct incident_state *state),
    void *context)
{
	for (uint32_t i = 0; i < incidents->number_count; i++) {
		const struct streak *streak = find_streak(incidents, i);
		struct incident_state state;

		if (streak == NULL || !is_kept(streak))
			continue;
		state = (struct incident_state){
			.incident = streak->incident,
			.causes = streak->causes,
			.cause_count = streak->cause_count,
		};
		state.incident.relay_hosts = streak->hosts;
		show(context, i, &state);
	}
}

static uint32_t
add_streak(struct incidents *incidents, const struct incident_state *state)
{
	const struct incident *incident = &state->incident;
	uint32_t number =
	    open_streak(incidents, incident->domain, incident->started_at);
	struct streak *streak = find_streak(incidents, number);

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
		join_streak(
		    incidents, find_streak(incidents, *open - 1), state);
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

/* The streak with that number if it is long enough, or NULL. */
static const struct streak *
find_incident(const struct incidents *incidents, uint32_t number)
{
	const struct streak *streak = find_streak(incidents, number);

	return streak != NULL && is_long_enough(incidents, streak) ? streak
								   : NULL;
}

/* The tries that failed with a category, or with that and a code. */
static uint64_t
count_tries(const struct streak *streak, const struct cause *causes,
    const struct cause *wanted, bool by_code)
{
	uint64_t count = 0;

	for (size_t i = 0; i < streak->cause_count; i++) {
		const struct cause *cause = &causes[streak->causes[i].cause];

		if (cause->category == wanted->category &&
		    (!by_code || cause->enhanced_code == wanted->enhanced_code))
			count += streak->causes[i].count;
	}
	return count;
}

/*
 * One that has the most frequent category, and of that the most frequent code
 * if there is any; of several the one that was first.
 */
static uint32_t
main_cause(const struct streak *streak, const struct cause *causes)
{
	uint64_t most = 0;
	uint64_t most_of_code = 0;
	uint32_t main = 0;

	for (size_t i = 0; i < streak->cause_count; i++) {
		const struct cause *cause = &causes[streak->causes[i].cause];
		uint64_t count = count_tries(streak, causes, cause, false);
		uint64_t of_code = cause->enhanced_code != 0
		    ? count_tries(streak, causes, cause, true)
		    : 0;

		if (count < most ||
		    (count == most &&
			(cause->category != causes[main].category ||
			    of_code <= most_of_code)))
			continue;
		most = count;
		most_of_code = of_code;
		main = streak->causes[i].cause;
	}
	return main;
}

struct incident *
incidents_list(const struct incidents *incidents, const struct cause *causes,
    size_t *count)
{
	struct incident *list;

	*count = 0;
	for (uint32_t i = 0; i < incidents->number_count; i++)
		*count += find_incident(incidents, i) != NULL;
	list = memory_allocate_array(*count, sizeof(*list));
	*count = 0;
	for (uint32_t i = 0; i < incidents->number_count; i++) {
		const struct streak *streak = find_incident(incidents, i);

		if (streak == NULL)
			continue;
		list[*count] = streak->incident;
		list[*count].cause = main_cause(streak, causes);
		list[(*count)++].relay_hosts = streak->hosts;
	}
	qsort(list, *count, sizeof(*list), order_by_start);
	return list;
}
