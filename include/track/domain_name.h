/*
 * Domain name: the letters that domains are compared by.
 *
 * They are lower-cased, lose a trailing dot, and become A-labels (RFC 5890)
 * where the program is built with libidn2.  What a user names is put into
 * these letters before it is looked for among the names of the logs.
 */
#ifndef TRACK_DOMAIN_NAME_H
#define TRACK_DOMAIN_NAME_H

#include "base/arena.h"
#include "base/buffer.h"

/* Without its trailing dot, if it has one. */
struct text domain_name_trim(struct text domain);

/* Puts a domain that has lost its trailing dot behind what is in the buffer. */
void domain_name_append(struct buffer *buffer, struct text domain);

/* Of a name as a user writes it; lives as long as the arena. */
struct text domain_name_copy(struct arena *arena, struct text name);

#endif
