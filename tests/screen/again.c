/*
 * Frames on top of frames: a view draws nothing when what it would draw stands there already, and whatever changes, the
 * screen is the one that a blank start gives.
 */
#include "base/alloc.h"
#include "office.h"
#include "stage.h"
#include "ui/draw.h"
#include "ui/queue_view.h"
#include "ui/ticket_view.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 45, COLUMNS = 160, LIST = 79, PEEK = 6, TICKET = 48213, OTHER = 48190 };

struct desk {
	struct stage stage;
	struct office office;
	struct queue_view list;
	struct ticket_peek peek;
	struct ticket_view *view;
	struct queue_model queue;
	struct ticket_model ticket;
	struct ticket_row row; /* of TICKET: changed, put into the queue again, of the same version */
	int rows;              /* of the ticket */
	int64_t pending;
	instant list_next, peek_next, ticket_next;
};

static bool is_pending(const void *context, int64_t id)
{
	return id == ((const struct desk *)context)->pending;
}

static void desk_open(struct desk *desk)
{
	*desk = (struct desk){.rows = ROWS - 1, .view = ticket_view_new()};
	struct office *office = &desk->office;
	office_open(office);
	stage_open(&desk->stage, ROWS, COLUMNS, "dark", NULL);
	desk->row = *queue_find(office->queue, TICKET);
	desk->queue = (struct queue_model){.listing = office->listing,
	        .directory = &office->directory,
	        .warn_s = OFFICE_WARN_S,
	        .selected = TICKET,
	        .utc_offset_s = OFFICE_OFFSET_S,
	        .is_pending = is_pending,
	        .pending_context = desk};
	desk->ticket = (struct ticket_model){.conversation = &office->conversation,
	        .conversation_revision = 1,
	        .directory = &office->directory,
	        .warn_s = OFFICE_WARN_S,
	        .utc_offset_s = OFFICE_OFFSET_S,
	        .draft = ""};
}

static void desk_close(struct desk *desk)
{
	ticket_view_free(desk->view);
	office_close(&desk->office);
	stage_close(&desk->stage);
}

static void begin(struct desk *desk, bool clean)
{
	terminal_frame_begin(desk->stage.terminal, clean);
}

/* The list above the peek, beside the ticket. Returns the frame's bytes. */
static uint64_t draw(struct desk *desk)
{
	struct terminal *terminal = desk->stage.terminal;
	desk->queue.now = desk->ticket.now = desk->office.now;
	desk->ticket.row = desk->row.id ? queue_find(desk->office.queue, TICKET) : NULL;
	desk->list_next =
	        queue_view_draw(&desk->list, terminal, (struct rect){0, 0, ROWS - PEEK, LIST}, &desk->queue);
	desk->peek_next = ticket_peek_draw(
	        &desk->peek, terminal, (struct rect){ROWS - PEEK, 0, PEEK, LIST}, &desk->ticket);
	draw_vertical(terminal, 0, LIST, ROWS);
	desk->ticket_next = ticket_view_draw(desk->view, terminal,
	        (struct rect){0, LIST + 1, desk->rows, COLUMNS - LIST - 1}, &desk->ticket);
	return stage_frame_end(&desk->stage, -1, 0);
}

/* ---- nothing changes ----------------------------------------------------------------------------- */

/* Cells that the views left blank. Who draws blanks its place first, so a mark put there tells. */
static const struct mark {
	const char *where;
	int y, x;
} marks[] = {
        {"the list's first row", 1, 0},
        {"below the list's last row", ROWS - PEEK - 1, 5},
        {"the peek", ROWS - 1, LIST - 1},
        {"the ticket's head", 3, COLUMNS - 1},
        {"the conversation", 12, COLUMNS - 1},
};
enum { IN_ROW, IN_LIST, IN_PEEK, IN_HEAD, IN_BODY, MARKS };

static void put_marks(struct desk *desk)
{
	for (int i = 0; i < MARKS; i++)
		terminal_put(desk->stage.terminal, marks[i].y, marks[i].x, ROLE_TEXT, L"X", 1);
}

static void expect_marks(struct desk *desk, const char *when, unsigned gone)
{
	for (int i = 0; i < MARKS; i++) {
		VTermScreenCell cell;
		vterm_screen_get_cell(desk->stage.screen, (VTermPos){marks[i].y, marks[i].x}, &cell);
		cr_expect_eq(cell.chars[0] == 'X', !(gone & 1U << i), "%s: %s was %s", when, marks[i].where,
		        cell.chars[0] == 'X' ? "left alone" : "drawn");
	}
}

Test(again, same_frame_draws_nothing)
{
	struct desk desk;
	desk_open(&desk);
	desk.queue.selected = OTHER;
	begin(&desk, true);
	draw(&desk);
	const instant list = desk.list_next, peek = desk.peek_next, ticket = desk.ticket_next;
	begin(&desk, false);
	cr_expect_eq(draw(&desk), 0, "nothing changed, nothing is sent");
	begin(&desk, false);
	put_marks(&desk);
	draw(&desk);
	expect_marks(&desk, "the same", 0);
	cr_expect_neq(ticket, INSTANT_NONE);
	cr_expect_eq(desk.list_next, list);
	cr_expect_eq(desk.peek_next, peek);
	cr_expect_eq(desk.ticket_next, ticket, "what draws nothing says when it will");

	/* Nor when a clock counts on: only the row's line and the head tell seconds. */
	desk.office.now = desk.row.breach_at - 300;
	begin(&desk, true);
	draw(&desk);
	desk.office.now++;
	begin(&desk, false);
	put_marks(&desk);
	draw(&desk);
	expect_marks(&desk, "a second later", 1U << IN_ROW | 1U << IN_HEAD);

	/* A blank start draws all. */
	begin(&desk, true);
	put_marks(&desk);
	draw(&desk);
	expect_marks(&desk, "a blank start", (1U << MARKS) - 1);
	desk_close(&desk);
}

/* ---- everything changes ---------------------------------------------------------------------------- */

static void put_row(struct desk *desk)
{
	office_put(&desk->office, &desk->row);
}

#define ROW_CHANGE(name, statement)                                                                          \
	static void name(struct desk *desk)                                                                  \
	{                                                                                                    \
		struct ticket_row *row = &desk->row;                                                         \
		statement;                                                                                   \
		put_row(desk);                                                                               \
	}
ROW_CHANGE(another_status, row->status = STATUS_OPEN)
ROW_CHANGE(another_priority, row->priority = PRIORITY_HIGH)
ROW_CHANGE(an_assignee, row->assignee_id = 2)
ROW_CHANGE(an_organization, row->organization_id = 3)
ROW_CHANGE(a_team, row->team_id = OFFICE_TEAM)
ROW_CHANGE(a_plan, row->plan_id = 7)
ROW_CHANGE(a_requester, row->requester_name = "Marina Koval-Petrenko")
ROW_CHANGE(an_address, row->requester_email = "marina@example.com")
ROW_CHANGE(an_incident, row->incident_id = 3)
ROW_CHANGE(a_channel, row->channel = CHANNEL_FORM)
ROW_CHANGE(on_hold, (row->status = STATUS_HOLD, row->hold_for = "Facebook support"))
ROW_CHANGE(on_hold_for_others, row->hold_for = "BigQuery")
ROW_CHANGE(a_long_subject,
        row->subject =
                "A subject that goes on and on, so that it needs a second line of the head, which pushes down "
                "the clock, the customer, the rule and the conversation")
ROW_CHANGE(a_short_subject, row->subject = "Short again")
ROW_CHANGE(another_count, row->message_count = 7)
ROW_CHANGE(a_later_message, row->last_message_at += 60)
ROW_CHANGE(the_last_word, row->last_author = AUTHOR_AGENT)
ROW_CHANGE(another_wait, row->metric = METRIC_NEXT_REPLY)
ROW_CHANGE(another_target, row->target_s = 4 * 3600)
ROW_CHANGE(another_due, row->due_at += 7200)
ROW_CHANGE(paused, (row->paused = true, row->due_at = INSTANT_NONE, row->remaining_s = 600))
ROW_CHANGE(nobody_waits, (row->paused = false, row->metric = METRIC_NONE))
ROW_CHANGE(gone, row->id = 0)

static void here_again(struct desk *desk)
{
	desk->row = *queue_find(desk->office.queue, TICKET);
}

static void unconfirmed(struct desk *desk)
{
	desk->pending = TICKET;
	desk->ticket.pending = true;
}

static void a_draft(struct desk *desk)
{
	desk->ticket.draft = "reply draft";
}

static void names(struct desk *desk)
{
	free(desk->office.directory.organizations[0].name);
	desk->office.directory.organizations[0].name = alloc_copy("Leroy");
	desk->queue.directory_revision = ++desk->ticket.directory_revision;
}

static void a_message(struct desk *desk)
{
	office_say(&desk->office, ENTRY_PUBLIC, AUTHOR_CUSTOMER, "Marina", "2026-11-23 11:40", "Hello?");
	desk->ticket.conversation_revision++;
}

static void loading(struct desk *desk)
{
	desk->ticket.conversation = NULL;
}

static void loaded(struct desk *desk)
{
	desk->ticket.conversation = &desk->office.conversation;
}

static void less_room(struct desk *desk)
{
	desk->rows = 14;
	begin(desk, true); /* whoever takes a view's place away blanks it */
}

static void more_room(struct desk *desk)
{
	desk->rows = 20;
}

static void scrolled(struct desk *desk)
{
	ticket_view_scroll(desk->view, 3);
}

static void to_the_end(struct desk *desk)
{
	ticket_view_to_end(desk->view);
}

static void to_the_unread(struct desk *desk)
{
	ticket_view_to_unread(desk->view);
}

static void to_the_top(struct desk *desk)
{
	ticket_view_to_top(desk->view);
}

static void a_minute(struct desk *desk)
{
	desk->office.now += 60;
}

static void at_night(struct desk *desk)
{
	desk->office.now = office_time("2026-11-23 22:10");
}

static void next_day(struct desk *desk)
{
	desk->office.now = office_time("2026-11-24 08:10");
}

static void elsewhere(struct desk *desk)
{
	desk->queue.utc_offset_s = desk->ticket.utc_offset_s = OFFICE_OFFSET_S - 3600;
}

static void the_cursor(struct desk *desk)
{
	desk->queue.selected = OTHER;
}

static void the_focus(struct desk *desk)
{
	desk->queue.focused = true;
}

static void a_search(struct desk *desk)
{
	desk->queue.search = "STOP";
}

static void another_search(struct desk *desk)
{
	desk->queue.search = "to";
}

static void no_search(struct desk *desk)
{
	desk->queue.search = NULL;
}

static const struct {
	const char *name;
	void (*happens)(struct desk *desk);
} changes[] = {
        {"status", another_status},
        {"priority", another_priority},
        {"assignee", an_assignee},
        {"a search", a_search},
        {"another search", another_search},
        {"no search", no_search},
        {"the cursor", the_cursor},
        {"the focus", the_focus},
        {"a minute", a_minute},
        {"the names", names},
        {"organization", an_organization},
        {"team", a_team},
        {"plan", a_plan},
        {"requester", a_requester},
        {"address", an_address},
        {"incident", an_incident},
        {"channel", a_channel},
        {"held", on_hold},
        {"held for others", on_hold_for_others},
        {"a long subject", a_long_subject},
        {"a short subject", a_short_subject},
        {"count of messages", another_count},
        {"time of the last message", a_later_message},
        {"author of the last message", the_last_word},
        {"another wait", another_wait},
        {"another target", another_target},
        {"another due", another_due},
        {"not confirmed", unconfirmed},
        {"a draft", a_draft},
        {"a message", a_message},
        {"less room", less_room},
        {"scrolled", scrolled},
        {"to the end", to_the_end},
        {"to the top", to_the_top},
        {"to the unread", to_the_unread},
        {"more room", more_room},
        {"loading", loading},
        {"loaded", loaded},
        {"gone", gone},
        {"here again", here_again},
        {"at night", at_night},
        {"elsewhere", elsewhere},
        {"the next day", next_day},
        {"paused", paused},
        {"nobody waits", nobody_waits},
};

Test(again, whatever_changes)
{
	struct desk desk;
	struct strbuf before = STRBUF_INIT, now = STRBUF_INIT, fresh = STRBUF_INIT;
	desk_open(&desk);
	begin(&desk, true);
	draw(&desk);
	stage_picture(&desk.stage, &before);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		strbuf_clear(&now);
		strbuf_clear(&fresh);
		begin(&desk, false);
		changes[i].happens(&desk);
		draw(&desk);
		stage_picture(&desk.stage, &now);
		begin(&desk, true);
		draw(&desk);
		stage_picture(&desk.stage, &fresh);
		cr_expect_str_neq(now.data, before.data, "%s shows", changes[i].name);
		if (strcmp(now.data, fresh.data) != 0)
			cr_expect(false, "%s: on top of the last frame\n%s\nfrom blank\n%s", changes[i].name,
			        now.data, fresh.data);
		strbuf_clear(&before);
		strbuf_adds(&before, fresh.data);
	}
	strbuf_release(&before);
	strbuf_release(&now);
	strbuf_release(&fresh);
	desk_close(&desk);
}

/* ---- what was found --------------------------------------------------------------------------------- */

/* Which cells are drawn as a match: whole letters, nothing outside of the columns, not the ellipsis. */
Test(again, found)
{
	static const struct {
		const char *text, *needle, *line, *cells;
		int columns;
	} cases[] = {
	        {"Re: the report", "RE", "Re: the report", "##......##....", 20},
	        {"Данные за ночь", "НОЧ", "Данные за ночь", "..........###.", 20},
	        {"long and cut", "cut", "long an…", "........", 8},
	        {"long and cut", "and", "long an…", ".....##.", 8},
	        {"long and cut", "n", "lon…", "..#.", 4},
	        {"re\u0301sume\u0301", "e", "re\u0301sume\u0301", ".#...#", 20},
	        {"東京データ", "京デ", "東京データ", "..####....", 20},
	        {"a\033b", "\033", "a\uFFFDb", "...", 20},
	        {"no", "x", "no", "..", 20},
	        {"all", "", "all", "...", 20},
	        {"none", NULL, "none", "....", 20},
	};
	struct stage stage;
	stage_open(&stage, 24, 80, "mono", NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf cells = STRBUF_INIT;
		terminal_frame_begin(stage.terminal, true);
		const int used = draw_found(
		        stage.terminal, 1, 3, cases[i].columns, ROLE_TEXT, cases[i].text, cases[i].needle);
		stage_frame_end(&stage, -1, 0);
		for (int x = 3; x < 3 + used;) {
			VTermScreenCell cell;
			vterm_screen_get_cell(stage.screen, (VTermPos){1, x}, &cell);
			for (int j = 0; j < cell.width; j++)
				strbuf_addc(&cells, cell.attrs.reverse ? '#' : '.');
			x += cell.width;
		}
		cr_expect_str_eq(stage_line(&stage, 1) + 3, cases[i].line);
		cr_expect_str_eq(cells.data, cases[i].cells, "\"%s\" in \"%s\": %s", cases[i].needle,
		        cases[i].text, cells.data);
		strbuf_release(&cells);
	}
	stage_close(&stage);
}
