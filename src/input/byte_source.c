#include "input/byte_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "input/decoder.h"

#ifdef HAVE_ISAL
#define DECODER_GZIP decoder_gzip_isal
#else
#define DECODER_GZIP decoder_gzip_zlib
#endif

/* The longest magic, and what of a gzip header is looked at. */
#define MAGIC_MAXIMUM 10

struct byte_source {
	struct feed feed;
	struct feed second_feed; /* see decode_again */
	struct feed *current; /* one of the two */
	const struct decoder *decoder;
	void *state;
	struct byte_source_info info;
	struct byte_source_damage damage; /* of the current feed */
	int64_t start; /* where in the file; -1 = cannot be read twice */
	uint64_t given; /* bytes to the caller */
	bool standard_input;
	bool ended;
};

void
decoder_cut_short(struct feed *feed, const char *what)
{
	feed_damage(feed, feed_offset(feed),
	    "cut short: the file ends inside %s", what);
}

/* A byte of a log, so that a file of it alone is not the start of a magic. */
static bool
is_text(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7F;
}

/*
 * True when the file starts with `magic`, or ends within it behind a byte that
 * no log starts with: a compressed file of which only that was left.
 */
static bool
has_magic(
    const struct feed *feed, size_t there, const char *magic, size_t length)
{
	size_t shared = there < length ? there : length;

	if (memcmp(feed->next, magic, shared) != 0)
		return false;
	if (shared == length)
		return true;
	for (size_t i = 0; i < shared; i++)
		if (!is_text(feed->next[i]))
			return true;
	return false;
}

/* "BZh", the block size, then the start of a block or of the stream's end. */
static bool
has_bzip2_magic(const struct feed *feed, size_t there)
{
	const unsigned char *start = feed->next;
	size_t rest = there > 4 ? there - 4 : 0;

	if (there < 4 || memcmp(start, "BZh", 3) != 0 || start[3] < '1' ||
	    start[3] > '9')
		return false;
	return memcmp(start + 4, "\x31\x41\x59\x26\x53\x59", rest) == 0 ||
	    memcmp(start + 4, "\x17\x72\x45\x38\x50\x90", rest) == 0;
}

/* 0x184D2A50 to 0x184D2A5F, little-endian (RFC 8878 section 3.1.2). */
static bool
has_skippable_magic(const struct feed *feed, size_t there)
{
	return there >= 4 && (feed->next[0] & 0xF0U) == 0x50 &&
	    memcmp(feed->next + 1, "\x2A\x4D\x18", 3) == 0;
}

/* What is no log as it lies there, and what to say of it. */
static const struct unread {
	const char *magic;
	size_t length;
	struct decoder decoder; /* has a name only */
	const char *message;
} unreads[] = {
	{ "\x1F\x9D", 2, { .name = "compress" },
	    "compressed with compress, which is not read: unpack it first" },
	{ "\x04\x22\x4D\x18", 4, { .name = "lz4" },
	    "compressed with lz4, which is not read: unpack it first" },
	{ "\x5D\x00\x00", 3, { .name = "lzma" },
	    "compressed with lzma, which is not read: unpack it first" },
	{ "PK\x03\x04", 4, { .name = "zip" },
	    "a zip archive, which is not read: unpack it first" },
	{ "7z\xBC\xAF\x27\x1C", 6, { .name = "7z" },
	    "a 7z archive, which is not read: unpack it first" },
	{ "LPKSHHRH", 8, { .name = "none" },
	    "a file of the journal: journalctl -o short-iso prints it" },
	{ "\xFF\xFE", 2, { .name = "none" },
	    "text in UTF-16, which is not read: convert it to UTF-8" },
	{ "\xFE\xFF", 2, { .name = "none" },
	    "text in UTF-16, which is not read: convert it to UTF-8" },
};

static const struct unread *
find_unread(const struct feed *feed, size_t there)
{
	for (size_t i = 0; i < sizeof(unreads) / sizeof(unreads[0]); i++)
		if (there >= unreads[i].length &&
		    memcmp(feed->next, unreads[i].magic, unreads[i].length) ==
			0)
			return &unreads[i];
	return NULL;
}

static const struct decoder *
choose_decoder(struct feed *feed)
{
	size_t there = feed_peek(feed, MAGIC_MAXIMUM);
	const struct unread *unread;

	if (there == 0)
		return &decoder_plain;
	if (has_magic(feed, there, "\x1F\x8B", 2))
		return feed->options.use_zlib ? &decoder_gzip_zlib
					      : &DECODER_GZIP;
	if (has_magic(feed, there, "\x28\xB5\x2F\xFD", 4) ||
	    has_skippable_magic(feed, there))
		return &decoder_zstd;
	if (has_magic(feed, there, "\xFD\x37\x7A\x58\x5A\x00", 6))
		return &decoder_xz;
	if (has_bzip2_magic(feed, there))
		return &decoder_bzip2;
	unread = find_unread(feed, there);
	return unread != NULL ? &unread->decoder : &decoder_plain;
}

/* MTIME, little-endian at byte 4 of the header (RFC 1952 section 2.3.1). */
static int64_t
gzip_header_time(struct feed *feed)
{
	uint32_t time = 0;

	if (feed_peek(feed, 8) < 8)
		return 0;
	for (unsigned i = 0; i < 4; i++)
		time |= (uint32_t)feed->next[4 + i] << 8 * i;
	return time;
}

/* Damage: why the decoder reads nothing. */
static void
say_unread(struct feed *feed, const struct decoder *decoder)
{
	for (size_t i = 0; i < sizeof(unreads) / sizeof(unreads[0]); i++)
		if (decoder == &unreads[i].decoder) {
			feed_damage(feed, 0, "%s", unreads[i].message);
			return;
		}
	feed_damage(feed, 0,
	    "compressed with %s, and this program was built without %s",
	    decoder->name, decoder->name);
}

static void
start(struct byte_source *source)
{
	const struct decoder *decoder = choose_decoder(&source->feed);

	source->current = &source->feed;
	source->info.compression = decoder->name;
	if (strcmp(decoder->name, "gzip") == 0)
		source->info.header_time = gzip_header_time(&source->feed);
	if (decoder->open == NULL) {
		say_unread(&source->feed, decoder);
		source->damage = source->feed.damage;
		source->ended = true;
		return;
	}
	source->decoder = decoder;
	source->state = decoder->open();
}

static int
open_file(const char *path, struct stat *status)
{
	bool standard_input = strcmp(path, "-") == 0;
	int fd = STDIN_FILENO;

	if (!standard_input) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	} else if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
		errno = EBADF;
		return -1;
	}
	if (fd < 0)
		return -1;
	if (fstat(fd, status) == 0 && !S_ISDIR(status->st_mode))
		return fd;
	if (S_ISDIR(status->st_mode))
		errno = EISDIR;
	if (!standard_input)
		close(fd);
	return -1;
}

struct byte_source *
byte_source_open(const char *path, struct diagnostics *diagnostics)
{
	struct byte_source *source;
	struct stat status = { 0 };
	int fd = open_file(path, &status);

	if (fd < 0) {
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, path,
		    "cannot be read: %s", strerror(errno));
		return NULL;
	}
	source = memory_allocate_array(1, sizeof(*source));
	feed_init(&source->feed, NULL);
	source->feed.fd = fd;
	source->start = (int64_t)lseek(fd, 0, SEEK_CUR);
	source->standard_input = strcmp(path, "-") == 0;
	source->info.device = (uint64_t)status.st_dev;
	source->info.inode = (uint64_t)status.st_ino;
	if (S_ISREG(status.st_mode)) {
		source->info.stored_size = (uint64_t)status.st_size;
		source->info.modified = (int64_t)status.st_mtime;
		posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	}
	start(source);
	return source;
}

struct byte_source *
byte_source_open_memory(
    const void *data, size_t length, const struct byte_source_options *options)
{
	struct byte_source *source = memory_allocate_array(1, sizeof(*source));

	feed_init(&source->feed, options);
	source->feed.memory = data;
	source->feed.memory_length = length;
	source->info.stored_size = length;
	if (source->feed.options.once)
		source->start = -1;
	start(source);
	return source;
}

void
byte_source_close(struct byte_source *source)
{
	if (source == NULL)
		return;
	if (source->decoder != NULL)
		source->decoder->close(source->state);
	if (source->feed.fd >= 0 && !source->standard_input)
		close(source->feed.fd);
	feed_release(&source->feed);
	feed_release(&source->second_feed);
	free(source);
}

/* Reads and drops what the first decoder gave; returns how much is lacking. */
static uint64_t
drop_given(struct byte_source *source)
{
	size_t room = source->feed.chunk;
	unsigned char *scratch = memory_allocate(room);
	uint64_t left = source->given;
	size_t count = room;

	while (left > 0 && count == room) {
		if (left < room)
			room = (size_t)left;
		count = source->decoder->read(
		    source->state, source->current, scratch, room);
		left -= count;
	}
	free(scratch);
	return left;
}

/* The decoder and the place in the file as they were at the start. */
static bool
start_again(struct byte_source *source, const struct decoder *decoder)
{
	struct feed *first = &source->feed;
	struct feed *second = &source->second_feed;

	if (source->start < 0)
		return false;
	if (first->fd >= 0 &&
	    lseek(first->fd, (off_t)source->start, SEEK_SET) < 0)
		return false;
	source->decoder->close(source->state);
	feed_init(second, &first->options);
	second->fd = first->fd;
	second->memory = first->memory;
	second->memory_length = first->memory_length;
	source->current = second;
	source->decoder = decoder;
	source->state = decoder->open();
	return true;
}

/*
 * ISA-L decodes several symbols at a time and lets some broken code tables
 * pass, so it does not see damage where zlib sees it.  Decoding once more with
 * zlib from the start gives the bytes ISA-L held back, takes away those it made
 * up in this read, and finds the same message and place whichever decoder the
 * program was built with.
 */
static void
decode_again(
    struct byte_source *source, unsigned char *out, size_t room, size_t *count)
{
	uint64_t lacking;
	size_t more;

	if (source->decoder == &decoder_gzip_zlib || !source->feed.doubtful ||
	    !start_again(source, &decoder_gzip_zlib))
		return;
	lacking = drop_given(source);
	if (lacking > 0) {
		*count -= lacking < *count ? (size_t)lacking : *count;
		return;
	}
	more = source->decoder->read(
	    source->state, source->current, out + *count, room - *count);
	source->given += more;
	*count += more;
}

bool
byte_source_read(
    struct byte_source *source, char *out, size_t room, size_t *count)
{
	unsigned char *bytes = (unsigned char *)out;

	*count = 0;
	if (source->ended || room == 0)
		return false;
	*count =
	    source->decoder->read(source->state, source->current, bytes, room);
	source->given += *count;
	if (*count < room)
		decode_again(source, bytes, room, count);
	source->damage = source->current->damage;
	source->ended = *count < room;
	return *count > 0;
}

const struct byte_source_info *
byte_source_info(const struct byte_source *source)
{
	return &source->info;
}

const struct byte_source_damage *
byte_source_damage(const struct byte_source *source)
{
	return &source->damage;
}

uint64_t
byte_source_consumed(const struct byte_source *source)
{
	return atomic_load_explicit(
	    &source->feed.consumed, memory_order_relaxed);
}
