#include "unit/rows.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/csv_directory.h"
#include "unit/report_fixture.h"

struct place {
	struct report_fixture fixture;
	struct diagnostics diagnostics;
	char directory[64];
	char path[128];
};

static int
set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	strcpy(place->directory, "/tmp/test_csv_XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	fixture_init(&place->fixture, "UTC");
	fixture_view(&place->fixture);
	diagnostics_init(&place->diagnostics);
	*state = place;
	return 0;
}

static size_t
count_files(const char *directory, bool removing)
{
	DIR *list = opendir(directory);
	struct dirent *entry;
	size_t count = 0;
	char path[512];

	if (list == NULL)
		return 0;
	while ((entry = readdir(list)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		count++;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		if (removing && unlink(path) != 0)
			rmdir(path);
	}
	closedir(list);
	return count;
}

static int
tear_down(void **state)
{
	struct place *place = *state;

	snprintf(place->path, sizeof(place->path), "%s/out", place->directory);
	count_files(place->path, true);
	count_files(place->directory, true);
	rmdir(place->directory);
	fixture_release(&place->fixture);
	diagnostics_release(&place->diagnostics);
	free(place);
	return 0;
}

static const char *
path_in(struct place *place, const char *name)
{
	snprintf(
	    place->path, sizeof(place->path), "%s/%s", place->directory, name);
	return place->path;
}

static bool
starts_with(const char *path, const char *start)
{
	FILE *stream = fopen(path, "r");
	char line[256] = "";

	assert_non_null(stream);
	assert_non_null(fgets(line, sizeof(line), stream));
	fclose(stream);
	return strncmp(line, start, strlen(start)) == 0;
}

static void
check_all_tables(void **state)
{
	struct place *place = *state;
	char directory[128];
	char path[160];

	strcpy(directory, path_in(place, "out"));
	for (int turn = 0; turn < 2; turn++) {
		assert_true(csv_directory_write(
		    directory, &place->fixture.view, &place->diagnostics));
		assert_int_equal(count_files(directory, false), table_count);
	}
	snprintf(path, sizeof(path), "%s/domains.csv", directory);
	assert_true(starts_with(path, "recipient_domain,provider,"));
	assert_int_equal(place->diagnostics.count, 0);
}

static void
check_missing_parent(void **state)
{
	struct place *place = *state;

	assert_false(csv_directory_write(path_in(place, "not/there"),
	    &place->fixture.view, &place->diagnostics));
	assert_int_equal(place->diagnostics.errors, 1);
	assert_string_equal(place->diagnostics.items[0].path, place->path);
	assert_non_null(strstr(
	    place->diagnostics.items[0].message, "No such file or directory"));
}

/* A file is in its place: said once, not for each table. */
static void
check_file_in_its_place(void **state)
{
	struct place *place = *state;
	const char *path = path_in(place, "file");

	fclose(fopen(path, "w"));
	assert_false(csv_directory_write(
	    path, &place->fixture.view, &place->diagnostics));
	assert_int_equal(place->diagnostics.errors, 1);
	assert_non_null(
	    strstr(place->diagnostics.items[0].message, "Not a directory"));
}

/* A directory stands where a file should go: the others are written. */
static void
check_one_failure(void **state)
{
	struct place *place = *state;

	assert_int_equal(mkdir(path_in(place, "codes.csv"), 0700), 0);
	assert_false(csv_directory_write(
	    place->directory, &place->fixture.view, &place->diagnostics));
	assert_int_equal(place->diagnostics.errors, 1);
	assert_string_equal(
	    place->diagnostics.items[0].path, path_in(place, "codes.csv"));
	/* No temporary file is left. */
	assert_int_equal(count_files(place->directory, false), table_count);
}

static void
check_suppression(void **state)
{
	struct place *place = *state;
	struct stat status;

	assert_true(csv_suppression_write(path_in(place, "dead.csv"),
	    &place->fixture.view, &place->diagnostics));
	assert_true(starts_with(place->path, "recipient,recipient_domain,"));
	assert_int_equal(stat(place->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(count_files(place->directory, false), 1);
}

static void
check_suppression_without_directory(void **state)
{
	struct place *place = *state;

	assert_false(csv_suppression_write(path_in(place, "no/dead.csv"),
	    &place->fixture.view, &place->diagnostics));
	assert_int_equal(place->diagnostics.errors, 1);
}

/* A device is written to and stays a device. */
static void
check_full_device(void **state)
{
	struct place *place = *state;
	struct stat status;

	assert_int_equal(stat("/dev/full", &status), 0);
	assert_false(csv_suppression_write(
	    "/dev/full", &place->fixture.view, &place->diagnostics));
	assert_int_equal(stat("/dev/full", &status), 0);
	assert_true(S_ISCHR(status.st_mode));
	assert_int_equal(place->diagnostics.errors, 1);
	assert_non_null(strstr(
	    place->diagnostics.items[0].message, "No space left on device"));
}

#define TEST(function)                                                         \
	cmocka_unit_test_setup_teardown((function), set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(check_all_tables),
		TEST(check_missing_parent),
		TEST(check_file_in_its_place),
		TEST(check_one_failure),
		TEST(check_suppression),
		TEST(check_suppression_without_directory),
		TEST(check_full_device),
	};

	return cmocka_run_group_tests_name("CSV files", tests, NULL, NULL);
}
