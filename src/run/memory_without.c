#include "run/memory.h"

/* What there is without SQLite: a message.  Nothing else is ever called. */
#ifndef HAVE_SQLITE

struct memory *
memory_open(const struct settings *settings, struct pool *names,
    struct diagnostics *diagnostics)
{
	(void)names;
	diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, settings->db_path,
	    "this bouncestat was built without SQLite and has no --db");
	return NULL;
}

struct memory *
memory_open_merge(const struct settings *settings, struct pool *names,
    struct diagnostics *diagnostics)
{
	return memory_open(settings, names, diagnostics);
}

void
memory_close(struct memory *memory)
{
	(void)memory;
}

bool
memory_check_redaction(
    struct memory *memory, struct text probe, struct diagnostics *diagnostics)
{
	(void)memory;
	(void)probe;
	(void)diagnostics;
	return false;
}

const struct zone *
memory_zone(const struct memory *memory)
{
	(void)memory;
	return NULL;
}

enum settings_scope
memory_scope(const struct memory *memory)
{
	(void)memory;
	return SCOPE_REMOTE;
}

const struct pipeline_memory *
memory_inputs(struct memory *memory)
{
	(void)memory;
	return NULL;
}

int64_t
memory_start(struct memory *memory, int64_t start)
{
	(void)memory;
	return start;
}

void
memory_load(struct memory *memory, const struct memory_parts *parts)
{
	(void)memory;
	(void)parts;
}

void
memory_merge(struct memory *memory, const struct memory_parts *parts)
{
	(void)memory;
	(void)parts;
}

struct tally *
memory_tally(struct memory *memory, int64_t time)
{
	(void)memory;
	(void)time;
	return NULL;
}

void
memory_save(struct memory *memory, const struct memory_parts *parts,
    const struct pipeline_input *inputs, size_t count)
{
	(void)memory;
	(void)parts;
	(void)inputs;
	(void)count;
}

bool
memory_finish(struct memory *memory, const struct incident *incidents,
    size_t count, struct diagnostics *diagnostics)
{
	(void)memory;
	(void)incidents;
	(void)count;
	(void)diagnostics;
	return false;
}

int64_t
memory_kept_since(const struct memory *memory)
{
	(void)memory;
	return INSTANT_NONE;
}

bool
memory_report(struct memory *memory, struct tally *tally,
    struct report_input **inputs, size_t *input_count,
    struct diagnostics *diagnostics)
{
	(void)memory;
	(void)tally;
	(void)inputs;
	(void)input_count;
	(void)diagnostics;
	return false;
}

bool
memory_changes(struct memory *memory, struct changes *changes)
{
	(void)memory;
	(void)changes;
	return false;
}

#endif
