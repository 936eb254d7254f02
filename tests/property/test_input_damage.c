/*
 * No damage passes for a short log: an archive that is cut anywhere, or has any
 * bit turned over, gives the start of what it held and a message, or all of it.
 */
#include "unit/rows.h"

#ifdef HAVE_ZSTD
#include <zstd.h>
#endif
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_BZ2
#include <bzlib.h>
#endif

#include "input_fixtures.h"

/* What one way of reading gives. */
struct outcome {
	struct buffer content;
	char message[200]; /* empty: no damage */
	uint64_t offset;
};

static void
read_outcome(struct outcome *outcome, struct text stored,
    const struct byte_source_options *options, size_t step)
{
	struct byte_source *source =
	    byte_source_open_memory(stored.data, stored.length, options);
	const struct byte_source_damage *damage = byte_source_damage(source);

	memset(outcome, 0, sizeof(*outcome));
	buffer_init(&outcome->content, 0);
	fixture_read(source, step, &outcome->content);
	if (damage->message != NULL)
		strncpy(outcome->message, damage->message,
		    sizeof(outcome->message) - 1);
	outcome->offset = damage->offset;
	byte_source_close(source);
}

static void
assert_prefix(const struct buffer *start, const struct buffer *whole)
{
	assert_true(start->length <= whole->length);
	if (start->length > 0)
		assert_memory_equal(start->data, whole->data, start->length);
}

static void
assert_same_outcome(const struct outcome *a, const struct outcome *b)
{
	assert_string_equal(a->message, b->message);
	assert_int_equal(a->offset, b->offset);
	assert_int_equal(a->content.length, b->content.length);
	assert_prefix(&a->content, &b->content);
}

static const struct byte_source_options by_zlib = { .chunk = 700,
	.use_zlib = true };
static const struct byte_source_options by_default = { .chunk = 700 };
static const struct byte_source_options by_default_once = { .chunk = 700,
	.once = true };

static void
add_zlib(struct buffer *out, struct text content)
{
	fixture_gzip(out, content, 6, 1);
}

static void
add_stored(struct buffer *out, struct text content)
{
	fixture_gzip(out, content, 0, 1);
}

static void
add_members(struct buffer *out, struct text content)
{
	size_t half = content.length / 2;

	fixture_gzip(out, text_slice(content, 0, half), 1, 1);
	fixture_gzip(out, text_slice(content, half, content.length), 9, 1);
}

#ifdef HAVE_ZSTD
static void
add_zstd(struct buffer *out, struct text content)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t bound = ZSTD_compressBound(content.length);

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	buffer_reserve(out, bound);
	out->length += ZSTD_compress2(context, out->data + out->length, bound,
	    content.data, content.length);
	ZSTD_freeCCtx(context);
}
#endif

#ifdef HAVE_LZMA
static void
add_xz(struct buffer *out, struct text content)
{
	size_t bound = lzma_stream_buffer_bound(content.length);

	buffer_reserve(out, bound);
	lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL,
	    (const uint8_t *)content.data, content.length, (uint8_t *)out->data,
	    &out->length, out->length + bound);
}
#endif

#ifdef HAVE_BZ2
static void
add_bzip2(struct buffer *out, struct text content)
{
	char *copy = memory_copy_string(content.data, content.length);
	unsigned room = (unsigned)content.length * 2 + 1000;

	buffer_reserve(out, room);
	BZ2_bzBuffToBuffCompress(out->data + out->length, &room, copy,
	    (unsigned)content.length, 1, 0, 0);
	out->length += room;
	free(copy);
}
#endif

static const struct row {
	const char *name;
	void (*add)(struct buffer *out, struct text content);
	/* Each of which a cut leaves an archive that is whole. */
	unsigned ends;
} rows[] = {
	{ "gzip", add_zlib, 1 },
	{ "gzip, stored blocks", add_stored, 1 },
	{ "gzip, two members", add_members, 2 },
#ifdef HAVE_ZSTD
	{ "zstd", add_zstd, 1 },
#endif
#ifdef HAVE_LZMA
	{ "xz", add_xz, 1 },
#endif
#ifdef HAVE_BZ2
	{ "bzip2", add_bzip2, 1 },
#endif
};

static void
make_archive(
    const struct row *row, struct buffer *content, struct buffer *stored)
{
	buffer_init(content, 0);
	buffer_init(stored, 0);
	fixture_lines(content, 25, 9);
	row->add(stored, buffer_text(content));
}

static void
check_cut(void **state)
{
	const struct row *row = *state;
	struct buffer content;
	struct buffer stored;
	unsigned unnoticed = 0;

	make_archive(row, &content, &stored);
	/* An archive cut to nothing is an empty file, which is a log too. */
	for (size_t length = 4; length < stored.length; length++) {
		struct text cut = { stored.data, length };
		struct outcome reference;
		struct outcome outcome;
		struct outcome once;

		read_outcome(&reference, cut, &by_zlib, 100000);
		read_outcome(&outcome, cut, &by_default, 500);
		read_outcome(&once, cut, &by_default_once, 500);
		assert_prefix(&outcome.content, &content);
		assert_same_outcome(&outcome, &reference);
		/* Read but once, ISA-L keeps back what may go on. */
		assert_prefix(&once.content, &content);
		assert_string_equal(once.message, reference.message);
		assert_int_equal(once.offset, reference.offset);
		assert_true(
		    once.content.length + 3 >= reference.content.length);
		if (reference.message[0] == '\0')
			unnoticed++;
		else
			assert_int_equal(reference.offset, length);
		buffer_release(&reference.content);
		buffer_release(&outcome.content);
		buffer_release(&once.content);
	}
	assert_int_equal(unnoticed, row->ends - 1);
	buffer_release(&content);
	buffer_release(&stored);
}

static size_t
shared_length(const struct buffer *a, const struct buffer *b)
{
	size_t length = 0;

	while (length < a->length && length < b->length &&
	    a->data[length] == b->data[length])
		length++;
	return length;
}

static void
check_flip(void **state)
{
	const struct row *row = *state;
	struct buffer content;
	struct buffer stored;

	make_archive(row, &content, &stored);
	/* Past the magic, which decides whether it is an archive at all. */
	for (size_t bit = 80; bit < stored.length * 8; bit += 3) {
		struct outcome reference;
		struct outcome outcome;
		struct outcome once;

		stored.data[bit / 8] ^= (char)(1U << bit % 8);
		read_outcome(
		    &reference, buffer_text(&stored), &by_zlib, 100000);
		read_outcome(
		    &outcome, buffer_text(&stored), &by_default, 100000);
		read_outcome(
		    &once, buffer_text(&stored), &by_default_once, 500);
		assert_same_outcome(&outcome, &reference);
		if (reference.message[0] == '\0') {
			assert_int_equal(
			    reference.content.length, content.length);
			assert_prefix(&reference.content, &content);
			assert_same_outcome(&once, &reference);
		}
		assert_int_equal(
		    once.message[0] == '\0', reference.message[0] == '\0');
		/* ISA-L gives what is right in front of the damage. */
		if (strncmp(row->name, "gzip", 4) == 0)
			assert_true(once.content.length + 3 >=
			    shared_length(&reference.content, &content));
		buffer_release(&reference.content);
		buffer_release(&outcome.content);
		buffer_release(&once.content);
		stored.data[bit / 8] ^= (char)(1U << bit % 8);
	}
	buffer_release(&content);
	buffer_release(&stored);
}

/* A read error anywhere is damage there, whatever the decoder makes of it. */
static void
check_read_error(void **state)
{
	const struct row *row = *state;
	struct buffer content;
	struct buffer stored;

	make_archive(row, &content, &stored);
	for (size_t place = 4; place < stored.length; place += 5) {
		struct byte_source_options options = by_default;
		struct outcome outcome;

		options.fails = true;
		options.fail_at = place;
		read_outcome(&outcome, buffer_text(&stored), &options, 500);
		assert_string_equal(
		    outcome.message, "read error: Input/output error");
		assert_int_equal(outcome.offset, place);
		assert_prefix(&outcome.content, &content);
		buffer_release(&outcome.content);
	}
	buffer_release(&content);
	buffer_release(&stored);
}

int
main(void)
{
	return ROWS_RUN("cut anywhere", rows, check_cut) +
	    ROWS_RUN("any bit turned over", rows, check_flip) +
	    ROWS_RUN("read error anywhere", rows, check_read_error);
}
