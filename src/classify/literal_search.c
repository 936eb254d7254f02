#include "classify/literal_search.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/*
 * Values of a piece's hash: those of four bytes in front, those of two, which
 * are the bytes themselves, behind.
 */
#define LONG_KEYS  65536
#define SHORT_KEYS 65536
#define KEYS       (LONG_KEYS + SHORT_KEYS)

/* Length of a long piece; shorter literals have a piece of two bytes. */
#define LONG_PIECE ((size_t)4)

/* A literal that waits for its place in the table. */
struct literal_item {
	struct text literal; /* as it was added */
	uint32_t output;
	uint32_t key;
	uint32_t offset; /* of the piece in the literal */
};

/*
 * A literal as it is compared: its first eight bytes and the next eight as
 * numbers, which needs no loop, and what is left.
 */
struct table_entry {
	uint64_t words[2];
	uint32_t tail; /* offset in `tails` */
	uint32_t outputs; /* offset in `outputs`; those of the next end them */
	uint8_t lengths[2]; /* bytes that count of each word */
	uint8_t tail_length;
	uint8_t offset; /* of the piece in the literal */
};

struct literal_table {
	uint64_t filter[KEYS / 64]; /* bits by key: there is a literal */
	uint32_t starts[KEYS + 1]; /* by key: its first entry */
	struct table_entry *entries;
	uint32_t *outputs;
	char *tails;
	uint64_t masks[9]; /* of the first bytes of a word, by their number */
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
		free(search->table->entries);
		free(search->table->outputs);
		free(search->table->tails);
		free(search->table);
	}
	free(search->items);
	literal_search_init(search);
}

void
literal_search_add(
    struct literal_search *search, struct text literal, uint32_t output)
{
	assert(literal.length >= 2);
	search->items = memory_grow(search->items, &search->item_capacity,
	    search->item_count + 1, sizeof(*search->items));
	search->items[search->item_count++] = (struct literal_item){
		.literal = text_slice(literal, 0, LITERAL_LENGTH),
		.output = output,
	};
}

/* The key of the four bytes at `bytes`, and of the two. */
static inline uint32_t
long_key(const char *bytes)
{
	uint32_t piece;

	memcpy(&piece, bytes, sizeof(piece));
	return (uint32_t)(piece * 2654435761U) >> 16;
}

static inline uint32_t
short_key(const char *bytes)
{
	uint16_t piece;

	memcpy(&piece, bytes, sizeof(piece));
	return LONG_KEYS + (uint32_t)piece;
}

static size_t
piece_length(struct text literal)
{
	return literal.length < LONG_PIECE ? 2 : LONG_PIECE;
}

static inline uint32_t
key_of(const char *bytes, size_t length)
{
	return length == LONG_PIECE ? long_key(bytes) : short_key(bytes);
}

/* Eight bytes in lower case: bit 5 is set in those from A to Z. */
static inline uint64_t
fold_word(uint64_t word)
{
	const uint64_t each = UINT64_C(0x0101010101010101);
	uint64_t low = word & each * 0x7F;
	uint64_t from_a = low + each * (0x80 - 'A');
	uint64_t past_z = low + each * (0x7F - 'Z');

	return word | ((from_a ^ past_z) & ~word & each * 0x80) >> 2;
}

/* Copies a text in lower case and returns what is behind the copy. */
static inline char *
fold(struct text text, char *out)
{
	size_t at = 0;
	uint64_t word;

	for (; at + sizeof(word) <= text.length; at += sizeof(word)) {
		memcpy(&word, text.data + at, sizeof(word));
		word = fold_word(word);
		memcpy(out + at, &word, sizeof(word));
	}
	for (; at < text.length; at++)
		out[at] = byte_lower(text.data[at]);
	return out + at;
}

/* How often each piece comes in the literals, short ones apart. */
static uint16_t *
count_pieces(const struct literal_search *search)
{
	uint16_t *counts = memory_allocate_array(KEYS, sizeof(*counts));

	for (size_t i = 0; i < search->item_count; i++) {
		struct text literal = search->items[i].literal;
		size_t length = piece_length(literal);
		char folded[LITERAL_LENGTH];

		fold(literal, folded);
		for (size_t at = 0; at + length <= literal.length; at++) {
			uint16_t *count = &counts[key_of(folded + at, length)];

			if (*count < UINT16_MAX)
				++*count;
		}
	}
	return counts;
}

/* Replies are made of the words of the literals; rare ones are rare there. */
static void
choose_piece(struct literal_item *item, const uint16_t *counts)
{
	size_t length = piece_length(item->literal);
	unsigned least = UINT16_MAX + 1U;
	char folded[LITERAL_LENGTH];

	fold(item->literal, folded);
	for (size_t at = 0; at + length <= item->literal.length; at++) {
		uint32_t key = key_of(folded + at, length);

		if (counts[key] < least) {
			least = counts[key];
			item->key = key;
			item->offset = (uint32_t)at;
		}
	}
}

/*
 * The items by key, and those of one key that are the same literal beside each
 * other.
 */
static struct literal_item *
sort_items(struct literal_search *search)
{
	uint32_t *starts = memory_allocate_array(KEYS + 1, sizeof(*starts));
	struct literal_item *sorted =
	    memory_allocate_array(search->item_count + 1, sizeof(*sorted));

	for (size_t i = 0; i < search->item_count; i++)
		starts[search->items[i].key + 1]++;
	for (size_t key = 0; key < KEYS; key++)
		starts[key + 1] += starts[key];
	for (size_t i = 0; i < search->item_count; i++) {
		struct literal_item item = search->items[i];
		size_t at = starts[item.key]++;

		while (at > 0 && sorted[at - 1].key == item.key &&
		    text_compare(sorted[at - 1].literal, item.literal) > 0) {
			sorted[at] = sorted[at - 1];
			at--;
		}
		sorted[at] = item;
	}
	free(starts);
	return sorted;
}

static struct table_entry
make_entry(const struct literal_item *item, struct literal_table *table,
    uint32_t *tail, uint32_t outputs)
{
	char folded[LITERAL_LENGTH] = { 0 };
	size_t left = item->literal.length;
	struct table_entry entry = {
		.tail = *tail,
		.outputs = outputs,
		.offset = (uint8_t)item->offset,
	};

	fold(item->literal, folded);
	for (size_t i = 0; i < 2; i++) {
		memcpy(&entry.words[i], folded + 8 * i, 8);
		entry.lengths[i] = (uint8_t)(left < 8 ? left : 8);
		left -= entry.lengths[i];
	}
	entry.tail_length = (uint8_t)left;
	memcpy(table->tails + *tail, folded + 16, left);
	*tail += (uint32_t)left;
	return entry;
}

static void
fill_entries(struct literal_table *table, const struct literal_item *sorted,
    size_t count)
{
	uint32_t entries = 0;
	uint32_t tail = 0;
	uint32_t key = 0;

	for (size_t i = 0; i < count; i++) {
		const struct literal_item *item = &sorted[i];
		bool is_new = i == 0 || item[-1].key != item->key ||
		    !text_equal_nocase(item[-1].literal, item->literal);

		while (key <= item->key)
			table->starts[key++] = entries;
		table->filter[item->key >> 6] |= (uint64_t)1
		    << (item->key & 63);
		if (is_new)
			table->entries[entries++] =
			    make_entry(item, table, &tail, (uint32_t)i);
		table->outputs[i] = item->output;
	}
	while (key <= KEYS)
		table->starts[key++] = entries;
	table->entries[entries].outputs = (uint32_t)count;
}

static struct literal_table *
make_table(const struct literal_item *sorted, size_t count)
{
	struct literal_table *table = memory_allocate_array(1, sizeof(*table));

	table->entries =
	    memory_allocate_array(count + 1, sizeof(*table->entries));
	table->outputs =
	    memory_allocate_array(count + 1, sizeof(*table->outputs));
	table->tails = memory_allocate_array(count + 1, LITERAL_LENGTH);
	for (size_t length = 0; length <= 8; length++)
		memset(&table->masks[length], 0xFF, length);
	fill_entries(table, sorted, count);
	return table;
}

void
literal_search_compile(struct literal_search *search)
{
	size_t count = search->item_count;
	uint16_t *counts = count_pieces(search);
	struct literal_item *sorted;

	for (size_t i = 0; i < count; i++)
		choose_piece(&search->items[i], counts);
	free(counts);
	sorted = sort_items(search);
	free(search->items);
	*search = (struct literal_search){ .table = make_table(sorted, count) };
	free(sorted);
}

static inline unsigned
has_key(const struct literal_table *table, uint32_t key)
{
	return (unsigned)(table->filter[key >> 6] >> (key & 63) & 1);
}

/*
 * Where in the text the pieces of some literals may be: twice the offset, and
 * one more if the piece is a short one.  How many there are.
 */
static size_t
find_places(const struct literal_table *table, const char *text, size_t length,
    uint16_t *places)
{
	size_t count = 0;

	for (size_t i = 0; i + 1 < length; i++) {
		places[count] = (uint16_t)(2 * i);
		count += has_key(table, long_key(text + i));
		places[count] = (uint16_t)(2 * i + 1);
		count += has_key(table, short_key(text + i));
	}
	return count;
}

/* A literal of which all is there, up to its tail. */
struct found_literal {
	uint32_t entry;
	int32_t end; /* in the text: where the tail starts */
};

/* Found literals that are kept before their outputs are marked. */
#define FOUND_MAXIMUM 64

static void
mark_outputs(const struct literal_table *table, const char *text,
    const struct found_literal *found, size_t count, uint64_t *marks)
{
	for (size_t i = 0; i < count; i++) {
		const struct table_entry *entry =
		    &table->entries[found[i].entry];

		if (entry->tail_length > 0 &&
		    memcmp(text + found[i].end, table->tails + entry->tail,
			entry->tail_length) != 0)
			continue;
		for (uint32_t j = entry->outputs; j < entry[1].outputs; j++)
			marks[table->outputs[j] >> 6] |= (uint64_t)1
			    << (table->outputs[j] & 63);
	}
}

static inline bool
is_there(const struct literal_table *table, const struct table_entry *entry,
    const char *start)
{
	uint64_t words[2];

	memcpy(words, start, sizeof(words));
	return (((words[0] & table->masks[entry->lengths[0]]) ^
		    entry->words[0]) |
		   ((words[1] & table->masks[entry->lengths[1]]) ^
		       entry->words[1])) == 0;
}

void
literal_search_find(const struct literal_search *search, struct text text,
    struct literal_scratch *scratch, uint64_t *marks)
{
	const struct literal_table *table = search->table;
	char *folded = scratch->text + LITERAL_LENGTH;
	struct found_literal found[FOUND_MAXIMUM];
	size_t count = 0;
	size_t places;

	text = text_slice(text, 0, LITERAL_TEXT_MAXIMUM);
	/* The margins spare a look at where the text starts and ends. */
	memset(scratch->text, 0, LITERAL_LENGTH);
	memset(fold(text, folded), 0, LITERAL_LENGTH);
	places = find_places(table, folded, text.length, scratch->places);
	for (size_t i = 0; i < places; i++) {
		const char *place = folded + scratch->places[i] / 2;
		uint32_t key = scratch->places[i] % 2 == 0 ? long_key(place)
							   : short_key(place);
		uint32_t end = table->starts[key + 1];

		/* Whether one is there is hard to foretell: no branch for it.
		 */
		for (uint32_t j = table->starts[key]; j < end; j++) {
			const struct table_entry *entry = &table->entries[j];
			const char *start = place - entry->offset;

			found[count] = (struct found_literal){ j,
				(int32_t)(start - folded + 16) };
			count += is_there(table, entry, start);
			if (count == FOUND_MAXIMUM) {
				mark_outputs(
				    table, folded, found, count, marks);
				count = 0;
			}
		}
	}
	mark_outputs(table, folded, found, count, marks);
}
