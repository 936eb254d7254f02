#include "track/naming.h"

#include <stdlib.h>

#include "base/memory.h"
#include "track/domain_name.h"

void
naming_init(struct naming *naming, struct pool *names,
    const struct providers *providers)
{
	*naming = (struct naming){ .names = names, .providers = providers };
	buffer_init(&naming->scratch, 4096);
}

void
naming_release(struct naming *naming)
{
	buffer_release(&naming->scratch);
	free(naming->canonical_of);
	free(naming->provider_of);
}

/* Nearly every line has the host of the line before it. */
static uint32_t
intern_memoised(struct pool *names, uint32_t *last, struct text text)
{
	if (!text_equal(pool_text(names, *last), text))
		*last = pool_intern(names, text);
	return *last;
}

uint32_t
naming_host(struct naming *naming, struct text host)
{
	return intern_memoised(naming->names, &naming->last_host, host);
}

uint32_t
naming_instance(struct naming *naming, struct text instance)
{
	return intern_memoised(naming->names, &naming->last_instance, instance);
}

static uint32_t
make_canonical(struct naming *naming, struct text text)
{
	buffer_clear(&naming->scratch);
	domain_name_append(&naming->scratch, text);
	return pool_intern(naming->names, buffer_text(&naming->scratch));
}

/*
 * Names come again and again in the same letters: what became of them is
 * remembered by their number as logged.
 */
static uint32_t
intern_lower(struct naming *naming, struct text text)
{
	uint32_t raw = pool_intern(naming->names, text);
	size_t known = naming->canonical_capacity;

	if (raw == 0)
		return 0;
	if (raw >= known) {
		naming->canonical_of = memory_grow(naming->canonical_of,
		    &naming->canonical_capacity, (size_t)raw + 1,
		    sizeof(*naming->canonical_of));
		while (known < naming->canonical_capacity)
			naming->canonical_of[known++] = 0;
	}
	if (naming->canonical_of[raw] == 0)
		naming->canonical_of[raw] = make_canonical(naming, text);
	return naming->canonical_of[raw];
}

/* Without its trailing dot; empty when there is no @. */
static struct text
domain_part(struct text address)
{
	size_t at = text_find_last_byte(address, '@');

	if (at == TEXT_NONE)
		return (struct text){ 0 };
	return domain_name_trim(text_slice(address, at + 1, address.length));
}

uint32_t
naming_domain(struct naming *naming, struct text address)
{
	return intern_lower(naming, domain_part(address));
}

/* No capitals, and nothing beyond ASCII, in eight bytes. */
static inline bool
word_is_canonical(uint64_t word)
{
	return (word_capitals(word) | (word & UINT64_C(0x8080808080808080))) ==
	    0;
}

/* The same of any number of bytes. */
static bool
bytes_are_canonical(const char *data, size_t length)
{
	if (length < 8)
		return word_is_canonical(bytes_few(data, length));
	for (size_t at = 0; at + 8 < length; at += 8)
		if (!word_is_canonical(bytes_word(data + at)))
			return false;
	return word_is_canonical(bytes_word(data + length - 8));
}

/* Nearly all recipients are written in the letters they are compared by. */
static bool
is_canonical(struct text recipient)
{
	size_t at = text_find_last_byte(recipient, '@');
	struct text rest;

	if (at == TEXT_NONE)
		return true;
	rest = text_slice(recipient, at + 1, recipient.length);
	return bytes_are_canonical(rest.data, rest.length) &&
	    domain_name_trim(rest).length == rest.length;
}

static void
append_recipient(struct buffer *buffer, struct text recipient)
{
	size_t at = text_find_last_byte(recipient, '@');
	size_t end = at == TEXT_NONE ? recipient.length : at + 1;

	buffer_append_text(buffer, text_slice(recipient, 0, end));
	domain_name_append(buffer, domain_part(recipient));
}

uint64_t
naming_recipient_hash(struct text recipient)
{
	struct buffer written;
	uint64_t hash;

	if (is_canonical(recipient))
		return text_hash(recipient);
	buffer_init(&written, 0);
	append_recipient(&written, recipient);
	hash = text_hash(buffer_text(&written));
	buffer_release(&written);
	return hash;
}

bool
naming_same_recipient(struct text a, struct text b)
{
	struct buffer first;
	struct buffer second;
	bool same;

	if (text_equal(a, b))
		return true;
	if (is_canonical(a) && is_canonical(b))
		return false;
	buffer_init(&first, 0);
	buffer_init(&second, 0);
	append_recipient(&first, a);
	append_recipient(&second, b);
	same = text_equal(buffer_text(&first), buffer_text(&second));
	buffer_release(&first);
	buffer_release(&second);
	return same;
}

uint32_t
naming_relay(struct naming *naming, struct text host)
{
	if (text_equal(host, TEXT_LITERAL("none")))
		return 0;
	return intern_lower(naming, domain_name_trim(host));
}

uint32_t
naming_provider(struct naming *naming, uint32_t relay)
{
	size_t known = naming->provider_capacity;

	if (relay == 0 || naming->providers == NULL)
		return 0;
	if (relay >= known) {
		naming->provider_of =
		    memory_grow(naming->provider_of, &naming->provider_capacity,
			(size_t)relay + 1, sizeof(*naming->provider_of));
		while (known < naming->provider_capacity)
			naming->provider_of[known++] = UINT32_MAX;
	}
	if (naming->provider_of[relay] == UINT32_MAX)
		naming->provider_of[relay] = pool_intern(naming->names,
		    provider_find(
			naming->providers, pool_text(naming->names, relay)));
	return naming->provider_of[relay];
}
