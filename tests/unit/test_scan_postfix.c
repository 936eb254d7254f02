#include "unit/scan_rows.h"

#define HEAD "Nov  3 01:02:03 mail postfix/"
#define CUT  "<22>1 2025-11-03T01:02:03Z mail postfix 12 - - "
#define TO   "79CF7A986A5: to=<a@example.com>"
#define TIME "delay=1.6, delays=1.1/0.24/0.19/0.07"

static const struct row {
	const char *name;
	const char *lines;
	const char *wanted;
} rows[] = {
	{ "delivered",
	    HEAD "smtp[1]: " TO ", relay=mx.example.com[192.0.2.1]:25, " TIME
		 ", dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as X9X9X9)\n",
	    "attempt status=delivered id=79CF7A986A5 next=X9X9X9 "
	    "to=a@example.com relay=mx.example.com ip=192.0.2.1 port=25 "
	    "delay=1600 code=2.0.0 reply=250 2.0.0 Ok: queued as X9X9X9\n" },
	{ "removed", HEAD "qmgr[1]: 79CF7A986A5: removed\n",
	    "removal id=79CF7A986A5\n" },
	{ "removed, and more", HEAD "qmgr[1]: 79CF7A986A5: removed by x\n",
	    "0 1 0 0\n" },
	{ "removed, an id with a dash", HEAD "qmgr[1]: 79CF-7A986A5: removed\n",
	    "0 1 0 0\n" },
	{ "removed, an id that is too short", HEAD "qmgr[1]: 79CF: removed\n",
	    "0 1 0 0\n" },
	{ "removed, an id that is too long",
	    HEAD "qmgr[1]: 0123456789ABCDEF0123456789ABCDEF0: removed\n",
	    "0 1 0 0\n" },
	{ "removed, the longest id",
	    HEAD "qmgr[1]: 0123456789ABCDEF0123456789ABCDEF: removed\n",
	    "removal id=0123456789ABCDEF0123456789ABCDEF\n" },
	{ "client", HEAD "smtpd[1]: 79CF7A986A5: client=h[192.0.2.1]\n",
	    "arrival id=79CF7A986A5\n" },
	{ "client, a short line", HEAD "smtpd[1]: 79CF7: client=\n",
	    "arrival id=79CF7\n" },
	{ "through a filter",
	    HEAD "smtp[1]: " TO ", relay=127.0.0.1[127.0.0.1]:10024, " TIME
		 ", dsn=2.0.0, status=sent (250 2.0.0 from "
		 "MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as "
		 "4dh3TY6t7wz1ckXX)\n",
	    "attempt status=delivered id=79CF7A986A5 next=4dh3TY6t7wz1ckXX "
	    "to=a@example.com relay=127.0.0.1 ip=127.0.0.1 port=10024 "
	    "delay=1600 code=2.0.0 reply=250 2.0.0 from "
	    "MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as "
	    "4dh3TY6t7wz1ckXX\n" },
	{ "forged fields in the reply",
	    HEAD
	    "smtp[1]: " TO
	    ", relay=none, delay=2, dsn=5.1.1, status=bounced (host mx said: "
	    "550 5.1.1 to=<other@example.com>, relay=none, dsn=2.0.0, "
	    "status=sent (250 2.0.0 OK) (in reply to RCPT TO command))\n",
	    "attempt status=bounced id=79CF7A986A5 to=a@example.com relay=none "
	    "delay=2000 code=5.1.1 reply=host mx said: 550 5.1.1 "
	    "to=<other@example.com>, relay=none, dsn=2.0.0, status=sent (250 "
	    "2.0.0 OK) (in reply to RCPT TO command)\n" },
	{ "forged fields in the recipient",
	    HEAD "smtp[1]: A1B2C3D4E5: to=<\"to=<q\\\"x>, relay=none, "
		 "dsn=2.0.0, status=sent (250\"@ivy.example.com>, "
		 "relay=mx.example.com[192.0.2.1]:25, delay=1, dsn=4.0.0, "
		 "status=deferred (x)\n",
	    "attempt status=deferred id=A1B2C3D4E5 to=\"to=<q\\\"x>, "
	    "relay=none, dsn=2.0.0, status=sent (250\"@ivy.example.com "
	    "relay=mx.example.com ip=192.0.2.1 port=25 delay=1000 code=4.0.0 "
	    "reply=x\n" },
	{ "a quoted recipient that was cut",
	    HEAD "smtp[1]: A1B2C3D4E5: to=<\"x>, relay=none, delay=1, "
		 "dsn=2.0.0, status=sent (250 ok aaaaa\n",
	    "0 0 1 0\n" },
	{ "raw UTF-8",
	    HEAD
	    "smtp[1]: A1B2C3D4E5: to=<m\303\274ller@b\303\274cher-x.test>, "
	    "relay=mx.xn--bcher-x-95a.test[2001:db8::25]:25, delay=0.5, "
	    "dsn=2.0.0, status=sent (250 ok)\n",
	    "attempt status=delivered id=A1B2C3D4E5 "
	    "to=m\303\274ller@b\303\274cher-x.test "
	    "relay=mx.xn--bcher-x-95a.test ip=2001:db8::25 port=25 delay=500 "
	    "code=2.0.0 reply=250 ok\n" },
	{ "orig_to, conn_use, unknown fields",
	    HEAD
	    "smtp[1]: " TO
	    ", orig_to=<\"x>, relay=y\"@example.com>, relay=[2001:db8::1]:25, "
	    "conn_use=2, delay=10, delays=1/2/3/4, tls=verified:secure, "
	    "novel=a b c, dsn=2.0.0, later=1, status=sent (ok)\n",
	    "attempt status=delivered id=79CF7A986A5 to=a@example.com "
	    "ip=2001:db8::1 port=25 delay=10000 code=2.0.0 reply=ok\n" },
	{ "no dsn, no angle brackets",
	    HEAD "smtp[1]: A1B2C3D4E5: to=a@example.com, relay=none, delay=3, "
		 "status=deferred (timed out)\n",
	    "attempt status=deferred id=A1B2C3D4E5 to=a@example.com relay=none "
	    "delay=3000 reply=timed out\n" },
	{ "cut at 2000 bytes",
	    HEAD "smtp[1]: " TO
		 ", relay=none, delay=3, dsn=5.0.0, status=bounced (host mx "
		 "said: 550 (long) and so\n",
	    "attempt status=bounced id=79CF7A986A5 to=a@example.com relay=none "
	    "delay=3000 code=5.0.0 reply=host mx said: 550 (long) and so\n" },
	{ "nothing behind the status",
	    HEAD "smtp[1]: " TO
		 ", relay=none, delay=3, dsn=2.0.0, status=sent\r\n",
	    "attempt status=delivered id=79CF7A986A5 to=a@example.com "
	    "relay=none delay=3000 code=2.0.0\n" },
	{ "delay of six decimals",
	    HEAD "smtp[1]: " TO ", relay=none, delay=0.00012, dsn=2.0.0, "
		 "status=sent\n" HEAD "smtp[1]: " TO
		 ", relay=none, delay=12.345678, dsn=2.0.0, status=sent\n",
	    "attempt status=delivered id=79CF7A986A5 to=a@example.com "
	    "relay=none delay=0 code=2.0.0\n"
	    "attempt status=delivered id=79CF7A986A5 to=a@example.com "
	    "relay=none delay=12345 code=2.0.0\n" },
	{ "odd parentheses",
	    HEAD "smtp[1]: " TO
		 ", relay=none, delay=3, dsn=4.0.0, status=deferred (try (in "
		 "reply to RCPT TO command))\n",
	    "attempt status=deferred id=79CF7A986A5 to=a@example.com "
	    "relay=none delay=3000 code=4.0.0 reply=try (in reply to RCPT TO "
	    "command)\n" },
	{ "three digits",
	    HEAD "smtp[1]: " TO
		 ", relay=none, delay=3, dsn=5.7.509, status=bounced (x)\n",
	    "attempt status=bounced id=79CF7A986A5 to=a@example.com relay=none "
	    "delay=3000 code=5.7.509 reply=x\n" },
	{ "soft bounce",
	    HEAD "smtp[1]: " TO
		 ", relay=none, delay=3, dsn=5.7.1, status=SOFTBOUNCE (x)\n",
	    "attempt status=deferred id=79CF7A986A5 to=a@example.com "
	    "relay=none delay=3000 code=5.7.1 reply=x\n" },
	{ "suspended",
	    HEAD "error[1]: " TO
		 ", relay=none, delay=3, dsn=4.7.0, status=deferred (delivery "
		 "temporarily suspended: host mx refused)\n",
	    "attempt status=suspended id=79CF7A986A5 to=a@example.com "
	    "relay=none delay=3000 code=4.7.0 reply=delivery temporarily "
	    "suspended: host mx refused\n" },
	{ "a host says suspended",
	    HEAD "smtp[1]: " TO
		 ", relay=none, delay=3, dsn=4.7.0, status=deferred (host mx "
		 "said: 450 delivery temporarily suspended: x)\n",
	    "attempt status=deferred id=79CF7A986A5 to=a@example.com "
	    "relay=none delay=3000 code=4.7.0 reply=host mx said: 450 delivery "
	    "temporarily suspended: x\n" },
	{ "error and retry",
	    HEAD "error[1]: " TO
		 ", relay=none, delay=3, dsn=4.3.0, status=deferred (mail "
		 "transport unavailable)\n" HEAD "retry[1]: " TO
		 ", relay=none, delay=4, dsn=4.3.0, status=deferred (retry)\n",
	    "attempt status=deferred id=79CF7A986A5 to=a@example.com "
	    "relay=none delay=3000 code=4.3.0 reply=mail transport "
	    "unavailable\nattempt status=deferred id=79CF7A986A5 "
	    "to=a@example.com relay=none delay=4000 code=4.3.0 reply=retry\n" },
	{ "suspended by a socket of this host",
	    HEAD "error[1]: " TO
		 ", relay=none, delay=3, dsn=4.4.1, status=deferred (delivery "
		 "temporarily suspended: connect to "
		 "mail.example.com[private/dovecot-lmtp]: Connection "
		 "refused)\n" CUT TO
		 ", relay=none, delay=3, dsn=4.4.1, status=deferred (connect "
		 "to mail.example.com[private/dovecot-lmtp]: Connection "
		 "refused)\n" HEAD "error[1]: " TO
		 ", relay=none, delay=3, dsn=4.4.1, status=deferred (delivery "
		 "temporarily suspended: host mx[192.0.2.1] said: 421 connect "
		 "to h[x/y])\n",
	    "attempt status=suspended local id=79CF7A986A5 to=a@example.com "
	    "relay=none delay=3000 code=4.4.1 reply=delivery temporarily "
	    "suspended: connect to mail.example.com[private/dovecot-lmtp]: "
	    "Connection refused\nattempt status=deferred local "
	    "id=79CF7A986A5 to=a@example.com relay=none delay=3000 code=4.4.1 "
	    "reply=connect to mail.example.com[private/dovecot-lmtp]: "
	    "Connection refused\nattempt status=suspended id=79CF7A986A5 "
	    "to=a@example.com relay=none delay=3000 code=4.4.1 reply=delivery "
	    "temporarily suspended: host mx[192.0.2.1] said: 421 connect to "
	    "h[x/y]\n" },
	{ "discarded",
	    HEAD
	    "discard[1]: " TO
	    ", relay=none, delay=3, dsn=2.0.0, status=sent (spam trap)\n" HEAD
	    "bin[1]: " TO
	    ", relay=none, delay=3, dsn=2.0.0, status=sent (discard x)\n",
	    "attempt status=discarded id=79CF7A986A5 to=a@example.com "
	    "relay=none delay=3000 code=2.0.0 reply=spam trap\nattempt "
	    "status=discarded id=79CF7A986A5 to=a@example.com relay=none "
	    "delay=3000 code=2.0.0 reply=discard x\n" },
	{ "probes",
	    HEAD
	    "smtp[1]: " TO
	    ", relay=none, delay=3, dsn=2.0.0, status=deliverable (ok)\n" HEAD
	    "local[1]: " TO ", relay=local, delay=3, dsn=5.1.1, "
	    "status=undeliverable (unknown user)\n",
	    "probe id=79CF7A986A5 to=a@example.com relay=none delay=3000 "
	    "code=2.0.0 reply=ok\nprobe local id=79CF7A986A5 to=a@example.com "
	    "relay=local delay=3000 code=5.1.1 reply=unknown user\n" },
	{ "a probe that failed and is not remembered, and one of discard",
	    HEAD "smtp[1]: " TO ", relay=none, delay=3, dsn=4.1.1, "
		 "status=undeliverable-but-not-cached (no)\n" HEAD
		 "lmtp[1]: " TO ", relay=none, delay=3, dsn=4.1.1, "
		 "status=undeliverable-but-not-cached (no)\n" HEAD
		 "discard[1]: " TO
		 ", relay=none, delay=3, dsn=2.0.0, status=deliverable (x)\n",
	    "probe id=79CF7A986A5 to=a@example.com relay=none delay=3000 "
	    "code=4.1.1 reply=no\nprobe local id=79CF7A986A5 "
	    "to=a@example.com relay=none delay=3000 code=4.1.1 reply=no\n"
	    "probe id=79CF7A986A5 to=a@example.com relay=none delay=3000 "
	    "code=2.0.0 reply=x\n" },
	{ "addresses without quotes, as before 3.5",
	    HEAD "smtp[1]: 79CF7A986A5: to=<a>b@example.com>, "
		 "orig_to=<<c@example.com>>, relay=none, delay=3, dsn=5.1.3, "
		 "status=bounced (x)\n" HEAD
		 "qmgr[1]: 79CF7A986A5: from=<s>t@example.net>, size=1, "
		 "nrcpt=1 (queue active)\n" HEAD
		 "pickup[1]: 79CF7A986A5: uid=1 from=<s>>\n" HEAD
		 "smtp[1]: 79CF7A986A5: to=<a>, b@example.com>, relay=none, "
		 "delay=3, dsn=5.1.3, status=bounced (x)\n",
	    "attempt status=bounced id=79CF7A986A5 to=a>b@example.com "
	    "relay=none delay=3000 code=5.1.3 reply=x\nmessage "
	    "id=79CF7A986A5 from=<s>t@example.net>\narrival "
	    "id=79CF7A986A5 from=<s>>\n3 0 1 0\n" },
	{ "a client of qmqpd", HEAD "qmqpd[1]: 79CF7: client=h[192.0.2.1]\n",
	    "arrival id=79CF7\n" },
	{ "local ways",
	    HEAD
	    "local[1]: " TO ", relay=local, delay=3, dsn=2.0.0, status=sent "
	    "(forwarded as 7B3CEA986A9)\n" HEAD "pipe[1]: " TO
	    ", relay=dropbox, delay=3, dsn=5.3.0, status=bounced (Command died "
	    "with status 1: \"/x y\". Command output: status=sent (ok) )\n" HEAD
	    "virtual[1]: " TO ", relay=virtual, delay=3, dsn=2.0.0, "
	    "status=sent (delivered to maildir)\n" HEAD "lmtp[1]: " TO
	    ", relay=mail.example.com[private/dovecot-lmtp], delay=3, "
	    "dsn=2.0.0, status=sent (250 ok)\n",
	    "attempt status=delivered local id=79CF7A986A5 "
	    "to=a@example.com relay=local delay=3000 code=2.0.0 "
	    "reply=forwarded as 7B3CEA986A9\nattempt status=bounced local "
	    "id=79CF7A986A5 to=a@example.com relay=dropbox delay=3000 "
	    "code=5.3.0 reply=Command died with status 1: \"/x y\". Command "
	    "output: status=sent (ok) \nattempt status=delivered local "
	    "id=79CF7A986A5 to=a@example.com relay=virtual delay=3000 "
	    "code=2.0.0 reply=delivered to maildir\nattempt status=delivered "
	    "local id=79CF7A986A5 to=a@example.com relay=mail.example.com "
	    "delay=3000 code=2.0.0 reply=250 ok\n" },
	{ "the life of a message",
	    HEAD "submission/smtpd[1]: 79CF7A986A5: client=h[192.0.2.9], "
		 "sasl_method=PLAIN\n" HEAD
		 "cleanup[1]: 79CF7A986A5: message-id=<1@example.net>\n" HEAD
		 "qmgr[1]: 79CF7A986A5: from=<s@example.net>, size=9185, "
		 "nrcpt=1 (queue active)\n" HEAD
		 "qmgr[1]: 79CF7A986A5: from=<s@example.net>, status=expired, "
		 "returned to sender\n" HEAD
		 "bounce[1]: 79CF7A986A5: sender non-delivery notification: "
		 "7B3CEA986A9\n" HEAD "qmgr[1]: 7B3CEA986A9: from=<>, size=9, "
		 "nrcpt=1 (queue active)\n" HEAD
		 "qmgr[1]: 79CF7A986A5: removed\n",
	    "arrival id=79CF7A986A5\nmessage id=79CF7A986A5 "
	    "from=<s@example.net>\nexpiry id=79CF7A986A5 from=<s@example.net> "
	    "reply=returned to sender\nnotification status=bounced "
	    "id=79CF7A986A5 "
	    "next=7B3CEA986A9\nmessage id=7B3CEA986A9 from=<>\nremoval "
	    "id=79CF7A986A5\n6 1 0 0\n" },
	{ "forced expiry",
	    HEAD "qmgr[1]: 79CF7A986A5: from=<>, status=force-expired, "
		 "returned to sender\n",
	    "expiry id=79CF7A986A5 from=<> reply=returned to sender\n" },
	{ "a sender that forges",
	    HEAD "qmgr[1]: 79CF7A986A5: from=<\"s>, status=expired, returned "
		 "to sender\"@example.net>, size=1, nrcpt=1 (queue active)\n",
	    "message id=79CF7A986A5 from=<\"s>, status=expired, returned to "
	    "sender\"@example.net>\n" },
	{ "by hand",
	    HEAD "postsuper[1]: 79CF7A986A5: removed\n" HEAD
		 "postsuper[1]: 79CF7A986A6: requeued\n" HEAD
		 "pickup[1]: 7B3CEA986A9: uid=100 from=<s@example.net> "
		 "orig_id=79CF7A986A6\n" HEAD
		 "pickup[1]: 7B3CEA986AA: uid=0 from=<root>\n",
	    "cancel id=79CF7A986A5\nrequeue id=79CF7A986A6 next=7B3CEA986A9 "
	    "from=<s@example.net>\narrival id=7B3CEA986A9 "
	    "from=<s@example.net>\narrival id=7B3CEA986AA from=<root>\n3 1 0 "
	    "0\n" },
	{ "rejected",
	    HEAD "smtpd[1]: NOQUEUE: reject: RCPT from h[192.0.2.9]: 554 5.7.1 "
		 "no; to=<x@y>, status=sent (ok)\n" HEAD
		 "smtpd[1]: 79CF7A986A5: reject: RCPT from h[192.0.2.9]: 450 "
		 "no\n" HEAD "cleanup[1]: 79CF7A986A5: milter-reject: "
		 "END-OF-MESSAGE from h[192.0.2.9]: 5.7.1 no\n" HEAD
		 "cleanup[1]: 79CF7A986A5: milter-header-reject: header X: y "
		 "from h[192.0.2.9]; from=<s@example.net>: 5.7.1 no\n" HEAD
		 "cleanup[1]: 79CF7A986A5: milter-header-hold: header X: y "
		 "from h[192.0.2.9]; from=<s@example.net>: look\n" HEAD
		 "cleanup[1]: 79CF7A986A5: discard: header Subject: x\n" HEAD
		 "smtpd[1]: NOQUEUE: reject_warning: RCPT from h: x\n" HEAD
		 "smtpd[1]: warning: reject: ETRN example.com... from "
		 "h[192.0.2.9]\n",
	    "reject reply=RCPT from h[192.0.2.9]: 554 5.7.1 no; to=<x@y>, "
	    "status=sent (ok)\nreject id=79CF7A986A5 reply=RCPT from "
	    "h[192.0.2.9]: 450 no\nreject id=79CF7A986A5 reply=END-OF-MESSAGE "
	    "from h[192.0.2.9]: 5.7.1 no\nreject id=79CF7A986A5 reply=header "
	    "X: y from h[192.0.2.9]; from=<s@example.net>: 5.7.1 no\n4 4 0 "
	    "0\n" },
	{ "rejected by a filter before the queue",
	    HEAD "smtpd[1]: proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, "
		 "id=1-02 - spam; from=<> to=<a@example.com>\n" HEAD
		 "smtpd[1]: proxy-reject: END-OF-MESSAGE: ; from=<>\n" HEAD
		 "smtpd[1]: NOQUEUE: proxy-reject: END-OF-MESSAGE: 451 x\n" HEAD
		 "smtpd[1]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued "
		 "as 79CF7A986A5; from=<> to=<a@example.com>\n",
	    "reject reply=END-OF-MESSAGE: 554 5.7.0 Reject, id=1-02 - spam; "
	    "from=<> to=<a@example.com>\nreject reply=END-OF-MESSAGE: ; "
	    "from=<>\nreject reply=END-OF-MESSAGE: 451 x\n3 1 0 0\n" },
	{ "names of programs that were cut",
	    CUT TO
	    ", relay=mx.example.com[2001:db8::1]:25, " TIME
	    ", dsn=5.1.1, status=bounced (host mx said: 550 5.1.1 "
	    "to=<x@example.com>, relay=none, status=sent (ok))\n" CUT TO
	    ", relay=none, delay=3, dsn=4.4.1, status=deferred (delivery "
	    "temporarily suspended: x)\n" CUT TO
	    ", relay=none, delay=3, dsn=2.0.0, status=sent (spam trap)\n" CUT TO
	    ", relay=none, delay=3, dsn=2.0.0, status=deliverable "
	    "(x)\n",
	    "attempt status=bounced id=79CF7A986A5 to=a@example.com "
	    "relay=mx.example.com ip=2001:db8::1 port=25 delay=1600 code=5.1.1 "
	    "reply=host mx said: 550 5.1.1 to=<x@example.com>, relay=none, "
	    "status=sent (ok)\nattempt status=suspended id=79CF7A986A5 "
	    "to=a@example.com relay=none delay=3000 code=4.4.1 reply=delivery "
	    "temporarily suspended: x\nattempt status=discarded "
	    "id=79CF7A986A5 to=a@example.com relay=none delay=3000 code=2.0.0 "
	    "reply=spam trap\nprobe id=79CF7A986A5 to=a@example.com relay=none "
	    "delay=3000 code=2.0.0 reply=x\n" },
	{ "names of programs that were cut, local ways",
	    CUT TO
	    ", relay=local, delay=3, dsn=2.0.0, status=sent (forwarded "
	    "as 7B3CEA986A9)\n" CUT TO
	    ", relay=dropbox, delay=3, dsn=5.3.0, status=bounced (Command "
	    "died with status 1: \"/x\")\n" CUT TO
	    ", relay=mail.example.com[private/dovecot-lmtp], delay=3, "
	    "dsn=2.0.0, status=sent (250 ok)\n" CUT TO
	    ", relay=local, delay=3, dsn=5.1.1, status=undeliverable (x)\n",
	    "attempt status=delivered local id=79CF7A986A5 to=a@example.com "
	    "relay=local delay=3000 code=2.0.0 reply=forwarded as "
	    "7B3CEA986A9\nattempt status=bounced local id=79CF7A986A5 "
	    "to=a@example.com relay=dropbox delay=3000 code=5.3.0 "
	    "reply=Command died with status 1: \"/x\"\nattempt "
	    "status=delivered local id=79CF7A986A5 to=a@example.com "
	    "relay=mail.example.com delay=3000 code=2.0.0 reply=250 ok\nprobe "
	    "local id=79CF7A986A5 to=a@example.com relay=local delay=3000 "
	    "code=5.1.1 reply=x\n" },
	{ "names of programs that were cut, the life of a message",
	    CUT "79CF7A986A5: client=h[192.0.2.9]\n" CUT
		"79CF7A986A5: message-id=<1@example.net>\n" CUT
		"79CF7A986A5: from=<s@example.net>, size=9, nrcpt=1 (queue "
		"active)\n" CUT "79CF7A986A5: from=<s@example.net>, "
		"status=expired, returned to sender\n" CUT
		"79CF7A986A5: sender non-delivery notification: 7B3CEA986A9\n"
		"<22>1 2025-11-03T01:02:03Z mail postfix-out 12 - - "
		"79CF7A986A5: removed\n" CUT
		"NOQUEUE: reject: RCPT from h[192.0.2.9]: 554 5.7.1 no\n" CUT
		"7B3CEA986A9: uid=0 from=<root>\n" CUT TO
		", relay=none, status=odd (x)\n",
	    "arrival id=79CF7A986A5\nmessage id=79CF7A986A5 "
	    "from=<s@example.net>\nexpiry id=79CF7A986A5 from=<s@example.net> "
	    "reply=returned to sender\nnotification status=bounced "
	    "id=79CF7A986A5 next=7B3CEA986A9\nremoval id=79CF7A986A5\nreject "
	    "reply=RCPT from h[192.0.2.9]: 554 5.7.1 no\narrival "
	    "id=7B3CEA986A9 from=<root>\n7 1 1 0\n" },
	{ "interim lines",
	    HEAD
	    "smtp[1]: 79CF7A986A5: host mx[192.0.2.1] said: 451 4.7.1 "
	    "to=<a@b>, status=sent (ok) (in reply to RCPT TO command)\n" HEAD
	    "smtp[1]: 79CF7A986A5: lost connection with mx[192.0.2.1] while "
	    "sending RCPT TO\n" HEAD
	    "smtp[1]: connect to mx[192.0.2.1]:25: Connection refused\n",
	    "0 3 0 0\n" },
	{ "an unheard-of status",
	    HEAD "smtp[1]: " TO
		 ", relay=none, delay=3, dsn=2.0.0, status=odd (x)\n",
	    "0 0 1 0\n" },
	{ "repeated",
	    HEAD
	    "smtp[1]: message repeated 3 times: [ " TO
	    ", relay=none, delay=3, dsn=4.0.0, status=deferred (a [b])]\n" HEAD
	    "smtp[1]: message repeated 0 times: [ " TO
	    ", relay=none, delay=3, status=sent (x)]\n" HEAD
	    "smtp[1]: message repeated 99999999 times: [ " TO
	    ", relay=none, delay=3, status=sent (x)]\n",
	    "attempt status=deferred id=79CF7A986A5 to=a@example.com "
	    "relay=none delay=3000 code=4.0.0 repeat=3 reply=a [b]\n1 2 0 "
	    "0\n" },
	{ "other programs",
	    "Nov  3 01:02:03 mail sshd[1]: " TO
	    ", relay=none, delay=3, dsn=2.0.0, status=sent (x)\nNov  3 "
	    "01:02:03 mail kernel: x\n\nNov  3 01:02:03 mail smtpd[2260]: "
	    "[250B blob data]\n",
	    "0 4 0 0\n" },
	{ "no header",
	    "\001\002\003\nNov  3 01:02:03\nNov  3 0\n to be continued\n-- "
	    "Boot 0123 --\nhello\n",
	    "0 2 0 4\n" },
};

static void
check_row(void **state)
{
	const struct row *row = *state;

	check_records(row->lines, row->wanted);
}

/* Host, instance and time of the header, in each of its forms. */
static void
check_headers(void **state)
{
	const char *lines =
	    "<22>Nov  3 01:02:03 mail postfix/qmgr[1]: 79CF7A986A5: removed\n"
	    "2025-11-03T02:02:03.500+01:00 mail2 postfix-out/qmgr[1]: A1B2C3: "
	    "removed\n"
	    "<22>1 2025-11-03T01:02:03Z mail3 postfix/relay/qmgr 12 - - "
	    "A1B2C3: removed\n"
	    "1762131723.5 mail4 my-own/qmgr[1]: A1B2C3: removed";
	static const struct {
		const char *host;
		const char *instance;
		int millisecond;
	} wanted[] = { { "mail", "postfix", 0 },
		{ "mail2", "postfix-out", 500 }, { "mail3", "postfix", 0 },
		{ "mail4", "my-own", 500 } };
	struct pattern_set *set = load_shipped_patterns();
	struct scan_batch batch;

	(void)state;
	scan_batch_init(&batch);
	scan_lines(set, text_of(lines), 0, &batch);
	assert_int_equal(batch.count, 4);
	for (size_t i = 0; i < batch.count; i++) {
		const struct record *record = &batch.records[i];

		assert_true(text_equal(record->host, text_of(wanted[i].host)));
		assert_true(
		    text_equal(record->instance, text_of(wanted[i].instance)));
		assert_int_equal(record->time,
		    INT64_C(1762131723000) + wanted[i].millisecond);
		assert_int_equal(record->line, i + 1);
	}
	assert_int_equal(batch.first_time, INT64_C(1762131723000));
	assert_int_equal(batch.last_time, INT64_C(1762131723500));
	scan_batch_release(&batch);
	pattern_set_free(set);
}

/* A year for the first lines from a later one of the block. */
static void
check_year_of_neighbour_line(void **state)
{
	const char *lines =
	    "Dec 31 23:59:59 mail postfix/qmgr[1]: A1B2C3: removed\n"
	    "2020-01-01T00:00:01Z mail postfix/qmgr[1]: A1B2C4: removed\n";
	struct scanner_settings settings = {
		.clock = { .reference = INT64_C(1762131723000),
		    .latest = INT64_C(1762131723000),
		    .neighbour_first = INSTANT_NONE,
		    .neighbour_last = INSTANT_NONE },
	};
	struct pattern_set *set = load_shipped_patterns();
	struct scanner *scanner = scanner_new(set, &settings);
	struct scan_batch batch;

	(void)state;
	scan_batch_init(&batch);
	scanner_scan(scanner, text_of(lines), 1, &batch);
	assert_int_equal(batch.count, 2);
	assert_int_equal(batch.records[1].time - batch.records[0].time, 2000);
	scan_batch_release(&batch);
	scanner_free(scanner);
	pattern_set_free(set);
}

/*
 * A megabyte of what makes a careless expression go back again and again must
 * run into the match limit of none of the patterns: the line is taken or
 * counted unmatched, but in linear time; a quadratic one would take hours.
 */
static void
check_hostile_lines(void **state)
{
	static const char *const starts[] = { "smtp[1]: A1B2C3D4: to=<",
		"smtp[1]: A1B2C3D4: to=<\"", "smtp[1]: A1B2C3D4: to=<a@b>, ",
		"local[1]: A1B2C3D4: to=<a@b>, relay=local, delay=1, "
		"status=sent (",
		"qmgr[1]: A1B2C3D4: from=<",
		"smtpd[1]: NOQUEUE: reject: ", "bounce[1]: A1B2C3D4: sender ",
		"pickup[1]: A1B2C3D4: uid=1 from=<",
		"smtp[1]: message repeated 2 times: [ " };
	static const char *const fillings[] = { ", relay=", "\"", "\\", "a=b, ",
		"status=", ">, ", ">", ">a", "<", ") ", "[", "queued as ",
		"\\\"" };
	struct pattern_set *set = load_shipped_patterns();

	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		for (size_t j = 0; j < sizeof(fillings) / sizeof(fillings[0]);
		     j++) {
			struct scan_batch batch;
			struct buffer line;

			buffer_init(&line, 0);
			scan_batch_init(&batch);
			buffer_append_format(&line, "%s%s", HEAD, starts[i]);
			while (line.length < 1 << 20)
				buffer_append_string(&line, fillings[j]);
			scan_lines(set, buffer_text(&line), 0, &batch);
			assert_int_equal(batch.counts.lines, 1);
			assert_int_equal(batch.counts.malformed, 0);
			scan_batch_release(&batch);
			buffer_release(&line);
		}
	pattern_set_free(set);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_headers),
		cmocka_unit_test(check_year_of_neighbour_line),
		cmocka_unit_test(check_hostile_lines),
	};

	return ROWS_RUN("postfix", rows, check_row) +
	    cmocka_run_group_tests_name("postfix lines", others, NULL, NULL);
}
