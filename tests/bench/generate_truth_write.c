#include "generate_truth.h"

#include <stdio.h>
#include <stdlib.h>

#include "generate_truth_data.h"

static uint64_t
attempts_of(const uint64_t *statuses)
{
	return statuses[STATUS_DELIVERED] + statuses[STATUS_DEFERRED] +
	       statuses[STATUS_BOUNCED];
}

/* What began with a deferral and has no end in the log. */
static uint64_t
retry_pending(uint64_t deferred_deliveries, const uint64_t *outcomes)
{
	return deferred_deliveries - outcomes[OUTCOME_DELIVERED] -
	       outcomes[OUTCOME_BOUNCED] - outcomes[OUTCOME_EXPIRED] -
	       outcomes[OUTCOME_WITHDRAWN];
}

static uint64_t
pending(const struct tally *tally)
{
	return retry_pending(tally->deliveries, tally->outcomes);
}

enum sample_key { BY_ALL, BY_DOMAIN, BY_SENDER, BY_CODE, BY_CATEGORY };

static uint32_t
sample_key(const struct sample *sample, enum sample_key key)
{
	switch (key) {
	case BY_DOMAIN:
		return sample->domain;
	case BY_SENDER:
		return sample->sender;
	case BY_CODE:
		return sample->code;
	case BY_CATEGORY:
		return sample->category;
	case BY_ALL:
		break;
	}
	return 0;
}

static enum sample_key sort_key;

static int
compare_samples(const void *left, const void *right)
{
	const struct sample *a = left, *b = right;
	uint32_t key_a = sample_key(a, sort_key);
	uint32_t key_b = sample_key(b, sort_key);

	if (key_a != key_b)
		return key_a < key_b ? -1 : 1;
	return (a->seconds > b->seconds) - (a->seconds < b->seconds);
}

static void
sort_samples(struct truth *truth, enum sample_key key)
{
	sort_key = key;
	if (truth->sample_count > 0)
		qsort(truth->samples, truth->sample_count,
		    sizeof *truth->samples, compare_samples);
}

/* First sample of the key at or after `*from`, and how many it has. */
static size_t
find_samples(const struct truth *truth, uint32_t key, size_t *from)
{
	size_t count = 0;

	while (*from < truth->sample_count &&
	       sample_key(&truth->samples[*from], sort_key) < key)
		++*from;
	while (*from + count < truth->sample_count &&
	       sample_key(&truth->samples[*from + count], sort_key) == key)
		count++;
	return count;
}

/* `,p50,p90[,p99],max` of the samples of the key; empty without any. */
static void
write_resolution(FILE *file, const struct truth *truth, uint32_t key,
    size_t *from, bool with_p99)
{
	static const unsigned percents[] = { 50, 90, 99, 100 };
	size_t count = find_samples(truth, key, from);

	for (size_t i = 0; i < 4; i++) {
		size_t index = count * percents[i] / 100;

		if (percents[i] == 99 && !with_p99)
			continue;
		fputc(',', file);
		if (count == 0)
			continue;
		if (index > count - 1)
			index = count - 1;
		fprintf(file, "%jd",
		    (intmax_t)truth->samples[*from + index].seconds);
	}
}

static void
write_pair(FILE *file, const char *key, uint64_t value)
{
	fprintf(file, "%s,%ju\n", key, (uintmax_t)value);
}

static void
write_run(FILE *file, const struct truth *truth, uint64_t lines)
{
	static const char *const count_names[TRUTH_COUNTS] = { "internal_hops",
		"notifications", "local_deliveries", "probes", "rejected",
		"discarded" };
	const struct tally *total = &truth->total;

	fputs("[run 1 +]\nkey,value\n", file);
	write_pair(file, "lines", lines);
	write_pair(file, "unmatched", 0);
	write_pair(file, "malformed", 0);
	write_pair(file, "attempts", attempts_of(total->statuses));
	write_pair(file, "deliveries", total->deliveries);
	write_pair(file, "suspended", total->statuses[STATUS_SUSPENDED]);
	for (int i = 0; i < TRUTH_COUNTS; i++)
		write_pair(file, count_names[i], truth->counts[i]);

	fputs("\n[totals 0]\nkey,value\n", file);
	write_pair(file, "delivered", total->outcomes[OUTCOME_DELIVERED]);
	write_pair(file, "bounced", total->outcomes[OUTCOME_BOUNCED]);
	write_pair(file, "expired", total->outcomes[OUTCOME_EXPIRED]);
	write_pair(file, "withdrawn", total->outcomes[OUTCOME_WITHDRAWN]);
	write_pair(file, "pending", pending(total));
	write_pair(file, "deferred_attempts", total->statuses[STATUS_DEFERRED]);
}

/* `,hard,soft,block[,undetermined]` */
static void
write_failures(FILE *file, const uint64_t *failures, bool with_undetermined)
{
	fprintf(file, ",%ju,%ju,%ju", (uintmax_t)failures[REPLY_HARD],
	    (uintmax_t)failures[REPLY_SOFT], (uintmax_t)failures[REPLY_BLOCK]);
	if (with_undetermined)
		fprintf(file, ",%ju", (uintmax_t)failures[REPLY_UNDETERMINED]);
}

static void
write_tally(FILE *file, const struct tally *tally)
{
	const uint64_t *outcomes = tally->outcomes;
	const uint64_t *statuses = tally->statuses;
	const uint64_t *retry = tally->retry_outcomes;

	fprintf(file, ",%ju,%ju,%ju,%ju,%ju,%ju", (uintmax_t)tally->deliveries,
	    (uintmax_t)outcomes[OUTCOME_DELIVERED],
	    (uintmax_t)outcomes[OUTCOME_BOUNCED],
	    (uintmax_t)outcomes[OUTCOME_EXPIRED], (uintmax_t)pending(tally),
	    (uintmax_t)outcomes[OUTCOME_WITHDRAWN]);
	fprintf(file, ",%ju,%ju,%ju,%ju,%ju", (uintmax_t)attempts_of(statuses),
	    (uintmax_t)statuses[STATUS_DELIVERED],
	    (uintmax_t)statuses[STATUS_DEFERRED],
	    (uintmax_t)statuses[STATUS_BOUNCED],
	    (uintmax_t)statuses[STATUS_SUSPENDED]);
	write_failures(file, tally->failures, true);
	fprintf(file, ",%ju,%ju,%ju,%ju,%ju",
	    (uintmax_t)tally->deferred_deliveries,
	    (uintmax_t)retry[OUTCOME_DELIVERED],
	    (uintmax_t)retry[OUTCOME_BOUNCED],
	    (uintmax_t)retry[OUTCOME_EXPIRED],
	    (uintmax_t)retry_pending(tally->deferred_deliveries, retry));
}

static void
write_tallies(FILE *file, struct truth *truth, const char *block,
    const struct tally *tallies, uint32_t count, enum sample_key key,
    const struct truth_names *names)
{
	size_t from = 0;

	fprintf(file,
	    "\n[%s 1]\n%s,deliveries,delivered,bounced,expired,pending,"
	    "withdrawn,attempts,attempts_delivered,attempts_deferred,"
	    "attempts_bounced,suspended,failures_hard,failures_soft,failures_"
	    "block,failures_undetermined,deferred_deliveries,retry_delivered,"
	    "retry_bounced,retry_expired,retry_pending,resolution_seconds_p50,"
	    "resolution_seconds_p90,resolution_seconds_p99,"
	    "resolution_seconds_max\n",
	    block, key == BY_DOMAIN ? "recipient_domain" : "sender_domain");
	sort_samples(truth, key);
	for (uint32_t i = 0; i < count; i++) {
		if (tallies[i].deliveries == 0)
			continue;
		fputs(key == BY_DOMAIN ? names->domain(names->context, i)
				       : names->sender(names->context, i),
		    file);
		write_tally(file, &tallies[i]);
		write_resolution(file, truth, i, &from, true);
		fputc('\n', file);
	}
}

static void
write_codes(FILE *file, struct truth *truth)
{
	size_t from = 0;

	fputs("\n[codes 1]\nenhanced_code,deferred,bounced,suspended,"
	      "deferred_deliveries,retry_delivered,retry_bounced,retry_expired,"
	      "retry_pending,resolution_seconds_p50,resolution_seconds_p90,"
	      "resolution_seconds_max\n",
	    file);
	sort_samples(truth, BY_CODE);
	for (unsigned i = 0; i < truth->code_count; i++) {
		const struct retry_tally *code = &truth->codes[i];
		const uint64_t *retry = code->retry_outcomes;

		if (code->statuses[STATUS_DEFERRED] +
			code->statuses[STATUS_BOUNCED] +
			code->statuses[STATUS_SUSPENDED] ==
		    0)
			continue;
		fprintf(file, "%s,%ju,%ju,%ju,%ju,%ju,%ju,%ju,%ju",
		    reply_code_name(i),
		    (uintmax_t)code->statuses[STATUS_DEFERRED],
		    (uintmax_t)code->statuses[STATUS_BOUNCED],
		    (uintmax_t)code->statuses[STATUS_SUSPENDED],
		    (uintmax_t)code->deferred_deliveries,
		    (uintmax_t)retry[OUTCOME_DELIVERED],
		    (uintmax_t)retry[OUTCOME_BOUNCED],
		    (uintmax_t)retry[OUTCOME_EXPIRED],
		    (uintmax_t)retry_pending(code->deferred_deliveries, retry));
		write_resolution(file, truth, i, &from, false);
		fputc('\n', file);
	}
}

static void
write_categories(FILE *file, const struct truth *truth)
{
	fputs("\n[categories 1]\ncategory,deferred,bounced,suspended\n", file);
	for (unsigned i = 0; i < truth->category_count; i++) {
		const uint64_t *statuses = truth->categories[i].statuses;

		if (reply_category_name(i)[0] == '\0')
			continue;
		fprintf(file, "%s,%ju,%ju,%ju\n", reply_category_name(i),
		    (uintmax_t)statuses[STATUS_DEFERRED],
		    (uintmax_t)statuses[STATUS_BOUNCED],
		    (uintmax_t)statuses[STATUS_SUSPENDED]);
	}
}

static void
write_hour(FILE *file, const uint64_t *statuses)
{
	fprintf(file, ",%ju,%ju,%ju,%ju", (uintmax_t)attempts_of(statuses),
	    (uintmax_t)statuses[STATUS_DELIVERED],
	    (uintmax_t)statuses[STATUS_DEFERRED],
	    (uintmax_t)statuses[STATUS_BOUNCED]);
}

static void
write_hours(
    FILE *file, const struct truth *truth, const struct truth_names *names)
{
	fputs("\n[hours 2]\nweekday,hour,attempts,delivered,deferred,bounced,"
	      "failures_hard,failures_soft,failures_block\n",
	    file);
	for (unsigned i = 0; i < 168; i++) {
		fprintf(file, "%u,%u", i / 24 + 1, i % 24);
		write_hour(file, truth->week[i].statuses);
		write_failures(file, truth->week[i].failures, false);
		fputc('\n', file);
	}
	fputs("\n[code_hours 2]\nenhanced_code,hour,deferred,bounced\n", file);
	for (unsigned code = 0; code < truth->code_count; code++) {
		for (unsigned hour = 0; hour < 24; hour++) {
			const uint64_t *statuses =
			    truth->code_hours[code][hour].statuses;

			if (statuses[STATUS_DEFERRED] +
				statuses[STATUS_BOUNCED] ==
			    0)
				continue;
			fprintf(file, "%s,%u,%ju,%ju\n", reply_code_name(code),
			    hour, (uintmax_t)statuses[STATUS_DEFERRED],
			    (uintmax_t)statuses[STATUS_BOUNCED]);
		}
	}
	fputs("\n[domain_hours 2]\nrecipient_domain,hour,attempts,delivered,"
	      "deferred,bounced\n",
	    file);
	for (uint32_t i = 0; i < truth->domain_count; i++) {
		const uint64_t *statuses = truth->domains[i].statuses;

		if (statuses[STATUS_DEFERRED] + statuses[STATUS_BOUNCED] == 0)
			continue;
		for (unsigned hour = 0; hour < 24; hour++) {
			fprintf(file, "%s,%u", names->domain(names->context, i),
			    hour);
			write_hour(file, truth->domain_hours[i][hour].statuses);
			fputc('\n', file);
		}
	}
}

/* `2026-11-22T01:00:00Z` of milliseconds, by walking the years. */
static void
write_instant(FILE *file, int64_t instant)
{
	static const int month_days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
		31, 30, 31 };
	int64_t second = instant / 1000, days = second / 86400;
	int year = 1970, month = 0, of_month;

	for (;; year++) {
		bool leap =
		    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		int length = leap ? 366 : 365;

		if (days >= length) {
			days -= length;
			continue;
		}
		for (;; month++) {
			of_month = month_days[month] + (leap && month == 1);
			if (days < of_month)
				break;
			days -= of_month;
		}
		break;
	}
	second %= 86400;
	fprintf(file, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month + 1,
	    (int)days + 1, (int)(second / 3600), (int)(second / 60 % 60),
	    (int)(second % 60));
}

static void
write_series(FILE *file, const struct truth *truth)
{
	fputs("\n[series 1]\n"
	      "time,attempts,delivered,deferred,bounced,expired,"
	      "failures_hard,failures_soft,failures_block\n",
	    file);
	for (size_t i = 0; i < truth->series_count; i++) {
		const struct hour_count *hour = &truth->series[i];
		int64_t start = truth->series_start + (int64_t)i;

		write_instant(file, start * 3600000);
		write_hour(file, hour->statuses);
		fprintf(file, ",%ju", (uintmax_t)hour->expired);
		write_failures(file, hour->failures, false);
		fputc('\n', file);
	}
}

static void
write_retry_row(FILE *file, const struct truth *truth, const char *scope,
    const char *key, uint64_t deferred_deliveries, const uint64_t *retry,
    uint32_t sample_key_value, size_t *from)
{
	if (deferred_deliveries == 0)
		return;
	fprintf(file, "%s,%s,%ju,%ju,%ju,%ju,%ju,%ju", scope, key,
	    (uintmax_t)deferred_deliveries, (uintmax_t)retry[OUTCOME_DELIVERED],
	    (uintmax_t)retry[OUTCOME_BOUNCED],
	    (uintmax_t)retry[OUTCOME_EXPIRED],
	    (uintmax_t)retry_pending(deferred_deliveries, retry),
	    (uintmax_t)retry[OUTCOME_WITHDRAWN]);
	write_resolution(file, truth, sample_key_value, from, true);
	fputc('\n', file);
}

static void
write_retries(FILE *file, struct truth *truth, const struct truth_names *names)
{
	size_t from = 0;

	fputs("\n[retries 2]\nscope,key,deferred_deliveries,delivered,bounced,"
	      "expired,pending,withdrawn,resolution_seconds_p50,"
	      "resolution_seconds_p90,resolution_seconds_p99,"
	      "resolution_seconds_max\n",
	    file);
	sort_samples(truth, BY_ALL);
	write_retry_row(file, truth, "all", "",
	    truth->total.deferred_deliveries, truth->total.retry_outcomes, 0,
	    &from);
	sort_samples(truth, BY_CODE);
	from = 0;
	for (unsigned i = 0; i < truth->code_count; i++)
		write_retry_row(file, truth, "code", reply_code_name(i),
		    truth->codes[i].deferred_deliveries,
		    truth->codes[i].retry_outcomes, i, &from);
	sort_samples(truth, BY_CATEGORY);
	from = 0;
	for (unsigned i = 0; i < truth->category_count; i++)
		write_retry_row(file, truth, "category", reply_category_name(i),
		    truth->categories[i].deferred_deliveries,
		    truth->categories[i].retry_outcomes, i, &from);
	sort_samples(truth, BY_DOMAIN);
	from = 0;
	for (uint32_t i = 0; i < truth->domain_count; i++)
		write_retry_row(file, truth, "domain",
		    names->domain(names->context, i),
		    truth->domains[i].deferred_deliveries,
		    truth->domains[i].retry_outcomes, i, &from);
}

static void
write_curves(FILE *file, const struct truth *truth)
{
	fputs("\n[retry_attempts 2]\n"
	      "enhanced_code,attempt,tried,delivered,deferred,bounced\n",
	    file);
	for (unsigned i = 0; i <= truth->code_count; i++) {
		const struct attempt_curve *curve = &truth->curves[i];

		for (size_t number = 1; number < curve->count; number++) {
			const uint64_t *statuses =
			    curve->numbers[number].statuses;

			if (attempts_of(statuses) == 0)
				continue;
			fprintf(file, "%s,%zu",
			    i < truth->code_count ? reply_code_name(i) : "",
			    number);
			write_hour(file, statuses);
			fputc('\n', file);
		}
	}
}

static void
write_incidents(
    FILE *file, struct truth *truth, const struct truth_names *names)
{
	for (uint32_t i = 0; i < truth->domain_count; i++)
		truth_end_window(truth, i, TRUTH_NO_TIME);
	fputs("\n[incidents 2]\nrecipient_domain,started_at,state,resolved_at,"
	      "last_failure_at,duration_seconds,failed_attempts,deliveries\n",
	    file);
	for (size_t i = 0; i < truth->incident_count; i++) {
		const struct incident *incident = &truth->incidents[i];
		const struct window *window = &incident->window;
		bool open = incident->resolved == TRUTH_NO_TIME;
		int64_t end = open ? window->last : incident->resolved;

		fprintf(file, "%s,",
		    names->domain(names->context, incident->domain));
		write_instant(file, window->start);
		fputs(open ? ",open," : ",resolved,", file);
		if (!open)
			write_instant(file, incident->resolved);
		fputc(',', file);
		write_instant(file, window->last);
		fprintf(file, ",%jd,%ju,%ju\n",
		    (intmax_t)((end - window->start) / 1000),
		    (uintmax_t)window->failed, (uintmax_t)window->deliveries);
	}
}

static void
write_outages(FILE *file, const struct truth_names *names,
    const struct truth_outage *outages, size_t count)
{
	fputs("\n[planted_outages 0]\n"
	      "recipient_domain,started_at,ended_at,enhanced_code,category\n",
	    file);
	for (size_t i = 0; i < count; i++) {
		fprintf(file, "%s,",
		    names->domain(names->context, outages[i].domain));
		write_instant(file, outages[i].start);
		fputc(',', file);
		write_instant(file, outages[i].end);
		fprintf(file, ",%s,%s\n", outages[i].reply->dsn,
		    outages[i].reply->category);
	}
}

bool
truth_write(struct truth *truth, const char *path,
    const struct truth_names *names, uint64_t lines,
    const struct truth_outage *outages, size_t outage_count)
{
	FILE *file = fopen(path, "w");
	bool good;

	if (file == NULL)
		return false;
	write_run(file, truth, lines);
	write_tallies(file, truth, "domains", truth->domains,
	    truth->domain_count, BY_DOMAIN, names);
	write_tallies(file, truth, "senders", truth->senders,
	    truth->sender_count, BY_SENDER, names);
	write_codes(file, truth);
	write_categories(file, truth);
	write_hours(file, truth, names);
	write_series(file, truth);
	write_retries(file, truth, names);
	write_curves(file, truth);
	write_incidents(file, truth, names);
	write_outages(file, names, outages, outage_count);
	good = !ferror(file);
	return fclose(file) == 0 && good;
}
