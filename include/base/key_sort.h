/*
 * Key sort: rows in the order of whole numbers.
 *
 * For tables of many rows, where comparing them two by two takes longer than
 * writing them.  Rows with the same key keep their order, so that a second
 * key is sorted by first.
 */
#ifndef BASE_KEY_SORT_H
#define BASE_KEY_SORT_H

#include <stddef.h>
#include <stdint.h>

struct key_sort_item {
	uint64_t key;
	uint64_t row; /* the caller's: a number, a count */
};

void key_sort(struct key_sort_item *items, size_t count);

#endif
