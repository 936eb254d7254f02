/*
 * Programs: which patterns the lines of a program may be for.
 *
 * Nearly all lines of a log are of no interest, and most of the others are
 * for one pattern of the many that their program has.  Two bytes of the text
 * tell: the first one, or the one behind the id (": from=", ": to=").
 * Private to the scan stage; a table belongs to one scanner.
 */
#ifndef SCAN_PROGRAMS_H
#define SCAN_PROGRAMS_H

#include "scan/header.h"
#include "scan/pattern.h"

/* Different programs that are remembered, and the longest name of one. */
#define PROGRAM_SLOT_BITS 8
#define PROGRAM_SLOTS     (1 << PROGRAM_SLOT_BITS)
#define PROGRAM_LONGEST   62

/* Behind an id the first byte and this one tell most. */
#define TELLING_BYTE 2

/* The patterns for the lines of one program. */
struct program {
	char name[PROGRAM_LONGEST];
	uint8_t length;
	uint8_t instance_length; /* of the part before a '/'; 0 = none */
	const struct header_inner *inner; /* stamp within the text, or NULL */
	const struct pattern **patterns;
	size_t count;
	size_t capacity;
	/*
	 * Bit i is set if pattern i (or i + 64, ...) may take a text with that
	 * first byte, or with that key behind the id.
	 */
	uint64_t by_start[256];
	uint64_t by_key[256];
};

struct programs {
	const struct pattern_set *set;
	enum record_mta mta; /* the only one that is wanted, or MTA_NONE */
	uint64_t turn; /* from 1; a further one when a slot is taken over */
	struct program *slots[PROGRAM_SLOTS];
};

void programs_init(struct programs *programs, const struct pattern_set *set,
    enum record_mta mta);
void programs_release(struct programs *programs);

/*
 * The program of that name; NULL for one that no pattern is for.  Valid until
 * the next call.
 */
const struct program *
programs_look_up(struct programs *programs, struct text name);

/* The same for the program that a header names; its tag knows it again. */
static inline const struct program *
programs_find(struct programs *programs, const struct header *header)
{
	struct header_tag *tag = header->tag;

	if (tag == NULL)
		return programs_look_up(programs, header->program);
	if (tag->turn != programs->turn) {
		tag->program = programs_look_up(programs, header->program);
		tag->turn = programs->turn;
	}
	return tag->program;
}

static inline unsigned
program_key(const char *data)
{
	return ((unsigned char)data[0] * 7U +
		   (unsigned char)data[TELLING_BYTE]) %
	    256;
}

/* The patterns that may take the text; `id_length` as for pattern_may_match. */
static inline uint64_t
program_candidates(
    const struct program *program, struct text text, size_t id_length)
{
	uint64_t candidates;

	if (text.length == 0)
		return 0;
	candidates = program->by_start[(unsigned char)text.data[0]];
	if (id_length > 0 && id_length + TELLING_BYTE < text.length)
		candidates |=
		    program->by_key[program_key(text.data + id_length)];
	return candidates;
}

static inline bool
program_is_candidate(uint64_t candidates, size_t pattern)
{
	return candidates >> (pattern % 64) & 1;
}

#endif
