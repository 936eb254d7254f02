#include "cli/patterns_directory.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/buffer.h"

/*
 * A program that was just built lies beside the library that it was linked
 * from, one or two directories below the sources.  Any directory may be named
 * patterns; that of the sources has this beside it.
 */
#define BUILT_BESIDE "libbouncestat.a"
#define SOURCES_HAVE "src/cli/patterns_directory.c"

/* Where this program lies, also where /proc is not mounted. */
static void
find_program(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);
	union {
		unsigned long in;
		const char *out;
	} started = { getauxval(AT_EXECFN) };

	if (length > 0)
		path[length] = '\0';
	else
		snprintf(
		    path, size, "%s", started.out != NULL ? started.out : "");
}

static bool
is_there(struct text directory, const char *path)
{
	struct buffer whole;
	bool found;

	buffer_init(&whole, 0);
	buffer_append_format(&whole, "%.*s/%s", TEXT_FORMAT(directory), path);
	found = access(buffer_string(&whole), R_OK) == 0;
	buffer_release(&whole);
	return found;
}

/* `below` a directory, where it holds patterns. */
static bool
find_below(struct text directory, const char *below, const char **found)
{
	static char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%.*s/%s", TEXT_FORMAT(directory), below);
	*found = path;
	return is_there(text_of(path), "rules");
}

static bool
find_in_sources(struct text directory, const char **found)
{
	return (is_there(directory, "../" SOURCES_HAVE) &&
		   find_below(directory, "../patterns", found)) ||
	    (is_there(directory, "../../" SOURCES_HAVE) &&
		find_below(directory, "../../patterns", found));
}

const char *
patterns_directory_find(void)
{
	char program[PATH_MAX];
	const char *found;
	struct text here;
	size_t slash;

	find_program(program, sizeof(program));
	slash = text_find_last_byte(text_of(program), '/');
	if (slash == TEXT_NONE)
		return BOUNCESTAT_DATADIR "/patterns";
	here = (struct text){ program, slash };
	if (is_there(here, BUILT_BESIDE) && find_in_sources(here, &found))
		return found;
	if (find_below(here, "../share/bouncestat/patterns", &found) ||
	    find_in_sources(here, &found))
		return found;
	return BOUNCESTAT_DATADIR "/patterns";
}
