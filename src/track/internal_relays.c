#include "track/internal_relays.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct relay_rule {
	char *host; /* NULL for an address */
	uint16_t port; /* 0 = any */
	int family;
	unsigned bits;
	unsigned char address[16];
};

struct internal_relays {
	struct relay_rule *rules;
	size_t count;
	size_t capacity;
};

struct internal_relays *
internal_relays_new(void)
{
	return memory_allocate_array(1, sizeof(struct internal_relays));
}

void
internal_relays_free(struct internal_relays *relays)
{
	if (relays == NULL)
		return;
	for (size_t i = 0; i < relays->count; i++)
		free(relays->rules[i].host);
	free(relays->rules);
	free(relays);
}

/* AF_INET, AF_INET6 or 0 when the text is no address. */
static int
parse_address(struct text text, unsigned char *address)
{
	char copy[INET6_ADDRSTRLEN];

	if (text.length == 0 || text.length >= sizeof(copy))
		return 0;
	memcpy(copy, text.data, text.length);
	copy[text.length] = '\0';
	if (inet_pton(AF_INET, copy, address) == 1)
		return AF_INET;
	if (inet_pton(AF_INET6, copy, address) == 1)
		return AF_INET6;
	return 0;
}

/* Cuts `:port` off a host name, an IPv4 or a bracketed address. */
static bool
take_port(struct text *text, uint16_t *port)
{
	size_t colon = text_find_last_byte(*text, ':');
	size_t bracket = text_find_last_byte(*text, ']');
	uint64_t number;

	*port = 0;
	if (colon == TEXT_NONE ||
	    (bracket == TEXT_NONE && text_find_byte(*text, ':') != colon) ||
	    (bracket != TEXT_NONE && bracket > colon))
		return true;
	if (!text_parse_number(
		text_slice(*text, colon + 1, text->length), 65535, &number) ||
	    number == 0)
		return false;
	*port = (uint16_t)number;
	*text = text_slice(*text, 0, colon);
	return true;
}

static bool
is_host_name(struct text text)
{
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];

		if (!byte_is_alnum(byte) && byte != '-' && byte != '.' &&
		    byte != '_')
			return false;
	}
	return text.length > 0 && text.length <= 255;
}

bool
internal_relays_add(struct internal_relays *relays, struct text text)
{
	struct relay_rule rule = { 0 };
	size_t slash = text_find_byte(text, '/');
	uint64_t bits = 128;

	if (slash != TEXT_NONE) {
		if (!text_parse_number(
			text_slice(text, slash + 1, text.length), 128, &bits))
			return false;
		text = text_slice(text, 0, slash);
	} else if (!take_port(&text, &rule.port)) {
		return false;
	}
	if (text.length > 2 && text.data[0] == '[' &&
	    text.data[text.length - 1] == ']')
		text = text_slice(text, 1, text.length - 1);
	rule.family = parse_address(text, rule.address);
	if (slash == TEXT_NONE && rule.family == AF_INET)
		bits = 32;
	if (rule.family == AF_INET && bits > 32)
		return false;
	rule.bits = (unsigned)bits;
	if (rule.family == 0) {
		if (slash != TEXT_NONE || !is_host_name(text))
			return false;
		rule.host = memory_copy_string(text.data, text.length);
	}
	relays->rules = memory_grow(relays->rules, &relays->capacity,
	    relays->count + 1, sizeof(*relays->rules));
	relays->rules[relays->count++] = rule;
	return true;
}

static bool
shares_prefix(const unsigned char *a, const unsigned char *b, unsigned bits)
{
	unsigned bytes = bits / 8;
	unsigned left = bits % 8;

	if (memcmp(a, b, bytes) != 0)
		return false;
	return left == 0 || ((a[bytes] ^ b[bytes]) >> (8 - left)) == 0;
}

bool
internal_relays_match(
    const struct internal_relays *relays, const struct record *record)
{
	unsigned char address[16];
	int family;

	if (relays == NULL || relays->count == 0)
		return false;
	family = parse_address(
	    record->relay_ip.length > 0 ? record->relay_ip : record->relay_host,
	    address);
	for (size_t i = 0; i < relays->count; i++) {
		const struct relay_rule *rule = &relays->rules[i];

		if (rule->port != 0 && rule->port != record->relay_port)
			continue;
		if (rule->host != NULL ? text_equal_nocase(record->relay_host,
					     text_of(rule->host))
				       : family == rule->family &&
			    shares_prefix(address, rule->address, rule->bits))
			return true;
	}
	return false;
}
