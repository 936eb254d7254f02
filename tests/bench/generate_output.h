/*
 * Output: log lines into one big buffer, written when it is nearly full.
 *
 * output_line starts a line, the output_* functions add to it, output_end
 * ends it.  Room is checked once a line: a line may have OUTPUT_LINE_MAX bytes.
 * Lines that are stamped before `opens` are made and dropped again: the log
 * begins in the middle of things.
 */
#ifndef BENCH_GENERATE_OUTPUT_H
#define BENCH_GENERATE_OUTPUT_H

#include "generate.h"

#include <string.h>

#define OUTPUT_LINE_MAX 8192

struct output {
	char *data;
	size_t length;
	size_t line_start;
	uint64_t lines; /* written so far */
	uint64_t bytes;
	int64_t opens;
	enum stamps stamps;
	int zone_minutes;
	bool drop; /* the line being made is before `opens` */
	int64_t stamp_second; /* what `stamp` shows */
	size_t stamp_length;
	char stamp[40];
	char zone[8];
};

void output_init(struct output *output, const struct options *options);

/* All that is left goes out; false when it could not be written. */
bool output_finish(struct output *output);

/* `STAMP HOST `; the caller adds program, message and output_end. */
void output_line(struct output *output, int64_t now, const char *host);
void output_end(struct output *output);

static inline void
output_bytes(struct output *output, const char *data, size_t length)
{
	memcpy(output->data + output->length, data, length);
	output->length += length;
}

static inline void
output_string(struct output *output, const char *string)
{
	output_bytes(output, string, strlen(string));
}

static inline void
output_byte(struct output *output, char byte)
{
	output->data[output->length++] = byte;
}

void output_number(struct output *output, uint64_t number);
void output_hex(struct output *output, uint64_t number, unsigned digits);

/* Microseconds as Postfix prints delays: two digits that matter. */
void output_delay(struct output *output, int64_t delay);

#endif
