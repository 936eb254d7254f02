/*
 * Literal part: what is known of a part of a pattern.
 *
 * The arithmetic of classify/literal_set.c: sets of literals, and how those of
 * a pattern come from those of its parts.
 */
#ifndef CLASSIFY_LITERAL_PART_H
#define CLASSIFY_LITERAL_PART_H

#include "classify/literal_set.h"

/* Sets that are remembered of one branch, of which the best are kept. */
#define BRANCH_SETS 8

struct literal_part {
	bool is_finite; /* `all` are all texts that it matches */
	struct literal_set all; /* may hold the empty text */
	struct literal_set sets[BRANCH_SETS];
	size_t set_count;
};

struct literal_set literal_set_new(struct arena *arena, size_t count);

/* Every member of either; every member of `a` followed by one of `b`. */
struct literal_set literal_set_union(
    struct arena *arena, struct literal_set a, struct literal_set b);
struct literal_set literal_set_product(
    struct arena *arena, struct literal_set a, struct literal_set b);

/* Bytes of the shortest and longest member; 0 for an empty set. */
size_t literal_set_shortest(struct literal_set set);
size_t literal_set_longest(struct literal_set set);

/* How little a set is expected to be met in replies; higher is rarer. */
int literal_set_rarity(struct literal_set set);

/* The members cut to LITERAL_ENOUGH bytes. */
struct literal_set literal_set_shorten(struct literal_set set);

/* A part that matches exactly `text`, or nothing. */
struct literal_part literal_part_of_one(struct arena *arena, struct text text);
struct literal_part literal_part_of_nothing(struct arena *arena);

/* The part requires a set, or all that another part requires. */
void literal_part_add(struct literal_part *part, struct literal_set set);
void
literal_part_add_all(struct literal_part *to, const struct literal_part *from);

/* The rarest set of a part; an empty one when it has none. */
struct literal_set literal_part_best(const struct literal_part *part);

#endif
