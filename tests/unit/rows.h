/*
 * Rows: a table test in which each row runs as a named cmocka test.
 *
 *     static const struct row { const char *name; ... } rows[] = { ... };
 *     static void check_row(void **state) { const struct row *row = *state; }
 *     int main(void) { return ROWS_RUN("codes", rows, check_row); }
 */
#ifndef TESTS_ROWS_H
#define TESTS_ROWS_H

/* The order of these is fixed by cmocka. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* `rows`: an array of structures whose first member is `const char *name`. */
#define ROWS_RUN(group, rows, function)                                        \
	rows_run((group), (rows), sizeof(rows) / sizeof((rows)[0]),            \
	    sizeof((rows)[0]), (function))

static inline int
rows_run(const char *group, const void *rows, size_t count, size_t size,
    CMUnitTestFunction function)
{
	struct CMUnitTest *tests = calloc(count, sizeof(*tests));
	int failed;

	for (size_t i = 0; i < count; i++) {
		union {
			const void *in;
			void *out;
		} row = { (const char *)rows + i * size };

		memcpy(&tests[i].name, row.in, sizeof(tests[i].name));
		tests[i].test_func = function;
		tests[i].initial_state = row.out;
	}
	failed = _cmocka_run_group_tests(group, tests, count, NULL, NULL);
	free(tests);
	return failed;
}

#endif
