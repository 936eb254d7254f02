#include "track/domain_name.h"

#ifdef HAVE_IDN2
#include <idn2.h>
#endif

/* RFC 1035 section 2.3.4 allows 255; anything longer is cut. */
#define DOMAIN_MAXIMUM 255

struct text
domain_name_trim(struct text domain)
{
	if (domain.length > 0 && domain.data[domain.length - 1] == '.')
		domain.length--;
	return domain;
}

void
domain_name_append(struct buffer *buffer, struct text domain)
{
	size_t start = buffer->length;
	bool is_ascii = true;

	domain = text_slice(domain, 0, DOMAIN_MAXIMUM);
	buffer_append_text(buffer, domain);
	for (size_t i = start; i < buffer->length; i++) {
		is_ascii &= (unsigned char)buffer->data[i] < 0x80;
		buffer->data[i] = byte_lower(buffer->data[i]);
	}
#ifdef HAVE_IDN2
	if (!is_ascii) {
		char *ascii = NULL;

		if (idn2_to_ascii_8z(buffer_string(buffer) + start, &ascii,
			IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK) {
			buffer->length = start;
			buffer_append_string(buffer, ascii);
			idn2_free(ascii);
		}
	}
#else
	(void)start;
	(void)is_ascii;
#endif
}

struct text
domain_name_copy(struct arena *arena, struct text name)
{
	struct buffer buffer;
	struct text copy;

	/* A dot alone stays what it is, and no domain. */
	if (name.length > 1)
		name = domain_name_trim(name);
	buffer_init(&buffer, 0);
	domain_name_append(&buffer, name);
	copy = arena_copy(arena, buffer_text(&buffer));
	buffer_release(&buffer);
	return copy;
}
