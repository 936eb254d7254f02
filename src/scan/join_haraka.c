#include "base/calendar.h"
#include "scan/joins_private.h"

/* Failures of one connection try come within this time, in ms. */
#define TROUBLE_APART 2000

/* A level that nothing was seen of for so long, in ms, may have changed. */
#define DETAIL_LASTS (INT64_C(7) * SECONDS_PER_DAY * 1000)

/* Under this name a host is kept that has a queue file for each recipient. */
#define SPLIT_NAME "always_split"

enum group_by {
	BY_DOMAIN = 1,
	BY_PART = 2,
};

/* The recipients of the transaction that a line is about. */
struct group {
	unsigned by; /* enum group_by; one has to have all that are set */
	struct text domain; /* that the line names */
	uint64_t part; /* the number of its queue file, 0 = none */
};

static struct text
domain_of(struct text address)
{
	size_t at = text_find_last_byte(address, '@');

	return at == TEXT_NONE ? (struct text){ 0 }
			       : text_slice(address, at + 1, address.length);
}

static bool
is_in_group(const struct group *group, const struct join_entry *entry)
{
	if ((group->by & BY_PART) != 0 && group->part != entry->state.part)
		return false;
	return (group->by & BY_DOMAIN) == 0 ||
	    text_equal_nocase(group->domain, domain_of(entry->state.recipient));
}

static struct join_entry *
next_of_group(const struct group *group, struct join_entry *entry)
{
	while (entry != NULL && !is_in_group(group, entry))
		entry = join_next(entry);
	return entry;
}

static struct join_entry *
first_of_group(const struct join_view *view, const struct group *group)
{
	return next_of_group(group, join_first(view->joins, view->key));
}

static bool
is_list_full(const struct join_view *view)
{
	const struct join_entry *entry = join_first(view->joins, view->key);
	unsigned length = 0;

	for (; entry != NULL && length < JOIN_LONGEST_LIST; length++)
		entry = join_next(entry);
	return length == JOIN_LONGEST_LIST;
}

/* --- always_split: a queue file for each recipient --- */

static struct join_entry *
find_split(const struct join_view *view)
{
	return join_first(view->joins,
	    join_key(
		view->record.host, view->record.instance, text_of(SPLIT_NAME)));
}

/*
 * Learns how the host numbers its queue files from a line that names both, the
 * number and the recipient or the domain.  `entry` is the first that it may be
 * about.  A recipient's own number is never below that of the domain.
 */
static void
note_numbering(const struct join_view *view, const struct group *group,
    const struct join_entry *entry, uint64_t count)
{
	struct join_entry *split = find_split(view);
	const struct group domain = {
		.by = BY_DOMAIN,
		.domain = domain_of(entry->state.recipient),
	};
	const struct join_entry *first = first_of_group(view, &domain);

	/* Where there is no room, to keep it would forget the entry. */
	if (split == NULL && view->joins->count < JOIN_ENTRIES && count <= 1 &&
	    group->part > entry->state.part && first != NULL &&
	    next_of_group(&domain, join_next(first)) != NULL)
		split = join_add(view, text_of(SPLIT_NAME));
	if (split == NULL)
		return;
	if (count > 1 || group->part < entry->state.part)
		join_remove(view->joins, split);
	else
		split->state.time = view->record.time;
}

/* Keeps the recipient, and numbers its domain if it is the first one of it. */
static void
keep_recipient(const struct join_view *view)
{
	const struct group group = {
		.by = BY_DOMAIN,
		.domain = domain_of(view->record.recipient),
	};
	unsigned highest = 0;
	unsigned part = 0;
	struct join_entry *entry = join_first(view->joins, view->key);

	if (is_list_full(view))
		return;
	for (; entry != NULL; entry = join_next(entry)) {
		if (entry->state.part > highest)
			highest = entry->state.part;
		if (is_in_group(&group, entry))
			part = entry->state.part;
	}
	if (part == 0 || find_split(view) != NULL)
		part = highest + 1;
	entry = join_add(view, view->record.queue_id);
	entry->state.part = part;
}

static bool
is_final(const struct join_view *view)
{
	return view->record.status != RECORD_DEFERRED;
}

/* By number too if it is twice in the transaction. */
static struct join_entry *
find_recipient(const struct join_view *view, const struct group *group)
{
	struct join_entry *entry = join_first(view->joins, view->key);
	struct join_entry *found = NULL;

	for (; entry != NULL; entry = join_next(entry)) {
		if (!text_equal(entry->state.recipient, view->record.recipient))
			continue;
		if (is_in_group(group, entry))
			return entry;
		if (found == NULL)
			found = entry;
	}
	return found;
}

static void
refuse_recipient(const struct join_view *view, const struct group *group)
{
	struct join_entry *entry = find_recipient(view, group);

	join_pass(view);
	if (entry != NULL)
		note_numbering(view, group, entry, 1);
	if (is_final(view)) {
		if (entry != NULL)
			join_remove(view->joins, entry);
		return;
	}
	/* NULL: accepted before the logs begin, or never (a notification). */
	if (entry == NULL) {
		if (is_list_full(view))
			return;
		entry = join_add(view, view->record.queue_id);
		entry->state.part = (uint32_t)group->part;
	}
	entry->state.is_refused = true;
}

static void
end_round(const struct join_view *view, const struct group *group)
{
	struct join_entry *entry = first_of_group(view, group);

	while (entry != NULL) {
		entry->state.is_refused = false;
		entry = next_of_group(group, join_next(entry));
	}
}

/* Makes up to `limit` records for recipients that were, or were not, refused.
 */
static uint64_t
make_some(const struct join_view *view, const struct group *group,
    uint64_t limit, bool refused)
{
	struct join_entry *entry = first_of_group(view, group);
	uint64_t count = 0;

	while (entry != NULL && count < limit) {
		struct join_entry *next =
		    next_of_group(group, join_next(entry));

		if (entry->state.is_refused == refused) {
			join_make(view, entry);
			count++;
			if (is_final(view))
				join_remove(view->joins, entry);
		}
		entry = next;
	}
	return count;
}

/*
 * By domain and number; by domain alone where the number is not what it was
 * taken for; by number where the domain was logged with U-labels.  Several
 * recipients have no numbers of their own.
 */
static struct join_entry *
find_delivered(
    const struct join_view *view, struct group *group, uint64_t count)
{
	static const unsigned ways[] = { BY_DOMAIN | BY_PART, BY_DOMAIN,
		BY_PART };
	struct join_entry *entry = NULL;

	for (size_t i = count > 1; i < sizeof(ways) / sizeof(ways[0]); i++) {
		group->by = ways[i];
		entry = first_of_group(view, group);
		if (entry != NULL)
			break;
	}
	return entry;
}

static void
make_delivered(const struct join_view *view, struct group *group)
{
	const struct join_entry *entry;
	uint64_t count = UINT64_MAX;

	text_parse_number(view->join->count, JOIN_LONGEST_LIST, &count);
	entry = find_delivered(view, group, count);
	if (entry == NULL)
		return;
	note_numbering(view, group, entry, count);
	count -= make_some(view, group, count, false);
	/* Refused in an earlier round whose end was not logged. */
	make_some(view, group, count, true);
	end_round(view, group);
}

/* --- how much the host logs --- */

/* Kept as if it were a transaction without a name. */
static uint64_t
detail_key(const struct join_view *view)
{
	return join_key(
	    view->record.host, view->record.instance, (struct text){ 0 });
}

static bool
is_detailed(const struct join_view *view)
{
	const struct join_entry *entry =
	    join_first(view->joins, detail_key(view));

	return entry != NULL &&
	    view->record.time - entry->state.time < DETAIL_LASTS;
}

/* The level is info, or more. */
static void
note_detail(const struct join_view *view)
{
	struct join_entry *entry = join_first(view->joins, detail_key(view));

	if (entry == NULL)
		entry = join_add(view, (struct text){ 0 });
	entry->state.time = view->record.time;
}

static void
make_trouble(const struct join_view *view, const struct group *group)
{
	struct join_entry *entry;

	if (is_detailed(view))
		return;
	for (entry = first_of_group(view, group); entry != NULL;
	     entry = next_of_group(group, join_next(entry))) {
		int64_t before = entry->state.trouble;

		if (before != INSTANT_NONE &&
		    view->record.time < before + TROUBLE_APART)
			continue;
		entry->state.trouble = view->record.time;
		join_make(view, entry);
	}
}

static void
make_rest(const struct join_view *view, const struct group *group)
{
	/* At level notice a refused message has a line, too. */
	if (view->record.status != RECORD_BOUNCED)
		note_detail(view);
	/*
	 * Refused ones are left out if it is about others; when the message is
	 * given up it is about them as well.
	 */
	if (make_some(view, group, UINT64_MAX, false) == 0 ||
	    view->record.status == RECORD_EXPIRED ||
	    view->record.status == RECORD_BOUNCED)
		make_some(view, group, UINT64_MAX, true);
	end_round(view, group);
}

void
join_haraka(struct join_view *view)
{
	struct group group = { .by = BY_PART, .domain = view->join->domain };

	text_parse_number(view->join->part, JOIN_LONGEST_LIST, &group.part);
	switch (view->join->kind) {
	case JOIN_HARAKA_RECIPIENT:
		keep_recipient(view);
		return;
	case JOIN_HARAKA_REFUSED:
		refuse_recipient(view, &group);
		return;
	case JOIN_HARAKA_DELIVERED:
		make_delivered(view, &group);
		return;
	case JOIN_HARAKA_REST:
		make_rest(view, &group);
		return;
	case JOIN_HARAKA_ROUND:
		note_detail(view);
		end_round(view, &group);
		return;
	case JOIN_HARAKA_TROUBLE:
		make_trouble(view, &group);
		return;
	case JOIN_NONE:
	case JOIN_QMAIL_START:
	case JOIN_QMAIL_END:
		return;
	}
}
