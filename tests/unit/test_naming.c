#include "unit/rows.h"

#include "base/diagnostic.h"
#include "track/naming.h"

static const struct row {
	const char *name; /* an address as logged */
	const char *domain;
} rows[] = {
	{ "user@example.com", "example.com" },
	{ "user@EXAMPLE.Com", "example.com" },
	{ "user@example.com.", "example.com" },
	{ "\"a@b\"@example.net", "example.net" },
	{ "user@[192.0.2.1]", "[192.0.2.1]" },
	{ "user@[IPv6:2001:DB8::1]", "[ipv6:2001:db8::1]" },
	{ "user@xn--bcher-kva.example", "xn--bcher-kva.example" },
	{ "user@host", "host" },
	{ "user", "" },
	{ "", "" },
	{ "user@", "" },
	{ "user@.", "" },
	{ "@example.com", "example.com" },
#ifdef HAVE_IDN2
	{ "user@b\xc3\xbc"
	  "cher.example",
	    "xn--bcher-kva.example" },
	{ "user@B\xc3\x9c"
	  "CHER.example.",
	    "xn--bcher-kva.example" },
#endif
	/* Bytes that are no UTF-8 stay as they are. */
	{ "user@\xff\xfe.Example", "\xff\xfe.example" },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct pool *names = pool_new();
	struct naming naming;
	uint32_t number;

	naming_init(&naming, names, NULL);
	number = naming_domain(&naming, text_of(row->name));
	assert_true(text_equal(pool_text(names, number), text_of(row->domain)));
	/* It is known the second time. */
	assert_int_equal(naming_domain(&naming, text_of(row->name)), number);
	naming_release(&naming);
	pool_free(names);
}

static void
check_one_domain(void **state)
{
	struct pool *names = pool_new();
	struct naming naming;
	uint32_t number;

	(void)state;
	naming_init(&naming, names, NULL);
	number = naming_domain(&naming, text_of("a@Example.COM."));
	assert_int_equal(
	    naming_domain(&naming, text_of("b@example.com")), number);
	assert_int_equal(
	    naming_domain(&naming, text_of("c@EXAMPLE.com")), number);
	assert_int_not_equal(
	    naming_domain(&naming, text_of("c@example.org")), number);
	naming_release(&naming);
	pool_free(names);
}

static const struct pair {
	const char *name;
	const char *a;
	const char *b;
	bool same;
} pairs[] = {
	{ "the same", "u@example.com", "u@example.com", true },
	{ "capitals in the domain", "u@Example.COM", "u@example.com", true },
	{ "both in capitals", "u@EXAMPLE.com", "u@example.COM", true },
	{ "trailing dot", "u@example.com.", "u@example.com", true },
	{ "capitals in the local part", "U@example.com", "u@example.com",
	    false },
	{ "capitals in both parts", "U@Example.com", "u@example.com", false },
	{ "another domain", "u@Example.com", "u@example.org", false },
	{ "no domain", "User.", "user", false },
	{ "no domain, and an empty one", "u", "u@.", false },
	{ "an @ in quotes", "\"A@B\"@Example.net", "\"A@B\"@example.net",
	    true },
#ifdef HAVE_IDN2
	{ "A-labels",
	    "u@B\xc3\xbc"
	    "cher.example",
	    "u@xn--bcher-kva.example", true },
#endif
};

static void
check_pair(void **state)
{
	const struct pair *pair = *state;
	struct text a = text_of(pair->a);
	struct text b = text_of(pair->b);

	assert_int_equal(naming_same_recipient(a, b), pair->same);
	assert_int_equal(naming_same_recipient(b, a), pair->same);
	assert_int_equal(
	    naming_recipient_hash(a) == naming_recipient_hash(b), pair->same);
}

/* Without end: it is cut, and no memory is asked for it. */
static void
check_long_domain(void **state)
{
	struct pool *names = pool_new();
	struct naming naming;
	char address[100000];
	struct text domain;

	(void)state;
	memset(address, 'A', sizeof(address));
	address[0] = '@';
	naming_init(&naming, names, NULL);
	domain = pool_text(names,
	    naming_domain(&naming, (struct text){ address, sizeof(address) }));
	assert_int_equal(domain.length, 255);
	assert_int_equal(domain.data[254], 'a');
	naming_release(&naming);
	pool_free(names);
}

static void
check_hosts(void **state)
{
	struct pool *names = pool_new();
	struct naming naming;
	uint32_t host;

	(void)state;
	naming_init(&naming, names, NULL);
	/* Hosts and instances are as logged. */
	host = naming_host(&naming, text_of("MX1"));
	assert_true(text_equal(pool_text(names, host), text_of("MX1")));
	assert_int_not_equal(naming_host(&naming, text_of("mx1")), host);
	assert_int_equal(naming_host(&naming, text_of("MX1")), host);
	assert_int_equal(naming_host(&naming, text_of("")), 0);
	assert_int_equal(naming_instance(&naming, text_of("")), 0);
	assert_int_equal(naming_instance(&naming, text_of("MX1")), host);
	naming_release(&naming);
	pool_free(names);
}

static void
check_relays(void **state)
{
	struct diagnostics diagnostics;
	struct pool *names = pool_new();
	struct providers *providers;
	struct naming naming;
	uint32_t relay;

	(void)state;
	diagnostics_init(&diagnostics);
	providers = providers_parse("providers",
	    TEXT_LITERAL("[acme]\nhost *.mail.example.net\n"
			 "sample mx1.mail.example.net\n"),
	    &diagnostics);
	assert_non_null(providers);
	naming_init(&naming, names, providers);
	assert_int_equal(naming_relay(&naming, text_of("none")), 0);
	assert_int_equal(naming_relay(&naming, text_of("")), 0);
	relay = naming_relay(&naming, text_of("lmtp"));
	assert_true(text_equal(pool_text(names, relay), text_of("lmtp")));
	relay = naming_relay(&naming, text_of("MX1.mail.example.net."));
	assert_true(text_equal(
	    pool_text(names, relay), text_of("mx1.mail.example.net")));
	for (int i = 0; i < 2; i++)
		assert_true(text_equal(
		    pool_text(names, naming_provider(&naming, relay)),
		    text_of("acme")));
	relay = naming_relay(&naming, text_of("mx.example.org"));
	for (int i = 0; i < 2; i++)
		assert_int_equal(naming_provider(&naming, relay), 0);
	assert_int_equal(naming_provider(&naming, 0), 0);
	naming_release(&naming);
	providers_free(providers);
	pool_free(names);
	diagnostics_release(&diagnostics);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_one_domain),
		cmocka_unit_test(check_long_domain),
		cmocka_unit_test(check_hosts),
		cmocka_unit_test(check_relays),
	};
	int failed = ROWS_RUN("domains", rows, check_row);

	failed += ROWS_RUN("recipients", pairs, check_pair);

	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
