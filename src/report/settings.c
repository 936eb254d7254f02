#include "report/settings.h"

const char *
settings_scope_name(enum settings_scope scope)
{
	static const char *const names[] = { [SCOPE_REMOTE] = "remote",
		[SCOPE_LOCAL] = "local",
		[SCOPE_ALL] = "all" };

	return names[scope];
}
