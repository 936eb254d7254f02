/*
 * Providers: who runs the mailbox, told by the host that takes the mail.
 *
 * Read from patterns/providers (base/stanza.h):
 *
 *     [google]
 *     host     *.google.com googlemail.com
 *     sample   gmail-smtp-in.l.google.com
 *
 * host     host names, in any number of lines; a name is that host, "*." and a
 *          name is every host below it, whole labels only, and the name itself
 * except   the same, of hosts that are not the provider's: those of customers
 *          who run a server of their own
 * sample   a host name that this provider must get; required
 *
 * Where several names fit, the longest decides.  Constant once loaded; shared
 * between threads.
 */
#ifndef CLASSIFY_PROVIDER_H
#define CLASSIFY_PROVIDER_H

#include "base/diagnostic.h"

struct providers;

/*
 * Reads `patterns_directory`/providers.  NULL when there is an error; all of
 * them are in `diagnostics`.
 */
struct providers *
providers_load(const char *patterns_directory, struct diagnostics *diagnostics);

/* The same from text in memory; `path` names it in diagnostics. */
struct providers *providers_parse(
    const char *path, struct text content, struct diagnostics *diagnostics);

void providers_free(struct providers *providers);

/*
 * Name of the provider of a relay's host name (any case, a full stop at the
 * end does not matter); empty for none.  Lives as long as `providers`.
 */
struct text
provider_find(const struct providers *providers, struct text relay_host);

/* The lint: a sample that another or no provider gets, none at all. */
bool providers_check(
    const struct providers *providers, struct diagnostics *diagnostics);

#endif
