#include "run/lanes.h"

#include <stdlib.h>
#include <string.h>

/* mail.log.2.gz is 2; higher is older.  0 when it has no such number. */
static uint64_t
rotation_of(const char *path)
{
	struct text name = text_of(path);
	size_t dot;
	uint64_t number = 0;

	for (int i = 0; i < 2; i++) {
		dot = text_find_last_byte(name, '.');
		if (dot == TEXT_NONE)
			return 0;
		if (text_parse_number(
			text_slice(name, dot + 1, name.length), 99999, &number))
			return number;
		name = text_slice(name, 0, dot);
	}
	return 0;
}

static int
order_by_rank(const void *a, const void *b)
{
	const struct lane *const *x = a;
	const struct lane *const *y = b;
	uint64_t x_rotation = rotation_of((*x)->path);
	uint64_t y_rotation = rotation_of((*y)->path);

	if ((*x)->starts_at != (*y)->starts_at)
		return (*x)->starts_at < (*y)->starts_at ? -1 : 1;
	if (x_rotation != y_rotation)
		return x_rotation > y_rotation ? -1 : 1;
	return strcmp((*x)->path, (*y)->path);
}

void
lanes_tell_year(
    struct lane *lanes, size_t count, struct classifier_worker *worker)
{
	int64_t first = INSTANT_NONE;
	int64_t last = INSTANT_NONE;

	for (size_t i = 0; i < count; i++) {
		const struct lane *lane = &lanes[i];

		if (lane->knows_year)
			instants_widen(
			    &first, &last, lane->starts_at, lane->probed_until);
	}
	if (first == INSTANT_NONE)
		return;
	for (size_t i = 0; i < count; i++)
		if (!lanes[i].knows_year && !lanes[i].is_resumed)
			lane_probe(&lanes[i], worker, first, last);
}

/*
 * Both begin with all that there is of the shorter head: that of a copy which
 * was made when the log was still short ends there.
 */
static bool
is_same_log(const struct lane *a, const struct lane *b)
{
	uint64_t size = a->input.head_size < b->input.head_size
	    ? a->input.head_size
	    : b->input.head_size;

	return a->head != NULL && b->head != NULL && size > 0 &&
	    memcmp(a->head, b->head, (size_t)size) == 0;
}

/* Of two forms of the same log the larger one (a plain one) holds more. */
static bool
is_better(const struct lane *a, const struct lane *b)
{
	if (a->input.head_size != b->input.head_size)
		return a->input.head_size > b->input.head_size;
	if (a->input.bytes != b->input.bytes)
		return a->input.bytes > b->input.bytes;
	return strcmp(a->path, b->path) < 0;
}

static void
leave_out(struct lane *lane, const struct lane *other,
    struct diagnostics *diagnostics)
{
	diagnostics_add(diagnostics, DIAGNOSTIC_WARNING, lane->path,
	    "begins as %s and is taken for the same log: it is not read",
	    other->path);
	lane_close(lane);
	lane->is_open = false;
	lane->scanned_all = true;
	lane->starts_at = INSTANT_NONE;
	lane->knows_year = false;
	lane->input.is_repeated = true;
}

/*
 * Two logs that were one for all that was read so far (a line of column names,
 * say): each goes on, but one of them under a name of its own.
 */
static void
part(struct lane *a, struct lane *b)
{
	struct lane *branch = strcmp(a->path, b->path) < 0 ? b : a;

	if (a->input.resume.id == 0 || a->input.resume.id != b->input.resume.id)
		return;
	branch->is_branch = true;
	branch->input.resume.id = 0;
}

static void
compare(struct lane *a, struct lane *b, struct diagnostics *diagnostics)
{
	if (a->input.is_repeated || b->input.is_repeated)
		return;
	if (!is_same_log(a, b))
		part(a, b);
	else if (is_better(a, b))
		leave_out(b, a, diagnostics);
	else
		leave_out(a, b, diagnostics);
}

void
lanes_leave_out_repeated(
    struct lane *lanes, size_t count, struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			compare(&lanes[i], &lanes[j], diagnostics);
	for (size_t i = 0; i < count; i++)
		lane_drop_head(&lanes[i]);
}

void
lanes_rank(struct lane **lanes, size_t count)
{
	qsort(lanes, count, sizeof(struct lane *), order_by_rank);
}
