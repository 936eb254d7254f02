#include "generate_world.h"

#include <stdio.h>
#include <stdlib.h>

#define WORDS 40
#define NAMES 32

static const char *const first_words[WORDS] = { "alder", "amber", "ash",
	"autumn", "birch", "blue", "bright", "brook", "cedar", "cliff", "coast",
	"copper", "coral", "crystal", "dawn", "delta", "east", "elm", "field",
	"fjord", "forest", "glen", "golden", "granite", "green", "harbor",
	"hazel", "heath", "hill", "iron", "ivory", "lake", "linden", "maple",
	"meadow", "north", "oak", "pine", "river", "silver" };
static const char *const second_words[WORDS] = { "art", "bank", "bikes",
	"books", "bureau", "care", "city", "cloud", "club", "coffee", "consult",
	"craft", "data", "design", "energy", "farm", "film", "foods", "garden",
	"group", "health", "homes", "labs", "legal", "logistics", "market",
	"media", "motors", "music", "news", "parts", "press", "print", "school",
	"shop", "sports", "studio", "tech", "tours", "works" };
static const char *const suffixes[] = { ".test", ".example.com", ".example.net",
	".example.org", "-mail.test" };
static const char *const first_names[NAMES] = { "anna", "ben", "carla", "david",
	"elena", "felix", "greta", "hugo", "ines", "jonas", "katja", "lars",
	"marie", "nils", "olga", "paul", "quinn", "rosa", "sven", "tina", "udo",
	"vera", "willem", "xenia", "yusuf", "zoe", "amir", "bianca", "chen",
	"dmitri", "emma", "farid" };
static const char *const last_names[NAMES] = { "abel", "becker", "costa",
	"dubois", "ek", "fischer", "gomez", "haas", "ito", "jansen", "klein",
	"lopez", "moser", "novak", "olsen", "peters", "quist", "rossi",
	"schmidt", "tanaka", "urban", "vogel", "weber", "xu", "yilmaz",
	"zimmer", "adams", "brown", "clark", "davis", "evans", "frank" };
static const char *const sender_domains[WORLD_SENDERS] = { "example.com",
	"news.example.com", "shop.example.net", "alerts.example.org",
	"corp.example.com", "lists.example.net", "bounce.example.org" };

static void
name_domain(struct domain *domain, uint32_t index)
{
	const char *suffix = suffixes[index % 5];
	const char *first = first_words[index % WORDS];
	const char *second = second_words[index / WORDS % WORDS];
	uint32_t round = index / (WORDS * WORDS);
	int length;

	if (round == 0)
		length = snprintf(domain->name, sizeof domain->name, "%s-%s%s",
		    first, second, suffix);
	else
		length = snprintf(domain->name, sizeof domain->name,
		    "%s-%s%u%s", first, second, round, suffix);
	domain->name_length = (uint8_t)length;
}

/* Outages hit domains that have traffic, each at most one. */
static void
plant_outages(
    struct world *world, const struct options *options, struct random *random)
{
	uint32_t popular = world->domain_count / 10;
	int64_t period = (int64_t)options->days * 86400;

	if (popular < options->outages)
		popular = world->domain_count;
	world->outage_count =
	    options->outages < popular ? options->outages : popular;
	world->outages =
	    generate_allocate(world->outage_count + 1, sizeof *world->outages);
	for (uint32_t i = 0; i < world->outage_count; i++) {
		struct outage *outage = &world->outages[i];
		uint32_t seconds = 1800 + random_below(random, 12 * 3600);
		uint32_t offset = random_below(random, (uint32_t)period);

		do
			outage->domain = random_below(random, popular);
		while (
		    world->domains[outage->domain].outage != WORLD_NO_OUTAGE);
		world->domains[outage->domain].outage = i;
		outage->start =
		    options->start + ((int64_t)offset - 3600) * MICROSECONDS;
		outage->end = outage->start + seconds * MICROSECONDS;
		outage->reply = reply_outage(i, &outage->permanent);
	}
}

void
world_init(
    struct world *world, const struct options *options, struct random *random)
{
	world->domain_count = options->domains;
	world->local_domain = options->domains;
	world->domains =
	    generate_allocate(options->domains + 1U, sizeof *world->domains);
	for (uint32_t i = 0; i < options->domains; i++) {
		struct domain *domain = &world->domains[i];

		name_domain(domain, i);
		domain->hosts = (uint8_t)(1 + stable_hash(i, 1) % 3);
		domain->style = (uint8_t)(stable_hash(i, 2) % 4);
		domain->users = 8 + 400000 / (i + 4);
		domain->outage = WORLD_NO_OUTAGE;
	}
	snprintf(world->domains[world->local_domain].name,
	    sizeof world->domains[0].name, "lists.example.net");
	world->domains[world->local_domain].name_length = 17;
	world->domains[world->local_domain].users = 500;
	world->domains[world->local_domain].outage = WORLD_NO_OUTAGE;
	plant_outages(world, options, random);
}

void
world_release(struct world *world)
{
	free(world->domains);
	free(world->outages);
}

uint32_t
world_draw_domain(const struct world *world, struct random *random)
{
	uint64_t uniform = random_next(random) >> 32;
	uint64_t cube = (uniform * uniform >> 32) * uniform >> 32;

	return (uint32_t)(cube * world->domain_count >> 32);
}

void
world_recipient(struct output *out, const struct world *world, uint32_t domain,
    uint32_t user)
{
	const struct domain *of = &world->domains[domain];
	size_t at;

	output_string(out, first_names[user % NAMES]);
	output_byte(out, '.');
	output_string(out, last_names[user / NAMES % NAMES]);
	if (user >= NAMES * NAMES)
		output_number(out, user / (NAMES * NAMES));
	output_byte(out, '@');
	at = out->length;
	output_bytes(out, of->name, of->name_length);
	/* Some people write their domain with a capital. */
	if (user % 256 == 77)
		out->data[at] = (char)(out->data[at] - 'a' + 'A');
}

void
world_relay_name(struct output *out, const struct world *world, uint32_t domain,
    uint32_t host)
{
	const struct domain *of = &world->domains[domain];

	switch (of->style) {
	case 0:
		output_string(out, "mx");
		output_number(out, host + 1);
		output_byte(out, '.');
		output_bytes(out, of->name, of->name_length);
		return;
	case 1:
		output_string(out, "mail.");
		output_bytes(out, of->name, of->name_length);
		return;
	case 2:
		output_string(out, "mx0");
		output_number(out, host + 1);
		output_string(out, ".hosting");
		output_number(out, domain % 5);
		output_string(out, ".example.net");
		return;
	default:
		output_string(out, "d");
		output_hex(out, stable_hash(domain, 3), 6);
		output_string(out, ".in.provider");
		output_number(out, domain % 3);
		output_string(out, ".example.org");
	}
}

void
world_relay_address(struct output *out, uint32_t domain, uint32_t host)
{
	static const char *const networks[] = { "192.0.2.", "198.51.100.",
		"203.0.113." };
	uint32_t hash = stable_hash(domain, 16 + host);

	if (hash % 8 == 0) {
		output_string(out, "2001:db8:");
		output_hex(out, hash >> 16, 4);
		output_string(out, "::");
		output_number(out, host + 1);
		return;
	}
	output_string(out, networks[hash % 3]);
	output_number(out, 1 + hash / 8 % 254);
}

void
world_sender(struct output *out, uint32_t sender, uint32_t user)
{
	static const char *const roles[] = { "info", "news", "billing",
		"noreply" };

	if (sender >= 5) {
		output_string(out, "bounce-");
		output_number(out, user);
		output_byte(out, '-');
		output_hex(out, stable_hash(user, sender), 6);
	} else {
		output_string(out, roles[user % 4]);
	}
	output_byte(out, '@');
	output_string(out, sender_domains[sender]);
}

void
world_client(struct output *out, uint32_t client)
{
	output_string(out, "app");
	output_number(out, client);
	output_string(out, ".example.com[192.0.2.");
	output_number(out, 1 + client);
	output_byte(out, ']');
}

const char *
world_sender_domain(uint32_t sender)
{
	return sender_domains[sender];
}

const struct outage *
world_outage(const struct world *world, uint32_t domain, int64_t now)
{
	uint32_t index = world->domains[domain].outage;

	if (index == WORLD_NO_OUTAGE || now < world->outages[index].start ||
	    now >= world->outages[index].end)
		return NULL;
	return &world->outages[index];
}
