/*
 * How many replies are classified in a second, and how long the slowest takes.
 *
 *     bench_classify [PATTERNS [REPLIES]]
 *
 * PATTERNS is a directory of patterns (default: patterns), REPLIES a file of
 * further replies, one a line.  From every sample of the rules and every
 * further reply variants are made that differ in addresses, hosts and ids, as
 * a log has them, so that no reply comes twice; and others that differ in a
 * word of letters, too, which nothing masks, so that no verdict was kept.  Last
 * come long texts of nothing but words of the rules, which are as much work as
 * a reply can be.  One thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/stanza.h"
#include "classify/classifier.h"

/* Replies in a round; enough to leave every cache. */
#define REPLIES_WANTED 200000

/* Texts of the rules' own words, and bytes of each: all that is looked at. */
#define TEXTS_WANTED 3000
#define TEXT_BYTES   2048

/* Of so many runs the fastest counts: the rest is the machine's noise. */
#define SLOWEST_TRIES 7

struct replies {
	struct arena arena;
	struct text *items;
	size_t count;
	size_t capacity;
};

static uint64_t
nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static void
add_reply(struct replies *replies, struct text text)
{
	replies->items = memory_grow(replies->items, &replies->capacity,
	    replies->count + 1, sizeof(*replies->items));
	replies->items[replies->count++] = arena_copy(&replies->arena, text);
}

/* The runs of letters and blanks of a pattern or a sample. */
static void
add_words(struct replies *words, struct text line)
{
	size_t start = 0;

	for (size_t i = 0; i <= line.length; i++) {
		if (i < line.length &&
		    (byte_is_alnum(line.data[i]) || line.data[i] == ' '))
			continue;
		if (i - start > 1)
			add_reply(words, text_slice(line, start, i));
		start = i + 1;
	}
}

/* Samples of the rules, and words of these and of the patterns. */
static void
add_samples(struct replies *seeds, struct replies *words, const char *patterns,
    struct diagnostics *diagnostics)
{
	struct stanza_file file;
	struct buffer path;

	stanza_file_init(&file);
	buffer_init(&path, 0);
	buffer_append_format(&path, "%s/rules", patterns);
	stanza_file_load(&file, buffer_string(&path), diagnostics);
	for (size_t i = 0; i < file.count; i++)
		for (size_t j = 0; j < file.stanzas[i].count; j++) {
			const struct stanza_line *line =
			    &file.stanzas[i].lines[j];

			if (text_equal(line->key, TEXT_LITERAL("sample")))
				add_reply(seeds, line->value);
			else if (!text_equal(
				     line->key, TEXT_LITERAL("pattern")))
				continue;
			add_words(words, line->value);
		}
	buffer_release(&path);
	stanza_file_release(&file);
}

static bool
add_file(struct replies *seeds, const char *path)
{
	FILE *stream = fopen(path, "r");
	char line[8192];

	if (stream == NULL)
		return false;
	while (fgets(line, sizeof(line), stream) != NULL)
		add_reply(seeds, text_trim(text_of(line)));
	fclose(stream);
	return true;
}

/* The number in letters, of which some word is in no other reply. */
static void
append_word(struct buffer *out, unsigned number)
{
	buffer_append_byte(out, ' ');
	for (unsigned i = 0; i < 7; i++, number /= 16)
		buffer_append_byte(out, "bcdfghjklmnpqrst"[number % 16]);
}

/* The seed with `number` in its address, around it and behind it. */
static void
make_variant(
    struct buffer *out, struct text seed, unsigned number, bool has_word)
{
	struct text user = TEXT_LITERAL("user@example.com");
	size_t at = text_find(seed, user);
	/* What a host said is logged with the host; the rest is our own. */
	bool is_said =
	    seed.length > 0 && byte_is_digit(seed.data[0]) && number % 3 != 0;

	buffer_clear(out);
	if (is_said)
		buffer_append_format(out,
		    "host mx%u.example.net[192.0.2.%u] "
		    "said: ",
		    number, number % 250);
	if (at != TEXT_NONE) {
		buffer_append_text(out, text_slice(seed, 0, at));
		buffer_append_format(
		    out, "u%u@h%u.example.com", number, number * 7 % 1000);
		buffer_append_text(
		    out, text_slice(seed, at + user.length, seed.length));
	} else {
		buffer_append_text(out, seed);
	}
	buffer_append_format(out, " %xq%u-%u.%u", number * 2654435761U, number,
	    number * 31, number % 97);
	if (has_word)
		append_word(out, number);
	if (is_said)
		buffer_append_string(out, " (in reply to RCPT TO command)");
}

static void
make_replies(
    struct replies *replies, const struct replies *seeds, bool have_words)
{
	struct buffer out;

	buffer_init(&out, 0);
	for (unsigned i = 0; i < REPLIES_WANTED; i++) {
		make_variant(
		    &out, seeds->items[i % seeds->count], i, have_words);
		add_reply(replies, buffer_text(&out));
	}
	buffer_release(&out);
}

static void
make_texts(struct replies *texts, const struct replies *words)
{
	struct buffer out;
	unsigned random = 1;

	buffer_init(&out, 0);
	for (unsigned i = 0; i < TEXTS_WANTED; i++) {
		buffer_clear(&out);
		while (out.length < TEXT_BYTES) {
			random = random * 1103515245U + 12345;
			buffer_append_text(
			    &out, words->items[(random >> 8) % words->count]);
			buffer_append_byte(&out, ' ');
		}
		add_reply(texts, buffer_text(&out));
	}
	buffer_release(&out);
}

static uint64_t
run_round(const struct classifier *classifier, struct classifier_worker *worker,
    const struct replies *replies)
{
	uint64_t start = nanoseconds();

	for (size_t i = 0; i < replies->count; i++) {
		struct classifier_query query = { .reply = replies->items[i] };
		struct verdict verdict;

		classifier_classify(classifier, worker, &query, &verdict);
	}
	return nanoseconds() - start;
}

static uint64_t
time_reply(const struct classifier *classifier,
    struct classifier_worker *worker, struct text reply)
{
	struct classifier_query query = { .reply = reply };
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < SLOWEST_TRIES; i++) {
		uint64_t start = nanoseconds();
		uint64_t taken;
		struct verdict verdict;

		classifier_classify(classifier, worker, &query, &verdict);
		taken = nanoseconds() - start;
		if (taken < best)
			best = taken;
	}
	return best;
}

static void
print_slowest(const char *what, const struct classifier *classifier,
    struct classifier_worker *worker, const struct replies *replies,
    size_t count)
{
	uint64_t slowest = 0;
	struct text reply = { 0 };

	for (size_t i = 0; i < count && i < replies->count; i++) {
		uint64_t taken =
		    time_reply(classifier, worker, replies->items[i]);

		if (taken > slowest) {
			slowest = taken;
			reply = replies->items[i];
		}
	}
	printf("slowest %s: %.2f us, %zu bytes: %.*s\n", what,
	    (double)slowest / 1e3, reply.length,
	    TEXT_FORMAT(text_slice(reply, 0, 100)));
}

static void
print_speed(const char *what, const struct classifier *classifier,
    struct classifier_worker *worker, const struct replies *replies)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < 5; i++) {
		uint64_t taken = run_round(classifier, worker, replies);

		if (taken < best)
			best = taken;
	}
	printf("%s: %.2f million replies/s on one core (%.0f ns each)\n", what,
	    (double)replies->count * 1e3 / (double)best,
	    (double)best / (double)replies->count);
}

static void
print_size(const struct classifier *classifier, const struct replies *replies)
{
	size_t bytes = 0;

	for (size_t i = 0; i < replies->count; i++)
		bytes += replies->items[i].length;
	printf("%zu rules, %zu distinct replies of %zu bytes on average\n",
	    rule_set_count(classifier_rules(classifier)), replies->count,
	    bytes / replies->count);
}

int
main(int argc, char **argv)
{
	const char *patterns = argc > 1 ? argv[1] : "patterns";
	struct replies seeds = { 0 };
	struct replies replies = { 0 };
	struct replies worded = { 0 };
	struct replies words = { 0 };
	struct replies texts = { 0 };
	struct diagnostics diagnostics;
	struct classifier *classifier;
	struct classifier_worker *worker;
	uint64_t start = nanoseconds();

	arena_init(&seeds.arena);
	arena_init(&replies.arena);
	arena_init(&worded.arena);
	arena_init(&words.arena);
	arena_init(&texts.arena);
	diagnostics_init(&diagnostics);
	classifier = classifier_load(patterns, false, &diagnostics);
	if (classifier == NULL) {
		fprintf(stderr, "%s: the rules have errors\n", patterns);
		return 2;
	}
	printf(
	    "rules loaded in %.1f ms\n", (double)(nanoseconds() - start) / 1e6);
	add_samples(&seeds, &words, patterns, &diagnostics);
	if (argc > 2 && !add_file(&seeds, argv[2])) {
		fprintf(stderr, "%s: cannot be read\n", argv[2]);
		return 3;
	}
	make_replies(&replies, &seeds, false);
	make_replies(&worded, &seeds, true);
	make_texts(&texts, &words);
	worker = classifier_worker_new(classifier);
	print_size(classifier, &replies);
	print_speed("classify", classifier, worker, &replies);
	print_speed("classify, a word of each", classifier, worker, &worded);
	classifier_worker_disable_cache(worker);
	print_speed("classify, no verdict kept", classifier, worker, &replies);
	print_slowest("reply", classifier, worker, &replies, 5 * seeds.count);
	print_slowest(
	    "text of words", classifier, worker, &texts, TEXTS_WANTED);
	classifier_worker_free(worker);
	classifier_free(classifier);
	diagnostics_release(&diagnostics);
	arena_release(&seeds.arena);
	arena_release(&replies.arena);
	arena_release(&worded.arena);
	arena_release(&words.arena);
	arena_release(&texts.arena);
	free(seeds.items);
	free(replies.items);
	free(worded.items);
	free(words.items);
	free(texts.items);
	return 0;
}
