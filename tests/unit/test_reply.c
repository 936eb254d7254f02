#include "unit/rows.h"

#include "base/enhanced_code.h"
#include "classify/reply.h"

static const struct row {
	const char *name;
	const char *text;
	uint16_t reply_code;
	uint32_t enhanced_code;
	const char *whole;
	const char *inner; /* NULL: the whole */
	enum reply_stage stage;
} rows[] = {
	{ "plain", "550 5.1.1 User unknown", 550, ENHANCED_CODE(5, 1, 1),
	    "550 5.1.1 User unknown", NULL, STAGE_NONE },
	{ "Postfix",
	    "host mx.example.com[192.0.2.1] said: 550 5.1.1 <a@example.com>: "
	    "no (in reply to RCPT TO command)",
	    550, ENHANCED_CODE(5, 1, 1),
	    "host *[192.0.2.1] said: 550 5.1.1 <@>: no", "550 5.1.1 <@>: no",
	    STAGE_RCPT },
	{ "Postfix, cut line",
	    "host mx.example.com[192.0.2.1] said: 550 no (in reply to end of "
	    "DA",
	    550, 0, "host *[192.0.2.1] said: 550 no", "550 no", STAGE_NONE },
	{ "Postfix, greeting",
	    "delivery temporarily suspended: host mx.example.com[192.0.2.1] "
	    "refused to talk to me: 554 5.7.1 no",
	    554, ENHANCED_CODE(5, 7, 1),
	    "host *[192.0.2.1] refused to talk to me: 554 5.7.1 no",
	    "554 5.7.1 no", STAGE_CONNECT },
	{ "Postfix, STARTTLS refused",
	    "TLS is required, but host mx.example.com[192.0.2.1] refused to "
	    "start TLS: 454 4.3.0 Try again later",
	    454, ENHANCED_CODE(4, 3, 0),
	    "TLS is required, but host *[192.0.2.1] refused to start TLS: 454 "
	    "4.3.0 Try again later",
	    NULL, STAGE_TLS },
	{ "Postfix, AUTH refused",
	    "delivery temporarily suspended: SASL authentication failed; "
	    "server mx.example.com[192.0.2.1] said: 535 5.7.8 Unknown user",
	    535, ENHANCED_CODE(5, 7, 8),
	    "SASL authentication failed; server *[192.0.2.1] said: 535 5.7.8 "
	    "Unknown user",
	    "535 5.7.8 Unknown user", STAGE_AUTH },
	{ "Postfix, AUTH refused, said by a host",
	    "host mx.example.com[192.0.2.1] said: 550 SASL authentication "
	    "failed; server x[192.0.2.2] said: 535 no",
	    550, 0,
	    "host *[192.0.2.1] said: 550 SASL authentication failed; server "
	    "*[192.0.2.2] said: 535 no",
	    "535 no", STAGE_NONE },
	{ "suspended, no host",
	    "delivery temporarily suspended: connect to "
	    "mx.example.com[192.0.2.1]:25: No route to host",
	    0, 0, "connect to *[192.0.2.1]:25: No route to host", NULL,
	    STAGE_NONE },
	{ "Exim",
	    "SMTP error from remote mail server after RCPT "
	    "TO:<a@example.com>: 451 4.7.1 later",
	    451, ENHANCED_CODE(4, 7, 1),
	    "SMTP error from remote mail server after RCPT TO:<@>: 451 4.7.1 "
	    "later",
	    "451 4.7.1 later", STAGE_RCPT },
	{ "Exchange, a report", "#550 5.1.1 RESOLVER; not found ##", 550,
	    ENHANCED_CODE(5, 1, 1), "#550 5.1.1 RESOLVER; not found ##", NULL,
	    STAGE_NONE },
	{ "in brackets", "no way (550 5.7.1 not here)", 550,
	    ENHANCED_CODE(5, 7, 1), "no way (550 5.7.1 not here)", NULL,
	    STAGE_NONE },
	{ "no code: a number", "see ticket #550 for more", 0, 0,
	    "see ticket #550 for more", NULL, STAGE_NONE },
	{ "Exim, LMTP", "LMTP error after DATA: 552 5.2.2 <a@example.com> full",
	    552, ENHANCED_CODE(5, 2, 2),
	    "LMTP error after DATA: 552 5.2.2 <@> full", "552 5.2.2 <@> full",
	    STAGE_DATA },
	{ "Exim, a recipient with a code in its quotes",
	    "SMTP error from remote mail server after RCPT TO:<\"x\\\": "
	    "550 5.1.1 y: \"@example.com>: 451 4.7.1 later",
	    451, ENHANCED_CODE(4, 7, 1),
	    "SMTP error from remote mail server after RCPT TO:<@>: 451 4.7.1 "
	    "later",
	    "451 4.7.1 later", STAGE_RCPT },
	{ "Exim, no end of the quotes", "after RCPT TO:<\"x: 451 4.7.1 later\\",
	    451, ENHANCED_CODE(4, 7, 1),
	    "after RCPT TO:<\"x: 451 4.7.1 later\\", "451 4.7.1 later\\",
	    STAGE_NONE },
	{ "Exim, an answer for each recipient",
	    "PRDR error after DATA: 554 5.7.1 no", 554, ENHANCED_CODE(5, 7, 1),
	    "PRDR error after DATA: 554 5.7.1 no", "554 5.7.1 no", STAGE_DATA },
	{ "Exim, older order",
	    "SMTP error from remote mail server after end of data: host "
	    "mx.example.com [192.0.2.1]: 554 no",
	    554, 0,
	    "SMTP error from remote mail server after end of data: host * "
	    "[192.0.2.1]: 554 no",
	    "554 no", STAGE_CONTENT },
	{ "a transcript behind a refusal",
	    "<<< 550 5.1.1 <a@example.com>... no 550 no >>> DATA <<< 503 5.0.0 "
	    "Need RCPT (recipient)",
	    550, ENHANCED_CODE(5, 1, 1), "<<< 550 5.1.1 <@>... no no >>> DATA",
	    "550 5.1.1 <@>... no no >>> DATA", STAGE_NONE },
	{ "a transcript, none left",
	    "<<< 450 4.2.0 later <<< 554 5.5.1 Error: no valid recipients", 450,
	    ENHANCED_CODE(4, 2, 0), "<<< 450 4.2.0 later", "450 4.2.0 later",
	    STAGE_NONE },
	{ "a transcript, out of order", ">>> DATA <<< 503 5.5.1 no", 503,
	    ENHANCED_CODE(5, 5, 1), ">>> DATA <<< 503 5.5.1 no", "503 5.5.1 no",
	    STAGE_NONE },
	{ "qmail, recipient",
	    "192.0.2.1 does not like recipient. Remote host said: 550 no", 550,
	    0, "192.0.2.1 does not like recipient. Remote host said: 550 no",
	    "550 no", STAGE_RCPT },
	{ "qmail, sender",
	    "Connected to 192.0.2.1 but sender was rejected. Remote host "
	    "said: 553 5.1.8 no",
	    553, ENHANCED_CODE(5, 1, 8),
	    "Connected to 192.0.2.1 but sender was rejected. Remote host "
	    "said: 553 5.1.8 no",
	    "553 5.1.8 no", STAGE_MAIL },
	{ "qmail, our name",
	    "Connected to 192.0.2.1 but my name was rejected. Remote host "
	    "said: 501 no",
	    501, 0,
	    "Connected to 192.0.2.1 but my name was rejected. Remote host "
	    "said: 501 no",
	    "501 no", STAGE_HELLO },
	{ "qmail, message",
	    "192.0.2.1 failed after I sent the message. Remote host said: "
	    "554 no",
	    554, 0,
	    "192.0.2.1 failed after I sent the message. Remote host said: "
	    "554 no",
	    "554 no", STAGE_CONTENT },
	{ "the same words said by the host",
	    "host mx.example.com[192.0.2.1] said: 550 but sender was "
	    "rejected. Remote host said: no",
	    550, 0,
	    "host *[192.0.2.1] said: 550 but sender was rejected. Remote "
	    "host said: no",
	    "no", STAGE_NONE },
	{ "lines joined by blanks", "550-5.1.1 a b 550-5.1.1 c 550 5.1.1 d",
	    550, ENHANCED_CODE(5, 1, 1), "550 5.1.1 a b c d", NULL,
	    STAGE_NONE },
	{ "lines joined by \\n", "550-5.1.1 a\\n550 5.1.1 b", 550,
	    ENHANCED_CODE(5, 1, 1), "550 5.1.1 a b", NULL, STAGE_NONE },
	{ "lines joined by nothing",
	    "550-Callout verification failed:550 5.1.1 <a@example.com>", 550,
	    ENHANCED_CODE(5, 1, 1), "550 Callout verification failed: <@>",
	    NULL, STAGE_NONE },
	{ "lines joined by nothing, behind a letter",
	    "550-no such user550 5.1.1 here", 550, ENHANCED_CODE(5, 1, 1),
	    "550 no such user here", NULL, STAGE_NONE },
	{ "code twice", "550 550 5.1.1 user unknown", 550,
	    ENHANCED_CODE(5, 1, 1), "550 5.1.1 user unknown", NULL,
	    STAGE_NONE },
	{ "quoted in a 5.1.0",
	    "5.1.0 - Unknown address error 550-'5.2.2 <a@example.com>... "
	    "Mailbox Full'",
	    550, ENHANCED_CODE(5, 2, 2),
	    "5.1.0 - Unknown address error 550 '5.2.2 <@>... Mailbox Full'",
	    "550 '5.2.2 <@>... Mailbox Full'", STAGE_NONE },
	{ "reply inside the reply",
	    "host a.example.com[192.0.2.1] said: 450 4.1.1 <x@example.com>: "
	    "unverified: host b.example.com[192.0.2.2] said: 550 5.1.1 gone",
	    450, ENHANCED_CODE(4, 1, 1),
	    "host *[192.0.2.1] said: 450 4.1.1 <@>: unverified: host "
	    "*[192.0.2.2] said: 550 5.1.1 gone",
	    "550 5.1.1 gone", STAGE_NONE },
	{ "what the sender's own server said",
	    "host a.example.com[192.0.2.1] said: 550 5.1.0 <s@example.net>: "
	    "Sender address rejected: undeliverable address: host "
	    "b.example.net[192.0.2.2] said: 550 5.1.1 gone",
	    550, ENHANCED_CODE(5, 1, 0),
	    "host *[192.0.2.1] said: 550 5.1.0 <@>: Sender address rejected: "
	    "undeliverable address: host *[192.0.2.2] said: 550 5.1.1 gone",
	    "550 5.1.0 <@>: Sender address rejected: undeliverable address: "
	    "host *[192.0.2.2] said: 550 5.1.1 gone",
	    STAGE_NONE },
	{ "behind a banner", "mx.example.com ESMTP 550 5.7.0 refused", 550,
	    ENHANCED_CODE(5, 7, 0), "mx.example.com ESMTP 550 5.7.0 refused",
	    NULL, STAGE_NONE },
	{ "code at the end", "550 no mailbox here (#5.1.1)", 550,
	    ENHANCED_CODE(5, 1, 1), "550 no mailbox here (#5.1.1)", NULL,
	    STAGE_NONE },
	{ "address, not a code", "550 blocked 5.7.1.100", 550, 0,
	    "550 blocked 5.7.1.100", NULL, STAGE_NONE },
	{ "address in brackets", "554 [4.2.2.1] refused", 554, 0,
	    "554 [4.2.2.1] refused", NULL, STAGE_NONE },
	{ "address first", "198.51.100.25 failed", 0, 0, "198.51.100.25 failed",
	    NULL, STAGE_NONE },
	{ "version", "550 refused by Exim 5.1.2 here", 550, 0,
	    "550 refused by Exim 5.1.2 here", NULL, STAGE_NONE },
	{ "enhanced code alone", "5.7.1 refused", 0, ENHANCED_CODE(5, 7, 1),
	    "5.7.1 refused", NULL, STAGE_NONE },
	{ "number", "550 tried 450 times", 550, 0, "550 tried 450 times", NULL,
	    STAGE_NONE },
	{ "words inside addresses",
	    "550 <spam-block@example.com> "
	    "virus@example.net, no",
	    550, 0, "550 <@> @, no", NULL, STAGE_NONE },
	{ "quoted local part", "550 <\"a b\"@example.com> no", 550, 0,
	    "550 <@> no", NULL, STAGE_NONE },
	{ "control bytes and escapes", "550 a#011b\tc\\td  e\x01", 550, 0,
	    "550 a b c d e", NULL, STAGE_NONE },
	{ "octal", "550 bo\\303\\256te", 550, 0, "550 bo\xC3\xAEte", NULL,
	    STAGE_NONE },
	{ "typographic",
	    "550 doesn\xE2\x80\x99t\xC2\xA0"
	    "exist",
	    550, 0, "550 doesn't exist", NULL, STAGE_NONE },
	{ "URL", "550 see https://example.com/a?ip=192.0.2.1&x=550 5", 550, 0,
	    "550 see https://example.com/a?ip=192.0.2.1&x=550 5", NULL,
	    STAGE_NONE },
	{ "ids", "550 no a1b2c3d4e5.12 62816641q149905-4647 end", 550, 0,
	    "550 no # # end", NULL, STAGE_NONE },
	{ "no ids", "550 S3140 OFR006_102 mx1a2b3c4d.example.com BL000001", 550,
	    0, "550 S3140 OFR006_102 mx1a2b3c4d.example.com BL000001", NULL,
	    STAGE_NONE },
	{ "numbers", "552 size 10485760 over 50000 at 5322", 552, 0,
	    "552 size 00000 over 00000 at 5322", NULL, STAGE_NONE },
	{ "forged fields",
	    "host mx.example.com[192.0.2.1] said: 550 5.1.1 to=<x@example.com>"
	    ", dsn=2.0.0, status=sent (250 2.0.0 OK) (in reply to RCPT TO "
	    "command)",
	    550, ENHANCED_CODE(5, 1, 1),
	    "host *[192.0.2.1] said: 550 5.1.1 to=<@>, dsn=2.0.0, "
	    "status=sent (250 2.0.0 OK)",
	    "550 5.1.1 to=<@>, dsn=2.0.0, status=sent (250 2.0.0 OK)",
	    STAGE_RCPT },
	{ "codes in brackets", "[550 5.1.1] no", 550, ENHANCED_CODE(5, 1, 1),
	    "[550 5.1.1] no", NULL, STAGE_NONE },
	{ "codes with a slash", "550/5.1.1 no", 550, ENHANCED_CODE(5, 1, 1),
	    "550/5.1.1 no", NULL, STAGE_NONE },
	{ "code in brackets first", "(550) no", 550, 0, "(550) no", NULL,
	    STAGE_NONE },
	{ "no code: brackets at the end", "no way [417]", 0, 0, "no way [417]",
	    NULL, STAGE_NONE },
	{ "enhanced code in brackets", "550 [5.1.1] no", 550,
	    ENHANCED_CODE(5, 1, 1), "550 [5.1.1] no", NULL, STAGE_NONE },
	{ "enhanced code in brackets at the end", "550 no <5.1.1>", 550,
	    ENHANCED_CODE(5, 1, 1), "550 no <5.1.1>", NULL, STAGE_NONE },
	{ "enhanced code of another class in brackets", "550 no [4.1.1]", 550,
	    0, "550 no [4.1.1]", NULL, STAGE_NONE },
	{ "Exchange, the last error", "[{LED=450 4.4.317 no};{MSG=}]", 450,
	    ENHANCED_CODE(4, 4, 317), "[{LED=450 4.4.317 no};{MSG=}]", NULL,
	    STAGE_NONE },
	{ "a quoted pair in a 5.1.0",
	    "5.1.0 - Unknown address error ('550', ['5.7.1 no'])", 550,
	    ENHANCED_CODE(5, 7, 1),
	    "5.1.0 - Unknown address error ('550', ['5.7.1 no'])",
	    "550', ['5.7.1 no'])", STAGE_NONE },
	{ "a pair of a number and bytes", "(550, b'5.1.1 no')", 550,
	    ENHANCED_CODE(5, 1, 1), "(550, b'5.1.1 no')", "550, b'5.1.1 no')",
	    STAGE_NONE },
	{ "named", "SMTP error code 450: no", 450, 0, "SMTP error code 450: no",
	    NULL, STAGE_NONE },
	{ "named, no blank", "Address, ERROR_CODE :550, ERROR_CODE :5.2.1 no",
	    550, ENHANCED_CODE(5, 2, 1),
	    "Address, ERROR_CODE :550, ERROR_CODE :5.2.1 no", NULL,
	    STAGE_NONE },
	{ "named in brackets", "smtp error (550) no", 550, 0,
	    "smtp error (550) no", NULL, STAGE_NONE },
	{ "no code: a status of a program", "unknown mailer error 255", 0, 0,
	    "unknown mailer error 255", NULL, STAGE_NONE },
	{ "no code: one of another protocol", "HTTP response code 503", 0, 0,
	    "HTTP response code 503", NULL, STAGE_NONE },
	{ "enhanced code in front of the other reply", "5.1.1 smtp;550 no", 550,
	    ENHANCED_CODE(5, 1, 1), "5.1.1 smtp;550 no", "550 no", STAGE_NONE },
	{ "enhanced code in front of another class", "5.1.0 SMTP;450 no", 450,
	    0, "5.1.0 SMTP;450 no", "450 no", STAGE_NONE },
	{ "quantities", "552 5.2.2 Used: 450 MB, limit: 400 of 500", 552,
	    ENHANCED_CODE(5, 2, 2), "552 5.2.2 Used: 450 MB, limit: 400 of 500",
	    NULL, STAGE_NONE },
	{ "quantity, no reply", "expired after: 450 minutes", 0, 0,
	    "expired after: 450 minutes", NULL, STAGE_NONE },
	{ "address that begins with a number", "550@example.com no", 0, 0,
	    "@ no", NULL, STAGE_NONE },
	{ "empty", "", 0, 0, "", NULL, STAGE_NONE },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	const char *inner = row->inner != NULL ? row->inner : row->whole;
	static struct reply_scratch scratch;
	struct reply reply;

	reply_parse(text_of(row->text), false, &scratch, &reply);
	assert_int_equal(reply.whole.length, strlen(row->whole));
	assert_memory_equal(reply.whole.data, row->whole, strlen(row->whole));
	assert_int_equal(reply.inner.length, strlen(inner));
	assert_memory_equal(reply.inner.data, inner, strlen(inner));
	assert_int_equal(reply.codes.reply_code, row->reply_code);
	assert_int_equal(reply.codes.enhanced_code, row->enhanced_code);
	assert_int_equal(reply.stage, row->stage);
}

static const struct template_row {
	const char *name;
	const char *text;
	const char *template;
} template_rows[] = {
	{ "address and host", "550 5.1.1 <a@example.com>: at mx.example.com",
	    "550 5.1.1 <<addr>>: at <host>" },
	{ "numbers and codes", "452 4.2.2 10240 of 10000, S3140",
	    "452 4.2.2 <n> of <n>, S3140" },
	{ "IP addresses", "554 192.0.2.1 [2001:db8::1] listed",
	    "554 <ip> [<ip>] listed" },
	{ "ids", "550 no a1b2c3d4e5f6.12 - gsmtp", "550 no <id> - gsmtp" },
	{ "URL", "550 see https://www.example.com/x?y=1.",
	    "550 see https://www.example.com/<id>." },
};

static void
check_template(void **state)
{
	const struct template_row *row = *state;
	struct buffer out;

	buffer_init(&out, 0);
	reply_template(text_of(row->text), &out);
	assert_string_equal(buffer_string(&out), row->template);
	buffer_release(&out);
}

/* Long and hostile texts stay inside their bounds. */
static void
check_bounds(void **state)
{
	static const char *const pieces[] = { "said:", " said:", "550-", "@",
		"\"@", "[1", "a.b[1", "://", "(in reply to ", "\\303", "\xE2",
		"5.1.1", ": 550 ", "#011", "delivery temporarily suspended:" };
	static struct reply_scratch scratch;
	struct reply reply;
	struct buffer text;
	struct buffer template;

	(void)state;
	buffer_init(&text, 0);
	buffer_init(&template, 0);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		buffer_clear(&text);
		buffer_clear(&template);
		while (text.length < 2 * REPLY_MAXIMUM)
			buffer_append_string(&text, pieces[i]);
		reply_parse(buffer_text(&text), i % 2 != 0, &scratch, &reply);
		assert_true(reply.whole.length <= sizeof(scratch.text));
		assert_true(reply.inner.length <= reply.whole.length);
		reply_template(buffer_text(&text), &template);
		assert_true(template.length <= REPLY_TEMPLATE_MAXIMUM);
	}
	buffer_release(&text);
	buffer_release(&template);
}

static void
check_qmail(void **state)
{
	static struct reply_scratch scratch;
	static const char expected[] = "192.0.2.1 does not like recipient. "
				       "Remote host said: 550 5.1.1 no http://"
				       "example.com/x";
	struct reply reply;

	(void)state;
	reply_parse(
	    TEXT_LITERAL(
		"192.0.2.1_does_not_like_recipient./Remote_host_said:_550_"
		"5.1.1_no_http://example.com/x/Giving_up_on_192.0.2.1./"),
	    true, &scratch, &reply);
	assert_int_equal(reply.whole.length, sizeof(expected) - 1);
	assert_memory_equal(reply.whole.data, expected, sizeof(expected) - 1);
	assert_int_equal(reply.codes.reply_code, 550);
	assert_true(reply.host_said);
}

static const struct qmail_row {
	const char *name;
	const char *text;
	const char *inner;
	bool is_qmail;
} qmail_rows[] = {
	{ "ends with what the host said",
	    "Remote_host_said:_550_refused/Giving_up_on_192.0.2.1./",
	    "550 refused", true },
	{ "expired behind it",
	    "Remote_host_said:_450_later/Giving_up_on_192.0.2.1./I'm_not_going_"
	    "to_try_again;/",
	    "450 later Giving up on 192.0.2.1. I'm not going to try again;",
	    true },
	{ "cut", "Remote_host_said:_450_later/Giving_up_on_192.",
	    "450 later Giving up on 192.", false },
	{ "local", "CNAME_lookup_failed./", "CNAME lookup failed.", true },
};

static void
check_qmail_row(void **state)
{
	const struct qmail_row *row = *state;
	static struct reply_scratch scratch;
	struct reply reply;

	reply_parse(text_of(row->text), true, &scratch, &reply);
	assert_int_equal(reply.inner.length, strlen(row->inner));
	assert_memory_equal(reply.inner.data, row->inner, strlen(row->inner));
	assert_int_equal(reply_is_qmail(text_of(row->text)), row->is_qmail);
}

/* Whether what stands before the reply may carry meaning. */
static const struct wrap_row {
	const char *name;
	const char *text;
	bool is_wrapped;
} wrap_rows[] = {
	{ "Postfix", "host mx.example.com[192.0.2.1] said: 550 no", false },
	{ "Postfix, more", "a; host mx.example.com[192.0.2.1] said: 550 no",
	    true },
	{ "Exim",
	    "SMTP error from remote mail server after RCPT TO:<a@example.com>"
	    ": 550 no",
	    false },
	{ "Exim, host behind",
	    "SMTP error from remote mail server after end of data: host "
	    "mx.example.com [192.0.2.1]: 550 no",
	    false },
	{ "Exim, host in front",
	    "host mx.example.com [192.0.2.1] SMTP error from remote mail "
	    "server after MAIL FROM:<a@example.com> SIZE=5: 550 no",
	    false },
	{ "Exim, another command",
	    "SMTP error from remote mail server after XYZ: 550 no", true },
	{ "Exim, a reply that quotes one",
	    "SMTP error from remote mail server after RCPT TO:<a@example.com>"
	    ": 554 it said: 550 no",
	    true },
	{ "Exim, host and more",
	    "SMTP error from remote mail server after end of data: host "
	    "mx.example.com [192.0.2.1]: is: 550 no",
	    true },
	{ "OpenSMTPD, LMTP",
	    "Error (temporary failure: \"mail.lmtp: LMTP server error: 550 "
	    "no\")",
	    false },
	{ "OpenSMTPD, another mailer",
	    "Error (temporary failure: \"x: LMTP server error: 550 no\")",
	    true },
	{ "none", "550 no", false },
};

static void
check_wrap(void **state)
{
	const struct wrap_row *row = *state;
	static struct reply_scratch scratch;
	struct reply reply;

	reply_parse(text_of(row->text), false, &scratch, &reply);
	assert_int_equal(reply.is_wrapped, row->is_wrapped);
}

/* Many records have no reply: no bytes, and no address of them either. */
static void
check_absent(void **state)
{
	static struct reply_scratch scratch;
	struct reply reply;
	struct buffer template;

	(void)state;
	buffer_init(&template, 0);
	for (int is_qmail = 0; is_qmail < 2; is_qmail++) {
		reply_parse(
		    (struct text){ 0 }, is_qmail != 0, &scratch, &reply);
		assert_int_equal(reply.whole.length, 0);
		assert_int_equal(reply.codes.reply_code, 0);
	}
	reply_template((struct text){ 0 }, &template);
	assert_int_equal(template.length, 0);
	buffer_release(&template);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_absent),
		cmocka_unit_test(check_bounds),
		cmocka_unit_test(check_qmail),
	};

	return ROWS_RUN("reply", rows, check_row) +
	    ROWS_RUN("reply_qmail", qmail_rows, check_qmail_row) +
	    ROWS_RUN("reply_wrap", wrap_rows, check_wrap) +
	    ROWS_RUN("reply_template", template_rows, check_template) +
	    cmocka_run_group_tests_name("reply_others", others, NULL, NULL);
}
