#include "cli/options.h"

#include <stdio.h>

#include "cli/console.h"

/* What the build found; see the Makefile. */
#ifdef HAVE_SQLITE
#define WITH_SQLITE "sqlite"
#else
#define WITH_SQLITE "no sqlite"
#endif
#ifdef HAVE_PSL
#define WITH_PSL "libpsl"
#else
#define WITH_PSL "no libpsl"
#endif
#ifdef HAVE_IDN2
#define WITH_IDN2 "libidn2"
#else
#define WITH_IDN2 "no libidn2"
#endif
#ifdef HAVE_ISAL
#define WITH_ISAL "isa-l"
#else
#define WITH_ISAL "no isa-l"
#endif
#ifdef HAVE_ZSTD
#define WITH_ZSTD "zstd"
#else
#define WITH_ZSTD "no zstd"
#endif
#ifdef HAVE_LZMA
#define WITH_LZMA "lzma"
#else
#define WITH_LZMA "no lzma"
#endif
#ifdef HAVE_BZ2
#define WITH_BZ2 "bz2"
#else
#define WITH_BZ2 "no bz2"
#endif
#ifdef HAVE_JANSSON
#define WITH_JANSSON "jansson"
#else
#define WITH_JANSSON "no jansson"
#endif

bool
options_print_version(void)
{
	puts("bouncestat " BOUNCESTAT_VERSION);
	puts("built with: pcre2, zlib, " WITH_ISAL ", " WITH_ZSTD ", " WITH_LZMA
	     ", " WITH_BZ2 ", " WITH_SQLITE ", " WITH_PSL ", " WITH_IDN2
	     ", " WITH_JANSSON);
	return console_finish(NULL);
}
