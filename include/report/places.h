/*
 * Places: where the failures of some kind happened, and how many there were.
 *
 * A place is a provider, or the recipient domain where no provider is known.
 */
#ifndef REPORT_PLACES_H
#define REPORT_PLACES_H

#include "report/view.h"

#define CATEGORY_BIT(category) (UINT32_C(1) << (category))

/* Which failures; those that every condition takes. */
struct selection {
	uint32_t categories; /* bits by CATEGORY_BIT */
	bool hard; /* of class hard only */
	bool one_code; /* those that are counted by `code` only */
	struct code_key code;
	bool bounced; /* tries that bounced, not those that were deferred */
	bool by_domain; /* places are domains, whatever the provider */
	bool with_servers; /* list these too: it takes a look at every relay */
};

struct place {
	struct text name;
	const struct view_entity *domain; /* NULL for a provider */
	uint64_t attempts;
};

struct place_code {
	uint32_t enhanced_code;
	uint64_t attempts;
};

struct places {
	struct place *items; /* by attempts, then name */
	size_t count;
	struct place *servers; /* by attempts, then host; those with a name */
	size_t server_count;
	struct place_code *codes; /* by attempts, then bytes; none left out */
	size_t code_count;
	uint64_t attempts; /* deferred or bounced */
	uint64_t deliveries; /* that failed so; once for each cause */
	int64_t first_event; /* 0: none */
	int64_t last_event;
};

void places_init(struct places *places, const struct report_view *view,
    const struct selection *selection);
void places_release(struct places *places);

#endif
