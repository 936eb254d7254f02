/*
 * Free list: things that were used and will be used again.
 *
 * The last one given is the first one taken: it is still in the processor's
 * cache.  Any thread may give and take; what the things are, and freeing those
 * that are not kept, is the business of the caller.
 */
#ifndef BASE_FREE_LIST_H
#define BASE_FREE_LIST_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct free_list {
	pthread_mutex_t mutex;
	void **items;
	size_t count;
	size_t kept; /* at most */
};

void free_list_init(struct free_list *list, size_t kept);

/* Take what is left out before. */
void free_list_release(struct free_list *list);

/* NULL when there is none. */
void *free_list_take(struct free_list *list);

/* False when there is no room: the caller keeps the item. */
bool free_list_give(struct free_list *list, void *item);

#endif
