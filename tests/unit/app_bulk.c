/*
 * What marks mean for a key, and how far an action on many tickets goes while nobody answers: no server is needed for either.
 */
#include "app/state.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { WINDOW = 32 };

static void put(struct console *console, int64_t id, enum priority priority, enum metric metric, int version)
{
	queue_put(console->queue, &(struct ticket_row){.id = id,
	                                  .version = version,
	                                  .priority = (uint8_t)priority,
	                                  .status = STATUS_OPEN,
	                                  .precedence = 1,
	                                  .metric = (uint8_t)metric,
	                                  .due_at = INSTANT_NONE,
	                                  .subject = "",
	                                  .requester_name = "",
	                                  .requester_email = "",
	                                  .hold_for = "",
	                                  .tags = ""});
	list_refresh(console);
}

/* So many tickets, 1 and up; nothing ever answers. */
static struct console *console_with(int tickets)
{
	struct console *console = alloc_bytes(sizeof *console);
	console_prepare(console);
	console->identity.access = ACCESS_AGENT;
	console->identity.agent_id = 7;
	const struct link_model model = {.queue = console->queue,
	        .directory = &console->directory,
	        .identity = &console->identity,
	        .server_offset_us = &console->server_offset_us};
	console->link = link_open("host=/nonexistent", &model);
	show_view(console, VIEW_ALL);
	for (int id = 1; id <= tickets; id++)
		put(console, id, PRIORITY_NORMAL, METRIC_NONE, 1);
	return console;
}

static void console_end(struct console *console)
{
	console->left = true;
	link_close(console->link);
	console_release(console);
	free(console);
}

static void type(struct console *console, const char *keys)
{
	for (; *keys; keys++)
		dispatch_key(console, *keys == '\n' ? KEY_ENTER_KEY : (key)*keys);
}

static const char *marked(const struct console *console)
{
	static char text[200];
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < console->marks.count; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, i ? " %lld" : "%lld",
		        (long long)console->marks.ids[i]);
	return text;
}

Test(bulk, marks_by_keys)
{
	struct console *console = console_with(6);
	static const struct {
		const char *keys, *marked;
		int64_t cursor;
	} cases[] = {{"gg ", "1", 2}, {"jjV", "1 2 3 4", 4}, {"kkk ", "2 3 4", 2}, {"u", "1 2 3 4", 2},
	        {"u", "1", 2}, {"u", "", 2}, {"V", "1 2 3 4 5 6", 2}, {"U", "", 2}, {"u", "1 2 3 4 5 6", 2},
	        {"U", "", 2}, {"G ", "6", 6}, {"ggV", "1 2 3 4 5 6", 1}, {"U:mark all\n", "1 2 3 4 5 6", 1},
	        {":unmark\n", "", 1}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		type(console, cases[i].keys);
		cr_expect_str_eq(
		        marked(console), cases[i].marked, "%zu: %s: %s", i, cases[i].keys, marked(console));
		cr_expect_eq(console->selected, cases[i].cursor, "%zu: %s", i, cases[i].keys);
	}
	console_end(console);
}

static const char *line(struct console *console)
{
	static char text[200];
	marks_text(console, text, sizeof text);
	return text;
}

Test(bulk, marks_stay_with_their_tickets_and_only_those_shown_are_acted_on)
{
	struct console *console = console_with(4);
	struct filter_mistake mistake;
	put(console, 2, PRIORITY_URGENT, METRIC_NONE, 2);
	type(console, ":mark all\n");
	cr_expect_str_eq(line(console), "4 marked. Actions apply to marked tickets; U unmarks.");
	console->identity.access = ACCESS_VIEWER;
	cr_expect_str_eq(line(console), "4 marked; U unmarks.", "who may only read has no actions");
	console->identity.access = ACCESS_AGENT;
	cr_assert(filter_set(console, "prio:urgent", &mistake));
	show_view(console, VIEW_ALL);
	cr_expect_str_eq(
	        line(console), "4 marked, 3 of them not shown: actions apply to the 1 shown. U unmarks.");
	type(console, "Ph");
	cr_assert_eq(console->bulk.count, 1);
	cr_expect_eq(console->bulk.items[0].ticket_id, 2);
	cr_expect_eq(console->bulk.hidden, 3);
	show_view(console, VIEW_MINE);
	cr_expect_str_eq(line(console),
	        "4 marked, none shown: actions apply to the ticket under the cursor. U unmarks.");
	queue_put(console->queue,
	        &(struct ticket_row){
	                .id = 3, .version = 2, .status = STATUS_CLOSED, .subject = "", .tags = ""});
	list_refresh(console);
	cr_expect_str_eq(marked(console), "1 2 4", "a ticket that leaves the queue loses its mark");
	console_end(console);
}

Test(bulk, the_first_key_fixes_what_is_acted_on)
{
	struct console *console = console_with(3);
	type(console, ":mark all\n");
	type(console, "P");
	put(console, 2, PRIORITY_NORMAL, METRIC_NONE, 5); /* a colleague, between the two keys */
	put(console, 4, PRIORITY_NORMAL, METRIC_NONE, 1);
	type(console, "h");
	cr_assert_eq(console->bulk.count, 3);
	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(console->bulk.items[i].version, 1, "as the agent saw it");
	console_end(console);
}

Test(bulk, sends_a_window_and_stops)
{
	struct console *console = console_with(100);
	char text[200];
	type(console, ":mark all\nPh");
	cr_assert(console->bulk.runs);
	cr_expect_eq(link_actions_waiting(console->link), WINDOW, "%zu", link_actions_waiting(console->link));
	cr_expect_eq(queue_find(console->queue, 1)->priority, PRIORITY_HIGH, "shown at once");
	cr_expect_eq(queue_find(console->queue, 100)->priority, PRIORITY_NORMAL, "not sent, not shown");
	bulk_progress(&console->bulk, true, text, sizeof text);
	cr_expect_str_eq(text, "priority high: 0 of 100 - q or Esc stops");

	type(console, "Pu");
	cr_expect(
	        strstr(console->message.text, "not while another is under way"), "%s", console->message.text);
	type(console, "u");
	cr_expect(
	        strstr(console->message.text, "not while another is under way"), "%s", console->message.text);
	type(console, "Q");
	cr_expect(strstr(console->message.text, "Q again stops it"), "%s", console->message.text);
	cr_expect_not(console->leaving);
	type(console, "\033");
	bulk_progress(&console->bulk, true, text, sizeof text);
	cr_expect_str_eq(text, "priority high: stopping; 32 are on their way to the server");
	cr_expect_eq(link_actions_waiting(console->link), WINDOW);

	link_close(console->link); /* no answer will come: those are not known, the others were never sent */
	const struct bulk_count count = bulk_count(&console->bulk);
	cr_expect_not(console->bulk.runs);
	cr_expect(count.done == 0 && count.refused == WINDOW && count.all == 100);
	cr_expect(strstr(console->message.text, "priority high, stopped: 0 done, 32 refused, 68 left."), "%s",
	        console->message.text);
	cr_expect(!undo_find(console, console->bulk.id), "nothing was done, so nothing can be taken back");
	type(console, "?");
	cr_expect_eq(console_place(console), PLACE_SUMMARY);
	cr_expect(strstr(console->page.lines[2].text, "The server did not answer (32)"), "%s",
	        console->page.lines[2].text);
	type(console, "q?");
	cr_expect_eq(console_place(console), PLACE_HELP, "another key was pressed: ? is the help again");
	console_release(console);
	free(console);
}

/* Of six the first three have a waiting customer. */
Test(bulk, asks_once_about_the_customers_who_wait)
{
	static const struct {
		const char *answer;
		size_t items, go_on, dismissals;
		bool asks_still;
	} cases[] = {{"l", 3, 0, 0, false}, {"g", 6, 3, 0, false}, {"dby phone\n", 9, 0, 3, false},
	        {"q", 0, 0, 0, false}, {"r", 0, 0, 0, true}};
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		struct console *console = console_with(6);
		size_t go_on = 0, dismissals = 0, last = 0;
		for (int id = 1; id <= 3; id++)
			put(console, id, PRIORITY_NORMAL, METRIC_FIRST_REPLY, 2);
		type(console, ":mark all\nsc");
		cr_assert_eq(console_place(console), PLACE_GUARD);
		type(console, cases[c].answer);
		cr_expect_eq(
		        console_place(console) == PLACE_GUARD, cases[c].asks_still, "%s", cases[c].answer);
		for (size_t i = 0; i < console->bulk.count; i++) {
			const struct bulk_item *item = &console->bulk.items[i];
			go_on += item->wait_goes_on && item->ticket_id <= 3;
			dismissals += item->dismisses && item->ticket_id <= 3;
			last += item->last;
			cr_expect(!item->dismisses || (!item->last && item[1].ticket_id == item->ticket_id));
		}
		cr_expect_eq(
		        console->bulk.count, cases[c].items, "%s: %zu", cases[c].answer, console->bulk.count);
		cr_expect_eq(go_on, cases[c].go_on, "%s", cases[c].answer);
		cr_expect_eq(dismissals, cases[c].dismissals, "%s", cases[c].answer);
		cr_expect_eq(last, cases[c].items - dismissals, "%s", cases[c].answer);
		console_end(console);
	}
}

static void put_in_stack(struct console *console, const char *id, const int64_t *tickets, size_t count)
{
	struct undoable *undo = undo_push(console);
	undo->title = alloc_copy("priority high");
	snprintf(undo->request_id, sizeof undo->request_id, "%s", id);
	undo->parts = alloc_array(count, sizeof *undo->parts);
	undo->part_count = count;
	for (size_t i = 0; i < count; i++) {
		undo->parts[i].ticket_id = tickets[i];
		snprintf(undo->parts[i].request_id, sizeof undo->parts[i].request_id, "part %zu", i);
	}
}

static void answer(struct console *console, int64_t ticket, enum error_kind kind)
{
	struct pending_action *one = console->pending;
	while (one->action.ticket_id != ticket)
		one = one->next;
	struct action_result result = {.ticket_id = ticket, .version = 2};
	result.error.kind = kind;
	one->then(console, one, &result);
}

Test(bulk, what_the_server_was_too_busy_to_take_back_can_be_taken_back_again)
{
	struct console *console = console_with(4);
	put_in_stack(console, "all", (int64_t[]){1, 2, 3, 4}, 4);
	type(console, "u");
	answer(console, 1, ERROR_NONE);
	answer(console, 2, ERROR_UNAVAILABLE);
	answer(console, 3, ERROR_REFUSED);
	cr_assert(console->bulk.runs);
	answer(console, 4, ERROR_UNAVAILABLE);
	cr_assert_not(console->bulk.runs);
	const struct undoable *undo = undo_find(console, "all");
	cr_assert(undo && undo->part_count == 2, "what was not taken back");
	cr_expect_eq(undo->parts[0].ticket_id, 2);
	cr_expect_str_eq(undo->parts[0].request_id, "part 1");
	cr_expect_eq(undo->parts[1].ticket_id, 4);
	cr_expect_str_eq(undo->parts[1].request_id, "part 3");
	cr_expect(strstr(console->message.text, "1 done, 3 refused. ? shows why. u goes on."), "%s",
	        console->message.text);
	console_end(console);
}

Test(bulk, what_waited_for_an_undo_that_the_server_was_too_busy_for_can_be_tried_again)
{
	struct console *console = console_with(1);
	put_in_stack(console, "all", (int64_t[]){1, 1}, 2);
	type(console, "u");
	cr_assert_eq(link_actions_waiting(console->link), 1, "one after the other on one ticket");
	link_close(console->link);
	const struct undoable *undo = undo_find(console, "all");
	cr_assert(undo && undo->part_count == 2);
	cr_expect_str_eq(undo->parts[0].request_id, "part 0");
	console_release(console);
	free(console);
}

static void fill(struct console *console, const char *filter)
{
	struct filter_mistake mistake;
	cr_assert(filter_set(console, filter, &mistake), "%s", mistake.text);
	show_view(console, console->view);
}

Test(undo, the_list_shows_the_ticket_that_the_next_key_is_for)
{
	struct console *console = console_with(4);
	put(console, 3, PRIORITY_HIGH, METRIC_NONE, 2);
	put(console, 4, PRIORITY_HIGH, METRIC_NONE, 2);
	select_ticket(console, 2);
	type(console, "Pu"); /* urgent: it leaves the list that is shown now */
	fill(console, "prio:high");
	cr_assert_eq(console->selected, 3);
	type(console, "u");
	cr_assert_eq(console->selected, 2, "the cursor is on what the line and the next key are about");
	cr_assert(listing_has(console->listing, 2));
	type(console, "j");
	cr_expect_not(listing_has(console->listing, 2), "the cursor has left it");
	cr_expect_eq(console->selected, 3);
	cr_expect_eq(listing_count(console->listing), 2);
	console_end(console);
}

Test(undo, a_ticket_that_was_brought_leaves_the_list_when_something_else_is_done_to_it)
{
	struct console *console = console_with(4);
	put(console, 3, PRIORITY_HIGH, METRIC_NONE, 2);
	select_ticket(console, 2);
	type(console, "Pu");
	fill(console, "prio:high");
	type(console, "u");
	cr_assert_eq(console->selected, 2);
	type(console, "Pn");
	cr_expect_eq(queue_find(console->queue, 2)->priority, PRIORITY_NORMAL);
	cr_expect_eq(queue_find(console->queue, 3)->priority, PRIORITY_HIGH, "not what nobody saw");
	cr_expect_eq(console->selected, 3);
	type(console, "u");
	cr_assert_eq(console->selected, 2);
	show_view(console, VIEW_ALL);
	cr_expect_not(listing_has(console->listing, 2), "another view is another list");
	console_end(console);
}

Test(undo, of_a_claim_whose_ticket_is_not_known_yet_names_it_when_it_is)
{
	struct console *console = console_with(2);
	type(console, "Cu");
	struct pending_action *undo = console->pending->next;
	cr_assert_eq(undo->action.kind, ACTION_UNDO);
	cr_expect_null(undo->said, "%s", undo->said);
	undo->then(console, undo, &(struct action_result){.ticket_id = 2, .version = 3});
	cr_expect_str_eq(console->message.text, "2: the claim is taken back");
	console_end(console);
}

Test(bulk, a_refused_ticket_is_opened_from_the_summary)
{
	struct console *console = console_with(5);
	type(console, ":mark all\nPh");
	for (int id = 1; id <= 5; id++)
		answer(console, id, id == 3 ? ERROR_NONE : id < 3 ? ERROR_CONFLICT : ERROR_REFUSED);
	cr_assert_not(console->bulk.runs);
	type(console, "?");
	cr_assert_eq(console_place(console), PLACE_SUMMARY);
	cr_assert(command_works(console, COMMAND_SUMMARY_OPEN));
	type(console, "jjjk\n"); /* 1, 2, past a heading 4, 5, and one back */
	cr_expect_eq(console_place(console), PLACE_TICKET);
	cr_expect_eq(console->opened, 4);
	type(console, "q:refused\n");
	cr_assert_eq(console_place(console), PLACE_SUMMARY);
	type(console, "j\n");
	cr_expect_eq(console->opened, 5, "the cursor was where it had been");
	console_end(console);
}
