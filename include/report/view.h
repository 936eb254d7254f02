/*
 * View: a report's source, sorted and indexed once for all that show it.
 *
 * Everything is in the total orders of the tables: the main count first, then
 * the key by its bytes; nothing depends on the numbers that causes and names
 * happen to have.
 *
 * Causes of failures.  The weight of a cause is its tries (deferred +
 * bounced); its suspended records weigh only where there is no try at all.
 * "The most frequent" is the one of most weight, of equal ones the first by
 * bytes.  Class and action of a code or category are those of its most
 * frequent cause (for a code: within its most frequent category).
 *
 * With `--by registrable`, recipient domains are grouped by their registrable
 * domain (Public Suffix List) here and nowhere else: `domains`, the domains
 * in `causes` and the counts of different domains are then those of the
 * groups.  Outages and addresses keep the domain that mail was sent to.  A
 * domain that has no registrable domain stands for itself; so does each when
 * the program was built without libpsl.
 *
 * A view borrows its source and dies before it.  The rows of the tally's
 * causes it puts in an order of its own: they are not to be looked up from
 * then on.  Not to be shared between threads (percentiles are sorted when they
 * are asked for).
 */
#ifndef REPORT_VIEW_H
#define REPORT_VIEW_H

#include "report/source.h"

/* A domain, a provider or a sender domain. */
struct view_entity {
	struct text name;
	uint32_t number; /* part 1 of the keys of its causes */
	struct tally_stats *stats;
	const struct tally_domain *domain; /* NULL for other than domains */
};

struct view_relay {
	struct text host;
	struct text ip;
	uint32_t host_number;
	uint32_t ip_number;
	struct tally_relay *counts;
	uint64_t domains; /* different recipient domains */
};

/* What a cause did to an entity. */
struct view_cause {
	uint32_t name; /* number of the domain, provider, sender, host */
	uint32_t cause; /* number */
	const struct tally_cause *counts;
};

/* Some of the view's causes, see view_cause_at(). */
struct view_causes {
	uint32_t start; /* in view->causes */
	uint32_t count; /* from there */
};

/* The most frequent values among causes; zeros when there are none. */
struct view_top {
	uint32_t enhanced_code; /* of the causes that have one */
	enum verdict_category category;
	enum verdict_action action;
};

struct view_code {
	struct code_key key;
	uint32_t reply_code; /* most frequent, of equal ones the lowest */
	uint64_t deferred;
	uint64_t bounced;
	uint64_t suspended;
	uint64_t deliveries;
	uint64_t domains;
	enum verdict_category category; /* most frequent */
	enum verdict_class class;
	enum verdict_action action;
	int64_t first_event;
	int64_t last_event;
	struct text example; /* a reply; empty = none */
	struct tally_retry *retry; /* by first code; NULL = none deferred */
};

struct view_category {
	enum verdict_category category;
	enum verdict_class class;
	enum verdict_action action;
	uint64_t deferred;
	uint64_t bounced;
	uint64_t suspended;
	uint64_t deliveries;
	uint64_t domains;
	struct text example;
};

/* Failed tries whose reply no rule took. */
struct view_unclassified {
	struct text template; /* numbers, addresses and hosts masked */
	uint64_t attempts;
	uint64_t domains;
	struct text example;
};

struct report_view {
	const struct report_source *source;
	struct tally *tally;
	struct scan_counts lines; /* of all inputs */
	struct view_entity *domains; /* by deliveries */
	size_t domain_count;
	struct keymap domain_places; /* KEY(number): uint32_t in domains */
	struct view_entity *providers; /* by deliveries */
	size_t provider_count;
	struct view_entity *senders; /* by deliveries */
	size_t sender_count;
	struct view_relay *relays; /* by attempts */
	size_t relay_count;
	struct keymap *causes; /* by dimension, name, ip, rank of the cause */
	struct view_causes domain_causes; /* of all domains, by number */
	struct view_code *codes; /* by deferred + bounced */
	size_t code_count;
	struct view_category *categories; /* by deferred + bounced */
	size_t category_count;
	struct view_unclassified *unclassified; /* by attempts */
	size_t unclassified_count;
	const struct incident **incidents; /* by start, then domain */
	size_t incident_count;
	uint32_t *ranks; /* of causes by number: by codes and names */
	struct domain_groups *groups; /* see report/domain_groups.h */
};

void
report_view_init(struct report_view *view, const struct report_source *source);
void report_view_release(struct report_view *view);

/* A name of the pool. */
struct text view_name(const struct report_view *view, uint32_t number);

/* The causes of an entity's failures by rank; `ip` only for relays. */
struct view_causes view_causes_of(const struct report_view *view,
    enum tally_dimension dimension, uint32_t name, uint32_t ip);

/* The cause `at` of these, 0 <= at < causes.count. */
static inline struct view_cause
view_cause_at(
    const struct report_view *view, struct view_causes causes, uint32_t at)
{
	struct key key = keymap_key(view->causes, causes.start + at);

	return (struct view_cause){ .name = key.part[1],
		.cause = key.part[2],
		.counts = keymap_value(view->causes, causes.start + at) };
}

struct view_top
view_top_of(const struct report_view *view, struct view_causes causes);

/*
 * The most frequent category, with the code and the action of its most
 * frequent cause: what belongs together.
 */
struct view_top
view_top_cause_of(const struct report_view *view, struct view_causes causes);

/* The domain with that name (lower case), or NULL. */
const struct view_entity *
view_find_domain(const struct report_view *view, struct text name);

/* What the catalogue knows of a code; NULL = nothing. */
const struct catalogue_entry *
view_catalogue_entry(const struct report_view *view, struct code_key code);

/*
 * Its last failure, or its end when it has one; not before its start, whatever
 * the clock of the log did.
 */
int64_t view_incident_end(const struct incident *incident);

/* From its start to that, in seconds as the two are printed. */
uint64_t view_incident_seconds(const struct incident *incident);

/* Is it one of the entity's domains, or of its group? */
bool view_has_incident(const struct report_view *view,
    const struct view_entity *entity, const struct incident *incident);

/* Do filters leave out mail to the domains that are shown? */
bool view_is_partial(const struct report_view *view);

/* Do they choose failures, so that no try that delivered is counted? */
bool view_is_of_failures(const struct report_view *view);

/* The domain whose causes have that number; NULL when none has. */
const struct view_entity *
view_domain_of(const struct report_view *view, uint32_t number);

/* Did a relay (with a name) fail in both? */
bool view_share_relay(const struct incident *a, const struct incident *b);

/* The code that failures with this cause are counted by. */
struct code_key view_code_key(const struct report_view *view, uint32_t cause);

/* Wall clock of the report's zone at an instant in seconds UTC. */
int64_t view_local(const struct report_view *view, int64_t seconds);

/*
 * Hour of the week of a row of tally->hours or tally->code_hours, from 0
 * (Monday, 0:00) to 167.
 */
unsigned view_week_hour(const struct report_view *view, uint32_t minute);

/* Orders codes as their texts: by the bytes of "5.7.1", none first. */
int view_compare_codes(uint32_t a, uint32_t b);

#endif
