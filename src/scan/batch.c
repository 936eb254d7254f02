#include "scan/batch.h"

#include <stdlib.h>

#include "base/calendar.h"
#include "base/memory.h"

void
scan_batch_init(struct scan_batch *batch)
{
	*batch = (struct scan_batch){
		.first_time = INSTANT_NONE,
		.last_time = INSTANT_NONE,
	};
	arena_init(&batch->arena);
	diagnostics_init(&batch->diagnostics);
}

void
scan_batch_release(struct scan_batch *batch)
{
	free(batch->records);
	free(batch->joins);
	arena_release(&batch->arena);
	diagnostics_release(&batch->diagnostics);
	scan_batch_init(batch);
}

void
scan_batch_clear(struct scan_batch *batch)
{
	struct scan_batch kept = *batch;

	batch->records = NULL;
	batch->joins = NULL;
	scan_batch_release(batch);
	batch->records = kept.records;
	batch->capacity = kept.capacity;
	batch->joins = kept.joins;
	batch->join_capacity = kept.join_capacity;
}

struct record *
scan_batch_add(struct scan_batch *batch)
{
	struct record *record;

	if (batch->count == batch->capacity)
		batch->records = memory_grow(batch->records, &batch->capacity,
		    batch->count + 1, sizeof(*batch->records));
	record = &batch->records[batch->count++];
	*record = (struct record){ .delay = -1, .repeat = 1 };
	return record;
}

void
scan_batch_add_join(struct scan_batch *batch, const struct scan_join *join)
{
	batch->joins = memory_grow(batch->joins, &batch->join_capacity,
	    batch->join_count + 1, sizeof(*batch->joins));
	batch->joins[batch->join_count++] = *join;
	batch->records[batch->count - 1].join = (uint32_t)batch->join_count;
}

void
scan_counts_spoil(struct scan_counts *counts, unsigned lines)
{
	/* It may wrap around, and so do the sums that it goes into. */
	counts->ignored -= lines;
	counts->malformed += lines;
}

void
scan_counts_merge(struct scan_counts *to, const struct scan_counts *from)
{
	to->lines += from->lines;
	to->recognised += from->recognised;
	to->ignored += from->ignored;
	to->unmatched += from->unmatched;
	to->malformed += from->malformed;
	to->blank += from->blank;
}
