/*
 * Key map: rows found by a key of four numbers.
 *
 * A new row is all zero bytes.  Rows are numbered from 0 in the order in
 * which they came; the address of a row does not change.  Nothing is deleted.
 */
#ifndef BASE_KEYMAP_H
#define BASE_KEYMAP_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct key {
	uint32_t part[4];
};

#define KEY(a, b, c, d)                                                        \
	((struct key){                                                         \
	    { (uint32_t)(a), (uint32_t)(b), (uint32_t)(c), (uint32_t)(d) } })

/* The tag tells most other keys apart without a look at their rows. */
struct keymap_slot {
	uint32_t number; /* of the row, + 1; 0 for a free slot */
	uint32_t tag; /* upper half of the key's hash */
};

/* Rows of a chunk; addresses stay because chunks are never moved. */
#define KEYMAP_CHUNK_SHIFT 5

/* Bytes that the processor fetches at once; the first row begins with them. */
#define KEYMAP_LINE 64

struct keymap {
	size_t row_size; /* key included */
	size_t value_size;
	char **chunks; /* where the rows of each begin, at a line */
	size_t chunks_capacity;
	char **blocks; /* what the chunks lie in, as it was allocated */
	size_t blocks_capacity;
	uint32_t count;
	char *latest; /* row of keymap_get_again */
	struct keymap_slot *slots;
	size_t mask;
};

void keymap_init(struct keymap *map, size_t value_size);
void keymap_release(struct keymap *map);

/* The value of the row with that key; a row of zeros when it is new. */
void *keymap_get(struct keymap *map, struct key key);

/* The same for maps that mostly are asked for the key of the last call. */
void *keymap_get_again(struct keymap *map, struct key key);

/* The same, or NULL when there is no such row. */
void *keymap_find(const struct keymap *map, struct key key);

/*
 * For loops over several keys, whose rows are seldom in the processor's
 * cache: keymap_expect for each begins to fetch what keymap_guess reads;
 * keymap_guess is what keymap_find would return, most of the time, and does
 * not touch it.
 */
void keymap_expect(const struct keymap *map, struct key key);
void *keymap_guess(const struct keymap *map, struct key key);

/* What keymap_get returns, and sooner where `guess` (or NULL) is right. */
void *keymap_get_guessed(struct keymap *map, struct key key, void *guess);

/*
 * Puts the rows in another order: row i becomes the one that was `order[i]`,
 * a list of all numbers that is used up.  Addresses change.  From then on rows
 * are known by number only: keymap_find is not to be asked before the next
 * keymap_get.
 */
void keymap_reorder(struct keymap *map, uint32_t *order);

/* Key and value of row `number`, 0 <= number < map->count. */

static inline char *
keymap_row(const struct keymap *map, uint32_t number)
{
	uint32_t place = number & (((uint32_t)1 << KEYMAP_CHUNK_SHIFT) - 1);

	return map->chunks[number >> KEYMAP_CHUNK_SHIFT] +
	    place * map->row_size;
}

static inline struct key
keymap_key(const struct keymap *map, uint32_t number)
{
	struct key key;

	memcpy(&key, keymap_row(map, number), sizeof(key));
	return key;
}

static inline void *
keymap_value(const struct keymap *map, uint32_t number)
{
	return keymap_row(map, number) + sizeof(struct key);
}

#endif
