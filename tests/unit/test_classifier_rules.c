/*
 * The rules that are shipped: the texts that must classify whatever code is
 * in front of them, and that the search for literals and the kept verdicts
 * change no answer.
 */
#include "unit/rows.h"

#include "base/stanza.h"
#include "classify/classifier.h"
#include "input_fixtures.h"

static const struct row {
	const char *name; /* the text */
	enum verdict_category category;
	bool is_permanent; /* without a code */
} rows[] = {
	{ "Routing server failure", CATEGORY_ROUTING_ERROR, true },
	{ "Intermediate routing server permanently unavailable",
	    CATEGORY_ROUTING_ERROR, true },
	{ "Mail routing path includes permanently failed server",
	    CATEGORY_ROUTING_ERROR, true },
	{ "Routing infrastructure permanently unavailable",
	    CATEGORY_ROUTING_ERROR, true },
	{ "System not accepting network messages", CATEGORY_REMOTE_SYSTEM,
	    false },
	{ "The mail server is temporarily not accepting incoming messages",
	    CATEGORY_REMOTE_SYSTEM, false },
	{ "Server undergoing maintenance", CATEGORY_REMOTE_SYSTEM, false },
	{ "System temporarily unavailable", CATEGORY_REMOTE_SYSTEM, false },
	{ "Mail server temporarily unavailable", CATEGORY_REMOTE_SYSTEM,
	    false },
	{ "Mail system error", CATEGORY_REMOTE_SYSTEM, true },
	{ "Permanent mail system failure", CATEGORY_REMOTE_SYSTEM, true },
	{ "Mail system configuration error", CATEGORY_REMOTE_SYSTEM, true },
	{ "Mail server permanently unavailable", CATEGORY_REMOTE_SYSTEM, true },
	{ "Temporary routing server failure", CATEGORY_ROUTING_ERROR, false },
	{ "Routing infrastructure temporarily unavailable",
	    CATEGORY_ROUTING_ERROR, false },
	{ "Routing loop detected", CATEGORY_ROUTING_ERROR, true },
	{ "Temporary mail system error", CATEGORY_REMOTE_SYSTEM, false },
	{ "Mail system error, please try again later", CATEGORY_REMOTE_SYSTEM,
	    false },
};

static struct classifier *classifier;

static void
load(void)
{
	struct diagnostics diagnostics;

	diagnostics_init(&diagnostics);
	classifier = classifier_load("patterns", false, &diagnostics);
	diagnostics_release(&diagnostics);
}

static void
check_text(const char *code, const struct row *row, bool is_permanent)
{
	struct classifier_worker *worker = classifier_worker_new(classifier);
	enum verdict_category category = row->category;
	struct buffer text;
	struct verdict verdict;

	buffer_init(&text, 0);
	buffer_append_format(&text, "%s%s", code, row->name);
	classifier_classify(classifier, worker,
	    &(struct classifier_query){ .reply = buffer_text(&text) },
	    &verdict);
	assert_int_equal(verdict.category, category);
	assert_int_equal(
	    verdict.class, verdict_default_class(category, is_permanent));
	assert_int_equal(
	    verdict.action, verdict_default_action(category, is_permanent));
	buffer_release(&text);
	classifier_worker_free(worker);
}

static void
check_row(void **state)
{
	const struct row *row = *state;

	assert_non_null(classifier);
	check_text("", row, row->is_permanent);
	check_text("550 ", row, true);
	check_text("451 ", row, false);
	check_text("554 5.0.0 ", row, true);
	check_text(
	    "host mx.example.com[192.0.2.1] said: 450 4.0.0 ", row, false);
}

/* Bytes of the longest text that is made. */
#define LONGEST 2100

static uint64_t seed = 1;

static size_t
below(size_t count)
{
	return (size_t)(fixture_random(&seed) % count);
}

/* A value of any rule: a pattern, a sample, what must not match. */
static struct text
any_value(const struct stanza_file *file)
{
	const struct stanza *stanza = &file->stanzas[below(file->count)];

	return stanza->lines[below(stanza->count)].value;
}

/* The start of one sample and the end of another. */
static void
make_mix(struct buffer *out, const struct stanza_file *file)
{
	buffer_clear(out);
	for (int part = 0; part < 2; part++) {
		const struct stanza *stanza =
		    &file->stanzas[below(file->count)];
		struct text sample = stanza_value(stanza, "sample");
		size_t cut = below(sample.length + 1);

		buffer_append_text(out,
		    part == 0 ? text_slice(sample, 0, cut)
			      : text_slice(sample, cut, sample.length));
		buffer_append_byte(out, ' ');
	}
}

/* Some bytes of a text changed, left out or written twice. */
static void
make_mutant(struct buffer *out, struct text sample)
{
	buffer_clear(out);
	for (size_t i = 0; i < sample.length; i++) {
		switch (below(sample.length / 2 + 12)) {
		case 0:
			break;
		case 1:
			buffer_append_byte(out, " .-a5\xE9"[below(6)]);
			break;
		case 2:
			buffer_append_byte(out, sample.data[i]);
			buffer_append_byte(out, sample.data[i]);
			break;
		case 3:
			buffer_append_byte(out, (char)(sample.data[i] ^ 0x20));
			break;
		default:
			buffer_append_byte(out, sample.data[i]);
			break;
		}
	}
}

static bool
is_word_byte(char byte)
{
	return byte_is_alnum(byte) || byte == ' ' || byte == '-' ||
	    (byte & 0x80) != 0;
}

/* Words of samples and patterns, up to some length. */
static void
make_words(struct buffer *out, const struct stanza_file *file, size_t length)
{
	buffer_clear(out);
	while (out->length < length) {
		struct text value = any_value(file);
		size_t start = below(value.length);
		size_t end;

		while (start > 0 && is_word_byte(value.data[start - 1]))
			start--;
		end = start;
		while (end < value.length && is_word_byte(value.data[end]))
			end++;
		buffer_append_text(out, text_slice(value, start, end));
		buffer_append_byte(out, " .,"[below(8) < 6 ? 0 : below(3)]);
	}
}

/*
 * The search and the kept verdicts change no answer; only which patterns are
 * given up, when that happens, may differ.
 */
static void
check_same(struct classifier_worker *fast, struct classifier_worker *slow,
    struct text text)
{
	struct classifier_query query = { .reply = text };
	uint64_t hits = classifier_worker_limit_hits(slow);
	struct verdict a;
	struct verdict b;

	/* It is kept the second time, and comes from there the third. */
	for (int i = 0; i < 3; i++)
		classifier_classify(classifier, fast, &query, &a);
	classifier_classify(classifier, slow, &query, &b);
	if (classifier_worker_limit_hits(slow) != hits)
		return;
	if (memcmp(&a, &b, sizeof(a)) != 0)
		fail_msg("%.*s: [%.*s] instead of [%.*s]", TEXT_FORMAT(text),
		    TEXT_FORMAT(classifier_rule_name(classifier, a.rule)),
		    TEXT_FORMAT(classifier_rule_name(classifier, b.rule)));
	assert_true(text_equal(
	    classifier_worker_list(fast), classifier_worker_list(slow)));
}

static void
check_file(struct classifier_worker *fast, struct classifier_worker *slow,
    const struct stanza_file *file)
{
	struct buffer text;

	buffer_init(&text, 0);
	for (size_t i = 0; i < file->count; i++)
		for (size_t j = 0; j < file->stanzas[i].count; j++) {
			struct text value = file->stanzas[i].lines[j].value;

			check_same(fast, slow, value);
			make_mutant(&text, value);
			check_same(fast, slow, buffer_text(&text));
		}
	for (int i = 0; i < 3000; i++) {
		make_mix(&text, file);
		check_same(fast, slow, buffer_text(&text));
		make_words(&text, file, 1 + below(120));
		check_same(fast, slow, buffer_text(&text));
	}
	for (int i = 0; i < 100; i++) {
		make_words(&text, file, below(LONGEST));
		check_same(fast, slow, buffer_text(&text));
	}
	buffer_release(&text);
}

static void
check_search(void **state)
{
	struct classifier_worker *fast = classifier_worker_new(classifier);
	struct classifier_worker *slow = classifier_worker_new(classifier);
	struct diagnostics diagnostics;
	struct stanza_file file;

	(void)state;
	diagnostics_init(&diagnostics);
	stanza_file_init(&file);
	classifier_worker_set_exhaustive(slow, true);
	assert_true(stanza_file_load(&file, "patterns/rules", &diagnostics));
	assert_true(file.count > 0);
	check_file(fast, slow, &file);
	stanza_file_release(&file);
	classifier_worker_free(fast);
	classifier_worker_free(slow);
	diagnostics_release(&diagnostics);
}

/* The files that are shipped pass their lint. */
static void
check_lint(void **state)
{
	struct diagnostics diagnostics;

	(void)state;
	diagnostics_init(&diagnostics);
	assert_true(rule_set_check(classifier_rules(classifier), &diagnostics));
	diagnostics_release(&diagnostics);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_search),
		cmocka_unit_test(check_lint),
	};
	int failed;

	load();
	failed = ROWS_RUN("classifier_rules", rows, check_row);

	failed += cmocka_run_group_tests_name(
	    "classifier_search", others, NULL, NULL);
	classifier_free(classifier);
	return failed;
}
