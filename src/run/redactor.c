#include "run/redactor.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/siphash.h"
#include "run/local_parts.h"

#define HASH_DIGITS 16

/* Shorter ones are found in half of all replies ("to", "a"). */
#define WORD_MINIMUM 3

/* RFC 5321 section 4.5.3.1.1 allows 64. */
#define WORD_MAXIMUM 128

/* Records of one line whose names are looked for in the reply they share. */
#define GROUP_MAXIMUM 64

/* Of senders and recipients: as many as add_words adds of two at most. */
#define WORDS_MAXIMUM (20 * GROUP_MAXIMUM)

struct redactor {
	struct siphash_key key;
};

/* A word that is to be replaced, and what is hashed in its stead. */
struct word {
	struct text text;
	struct text local;
	bool has_dot;
};

struct rewrite {
	struct siphash_key key;
	struct arena *arena;
	struct buffer out;
	struct local_parts parts;
	struct text known[2 * GROUP_MAXIMUM]; /* of recipients and senders */
	size_t known_count;
	struct word words[WORDS_MAXIMUM];
	size_t word_count;
	size_t replaced;
	/* The run of host name bytes around the current position. */
	struct span run;
	bool run_has_dot;
};

/* --- the key --- */

/* Two hashes under two keys that are of no secret make one key. */
struct redactor *
redactor_new(struct text secret)
{
	static const struct siphash_key low = { 1, 0 };
	static const struct siphash_key high = { 2, 0 };
	struct redactor *redactor = memory_allocate(sizeof(*redactor));

	redactor->key =
	    (struct siphash_key){ siphash(low, secret), siphash(high, secret) };
	return redactor;
}

void
redactor_free(struct redactor *redactor)
{
	free(redactor);
}

struct redactor *
redactor_load(const char *path, struct diagnostics *diagnostics)
{
	char *secret = memory_allocate(REDACTOR_KEY_MAXIMUM + 1);
	FILE *file = fopen(path, "rb");
	size_t length = 0;
	struct redactor *redactor = NULL;

	if (file != NULL)
		length = fread(secret, 1, REDACTOR_KEY_MAXIMUM + 1, file);
	if (file == NULL || ferror(file))
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, path,
		    "cannot read the key file: %s", strerror(errno));
	else if (length < REDACTOR_KEY_MINIMUM)
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, path,
		    "a key file needs at least %d bytes, this one has %zu",
		    REDACTOR_KEY_MINIMUM, length);
	else if (length > REDACTOR_KEY_MAXIMUM)
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, path,
		    "a key file has at most %d bytes", REDACTOR_KEY_MAXIMUM);
	else
		redactor = redactor_new((struct text){ secret, length });
	if (file != NULL)
		fclose(file);
	free(secret);
	return redactor;
}

/* --- addresses --- */

static void
append_hash(struct rewrite *rewrite, struct text local)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t hash = siphash(rewrite->key, local);
	char shown[HASH_DIGITS];

	for (int i = HASH_DIGITS - 1; i >= 0; i--, hash >>= 4)
		shown[i] = digits[hash & 15];
	buffer_append(&rewrite->out, shown, sizeof(shown));
	rewrite->replaced++;
}

static struct text
local_part(struct text address)
{
	return text_slice(address, 0, text_find_last_byte(address, '@'));
}

static struct text
redact_address(struct rewrite *rewrite, struct text address)
{
	struct text local = local_part(address);

	if (local.length == 0)
		return address;
	buffer_clear(&rewrite->out);
	append_hash(rewrite, local);
	buffer_append_text(
	    &rewrite->out, text_slice(address, local.length, address.length));
	return arena_copy(rewrite->arena, buffer_text(&rewrite->out));
}

/* --- words --- */

static bool
is_letter(char byte)
{
	return byte_is_alnum(byte) || (unsigned char)byte >= 0x80;
}

/*
 * Past ASCII there are quotes, and scripts that put no blank between words:
 * such a neighbour does not make a word part of a longer one.
 */
static bool
letter_at(struct text text, size_t at)
{
	return at < text.length && byte_is_alnum(text.data[at]);
}

static void
add_word(struct rewrite *rewrite, struct text word, struct text local)
{
	if (word.length < WORD_MINIMUM || word.length > WORD_MAXIMUM)
		return;
	assert(rewrite->word_count < WORDS_MAXIMUM);
	rewrite->words[rewrite->word_count++] = (struct word){ word, local,
		text_find_byte(word, '.') != TEXT_NONE };
}

/* A name inside a local part; a number alone is a code or an id in a reply. */
static void
add_name(struct rewrite *rewrite, struct text name)
{
	for (size_t i = 0; i < name.length; i++) {
		if (is_letter(name.data[i]) && !byte_is_digit(name.data[i])) {
			add_word(rewrite, name, name);
			return;
		}
	}
}

static void
add_after(struct rewrite *rewrite, struct text text, char byte)
{
	size_t at = text_find_last_byte(text, byte);

	if (at != TEXT_NONE)
		add_name(rewrite, text_slice(text, at + 1, text.length));
}

static void
add_before(struct rewrite *rewrite, struct text text, size_t at)
{
	if (at != TEXT_NONE)
		add_name(rewrite, text_slice(text, 0, at));
}

/*
 * `SRS0=HHH=TT=domain=name` and `prvs=tag=name` end with the name; VERP has it
 * before the domain, behind names of lists and numbers: `list-17-name=domain`.
 */
static void
add_enclosed(struct rewrite *rewrite, struct text local)
{
	size_t equals = text_find_last_byte(local, '=');
	struct text scheme = text_slice(local, 0, 4);
	struct text name;

	if (equals == TEXT_NONE)
		return;
	if (text_equal_nocase(scheme, TEXT_LITERAL("srs0")) ||
	    text_equal_nocase(scheme, TEXT_LITERAL("srs1")) ||
	    text_equal_nocase(scheme, TEXT_LITERAL("prvs"))) {
		add_after(rewrite, local, '=');
		return;
	}
	name = text_slice(local, 0, equals);
	add_name(rewrite, name);
	add_after(rewrite, name, '+');
	add_after(rewrite, name, '-');
}

/*
 * All of it, without quotes, both sides of "+detail", and the name that a
 * route, a gateway or a list put into the local part of its own address.
 */
static void
add_words(struct rewrite *rewrite, struct text local)
{
	add_word(rewrite, local, local);
	if (local.length > 2 && local.data[0] == '"' &&
	    local.data[local.length - 1] == '"')
		add_word(
		    rewrite, text_slice(local, 1, local.length - 1), local);
	add_before(rewrite, local, text_find_byte(local, '+'));
	add_after(rewrite, local, '+');
	add_before(rewrite, local, text_find_byte(local, '%'));
	add_after(rewrite, local, '!');
	add_after(rewrite, local, ':');
	add_enclosed(rewrite, local);
}

/* Neither inside a longer word, nor a label of a host name. */
static bool
stands_alone(struct text text, size_t start, size_t end)
{
	if (is_letter(text.data[start]) && start > 0 &&
	    (letter_at(text, start - 1) || text.data[start - 1] == '@' ||
		(start > 1 && text.data[start - 1] == '.' &&
		    letter_at(text, start - 2))))
		return false;
	return !is_letter(text.data[end - 1]) ||
	    !(letter_at(text, end) ||
		(end < text.length && text.data[end] == '.' &&
		    letter_at(text, end + 1)));
}

/* Keeps rewrite->run the run at `at`, or an old one that ends before it. */
static void
note_run(struct rewrite *rewrite, struct text text, size_t at)
{
	size_t end = at;

	if (at < rewrite->run.end || !is_letter(text.data[at]))
		return;
	rewrite->run_has_dot = false;
	while (letter_at(text, end) ||
	    (letter_at(text, end + 1) &&
		(text.data[end] == '.' || text.data[end] == '-'))) {
		rewrite->run_has_dot |= text.data[end] == '.';
		end++;
	}
	rewrite->run = (struct span){ at, end };
}

/* The word that stands at `at`, or NULL. */
static const struct word *
find_word(const struct rewrite *rewrite, struct text text, size_t at, size_t to)
{
	const struct span *run = &rewrite->run;

	for (size_t i = 0; i < rewrite->word_count; i++) {
		const struct word *word = &rewrite->words[i];
		size_t end = at + word->text.length;

		if (end > to ||
		    byte_lower(text.data[at]) !=
			byte_lower(word->text.data[0]) ||
		    !stands_alone(text, at, end) ||
		    !text_equal_nocase(text_slice(text, at, end), word->text))
			continue;
		/* "mail" in mail-1.example.com is a host's. */
		if (rewrite->run_has_dot && !word->has_dot &&
		    at >= run->start && end <= run->end &&
		    end - at < run->end - run->start)
			continue;
		return word;
	}
	return NULL;
}

/* Appends a part of the text in which there is no local part. */
static void
append_words(struct rewrite *rewrite, struct text text, size_t from, size_t to)
{
	size_t done = from;

	for (size_t at = from; at < to && rewrite->word_count > 0;) {
		const struct word *word;

		note_run(rewrite, text, at);
		word = find_word(rewrite, text, at, to);
		if (word == NULL) {
			at++;
			continue;
		}
		buffer_append_text(&rewrite->out, text_slice(text, done, at));
		append_hash(rewrite, word->local);
		at += word->text.length;
		done = at;
	}
	buffer_append_text(&rewrite->out, text_slice(text, done, to));
}

/* --- records --- */

static struct text
redact_text(struct rewrite *rewrite, struct text text)
{
	const struct local_parts *parts = &rewrite->parts;
	size_t done = 0;

	local_parts_find(
	    &rewrite->parts, text, rewrite->known, rewrite->known_count);
	if (parts->count == 0 && rewrite->word_count == 0)
		return text;
	buffer_clear(&rewrite->out);
	rewrite->replaced = 0;
	rewrite->run = (struct span){ 0, 0 };
	for (size_t i = parts->count; i-- > 0;) {
		const struct span *span = &parts->spans[i];

		append_words(rewrite, text, done, span->start);
		append_hash(rewrite, text_slice(text, span->start, span->end));
		done = span->end;
	}
	append_words(rewrite, text, done, text.length);
	if (rewrite->replaced == 0)
		return text;
	return arena_copy(rewrite->arena, buffer_text(&rewrite->out));
}

/* A line has one sender. */
static void
list_known(struct rewrite *rewrite, const struct record *records, size_t count)
{
	rewrite->known_count = 0;
	for (size_t i = 0; i < count; i++) {
		rewrite->known[rewrite->known_count++] =
		    local_part(records[i].recipient);
		if (i == 0 ||
		    !text_equal(records[i].sender, records[i - 1].sender))
			rewrite->known[rewrite->known_count++] =
			    local_part(records[i].sender);
	}
}

/* How many records have the reply of the first one: those of its line. */
static size_t
group_size(const struct record *records, size_t count)
{
	size_t size = 1;

	while (size < count && size < GROUP_MAXIMUM &&
	    records[0].reply.length > 0 &&
	    records[size].reply.data == records[0].reply.data)
		size++;
	return size;
}

/* A reply to several recipients may name any of them. */
static void
redact_group(struct rewrite *rewrite, struct record *records, size_t count)
{
	struct text reply = records[0].reply;

	list_known(rewrite, records, count);
	rewrite->word_count = 0;
	for (size_t i = 0; i < count; i++)
		records[i].relay_host =
		    redact_text(rewrite, records[i].relay_host);
	if (reply.length > 0) {
		for (size_t i = 0; i < rewrite->known_count; i++)
			add_words(rewrite, rewrite->known[i]);
		reply = redact_text(rewrite, reply);
	}
	for (size_t i = 0; i < count; i++) {
		struct record *record = &records[i];

		record->reply = reply;
		record->recipient = redact_address(rewrite, record->recipient);
		record->sender = redact_address(rewrite, record->sender);
	}
}

/* Not cleared as a whole: there is room for the words of many. */
static void
begin(struct rewrite *rewrite, const struct redactor *redactor,
    struct arena *arena)
{
	rewrite->key = redactor->key;
	rewrite->arena = arena;
	buffer_init(&rewrite->out, 0);
	rewrite->parts = (struct local_parts){ 0 };
}

static void
end(struct rewrite *rewrite)
{
	local_parts_release(&rewrite->parts);
	buffer_release(&rewrite->out);
}

void
redactor_joined(const struct redactor *redactor, struct joined_record *made,
    struct text reply, struct arena *arena)
{
	struct rewrite rewrite;
	struct record record = { .recipient = made->recipient, .reply = reply };

	if (made->recipient.length == 0)
		return;
	begin(&rewrite, redactor, arena);
	redact_group(&rewrite, &record, 1);
	made->record.recipient = record.recipient;
	made->record.reply = record.reply;
	end(&rewrite);
}

void
redactor_batch(const struct redactor *redactor, struct scan_batch *batch)
{
	struct rewrite rewrite;

	begin(&rewrite, redactor, &batch->arena);
	for (size_t i = 0, size; i < batch->count; i += size) {
		size = group_size(&batch->records[i], batch->count - i);
		redact_group(&rewrite, &batch->records[i], size);
	}
	for (size_t i = 0; i < batch->diagnostics.count; i++) {
		struct diagnostic *item = &batch->diagnostics.items[i];

		free(item->source);
		item->source = NULL;
		item->column = 0;
	}
	end(&rewrite);
}
