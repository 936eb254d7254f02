#include "base/free_list.h"

#include <stdlib.h>

#include "base/memory.h"

void
free_list_init(struct free_list *list, size_t kept)
{
	*list = (struct free_list){ .kept = kept };
	list->items = memory_allocate_array(kept, sizeof(*list->items));
	pthread_mutex_init(&list->mutex, NULL);
}

void
free_list_release(struct free_list *list)
{
	pthread_mutex_destroy(&list->mutex);
	free(list->items);
}

void *
free_list_take(struct free_list *list)
{
	void *item = NULL;

	pthread_mutex_lock(&list->mutex);
	if (list->count > 0)
		item = list->items[--list->count];
	pthread_mutex_unlock(&list->mutex);
	return item;
}

bool
free_list_give(struct free_list *list, void *item)
{
	bool is_kept;

	pthread_mutex_lock(&list->mutex);
	is_kept = list->count < list->kept;
	if (is_kept)
		list->items[list->count++] = item;
	pthread_mutex_unlock(&list->mutex);
	return is_kept;
}
