/*
 * Filter: which records count.
 *
 * A record counts when it has the right scope, lies in the period (half open)
 * and matches one value of each kind of filter that is given.  A delivery
 * counts when one of its records does; its outcome is then its real one.
 */
#ifndef TRACK_FILTER_H
#define TRACK_FILTER_H

#include "base/pool.h"
#include "classify/verdict.h"
#include "scan/record.h"

struct filter;

enum filter_kind {
	FILTER_DOMAIN, /* example.com, or .example.com with all below it */
	FILTER_SENDER_DOMAIN,
	FILTER_RELAY, /* host, .suffix or address */
	FILTER_CODE, /* 4.3.2, 5.7.* or 550 */
	FILTER_CATEGORY
};
#define FILTER_KINDS 5

enum filter_scope { FILTER_REMOTE, FILTER_LOCAL, FILTER_ALL };

struct filter *filter_new(enum filter_scope scope);
void filter_free(struct filter *filter);

/* Could a value of FILTER_CODE be this? */
bool filter_is_code(struct text text);

/* Does that value take failures with these codes? 0 = none. */
bool filter_code_matches(
    struct text wanted, uint32_t enhanced_code, uint32_t reply_code);

/* Adds a value; false when it is none, or none of this kind. */
bool filter_add(struct filter *filter, enum filter_kind kind, struct text text);

/* ms; since is included, until is not; INSTANT_NONE for an open end. */
void filter_set_period(struct filter *filter, int64_t since, int64_t until);

/* Only scope and period are looked at: nobody need look up names. */
bool filter_is_plain(const struct filter *filter);
bool filter_takes_scope(const struct filter *filter, enum record_scope scope);

bool filter_is_before(const struct filter *filter, int64_t time);
bool filter_is_after(const struct filter *filter, int64_t time);

/* What a filter looks at; names are texts of the pool. */
struct filter_subject {
	struct text domain;
	struct text sender_domain;
	struct text relay_host;
	struct text relay_ip;
	const struct verdict *verdict;
	enum record_scope scope;
};

bool filter_matches(
    const struct filter *filter, const struct filter_subject *subject);

#endif
