#include "unit/rows.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

#define HELLO "hello\nworld\n"

static void
add_gzip(struct buffer *out, const char *content)
{
	fixture_gzip(out, text_of(content), 6, 0x11223344);
}

static void
make_empty(struct buffer *out)
{
	(void)out;
}

static void
make_short(struct buffer *out)
{
	buffer_append_string(out, "B");
}

static void
make_plain(struct buffer *out)
{
	buffer_append_string(out, HELLO);
}

static void
make_nearly_bzip2(struct buffer *out)
{
	buffer_append_string(out, "BZh9 is a word\n");
}

static void
make_compress(struct buffer *out)
{
	buffer_append(out, "\x1F\x9D\x90h\xCA\xB0", 6);
}

static void
make_lz4(struct buffer *out)
{
	buffer_append(out, "\x04\x22\x4D\x18\x60\x40\x82", 7);
}

static void
make_lzma(struct buffer *out)
{
	buffer_append(out, "\x5D\x00\x00\x80\x00\xFF", 6);
}

static void
make_zip(struct buffer *out)
{
	buffer_append(out, "PK\x03\x04\x14\x00", 6);
}

static void
make_7z(struct buffer *out)
{
	buffer_append(out, "7z\xBC\xAF\x27\x1C\x00\x04", 8);
}

static void
make_journal(struct buffer *out)
{
	buffer_append(out, "LPKSHHRH\x00\x00\x00\x00", 12);
}

static void
make_utf16_little(struct buffer *out)
{
	buffer_append(out, "\xFF\xFEN\x00o\x00v\x00", 8);
}

static void
make_utf16_big(struct buffer *out)
{
	buffer_append(out, "\xFE\xFF\x00N\x00o\x00v", 8);
}

static void
make_nearly_zip(struct buffer *out)
{
	buffer_append_string(out, "PK is a word\n");
}

static void
make_gzip(struct buffer *out)
{
	add_gzip(out, HELLO);
}

static void
make_empty_gzip(struct buffer *out)
{
	add_gzip(out, "");
}

static void
make_members(struct buffer *out)
{
	add_gzip(out, "hello\n");
	add_gzip(out, "");
	add_gzip(out, "world\n");
}

static void
make_padded(struct buffer *out)
{
	make_gzip(out);
	for (int i = 0; i < 700; i++)
		buffer_append_byte(out, '\0');
}

static void
make_garbage(struct buffer *out)
{
	make_gzip(out);
	buffer_append_string(out, "garbage");
}

static void
make_padded_garbage(struct buffer *out)
{
	make_padded(out);
	buffer_append_string(out, "garbage");
}

static void
make_first_byte(struct buffer *out)
{
	buffer_append_byte(out, '\x1F');
}

static void
make_second_cut(struct buffer *out)
{
	make_gzip(out);
	buffer_append_byte(out, '\x1F');
}

static void
make_trailer_cut(struct buffer *out)
{
	make_gzip(out);
	out->length -= 3;
}

static void
make_wrong_checksum(struct buffer *out)
{
	make_gzip(out);
	out->data[out->length - 8] ^= 1;
}

static void
make_wrong_length(struct buffer *out)
{
	make_gzip(out);
	out->data[out->length - 1] ^= 1;
}

static void
make_wrong_method(struct buffer *out)
{
	make_gzip(out);
	out->data[2] = 7;
}

static void
make_reserved_flag(struct buffer *out)
{
	make_gzip(out);
	out->data[3] = (char)0x80;
}

/* All optional fields of RFC 1952 section 2.3.1, and a header checksum. */
static void
add_full_header(struct buffer *out, unsigned checksum_error)
{
	struct buffer plain;
	struct buffer header;
	uLong sum;

	buffer_init(&plain, 0);
	buffer_init(&header, 0);
	add_gzip(&plain, HELLO);
	buffer_append(&header, plain.data, 3);
	buffer_append(&header, "\x1E\0\0\0\0\0\x03", 7);
	buffer_append(&header, "\x05\0extra", 7);
	buffer_append(&header, "name\0comment", 13);
	sum = crc32(0, (const Bytef *)header.data, (uInt)header.length);
	buffer_append_byte(&header, (char)(sum & 0xFF));
	buffer_append_byte(&header, (char)((sum >> 8 & 0xFF) ^ checksum_error));
	buffer_append(&header, plain.data + 10, plain.length - 10);
	buffer_append_text(out, buffer_text(&header));
	buffer_release(&plain);
	buffer_release(&header);
}

static void
make_full_header(struct buffer *out)
{
	add_full_header(out, 0);
}

static void
make_wrong_header(struct buffer *out)
{
	add_full_header(out, 1);
}

/* ISA-L counted a byte more than there was behind the broken symbol. */
static void
make_broken_symbol(struct buffer *out)
{
	buffer_append(out, "\x1F\x8B\x08\0\0\0\0\0\0\x03", 10);
	buffer_append(out, "\x03seed\0\x15\xC6\x41\x0A\x80\x30\x0C", 13);
	buffer_append(out, "\x04\xC0\x7B", 3);
}

/* ISA-L let the code table pass, and then the trailer was cut. */
static void
make_broken_table(struct buffer *out)
{
	static const char data[] =
	    "\x15\xC6\x41\x0A\x80\x30\x0C\x04\xC0\x7B\x5F\xB1\x5F\x8B\x74"
	    "\xAD\xC5\x90\x94\x26\x22\xF9\xBD\x38\xA7\x00\xD1\x69\0\0\xAD"
	    "\0\0\0\0\0\0\x70\x58\0\0\0\0\0\0\0\0\x84\x1B\x9B\xC4\x88\x4E"
	    "\0\0\x12\xD1\x80\0\x10\xB2\x49\0\xEF\xBB\xBF";

	buffer_append(out, "\x1F\x8B\x08\0\0\0\0\0\0\x03", 10);
	buffer_append(out, data, sizeof(data) - 1);
}

#ifdef HAVE_ZSTD
static void
make_zstd(struct buffer *out)
{
	for (unsigned i = 0; i < 2; i++) {
		const char *content = i == 0 ? "hello\n" : "world\n";
		size_t bound = ZSTD_compressBound(6);

		buffer_reserve(out, bound);
		out->length += ZSTD_compress(
		    out->data + out->length, bound, content, 6, 3);
	}
}

static void
make_zstd_garbage(struct buffer *out)
{
	make_zstd(out);
	buffer_append_string(out, "garbage");
}

static void
make_zstd_cut(struct buffer *out)
{
	make_zstd(out);
	out->length -= 1;
}

static void
make_zstd_window(struct buffer *out)
{
	/* A frame header that asks for a window of 1 GiB. */
	buffer_append(out, "\x28\xB5\x2F\xFD\0\xA0\x01\0\0", 9);
}

static void
make_zstd_skippable(struct buffer *out)
{
	buffer_append(out, "\x50\x2A\x4D\x18\x03\0\0\0abc", 11);
	make_zstd(out);
}
#else
static void
make_zstd(struct buffer *out)
{
	buffer_append(out, "\x28\xB5\x2F\xFD rest", 9);
}
#endif

#ifdef HAVE_LZMA
static void
add_xz(struct buffer *out, const char *content)
{
	size_t length = strlen(content);
	size_t bound = lzma_stream_buffer_bound(length);

	buffer_reserve(out, bound);
	bound += out->length;
	assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL,
			     (const uint8_t *)content, length,
			     (uint8_t *)out->data, &out->length, bound),
	    LZMA_OK);
}

static void
make_xz(struct buffer *out)
{
	add_xz(out, "hello\n");
	buffer_append(out, "\0\0\0\0", 4);
	add_xz(out, "world\n");
}

static void
make_xz_garbage(struct buffer *out)
{
	make_xz(out);
	buffer_append_string(out, "garbage");
}

static void
make_xz_cut(struct buffer *out)
{
	make_xz(out);
	out->length -= 1;
}
#else
static void
make_xz(struct buffer *out)
{
	buffer_append(out, "\xFD\x37zXZ\0rest", 10);
}
#endif

#ifdef HAVE_BZ2
static void
add_bzip2(struct buffer *out, const char *content)
{
	char copy[64];
	unsigned room = 1000;

	strcpy(copy, content);
	buffer_reserve(out, room);
	assert_int_equal(BZ2_bzBuffToBuffCompress(out->data + out->length,
			     &room, copy, (unsigned)strlen(copy), 1, 0, 0),
	    BZ_OK);
	out->length += room;
}

static void
make_bzip2(struct buffer *out)
{
	add_bzip2(out, "hello\n");
	add_bzip2(out, "world\n");
}

static void
make_bzip2_garbage(struct buffer *out)
{
	make_bzip2(out);
	buffer_append_string(out, "garbage");
}

static void
make_bzip2_cut(struct buffer *out)
{
	make_bzip2(out);
	out->length -= 1;
}
#else
static void
make_bzip2(struct buffer *out)
{
	buffer_append(out, "BZh91AY&SYrest", 14);
}
#endif

/* The place of damage, counted from the end of the stored file. */
#define FROM_END(n) (-(int)(n)-1)

static const struct row {
	const char *name;
	void (*make)(struct buffer *out);
	const char *compression;
	const char *content;
	const char *damage; /* NULL: none; else how the message begins */
	int place; /* FROM_END or from the start */
	bool at_once; /* in one read, so that nothing made up was given */
} rows[] = {
	{ "empty file", make_empty, "none", "", NULL, 0, false },
	{ "shorter than any magic", make_short, "none", "B", NULL, 0, false },
	{ "plain", make_plain, "none", HELLO, NULL, 0, false },
	{ "a line that starts like bzip2", make_nearly_bzip2, "none",
	    "BZh9 is a word\n", NULL, 0, false },
	{ "a line that starts like zip", make_nearly_zip, "none",
	    "PK is a word\n", NULL, 0, false },
	{ "compress", make_compress, "compress", "",
	    "compressed with compress, which is not read", 0, false },
	{ "lz4", make_lz4, "lz4", "", "compressed with lz4, which is not read",
	    0, false },
	{ "lzma", make_lzma, "lzma", "",
	    "compressed with lzma, which is not read", 0, false },
	{ "zip", make_zip, "zip", "", "a zip archive, which is not read", 0,
	    false },
	{ "7z", make_7z, "7z", "", "a 7z archive, which is not read", 0,
	    false },
	{ "journal", make_journal, "none", "", "a file of the journal", 0,
	    false },
	{ "UTF-16, little endian", make_utf16_little, "none", "",
	    "text in UTF-16, which is not read", 0, false },
	{ "UTF-16, big endian", make_utf16_big, "none", "",
	    "text in UTF-16, which is not read", 0, false },
	{ "gzip", make_gzip, "gzip", HELLO, NULL, 0, false },
	{ "gzip of nothing", make_empty_gzip, "gzip", "", NULL, 0, false },
	{ "gzip, three members", make_members, "gzip", HELLO, NULL, 0, false },
	{ "gzip, all header fields", make_full_header, "gzip", HELLO, NULL, 0,
	    false },
	{ "gzip, padded with zeros", make_padded, "gzip", HELLO, NULL, 0,
	    false },
	{ "gzip, garbage behind", make_garbage, "gzip", HELLO,
	    "trailing garbage", FROM_END(7), false },
	{ "gzip, garbage behind padding", make_padded_garbage, "gzip", HELLO,
	    "trailing garbage", FROM_END(7), false },
	{ "gzip, only the first byte", make_first_byte, "gzip", "", "cut short",
	    FROM_END(0), false },
	{ "gzip, first byte of a second member", make_second_cut, "gzip", HELLO,
	    "cut short", FROM_END(0), false },
	{ "gzip, cut in the trailer", make_trailer_cut, "gzip", HELLO,
	    "cut short", FROM_END(0), false },
	{ "gzip, wrong checksum", make_wrong_checksum, "gzip", HELLO,
	    "data is damaged: the checksum", FROM_END(8), false },
	{ "gzip, wrong length", make_wrong_length, "gzip", HELLO,
	    "data is damaged: the length", FROM_END(8), false },
	{ "gzip, unknown method", make_wrong_method, "gzip", "",
	    "gzip header is damaged: unknown method 7", 0, false },
	{ "gzip, reserved flag", make_reserved_flag, "gzip", "",
	    "gzip header is damaged: unknown flags 0x80", 0, false },
	{ "gzip, wrong header checksum", make_wrong_header, "gzip", "",
	    "gzip header is damaged: its checksum", 0, false },
	{ "gzip, broken symbol", make_broken_symbol, "gzip", "",
	    "compressed data is damaged", 13, true },
	{ "gzip, broken code table", make_broken_table, "gzip", "",
	    "compressed data is damaged", 36, true },
#ifdef HAVE_ZSTD
	{ "zstd, two frames", make_zstd, "zstd", HELLO, NULL, 0, false },
	{ "zstd, skippable frame first", make_zstd_skippable, "zstd", HELLO,
	    NULL, 0, false },
	{ "zstd, garbage behind", make_zstd_garbage, "zstd", HELLO,
	    "trailing garbage", FROM_END(7), false },
	{ "zstd, cut", make_zstd_cut, "zstd", "hello\nworld", "cut short",
	    FROM_END(0), false },
	{ "zstd, window too large", make_zstd_window, "zstd", "",
	    "zstd frame needs a window of more than 128 MiB", 0, false },
#else
	{ "zstd, not built in", make_zstd, "zstd", "",
	    "compressed with zstd, and this program was built without zstd", 0,
	    false },
#endif
#ifdef HAVE_LZMA
	{ "xz, two streams and padding", make_xz, "xz", HELLO, NULL, 0, false },
	{ "xz, garbage behind", make_xz_garbage, "xz", HELLO,
	    "trailing garbage", FROM_END(7), false },
	{ "xz, cut", make_xz_cut, "xz", HELLO, "cut short", FROM_END(0),
	    false },
#else
	{ "xz, not built in", make_xz, "xz", "",
	    "compressed with xz, and this program was built without xz", 0,
	    false },
#endif
#ifdef HAVE_BZ2
	{ "bzip2, two streams", make_bzip2, "bzip2", HELLO, NULL, 0, false },
	{ "bzip2, garbage behind", make_bzip2_garbage, "bzip2", HELLO,
	    "trailing garbage", FROM_END(7), false },
	{ "bzip2, cut", make_bzip2_cut, "bzip2", HELLO, "cut short",
	    FROM_END(0), false },
#else
	{ "bzip2, not built in", make_bzip2, "bzip2", "",
	    "compressed with bzip2, and this program was built without bzip2",
	    0, false },
#endif
};

static void
check_source(const struct row *row, struct byte_source *source, size_t stored,
    size_t step)
{
	const struct byte_source_damage *damage;
	size_t place = (size_t)row->place;
	struct buffer content;

	if (row->place < 0)
		place = stored - (size_t)(-row->place - 1);
	buffer_init(&content, 0);
	assert_string_equal(
	    byte_source_info(source)->compression, row->compression);
	fixture_read(source, step, &content);
	assert_int_equal(content.length, strlen(row->content));
	assert_memory_equal(
	    buffer_string(&content), row->content, content.length);
	damage = byte_source_damage(source);
	if (row->damage == NULL) {
		assert_null(damage->message);
		assert_int_equal(byte_source_consumed(source), stored);
	} else {
		assert_non_null(damage->message);
		assert_memory_equal(
		    damage->message, row->damage, strlen(row->damage));
		assert_int_equal(damage->offset, place);
	}
	buffer_release(&content);
}

/* By each gzip decoder, in small and in large steps. */
static void
check_row(void **state)
{
	static const size_t steps[] = { 4096, 7, 1 };
	const struct row *row = *state;
	struct buffer stored;

	buffer_init(&stored, 0);
	row->make(&stored);
	for (size_t i = 0; i < (row->at_once ? 4 : 12); i++) {
		struct byte_source_options options = {
			.chunk = i % 2 == 0 ? 0 : 1,
			.use_zlib = i / 2 % 2 == 0,
		};
		struct byte_source *source = byte_source_open_memory(
		    stored.data, stored.length, &options);

		check_source(row, source, stored.length, steps[i / 4]);
		byte_source_close(source);
	}
	buffer_release(&stored);
}

static void
check_read_error(void **state)
{
	struct byte_source_options options = { .fails = true, .fail_at = 5 };
	struct byte_source *source =
	    byte_source_open_memory(HELLO, strlen(HELLO), &options);
	struct buffer content;

	(void)state;
	buffer_init(&content, 0);
	fixture_read(source, 100, &content);
	assert_int_equal(content.length, 5);
	assert_string_equal(byte_source_damage(source)->message,
	    "read error: Input/output error");
	assert_int_equal(byte_source_damage(source)->offset, 5);
	byte_source_close(source);
	buffer_release(&content);
}

static void
check_header_time(void **state)
{
	struct byte_source *source;
	struct buffer stored;

	(void)state;
	buffer_init(&stored, 0);
	make_gzip(&stored);
	fixture_gzip(&stored, text_of("more\n"), 6, 7);
	source = byte_source_open_memory(stored.data, stored.length, NULL);
	assert_int_equal(byte_source_info(source)->header_time, 0x11223344);
	assert_int_equal(byte_source_info(source)->stored_size, stored.length);
	byte_source_close(source);
	buffer_release(&stored);
}

static void
write_file(const char *path, struct text content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(
	    write(fd, content.data, content.length), content.length);
	close(fd);
}

/* The name says nothing, and a cut file is decoded to the last byte. */
static void
check_file(void **state)
{
	char path[] = "/tmp/byte-source-XXXXXX";
	struct timespec times[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
	struct diagnostics diagnostics;
	struct byte_source *source;
	struct buffer stored;
	struct stat status;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	buffer_init(&stored, 0);
	make_trailer_cut(&stored);
	write_file(path, buffer_text(&stored));
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	assert_int_equal(stat(path, &status), 0);
	diagnostics_init(&diagnostics);
	source = byte_source_open(path, &diagnostics);
	assert_non_null(source);
	assert_int_equal(byte_source_info(source)->modified, 1000000000);
	assert_int_equal(byte_source_info(source)->inode, status.st_ino);
	assert_int_equal(byte_source_info(source)->device, status.st_dev);
	check_source(&(struct row){ .compression = "gzip",
			 .content = HELLO,
			 .damage = "cut short",
			 .place = FROM_END(0) },
	    source, stored.length, 64);
	byte_source_close(source);
	assert_int_equal(diagnostics.count, 0);
	diagnostics_release(&diagnostics);
	unlink(path);
	buffer_release(&stored);
}

static void
check_unreadable(void **state)
{
	struct diagnostics diagnostics;

	(void)state;
	diagnostics_init(&diagnostics);
	assert_null(byte_source_open("/tmp", &diagnostics));
	assert_null(byte_source_open("/nowhere/mail.log", &diagnostics));
	assert_int_equal(diagnostics.errors, 2);
	assert_string_equal(diagnostics.items[0].path, "/tmp");
	assert_string_equal(
	    diagnostics.items[0].message, "cannot be read: Is a directory");
	assert_string_equal(diagnostics.items[1].message,
	    "cannot be read: No such file or directory");
	diagnostics_release(&diagnostics);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_read_error),
		cmocka_unit_test(check_header_time),
		cmocka_unit_test(check_file),
		cmocka_unit_test(check_unreadable),
	};

	return ROWS_RUN("byte source", rows, check_row) +
	    cmocka_run_group_tests_name(
		"byte source, files", others, NULL, NULL);
}
