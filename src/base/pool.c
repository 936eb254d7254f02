#include "base/pool.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/memory.h"

/*
 * A text is known by all 64 bits of its seeded hash: looking one up touches
 * this slot and neither the list of texts nor the text.  Among a million
 * texts the chance that any two share a hash is below one in ten million.
 */
struct pool_slot {
	uint64_t hash;
	uint32_t number; /* 0 = a free slot */
};

struct pool {
	struct arena arena;
	struct text *texts; /* by number */
	size_t texts_capacity;
	uint32_t count;
	struct pool_slot *slots;
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
	pool->texts =
	    memory_grow(NULL, &pool->texts_capacity, 32, sizeof(*pool->texts));
	pool->texts[0] = TEXT_LITERAL("");
	pool->count = 1;
	return pool;
}

void
pool_free(struct pool *pool)
{
	if (pool == NULL)
		return;
	arena_release(&pool->arena);
	free(pool->texts);
	free(pool->slots);
	free(pool);
}

/* The slot of the hash, or the free slot where it belongs. */
static struct pool_slot *
find_slot(const struct pool *pool, uint64_t hash)
{
	size_t at = hash & pool->slots_mask;

	while (pool->slots[at].number != 0 && pool->slots[at].hash != hash)
		at = (at + 1) & pool->slots_mask;
	return &pool->slots[at];
}

static void
grow_slots(struct pool *pool)
{
	struct pool_slot *old = pool->slots;
	size_t count = pool->slots_mask + 1;

	pool->slots_mask = count * 2 - 1;
	pool->slots =
	    memory_allocate_array(pool->slots_mask + 1, sizeof(*pool->slots));
	for (size_t i = 0; i < count; i++)
		if (old[i].number != 0)
			*find_slot(pool, old[i].hash) = old[i];
	free(old);
}

uint32_t
pool_intern_hashed(struct pool *pool, struct text text, uint64_t hash)
{
	struct pool_slot *slot;
	uint32_t number = pool->count;

	if (text.length == 0)
		return 0;
	slot = find_slot(pool, hash);
	if (slot->number != 0)
		return slot->number;
	pool->texts = memory_grow(pool->texts, &pool->texts_capacity,
	    (size_t)number + 1, sizeof(*pool->texts));
	pool->texts[number] = arena_copy(&pool->arena, text);
	*slot = (struct pool_slot){ hash, number };
	pool->count++;
	if (pool->count > pool->slots_mask / 4 * 3)
		grow_slots(pool);
	return number;
}

uint32_t
pool_intern(struct pool *pool, struct text text)
{
	return pool_intern_hashed(pool, text, text_hash(text));
}

uint32_t
pool_find(const struct pool *pool, struct text text)
{
	const struct pool_slot *slot;

	if (text.length == 0)
		return 0;
	slot = find_slot(pool, text_hash(text));
	return slot->number != 0 ? slot->number : UINT32_MAX;
}

struct text
pool_text(const struct pool *pool, uint32_t number)
{
	return pool->texts[number];
}

uint32_t
pool_count(const struct pool *pool)
{
	return pool->count;
}
