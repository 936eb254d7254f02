/*
 * Operands: which inputs a command line names, in that order.
 *
 * A file is itself, "-" or no operand at all is standard input, a directory is
 * the regular files below it (with -r), in the byte order of their names,
 * without hidden ones.  Symbolic links are followed; a directory that was
 * walked is not walked again.  A file is known by device and inode: whoever
 * names it twice gets it once.
 */
#ifndef INPUT_OPERANDS_H
#define INPUT_OPERANDS_H

#include "base/diagnostic.h"
#include "base/pool.h"

struct input_operand {
	char *path; /* "-" is standard input; for byte_source_open */
	uint64_t size; /* bytes as stored; 0 = not known */
	int64_t modified; /* seconds since 1970 UTC */
};

/* Embedded in its owner: operands_init ... operands_release. */
struct operands {
	struct input_operand *items;
	size_t count;
	size_t capacity;
	size_t missing; /* not there, not readable, a directory without -r */
	size_t repeated; /* left out, since it is there already */
	struct pool *seen;
};

void operands_init(struct operands *operands);
void operands_release(struct operands *operands);

/* Adds all of `names`; standard input when there are none. */
void operands_add_all(struct operands *operands, const char *const *names,
    size_t count, bool recursive, struct diagnostics *diagnostics);

/*
 * Adds one.  What is missing adds an error, what is repeated a warning, a
 * directory that holds no file a warning.
 */
void operands_add(struct operands *operands, const char *name, bool recursive,
    struct diagnostics *diagnostics);

#endif
