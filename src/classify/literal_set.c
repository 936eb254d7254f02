#include "classify/literal_set.h"

#include <string.h>

#include "base/regex_reader.h"
#include "classify/literal_part.h"

/* Nesting of groups that is followed. */
#define DEPTH_MAXIMUM 32

struct reader {
	struct regex_reader pattern;
	struct arena *arena;
	unsigned depth;
	bool caseless;
	bool impure; /* more is asked than that the literals are there */
	bool has_options; /* others than (?i), which hold for what follows */
};

static struct literal_part read_alternation(struct reader *reader);

static struct literal_part
part_of_byte(struct reader *reader, char byte)
{
	char lower = byte_lower(byte);

	/*
	 * Whether these have case is up to the tables of the library; and no
	 * text has control bytes, but around what is searched there are NULs.
	 */
	if ((byte & 0x80) != 0 || (unsigned char)byte < ' ')
		reader->impure = true;
	return literal_part_of_one(reader->arena,
	    arena_copy(reader->arena, (struct text){ &lower, 1 }));
}

/* Behind a backslash, outside of a class. */
static struct literal_part
read_escape(struct reader *reader)
{
	char byte = regex_next(&reader->pattern);

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
		return literal_part_of_nothing(reader->arena);
	case 'd':
	case 'D':
	case 'w':
	case 'W':
	case 'S':
	case 'h':
	case 'N':
		return literal_part_of_any(1);
	case 'R':
		return literal_part_of_any(2);
	case 'x':
		return part_of_byte(
		    reader, regex_read_hexadecimal(&reader->pattern));
	default:
		reader->pattern.failed = true;
		return (struct literal_part){ 0 };
	}
}

/* Behind "[": few bytes are a finite part, many are anything. */
static struct literal_part
read_class(struct reader *reader)
{
	bool bytes[256];
	struct literal_part part = { .is_finite = true, .longest = 1 };
	size_t count = 0;
	char members[4] = { 0 };

	regex_read_class(&reader->pattern, reader->caseless, bytes);
	for (int i = 0; i < 256; i++) {
		char lower = byte_lower((char)i);

		if (!bytes[i] || i < ' ')
			continue;
		if (count > 0 && memchr(members, lower, count) != NULL)
			continue;
		if (count == sizeof(members) || i > 127)
			return literal_part_of_any(1);
		members[count++] = lower;
	}
	if (count == 0)
		return literal_part_of_any(1);
	part.all = literal_set_new(reader->arena, count);
	for (size_t i = 0; i < count; i++)
		part.all.members[i] =
		    arena_copy(reader->arena, (struct text){ members + i, 1 });
	return part;
}

/* The rest of an assertion, whose content says nothing about literals. */
static struct literal_part
skip_assertion(struct reader *reader)
{
	read_alternation(reader);
	if (regex_next(&reader->pattern) != ')')
		reader->pattern.failed = true;
	reader->impure = true;
	return literal_part_of_nothing(reader->arena);
}

/* "(?i)" and "(?i:": the letters, up to the colon or parenthesis. */
static bool
read_options(struct reader *reader)
{
	bool is_on = true;

	while (!reader->pattern.failed &&
	    !regex_at_byte(&reader->pattern, ')') &&
	    !regex_at_byte(&reader->pattern, ':')) {
		char letter = regex_next(&reader->pattern);

		if (letter == '-')
			is_on = false;
		else if (letter == 'i')
			reader->caseless = is_on;
		else if (letter == 's' || letter == 'm')
			reader->has_options = true;
		else
			reader->pattern.failed = true;
	}
	return regex_next(&reader->pattern) == ':';
}

static void
skip_group_name(struct reader *reader)
{
	while (!reader->pattern.failed && regex_next(&reader->pattern) != '>')
		continue;
	reader->impure = true;
}

/* Behind "(". */
static struct literal_part
read_group(struct reader *reader)
{
	bool caseless = reader->caseless;
	struct literal_part part;

	if (reader->depth >= DEPTH_MAXIMUM ||
	    regex_at_byte(&reader->pattern, '*'))
		reader->pattern.failed = true;
	if (reader->pattern.failed)
		return (struct literal_part){ 0 };
	reader->depth++;
	if (regex_skip(&reader->pattern, "?=") ||
	    regex_skip(&reader->pattern, "?!") ||
	    regex_skip(&reader->pattern, "?<=") ||
	    regex_skip(&reader->pattern, "?<!")) {
		part = skip_assertion(reader);
		reader->depth--;
		reader->caseless = caseless;
		return part;
	}
	if (regex_skip(&reader->pattern, "?<") ||
	    regex_skip(&reader->pattern, "?P<"))
		skip_group_name(reader);
	else if (regex_skip(&reader->pattern, "?>"))
		reader->impure = true;
	else if (regex_skip(&reader->pattern, "?") && !read_options(reader)) {
		/* Options alone, which hold to the end of the group. */
		reader->depth--;
		return literal_part_of_nothing(reader->arena);
	}
	part = read_alternation(reader);
	if (regex_next(&reader->pattern) != ')')
		reader->pattern.failed = true;
	reader->caseless = caseless;
	reader->depth--;
	return part;
}

static struct literal_part
read_atom(struct reader *reader)
{
	char byte = regex_next(&reader->pattern);
	struct literal_part part;

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
		return literal_part_of_any(1);
	case '^':
	case '$':
		reader->impure = true;
		return literal_part_of_nothing(reader->arena);
	default:
		part = part_of_byte(reader, byte);
		break;
	}
	if (!reader->caseless)
		reader->impure = true;
	return part;
}

static struct literal_part
repeat(struct reader *reader, struct literal_part part,
    const struct regex_count *count)
{
	size_t least = count->least;
	size_t most = count->most;
	struct literal_part nothing = literal_part_of_nothing(reader->arena);
	bool is_blank = part.is_finite && part.all.count == 1 &&
	    text_equal(part.all.members[0], TEXT_LITERAL(" "));
	size_t longest = most < LITERAL_FAR / (part.longest + 1)
	    ? most * part.longest
	    : LITERAL_FAR;

	reader->impure |= count->is_possessive;
	/* There never are two blanks in a row. */
	if (is_blank && least == 1)
		return part;
	if (part.is_finite && least == 0 && (most == 1 || is_blank)) {
		part.all =
		    literal_set_union(reader->arena, part.all, nothing.all);
		return part;
	}
	if (least == 1 && most == 1)
		return part;
	if (least == 0)
		return literal_part_of_any(longest);
	if (part.is_finite) {
		struct literal_part repeated = literal_part_of_any(longest);

		repeated.starts = literal_part_starts(&part);
		literal_part_add(reader->arena, &repeated, part.all, 0);
		return repeated;
	}
	part.longest = longest;
	return part;
}

/*
 * A run of ordinary bytes, `most` of them at most, as one part: most of every
 * pattern is made of these.  False when there are none.
 */
static bool
read_plain(struct reader *reader, size_t most, struct literal_part *part)
{
	struct text run = regex_read_plain(&reader->pattern, most);
	char *lower;

	if (run.length == 0)
		return false;
	lower = arena_allocate(reader->arena, run.length);
	for (size_t i = 0; i < run.length; i++) {
		lower[i] = byte_lower(run.data[i]);
		if ((run.data[i] & 0x80) != 0 || (unsigned char)lower[i] < ' ')
			reader->impure = true;
	}
	if (!reader->caseless)
		reader->impure = true;
	*part = literal_part_of_one(
	    reader->arena, (struct text){ lower, run.length });
	return true;
}

/* A branch that is being read. */
struct branch {
	struct literal_part part; /* without the run, unless that is all */
	struct literal_set run; /* finite parts that follow each other */
	bool has_start; /* what it begins with was told, as far as known */
};

/* A part that comes next, or a run that does, says what the branch begins with.
 */
static void
set_starts(struct branch *branch, struct literal_set starts)
{
	if (!branch->has_start)
		branch->part.starts = starts;
	branch->has_start = true;
}

/* Ends the run, so that something else can come behind it. */
static void
end_run(struct branch *branch, struct arena *arena)
{
	struct literal_part *part = &branch->part;
	struct literal_part run = { .is_finite = true, .all = branch->run };
	size_t longest = literal_set_longest(branch->run);

	if (longest > 0)
		set_starts(branch, literal_part_starts(&run));
	part->is_finite = false;
	literal_part_add(arena, part, branch->run, part->longest);
	part->longest = literal_length_add(part->longest, longest);
	branch->run = literal_part_of_nothing(arena).all;
}

static void
append_part(
    struct branch *branch, const struct literal_part *item, struct arena *arena)
{
	struct literal_set run = branch->run;
	size_t longest = literal_set_longest(run);

	if (item->is_finite &&
	    (run.count * item->all.count <= LITERAL_PRODUCTS ||
		run.count == 1 || item->all.count == 1) &&
	    longest + literal_set_longest(item->all) <= LITERAL_LENGTH) {
		branch->run = literal_set_product(arena, run, item->all);
		return;
	}
	end_run(branch, arena);
	if (item->is_finite) {
		branch->run = item->all;
		return;
	}
	set_starts(branch, literal_part_starts(item));
	literal_part_add_all(arena, &branch->part, item, branch->part.longest);
	branch->part.longest =
	    literal_length_add(branch->part.longest, item->longest);
}

static struct literal_part
read_branch(struct reader *reader)
{
	struct branch branch = {
		.part.is_finite = true,
		.run = literal_part_of_nothing(reader->arena).all,
	};

	while (!regex_at_branch_end(&reader->pattern)) {
		size_t longest = literal_set_longest(branch.run);
		struct literal_part item;
		struct regex_count count;

		if (!read_plain(reader, LITERAL_LENGTH - longest, &item)) {
			item = read_atom(reader);
			if (regex_read_count(&reader->pattern, &count))
				item = repeat(reader, item, &count);
		}
		append_part(&branch, &item, reader->arena);
	}
	if (!branch.part.is_finite) {
		end_run(&branch, reader->arena);
		return branch.part;
	}
	branch.part.all = branch.run;
	branch.part.longest = literal_set_longest(branch.run);
	return branch.part;
}

/* What either of two parts begins with. */
static struct literal_set
either_starts(struct arena *arena, const struct literal_part *a,
    const struct literal_part *b)
{
	struct literal_set left = literal_part_starts(a);
	struct literal_set right = literal_part_starts(b);

	if (left.count == 0 || right.count == 0 ||
	    left.count + right.count > LITERAL_MEMBERS)
		return (struct literal_set){ 0 };
	return literal_set_union(arena, left, right);
}

static struct literal_part
read_alternation(struct reader *reader)
{
	struct literal_part sum = read_branch(reader);

	while (regex_skip(&reader->pattern, "|")) {
		struct literal_part branch = read_branch(reader);
		struct literal_set a = literal_part_best(&sum);
		struct literal_set b = literal_part_best(&branch);
		bool is_finite = sum.is_finite && branch.is_finite &&
		    sum.all.count + branch.all.count <= LITERAL_MEMBERS;
		size_t longest =
		    sum.longest > branch.longest ? sum.longest : branch.longest;
		struct literal_set starts;

		if (is_finite) {
			sum.all = literal_set_union(
			    reader->arena, sum.all, branch.all);
			sum.longest = longest;
			continue;
		}
		starts = either_starts(reader->arena, &sum, &branch);
		sum = literal_part_of_any(longest);
		sum.starts = starts;
		if (a.count > 0 && b.count > 0 &&
		    a.count + b.count <= LITERAL_MEMBERS)
			literal_part_add(reader->arena, &sum,
			    literal_set_union(reader->arena, a, b), 0);
	}
	return sum;
}

/* The sets of a branch, the rarest first; false when it has none. */
static bool
make_clause(const struct literal_part *branch, bool impure,
    struct literal_clause *clause)
{
	size_t count;
	const struct literal_set *sets = literal_part_sets(branch, &count);

	for (size_t i = 0; i < count; i++) {
		struct literal_set set = sets[i];
		int rarity = literal_set_rarity(set);
		size_t at = clause->set_count;

		if (literal_set_shortest(set) < 2)
			continue;
		while (at > 0 &&
		    literal_set_rarity(clause->sets[at - 1]) < rarity) {
			clause->sets[at] = clause->sets[at - 1];
			at--;
		}
		clause->sets[at] = set;
		clause->set_count++;
	}
	clause->starts = literal_part_starts(branch);
	clause->is_exact = branch->is_finite && !impure;
	return clause->set_count > 0;
}

struct literal_clauses
literal_clauses_of(struct text pattern, struct arena *arena)
{
	struct reader reader = { .pattern.source = pattern, .arena = arena };
	struct literal_clauses clauses = { 0 };
	size_t branches = 1;

	for (size_t i = 0; i < pattern.length; i++)
		branches += pattern.data[i] == '|';
	clauses.items =
	    arena_allocate(arena, branches * sizeof(*clauses.items));
	do {
		struct literal_clause *clause = &clauses.items[clauses.count];
		size_t start = reader.pattern.at;
		struct literal_part branch;

		*clause =
		    (struct literal_clause){ .is_caseless = reader.caseless };
		reader.impure = false;
		branch = read_branch(&reader);
		if (reader.pattern.failed ||
		    !make_clause(&branch, reader.impure, clause))
			return (struct literal_clauses){ 0 };
		if (!reader.has_options)
			clause->branch =
			    text_slice(pattern, start, reader.pattern.at);
		clauses.count++;
	} while (regex_skip(&reader.pattern, "|"));
	if (reader.pattern.at < pattern.length)
		return (struct literal_clauses){ 0 };
	return clauses;
}
