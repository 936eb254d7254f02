#include "unit/rows.h"

#include "base/siphash.h"

/* Key 00 01 ... 0f; the text is the first bytes of 00 01 02 ... */
static const struct row {
	const char *name;
	size_t length;
	uint64_t hash;
} rows[] = {
	{ "no byte", 0, 0x726FDB47DD0E0E31U },
	{ "1 byte", 1, 0x74F839C593DC67FDU },
	{ "2 bytes", 2, 0x0D6C8009D9A94F5AU },
	{ "3 bytes", 3, 0x85676696D7FB7E2DU },
	{ "4 bytes", 4, 0xCF2794E0277187B7U },
	{ "5 bytes", 5, 0x18765564CD99A68DU },
	{ "6 bytes", 6, 0xCBC9466E58FEE3CEU },
	{ "7 bytes", 7, 0xAB0200F58B01D137U },
	{ "a whole block", 8, 0x93F5F5799A932462U },
	{ "9 bytes", 9, 0x9E0082DF0BA9E4B0U },
	{ "10 bytes", 10, 0x7A5DBBC594DDB9F3U },
	{ "11 bytes", 11, 0xF4B32F46226BADA7U },
	{ "12 bytes", 12, 0x751E8FBC860EE5FBU },
	{ "13 bytes", 13, 0x14EA5627C0843D90U },
	{ "14 bytes", 14, 0xF723CA908E7AF2EEU },
	{ "the paper's example", 15, 0xA129CA6149BE45E5U },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	/* Bytes 0 to 15. */
	const struct siphash_key key = { 0x0706050403020100,
		0x0F0E0D0C0B0A0908 };
	char bytes[16];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	assert_true(
	    siphash(key, (struct text){ bytes, row->length }) == row->hash);
}

/* Bytes past 127 must not be taken for negative numbers. */
static void
check_high_bytes(void **state)
{
	const struct siphash_key key = { 1, 2 };
	uint64_t high = siphash(key, TEXT_LITERAL("\xff\x80\x00"));

	(void)state;
	assert_true(high != siphash(key, TEXT_LITERAL("\xff\xff\xff")));
	assert_true(high != siphash(key, TEXT_LITERAL("\x7f\x00\x00")));
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_high_bytes),
	};

	return ROWS_RUN("siphash", rows, check_row) +
	    cmocka_run_group_tests_name("bytes", others, NULL, NULL);
}
