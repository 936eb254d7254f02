#include "store/store.h"

#ifdef HAVE_SQLITE

#include <stdlib.h>
#include <string.h>

#include "store/store_private.h"

static bool
has_input(const struct store *store, const struct store_input *input)
{
	for (size_t i = 0; i < store->input_count; i++)
		if (store->inputs[i].fingerprint == input->fingerprint &&
		    store->inputs[i].head_size == input->head_size)
			return true;
	return false;
}

bool
store_may_merge(
    struct store *store, struct store *other, struct diagnostics *errors)
{
	const char *mine = zone_name(store->zone);
	const char *theirs = zone_name(other->zone);

	if (strcmp(mine, theirs) != 0) {
		diagnostics_add(errors, DIAGNOSTIC_ERROR, other->path,
		    "counts the days of zone %s, and %s those of %s", theirs,
		    store->path, mine);
		return false;
	}
	if (strcmp(store->scope, other->scope) != 0) {
		diagnostics_add(errors, DIAGNOSTIC_ERROR, other->path,
		    "counts with --scope %s, and %s with --scope %s",
		    other->scope, store->path, store->scope);
		return false;
	}
	if (!text_equal(store_meta(store, "redaction"),
		store_meta(other, "redaction"))) {
		diagnostics_add(errors, DIAGNOSTIC_ERROR, other->path,
		    "was made with another --redact key than %s, or with or "
		    "without one",
		    store->path);
		return false;
	}
	for (size_t i = 0; i < other->input_count; i++) {
		if (!has_input(store, &other->inputs[i]))
			continue;
		diagnostics_add(errors, DIAGNOSTIC_ERROR, other->path,
		    "has read %.*s, and %s knows that log already: its mail "
		    "would count twice",
		    TEXT_FORMAT(other->inputs[i].path), store->path);
		return false;
	}
	return true;
}

void
store_merge_days(struct store *store, struct store *other)
{
	size_t count;
	int64_t *numbers = store_days(other, &count);
	struct tally_days days;

	tally_days_init(&days, store->zone);
	for (size_t i = 0; i < count; i++) {
		struct tally *tally = tally_days_at(
		    &days, tally_day_start(store->zone, numbers[i]));

		store_load_tally(
		    other, numbers[i], numbers[i] + 1, false, tally);
		store_add_days(store, &days, false);
		tally_days_release(&days);
	}
	free(numbers);
	for (size_t i = 0; i < other->input_count; i++) {
		struct store_input input = other->inputs[i];

		input.id = 0;
		store_save_input(store, &input);
	}
	if (other->error != NULL)
		store_fail(store, "%s: %s", other->path, other->error);
}

#endif
