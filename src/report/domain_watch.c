#include "report/domain_watch.h"

#include <string.h>

enum { ASKED_YES = 1, ASKED_NO };

void
domain_watch_init(struct domain_watch *watch, struct text name,
    const struct pool *names, bool with_subdomains)
{
	*watch = (struct domain_watch){ 0 };
	watch->name = name;
	watch->names = names;
	watch->with_subdomains = with_subdomains;
	arena_init(&watch->arena);
	keymap_init(&watch->domains, sizeof(uint8_t));
	keymap_init(&watch->relays, sizeof(struct watched_relay));
	keymap_init(&watch->replies, sizeof(struct watched_reply));
	keymap_init(&watch->addresses, sizeof(uint8_t));
}

void
domain_watch_release(struct domain_watch *watch)
{
	arena_release(&watch->arena);
	keymap_release(&watch->domains);
	keymap_release(&watch->relays);
	keymap_release(&watch->replies);
	keymap_release(&watch->addresses);
}

static bool
is_named(const struct domain_watch *watch, struct text domain)
{
	size_t start = domain.length - watch->name.length;

	if (text_equal(domain, watch->name))
		return true;
	return watch->with_subdomains && watch->name.length > 0 &&
	    domain.length > watch->name.length &&
	    text_ends_with(domain, watch->name) &&
	    domain.data[start - 1] == '.';
}

static const struct record *
record_of(const struct observation *observation)
{
	return observation->event->record;
}

/* Asked for each record of the logs, worked out once for each domain. */
static bool
is_watched(struct domain_watch *watch, uint32_t domain)
{
	uint8_t *asked = keymap_get(&watch->domains, KEY(domain, 0, 0, 0));

	if (*asked == 0)
		*asked = is_named(watch, pool_text(watch->names, domain))
		    ? ASKED_YES
		    : ASKED_NO;
	return *asked == ASKED_YES;
}

static void
mark_address(struct domain_watch *watch, uint64_t hash, uint8_t bits)
{
	struct key key = KEY(hash, hash >> 32, 0, 0);
	uint8_t *address = keymap_find(&watch->addresses, key);

	if (address == NULL) {
		if (watch->addresses.count >= WATCH_ADDRESSES) {
			watch->has_more_addresses = true;
			return;
		}
		address = keymap_get(&watch->addresses, key);
	}
	*address |= bits;
}

static void
count_relay(struct domain_watch *watch, const struct record *record,
    const struct delivery *delivery)
{
	struct watched_relay *relay = keymap_get(&watch->relays,
	    KEY(delivery->relay_host, delivery->relay_ip, 0, 0));

	relay->delivered += record->status == RECORD_DELIVERED;
	relay->deferred += record->status == RECORD_DEFERRED;
	relay->bounced += record->status == RECORD_BOUNCED;
	if (record->status != RECORD_DELIVERED &&
	    record->time > relay->last_failed_at)
		relay->last_failed_at = record->time;
}

static void
note_delivery(struct domain_watch *watch, const struct record *record)
{
	if (record->status == RECORD_DELIVERED &&
	    record->time > watch->last_delivered_at)
		watch->last_delivered_at = record->time;
}

/* That of a real try, rather than of one that was suspended. */
static void
keep_reply(struct domain_watch *watch, const struct observation *observation)
{
	const struct verdict *verdict = &observation->event->verdict;
	struct code_key code =
	    code_key_of(verdict->enhanced_code, verdict->reply_code);
	struct key key = KEY(code.enhanced, code.reply, 0, 0);
	struct text reply = record_of(observation)->reply;
	bool was_tried = observation->attempt > 0;
	struct watched_reply *kept = keymap_find(&watch->replies, key);

	if (reply.length == 0)
		return;
	if (kept == NULL) {
		if (watch->replies.count >= WATCH_REPLIES)
			return;
		kept = keymap_get(&watch->replies, key);
		kept->bytes = arena_allocate(&watch->arena, WATCH_REPLY);
	} else if (!was_tried && kept->was_tried) {
		return;
	}
	kept->was_tried = was_tried;
	kept->length = reply.length < WATCH_REPLY ? reply.length : WATCH_REPLY;
	memcpy(kept->bytes, reply.data, kept->length);
}

void
domain_watch_record(
    struct domain_watch *watch, const struct observation *observation)
{
	const struct delivery *delivery = observation->delivery;

	if (delivery == NULL || !observation->counted ||
	    !is_watched(watch, delivery->domain))
		return;
	if (observation->attempt > 0) {
		note_delivery(watch, record_of(observation));
		count_relay(watch, record_of(observation), delivery);
		mark_address(watch, delivery->recipient_hash,
		    observation->cause != 0 ? WATCHED_FAILED
					    : WATCHED_DELIVERED);
	}
	if (observation->cause != 0)
		keep_reply(watch, observation);
}

/* Latest first; of the same time the one that came first. */
void
domain_watch_outcome(
    struct domain_watch *watch, const struct delivery *delivery)
{
	size_t place = watch->last_count;
	struct text recipient = delivery_recipient(delivery);
	size_t length = recipient.length;

	if (!is_watched(watch, delivery->domain))
		return;
	while (place > 0 &&
	    watch->last[place - 1].last_record_at < delivery->last_record_at)
		place--;
	if (place == WATCH_DELIVERIES)
		return;
	if (watch->last_count < WATCH_DELIVERIES)
		watch->last_count++;
	memmove(&watch->last[place + 1], &watch->last[place],
	    (watch->last_count - place - 1) * sizeof(watch->last[0]));
	if (length > WATCH_RECIPIENT)
		length = WATCH_RECIPIENT;
	watch->last[place] = (struct watched_delivery){
		.recipient_length = length,
		.last_record_at = delivery->last_record_at,
		.outcome = delivery->outcome,
		.attempts = delivery->attempts,
		.enhanced_code = delivery->last_verdict.enhanced_code,
		.reply_code = delivery->last_verdict.reply_code,
		.relay = delivery_relay(delivery),
	};
	if (length > 0)
		memcpy(watch->last[place].recipient, recipient.data, length);
}

uint64_t
domain_watch_count(const struct domain_watch *watch, unsigned bits)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < watch->addresses.count; i++) {
		const uint8_t *address = keymap_value(&watch->addresses, i);

		count += (*address & bits) == bits;
	}
	return count;
}

struct text
domain_watch_reply(const struct domain_watch *watch, struct code_key code)
{
	const struct watched_reply *kept =
	    keymap_find(&watch->replies, KEY(code.enhanced, code.reply, 0, 0));

	if (kept == NULL)
		return (struct text){ 0 };
	return (struct text){ kept->bytes, kept->length };
}
