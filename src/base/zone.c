#define _DEFAULT_SOURCE /* tm_gmtoff */
#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/calendar.h"
#include "base/memory.h"

/* Years that logs come from. */
#define ZONE_FIRST_YEAR 1990
#define ZONE_LAST_YEAR  2100

/* No zone changes its offset twice within this time in those years. */
#define ZONE_STEP ((int64_t)5 * SECONDS_PER_DAY)

struct zone_change {
	int64_t start; /* UTC second from which the offset holds */
	int offset;
};

struct zone {
	char *name;
	struct zone_change *changes; /* the first one holds for all before */
	size_t count;
	size_t capacity;
};

static int
system_offset(int64_t seconds)
{
	time_t now = (time_t)seconds;
	struct tm local;

	if (localtime_r(&now, &local) == NULL)
		return 0;
	return (int)local.tm_gmtoff;
}

static void
add_change(struct zone *zone, int64_t start, int offset)
{
	zone->changes = memory_grow(zone->changes, &zone->capacity,
	    zone->count + 1, sizeof(*zone->changes));
	zone->changes[zone->count++] = (struct zone_change){ start, offset };
}

static bool
is_utc(const char *name)
{
	return name != NULL && strcmp(name, "UTC") == 0;
}

/* Those of the zone that the C library is set to. */
static void
read_changes(struct zone *zone)
{
	int64_t at = calendar_days(ZONE_FIRST_YEAR, 1, 1) * SECONDS_PER_DAY;
	int64_t end = calendar_days(ZONE_LAST_YEAR, 1, 1) * SECONDS_PER_DAY;
	int offset = system_offset(at);

	add_change(zone, at, offset);
	for (; at < end; at += ZONE_STEP) {
		int next = system_offset(at + ZONE_STEP);
		int64_t before = at;
		int64_t after = at + ZONE_STEP;

		if (next == offset)
			continue;
		while (after - before > 1) {
			int64_t middle = before + (after - before) / 2;

			if (system_offset(middle) == offset)
				before = middle;
			else
				after = middle;
		}
		offset = next;
		add_change(zone, after, offset);
	}
}

/*
 * By its first bytes (RFC 8536, section 3.1): a directory and the tables beside
 * the zones are none.
 */
static bool
is_zone_file(const char *path)
{
	char magic[4];
	FILE *file = fopen(path, "rb");
	bool found;

	if (file == NULL)
		return false;
	found = fread(magic, sizeof(magic), 1, file) == 1 &&
	    memcmp(magic, "TZif", sizeof(magic)) == 0;
	fclose(file);
	return found;
}

/* The C library takes any unknown name for UTC; ask for the file itself. */
static bool
is_known(const char *name)
{
	const char *directory = getenv("TZDIR");
	char path[512];

	if (is_utc(name))
		return true;
	if (name[0] == '\0' || name[0] == '/' || strstr(name, "..") != NULL)
		return false;
	if (directory == NULL)
		directory = "/usr/share/zoneinfo";
	if (snprintf(path, sizeof(path), "%s/%s", directory, name) >=
	    (int)sizeof(path))
		return false;
	return is_zone_file(path);
}

static struct zone *
new_zone(const char *name)
{
	struct zone *zone = memory_allocate_array(1, sizeof(*zone));

	zone->name = memory_copy_string(name, strlen(name));
	return zone;
}

struct zone *
zone_new(const char *name)
{
	const char *system = getenv("TZ");
	struct zone *zone;
	char *saved = NULL;

	if (name != NULL && !is_known(name))
		return NULL;
	if (is_utc(name)) {
		zone = new_zone(name);
		add_change(zone, 0, 0);
		return zone;
	}
	if (system != NULL)
		saved = memory_copy_string(system, strlen(system));
	if (name != NULL)
		setenv("TZ", name, 1);
	else
		name = saved != NULL ? saved : "local";
	zone = new_zone(name);
	tzset();
	read_changes(zone);
	if (saved != NULL)
		setenv("TZ", saved, 1);
	else
		unsetenv("TZ");
	free(saved);
	tzset();
	return zone;
}

void
zone_free(struct zone *zone)
{
	if (zone == NULL)
		return;
	free(zone->name);
	free(zone->changes);
	free(zone);
}

const char *
zone_name(const struct zone *zone)
{
	return zone->name;
}

/* The last change that starts at or before `seconds`. */
static size_t
find_change(const struct zone *zone, int64_t seconds)
{
	size_t low = 0;
	size_t high = zone->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (zone->changes[middle].start <= seconds)
			low = middle;
		else
			high = middle;
	}
	return low;
}

int
zone_offset(const struct zone *zone, int64_t seconds)
{
	return zone->changes[find_change(zone, seconds)].offset;
}

int64_t
zone_to_utc(
    const struct zone *zone, int64_t local, bool second, bool *ambiguous)
{
	int early = zone_offset(zone, local - SECONDS_PER_DAY);
	int late = zone_offset(zone, local + SECONDS_PER_DAY);
	int64_t first_reading = local - early;
	int64_t second_reading = local - late;
	bool first_holds = zone_offset(zone, first_reading) == early;
	bool second_holds = zone_offset(zone, second_reading) == late;
	bool twice = early != late && first_holds && second_holds;

	if (ambiguous != NULL)
		*ambiguous = twice;
	if (twice)
		return second ? second_reading : first_reading;
	return first_holds || !second_holds ? first_reading : second_reading;
}
