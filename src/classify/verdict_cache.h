/*
 * Verdict cache: verdicts on replies that were met before.
 *
 * Normalised replies come back by the thousand when a host is down or a list
 * is bad.  A verdict is kept when its reply comes again.  There are two places
 * for each hash, and the newest two stay; so the memory is bounded (2 MiB).
 * The verdicts are those without a cache, since all that they depend on is
 * compared.  One for each thread.
 */
#ifndef CLASSIFY_VERDICT_CACHE_H
#define CLASSIFY_VERDICT_CACHE_H

#include "classify/reply.h"
#include "classify/verdict.h"

struct verdict_cache;

/* All that a verdict depends on, besides the rules. */
struct verdict_key {
	struct text text; /* normalised; all that rules are matched against */
	uint64_t inner_length; /* its end that is the innermost reply */
	struct reply_codes codes;
	struct reply_codes inner_codes;
	uint32_t logged_code;
	uint32_t traits; /* status, MTA, stage and what the log says */
};

struct verdict_cache *verdict_cache_new(void);
void verdict_cache_free(struct verdict_cache *cache);

enum cache_answer {
	CACHE_NEW, /* it did not come of late; not worth keeping yet */
	CACHE_MET, /* it did; its verdict is not there */
	CACHE_KEPT /* its verdict is there */
};

/*
 * CACHE_KEPT: *verdict is its verdict, and *list (valid until the next _record)
 * the blocklist that was kept with it.  *hash is for verdict_cache_record.
 */
enum cache_answer
verdict_cache_find(struct verdict_cache *cache, const struct verdict_key *key,
    uint64_t *hash, struct verdict *verdict, struct text *list);

/* Keeps a verdict, unless the text is too long for it. */
void
verdict_cache_record(struct verdict_cache *cache, const struct verdict_key *key,
    uint64_t hash, const struct verdict *verdict, struct text list);

#endif
