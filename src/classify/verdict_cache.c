#include "classify/verdict_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Chosen so that the cache is 2 MiB, the size of a second-level cache. */
#define PAIRS        2048
#define TEXT_MAXIMUM 352
#define LIST_MAXIMUM 64

/*
 * Replies of which it is remembered that they came: 32 KiB.  Those that come
 * once, as they do where each has a word of its own, would cost more to keep
 * than all the rest of them, and drive out those that come again.
 */
#define MET 16384

struct cache_entry {
	struct verdict_key key; /* its text is in `text` */
	struct verdict verdict;
	uint8_t list_length;
	char list[LIST_MAXIMUM];
	char text[TEXT_MAXIMUM];
};

struct cache_pair {
	struct cache_entry entries[2];
	uint64_t older; /* which of the two gives way */
};

struct verdict_cache {
	uint16_t met[MET]; /* by some bits of a hash: others of the latest */
	uint64_t hashes[PAIRS][2]; /* those of the entries, beside each other */
	struct cache_pair pairs[PAIRS];
};

struct verdict_cache *
verdict_cache_new(void)
{
	return memory_allocate_array(1, sizeof(struct verdict_cache));
}

void
verdict_cache_free(struct verdict_cache *cache)
{
	free(cache);
}

static uint64_t
pack_codes(struct reply_codes codes)
{
	return (uint64_t)codes.enhanced_code << 16 | codes.reply_code;
}

static bool
keys_equal(const struct verdict_key *a, const struct verdict_key *b)
{
	return a->inner_length == b->inner_length &&
	    a->logged_code == b->logged_code && a->traits == b->traits &&
	    pack_codes(a->codes) == pack_codes(b->codes) &&
	    pack_codes(a->inner_codes) == pack_codes(b->inner_codes) &&
	    text_equal(a->text, b->text);
}

/* Whether a reply with this hash came of late; it has from now on. */
static bool
was_met(struct verdict_cache *cache, uint64_t hash)
{
	uint16_t *met = &cache->met[(hash >> 16) % MET];
	uint16_t mark = (uint16_t)(hash >> 48);
	bool was = *met == mark;

	*met = mark;
	return was;
}

enum cache_answer
verdict_cache_find(struct verdict_cache *cache, const struct verdict_key *key,
    uint64_t *hash, struct verdict *verdict, struct text *list)
{
	const struct cache_entry *pair;
	const uint64_t *hashes;

	*hash = hash_mix(text_hash(key->text),
	    (uint64_t)key->traits << 32 | key->logged_code);
	pair = cache->pairs[*hash % PAIRS].entries;
	hashes = cache->hashes[*hash % PAIRS];
	for (int i = 0; i < 2; i++) {
		if (hashes[i] != *hash || !keys_equal(&pair[i].key, key))
			continue;
		*verdict = pair[i].verdict;
		*list = (struct text){ pair[i].list, pair[i].list_length };
		return CACHE_KEPT;
	}
	return was_met(cache, *hash) ? CACHE_MET : CACHE_NEW;
}

void
verdict_cache_record(struct verdict_cache *cache, const struct verdict_key *key,
    uint64_t hash, const struct verdict *verdict, struct text list)
{
	struct cache_pair *pair = &cache->pairs[hash % PAIRS];
	struct cache_entry *entry = &pair->entries[pair->older];

	if (key->text.length == 0 || key->text.length > TEXT_MAXIMUM ||
	    list.length > LIST_MAXIMUM)
		return;
	cache->hashes[hash % PAIRS][pair->older] = hash;
	pair->older ^= 1;
	entry->key = *key;
	memcpy(entry->text, key->text.data, key->text.length);
	entry->key.text.data = entry->text;
	entry->verdict = *verdict;
	entry->list_length = (uint8_t)list.length;
	if (list.length > 0)
		memcpy(entry->list, list.data, list.length);
}
