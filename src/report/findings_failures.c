#include "report/command_line.h"
#include "report/findings_build.h"
#include "report/terminal.h"

/* Categories that say by themselves what has to be done. */
static const struct advice {
	enum verdict_category category;
	bool by_sender; /* it is about our own domains: name them */
	const char *what;
	const char *action;
} advices[] = {
	{ CATEGORY_IP_BLOCKED, false,
	    "Our sending address is on a block list or has a bad reputation",
	    "Find out at the list that the reply names why, stop the cause, "
	    "then ask to be taken off it." },
	{ CATEGORY_DOMAIN_BLOCKED, true,
	    "Our domain, or a link in the mail, is on a block list",
	    "Find out at the list that the reply names which domain it is and "
	    "why, and stop the cause before asking to be taken off." },
	{ CATEGORY_AUTH_FAILURE, true, "SPF, DKIM or DMARC fails",
	    "Check SPF, DKIM signature and DMARC alignment of these sender "
	    "domains; nothing gets through until it is mended." },
	{ CATEGORY_SENDER_DNS, true,
	    "Our PTR, HELO name or sender domain does not resolve",
	    "Give the sending host a PTR that resolves back, and a HELO name "
	    "and sender domain that exist." },
	{ CATEGORY_RATE_LIMITED, false, "We send faster than they take it",
	    "Lower concurrency and rate towards these receivers." },
	{ CATEGORY_SPAM_CONTENT, true, "Judged to be spam",
	    "Look at the content, links and lists of this mail before sending "
	    "it again." },
	{ CATEGORY_VIRUS_ATTACHMENT, true,
	    "Refused for a virus or a forbidden attachment",
	    "Look for a compromised account, and at what is attached." },
	{ CATEGORY_CONTENT_INVALID, true, "The message is not well-formed",
	    "Have the program that makes these messages corrected." },
	{ CATEGORY_MESSAGE_TOO_LARGE, false,
	    "Messages are larger than the receiver takes",
	    "Send a link instead of the attachment, or lower our own size "
	    "limit." },
	{ CATEGORY_RELAY_DENIED, false, "Relaying is denied",
	    "Look at our routing and the credentials for this host; it does "
	    "not take mail for these domains from us." },
	{ CATEGORY_TLS_FAILURE, false, "Encryption could not be agreed",
	    "Look at our TLS policy and the receiver's certificate, MTA-STS "
	    "and DANE records." },
	{ CATEGORY_POLICY_REJECTED, false, "Refused by policy, no cause given",
	    "Read the replies; ask the receiver when they do not say more." },
	{ CATEGORY_SENDER_REFUSED, true,
	    "These recipients do not accept this sender",
	    "Take them off the list of this sender, or have them allow it." },
	{ CATEGORY_LOCAL_POLICY, false, "Our own configuration refuses it",
	    "Look at our transport, access and policy maps." },
	{ CATEGORY_PROTOCOL_ERROR, false,
	    "Client and server do not understand each other",
	    "Look at the session (proxy, firewall, old software) with this "
	    "receiver." },
	{ CATEGORY_MAILBOX_FULL, false, "Mailboxes are full",
	    "Let the queue retry; pause an address that is full for 3 days." },
};

static struct text
reply_of_category(
    const struct findings *findings, enum verdict_category category)
{
	for (size_t i = 0; i < findings->view->category_count; i++)
		if (findings->view->categories[i].category == category)
			return findings->view->categories[i].example;
	return (struct text){ 0 };
}

static uint64_t
deliveries_of_category(
    const struct findings *findings, enum verdict_category category)
{
	for (size_t i = 0; i < findings->view->category_count; i++)
		if (findings->view->categories[i].category == category)
			return findings->view->categories[i].deliveries;
	return 0;
}

static void
append_counts(struct buffer *out, uint64_t deliveries, uint64_t attempts)
{
	buffer_append_count(out, deliveries, "delivery", "deliveries");
	if (attempts != deliveries) {
		buffer_append_string(out, ", ");
		buffer_append_count(
		    out, attempts, "failed try", "failed tries");
	}
}

/* The sender domains that a category hits most. */
static void
append_senders(const struct findings *findings, struct buffer *out,
    enum verdict_category category)
{
	const struct report_view *view = findings->view;
	unsigned shown = 0;

	for (size_t i = 0; i < view->sender_count; i++) {
		struct view_causes causes = view_causes_of(
		    view, TALLY_SENDER, view->senders[i].number, 0);
		uint64_t attempts = 0;

		for (uint32_t j = 0; j < causes.count; j++) {
			struct view_cause row = view_cause_at(view, causes, j);

			if (view->source->causes[row.cause].category ==
			    category)
				attempts +=
				    row.counts->deferred + row.counts->bounced;
		}
		if (attempts == 0 || view->senders[i].name.length == 0)
			continue;
		if (shown == FINDINGS_NAMES) {
			buffer_append_string(out, ", ...");
			break;
		}
		buffer_append_string(out, shown == 0 ? "; sender " : ", ");
		finding_append_name(out, findings, view->senders[i].name);
		shown++;
	}
}

static void
add_category(struct findings *findings, const struct advice *advice)
{
	struct selection selection = { .categories =
					   CATEGORY_BIT(advice->category) };
	uint64_t deliveries =
	    deliveries_of_category(findings, advice->category);
	struct finding_draft draft;
	struct places places;

	places_init(&places, findings->view, &selection);
	if (places.attempts > 0) {
		finding_begin(&draft);
		buffer_append_string(&draft.what, advice->what);
		finding_append_codes(&draft.what, &places);
		buffer_append_string(&draft.what, ": ");
		append_counts(&draft.what, deliveries, places.attempts);
		buffer_append_string(&draft.what, " at ");
		finding_append_places(
		    &draft.what, findings, places.items, places.count);
		if (advice->by_sender)
			append_senders(findings, &draft.what, advice->category);
		buffer_append_string(&draft.what, "; ");
		finding_append_period(
		    &draft.what, places.first_event, places.last_event);
		draft.reply = reply_of_category(findings, advice->category);
		buffer_append_string(&draft.action, advice->action);
		buffer_append_events_command(&draft.command,
		    findings->view->source->settings, "--category",
		    text_of(verdict_category_name(advice->category)));
		finding_end(findings, &draft, deliveries);
	}
	places_release(&places);
}

static void
append_suppression(struct findings *findings, struct finding_draft *draft)
{
	const struct report_source *source = findings->view->source;
	uint64_t remove = 0;

	for (size_t i = 0; i < source->address_count; i++)
		remove += source->addresses[i].action == ACTION_REMOVE;
	buffer_append_string(
	    &draft->action, "Take these addresses off the lists for good");
	if (source->settings->suppression_path != NULL) {
		buffer_append_format(&draft->action,
		    ": %llu to remove and %llu to suppress are in ",
		    (unsigned long long)remove,
		    (unsigned long long)(source->address_count - remove));
		buffer_append_printable(&draft->action,
		    text_of(source->settings->suppression_path), 0,
		    findings->utf8);
	}
	buffer_append_byte(&draft->action, '.');
	buffer_append_suppression_command(&draft->command, source->settings);
}

/*
 * Addresses that will never work again.  Only bounces count: what was
 * deferred so may be delivered yet (450 while an address is verified).
 */
static void
add_dead_addresses(struct findings *findings)
{
	struct selection selection = {
		.categories = CATEGORY_BIT(CATEGORY_USER_UNKNOWN) |
		    CATEGORY_BIT(CATEGORY_MAILBOX_INACTIVE) |
		    CATEGORY_BIT(CATEGORY_DOMAIN_INVALID),
		.bounced = true,
	};
	struct finding_draft draft;
	struct places places;

	places_init(&places, findings->view, &selection);
	if (places.attempts > 0) {
		finding_begin(&draft);
		buffer_append_string(&draft.what, "Dead addresses");
		finding_append_codes(&draft.what, &places);
		buffer_append_string(&draft.what, ": ");
		buffer_append_count(&draft.what, places.attempts,
		    "delivery bounced", "deliveries bounced");
		buffer_append_string(&draft.what,
		    " from mailboxes or domains that are no more, at ");
		finding_append_places(
		    &draft.what, findings, places.items, places.count);
		buffer_append_string(&draft.what, "; ");
		finding_append_period(
		    &draft.what, places.first_event, places.last_event);
		append_suppression(findings, &draft);
		finding_end(findings, &draft, places.attempts);
	}
	places_release(&places);
}

/* --- what only the domains know --- */

static uint64_t
expired_of(const struct tally_stats *stats)
{
	return stats->outcomes[OUTCOME_EXPIRED];
}

static uint64_t
after_hard_bounce_of(const struct tally_stats *stats)
{
	return stats->after_hard_bounce;
}

/* ": 3 at a.test, 2 at b.test and more at 4 other domains" */
static void
append_domains(struct findings *findings, struct buffer *out,
    uint64_t (*count_of)(const struct tally_stats *))
{
	const struct report_view *view = findings->view;
	const struct view_entity *shown[FINDINGS_NAMES] = { NULL };
	size_t most = 0;
	size_t hit = 0;

	for (size_t i = 0; i < view->domain_count; i++) {
		const struct view_entity *entity = &view->domains[i];
		uint64_t count = count_of(entity->stats);
		size_t at = most;

		if (count == 0)
			continue;
		hit++;
		while (at > 0 && count > count_of(shown[at - 1]->stats))
			at--;
		if (at == FINDINGS_NAMES)
			continue;
		if (most < FINDINGS_NAMES)
			most++;
		for (size_t j = most - 1; j > at; j--)
			shown[j] = shown[j - 1];
		shown[at] = entity;
	}
	for (size_t i = 0; i < most; i++) {
		buffer_append_format(out, "%s%llu at ", i == 0 ? ": " : ", ",
		    (unsigned long long)count_of(shown[i]->stats));
		finding_append_name(out, findings, shown[i]->name);
	}
	if (hit > most)
		buffer_append_format(out, " and more at %zu other %s",
		    hit - most, hit == most + 1 ? "domain" : "domains");
}

static void
add_after_hard_bounce(struct findings *findings)
{
	uint64_t attempts = findings->view->tally->all.after_hard_bounce;
	const struct settings *settings = findings->view->source->settings;
	struct finding_draft draft;

	if (attempts == 0)
		return;
	finding_begin(&draft);
	buffer_append_count(&draft.what, attempts, "try was", "tries were");
	buffer_append_string(&draft.what,
	    " made for later messages to addresses that had already bounced "
	    "for good (wasted, and held against the sender)");
	append_domains(findings, &draft.what, after_hard_bounce_of);
	buffer_append_string(&draft.action,
	    "Have the sending programs read the suppression list before they "
	    "send.");
	buffer_append_suppression_command(&draft.command, settings);
	finding_end(findings, &draft, attempts);
}

/* Does all mail to the domain fail, or that to single addresses? */
static void
append_extent(
    struct findings *findings, struct buffer *out, const struct places *places)
{
	if (view_is_partial(findings->view)) {
		finding_append_places(
		    out, findings, places->items, places->count);
		return;
	}
	for (size_t i = 0; i < places->count; i++) {
		const struct tally_stats *stats =
		    places->items[i].domain->stats;

		if (i == FINDINGS_NAMES && places->count > i + 1) {
			buffer_append_format(
			    out, " and %zu more domains", places->count - i);
			return;
		}
		if (i > 0)
			buffer_append_string(out, ", ");
		finding_append_name(out, findings, places->items[i].name);
		if (stats->outcomes[OUTCOME_DELIVERED] == 0)
			buffer_append_string(
			    out, " (nothing was delivered there)");
		else
			buffer_append_format(out,
			    " (%llu of %llu delivered: single addresses)",
			    (unsigned long long)
				stats->outcomes[OUTCOME_DELIVERED],
			    (unsigned long long)tally_deliveries(stats));
	}
}

static void
append_code(struct buffer *out, const struct view_code *code)
{
	if (code->key.enhanced != 0)
		buffer_append_enhanced_code(out, code->key.enhanced);
	else
		buffer_append_number(out, code->key.reply);
}

/* Mail systems that failed for good: 5.3.0, 5.4.3 and their like. */
static void
add_broken_systems(struct findings *findings, const struct view_code *code)
{
	struct selection selection = {
		.categories = CATEGORY_BIT(CATEGORY_ROUTING_ERROR) |
		    CATEGORY_BIT(CATEGORY_REMOTE_SYSTEM),
		.hard = true,
		.one_code = true,
		.code = code->key,
		.by_domain = true,
		.with_servers = true,
	};
	const struct report_source *source = findings->view->source;
	const struct catalogue_entry *entry =
	    view_catalogue_entry(findings->view, code->key);
	struct finding_draft draft;
	struct places places;
	struct buffer text;

	places_init(&places, findings->view, &selection);
	if (places.attempts > 0) {
		finding_begin(&draft);
		buffer_init(&text, 0);
		append_code(&text, code);
		buffer_append_text(&draft.what, buffer_text(&text));
		buffer_append_byte(&draft.what, ' ');
		buffer_append_printable(
		    &draft.what, catalogue_name(entry), 0, findings->utf8);
		buffer_append_string(&draft.what, ": ");
		append_counts(&draft.what, places.deliveries, places.attempts);
		buffer_append_string(&draft.what, " at ");
		append_extent(findings, &draft.what, &places);
		if (places.server_count > 0)
			buffer_append_string(&draft.what,
			    places.server_count == 1 ? "; server "
						     : "; servers ");
		finding_append_places(
		    &draft.what, findings, places.servers, places.server_count);
		buffer_append_string(&draft.what, "; ");
		finding_append_period(
		    &draft.what, places.first_event, places.last_event);
		draft.reply = code->example;
		buffer_append_string(&draft.action,
		    "Never retry: suppress these addresses; where nothing is "
		    "delivered, the whole domain.");
		buffer_append_events_command(&draft.command, source->settings,
		    "--code", buffer_text(&text));
		finding_end(findings, &draft, places.deliveries);
		buffer_release(&text);
	}
	places_release(&places);
}

static bool
may_be_broken_system(const struct view_code *code)
{
	return (code->key.enhanced != 0 || code->key.reply != 0) &&
	    code->class == CLASS_HARD &&
	    (code->category == CATEGORY_ROUTING_ERROR ||
		code->category == CATEGORY_REMOTE_SYSTEM);
}

/* An expiry has no time in the causes: the hours have their numbers. */
static void
append_expired_hours(struct findings *findings, struct buffer *out)
{
	const struct keymap *hours = &findings->view->tally->hours;
	int64_t first = 0;
	int64_t last = 0;

	for (uint32_t i = 0; i < hours->count; i++) {
		const struct tally_hour *counts = keymap_value(hours, i);
		int64_t start = (int64_t)keymap_key(hours, i).part[0] * 60000;

		if (counts->expired > 0)
			tally_merge_period(&first, &last, start, start);
	}
	if (first == 0)
		return;
	buffer_append_string(out, "; since the hour of ");
	buffer_append_time(out, first);
	if (last != first) {
		buffer_append_string(out, ", last in that of ");
		buffer_append_time(out, last);
	}
}

static void
add_expired(struct findings *findings)
{
	const struct report_view *view = findings->view;
	uint64_t expired = view->tally->all.outcomes[OUTCOME_EXPIRED];
	struct finding_draft draft;

	if (expired == 0)
		return;
	finding_begin(&draft);
	buffer_append_count(&draft.what, expired, "delivery was given up",
	    "deliveries were given up");
	buffer_append_string(&draft.what, " after retrying (expired)");
	append_domains(findings, &draft.what, expired_of);
	append_expired_hours(findings, &draft.what);
	buffer_append_string(&draft.action,
	    "The senders got their mail back. Suppress these addresses until "
	    "their domains take mail again.");
	buffer_append_deliveries_command(
	    &draft.command, view->source->settings);
	buffer_append_string(&draft.command, " | grep ,expired,");
	finding_end(findings, &draft, expired);
}

static void
add_unclassified(struct findings *findings)
{
	const struct report_view *view = findings->view;
	uint64_t deliveries =
	    deliveries_of_category(findings, CATEGORY_UNKNOWN);
	uint64_t attempts = view->tally->totals.unclassified;
	struct selection selection = { .categories =
					   CATEGORY_BIT(CATEGORY_UNKNOWN) };
	struct finding_draft draft;
	struct places places;

	if (attempts == 0)
		return;
	places_init(&places, view, &selection);
	finding_begin(&draft);
	buffer_append_string(&draft.what, "Replies that no rule knows: ");
	append_counts(&draft.what, deliveries, attempts);
	buffer_append_string(&draft.what, ", ");
	buffer_append_count(&draft.what, view->unclassified_count,
	    "different text", "different texts");
	if (places.attempts > 0) {
		buffer_append_string(&draft.what, ", at ");
		finding_append_places(
		    &draft.what, findings, places.items, places.count);
		buffer_append_string(&draft.what, "; ");
		finding_append_period(
		    &draft.what, places.first_event, places.last_event);
	}
	places_release(&places);
	if (view->unclassified_count > 0)
		draft.reply = view->unclassified[0].example;
	buffer_append_string(&draft.action,
	    "Read them (unclassified replies, below) and decide by hand.");
	buffer_append_events_command(&draft.command, view->source->settings,
	    "--category", TEXT_LITERAL("unknown"));
	finding_end(findings, &draft, deliveries);
}

void
findings_add_failures(struct findings *findings)
{
	const struct report_view *view = findings->view;

	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		add_category(findings, &advices[i]);
	add_dead_addresses(findings);
	add_after_hard_bounce(findings);
	for (size_t i = 0; i < view->code_count; i++)
		if (may_be_broken_system(&view->codes[i]))
			add_broken_systems(findings, &view->codes[i]);
	add_expired(findings);
	add_unclassified(findings);
}
