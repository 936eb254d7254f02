/*
 * Generator of Postfix logs with known truth: what all its parts share.
 *
 * A log is simulated, not sampled: messages arrive, are tried, deferred,
 * retried, bounced and given up, and each step writes its line and tells the
 * truth keeper.  Everything is integer arithmetic from one seed, so the same
 * options give the same bytes on every machine.
 *
 * Times are microseconds since 1970 UTC.  Chances are parts per million.
 */
#ifndef BENCH_GENERATE_H
#define BENCH_GENERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MICROSECONDS   INT64_C(1000000)
#define SCHEDULE_STEPS 32

enum stamps {
	STAMPS_RFC3164, /* Nov 22 01:04:44, day padded with a blank */
	STAMPS_POSTLOG, /* Nov 02 01:04:44, as Postfix's own maillog_file */
	STAMPS_RFC3339, /* 2026-11-22T01:04:44.828434+00:00 */
	STAMPS_ISO /* 2026-11-22T01:04:44+0000, journalctl -o short-iso */
};

enum id_style { IDS_LONG, IDS_SHORT, IDS_MIXED };

struct options {
	uint64_t seed;
	uint64_t lines; /* about so many; 0: go by bytes */
	uint64_t bytes;
	enum stamps stamps;
	enum id_style ids; /* short ones are used again */
	int64_t start;
	int zone_minutes; /* east of UTC, of the stamps that carry a zone */
	unsigned days;
	unsigned warm_up_hours; /* simulated before the log begins */
	unsigned domains;
	unsigned outages;
	unsigned hosts;
	unsigned lifetime_hours; /* maximal_queue_lifetime */
	const char *host;
	const char *truth_path; /* NULL: none */
	uint32_t fail; /* chances */
	uint32_t defer;
	uint32_t local;
	uint32_t reject;
	uint32_t probe;
	uint32_t discard;
	uint32_t withdraw;
	uint32_t requeue;
	uint32_t soft_bounce;
	uint32_t noise;
	bool worst; /* everything fails, every reply has unique tokens */
	bool hops; /* a content filter hands each message back */
	unsigned schedule_steps; /* 0: as Postfix does by default */
	unsigned schedule[SCHEDULE_STEPS]; /* seconds; the last repeats */
};

struct random {
	uint64_t state;
};

static inline uint64_t
random_next(struct random *random)
{
	uint64_t x = random->state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* 0 <= answer < limit. */
static inline uint32_t
random_below(struct random *random, uint32_t limit)
{
	return (uint32_t)(((random_next(random) >> 32) * limit) >> 32);
}

static inline bool
random_chance(struct random *random, uint32_t chance)
{
	return random_below(random, 1000000) < chance;
}

/* The same number for the same pair, whatever was drawn before. */
static inline uint32_t
stable_hash(uint32_t a, uint32_t b)
{
	struct random random = { ((uint64_t)a << 32 | b) * 0x2545F491 };

	random_next(&random);
	return (uint32_t)random_next(&random);
}

/* Memory or the end of the program; `count` things of `size` bytes, zeroed. */
void *generate_allocate(size_t count, size_t size);
void *generate_grow(void *memory, size_t count, size_t size);
void generate_fail(const char *what, const char *detail);

#endif
