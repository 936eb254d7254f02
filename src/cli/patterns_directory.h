/*
 * Where the pattern files are when no option says so.
 */
#ifndef CLI_PATTERNS_DIRECTORY_H
#define CLI_PATTERNS_DIRECTORY_H

/*
 * Beside the program: ../patterns of a checkout (build/bouncestat), or
 * ../share/bouncestat/patterns of an installation, wherever it was moved;
 * else the directory that it was built for.  Never NULL; static.
 */
const char *patterns_directory_find(void);

#endif
