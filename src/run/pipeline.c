#include "run/pipeline.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "run/lane.h"
#include "run/lanes.h"

/* Blocks of one file that wait for the next step, of each kind. */
#define UNITS_WAITING 6

/*
 * Blocks of one file that are read before one is scanned.  What was inflated
 * is to be still in the processor's cache then; but a second thread must not
 * find the only block that comes next still being inflated by the first, and
 * whoever reads goes on for a while, since a decoder's tables do not like to
 * change the processor.
 */
#define READ_BY_ONE     1
#define READ_BY_SEVERAL 4

/* Freed blocks and units that are kept to be used again. */
#define UNITS_KEPT 16

/* Files beyond the ones being merged that are read ahead. */
#define LANES_AHEAD 1

/*
 * Files that stay open from the start; others are opened again in time, unless
 * they are pipes: what was read of them would be lost.
 */
#define LANES_OPEN 24

struct pipeline {
	struct pipeline_settings settings;
	struct lane *lanes; /* in the order of the operands */
	size_t count;
	struct lane **ranked; /* by time, then by name */
	size_t begun; /* of ranked: taking part in the merge, or done */
	struct lane_pools pools;
	struct classifier_worker *worker; /* of the thread that merges */
	struct pipeline_input *inputs;
	pthread_mutex_t lock;
	pthread_cond_t work; /* something to do for a worker */
	pthread_cond_t ready; /* a unit was scanned, or a file is at its end */
	bool stop;
	uint64_t bytes_done; /* of files that are closed */
};

enum task_kind { TASK_NONE, TASK_READ, TASK_SCAN };

struct task {
	enum task_kind kind;
	struct lane *lane;
	struct unit *unit;
};

struct pipeline *
pipeline_new(const struct pipeline_settings *settings,
    const struct operands *operands, struct diagnostics *diagnostics)
{
	struct pipeline *pipeline = memory_allocate_array(1, sizeof(*pipeline));

	pipeline->settings = *settings;
	pipeline->count = operands->count;
	pipeline->pools.blocks = block_pool_new(UNITS_KEPT);
	pipeline->pools.units = unit_pool_new(UNITS_KEPT);
	pipeline->worker = classifier_worker_new(settings->classifier);
	pipeline->lanes =
	    memory_allocate_array(pipeline->count, sizeof(struct lane));
	pipeline->ranked =
	    memory_allocate_array(pipeline->count, sizeof(struct lane *));
	pipeline->inputs = memory_allocate_array(
	    pipeline->count, sizeof(struct pipeline_input));
	pthread_mutex_init(&pipeline->lock, NULL);
	pthread_cond_init(&pipeline->work, NULL);
	pthread_cond_init(&pipeline->ready, NULL);
	for (size_t i = 0; i < pipeline->count; i++) {
		struct lane *lane = &pipeline->lanes[i];

		lane_init(lane, operands->items[i].path, (uint32_t)i,
		    &pipeline->settings, &pipeline->pools);
		lane->is_open = lane_open(lane, pipeline->worker);
		lane_keep_head(lane);
		diagnostics_move(diagnostics, &lane->diagnostics);
		if (i >= LANES_OPEN && lane_may_reopen(lane)) {
			lane_close(lane);
			lane->is_open = false;
		}
		pipeline->ranked[i] = lane;
	}
	if (settings->memory != NULL)
		lanes_leave_out_repeated(
		    pipeline->lanes, pipeline->count, diagnostics);
	lanes_tell_year(pipeline->lanes, pipeline->count, pipeline->worker);
	lanes_rank(pipeline->ranked, pipeline->count);
	return pipeline;
}

void
pipeline_free(struct pipeline *pipeline)
{
	if (pipeline == NULL)
		return;
	for (size_t i = 0; i < pipeline->count; i++)
		lane_release(&pipeline->lanes[i]);
	classifier_worker_free(pipeline->worker);
	unit_pool_free(pipeline->pools.units);
	block_pool_free(pipeline->pools.blocks);
	pthread_mutex_destroy(&pipeline->lock);
	pthread_cond_destroy(&pipeline->work);
	pthread_cond_destroy(&pipeline->ready);
	free(pipeline->lanes);
	free(pipeline->ranked);
	free(pipeline->inputs);
	free(pipeline);
}

int64_t
pipeline_start(const struct pipeline *pipeline)
{
	int64_t start = INSTANT_NONE;

	for (size_t i = 0; i < pipeline->count; i++) {
		int64_t time = pipeline->lanes[i].starts_at;

		if (time != INSTANT_NONE &&
		    (start == INSTANT_NONE || time < start))
			start = time;
	}
	return start;
}

/* --- what the threads do --- */

static bool
may_scan(const struct lane *lane)
{
	return !lane->is_scanning && lane->read.count > 0 &&
	    lane->scanned.count < UNITS_WAITING;
}

static bool
may_read(const struct lane *lane, size_t limit)
{
	return !lane->is_reading && !lane->read_all && lane->read.count < limit;
}

static struct task
take_scan(struct lane *lane)
{
	lane->is_scanning = true;
	return (struct task){ TASK_SCAN, lane, unit_queue_pop(&lane->read) };
}

static struct task
take_read(struct lane *lane)
{
	lane->is_reading = true;
	return (struct task){ TASK_READ, lane, NULL };
}

/*
 * The next step that can be taken, with the lock held: for the first lanes in
 * the order of the merge, and scanning as soon as there is enough to scan.
 */
static struct task
find_task(struct pipeline *pipeline)
{
	size_t end = pipeline->begun + LANES_AHEAD;
	size_t enough =
	    pipeline->settings.jobs > 1 ? READ_BY_SEVERAL : READ_BY_ONE;

	for (size_t i = 0; i < pipeline->count && i < end; i++) {
		struct lane *lane = pipeline->ranked[i];

		if (lane->scanned_all || !lane->is_open)
			continue;
		if (may_read(lane, enough))
			return take_read(lane);
		if (may_scan(lane))
			return take_scan(lane);
		if (may_read(lane, UNITS_WAITING))
			return take_read(lane);
	}
	return (struct task){ TASK_NONE, NULL, NULL };
}

static void
end_if_done(struct lane *lane)
{
	if (lane->read_all && lane->read.count == 0 && !lane->is_scanning)
		lane->scanned_all = true;
}

/* Takes the step without the lock, and hands over the result with it. */
static void
do_task(struct pipeline *pipeline, struct classifier_worker *worker,
    const struct task *task)
{
	struct lane *lane = task->lane;
	struct unit *unit = task->unit;

	pthread_mutex_unlock(&pipeline->lock);
	if (task->kind == TASK_READ)
		unit = lane_read(lane);
	else
		lane_scan(lane, worker, unit);
	pthread_mutex_lock(&pipeline->lock);
	if (task->kind == TASK_READ) {
		lane->is_reading = false;
		if (unit != NULL)
			unit_queue_push(&lane->read, unit);
		else
			lane->read_all = true;
	} else {
		lane->is_scanning = false;
		unit_queue_push(&lane->scanned, unit);
	}
	end_if_done(lane);
	pthread_cond_broadcast(&pipeline->work);
	pthread_cond_signal(&pipeline->ready);
}

static void *
work(void *context)
{
	struct pipeline *pipeline = context;
	struct classifier_worker *worker =
	    classifier_worker_new(pipeline->settings.classifier);

	pthread_mutex_lock(&pipeline->lock);
	while (!pipeline->stop) {
		struct task task = find_task(pipeline);

		if (task.kind == TASK_NONE)
			pthread_cond_wait(&pipeline->work, &pipeline->lock);
		else
			do_task(pipeline, worker, &task);
	}
	pthread_mutex_unlock(&pipeline->lock);
	classifier_worker_free(worker);
	return NULL;
}

/* --- the merge --- */

static void
begin_lane(struct pipeline *pipeline)
{
	struct lane *lane = pipeline->ranked[pipeline->begun];
	bool is_open = lane->is_open;

	/* Nobody else looks at a file that is not open. */
	if (!lane->is_open && !lane->input.is_missing &&
	    !lane->input.is_repeated)
		is_open = lane_open(lane, pipeline->worker);
	pthread_mutex_lock(&pipeline->lock);
	lane->is_open = is_open;
	pipeline->begun++;
	pthread_cond_broadcast(&pipeline->work);
	pthread_mutex_unlock(&pipeline->lock);
}

/* The next scanned unit of a lane, made here if nobody else makes it. */
static struct unit *
next_unit(struct pipeline *pipeline, struct lane *lane)
{
	struct unit *unit;

	pthread_mutex_lock(&pipeline->lock);
	while ((unit = unit_queue_pop(&lane->scanned)) == NULL &&
	    !lane->scanned_all) {
		struct task task = find_task(pipeline);

		if (task.kind == TASK_NONE)
			pthread_cond_wait(&pipeline->ready, &pipeline->lock);
		else
			do_task(pipeline, pipeline->worker, &task);
	}
	pthread_cond_broadcast(&pipeline->work);
	pthread_mutex_unlock(&pipeline->lock);
	return unit;
}

static void
finish_lane(struct pipeline *pipeline, struct lane *lane)
{
	const struct byte_source_damage *damage;

	lane->is_finished = true;
	if (lane->source == NULL)
		return;
	scanner_remember(lane->scanner, &lane->input.resume.clock);
	lane->input.resume.is_replayed = scanner_depends(lane->scanner);
	/* With a memory they are to go on another night. */
	if (pipeline->settings.memory == NULL)
		scan_counts_spoil(
		    &lane->input.counts, scanner_unfinished(lane->scanner));
	damage = byte_source_damage(lane->source);
	block_reader_report(lane->reader, lane->path, &lane->diagnostics);
	if (damage->message != NULL) {
		lane->damage = memory_copy_string(
		    damage->message, strlen(damage->message));
		lane->input.damage = lane->damage;
	}
	if (lane->input.bytes == 0)
		lane->input.bytes = byte_source_consumed(lane->source);
	pthread_mutex_lock(&pipeline->lock);
	pipeline->bytes_done += byte_source_consumed(lane->source);
	lane_close(lane);
	lane->is_open = false;
	pthread_mutex_unlock(&pipeline->lock);
}

/*
 * Makes sure that the lane has an event to offer, or is finished.  Units
 * without events end here.
 */
static void
fill_lane(struct pipeline *pipeline, struct lane *lane)
{
	while (!lane->is_finished && lane->current == NULL) {
		struct unit *unit = next_unit(pipeline, lane);

		if (unit == NULL) {
			finish_lane(pipeline, lane);
			return;
		}
		lane_count(lane, unit);
		if (unit->batch.count == 0) {
			unit_free(unit);
			continue;
		}
		lane->current = unit;
		lane->position = 0;
	}
}

static int64_t
head_time(const struct lane *lane)
{
	int64_t time = lane->current->events[lane->position].record->time;

	return time > lane->clock ? time : lane->clock;
}

/* The begun lane with the earliest event; of several, the first in rank. */
static struct lane *
earliest_lane(struct pipeline *pipeline)
{
	struct lane *best = NULL;

	for (size_t i = 0; i < pipeline->begun; i++) {
		struct lane *lane = pipeline->ranked[i];

		if (lane->is_finished)
			continue;
		fill_lane(pipeline, lane);
		if (lane->is_finished)
			continue;
		if (best == NULL || head_time(lane) < head_time(best))
			best = lane;
	}
	return best;
}

/* When the lane that comes next in rank begins; INT64_MAX when none does. */
static int64_t
next_start(const struct pipeline *pipeline)
{
	if (pipeline->begun == pipeline->count)
		return INT64_MAX;
	return pipeline->ranked[pipeline->begun]->starts_at;
}

/* An event that says nothing (of no queue id), for the owner's sake. */
static void
sink_owner(
    struct unit *unit, size_t position, pipeline_sink *sink, void *context)
{
	struct record *record = &unit->batch.records[position];

	*record = (struct record){
		.kind = RECORD_REQUEUE, .time = record->time, .repeat = 1
	};
	sink(context, &unit->events[position], unit);
}

/* What a record makes with those of other lines; mostly one, or nothing. */
static void
sink_joined(struct pipeline *pipeline, struct lane *lane, struct unit *unit,
    size_t position, pipeline_sink *sink, void *context)
{
	const struct record *record = &unit->batch.records[position];
	const struct text reply = unit->batch.joins[record->join - 1].reply;
	const struct redactor *redactor = pipeline->settings.redactor;
	const struct joined_record *made;
	size_t count =
	    joins_take(pipeline->settings.joins, &unit->batch, record, &made);

	for (size_t i = 0; i < count; i++) {
		struct {
			struct event event;
			struct joined_record made;
		} *joined = arena_allocate(&unit->batch.arena, sizeof(*joined));

		joined->made = made[i];
		if (redactor != NULL)
			redactor_joined(
			    redactor, &joined->made, reply, &unit->batch.arena);
		joined->event = (struct event){ &joined->made.record,
			unit->events[position].verdict };
		instants_widen(&lane->input.first_event_at,
		    &lane->input.last_event_at, record->time, record->time);
		sink(context, &joined->event, NULL);
	}
}

/* All events of one lane up to the moment when another one may be earlier. */
static void
drain_lane(struct pipeline *pipeline, struct lane *lane, pipeline_sink *sink,
    void *context)
{
	int64_t limit = next_start(pipeline);

	for (size_t i = 0; i < pipeline->begun; i++) {
		const struct lane *other = pipeline->ranked[i];

		if (other != lane && !other->is_finished &&
		    head_time(other) < limit)
			limit = head_time(other);
	}
	do {
		struct unit *unit = lane->current;
		size_t position = lane->position++;
		const struct event *event = &unit->events[position];
		bool is_last = lane->position == unit->batch.count;

		if (event->record->time > lane->clock)
			lane->clock = event->record->time;
		if (is_last)
			lane->current = NULL;
		if (event->record->join == 0) {
			sink(context, event, is_last ? unit : NULL);
			continue;
		}
		sink_joined(pipeline, lane, unit, position, sink, context);
		if (is_last)
			sink_owner(unit, position, sink, context);
	} while (lane->current != NULL && head_time(lane) < limit);
}

static void
merge_lanes(struct pipeline *pipeline, pipeline_sink *sink,
    void (*tick)(void *context), void *context)
{
	for (;;) {
		struct lane *lane = earliest_lane(pipeline);

		if (pipeline->begun < pipeline->count &&
		    (lane == NULL || head_time(lane) >= next_start(pipeline))) {
			begin_lane(pipeline);
			continue;
		}
		if (lane == NULL)
			return;
		drain_lane(pipeline, lane, sink, context);
		if (tick != NULL)
			tick(context);
	}
}

void
pipeline_run(struct pipeline *pipeline, pipeline_sink *sink,
    void (*tick)(void *context), void *context, struct diagnostics *diagnostics)
{
	unsigned threads = 0;
	pthread_t *ids =
	    memory_allocate_array(pipeline->settings.jobs, sizeof(*ids));

	while (threads + 1 < pipeline->settings.jobs &&
	    pthread_create(&ids[threads], NULL, work, pipeline) == 0)
		threads++;
	merge_lanes(pipeline, sink, tick, context);
	pthread_mutex_lock(&pipeline->lock);
	pipeline->stop = true;
	pthread_cond_broadcast(&pipeline->work);
	pthread_mutex_unlock(&pipeline->lock);
	for (unsigned i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	free(ids);
	for (size_t i = 0; i < pipeline->count; i++)
		diagnostics_move(
		    diagnostics, &pipeline->ranked[i]->diagnostics);
}

void
pipeline_release(void *context, void *owner)
{
	(void)context;
	unit_free(owner);
}

static int
order_by_path(const void *a, const void *b)
{
	const struct pipeline_input *x = a;
	const struct pipeline_input *y = b;

	return strcmp(x->path, y->path);
}

const struct pipeline_input *
pipeline_inputs(struct pipeline *pipeline, size_t *count)
{
	for (size_t i = 0; i < pipeline->count; i++)
		pipeline->inputs[i] = pipeline->lanes[i].input;
	qsort(pipeline->inputs, pipeline->count, sizeof(struct pipeline_input),
	    order_by_path);
	*count = pipeline->count;
	return pipeline->inputs;
}

uint64_t
pipeline_bytes_read(const struct pipeline *pipeline)
{
	uint64_t bytes = pipeline->bytes_done;

	for (size_t i = 0; i < pipeline->count; i++)
		if (pipeline->lanes[i].source != NULL)
			bytes +=
			    byte_source_consumed(pipeline->lanes[i].source);
	return bytes;
}

uint64_t
pipeline_bytes_total(const struct pipeline *pipeline)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < pipeline->count; i++)
		bytes += pipeline->lanes[i].input.bytes;
	return bytes;
}
