#include "track/ledger_private.h"
#include "track/ledger_state.h"

uint32_t
ledger_cause_number(struct ledger *ledger, const struct verdict *verdict)
{
	const struct cause cause = { verdict->enhanced_code,
		verdict->reply_code, verdict->category, verdict->class,
		verdict->action };

	return ledger_add_cause(ledger, &cause);
}

void
ledger_note_cause(struct ledger *ledger, struct delivery *delivery,
    struct observation *observation)
{
	const struct cause *cause = &ledger->causes[observation->cause];
	struct code_key key =
	    code_key_of(cause->enhanced_code, cause->reply_code);

	observation->is_new_cause = true;
	observation->is_new_code = true;
	observation->is_new_category = true;
	for (uint32_t i = 0; i < delivery->causes_count; i++) {
		const struct cause *seen = &ledger->causes[delivery->causes[i]];
		struct code_key other =
		    code_key_of(seen->enhanced_code, seen->reply_code);

		if (delivery->causes[i] == observation->cause)
			observation->is_new_cause = false;
		if (other.enhanced == key.enhanced && other.reply == key.reply)
			observation->is_new_code = false;
		if (seen->category == cause->category)
			observation->is_new_category = false;
	}
	if (observation->is_new_cause)
		delivery_note_number(&delivery->causes, &delivery->causes_count,
		    observation->cause);
}

/*
 * A try was skipped, and the record does not repeat the reason as those of
 * Postfix do: all of Exim's, and Sendmail's "Deferred" and no more, which it
 * logs when a host had answered before.
 */
static bool
is_silent_skip(const struct record *record)
{
	return record->status == RECORD_SUSPENDED &&
	    (record->mta == MTA_EXIM ||
		(record->mta == MTA_SENDMAIL && record->reply.length == 0));
}

/* The record names no reason of its own: it goes on for an older one. */
static bool
has_older_reason(const struct event *event)
{
	/* Exim and OpenSMTPD say of each recipient that its time is over. */
	if (event->record->status == RECORD_EXPIRED)
		return event->verdict.category == CATEGORY_EXPIRED;
	/* Exim: "retry time not reached for any host". */
	return is_silent_skip(event->record) &&
	    (event->record->mta != MTA_EXIM ||
		event->verdict.category == CATEGORY_CONNECTION_FAILED);
}

struct event
ledger_with_cause(const struct event *event, const struct delivery *delivery)
{
	struct event told = *event;

	if (delivery->last_verdict.category == CATEGORY_NONE ||
	    !has_older_reason(event))
		return told;
	told.verdict = delivery->last_verdict;
	if (event->record->mta == MTA_SENDMAIL) {
		told.verdict.enhanced_code = event->verdict.enhanced_code;
		told.verdict.reply_code = event->verdict.reply_code;
	}
	return told;
}

bool
ledger_tells_reason(
    const struct record *record, const struct delivery *delivery)
{
	return delivery->last_verdict.category == CATEGORY_NONE ||
	    !is_silent_skip(record);
}
