/* clang-format off */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/table.h"
#include "run/run.h"

#define NOW 1796083200000 /* 2026-12-01 */

static const char *const logs[] = { "samples/mail.log.2.gz",
	"samples/mail.log.1.gz", "samples/mail.log" };

static struct settings
settings_for(const char *db)
{
	return (struct settings){
		.patterns_directory = "patterns",
		.db_path = db,
		.log_time_zone = "UTC",
		.since = INSTANT_NONE,
		.until = INSTANT_NONE,
		.now = NOW,
		.incident_minimum = 5,
		.top = 10,
		.jobs = 1,
		.csv_raw = true,
	};
}

#ifdef HAVE_SQLITE

#include <sqlite3.h>

#include "input/line_block.h"
#include "store/store.h"

struct fixture {
	char directory[32];
	char db[48];
};

static int
set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	strcpy(fixture->directory, "/tmp/test_store.XXXXXX");
	assert_non_null(mkdtemp(fixture->directory));
	snprintf(fixture->db, sizeof(fixture->db), "%s/db", fixture->directory);
	*state = fixture;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *fixture = *state;

	unlink(fixture->db);
	rmdir(fixture->directory);
	free(fixture);
	return 0;
}

/* Reads `count` of the sample logs from `first` on; NULL after an error. */
static struct run *
read_logs(struct settings *settings, size_t first, size_t count,
    struct diagnostics *diagnostics)
{
	const struct run_hooks none = { 0 };
	static const char *operands[3];
	struct run *run;

	for (size_t i = 0; i < count; i++)
		operands[i] = logs[first + i];
	settings->operands = operands;
	settings->operand_count = count;
	run = run_new(settings, diagnostics);
	if (run != NULL)
		run_logs(run, &none, diagnostics);
	return run;
}

static void
print_table(const struct run *run, const char *name, struct buffer *out)
{
	const struct table *table = table_find(name);
	struct report_view view;
	struct row_writer writer;

	assert_non_null(table);
	report_view_init(&view, run_source(run));
	row_writer_init(&writer, FORMAT_CSV, table->columns,
	    table->column_count, NULL, true);
	table->write_rows(&view, &writer);
	buffer_append_text(out, buffer_text(&writer.out));
	row_writer_release(&writer);
	report_view_release(&view);
}

/* The rows of a view, as the table's writer would print them. */
static void
print_view(const char *path, const char *name, struct buffer *out)
{
	static const struct column columns[64];
	struct row_writer writer;
	sqlite3 *db;
	sqlite3_stmt *rows;
	char sql[64];
	int count;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	snprintf(sql, sizeof(sql), "SELECT * FROM %s", name);
	assert_int_equal(
	    sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
	count = sqlite3_column_count(rows);
	row_writer_init(
	    &writer, FORMAT_CSV, columns, (size_t)count, NULL, true);
	while (sqlite3_step(rows) == SQLITE_ROW) {
		for (int i = 0; i < count; i++)
			row_text(&writer,
			    (struct text){
				(const char *)sqlite3_column_text(rows, i),
				(size_t)sqlite3_column_bytes(rows, i) });
		row_end(&writer);
	}
	sqlite3_finalize(rows);
	sqlite3_close(db);
	buffer_append_text(out, buffer_text(&writer.out));
	row_writer_release(&writer);
}

static void
views_are_tables(void **state)
{
	static const char *const names[] = { "domains", "providers", "senders",
		"domain_codes", "relays", "series_categories", "incidents",
		"retries", "unclassified", "inputs" };
	struct fixture *fixture = *state;
	struct settings settings = settings_for(fixture->db);
	struct diagnostics diagnostics;
	struct run *run;

	diagnostics_init(&diagnostics);
	for (size_t night = 0; night < 3; night++) {
		run = read_logs(&settings, night, 1, &diagnostics);
		assert_non_null(run);
		assert_false(run_failed(run));
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			struct buffer table;
			struct buffer view;

			buffer_init(&table, 0);
			buffer_init(&view, 0);
			print_table(run, names[i], &table);
			print_view(fixture->db, names[i], &view);
			assert_string_equal(
			    buffer_string(&table), buffer_string(&view));
			buffer_release(&table);
			buffer_release(&view);
		}
		run_free(run);
	}
	diagnostics_release(&diagnostics);
}

/* The number that a query of the file yields. */
static int
ask(const char *path, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *rows;
	int number;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(rows), SQLITE_ROW);
	number = sqlite3_column_int(rows, 0);
	sqlite3_finalize(rows);
	sqlite3_close(db);
	return number;
}

/* As the tables have them: the reply of a code, and no delay for none. */
static void
views_have_the_cells(void **state)
{
	struct fixture *fixture = *state;
	struct settings settings = settings_for(fixture->db);
	struct diagnostics diagnostics;
	sqlite3 *db;

	diagnostics_init(&diagnostics);
	run_free(read_logs(&settings, 0, 3, &diagnostics));
	assert_int_not_equal(ask(fixture->db,
				 "SELECT count(*) FROM code_hours "
				 "WHERE reply_code NOT NULL"),
	    0);
	assert_int_equal(
	    ask(fixture->db,
		"SELECT count(*) FROM code_hours AS one JOIN codes "
		"ON codes.enhanced_code = one.enhanced_code "
		"WHERE codes.reply_code IS NOT one.reply_code"),
	    0);
	assert_int_equal(sqlite3_open(fixture->db, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "DELETE FROM day_relay_delays", NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(ask(fixture->db,
			     "SELECT count(*) FROM relays "
			     "WHERE delay_seconds_p50 NOT NULL "
			     "OR delay_seconds_p95 NOT NULL"),
	    0);
	diagnostics_release(&diagnostics);
}

/* Days of another zone than UTC are those of that zone, and stay so. */
static void
zone_is_kept(void **state)
{
	struct fixture *fixture = *state;
	struct settings settings = settings_for(fixture->db);
	struct diagnostics diagnostics;
	struct run *run;
	char *zone;

	diagnostics_init(&diagnostics);
	settings.time_zone = "Asia/Kolkata";
	run_free(read_logs(&settings, 0, 1, &diagnostics));
	zone = store_zone_of(fixture->db);
	assert_string_equal(zone, "Asia/Kolkata");
	free(zone);
	settings.time_zone = NULL;
	run = read_logs(&settings, 1, 1, &diagnostics);
	assert_non_null(run);
	assert_string_equal(zone_name(run_source(run)->zone), "Asia/Kolkata");
	run_free(run);
	settings.time_zone = "UTC";
	assert_int_equal(diagnostics.errors, 0);
	assert_null(read_logs(&settings, 2, 1, &diagnostics));
	assert_int_equal(diagnostics.errors, 1);
	assert_non_null(strstr(diagnostics.items[0].message, "Asia/Kolkata"));
	diagnostics_release(&diagnostics);
}

static const struct store_settings *
plain_settings(struct fixture *fixture, struct pool *names)
{
	static struct store_settings settings;

	settings = (struct store_settings){
		.path = fixture->db,
		.default_scope = "remote",
		.writes = true,
		.names = names,
	};
	return &settings;
}

/* The input of which most is known wins, and short ones are known too. */
static void
inputs_are_found(void **state)
{
	static const char head[] = "first line\nsecond line\nthird line\n";
	struct fixture *fixture = *state;
	struct diagnostics diagnostics;
	struct pool *names = pool_new();
	struct store *store;
	struct store_input input = { .offset = 11, .head_size = 11 };

	diagnostics_init(&diagnostics);
	store = store_open(plain_settings(fixture, names), &diagnostics);
	assert_non_null(store);
	assert_null(store_find_input(store, TEXT_LITERAL("first line\n")));
	input.fingerprint = block_fingerprint(TEXT_LITERAL("first line\n"));
	input.path = TEXT_LITERAL("short");
	store_save_input(store, &input);
	input.head_size = 23;
	input.fingerprint =
	    block_fingerprint(TEXT_LITERAL("first line\nsecond line\n"));
	input.path = TEXT_LITERAL("long");
	store_save_input(store, &input);
	assert_true(store_commit(store, &diagnostics));
	store_close(store);
	store = store_open(plain_settings(fixture, names), &diagnostics);
	assert_non_null(store);
	assert_string_equal(
	    store_find_input(store, TEXT_LITERAL(head))->path.data, "long");
	assert_string_equal(
	    store_find_input(store, TEXT_LITERAL("first line\nother"))
		->path.data,
	    "short");
	assert_null(store_find_input(store, TEXT_LITERAL("first lin")));
	assert_null(store_find_input(store, TEXT_LITERAL("other lines\n")));
	store_close(store);
	pool_free(names);
	diagnostics_release(&diagnostics);
}

/* What waits for a line that will never come is not kept for good. */
static void
old_joins_are_forgotten(void **state)
{
	static const char lines[] =
	    "2026-10-01T10:00:00.000Z [NOTICE] "
	    "[4BD5C8FA-8735-4253-A3AB-595602BD8FC4.1] [core] recipient "
	    "<old@example.com> code=OK msg=\"\" sender=s@example.org\n"
	    "2026-11-20T10:00:00.000Z [NOTICE] "
	    "[4BD5C8FA-8735-4253-A3AB-595602BD8FC5.1] [core] recipient "
	    "<new@example.com> code=OK msg=\"\" sender=s@example.org\n"
	    "2026-11-20T10:00:01.000Z [INFO] "
	    "[4BD5C8FA-8735-4253-A3AB-595602BD8FC5.1.1] [outbound] recipient "
	    "<new@example.com> deferred: 450 4.2.0 greylisted\n"
	    "2026-11-20T10:05:01.000Z [INFO] "
	    "[4BD5C8FA-8735-4253-A3AB-595602BD8FC5.1.1] [outbound] recipient "
	    "<new@example.com> deferred: 450 4.2.0 greylisted\n";
	const struct run_hooks none = { 0 };
	struct fixture *fixture = *state;
	struct settings settings = settings_for(fixture->db);
	struct diagnostics diagnostics;
	struct buffer shown;
	char path[64];
	const char *operand = path;
	FILE *file;
	struct run *run;

	diagnostics_init(&diagnostics);
	snprintf(path, sizeof(path), "%s.log", fixture->directory);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(lines, file);
	fclose(file);
	settings.operands = &operand;
	settings.operand_count = 1;
	run = run_new(&settings, &diagnostics);
	assert_non_null(run);
	run_logs(run, &none, &diagnostics);
	assert_false(run_failed(run));
	run_free(run);
	unlink(path);
	buffer_init(&shown, 0);
	print_view(fixture->db, "joins", &shown);
	assert_null(strstr(buffer_string(&shown), "old@example.com"));
	assert_non_null(strstr(buffer_string(&shown), "new@example.com"));
	buffer_release(&shown);
	diagnostics_release(&diagnostics);
}

/* Nothing has happened when there was no commit. */
static void
close_undoes(void **state)
{
	struct fixture *fixture = *state;
	struct diagnostics diagnostics;
	struct pool *names = pool_new();
	struct store *store;

	diagnostics_init(&diagnostics);
	store = store_open(plain_settings(fixture, names), &diagnostics);
	store_set_start(store, 5);
	assert_true(store_commit(store, &diagnostics));
	store_close(store);
	store = store_open(plain_settings(fixture, names), &diagnostics);
	assert_int_equal(store_start(store), 5);
	store_set_start(store, 7);
	store_close(store);
	store = store_open(plain_settings(fixture, names), &diagnostics);
	assert_int_equal(store_start(store), 5);
	store_close(store);
	pool_free(names);
	diagnostics_release(&diagnostics);
}

/* Makes a file what version 1 left. */
static void
downgrade(const char *path)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
			     "DROP VIEW relays; DROP VIEW codes;"
			     "CREATE VIEW codes AS SELECT 1 AS one;"
			     "DROP TABLE joins;"
			     "ALTER TABLE addresses DROP COLUMN outcome_at;"
			     "ALTER TABLE addresses DROP COLUMN full_since;"
			     "ALTER TABLE addresses DROP COLUMN full_until;"
			     "PRAGMA user_version = 1",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
}

/* Version and columns of all tables and views. */
static void
describe(const char *path, struct buffer *out)
{
	sqlite3_stmt *rows;
	sqlite3 *db;

	buffer_clear(out);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db,
		"SELECT user_version || '' FROM pragma_user_version UNION ALL "
		"SELECT * FROM (SELECT list.name || '.' || info.name || ' ' || "
		"info.type FROM sqlite_master AS list, "
		"pragma_table_info(list.name) AS info ORDER BY 1)",
		-1, &rows, NULL),
	    SQLITE_OK);
	while (sqlite3_step(rows) == SQLITE_ROW)
		buffer_append_format(
		    out, "%s\n", (const char *)sqlite3_column_text(rows, 0));
	sqlite3_finalize(rows);
	sqlite3_close(db);
}

/* The suppression list after `count` more logs; 0: only a look. */
static void
list_addresses(struct settings *settings, size_t first, size_t count,
    struct diagnostics *diagnostics, struct buffer *out)
{
	struct run *run = read_logs(settings, first, count, diagnostics);
	const struct report_source *source = run_source(run);

	assert_non_null(run);
	assert_false(run_failed(run));
	buffer_clear(out);
	for (size_t i = 0; i < source->address_count; i++) {
		const struct address *row = &source->addresses[i];

		buffer_append_text(out, row->recipient);
		buffer_append_format(out, " %s %s %llu\n",
		    verdict_action_name((enum verdict_action)row->action),
		    verdict_category_name((enum verdict_category)row->category),
		    (unsigned long long)row->failures);
	}
	run_free(run);
}

/* For a look an older file stays as it is; the next night upgrades it. */
static void
older_is_upgraded(void **state)
{
	struct fixture *fixture = *state;
	struct settings settings = settings_for(fixture->db);
	struct diagnostics diagnostics;
	struct buffer lists[2];
	struct buffer now;
	struct buffer upgraded;

	settings.suppression_path = "unused";
	diagnostics_init(&diagnostics);
	for (size_t i = 0; i < 2; i++)
		buffer_init(&lists[i], 0);
	buffer_init(&now, 0);
	buffer_init(&upgraded, 0);
	list_addresses(&settings, 0, 2, &diagnostics, &lists[0]);
	assert_true(buffer_text(&lists[0]).length > 0);
	describe(fixture->db, &now);
	assert_true(now.length > 1000);
	downgrade(fixture->db);
	list_addresses(&settings, 0, 0, &diagnostics, &lists[1]);
	assert_string_equal(buffer_string(&lists[0]), buffer_string(&lists[1]));
	describe(fixture->db, &upgraded);
	assert_true(
	    text_starts_with(buffer_text(&upgraded), TEXT_LITERAL("1\n")));
	list_addresses(&settings, 0, 1, &diagnostics, &lists[1]);
	assert_string_equal(buffer_string(&lists[0]), buffer_string(&lists[1]));
	describe(fixture->db, &upgraded);
	assert_string_equal(buffer_string(&upgraded), buffer_string(&now));
	list_addresses(&settings, 2, 1, &diagnostics, &lists[1]);
	unlink(fixture->db);
	list_addresses(&settings, 0, 3, &diagnostics, &lists[0]);
	assert_string_equal(buffer_string(&lists[0]), buffer_string(&lists[1]));
	for (size_t i = 0; i < 2; i++)
		buffer_release(&lists[i]);
	buffer_release(&now);
	buffer_release(&upgraded);
	diagnostics_release(&diagnostics);
}

/* What no run has written, and what it would have led to. */
static const char *const damages[] = {
	"DELETE FROM meta WHERE key = 'zone'", /* days of the system's zone */
	"DELETE FROM meta WHERE key = 'scope'",
	"UPDATE messages SET mta = 99", /* names that there are not */
	"UPDATE waiting SET origin = 99",
	"UPDATE deliveries SET last_origin = 99",
	"UPDATE day_retries SET scope = scope + 99",
	"UPDATE day_retry_resolutions SET scope = scope + 99",
	"UPDATE day_causes SET dimension = dimension - 99",
	/* columns read askew */
	"DROP TABLE joins; CREATE TABLE joins (id INTEGER PRIMARY KEY); "
	"INSERT INTO joins VALUES (1)",
	/* sums that are no numbers any more */
	"UPDATE deliveries SET first_deferred_at = 9223372036854775807",
	"UPDATE addresses SET full_since = 1, full_until = NULL",
	"UPDATE day_domains SET first_event_at = -9223372036854775807",
	"UPDATE day_totals SET day = -9223372036854775807 + day",
	"UPDATE meta SET value = 9e18 WHERE key = 'last_record_at'",
};

static void
damage_is_told(void **state)
{
	struct fixture *fixture = *state;
	struct settings settings = settings_for(fixture->db);

	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct diagnostics diagnostics;
		sqlite3 *db;
		struct run *run;

		unlink(fixture->db);
		diagnostics_init(&diagnostics);
		run_free(read_logs(&settings, 0, 3, &diagnostics));
		assert_int_equal(diagnostics.errors, 0);
		assert_int_equal(sqlite3_open(fixture->db, &db), SQLITE_OK);
		assert_int_equal(
		    sqlite3_exec(db, damages[i], NULL, NULL, NULL), SQLITE_OK);
		assert_int_not_equal(sqlite3_changes(db), 0);
		sqlite3_close(db);
		run = read_logs(&settings, 0, 0, &diagnostics);
		assert_true(run == NULL || run_failed(run));
		assert_int_equal(diagnostics.errors, 1);
		assert_non_null(
		    strstr(diagnostics.items[0].message, "is damaged"));
		run_free(run);
		diagnostics_release(&diagnostics);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    views_are_tables, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    views_have_the_cells, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    zone_is_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    inputs_are_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    old_joins_are_forgotten, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    close_undoes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    older_is_upgraded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    damage_is_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static void
says_that_there_is_none(void **state)
{
	struct settings settings = settings_for("/tmp/nowhere");
	const char *operand = logs[0];
	struct diagnostics diagnostics;

	(void)state;
	diagnostics_init(&diagnostics);
	settings.operands = &operand;
	settings.operand_count = 1;
	assert_null(run_new(&settings, &diagnostics));
	assert_non_null(strstr(diagnostics.items[0].message, "without SQLite"));
	diagnostics_release(&diagnostics);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(
	    says_that_there_is_none) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
