#include "generate_truth.h"

#include <stdlib.h>

#include "generate_truth_data.h"

struct truth *
truth_new(uint32_t domains, uint32_t senders)
{
	struct truth *truth = generate_allocate(1, sizeof *truth);

	truth->domain_count = domains;
	truth->sender_count = senders;
	truth->code_count = reply_code_count();
	truth->category_count = reply_category_count();
	truth->domains = generate_allocate(domains, sizeof *truth->domains);
	truth->senders = generate_allocate(senders, sizeof *truth->senders);
	truth->codes =
	    generate_allocate(truth->code_count, sizeof *truth->codes);
	truth->categories =
	    generate_allocate(truth->category_count, sizeof *truth->categories);
	truth->domain_hours =
	    generate_allocate(domains, sizeof *truth->domain_hours);
	truth->code_hours =
	    generate_allocate(truth->code_count, sizeof *truth->code_hours);
	truth->curves =
	    generate_allocate(truth->code_count + 1U, sizeof *truth->curves);
	truth->windows = generate_allocate(domains, sizeof *truth->windows);
	return truth;
}

void
truth_free(struct truth *truth)
{
	if (truth == NULL)
		return;
	for (unsigned i = 0; i <= truth->code_count; i++)
		free(truth->curves[i].numbers);
	free(truth->domains);
	free(truth->senders);
	free(truth->codes);
	free(truth->categories);
	free(truth->domain_hours);
	free(truth->code_hours);
	free(truth->series);
	free(truth->curves);
	free(truth->windows);
	free(truth->incidents);
	free(truth->samples);
	free(truth);
}

static struct hour_count *
series_hour(struct truth *truth, int64_t now)
{
	int64_t hour = now / 3600000;
	size_t index;

	if (truth->series_count == 0)
		truth->series_start = hour;
	index = (size_t)(hour - truth->series_start);
	while (index >= truth->series_count) {
		if ((truth->series_count & (truth->series_count + 1)) == 0)
			truth->series = generate_grow(truth->series,
			    2 * truth->series_count + 2, sizeof *truth->series);
		truth->series[truth->series_count++] = (struct hour_count){ 0 };
	}
	return &truth->series[index];
}

/* An array of 2^n - 1 things is full; it grows by doubling. */
static void *
room_for_one(void *array, size_t count, size_t size)
{
	if ((count & (count + 1)) == 0)
		return generate_grow(array, 2 * count + 2, size);
	return array;
}

static void
count_hours(struct truth *truth, const struct delivery *delivery, int64_t now,
    enum status status, const struct reply *reply)
{
	int64_t hour = now / 3600000;
	/* 1970-01-01 was a Thursday. */
	size_t weekday = (size_t)((hour / 24 + 3) % 7);
	size_t of_day = (size_t)(hour % 24);

	truth->week[weekday * 24 + of_day].statuses[status]++;
	truth->week[weekday * 24 + of_day].failures[reply->class]++;
	truth->domain_hours[delivery->domain][of_day].statuses[status]++;
	truth->code_hours[reply->code][of_day].statuses[status]++;
	series_hour(truth, now)->statuses[status]++;
	series_hour(truth, now)->failures[reply->class]++;
}

static void
count_curve(struct attempt_curve *curve, unsigned number, enum status status)
{
	if (number >= curve->count) {
		size_t count = curve->count * 2;

		if (count <= number)
			count = number + 1;
		curve->numbers = generate_grow(
		    curve->numbers, count, sizeof *curve->numbers);
		while (curve->count < count)
			curve->numbers[curve->count++] =
			    (struct attempt_count){ 0 };
	}
	curve->numbers[number].statuses[status]++;
}

void
truth_end_window(struct truth *truth, uint32_t domain, int64_t resolved)
{
	struct window *window = &truth->windows[domain];

	if (window->serial == 0)
		return;
	if (window->failed >= INCIDENT_ATTEMPTS &&
	    window->deliveries >= INCIDENT_DELIVERIES) {
		truth->incidents = room_for_one(truth->incidents,
		    truth->incident_count, sizeof *truth->incidents);
		truth->incidents[truth->incident_count++] =
		    (struct incident){ *window, domain, resolved };
	}
	*window = (struct window){ 0 };
}

static void
follow_incident(struct truth *truth, struct delivery *delivery, int64_t now,
    const struct reply *reply)
{
	struct window *window = &truth->windows[delivery->domain];

	if (!reply_category_is_outage(reply->category_index))
		return;
	if (window->serial == 0) {
		window->serial = ++truth->incident_serial;
		window->start = now;
	}
	window->last = now;
	window->failed++;
	if (delivery->incident != window->serial) {
		delivery->incident = window->serial;
		window->deliveries++;
	}
}

static void
begin_retries(struct truth *truth, struct delivery *delivery, int64_t now,
    const struct reply *reply)
{
	delivery->first_deferred = now;
	delivery->first_code = reply->code;
	delivery->first_category = (uint8_t)reply->category_index;
	truth->total.deferred_deliveries++;
	truth->domains[delivery->domain].deferred_deliveries++;
	truth->senders[delivery->sender].deferred_deliveries++;
	truth->codes[reply->code].deferred_deliveries++;
	truth->categories[reply->category_index].deferred_deliveries++;
}

static void
close_retries(struct truth *truth, const struct delivery *delivery, int64_t now,
    enum outcome outcome)
{
	truth->total.retry_outcomes[outcome]++;
	truth->domains[delivery->domain].retry_outcomes[outcome]++;
	truth->senders[delivery->sender].retry_outcomes[outcome]++;
	truth->codes[delivery->first_code].retry_outcomes[outcome]++;
	truth->categories[delivery->first_category].retry_outcomes[outcome]++;
	if (outcome != OUTCOME_DELIVERED || delivery->left_censored)
		return;
	truth->samples = room_for_one(
	    truth->samples, truth->sample_count, sizeof *truth->samples);
	truth->samples[truth->sample_count++] = (struct sample){
		.seconds = (now - delivery->first_deferred) / 1000,
		.domain = delivery->domain,
		.sender = delivery->sender,
		.code = delivery->first_code,
		.category = delivery->first_category,
	};
}

void
truth_close(struct truth *truth, const struct delivery *delivery, int64_t now,
    enum outcome outcome)
{
	if (!delivery->seen)
		return;
	truth->total.outcomes[outcome]++;
	truth->domains[delivery->domain].outcomes[outcome]++;
	truth->senders[delivery->sender].outcomes[outcome]++;
	if (outcome == OUTCOME_EXPIRED)
		series_hour(truth, now)->expired++;
	if (delivery->first_deferred != TRUTH_NO_TIME)
		close_retries(truth, delivery, now, outcome);
}

static void
see_delivery(struct truth *truth, struct delivery *delivery)
{
	delivery->seen = true;
	truth->total.deliveries++;
	truth->domains[delivery->domain].deliveries++;
	truth->senders[delivery->sender].deliveries++;
}

void
truth_discard(struct truth *truth, struct delivery *delivery, int64_t now)
{
	truth_add(truth, TRUTH_DISCARDED);
	see_delivery(truth, delivery);
	truth_close(truth, delivery, now, OUTCOME_WITHDRAWN);
}

void
truth_attempt(struct truth *truth, struct delivery *delivery, int64_t now,
    enum status status, const struct reply *reply)
{
	if (!delivery->seen) {
		see_delivery(truth, delivery);
	}
	truth->total.statuses[status]++;
	truth->domains[delivery->domain].statuses[status]++;
	truth->senders[delivery->sender].statuses[status]++;
	truth->codes[reply->code].statuses[status]++;
	truth->categories[reply->category_index].statuses[status]++;
	if ((status == STATUS_DEFERRED || status == STATUS_SUSPENDED) &&
	    delivery->first_deferred == TRUTH_NO_TIME)
		begin_retries(truth, delivery, now, reply);
	if (status == STATUS_SUSPENDED)
		return;

	delivery->attempts++;
	truth->domains[delivery->domain].failures[reply->class]++;
	truth->senders[delivery->sender].failures[reply->class]++;
	count_hours(truth, delivery, now, status, reply);
	if (delivery->first_deferred != TRUTH_NO_TIME) {
		count_curve(&truth->curves[delivery->first_code],
		    delivery->attempts, status);
		count_curve(&truth->curves[truth->code_count],
		    delivery->attempts, status);
	}
	if (status == STATUS_DELIVERED) {
		truth_end_window(truth, delivery->domain, now);
		truth_close(truth, delivery, now, OUTCOME_DELIVERED);
		return;
	}
	follow_incident(truth, delivery, now, reply);
	if (status == STATUS_BOUNCED)
		truth_close(truth, delivery, now, OUTCOME_BOUNCED);
}

void
truth_add(struct truth *truth, enum truth_count count)
{
	truth->counts[count]++;
}
