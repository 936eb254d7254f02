#include "unit/rows.h"

#include "unit/ledger_script.h"

#include <stdio.h>
#include <stdlib.h>

static const struct row {
	const char *name;
	const char *lines;
	const char *said;
} rows[] = {
	/* --- outcomes --- */
	{ "delivered",
	    "0 message A1 from=a@Example.COM.\n"
	    "1 delivered A1 to=u@example.net delay=1\n"
	    "2 removal A1\n",
	    "1 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 from=example.com arrived=0 "
	    "message\n" },
	{ "deferred, then delivered",
	    "0 arrival A1\n"
	    "0 message A1 from=a@example.com\n"
	    "1 deferred A1 to=u@example.net code=4.3.2 "
	    "category=remote_system\n"
	    "301 deferred A1 to=u@example.net code=4.4.1 "
	    "category=connection_failed\n"
	    "1201 delivered A1 to=u@example.net\n"
	    "1202 removal A1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "301 deferred A1 u@example.net #2 +300\n"
	    "1201 delivered A1 u@example.net #3 +900\n"
	    "= A1 u@example.net delivered tries=3 from=example.com "
	    "first=4.3.2/remote_system resolved=1200 arrived=0 message\n" },
	{ "bounced at once",
	    "0 message A1 from=a@example.com\n"
	    "1 bounced A1 to=u@example.net code=5.1.1 category=user_unknown\n"
	    "2 removal A1\n",
	    "1 bounced A1 u@example.net #1\n"
	    "= A1 u@example.net bounced tries=1 from=example.com message\n" },
	{ "pending",
	    "0 message A1 from=a@example.com\n"
	    "1 deferred A1 to=u@example.net code=450\n",
	    "1 deferred A1 u@example.net #1\n"
	    "= A1 u@example.net pending tries=1 from=example.com "
	    "first=450/unknown message\n" },
	{ "withdrawn by hand",
	    "1 deferred A1 to=u@example.net\n"
	    "2 cancel A1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "= A1 u@example.net withdrawn tries=1 first=/unknown message\n" },
	{ "withdrawn by hand while a try was under way",
	    "0 message A1 from=a@example.com\n"
	    "1 deferred A1 to=u@example.net delay=1\n"
	    "1 deferred A1 to=v@example.net delay=1\n"
	    "300 cancel A1\n"
	    "420 deferred A1 to=u@example.net delay=420\n"
	    "600 delivered A1 to=v@example.net delay=600\n",
	    "1 deferred A1 u@example.net #1\n"
	    "1 deferred A1 v@example.net #1\n"
	    "420 deferred A1 u@example.net #2 +419 !cause !code !category\n"
	    "600 delivered A1 v@example.net #2 +599\n"
	    "= A1 u@example.net withdrawn tries=2 from=example.com "
	    "first=/unknown arrived=0 message\n"
	    "= A1 v@example.net delivered tries=2 from=example.com "
	    "first=/unknown resolved=599 arrived=0\n" },
	{ "a notice that is withdrawn by hand while a try was under way",
	    "0 message A1 from=\n"
	    "300 cancel A1\n"
	    "420 deferred A1 to=u@example.net delay=420\n",
	    "0 notification\n"
	    "420 deferred A1 u@example.net #1 notice\n" },
	{ "a queue id that is used again right after it was freed by hand",
	    "1 deferred A1 to=u@example.net delay=1\n"
	    "300 cancel A1\n"
	    "310 deferred A1 to=u@example.net delay=9\n",
	    "1 deferred A1 u@example.net #1\n"
	    "= A1 u@example.net withdrawn tries=1 first=/unknown arrived=0 "
	    "message\n"
	    "310 deferred A1 u@example.net #1\n"
	    "= A1 u@example.net pending tries=1 first=/unknown arrived=301 "
	    "message\n" },
	{ "withdrawn by hand: forgotten after a day",
	    "1 deferred A1 to=u@example.net delay=1\n"
	    "300 cancel A1\n"
	    "90000 delivered B1 to=u@example.net\n",
	    "1 deferred A1 u@example.net #1\n"
	    "= A1 u@example.net withdrawn tries=1 first=/unknown arrived=0 "
	    "message\n"
	    "90000 delivered B1 u@example.net #1\n"
	    "= B1 u@example.net delivered tries=1 message\n" },
	{ "refused before it came into the queue: whom it claimed to be from",
	    "0 arrival A1 from=www@example.com\n"
	    "0 bounced A1 to=u@example.net\n"
	    "5 arrival B1 from=www@web.example.com\n"
	    "5 message B1 from=www@example.org\n"
	    "5 delivered B1 to=u@example.net\n"
	    "6 removal B1\n"
	    "9 arrival C1 from=root\n"
	    "9 bounced C1 to=u@example.net\n",
	    "0 bounced A1 u@example.net #1\n"
	    "5 delivered B1 u@example.net #1\n"
	    "9 bounced C1 u@example.net #1\n"
	    "= A1 u@example.net bounced tries=1 from=example.com arrived=0 "
	    "message\n"
	    "= B1 u@example.net delivered tries=1 from=example.org arrived=5 "
	    "message\n"
	    "= C1 u@example.net bounced tries=1 arrived=9 message\n" },
	{ "removed without a final record",
	    "1 deferred A1 to=u@example.net\n"
	    "2 removal A1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "= A1 u@example.net withdrawn tries=1 first=/unknown message\n" },
	{ "thrown away",
	    "1 discarded A1 to=u@example.net\n"
	    "2 removal A1\n",
	    "1 discarded A1 u@example.net\n"
	    "= A1 u@example.net withdrawn tries=0 message\n" },
	{ "thrown away, said twice",
	    "1 discarded A1 mta=sendmail to=u@example.net\n"
	    "1 discarded A1 mta=sendmail to=u@example.net\n"
	    "1 discarded A1 mta=sendmail to=v@example.net\n",
	    "1 discarded A1 u@example.net\n"
	    "1 discarded A1 v@example.net\n"
	    "= A1 u@example.net withdrawn tries=0 message\n"
	    "= A1 v@example.net withdrawn tries=0\n" },
	{ "given up, said twice",
	    "1 deferred A1 to=u@example.net mta=exim\n"
	    "9 expired A1 to=u@example.net mta=exim\n"
	    "9 expired A1 to=u@example.net mta=exim\n",
	    "1 deferred A1 u@example.net #1\n"
	    "9 expired A1 u@example.net\n"
	    "= A1 u@example.net expired tries=1 first=/unknown message\n" },
	{ "thrown away, in two records of an MTA that says it once",
	    "1 discarded A1 to=u@example.net repeat=2\n",
	    "1 discarded A1 u@example.net\n"
	    "1 discarded A1 u@example.net\n"
	    "= A1 u@example.net withdrawn tries=0 message\n" },
	{ "one recipient, its domain written in two ways",
	    "1 deferred A1 to=u@Example.NET\n"
	    "301 delivered A1 to=u@example.net.\n"
	    "302 removal A1\n",
	    "1 deferred A1 u@Example.NET #1\n"
	    "301 delivered A1 u@Example.NET #2 +300\n"
	    "= A1 u@Example.NET delivered tries=2 first=/unknown "
	    "resolved=300 message\n" },
	{ "two recipients of one message",
	    "1 delivered A1 to=u@example.net\n"
	    "1 bounced A1 to=v@example.org\n"
	    "2 removal A1\n",
	    "1 delivered A1 u@example.net #1\n"
	    "1 bounced A1 v@example.org #1\n"
	    "= A1 u@example.net delivered tries=1 message\n"
	    "= A1 v@example.org bounced tries=1\n" },
	{ "local parts that differ by case are two",
	    "1 delivered A1 to=U@example.net\n"
	    "1 delivered A1 to=u@example.net\n",
	    "1 delivered A1 U@example.net #1\n"
	    "1 delivered A1 u@example.net #1\n"
	    "= A1 U@example.net delivered tries=1 message\n"
	    "= A1 u@example.net delivered tries=1\n" },

	/* --- records that are no tries --- */
	{ "suspended is no try but a deferral",
	    "1 suspended A1 to=u@example.net code=4.4.1 "
	    "category=connection_failed\n"
	    "100 deferred A1 to=u@example.net code=4.3.2\n"
	    "200 suspended A1 to=u@example.net code=4.3.2\n"
	    "400 delivered A1 to=u@example.net\n",
	    "1 suspended A1 u@example.net\n"
	    "100 deferred A1 u@example.net #1\n"
	    "200 suspended A1 u@example.net !cause !code !category\n"
	    "400 delivered A1 u@example.net #2 +300\n"
	    "= A1 u@example.net delivered tries=2 suspended=2 "
	    "first=4.4.1/connection_failed resolved=399 message\n" },
	{ "a code and a category count once for each delivery",
	    "1 deferred A1 to=u@example.net code=4.3.2 category=unknown\n"
	    "2 deferred A1 to=u@example.net code=4.3.2 category=greylisted\n"
	    "3 deferred A1 to=u@example.net code=451 category=greylisted\n"
	    "4 deferred A1 to=u@example.net code=451 category=greylisted\n"
	    "5 deferred A1 to=v@example.net code=451 category=greylisted\n",
	    "1 deferred A1 u@example.net #1\n"
	    "2 deferred A1 u@example.net #2 +1 !code\n"
	    "3 deferred A1 u@example.net #3 +1 !category\n"
	    "4 deferred A1 u@example.net #4 +1 !cause !code !category\n"
	    "5 deferred A1 v@example.net #1\n"
	    "= A1 u@example.net pending tries=4 first=4.3.2/unknown message\n"
	    "= A1 v@example.net pending tries=1 first=451/greylisted\n" },
	{ "a line that stands for three",
	    "1 deferred A1 to=u@example.net repeat=3\n",
	    "1 deferred A1 u@example.net #1\n"
	    "1 deferred A1 u@example.net #2 +0 !cause !code !category\n"
	    "1 deferred A1 u@example.net #3 +0 !cause !code !category\n"
	    "= A1 u@example.net pending tries=3 first=/unknown message\n" },
	{ "rejects and probes are no deliveries",
	    "1 reject NOQUEUE to=u@example.net repeat=2\n"
	    "2 probe A1 to=u@example.net\n",
	    "1 reject x2\n2 probe\n" },

	/* --- expiry --- */
	{ "expiry closes only what is open",
	    "1 delivered A1 to=u@example.net\n"
	    "1 deferred A1 to=v@example.net code=4.3.2 "
	    "category=remote_system\n"
	    "1 bounced A1 to=w@example.net\n"
	    "9 expiry A1\n"
	    "9 removal A1\n",
	    "1 delivered A1 u@example.net #1\n"
	    "1 deferred A1 v@example.net #1\n"
	    "1 bounced A1 w@example.net #1\n"
	    "9 expired A1 v@example.net\n"
	    "= A1 u@example.net delivered tries=1 message\n"
	    "= A1 v@example.net expired tries=1 first=4.3.2/remote_system\n"
	    "= A1 w@example.net bounced tries=1\n" },
	{ "one recipient expires",
	    "1 deferred A1 to=u@example.net mta=exim\n"
	    "1 deferred A1 to=v@example.net mta=exim\n"
	    "9 expired A1 to=u@example.net mta=exim\n",
	    "1 deferred A1 u@example.net #1\n"
	    "1 deferred A1 v@example.net #1\n"
	    "9 expired A1 u@example.net\n"
	    "= A1 u@example.net expired tries=1 first=/unknown message\n"
	    "= A1 v@example.net pending tries=1 first=/unknown\n" },
	{ "expiry of a message that nothing is known of",
	    "9 expiry A1\n9 removal A1\n", "" },
	{ "removed right after the notice of failure: expired",
	    "1 deferred A1 to=u@example.net\n"
	    "9 notification A1 next=N1 status=bounced\n"
	    "10 removal A1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "9 notification\n"
	    "10 expired A1 u@example.net\n"
	    "= A1 u@example.net expired tries=1 first=/unknown message\n" },
	{ "the end is written after the removal",
	    "1 deferred A1 to=u@example.net\n"
	    "1 deferred A1 to=v@example.net\n"
	    "9 notification A1 next=N1 status=bounced\n"
	    "10 removal A1\n"
	    "9 bounced A1 to=v@Example.NET\n",
	    "1 deferred A1 u@example.net #1\n"
	    "1 deferred A1 v@example.net #1\n"
	    "9 notification\n"
	    "10 expired A1 u@example.net\n"
	    "9 bounced A1 v@example.net #2 +8 !code !category\n"
	    "= A1 u@example.net expired tries=1 first=/unknown message\n"
	    "= A1 v@example.net bounced tries=2 first=/unknown\n" },
	{ "the end of one is written after the expiry of the others",
	    "1 deferred A1 to=u@example.net\n"
	    "1 deferred A1 to=v@example.net\n"
	    "9 expiry A1\n"
	    "9 removal A1\n"
	    "9 delivered A1 to=v@example.net\n"
	    "10 delivered A1 to=u@example.net\n",
	    "1 deferred A1 u@example.net #1\n"
	    "1 deferred A1 v@example.net #1\n"
	    "9 expired A1 u@example.net\n"
	    "9 delivered A1 v@example.net #2 +8\n"
	    "10 delivered A1 u@example.net #2 +9\n"
	    "= A1 u@example.net delivered tries=2 first=/unknown "
	    "resolved=9 message\n"
	    "= A1 v@example.net delivered tries=2 first=/unknown "
	    "resolved=8\n" },
	{ "removed long after the notice of failure: withdrawn",
	    "1 deferred A1 to=u@example.net\n"
	    "9 notification A1 next=N1 status=bounced\n"
	    "109 removal A1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "9 notification\n"
	    "= A1 u@example.net withdrawn tries=1 first=/unknown message\n" },
	{ "a notice of delay is no end",
	    "1 deferred A1 to=u@example.net\n"
	    "9 notification A1 next=N1 status=deferred\n"
	    "10 removal A1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "9 notification\n"
	    "= A1 u@example.net withdrawn tries=1 first=/unknown message\n" },
	{ "cancelled right after the notice: withdrawn",
	    "1 deferred A1 to=u@example.net\n"
	    "9 notification A1 next=N1 status=bounced\n"
	    "10 cancel A1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "9 notification\n"
	    "= A1 u@example.net withdrawn tries=1 first=/unknown message\n" },
	{ "Sendmail says only that it is done",
	    "1 deferred A1 to=u@example.net mta=sendmail\n"
	    "9 removal A1 mta=sendmail\n",
	    "1 deferred A1 u@example.net #1\n"
	    "9 expired A1 u@example.net\n"
	    "= A1 u@example.net expired tries=1 first=/unknown message\n" },
	{ "one recipient is cancelled",
	    "1 deferred A1 to=u@example.net\n"
	    "1 deferred A1 to=v@example.net\n"
	    "2 cancel A1 to=u@example.net\n"
	    "9 delivered A1 to=v@example.net\n",
	    "1 deferred A1 u@example.net #1\n"
	    "1 deferred A1 v@example.net #1\n"
	    "9 delivered A1 v@example.net #2 +8\n"
	    "= A1 u@example.net withdrawn tries=1 first=/unknown message\n"
	    "= A1 v@example.net delivered tries=2 first=/unknown "
	    "resolved=8\n" },

	/* --- notifications --- */
	{ "the sender is known however long the first try is waited for",
	    "0 message A1 from= mta=qmail\n"
	    "0 message B1 from=b@example.com mta=haraka\n"
	    "0 message C1 from=c@example.com mta=sendmail\n"
	    "0 message D1 from=d@example.com mta=qmail\n"
	    "1 delivered D1 to=u@example.net mta=qmail\n"
	    "4000 message E1 from= mta=qmail\n"
	    "8000 message F1 from= mta=qmail\n"
	    "9000 delivered A1 to=u@example.net mta=qmail\n"
	    "9000 delivered B1 to=u@example.net mta=haraka\n"
	    "9000 delivered C1 to=u@example.net mta=sendmail\n"
	    "9000 delivered D1 to=v@example.net mta=qmail\n",
	    "0 notification\n"
	    "1 delivered D1 u@example.net #1\n"
	    "4000 notification\n"
	    "8000 notification\n"
	    "9000 delivered A1 u@example.net #1 notice\n"
	    "9000 delivered B1 u@example.net #1\n"
	    "9000 delivered C1 u@example.net #1\n"
	    "9000 delivered D1 v@example.net #1\n"
	    "= B1 u@example.net delivered tries=1 from=example.com "
	    "arrived=0 message\n"
	    "= C1 u@example.net delivered tries=1 from=example.com "
	    "arrived=0 message\n"
	    "= D1 u@example.net delivered tries=1 from=example.com "
	    "arrived=0 message\n"
	    "= D1 v@example.net delivered tries=1 from=example.com "
	    "arrived=0\n" },
	{ "a null sender is a notification",
	    "1 message A1 from=\n"
	    "2 deferred A1 to=u@example.net\n"
	    "3 message A1 from=\n"
	    "4 bounced A1 to=u@example.net\n"
	    "5 removal A1\n",
	    "1 notification\n"
	    "2 deferred A1 u@example.net #1 notice\n"
	    "4 bounced A1 u@example.net #2 +2 notice\n" },
	{ "a notice to the postmaster has a sender",
	    "1 notification A1 next=N1 status=bounced\n"
	    "1 message N1 from=double-bounce@example.com\n"
	    "2 delivered N1 to=postmaster@example.com\n",
	    "1 notification\n"
	    "2 delivered N1 postmaster@example.com #1 notice\n" },
	{ "the line that announces a notification comes after its removal",
	    "1 bounced A1 to=u@example.net\n"
	    "1 message N1 from=\n"
	    "1 delivered N1 to=a@example.com\n"
	    "1 removal N1\n"
	    "2 notification A1 next=N1 status=bounced\n"
	    "9 notification B1 next=N1 status=bounced\n",
	    "1 bounced A1 u@example.net #1\n"
	    "1 notification\n"
	    "1 delivered N1 a@example.com #1 notice\n"
	    "9 notification\n"
	    "= A1 u@example.net bounced tries=1 message\n" },
	{ "the line that names the sender comes late",
	    "1 delivered A1 to=u@example.net\n"
	    "1 message A1 from=a@example.com\n"
	    "2 removal A1\n",
	    "1 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 from=example.com "
	    "message\n" },
	{ "the line that names the null sender comes late",
	    "1 delivered A1 to=u@example.net\n"
	    "4 message A1 from=\n",
	    "4 notification\n"
	    "1 delivered A1 u@example.net #1 notice\n" },
	{ "the line that names the sender comes after the removal",
	    "2 delivered A1 to=u@example.net\n"
	    "2 removal A1\n"
	    "1 message A1 from=a@example.com\n",
	    "2 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 from=example.com "
	    "message\n" },
	{ "the arrival comes after the removal, and then the try",
	    "1 message A1 from=a@example.com\n"
	    "2 removal A1\n"
	    "2 arrival A1\n"
	    "2 delivered A1 to=u@example.net\n",
	    "2 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 from=example.com "
	    "arrived=2 message\n" },
	{ "the line that names the null sender comes after the removal",
	    "2 delivered A1 to=u@example.net\n"
	    "2 removal A1\n"
	    "1 message A1 from=\n",
	    "1 notification\n"
	    "2 delivered A1 u@example.net #1 notice\n" },
	{ "the line that names the sender comes after its notification",
	    "2 bounced A1 to=u@example.net mta=exim\n"
	    "2 notification A1 next=N1 from= status=bounced mta=exim\n"
	    "1 message A1 from=a@example.com mta=exim\n",
	    "2 bounced A1 u@example.net #1\n"
	    "2 notification\n"
	    "= A1 u@example.net bounced tries=1 from=example.com "
	    "arrived=1 message\n" },
	{ "an older log stands behind a newer one that used the id",
	    "100 delivered A1 to=u@example.net\n"
	    "100 removal A1\n"
	    "50 message A1 from=a@example.com\n"
	    "50 delivered A1 to=w@example.net\n",
	    "100 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 message\n"
	    "50 delivered A1 w@example.net #1\n"
	    "= A1 w@example.net delivered tries=1 from=example.com "
	    "message\n" },
	{ "the sender of the next message with that id is another",
	    "1 delivered A1 to=u@example.net\n"
	    "1 removal A1\n"
	    "2 arrival A1\n"
	    "2 message A1 from=\n",
	    "1 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 message\n"
	    "2 notification\n" },
	{ "a notification is counted once",
	    "1 notification A1 next=N1 status=bounced\n"
	    "1 message N1 from=\n"
	    "1 message N1 from=\n",
	    "1 notification\n" },

	/* --- scope --- */
	{ "local deliveries do not count",
	    "1 delivered A1 to=u@example.net relay=local scope=local\n",
	    "1 delivered A1 u@example.net #1 local uncounted\n"
	    "= A1 u@example.net delivered tries=1 local uncounted\n" },
	{ "unless they are asked for",
	    "set scope=local\n"
	    "1 delivered A1 to=u@example.net relay=local scope=local\n"
	    "1 delivered A1 to=v@example.net relay=mx.example.net\n",
	    "1 delivered A1 u@example.net #1 local\n"
	    "1 delivered A1 v@example.net #1 uncounted\n"
	    "= A1 u@example.net delivered tries=1 local message\n"
	    "= A1 v@example.net delivered tries=1 uncounted\n" },
	{ "a record without a relay keeps the scope",
	    "1 deferred A1 to=u@example.net relay=lmtp scope=local\n"
	    "2 suspended A1 to=u@example.net\n"
	    "3 delivered A1 to=u@example.net relay=mx.example.net\n",
	    "1 deferred A1 u@example.net #1 local uncounted\n"
	    "2 suspended A1 u@example.net local uncounted\n"
	    "3 delivered A1 u@example.net #2 +2\n"
	    "= A1 u@example.net delivered tries=2 suspended=1 "
	    "first=/unknown resolved=2 message\n" },

	{ "a skipped try keeps the scope",
	    "1 deferred A1 to=u@example.net relay=lmtp scope=local\n"
	    "2 suspended A1 to=u@example.net relay=none\n"
	    "3 deferred A1 to=u@example.net relay=none\n",
	    "1 deferred A1 u@example.net #1 local uncounted\n"
	    "2 suspended A1 u@example.net local uncounted\n"
	    "3 deferred A1 u@example.net #2 +2\n"
	    "= A1 u@example.net pending tries=2 suspended=1 "
	    "first=/unknown message\n" },

	/* --- before the first line --- */
	{ "began before the logs",
	    "set start=1000\n"
	    "1000 deferred A1 to=u@example.net delay=600\n"
	    "1001 delivered B1 to=v@example.net delay=1\n"
	    "1002 arrival C1\n"
	    "1003 delivered C1 to=w@example.net delay=900\n",
	    "1000 deferred A1 u@example.net #1\n"
	    "1001 delivered B1 v@example.net #1\n"
	    "1003 delivered C1 w@example.net #1\n"
	    "= A1 u@example.net pending tries=1 first=/unknown arrived=400 "
	    "censored message\n"
	    "= B1 v@example.net delivered tries=1 arrived=1000 message\n"
	    "= C1 w@example.net delivered tries=1 arrived=1002 message\n" },
	{ "began before the logs, as the delivery or the end tells",
	    "set start=1000\n"
	    "1000 deferred A1 to=u@example.net mta=exim\n"
	    "1001 deferred A1 to=v@example.net mta=exim\n"
	    "1010 delivered A1 to=u@example.net mta=exim delay=600\n"
	    "1011 deferred B1 to=v@example.net mta=exim\n"
	    "1020 delivered B1 to=v@example.net mta=exim\n"
	    "1020 removal B1 mta=exim delay=500\n"
	    "1021 deferred C1 to=w@example.net mta=exim\n"
	    "1030 delivered C1 to=w@example.net mta=exim delay=9\n",
	    "1000 deferred A1 u@example.net #1\n"
	    "1001 deferred A1 v@example.net #1\n"
	    "1010 delivered A1 u@example.net #2 +10\n"
	    "1011 deferred B1 v@example.net #1\n"
	    "1020 delivered B1 v@example.net #2 +9\n"
	    "1021 deferred C1 w@example.net #1\n"
	    "1030 delivered C1 w@example.net #2 +9\n"
	    "= A1 u@example.net delivered tries=2 first=/unknown resolved=10 "
	    "arrived=410 censored message\n"
	    "= A1 v@example.net pending tries=1 first=/unknown arrived=410 "
	    "censored\n"
	    "= B1 v@example.net delivered tries=2 first=/unknown resolved=9 "
	    "arrived=520 censored message\n"
	    "= C1 w@example.net delivered tries=2 first=/unknown resolved=9 "
	    "arrived=1021 message\n" },
	{ "expires twice, a recipient comes between",
	    "1 deferred A1 to=u@example.net\n"
	    "1 deferred A1 to=v@example.net\n"
	    "100 expiry A1\n"
	    "101 deferred A1 to=w@example.net\n"
	    "200 expiry A1\n"
	    "300 expiry A1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "1 deferred A1 v@example.net #1\n"
	    "100 expired A1 u@example.net\n"
	    "100 expired A1 v@example.net\n"
	    "101 deferred A1 w@example.net #1\n"
	    "200 expired A1 w@example.net\n"
	    "= A1 u@example.net expired tries=1 first=/unknown message\n"
	    "= A1 v@example.net expired tries=1 first=/unknown\n"
	    "= A1 w@example.net expired tries=1 first=/unknown\n" },
	{ "expires, a late end is awaited, and expires again",
	    "1 deferred A1 to=u@example.net\n"
	    "1 deferred A1 to=v@example.net\n"
	    "100 expiry A1\n"
	    "100 delivered A1 to=v@example.net\n"
	    "101 deferred A1 to=w@example.net\n"
	    "200 expiry A1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "1 deferred A1 v@example.net #1\n"
	    "100 expired A1 u@example.net\n"
	    "100 delivered A1 v@example.net #2 +99\n"
	    "101 deferred A1 w@example.net #1\n"
	    "200 expired A1 w@example.net\n"
	    "= A1 u@example.net expired tries=1 first=/unknown message\n"
	    "= A1 v@example.net delivered tries=2 first=/unknown resolved=99\n"
	    "= A1 w@example.net expired tries=1 first=/unknown\n" },
	{ "expires, what ended goes behind a hop, and expires again",
	    "1 deferred A1 to=u@example.net\n"
	    "2 deferred A1 to=v@example.net\n"
	    "100 expiry A1\n"
	    "200 message B1\n"
	    "200 delivered A1 to=v@example.net next=B1\n"
	    "201 deferred A1 to=w@example.net\n"
	    "300 expiry A1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "2 deferred A1 v@example.net #1\n"
	    "100 expired A1 u@example.net\n"
	    "100 expired A1 v@example.net\n"
	    "200 delivered A1 v@example.net hop\n"
	    "201 deferred A1 w@example.net #1\n"
	    "300 expired A1 w@example.net\n"
	    "= A1 u@example.net expired tries=1 first=/unknown message\n"
	    "= A1 w@example.net expired tries=1 first=/unknown\n"
	    "= B1 v@example.net expired tries=1 first=/unknown message\n" },
};

static void
check_row(void **state)
{
	const struct row *row = *state;

	script_check(row->lines, row->said);
}

static void
note_owner(void *context, void *owner)
{
	int **last = context;

	/* One after the other, each once. */
	assert_ptr_equal(owner, *last + 1);
	*last = owner;
}

/* Texts are given back when the last event of an owner is worked off. */
static void
check_owners(void **state)
{
	int owners[4] = { 0 };
	int *last = owners;
	struct ledger_script script;
	struct ledger_settings settings;
	struct ledger *ledger;

	(void)state;
	script_init(&script);
	script_read(&script,
	    "1 deferred A1 to=u@example.net\n"
	    "2 deferred A1 to=v@example.net\n"
	    "20 delivered A1 to=u@example.net\n"
	    "21 bounced A1 to=v@example.net\n");
	settings = (struct ledger_settings){
		.names = script.names,
		.filter = script.filter,
		.observer = { .context = &script,
		    .notification = script_on_notification,
		    .record = script_on_record,
		    .outcome = script_on_outcome },
		.release = note_owner,
		.release_context = &last,
		.start = INSTANT_NONE,
	};
	ledger = ledger_new(&settings);
	ledger_take(ledger, &script.events[0], &owners[1]);
	ledger_take(ledger, &script.events[1], &owners[2]);
	assert_ptr_equal(last, owners);
	assert_int_equal(ledger_open_count(ledger), 0);
	ledger_take(ledger, &script.events[2], NULL);
	assert_ptr_equal(last, &owners[2]);
	assert_int_equal(ledger_open_count(ledger), 2);
	ledger_take(ledger, &script.events[3], &owners[3]);
	assert_ptr_equal(last, &owners[2]);
	ledger_drain(ledger);
	assert_ptr_equal(last, &owners[3]);
	assert_int_equal(ledger_open_count(ledger), 0);
	ledger_free(ledger);
	script_release(&script);
}

/* An internal relay on a host of its own: its queue ids never come here. */
static void
check_ids_of_internal_relay(void **state)
{
	struct ledger_script script;
	struct ledger *ledger;

	(void)state;
	script_init(&script);
	script_read(&script,
	    "set internal=192.0.2.0/24\n"
	    "1 deferred A1 to=u@example.net\n"
	    "2 delivered A1 to=u@example.net ip=192.0.2.7 next=F1\n"
	    "2 delivered A1 to=v@example.net ip=192.0.2.7 next=F1\n"
	    "3 removal A1\n"
	    "20 delivered B1 to=u@example.net ip=192.0.2.7 next=C1\n"
	    "20 arrival C1\n");
	ledger = script_ledger(&script, NULL);
	for (size_t i = 0; i < script.count; i++)
		ledger_take(ledger, &script.events[i], NULL);
	assert_int_equal(ledger_open_count(ledger), 0);
	ledger_drain(ledger);
	assert_int_equal(ledger_open_count(ledger), 1);
	ledger_free(ledger);
	script_release(&script);
}

/* A failure's cause is its codes and what they mean, each once. */
static void
check_causes(void **state)
{
	struct ledger_script script;
	struct ledger *ledger;
	const struct cause *causes;
	size_t count;

	(void)state;
	script_init(&script);
	script_read(&script,
	    "1 deferred A1 to=u@example.net code=4.3.2 code=451 "
	    "category=remote_system\n"
	    "1 deferred A1 to=v@example.org code=4.3.2 code=451 "
	    "category=remote_system\n"
	    "1 bounced A1 to=w@example.net code=5.1.1 "
	    "category=user_unknown\n"
	    "1 delivered A1 to=x@example.net\n");
	ledger = script_ledger(&script, NULL);
	for (size_t i = 0; i < script.count; i++)
		ledger_take(ledger, &script.events[i], NULL);
	ledger_drain(ledger);
	causes = ledger_causes(ledger, &count);
	assert_int_equal(count, 3);
	assert_int_equal(causes[0].category, CATEGORY_NONE);
	assert_int_equal(causes[1].enhanced_code, ENHANCED_CODE(4, 3, 2));
	assert_int_equal(causes[1].reply_code, 451);
	assert_int_equal(causes[1].category, CATEGORY_REMOTE_SYSTEM);
	assert_int_equal(causes[1].class, CLASS_SOFT);
	assert_int_equal(causes[2].category, CATEGORY_USER_UNKNOWN);
	assert_int_equal(causes[2].action, ACTION_REMOVE);
	ledger_free(ledger);
	script_release(&script);
}

static void
count_record(
    void *context, struct observation *observation, struct delivery *delivery)
{
	uint32_t *count = context;

	(void)observation;
	(void)delivery;
	(*count)++;
}

static void
count_outcome(void *context, const struct delivery *delivery,
    const struct message *message, bool is_first_counted)
{
	(void)context;
	(void)delivery;
	(void)message;
	(void)is_first_counted;
}

/* What a ledger makes of lines: the number of records that it tells. */
static uint32_t
count_told(const struct ledger_script *script, struct ledger **kept)
{
	uint32_t count = 0;
	const struct ledger_settings settings = {
		.names = script->names,
		.filter = script->filter,
		.observer = { .context = &count,
		    .record = count_record,
		    .outcome = count_outcome },
		.start = INSTANT_NONE,
	};
	struct ledger *ledger = ledger_new(&settings);

	for (size_t i = 0; i < script->count; i++)
		ledger_take(ledger, &script->events[i], NULL);
	ledger_drain(ledger);
	*kept = ledger;
	return count;
}

/* A line that says more than can be costs no more than that. */
static void
check_repeats(void **state)
{
	struct ledger_script script;
	struct ledger *ledger;

	(void)state;
	script_init(&script);
	script_read(&script,
	    "1 deferred A1 to=u@example.net repeat=9999\n"
	    "2 deferred A1 to=v@example.net repeat=1000000\n"
	    "3 reject A1 to=w@example.net repeat=1000000\n");
	assert_int_equal(count_told(&script, &ledger), 9999 + 10000 + 1);
	ledger_free(ledger);
	script_release(&script);
}

/* Instances without number that log one queue id: few messages are kept. */
static void
check_instances_of_an_id(void **state)
{
	static char lines[100][96];
	struct ledger_script script;
	struct ledger *ledger;

	(void)state;
	script_init(&script);
	for (int i = 0; i < 100; i++) {
		snprintf(lines[i], sizeof(lines[i]),
		    "1 message A1 from=s@example.com tag=i%d\n"
		    "1 deferred A1 to=u@example.net tag=i%d\n",
		    i, i);
		script_read(&script, lines[i]);
	}
	assert_int_equal(count_told(&script, &ledger), 100);
	assert_int_equal(ledger_open_count(ledger), 64);
	ledger_free(ledger);
	script_release(&script);
}

/* The lists of a delivery keep the latest numbers, in their order. */
static void
check_lists(void **state)
{
	uint32_t *list = NULL;
	uint32_t count = 0;

	(void)state;
	for (uint32_t i = 1; i <= 1000; i++)
		delivery_note_number(&list, &count, i);
	assert_int_equal(count, 256);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(list[i], 1000 - 256 + 1 + i);
	free(list);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_repeats),
		cmocka_unit_test(check_lists),
		cmocka_unit_test(check_instances_of_an_id),
		cmocka_unit_test(check_owners),
		cmocka_unit_test(check_ids_of_internal_relay),
		cmocka_unit_test(check_causes),
	};
	int failed = ROWS_RUN("ledger", rows, check_row);

	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
