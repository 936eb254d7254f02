#include "cli/patterns_directory.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static const char *const beside[] = { "../share/bouncestat/patterns",
	"../patterns", "../../patterns" };

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

const char *
patterns_directory_find(void)
{
	static char path[PATH_MAX + 64];
	char program[PATH_MAX];
	char *slash;

	find_program(program, sizeof(program));
	slash = strrchr(program, '/');
	for (size_t i = 0;
	     slash != NULL && i < sizeof(beside) / sizeof(beside[0]); i++) {
		char probe[PATH_MAX + 80];

		snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - program),
		    program, beside[i]);
		snprintf(probe, sizeof(probe), "%s/rules", path);
		if (access(probe, R_OK) == 0)
			return path;
	}
	return BOUNCESTAT_DATADIR "/patterns";
}
