/*
 * The screens in Russian and Ukrainian: columns stand where their heads do, and what is cut is cut on purpose.
 */
#include "base/i18n.h"
#include "office.h"
#include "stage.h"
#include "ui/frame.h"
#include "ui/pager.h"
#include "ui/queue_view.h"
#include "ui/ticket_view.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static const struct hint hints[] = {{"c", N_("claim")}, {"Enter", N_("read")}, {"r", N_("reply")},
        {"s", N_("status")}, {"C", N_("next")}, {"P", N_("priority")}, {"a", N_("assign")},
        {"/", N_("search")}, {"?", N_("help")}};

enum { HINTS = sizeof hints / sizeof *hints };

static void draw_title(struct stage *stage, const struct office *office)
{
	char view[64];
	snprintf(view, sizeof view, _("QUEUE %s"), _("all"));
	const struct title_model title = {.view = view,
	        .order = _("prio,mailbox,due"),
	        .counts_known = true,
	        .counts = listing_counts(office->listing, &office->directory, office->now, OFFICE_WARN_S),
	        .warn_text = "30 мин",
	        .agent = "anna",
	        .connection = SHOWN_LIVE,
	        .wall_clock = "11:41"};
	title_draw(stage->terminal, 0, &title);
}

static void draw_footer(struct stage *stage)
{
	struct hint shown[HINTS];
	for (size_t i = 0; i < HINTS; i++)
		shown[i] = (struct hint){hints[i].key, _(hints[i].text)};
	footer_draw(stage->terminal, terminal_rows(stage->terminal) - 1, shown, HINTS);
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
	        .draft = _("reply draft")};
}

static struct queue_model queue_of(const struct office *office)
{
	return (struct queue_model){.listing = office->listing,
	        .directory = &office->directory,
	        .now = office->now,
	        .warn_s = OFFICE_WARN_S,
	        .selected = 48213,
	        .focused = true,
	        .utc_offset_s = OFFICE_OFFSET_S,
	        .view_name = _("all")};
}

/* As the console lays it out: below 100 columns the list above a peek, else list and ticket side by side. */
static void draw_queue(struct stage *stage, struct office *office)
{
	struct terminal *terminal = stage->terminal;
	const int rows = terminal_rows(terminal), columns = terminal_columns(terminal);
	const struct queue_model queue = queue_of(office);
	const struct ticket_model ticket = ticket_of(office, 48213);
	struct queue_view view = {0};
	terminal_frame_begin(terminal, true);
	draw_title(stage, office);
	if (columns < 100) {
		queue_view_draw(&view, terminal, (struct rect){1, 0, rows - 8, columns}, &queue);
		ticket_peek_draw(
		        &(struct ticket_peek){0}, terminal, (struct rect){rows - 7, 0, 5, columns}, &ticket);
	} else {
		struct ticket_view *open = ticket_view_new();
		const int list = columns * 11 / 20;
		queue_view_draw(&view, terminal, (struct rect){1, 0, rows - 3, list}, &queue);
		draw_vertical(terminal, 1, list, rows - 3);
		ticket_view_draw(
		        open, terminal, (struct rect){1, list + 1, rows - 3, columns - list - 1}, &ticket);
		ticket_view_free(open);
	}
	message_draw(terminal, rows - 2, ROLE_SUCCESS, _("the server is back"));
	draw_footer(stage);
	stage_frame_end(stage, -1, 0);
}

static void draw_ticket(struct stage *stage, struct office *office)
{
	struct terminal *terminal = stage->terminal;
	const struct ticket_model model = ticket_of(office, 48213);
	struct ticket_view *view = ticket_view_new();
	terminal_frame_begin(terminal, true);
	ticket_view_draw(view, terminal,
	        (struct rect){0, 0, terminal_rows(terminal), terminal_columns(terminal)}, &model);
	stage_frame_end(stage, -1, 0);
	ticket_view_free(view);
}

static void draw_empty(struct stage *stage, struct office *office)
{
	struct queue *none = queue_new();
	struct listing *nothing = listing_new(none);
	struct queue_model model = queue_of(office);
	struct queue_view view = {0};
	model.listing = nothing;
	model.filter = "status:new org:Леруа due<30m";
	terminal_frame_begin(stage->terminal, true);
	queue_view_draw(
	        &view, stage->terminal, (struct rect){0, 0, terminal_rows(stage->terminal), 80}, &model);
	stage_frame_end(stage, -1, 0);
	listing_free(nothing);
	queue_free(none);
}

Test(languages, pictures)
{
	static const struct {
		const char *name, *language, *theme;
		int rows, columns;
		void (*draw)(struct stage *stage, struct office *office);
	} cases[] = {
	        {"ru-queue-80x24-dark", "ru", "dark", 24, 80, draw_queue},
	        {"ru-queue-80x24-light", "ru", "light", 24, 80, draw_queue},
	        {"ru-split-160x45-dark", "ru", "dark", 45, 160, draw_queue},
	        {"ru-split-220x60-light", "ru", "light", 60, 220, draw_queue},
	        {"ru-ticket-80x24-dark", "ru", "dark", 24, 80, draw_ticket},
	        {"ru-ticket-80x24-light", "ru", "light", 24, 80, draw_ticket},
	        {"ru-empty-80x24-mono", "ru", "mono", 24, 80, draw_empty},
	        {"uk-queue-80x24-dark", "uk", "dark", 24, 80, draw_queue},
	        {"uk-ticket-80x24-mono", "uk", "mono", 24, 80, draw_ticket},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct stage stage;
		struct office office;
		stage_open(&stage, cases[i].rows, cases[i].columns, cases[i].theme, NULL);
		i18n_choose(cases[i].language);
		office_open(&office);
		cases[i].draw(&stage, &office);
		stage_golden(&stage, cases[i].name);
		office_close(&office);
		stage_close(&stage);
	}
}
