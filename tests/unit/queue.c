/*
 * The queue against the plainest thing that could hold the same tickets: an array that is filtered and sorted anew for
 * every question. Thousands of random changes, loads, sweeps, pins and filters.
 */
#include "core/queue.h"

#include "core/countdown.h"
#include "core/sort.h"
#include "support/random.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IDS = 400, STEPS = 6000, LISTINGS = 4 };

#define check(condition, ...)                                                                                \
	cr_assert(condition, "seed 0x%" PRIx64 " step %d: " #condition, model.random.seed, model.step,       \
	        ##__VA_ARGS__)

/* The naive side: by id, with strings of its own. */
struct naive {
	bool there, seen;
	struct ticket_row row;
	char subject[80], name[40], email[40], hold_for[20], tags[20];
};

static struct {
	struct random random;
	int step;
	bool loading;
	struct naive tickets[IDS + 1];
	int64_t pinned;
	bool kept[IDS + 1];
	struct queue *queue;
	struct listing *listings[LISTINGS];
	int filters[LISTINGS];
	struct sorter sorters[LISTINGS];
	struct directory directory;
} model;

static const int wanted_assignee[] = {0, 1, 2, 3};

static bool of_assignee(const struct ticket_row *row, const void *context)
{
	return row->assignee_id == *(const int *)context;
}

static bool is_urgent(const struct ticket_row *row, const void *context)
{
	return row->priority == PRIORITY_URGENT;
}

static bool shows_x(const struct ticket_row *row, const void *context)
{
	return strchr(row->subject, 'x') != NULL;
}

static struct {
	queue_filter *filter;
	const void *context;
} const filters[] = {
        {NULL, NULL},
        {of_assignee, &wanted_assignee[0]},
        {of_assignee, &wanted_assignee[2]},
        {is_urgent, NULL},
        {shows_x, NULL},
};

/* The places of the names of organizations 1 to 5, by hand; of the sixth nothing is known. */
static const struct {
	const char *name;
	int64_t place;
} organizations[] = {{"Kite & Co", 1}, {"\u0401\u043b\u043a\u0430", 2}, {"kite & co", 1},
        {"\u0424\u0430\u0440\u0430", 3}, {"acme", 0}};

/* What the orders promise, said another way than in core/sort.c: at which of the two `by` looks first. */
static int naive_key(struct sort_order order, const struct ticket_row *a, const struct ticket_row *b)
{
	const bool known[] = {a->organization_id >= 1 && a->organization_id <= 5,
	        b->organization_id >= 1 && b->organization_id <= 5};
	const int64_t keys[SORT_COUNT][2] = {
	        [SORT_PRIORITY] = {a->priority, b->priority},
	        [SORT_DUE] = {a->due_at, b->due_at},
	        [SORT_AGE] = {a->created_at, b->created_at},
	        [SORT_LAST] = {a->last_message_at, b->last_message_at},
	        [SORT_ORGANIZATION] = {known[0] ? organizations[a->organization_id - 1].place : INSTANT_NONE,
	                known[1] ? organizations[b->organization_id - 1].place : INSTANT_NONE},
	};
	const int64_t left = keys[order.by][0], right = keys[order.by][1];
	const int less = left < right ? -1 : left > right;
	if (left == INSTANT_NONE || right == INSTANT_NONE)
		return less;
	return order.reversed == (order.by == SORT_LAST) ? less : -less;
}

static int by_order(const void *a, const void *b, void *context)
{
	const struct ticket_row *left = *(struct ticket_row *const *)a,
	                        *right = *(struct ticket_row *const *)b;
	const int key = naive_key(*(const struct sort_order *)context, left, right);
	return key ? key : ticket_order(left, right);
}

static size_t naive_rows(int which, struct ticket_row **out)
{
	size_t count = 0;
	const int filter = model.filters[which];
	for (int id = 1; id <= IDS; id++) {
		struct ticket_row *row = &model.tickets[id].row;
		if (model.tickets[id].there &&
		        (!filters[filter].filter || filters[filter].filter(row, filters[filter].context)))
			out[count++] = row;
	}
	qsort_r(out, count, sizeof *out, by_order, &model.sorters[which].order);
	return count;
}

static void random_text(char *out, size_t size)
{
	size_t length = (size_t)random_between(&model.random, 0, (int64_t)size - 1);
	for (size_t i = 0; i < length; i++)
		out[i] = (char)random_between(&model.random, 'a', 'z');
	out[length] = '\0';
}

static instant random_instant(void)
{
	return random_one_in(&model.random, 4) ? INSTANT_NONE : random_between(&model.random, 1000, 1100);
}

/* A new state of a ticket, the way the server would send it: a higher version, mostly. */
static struct naive random_ticket(int64_t id)
{
	struct random *r = &model.random;
	struct naive ticket = model.tickets[id];
	struct ticket_row *row = &ticket.row;
	int32_t version = row->version;
	if (!ticket.there || random_one_in(r, 2)) {
		*row = (struct ticket_row){.id = id, .metric = METRIC_FIRST_REPLY, .calendar_id = 1};
		row->priority = (uint8_t)random_between(r, 0, PRIORITY_COUNT - 1);
		row->precedence = (uint8_t)random_between(r, 0, 1);
		row->status = random_one_in(r, 5) ? STATUS_CLOSED : STATUS_OPEN;
		row->due_at = random_instant();
		row->breach_at = row->due_at;
		row->created_at = random_between(r, 1, 50);
		row->last_message_at = random_instant();
		row->organization_id = (int32_t)random_between(r, 0, 6);
		random_text(ticket.subject, sizeof ticket.subject);
		random_text(ticket.hold_for, random_one_in(r, 5) ? sizeof ticket.hold_for : 1);
	}
	row->assignee_id = (int32_t)random_between(r, 0, 3);
	snprintf(ticket.name, sizeof ticket.name, "name %d", (int)random_between(r, 1, 30));
	snprintf(ticket.email, sizeof ticket.email, "%d@example.org", (int)random_between(r, 1, 3));
	static const char *const tags[] = {"", "billing", "billing,spam", "vip"};
	snprintf(ticket.tags, sizeof ticket.tags, "%s", tags[random_between(r, 0, 3)]);
	row->version = version + (int32_t)random_between(r, -1, 2);
	return ticket;
}

static void point_at_strings(struct naive *ticket)
{
	ticket->row.subject = ticket->subject;
	ticket->row.requester_name = ticket->name;
	ticket->row.requester_email = ticket->email;
	ticket->row.hold_for = ticket->hold_for;
	ticket->row.tags = ticket->tags;
}

static bool same(const struct ticket_row *a, const struct ticket_row *b)
{
	return a->id == b->id && a->version == b->version && a->priority == b->priority &&
	       a->status == b->status && a->due_at == b->due_at && a->assignee_id == b->assignee_id &&
	       a->created_at == b->created_at && a->last_message_at == b->last_message_at &&
	       a->organization_id == b->organization_id && strcmp(a->subject, b->subject) == 0 &&
	       strcmp(a->requester_name, b->requester_name) == 0 &&
	       strcmp(a->requester_email, b->requester_email) == 0 && strcmp(a->hold_for, b->hold_for) == 0 &&
	       strcmp(a->tags, b->tags) == 0;
}

static void put(int64_t id)
{
	struct naive ticket = random_ticket(id);
	struct naive *known = &model.tickets[id];
	point_at_strings(&ticket);
	bool stays = ticket.row.status != STATUS_CLOSED || id == model.pinned || model.kept[id];
	bool expected;
	if (!known->there)
		expected = stays;
	else
		expected = (ticket.row.version >= known->row.version || (model.loading && !known->seen)) &&
		           !(stays && same(&ticket.row, &known->row));
	uint64_t revision = queue_revision(model.queue);
	bool changed = queue_put(model.queue, &ticket.row);
	check(changed == expected);
	check((queue_revision(model.queue) != revision) == changed);
	if (expected) {
		*known = ticket;
		known->there = stays;
		point_at_strings(known);
	}
	known->seen = true;
}

static void compare_listing(int which)
{
	struct ticket_row *rows[IDS];
	const struct listing *listing = model.listings[which];
	size_t count = naive_rows(which, rows);
	check(listing_count(listing) == count);
	for (size_t i = 0; i < count; i++) {
		check(listing_id(listing, i) == rows[i]->id);
		check(same(listing_row(listing, i), rows[i]));
		check(listing_position(listing, rows[i]->id) == i);
		check(listing_near(listing, rows[i]) == i);
	}
	check(listing_id(listing, count) == 0 && listing_row(listing, count) == NULL);
}

/* Where a ticket that is not in the listing would stand. */
static void compare_near(int which)
{
	struct ticket_row *rows[IDS], wanted = {.id = IDS + 7, .due_at = random_instant()};
	wanted.priority = (uint8_t)random_between(&model.random, 0, PRIORITY_COUNT - 1);
	wanted.created_at = random_between(&model.random, 1, 50);
	wanted.last_message_at = random_instant();
	wanted.organization_id = (int32_t)random_between(&model.random, 0, 6);
	size_t count = naive_rows(which, rows), at = 0;
	const struct ticket_row *wants = &wanted;
	while (at < count && by_order(&rows[at], &wants, &model.sorters[which].order) < 0)
		at++;
	check(listing_near(model.listings[which], &wanted) == at);
	check(listing_position(model.listings[which], wanted.id) == SIZE_MAX);
}

static void compare_everything(void)
{
	size_t count = 0;
	for (int id = 1; id <= IDS; id++) {
		const struct ticket_row *row = queue_find(model.queue, id);
		check((row != NULL) == model.tickets[id].there);
		if (row)
			check(same(row, &model.tickets[id].row));
		count += model.tickets[id].there;
	}
	check(queue_count(model.queue) == count);
	for (int i = 0; i < LISTINGS; i++)
		compare_listing(i);
}

static bool is_sorted_by_key(int which)
{
	const struct sort_order own = {SORT_PRIORITY, false};
	return !sort_same(model.sorters[which].order, own);
}

static void load(void)
{
	for (int id = 1; id <= IDS; id++)
		model.tickets[id].seen = false;
	queue_load_begin(model.queue);
	model.loading = true;
	for (int64_t n = random_between(&model.random, 0, 2 * IDS); n; n--) {
		put(random_between(&model.random, 1, IDS));
		int64_t asked = random_between(&model.random, 1, IDS);
		if (random_one_in(&model.random, 20) && model.tickets[asked].there) {
			int which = (int)random_between(&model.random, 0, LISTINGS - 1);
			const struct listing *listing = model.listings[which];
			size_t at = listing_position(listing, asked);
			check(at == SIZE_MAX || listing_id(listing, at) == asked);
			struct ticket_row *rows[IDS];
			check(listing_count(listing) == naive_rows(which, rows));
			if (is_sorted_by_key(which)) /* also in the middle of a load */
				compare_listing(which);
		}
	}
	model.loading = false;
	bool sweep = random_one_in(&model.random, 2);
	if (sweep && random_one_in(&model.random, 2)) {
		queue_load_sweep(model.queue);
		queue_load_end(model.queue);
	} else {
		queue_load_end(model.queue);
		if (sweep)
			queue_load_sweep(model.queue);
	}
	for (int id = 1; id <= IDS && sweep; id++) {
		const bool closed = model.kept[id] && model.tickets[id].row.status == STATUS_CLOSED;
		if (!model.tickets[id].seen && id != model.pinned && !closed)
			model.tickets[id].there = false;
	}
}

static void pin(int64_t id)
{
	struct naive *before = &model.tickets[model.pinned];
	if (model.pinned && id != model.pinned && before->row.status == STATUS_CLOSED &&
	        !model.kept[model.pinned])
		before->there = false;
	model.pinned = id;
	queue_pin(model.queue, id);
}

/* Some tickets are kept in place of those of before; twice the same one is once. */
static void keep(void)
{
	int64_t ids[20];
	size_t count = (size_t)random_between(&model.random, 0, 20);
	bool kept[IDS + 1] = {false};
	for (size_t i = 0; i < count; i++) {
		ids[i] = random_between(&model.random, 1, IDS);
		kept[ids[i]] = true;
	}
	queue_keep(model.queue, ids, count);
	for (int id = 1; id <= IDS; id++) {
		if (model.kept[id] && !kept[id] && id != model.pinned &&
		        model.tickets[id].row.status == STATUS_CLOSED)
			model.tickets[id].there = false;
		model.kept[id] = kept[id];
	}
}

static void choose_filter(int which)
{
	model.filters[which] = (int)random_between(&model.random, 0, sizeof filters / sizeof *filters - 1);
	listing_filter(model.listings[which], filters[model.filters[which]].filter,
	        filters[model.filters[which]].context);
}

static void choose_order(int which)
{
	const struct sort_order order =
	        sort_order_of((int)random_between(&model.random, 0, 2 * SORT_COUNT - 1));
	sorter_set(&model.sorters[which], order, &model.directory);
	listing_sort(
	        model.listings[which], is_sorted_by_key(which) ? sorter_key : NULL, &model.sorters[which]);
}

static void make_organizations(void)
{
	char none[] = "";
	directory_init(&model.directory);
	for (int i = 0; i < 5; i++) {
		char *name = strdup(organizations[i].name);
		directory_add_organization(&model.directory,
		        &(struct organization){.id = i + 1, .name = name, .csm = none, .analyst = none});
		free(name);
	}
	directory_sort(&model.directory);
}

Test(queue, agrees_with_a_naive_list)
{
	model.random = random_start();
	model.queue = queue_new();
	make_organizations();
	for (int i = 0; i < LISTINGS; i++) {
		model.listings[i] = listing_new(model.queue);
		model.filters[i] = 0;
	}
	for (model.step = 0; model.step < STEPS; model.step++) {
		int64_t what = random_between(&model.random, 1, 1000);
		if (what <= 4)
			load();
		else if (what <= 30)
			pin(random_between(&model.random, 0, IDS));
		else if (what <= 40)
			keep();
		else if (what <= 55)
			choose_filter((int)random_between(&model.random, 0, LISTINGS - 1));
		else if (what <= 70)
			choose_order((int)random_between(&model.random, 0, LISTINGS - 1));
		else
			put(random_between(&model.random, 1, IDS));
		if (random_one_in(&model.random, 10)) {
			compare_listing((int)random_between(&model.random, 0, LISTINGS - 1));
			compare_near((int)random_between(&model.random, 0, LISTINGS - 1));
		}
		if (random_one_in(&model.random, 100))
			compare_everything();
	}
	compare_everything();
	for (int i = 0; i < LISTINGS; i++) {
		listing_free(model.listings[i]);
		sorter_release(&model.sorters[i]);
	}
	queue_free(model.queue);
	directory_release(&model.directory);
}

Test(queue, orders_by_their_words)
{
	struct sort_order order;
	const char *word = SORT_WORDS;
	for (int number = 0; number < 2 * SORT_COUNT; number++, word += strcspn(word, " ") + 1) {
		cr_assert_eq(strncmp(sort_word(sort_order_of(number)), word, strcspn(word, " ")), 0,
		        "the settings' words and the orders' are the same: %s", word);
		cr_assert(sort_parse(sort_word(sort_order_of(number)), &order));
		cr_assert_eq(sort_number(order), number);
	}
	cr_assert_not(sort_parse("dua", &order));
	cr_assert_not(sort_parse("", &order));
}

static void compare_counts(struct random *r, const struct listing *listing, const struct directory *directory,
        instant now, int64_t warn)
{
	struct queue_counts expected = {0};
	for (size_t i = 0; i < listing_count(listing); i++) {
		const struct ticket_row *row = listing_row(listing, i);
		const struct calendar *calendar = directory_calendar(directory, row->calendar_id);
		struct countdown down = countdown_of(row, calendar ? &calendar->line : NULL, now, warn);
		expected.open++;
		expected.breached += down.urgency == URGENCY_BREACHED;
		expected.soon += down.urgency == URGENCY_WARNING;
	}
	struct queue_counts counts = listing_counts(listing, directory, now, warn);
	cr_assert(counts.open == expected.open && counts.breached == expected.breached &&
	                  counts.soon == expected.soon,
	        "seed 0x%" PRIx64 ": %zu open %zu breached %zu soon, not %zu %zu %zu", r->seed, counts.open,
	        counts.breached, counts.soon, expected.open, expected.breached, expected.soon);
}

/* The counts of the title line against countdown_of() for every row, while time passes and tickets change. */
Test(queue, counts_what_the_countdowns_say)
{
	struct random r = random_start();
	struct directory directory;
	char name[] = "";
	directory_init(&directory);
	for (int32_t id = 1; id <= 2; id++) {
		struct calendar *calendar =
		        directory_add_calendar(&directory, &(struct calendar){.id = id, .name = name});
		for (int64_t t = 0; t < 40000; t += 500 * id)
			cr_assert(timeline_add(
			        &calendar->line, t, t + random_between(&r, 1, 500 * id), 0, NULL));
	}
	directory_sort(&directory);
	struct queue *queue = queue_new();
	struct listing *listings[] = {listing_new(queue), listing_new(queue)};
	listing_filter(listings[1], of_assignee, &wanted_assignee[1]);
	instant now = 0;
	for (int32_t step = 0; step < 3000; step++) {
		now += random_one_in(&r, 3) ? random_between(&r, 0, 20) : 0;
		struct ticket_row row = {
		        .id = random_between(&r, 1, 60), .version = step, .metric = METRIC_NEXT_REPLY};
		row.calendar_id = (int32_t)random_between(&r, 1, 3); /* the third is not known: wall time */
		row.started_at = random_between(&r, 0, now);
		row.target_s = (int32_t)random_between(&r, 0, 900);
		row.assignee_id = (int32_t)random_between(&r, 0, 1);
		row.status = random_one_in(&r, 4) ? STATUS_CLOSED : STATUS_OPEN;
		if (random_one_in(&r, 3)) /* due at this very second */
			row.started_at = now - row.target_s;
		row.due_at = row.breach_at = row.started_at + row.target_s;
		/* Some were measured by a calendar that is another by now, and keep what it said. */
		int32_t by = random_one_in(&r, 4) ? 3 - row.calendar_id : row.calendar_id;
		if (row.calendar_id < 3)
			cr_assert(timeline_add_work(&directory.calendars[by - 1].line, row.started_at,
			        row.target_s, &row.due_at, &row.breach_at, NULL));
		if (random_one_in(&r, 6)) {
			row.metric = METRIC_NONE;
			row.due_at = row.breach_at = INSTANT_NONE;
		} else if (random_one_in(&r, 6)) {
			row.paused = true;
			row.remaining_s = (int32_t)random_between(&r, -10, 100);
			row.due_at = row.breach_at = INSTANT_NONE;
		}
		if (random_one_in(&r, 5))
			queue_put(queue, &row);
		if (random_one_in(&r, 200))
			now -= random_between(&r, 0, now); /* the server's clock was measured anew */
		int64_t warn = random_one_in(&r, 10) ? 0 : 120;
		compare_counts(&r, listings[random_between(&r, 0, 1)], &directory, now, warn);
	}
	listing_free(listings[0]);
	listing_free(listings[1]);
	queue_free(queue);
	directory_release(&directory);
}

/* A changed copy of the queue's own row carries the queue's own strings; so does the copy that takes the change back. */
Test(queue, takes_its_own_row_back)
{
	struct queue *queue = queue_new();
	struct ticket_row row = {.id = 7,
	        .version = 1,
	        .subject = "a subject",
	        .requester_name = "Anna",
	        .requester_email = "anna@example.org",
	        .hold_for = "facebook",
	        .tags = "billing,vip",
	        .due_at = 5};
	cr_assert(queue_put(queue, &row));
	struct ticket_row before = *queue_find(queue, 7), preview = before;
	preview.hold_for = "";
	preview.tags = "vip";
	cr_assert(queue_put(queue, &preview));
	cr_assert_str_eq(queue_find(queue, 7)->hold_for, "");
	before.hold_for = "facebook";
	before.tags = "billing,vip";
	cr_assert(queue_put(queue, &before));
	const struct ticket_row *found = queue_find(queue, 7);
	cr_assert_str_eq(found->subject, "a subject");
	cr_assert_str_eq(found->requester_name, "Anna");
	cr_assert_str_eq(found->requester_email, "anna@example.org");
	cr_assert_str_eq(found->hold_for, "facebook");
	cr_assert_str_eq(found->tags, "billing,vip");
	cr_assert(!queue_put(queue, found), "an equal row is no change");
	queue_free(queue);
}

static void join(void *context, const char *tags, size_t tickets)
{
	char *out = context;
	snprintf(out + strlen(out), 100 - strlen(out), "%s:%zu ", tags, tickets);
}

/* A set that no ticket has any more is not known any more, and its memory serves the next one. */
Test(queue, keeps_each_set_of_tags_once)
{
	struct queue *queue = queue_new();
	char known[100] = "";
	struct ticket_row row = {.tags = "vip"};
	for (row.id = 1; row.id <= 3; row.id++)
		queue_put(queue, &row);
	cr_assert_eq(queue_find(queue, 1)->tags, queue_find(queue, 3)->tags, "one text for all");
	queue_tags(queue, join, known);
	cr_expect_str_eq(known, "vip:3 ");
	for (row.id = 1; row.id <= 3; row.id++) {
		row.version = 1;
		row.tags = row.id == 1 ? "" : "billing";
		queue_put(queue, &row);
	}
	*known = '\0';
	queue_tags(queue, join, known);
	cr_expect_str_eq(known, "billing:2 ");
	for (row.id = 1; row.id <= 3; row.id++) {
		row.version = 2;
		row.status = STATUS_CLOSED;
		queue_put(queue, &row);
	}
	*known = '\0';
	queue_tags(queue, join, known);
	cr_expect_str_eq(known, "");
	queue_free(queue);
}

/* A standby that took over may have lost the last commits: what it says in the load counts, once for each ticket. */
Test(queue, a_load_may_know_less_than_the_snapshot)
{
	struct queue *queue = queue_new();
	struct ticket_row ahead = {.id = 7, .version = 9, .priority = PRIORITY_URGENT, .due_at = 5},
	                  lost = {.id = 8, .version = 4, .due_at = 6};
	queue_put(queue, &ahead);
	queue_put(queue, &lost);
	struct ticket_row there = ahead, preview = ahead;
	there.version = 6;
	there.priority = PRIORITY_NORMAL;
	preview.assignee_id = 3;
	queue_load_begin(queue);
	cr_assert(queue_overlay(queue, &preview), "drawn over it during the load");
	cr_assert(queue_put(queue, &there), "what the server says replaces it all the same");
	cr_assert(queue_find(queue, 7)->version == 6 && queue_find(queue, 7)->assignee_id == 0);
	there.version = 5;
	cr_assert(!queue_put(queue, &there), "in the load, an older page comes behind a newer delta");
	queue_overlay(queue, &lost);
	lost.assignee_id = 3;
	queue_overlay(queue, &lost);
	queue_load_sweep(queue);
	queue_load_end(queue);
	cr_assert(queue_find(queue, 7)->version == 6);
	cr_assert_null(queue_find(queue, 8), "a preview does not keep what the server has lost");
	cr_assert(!queue_put(queue, &there), "after the load only the version counts");
	queue_free(queue);
}

/* Who takes a preview back must know whether the ticket is in the queue: only the preview closed it, or the server has said so. */
Test(queue, knows_whether_only_an_overlay_closed_a_ticket)
{
	struct queue *queue = queue_new();
	struct ticket_row row = {.id = 7, .version = 3}, preview = row, closed = row;
	preview.status = closed.status = STATUS_CLOSED;
	closed.version = 4;
	queue_put(queue, &row);
	cr_expect(!queue_is_hidden(queue, 7), "it is here");
	queue_overlay(queue, &preview);
	cr_expect(!queue_find(queue, 7) && queue_is_hidden(queue, 7), "the preview took it out");
	queue_put(queue, &closed);
	cr_expect(!queue_find(queue, 7) && !queue_is_hidden(queue, 7), "it is closed");

	queue_put(queue, &row);
	queue_put(queue, &closed);
	cr_expect(!queue_is_hidden(queue, 7), "no preview had a part in it");

	queue_put(queue, &row);
	queue_pin(queue, 7);
	queue_overlay(queue, &preview);
	cr_expect(queue_find(queue, 7) && !queue_is_hidden(queue, 7), "somebody looks at it");
	queue_pin(queue, 0);
	cr_expect(!queue_find(queue, 7) && queue_is_hidden(queue, 7), "nobody looks at it any more");
	queue_overlay(queue, &row);
	cr_expect(queue_find(queue, 7) && !queue_is_hidden(queue, 7), "the preview is taken back");

	queue_pin(queue, 7);
	queue_put(queue, &closed);
	queue_pin(queue, 0);
	cr_expect(!queue_is_hidden(queue, 7), "the server closed it while somebody looked at it");

	queue_put(queue, &row);
	queue_overlay(queue, &preview);
	queue_load_begin(queue);
	queue_put(queue, &row);
	queue_overlay(queue, &preview);
	queue_load_sweep(queue);
	queue_load_end(queue);
	cr_expect(queue_is_hidden(queue, 7), "the load knows it");
	queue_load_begin(queue);
	queue_load_sweep(queue);
	queue_load_end(queue);
	cr_expect(!queue_is_hidden(queue, 7), "the load does not know it");
	queue_free(queue);
}

/* Strings of tickets that come and go leave no memory behind. */
Test(queue, memory_does_not_grow_with_changes)
{
	struct random random = random_start();
	struct queue *queue = queue_new();
	char subject[1500];
	size_t settled = 0;
	for (int i = 0; i < 60000; i++) {
		size_t length =
		        (size_t)random_between(&random, 0, i % 100 ? 120 : (int64_t)sizeof subject - 1);
		memset(subject, 'a' + i % 26, length);
		subject[length] = '\0';
		struct ticket_row row = {.id = random_between(&random, 1, 500),
		        .version = i,
		        .subject = subject,
		        .requester_name = subject,
		        .requester_email = "",
		        .hold_for = NULL};
		row.status = random_one_in(&random, 3) ? STATUS_CLOSED : STATUS_OPEN;
		queue_put(queue, &row);
		if (i == 20000)
			settled = queue_memory(queue);
	}
	cr_assert_lt(queue_memory(queue), settled * 3 / 2, "seed 0x%" PRIx64 ": %zu bytes grew to %zu",
	        random.seed, settled, queue_memory(queue));
	queue_free(queue);
}
