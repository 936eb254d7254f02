#include "unit/rows.h"

#include "classify/provider.h"

static const char content[] = "[one]\n"
			      "host  *.example.com mx.example.net\n"
			      "sample  a.example.com\n"
			      "[two]\n"
			      "host  *.deep.example.com\n"
			      "except  *.own.deep.example.com\n"
			      "sample  x.deep.example.com\n";

static const struct row {
	const char *name;
	const char *host;
	const char *provider;
} rows[] = {
	{ "below", "a.b.example.com", "one" },
	{ "the name itself", "example.com", "one" },
	{ "longest decides", "mx.deep.example.com", "two" },
	{ "case and full stop", "MX.Example.NET.", "one" },
	{ "not below a plain name", "a.mx.example.net", "" },
	{ "whole labels", "badexample.com", "" },
	{ "other", "example.org", "" },
	{ "excepted", "a.own.deep.example.com", "" },
	{ "excepted itself", "own.deep.example.com", "" },
	{ "not excepted", "town.deep.example.com", "two" },
	{ "one label", "local", "" },
	{ "dots", "...", "" },
	{ "empty", "", "" },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct diagnostics diagnostics;
	struct providers *providers;
	struct text found;

	diagnostics_init(&diagnostics);
	providers =
	    providers_parse("memory", TEXT_LITERAL(content), &diagnostics);
	assert_non_null(providers);
	assert_true(providers_check(providers, &diagnostics));
	found = provider_find(providers, text_of(row->host));
	assert_true(text_equal(found, text_of(row->provider)));
	providers_free(providers);
	diagnostics_release(&diagnostics);
}

static const struct fault_row {
	const char *name;
	const char *content;
	const char *message;
	bool is_loaded; /* the lint finds it */
} fault_rows[] = {
	{ "no host", "[a]\nsample x.example.com\n", "a provider needs a host",
	    false },
	{ "twice", "[a]\nhost *.example.com\n[b]\nhost Example.COM\n",
	    "'Example.COM' is there already, in [a]", false },
	{ "star inside", "[a]\nhost mx*.example.com\n",
	    "not a host name, nor *. and one: 'mx*.example.com'", false },
	{ "unknown key", "[a]\nhost example.com\nhots x\n",
	    "no such key: 'hots'", false },
	{ "no sample", "[a]\nhost example.com\n", "a provider needs a sample",
	    true },
	{ "other's sample", "[a]\nhost example.com\nsample example.net\n",
	    "the sample is of no provider", true },
};

static void
check_fault(void **state)
{
	const struct fault_row *row = *state;
	struct diagnostics diagnostics;
	struct providers *providers;

	diagnostics_init(&diagnostics);
	providers =
	    providers_parse("memory", text_of(row->content), &diagnostics);
	assert_int_equal(providers != NULL, row->is_loaded);
	if (providers != NULL)
		assert_false(providers_check(providers, &diagnostics));
	assert_int_equal(diagnostics.errors, 1);
	assert_string_equal(diagnostics.items[0].message, row->message);
	providers_free(providers);
	diagnostics_release(&diagnostics);
}

/* The file that is shipped. */
static void
check_shipped(void **state)
{
	struct diagnostics diagnostics;
	struct providers *providers;

	(void)state;
	diagnostics_init(&diagnostics);
	providers = providers_load("patterns", &diagnostics);
	assert_non_null(providers);
	assert_true(providers_check(providers, &diagnostics));
	assert_int_equal(diagnostics.count, 0);
	providers_free(providers);
	assert_null(providers_load("patterns/nowhere", &diagnostics));
	assert_int_equal(diagnostics.errors, 1);
	diagnostics_release(&diagnostics);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_shipped),
	};

	return ROWS_RUN("provider", rows, check_row) +
	    ROWS_RUN("provider_faults", fault_rows, check_fault) +
	    cmocka_run_group_tests_name("provider_file", others, NULL, NULL);
}
