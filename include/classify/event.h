/*
 * Event: a record and the verdict on it.
 *
 * What the scanning threads make and the folding thread takes in.
 */
#ifndef CLASSIFY_EVENT_H
#define CLASSIFY_EVENT_H

#include "classify/verdict.h"
#include "scan/record.h"

struct event {
	const struct record *record; /* lives as long as the event */
	struct verdict verdict; /* codes also for deliveries */
};

#endif
