#include "base/short_text.h"

#include <stdlib.h>

#include "base/memory.h"

void
short_text_set(struct short_text *owner, struct text text)
{
	char *to = owner->of.bytes;

	if (text.length > SHORT_TEXT_ROOM) {
		to = memory_allocate(text.length);
		owner->of.memory = to;
	}
	if (text.length > 0)
		memcpy(to, text.data, text.length);
	owner->length = (uint32_t)text.length;
}

void
short_text_release(struct short_text *owner)
{
	if (owner->length > SHORT_TEXT_ROOM)
		free(owner->of.memory);
	owner->length = 0;
}
