#include "classify/literal_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Classes of the bytes past ASCII. */
#define WIDE_CLASSES 4

struct literal_entry {
	struct text literal;
	uint32_t output;
	uint32_t state; /* where it ends */
};

/* What only the building needs. */
struct builder {
	struct literal_search *search;
	uint32_t *next; /* state << shift | class; 0 = none */
	uint32_t *failure;
	uint32_t *queue; /* states, nearest to the root first */
	uint32_t *order; /* old state -> new state */
	uint32_t *counts; /* outputs of each state, those of failure included */
};

void
literal_search_init(struct literal_search *search)
{
	*search = (struct literal_search){ 0 };
}

void
literal_search_release(struct literal_search *search)
{
	free(search->table);
	free(search->output_starts);
	free(search->outputs);
	free(search->entries);
	literal_search_init(search);
}

void
literal_search_add(
    struct literal_search *search, struct text literal, uint32_t output)
{
	search->entries = memory_grow(search->entries, &search->entry_capacity,
	    search->entry_count + 1, sizeof(*search->entries));
	search->entries[search->entry_count++] =
	    (struct literal_entry){ .literal = literal, .output = output };
}

/*
 * A class for each byte that some literal has; 0 for all others.  Bytes past
 * ASCII share a few classes, which keeps the rows short.
 */
static void
choose_classes(struct literal_search *search)
{
	unsigned count = 1 + WIDE_CLASSES;

	for (size_t i = 0; i < search->entry_count; i++) {
		struct text literal = search->entries[i].literal;

		for (size_t j = 0; j < literal.length; j++) {
			unsigned char byte =
			    (unsigned char)byte_lower(literal.data[j]);

			if (byte < 128 && search->classes[byte] == 0)
				search->classes[byte] = (uint8_t)count++;
		}
	}
	for (int i = 'A'; i <= 'Z'; i++)
		search->classes[i] =
		    search->classes[(unsigned char)byte_lower((char)i)];
	for (unsigned i = 128; i < 256; i++)
		search->classes[i] = (uint8_t)(1 + i % WIDE_CLASSES);
	search->shift = 0;
	while ((1U << search->shift) < count)
		search->shift++;
}

static uint32_t *
edge(const struct builder *builder, uint32_t state, char byte)
{
	const struct literal_search *search = builder->search;

	return &builder->next[((size_t)state << search->shift) |
	    search->classes[(unsigned char)byte]];
}

/* The trie of all literals. */
static void
insert_all(struct builder *builder)
{
	struct literal_search *search = builder->search;

	search->states = 1;
	for (size_t i = 0; i < search->entry_count; i++) {
		struct literal_entry *entry = &search->entries[i];
		uint32_t state = 0;

		for (size_t j = 0; j < entry->literal.length; j++) {
			uint32_t *next =
			    edge(builder, state, entry->literal.data[j]);

			if (*next == 0)
				*next = search->states++;
			state = *next;
		}
		entry->state = state;
		builder->counts[state]++;
	}
}

/* Breadth first: failures, and with them an edge for every class. */
static void
close_edges(struct builder *builder)
{
	struct literal_search *search = builder->search;
	size_t columns = (size_t)1 << search->shift;
	size_t head = 0;
	size_t tail = 0;

	builder->queue[tail++] = 0;
	while (head < tail) {
		uint32_t state = builder->queue[head++];
		uint32_t *row = builder->next + state * columns;
		const uint32_t *fallback =
		    builder->next + builder->failure[state] * columns;

		for (size_t column = 0; column < columns; column++) {
			uint32_t next = row[column];

			if (next == 0) {
				row[column] = state == 0 ? 0 : fallback[column];
				continue;
			}
			builder->failure[next] =
			    state == 0 ? 0 : fallback[column];
			builder->queue[tail++] = next;
		}
		if (state != 0)
			builder->counts[state] +=
			    builder->counts[builder->failure[state]];
	}
}

/* States without outputs first, each kind by its distance to the root. */
static void
renumber(struct builder *builder)
{
	struct literal_search *search = builder->search;
	uint32_t number = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < search->states; i++) {
			uint32_t state = builder->queue[i];

			if ((builder->counts[state] > 0) == (pass > 0))
				builder->order[state] = number++;
		}
		if (pass == 0)
			search->first_output = number;
	}
}

static void
write_table(struct builder *builder)
{
	struct literal_search *search = builder->search;
	size_t columns = (size_t)1 << search->shift;

	search->table = memory_allocate_array(
	    search->states * columns, sizeof(*search->table));
	for (uint32_t state = 0; state < search->states; state++) {
		const uint32_t *from = builder->next + state * columns;
		uint16_t *to = search->table + builder->order[state] * columns;

		for (size_t column = 0; column < columns; column++)
			to[column] = (uint16_t)builder->order[from[column]];
	}
}

/* The literals that end in a state, and then those of its failure. */
static void
write_outputs(struct builder *builder)
{
	struct literal_search *search = builder->search;
	size_t count = search->states - search->first_output;
	uint32_t *used = memory_allocate_array(search->states, sizeof(*used));
	uint32_t total = 0;

	search->output_starts =
	    memory_allocate_array(count + 1, sizeof(*search->output_starts));
	for (uint32_t i = 0; i < search->states; i++)
		if (builder->counts[i] > 0)
			search->output_starts[builder->order[i] -
			    search->first_output + 1] = builder->counts[i];
	for (size_t i = 0; i < count; i++) {
		total += search->output_starts[i + 1];
		search->output_starts[i + 1] = total;
	}
	search->outputs =
	    memory_allocate_array(total + 1, sizeof(*search->outputs));
	for (size_t i = 0; i < search->entry_count; i++) {
		const struct literal_entry *entry = &search->entries[i];
		uint32_t at =
		    search->output_starts[builder->order[entry->state] -
			search->first_output];

		search->outputs[at + used[entry->state]++] = entry->output;
	}
	for (uint32_t i = 1; i < search->states; i++) {
		uint32_t state = builder->queue[i];
		uint32_t failure = builder->failure[state];

		if (builder->counts[failure] == 0)
			continue;
		memcpy(search->outputs + used[state] +
			search->output_starts[builder->order[state] -
			    search->first_output],
		    search->outputs +
			search->output_starts[builder->order[failure] -
			    search->first_output],
		    builder->counts[failure] * sizeof(*search->outputs));
	}
	free(used);
}

bool
literal_search_compile(struct literal_search *search)
{
	struct builder builder = { .search = search };
	size_t most = 1;

	choose_classes(search);
	for (size_t i = 0; i < search->entry_count; i++)
		most += search->entries[i].literal.length;
	builder.next =
	    memory_allocate_array(most << search->shift, sizeof(uint32_t));
	builder.failure = memory_allocate_array(most, sizeof(uint32_t));
	builder.queue = memory_allocate_array(most, sizeof(uint32_t));
	builder.order = memory_allocate_array(most, sizeof(uint32_t));
	builder.counts = memory_allocate_array(most, sizeof(uint32_t));
	insert_all(&builder);
	if (search->states <= UINT16_MAX) {
		close_edges(&builder);
		renumber(&builder);
		write_table(&builder);
		write_outputs(&builder);
	}
	free(builder.next);
	free(builder.failure);
	free(builder.queue);
	free(builder.order);
	free(builder.counts);
	free(search->entries);
	search->entries = NULL;
	search->entry_count = 0;
	return search->table != NULL;
}
