#include "classify/catalogue_private.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"

#define CLASSES       3
#define WAITS_MAXIMUM 32

static const unsigned class_digits[CLASSES] = { 2, 4, 5 };

const struct catalogue_key_row catalogue_keys[CATALOGUE_KEYS] = {
	{ "name", true, false },
	{ "vendor_name", true, false },
	{ "reference", true, false },
	{ "associated", true, false },
	{ "meaning", false, false },
	{ "class", true, true },
	{ "category", true, false },
	{ "action", true, true },
	{ "cause", false, false },
	{ "sender", false, false },
	{ "administrator", false, false },
	{ "related", false, false },
	{ "usual", false, false },
	{ "retry", true, true },
	{ "tries", true, true },
	{ "then", true, true },
	{ "note", false, false },
	{ "watch", false, false },
};

unsigned
catalogue_key_find(struct text word)
{
	for (unsigned i = 0; i < CATALOGUE_KEYS; i++)
		if (text_equal(word, text_of(catalogue_keys[i].name)))
			return i;
	return CATALOGUE_KEYS;
}

bool
catalogue_parse_waits(struct text value, uint32_t *waits, size_t *count)
{
	struct text word;

	*count = 0;
	while (text_next_word(&value, &word)) {
		static const struct {
			char letter;
			uint32_t seconds;
		} units[] = { { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
		uint32_t seconds = 0;
		uint64_t number;

		for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
			if (word.data[word.length - 1] == units[i].letter)
				seconds = units[i].seconds;
		if (seconds == 0 || *count == WAITS_MAXIMUM ||
		    !text_parse_number(
			text_slice(word, 0, word.length - 1), 1000, &number) ||
		    number == 0)
			return false;
		if (waits != NULL)
			waits[*count] = (uint32_t)number * seconds;
		++*count;
	}
	return *count > 0;
}

bool
catalogue_parse_tries(struct text value, unsigned *minimum, unsigned *maximum)
{
	size_t dash = text_find_byte(value, '-');
	uint64_t low;
	uint64_t high;

	if (!text_parse_number(text_slice(value, 0, dash), 100, &low))
		return false;
	high = low;
	if (dash != TEXT_NONE &&
	    !text_parse_number(
		text_slice(value, dash + 1, value.length), 100, &high))
		return false;
	*minimum = (unsigned)low;
	*maximum = (unsigned)high;
	return low > 0 && low <= high;
}

/* Gathers the lines of a stanza by key; unknown keys are left out. */
static void
gather(struct catalogue *catalogue, struct catalogue_source *source)
{
	const struct stanza *stanza = source->stanza;

	for (unsigned key = 0; key < CATALOGUE_KEYS; key++) {
		struct text wanted = text_of(catalogue_keys[key].name);
		struct text *items;
		size_t count = 0;

		for (size_t i = 0; i < stanza->count; i++)
			count += text_equal(stanza->lines[i].key, wanted);
		if (count == 0)
			continue;
		items =
		    arena_allocate(&catalogue->arena, count * sizeof(*items));
		source->values[key].items = items;
		source->values[key].count = count;
		for (size_t i = 0; i < stanza->count; i++)
			if (text_equal(stanza->lines[i].key, wanted))
				*items++ = stanza->lines[i].value;
	}
}

/*
 * What a stanza may be called.  Of the ways to ask for a subject or a class
 * there is one for a stanza; and a run belongs to one class.
 */
static bool
parse_stanza_name(struct text name, struct catalogue_name_parts *parts)
{
	if (!catalogue_parse_enhanced(name, parts))
		return catalogue_parse_reply(name, parts) ||
		    catalogue_parse_other(name, parts);
	if (parts->kind == NAME_CLASS)
		return name.length == 1;
	if (parts->kind == NAME_SUBJECT)
		return parts->digit == 0 && text_find_last_byte(name, '.') == 1;
	return parts->digit != 0 || parts->first == parts->last;
}

/* False, and a diagnostic, for a stanza whose name says nothing. */
static bool
add_sources(struct catalogue *catalogue, struct diagnostics *diagnostics)
{
	bool good = true;

	catalogue->sources = memory_allocate_array(
	    catalogue->file.count + 1, sizeof(*catalogue->sources));
	for (size_t i = 0; i < catalogue->file.count; i++) {
		const struct stanza *stanza = &catalogue->file.stanzas[i];
		struct catalogue_source *source =
		    &catalogue->sources[catalogue->source_count];

		source->stanza = stanza;
		if (parse_stanza_name(stanza->name, &source->parts)) {
			gather(catalogue, source);
			catalogue->source_count++;
			continue;
		}
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, NULL, 0,
		    "[%.*s] is no code", TEXT_FORMAT(stanza->name));
		good = false;
	}
	return good;
}

static const struct catalogue_source *
find_source(const struct catalogue *catalogue, enum name_kind kind,
    unsigned digit, unsigned subject, unsigned detail)
{
	for (size_t i = 0; i < catalogue->source_count; i++) {
		const struct catalogue_name_parts *parts =
		    &catalogue->sources[i].parts;

		if (parts->kind == kind && parts->digit == digit &&
		    parts->subject == subject && parts->first <= detail &&
		    (kind != NAME_CODE || parts->last >= detail))
			return &catalogue->sources[i];
	}
	return NULL;
}

/* Keeps what is there already: the special ones are put in first. */
static void
put_number(struct catalogue *catalogue, uint32_t key, uint32_t entry)
{
	size_t at;

	if (catalogue->slots_used * 2 >= catalogue->slot_count) {
		struct catalogue_slot *old = catalogue->slots;
		size_t count = catalogue->slot_count;

		catalogue->slot_count = count * 2;
		catalogue->slots = memory_allocate_array(
		    catalogue->slot_count, sizeof(*catalogue->slots));
		for (size_t i = 0; i < count; i++)
			if (old[i].entry != 0)
				catalogue->slots[catalogue_slot_of(
				    catalogue, old[i].key)] = old[i];
		free(old);
	}
	at = catalogue_slot_of(catalogue, key);
	if (catalogue->slots[at].entry != 0)
		return;
	catalogue->slots[at] = (struct catalogue_slot){ key, entry + 1 };
	catalogue->slots_used++;
}

static void
put_name(struct catalogue *catalogue, struct text name, uint32_t entry)
{
	char room[CATALOGUE_NAME_MAXIMUM];
	uint32_t number =
	    pool_intern(catalogue->names, catalogue_lower_name(name, room));
	size_t old = catalogue->by_name_capacity;

	catalogue->by_name =
	    memory_grow(catalogue->by_name, &catalogue->by_name_capacity,
		number + 1, sizeof(*catalogue->by_name));
	for (size_t i = old; i < catalogue->by_name_capacity; i++)
		catalogue->by_name[i] = 0;
	if (catalogue->by_name[number] == 0)
		catalogue->by_name[number] = entry + 1;
}

/*
 * Whether an entry takes a key from a layer below its own.  What X.s.d says
 * is about failures, so that a success has but the name from there.
 */
static bool
key_reaches(const struct catalogue_entry *entry, unsigned key,
    const struct catalogue_name_parts *layer)
{
	bool success = entry->digit == 2;

	switch (layer->kind) {
	case NAME_CODE:
		return !success || key == CATALOGUE_NAME ||
		    key == CATALOGUE_REFERENCE;
	case NAME_SUBJECT:
		return key == CATALOGUE_CATEGORY;
	case NAME_CLASS:
		return key == CATALOGUE_WATCH ||
		    (success && key == CATALOGUE_MEANING);
	case NAME_REPLY:
	case NAME_OTHER:
		break;
	}
	return false;
}

static void
set_verdict(struct catalogue_entry *entry)
{
	bool permanent = entry->digit != 4;
	enum verdict_category category;

	if (entry->digit == 2 || entry->digit == 3 ||
	    !verdict_category_find(
		catalogue_value(entry, CATALOGUE_CATEGORY), &category))
		return;
	entry->category = category;
	/* What X stands for may decide; then nothing is said. */
	if (entry->digit == 0 && entry->kind == CATALOGUE_ENHANCED &&
	    verdict_default_class(category, true) !=
		verdict_default_class(category, false))
		return;
	entry->class = verdict_default_class(category, permanent);
	entry->action = verdict_default_action(category, permanent);
	verdict_class_find(
	    catalogue_value(entry, CATALOGUE_CLASS), &entry->class);
	verdict_action_find(
	    catalogue_value(entry, CATALOGUE_ACTION), &entry->action);
}

/* The class whose retry advice serves for an entry that has none. */
static unsigned
advising_class(const struct catalogue_entry *entry)
{
	bool again =
	    entry->action == ACTION_RETRY || entry->action == ACTION_SLOW_DOWN;

	if (entry->digit == 4)
		return entry->class != CLASS_HARD ? 4 : 5;
	return entry->class == CLASS_SOFT && again ? 4 : 5;
}

/* Takes over the retry advice of a class, but ends it by the own action. */
static void
inherit_advice(struct catalogue *catalogue, struct catalogue_entry *entry)
{
	static const enum catalogue_key advice[] = { CATALOGUE_RETRY,
		CATALOGUE_TRIES, CATALOGUE_THEN };
	unsigned digit = advising_class(entry);
	const struct catalogue_source *class =
	    find_source(catalogue, NAME_CLASS, digit, 0, 0);

	for (size_t i = 0; class != NULL && i < 3; i++)
		entry->values[advice[i]] = class->values[advice[i]];
	if (digit == 5 || entry->class == CLASS_BLOCK)
		entry->then = entry->action;
}

static void
set_schedule(struct catalogue *catalogue, struct catalogue_entry *entry)
{
	struct text retry;
	uint32_t waits[WAITS_MAXIMUM];
	uint32_t *kept;

	if (entry->class == CLASS_NONE ||
	    (entry->digit == 0 && entry->kind == CATALOGUE_ENHANCED))
		return;
	if (entry->values[CATALOGUE_RETRY].count == 0)
		inherit_advice(catalogue, entry);
	if (entry->then == ACTION_NONE)
		verdict_action_find(
		    catalogue_value(entry, CATALOGUE_THEN), &entry->then);
	retry = catalogue_value(entry, CATALOGUE_RETRY);
	entry->never_retry = text_equal(retry, TEXT_LITERAL("never"));
	if (entry->never_retry)
		return;
	catalogue_parse_tries(catalogue_value(entry, CATALOGUE_TRIES),
	    &entry->tries_minimum, &entry->tries_maximum);
	if (!catalogue_parse_waits(retry, waits, &entry->schedule_count))
		return;
	kept = arena_allocate(
	    &catalogue->arena, entry->schedule_count * sizeof(*kept));
	for (size_t i = 0; i < entry->schedule_count; i++)
		kept[i] = waits[i];
	entry->schedule = kept;
}

static void
set_name(struct catalogue *catalogue, struct catalogue_entry *entry)
{
	struct text vendor = catalogue_value(entry, CATALOGUE_VENDOR_NAME);
	struct buffer name;

	entry->name = catalogue_value(entry, CATALOGUE_NAME);
	if (vendor.length == 0)
		return;
	buffer_init(&name, 0);
	buffer_append_format(&name, "%.*s (%.*s)", TEXT_FORMAT(entry->name),
	    TEXT_FORMAT(vendor));
	entry->name = arena_copy(&catalogue->arena, buffer_text(&name));
	buffer_release(&name);
}

/* The layers of an entry, special ones first; NULL where there is none. */
#define LAYERS 5

static uint32_t
add_entry(struct catalogue *catalogue, struct catalogue_entry entry,
    const struct catalogue_source *const layers[LAYERS])
{
	bool first = true;

	for (unsigned i = 0; i < LAYERS; i++) {
		const struct catalogue_source *layer = layers[i];
		bool has_category = entry.values[CATALOGUE_CATEGORY].count > 0;
		bool own;

		if (layer == NULL)
			continue;
		own = first && (entry.digit != 2 || layer->parts.digit == 2);
		if (first)
			entry.stanza = layer->stanza;
		for (unsigned key = 0; key < CATALOGUE_KEYS; key++)
			/* Of another category, class and action are not its. */
			if (entry.values[key].count == 0 &&
			    !(has_category &&
				(key == CATALOGUE_CLASS ||
				    key == CATALOGUE_ACTION)) &&
			    (own || key_reaches(&entry, key, &layer->parts)))
				entry.values[key] = layer->values[key];
		first = false;
	}
	set_verdict(&entry);
	set_schedule(catalogue, &entry);
	set_name(catalogue, &entry);
	catalogue->entries =
	    memory_grow(catalogue->entries, &catalogue->entry_capacity,
		catalogue->entry_count + 1, sizeof(*catalogue->entries));
	catalogue->entries[catalogue->entry_count] = entry;
	return (uint32_t)catalogue->entry_count++;
}

/* An entry for `source` in class `digit` (0 = for X itself). */
static uint32_t
add_layered(struct catalogue *catalogue, const struct catalogue_source *source,
    unsigned digit, struct catalogue_entry entry)
{
	const struct catalogue_name_parts *parts = &source->parts;
	bool coded = parts->kind == NAME_CODE;
	const struct catalogue_source *layers[LAYERS] = { source };

	if (coded && parts->digit != 0) {
		/* Runs hold more than one code, so a code is not its own. */
		for (size_t i = 0; i < catalogue->source_count; i++) {
			const struct catalogue_name_parts *run =
			    &catalogue->sources[i].parts;

			if (run->kind == NAME_CODE &&
			    run->digit == parts->digit &&
			    run->subject == parts->subject &&
			    run->last > run->first && run != parts &&
			    run->first <= parts->first &&
			    run->last >= parts->last)
				layers[1] = &catalogue->sources[i];
		}
		if (parts->first == parts->last)
			layers[2] = find_source(catalogue, NAME_CODE, 0,
			    parts->subject, parts->first);
	}
	if (coded)
		layers[3] =
		    find_source(catalogue, NAME_SUBJECT, 0, parts->subject, 0);
	if (parts->kind != NAME_CLASS)
		layers[4] = find_source(catalogue, NAME_CLASS, digit, 0, 0);
	entry.digit = digit;
	return add_entry(catalogue, entry, layers);
}

/* Codes, runs, replies, providers' codes: what has a stanza of its own. */
static void
add_own(struct catalogue *catalogue, const struct catalogue_source *source)
{
	const struct catalogue_name_parts *parts = &source->parts;
	struct catalogue_entry entry = { .code = source->stanza->name };
	uint32_t index;

	if (parts->kind == NAME_REPLY)
		entry.kind = CATALOGUE_REPLY;
	if (parts->kind == NAME_OTHER) {
		entry.kind = CATALOGUE_PROVIDER;
		if (text_find_byte(entry.code, '#') != TEXT_NONE)
			entry.match = CATALOGUE_FAMILY;
	}
	if (parts->kind == NAME_SUBJECT)
		entry.match = CATALOGUE_SUBJECT;
	if (parts->kind == NAME_CLASS)
		entry.match = CATALOGUE_CLASS_ONLY;
	index = add_layered(catalogue, source, parts->digit, entry);
	put_name(catalogue, entry.code, index);
	if (parts->kind == NAME_REPLY)
		put_number(
		    catalogue, catalogue_number_of_reply(parts->first), index);
	if (parts->kind == NAME_CLASS)
		put_number(
		    catalogue, catalogue_number_of_class(parts->digit), index);
	if (parts->kind == NAME_CODE && parts->digit != 0)
		for (unsigned i = parts->first; i <= parts->last; i++)
			put_number(catalogue,
			    ENHANCED_CODE(parts->digit, parts->subject, i),
			    index);
}

/* What X.s.d and X.s say of one class. */
static void
add_wild(struct catalogue *catalogue, const struct catalogue_source *source,
    unsigned digit)
{
	const struct catalogue_name_parts *parts = &source->parts;
	struct catalogue_entry entry = { .match = CATALOGUE_SUBJECT };
	uint32_t number = catalogue_number_of_subject(digit, parts->subject);
	struct buffer code;

	buffer_init(&code, 0);
	buffer_append_format(&code, "%u.%u", digit, parts->subject);
	if (parts->kind == NAME_CODE) {
		number = ENHANCED_CODE(digit, parts->subject, parts->first);
		buffer_append_format(&code, ".%u", parts->first);
		entry.match = CATALOGUE_DETAIL;
	}
	entry.code = arena_copy(&catalogue->arena, buffer_text(&code));
	buffer_release(&code);
	if (catalogue_find_number(catalogue, number) == NULL)
		put_number(catalogue, number,
		    add_layered(catalogue, source, digit, entry));
}

static void
add_entries(struct catalogue *catalogue)
{
	/* Codes before runs, so that a run does not hide them. */
	for (int runs = 0; runs <= 1; runs++)
		for (size_t i = 0; i < catalogue->source_count; i++) {
			const struct catalogue_name_parts *parts =
			    &catalogue->sources[i].parts;
			bool is_run = parts->kind == NAME_CODE &&
			    parts->last > parts->first;

			if (is_run == (runs == 1))
				add_own(catalogue, &catalogue->sources[i]);
		}
	for (size_t i = 0; i < catalogue->source_count; i++) {
		const struct catalogue_name_parts *parts =
		    &catalogue->sources[i].parts;

		if (parts->digit != 0 ||
		    (parts->kind != NAME_CODE && parts->kind != NAME_SUBJECT))
			continue;
		for (unsigned k = 0; k < CLASSES; k++)
			add_wild(
			    catalogue, &catalogue->sources[i], class_digits[k]);
	}
}

static struct catalogue *
catalogue_new(void)
{
	struct catalogue *catalogue =
	    memory_allocate_array(1, sizeof(*catalogue));

	stanza_file_init(&catalogue->file);
	arena_init(&catalogue->arena);
	catalogue->names = pool_new();
	/* A table without slots could not be searched. */
	catalogue->slot_count = 1024;
	catalogue->slots = memory_allocate_array(
	    catalogue->slot_count, sizeof(*catalogue->slots));
	return catalogue;
}

static struct catalogue *
finish(struct catalogue *catalogue, bool good, struct diagnostics *diagnostics)
{
	good &= add_sources(catalogue, diagnostics);
	good &= catalogue_check_sources(catalogue, diagnostics);
	if (!good) {
		catalogue_free(catalogue);
		return NULL;
	}
	add_entries(catalogue);
	return catalogue;
}

struct catalogue *
catalogue_load(const char *path, struct diagnostics *diagnostics)
{
	struct catalogue *catalogue = catalogue_new();

	return finish(catalogue,
	    stanza_file_load(&catalogue->file, path, diagnostics), diagnostics);
}

struct catalogue *
catalogue_load_codes(
    const char *patterns_directory, struct diagnostics *diagnostics)
{
	struct catalogue *catalogue;
	struct buffer path;

	buffer_init(&path, 0);
	buffer_append_format(&path, "%s/codes", patterns_directory);
	catalogue = catalogue_load(buffer_string(&path), diagnostics);
	buffer_release(&path);
	return catalogue;
}

struct catalogue *
catalogue_parse(
    const char *path, struct text content, struct diagnostics *diagnostics)
{
	struct catalogue *catalogue = catalogue_new();

	return finish(catalogue,
	    stanza_file_parse(&catalogue->file, path, content, diagnostics),
	    diagnostics);
}

void
catalogue_free(struct catalogue *catalogue)
{
	if (catalogue == NULL)
		return;
	pool_free(catalogue->names);
	free(catalogue->by_name);
	free(catalogue->slots);
	free(catalogue->entries);
	free(catalogue->sources);
	arena_release(&catalogue->arena);
	stanza_file_release(&catalogue->file);
	free(catalogue);
}
