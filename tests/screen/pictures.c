/*
 * What an agent sees, as pictures: the queue, a ticket, the peek, help, the prompt, and the screens on which there is
 * nothing to see.
 */
#include "core/command.h"
#include "office.h"
#include "stage.h"
#include "ui/frame.h"
#include "ui/pager.h"
#include "ui/prompt.h"
#include "ui/queue_view.h"
#include "ui/ticket_view.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const struct hint hints[] = {{"c", "claim"}, {"Enter", "read"}, {"r", "reply"}, {"s", "status"},
        {"C", "next"}, {"P", "priority"}, {"a", "assign"}, {"/", "search"}, {"g", "go"}, {"u", "undo"},
        {":", "command"}, {"?", "help"}};

static struct title_model title_of(const struct office *office)
{
	return (struct title_model){.view = "QUEUE all",
	        .order = "prio,due",
	        .counts_known = true,
	        .counts = listing_counts(office->listing, &office->directory, office->now, OFFICE_WARN_S),
	        .warn_text = "30m",
	        .agent = "anna",
	        .connection = SHOWN_LIVE,
	        .wall_clock = "11:41"};
}

static bool is_pending(const void *context, int64_t id)
{
	return id == *(const int64_t *)context;
}

static const int64_t sent = 48207;

static struct queue_model queue_of(const struct office *office, int64_t selected)
{
	return (struct queue_model){.listing = office->listing,
	        .directory = &office->directory,
	        .now = office->now,
	        .warn_s = OFFICE_WARN_S,
	        .selected = selected,
	        .focused = true,
	        .utc_offset_s = OFFICE_OFFSET_S,
	        .view_name = "all",
	        .is_pending = is_pending,
	        .pending_context = &sent};
}

static struct ticket_model ticket_of(const struct office *office, int64_t id)
{
	return (struct ticket_model){.row = queue_find(office->queue, id),
	        .conversation = &office->conversation,
	        .conversation_revision = 1,
	        .directory = &office->directory,
	        .now = office->now,
	        .warn_s = OFFICE_WARN_S,
	        .utc_offset_s = OFFICE_OFFSET_S,
	        .focused = true,
	        .draft = ""};
}

/* The whole screen as the console lays it out: title, list, peek, message, footer; from 100 columns split. */
static void draw_queue_screen(
        struct stage *stage, struct office *office, struct queue_view *view, int64_t selected)
{
	const int rows = terminal_rows(stage->terminal), columns = terminal_columns(stage->terminal);
	const struct title_model title = title_of(office);
	const struct queue_model queue = queue_of(office, selected);
	const struct ticket_model ticket = ticket_of(office, selected);
	terminal_frame_begin(stage->terminal, true);
	title_draw(stage->terminal, 0, &title);
	queue_view_draw(view, stage->terminal, (struct rect){1, 0, rows - 8, columns}, &queue);
	ticket_peek_draw(
	        &(struct ticket_peek){0}, stage->terminal, (struct rect){rows - 7, 0, 5, columns}, &ticket);
	message_draw(stage->terminal, rows - 2, ROLE_SUCCESS, "48207 is yours");
	footer_draw(stage->terminal, rows - 1, hints, sizeof hints / sizeof *hints);
	stage_frame_end(stage, -1, 0);
}

Test(pictures, queue)
{
	static const struct {
		const char *name, *theme, *term;
		int rows, columns;
	} cases[] = {
	        {"queue-80x24-dark", "dark", NULL, 24, 80},
	        {"queue-80x24-light", "light", NULL, 24, 80},
	        {"queue-80x24-mono", "mono", NULL, 24, 80},
	        {"queue-80x24-contrast", "contrast", NULL, 24, 80},
	        {"queue-80x24-colourblind", "colourblind", NULL, 24, 80},
	        {"queue-80x24-vt100", "dark", "vt100", 24, 80},
	        {"queue-80x24-linux", "dark", "linux", 24, 80},
	        {"queue-160x45-dark", "dark", NULL, 45, 160},
	        {"queue-60x15-dark", "dark", NULL, 15, 60},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct stage stage;
		struct office office;
		struct queue_view view = {0};
		stage_open(&stage, cases[i].rows, cases[i].columns, cases[i].theme, cases[i].term);
		office_open(&office);
		draw_queue_screen(&stage, &office, &view, 48213);
		stage_golden(&stage, cases[i].name);
		office_close(&office);
		stage_close(&stage);
	}
}

static void link_to_incident(struct office *office, int64_t id)
{
	struct ticket_row row = *queue_find(office->queue, id);
	row.version++;
	row.incident_id = 12;
	office_put(office, &row);
}

/* Columns of one's own choice; on a narrow screen the least important go. */
Test(pictures, columns)
{
	struct stage stage;
	struct office office;
	struct queue_view view = {0};
	struct columns columns;
	office_open(&office);
	cr_assert(columns_parse(
	        "pri id age last sla channel messages team hold incident due created subject requester",
	        &columns, NULL));
	stage_open(&stage, 24, 160, "mono", NULL);
	link_to_incident(&office, 48233);
	struct queue_model model = queue_of(&office, 48213);
	model.columns = &columns;
	for (int i = 0; i < 2; i++) {
		if (i)
			stage_resize(&stage, 16, 80);
		terminal_frame_begin(stage.terminal, true);
		queue_view_draw(&view, stage.terminal,
		        (struct rect){0, 0, terminal_rows(stage.terminal), terminal_columns(stage.terminal)},
		        &model);
		stage_frame_end(&stage, -1, 0);
		stage_golden(&stage, i ? "columns-80x16" : "columns-160x24");
	}
	office_close(&office);
	stage_close(&stage);
}

/* At night: every clock stands still, and the list says until when. */
Test(pictures, queue_at_night)
{
	struct stage stage;
	struct office office;
	struct queue_view view = {0};
	office_open(&office);
	office.now = office_time("2026-11-23 22:10");
	stage_open(&stage, 24, 80, "dark", NULL);
	draw_queue_screen(&stage, &office, &view, 48166);
	stage_golden(&stage, "queue-80x24-night");
	stage_resize(&stage, 24, 132);
	draw_queue_screen(&stage, &office, &view, 48166);
	stage_golden(&stage, "queue-132x24-night");
	office_close(&office);
	stage_close(&stage);
}

/* All times on a screen are of the agent's zone, also the one at which a calendar of another zone opens. */
Test(pictures, one_zone)
{
	static const struct {
		int utc_offset_s;
		const char *opens;
	} cases[] = {{OFFICE_OFFSET_S, "·Tue 9 "}, {OFFICE_OFFSET_S - 3600, "·Tue 8 "}};
	struct stage stage;
	struct office office;
	office_open(&office);
	office.now = office_time("2026-11-23 22:10");
	stage_open(&stage, 24, 80, "dark", NULL);
	for (size_t i = 0; i < 2; i++) {
		struct queue_view view = {0};
		struct queue_model model = queue_of(&office, 48166);
		model.utc_offset_s = cases[i].utc_offset_s;
		terminal_frame_begin(stage.terminal, true);
		queue_view_draw(&view, stage.terminal, (struct rect){0, 0, 24, 80}, &model);
		stage_frame_end(&stage, -1, 0);
		bool said = false;
		for (int y = 0; y < 24; y++)
			said |= strstr(stage_line(&stage, y), cases[i].opens) != NULL;
		cr_expect(said, "%s", cases[i].opens);
	}
	office_close(&office);
	stage_close(&stage);
}

/* What / found is marked in every row that shows it. */
Test(pictures, search)
{
	struct stage stage;
	struct office office;
	struct queue_view view = {0};
	office_open(&office);
	stage_open(&stage, 24, 160, "dark", NULL);
	struct queue_model model = queue_of(&office, 48190);
	model.search = "OR";
	struct ticket_row row = office_row(48300, "");
	row.requester_name = "Eleanor of the orchard";
	office_put(&office, &row);
	terminal_frame_begin(stage.terminal, true);
	queue_view_draw(&view, stage.terminal, (struct rect){0, 0, 24, 160}, &model);
	stage_frame_end(&stage, -1, 0);
	stage_golden(&stage, "queue-160x24-search");
	office_close(&office);
	stage_close(&stage);
}

/* Names and subjects that try to break the columns or to command the terminal. */
Test(pictures, hostile)
{
	static const char *const subjects[] = {"\033[2J\033]0;owned\a plain \x9b"
	                                       "31m",
	        "a\u202Egnp.exe", "e\u0301\u0302\u0303\u0304\u0305\u0306 marks", "שלום עולם مرحبا",
	        "\U0001F468\u200D\U0001F469\u200D\U0001F467 family \U0001F44D\U0001F3FD thumb \u2764\uFE0F",
	        "東京都の東京都の東京都の東京都の", "tab\there\nnew line", "\xff\xfe broken \xc3",
	        "\u00AD\u200Binvisible\u2060", "\U0001FAE8 new emoji", ""};
	struct stage stage;
	struct office office;
	struct queue_view view = {0};
	office_open(&office);
	stage_open(&stage, 24, 80, "dark", NULL);
	queue_free(office.queue);
	listing_free(office.listing);
	office.queue = queue_new();
	office.listing = listing_new(office.queue);
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
		struct ticket_row row = office_row((int64_t)i + 1, subjects[i]);
		row.requester_name = subjects[i];
		row.organization_id = i % 2 ? 8 : 0;
		office_put(&office, &row);
	}
	terminal_frame_begin(stage.terminal, true);
	const struct queue_model model = queue_of(&office, 1);
	queue_view_draw(&view, stage.terminal, (struct rect){0, 0, 24, 80}, &model);
	stage_frame_end(&stage, -1, 0);
	stage_golden(&stage, "queue-80x24-hostile");
	office_close(&office);
	stage_close(&stage);
}

Test(pictures, nothing_to_show)
{
	struct stage stage;
	struct office office;
	struct queue_view view = {0};
	office_open(&office);
	struct queue *none = queue_new();
	struct listing *nothing = listing_new(none);
	stage_open(&stage, 24, 80, "dark", NULL);
	static const char *const names[] = {
	        "empty", "empty-loading", "empty-offline", "empty-filtered", "empty-silent"};
	static const enum connection_shown shown[] = {
	        SHOWN_LIVE, SHOWN_LOADING, SHOWN_OFFLINE, SHOWN_LIVE, SHOWN_SILENT};
	for (int i = 0; i < 5; i++) {
		struct title_model title = title_of(&office);
		struct queue_model model = queue_of(&office, 0);
		title.view = "QUEUE mine";
		title.counts = (struct queue_counts){0};
		title.counts_known = i == 0 || i >= 3;
		title.connection = shown[i];
		title.offline_s = i == 4 ? 3 : 12;
		title.waiting_actions = i == 2 ? 1 : 0;
		model.listing = nothing;
		model.view_name = "mine";
		model.loading = i == 1;
		model.offline = i == 2;
		title.filter = model.filter =
		        i == 3 ? "status:new,open org:Леруа due<30m -assignee:none" : NULL;
		terminal_frame_begin(stage.terminal, true);
		title_draw(stage.terminal, 0, &title);
		queue_view_draw(&view, stage.terminal, (struct rect){1, 0, 21, 80}, &model);
		footer_draw(stage.terminal, 23, hints, sizeof hints / sizeof *hints);
		stage_frame_end(&stage, -1, 0);
		stage_golden(&stage, names[i]);
	}
	stage_resize(&stage, 12, 40);
	terminal_frame_begin(stage.terminal, true);
	cr_assert(frame_too_small(stage.terminal));
	too_small_draw(stage.terminal);
	stage_frame_end(&stage, -1, 0);
	stage_golden(&stage, "too-small-40x12");
	listing_free(nothing);
	queue_free(none);
	office_close(&office);
	stage_close(&stage);
}

/* The order and one's own name give way to a filter, the counts do not. */
Test(pictures, a_title_has_the_whole_filter_where_it_fits)
{
	struct stage stage;
	struct office office;
	office_open(&office);
	stage_open(&stage, 24, 80, "dark", NULL);
	struct title_model title = title_of(&office);
	title.order = "prio,mailbox,due";
	title.agent = "anna";
	title.filter = "plan:ent prio:high,urgent";
	terminal_frame_begin(stage.terminal, true);
	title_draw(stage.terminal, 0, &title);
	stage_frame_end(&stage, -1, 0);
	cr_expect(strstr(stage_line(&stage, 0), title.filter) && strstr(stage_line(&stage, 0), "open"), "%s",
	        stage_line(&stage, 0));
	office_close(&office);
	stage_close(&stage);
}

Test(pictures, a_cut_message_says_where_the_whole_is)
{
	static const struct {
		int columns;
		const char *text, *line;
	} cases[] = {
	        {60, "48207 is yours", "48207 is yours"},
	        {60, "123456789 123456789 123456789 123456789 123456789 123456789 ",
	                "123456789 123456789 123456789 123456789 123456789 123456789"},
	        {60, "123456789 123456789 123456789 123456789 123456789 123456789 1",
	                "123456789 123456789 123456789 123456789 123456789… :messages"},
	        {50, "123456789 123456789 123456789 123456789 123456789 1",
	                "123456789 123456789 123456789 123456789… :messages"},
	};
	struct stage stage;
	stage_open(&stage, 24, 60, "dark", NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		terminal_frame_begin(stage.terminal, true);
		said_draw(stage.terminal, 0, cases[i].columns, ROLE_ERROR, cases[i].text);
		stage_frame_end(&stage, -1, 0);
		cr_expect_str_eq(stage_line(&stage, 0), cases[i].line);
	}
	stage_close(&stage);
}

static void draw_ticket(struct stage *stage, struct ticket_view *view, const struct ticket_model *model)
{
	const int rows = terminal_rows(stage->terminal), columns = terminal_columns(stage->terminal);
	terminal_frame_begin(stage->terminal, true);
	ticket_view_draw(view, stage->terminal, (struct rect){0, 0, rows, columns}, model);
	stage_frame_end(stage, -1, 0);
}

Test(pictures, a_calendar_with_a_sign_of_posix_is_said_as_people_read_it)
{
	struct stage stage;
	struct office office;
	struct strbuf text = STRBUF_INIT;
	struct ticket_view *view = ticket_view_new();
	office_open(&office);
	stage_open(&stage, 45, 160, "dark", NULL);
	struct ticket_model model = ticket_of(&office, 48213);
	model.utc_offset_s = 0; /* the agent is elsewhere */
	office.directory.calendars[0].steady_until = office.now + 90 * 86400;
	draw_ticket(&stage, view, &model);
	stage_text(&stage, &text);
	cr_expect(strstr(text.data, " in UTC+2)"), "%s", text.data);
	strbuf_release(&text);
	ticket_view_free(view);
	office_close(&office);
	stage_close(&stage);
}

Test(pictures, ticket)
{
	static const struct {
		const char *name, *theme;
		int rows, columns;
		bool unread, linked;
	} cases[] = {
	        {"ticket-80x24-dark", "dark", 24, 80, false},
	        {"ticket-60x15-incident", "mono", 15, 60, false, true},
	        {"ticket-80x24-unread", "dark", 24, 80, true},
	        {"ticket-80x24-mono", "mono", 24, 80, true},
	        {"ticket-160x45-light", "light", 45, 160, false},
	        {"ticket-60x15-dark", "dark", 15, 60, false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct stage stage;
		struct office office;
		struct ticket_view *view = ticket_view_new();
		stage_open(&stage, cases[i].rows, cases[i].columns, cases[i].theme, NULL);
		office_open(&office);
		if (cases[i].linked)
			link_to_incident(&office, 48213);
		const struct ticket_model model = ticket_of(&office, 48213);
		if (cases[i].unread)
			ticket_view_to_unread(view);
		draw_ticket(&stage, view, &model);
		stage_golden(&stage, cases[i].name);
		ticket_view_free(view);
		office_close(&office);
		stage_close(&stage);
	}
}

/* List and ticket side by side, as the console shows them from 100 columns on. */
/* Somebody in copy who answers is neither side, on every terminal. */
Test(pictures, third_party)
{
	static const struct {
		const char *name, *theme, *term;
	} cases[] = {{"ticket-80x24-third-party", "dark", NULL},
	        {"ticket-80x24-third-party-vt100", "mono", "vt100"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct stage stage;
		struct office office;
		struct ticket_view *view = ticket_view_new();
		stage_open(&stage, 24, 80, cases[i].theme, cases[i].term);
		office_open(&office);
		office_say(&office, ENTRY_PUBLIC, AUTHOR_THIRD_PARTY, "Jonas (agency)", "2026-11-23 11:20",
		        "We changed nothing on our side.\n\n> Have you?")
		        ->unread = true;
		const struct ticket_model model = ticket_of(&office, 48213);
		ticket_view_to_unread(view);
		draw_ticket(&stage, view, &model);
		stage_golden(&stage, cases[i].name);
		ticket_view_free(view);
		office_close(&office);
		stage_close(&stage);
	}
}

Test(pictures, split)
{
	struct stage stage;
	struct office office;
	struct queue_view queue_view = {0};
	struct ticket_view *view = ticket_view_new();
	office_open(&office);
	stage_open(&stage, 45, 160, "dark", NULL);
	const struct title_model title = title_of(&office);
	const struct queue_model queue = queue_of(&office, 48213);
	struct ticket_model ticket = ticket_of(&office, 48213);
	ticket.focused = false;
	ticket.draft = "reply draft of 11:40";
	terminal_frame_begin(stage.terminal, true);
	title_draw(stage.terminal, 0, &title);
	queue_view_draw(&queue_view, stage.terminal, (struct rect){1, 0, 42, 72}, &queue);
	draw_vertical(stage.terminal, 1, 73, 42);
	ticket_view_draw(view, stage.terminal, (struct rect){1, 74, 42, 86}, &ticket);
	footer_draw(stage.terminal, 44, hints, sizeof hints / sizeof *hints);
	stage_frame_end(&stage, -1, 0);
	stage_golden(&stage, "split-160x45-dark");
	ticket_view_free(view);
	office_close(&office);
	stage_close(&stage);
}

static size_t complete(void *context, const char *text, struct candidate *out, size_t room)
{
	static const struct candidate all[] = {{"status new", "just arrived"},
	        {"status open", "the customer wrote last"}, {"status pending", "awaiting the customer"},
	        {"status hold", "waiting for a third party"}};
	size_t count = 0;
	for (size_t i = 0; i < 4 && count < room; i++)
		if (strncmp(all[i].text, text, strlen(text)) == 0)
			out[count++] = all[i];
	return count;
}

static size_t complete_filter(void *context, const char *text, struct candidate *out, size_t room)
{
	out[0] = (struct candidate){"status:opne org:\"Kite & Co\"", "", "\"Kite & Co\""};
	out[1] = (struct candidate){"status:opne org:\"Kite, Inc\"", "", "\"Kite, Inc\""};
	return 2;
}

/* Names for the last word, and above the line what is wrong in it. */
Test(pictures, filter_with_a_mistake)
{
	struct stage stage;
	struct office office;
	struct queue_view view = {0};
	struct prompt prompt = {0};
	int y, x;
	stage_open(&stage, 24, 80, "light", NULL);
	office_open(&office);
	const struct title_model title = title_of(&office);
	const struct queue_model model = queue_of(&office, 48213);
	prompt_open(&prompt, "filter: ", "status:opne org:ki", complete_filter, NULL, NULL);
	prompt_say(
	        &prompt, ROLE_ERROR, "column 8: \"opne\" is no status; new, open, pending, hold or closed");
	terminal_frame_begin(stage.terminal, true);
	title_draw(stage.terminal, 0, &title);
	queue_view_draw(&view, stage.terminal, (struct rect){1, 0, 21, 80}, &model);
	prompt_draw(&prompt, stage.terminal, 22, &y, &x);
	stage_frame_end(&stage, y, x);
	stage_golden(&stage, "filter-mistake");
	prompt_close(&prompt);
	office_close(&office);
	stage_close(&stage);
}

Test(pictures, help_and_prompt)
{
	struct stage stage;
	struct pager pager;
	struct prompt prompt = {0};
	int y, x;
	stage_open(&stage, 24, 80, "dark", NULL);
	pager_init(&pager, "Help");
	pager_add(&pager, ROLE_HEADER, 0, NULL, "Everywhere");
	for (int id = 0; id < 24; id++) {
		char keys[32];
		command_key_text((enum command_id)id, keys, sizeof keys);
		pager_add(&pager, ROLE_TEXT, 2, keys, commands[id].help);
	}
	pager_add(&pager, ROLE_TEXT, 0, NULL, "");
	pager_add(&pager, ROLE_DIM, 0, NULL,
	        "A long line of explanation that does not fit into eighty columns is wrapped at a blank, and all of it can be read.");
	prompt_open(&prompt, ":", "sta", complete, NULL, NULL);
	prompt_key(&prompt, KEY_TAB);
	prompt_key(&prompt, KEY_TAB);
	terminal_frame_begin(stage.terminal, true);
	pager_draw(&pager, stage.terminal, (struct rect){0, 0, 22, 80});
	prompt_draw(&prompt, stage.terminal, 23, &y, &x);
	stage_frame_end(&stage, y, x);
	stage_golden(&stage, "help-and-prompt");
	cr_assert_eq(x, 12);
	pager_to(&pager, true);
	snprintf(pager.filter, sizeof pager.filter, "ticket");
	prompt_close(&prompt);
	terminal_frame_begin(stage.terminal, true);
	pager_draw(&pager, stage.terminal, (struct rect){0, 0, 22, 80});
	stage_frame_end(&stage, -1, 0);
	stage_golden(&stage, "help-filtered");
	pager_release(&pager);
	stage_close(&stage);
}
