#include "base/search.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/*
 * How common a byte is in mail logs, roughly; the two rarest bytes of a needle
 * are the ones looked for.
 */
static unsigned
commonness(char byte)
{
	char lower = byte_lower(byte);

	if (memchr("aeinorst", lower, 8) != NULL && byte == lower)
		return 5;
	if (byte == ' ' || byte == '.' || byte_is_digit(byte))
		return 5;
	if (byte_is_alnum(byte) && byte == lower)
		return 4;
	if (byte == '=' || byte == ',' || byte == ':' || byte == '-')
		return 3;
	if (byte_is_alnum(byte))
		return 2;
	return 1;
}

void
search_literal_init(struct search_literal *needle, struct text text)
{
	unsigned first_rank = 10;
	unsigned second_rank = 10;

	*needle = (struct search_literal){ .text = text };
	for (size_t i = 0; i < text.length; i++) {
		unsigned rank = commonness(text.data[i]);

		if (rank < first_rank) {
			needle->second = needle->first;
			second_rank = first_rank;
			needle->first = i;
			first_rank = rank;
		} else if (rank < second_rank) {
			needle->second = i;
			second_rank = rank;
		}
	}
#if defined(__x86_64__)
	needle->wide = __builtin_cpu_supports("avx2");
#endif
}

static bool
is_here(const char *place, const struct search_literal *needle)
{
	return memcmp(place, needle->text.data, needle->text.length) == 0;
}

/* For few places: `places` starts of the needle, from data on. */
static size_t
search_plain(
    const char *data, size_t places, const struct search_literal *needle)
{
	char rare = needle->text.data[needle->first];

	for (size_t i = 0; i < places; i++)
		if (data[i + needle->first] == rare &&
		    is_here(data + i, needle))
			return i;
	return TEXT_NONE;
}

#if defined(__x86_64__)

/* A bit for each of 16 places from `place` on where both rare bytes agree. */
static inline unsigned
candidates_16(const char *place, const struct search_literal *needle)
{
	const void *first_place = place + needle->first;
	const void *second_place = place + needle->second;
	__m128i first = _mm_set1_epi8(needle->text.data[needle->first]);
	__m128i second = _mm_set1_epi8(needle->text.data[needle->second]);
	__m128i both =
	    _mm_and_si128(_mm_cmpeq_epi8(first, _mm_loadu_si128(first_place)),
		_mm_cmpeq_epi8(second, _mm_loadu_si128(second_place)));

	return (unsigned)_mm_movemask_epi8(both);
}

__attribute__((target("avx2"))) static inline unsigned
candidates_32(const char *place, const struct search_literal *needle)
{
	const void *first_place = place + needle->first;
	const void *second_place = place + needle->second;
	__m256i first = _mm256_set1_epi8(needle->text.data[needle->first]);
	__m256i second = _mm256_set1_epi8(needle->text.data[needle->second]);
	__m256i both = _mm256_and_si256(
	    _mm256_cmpeq_epi8(first, _mm256_loadu_si256(first_place)),
	    _mm256_cmpeq_epi8(second, _mm256_loadu_si256(second_place)));

	return (unsigned)_mm256_movemask_epi8(both);
}

static inline size_t
confirm(const char *data, size_t at, unsigned candidates,
    const struct search_literal *needle)
{
	while (candidates != 0) {
		size_t place = at + (size_t)__builtin_ctz(candidates);

		if (is_here(data + place, needle))
			return place;
		candidates &= candidates - 1;
	}
	return TEXT_NONE;
}

/*
 * The last step goes back so far that it ends with the last place: some places
 * are looked at twice, none past the end.
 */
static size_t
search_16(const char *data, size_t places, const struct search_literal *needle)
{
	size_t at = 0;

	for (;;) {
		size_t found =
		    confirm(data, at, candidates_16(data + at, needle), needle);

		if (found != TEXT_NONE || at + 16 == places)
			return found;
		at += 16;
		if (at + 16 > places)
			at = places - 16;
	}
}

__attribute__((target("avx2"))) static size_t
search_32(const char *data, size_t places, const struct search_literal *needle)
{
	size_t at = 0;

	for (;;) {
		size_t found =
		    confirm(data, at, candidates_32(data + at, needle), needle);

		if (found != TEXT_NONE || at + 32 == places)
			return found;
		at += 32;
		if (at + 32 > places)
			at = places - 32;
	}
}

#endif

size_t
search_literal(
    const char *data, size_t length, const struct search_literal *needle)
{
	size_t places;

	if (needle->text.length == 0)
		return 0;
	if (length < needle->text.length)
		return TEXT_NONE;
	places = length - needle->text.length + 1;
#if defined(__x86_64__)
	if (places >= 32 && needle->wide)
		return search_32(data, places, needle);
	if (places >= 16)
		return search_16(data, places, needle);
#endif
	return search_plain(data, places, needle);
}

#if defined(__x86_64__)

/* Counts in bytes that may reach 255, then adds them up by psadbw. */
static uint64_t
count_16(const char *data, size_t vectors, char byte)
{
	__m128i wanted = _mm_set1_epi8(byte);
	__m128i sums = _mm_setzero_si128();
	uint64_t parts[2];

	while (vectors > 0) {
		size_t round = vectors < 255 ? vectors : 255;
		__m128i counts = _mm_setzero_si128();

		vectors -= round;
		for (; round > 0; round--, data += 16) {
			const void *place = data;

			counts = _mm_sub_epi8(counts,
			    _mm_cmpeq_epi8(wanted, _mm_loadu_si128(place)));
		}
		sums = _mm_add_epi64(
		    sums, _mm_sad_epu8(counts, _mm_setzero_si128()));
	}
	memcpy(parts, &sums, sizeof(parts));
	return parts[0] + parts[1];
}

__attribute__((target("avx2"))) static uint64_t
count_32(const char *data, size_t vectors, char byte)
{
	__m256i wanted = _mm256_set1_epi8(byte);
	__m256i sums = _mm256_setzero_si256();
	uint64_t parts[4];

	while (vectors > 0) {
		size_t round = vectors < 255 ? vectors : 255;
		__m256i counts = _mm256_setzero_si256();

		vectors -= round;
		for (; round > 0; round--, data += 32) {
			const void *place = data;

			counts = _mm256_sub_epi8(counts,
			    _mm256_cmpeq_epi8(
				wanted, _mm256_loadu_si256(place)));
		}
		sums = _mm256_add_epi64(
		    sums, _mm256_sad_epu8(counts, _mm256_setzero_si256()));
	}
	memcpy(parts, &sums, sizeof(parts));
	return parts[0] + parts[1] + parts[2] + parts[3];
}

#endif

uint64_t
search_count_byte(const char *data, size_t length, char byte)
{
	uint64_t count = 0;
	size_t done = 0;

#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2")) {
		count = count_32(data, length / 32, byte);
		done = length & ~(size_t)31;
	} else {
		count = count_16(data, length / 16, byte);
		done = length & ~(size_t)15;
	}
#endif
	for (; done < length; done++)
		count += data[done] == byte;
	return count;
}
