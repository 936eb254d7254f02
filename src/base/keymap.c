#include "base/keymap.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define CHUNK_ROWS ((uint32_t)1 << KEYMAP_CHUNK_SHIFT)
#define LINE       ((size_t)KEYMAP_LINE)

/* So that the key and what stands behind it are in as few lines as can be. */
static size_t
round_up(size_t size)
{
	size_t unit = size >= 2 * LINE ? LINE : size > LINE / 2 ? LINE / 2 : 8;

	return (size + unit - 1) / unit * unit;
}

void
keymap_init(struct keymap *map, size_t value_size)
{
	*map = (struct keymap){ 0 };
	map->value_size = value_size;
	map->row_size = round_up(sizeof(struct key) + value_size);
}

void
keymap_release(struct keymap *map)
{
	size_t chunks = (map->count + CHUNK_ROWS - 1) >> KEYMAP_CHUNK_SHIFT;

	for (size_t i = 0; i < chunks; i++)
		free(map->blocks[i]);
	free(map->blocks);
	free(map->chunks);
	free(map->slots);
	keymap_init(map, map->value_size);
}

static uint64_t
low_half(struct key key)
{
	return key.part[0] | (uint64_t)key.part[1] << 32;
}

static uint64_t
high_half(struct key key)
{
	return key.part[2] | (uint64_t)key.part[3] << 32;
}

static uint64_t
hash_key(struct key key)
{
	return hash_mix(low_half(key), high_half(key));
}

static bool
is_key(const char *row, struct key key)
{
	struct key other;

	memcpy(&other, row, sizeof(other));
	return low_half(other) == low_half(key) &&
	    high_half(other) == high_half(key);
}

/* The row of the key, or NULL. */
static inline char *
find_row(const struct keymap *map, struct key key, uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32);
	size_t at = hash & map->mask;

	for (; map->slots[at].number != 0; at = (at + 1) & map->mask) {
		char *row;

		if (map->slots[at].tag != tag)
			continue;
		row = keymap_row(map, map->slots[at].number - 1);
		if (is_key(row, key))
			return row;
	}
	return NULL;
}

/* Three quarters of the slots are in use. */
static bool
is_full(const struct keymap *map, size_t mask)
{
	return map->count >= mask / 4 * 3;
}

/* Puts a row where it is looked for. */
static void
put_slot(struct keymap *map, uint32_t number, uint64_t hash)
{
	size_t at = hash & map->mask;

	while (map->slots[at].number != 0)
		at = (at + 1) & map->mask;
	map->slots[at] =
	    (struct keymap_slot){ number + 1, (uint32_t)(hash >> 32) };
}

static void
grow_slots(struct keymap *map)
{
	size_t mask = map->mask > 0 ? map->mask : 7;

	do
		mask = mask * 2 + 1;
	while (is_full(map, mask));
	free(map->slots);
	map->slots = memory_allocate_array(mask + 1, sizeof(*map->slots));
	map->mask = mask;
	for (uint32_t number = 0; number < map->count; number++)
		put_slot(map, number, hash_key(keymap_key(map, number)));
}

static void
add_chunk(struct keymap *map, size_t chunk)
{
	char *block =
	    memory_allocate_array(CHUNK_ROWS * map->row_size + LINE, 1);

	map->blocks = memory_grow(map->blocks, &map->blocks_capacity, chunk + 1,
	    sizeof(*map->blocks));
	map->chunks = memory_grow(map->chunks, &map->chunks_capacity, chunk + 1,
	    sizeof(*map->chunks));
	map->blocks[chunk] = block;
	map->chunks[chunk] = block + (-(uintptr_t)block & (LINE - 1));
}

static char *
add_row(struct keymap *map, struct key key, uint64_t hash)
{
	char *row;

	if (is_full(map, map->mask))
		grow_slots(map);
	if ((map->count & (CHUNK_ROWS - 1)) == 0)
		add_chunk(map, map->count >> KEYMAP_CHUNK_SHIFT);
	put_slot(map, map->count, hash);
	row = keymap_row(map, map->count++);
	memcpy(row, &key, sizeof(key));
	return row;
}

static inline char *
get_row(struct keymap *map, struct key key)
{
	uint64_t hash = hash_key(key);
	char *row;

	if (map->slots == NULL)
		grow_slots(map);
	row = find_row(map, key, hash);
	return row != NULL ? row : add_row(map, key, hash);
}

void *
keymap_get(struct keymap *map, struct key key)
{
	return get_row(map, key) + sizeof(key);
}

void *
keymap_get_guessed(struct keymap *map, struct key key, void *guess)
{
	if (guess != NULL && is_key((char *)guess - sizeof(key), key))
		return guess;
	return keymap_get(map, key);
}

void *
keymap_get_again(struct keymap *map, struct key key)
{
	if (map->latest == NULL || !is_key(map->latest, key))
		map->latest = get_row(map, key);
	return map->latest + sizeof(key);
}

void *
keymap_find(const struct keymap *map, struct key key)
{
	char *row;

	if (map->count == 0)
		return NULL;
	assert(map->slots != NULL);
	row = find_row(map, key, hash_key(key));
	return row != NULL ? row + sizeof(key) : NULL;
}

void
keymap_expect(const struct keymap *map, struct key key)
{
	if (map->slots != NULL)
		__builtin_prefetch(&map->slots[hash_key(key) & map->mask]);
}

/* The first row with the tag. */
void *
keymap_guess(const struct keymap *map, struct key key)
{
	uint64_t hash = hash_key(key);
	uint32_t tag = (uint32_t)(hash >> 32);
	size_t at = hash & map->mask;

	if (map->slots == NULL)
		return NULL;
	while (map->slots[at].number != 0 && map->slots[at].tag != tag)
		at = (at + 1) & map->mask;
	if (map->slots[at].number == 0)
		return NULL;
	return keymap_row(map, map->slots[at].number - 1) + sizeof(key);
}

/* Each cycle of rows that take each other's places is gone round once. */
void
keymap_reorder(struct keymap *map, uint32_t *order)
{
	char *first = memory_allocate(map->row_size);

	for (uint32_t start = 0; start < map->count; start++) {
		uint32_t at = start;

		if (order[start] == start)
			continue;
		memcpy(first, keymap_row(map, start), map->row_size);
		while (order[at] != start) {
			uint32_t from = order[at];

			memcpy(keymap_row(map, at), keymap_row(map, from),
			    map->row_size);
			order[at] = at;
			at = from;
		}
		memcpy(keymap_row(map, at), first, map->row_size);
		order[at] = at;
	}
	free(first);
	free(map->slots);
	map->slots = NULL;
	map->mask = 0;
	map->latest = NULL;
}
