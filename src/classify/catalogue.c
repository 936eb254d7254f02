#include "classify/catalogue.h"

#include "classify/catalogue_private.h"

/* Cuts a number of at most three digits, or x, off the front of `*rest`. */
static bool
cut_part(struct text *rest, unsigned *number, bool *any)
{
	size_t length = 0;
	uint64_t value = 0;

	*any = rest->length > 0 && byte_lower(rest->data[0]) == 'x';
	if (*any) {
		length = 1;
	} else {
		while (
		    length < rest->length && byte_is_digit(rest->data[length]))
			length++;
		if (!text_parse_number(
			text_slice(*rest, 0, length), 999, &value) ||
		    length > 3)
			return false;
	}
	*number = (unsigned)value;
	*rest = text_slice(*rest, length, rest->length);
	return true;
}

static bool
cut_byte(struct text *rest, char byte)
{
	if (rest->length == 0 || rest->data[0] != byte)
		return false;
	*rest = text_slice(*rest, 1, rest->length);
	return true;
}

bool
catalogue_parse_enhanced(struct text name, struct catalogue_name_parts *parts)
{
	bool any_class;
	bool any_subject;
	bool any_detail;
	bool ignored;

	*parts = (struct catalogue_name_parts){ .kind = NAME_CLASS };
	if (!cut_part(&name, &parts->digit, &any_class) ||
	    (!any_class && parts->digit != 2 && parts->digit != 4 &&
		parts->digit != 5))
		return false;
	if (name.length == 0)
		return !any_class;
	if (!cut_byte(&name, '.') ||
	    !cut_part(&name, &parts->subject, &any_subject))
		return false;
	if (!any_subject)
		parts->kind = NAME_SUBJECT;
	if (name.length == 0)
		return !any_subject;
	if (!cut_byte(&name, '.') ||
	    !cut_part(&name, &parts->first, &any_detail))
		return false;
	if (any_detail)
		return name.length == 0 && (!any_subject || !any_class);
	parts->kind = NAME_CODE;
	parts->last = parts->first;
	if (cut_byte(&name, '-') &&
	    (!cut_part(&name, &parts->last, &ignored) || ignored ||
		parts->last <= parts->first))
		return false;
	return name.length == 0 && !any_subject;
}

bool
catalogue_parse_reply(struct text name, struct catalogue_name_parts *parts)
{
	uint64_t number;

	if (name.length != 3 || !text_parse_number(name, 599, &number) ||
	    number < 200)
		return false;
	*parts = (struct catalogue_name_parts){
		.kind = NAME_REPLY,
		.digit = (unsigned)number / 100,
		.first = (unsigned)number,
	};
	return true;
}

bool
catalogue_parse_other(struct text name, struct catalogue_name_parts *parts)
{
	*parts = (struct catalogue_name_parts){ .kind = NAME_OTHER };
	if (name.length < 2 || name.length > CATALOGUE_NAME_MAXIMUM ||
	    !byte_is_alnum(name.data[0]) || byte_is_digit(name.data[0]))
		return false;
	for (size_t i = 0; i < name.length; i++)
		if (!byte_is_alnum(name.data[i]) &&
		    text_find_byte(TEXT_LITERAL("_-()#"), name.data[i]) ==
			TEXT_NONE)
			return false;
	return true;
}

size_t
catalogue_slot_of(const struct catalogue *catalogue, uint32_t key)
{
	size_t mask = catalogue->slot_count - 1;
	size_t at = (size_t)(hash_mix(0, key) & mask);

	while (
	    catalogue->slots[at].entry != 0 && catalogue->slots[at].key != key)
		at = (at + 1) & mask;
	return at;
}

const struct catalogue_entry *
catalogue_find_number(const struct catalogue *catalogue, uint32_t key)
{
	uint32_t entry =
	    catalogue->slots[catalogue_slot_of(catalogue, key)].entry;

	return entry != 0 ? &catalogue->entries[entry - 1] : NULL;
}

struct text
catalogue_lower_name(struct text name, char room[CATALOGUE_NAME_MAXIMUM])
{
	if (name.length > CATALOGUE_NAME_MAXIMUM)
		name.length = 0;
	for (size_t i = 0; i < name.length; i++)
		room[i] = byte_lower(name.data[i]);
	return (struct text){ room, name.length };
}

static const struct catalogue_entry *
find_name(const struct catalogue *catalogue, struct text name)
{
	char room[CATALOGUE_NAME_MAXIMUM];
	struct text lower = catalogue_lower_name(name, room);
	uint32_t number;

	if (lower.length == 0)
		return NULL;
	number = pool_find(catalogue->names, lower);
	if (number == UINT32_MAX || catalogue->by_name[number] == 0)
		return NULL;
	return &catalogue->entries[catalogue->by_name[number] - 1];
}

/* The family of a provider's code: each run of digits becomes one '#'. */
static const struct catalogue_entry *
find_family(const struct catalogue *catalogue, struct text name)
{
	char room[CATALOGUE_NAME_MAXIMUM];
	size_t length = 0;

	if (name.length > CATALOGUE_NAME_MAXIMUM ||
	    text_find_byte(name, '#') != TEXT_NONE)
		return NULL;
	for (size_t i = 0; i < name.length; i++) {
		bool digit = byte_is_digit(name.data[i]);

		if (!digit || length == 0 || room[length - 1] != '#')
			room[length++] = digit ? '#' : name.data[i];
	}
	return find_name(catalogue, (struct text){ room, length });
}

struct text
catalogue_bare(struct text code)
{
	static const struct text prefixes[] = { { "dsn=", 4 }, { "stat=", 5 },
		{ "status=", 7 }, { "code=", 5 }, { "#", 1 } };

	code = text_trim(code);
	while (code.length > 0 &&
	    text_find_byte(TEXT_LITERAL(".,;:"), code.data[code.length - 1]) !=
		TEXT_NONE)
		code.length--;
	if (code.length > 2) {
		size_t pair =
		    text_find_byte(TEXT_LITERAL("([<\"'"), code.data[0]);

		if (pair != TEXT_NONE &&
		    code.data[code.length - 1] == ")]>\"'"[pair])
			code = text_slice(code, 1, code.length - 1);
	}
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (text_equal_nocase(
			text_slice(code, 0, prefixes[i].length), prefixes[i]))
			code =
			    text_slice(code, prefixes[i].length, code.length);
	return code;
}

const struct catalogue_entry *
catalogue_find(const struct catalogue *catalogue, struct text code)
{
	struct catalogue_name_parts parts;
	struct text bare = catalogue_bare(code);
	const struct catalogue_entry *entry = find_name(catalogue, bare);

	if (entry != NULL)
		return entry;
	if (catalogue_parse_enhanced(bare, &parts)) {
		if (parts.kind == NAME_SUBJECT)
			entry = catalogue_find_number(catalogue,
			    catalogue_number_of_subject(
				parts.digit, parts.subject));
		if (entry != NULL)
			return entry;
		if (parts.kind != NAME_CODE)
			return catalogue_find_number(
			    catalogue, catalogue_number_of_class(parts.digit));
		if (parts.first != parts.last)
			return NULL;
		return catalogue_find_code(catalogue,
		    ENHANCED_CODE(parts.digit, parts.subject, parts.first));
	}
	if (catalogue_parse_reply(bare, &parts))
		return catalogue_find_reply(catalogue, parts.first);
	return find_family(catalogue, bare);
}

const struct catalogue_entry *
catalogue_find_code(const struct catalogue *catalogue, uint32_t code)
{
	unsigned digit = enhanced_code_class(code);
	const struct catalogue_entry *entry =
	    catalogue_find_number(catalogue, code);

	if (entry == NULL)
		entry = catalogue_find_number(catalogue,
		    catalogue_number_of_subject(digit, code / 1000 % 1000));
	if (entry == NULL)
		entry = catalogue_find_number(
		    catalogue, catalogue_number_of_class(digit));
	return entry;
}

const struct catalogue_entry *
catalogue_find_reply(const struct catalogue *catalogue, unsigned reply_code)
{
	const struct catalogue_entry *entry = catalogue_find_number(
	    catalogue, catalogue_number_of_reply(reply_code));

	if (entry == NULL && reply_code >= 200 && reply_code < 600)
		entry = catalogue_find_number(
		    catalogue, catalogue_number_of_class(reply_code / 100));
	return entry;
}

struct text
catalogue_name(const struct catalogue_entry *entry)
{
	return entry != NULL ? entry->name : (struct text){ 0 };
}

const uint32_t *
catalogue_schedule(const struct catalogue_entry *entry, size_t *count)
{
	*count = entry != NULL ? entry->schedule_count : 0;
	return entry != NULL ? entry->schedule : NULL;
}

struct text
catalogue_value(const struct catalogue_entry *entry, enum catalogue_key key)
{
	return entry->values[key].count > 0 ? entry->values[key].items[0]
					    : (struct text){ 0 };
}
