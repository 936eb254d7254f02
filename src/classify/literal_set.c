#include "classify/literal_set.h"

#include <string.h>

#include "classify/literal_part.h"

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
	size_t at = reader->at;

	for (; *string != '\0'; string++, at++)
		if (at >= reader->source.length ||
		    reader->source.data[at] != *string)
			return false;
	reader->at = at;
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
static struct literal_part
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
		return part_of_byte(reader, read_hexadecimal(reader));
	default:
		reader->failed = true;
		return (struct literal_part){ 0 };
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
static struct literal_part
read_class(struct reader *reader)
{
	bool bytes[256] = { false };
	bool is_negated = skip_string(reader, "^");
	struct literal_part part = { .is_finite = true, .longest = 1 };
	size_t count = 0;
	char members[4] = { 0 };

	read_class_items(reader, bytes);
	for (int i = 0; i < 256; i++) {
		char lower = byte_lower((char)i);

		if (bytes[i] == is_negated || i < ' ')
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
	if (next_byte(reader) != ')')
		reader->failed = true;
	reader->impure = true;
	return literal_part_of_nothing(reader->arena);
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
		else if (letter == 's' || letter == 'm')
			reader->has_options = true;
		else
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
static struct literal_part
read_group(struct reader *reader)
{
	bool caseless = reader->caseless;
	struct literal_part part;

	if (reader->depth >= DEPTH_MAXIMUM || at_byte(reader, '*'))
		reader->failed = true;
	if (reader->failed)
		return (struct literal_part){ 0 };
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
		return literal_part_of_nothing(reader->arena);
	}
	part = read_alternation(reader);
	if (next_byte(reader) != ')')
		reader->failed = true;
	reader->caseless = caseless;
	reader->depth--;
	return part;
}

static struct literal_part
read_atom(struct reader *reader)
{
	char byte = next_byte(reader);
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
	uint64_t high = LITERAL_FAR;

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

static struct literal_part
repeat(
    struct reader *reader, struct literal_part part, size_t least, size_t most)
{
	struct literal_part nothing = literal_part_of_nothing(reader->arena);
	bool is_blank = part.is_finite && part.all.count == 1 &&
	    text_equal(part.all.members[0], TEXT_LITERAL(" "));
	size_t longest = most < LITERAL_FAR / (part.longest + 1)
	    ? most * part.longest
	    : LITERAL_FAR;

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
		literal_part_add(&repeated, part.all, 0);
		return repeated;
	}
	part.longest = longest;
	return part;
}

static bool
is_special(char byte)
{
	return byte == '\0' || strchr("\\[](){}.^$|?*+", byte) != NULL;
}

static bool
at_end_of_branch(const struct reader *reader)
{
	return reader->failed || reader->at >= reader->source.length ||
	    at_byte(reader, '|') || at_byte(reader, ')');
}

/*
 * A run of ordinary bytes, `most` of them at most, as one part: most of every
 * pattern is made of these.  False when there are none.
 */
static bool
read_plain(struct reader *reader, size_t most, struct literal_part *part)
{
	struct text rest =
	    text_slice(reader->source, reader->at, reader->source.length);
	struct text run;
	char *lower;
	size_t length = 0;

	while (length < rest.length && !is_special(rest.data[length]))
		length++;
	/* What comes next may say how often the last byte does. */
	if (length > 0 && length < rest.length)
		length--;
	if (length > most)
		length = most;
	if (length == 0)
		return false;
	run = text_slice(rest, 0, length);
	lower = arena_allocate(reader->arena, length);
	for (size_t i = 0; i < length; i++) {
		lower[i] = byte_lower(run.data[i]);
		if ((run.data[i] & 0x80) != 0 || (unsigned char)lower[i] < ' ')
			reader->impure = true;
	}
	if (!reader->caseless)
		reader->impure = true;
	reader->at += length;
	*part =
	    literal_part_of_one(reader->arena, (struct text){ lower, length });
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
	literal_part_add(part, branch->run, part->longest);
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
	literal_part_add_all(&branch->part, item, branch->part.longest);
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

	while (!at_end_of_branch(reader)) {
		size_t longest = literal_set_longest(branch.run);
		struct literal_part item;
		size_t least;
		size_t most;

		if (!read_plain(reader, LITERAL_LENGTH - longest, &item)) {
			item = read_atom(reader);
			if (read_quantifier(reader, &least, &most))
				item = repeat(reader, item, least, most);
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

	while (skip_string(reader, "|")) {
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
			literal_part_add(
			    &sum, literal_set_union(reader->arena, a, b), 0);
	}
	return sum;
}

/* The sets of a branch, the rarest first; false when it has none. */
static bool
make_clause(const struct literal_part *branch, bool impure,
    struct literal_clause *clause)
{
	struct literal_part sets = { 0 };

	literal_part_add_all(&sets, branch, 0);
	for (size_t i = 0; i < sets.set_count; i++) {
		struct literal_set set = sets.sets[i];
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
	struct reader reader = { .source = pattern, .arena = arena };
	struct literal_clauses clauses = { 0 };
	size_t branches = 1;

	for (size_t i = 0; i < pattern.length; i++)
		branches += pattern.data[i] == '|';
	clauses.items =
	    arena_allocate(arena, branches * sizeof(*clauses.items));
	do {
		struct literal_clause *clause = &clauses.items[clauses.count];
		size_t start = reader.at;
		struct literal_part branch;

		*clause =
		    (struct literal_clause){ .is_caseless = reader.caseless };
		reader.impure = false;
		branch = read_branch(&reader);
		if (reader.failed ||
		    !make_clause(&branch, reader.impure, clause))
			return (struct literal_clauses){ 0 };
		if (!reader.has_options)
			clause->branch = text_slice(pattern, start, reader.at);
		clauses.count++;
	} while (skip_string(&reader, "|"));
	if (reader.at < pattern.length)
		return (struct literal_clauses){ 0 };
	return clauses;
}
