/*
 * Literal sets: what a text must hold for a regular expression to match it.
 *
 * A conservative reading of the source of a PCRE2 pattern.  Each branch of the
 * outermost alternation becomes a clause: the pattern can only match where,
 * for some clause, each of its sets has a member in the text, whatever the
 * case.  What the reader does not understand makes it give no clause at all.
 *
 * The texts matched are taken to be normalised (classify/reply.h): the only
 * white space is a single blank.
 */
#ifndef CLASSIFY_LITERAL_SET_H
#define CLASSIFY_LITERAL_SET_H

#include "base/arena.h"

/*
 * Members of a set at most; of one that is made by putting parts of a pattern
 * behind each other; and bytes of a member.
 */
#define LITERAL_MEMBERS  256
#define LITERAL_PRODUCTS 48
#define LITERAL_LENGTH   64

/* Sets that are remembered of one branch, of which the best are kept. */
#define LITERAL_SETS 8

/* More bytes than this are as good as any number. */
#define LITERAL_FAR 4096

struct literal_set {
	struct text *members; /* in lower case, none empty */
	size_t count;
	/* Bytes of a match in front of a member at most; LITERAL_FAR: any. */
	size_t before;
};

struct literal_clause {
	struct literal_set sets[LITERAL_SETS]; /* the best one first */
	size_t set_count;
	/* A match begins with one of these; empty when that is not known. */
	struct literal_set starts;
	/*
	 * sets[0] is the whole branch: a member in the text is a match, no
	 * regular expression needed.
	 */
	bool is_exact;
	/*
	 * The branch; with (?i) before it, if is_caseless, it is a pattern by
	 * itself.  Empty when it cannot be taken from the others.
	 */
	struct text branch;
	bool is_caseless;
};

struct literal_clauses {
	struct literal_clause *items;
	size_t count; /* 0: the pattern must always be tried */
};

/* Everything in the answer lives in `arena`. */
struct literal_clauses
literal_clauses_of(struct text pattern, struct arena *arena);

#endif
