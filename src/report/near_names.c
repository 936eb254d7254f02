#include "report/near_names.h"

#include <string.h>

#include "base/edit_distance.h"

#define EDITS_MOST 4

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool
is_below(struct text name, struct text above)
{
	return above.length > 0 && name.length > above.length &&
	    text_ends_with(name, above) &&
	    name.data[name.length - above.length - 1] == '.';
}

/* EDITS_MOST + 1 when it is not near. */
static unsigned
distance(struct text known, struct text name)
{
	unsigned most = least((unsigned)(name.length / 3), EDITS_MOST);
	size_t difference = known.length > name.length
	    ? known.length - name.length
	    : name.length - known.length;
	unsigned edits;

	if (known.length == 0)
		return EDITS_MOST + 1;
	if (is_below(known, name) || is_below(name, known))
		return 1;
	if (difference > most || known.length > EDIT_DISTANCE_LONGEST)
		return EDITS_MOST + 1;
	edits = edit_distance(known, name);
	return edits <= most ? edits : EDITS_MOST + 1;
}

size_t
near_names_find(const struct report_view *view, struct text name,
    struct text names[NEAR_NAMES])
{
	unsigned distances[NEAR_NAMES];
	size_t count = 0;

	if (name.length > EDIT_DISTANCE_LONGEST)
		return 0;
	for (size_t i = 0; i < view->domain_count; i++) {
		struct text known = view->domains[i].name;
		unsigned mine = distance(known, name);
		size_t place = count;

		if (mine > EDITS_MOST)
			continue;
		while (place > 0 && distances[place - 1] > mine)
			place--;
		if (place == NEAR_NAMES)
			continue;
		if (count < NEAR_NAMES)
			count++;
		memmove(&names[place + 1], &names[place],
		    (count - place - 1) * sizeof(*names));
		memmove(&distances[place + 1], &distances[place],
		    (count - place - 1) * sizeof(*distances));
		names[place] = known;
		distances[place] = mine;
	}
	return count;
}
