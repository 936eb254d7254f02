#include <stdlib.h>

#include "base/memory.h"
#include "scan/header_formats.h"

static const struct {
	const char *name;
	enum element_kind kind;
} element_names[] = {
	{ "{host}", ELEMENT_HOST },
	{ "{program}", ELEMENT_PROGRAM },
	{ "{pid}", ELEMENT_PID },
	{ "{skip}", ELEMENT_SKIP },
	{ "{structured}", ELEMENT_STRUCTURED },
	{ "{text}", ELEMENT_TEXT },
};

/* The element at the start of `layout`; returns its length there. */
static size_t
read_element(struct text layout, enum element_kind *kind)
{
	size_t length = 0;

	if (layout.data[0] == ' ') {
		*kind = ELEMENT_BLANKS;
		while (length < layout.length && layout.data[length] == ' ')
			length++;
		return length;
	}
	for (size_t i = 0; i < sizeof(element_names) / sizeof(element_names[0]);
	     i++) {
		struct text name = text_of(element_names[i].name);

		if (text_starts_with(layout, name)) {
			*kind = element_names[i].kind;
			if (*kind == ELEMENT_PROGRAM &&
			    layout.length > name.length &&
			    layout.data[name.length] == ' ')
				*kind = ELEMENT_WORD_PROGRAM;
			return name.length;
		}
	}
	*kind = ELEMENT_LITERAL;
	return layout.data[0] == '{' ? 0 : 1;
}

static void
add_layout(struct layout_list *list, bool may_lack_time,
    const struct stanza *stanza, const struct stanza_line *line,
    struct diagnostics *diagnostics)
{
	struct layout layout = { .program = stanza_value(stanza, "program") };
	struct text rest = line->value;
	struct text time = TEXT_LITERAL("{time}");

	layout.has_time = text_starts_with(rest, time);
	if ((!layout.has_time && !may_lack_time) ||
	    !text_ends_with(rest, TEXT_LITERAL("{text}"))) {
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, line, 0,
		    "a layout starts with {time} and ends with {text}");
		return;
	}
	if (layout.has_time)
		rest = text_slice(rest, time.length, rest.length);
	while (rest.length > 0) {
		enum element_kind kind;
		size_t length = read_element(rest, &kind);

		if (length == 0 || layout.count == LAYOUT_ELEMENTS) {
			stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza,
			    line, line->value.length - rest.length,
			    length == 0 ? "no such element"
					: "too many elements");
			return;
		}
		layout.elements[layout.count].kind = (uint8_t)kind;
		layout.elements[layout.count].byte = rest.data[0];
		layout.count++;
		rest = text_slice(rest, length, rest.length);
	}
	list->items = memory_grow(list->items, &list->capacity, list->count + 1,
	    sizeof(*list->items));
	list->items[list->count++] = layout;
}

static struct layout_list *
add_inner(
    struct header_formats *formats, enum stamp_kind stamp, struct text programs)
{
	struct inner_list *list = &formats->inner;

	list->items = memory_grow(list->items, &list->capacity, list->count + 1,
	    sizeof(*list->items));
	list->items[list->count] =
	    (struct header_inner){ .programs = programs, .stamp = stamp };
	return &list->items[list->count++].layouts;
}

static void
add_format(struct header_formats *formats, const struct stanza *stanza,
    struct diagnostics *diagnostics)
{
	const struct stanza_line *stamp_line = stanza_find(stanza, "stamp");
	struct text within = stanza_value(stanza, "within");
	enum stamp_kind stamp = STAMP_NONE;
	struct layout_list *layouts;

	if (stamp_line != NULL && !stamp_kind_find(stamp_line->value, &stamp))
		stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza, stamp_line,
		    0, "no such kind of stamp");
	layouts = within.length > 0 ? add_inner(formats, stamp, within)
				    : &formats->layouts[stamp];
	for (size_t i = 0; i < stanza->count; i++) {
		const struct stanza_line *line = &stanza->lines[i];
		struct noise_list *noise = &formats->noise;

		if (text_equal(line->key, TEXT_LITERAL("layout"))) {
			add_layout(layouts, within.length > 0, stanza, line,
			    diagnostics);
		} else if (text_equal(line->key, TEXT_LITERAL("noise"))) {
			noise->items =
			    memory_grow(noise->items, &noise->capacity,
				noise->count + 1, sizeof(*noise->items));
			noise->items[noise->count++] = line->value;
		} else if (!text_equal(line->key, TEXT_LITERAL("stamp")) &&
		    !text_equal(line->key, TEXT_LITERAL("program")) &&
		    !text_equal(line->key, TEXT_LITERAL("within")) &&
		    !text_equal(line->key, TEXT_LITERAL("sample")) &&
		    !text_equal(line->key, TEXT_LITERAL("expect"))) {
			stanza_report(diagnostics, DIAGNOSTIC_ERROR, stanza,
			    line, 0, "no such key: %.*s",
			    TEXT_FORMAT(line->key));
		}
	}
}

struct header_formats *
header_formats_load(const char *path, struct diagnostics *diagnostics)
{
	struct header_formats *formats =
	    memory_allocate_array(1, sizeof(*formats));

	stanza_file_init(&formats->file);
	stanza_file_load(&formats->file, path, diagnostics);
	for (size_t i = 0; i < formats->file.count; i++)
		add_format(formats, &formats->file.stanzas[i], diagnostics);
	return formats;
}

void
header_formats_free(struct header_formats *formats)
{
	if (formats == NULL)
		return;
	for (int kind = 0; kind < STAMP_KINDS; kind++)
		free(formats->layouts[kind].items);
	for (size_t i = 0; i < formats->inner.count; i++)
		free(formats->inner.items[i].layouts.items);
	free(formats->inner.items);
	free(formats->noise.items);
	stanza_file_release(&formats->file);
	free(formats);
}
