#include "cli/command.h"

#include <stdio.h>

#include "classify/classifier.h"
#include "cli/console.h"
#include "input/line_block.h"
#include "report/row_writer.h"

static const struct column columns[] = {
	{ "class", COLUMN_TEXT },
	{ "category", COLUMN_TEXT },
	{ "action", COLUMN_TEXT },
	{ "enhanced_code", COLUMN_CODE },
	{ "reply_code", COLUMN_CODE },
	{ "origin", COLUMN_TEXT },
	{ "rule", COLUMN_TEXT },
};

struct classify_stream {
	struct row_writer writer;
	const struct classifier *classifier;
	struct classifier_worker *worker;
};

static void
classify_line(struct classify_stream *stream, struct text line)
{
	const struct classifier_query query = classifier_query_of(line);
	struct row_writer *writer = &stream->writer;
	struct verdict verdict;

	classifier_classify(
	    stream->classifier, stream->worker, &query, &verdict);
	row_string(
	    writer, verdict_class_name((enum verdict_class)verdict.class));
	row_string(writer,
	    verdict_category_name((enum verdict_category)verdict.category));
	row_string(
	    writer, verdict_action_name((enum verdict_action)verdict.action));
	row_enhanced_code(writer, verdict.enhanced_code);
	row_reply_code(writer, verdict.reply_code);
	row_string(
	    writer, verdict_origin_name((enum verdict_origin)verdict.origin));
	row_text(
	    writer, classifier_rule_name(stream->classifier, verdict.rule));
	row_end(writer);
}

static void
classify_block(struct classify_stream *stream, const struct block *block)
{
	struct text rest = { block->data, block->length };

	/* Every line gets its row; nothing is known of an overlong one. */
	for (uint64_t i = 0; i < block->skipped_lines; i++)
		classify_line(stream, (struct text){ 0 });
	while (rest.length > 0) {
		size_t end = text_find_byte(rest, '\n');

		classify_line(stream, text_slice(rest, 0, end));
		if (end == TEXT_NONE)
			break;
		rest = text_slice(rest, end + 1, rest.length);
	}
}

static int
classify_input(struct classify_stream *stream, struct diagnostics *diagnostics)
{
	struct byte_source *source = byte_source_open("-", diagnostics);
	struct block_pool *pool;
	struct block_reader *reader;
	struct block *block;
	int status = EXIT_WELL;

	if (source == NULL)
		return EXIT_NO_INPUT;
	pool = block_pool_new(2);
	reader = block_reader_new(source, pool, NULL);
	row_writer_header(&stream->writer);
	while ((block = block_reader_next(reader)) != NULL) {
		classify_block(stream, block);
		block_free(block);
	}
	row_writer_flush(&stream->writer);
	block_reader_report(reader, "standard input", diagnostics);
	if (byte_source_damage(source)->message != NULL)
		status = EXIT_DAMAGED;
	block_reader_free(reader);
	block_pool_free(pool);
	byte_source_close(source);
	return status;
}

int
command_classify(const struct settings *settings)
{
	struct classify_stream stream;
	struct diagnostics diagnostics;
	struct classifier *classifier;
	int status = EXIT_USAGE;

	diagnostics_init(&diagnostics);
	classifier = classifier_load(
	    settings->patterns_directory, settings->jobs > 1, &diagnostics);
	if (settings->operand_count > 0) {
		console_error("classify reads standard input only: '%s'",
		    settings->operands[0]);
	} else if (classifier != NULL) {
		stream.classifier = classifier;
		stream.worker = classifier_worker_new(classifier);
		row_writer_init(&stream.writer, settings->format, columns,
		    sizeof(columns) / sizeof(columns[0]), stdout,
		    settings->csv_raw);
		status = classify_input(&stream, &diagnostics);
		if (!console_finish(&stream.writer))
			status = EXIT_USAGE;
		row_writer_release(&stream.writer);
		classifier_worker_free(stream.worker);
	}
	console_print(&diagnostics, settings->quiet);
	classifier_free(classifier);
	return status;
}
