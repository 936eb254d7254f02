/*
 * Closing: which messages may be forgotten by now.
 *
 * A message that left the queue stays for a minute, for late lines and hops;
 * one without open deliveries for longer, because not every MTA logs an end,
 * and so does one that was taken out of the queue while it may have been tried;
 * and one without any for longer still where only its arrival names the sender.
 * Time is that of the latest record of all: when a file holds an older log
 * behind a newer one, nothing is forgotten too early.
 */
#ifndef TRACK_CLOSING_H
#define TRACK_CLOSING_H

#include "track/queue.h"

struct closing_entry {
	uint32_t message;
	uint32_t serial; /* of the message that had the number then */
	int64_t due; /* ms */
};

/* In the order of their time. */
struct closing_line {
	struct closing_entry *ring;
	size_t mask;
	size_t first;
	size_t count;
};

/* The first is the one whose time comes first. */
struct closing_heap {
	struct closing_entry *entries;
	size_t capacity;
	size_t count;
};

struct closing {
	struct closing_line removed;
	/* The first of these two is the first of the idle ones. */
	struct closing_line idle;
	struct closing_heap earlier; /* than the last of the line, when added */
};

void closing_init(struct closing *closing);
void closing_release(struct closing *closing);

/* A new message; `now` is the latest time of all records so far, ms. */
void closing_add(
    struct closing *closing, const struct queue_message *message, int64_t now);

/* The message was removed from the MTA's queue. */
void closing_add_removed(
    struct closing *closing, const struct queue_message *message, int64_t now);

/* As one of the two above, with a time that is known. */
void closing_restore(struct closing *closing,
    const struct queue_message *message, bool is_removal, int64_t due);

/* The next message that may go, or NULL. */
struct queue_message *
closing_next(struct closing *closing, const struct queue *queue, int64_t now);

#endif
