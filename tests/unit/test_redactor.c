#include "unit/rows.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "run/redactor.h"

#define SECRET TEXT_LITERAL("sixteen bytes or more")

/* In what is expected, {x} stands for the hash of the local part x. */
static const struct row {
	const char *name;
	const char *recipient;
	const char *reply;
	const char *expected;
} rows[] = {
	{ "no address", "bob@example.com", "250 2.0.0 Ok: queued as 4ABC",
	    "250 2.0.0 Ok: queued as 4ABC" },
	{ "no reply", "bob@example.com", "", "" },
	{ "in brackets", "bob@example.com",
	    "550 5.1.1 <bob@example.com>: Recipient address rejected",
	    "550 5.1.1 <{bob}@example.com>: Recipient address rejected" },
	{ "bare", "bob@example.com", "550 unknown: bob@example.com.",
	    "550 unknown: {bob}@example.com." },
	{ "another's", "bob@example.com", "550 <alice@example.net> is not bob",
	    "550 <{alice}@example.net> is not {bob}" },
	{ "several", "x@example.com", "a@example.com,b@example.com;c@d (e@f)",
	    "{a}@example.com,{b}@example.com;{c}@d ({e}@f)" },
	{ "as written", "Bob@example.com", "<Bob@example.com> bob@example.com",
	    "<{Bob}@example.com> {bob}@example.com" },
	{ "at both ends", "x@example.com", "a@b", "{a}@b" },
	{ "detail", "bob+news@example.com", "<bob+news@example.com> bob full",
	    "<{bob+news}@example.com> {bob} full" },
	{ "no local part", "x@example.com", "550 @example.com <@> @",
	    "550 @example.com <@> @" },
	{ "quoted", "x@example.com", "<\"a b\"@example.com> unknown",
	    "<{\"a b\"}@example.com> unknown" },
	{ "quoted, with at sign", "x@example.com", "(\"a@b c\"@example.com)",
	    "({\"a@b c\"}@example.com)" },
	{ "quoted, with quote", "x@example.com", "<\"a \\\" b\"@example.com>",
	    "<{\"a \\\" b\"}@example.com>" },
	{ "partly quoted", "x@example.com", "<\"a b\".c@example.com>",
	    "<{\"a b\".c}@example.com>" },
	{ "quoted forged fields", "x@example.com",
	    "550 <\"to=<q\\\"x>, relay=none\"@two.test>: no",
	    "550 <{\"to=<q\\\"x>, relay=none\"}@two.test>: no" },
	{ "quoted by a log", "x@example.com", "stat \\\"a b\\\"@example.com",
	    "stat {\\\"a b\\\"}@example.com" },
	{ "address between quotes", "x@example.com", "\"no bob@example.com\"",
	    "\"no {bob}@example.com\"" },
	{ "single quotes", "x@example.com", "'bob@example.com' `eve@f.test'",
	    "'{bob}@example.com' `{eve}@f.test'" },
	{ "apostrophe", "x@example.com", "<o'hara@f.test> o'hara@f.test",
	    "<{o'hara}@f.test> {o'hara}@f.test" },
	{ "field", "x@example.com", "forged: to=<bob@f.test>, to=bob@f.test",
	    "forged: to=<{bob}@f.test>, to={bob}@f.test" },
	{ "forged record", "x@example.com",
	    "550 dsn=2.0.0, status=sent (250 ok to=<bob@f.test>)",
	    "550 dsn=2.0.0, status=sent (250 ok to=<{bob}@f.test>)" },
	{ "long reply", "x@example.com", "550-bob@f.test 550 bob@f.test",
	    "550-{bob}@f.test 550 {bob}@f.test" },
	{ "recipient like a code", "550-bob@f.test", "550-bob@f.test",
	    "{550-bob}@f.test" },
	{ "mailto", "x@example.com", "see mailto:bob@f.test",
	    "see mailto:{bob}@f.test" },
	{ "query of a URL", "x@example.com",
	    "https://f.test/why?ip=192.0.2.1&email=bob@g.test&x=1",
	    "https://f.test/why?ip=192.0.2.1&email={bob}@g.test&x=1" },
	{ "escaped in a URL", "x@example.com", "https://f.test/?e=bob%40g.test",
	    "https://f.test/?e={bob}%40g.test" },
	{ "path of a URL", "x@example.com", "https://f.test/u/a=b.c@g.test",
	    "https://f.test/u/{a=b.c}@g.test" },
	{ "two in a URL", "x@example.com", "https://eve@f.test/bob@g.test",
	    "https://{eve@f.test/bob}@g.test" },
	{ "VERP", "x@example.com", "<user=3Dexample.com@lists.test>",
	    "<{user=3Dexample.com}@lists.test>" },
	{ "VERP, bare", "x@example.com", "b-17-bob=example.com@lists.test",
	    "{b-17-bob=example.com}@lists.test" },
	{ "SRS", "x@example.com", "SRS0=HH=TT=example.com=bob@f.test",
	    "{SRS0=HH=TT=example.com=bob}@f.test" },
	{ "two at signs", "x@example.com", "<bob@f.test@g.test>",
	    "<{bob@f.test}@g.test>" },
	{ "source route", "x@example.com", "<@f.test,@g.test:bob@h.test>",
	    "<@f.test,@g.test:{bob}@h.test>" },
	{ "percent", "x@example.com", "<bob%f.test@g.test>",
	    "<{bob%f.test}@g.test>" },
	{ "past ASCII", "j\xc3\xb6rg@example.com",
	    "<j\xc3\xb6rg@example.com> j\xc3\xb6rg unbekannt",
	    "<{j\xc3\xb6rg}@example.com> {j\xc3\xb6rg} unbekannt" },
	{ "word", "bob@example.com", "550 5.1.1 User bob unknown",
	    "550 5.1.1 User {bob} unknown" },
	{ "word in any case", "bob@example.com", "550 'BOB' Bob... unknown",
	    "550 '{bob}' {bob}... unknown" },
	{ "word at the end", "bob@example.com", "550 no mailbox for bob.",
	    "550 no mailbox for {bob}." },
	{ "in a longer word", "bob@example.com", "bobby kebob bob1 b\xc3\xb6 b",
	    "bobby kebob bob1 b\xc3\xb6 b" },
	{ "German quotes", "bob@example.com",
	    "\xe2\x80\x9e"
	    "bob\xe2\x80\x9c, "
	    "\xe2\x80\x9e"
	    "eve@f.test\xe2\x80\x9c",
	    "\xe2\x80\x9e{bob}\xe2\x80\x9c, "
	    "\xe2\x80\x9e{eve}@f.test\xe2\x80\x9c" },
	{ "French quotes", "bob@example.com",
	    "\xc2\xab"
	    "eve@f.test\xc2\xbb",
	    "\xc2\xab{eve}@f.test\xc2\xbb" },
	{ "no blank between words", "bob@example.com",
	    "\xe7\x94\xa8"
	    "bob\xe7\x94\xa8",
	    "\xe7\x94\xa8{bob}\xe7\x94\xa8" },
	{ "in a path", "bob@example.com", "/home/bob/mail: disk full",
	    "/home/{bob}/mail: disk full" },
	{ "in VERP without at sign", "bob@example.com",
	    "bounce-bob=example.com", "bounce-{bob}=example.com" },
	{ "detail, as word", "bob+news@example.com",
	    "no folder news for bob+News", "no folder {news} for {bob+news}" },
	{ "detail of digits", "bob+550@example.com", "550 5.1.1 no bob",
	    "550 5.1.1 no {bob}" },
	{ "percent, as word", "bob%f.test@g.test",
	    "no bob%f.test, no bob at all",
	    "no {bob%f.test}, no {bob} at all" },
	{ "bang path, as word", "f.test!bob@g.test", "550 no bob here",
	    "550 no {bob} here" },
	{ "source route, as word", "@f.test:bob@g.test", "550 no bob here",
	    "550 no {bob} here" },
	{ "SRS, as word", "SRS0=HH=TT=f.test=bob.ray@g.test", "550 no bob.ray",
	    "550 no {bob.ray}" },
	{ "BATV, as word", "prvs=0123abcd=bob@g.test", "550 no bob",
	    "550 no {bob}" },
	{ "VERP, as word", "list-17-bob=f.test@g.test",
	    "550 17 no bob, bob=f.test", "550 17 no {bob}, {bob}=f.test" },
	{ "VERP with a hyphen, as word", "al-bob=f.test@g.test",
	    "550 no al-bob", "550 no {al-bob}" },
	{ "VERP behind plus, as word", "list+al-bob=f.test@g.test",
	    "550 no al-bob", "550 no {al-bob}" },
	{ "qmail's blanks", "bob@example.com", "said:_550_5.1.1_bob_unknown/",
	    "said:_550_5.1.1_{bob}_unknown/" },
	{ "dotted word", "bob.ray@example.com", "550 bob.ray? Bob.Ray! bob",
	    "550 {bob.ray}? {bob.ray}! bob" },
	{ "quoted, as word", "\"bob ray\"@example.com", "550 no bob ray here",
	    "550 no {\"bob ray\"} here" },
	{ "two letters", "to@example.com", "550 5.7.1 not allowed to relay",
	    "550 5.7.1 not allowed to relay" },
	{ "host names stay", "mail@example.com",
	    "host mail.example.com[192.0.2.1] said: x.mail.test mail-1.f.test",
	    "host mail.example.com[192.0.2.1] said: x.mail.test "
	    "mail-1.f.test" },
	{ "domains stay", "test@example.com", "<a@test> b@my.test test",
	    "<{a}@test> {b}@my.test {test}" },
	{ "recipient without domain", "bob", "mailbox of bob is full",
	    "mailbox of {bob} is full" },
	{ "file", "/var/mail/bob", "cannot write /var/mail/bob: no space",
	    "cannot write {/var/mail/bob}: no space" },
};

static const struct address_row {
	const char *name;
	const char *address;
	const char *expected;
} address_rows[] = {
	{ "plain", "bob@Example.com.", "{bob}@Example.com." },
	{ "quoted", "\"to=<q\"x>\"@two.test", "{\"to=<q\"x>\"}@two.test" },
	{ "last at sign", "a@b@c.test", "{a@b}@c.test" },
	{ "empty", "", "" },
	{ "no domain", "bob", "{bob}" },
	{ "empty domain", "bob@", "{bob}@" },
	{ "empty local part", "@c.test", "@c.test" },
	{ "pipe", "|/usr/bin/filter -a bob", "{|/usr/bin/filter -a bob}" },
	{ "file", "/var/mail/bob", "{/var/mail/bob}" },
	{ "past ASCII", "\xe7\x94\xa8\xe6\x88\xb7@f.test",
	    "{\xe7\x94\xa8\xe6\x88\xb7}@f.test" },
};

/* The hash of a local part, as a recipient with an empty domain shows it. */
static void
append_hash_of(
    struct buffer *out, const struct redactor *redactor, struct text local)
{
	struct scan_batch batch;
	struct buffer address;

	buffer_init(&address, 0);
	buffer_append_text(&address, local);
	buffer_append_byte(&address, '@');
	scan_batch_init(&batch);
	scan_batch_add(&batch)->recipient = buffer_text(&address);
	redactor_batch(redactor, &batch);
	assert_int_equal(batch.records[0].recipient.length, 17);
	buffer_append_text(out, text_slice(batch.records[0].recipient, 0, 16));
	scan_batch_release(&batch);
	buffer_release(&address);
}

static void
fill_in(
    struct buffer *out, const struct redactor *redactor, const char *expected)
{
	struct text rest = text_of(expected);

	buffer_init(out, 0);
	while (rest.length > 0) {
		size_t open = text_find_byte(rest, '{');
		size_t close = text_find_byte(rest, '}');

		buffer_append_text(out, text_slice(rest, 0, open));
		if (open == TEXT_NONE)
			break;
		append_hash_of(
		    out, redactor, text_slice(rest, open + 1, close));
		rest = text_slice(rest, close + 1, rest.length);
	}
}

static void
assert_text(
    struct text text, const struct redactor *redactor, const char *expected)
{
	struct buffer wanted;
	struct buffer got;

	fill_in(&wanted, redactor, expected);
	buffer_init(&got, 0);
	buffer_append_text(&got, text);
	assert_string_equal(buffer_string(&got), buffer_string(&wanted));
	buffer_release(&wanted);
	buffer_release(&got);
}

static void
check_reply(void **state)
{
	const struct row *row = *state;
	struct redactor *redactor = redactor_new(SECRET);
	struct scan_batch batch;
	struct record *record;

	scan_batch_init(&batch);
	record = scan_batch_add(&batch);
	record->recipient = text_of(row->recipient);
	record->reply = text_of(row->reply);
	redactor_batch(redactor, &batch);
	assert_text(record->reply, redactor, row->expected);
	scan_batch_release(&batch);
	redactor_free(redactor);
}

static void
check_address(void **state)
{
	const struct address_row *row = *state;
	struct redactor *redactor = redactor_new(SECRET);
	struct scan_batch batch;
	struct record *record;

	scan_batch_init(&batch);
	record = scan_batch_add(&batch);
	record->recipient = text_of(row->address);
	record->sender = text_of(row->address);
	redactor_batch(redactor, &batch);
	assert_text(record->recipient, redactor, row->expected);
	assert_text(record->sender, redactor, row->expected);
	scan_batch_release(&batch);
	redactor_free(redactor);
}

static void
check_other_fields(void **state)
{
	struct redactor *redactor = redactor_new(SECRET);
	struct scan_batch batch;
	struct record *record;

	(void)state;
	scan_batch_init(&batch);
	record = scan_batch_add(&batch);
	record->recipient = text_of("bob@example.com");
	record->sender = text_of("alice@example.net");
	record->queue_id = text_of("bob");
	record->host = text_of("bob");
	record->relay_host = text_of("root@localhost");
	record->reply = text_of("550 sender alice may not write to bob");
	redactor_batch(redactor, &batch);
	assert_text(record->queue_id, redactor, "bob");
	assert_text(record->host, redactor, "bob");
	assert_text(record->relay_host, redactor, "{root}@localhost");
	assert_text(record->reply, redactor,
	    "550 sender {alice} may not write to {bob}");
	scan_batch_release(&batch);
	redactor_free(redactor);
}

/* What an earlier line named is known only when both are joined. */
static void
check_joined(void **state)
{
	struct redactor *redactor = redactor_new(SECRET);
	struct joined_record made = {
		.record = { .recipient = text_of("0123@example.com"),
		    .relay_host = text_of("0123@localhost") },
		.recipient = text_of("bob@example.com"),
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	redactor_joined(
	    redactor, &made, text_of("550 user bob is unknown"), &arena);
	assert_text(made.record.recipient, redactor, "{bob}@example.com");
	assert_text(made.record.relay_host, redactor, "0123@localhost");
	assert_text(made.record.reply, redactor, "550 user {bob} is unknown");
	/* Of an earlier run there is nothing more to know. */
	made.recipient = (struct text){ 0 };
	made.record.reply = text_of("550 0123");
	redactor_joined(redactor, &made, text_of("550 bob"), &arena);
	assert_text(made.record.reply, redactor, "550 0123");
	arena_release(&arena);
	redactor_free(redactor);
}

/* As many as the reply to one line of a server names, and more. */
static void
check_group(void **state)
{
	const size_t count = 150;
	struct redactor *redactor = redactor_new(SECRET);
	struct text reply = TEXT_LITERAL("550 bob and carol+x: dave unknown");
	struct scan_batch batch;

	(void)state;
	scan_batch_init(&batch);
	for (size_t i = 0; i < count; i++) {
		struct record *record = scan_batch_add(&batch);

		record->recipient = i % 3 == 0 ? text_of("bob@example.com")
		    : i % 3 == 1               ? text_of("carol+x@example.com")
					       : text_of("dave@example.net");
		record->sender = text_of("erin@example.org");
		record->reply = reply;
	}
	batch.records[count - 1].reply = text_of("550 bob, frank and dave");
	redactor_batch(redactor, &batch);
	for (size_t i = 0; i + 1 < count; i++)
		assert_text(batch.records[i].reply, redactor,
		    "550 {bob} and {carol+x}: {dave} unknown");
	assert_text(batch.records[count - 1].reply, redactor,
	    "550 bob, frank and {dave}");
	assert_text(
	    batch.records[1].recipient, redactor, "{carol+x}@example.com");
	assert_text(batch.records[1].sender, redactor, "{erin}@example.org");
	scan_batch_release(&batch);
	redactor_free(redactor);
}

static void
check_diagnostics(void **state)
{
	struct redactor *redactor = redactor_new(SECRET);
	struct scan_batch batch;
	struct buffer out;

	(void)state;
	scan_batch_init(&batch);
	diagnostic_set_place(diagnostics_add(&batch.diagnostics,
				 DIAGNOSTIC_WARNING, "mail.log", "no pattern"),
	    7, 1, TEXT_LITERAL("to=<bob@example.com>"));
	redactor_batch(redactor, &batch);
	buffer_init(&out, 0);
	diagnostic_format(&out, &batch.diagnostics.items[0]);
	assert_non_null(strstr(buffer_string(&out), "mail.log:7"));
	assert_null(strstr(buffer_string(&out), "bob"));
	buffer_release(&out);
	scan_batch_release(&batch);
	redactor_free(redactor);
}

static struct buffer
hash_with(const char *secret, size_t length)
{
	struct redactor *redactor =
	    redactor_new((struct text){ secret, length });
	struct buffer out;

	buffer_init(&out, 0);
	append_hash_of(&out, redactor, TEXT_LITERAL("bob"));
	redactor_free(redactor);
	return out;
}

/* Every byte of the key file matters, the last one of a long one too. */
static void
check_keys(void **state)
{
	char secret[4096] = { 0 };
	struct buffer first = hash_with(secret, sizeof(secret));
	struct buffer again = hash_with(secret, sizeof(secret));
	struct buffer other;

	(void)state;
	assert_true(text_equal(buffer_text(&first), buffer_text(&again)));
	secret[sizeof(secret) - 1] = 1;
	other = hash_with(secret, sizeof(secret));
	assert_false(text_equal(buffer_text(&first), buffer_text(&other)));
	buffer_release(&first);
	buffer_release(&again);
	buffer_release(&other);
}

/* Replies of a whole megabyte of what costs most; each ends at once. */
static void
check_hostile(void **state)
{
	static const char *const pieces[] = { "@", "\"@", "\\\"@", "a@,",
		"://a@/", "%40", "\"", "'@", "bob-", "bob ", "a.b-" };
	const size_t size = 1024 * 1024;
	char *reply = memory_allocate(size);
	struct redactor *redactor = redactor_new(SECRET);

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct text piece = text_of(pieces[i]);
		struct scan_batch batch;
		struct record *record;

		for (size_t at = 0; at < size; at++)
			reply[at] = piece.data[at % piece.length];
		scan_batch_init(&batch);
		record = scan_batch_add(&batch);
		record->recipient = TEXT_LITERAL("bob-bob-bob-bob-x@f.test");
		record->sender = TEXT_LITERAL("bob@f.test");
		record->reply = (struct text){ reply, size };
		redactor_batch(redactor, &batch);
		assert_true(record->reply.length <= 6 * size);
		assert_int_equal(
		    text_find(record->reply, TEXT_LITERAL("bob-bob")),
		    TEXT_NONE);
		scan_batch_release(&batch);
	}
	redactor_free(redactor);
	free(reply);
}

/* Addresses that enclose as many names as one can, both of them. */
static void
check_many_names(void **state)
{
	static const char *const names[] = { "aaa", "bbb", "ccc", "ddd", "eee",
		"fff", "hhh", "iii", "jjj", "kkk", "lll", "mmm" };
	struct redactor *redactor = redactor_new(SECRET);
	struct scan_batch batch;
	struct record *record;

	(void)state;
	scan_batch_init(&batch);
	record = scan_batch_add(&batch);
	record->recipient =
	    TEXT_LITERAL("\"aaa%bbb!ccc:ddd+eee-fff=ggg.test\"@example.com");
	record->sender =
	    TEXT_LITERAL("\"hhh%iii!jjj:kkk+lll-mmm=ggg.test\"@example.net");
	record->reply = TEXT_LITERAL("no fff here, nor mmm");
	redactor_batch(redactor, &batch);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(
		    text_find(record->reply, text_of(names[i])), TEXT_NONE);
	scan_batch_release(&batch);
	redactor_free(redactor);
}

static void
check_key_files(void **state)
{
	char path[] = "/tmp/redactor-test-XXXXXX";
	int file = mkstemp(path);
	struct diagnostics diagnostics;
	struct redactor *redactor;

	(void)state;
	assert_true(file >= 0);
	diagnostics_init(&diagnostics);
	assert_int_equal(write(file, "fifteen bytes!!", 15), 15);
	assert_null(redactor_load(path, &diagnostics));
	assert_int_equal(diagnostics.errors, 1);
	assert_non_null(strstr(diagnostics.items[0].message, "has 15"));
	assert_int_equal(write(file, "!", 1), 1);
	redactor = redactor_load(path, &diagnostics);
	assert_non_null(redactor);
	redactor_free(redactor);
	close(file);
	unlink(path);
	assert_null(redactor_load(path, &diagnostics));
	assert_null(redactor_load("/tmp", &diagnostics));
	assert_null(redactor_load("/dev/zero", &diagnostics));
	assert_int_equal(diagnostics.errors, 4);
	diagnostics_release(&diagnostics);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_other_fields),
		cmocka_unit_test(check_joined),
		cmocka_unit_test(check_group),
		cmocka_unit_test(check_diagnostics),
		cmocka_unit_test(check_keys),
		cmocka_unit_test(check_hostile),
		cmocka_unit_test(check_many_names),
		cmocka_unit_test(check_key_files),
	};

	return ROWS_RUN("replies", rows, check_reply) +
	    ROWS_RUN("addresses", address_rows, check_address) +
	    cmocka_run_group_tests_name("redactor", others, NULL, NULL);
}
