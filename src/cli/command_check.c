#include "cli/command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "classify/catalogue.h"
#include "classify/classifier.h"
#include "classify/coverage.h"
#include "classify/provider.h"
#include "cli/console.h"
#include "input/line_block.h"
#include "report/terminal.h"
#include "scan/pattern_set.h"

/* What lies in a directory of patterns. */
static const char *const parts[] = { "formats", "mta", "rules", "codes",
	"providers" };
#define PART_COUNT (sizeof(parts) / sizeof(parts[0]))

static void
join(struct buffer *path, const char *directory, const char *name)
{
	buffer_clear(path);
	buffer_append_format(path, "%s/%s", directory, name);
}

static bool
is_patterns_directory(const char *path)
{
	struct buffer part;
	struct stat status;
	bool found = false;

	buffer_init(&part, 0);
	for (size_t i = 0; i < PART_COUNT && !found; i++) {
		join(&part, path, parts[i]);
		found = stat(buffer_string(&part), &status) == 0;
	}
	buffer_release(&part);
	return found;
}

static void
check_rules(const char *path, struct diagnostics *diagnostics)
{
	struct rule_set *rules = rule_set_load(path, false, diagnostics);

	if (rules == NULL)
		return;
	rule_set_check(rules, diagnostics);
	printf("%s: %zu rule%s\n", path, rule_set_count(rules),
	    text_plural(rule_set_count(rules)));
	rule_set_free(rules);
}

static void
check_codes(const char *path, struct diagnostics *diagnostics)
{
	struct catalogue *catalogue = catalogue_load(path, diagnostics);

	if (catalogue == NULL)
		return;
	catalogue_check(catalogue, diagnostics);
	printf("%s: codes\n", path);
	catalogue_free(catalogue);
}

static void
check_directory(const char *directory, struct diagnostics *diagnostics)
{
	struct pattern_set *patterns = pattern_set_load(directory, diagnostics);
	struct providers *providers = providers_load(directory, diagnostics);
	struct buffer path;

	pattern_set_check(patterns, diagnostics);
	printf("%s: line formats and records\n", directory);
	if (providers != NULL)
		providers_check(providers, diagnostics);
	providers_free(providers);
	pattern_set_free(patterns);
	buffer_init(&path, 0);
	join(&path, directory, "rules");
	check_rules(buffer_string(&path), diagnostics);
	join(&path, directory, "codes");
	check_codes(buffer_string(&path), diagnostics);
	buffer_release(&path);
}

/* DIR of DIR/rules/FILE, DIR/rules or DIR/providers; empty when there is none.
 */
static struct text
directory_of(struct text path)
{
	for (int i = 0; i < 2; i++) {
		size_t slash = text_find_last_byte(path, '/');
		struct text name = text_slice(
		    path, slash == TEXT_NONE ? 0 : slash + 1, path.length);

		path = slash == TEXT_NONE ? TEXT_LITERAL(".")
					  : text_slice(path, 0, slash);
		for (size_t part = 0; part < PART_COUNT; part++)
			if (text_equal(name, text_of(parts[part])))
				return path;
	}
	return (struct text){ 0 };
}

/* rules/FILE and ./rules/FILE are the same. */
static struct text
without_dot(const char *path)
{
	struct text text = text_of(path);

	while (text_starts_with(text, TEXT_LITERAL("./")))
		text = text_slice(text, 2, text.length);
	return text;
}

/* Keeps what is about one file, or about those of a directory. */
static void
keep_about(struct diagnostics *to, struct diagnostics *from, const char *path)
{
	struct text wanted = without_dot(path);

	for (size_t i = 0; i < from->count; i++) {
		const struct diagnostic *item = &from->items[i];
		struct text about;

		if (item->path == NULL)
			continue;
		about = without_dot(item->path);
		if (!text_starts_with(about, wanted) ||
		    (about.length > wanted.length &&
			about.data[wanted.length] != '/'))
			continue;
		diagnostic_set_place(diagnostics_add(to, item->level,
					 item->path, "%s", item->message),
		    item->line, item->column, text_of(item->source));
	}
	diagnostics_release(from);
}

/*
 * One file is proved with the others of its directory, since rules shadow one
 * another; a file that stands alone is a file of rules.
 */
static void
check_operand(const char *path, struct diagnostics *diagnostics)
{
	struct text whole = text_of(path);
	struct diagnostics all;
	struct text directory;
	struct stat status;
	char *name;

	if (stat(path, &status) != 0) {
		diagnostics_add(
		    diagnostics, DIAGNOSTIC_ERROR, path, "%s", strerror(errno));
		return;
	}
	while (whole.length > 1 && whole.data[whole.length - 1] == '/')
		whole.length--;
	name = memory_copy_string(whole.data, whole.length);
	directory = directory_of(whole);
	if (is_patterns_directory(name)) {
		check_directory(name, diagnostics);
	} else if (directory.length > 0) {
		char *root =
		    memory_copy_string(directory.data, directory.length);

		diagnostics_init(&all);
		check_directory(root, &all);
		keep_about(diagnostics, &all, name);
		free(root);
	} else {
		check_rules(name, diagnostics);
	}
	free(name);
}

/* --- coverage of a file of replies --- */

struct rule_count {
	uint64_t count;
	uint16_t rule;
};

static int
order_by_count(const void *a, const void *b)
{
	const struct rule_count *x = a;
	const struct rule_count *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return (x->rule > y->rule) - (x->rule < y->rule);
}

static void
print_share(const char *what, uint64_t count, uint64_t total)
{
	printf("%-20s %8" PRIu64 "  %5.1f %%\n", what, count,
	    total > 0 ? 100.0 * (double)count / (double)total : 0.0);
}

static void
print_coverage(
    const struct coverage *coverage, const struct classifier *classifier)
{
	struct rule_count *counts =
	    memory_allocate_array(coverage->rules, sizeof(*counts));

	print_share("replies", coverage->replies, coverage->replies);
	print_share("decided by text", coverage->by_text, coverage->replies);
	print_share("by code alone", coverage->by_code, coverage->replies);
	print_share("unknown", coverage->unknown, coverage->replies);
	puts("");
	for (size_t i = 0; i < coverage->rules; i++) {
		counts[i].count = coverage->by_rule[i];
		counts[i].rule = (uint16_t)i;
	}
	qsort(counts, coverage->rules, sizeof(*counts), order_by_count);
	for (size_t i = 0; i < coverage->rules && counts[i].count > 0; i++)
		printf("%8" PRIu64 "  %.*s%s\n", counts[i].count,
		    TEXT_FORMAT(
			classifier_rule_name(classifier, counts[i].rule)),
		    classifier_rule_is_code(classifier, counts[i].rule)
			? " (by code)"
			: "");
	free(counts);
}

static void
print_unknown(const struct classifier *classifier,
    struct classifier_worker *worker, struct text lines)
{
	while (lines.length > 0) {
		size_t end = text_find_byte(lines, '\n');
		const struct classifier_query query =
		    classifier_query_of(text_slice(lines, 0, end));
		struct verdict verdict;
		struct buffer shown;

		lines = end == TEXT_NONE
		    ? (struct text){ 0 }
		    : text_slice(lines, end + 1, lines.length);
		if (query.reply.length == 0)
			continue;
		classifier_classify(classifier, worker, &query, &verdict);
		if (verdict.category != CATEGORY_UNKNOWN)
			continue;
		buffer_init(&shown, 0);
		buffer_append_printable(&shown, query.reply, 0, false);
		printf("unknown: %s\n", buffer_string(&shown));
		buffer_release(&shown);
	}
}

static void
check_replies(const struct settings *settings, struct diagnostics *diagnostics)
{
	struct classifier *classifier = classifier_load(
	    settings->patterns_directory, settings->jobs > 1, diagnostics);
	struct byte_source *source;
	struct classifier_worker *worker;
	const struct byte_source_damage *damage;
	struct coverage coverage;
	struct buffer lines;
	size_t count;

	if (classifier == NULL)
		return;
	source = byte_source_open(settings->replies_path, diagnostics);
	if (source == NULL) {
		classifier_free(classifier);
		return;
	}
	buffer_init(&lines, 0);
	while (buffer_reserve(&lines, BLOCK_SIZE) &&
	    byte_source_read(
		source, lines.data + lines.length, BLOCK_SIZE, &count))
		lines.length += count;
	if (lines.overflowed)
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR,
		    settings->replies_path,
		    "holds more than 1 GiB: the rest was not looked at");
	damage = byte_source_damage(source);
	if (damage->message != NULL)
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR,
		    settings->replies_path, "%s", damage->message)
		    ->byte = (int64_t)damage->offset;
	worker = classifier_worker_new(classifier);
	coverage_init(&coverage, classifier);
	coverage_record_lines(
	    &coverage, classifier, worker, buffer_text(&lines));
	print_coverage(&coverage, classifier);
	print_unknown(classifier, worker, buffer_text(&lines));
	coverage_release(&coverage);
	classifier_worker_free(worker);
	buffer_release(&lines);
	byte_source_close(source);
	classifier_free(classifier);
}

int
command_check(const struct settings *settings)
{
	struct diagnostics diagnostics;
	size_t errors;
	size_t warnings;

	diagnostics_init(&diagnostics);
	if (settings->replies_path != NULL)
		check_replies(settings, &diagnostics);
	else if (settings->operand_count == 0)
		check_directory(settings->patterns_directory, &diagnostics);
	for (size_t i = 0; i < settings->operand_count; i++)
		check_operand(settings->operands[i], &diagnostics);
	errors = diagnostics.errors;
	warnings = diagnostics.warnings;
	console_print(&diagnostics, settings->quiet);
	if (settings->replies_path == NULL)
		printf("%zu error%s, %zu warning%s\n", errors,
		    text_plural(errors), warnings, text_plural(warnings));
	if (!console_finish(NULL) || errors > 0)
		return EXIT_USAGE;
	return EXIT_WELL;
}
