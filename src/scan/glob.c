#include "scan/glob.h"

static bool
glob_matches(struct text glob, struct text text)
{
	size_t at = 0;
	size_t star = TEXT_NONE;
	size_t star_at = 0;
	size_t i = 0;

	while (at < text.length) {
		if (i < glob.length && glob.data[i] == '*') {
			star = i++;
			star_at = at;
		} else if (i < glob.length && glob.data[i] == text.data[at]) {
			i++;
			at++;
		} else if (star != TEXT_NONE) {
			i = star + 1;
			at = ++star_at;
		} else {
			return false;
		}
	}
	while (i < glob.length && glob.data[i] == '*')
		i++;
	return i == glob.length;
}

bool
globs_match(struct text globs, struct text text)
{
	struct text glob;
	bool found = false;

	while (text_next_word(&globs, &glob)) {
		if (glob.data[0] != '!')
			found = found || glob_matches(glob, text);
		else if (glob_matches(text_slice(glob, 1, glob.length), text))
			return false;
	}
	return found;
}
