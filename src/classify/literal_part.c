#include "classify/literal_part.h"

#include <string.h>

struct literal_set
literal_set_new(struct arena *arena, size_t count)
{
	struct literal_set set = { 0 };

	set.members = arena_allocate(arena, count * sizeof(*set.members));
	set.count = count;
	return set;
}

struct literal_part
literal_part_of_one(struct arena *arena, struct text text)
{
	struct literal_part part = { .is_finite = true,
		.all = literal_set_new(arena, 1),
		.longest = text.length };

	part.all.members[0] = text;
	return part;
}

struct literal_part
literal_part_of_any(size_t longest)
{
	return (struct literal_part){ .longest = longest };
}

size_t
literal_length_add(size_t a, size_t b)
{
	return a + b < LITERAL_FAR ? a + b : LITERAL_FAR;
}

struct literal_part
literal_part_of_nothing(struct arena *arena)
{
	return literal_part_of_one(arena, (struct text){ 0 });
}

struct literal_set
literal_set_union(
    struct arena *arena, struct literal_set a, struct literal_set b)
{
	struct literal_set set = literal_set_new(arena, a.count + b.count);

	set.count = 0;
	set.before = a.before > b.before ? a.before : b.before;
	for (size_t i = 0; i < a.count + b.count; i++) {
		struct text member =
		    i < a.count ? a.members[i] : b.members[i - a.count];
		bool is_known = false;

		for (size_t j = 0; j < set.count && !is_known; j++)
			is_known = text_equal(set.members[j], member);
		if (!is_known)
			set.members[set.count++] = member;
	}
	return set;
}

/* Only the empty text, which changes nothing that it is put beside. */
static bool
is_of_nothing(struct literal_set set)
{
	return set.count == 1 && set.members[0].length == 0;
}

static size_t
total_length(struct literal_set set)
{
	size_t total = 0;

	for (size_t i = 0; i < set.count; i++)
		total += set.members[i].length;
	return total;
}

/* Every member of `a` followed by every member of `b`. */
struct literal_set
literal_set_product(
    struct arena *arena, struct literal_set a, struct literal_set b)
{
	struct literal_set set;
	size_t count = 0;
	char *bytes;

	if (is_of_nothing(a))
		return b;
	if (is_of_nothing(b))
		return a;
	set = literal_set_new(arena, a.count * b.count);
	bytes = arena_allocate(
	    arena, total_length(a) * b.count + total_length(b) * a.count + 1);
	for (size_t i = 0; i < a.count; i++)
		for (size_t j = 0; j < b.count; j++) {
			struct text left = a.members[i];
			struct text right = b.members[j];
			size_t length = left.length + right.length;
			char *data = bytes;

			if (left.length > 0)
				memcpy(data, left.data, left.length);
			if (right.length > 0)
				memcpy(data + left.length, right.data,
				    right.length);
			bytes += length;
			set.members[count++] = (struct text){ data, length };
		}
	return set;
}

size_t
literal_set_shortest(struct literal_set set)
{
	size_t shortest = SIZE_MAX;

	for (size_t i = 0; i < set.count; i++)
		if (set.members[i].length < shortest)
			shortest = set.members[i].length;
	return set.count > 0 ? shortest : 0;
}

size_t
literal_set_longest(struct literal_set set)
{
	size_t longest = 0;

	for (size_t i = 0; i < set.count; i++)
		if (set.members[i].length > longest)
			longest = set.members[i].length;
	return longest;
}

/* Words that every other reply holds. */
#define WORD(string)                                                           \
	{                                                                      \
		string, sizeof(string) - 1                                     \
	}
static const struct text frequent_words[] = { WORD("user"), WORD("mail"),
	WORD("message"), WORD("recipient"), WORD("address"), WORD("rejected"),
	WORD("mailbox"), WORD("account"), WORD("host"), WORD("not"),
	WORD("the"), WORD("from"), WORD("your"), WORD("this"), WORD("unknown"),
	WORD("server"), WORD("http"), WORD("sender"), WORD("service"),
	WORD("blocked"), WORD("error"), WORD("domain"), WORD("for"),
	WORD("email"), WORD("delivery"), WORD("to"), WORD("command"),
	WORD("is"), WORD("has"), WORD("been"), WORD("was"), WORD("reject"),
	WORD("deliver"), WORD("refused"), WORD("please"), WORD("client"),
	WORD("access"), WORD("denied"), WORD("policy"), WORD("temporar"),
	WORD("spam"), WORD("block") };
#undef WORD
#define FREQUENT_LONGEST ((size_t)9)

static bool
is_frequent(struct text word)
{
	for (size_t i = 0;
	     i < sizeof(frequent_words) / sizeof(frequent_words[0]); i++)
		if (text_equal(word, frequent_words[i]))
			return true;
	return false;
}

/*
 * How little a set is expected to be met in replies: by the length of its
 * shortest member, less for the words that every other reply holds.
 */
int
literal_set_rarity(struct literal_set set)
{
	int lowest = 1000;

	for (size_t i = 0; i < set.count; i++) {
		struct text member = text_trim(set.members[i]);
		int rarity = 3 * (int)member.length;

		if (member.length <= FREQUENT_LONGEST && is_frequent(member))
			rarity = 2 + (int)member.length / 2;
		if (rarity < lowest)
			lowest = rarity;
	}
	return lowest - (int)set.count / 4;
}

/* The set of `sets` that is expected most often. */
static size_t
find_worst(const struct literal_set *sets, size_t count)
{
	size_t worst = 0;

	for (size_t i = 1; i < count; i++)
		if (literal_set_rarity(sets[i]) <
		    literal_set_rarity(sets[worst]))
			worst = i;
	return worst;
}

void
literal_part_add(struct arena *arena, struct literal_part *part,
    struct literal_set set, size_t before)
{
	size_t worst;

	if (literal_set_shortest(set) == 0)
		return;
	set.before = literal_length_add(set.before, before);
	if (part->sets == NULL)
		part->sets =
		    arena_allocate(arena, LITERAL_SETS * sizeof(*part->sets));
	if (part->set_count < LITERAL_SETS) {
		part->sets[part->set_count++] = set;
		return;
	}
	worst = find_worst(part->sets, part->set_count);
	if (literal_set_rarity(set) > literal_set_rarity(part->sets[worst]))
		part->sets[worst] = set;
}

const struct literal_set *
literal_part_sets(const struct literal_part *part, size_t *count)
{
	*count = part->is_finite ? 1 : part->set_count;
	return part->is_finite ? &part->all : part->sets;
}

void
literal_part_add_all(struct arena *arena, struct literal_part *to,
    const struct literal_part *from, size_t before)
{
	size_t count;
	const struct literal_set *sets = literal_part_sets(from, &count);

	for (size_t i = 0; i < count; i++)
		literal_part_add(arena, to, sets[i], before);
}

struct literal_set
literal_part_starts(const struct literal_part *part)
{
	if (!part->is_finite)
		return part->starts;
	if (literal_set_shortest(part->all) == 0)
		return (struct literal_set){ 0 };
	return part->all;
}

/* The rarest set of a part; an empty one when it has none. */
struct literal_set
literal_part_best(const struct literal_part *part)
{
	size_t count;
	const struct literal_set *sets = literal_part_sets(part, &count);
	struct literal_set best = { 0 };

	for (size_t i = 0; i < count; i++)
		if (literal_set_shortest(sets[i]) > 0 &&
		    (best.count == 0 ||
			literal_set_rarity(sets[i]) > literal_set_rarity(best)))
			best = sets[i];
	return best;
}
