/*
 * Verdict: what a failure means and what should be done about it.
 *
 * The names of classes, categories, actions and origins are those of the
 * output.  The order of the enums is the order of the documentation.
 */
#ifndef CLASSIFY_VERDICT_H
#define CLASSIFY_VERDICT_H

#include "base/text.h"

enum verdict_category {
	CATEGORY_NONE, /* not a failure */
	CATEGORY_USER_UNKNOWN,
	CATEGORY_MAILBOX_INACTIVE,
	CATEGORY_MAILBOX_FULL,
	CATEGORY_DOMAIN_INVALID,
	CATEGORY_DNS_FAILURE,
	CATEGORY_CONNECTION_FAILED,
	CATEGORY_ROUTING_ERROR,
	CATEGORY_REMOTE_SYSTEM,
	CATEGORY_TLS_FAILURE,
	CATEGORY_GREYLISTED,
	CATEGORY_RATE_LIMITED,
	CATEGORY_MESSAGE_TOO_LARGE,
	CATEGORY_SPAM_CONTENT,
	CATEGORY_VIRUS_ATTACHMENT,
	CATEGORY_CONTENT_INVALID,
	CATEGORY_IP_BLOCKED,
	CATEGORY_DOMAIN_BLOCKED,
	CATEGORY_AUTH_FAILURE,
	CATEGORY_SENDER_DNS,
	CATEGORY_SENDER_REFUSED,
	CATEGORY_RELAY_DENIED,
	CATEGORY_POLICY_REJECTED,
	CATEGORY_PROTOCOL_ERROR,
	CATEGORY_EXPIRED,
	CATEGORY_LOCAL_POLICY,
	CATEGORY_UNKNOWN
};
#define VERDICT_CATEGORIES 27

enum verdict_class {
	CLASS_NONE, /* not a failure */
	CLASS_HARD, /* permanent, about the address or its mail system */
	CLASS_SOFT, /* temporary */
	CLASS_BLOCK, /* the receiver refuses this sender or content */
	CLASS_UNDETERMINED
};
#define VERDICT_CLASSES 5

enum verdict_action {
	ACTION_NONE, /* not a failure */
	ACTION_REMOVE,
	ACTION_SUPPRESS,
	ACTION_RETRY,
	ACTION_SLOW_DOWN,
	ACTION_FIX_SENDER,
	ACTION_FIX_CONTENT,
	ACTION_FIX_ROUTE,
	ACTION_REVIEW
};
#define VERDICT_ACTIONS 9

enum verdict_origin {
	ORIGIN_NONE,
	ORIGIN_REMOTE, /* a host said it */
	ORIGIN_LOCAL /* our own MTA made it up */
};
#define VERDICT_ORIGINS 3

/* Number of the rule that decided, for verdict.rule: none. */
#define RULE_NONE UINT16_MAX

struct verdict {
	uint8_t category; /* enum verdict_category */
	uint8_t class; /* enum verdict_class */
	uint8_t action; /* enum verdict_action */
	uint8_t origin; /* enum verdict_origin */
	uint16_t reply_code; /* RFC 5321, 200 to 599; 0 = none */
	uint16_t rule; /* index of the rule, code rules too; RULE_NONE = none */
	uint32_t enhanced_code; /* see base/enhanced_code.h; 0 = none */
};

/* "user_unknown", "hard", "remove", "remote"; "" for the NONE members. */
const char *verdict_category_name(enum verdict_category category);
const char *verdict_class_name(enum verdict_class class);
const char *verdict_action_name(enum verdict_action action);
const char *verdict_origin_name(enum verdict_origin origin);

bool verdict_category_find(struct text word, enum verdict_category *category);
bool verdict_class_find(struct text word, enum verdict_class *class);
bool verdict_action_find(struct text word, enum verdict_action *action);

/*
 * The class and action that the category has by itself.  routing_error,
 * remote_system and unknown go by `permanent` (a code of 5xx, or a bounce).
 */
enum verdict_class
verdict_default_class(enum verdict_category category, bool permanent);
enum verdict_action
verdict_default_action(enum verdict_category category, bool permanent);

#endif
