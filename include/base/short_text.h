/*
 * Short text: an owned text that needs no memory of its own up to 40 bytes.
 *
 * For the many small strings (queue ids, addresses) that come and go with
 * each message.  All zero bytes are an empty one.
 */
#ifndef BASE_SHORT_TEXT_H
#define BASE_SHORT_TEXT_H

#include "base/text.h"

#define SHORT_TEXT_ROOM 40

struct short_text {
	uint32_t length;
	union {
		char bytes[SHORT_TEXT_ROOM];
		char *memory; /* of longer texts */
	} of;
};

void short_text_set(struct short_text *owner, struct text text);
void short_text_release(struct short_text *owner);

/* Valid until the owner moves, changes or is released. */
static inline struct text
short_text_get(const struct short_text *owner)
{
	return (struct text){ owner->length <= SHORT_TEXT_ROOM
		    ? owner->of.bytes
		    : owner->of.memory,
		owner->length };
}

#endif
