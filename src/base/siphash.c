#include "base/siphash.h"

/* The four words of the state, v0 to v3 of the paper. */
struct state {
	uint64_t word[4];
};

static uint64_t
little_endian(const char *bytes, size_t count)
{
	uint64_t number = 0;

	for (size_t i = 0; i < count; i++)
		number |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
	return number;
}

static uint64_t
rotate(uint64_t number, unsigned bits)
{
	return number << bits | number >> (64 - bits);
}

static void
run_rounds(struct state *state, unsigned count)
{
	uint64_t *word = state->word;

	for (; count > 0; count--) {
		word[0] += word[1];
		word[2] += word[3];
		word[1] = rotate(word[1], 13) ^ word[0];
		word[3] = rotate(word[3], 16) ^ word[2];
		word[0] = rotate(word[0], 32);
		word[2] += word[1];
		word[0] += word[3];
		word[1] = rotate(word[1], 17) ^ word[2];
		word[3] = rotate(word[3], 21) ^ word[0];
		word[2] = rotate(word[2], 32);
	}
}

static void
take(struct state *state, uint64_t block)
{
	state->word[3] ^= block;
	run_rounds(state, 2);
	state->word[0] ^= block;
}

uint64_t
siphash(struct siphash_key key, struct text text)
{
	struct state state = { { key.low ^ 0x736F6D6570736575U,
	    key.high ^ 0x646F72616E646F6DU, key.low ^ 0x6C7967656E657261U,
	    key.high ^ 0x7465646279746573U } };
	size_t whole = text.length / 8 * 8;
	uint64_t last = (uint64_t)text.length << 56;

	for (size_t at = 0; at < whole; at += 8)
		take(&state, little_endian(text.data + at, 8));
	if (whole < text.length)
		last |= little_endian(text.data + whole, text.length - whole);
	take(&state, last);
	state.word[2] ^= 0xFF;
	run_rounds(&state, 4);
	return state.word[0] ^ state.word[1] ^ state.word[2] ^ state.word[3];
}
