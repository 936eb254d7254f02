#include "track/delivery.h"

#include <string.h>

#include "base/memory.h"

/* A list has room for this many numbers; the latest ones are kept. */
#define LIST_LONGEST 256

const char *
outcome_name(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_DELIVERED:
		return "delivered";
	case OUTCOME_BOUNCED:
		return "bounced";
	case OUTCOME_EXPIRED:
		return "expired";
	case OUTCOME_PENDING:
		return "pending";
	case OUTCOME_WITHDRAWN:
		return "withdrawn";
	}
	return "";
}

uint32_t
delivery_resolution(const struct delivery *delivery)
{
	/* The same for stamps with fractions as for stamps without. */
	int64_t seconds = floor_divide(delivery->last_attempt_at, 1000) -
	    floor_divide(delivery->first_deferred_at, 1000);

	if (seconds < 0)
		return 0;
	return seconds < UINT32_MAX ? (uint32_t)seconds : UINT32_MAX;
}

void
delivery_note_number(uint32_t **list, uint32_t *count, uint32_t number)
{
	if (*count >= LIST_LONGEST) {
		memmove(*list, *list + 1, (*count - 1) * sizeof(**list));
		(*list)[*count - 1] = number;
		return;
	}
	*list = memory_resize(*list, ((size_t)*count + 1) * sizeof(**list));
	(*list)[(*count)++] = number;
}
