/*
 * Moving about: lines and pages, the ticket under the cursor, places, search. Nothing here changes a ticket.
 *
 * The cursor is a ticket id, not a line: rows that come and go never move it. When its ticket leaves the list, the cursor
 * goes to the one that took its place.
 */
#include "app/state.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "core/text.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COUNTED_MOST = 20000 /* rows of a list whose matches are counted */ };
enum { REST_MS = 40 }; /* shorter than a held key repeats, so that a slow link carries only the cursor */

/* ---- the cursor --------------------------------------------------------------------------------- */

void select_ticket(struct console *console, int64_t id)
{
	console->dirty = true;
	console->new_above = 0;
	if (console->selected == id)
		return;
	if (id != console->brought)
		views_bring(console, 0);
	console->selected = id;
	console->position = id ? listing_position(console->listing, id) : SIZE_MAX;
	const struct ticket_row *row = id ? queue_find(console->queue, id) : NULL;
	if (row)
		kept_row_set(&console->selected_row, row);
	else
		kept_row_release(&console->selected_row);
	console->rest_ms = INT64_MAX; /* only where a key moves it, it is waited for */
}

/* The one place that decides what is shown: whatever has moved the cursor, opened a ticket or left one. */
void show_what_keys_act_on(struct console *console)
{
	const int64_t id = console_ticket(console);
	if (console->shown == id || console->opened)
		console->rest_ms = INT64_MAX;
	if (console->rest_ms != INT64_MAX && clock_ms() < console->rest_ms)
		return;
	console->rest_ms = INT64_MAX;
	if (console->shown == id)
		return;
	console->shown = id;
	console->dirty = true;
}

static void select_position(struct console *console, int64_t position)
{
	int64_t count = (int64_t)listing_count(console->listing);
	if (!count) {
		select_ticket(console, 0);
		return;
	}
	if (position < 0)
		position = 0;
	if (position >= count)
		position = count - 1;
	const int64_t before = console->selected;
	select_ticket(console, listing_id(console->listing, (size_t)position));
	if (console->selected != before && console->shown)
		console->rest_ms = clock_ms() + REST_MS;
}

static int64_t selected_position(const struct console *console)
{
	size_t position = listing_position(console->listing, console->selected);
	return position == SIZE_MAX ? 0 : (int64_t)position;
}

int64_t next_ticket(const struct console *console, int64_t id)
{
	size_t position = listing_position(console->listing, id);
	if (position == SIZE_MAX)
		return listing_id(console->listing, 0);
	int64_t below = listing_id(console->listing, position + 1);
	return below || !position ? below : listing_id(console->listing, position - 1);
}

/* The ticket under the cursor has left the list: whoever took its place is selected. */
static size_t select_successor(struct console *console)
{
	size_t near =
	        console->selected_row.row.id ? listing_near(console->listing, &console->selected_row.row) : 0;
	size_t count = listing_count(console->listing);
	if (near >= count)
		near = count ? count - 1 : 0;
	select_ticket(console, listing_id(console->listing, near));
	return count ? near : SIZE_MAX;
}

/* Whether the awaited ticket came in front just now: in the ticket's place it is opened, in the list the cursor goes to it,
 * also where view or filter would not show it: the next key is for what is seen. */
static bool awaited_came(struct console *console)
{
	const int64_t id = console->awaited;
	if (!id || console_ticket(console) == id)
		return false;
	if (!queue_find(console->queue, id))
		return false;
	if (console->opened) {
		open_ticket(console, id);
	} else {
		if (!listing_has(console->listing, id))
			views_bring(console, id);
		select_ticket(console, id);
	}
	return console_ticket(console) == id;
}

bool ticket_is_above(const struct console *console, int64_t id)
{
	const size_t position = listing_position(console->listing, id);
	return position != SIZE_MAX && position < listing_position(console->listing, console->selected);
}

void ticket_to_front(struct console *console, int64_t id)
{
	console->awaited = id;
	awaited_came(console);
}

static bool is_away(void *context, int64_t id)
{
	return !ticket_is_above(context, id);
}

/* Of the rows that came above the cursor those that the agent did not bring back himself. */
static size_t new_among(struct console *console, size_t came)
{
	const size_t away = console->returning.count;
	marks_retain(&console->returning, is_away, console);
	const size_t returned = away - console->returning.count;
	return came > returned ? came - returned : 0;
}

/* Whether the ticket under the cursor has gone to another place by itself: then no row has come above it. */
static bool has_moved(const struct ticket_row *now, const struct ticket_row *before)
{
	return now->id == before->id &&
	       (now->priority != before->priority || now->precedence != before->precedence ||
	               now->due_at != before->due_at || now->last_message_at != before->last_message_at);
}

/* A colleague has taken the ticket under the cursor out of the list: where the cursor goes then is said. */
static void say_who_took(struct console *console, const struct ticket_row *row)
{
	if (row && console_place(console) == PLACE_QUEUE && row->assignee_id &&
	        row->assignee_id != console->selected_row.row.assignee_id &&
	        row->assignee_id != console->identity.agent_id && !action_is_pending(console, row->id))
		console_say(console, ROLE_WARNING, C_("agent", "%lld is %s's now"), (long long)row->id,
		        agent_label(console, row->assignee_id));
}

void list_refresh(struct console *console)
{
	size_t before = console->position;
	marks_follow_queue(console);
	views_follow_time(console);
	views_follow_brought(console);
	listing_refresh(console->listing);
	if (awaited_came(console)) {
		new_among(console, 0);
		return;
	}
	size_t after = listing_position(console->listing, console->selected);
	const struct ticket_row *row =
	        console->selected ? queue_find(console->queue, console->selected) : NULL;
	const bool moved = row && has_moved(row, &console->selected_row.row);
	size_t new_above = console->new_above;
	if (after == SIZE_MAX) {
		say_who_took(console, row);
		after = select_successor(console);
	} else if (moved || (row && row->version != console->selected_row.row.version)) {
		kept_row_set(&console->selected_row, row);
	}
	console->dirty = true;
	console->position = after;
	const size_t came = after > before ? new_among(console, after - before) : new_among(console, 0);
	if (before == SIZE_MAX || after == SIZE_MAX || after == before || moved)
		return; /* where its ticket went the cursor goes; the list stays */
	/* Rows never move under the cursor: the list is scrolled by as much as the cursor's position changed. What the agent
	 * brought back himself he wants to see: that does not go above the first line. */
	if (after > before && !console->queue_view.top) {
		before = after - came;
		if (!came)
			return;
	}
	size_t top = console->queue_view.top + after;
	console->queue_view.top = top > before ? top - before : 0;
	if (after > before && console->queue_view.top)
		console->new_above = new_above + came;
}

/* ---- lines and pages: the same keys move the cursor, a ticket's text or a page ------------------- */

static struct pager *page_on_top(struct console *console)
{
	switch (console_place(console)) {
	case PLACE_HELP:
	case PLACE_MESSAGES:
	case PLACE_TIMER:
	case PLACE_SUMMARY:
	case PLACE_FILE:
	case PLACE_DEBUG:
		return &console->page;
	case PLACE_PREVIEW:
		return &console->preview;
	case PLACE_GUARD:
		return &console->guard;
	default:
		return NULL;
	}
}

static void move_lines(struct console *console, int lines)
{
	struct pager *page = page_on_top(console);
	console->dirty = true;
	if (page)
		pager_scroll(page, lines);
	else if (console_place(console) == PLACE_CUSTOMER)
		customer_move(console, lines);
	else if (console_place(console) == PLACE_TICKET)
		ticket_view_scroll(console->ticket_view, lines);
	else
		select_position(console, selected_position(console) + lines);
}

static void move_pages(struct console *console, int pages)
{
	struct pager *page = page_on_top(console);
	console->dirty = true;
	if (page)
		pager_page(page, pages);
	else if (console_place(console) == PLACE_CUSTOMER)
		customer_move(console, pages * 10);
	else if (console_place(console) == PLACE_TICKET)
		ticket_view_page(console->ticket_view, pages);
	else
		select_position(
		        console, selected_position(console) + (int64_t)pages * console->queue_view.rows);
}

static void move_to(struct console *console, bool end)
{
	struct pager *page = page_on_top(console);
	console->dirty = true;
	if (page)
		pager_to(page, end);
	else if (console_place(console) == PLACE_CUSTOMER)
		customer_move(console, end ? INT32_MAX : -INT32_MAX);
	else if (console_place(console) == PLACE_TICKET)
		(end ? ticket_view_to_end : ticket_view_to_top)(console->ticket_view);
	else
		select_position(console, end ? INT64_MAX : 0);
}

void command_DOWN(struct console *console, const char *argument)
{
	move_lines(console, 1);
}

void command_UP(struct console *console, const char *argument)
{
	move_lines(console, -1);
}

void command_PAGE_DOWN(struct console *console, const char *argument)
{
	move_pages(console, 1);
}

void command_PAGE_UP(struct console *console, const char *argument)
{
	move_pages(console, -1);
}

void command_TOP(struct console *console, const char *argument)
{
	move_to(console, false);
}

void command_BOTTOM(struct console *console, const char *argument)
{
	move_to(console, true);
}

/* ---- tickets ------------------------------------------------------------------------------------ */

void open_ticket(struct console *console, int64_t id)
{
	if (!id)
		return;
	queue_pin(console->queue, id);
	/* One that the list does not show leaves the cursor where it is. */
	if (!console->selected || listing_position(console->listing, id) != SIZE_MAX)
		select_ticket(console, id);
	if (console->opened != id)
		conversation_look_again(console, id);
	console->opened = id;
	console->fetched = 0;
	show_what_keys_act_on(console);
	ticket_view_to_unread(console->ticket_view);
	console_enter(console, PLACE_TICKET);
}

static void ticket_came(void *context, const struct ticket_row *row, const struct error *err)
{
	struct console *console = context;
	const int64_t id = console->fetched;
	if (!id || (row && row->id != id))
		return; /* something else was opened meanwhile */
	console->fetched = 0;
	console->dirty = true;
	if (!row) {
		console_say(console, ROLE_ERROR,
		        err ? _("ticket %lld cannot be shown: %s") : _("there is no ticket %lld"),
		        (long long)id, err ? err->text : "");
		return;
	}
	if (console->prompt.active || console->editor || console_place(console) > PLACE_TICKET)
		return; /* who has begun something else is not taken away from it */
	queue_pin(console->queue, id);
	queue_put(console->queue, row);
	open_ticket(console, id);
}

void open_number(struct console *console, int64_t id)
{
	if (queue_find(console->queue, id)) {
		open_ticket(console, id);
		return;
	}
	console->fetched = id;
	link_ticket(console->link, id, ticket_came, console);
}

void command_OPEN(struct console *console, const char *argument)
{
	if (!*argument) {
		const int64_t into = console->opened ? merged_into(console, console->target) : 0;
		if (into)
			open_number(console, into);
		else
			open_ticket(console, console->target);
		return;
	}
	char *end;
	long long id = strtoll(argument, &end, 10);
	if (*end || id <= 0)
		console_say(console, ROLE_ERROR, _("open takes a ticket's number, not \"%s\""), argument);
	else
		open_number(console, id);
}

static void neighbour(struct console *console, int step)
{
	size_t position = listing_position(console->listing, console->opened);
	int64_t wanted = (int64_t)position + step;
	if (position == SIZE_MAX) /* it has left the list; the cursor is on the one that took its place */
		wanted = selected_position(console) + (step > 0 ? 0 : -1);
	int64_t id = wanted < 0 ? 0 : listing_id(console->listing, (size_t)wanted);
	if (id)
		open_ticket(console, id);
	else
		console_say(console, ROLE_HINT,
		        step > 0 ? _("this is the last ticket of the queue")
		                 : _("this is the first ticket of the queue"));
}

void command_NEXT_TICKET(struct console *console, const char *argument)
{
	neighbour(console, 1);
}

void command_PREVIOUS_TICKET(struct console *console, const char *argument)
{
	neighbour(console, -1);
}

/* ---- search ------------------------------------------------------------------------------------- */

static bool matches(const struct console *console, const struct ticket_row *row, const char *text)
{
	char id[24];
	snprintf(id, sizeof id, "%lld", (long long)row->id);
	const struct organization *organization =
	        directory_organization(&console->directory, row->organization_id);
	const struct agent *agent = directory_agent(&console->directory, row->assignee_id);
	return strncmp(id, text, strlen(text)) == 0 || text_contains(row->subject, text) ||
	       text_contains(row->requester_name, text) || text_contains(row->requester_email, text) ||
	       (organization && text_contains(organization->name, text)) ||
	       (agent && (text_contains(agent->name, text) || text_contains(agent->login, text)));
}

/* The nearest match from `from` on in the direction of `step`, around the ends; SIZE_MAX when there is none. */
static size_t find(const struct console *console, const char *text, size_t from, int step)
{
	size_t count = listing_count(console->listing);
	for (size_t i = 0; i < count; i++) {
		size_t position = step > 0 ? (from + i) % count : (from + 2 * count - i) % count;
		if (matches(console, listing_row(console->listing, position), text))
			return position;
	}
	return SIZE_MAX;
}

/* Says which of the matches it is, where counting them all takes no time that anybody notices. */
static void say_which(struct console *console, const char *text, size_t position)
{
	const size_t count = listing_count(console->listing);
	size_t which = 0, all = 0;
	if (count > COUNTED_MOST)
		return;
	for (size_t i = 0; i < count; i++)
		if (matches(console, listing_row(console->listing, i), text)) {
			all++;
			which += i <= position;
		}
	console_say(console, ROLE_HINT, _("%zu of %zu; n and N go to the others"), which, all);
}

static void search_for(struct console *console, const char *text, size_t from, int step)
{
	size_t position = *text ? find(console, text, from, step) : SIZE_MAX;
	if (position != SIZE_MAX) {
		select_position(console, (int64_t)position);
		say_which(console, text, position);
	} else if (*text)
		console_say(console, ROLE_ERROR, _("nothing in this list matches \"%s\""), text);
}

static void search_typed(struct console *console, const char *text)
{
	size_t position = *text ? find(console, text, (size_t)selected_position(console), 1) : SIZE_MAX;
	if (position != SIZE_MAX)
		select_position(console, (int64_t)position);
}

static void remember_search(struct console *console, const char *text)
{
	char *copy = alloc_copy(text);
	free(console->search);
	console->search = copy;
}

static void search_done(struct console *console, const char *text);

/* Not here; the same text once more is looked for in all tickets. */
static void offer_find(struct console *console, const char *text)
{
	struct find *all = &console->find;
	const bool again = all->offered && strcmp(all->offered, text) == 0 && console->prompt_answered;
	free(all->offered);
	all->offered = again ? NULL : alloc_copy(text);
	if (again)
		find_start(console, text);
	else
		prompt_refuse(console, search_done, text,
		        _("nothing in this list matches; Enter again searches all tickets, closed ones too"));
}

static void search_done(struct console *console, const char *text)
{
	if (!*text)
		return;
	history_add(&console->search_history, text);
	remember_search(console, text);
	if (find(console, text, 0, 1) != SIZE_MAX)
		search_for(console, text, (size_t)selected_position(console), 1);
	else
		offer_find(console, text);
}

/* In the ticket on the screen; what hides a match is unfolded. */
static void search_ticket(struct console *console, const char *text, int step)
{
	console->dirty = true;
	if (ticket_view_search(console->ticket_view, text, step))
		return;
	const struct conversation *conversation = conversation_of(console, console->opened, NULL);
	if (conversation && conversation->older)
		console_say(console, ROLE_ERROR,
		        _("nothing that is loaded of this ticket matches \"%s\"; g g loads all of it"), text);
	else
		console_say(console, ROLE_ERROR, _("nothing in this ticket matches \"%s\""), text);
}

static void search_ticket_done(struct console *console, const char *text)
{
	if (!*text)
		return;
	history_add(&console->search_history, text);
	remember_search(console, text);
	search_ticket(console, text, 1);
}

void command_FOLD(struct console *console, const char *argument)
{
	console->dirty = true;
	if (!ticket_view_has_folds(console->ticket_view))
		console_say(console, ROLE_HINT, _("nothing is folded here: no quoted text, no signature"));
	else if (ticket_view_fold(console->ticket_view))
		console_say(console, ROLE_HINT, _("quoted text and signatures are folded"));
	else
		console_say(console, ROLE_HINT, _("all text is shown; z folds it again"));
}

static void filter_page(struct console *console, const char *text)
{
	snprintf(console->page.filter, sizeof console->page.filter, "%s", text);
	pager_to(&console->page, false);
}

void command_SEARCH(struct console *console, const char *argument)
{
	const enum place place = console_place(console);
	void (*const done)(struct console *, const char *) = place == PLACE_QUEUE    ? search_done
	                                                     : place == PLACE_TICKET ? search_ticket_done
	                                                                             : filter_page;
	if (*argument) {
		done(console, argument);
		return;
	}
	prompt_ask(console, "/", "", NULL, &console->search_history, done);
	console->prompt_changed = place == PLACE_QUEUE ? search_typed : place == PLACE_TICKET ? NULL : done;
}

static void search_again(struct console *console, int step)
{
	size_t count = listing_count(console->listing);
	if (!console->search)
		console_say(console, ROLE_HINT, _("nothing was searched yet; / searches"));
	else if (console_place(console) == PLACE_TICKET)
		search_ticket(console, console->search, step);
	else if (count)
		search_for(console, console->search,
		        ((size_t)selected_position(console) + count + (size_t)step) % count, step);
}

void command_SEARCH_NEXT(struct console *console, const char *argument)
{
	search_again(console, 1);
}

void command_SEARCH_PREVIOUS(struct console *console, const char *argument)
{
	search_again(console, -1);
}

/* ---- the screen and the program ------------------------------------------------------------------ */

void command_SPLIT(struct console *console, const char *argument)
{
	console->settings.split = !console->settings.split;
	if (terminal_columns(console->terminal) < 100)
		console_say(console, ROLE_HINT,
		        console->settings.split ? _("split is on, from 100 columns on; here are %d")
		                                : _("split is off, from 100 columns on; here are %d"),
		        terminal_columns(console->terminal));
	console->dirty = true;
}

void command_PANE(struct console *console, const char *argument)
{
	const enum place place = console_place(console);
	if (place == PLACE_TICKET && console_is_wide(console))
		command_CUSTOMER(console, "");
	else if (place == PLACE_CUSTOMER)
		for (console_leave(console); console_is_wide(console) && console->depth;)
			console_leave(console);
	else if (place == PLACE_TICKET && console_is_split(console))
		console_leave(console);
	else if (console_place(console) == PLACE_QUEUE && console->selected)
		open_ticket(console, console->selected);
}

void command_REFRESH(struct console *console, const char *argument)
{
	presence_ask(console);
	conversation_look_again(console, console->shown);
	link_refresh(console->link);
	terminal_repaint(console->terminal);
	debug_refresh(console);
	console->dirty = true;
}

void command_SUSPEND(struct console *console, const char *argument)
{
	terminal_lend(console->terminal);
	kill(getpid(), SIGSTOP);
	terminal_take_back(console->terminal);
	terminal_resized(console->terminal);
	link_refresh(console->link);
	console->dirty = true;
}

void command_BACK(struct console *console, const char *argument)
{
	switch (console_place(console)) {
	case PLACE_QUEUE:
		if (console->bulk.runs)
			bulk_stop(console);
		else if (!find_back(console))
			console_say(console, ROLE_HINT, _("this is the queue; Q leaves sandglass"));
		break;
	case PLACE_PREVIEW:
		draft_keep(&console->draft);
		drafts_changed(console);
		console_leave(console);
		console_say(console, ROLE_HINT, _("the draft is kept; r takes it up again"));
		break;
	default:
		console_leave(console);
	}
}

void command_QUIT(struct console *console, const char *argument)
{
	size_t waiting = actions_waiting(console);
	if (console->bulk.runs && !console->bulk.leave_asked) {
		char progress[240];
		bulk_progress(&console->bulk, false, progress, sizeof progress);
		console->bulk.leave_asked = true;
		console_say(console, ROLE_QUESTION, _("%s; Q again stops it there and leaves"), progress);
		return;
	}
	bulk_stop(console);
	if (waiting && !console->leaving) {
		console->leaving = true;
		console_say(console, ROLE_QUESTION,
		        P_("waiting for the server to confirm %zu action; Q again leaves without knowing",
		                "waiting for the server to confirm %zu actions; Q again leaves without knowing",
		                waiting),
		        waiting);
		return;
	}
	console->left = true;
}
