/*
 * Header formats as they are loaded.  Private to src/scan/header*.c; see
 * scan/header.h.
 */
#ifndef SCAN_HEADER_FORMATS_H
#define SCAN_HEADER_FORMATS_H

#include "base/stanza.h"
#include "scan/header.h"

enum element_kind {
	ELEMENT_LITERAL, /* one byte */
	ELEMENT_BLANKS,
	ELEMENT_HOST,
	ELEMENT_PROGRAM,
	ELEMENT_WORD_PROGRAM, /* a program that ends at a blank */
	ELEMENT_PID,
	ELEMENT_SKIP,
	ELEMENT_STRUCTURED,
	ELEMENT_TEXT
};

#define LAYOUT_ELEMENTS 40

struct layout {
	struct text program; /* when the line names none */
	bool has_time;
	uint8_t count;
	struct {
		uint8_t kind; /* enum element_kind */
		char byte; /* of ELEMENT_LITERAL */
	} elements[LAYOUT_ELEMENTS];
};

struct layout_list {
	struct layout *items;
	size_t count;
	size_t capacity;
};

struct noise_list {
	struct text *items;
	size_t count;
	size_t capacity;
};

/* Layouts of a stamp inside the text of these programs' lines. */
struct header_inner {
	struct text programs; /* globs */
	enum stamp_kind stamp;
	struct layout_list layouts;
};

struct inner_list {
	struct header_inner *items;
	size_t count;
	size_t capacity;
};

struct header_formats {
	struct stanza_file file;
	struct inner_list inner;
	struct layout_list layouts[STAMP_KINDS];
	struct noise_list noise;
};

#endif
