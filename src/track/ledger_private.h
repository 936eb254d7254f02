/*
 * What a ledger is made of; for ledger.c and ledger_state.c.
 */
#ifndef TRACK_LEDGER_PRIVATE_H
#define TRACK_LEDGER_PRIVATE_H

#include "track/ledger.h"

#include "base/keymap.h"
#include "track/closing.h"
#include "track/lookahead.h"
#include "track/naming.h"
#include "track/queue.h"

struct ledger {
	struct ledger_settings settings;
	struct naming naming;
	struct queue queue;
	struct lookahead lookahead;
	struct closing closing;
	struct keymap cause_numbers; /* KEY(codes, verdict): number */
	struct cause *causes;
	size_t cause_count;
	size_t causes_capacity;
	int64_t now; /* latest record so far */
};

#endif
