/*
 * The catalogue's own insides: catalogue.c finds, catalogue_build.c loads,
 * catalogue_check.c checks.
 */
#ifndef CLASSIFY_CATALOGUE_PRIVATE_H
#define CLASSIFY_CATALOGUE_PRIVATE_H

#include "base/pool.h"
#include "base/stanza.h"
#include "classify/catalogue.h"

/* What a stanza's name says that it describes. */
enum name_kind { NAME_CODE, NAME_SUBJECT, NAME_CLASS, NAME_REPLY, NAME_OTHER };

struct catalogue_name_parts {
	enum name_kind kind;
	unsigned digit; /* class; first digit of a reply code; 0 = X or none */
	unsigned subject;
	unsigned first; /* detail; NAME_REPLY: the reply code */
	unsigned last; /* over first: a run */
};

/* Longest name of a provider's code. */
#define CATALOGUE_NAME_MAXIMUM 64

/* A stanza with its lines gathered by key. */
struct catalogue_source {
	const struct stanza *stanza;
	struct catalogue_name_parts parts;
	struct catalogue_values values[CATALOGUE_KEYS];
};

/* Open addressing; an empty slot has entry 0, others index + 1. */
struct catalogue_slot {
	uint32_t key;
	uint32_t entry;
};

struct catalogue {
	struct stanza_file file;
	struct arena arena;
	struct catalogue_source *sources;
	size_t source_count;
	struct catalogue_entry *entries;
	size_t entry_count;
	size_t entry_capacity;
	struct catalogue_slot *slots; /* by number, see catalogue_number_of_ */
	size_t slot_count; /* a power of 2 */
	size_t slots_used;
	struct pool *names; /* lower-case names of stanzas */
	uint32_t *by_name; /* entry index + 1 for each number of `names` */
	size_t by_name_capacity;
};

struct catalogue_key_row {
	const char *name;
	bool single; /* may stand once in a stanza */
	bool by_class; /* differs between classes, so not for X stanzas */
};

extern const struct catalogue_key_row catalogue_keys[CATALOGUE_KEYS];

/*
 * Numbers that the slots are keyed by: enhanced codes as they are, and beside
 * them subjects, classes and reply codes.
 */
static inline uint32_t
catalogue_number_of_subject(unsigned digit, unsigned subject)
{
	return 10000000 + digit * 1000 + subject;
}

static inline uint32_t
catalogue_number_of_class(unsigned digit)
{
	return 20000000 + digit;
}

static inline uint32_t
catalogue_number_of_reply(unsigned reply_code)
{
	return 30000000 + reply_code;
}

/* The slot of a key, or the empty one where it would go. */
size_t catalogue_slot_of(const struct catalogue *catalogue, uint32_t key);

/* NULL when there is none. */
const struct catalogue_entry *
catalogue_find_number(const struct catalogue *catalogue, uint32_t key);

/* `name` in lower case, in `room`; empty when it is too long. */
struct text
catalogue_lower_name(struct text name, char room[CATALOGUE_NAME_MAXIMUM]);

/* "4.3.2", "X.3.2", "5.7.606-649", "X.3", "5.3.x", "5", "5.x.x". */
bool
catalogue_parse_enhanced(struct text name, struct catalogue_name_parts *parts);

/* "550" */
bool
catalogue_parse_reply(struct text name, struct catalogue_name_parts *parts);

/* "TSS04", "AS(#)": a letter, then letters, digits and _ - ( ) #. */
bool
catalogue_parse_other(struct text name, struct catalogue_name_parts *parts);

/* CATALOGUE_KEYS when there is no such key. */
unsigned catalogue_key_find(struct text word);

/* "1h 4h 12h": seconds into `waits` (may be NULL); false when malformed. */
bool catalogue_parse_waits(struct text value, uint32_t *waits, size_t *count);

/* "3-5" or "4". */
bool
catalogue_parse_tries(struct text value, unsigned *minimum, unsigned *maximum);

/* Checks each stanza by itself; false when it added an error. */
bool catalogue_check_sources(
    const struct catalogue *catalogue, struct diagnostics *diagnostics);

#endif
