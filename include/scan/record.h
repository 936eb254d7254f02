/*
 * Record: what one log line tells about one message or one recipient.
 *
 * A line yields no record, one, or (Sendmail names several recipients in one
 * line) several.  Texts borrow from the block of the log that the line stands
 * in.  Absent texts have length 0.
 */
#ifndef SCAN_RECORD_H
#define SCAN_RECORD_H

#include "base/text.h"

enum record_kind {
	RECORD_ATTEMPT, /* one recipient and a status; see record_status */
	RECORD_ARRIVAL, /* a queue id begins; its sender is what is claimed */
	RECORD_MESSAGE, /* a message is in the queue, its sender is known */
	RECORD_EXPIRY, /* every open recipient of the message is given up */
	RECORD_REMOVAL, /* the message left the queue in the ordinary way */
	RECORD_CANCEL, /* the message was removed by hand */
	RECORD_REQUEUE, /* queue_id goes on under the name next_queue_id */
	RECORD_NOTIFICATION, /* next_queue_id is a bounce about queue_id */
	RECORD_REJECT, /* refused at the door: no delivery */
	RECORD_PROBE /* address verification: no delivery */
};
#define RECORD_KINDS 10

/* Of RECORD_ATTEMPT; RECORD_STATUS_NONE for the other kinds. */
enum record_status {
	RECORD_STATUS_NONE,
	RECORD_DELIVERED,
	RECORD_DEFERRED,
	RECORD_BOUNCED,
	RECORD_EXPIRED, /* one recipient is given up (Exim, OpenSMTPD) */
	RECORD_SUSPENDED, /* no try: the MTA repeats an older reason */
	RECORD_DISCARDED /* no try: thrown away */
};
#define RECORD_STATUSES 7

enum record_scope { RECORD_REMOTE, RECORD_LOCAL };

enum record_mta {
	MTA_NONE,
	MTA_POSTFIX,
	MTA_EXIM,
	MTA_SENDMAIL,
	MTA_OPENSMTPD,
	MTA_QMAIL,
	MTA_HARAKA,
	MTA_KUMOMTA,
	MTA_POWERMTA
};
#define RECORD_MTAS 9

struct record {
	int64_t time; /* ms since 1970 UTC */
	int64_t delay; /* ms from arrival to this record; -1 = not logged */
	uint64_t line; /* 1-based line of the file */
	uint32_t file; /* index of the input file */
	uint32_t repeat; /* times the line stands for, at least 1 */
	uint32_t enhanced_code; /* as the MTA logged it; see enhanced_code.h */
	uint8_t kind; /* enum record_kind */
	uint8_t status; /* enum record_status */
	uint8_t scope; /* enum record_scope */
	uint8_t mta; /* enum record_mta */
	bool sender_is_known; /* then an empty sender is the null sender <> */
	uint16_t relay_port; /* 0 = not logged */
	uint32_t join; /* 1 + its index in the batch's joins; 0 = none */
	struct text host; /* of the line header */
	struct text instance; /* first part of the program tag: postfix-out; or
			       * the queue that qmail names */
	struct text queue_id;
	struct text next_queue_id; /* also "queued as ID" of a reply */
	struct text sender; /* without <> */
	struct text recipient; /* without <>, after rewriting */
	struct text relay_host; /* host name, transport or address as logged */
	struct text relay_ip; /* without brackets */
	struct text reply; /* all of the diagnostic text, as logged */
};

/* The words used in output and in pattern files: "delivered", "postfix". */
const char *record_kind_name(enum record_kind kind);
const char *record_status_name(enum record_status status);
const char *record_mta_name(enum record_mta mta);

/* Back from a word; false when there is no such word. */
bool record_kind_find(struct text word, enum record_kind *kind);
bool record_status_find(struct text word, enum record_status *status);
bool record_mta_find(struct text word, enum record_mta *mta);

#endif
