/*
 * generate: writes a simulated Postfix log to standard output and, with
 * --truth, what a report on it must say.
 */
#include "generate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generate_mail.h"

void
generate_fail(const char *what, const char *detail)
{
	fprintf(stderr, "generate: %s: %s\n", what, detail);
	exit(2);
}

void *
generate_allocate(size_t count, size_t size)
{
	void *memory = calloc(count > 0 ? count : 1, size);

	if (memory == NULL)
		generate_fail("out of memory", strerror(errno));
	return memory;
}

void *
generate_grow(void *memory, size_t count, size_t size)
{
	void *grown = realloc(memory, count * size);

	if (grown == NULL)
		generate_fail("out of memory", strerror(errno));
	return grown;
}

enum value_kind {
	VALUE_NUMBER,
	VALUE_SIZE,
	VALUE_CHANCE,
	VALUE_TEXT,
	VALUE_INSTANT,
	VALUE_STAMPS,
	VALUE_SCHEDULE,
	VALUE_ZONE,
	VALUE_IDS,
	VALUE_FLAG
};

struct option_row {
	const char *name;
	enum value_kind kind;
	size_t offset;
	unsigned maximum; /* of a number; the least one is 0 */
	const char *help;
};

#define ROW(name, kind, field, maximum, help)                                  \
	{                                                                      \
		name, kind, offsetof(struct options, field), maximum, help     \
	}

static const struct option_row rows[] = {
	ROW("--seed", VALUE_SIZE, seed, 0, "the same seed, the same log"),
	ROW("--lines", VALUE_SIZE, lines, 0, "about so many lines (100000)"),
	ROW("--bytes", VALUE_SIZE, bytes, 0, "about so many bytes instead"),
	ROW("--stamps", VALUE_STAMPS, stamps, 0,
	    "rfc3164, postlog, rfc3339 or iso"),
	ROW("--zone", VALUE_ZONE, zone_minutes, 0,
	    "+01:00, of the stamps (not of rfc3164)"),
	ROW("--start", VALUE_INSTANT, start, 0, "2026-10-01T00:00:00Z"),
	ROW("--days", VALUE_NUMBER, days, 4000, "how long the log runs (3)"),
	ROW("--warm-up", VALUE_NUMBER, warm_up_hours, 1000,
	    "hours of mail before the log begins (0)"),
	ROW("--domains", VALUE_NUMBER, domains, 4000000,
	    "recipient domains (2000)"),
	ROW("--outages", VALUE_NUMBER, outages, 100000,
	    "domains that fail for a while (8)"),
	ROW("--host-count", VALUE_NUMBER, hosts, 200, "our own hosts (1)"),
	ROW("--host", VALUE_TEXT, host, 0, "name of the first one (mail)"),
	ROW("--lifetime", VALUE_NUMBER, lifetime_hours, 10000,
	    "hours until mail expires (24)"),
	ROW("--schedule", VALUE_SCHEDULE, schedule_steps, 0,
	    "postfix, or seconds: 300,600,3600; the last repeats"),
	ROW("--fail-rate", VALUE_CHANCE, fail, 0, "of first tries (0.05)"),
	ROW("--defer-rate", VALUE_CHANCE, defer, 0, "of first tries (0.08)"),
	ROW("--local-rate", VALUE_CHANCE, local, 0, "mail to us (0.1)"),
	ROW("--reject-rate", VALUE_CHANCE, reject, 0,
	    "refusals, by connection (0.05)"),
	ROW("--probe-rate", VALUE_CHANCE, probe, 0, "address probes (0.002)"),
	ROW("--discard-rate", VALUE_CHANCE, discard, 0,
	    "thrown away by a transport (0.001)"),
	ROW("--withdraw-rate", VALUE_CHANCE, withdraw, 0,
	    "removed by hand, by deferred round (0.0005)"),
	ROW("--requeue-rate", VALUE_CHANCE, requeue, 0,
	    "requeued by hand, by deferred round (0.0005)"),
	ROW("--soft-bounce-rate", VALUE_CHANCE, soft_bounce, 0,
	    "bounces that are kept (0.002)"),
	ROW("--noise-rate", VALUE_CHANCE, noise, 0,
	    "lines of no interest, by connection (0.2)"),
	ROW("--ids", VALUE_IDS, ids, 0,
	    "long, short (some are used again) or mixed"),
	ROW("--worst", VALUE_FLAG, worst, 0,
	    "everything fails, every reply has unique tokens"),
	ROW("--hops", VALUE_FLAG, hops, 0, "through a content filter and back"),
	ROW("--truth", VALUE_TEXT, truth_path, 0, "file for the truth"),
};

static const struct options defaults = {
	.seed = 1,
	.lines = 100000,
	.start = INT64_C(1790812800) * MICROSECONDS, /* 2026-10-01 */
	.days = 3,
	.domains = 2000,
	.outages = 8,
	.hosts = 1,
	.lifetime_hours = 24,
	.host = "mail",
	.fail = 50000,
	.defer = 80000,
	.local = 100000,
	.reject = 50000,
	.probe = 2000,
	.discard = 1000,
	.withdraw = 500,
	.requeue = 500,
	.soft_bounce = 2000,
	.noise = 200000,
};

static void
print_help(void)
{
	puts("usage: generate [OPTION...] >LOG");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		printf("  %-20s%s\n", rows[i].name, rows[i].help);
}

static bool
parse_size(const char *value, uint64_t *size)
{
	char *end;

	errno = 0;
	*size = strtoumax(value, &end, 10);
	if (*end == 'M' || *end == 'G')
		*size *= *end++ == 'M' ? 1000000 : 1000000000;
	return errno == 0 && end != value && *end == '\0' && value[0] != '-';
}

/* 0.05, 1: digit by digit, so that no rounding differs. */
static bool
parse_chance(const char *value, uint32_t *chance)
{
	uint32_t scale = 100000;

	*chance = value[0] == '1' ? 1000000 : 0;
	if (value[0] == '0' || value[0] == '1')
		value++;
	else if (value[0] != '.')
		return false;
	if (*value == '.')
		for (value++; *value >= '0' && *value <= '9'; value++) {
			*chance += (uint32_t)(*value - '0') * scale;
			scale /= 10;
		}
	return *value == '\0' && *chance <= 1000000;
}

static bool
parse_instant(const char *value, int64_t *instant)
{
	int year, month, day, hour, minute, second, length = 0;
	int64_t days;

	if (sscanf(value, "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &year, &month, &day,
		&hour, &minute, &second, &length) != 6 ||
	    value[length] != '\0' || year < 1970 || month < 1 || month > 12)
		return false;
	/* Counted from March, so that leap days come last. */
	if (month <= 2) {
		year--;
		month += 12;
	}
	days = (int64_t)year * 365 + year / 4 - year / 100 + year / 400 +
	       (153 * (month - 3) + 2) / 5 + day - 719469;
	*instant =
	    (days * 86400 + hour * 3600 + minute * 60 + second) * MICROSECONDS;
	return second == 0;
}

static bool
parse_zone(const char *value, int *minutes)
{
	int hour, minute, length = 0;
	char sign;

	if (sscanf(value, "%c%2d:%2d%n", &sign, &hour, &minute, &length) != 3 ||
	    value[length] != '\0' || (sign != '+' && sign != '-'))
		return false;
	*minutes = (sign == '-' ? -1 : 1) * (hour * 60 + minute);
	return true;
}

static bool
parse_schedule(const char *value, struct options *options)
{
	options->schedule_steps = 0;
	if (strcmp(value, "postfix") == 0)
		return true;
	while (options->schedule_steps < SCHEDULE_STEPS) {
		char *end;
		unsigned long seconds = strtoul(value, &end, 10);

		if (end == value || seconds == 0 || seconds > 10000000)
			return false;
		options->schedule[options->schedule_steps++] =
		    (unsigned)seconds;
		if (*end == '\0')
			return true;
		if (*end != ',')
			return false;
		value = end + 1;
	}
	return false;
}

/* Index of the word in a NULL-terminated list, or -1. */
static int
find_word(const char *const *words, const char *value)
{
	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], value) == 0)
			return i;
	return -1;
}

static bool
take_value(
    struct options *options, const struct option_row *row, const char *value)
{
	static const char *const stamps[] = { "rfc3164", "postlog", "rfc3339",
		"iso", NULL };
	static const char *const ids[] = { "long", "short", "mixed", NULL };
	char *field = (char *)options + row->offset;
	uint64_t number;
	int index;

	switch (row->kind) {
	case VALUE_NUMBER:
		if (!parse_size(value, &number) || number > row->maximum)
			return false;
		*(unsigned *)(void *)field = (unsigned)number;
		return true;
	case VALUE_SIZE:
		return parse_size(value, (uint64_t *)(void *)field);
	case VALUE_CHANCE:
		return parse_chance(value, (uint32_t *)(void *)field);
	case VALUE_TEXT:
		*(const char **)(void *)field = value;
		return true;
	case VALUE_INSTANT:
		return parse_instant(value, &options->start);
	case VALUE_STAMPS:
		index = find_word(stamps, value);
		options->stamps = (enum stamps)index;
		return index >= 0;
	case VALUE_SCHEDULE:
		return parse_schedule(value, options);
	case VALUE_ZONE:
		return parse_zone(value, &options->zone_minutes);
	case VALUE_IDS:
		index = find_word(ids, value);
		options->ids = (enum id_style)index;
		return index >= 0;
	case VALUE_FLAG:
		*(bool *)(void *)field = true;
		return true;
	}
	return false;
}

static void
parse_options(struct options *options, int count, char **arguments)
{
	*options = defaults;
	for (int i = 1; i < count; i++) {
		const struct option_row *row = NULL;
		const char *value = NULL;

		if (strcmp(arguments[i], "--help") == 0) {
			print_help();
			exit(0);
		}
		for (size_t j = 0; j < sizeof rows / sizeof rows[0]; j++)
			if (strcmp(rows[j].name, arguments[i]) == 0)
				row = &rows[j];
		if (row == NULL)
			generate_fail("unknown option", arguments[i]);
		if (row->kind != VALUE_FLAG && i + 1 == count)
			generate_fail("value missing", arguments[i]);
		if (row->kind != VALUE_FLAG)
			value = arguments[++i];
		if (!take_value(options, row, value))
			generate_fail(row->name, value);
	}
	if (options->bytes > 0)
		options->lines = 0;
	if (options->domains == 0 || options->hosts == 0 || options->days == 0)
		generate_fail(
		    "must not be 0", "--domains, --host-count, --days");
}

static const char *
domain_name(const void *context, uint32_t domain)
{
	return ((const struct world *)context)->domains[domain].name;
}

static const char *
sender_name(const void *context, uint32_t sender)
{
	(void)context;
	return world_sender_domain(sender);
}

static bool
write_truth(struct mail *mail, const char *path)
{
	const struct world *world = &mail->world;
	struct truth_names names = { domain_name, sender_name, world };
	struct truth_outage *outages =
	    generate_allocate(world->outage_count, sizeof *outages);
	bool good;

	for (uint32_t i = 0; i < world->outage_count; i++)
		outages[i] = (struct truth_outage){
			.domain = world->outages[i].domain,
			.start = world->outages[i].start / 1000,
			.end = world->outages[i].end / 1000,
			.reply = world->outages[i].reply,
		};
	good = truth_write(mail->truth, path, &names, mail->lines.output.lines,
	    outages, world->outage_count);
	free(outages);
	return good;
}

int
main(int count, char **arguments)
{
	struct options options;
	struct mail mail;

	parse_options(&options, count, arguments);
	mail_init(&mail, &options);
	mail_run(&mail);
	if (!output_finish(&mail.lines.output))
		generate_fail("cannot write the log", strerror(errno));
	if (options.truth_path != NULL &&
	    !write_truth(&mail, options.truth_path))
		generate_fail(options.truth_path, strerror(errno));
	mail_release(&mail);
	return 0;
}
