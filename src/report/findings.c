#include "report/findings.h"

#include <stdlib.h>

#include "base/memory.h"
#include "report/findings_build.h"
#include "report/terminal.h"

/* More than a line of any terminal. */
#define REPLY_COLUMNS 400
#define NAME_COLUMNS  60

static int
order_findings(const void *a, const void *b)
{
	const struct finding *x = a;
	const struct finding *y = b;

	if (x->deliveries != y->deliveries)
		return x->deliveries > y->deliveries ? -1 : 1;
	return text_compare(x->what, y->what);
}

void
findings_init(
    struct findings *findings, const struct report_view *view, bool utf8)
{
	*findings = (struct findings){ .view = view, .utf8 = utf8 };
	arena_init(&findings->arena);
	findings_add_outages(findings);
	findings_add_failures(findings);
	if (findings->count > 0)
		qsort(findings->items, findings->count,
		    sizeof(*findings->items), order_findings);
}

void
findings_release(struct findings *findings)
{
	arena_release(&findings->arena);
	free(findings->items);
}

void
finding_begin(struct finding_draft *draft)
{
	*draft = (struct finding_draft){ 0 };
	buffer_init(&draft->what, 0);
	buffer_init(&draft->action, 0);
	buffer_init(&draft->command, 0);
}

/* The other side's own words: what Postfix puts before them is left out. */
static struct text
own_words(struct text reply)
{
	size_t said = text_find(reply, TEXT_LITERAL(" said: "));

	if (said == TEXT_NONE ||
	    !text_starts_with(reply, TEXT_LITERAL("host ")))
		return reply;
	return text_slice(reply, said + 7, reply.length);
}

void
finding_end(
    struct findings *findings, struct finding_draft *draft, uint64_t deliveries)
{
	struct arena *arena = &findings->arena;
	struct buffer reply;
	struct finding *finding;

	findings->items = memory_grow(findings->items, &findings->capacity,
	    findings->count + 1, sizeof(*findings->items));
	finding = &findings->items[findings->count++];
	buffer_init(&reply, 0);
	buffer_append_printable(
	    &reply, own_words(draft->reply), REPLY_COLUMNS, findings->utf8);
	*finding = (struct finding){
		.deliveries = deliveries,
		.what = arena_copy(arena, buffer_text(&draft->what)),
		.reply = arena_copy(arena, buffer_text(&reply)),
		.action = arena_copy(arena, buffer_text(&draft->action)),
		.command = arena_copy(arena, buffer_text(&draft->command)),
	};
	buffer_release(&reply);
	buffer_release(&draft->what);
	buffer_release(&draft->action);
	buffer_release(&draft->command);
}

void
finding_append_name(
    struct buffer *out, const struct findings *findings, struct text name)
{
	if (name.length == 0)
		buffer_append_string(out, "(no domain)");
	else
		buffer_append_printable(
		    out, name, NAME_COLUMNS, findings->utf8);
}

void
finding_append_places(struct buffer *out, const struct findings *findings,
    const struct place *places, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i == FINDINGS_NAMES && count > i + 1) {
			buffer_append_format(out, " and %zu more", count - i);
			return;
		}
		if (i > 0)
			buffer_append_string(out, ", ");
		finding_append_name(out, findings, places[i].name);
		buffer_append_format(
		    out, " %llu", (unsigned long long)places[i].attempts);
	}
}

void
finding_append_codes(struct buffer *out, const struct places *places)
{
	for (size_t i = 0; i < places->code_count && i < FINDINGS_NAMES; i++) {
		buffer_append_string(out, i == 0 ? " (" : ", ");
		buffer_append_enhanced_code(
		    out, places->codes[i].enhanced_code);
	}
	if (places->code_count > FINDINGS_NAMES)
		buffer_append_string(out, ", ...");
	if (places->code_count > 0)
		buffer_append_byte(out, ')');
}

void
finding_append_period(
    struct buffer *out, int64_t first_event, int64_t last_event)
{
	buffer_append_string(out, "since ");
	buffer_append_time(out, first_event);
	if (last_event / 60000 != first_event / 60000) {
		buffer_append_string(out, ", last ");
		buffer_append_time(out, last_event);
	}
}
