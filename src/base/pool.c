#include "base/pool.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/memory.h"

struct pool_entry {
	struct text text;
	uint64_t hash;
};

struct pool {
	struct arena arena;
	struct pool_entry *entries;
	size_t entries_capacity;
	uint32_t count;
	uint32_t *slots; /* entry numbers, 0 for a free slot */
	size_t slots_mask;
};

struct pool *
pool_new(void)
{
	struct pool *pool = memory_allocate_array(1, sizeof(*pool));

	arena_init(&pool->arena);
	pool->slots_mask = 63;
	pool->slots =
	    memory_allocate_array(pool->slots_mask + 1, sizeof(*pool->slots));
	pool->entries = memory_grow(
	    NULL, &pool->entries_capacity, 32, sizeof(*pool->entries));
	pool->entries[0] = (struct pool_entry){ TEXT_LITERAL(""), 0 };
	pool->count = 1;
	return pool;
}

void
pool_free(struct pool *pool)
{
	if (pool == NULL)
		return;
	arena_release(&pool->arena);
	free(pool->entries);
	free(pool->slots);
	free(pool);
}

static void
grow_slots(struct pool *pool)
{
	size_t mask = pool->slots_mask * 2 + 1;
	uint32_t *slots = memory_allocate_array(mask + 1, sizeof(*slots));

	for (uint32_t number = 1; number < pool->count; number++) {
		size_t slot = pool->entries[number].hash & mask;

		while (slots[slot] != 0)
			slot = (slot + 1) & mask;
		slots[slot] = number;
	}
	free(pool->slots);
	pool->slots = slots;
	pool->slots_mask = mask;
}

/* The slot of `text`, or the free slot where it belongs. */
static size_t
find_slot(const struct pool *pool, struct text text, uint64_t hash)
{
	size_t slot = hash & pool->slots_mask;

	while (pool->slots[slot] != 0) {
		const struct pool_entry *entry =
		    &pool->entries[pool->slots[slot]];

		if (entry->hash == hash && text_equal(entry->text, text))
			break;
		slot = (slot + 1) & pool->slots_mask;
	}
	return slot;
}

uint32_t
pool_intern_hashed(struct pool *pool, struct text text, uint64_t hash)
{
	size_t slot;

	if (text.length == 0)
		return 0;
	slot = find_slot(pool, text, hash);
	if (pool->slots[slot] != 0)
		return pool->slots[slot];
	pool->entries = memory_grow(pool->entries, &pool->entries_capacity,
	    (size_t)pool->count + 1, sizeof(*pool->entries));
	pool->entries[pool->count].text = arena_copy(&pool->arena, text);
	pool->entries[pool->count].hash = hash;
	pool->slots[slot] = pool->count++;
	if (pool->count > pool->slots_mask / 2)
		grow_slots(pool);
	return pool->count - 1;
}

uint32_t
pool_intern(struct pool *pool, struct text text)
{
	return pool_intern_hashed(pool, text, text_hash(text));
}

uint32_t
pool_find(const struct pool *pool, struct text text)
{
	uint32_t number;

	if (text.length == 0)
		return 0;
	number = pool->slots[find_slot(pool, text, text_hash(text))];
	return number != 0 ? number : UINT32_MAX;
}

struct text
pool_text(const struct pool *pool, uint32_t number)
{
	return pool->entries[number].text;
}

uint32_t
pool_count(const struct pool *pool)
{
	return pool->count;
}
