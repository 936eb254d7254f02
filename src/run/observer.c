#include "run/run_private.h"

static void
count_record(struct tally_totals *totals, const struct record *record,
    const struct observation *observation)
{
	totals->records++;
	totals->internal_hops += observation->is_internal;
	totals->discarded += record->status == RECORD_DISCARDED;
	if (totals->first_event == 0 || record->time < totals->first_event)
		totals->first_event = record->time;
	if (record->time > totals->last_event)
		totals->last_event = record->time;
}

/* The counts that what happened at `time` belongs to. */
static struct tally *
tally_at(struct run *run, int64_t time)
{
	return run->memory != NULL ? memory_tally(run->memory, time)
				   : &run->tally;
}

/*
 * Filters choose which records are counted, not what is so: mail that went
 * through by another relay, from another sender, or just without the code that
 * is asked for ends an outage and takes an address off the list all the same,
 * and an address that is dead for one sender is so for all.
 */
static void
note_left_out(struct run *run, const struct observation *observation,
    struct delivery *delivery)
{
	const struct event *event = observation->event;

	if (observation->attempt == 0 || observation->matches ||
	    observation->is_notification ||
	    !filter_takes_scope(run->filter, observation->scope))
		return;
	if (event->record->status == RECORD_DELIVERED) {
		addresses_record(run->addresses, observation);
		incidents_record(run->incidents, observation, delivery);
	} else if (event->record->status == RECORD_BOUNCED &&
	    event->verdict.action == ACTION_REMOVE) {
		addresses_note_death(run->addresses, observation);
	}
}

/* How the recipient's address and domain are; true for a wasted try. */
static bool
note_condition(struct run *run, const struct observation *observation,
    struct delivery *delivery)
{
	bool wasted;

	if (!observation->counted) {
		note_left_out(run, observation, delivery);
		return false;
	}
	wasted = addresses_record(run->addresses, observation);
	incidents_record(run->incidents, observation, delivery);
	return wasted;
}

static void
on_record(
    void *context, struct observation *observation, struct delivery *delivery)
{
	struct run *run = context;
	const struct record *record = observation->event->record;
	struct tally *tally = tally_at(run, record->time);

	if (delivery == NULL) {
		if (record->kind == RECORD_REJECT)
			tally->totals.rejected += record->repeat;
		else
			tally->totals.probes += record->repeat;
		return;
	}
	count_record(&tally->totals, record, observation);
	observation->after_hard_bounce =
	    note_condition(run, observation, delivery);
	if (observation->counted)
		tally_batch_record(
		    &run->batch, tally, observation, run->names, run->zone);
	if (run->hooks->record != NULL)
		run->hooks->record(run->hooks->context, observation);
}

/* Outages and dead addresses that the period began with. */
static void
on_earlier(void *context, const struct observation *observation,
    struct delivery *delivery)
{
	note_condition(context, observation, delivery);
}

static void
on_notification(void *context, int64_t time)
{
	struct run *run = context;

	tally_at(run, time)->totals.notifications++;
}

static void
on_outcome(void *context, const struct delivery *delivery,
    const struct message *message, bool is_first_counted)
{
	struct run *run = context;
	struct tally *tally = tally_at(run, delivery->last_record_at);

	tally->totals.local_deliveries +=
	    delivery->is_local && delivery->attempts + delivery->suspended > 0;
	if (!delivery->selected)
		return;
	tally->totals.messages += is_first_counted;
	incidents_outcome(run->incidents, delivery);
	tally_batch_outcome(&run->batch, tally, delivery, message);
	if (run->hooks->outcome != NULL)
		run->hooks->outcome(run->hooks->context, delivery, message);
}

/* The same for who writes rows and counts nothing. */

static void
pass_record(
    void *context, struct observation *observation, struct delivery *delivery)
{
	const struct run_hooks *hooks = ((struct run *)context)->hooks;

	if (delivery != NULL && hooks->record != NULL)
		hooks->record(hooks->context, observation);
}

static void
pass_notification(void *context, int64_t time)
{
	(void)context;
	(void)time;
}

static void
pass_outcome(void *context, const struct delivery *delivery,
    const struct message *message, bool is_first_counted)
{
	const struct run_hooks *hooks = ((struct run *)context)->hooks;

	(void)is_first_counted;
	if (delivery->selected && hooks->outcome != NULL)
		hooks->outcome(hooks->context, delivery, message);
}

struct ledger_observer
run_observer(struct run *run)
{
	if (run->hooks->is_all)
		return (struct ledger_observer){ .context = run,
			.notification = pass_notification,
			.record = pass_record,
			.outcome = pass_outcome };
	return (struct ledger_observer){ .context = run,
		.notification = on_notification,
		.record = on_record,
		.earlier = on_earlier,
		.outcome = on_outcome };
}
