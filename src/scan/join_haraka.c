#include "scan/joins.h"

/* Failures of one connection try come within this time, in ms. */
#define TROUBLE_APART 2000

/* One line's view of the recipients that its transaction still has. */
struct view {
	struct joins *joins;
	struct scan_batch *batch;
	struct record record; /* as the line gave it */
	uint64_t key;
	struct text domain; /* of the line; or */
	uint64_t part; /* its number, 0 = none */
};

static struct text
domain_of(struct text address)
{
	size_t at = text_find_last_byte(address, '@');

	return at == TEXT_NONE ? (struct text){ 0 }
			       : text_slice(address, at + 1, address.length);
}

static bool
is_of_domain(const struct view *view, const struct join_entry *entry)
{
	if (view->domain.length > 0)
		return text_equal_nocase(
		    view->domain, domain_of(entry->recipient));
	return view->part == entry->part;
}

static struct join_entry *
next_of_domain(const struct view *view, struct join_entry *entry)
{
	while (entry != NULL && !is_of_domain(view, entry))
		entry = join_next(entry);
	return entry;
}

static struct join_entry *
first_of_domain(const struct view *view)
{
	return next_of_domain(view, join_first(view->joins, view->key));
}

/* Keeps the recipient, and numbers its domain if it is the first one of it. */
static void
keep_recipient(struct view *view)
{
	unsigned length = 0;
	unsigned highest = 0;
	unsigned part = 0;
	struct join_entry *entry = join_first(view->joins, view->key);

	view->domain = domain_of(view->record.recipient);
	for (; entry != NULL; entry = join_next(entry), length++) {
		if (entry->part > highest)
			highest = entry->part;
		if (is_of_domain(view, entry))
			part = entry->part;
	}
	if (length == JOIN_LONGEST_LIST)
		return;
	entry = join_add(view->joins, view->key, &view->record);
	entry->part = part != 0 ? part : highest + 1;
}

static void
emit(struct view *view, const struct join_entry *entry)
{
	struct record *record = scan_batch_add(view->batch);

	*record = view->record;
	record->recipient = arena_copy(&view->batch->arena, entry->recipient);
}

static bool
is_final(const struct view *view)
{
	return view->record.status != RECORD_DEFERRED;
}

static void
refuse_recipient(struct view *view)
{
	struct join_entry *entry = join_first(view->joins, view->key);

	*scan_batch_add(view->batch) = view->record;
	while (entry != NULL &&
	    !text_equal(entry->recipient, view->record.recipient))
		entry = join_next(entry);
	if (entry == NULL)
		return;
	entry->is_refused = true;
	if (is_final(view))
		join_remove(view->joins, entry);
}

static void
end_round(struct view *view)
{
	struct join_entry *entry = first_of_domain(view);

	while (entry != NULL) {
		entry->is_refused = false;
		entry = next_of_domain(view, join_next(entry));
	}
}

/* Emits up to `limit` records for recipients that were, or were not, refused.
 */
static uint64_t
emit_some(struct view *view, uint64_t limit, bool refused)
{
	struct join_entry *entry = first_of_domain(view);
	uint64_t count = 0;

	while (entry != NULL && count < limit) {
		struct join_entry *next =
		    next_of_domain(view, join_next(entry));

		if (entry->is_refused == refused) {
			emit(view, entry);
			count++;
			if (is_final(view))
				join_remove(view->joins, entry);
		}
		entry = next;
	}
	return count;
}

static void
emit_delivered(struct view *view, uint64_t count)
{
	uint64_t done = emit_some(view, count, false);

	/* Refused in an earlier round whose end was not logged. */
	emit_some(view, count - done, true);
	end_round(view);
}

static void
emit_trouble(struct view *view)
{
	struct join_entry *entry = first_of_domain(view);

	if (view->joins->is_detailed)
		return;
	for (; entry != NULL; entry = next_of_domain(view, join_next(entry))) {
		if (entry->trouble != INT64_MIN &&
		    view->record.time < entry->trouble + TROUBLE_APART)
			continue;
		entry->trouble = view->record.time;
		emit(view, entry);
	}
}

void
join_haraka(struct joins *joins, enum join_kind kind,
    const struct pattern_extras *extras, struct scan_batch *batch)
{
	struct view view = {
		.joins = joins,
		.batch = batch,
		.record = batch->records[batch->count - 1],
		.domain = extras->domain,
	};
	uint64_t count = UINT64_MAX;

	batch->count--;
	view.key = join_key(&view.record, view.record.queue_id);
	text_parse_number(extras->part, JOIN_LONGEST_LIST, &view.part);
	text_parse_number(extras->count, JOIN_LONGEST_LIST, &count);
	switch (kind) {
	case JOIN_HARAKA_RECIPIENT:
		keep_recipient(&view);
		return;
	case JOIN_HARAKA_REFUSED:
		refuse_recipient(&view);
		return;
	case JOIN_HARAKA_DELIVERED:
		emit_delivered(&view, count);
		return;
	case JOIN_HARAKA_REST:
		/* At level notice a refused message has a line, too. */
		if (view.record.status != RECORD_BOUNCED)
			joins->is_detailed = true;
		/*
		 * Refused ones are left out if it is about others; when the
		 * message is given up it is about them as well.
		 */
		if (emit_some(&view, UINT64_MAX, false) == 0 ||
		    view.record.status == RECORD_EXPIRED)
			emit_some(&view, UINT64_MAX, true);
		end_round(&view);
		return;
	case JOIN_HARAKA_ROUND:
		joins->is_detailed = true;
		end_round(&view);
		return;
	case JOIN_HARAKA_TROUBLE:
		emit_trouble(&view);
		return;
	case JOIN_NONE:
	case JOIN_QMAIL_START:
	case JOIN_QMAIL_END:
		return;
	}
}
