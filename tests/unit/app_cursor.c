/*
 * The cursor is a ticket, not a line: rows that come and go above it scroll the list and leave it where it is.
 */
#include "app/state.h"

#include "base/alloc.h"

#include <criterion/criterion.h>

static struct console *console_with(int tickets)
{
	struct console *console = alloc_bytes(sizeof *console);
	console->queue = queue_new();
	console->listing = listing_new(console->queue);
	console->rest_ms = INT64_MAX;
	for (int64_t id = 1; id <= tickets; id++)
		queue_put(console->queue, &(struct ticket_row){.id = 100 * id,
		                                  .version = 1,
		                                  .priority = PRIORITY_NORMAL,
		                                  .precedence = 1,
		                                  .metric = METRIC_NONE,
		                                  .due_at = INSTANT_NONE,
		                                  .subject = "",
		                                  .requester_name = "",
		                                  .requester_email = "",
		                                  .hold_for = ""});
	show_view(console, VIEW_ALL);
	return console;
}

static void put(struct console *console, int64_t id, enum priority priority, enum status status, int version)
{
	queue_put(console->queue, &(struct ticket_row){.id = id,
	                                  .version = version,
	                                  .priority = (uint8_t)priority,
	                                  .status = (uint8_t)status,
	                                  .precedence = 1,
	                                  .metric = METRIC_NONE,
	                                  .due_at = INSTANT_NONE,
	                                  .subject = "",
	                                  .requester_name = "",
	                                  .requester_email = "",
	                                  .hold_for = ""});
	list_refresh(console);
}

static void release(struct console *console)
{
	kept_row_release(&console->selected_row);
	filter_free(console->filter);
	free(console->filter_shown);
	listing_free(console->listing);
	queue_free(console->queue);
	free(console);
}

Test(cursor, stays_on_its_ticket_and_on_its_line)
{
	struct console *console = console_with(50);
	console->queue_view.top = 10;
	select_ticket(console, 1500); /* position 14, the fifth line shown */

	put(console, 9001, PRIORITY_URGENT, STATUS_NEW, 1);
	put(console, 9002, PRIORITY_URGENT, STATUS_NEW, 1);
	cr_assert_eq(console->selected, 1500);
	cr_assert_eq(console->queue_view.top, 12, "two rows came above: the list scrolls by two");
	cr_assert_eq(console->new_above, 2);

	put(console, 9001, PRIORITY_URGENT, STATUS_CLOSED, 2);
	cr_assert_eq(console->selected, 1500);
	cr_assert_eq(console->queue_view.top, 11);

	put(console, 4900, PRIORITY_NORMAL, STATUS_CLOSED, 2); /* below: nothing moves */
	cr_assert_eq(console->queue_view.top, 11);

	select_ticket(console, 1600);
	cr_assert_eq(console->new_above, 0, "moving the cursor is having seen them");

	console->queue_view.top = 0;
	put(console, 100, PRIORITY_HIGH, STATUS_NEW, 2);
	console->new_above = 0;
	select_ticket(console, 9002);
	console->queue_view.top = 0;
	put(console, 9002, PRIORITY_NORMAL, STATUS_NEW, 2);
	cr_assert_eq(console->selected, 9002);
	cr_assert_eq(console->queue_view.top, 0, "it goes to its new line, and what it passed is seen");
	cr_assert_eq(console->new_above, 0, "what it has gone past is not new");
	release(console);
}

Test(cursor, what_an_undo_moves_up_is_seen_and_is_not_new)
{
	struct console *console = console_with(50);
	select_ticket(console, 1500);
	undo_returns(console, 4000);
	undo_returns(console, 4100);
	put(console, 4000, PRIORITY_URGENT, STATUS_NEW, 2);
	cr_assert_eq(console->selected, 1500);
	cr_assert_eq(console->queue_view.top, 0, "what the agent brought back does not go out of sight");
	put(console, 9001, PRIORITY_URGENT, STATUS_NEW, 1);
	cr_assert_eq(console->queue_view.top, 1);
	cr_assert_eq(console->new_above, 1, "this one came by itself");
	put(console, 4100, PRIORITY_URGENT, STATUS_NEW, 2);
	cr_assert_eq(console->queue_view.top, 2, "where the list was scrolled already its lines stay");
	cr_assert_eq(console->new_above, 1);
	marks_release(&console->returning);
	release(console);
}

Test(cursor, another_order_begins_at_its_top)
{
	struct console *console = console_with(50);
	select_ticket(console, 1500);
	console->queue_view.top = 14;
	views_sort(console, (struct sort_order){.by = SORT_AGE});
	cr_assert_eq(console->selected, 1500);
	cr_assert_eq(console->queue_view.top, 0, "what is first now is seen, not only what is at the cursor");
	release(console);
}

Test(cursor, goes_to_the_successor_when_its_ticket_leaves)
{
	struct console *console = console_with(5);
	select_ticket(console, 300);
	put(console, 300, PRIORITY_NORMAL, STATUS_CLOSED, 2);
	cr_assert_eq(console->selected, 400);
	select_ticket(console, 500);
	put(console, 500, PRIORITY_NORMAL, STATUS_CLOSED, 2);
	cr_assert_eq(console->selected, 400, "the last one left: the one above it");
	put(console, 100, PRIORITY_NORMAL, STATUS_CLOSED, 2);
	put(console, 200, PRIORITY_NORMAL, STATUS_CLOSED, 2);
	put(console, 400, PRIORITY_NORMAL, STATUS_CLOSED, 2);
	cr_assert_eq(console->selected, 0);
	put(console, 600, PRIORITY_NORMAL, STATUS_NEW, 1);
	cr_assert_eq(console->selected, 600, "an empty list that fills selects its first");
	release(console);
}

static size_t show(struct console *console, const char *filter)
{
	struct filter_mistake mistake;
	cr_assert(filter_set(console, filter, &mistake), "%s", mistake.text);
	show_view(console, console->view);
	return listing_count(console->listing);
}

Test(cursor, stays_while_a_filter_is_put_on_and_taken_off)
{
	struct console *console = console_with(5);
	put(console, 300, PRIORITY_URGENT, STATUS_NEW, 2);
	select_ticket(console, 500);
	cr_assert_eq(show(console, "prio:urgent"), 1);
	cr_assert_eq(console->selected, 300, "its ticket is not shown any more: the first one is");
	show_view(console, VIEW_UNASSIGNED);
	cr_assert_eq(listing_count(console->listing), 1, "another view, the same filter");
	struct filter_mistake mistake;
	cr_assert_not(filter_set(console, "prio:ugrent", &mistake));
	cr_assert_str_eq(console->filter_shown, "prio:urgent", "a mistake changes nothing");
	cr_assert_eq(show(console, " "), 5);
	cr_assert_null(console->filter_shown);
	cr_assert_eq(console->selected, 300);
	release(console);
}

Test(cursor, stays_when_time_moves_a_row_into_the_filter)
{
	struct console *console = console_with(0);
	instant now = console_now(console);
	static const struct {
		int64_t id;
		int64_t left;
	} rows[] = {{100, 4000}, {200, 600}, {300, 900}};
	for (size_t i = 0; i < 3; i++)
		queue_put(console->queue,
		        &(struct ticket_row){.id = rows[i].id,
		                .version = 1,
		                .priority = rows[i].id == 100 ? PRIORITY_URGENT : PRIORITY_NORMAL,
		                .metric = METRIC_NEXT_REPLY,
		                .due_at = now + rows[i].left,
		                .breach_at = now + rows[i].left,
		                .subject = "",
		                .requester_name = "",
		                .requester_email = "",
		                .hold_for = ""});
	cr_assert_eq(show(console, "due<1h"), 2);
	select_ticket(console, 300);
	instant changes = filter_changes_at(console->filter);
	cr_assert(changes > now + 390 && changes < now + 410, "400 s before that ticket has an hour left");
	console->server_offset_us += (int64_t)410 * 1000000;
	list_refresh(console);
	cr_assert_eq(listing_count(console->listing), 3);
	cr_assert_eq(console->selected, 300);
	cr_assert_eq(console->position, 2);
	console->server_offset_us += (int64_t)-410 * 1000000;
	list_refresh(console);
	cr_assert_eq(listing_count(console->listing), 2, "the server's clock was measured anew");
	release(console);
}

Test(cursor, stays_on_its_ticket_in_another_order)
{
	struct console *console = console_with(50);
	select_ticket(console, 500);
	put(console, 500, PRIORITY_URGENT, STATUS_NEW, 2);
	cr_assert_eq(console->position, 0);
	views_sort(console, (struct sort_order){SORT_PRIORITY, true});
	cr_assert_eq(console->selected, 500);
	cr_assert_eq(console->position, 49, "the other way round it is the last");
	console->queue_view.top = 30;
	put(console, 9001, PRIORITY_HIGH, STATUS_NEW, 1);
	cr_assert_eq(console->selected, 500);
	cr_assert_eq(console->queue_view.top, 31, "one came above it");
	cr_assert_eq(console->new_above, 1);
	put(console, 9002, PRIORITY_URGENT, STATUS_NEW, 1); /* of the same key: behind it, by id */
	cr_assert_eq(console->queue_view.top, 31);
	select_ticket(console, 9001);
	put(console, 9001, PRIORITY_HIGH, STATUS_CLOSED, 2);
	cr_assert_eq(console->selected, 500, "its successor in this order");
	select_ticket(console, 1000);
	show_view(console, VIEW_UNASSIGNED);
	const size_t position = console->position;
	cr_assert_eq(listing_id(console->listing, position), 1000);
	list_refresh(console);
	cr_assert_eq(console->new_above, 0, "another view is no news");
	release(console);
}
