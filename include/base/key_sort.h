/*
 * Key sort: rows in the order of whole numbers.
 *
 * For tables of many rows, where comparing them two by two takes longer than
 * writing them.  Rows with the same keys keep their order.
 */
#ifndef BASE_KEY_SORT_H
#define BASE_KEY_SORT_H

#include <stddef.h>
#include <stdint.h>

struct key_sort_item {
	uint64_t keys[2]; /* the first one is compared first */
	size_t row; /* the caller's */
};

void key_sort(struct key_sort_item *items, size_t count);

#endif
