#include "classify/literal_search.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define FILTER_BITS  16
#define FILTER_WORDS ((1U << FILTER_BITS) / 64)
#define SEEN_BITS    13
static_assert(1U << SEEN_BITS == LITERAL_SEEN, "what is seen has an index");

/* Outputs of a piece that are read at once. */
#define OUTPUTS_AT_ONCE 4

/* A piece that waits for its place in the table. */
struct literal_item {
	uint32_t key;
	uint32_t output;
};

struct literal_table {
	uint64_t filter[FILTER_WORDS]; /* bits by hash: there is a piece */
	uint64_t *slots; /* by one hash or another; see make_slot */
	unsigned shift; /* from a hash to the number of a slot */
	uint32_t *outputs; /* with OUTPUTS_AT_ONCE behind them */
	/* The marks, and groups of them, of a text without any piece. */
	uint64_t *always;
	uint64_t always_groups;
	size_t words; /* of the marks */
	unsigned group_shift; /* from the number of a word to that of a group */
};

void
literal_search_init(struct literal_search *search)
{
	*search = (struct literal_search){ 0 };
}

void
literal_search_release(struct literal_search *search)
{
	if (search->table != NULL) {
		free(search->table->slots);
		free(search->table->outputs);
		free(search->table->always);
		free(search->table);
	}
	free(search->items);
	literal_search_init(search);
}

static bool
add_item(struct literal_search *search, uint32_t key, uint32_t output)
{
	if (output >= LITERAL_MAXIMUM || search->item_count == LITERAL_MAXIMUM)
		return false;
	search->items = memory_grow(search->items, &search->item_capacity,
	    search->item_count + 1, sizeof(*search->items));
	search->items[search->item_count++] =
	    (struct literal_item){ key, output };
	if (output >= search->outputs)
		search->outputs = output + 1;
	return true;
}

/* Two bytes are rare, and looked for as all three that begin with them. */
bool
literal_search_add(
    struct literal_search *search, struct literal_piece piece, uint32_t output)
{
	if (piece.length > 2)
		return add_item(search, piece.key, output);
	for (uint32_t third = 0; third < 256; third++)
		if (!add_item(search, piece.key >> 8 | third << 24, output))
			return false;
	return true;
}

bool
literal_search_add_always(struct literal_search *search, uint32_t output)
{
	return add_item(search, 0, output);
}

static int
compare_items(const void *a, const void *b)
{
	const struct literal_item *left = a;
	const struct literal_item *right = b;

	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return left->output < right->output ? -1 : left->output > right->output;
}

/* The two places where a piece may be. */
static inline uint32_t
home_of(const struct literal_table *table, uint32_t hash)
{
	return hash >> table->shift;
}

static inline uint32_t
other_home_of(const struct literal_table *table, uint32_t hash)
{
	return (hash ^ 0x5BD1E995U) * 2246822519U >> table->shift;
}

/*
 * A slot has the key of a piece, 0 for none, in its lower half, and above that
 * where its outputs start and how many there are.
 */
static uint64_t
make_slot(uint32_t key, size_t first, size_t count)
{
	return key | (uint64_t)first << 32 | (uint64_t)count << 48;
}

/* The slot of a piece, or 0; without a branch, since that is hard to foretell.
 */
static inline uint64_t
find_slot(const struct literal_table *table, uint32_t key)
{
	uint32_t hash = piece_hash(key);
	uint64_t home = table->slots[home_of(table, hash)];
	uint64_t other = table->slots[other_home_of(table, hash)];

	home &= (uint64_t)0 - ((uint32_t)home == key);
	other &= (uint64_t)0 - ((uint32_t)other == key);
	return home | other;
}

/*
 * Puts a piece into one of its places.  Which is there goes to its other one,
 * and so on; false when that has no end.
 */
static bool
put_slot(struct literal_table *table, uint64_t slot)
{
	uint32_t at = home_of(table, piece_hash((uint32_t)slot));

	for (int tries = 0; tries < 500; tries++) {
		uint64_t before = table->slots[at];
		uint32_t hash = piece_hash((uint32_t)before);

		table->slots[at] = slot;
		if (before == 0)
			return true;
		slot = before;
		at = home_of(table, hash) == at ? other_home_of(table, hash)
						: home_of(table, hash);
	}
	return false;
}

/* An output of every text. */
static void
add_always(struct literal_table *table, uint32_t output)
{
	size_t word = output >> 6;

	table->always[word] |= (uint64_t)1 << (output & 63);
	table->always_groups |= (uint64_t)1 << (word >> table->group_shift);
}

/* Makes slots of the items, which are sorted; false when they do not fit. */
static bool
fill_slots(struct literal_table *table, const struct literal_item *items,
    size_t count, unsigned bits)
{
	table->shift = 32 - bits;
	table->slots = memory_resize(
	    table->slots, ((size_t)1 << bits) * sizeof(*table->slots));
	memset(table->slots, 0, ((size_t)1 << bits) * sizeof(*table->slots));
	for (size_t i = 0; i < count;) {
		uint32_t key = items[i].key;
		size_t first = i;

		while (i < count && items[i].key == key)
			i++;
		if (key != 0 &&
		    !put_slot(table, make_slot(key, first, i - first)))
			return false;
	}
	return true;
}

static void
add_to_table(
    struct literal_table *table, const struct literal_item *item, size_t number)
{
	uint32_t bit = piece_hash(item->key) >> (32 - FILTER_BITS);

	table->outputs[number] = item->output;
	if (item->key == 0)
		add_always(table, item->output);
	else
		table->filter[bit >> 6] |= (uint64_t)1 << (bit & 63);
}

void
literal_search_compile(struct literal_search *search)
{
	struct literal_table *table = memory_allocate_array(1, sizeof(*table));
	size_t count = search->item_count;
	unsigned bits = 6;

	table->outputs = memory_allocate_array(
	    count + OUTPUTS_AT_ONCE, sizeof(*table->outputs));
	table->words = search->outputs / 64 + 1;
	while (table->words >> table->group_shift >= 64)
		table->group_shift++;
	table->always =
	    memory_allocate_array(table->words, sizeof(*table->always));
	if (count > 0)
		qsort(search->items, count, sizeof(*search->items),
		    compare_items);
	for (size_t i = 0; i < count; i++)
		add_to_table(table, &search->items[i], i);
	/* A table that is full by half has a place for nearly all sets. */
	while ((size_t)1 << bits < count)
		bits++;
	while (!fill_slots(table, search->items, count, bits))
		bits++;
	free(search->items);
	search->items = NULL;
	search->item_count = 0;
	search->table = table;
}

struct literal_scratch *
literal_scratch_new(const struct literal_search *search)
{
	struct literal_scratch *scratch =
	    memory_allocate_array(1, sizeof(*scratch));
	size_t words = search->table->words + 64;

	scratch->marks = memory_allocate_array(words, sizeof(uint64_t));
	scratch->chains = memory_allocate_array(
	    search->outputs + 1, sizeof(*scratch->chains));
	return scratch;
}

void
literal_scratch_free(struct literal_scratch *scratch)
{
	if (scratch == NULL)
		return;
	free(scratch->marks);
	free(scratch->chains);
	free(scratch);
}

/* Eight bytes in lower case: bit 5 is set in those from A to Z. */
static inline uint64_t
fold_word(uint64_t word)
{
	return word | word_capitals(word) >> 2;
}

char *
literal_fold(struct text text, char *out)
{
	size_t at = 0;
	uint64_t word;

	for (; at + sizeof(word) <= text.length; at += sizeof(word)) {
		memcpy(&word, text.data + at, sizeof(word));
		word = fold_word(word);
		memcpy(out + at, &word, sizeof(word));
	}
	if (at < text.length && at > 0) {
		/* The last eight bytes, of which some are written twice. */
		at = text.length - sizeof(word);
		memcpy(&word, text.data + at, sizeof(word));
		word = fold_word(word);
		memcpy(out + at, &word, sizeof(word));
		at = text.length;
	}
	for (; at < text.length; at++)
		out[at] = byte_lower(text.data[at]);
	return out + at;
}

/* A new number for what is seen of a text, so that none need be forgotten. */
static void
start_epoch(struct literal_scratch *scratch)
{
	scratch->epoch++;
	if (scratch->epoch != 0)
		return;
	memset(scratch->seen, 0, sizeof(scratch->seen));
	scratch->epoch = 1;
}

/* Whether a piece with this hash may be in the table: 1 or 0. */
static inline size_t
has_hash(const struct literal_table *table, uint32_t hash)
{
	uint32_t bit = hash >> (32 - FILTER_BITS);

	return (size_t)(table->filter[bit >> 6] >> (bit & 63) & 1);
}

/*
 * Where in the text pieces may be: twice the offset, and one more for a piece
 * of three bytes.  How many such places there are.
 */
static size_t
find_places(const struct literal_table *table, struct literal_scratch *scratch)
{
	const char *text = scratch->text + LITERAL_LENGTH;
	uint16_t *places = scratch->places;
	uint8_t *seen = scratch->seen + 1;
	uint8_t epoch = scratch->epoch;
	size_t length = scratch->length;
	size_t count = 0;

	for (size_t i = 0; i + 1 < length; i++) {
		uint32_t hash = piece_hash(piece_key(text + i));
		uint32_t three = piece_shorten(hash, 3);

		seen[hash >> (32 - SEEN_BITS)] = epoch;
		seen[three >> (32 - SEEN_BITS)] = epoch;
		places[count] = (uint16_t)(2 * i);
		count += has_hash(table, hash);
		places[count] = (uint16_t)(2 * i + 1);
		count += has_hash(table, three);
	}
	return count;
}

/* Writes outputs of a piece at a place as hits, two at a time. */
static inline void
write_hits(uint32_t *hits, const uint32_t *outputs, size_t place)
{
	uint64_t places = place * (((uint64_t)1 << 48) + ((uint64_t)1 << 16));

	for (size_t i = 0; i < OUTPUTS_AT_ONCE; i += 2) {
		uint64_t two;

		memcpy(&two, outputs + i, sizeof(two));
		two |= places;
		memcpy(hits + i, &two, sizeof(two));
	}
}

/* Marks the outputs of the hits, and chains the hits of each. */
static void
mark_hits(const struct literal_table *table, size_t count,
    struct literal_scratch *scratch)
{
	uint64_t groups = scratch->groups;
	unsigned shift = 6 + table->group_shift;

	for (size_t i = 0; i < count; i++) {
		uint32_t output = scratch->hits[i] & 0xFFFF;
		struct literal_chain *chain = &scratch->chains[output];
		uint64_t *word = &scratch->marks[output >> 6];
		uint64_t bit = (uint64_t)1 << (output & 63);
		uint16_t *link = (*word & bit) != 0
		    ? &scratch->next[chain->last]
		    : &chain->first;

		*link = (uint16_t)i;
		chain->last = (uint16_t)i;
		scratch->next[i] = LITERAL_NO_HIT;
		*word |= bit;
		groups |= (uint64_t)1 << (output >> shift);
	}
	scratch->groups = groups;
}

/*
 * The hits of all places are put beside each other first, some of a piece at
 * once whether there are as many or not, and marked then: how many there are
 * is hard to foretell.
 */
static void
find_hits(const struct literal_table *table, size_t places,
    struct literal_scratch *scratch)
{
	const char *text = scratch->text + LITERAL_LENGTH;
	size_t count = 0;

	scratch->is_full = false;
	for (size_t i = 0; i < places; i++) {
		size_t place = scratch->places[i] / 2;
		size_t length = PIECE_LENGTH - scratch->places[i] % 2;
		uint32_t key = piece_shorten(piece_key(text + place), length);
		uint64_t slot = find_slot(table, key);
		const uint32_t *outputs =
		    table->outputs + (slot >> 32 & 0xFFFF);
		size_t left = (size_t)(slot >> 48);

		for (;;) {
			write_hits(scratch->hits + count, outputs, place);
			count +=
			    left < OUTPUTS_AT_ONCE ? left : OUTPUTS_AT_ONCE;
			if (count >= LITERAL_HITS) {
				mark_hits(table, count, scratch);
				scratch->is_full = true;
				count = 0;
			}
			if (left <= OUTPUTS_AT_ONCE)
				break;
			left -= OUTPUTS_AT_ONCE;
			outputs += OUTPUTS_AT_ONCE;
		}
	}
	mark_hits(table, count, scratch);
}

void
literal_search_find(const struct literal_search *search, struct text text,
    struct literal_scratch *scratch)
{
	const struct literal_table *table = search->table;
	char *folded = scratch->text + LITERAL_LENGTH;

	text = text_slice(text, 0, LITERAL_TEXT_MAXIMUM);
	scratch->length = text.length;
	/* The margin spares a look at where the text ends. */
	memset(literal_fold(text, folded), 0, LITERAL_LENGTH);
	memcpy(scratch->marks, table->always, table->words * sizeof(uint64_t));
	scratch->groups = table->always_groups;
	scratch->bits = 0;
	scratch->end = scratch->word;
	start_epoch(scratch);
	find_hits(table, find_places(table, scratch), scratch);
}

bool
literal_next(const struct literal_search *search,
    struct literal_scratch *scratch, size_t *output)
{
	unsigned shift = search->table->group_shift;

	while (scratch->bits == 0) {
		if (scratch->word == scratch->end) {
			if (scratch->groups == 0)
				return false;
			scratch->word = (size_t)__builtin_ctzll(scratch->groups)
			    << shift;
			scratch->end = scratch->word + ((size_t)1 << shift);
			scratch->groups &= scratch->groups - 1;
		}
		scratch->bits = scratch->marks[scratch->word++];
	}
	*output =
	    (scratch->word - 1) * 64 + (size_t)__builtin_ctzll(scratch->bits);
	scratch->bits &= scratch->bits - 1;
	return true;
}

bool
literal_is_at(const struct literal_scratch *scratch, struct text literal,
    size_t place, size_t offset)
{
	const char *start = scratch->text + LITERAL_LENGTH + place - offset;

	return memcmp(start, literal.data, literal.length) == 0;
}
