#include "cli/patterns_directory.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const beside[] = { "../share/bouncestat/patterns",
	"../patterns", "../../patterns" };

const char *
patterns_directory_find(void)
{
	static char path[PATH_MAX + 64];
	char program[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program));
	char *slash;

	if (length > 0 && (size_t)length < sizeof(program)) {
		program[length] = '\0';
		slash = strrchr(program, '/');
		if (slash != NULL)
			*slash = '\0';
		for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]);
		     i++) {
			char probe[PATH_MAX + 80];

			snprintf(
			    path, sizeof(path), "%s/%s", program, beside[i]);
			snprintf(probe, sizeof(probe), "%s/rules", path);
			if (access(probe, R_OK) == 0)
				return path;
		}
	}
	return BOUNCESTAT_DATADIR "/patterns";
}
