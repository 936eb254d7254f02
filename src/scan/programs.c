#include "scan/programs.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "scan/bytes.h"

void
programs_init(struct programs *programs, const struct pattern_set *set,
    enum record_mta mta)
{
	*programs = (struct programs){ .set = set, .mta = mta, .turn = 1 };
}

void
programs_release(struct programs *programs)
{
	for (size_t i = 0; i < PROGRAM_SLOTS; i++) {
		if (programs->slots[i] != NULL)
			free(programs->slots[i]->patterns);
		free(programs->slots[i]);
	}
}

static void
note_prefixes(struct program *program, const struct pattern *pattern)
{
	uint64_t bit = (uint64_t)1 << (program->count % 64);
	bool takes_all = pattern->prefix_count == 0;

	for (size_t i = 0; i < pattern->prefix_count; i++) {
		struct text text = pattern->prefixes[i].text;

		if (pattern->prefixes[i].has_id && text.length > TELLING_BYTE)
			program->by_key[program_key(text.data)] |= bit;
		else if (!pattern->prefixes[i].has_id && text.length > 0)
			program->by_start[(unsigned char)text.data[0]] |= bit;
		else
			takes_all = true;
	}
	for (size_t i = 0; i < 256 && takes_all; i++)
		program->by_start[i] |= bit;
}

static void
add_pattern(struct program *program, const struct pattern *pattern)
{
	note_prefixes(program, pattern);
	program->patterns = memory_grow(program->patterns, &program->capacity,
	    program->count + 1, sizeof(*program->patterns));
	program->patterns[program->count++] = pattern;
}

static void
fill_program(
    const struct programs *programs, struct program *program, struct text name)
{
	const struct pattern_set *set = programs->set;
	size_t slash = text_find_byte(name, '/');

	free(program->patterns);
	*program = (struct program){ .length = (uint8_t)name.length };
	memcpy(program->name, name.data, name.length);
	if (slash != TEXT_NONE)
		program->instance_length = (uint8_t)slash;
	program->inner = header_within(set->formats, name);
	for (size_t i = 0; i < set->count; i++) {
		const struct pattern *pattern = &set->patterns[i];

		if (pattern_takes_program(pattern, name) &&
		    (programs->mta == MTA_NONE ||
			programs->mta == pattern->mta))
			add_pattern(program, pattern);
	}
}

const struct program *
programs_look_up(struct programs *programs, struct text name)
{
	struct program **slot;

	if (name.length == 0 || name.length > PROGRAM_LONGEST)
		return NULL;
	slot =
	    &programs
		 ->slots[bytes_slot(name.data, name.length, PROGRAM_SLOT_BITS)];
	if (*slot == NULL)
		*slot = memory_allocate_array(1, sizeof(**slot));
	if ((*slot)->length != name.length ||
	    !bytes_equal((*slot)->name, name.data, name.length)) {
		programs->turn += (*slot)->length > 0;
		fill_program(programs, *slot, name);
	}
	return (*slot)->count > 0 ? *slot : NULL;
}
