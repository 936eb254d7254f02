#include "classify/literal_set.h"

#include <string.h>

/* Sets that are remembered of one branch, of which the best are kept. */
#define BRANCH_SETS 8

/* Nesting of groups that is followed. */
#define DEPTH_MAXIMUM 32

struct reader {
	struct text source;
	size_t at;
	struct arena *arena;
	unsigned depth;
	bool caseless;
	bool failed; /* something that is not understood */
	bool impure; /* more is asked than that the literals are there */
};

/* What is known of a part of a pattern. */
struct part {
	bool is_finite; /* `all` are all texts that it matches */
	struct literal_set all; /* may hold the empty text */
	struct literal_set sets[BRANCH_SETS];
	size_t set_count;
};

static struct part read_alternation(struct reader *reader);

static struct literal_set
new_set(struct reader *reader, size_t count)
{
	struct literal_set set = { 0 };

	set.members =
	    arena_allocate(reader->arena, count * sizeof(*set.members));
	set.count = count;
	return set;
}

static struct part
part_of_one(struct reader *reader, struct text text)
{
	struct part part = { .is_finite = true, .all = new_set(reader, 1) };

	part.all.members[0] = text;
	return part;
}

static struct part
part_of_nothing(struct reader *reader)
{
	return part_of_one(reader, (struct text){ 0 });
}

static struct part
part_of_byte(struct reader *reader, char byte)
{
	char lower = byte_lower(byte);

	/* The search does not tell these apart. */
	if ((byte & 0x80) != 0)
		reader->impure = true;
	return part_of_one(
	    reader, arena_copy(reader->arena, (struct text){ &lower, 1 }));
}

static struct literal_set
set_union(struct reader *reader, struct literal_set a, struct literal_set b)
{
	struct literal_set set = new_set(reader, a.count + b.count);

	set.count = 0;
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

/* Every member of `a` followed by every member of `b`. */
static struct literal_set
set_product(struct reader *reader, struct literal_set a, struct literal_set b)
{
	struct literal_set set = new_set(reader, a.count * b.count);
	size_t count = 0;

	for (size_t i = 0; i < a.count; i++)
		for (size_t j = 0; j < b.count; j++) {
			struct text left = a.members[i];
			struct text right = b.members[j];
			size_t length = left.length + right.length;
			char *data = arena_allocate(reader->arena, length + 1);

			if (left.length > 0)
				memcpy(data, left.data, left.length);
			if (right.length > 0)
				memcpy(data + left.length, right.data,
				    right.length);
			set.members[count++] = (struct text){ data, length };
		}
	return set;
}

static size_t
shortest_member(struct literal_set set)
{
	size_t shortest = SIZE_MAX;

	for (size_t i = 0; i < set.count; i++)
		if (set.members[i].length < shortest)
			shortest = set.members[i].length;
	return set.count > 0 ? shortest : 0;
}

static size_t
longest_member(struct literal_set set)
{
	size_t longest = 0;

	for (size_t i = 0; i < set.count; i++)
		if (set.members[i].length > longest)
			longest = set.members[i].length;
	return longest;
}

/*
 * How little a set is expected to be met in replies: by the length of its
 * shortest member, less for the words that every other reply holds.
 */
static int
set_rarity(struct literal_set set)
{
	static const char *const frequent[] = { "user", "mail", "message",
		"recipient", "address", "rejected", "mailbox", "account",
		"host", "not", "the", "from", "your", "this", "unknown",
		"server", "http", "sender", "service", "blocked", "error",
		"domain", "for", "email", "delivery", "to", "command", "is",
		"has", "been", "was", "reject", "deliver", "refused", "please",
		"client", "access", "denied", "policy", "temporar", "spam",
		"block" };
	int lowest = 1000;

	for (size_t i = 0; i < set.count; i++) {
		struct text member = text_trim(set.members[i]);
		int rarity = 3 * (int)member.length;

		for (size_t j = 0; j < sizeof(frequent) / sizeof(frequent[0]);
		     j++)
			if (text_equal(member, text_of(frequent[j])))
				rarity = 2 + (int)member.length / 2;
		if (rarity < lowest)
			lowest = rarity;
	}
	return lowest - (int)set.count / 4;
}

static void
add_set(struct part *part, struct literal_set set)
{
	size_t worst = 0;

	if (shortest_member(set) == 0)
		return;
	if (part->set_count < BRANCH_SETS) {
		part->sets[part->set_count++] = set;
		return;
	}
	for (size_t i = 1; i < part->set_count; i++)
		if (set_rarity(part->sets[i]) < set_rarity(part->sets[worst]))
			worst = i;
	if (set_rarity(set) > set_rarity(part->sets[worst]))
		part->sets[worst] = set;
}

/* The sets that all of a part requires; a finite part is one set. */
static void
add_sets_of(struct part *to, const struct part *from)
{
	if (from->is_finite)
		add_set(to, from->all);
	for (size_t i = 0; i < from->set_count; i++)
		add_set(to, from->sets[i]);
}

/* The rarest set of a part; an empty one when it has none. */
static struct literal_set
best_set(const struct part *part)
{
	struct part sets = { 0 };
	struct literal_set best = { 0 };

	add_sets_of(&sets, part);
	for (size_t i = 0; i < sets.set_count; i++)
		if (best.count == 0 ||
		    set_rarity(sets.sets[i]) > set_rarity(best))
			best = sets.sets[i];
	return best;
}

static bool
at_byte(const struct reader *reader, char byte)
{
	return reader->at < reader->source.length &&
	    reader->source.data[reader->at] == byte;
}

static char
next_byte(struct reader *reader)
{
	if (reader->at < reader->source.length)
		return reader->source.data[reader->at++];
	reader->failed = true;
	return '\0';
}

static bool
skip_string(struct reader *reader, const char *string)
{
	struct text rest =
	    text_slice(reader->source, reader->at, reader->source.length);

	if (!text_starts_with(rest, text_of(string)))
		return false;
	reader->at += strlen(string);
	return true;
}

static int
hexadecimal(char byte)
{
	char lower = byte_lower(byte);

	if (byte_is_digit(byte))
		return byte - '0';
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Behind \x: two hexadecimal digits. */
static char
read_hexadecimal(struct reader *reader)
{
	int high = hexadecimal(next_byte(reader));
	int low = hexadecimal(next_byte(reader));

	if (high < 0 || low < 0)
		reader->failed = true;
	return (char)(high * 16 + low);
}

/* Behind a backslash, outside of a class. */
static struct part
read_escape(struct reader *reader)
{
	char byte = next_byte(reader);

	if (!byte_is_alnum(byte))
		return part_of_byte(reader, byte);
	switch (byte) {
	case 's':
		return part_of_byte(reader, ' ');
	case 'b':
	case 'B':
	case 'A':
	case 'z':
	case 'Z':
		reader->impure = true;
		return part_of_nothing(reader);
	case 'd':
	case 'D':
	case 'w':
	case 'W':
	case 'S':
	case 'h':
	case 'R':
	case 'N':
		return (struct part){ 0 };
	case 'x':
		return part_of_byte(reader, read_hexadecimal(reader));
	default:
		reader->failed = true;
		return (struct part){ 0 };
	}
}

/* The bytes of a class escape (\d, \s, \w); false for one byte. */
static bool
add_class_escape(bool *bytes, char letter)
{
	char kind = byte_lower(letter);

	if (kind != 'd' && kind != 's' && kind != 'w' && kind != 'h')
		return false;
	for (int i = 0; i < 256; i++) {
		char byte = (char)i;
		bool is_in = kind == 'd' ? byte_is_digit(byte)
		    : kind == 'w'        ? byte_is_alnum(byte) || byte == '_'
					 : byte == ' ' || byte == '\t';

		if (is_in == (letter == kind))
			bytes[i] = true;
	}
	return true;
}

/* A byte of a class; true with *byte when it may begin a range. */
static bool
read_class_byte(struct reader *reader, bool *bytes, char *byte)
{
	*byte = next_byte(reader);
	if (*byte == '[' &&
	    (at_byte(reader, ':') || at_byte(reader, '.') ||
		at_byte(reader, '=')))
		reader->failed = true;
	if (*byte != '\\')
		return true;
	*byte = next_byte(reader);
	if (*byte == 'x') {
		*byte = read_hexadecimal(reader);
		return true;
	}
	if (!byte_is_alnum(*byte))
		return true;
	if (!add_class_escape(bytes, *byte))
		reader->failed = true;
	return false;
}

static void
read_class_items(struct reader *reader, bool *bytes)
{
	bool is_first = true;

	while (!reader->failed && (is_first || !at_byte(reader, ']'))) {
		char low;
		char high;

		is_first = false;
		if (!read_class_byte(reader, bytes, &low))
			continue;
		high = low;
		if (at_byte(reader, '-') &&
		    reader->at + 1 < reader->source.length &&
		    reader->source.data[reader->at + 1] != ']') {
			reader->at++;
			if (!read_class_byte(reader, bytes, &high))
				reader->failed = true;
		}
		for (int i = (unsigned char)low; i <= (unsigned char)high; i++)
			bytes[i] = true;
	}
	reader->at++;
}

/* Behind "[": few bytes are a finite part, many are anything. */
static struct part
read_class(struct reader *reader)
{
	bool bytes[256] = { false };
	bool is_negated = skip_string(reader, "^");
	struct part part = { .is_finite = true };
	size_t count = 0;
	char members[4];

	read_class_items(reader, bytes);
	for (int i = 0; i < 256; i++) {
		char lower = byte_lower((char)i);

		if (bytes[i] == is_negated || i < ' ')
			continue;
		if (count > 0 && memchr(members, lower, count) != NULL)
			continue;
		if (count == sizeof(members) || i > 127)
			return (struct part){ 0 };
		members[count++] = lower;
	}
	if (count == 0)
		return (struct part){ 0 };
	part.all = new_set(reader, count);
	for (size_t i = 0; i < count; i++)
		part.all.members[i] =
		    arena_copy(reader->arena, (struct text){ members + i, 1 });
	return part;
}

/* The rest of an assertion, whose content says nothing about literals. */
static struct part
skip_assertion(struct reader *reader)
{
	read_alternation(reader);
	if (next_byte(reader) != ')')
		reader->failed = true;
	reader->impure = true;
	return part_of_nothing(reader);
}

/* "(?i)" and "(?i:": the letters, up to the colon or parenthesis. */
static bool
read_options(struct reader *reader)
{
	bool is_on = true;

	while (
	    !reader->failed && !at_byte(reader, ')') && !at_byte(reader, ':')) {
		char letter = next_byte(reader);

		if (letter == '-')
			is_on = false;
		else if (letter == 'i')
			reader->caseless = is_on;
		else if (letter != 's' && letter != 'm')
			reader->failed = true;
	}
	return next_byte(reader) == ':';
}

static void
skip_group_name(struct reader *reader)
{
	while (!reader->failed && next_byte(reader) != '>')
		continue;
	reader->impure = true;
}

/* Behind "(". */
static struct part
read_group(struct reader *reader)
{
	bool caseless = reader->caseless;
	struct part part;

	if (reader->depth >= DEPTH_MAXIMUM || at_byte(reader, '*'))
		reader->failed = true;
	if (reader->failed)
		return (struct part){ 0 };
	reader->depth++;
	if (skip_string(reader, "?=") || skip_string(reader, "?!") ||
	    skip_string(reader, "?<=") || skip_string(reader, "?<!")) {
		part = skip_assertion(reader);
		reader->depth--;
		reader->caseless = caseless;
		return part;
	}
	if (skip_string(reader, "?<") || skip_string(reader, "?P<"))
		skip_group_name(reader);
	else if (skip_string(reader, "?>"))
		reader->impure = true;
	else if (skip_string(reader, "?") && !read_options(reader)) {
		/* Options alone, which hold to the end of the group. */
		reader->depth--;
		return part_of_nothing(reader);
	}
	part = read_alternation(reader);
	if (next_byte(reader) != ')')
		reader->failed = true;
	reader->caseless = caseless;
	reader->depth--;
	return part;
}

static struct part
read_atom(struct reader *reader)
{
	char byte = next_byte(reader);
	struct part part;

	switch (byte) {
	case '\\':
		part = read_escape(reader);
		break;
	case '[':
		part = read_class(reader);
		break;
	case '(':
		part = read_group(reader);
		break;
	case '.':
		return (struct part){ 0 };
	case '^':
	case '$':
		reader->impure = true;
		return part_of_nothing(reader);
	default:
		part = part_of_byte(reader, byte);
		break;
	}
	if (!reader->caseless)
		reader->impure = true;
	return part;
}

/* "{2,3}" at the reader; false when the brace is an ordinary byte. */
static bool
read_braces(struct reader *reader, size_t *least, size_t *most)
{
	struct text rest =
	    text_slice(reader->source, reader->at + 1, reader->source.length);
	size_t end = text_find_byte(rest, '}');
	struct text inside = text_slice(rest, 0, end);
	size_t comma = text_find_byte(inside, ',');
	uint64_t low;
	uint64_t high = 1000;

	if (end == TEXT_NONE ||
	    !text_parse_number(text_slice(inside, 0, comma), 65535, &low))
		return false;
	if (comma == TEXT_NONE)
		high = low;
	else if (comma + 1 < inside.length &&
	    !text_parse_number(
		text_slice(inside, comma + 1, inside.length), 65535, &high))
		return false;
	*least = (size_t)low;
	*most = (size_t)high;
	reader->at += end + 2;
	return true;
}

static bool
read_quantifier(struct reader *reader, size_t *least, size_t *most)
{
	*least = 1;
	*most = SIZE_MAX;
	if (skip_string(reader, "?")) {
		*least = 0;
		*most = 1;
	} else if (skip_string(reader, "*")) {
		*least = 0;
	} else if (!skip_string(reader, "+") &&
	    !(at_byte(reader, '{') && read_braces(reader, least, most))) {
		return false;
	}
	if (*most == 0)
		reader->failed = true;
	if (!skip_string(reader, "?") && skip_string(reader, "+"))
		reader->impure = true; /* possessive */
	return true;
}

static struct part
repeat(struct reader *reader, struct part part, size_t least, size_t most)
{
	struct part nothing = part_of_nothing(reader);
	bool is_blank = part.is_finite && part.all.count == 1 &&
	    text_equal(part.all.members[0], TEXT_LITERAL(" "));

	/* There never are two blanks in a row. */
	if (is_blank && least == 1)
		return part;
	if (part.is_finite && least == 0 && (most == 1 || is_blank)) {
		part.all = set_union(reader, part.all, nothing.all);
		return part;
	}
	if (least == 1 && most == 1)
		return part;
	if (least == 0)
		return (struct part){ 0 };
	if (part.is_finite) {
		struct part repeated = { 0 };

		add_set(&repeated, part.all);
		return repeated;
	}
	return part;
}

static bool
at_end_of_branch(const struct reader *reader)
{
	return reader->failed || reader->at >= reader->source.length ||
	    at_byte(reader, '|') || at_byte(reader, ')');
}

static struct part
read_branch(struct reader *reader)
{
	struct part branch = { .is_finite = true };
	struct literal_set run = part_of_nothing(reader).all;

	while (!at_end_of_branch(reader)) {
		struct part item = read_atom(reader);
		size_t least;
		size_t most;

		if (read_quantifier(reader, &least, &most))
			item = repeat(reader, item, least, most);
		if (item.is_finite &&
		    (run.count * item.all.count <= LITERAL_PRODUCTS ||
			run.count == 1 || item.all.count == 1) &&
		    longest_member(run) + longest_member(item.all) <=
			LITERAL_LENGTH) {
			run = set_product(reader, run, item.all);
			continue;
		}
		branch.is_finite = false;
		add_set(&branch, run);
		run = item.is_finite ? item.all : part_of_nothing(reader).all;
		for (size_t i = 0; i < item.set_count; i++)
			add_set(&branch, item.sets[i]);
	}
	if (branch.is_finite)
		branch.all = run;
	else
		add_set(&branch, run);
	return branch;
}

static struct part
read_alternation(struct reader *reader)
{
	struct part sum = read_branch(reader);

	while (skip_string(reader, "|")) {
		struct part branch = read_branch(reader);
		struct literal_set a = best_set(&sum);
		struct literal_set b = best_set(&branch);
		bool is_finite = sum.is_finite && branch.is_finite &&
		    sum.all.count + branch.all.count <= LITERAL_MEMBERS;

		if (is_finite) {
			sum.all = set_union(reader, sum.all, branch.all);
			continue;
		}
		sum = (struct part){ 0 };
		if (a.count > 0 && b.count > 0 &&
		    a.count + b.count <= LITERAL_MEMBERS)
			add_set(&sum, set_union(reader, a, b));
	}
	return sum;
}

/*
 * Members cut to their first bytes: for a set that only says where a pattern
 * may match, these tell enough, and the search for them is much smaller.
 */
static struct literal_set
shorten(struct literal_set set)
{
	size_t count = 0;

	for (size_t i = 0; i < set.count; i++) {
		struct text member =
		    text_slice(set.members[i], 0, LITERAL_ENOUGH);
		bool is_known = false;

		for (size_t j = 0; j < count && !is_known; j++)
			is_known = text_equal(set.members[j], member);
		if (!is_known)
			set.members[count++] = member;
	}
	set.count = count;
	return set;
}

/* The two rarest sets of a branch; false when it has none. */
static bool
make_clause(
    const struct part *branch, bool impure, struct literal_clause *clause)
{
	struct part sets = { 0 };
	size_t best = 0;
	size_t second = SIZE_MAX;

	add_sets_of(&sets, branch);
	if (sets.set_count == 0)
		return false;
	for (size_t i = 1; i < sets.set_count; i++)
		if (set_rarity(sets.sets[i]) > set_rarity(sets.sets[best]))
			best = i;
	for (size_t i = 0; i < sets.set_count; i++)
		if (i != best &&
		    (second == SIZE_MAX ||
			set_rarity(sets.sets[i]) >
			    set_rarity(sets.sets[second])))
			second = i;
	*clause = (struct literal_clause){ .sets[0] = sets.sets[best],
		.is_exact = branch->is_finite && !impure };
	if (second != SIZE_MAX && shortest_member(sets.sets[second]) > 1)
		clause->sets[1] = sets.sets[second];
	if (!clause->is_exact)
		clause->sets[0] = shorten(clause->sets[0]);
	clause->sets[1] = shorten(clause->sets[1]);
	return shortest_member(clause->sets[0]) > 1;
}

struct literal_clauses
literal_clauses_of(struct text pattern, struct arena *arena)
{
	struct reader reader = { .source = pattern, .arena = arena };
	struct literal_clauses clauses = { 0 };
	size_t branches = 1;

	for (size_t i = 0; i < pattern.length; i++)
		branches += pattern.data[i] == '|';
	clauses.items =
	    arena_allocate(arena, branches * sizeof(*clauses.items));
	do {
		struct part branch;

		reader.impure = false;
		branch = read_branch(&reader);
		if (reader.failed ||
		    !make_clause(
			&branch, reader.impure, &clauses.items[clauses.count]))
			return (struct literal_clauses){ 0 };
		clauses.count++;
	} while (skip_string(&reader, "|"));
	if (reader.at < pattern.length)
		return (struct literal_clauses){ 0 };
	return clauses;
}
