#include "tally/count.h"

/* --- records --- */

static void
widen(int64_t *first, int64_t *last, int64_t time)
{
	if (*first == 0 || time < *first)
		*first = time;
	if (time > *last)
		*last = time;
}

static void
add_stats(struct tally_stats *stats, const struct tally_input *input)
{
	stats->delivered += input->delivered;
	stats->deferred += input->deferred;
	stats->bounced += input->bounced;
	stats->suspended += input->suspended;
	if (input->after_hard_bounce)
		stats->after_hard_bounce++;
	if (input->is_failed_try)
		stats->failures[input->class]++;
	widen(&stats->first_event, &stats->last_event, input->time);
}

static void
add_domain(struct tally_domain *domain, const struct tally_input *input)
{
	uint32_t *hour = domain->hours[input->hour];

	add_stats(&domain->stats, input);
	hour[0] += input->delivered;
	hour[1] += input->deferred;
	hour[2] += input->bounced;
	if (input->provider != 0 && input->time >= domain->provider_seen) {
		domain->provider = input->provider;
		domain->provider_seen = input->time;
	}
}

static void
add_relay(struct tally *tally, const struct tally_input *input,
    struct tally_relay *guess)
{
	uint32_t host = input->relay_host;
	uint32_t ip = input->relay_ip;
	struct tally_relay *relay =
	    keymap_get_guessed(&tally->relays, KEY(host, ip, 0, 0), guess);

	relay->host = host;
	relay->ip = ip;
	relay->delivered += input->delivered;
	relay->deferred += input->deferred;
	relay->bounced += input->bounced;
	widen(&relay->first_event, &relay->last_event, input->time);
	if (input->delay >= 0)
		quantile_add(&relay->delay,
		    input->delay < UINT32_MAX ? (uint32_t)input->delay
					      : UINT32_MAX,
		    1);
	/* Most relays take the mail of one domain. */
	if (relay->last_domain == input->domain + 1)
		return;
	relay->last_domain = input->domain + 1;
	keymap_get(&tally->relay_domains, KEY(host, ip, input->domain, 0));
}

static void
add_hour(struct tally_hour *hour, const struct tally_input *input)
{
	hour->delivered += input->delivered;
	hour->deferred += input->deferred;
	hour->bounced += input->bounced;
	hour->expired += input->expired;
	if (input->is_failed_try)
		hour->failures[input->class]++;
}

unsigned
tally_cause_keys(const struct tally_input *input, struct key keys[4])
{
	if (!input->is_failure)
		return 0;
	keys[0] = KEY(TALLY_DOMAIN, input->domain, input->cause, 0);
	keys[1] = KEY(TALLY_SENDER, input->sender, input->cause, 0);
	keys[2] = KEY(TALLY_PROVIDER, input->provider, input->cause, 0);
	keys[3] =
	    KEY(TALLY_RELAY, input->relay_host, input->cause, input->relay_ip);
	return input->is_failed_try ? 4 : 3;
}

static void
add_cause(struct tally_cause *cause, const struct tally_input *input)
{
	cause->deferred += input->deferred;
	cause->bounced += input->bounced;
	cause->suspended += input->suspended;
	cause->deliveries += input->is_new_cause;
	widen(&cause->first_event, &cause->last_event, input->time);
}

static void
add_failure(struct tally *tally, const struct tally_input *input,
    struct tally_cause *const *guess)
{
	struct tally_code_hour *hour = keymap_get(
	    &tally->code_hours, KEY(input->minute, input->cause, 0, 0));
	struct key keys[4];
	unsigned count = tally_cause_keys(input, keys);

	hour->deferred += input->deferred;
	hour->bounced += input->bounced;
	for (unsigned i = 0; i < count; i++)
		add_cause(keymap_get_guessed(&tally->causes, keys[i], guess[i]),
		    input);
}

static void
add_retry_attempt(
    struct tally *tally, struct key key, const struct tally_input *input)
{
	struct tally_retry_attempt *row =
	    keymap_get(&tally->retry_attempts, key);

	row->delivered += input->delivered;
	row->deferred += input->deferred;
	row->bounced += input->bounced;
	if (input->interval >= 0)
		quantile_add(&row->interval, (uint32_t)input->interval, 1);
}

void
tally_count_record(
    const struct tally_input *input, const struct tally_guess *guess)
{
	struct tally *tally = input->tally;
	uint32_t attempt = input->attempt;

	tally->totals.suspended += input->suspended;
	add_stats(&tally->all, input);
	add_domain(keymap_get_guessed(&tally->domains,
		       KEY(input->domain, 0, 0, 0), guess->domain),
	    input);
	add_stats(
	    keymap_get_again(&tally->providers, KEY(input->provider, 0, 0, 0)),
	    input);
	add_stats(
	    keymap_get(&tally->senders, KEY(input->sender, 0, 0, 0)), input);
	if (attempt > 0)
		add_relay(tally, input, guess->relay);
	add_hour(keymap_get_again(&tally->hours, KEY(input->minute, 0, 0, 0)),
	    input);
	if (input->is_failure)
		add_failure(tally, input, guess->causes);
	if (attempt > 0 && input->was_deferred) {
		add_retry_attempt(tally, KEY(attempt, 1, 0, 0), input);
		if (input->first_code != 0)
			add_retry_attempt(tally,
			    KEY(attempt, 0, input->first_code, 0), input);
	}
}

/* --- outcomes --- */

static void
end_stats(struct tally_stats *stats, const struct tally_end *end)
{
	stats->outcomes[end->outcome]++;
	if (!end->was_deferred)
		return;
	stats->retried[end->outcome]++;
	stats->retry_attempts += end->attempts;
	if (end->has_resolution)
		quantile_add(&stats->resolution, end->resolution, 1);
}

static void
end_retry(struct tally *tally, struct key key, const struct tally_end *end)
{
	struct tally_retry *retry = keymap_get(&tally->retries, key);

	retry->outcomes[end->outcome]++;
	retry->attempts += end->attempts;
	if (end->has_resolution)
		quantile_add(&retry->resolution, end->resolution, 1);
}

void
tally_count_end(const struct tally_end *end, struct tally_domain *guess)
{
	struct tally *tally = end->tally;

	end_stats(&tally->all, end);
	end_stats(keymap_get_guessed(
		      &tally->domains, KEY(end->domain, 0, 0, 0), guess),
	    end);
	end_stats(
	    keymap_get_again(&tally->providers, KEY(end->provider, 0, 0, 0)),
	    end);
	end_stats(keymap_get(&tally->senders, KEY(end->sender, 0, 0, 0)), end);
	if (!end->was_deferred)
		return;
	end_retry(tally, KEY(TALLY_RETRY_ALL, 0, 0, 0), end);
	end_retry(tally,
	    KEY(TALLY_RETRY_CODE, end->first_code.enhanced,
		end->first_code.reply, 0),
	    end);
	end_retry(
	    tally, KEY(TALLY_RETRY_CATEGORY, 0, 0, end->first_category), end);
}
