#include "track/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/calendar.h"
#include "base/enhanced_code.h"
#include "base/memory.h"
#include "track/domain_name.h"

struct filter_values {
	struct text *items;
	size_t count;
	size_t capacity;
};

struct filter {
	enum filter_scope scope;
	struct arena arena;
	struct filter_values values[FILTER_KINDS];
	bool is_plain; /* only the scope is looked at */
	int64_t since;
	int64_t until;
};

struct filter *
filter_new(enum filter_scope scope)
{
	struct filter *filter = memory_allocate_array(1, sizeof(*filter));

	filter->scope = scope;
	filter->is_plain = true;
	filter->since = INSTANT_NONE;
	filter->until = INSTANT_NONE;
	arena_init(&filter->arena);
	return filter;
}

void
filter_free(struct filter *filter)
{
	if (filter == NULL)
		return;
	for (unsigned i = 0; i < FILTER_KINDS; i++)
		free(filter->values[i].items);
	arena_release(&filter->arena);
	free(filter);
}

/* Longest run of digits in a code. */
#define DIGITS_MAXIMUM 3

/*
 * 4.3.2, 5.7.*, 5.*.*, 550, 55*: three numbers, or one of three digits; a star
 * stands for digits.  What could be no code, such as 5.7 or 6.1.1, would take
 * nothing.
 */
bool
filter_is_code(struct text text)
{
	size_t dots = 0;
	size_t stars = 0;
	size_t digits = 0;

	for (size_t i = 0; i < text.length; i++) {
		bool is_dot = text.data[i] == '.';

		digits = byte_is_digit(text.data[i]) ? digits + 1 : 0;
		if (digits > DIGITS_MAXIMUM)
			return false;
		if (is_dot && (i == 0 || text.data[i - 1] == '.'))
			return false;
		if (!is_dot && !byte_is_digit(text.data[i]) &&
		    text.data[i] != '*')
			return false;
		dots += is_dot;
		stars += text.data[i] == '*';
	}
	if (text.length == 0 || text.length > 11 ||
	    text.data[text.length - 1] == '.' ||
	    memchr("*2345", text.data[0], 5) == NULL)
		return false;
	return dots == 2 || (dots == 0 && (stars > 0 || text.length == 3));
}

/* A name as the names of the logs are compared; its leading dot stays. */
static struct text
copy_name(struct filter *filter, struct text name)
{
	size_t start = 0;
	struct buffer buffer;
	struct text copy;

	if (name.length > 2 && name.data[0] == '*' && name.data[1] == '.')
		name = text_slice(name, 1, name.length);
	if (name.data[0] == '.')
		start = 1;
	buffer_init(&buffer, 0);
	buffer_append_text(&buffer, text_slice(name, 0, start));
	domain_name_append(
	    &buffer, domain_name_trim(text_slice(name, start, name.length)));
	copy = arena_copy(&filter->arena, buffer_text(&buffer));
	buffer_release(&buffer);
	return copy;
}

static bool
is_name(enum filter_kind kind, struct text text)
{
	/* An address is easily taken for its domain. */
	return kind == FILTER_RELAY || text_find_byte(text, '@') == TEXT_NONE;
}

static bool
is_value(enum filter_kind kind, struct text text)
{
	enum verdict_category category;

	if (text.length == 0)
		return false;
	if (kind == FILTER_CODE)
		return filter_is_code(text);
	if (kind == FILTER_CATEGORY)
		return verdict_category_find(text, &category);
	return is_name(kind, text);
}

bool
filter_add(struct filter *filter, enum filter_kind kind, struct text text)
{
	struct filter_values *values = &filter->values[kind];
	struct text copy;

	if (!is_value(kind, text))
		return false;
	copy = kind == FILTER_CODE || kind == FILTER_CATEGORY
	    ? arena_copy(&filter->arena, text)
	    : copy_name(filter, text);
	values->items = memory_grow(values->items, &values->capacity,
	    values->count + 1, sizeof(*values->items));
	values->items[values->count++] = copy;
	filter->is_plain = false;
	return true;
}

/* `*` stands for one run of digits. */
static bool
code_matches(struct text glob, struct text code)
{
	size_t at = 0;

	for (size_t i = 0; i < glob.length; i++) {
		if (glob.data[i] == '*') {
			while (at < code.length && byte_is_digit(code.data[at]))
				at++;
			continue;
		}
		if (at >= code.length || code.data[at] != glob.data[i])
			return false;
		at++;
	}
	return at == code.length && code.length > 0;
}

bool
filter_code_matches(
    struct text wanted, uint32_t enhanced_code, uint32_t reply_code)
{
	struct buffer code;
	bool matches;

	buffer_init(&code, 0);
	buffer_append_enhanced_code(&code, enhanced_code);
	matches = code_matches(wanted, buffer_text(&code));
	buffer_clear(&code);
	if (reply_code != 0)
		buffer_append_number(&code, reply_code);
	matches |= code_matches(wanted, buffer_text(&code));
	buffer_release(&code);
	return matches;
}

/* The name itself, or with a leading dot the name and all below. */
static bool
name_matches(struct text wanted, struct text name)
{
	if (wanted.data[0] != '.')
		return text_equal_nocase(wanted, name);
	if (name.length + 1 == wanted.length)
		return text_equal_nocase(
		    text_slice(wanted, 1, wanted.length), name);
	return name.length >= wanted.length &&
	    text_equal_nocase(
		text_slice(name, name.length - wanted.length, name.length),
		wanted);
}

static bool
value_matches(enum filter_kind kind, struct text wanted,
    const struct filter_subject *subject)
{
	switch (kind) {
	case FILTER_DOMAIN:
		return name_matches(wanted, subject->domain);
	case FILTER_SENDER_DOMAIN:
		return name_matches(wanted, subject->sender_domain);
	case FILTER_RELAY:
		return name_matches(wanted, subject->relay_host) ||
		    text_equal_nocase(wanted, subject->relay_ip);
	case FILTER_CATEGORY:
		return text_equal(wanted,
		    text_of(verdict_category_name(subject->verdict->category)));
	case FILTER_CODE:
		return filter_code_matches(wanted,
		    subject->verdict->enhanced_code,
		    subject->verdict->reply_code);
	}
	return false;
}

bool
filter_is_plain(const struct filter *filter)
{
	return filter->is_plain;
}

bool
filter_takes_scope(const struct filter *filter, enum record_scope scope)
{
	return filter->scope == FILTER_ALL ||
	    (filter->scope == FILTER_LOCAL) == (scope == RECORD_LOCAL);
}

bool
filter_matches(
    const struct filter *filter, const struct filter_subject *subject)
{
	if (!filter_takes_scope(filter, subject->scope))
		return false;
	if (filter->is_plain)
		return true;
	for (unsigned kind = 0; kind < FILTER_KINDS; kind++) {
		const struct filter_values *values = &filter->values[kind];
		bool matches = values->count == 0;

		for (size_t i = 0; i < values->count && !matches; i++)
			matches = value_matches(
			    (enum filter_kind)kind, values->items[i], subject);
		if (!matches)
			return false;
	}
	return true;
}

void
filter_set_period(struct filter *filter, int64_t since, int64_t until)
{
	filter->since = since;
	filter->until = until;
}

bool
filter_is_before(const struct filter *filter, int64_t time)
{
	return filter->since != INSTANT_NONE && time < filter->since;
}

bool
filter_is_after(const struct filter *filter, int64_t time)
{
	return filter->until != INSTANT_NONE && time >= filter->until;
}
