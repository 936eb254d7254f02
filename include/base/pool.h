/*
 * Pool: each different string once, known by a small number.
 *
 * Numbers count from 1 in the order of first sight; 0 is the empty string and
 * is always there.  Texts of the pool live as long as the pool.  Not shared
 * between threads while it grows.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "base/text.h"

struct pool;

struct pool *pool_new(void);
void pool_free(struct pool *pool);

/* The number of `text`, which is copied in when it is new. */
uint32_t pool_intern(struct pool *pool, struct text text);

/* The same when the caller has text_hash(text) already. */
uint32_t pool_intern_hashed(struct pool *pool, struct text text, uint64_t hash);

/* The number of `text`, or UINT32_MAX when it is not there. */
uint32_t pool_find(const struct pool *pool, struct text text);

struct text pool_text(const struct pool *pool, uint32_t number);

/* One more than the highest number in use. */
uint32_t pool_count(const struct pool *pool);

#endif
