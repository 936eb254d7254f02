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

/* Bytes of a member that are kept where more would not tell more. */
#define LITERAL_ENOUGH 12

struct literal_set {
	struct text *members; /* in lower case, none empty */
	size_t count;
};

struct literal_clause {
	struct literal_set sets[2]; /* the second may be empty: not needed */
	/*
	 * sets[0] is the whole branch: a member in the text is a match, no
	 * regular expression needed.
	 */
	bool is_exact;
};

struct literal_clauses {
	struct literal_clause *items;
	size_t count; /* 0: the pattern must always be tried */
};

/* Everything in the answer lives in `arena`. */
struct literal_clauses
literal_clauses_of(struct text pattern, struct arena *arena);

#endif
