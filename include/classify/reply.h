/*
 * Reply: what the other side said, taken out of what the log says about it.
 *
 * An MTA logs the text of a failure with things around it: who said it, after
 * which command, the reply of a further host inside the reply.  reply_parse
 * finds the codes (RFC 5321 section 4.2, RFC 3463) and writes a normalised
 * text that rules are matched against.  It is pure, and linear in the length.
 *
 * Normalised text, in the order of reading:
 *  - only the first REPLY_MAXIMUM bytes count;
 *  - control bytes, `\n` `\r` `\t` written out (Exim, Sendmail) and `#011`
 *    `#012` `#015` (rsyslog) are blanks; `\303` (Exim, Sendmail) is the byte;
 *    a backslash before a quote goes; typographic quotes and dashes become
 *    ' " and -; runs of blanks become one, none at either end;
 *  - "delivery temporarily suspended: " at the start goes;
 *  - "(in reply to RCPT TO command)" goes and is kept as the stage;
 *  - the codes in front of the second and later lines of a reply go, however
 *    the lines were joined (blank, `\n`, nothing), so that
 *    "550-5.1.1 a 550 5.1.1 b" is "550 5.1.1 a b";
 *  - in a transcript, "<<< 503" or "<<< 554 no valid recipients" behind a
 *    refusal is what came of that one and goes, with all behind it;
 *  - an address is masked by @, so <a@example.com> is <@>;
 *  - the host in name[192.0.2.1] and in "host name [192.0.2.1]" is masked
 *    by *, so that *[192.0.2.1] remains;
 *  - a word of 10 bytes or more (letters, digits, - _ .) in which letters and
 *    digits stand beside each other three times, or once and there are 8
 *    digits, is an id and is masked by #, unless it ends as a host name does:
 *    a1b2c3d4e5.12 is #, S3140, ofr_506 and mx1.example.com stay;
 *  - a number of 5 digits or more is 00000.
 * Nothing else changes: case, URLs, other host names and IP addresses stay.
 */
#ifndef CLASSIFY_REPLY_H
#define CLASSIFY_REPLY_H

#include "base/buffer.h"

/*
 * Bytes of a reply that are looked at.  Postfix cuts at 2000 or less before it
 * logs; of twice as many, a text made to stop us could cost twice the time.
 */
#define REPLY_MAXIMUM 2048

/* What the reply answered, as far as the log says. */
enum reply_stage {
	STAGE_NONE,
	STAGE_CONNECT, /* the greeting */
	STAGE_HELLO,
	STAGE_TLS,
	STAGE_AUTH,
	STAGE_MAIL,
	STAGE_RCPT,
	STAGE_DATA,
	STAGE_CONTENT /* the end of the message */
};
#define REPLY_STAGES 9

struct reply_codes {
	uint32_t enhanced_code; /* base/enhanced_code.h; 0 = none */
	uint16_t reply_code; /* 200 to 599; 0 = none */
};

/* The texts lie in the scratch that reply_parse was given. */
struct reply {
	struct text whole; /* normalised */
	/*
	 * The reply inside the reply: the tail of `whole` behind the last
	 * "said:", "refused to talk to me:", ": 550 " (of no unit), "-> 550 ",
	 * quote and 550, or "<<< 550 "; all of it when there is none, or when
	 * it tells only with what is before it why STARTTLS failed.
	 */
	struct text inner;
	struct reply_codes codes; /* of the first reply that has a code */
	struct reply_codes inner_codes; /* of the innermost reply */
	enum reply_stage stage;
	bool host_said; /* the log says that a host said it */
	/*
	 * What stands before `inner` may carry meaning; false when nothing
	 * does or when it is only "host name[address] said:" or Exim's "SMTP
	 * error from remote mail server after RCPT TO:<@>:".
	 */
	bool is_wrapped;
};

/* Where reply_parse writes; one for each thread. */
struct reply_scratch {
	/* "said:" gets a blank behind it; plain bytes are written by blocks. */
	char text[2 * REPLY_MAXIMUM + 16];
	char qmail[REPLY_MAXIMUM];
};

/*
 * `is_qmail`: the text is from a qmail log, where _ stands for a blank and
 * / for the end of a line; "Giving up on 192.0.2.1." at its end goes.
 */
void reply_parse(struct text text, bool is_qmail, struct reply_scratch *scratch,
    struct reply *reply);

/* True when the text is as qmail logs it: _ and no blank, / at the end. */
bool reply_is_qmail(struct text text);

/* "connect" "hello" "tls" "auth" "mail" "rcpt" "data" "content". */
bool reply_stage_find(struct text word, enum reply_stage *stage);

/* Bytes that a template has at most. */
#define REPLY_TEMPLATE_MAXIMUM 200

/*
 * Appends the reply with what differs from one to the next masked, so that
 * replies of one kind come together: <addr> for addresses, <ip> for IP
 * addresses, <host> for names with a dot, <id> for words of letters and
 * digits, <n> for numbers.  Reply and enhanced codes stay.
 */
void reply_template(struct text text, struct buffer *out);

#endif
