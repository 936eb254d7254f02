#include "classify/verdict.h"

#include <assert.h>

struct category_row {
	const char *name;
	enum verdict_class soft_class; /* when the failure is temporary */
	enum verdict_class hard_class; /* when it is permanent */
	enum verdict_action soft_action;
	enum verdict_action hard_action;
};

/* The table of categories, in the order of the enum. */
static const struct category_row categories[VERDICT_CATEGORIES] = {
	{ "", CLASS_NONE, CLASS_NONE, ACTION_NONE, ACTION_NONE },
	{ "user_unknown", CLASS_HARD, CLASS_HARD, ACTION_REMOVE,
	    ACTION_REMOVE },
	{ "mailbox_inactive", CLASS_HARD, CLASS_HARD, ACTION_REMOVE,
	    ACTION_REMOVE },
	{ "mailbox_full", CLASS_SOFT, CLASS_SOFT, ACTION_RETRY, ACTION_RETRY },
	{ "domain_invalid", CLASS_HARD, CLASS_HARD, ACTION_REMOVE,
	    ACTION_REMOVE },
	{ "dns_failure", CLASS_SOFT, CLASS_SOFT, ACTION_RETRY, ACTION_RETRY },
	{ "connection_failed", CLASS_SOFT, CLASS_SOFT, ACTION_RETRY,
	    ACTION_RETRY },
	{ "routing_error", CLASS_SOFT, CLASS_HARD, ACTION_RETRY,
	    ACTION_REMOVE },
	{ "remote_system", CLASS_SOFT, CLASS_HARD, ACTION_RETRY,
	    ACTION_SUPPRESS },
	{ "tls_failure", CLASS_SOFT, CLASS_SOFT, ACTION_FIX_ROUTE,
	    ACTION_FIX_ROUTE },
	{ "greylisted", CLASS_SOFT, CLASS_SOFT, ACTION_RETRY, ACTION_RETRY },
	{ "rate_limited", CLASS_SOFT, CLASS_SOFT, ACTION_SLOW_DOWN,
	    ACTION_SLOW_DOWN },
	{ "message_too_large", CLASS_BLOCK, CLASS_BLOCK, ACTION_FIX_CONTENT,
	    ACTION_FIX_CONTENT },
	{ "spam_content", CLASS_BLOCK, CLASS_BLOCK, ACTION_FIX_CONTENT,
	    ACTION_FIX_CONTENT },
	{ "virus_attachment", CLASS_BLOCK, CLASS_BLOCK, ACTION_FIX_CONTENT,
	    ACTION_FIX_CONTENT },
	{ "content_invalid", CLASS_BLOCK, CLASS_BLOCK, ACTION_FIX_CONTENT,
	    ACTION_FIX_CONTENT },
	{ "ip_blocked", CLASS_BLOCK, CLASS_BLOCK, ACTION_FIX_SENDER,
	    ACTION_FIX_SENDER },
	{ "domain_blocked", CLASS_BLOCK, CLASS_BLOCK, ACTION_FIX_SENDER,
	    ACTION_FIX_SENDER },
	{ "auth_failure", CLASS_BLOCK, CLASS_BLOCK, ACTION_FIX_SENDER,
	    ACTION_FIX_SENDER },
	{ "sender_dns", CLASS_BLOCK, CLASS_BLOCK, ACTION_FIX_SENDER,
	    ACTION_FIX_SENDER },
	{ "sender_refused", CLASS_BLOCK, CLASS_BLOCK, ACTION_REVIEW,
	    ACTION_REVIEW },
	{ "relay_denied", CLASS_BLOCK, CLASS_BLOCK, ACTION_FIX_ROUTE,
	    ACTION_FIX_ROUTE },
	{ "policy_rejected", CLASS_BLOCK, CLASS_BLOCK, ACTION_REVIEW,
	    ACTION_REVIEW },
	{ "protocol_error", CLASS_SOFT, CLASS_SOFT, ACTION_REVIEW,
	    ACTION_REVIEW },
	{ "expired", CLASS_SOFT, CLASS_SOFT, ACTION_REVIEW, ACTION_REVIEW },
	{ "local_policy", CLASS_UNDETERMINED, CLASS_UNDETERMINED, ACTION_REVIEW,
	    ACTION_REVIEW },
	{ "unknown", CLASS_SOFT, CLASS_UNDETERMINED, ACTION_REVIEW,
	    ACTION_REVIEW },
};

static const char *const class_names[VERDICT_CLASSES] = { "", "hard", "soft",
	"block", "undetermined" };

static const char *const action_names[VERDICT_ACTIONS] = { "", "remove",
	"suppress", "retry", "slow_down", "fix_sender", "fix_content",
	"fix_route", "review" };

static const char *const origin_names[VERDICT_ORIGINS] = { "", "remote",
	"local" };

const char *
verdict_category_name(enum verdict_category category)
{
	assert(category < VERDICT_CATEGORIES);
	return categories[category].name;
}

const char *verdict_class_name(enum verdict_class class)
{
	assert(class < VERDICT_CLASSES);
	return class_names[class];
}

const char *
verdict_action_name(enum verdict_action action)
{
	assert(action < VERDICT_ACTIONS);
	return action_names[action];
}

const char *
verdict_origin_name(enum verdict_origin origin)
{
	assert(origin < VERDICT_ORIGINS);
	return origin_names[origin];
}

bool
verdict_category_find(struct text word, enum verdict_category *category)
{
	for (unsigned i = 1; i < VERDICT_CATEGORIES; i++)
		if (text_equal(word, text_of(categories[i].name))) {
			*category = (enum verdict_category)i;
			return true;
		}
	return false;
}

bool
verdict_class_find(struct text word, enum verdict_class *class)
{
	for (unsigned i = 1; i < VERDICT_CLASSES; i++)
		if (text_equal(word, text_of(class_names[i]))) {
			*class = (enum verdict_class)i;
			return true;
		}
	return false;
}

bool
verdict_action_find(struct text word, enum verdict_action *action)
{
	for (unsigned i = 1; i < VERDICT_ACTIONS; i++)
		if (text_equal(word, text_of(action_names[i]))) {
			*action = (enum verdict_action)i;
			return true;
		}
	return false;
}

enum verdict_class
verdict_default_class(enum verdict_category category, bool permanent)
{
	assert(category < VERDICT_CATEGORIES);
	return permanent ? categories[category].hard_class
			 : categories[category].soft_class;
}

enum verdict_action
verdict_default_action(enum verdict_category category, bool permanent)
{
	assert(category < VERDICT_CATEGORIES);
	return permanent ? categories[category].hard_action
			 : categories[category].soft_action;
}
