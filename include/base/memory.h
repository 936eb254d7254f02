/*
 * Memory that is there or ends the program.
 *
 * Allocation succeeds or the program ends with a message and status 2; no
 * caller checks for NULL.  All size arithmetic of growing arrays is done (and
 * checked) here.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

void *memory_allocate(size_t size);

/* For a library that reports that it could not allocate. */
_Noreturn void memory_exhausted(void);

/* `count` objects of `size` bytes, all bytes zero. */
void *memory_allocate_array(size_t count, size_t size);

void *memory_resize(void *block, size_t size);

/*
 * Makes room for `wanted` elements of `size` bytes in the array `block`, whose
 * room is `*capacity`; doubles, so that appending one by one is linear.
 * Returns the (moved) array.  Elements past the old capacity are not cleared.
 */
void *memory_grow(void *block, size_t *capacity, size_t wanted, size_t size);

/* A terminated copy of `length` bytes; free() it. */
char *memory_copy_string(const char *data, size_t length);

#endif
