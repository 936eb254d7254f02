#include "unit/rows.h"

#include "track/internal_relays.h"

static const struct row {
	const char *name;
	const char *rule; /* NULL: none at all */
	const char *host;
	const char *ip;
	uint16_t port;
	bool matches;
} rows[] = {
	{ "no rule", NULL, "filter.example.com", "192.0.2.1", 25, false },

	{ "host", "filter.example.com", "Filter.Example.COM", "", 25, true },
	{ "another host", "filter.example.com", "mx.example.com", "", 25,
	    false },
	{ "host below it", "example.com", "mx.example.com", "", 25, false },
	{ "host and port", "filter.example.com:10024", "filter.example.com", "",
	    10024, true },
	{ "host and another port", "filter.example.com:10024",
	    "filter.example.com", "", 25, false },
	{ "port that is not logged", "filter.example.com:10024",
	    "filter.example.com", "", 0, false },
	{ "a name with an underscore", "amavis_1", "amavis_1", "", 0, true },

	{ "address", "192.0.2.1", "mx.example.com", "192.0.2.1", 25, true },
	{ "another address", "192.0.2.1", "mx.example.com", "192.0.2.10", 25,
	    false },
	{ "address logged as host", "127.0.0.1:10024", "127.0.0.1", "", 10024,
	    true },
	{ "the address goes before the host", "127.0.0.1", "127.0.0.1",
	    "192.0.2.1", 25, false },
	{ "address and another port", "127.0.0.1:10024", "localhost",
	    "127.0.0.1", 10025, false },

	{ "network", "10.0.0.0/8", "", "10.255.255.255", 25, true },
	{ "beside the network", "10.0.0.0/8", "", "11.0.0.0", 25, false },
	{ "network with bits inside a byte", "192.0.2.128/25", "",
	    "192.0.2.200", 25, true },
	{ "half a byte beside it", "192.0.2.128/25", "", "192.0.2.127", 25,
	    false },
	{ "network named by a host in it", "10.1.2.3/16", "", "10.1.200.1", 25,
	    true },
	{ "one address as network", "192.0.2.1/32", "", "192.0.2.1", 25, true },
	{ "all of IPv4", "0.0.0.0/0", "", "198.51.100.1", 25, true },
	{ "all of IPv4 is not IPv6", "0.0.0.0/0", "", "2001:db8::1", 25,
	    false },
	{ "a network does not match a host", "0.0.0.0/0", "mx.example.com", "",
	    25, false },

	{ "IPv6", "2001:db8::1", "", "2001:db8:0:0::1", 25, true },
	{ "IPv6 network", "2001:db8::/32", "", "2001:db8:ffff::9", 25, true },
	{ "beside the IPv6 network", "2001:db8::/32", "", "2001:db9::9", 25,
	    false },
	{ "IPv6 network with odd bits", "2001:db8::/33", "", "2001:db8:8000::1",
	    25, false },
	{ "IPv6 in brackets", "[::1]", "", "::1", 25, true },
	{ "IPv6 in brackets, with port", "[::1]:10024", "", "::1", 10024,
	    true },
	{ "IPv6 in brackets, another port", "[::1]:10024", "", "::1", 10025,
	    false },
	{ "IPv6 without brackets has no port", "::1:25", "", "::1:25", 10025,
	    true },
	{ "IPv6 network in brackets", "[2001:db8::]/32", "", "2001:db8::1", 25,
	    true },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct internal_relays *relays = internal_relays_new();
	const struct record record = {
		.relay_host = text_of(row->host),
		.relay_ip = text_of(row->ip),
		.relay_port = row->port,
	};

	if (row->rule != NULL) {
		/* Others before and behind it change nothing. */
		assert_true(internal_relays_add(
		    relays, TEXT_LITERAL("other.example.org")));
		assert_true(internal_relays_add(relays, text_of(row->rule)));
		assert_true(internal_relays_add(
		    relays, TEXT_LITERAL("203.0.113.0/24")));
	}
	assert_int_equal(internal_relays_match(relays, &record), row->matches);
	assert_false(internal_relays_match(NULL, &record));
	internal_relays_free(relays);
}

static const struct bad_row {
	const char *name;
} bad_rows[] = {
	{ "" },
	{ ":25" },
	{ "/8" },
	{ "10.0.0.0/" },
	{ "10.0.0.0/33" },
	{ "10.0.0.0/-1" },
	{ "10.0.0.0/8x" },
	{ "10.0.0.0/8/8" },
	{ "10.0.0.0/8:25" },
	{ "2001:db8::/129" },
	{ "2001:db8::/32:25" },
	{ "2001:db8::g" },
	{ "1:2:3" },
	{ "mx.example.com/24" },
	{ "mx.example.com:" },
	{ "mx.example.com:0" },
	{ "mx.example.com:65536" },
	{ "mx.example.com:smtp" },
	{ "mx example.com" },
	{ "mx.example.com:25 " },
	{ "[]" },
	{ "[]:25" },
	{ "[::1" },
	{ "::1]" },
	{ "[::1]:" },
	{ "[::1]25" },
	{ "user@example.com" },
};

static void
check_bad_row(void **state)
{
	const struct bad_row *row = *state;
	struct internal_relays *relays = internal_relays_new();

	assert_false(internal_relays_add(relays, text_of(row->name)));
	internal_relays_free(relays);
}

static void
check_long_name(void **state)
{
	struct internal_relays *relays = internal_relays_new();
	char name[256];

	(void)state;
	memset(name, 'a', sizeof(name));
	assert_true(internal_relays_add(relays, (struct text){ name, 255 }));
	assert_false(internal_relays_add(relays, (struct text){ name, 256 }));
	internal_relays_free(relays);
}

int
main(void)
{
	const struct CMUnitTest others[] = { cmocka_unit_test(
	    check_long_name) };
	int failed = ROWS_RUN("internal relays", rows, check_row);

	failed += ROWS_RUN("no internal relays", bad_rows, check_bad_row);
	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
