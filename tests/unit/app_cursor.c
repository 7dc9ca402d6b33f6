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
