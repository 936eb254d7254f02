/*
 * Mail: the simulation.  Messages arrive by a daily curve, are tried, wait,
 * are tried again, and end.
 */
#ifndef BENCH_GENERATE_MAIL_H
#define BENCH_GENERATE_MAIL_H

#include "generate_lines.h"

struct mail {
	const struct options *options;
	struct world world;
	struct lines lines;
	struct queue queue;
	struct truth *truth;
	struct random random; /* for what decides the truth */
	struct mail_host *hosts;
	int64_t end;
	uint64_t messages; /* arrived so far */
	uint64_t week_weights; /* sum over the minutes of the log */
	uint64_t weights_past;
};

void mail_init(struct mail *mail, const struct options *options);

/* Writes the whole log; what is open at its end is pending. */
void mail_run(struct mail *mail);

void mail_release(struct mail *mail);

#endif
