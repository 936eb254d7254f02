/*
 * Catalogue: what status codes mean and what to do about them.
 *
 * Loaded from stanza files (base/stanza.h), normally patterns/codes.  A
 * stanza describes one of:
 *
 *     [4.3.2]          an enhanced status code (RFC 3463)
 *     [5.7.606-649]    a run of them
 *     [X.3.2]          what all classes of a code have in common
 *     [X.3]            a subject, for codes that nobody registered
 *     [4]              a class
 *     [550]            a reply code (RFC 5321)
 *     [TSS04]          a provider's own code; letters match in any case
 *     [S#]             a family of them; '#' is any run of digits
 *
 * A code's entry is its stanza laid over that of its run, its X.s.d, its X.s
 * and its class, key by key: a key that is given replaces all values of that
 * key below it.  Names and texts come from X.s.d at the least, the category
 * from X.s too, and the retry advice and what to record from the class.  A
 * success (class 2) has but its name from X.s.d, whose texts are of failures.
 *
 * Class and action, unless given, are those that the category has by itself
 * (verdict_default_class).  Codes of class 2 have none of the three, and X
 * has a class only where its first digit does not matter.
 *
 * Without a `retry` of its own, an entry takes that of [4] when its digit is
 * 4 and it is not hard, or when it is soft and its action is to retry or to
 * slow down; otherwise that of [5], which is not to retry.  What comes after
 * the last try is then the entry's own action, unless it is soft.
 *
 * The names are those of the IANA registry "SMTP Enhanced Status Codes"
 * (RFC 5248).  Schedules are our advice; no RFC fixes them.
 *
 * Constant once loaded, and shared by all threads.  Entries and their texts
 * live as long as the catalogue.
 */
#ifndef CLASSIFY_CATALOGUE_H
#define CLASSIFY_CATALOGUE_H

#include "base/diagnostic.h"
#include "base/enhanced_code.h"
#include "classify/verdict.h"

/* The keys of a stanza, by their names in lower case. */
enum catalogue_key {
	CATALOGUE_NAME, /* registry name */
	CATALOGUE_VENDOR_NAME, /* name in bounce guides, where it differs */
	CATALOGUE_REFERENCE, /* "RFC 3463", or who documents it */
	CATALOGUE_ASSOCIATED, /* reply codes it comes with, "any" or "5XX" */
	CATALOGUE_MEANING, /* several */
	CATALOGUE_CLASS,
	CATALOGUE_CATEGORY,
	CATALOGUE_ACTION,
	CATALOGUE_CAUSE, /* several, as all that follow but two */
	CATALOGUE_SENDER, /* what a sender should do */
	CATALOGUE_ADMINISTRATOR,
	CATALOGUE_RELATED, /* words: other codes of the catalogue */
	CATALOGUE_USUAL, /* usual reply texts */
	CATALOGUE_RETRY, /* one: "1h 4h 12h 24h", or "never" */
	CATALOGUE_TRIES, /* one: "3-5" or "4", the first try counted */
	CATALOGUE_THEN, /* one: the action after the last try */
	CATALOGUE_NOTE,
	CATALOGUE_WATCH /* what to record */
};
#define CATALOGUE_KEYS 18

/* How much is known of the code that was asked for. */
enum catalogue_match {
	CATALOGUE_EXACT, /* a stanza of its own, or that of its run */
	CATALOGUE_DETAIL, /* X.s.d: registered, nothing special here */
	CATALOGUE_FAMILY, /* a provider's code, known by its shape only */
	CATALOGUE_SUBJECT, /* not registered; its subject is known */
	CATALOGUE_CLASS_ONLY /* only the first digit tells anything */
};

enum catalogue_kind { CATALOGUE_ENHANCED, CATALOGUE_REPLY, CATALOGUE_PROVIDER };

struct catalogue_values {
	const struct text *items;
	size_t count; /* 0: the key is absent */
};

struct catalogue_entry {
	struct text code; /* "4.3.2", "5.7.606-649", "X.3", "550", "TSS04" */
	struct text name; /* see catalogue_name */
	enum catalogue_kind kind;
	enum catalogue_match match;
	unsigned digit; /* 2, 4, 5 (reply codes also 3); 0 = any or unknown */
	enum verdict_class class;
	enum verdict_category category;
	enum verdict_action action;
	struct catalogue_values values[CATALOGUE_KEYS];
	const uint32_t *schedule; /* see catalogue_schedule */
	size_t schedule_count;
	bool never_retry; /* the advice is not to */
	unsigned tries_minimum; /* 0: no advice */
	unsigned tries_maximum;
	enum verdict_action then; /* ACTION_NONE: no advice */
	const struct stanza *stanza; /* the most special one; never NULL */
};

struct catalogue;

/*
 * Reads a file, or all files of a directory.  NULL when it cannot be read or
 * a stanza is wrong in itself (name, key or value); `diagnostics` then says
 * where, for every mistake.  catalogue_free takes NULL.
 */
struct catalogue *
catalogue_load(const char *path, struct diagnostics *diagnostics);

/* The same of the codes in a directory of pattern files. */
struct catalogue *catalogue_load_codes(
    const char *patterns_directory, struct diagnostics *diagnostics);

/* The same from memory; `path` names the text in diagnostics. */
struct catalogue *catalogue_parse(
    const char *path, struct text content, struct diagnostics *diagnostics);
void catalogue_free(struct catalogue *catalogue);

/*
 * Adds what is wrong with the whole: related codes that do not exist, codes
 * without name, meaning or category, more tries than the schedule has waits.
 */
void catalogue_check(
    const struct catalogue *catalogue, struct diagnostics *diagnostics);

/*
 * The entry of a code as people write it: `4.3.2`, `#5.3.0`, `dsn=4.3.2`,
 * `(tss04)`, `550`, `X.4.3`, `5.7`, `5.7.x`, `5`.  NULL when it is no code.
 */
const struct catalogue_entry *
catalogue_find(const struct catalogue *catalogue, struct text code);

/*
 * A code without what people leave around it when they paste it: blanks,
 * brackets, quotes, a full stop, "dsn=", '#'.  Borrows from `code`.
 */
struct text catalogue_bare(struct text code);

/*
 * The entry of an enhanced code (base/enhanced_code.h): exact, else X.s.d,
 * else its subject, else its class.  NULL for 0, and when not even the class
 * has a stanza.
 */
const struct catalogue_entry *
catalogue_find_code(const struct catalogue *catalogue, uint32_t code);

/* The entry of a reply code, 200 to 599; NULL when nothing is known of it. */
const struct catalogue_entry *
catalogue_find_reply(const struct catalogue *catalogue, unsigned reply_code);

/*
 * The `name` column of tables: the registry name and, in parentheses, the
 * vendor name where it differs: "Directory server failure (Routing server
 * failure)".  Codes that are not registered get the name of their subject or
 * class.  Empty for NULL.
 */
struct text catalogue_name(const struct catalogue_entry *entry);

/*
 * Advised waits in seconds: the first after the first failed try, and so on.
 * *count is 0 when the advice is never to retry, or there is none; for NULL
 * too.
 */
const uint32_t *
catalogue_schedule(const struct catalogue_entry *entry, size_t *count);

/* The first value of a key; empty when absent. */
struct text
catalogue_value(const struct catalogue_entry *entry, enum catalogue_key key);

#endif
