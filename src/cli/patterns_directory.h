/*
 * Where the pattern files are when no option says so.
 */
#ifndef CLI_PATTERNS_DIRECTORY_H
#define CLI_PATTERNS_DIRECTORY_H

/*
 * Those of the sources when the program was built there (build/bouncestat);
 * else ../share/bouncestat/patterns of an installation, wherever it was moved;
 * else the directory that it was built for.  Never NULL; static.
 */
const char *patterns_directory_find(void);

#endif
