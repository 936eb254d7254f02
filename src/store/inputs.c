#include "store/store.h"

#ifdef HAVE_SQLITE

#include "base/memory.h"
#include "input/line_block.h"
#include "store/store_private.h"

static const struct field input_fields[] = {
	FIELD("fingerprint", FIELD_U64, struct store_input, fingerprint),
	FIELD("head_size", FIELD_U64, struct store_input, head_size),
	FIELD("offset", FIELD_U64, struct store_input, offset),
	FIELD("file", FIELD_TEXT, struct store_input, path),
	FIELD("compression", FIELD_TEXT, struct store_input, compression),
	FIELD("bytes", FIELD_U64, struct store_input, bytes),
	FIELD("lines", FIELD_U64, struct store_input, counts.lines),
	FIELD("recognised", FIELD_U64, struct store_input, counts.recognised),
	FIELD("ignored", FIELD_U64, struct store_input, counts.ignored),
	FIELD("unmatched", FIELD_U64, struct store_input, counts.unmatched),
	FIELD("malformed", FIELD_U64, struct store_input, counts.malformed),
	FIELD("first_event_at", FIELD_INSTANT, struct store_input,
	    first_event_at),
	FIELD(
	    "last_event_at", FIELD_INSTANT, struct store_input, last_event_at),
	FIELD(
	    "first_line_at", FIELD_INSTANT, struct store_input, first_line_at),
	FIELD("last_line_at", FIELD_INSTANT, struct store_input, last_line_at),
	FIELD("damage", FIELD_TEXT, struct store_input, damage),
	FIELD("seen_at", FIELD_INSTANT, struct store_input, seen_at),
	FIELD("is_replayed", FIELD_FLAG, struct store_input, is_replayed),
	FIELD("year", FIELD_INT, struct store_input, clock.year),
	FIELD("is_hinted", FIELD_FLAG, struct store_input, clock.is_hinted),
	FIELD("is_beyond", FIELD_FLAG, struct store_input, clock.is_beyond),
	FIELD("in_second_pass", FIELD_FLAG, struct store_input,
	    clock.in_second_pass),
	FIELD("in_doubled_hour", FIELD_FLAG, struct store_input,
	    clock.in_doubled_hour),
	FIELD("hint", FIELD_INSTANT, struct store_input, clock.hint),
	FIELD("newest_local", FIELD_INSTANT, struct store_input,
	    clock.newest_local),
	FIELD("first_pass_end", FIELD_INSTANT, struct store_input,
	    clock.first_pass_end),
	FIELD("second_pass_end", FIELD_INSTANT, struct store_input,
	    clock.second_pass_end),
};
#define INPUT_FIELDS (sizeof(input_fields) / sizeof(input_fields[0]))

void
inputs_define(struct buffer *sql)
{
	buffer_append_string(
	    sql, "CREATE TABLE logs (id INTEGER PRIMARY KEY, ");
	fields_define(sql, input_fields, INPUT_FIELDS);
	buffer_append_string(sql, ");\n");
}

static struct store_input *
add_input(struct store *store)
{
	store->inputs = memory_grow(store->inputs, &store->input_capacity,
	    store->input_count + 1, sizeof(*store->inputs));
	store->inputs[store->input_count] = (struct store_input){ 0 };
	return &store->inputs[store->input_count++];
}

static void
keep_texts(struct store *store, struct store_input *input)
{
	input->path = arena_copy(&store->arena, input->path);
	input->compression = arena_copy(&store->arena, input->compression);
	input->damage = arena_copy(&store->arena, input->damage);
}

void
inputs_load(struct store *store)
{
	sqlite3_stmt *rows =
	    store_prepare(store, "SELECT * FROM logs ORDER BY id");

	while (store_step(store, rows)) {
		struct store_input *input = add_input(store);

		input->id = sqlite3_column_int64(rows, 0);
		fields_read(store, rows, 1, input_fields, INPUT_FIELDS, input);
		keep_texts(store, input);
	}
	sqlite3_finalize(rows);
}

const struct store_input *
store_inputs(struct store *store, size_t *count)
{
	*count = store->input_count;
	return store->inputs;
}

const struct store_input *
store_find_input(const struct store *store, struct text head)
{
	const struct store_input *best = NULL;

	for (size_t i = 0; i < store->input_count; i++) {
		const struct store_input *input = &store->inputs[i];

		if (input->head_size > head.length ||
		    (best != NULL && best->head_size >= input->head_size))
			continue;
		if (block_fingerprint(text_slice(head, 0,
			(size_t)input->head_size)) == input->fingerprint)
			best = input;
	}
	return best;
}

/*
 * One that may still grow, or that lies around, is touched by every run.  It
 * tells nothing any more of the time that is forgotten.
 */
void
inputs_forget(struct store *store, int64_t before)
{
	store_run_before(store,
	    "UPDATE logs SET first_line_at = "
	    "CASE WHEN last_line_at >= ?1 THEN ?1 END "
	    "WHERE first_line_at < ?1",
	    before);
	store_run_before(store,
	    "DELETE FROM logs WHERE last_line_at < ?1 AND seen_at < ?1",
	    before);
	store->input_count = 0;
	inputs_load(store);
}

static struct store_input *
input_with_id(struct store *store, int64_t id)
{
	for (size_t i = 0; i < store->input_count; i++)
		if (store->inputs[i].id == id)
			return &store->inputs[i];
	return NULL;
}

void
store_save_input(struct store *store, const struct store_input *input)
{
	struct store_input *kept =
	    input->id != 0 ? input_with_id(store, input->id) : NULL;
	sqlite3_stmt *replace;
	struct buffer sql;

	if (kept == NULL)
		kept = add_input(store);
	*kept = *input;
	keep_texts(store, kept);
	buffer_init(&sql, 0);
	buffer_append_string(&sql, "REPLACE INTO logs VALUES (?, ");
	fields_marks(&sql, INPUT_FIELDS);
	buffer_append_string(&sql, ")");
	replace = store_prepare(store, buffer_string(&sql));
	buffer_release(&sql);
	if (replace == NULL)
		return;
	if (kept->id != 0)
		sqlite3_bind_int64(replace, 1, kept->id);
	fields_bind(store, replace, 2, input_fields, INPUT_FIELDS, kept);
	store_execute(store, replace);
	sqlite3_finalize(replace);
	if (kept->id == 0)
		kept->id = sqlite3_last_insert_rowid(store->db);
}

#endif
