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
	arena_release(&batch->arena);
	diagnostics_release(&batch->diagnostics);
	scan_batch_init(batch);
}

void
scan_batch_clear(struct scan_batch *batch)
{
	struct record *records = batch->records;
	size_t capacity = batch->capacity;

	batch->records = NULL;
	scan_batch_release(batch);
	batch->records = records;
	batch->capacity = capacity;
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
scan_counts_merge(struct scan_counts *to, const struct scan_counts *from)
{
	to->lines += from->lines;
	to->recognised += from->recognised;
	to->ignored += from->ignored;
	to->unmatched += from->unmatched;
	to->malformed += from->malformed;
}
