#include "generate_replies.h"

#include <string.h>

#define CODES_MAX      128
#define CATEGORIES_MAX 32
#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))

#define RCPT " (in reply to RCPT TO command)"
#define MAIL " (in reply to MAIL FROM command)"
#define DATA " (in reply to end of DATA command)"

static struct reply delivered[] = {
	{ "2.0.0", "", "250 2.0.0 Ok: queued as %q", 30, 0, 0, 0, 0 },
	{ "2.0.0", "", "250 2.0.0 OK  %n %x%x-%x - gsmtp", 25, 0, 0, 0, 0 },
	{ "2.6.0", "",
	    "250 2.6.0 <%x.%n@%h> [InternalId=%n%n, Hostname=%h] "
	    "%n bytes in 0.%n, 87.5 KB/sec Queued mail for delivery",
	    20, 0, 0, 0, 0 },
	{ "2.0.0", "", "250 OK id=1%x-000%n-00", 10, 0, 0, 0, 0 },
	{ "2.0.0", "", "250 2.0.0 %q Message accepted for delivery", 8, 0, 0, 0,
	    0 },
	{ "2.0.0", "", "250 ok %n qp %n", 4, 0, 0, 0, 0 },
	{ "2.1.5", "", "250 2.1.5 <%r> accepted (thanks (really))", 3, 0, 0, 0,
	    0 },
	{ "2.0.0", "", "250 %x mail accepted", 6, 0, 0, 0, 0 },
};

static struct reply deferred[] = {
	{ "4.2.0", "greylisted",
	    "host %H said: 450 4.2.0 <%r>: Recipient address rejected: "
	    "Greylisted, see http://postgrey.example.net/help?d=%d%u" RCPT,
	    30, 0, 0, 0, 0 },
	{ "4.7.1", "greylisted",
	    "host %H said: 451 4.7.1 Greylisting in action, please come back "
	    "in 300 seconds%u" RCPT,
	    16, 0, 0, 0, 0 },
	{ "4.7.0", "rate_limited",
	    "host %H said: 421 4.7.0 [%c] Too many messages from your "
	    "address, slow down. %x%u" MAIL,
	    12, 0, 0, 0, 0 },
	{ "4.7.28", "rate_limited",
	    "host %H said: 421-4.7.28 Unusual rate of mail from your network "
	    "[%c], 421-4.7.28 your mail has been rate limited. "
	    "421 4.7.28 %x.%n - gsmtp%u" DATA,
	    8, 0, 0, 0, 0 },
	{ "4.2.2", "mailbox_full",
	    "host %H said: 452 4.2.2 <%r>: Mailbox full, user is over "
	    "quota%u" RCPT,
	    12, REPLY_STAYS, 0, 0, 0 },
	{ "4.4.1", "connection_failed",
	    "connect to %H:25: Connection timed out%u", 18,
	    REPLY_NO_RELAY | REPLY_STAYS | REPLY_SUSPENDS, 0, 0, 0 },
	{ "4.4.1", "connection_failed",
	    "connect to %H:25: Connection refused%u", 8,
	    REPLY_NO_RELAY | REPLY_SUSPENDS | REPLY_OUTAGE, 0, 0, 0 },
	{ "4.4.2", "connection_failed",
	    "lost connection with %H while receiving the initial server "
	    "greeting%u",
	    6, REPLY_SUSPENDS, 0, 0, 0 },
	{ "4.4.2", "connection_failed",
	    "conversation with %H timed out while sending end of data -- "
	    "message may be sent more than once%u",
	    4, 0, 0, 0, 0 },
	{ "4.4.3", "dns_failure",
	    "Host or domain name not found. Name service error for name=%d "
	    "type=MX: Host not found, try again%u",
	    8, REPLY_NO_RELAY | REPLY_OUTAGE, 0, 0, 0 },
	{ "4.3.2", "remote_system",
	    "host %H said: 451 4.3.2 System not accepting network "
	    "messages%u" RCPT,
	    6, REPLY_OUTAGE, 0, 0, 0 },
	{ "4.3.1", "remote_system",
	    "host %H said: 452 4.3.1 Insufficient system storage%u" MAIL, 4, 0,
	    0, 0, 0 },
	{ "4.3.0", "remote_system",
	    "host %H said: 451 4.3.0 Mail server temporarily "
	    "unavailable%u" RCPT,
	    3, REPLY_OUTAGE, 0, 0, 0 },
	{ "4.7.5", "tls_failure", "Server certificate not trusted%u", 2, 0, 0,
	    0, 0 },
	{ "4.7.4", "tls_failure",
	    "TLS is required, but was not offered by host %H%u", 2, REPLY_STAYS,
	    0, 0, 0 },
	{ "4.7.1", "ip_blocked",
	    "host %H refused to talk to me: 554 5.7.1 Service unavailable; "
	    "client [%c] blocked using bl.example.org%u",
	    3, REPLY_STAYS, 0, 0, 0 },
	{ "4.4.3", "routing_error",
	    "host %H said: 451 4.4.3 Routing server failure%u" RCPT, 2,
	    REPLY_OUTAGE, 0, 0, 0 },
	{ "4.0.0", "greylisted",
	    "host %H said: 450 5.1.1 <%r>: you are greylisted, to=<%s>, "
	    "relay=none, dsn=2.0.0, status=sent (try again later)%u" RCPT,
	    1, 0, 0, 0, 0 },
};

static struct reply bounced[] = {
	{ "5.1.1", "user_unknown",
	    "host %H said: 550 5.1.1 <%r>: Recipient address rejected: User "
	    "unknown in virtual mailbox table%u" RCPT,
	    30, 0, 0, 0, 0 },
	{ "5.1.1", "user_unknown",
	    "host %H said: 550-5.1.1 The account you want to reach does not "
	    "exist. 550-5.1.1 Please check the address for typos. 550 5.1.1 "
	    "%x%x.%n - gsmtp%u" RCPT,
	    20, 0, 0, 0, 0 },
	{ "5.1.10", "user_unknown",
	    "host %H said: 550 5.1.10 RESOLVER.ADR.RecipientNotFound; "
	    "Recipient %r not found [%x.%h]%u" RCPT,
	    10, 0, 0, 0, 0 },
	{ "5.0.0", "user_unknown",
	    "host %H said: 550 No such user here \"%r\"%u" RCPT, 6, 0, 0, 0,
	    0 },
	{ "5.2.1", "mailbox_inactive",
	    "host %H said: 550 5.2.1 The mailbox of this user is disabled. "
	    "%x - gsmtp%u" RCPT,
	    8, 0, 0, 0, 0 },
	{ "5.2.2", "mailbox_full",
	    "host %H said: 552 5.2.2 <%r>: mailbox is full, quota "
	    "exceeded%u" RCPT,
	    5, 0, 0, 0, 0 },
	{ "5.4.4", "domain_invalid",
	    "Host or domain name not found. Name service error for name=%d "
	    "type=AAAA: Host not found%u",
	    4, REPLY_NO_RELAY, 0, 0, 0 },
	{ "5.1.0", "domain_invalid",
	    "Domain %d does not accept mail (nullMX)%u", 3, REPLY_NO_RELAY, 0,
	    0, 0 },
	{ "5.7.1", "spam_content",
	    "host %H said: 554 5.7.1 Message rejected as spam (score %n): "
	    "%x%u" DATA,
	    6, 0, 0, 0, 0 },
	{ "5.7.1", "ip_blocked",
	    "host %H said: 554 5.7.1 Service unavailable; Client host [%c] "
	    "blocked using zen.example.org; "
	    "https://www.example.org/query/ip/%c%u" RCPT,
	    5, 0, 0, 0, 0 },
	{ "5.7.26", "auth_failure",
	    "host %H said: 550-5.7.26 This mail has been blocked because the "
	    "sender is unauthenticated. 550-5.7.26 SPF [example.com] with ip: "
	    "[%c] = did not pass 550 5.7.26 %x%x - gsmtp%u" DATA,
	    3, 0, 0, 0, 0 },
	{ "5.3.4", "message_too_large",
	    "message size %n exceeds size limit 10240 of server %H%u", 2, 0, 0,
	    0, 0 },
	{ "5.7.1", "relay_denied",
	    "host %H said: 554 5.7.1 <%r>: Relay access denied%u" RCPT, 2, 0, 0,
	    0, 0 },
	{ "5.4.6", "routing_error", "mail for %d loops back to myself%u", 1,
	    REPLY_NO_RELAY, 0, 0, 0 },
	{ "5.3.0", "remote_system",
	    "host %H said: 554 5.3.0 Mail system error%u" RCPT, 1, REPLY_OUTAGE,
	    0, 0, 0 },
	{ "5.4.3", "routing_error",
	    "host %H said: 550 5.4.3 Mail routing path includes permanently "
	    "failed server%u" RCPT,
	    1, REPLY_OUTAGE, 0, 0, 0 },
	{ "5.7.1", "spam_content",
	    "host %H said: 550 5.7.1 spam message rejected; dsn=2.0.0, "
	    "status=sent (250 2.0.0 Ok) (in reply to end of DATA command), "
	    "to=<forged@example.com>%u" DATA,
	    1, 0, 0, 0, 0 },
};

static const char *codes[CODES_MAX];
static unsigned code_count;
static const char *categories[CATEGORIES_MAX];
static unsigned category_count;

static uint16_t
intern(const char **names, unsigned *count, const char *name)
{
	unsigned index = 0;

	while (index < *count && strcmp(names[index], name) != 0)
		index++;
	if (index == *count)
		names[(*count)++] = name;
	return (uint16_t)index;
}

/* The class of a category, as the program's documentation has it. */
static uint8_t
class_of(const struct reply *reply)
{
	static const struct {
		const char *category;
		enum reply_class temporary, permanent;
	} classes[] = {
		{ "", REPLY_NO_CLASS, REPLY_NO_CLASS },
		{ "user_unknown", REPLY_HARD, REPLY_HARD },
		{ "mailbox_inactive", REPLY_HARD, REPLY_HARD },
		{ "domain_invalid", REPLY_HARD, REPLY_HARD },
		{ "mailbox_full", REPLY_SOFT, REPLY_SOFT },
		{ "dns_failure", REPLY_SOFT, REPLY_SOFT },
		{ "connection_failed", REPLY_SOFT, REPLY_SOFT },
		{ "tls_failure", REPLY_SOFT, REPLY_SOFT },
		{ "greylisted", REPLY_SOFT, REPLY_SOFT },
		{ "rate_limited", REPLY_SOFT, REPLY_SOFT },
		{ "routing_error", REPLY_SOFT, REPLY_HARD },
		{ "remote_system", REPLY_SOFT, REPLY_HARD },
	};

	for (size_t i = 0; i < COUNT(classes); i++)
		if (strcmp(classes[i].category, reply->category) == 0)
			return (uint8_t)(reply->dsn[0] == '5'
					     ? classes[i].permanent
					     : classes[i].temporary);
	return REPLY_BLOCK;
}

static void
number_replies(struct reply *replies, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		replies[i].code = intern(codes, &code_count, replies[i].dsn);
		replies[i].class = class_of(&replies[i]);
		replies[i].category_index =
		    intern(categories, &category_count, replies[i].category);
	}
}

void
replies_init(void)
{
	number_replies(delivered, COUNT(delivered));
	number_replies(deferred, COUNT(deferred));
	number_replies(bounced, COUNT(bounced));
}

static const struct reply *
draw(struct random *random, const struct reply *replies, size_t count)
{
	uint32_t sum = 0, left;
	size_t i = 0;

	for (size_t j = 0; j < count; j++)
		sum += replies[j].weight;
	left = random_below(random, sum);
	while (left >= replies[i].weight)
		left -= replies[i++].weight;
	return &replies[i];
}

const struct reply *
reply_delivered(struct random *random)
{
	return draw(random, delivered, COUNT(delivered));
}

const struct reply *
reply_deferred(struct random *random)
{
	return draw(random, deferred, COUNT(deferred));
}

const struct reply *
reply_bounced(struct random *random)
{
	return draw(random, bounced, COUNT(bounced));
}

const struct reply *
reply_outage(unsigned number, bool *permanent)
{
	const struct reply *found[COUNT(deferred) + COUNT(bounced)];
	unsigned count = 0, temporary;

	for (size_t i = 0; i < COUNT(deferred); i++)
		if ((deferred[i].flags & REPLY_OUTAGE) != 0)
			found[count++] = &deferred[i];
	temporary = count;
	for (size_t i = 0; i < COUNT(bounced); i++)
		if ((bounced[i].flags & REPLY_OUTAGE) != 0)
			found[count++] = &bounced[i];
	*permanent = number % count >= temporary;
	return found[number % count];
}

unsigned
reply_code_count(void)
{
	return code_count;
}

const char *
reply_code_name(unsigned index)
{
	return codes[index];
}

unsigned
reply_category_count(void)
{
	return category_count;
}

const char *
reply_category_name(unsigned index)
{
	return categories[index];
}

bool
reply_category_is_outage(unsigned index)
{
	const char *name = categories[index];

	return strcmp(name, "remote_system") == 0 ||
	       strcmp(name, "routing_error") == 0 ||
	       strcmp(name, "connection_failed") == 0 ||
	       strcmp(name, "dns_failure") == 0;
}
