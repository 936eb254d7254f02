#include "unit/rows.h"

#include "unit/ledger_script.h"

static const struct row {
	const char *name;
	const char *lines;
	const char *said;
} rows[] = {
	/* --- hops --- */
	{ "hop to a queue id that is known",
	    "0 message A1 from=a@example.com mta=exim\n"
	    "1 message B1 from=list@example.org mta=exim\n"
	    "2 delivered A1 to=u@example.net next=B1 mta=exim\n"
	    "2 removal A1 mta=exim\n"
	    "3 delivered B1 to=u@example.net next=C1 mta=exim\n",
	    "2 delivered A1 u@example.net hop\n"
	    "3 delivered B1 u@example.net #1\n"
	    "= B1 u@example.net delivered tries=1 from=example.com arrived=0 "
	    "message\n" },
	{ "hop to a queue id that appears three seconds later",
	    "0 arrival A1\n"
	    "1 message A1 from=a@example.com\n"
	    "2 delivered A1 to=u@example.net next=B1\n"
	    "5 arrival B1\n"
	    "5 message B1 from=srs@example.org\n"
	    "7 deferred B1 to=u@example.net\n",
	    "2 delivered A1 u@example.net hop\n"
	    "7 deferred B1 u@example.net #1\n"
	    "= B1 u@example.net pending tries=1 from=example.com "
	    "first=/unknown arrived=0 message\n" },
	{ "a foreign queue id is no hop",
	    "0 message A1 from=a@example.com\n"
	    "2 delivered A1 to=u@example.net next=B1\n"
	    "60 arrival C1\n",
	    "2 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 from=example.com message\n" },
	{ "a queue id of another host is no hop",
	    "1 arrival B1 host=mx2\n"
	    "2 delivered A1 to=u@example.net next=B1\n",
	    "2 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 message\n" },
	{ "a failure is no hop",
	    "1 arrival B1\n"
	    "2 deferred A1 to=u@example.net next=B1\n",
	    "2 deferred A1 u@example.net #1\n"
	    "= A1 u@example.net pending tries=1 first=/unknown message\n" },
	{ "internal relay",
	    "set internal=192.0.2.0/24\n"
	    "2 delivered A1 to=u@example.net ip=192.0.2.7\n"
	    "3 delivered B1 to=u@example.net ip=198.51.100.7\n",
	    "2 delivered A1 u@example.net hop\n"
	    "3 delivered B1 u@example.net #1\n"
	    "= B1 u@example.net delivered tries=1 message\n" },
	{ "internal relay by its port only",
	    "set internal=filter.example.com:10024\n"
	    "2 delivered A1 to=u@example.net relay=filter.example.com "
	    "port=10024\n"
	    "3 delivered B1 to=u@example.net relay=filter.example.com "
	    "port=25\n",
	    "2 delivered A1 u@example.net hop\n"
	    "3 delivered B1 u@example.net #1\n"
	    "= B1 u@example.net delivered tries=1 message\n" },
	{ "a chain of two hops keeps the first arrival and sender",
	    "0 arrival A1\n"
	    "0 message A1 from=a@example.com\n"
	    "5 arrival B1\n"
	    "5 message B1 from=b@example.org\n"
	    "5 delivered A1 to=u@example.net next=B1\n"
	    "9 arrival C1\n"
	    "9 message C1 from=c@example.org\n"
	    "9 delivered B1 to=u@example.net next=C1\n"
	    "20 bounced C1 to=u@example.net\n",
	    "5 delivered A1 u@example.net hop\n"
	    "9 delivered B1 u@example.net hop\n"
	    "20 bounced C1 u@example.net #1\n"
	    "= C1 u@example.net bounced tries=1 from=example.com arrived=0 "
	    "message\n" },
	{ "a sender without a domain tells less than the next one",
	    "0 message A1 from=root mta=sendmail\n"
	    "1 message B1 from=root@example.com mta=sendmail\n"
	    "1 delivered A1 to=u@example.net next=B1 mta=sendmail\n"
	    "2 delivered B1 to=u@example.net mta=sendmail\n",
	    "1 delivered A1 u@example.net hop\n"
	    "2 delivered B1 u@example.net #1\n"
	    "= B1 u@example.net delivered tries=1 from=example.com arrived=0 "
	    "message\n" },
	{ "what was deferred before the hop stays",
	    "0 arrival A1\n"
	    "1 deferred A1 to=u@example.net code=4.4.1\n"
	    "100 arrival B1\n"
	    "100 delivered A1 to=u@example.net next=B1\n"
	    "101 delivered B1 to=u@example.net\n",
	    "1 deferred A1 u@example.net #1\n"
	    "100 delivered A1 u@example.net hop\n"
	    "101 delivered B1 u@example.net #2 +100\n"
	    "= B1 u@example.net delivered tries=2 first=4.4.1/unknown "
	    "resolved=100 arrived=0 message\n" },
	{ "and is told when the hop is logged late",
	    "0 arrival A1\n"
	    "1 deferred A1 to=u@example.net code=4.4.1\n"
	    "100 arrival B1\n"
	    "100 deferred B1 to=u@example.net code=4.2.2\n"
	    "100 delivered A1 to=u@example.net next=B1\n"
	    "200 deferred B1 to=u@example.net code=4.4.1\n"
	    "300 deferred B1 to=u@example.net code=4.2.2\n",
	    "1 deferred A1 u@example.net #1\n"
	    "100 deferred B1 u@example.net #1\n"
	    "100 delivered A1 u@example.net hop\n"
	    "200 deferred B1 u@example.net #3 +100 !cause !code !category\n"
	    "300 deferred B1 u@example.net #4 +100 !cause !code !category\n"
	    "= B1 u@example.net pending tries=4 first=4.4.1/unknown "
	    "arrived=0 message\n" },
	{ "a notification stays one behind the filter",
	    "0 message A1 from=\n"
	    "1 arrival B1\n"
	    "1 delivered A1 to=u@example.net next=B1\n"
	    "1 message B1 from=\n"
	    "2 delivered B1 to=u@example.net\n",
	    "0 notification\n"
	    "1 delivered A1 u@example.net hop notice\n"
	    "2 delivered B1 u@example.net #1 notice\n" },
	{ "a queue id that names itself",
	    "1 arrival A1\n"
	    "1 delivered A1 to=u@example.net next=A1\n",
	    "1 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 arrived=1 message\n" },
	{ "nothing is known behind the hop",
	    "1 arrival B1\n"
	    "1 delivered A1 to=u@example.net next=B1\n",
	    "1 delivered A1 u@example.net hop\n" },
	{ "nothing is known behind the hop of what was deferred",
	    "0 arrival A1\n"
	    "0 message A1 from=a@example.com\n"
	    "1 deferred A1 to=u@example.net code=4.4.1\n"
	    "1 deferred A1 to=v@example.net code=4.4.1\n"
	    "100 arrival B1\n"
	    "100 delivered A1 to=u@example.net next=B1\n"
	    "100 delivered A1 to=w@example.net next=B1\n"
	    "101 arrival C1\n"
	    "101 delivered A1 to=v@example.net next=C1\n"
	    "101 removal A1\n"
	    "200 removal C1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "1 deferred A1 v@example.net #1\n"
	    "100 delivered A1 u@example.net hop\n"
	    "100 delivered A1 w@example.net hop\n"
	    "101 delivered A1 v@example.net hop\n"
	    "= B1 u@example.net pending tries=1 from=example.com "
	    "first=4.4.1/unknown arrived=0 message\n"
	    "= C1 v@example.net withdrawn tries=1 from=example.com "
	    "first=4.4.1/unknown arrived=0 message\n" },
	{ "the recipient has another name behind the hop",
	    "1 deferred A1 to=u@example.net code=4.4.1\n"
	    "100 arrival B1\n"
	    "100 delivered A1 to=u@example.net next=B1\n"
	    "101 delivered B1 to=v@example.net\n",
	    "1 deferred A1 u@example.net #1\n"
	    "100 delivered A1 u@example.net hop\n"
	    "101 delivered B1 v@example.net #1\n"
	    "= B1 v@example.net delivered tries=1 arrived=100 message\n" },

	/* --- requeue --- */
	{ "requeued under another name",
	    "0 arrival A1\n"
	    "0 message A1 from=a@example.com\n"
	    "1 deferred A1 to=u@example.net code=4.4.1\n"
	    "1 delivered A1 to=v@example.net\n"
	    "9 requeue A1 next=B1\n"
	    "20 delivered B1 to=u@example.net\n"
	    "21 removal B1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "1 delivered A1 v@example.net #1\n"
	    "20 delivered B1 u@example.net #2 +19\n"
	    "= A1 v@example.net delivered tries=1 from=example.com arrived=0 "
	    "message\n"
	    "= B1 u@example.net delivered tries=2 from=example.com "
	    "first=4.4.1/unknown resolved=19 arrived=0 message\n" },
	{ "requeued under a name that another message has just had",
	    "0 arrival B1\n"
	    "1 delivered B1 to=v@example.net\n"
	    "2 removal B1\n"
	    "3 arrival A1\n"
	    "4 deferred A1 to=u@example.net\n"
	    "9 requeue A1 next=B1\n"
	    "10 delivered B1 to=u@example.net\n",
	    "1 delivered B1 v@example.net #1\n"
	    "4 deferred A1 u@example.net #1\n"
	    "= B1 v@example.net delivered tries=1 arrived=0 message\n"
	    "10 delivered B1 u@example.net #2 +6\n"
	    "= B1 u@example.net delivered tries=2 first=/unknown resolved=6 "
	    "arrived=3 message\n" },
	{ "requeued under its own name",
	    "1 deferred A1 to=u@example.net\n"
	    "2 requeue A1 next=A1\n"
	    "9 delivered A1 to=u@example.net\n",
	    "1 deferred A1 u@example.net #1\n"
	    "9 delivered A1 u@example.net #2 +8\n"
	    "= A1 u@example.net delivered tries=2 first=/unknown resolved=8 "
	    "message\n" },

	/* --- generations of a queue id --- */
	{ "a short queue id is used again",
	    "0 arrival A1\n"
	    "0 message A1 from=a@example.com\n"
	    "1 deferred A1 to=u@example.net\n"
	    "5 delivered A1 to=u@example.net\n"
	    "5 removal A1\n"
	    "20 arrival A1\n"
	    "20 message A1 from=b@example.org\n"
	    "21 delivered A1 to=u@example.net\n",
	    "1 deferred A1 u@example.net #1\n"
	    "5 delivered A1 u@example.net #2 +4\n"
	    "= A1 u@example.net delivered tries=2 from=example.com "
	    "first=/unknown resolved=4 arrived=0 message\n"
	    "21 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 from=example.org "
	    "arrived=20 message\n" },
	{ "at once",
	    "0 arrival A1\n"
	    "1 delivered A1 to=u@example.net\n"
	    "1 removal A1\n"
	    "1 arrival A1\n"
	    "1 delivered A1 to=u@example.net\n",
	    "1 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 arrived=0 message\n"
	    "1 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 arrived=1 message\n" },
	{ "though its removal is in no log",
	    "0 arrival A1\n"
	    "1 deferred A1 to=u@example.net\n"
	    "500 arrival A1\n"
	    "501 delivered A1 to=u@example.net\n",
	    "1 deferred A1 u@example.net #1\n"
	    "= A1 u@example.net pending tries=1 first=/unknown arrived=0 "
	    "message\n"
	    "501 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 arrived=500 message\n" },
	{ "though neither its removal nor its arrival is",
	    "1 deferred A1 to=u@example.net delay=0\n"
	    "500 arrival A1\n"
	    "501 delivered A1 to=u@example.net\n",
	    "1 deferred A1 u@example.net #1\n"
	    "= A1 u@example.net pending tries=1 first=/unknown arrived=1 "
	    "message\n"
	    "501 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 arrived=500 message\n" },
	{ "Postfix names the sender at each try",
	    "0 arrival A1\n"
	    "0 message A1 from=a@example.com\n"
	    "1 deferred A1 to=u@example.net\n"
	    "500 message A1 from=a@example.com\n"
	    "501 delivered A1 to=u@example.net\n",
	    "1 deferred A1 u@example.net #1\n"
	    "501 delivered A1 u@example.net #2 +500\n"
	    "= A1 u@example.net delivered tries=2 from=example.com "
	    "first=/unknown resolved=500 arrived=0 message\n" },
	{ "Exim names it once",
	    "0 message A1 from=a@example.com mta=exim\n"
	    "1 deferred A1 to=u@example.net mta=exim\n"
	    "500 message A1 from=b@example.org mta=exim\n"
	    "501 delivered A1 to=u@example.net mta=exim\n",
	    "1 deferred A1 u@example.net #1\n"
	    "= A1 u@example.net pending tries=1 from=example.com "
	    "first=/unknown arrived=0 message\n"
	    "501 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 from=example.org "
	    "arrived=500 message\n" },
	{ "late line behind the removal",
	    "0 arrival A1\n"
	    "1 delivered A1 to=u@example.net\n"
	    "2 removal A1\n"
	    "2 delivered A1 to=v@example.net\n"
	    "3 delivered A1 to=w@example.net\n",
	    "1 delivered A1 u@example.net #1\n"
	    "2 delivered A1 v@example.net #1\n"
	    "3 delivered A1 w@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 arrived=0 message\n"
	    "= A1 v@example.net delivered tries=1 arrived=0\n"
	    "= A1 w@example.net delivered tries=1 arrived=0\n" },
	{ "a line long after the removal is of another message",
	    "0 arrival A1\n"
	    "1 delivered A1 to=u@example.net\n"
	    "2 removal A1\n"
	    "12 deferred A1 to=u@example.net\n",
	    "1 delivered A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 arrived=0 message\n"
	    "12 deferred A1 u@example.net #1\n"
	    "= A1 u@example.net pending tries=1 first=/unknown message\n" },
	{ "the same queue id on two hosts",
	    "0 message A1 from=a@example.com\n"
	    "0 message A1 from=b@example.org host=mx2\n"
	    "1 delivered A1 to=u@example.net\n"
	    "1 bounced A1 to=u@example.net host=mx2\n",
	    "1 delivered A1 u@example.net #1\n"
	    "1 bounced A1 u@example.net #1\n"
	    "= A1 u@example.net delivered tries=1 from=example.com message\n"
	    "= A1 u@example.net bounced tries=1 from=example.org message\n" },

	/* --- instances --- */
	{ "an agent under another name than the queue manager",
	    "0 message A1 from=a@example.com\n"
	    "1 deferred A1 to=u@example.net tag=postfix-vip\n"
	    "9 delivered A1 to=u@example.net tag=smtp\n"
	    "9 removal A1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "9 delivered A1 u@example.net #2 +8\n"
	    "= A1 u@example.net delivered tries=2 from=example.com "
	    "first=/unknown resolved=8 message\n" },
	{ "two instances with the same queue id",
	    "0 message A1 from=a@example.com tag=postfix-in\n"
	    "0 message A1 from=b@example.org tag=postfix-out\n"
	    "1 deferred A1 to=u@example.net tag=postfix-out\n"
	    "1 delivered A1 to=u@example.net tag=postfix-in\n"
	    "2 removal A1 tag=postfix-in\n"
	    "9 delivered A1 to=u@example.net tag=postfix-out\n",
	    "1 deferred A1 u@example.net #1\n"
	    "1 delivered A1 u@example.net #1\n"
	    "9 delivered A1 u@example.net #2 +8\n"
	    "= A1 u@example.net delivered tries=1 from=example.com message\n"
	    "= A1 u@example.net delivered tries=2 from=example.org "
	    "first=/unknown resolved=8 message\n" },
	{ "an id of one instance that begins while the other has it",
	    "0 arrival A1 tag=postfix-in\n"
	    "0 message A1 from=a@example.com tag=postfix-in\n"
	    "1 deferred A1 to=u@example.net tag=postfix-in\n"
	    "100 arrival A1 tag=postfix-out\n"
	    "100 message A1 from=b@example.org tag=postfix-out\n"
	    "101 deferred A1 to=u@example.net tag=postfix-out\n"
	    "200 delivered A1 to=u@example.net tag=postfix-in\n"
	    "200 removal A1 tag=postfix-in\n"
	    "300 delivered A1 to=u@example.net tag=postfix-out\n",
	    "1 deferred A1 u@example.net #1\n"
	    "101 deferred A1 u@example.net #1\n"
	    "200 delivered A1 u@example.net #2 +199\n"
	    "= A1 u@example.net delivered tries=2 from=example.com "
	    "first=/unknown resolved=199 arrived=0 message\n"
	    "300 delivered A1 u@example.net #2 +199\n"
	    "= A1 u@example.net delivered tries=2 from=example.org "
	    "first=/unknown resolved=199 arrived=100 message\n" },

	/* --- the period --- */
	{ "what was before the period is known",
	    "set since=100\n"
	    "0 arrival A1\n"
	    "0 message A1 from=a@example.com\n"
	    "1 deferred A1 to=u@example.net code=4.3.2\n"
	    "1 delivered A1 to=v@example.net\n"
	    "50 deferred A1 to=u@example.net code=4.4.1\n"
	    "100 delivered A1 to=u@example.net\n",
	    "100 delivered A1 u@example.net #3 +50\n"
	    "= A1 u@example.net delivered tries=3 from=example.com "
	    "first=4.3.2/unknown resolved=99 arrived=0 message\n" },
	{ "rejects before the period do not count",
	    "set since=100\n"
	    "1 reject NOQUEUE\n"
	    "99 probe A1\n"
	    "100 reject NOQUEUE\n",
	    "100 reject\n" },
	{ "a hop before the period is known",
	    "set since=100\n"
	    "0 message A1 from=a@example.com\n"
	    "0 arrival A1\n"
	    "98 arrival B1\n"
	    "99 delivered A1 to=u@example.net next=B1\n"
	    "100 delivered B1 to=u@example.net\n",
	    "100 delivered B1 u@example.net #1\n"
	    "= B1 u@example.net delivered tries=1 from=example.com "
	    "arrived=0 message\n" },
	{ "an expiry before the period does not count",
	    "set since=100\n"
	    "1 deferred A1 to=u@example.net\n"
	    "2 expiry A1\n"
	    "100 deferred B1 to=u@example.net\n",
	    "100 deferred B1 u@example.net #1\n"
	    "= B1 u@example.net pending tries=1 first=/unknown message\n" },
	{ "the end of the period is not in it",
	    "set until=100\n"
	    "1 deferred A1 to=u@example.net\n"
	    "99 deferred A1 to=u@example.net code=450 category=greylisted\n"
	    "100 delivered A1 to=u@example.net\n"
	    "100 removal A1\n",
	    "1 deferred A1 u@example.net #1\n"
	    "99 deferred A1 u@example.net #2 +98\n"
	    "= A1 u@example.net pending tries=2 first=/unknown message\n" },

	/* --- filters --- */
	{ "by domain",
	    "set domain=.example.net\n"
	    "1 delivered A1 to=u@Example.NET\n"
	    "1 bounced A1 to=u@mail.example.net\n"
	    "1 bounced A1 to=u@myexample.net\n",
	    "1 delivered A1 u@Example.NET #1\n"
	    "1 bounced A1 u@mail.example.net #1\n"
	    "1 bounced A1 u@myexample.net #1 uncounted\n"
	    "= A1 u@Example.NET delivered tries=1 message\n"
	    "= A1 u@mail.example.net bounced tries=1\n"
	    "= A1 u@myexample.net bounced tries=1 uncounted\n" },
	{ "by code: one record counts, and so does the delivery",
	    "set code=4.3.*\n"
	    "1 deferred A1 to=u@example.net code=4.4.1\n"
	    "2 deferred A1 to=u@example.net code=4.3.2\n"
	    "3 delivered A1 to=u@example.net\n",
	    "1 deferred A1 u@example.net #1 uncounted\n"
	    "2 deferred A1 u@example.net #2 +1\n"
	    "3 delivered A1 u@example.net #3 +1 uncounted\n"
	    "= A1 u@example.net delivered tries=3 first=4.4.1/unknown "
	    "resolved=2 message\n" },
	{ "by category",
	    "set category=greylisted\n"
	    "1 deferred A1 to=u@example.net category=greylisted\n"
	    "1 deferred A1 to=v@example.net category=rate_limited\n",
	    "1 deferred A1 u@example.net #1\n"
	    "1 deferred A1 v@example.net #1 uncounted\n"
	    "= A1 u@example.net pending tries=1 first=/greylisted message\n"
	    "= A1 v@example.net pending tries=1 first=/rate_limited "
	    "uncounted\n" },
	{ "by relay",
	    "set relay=mx.example.net relay=192.0.2.9\n"
	    "1 delivered A1 to=u@example.net relay=MX.example.net\n"
	    "1 delivered A1 to=v@example.net relay=a.example.net ip=192.0.2.9\n"
	    "1 delivered A1 to=w@example.net relay=a.example.net\n",
	    "1 delivered A1 u@example.net #1\n"
	    "1 delivered A1 v@example.net #1\n"
	    "1 delivered A1 w@example.net #1 uncounted\n"
	    "= A1 u@example.net delivered tries=1 message\n"
	    "= A1 v@example.net delivered tries=1\n"
	    "= A1 w@example.net delivered tries=1 uncounted\n" },
	{ "by sender domain and domain together",
	    "set sender=example.com domain=example.net\n"
	    "0 message A1 from=a@example.com\n"
	    "0 message B1 from=b@example.org\n"
	    "1 delivered A1 to=u@example.net\n"
	    "1 delivered A1 to=u@example.org\n"
	    "1 delivered B1 to=u@example.net\n",
	    "1 delivered A1 u@example.net #1\n"
	    "1 delivered A1 u@example.org #1 uncounted\n"
	    "1 delivered B1 u@example.net #1 uncounted\n"
	    "= A1 u@example.net delivered tries=1 from=example.com message\n"
	    "= A1 u@example.org delivered tries=1 from=example.com "
	    "uncounted\n"
	    "= B1 u@example.net delivered tries=1 from=example.org "
	    "uncounted\n" },
};

static void
check_row(void **state)
{
	const struct row *row = *state;

	script_check(row->lines, row->said);
}

int
main(void)
{
	return ROWS_RUN("ledger hops", rows, check_row);
}
