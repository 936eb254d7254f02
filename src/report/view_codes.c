#include "report/view_codes.h"

#include <stdlib.h>

#include "base/memory.h"

/* Counts that are compared to find the most frequent of something. */
struct weight {
	uint64_t attempts;
	uint64_t suspended;
};

static void
add_weight(struct weight *weight, const struct tally_cause *counts)
{
	weight->attempts += counts->deferred + counts->bounced;
	weight->suspended += counts->suspended;
}

/* Suspended records decide only where there is no try in all of them. */
static uint64_t
weigh(struct weight weight, bool tried)
{
	return tried ? weight.attempts : weight.suspended;
}

/* What is to be done about one category differs with its causes. */
struct verdict_weights {
	struct weight of[VERDICT_CLASSES][VERDICT_ACTIONS];
	struct weight all;
};

static void
add_verdict(struct verdict_weights *weights, const struct cause *cause,
    struct weight weight)
{
	struct weight *one = &weights->of[cause->class][cause->action];

	one->attempts += weight.attempts;
	one->suspended += weight.suspended;
	weights->all.attempts += weight.attempts;
	weights->all.suspended += weight.suspended;
}

static uint64_t
weigh_verdict(const struct verdict_weights *weights, const struct cause *cause)
{
	return weigh(weights->of[cause->class][cause->action],
	    weights->all.attempts > 0);
}

static bool
was_tried(const struct report_view *view, struct view_causes causes)
{
	for (uint32_t i = 0; i < causes.count; i++) {
		const struct tally_cause *counts =
		    view_cause_at(view, causes, i).counts;

		if (counts->deferred > 0 || counts->bounced > 0)
			return true;
	}
	return false;
}

/* The heaviest of `count` weights by number; names decide between equals. */
static unsigned
heaviest(const struct weight *weights, unsigned count, bool tried,
    const char *(*name)(unsigned))
{
	unsigned best = 0;

	for (unsigned i = 1; i < count; i++) {
		uint64_t mine = weigh(weights[i], tried);
		uint64_t other = weigh(weights[best], tried);

		if (mine == 0 || mine < other)
			continue;
		if (best == 0 || mine > other ||
		    text_compare(text_of(name(i)), text_of(name(best))) < 0)
			best = i;
	}
	return best;
}

static const char *
category_name(unsigned number)
{
	return verdict_category_name((enum verdict_category)number);
}

static const char *
action_name(unsigned number)
{
	return verdict_action_name((enum verdict_action)number);
}

/* Causes with one code stand together, in the order of its bytes. */
static uint32_t
top_enhanced_code(
    const struct report_view *view, struct view_causes causes, bool tried)
{
	uint32_t best = 0;
	uint64_t best_weight = 0;
	uint32_t code_before = 0;
	struct weight sum = { 0 };

	for (uint32_t i = 0; i < causes.count; i++) {
		struct view_cause row = view_cause_at(view, causes, i);
		uint32_t code = view->source->causes[row.cause].enhanced_code;

		if (code != code_before)
			sum = (struct weight){ 0 };
		code_before = code;
		add_weight(&sum, row.counts);
		if (code != 0 && weigh(sum, tried) > best_weight) {
			best_weight = weigh(sum, tried);
			best = code;
		}
	}
	return best;
}

struct view_top
view_top_of(const struct report_view *view, struct view_causes causes)
{
	struct weight categories[VERDICT_CATEGORIES] = { 0 };
	struct weight actions[VERDICT_ACTIONS] = { 0 };
	bool tried = was_tried(view, causes);
	struct view_top top = { 0 };

	if (causes.count == 0)
		return top;
	for (uint32_t i = 0; i < causes.count; i++) {
		struct view_cause row = view_cause_at(view, causes, i);
		const struct cause *cause = &view->source->causes[row.cause];

		add_weight(&categories[cause->category], row.counts);
		add_weight(&actions[cause->action], row.counts);
	}
	top.enhanced_code = top_enhanced_code(view, causes, tried);
	top.category = (enum verdict_category)heaviest(
	    categories, VERDICT_CATEGORIES, tried, category_name);
	top.action = (enum verdict_action)heaviest(
	    actions, VERDICT_ACTIONS, tried, action_name);
	return top;
}

struct view_top
view_top_cause_of(const struct report_view *view, struct view_causes causes)
{
	bool tried = was_tried(view, causes);
	struct view_top top = view_top_of(view, causes);
	uint64_t best = 0;

	for (uint32_t i = 0; i < causes.count; i++) {
		struct view_cause row = view_cause_at(view, causes, i);
		const struct cause *cause = &view->source->causes[row.cause];
		struct weight weight = { 0 };

		add_weight(&weight, row.counts);
		if (cause->category != top.category ||
		    weigh(weight, tried) <= best)
			continue;
		best = weigh(weight, tried);
		top.enhanced_code = cause->enhanced_code;
		top.action = cause->action;
	}
	return top;
}

/* All that one cause did, to all domains. */
struct cause_total {
	struct weight weight;
	uint64_t deferred;
	uint64_t bounced;
	uint64_t suspended;
	int64_t first_event; /* 0: the cause did nothing */
	int64_t last_event;
};

static void
add_total(struct cause_total *total, const struct tally_cause *counts)
{
	add_weight(&total->weight, counts);
	total->deferred += counts->deferred;
	total->bounced += counts->bounced;
	total->suspended += counts->suspended;
	tally_merge_period(&total->first_event, &total->last_event,
	    counts->first_event, counts->last_event);
}

/* Totals by rank, for as many ranks as there are causes; free() them. */
static struct cause_total *
total_causes(const struct report_view *view)
{
	struct cause_total *totals = memory_allocate_array(
	    view->source->cause_count + 1, sizeof(*totals));

	for (uint32_t i = 0; i < view->domain_causes.count; i++) {
		struct view_cause row =
		    view_cause_at(view, view->domain_causes, i);

		add_total(&totals[view->ranks[row.cause]], row.counts);
	}
	return totals;
}

/* Causes by rank; free() the array. */
static const struct cause **
ranked_causes(const struct report_view *view)
{
	size_t count = view->source->cause_count;
	const struct cause **causes =
	    memory_allocate_array(count + 1, sizeof(struct cause *));

	for (size_t i = 0; i < count; i++)
		causes[view->ranks[i]] = &view->source->causes[i];
	return causes;
}

/* The heaviest reply code, category and verdict of the ranks [start, end). */
static void
find_most_frequent(struct view_code *code, const struct cause *const *causes,
    const struct cause_total *totals, size_t start, size_t end)
{
	bool tried = code->deferred + code->bounced > 0;
	struct weight categories[VERDICT_CATEGORIES] = { 0 };
	struct weight reply = { 0 };
	uint64_t reply_best = 0;
	struct verdict_weights verdicts = { 0 };
	uint64_t verdict_best = 0;

	for (size_t i = start; i < end; i++) {
		struct weight *sum = &categories[causes[i]->category];

		sum->attempts += totals[i].weight.attempts;
		sum->suspended += totals[i].weight.suspended;
		if (i == start ||
		    causes[i]->reply_code != causes[i - 1]->reply_code)
			reply = (struct weight){ 0 };
		reply.attempts += totals[i].weight.attempts;
		reply.suspended += totals[i].weight.suspended;
		if (causes[i]->reply_code != 0 &&
		    weigh(reply, tried) > reply_best) {
			reply_best = weigh(reply, tried);
			code->reply_code = causes[i]->reply_code;
		}
	}
	code->category = (enum verdict_category)heaviest(
	    categories, VERDICT_CATEGORIES, tried, category_name);
	for (size_t i = start; i < end; i++)
		if (causes[i]->category == code->category)
			add_verdict(&verdicts, causes[i], totals[i].weight);
	for (size_t i = start; i < end; i++) {
		uint64_t weight = weigh_verdict(&verdicts, causes[i]);

		if (causes[i]->category != code->category ||
		    weight <= verdict_best)
			continue;
		verdict_best = weight;
		code->class = causes[i]->class;
		code->action = causes[i]->action;
	}
}

static void
fill_code(const struct report_view *view, struct view_code *code)
{
	struct key key = KEY(code->key.enhanced, code->key.reply, 0, 0);
	const struct tally_code *known = keymap_find(&view->tally->codes, key);

	if (known != NULL) {
		code->deliveries = known->deliveries;
		code->example = view_name(view, known->example);
	}
	code->retry = keymap_find(&view->tally->retries,
	    KEY(TALLY_RETRY_CODE, code->key.enhanced, code->key.reply, 0));
}

static bool
same_code(struct code_key a, struct code_key b)
{
	return a.enhanced == b.enhanced && a.reply == b.reply;
}

/* Different domains of each code; causes of one code have ranks in a row. */
static void
count_code_domains(
    const struct report_view *view, uint64_t *domains, const size_t *code_of)
{
	size_t code_before = 0;
	uint32_t domain_before = 0;

	for (uint32_t i = 0; i < view->domain_causes.count; i++) {
		struct view_cause row =
		    view_cause_at(view, view->domain_causes, i);
		size_t code = code_of[view->ranks[row.cause]];

		if (i == 0 || row.name != domain_before || code != code_before)
			domains[code]++;
		code_before = code;
		domain_before = row.name;
	}
}

static int
order_codes(const void *a, const void *b)
{
	const struct view_code *x = a;
	const struct view_code *y = b;
	uint64_t x_count = x->deferred + x->bounced;
	uint64_t y_count = y->deferred + y->bounced;
	int order;

	if (x_count != y_count)
		return x_count > y_count ? -1 : 1;
	order = view_compare_codes(x->key.enhanced, y->key.enhanced);
	if (order != 0)
		return order;
	return (x->key.reply > y->key.reply) - (x->key.reply < y->key.reply);
}

/* Adds the code of the causes with ranks [start, end), if it was met. */
static bool
sum_code(struct view_code *code, const struct cause_total *totals,
    const struct cause *const *causes, size_t start, size_t end)
{
	*code = (struct view_code){ 0 };
	code->key = code_key_of(
	    causes[start]->enhanced_code, causes[start]->reply_code);
	for (size_t i = start; i < end; i++) {
		const struct cause_total *total = &totals[i];

		if (total->last_event == 0)
			continue;
		code->deferred += total->deferred;
		code->bounced += total->bounced;
		code->suspended += total->suspended;
		tally_merge_period(&code->first_event, &code->last_event,
		    total->first_event, total->last_event);
	}
	if (code->last_event == 0)
		return false;
	find_most_frequent(code, causes, totals, start, end);
	return true;
}

void
view_list_codes(struct report_view *view)
{
	size_t causes_count = view->source->cause_count;
	struct cause_total *totals = total_causes(view);
	const struct cause **causes = ranked_causes(view);
	size_t *code_of =
	    memory_allocate_array(causes_count + 1, sizeof(*code_of));
	uint64_t *domains =
	    memory_allocate_array(causes_count + 1, sizeof(*domains));
	size_t end;

	view->codes =
	    memory_allocate_array(causes_count + 1, sizeof(*view->codes));
	for (size_t start = 0; start < causes_count; start = end) {
		struct code_key key = code_key_of(
		    causes[start]->enhanced_code, causes[start]->reply_code);
		struct view_code *code = &view->codes[view->code_count];

		for (end = start; end < causes_count &&
		     same_code(key,
			 code_key_of(causes[end]->enhanced_code,
			     causes[end]->reply_code));
		     end++)
			code_of[end] = view->code_count;
		if (sum_code(code, totals, causes, start, end)) {
			fill_code(view, code);
			view->code_count++;
		}
	}
	count_code_domains(view, domains, code_of);
	for (size_t i = 0; i < view->code_count; i++)
		view->codes[i].domains = domains[i];
	qsort(view->codes, view->code_count, sizeof(*view->codes), order_codes);
	free(totals);
	free(causes);
	free(code_of);
	free(domains);
}

static int
order_categories(const void *a, const void *b)
{
	const struct view_category *x = a;
	const struct view_category *y = b;
	uint64_t x_count = x->deferred + x->bounced;
	uint64_t y_count = y->deferred + y->bounced;

	if (x_count != y_count)
		return x_count > y_count ? -1 : 1;
	return text_compare(text_of(verdict_category_name(x->category)),
	    text_of(verdict_category_name(y->category)));
}

static void
count_category_domains(
    const struct report_view *view, struct view_category *all)
{
	uint32_t seen[VERDICT_CATEGORIES] = { 0 }; /* number of domain + 1 */

	for (uint32_t i = 0; i < view->domain_causes.count; i++) {
		struct view_cause row =
		    view_cause_at(view, view->domain_causes, i);
		unsigned category = view->source->causes[row.cause].category;

		if (seen[category] != row.name + 1)
			all[category].domains++;
		seen[category] = row.name + 1;
	}
}

static void
sum_categories(const struct report_view *view, struct view_category *all)
{
	struct cause_total *totals = total_causes(view);
	const struct cause **causes = ranked_causes(view);
	struct verdict_weights verdicts[VERDICT_CATEGORIES] = { 0 };
	uint64_t best[VERDICT_CATEGORIES] = { 0 };

	for (size_t i = 0; i < view->source->cause_count; i++) {
		struct view_category *row = &all[causes[i]->category];

		row->deferred += totals[i].deferred;
		row->bounced += totals[i].bounced;
		row->suspended += totals[i].suspended;
		add_verdict(&verdicts[causes[i]->category], causes[i],
		    totals[i].weight);
	}
	for (size_t i = 0; i < view->source->cause_count; i++) {
		unsigned category = causes[i]->category;
		uint64_t weight = weigh_verdict(&verdicts[category], causes[i]);

		if (weight <= best[category])
			continue;
		best[category] = weight;
		all[category].class = causes[i]->class;
		all[category].action = causes[i]->action;
	}
	free(totals);
	free(causes);
}

void
view_list_categories(struct report_view *view)
{
	struct view_category all[VERDICT_CATEGORIES] = { 0 };

	sum_categories(view, all);
	count_category_domains(view, all);
	view->categories = memory_allocate_array(
	    VERDICT_CATEGORIES, sizeof(*view->categories));
	for (unsigned i = 0; i < VERDICT_CATEGORIES; i++) {
		const struct tally_code *known =
		    keymap_find(&view->tally->categories, KEY(i, 0, 0, 0));

		if (all[i].domains == 0)
			continue;
		all[i].category = (enum verdict_category)i;
		if (known != NULL) {
			all[i].deliveries = known->deliveries;
			all[i].example = view_name(view, known->example);
		}
		view->categories[view->category_count++] = all[i];
	}
	qsort(view->categories, view->category_count, sizeof(*view->categories),
	    order_categories);
}
