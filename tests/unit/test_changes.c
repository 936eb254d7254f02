#include "unit/rows.h"

#include <stdio.h>

#include "report/changes.h"

/* Failed and delivered ones of one domain; days before, the latest first. */
struct figures {
	unsigned failed;
	unsigned delivered;
};

static const struct row {
	const char *name;
	struct figures today;
	struct figures before[CHANGES_DAYS];
	size_t days;
	enum change_kind kind;
} rows[] = {
	{ "nothing before", { 9, 9 }, { { 0, 0 } }, 0, CHANGE_NONE },
	{ "as ever", { 5, 95 }, { { 5, 95 }, { 4, 96 } }, 2, CHANGE_NONE },
	{ "new", { 5, 0 }, { { 0, 10 }, { 0, 0 } }, 2, CHANGE_NEW },
	{ "new domain", { 5, 5 }, { { 0, 0 } }, 1, CHANGE_NEW },
	{ "new, but four", { 4, 0 }, { { 0, 10 } }, 1, CHANGE_NONE },
	{ "no more", { 0, 9 }, { { 9, 0 } }, 1, CHANGE_RECOVERED },
	{ "no more, by accident", { 0, 5 }, { { 5, 5 } }, 1, CHANGE_NONE },
	{ "new, by accident", { 5, 300 }, { { 0, 300 } }, 1, CHANGE_NONE },
	{ "no more for long", { 0, 9 }, { { 0, 5 }, { 9, 0 } }, 2,
	    CHANGE_NONE },
	{ "no more, but no mail", { 0, 0 }, { { 9, 0 } }, 1, CHANGE_NONE },
	{ "higher", { 30, 70 }, { { 2, 98 }, { 4, 96 } }, 2, CHANGE_HIGHER },
	{ "higher, but five mails", { 4, 1 }, { { 2, 98 } }, 1, CHANGE_NONE },
	{ "higher, but 19", { 15, 4 }, { { 2, 98 } }, 1, CHANGE_NONE },
	{ "20", { 15, 5 }, { { 2, 98 } }, 1, CHANGE_HIGHER },
	/* One day before was as bad. */
	{ "inside its band", { 30, 70 }, { { 2, 98 }, { 31, 69 } }, 2,
	    CHANGE_NONE },
	{ "by accident", { 14, 86 }, { { 6, 94 } }, 1, CHANGE_NONE },
	{ "four more", { 5, 495 }, { { 1, 499 }, { 1, 499 }, { 1, 499 } }, 3,
	    CHANGE_NONE },
	{ "lower", { 2, 198 }, { { 60, 140 }, { 50, 150 } }, 2, CHANGE_LOWER },
	{ "all failed as ever", { 50, 0 }, { { 50, 0 } }, 1, CHANGE_NONE },
};

static struct tally *
tally_with(struct pool *names, struct figures figures)
{
	struct tally *tally = calloc(1, sizeof(*tally));
	struct tally_domain *domain;

	tally_init(tally);
	domain = keymap_get(&tally->domains,
	    KEY(pool_intern(names, TEXT_LITERAL("example.com")), 0, 0, 0));
	domain->stats.outcomes[OUTCOME_BOUNCED] = figures.failed / 2;
	domain->stats.outcomes[OUTCOME_EXPIRED] =
	    figures.failed - figures.failed / 2;
	domain->stats.outcomes[OUTCOME_DELIVERED] = figures.delivered;
	tally->all = domain->stats;
	return tally;
}

static void
free_tally(const struct changes_day *day)
{
	union {
		const struct tally *in;
		struct tally *out;
	} tally = { day->tally };

	tally_release(tally.out);
	free(tally.out);
}

static void
test_row(void **state)
{
	const struct row *row = *state;
	struct pool *names = pool_new();
	struct changes_day today = { 20770, tally_with(names, row->today) };
	struct changes_day before[CHANGES_DAYS];
	struct changes changes;

	for (size_t i = 0; i < row->days; i++)
		before[i] = (struct changes_day){ 20770 - 7 * (int64_t)(i + 1),
			tally_with(names, row->before[i]) };
	changes_find(&changes, &today, before, row->days, true, names);
	assert_int_equal(changes.count, row->kind != CHANGE_NONE);
	if (changes.count > 0) {
		assert_int_equal(changes.items[0].kind, row->kind);
		assert_true(text_equal(
		    changes.items[0].domain, TEXT_LITERAL("example.com")));
		assert_int_equal(
		    changes.items[0].today.failed, row->today.failed);
	}
	/* All mail is only compared by its rate. */
	if (row->kind == CHANGE_HIGHER || row->kind == CHANGE_LOWER)
		assert_int_equal(changes.all.kind, row->kind);
	changes_release(&changes);
	free_tally(&today);
	for (size_t i = 0; i < row->days; i++)
		free_tally(&before[i]);
	pool_free(names);
}

static void
test_print(void **state)
{
	struct pool *names = pool_new();
	struct changes_day today = { 20770,
		tally_with(names, (struct figures){ 30, 70 }) };
	struct changes_day before = { 20763,
		tally_with(names, (struct figures){ 2, 98 }) };
	struct changes changes;
	struct buffer out;
	struct terminal terminal = { .out = &out, .columns = 80 };

	(void)state;
	buffer_init(&out, 0);
	changes_find(&changes, &today, &before, 1, true, names);
	changes_print(&terminal, &changes, 10);
	assert_string_equal(buffer_string(&out),
	    "\nWhat changed\n\n"
	    "  Friday 2026-11-13 against 1 Friday before: deliveries that "
	    "bounced or expired,\n"
	    "  of those that have ended. A rate is higher or lower when it is "
	    "outside of all\n"
	    "  its rates before and the difference is no accident (z > 3, at "
	    "least 5\n  failures).\n"
	    "\n"
	    "  All mail: 30 of 100 failed, 30.0 %; 2 of 100 before, 2.0 %: "
	    "higher.\n"
	    "\n"
	    "          recipient domain     failed    rate    before  its "
	    "rates\n"
	    "  higher  example.com       30 of 100  30.0 %  2 of 100      2.0 "
	    "%\n");
	changes_release(&changes);
	free_tally(&today);
	free_tally(&before);
	buffer_release(&out);
	pool_free(names);
}

int
main(void)
{
	const struct CMUnitTest others[] = { cmocka_unit_test(test_print) };

	return ROWS_RUN("changes", rows, test_row) |
	    cmocka_run_group_tests(others, NULL, NULL);
}
