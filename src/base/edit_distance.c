#include "base/edit_distance.h"

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment, row by row. */
unsigned
edit_distance(struct text a, struct text b)
{
	unsigned rows[3][EDIT_DISTANCE_LONGEST + 1];
	unsigned *before = rows[0]; /* of a two bytes ago */
	unsigned *last = rows[1];
	unsigned *now = rows[2];

	for (size_t j = 0; j <= b.length; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= a.length; i++) {
		unsigned *spare = before;

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b.length; j++) {
			bool same = a.data[i - 1] == b.data[j - 1];

			now[j] = least(last[j - 1] + !same,
			    least(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
			    a.data[i - 2] == b.data[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[b.length];
}
