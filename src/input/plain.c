#include "input/decoder.h"

static void *
open_plain(void)
{
	static char nothing;

	return &nothing;
}

static void
close_plain(void *state)
{
	(void)state;
}

static size_t
read_plain(void *state, struct feed *feed, unsigned char *out, size_t room)
{
	size_t filled = 0;
	size_t count;

	(void)state;
	do {
		count = feed_copy(feed, out + filled, room - filled);
		filled += count;
	} while (count > 0 && filled < room);
	return filled;
}

const struct decoder decoder_plain = {
	"none",
	open_plain,
	read_plain,
	close_plain,
};
