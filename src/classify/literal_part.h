/*
 * Literal part: what is known of a part of a pattern.
 *
 * The arithmetic of classify/literal_set.c: sets of literals, and how those of
 * a pattern come from those of its parts.
 */
#ifndef CLASSIFY_LITERAL_PART_H
#define CLASSIFY_LITERAL_PART_H

#include "classify/literal_set.h"

struct literal_part {
	bool is_finite; /* `all` are all texts that it matches */
	struct literal_set all; /* may hold the empty text */
	size_t longest; /* bytes that it matches at most; LITERAL_FAR: any */
	struct literal_set starts; /* it begins with one; empty: not known */
	struct literal_set *sets; /* room for LITERAL_SETS; NULL while none */
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

/* The sum of two numbers of bytes, as far as these are told apart. */
size_t literal_length_add(size_t a, size_t b);

/* A part that requires nothing, and matches so many bytes at most. */
struct literal_part literal_part_of_any(size_t longest);

/* A part that matches exactly `text`, or nothing. */
struct literal_part literal_part_of_one(struct arena *arena, struct text text);
struct literal_part literal_part_of_nothing(struct arena *arena);

/*
 * The part requires a set, or all that another one requires, that many bytes
 * behind its start at most.
 */
void literal_part_add(struct arena *arena, struct literal_part *part,
    struct literal_set set, size_t before);
void literal_part_add_all(struct arena *arena, struct literal_part *to,
    const struct literal_part *from, size_t before);

/*
 * The sets that all of a part requires, of which some may have an empty member;
 * a finite part is one set.
 */
const struct literal_set *
literal_part_sets(const struct literal_part *part, size_t *count);

/* What a part begins with; an empty set when that is not known. */
struct literal_set literal_part_starts(const struct literal_part *part);

/* The rarest set of a part; an empty one when it has none. */
struct literal_set literal_part_best(const struct literal_part *part);

#endif
