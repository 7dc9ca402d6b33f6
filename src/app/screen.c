/*
 * The frame: which view stands where. Title on top; below it the queue, a ticket, both side by side (from 100 columns) or a
 * page; then the line for what is said or typed; then the keys that work here and now.
 *
 * It makes the views' models from the state and changes nothing but the views' scroll positions and next_tick.
 */
#include "app/state.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "core/countdown.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Beside a ticket the list is wide enough to say whose each one is. */
enum { PEEK_ROWS = 5, PEEK_FROM = 18, MESSAGE_S = 3 };
enum {
	LIST_WANTED = 66, /* with these the list shows the organization beside its other columns */
	TICKET_LEAST = 40,
};

static const char *const view_names[] = {
        [VIEW_ALL] = N_("all"),
        [VIEW_MINE] = N_("mine"),
        [VIEW_UNASSIGNED] = N_("unassigned"),
};

static void tick_at(struct console *console, instant when)
{
	if (when < console->next_tick)
		console->next_tick = when;
}

/* ---- title ---------------------------------------------------------------------------------------- */

/* Counting looks at every row, so it is done once a second and when rows changed, not for each key. */
static struct queue_counts counts_now(struct console *console, instant now)
{
	uint64_t revision = queue_revision(console->queue);
	if (console->counts_at != now || console->counts_revision != revision) {
		console->counts =
		        listing_counts(console->listing, &console->directory, now, console->settings.warn);
		console->counts_at = now;
		console->counts_revision = revision;
	}
	return console->counts;
}

/* The order in the title's words. */
static const char *listed_by(const struct console *console)
{
	static const struct sort_order own = {SORT_PRIORITY, false};
	const struct sort_order order = console->sorter.order;
	if (console->find.by_match)
		return "";
	return sort_same(order, own) ? _("prio,mailbox,due") : sort_word(order);
}

/* What the list shows: the queue, a saved view, or what was found. */
static void list_title(const struct console *console, char *out, size_t size)
{
	char name[128];
	if (find_title(console, out, size))
		return;
	if (saved_title(console, name, sizeof name))
		snprintf(out, size, _("VIEW %s"), name);
	else
		snprintf(out, size, _("QUEUE %s"), _(view_names[console->view]));
}

static void draw_title(struct console *console)
{
	instant now = console_now(console);
	enum link_state state = link_state(console->link);
	char view[200], warn[24], wall[8] = "";
	time_t at = (time_t)now;
	struct tm local;
	if (localtime_r(&at, &local))
		strftime(wall, sizeof wall, "%H:%M", &local);
	tick_at(console, now - now % 60 + 60);
	list_title(console, view, sizeof view);
	duration_text(console->settings.warn, warn, sizeof warn);
	struct title_model model = {
	        .view = view,
	        .order = listed_by(console),
	        .filter = console->filter_shown,
	        .counts_known = !console->find.shown,
	        .counts = counts_now(console, now),
	        .warn_text = warn,
	        .agent = console->identity.login,
	        .connection = state == LINK_LIVE      ? SHOWN_LIVE
	                      : state == LINK_LOADING ? SHOWN_LOADING
	                                              : SHOWN_OFFLINE,
	        .waiting_actions = actions_waiting(console),
	        .wall_clock = wall,
	};
	if (model.connection == SHOWN_OFFLINE) {
		model.offline_s = (clock_ms() - link_offline_since(console->link)) / 1000;
		tick_at(console, now + 1);
	} else if (console->silent) {
		model.connection = SHOWN_SILENT;
		model.offline_s = (clock_ms() - link_silent_since(console->link)) / 1000;
		tick_at(console, now + 1);
	}
	title_draw(console->terminal, 0, &model);
}

/* ---- the line above it ------------------------------------------------------------------------------ */

/* What was said is shown until the next key; but a progress that somebody waits for comes through after a moment. */
static bool shows_message(const struct console *console)
{
	return console->message.text &&
	       (!console->bulk.runs || console_now(console) - console->message.at < MESSAGE_S);
}

/* Whatever is said, that keys act on other tickets than the one under the cursor stays in sight. */
static void draw_said(struct console *console, int y)
{
	const struct said *said = &console->message;
	const int columns = terminal_columns(console->terminal);
	char words[64], text[65];
	int width = 0;
	if (console_place(console) == PLACE_QUEUE && console->marks.count) {
		snprintf(words, sizeof words, _("%zu marked"), console->marks.count);
		snprintf(text, sizeof text, " %s", words);
		width = draw_width(console->terminal, text, columns);
	}
	said_draw(console->terminal, y, columns - width, said->role, said->text);
	if (!width)
		return;
	draw_text(console->terminal, y, columns - width, width, ROLE_MARKED, text);
	terminal_line_is_new(console->terminal, y, console->marks.count); /* not the message alone any more */
}

static void draw_message(struct console *console, int y)
{
	const bool in_list = console_place(console) == PLACE_QUEUE;
	char text[400];
	tick_at(console, recall_over(console));
	if (shows_message(console)) {
		draw_said(console, y);
		if (console->bulk.runs)
			tick_at(console, console->message.at + MESSAGE_S);
		return;
	}
	if (console->bulk.runs) {
		bulk_progress(&console->bulk, in_list, text, sizeof text);
		message_draw(console->terminal, y, ROLE_QUESTION, text);
		return;
	}
	if (files_line(console, text, sizeof text)) {
		message_draw(console->terminal, y, ROLE_QUESTION, text);
		return;
	}
	marks_text(console, text, sizeof text);
	if (in_list && *text) {
		message_draw(console->terminal, y, ROLE_MARKED, text);
		return;
	}
	instant next;
	if (recall_line(console, text, sizeof text, &next)) {
		tick_at(console, next);
		message_draw(console->terminal, y, ROLE_HINT, text);
		return;
	}
	if (console->new_above)
		snprintf(text, sizeof text, P_("↑%zu new", "↑%zu new", console->new_above),
		        console->new_above);
	message_draw(console->terminal, y, ROLE_HINT, console->new_above ? text : "");
}

/* ---- views ------------------------------------------------------------------------------------------ */

/* What is marked: what was searched here, or else what the list was searched for on the server. */
static const char *sought(const struct console *console)
{
	return console->search ? console->search : console->find.shown ? console->find.text : NULL;
}

/* What an empty list is called. */
static const char *list_name(const struct console *console, char *out, size_t size)
{
	int used;
	if (console->find.shown)
		snprintf(out, size, _("FIND %.*s"),
		        (int)text_fit(console->find.text, strlen(console->find.text), 40, &used),
		        console->find.text);
	else
		snprintf(out, size, "%s",
		        console->saved.shown ? console->saved.name : _(view_names[console->view]));
	return out;
}

static void draw_queue(struct console *console, struct rect rect, bool focused)
{
	char name[200];
	const struct queue_model model = {
	        .listing = console->listing,
	        .directory = &console->directory,
	        .directory_revision = console->directory_revision,
	        .now = console_now(console),
	        .warn_s = console->settings.warn,
	        .selected = console->selected,
	        .self = console->identity.agent_id,
	        .focused = focused,
	        .loading = link_state(console->link) == LINK_LOADING,
	        .offline = link_state(console->link) == LINK_OFFLINE,
	        .utc_offset_s = console_utc_offset(console),
	        .zone = clock_utc_offset,
	        .columns = &console->columns,
	        .search = sought(console),
	        .by_words = !console->search,
	        .view_name = list_name(console, name, sizeof name),
	        .is_found = console->find.shown,
	        .filter = console->filter_shown,
	        .others = presence_of,
	        .others_context = console,
	        .has_draft = drafts_has,
	        .is_pending = action_is_pending,
	        .pending_context = console,
	        .marks = &console->marks,
	};
	tick_at(console, queue_view_draw(&console->queue_view, console->terminal, rect, &model));
	console->mouse.list = rect;
	if (console->filter)
		tick_at(console, filter_changes_at(console->filter));
}

static struct ticket_model ticket_model_of(struct console *console, int64_t id, bool focused)
{
	struct ticket_model model = {
	        .row = id ? queue_find(console->queue, id) : NULL,
	        .directory = &console->directory,
	        .directory_revision = console->directory_revision,
	        .now = console_now(console),
	        .warn_s = console->settings.warn,
	        .utc_offset_s = console_utc_offset(console),
	        .zone = clock_utc_offset,
	        .focused = focused,
	        .pending = action_is_pending(console, id),
	        .draft = "",
	        .search = sought(console),
	        .by_words = !console->search,
	        .others = presence_words(console, id),
	        .others_write = presence_of(console, id) == OTHERS_WRITE,
	};
	model.conversation = conversation_of(console, id, &model.conversation_revision);
	if (id)
		model.draft = drafts_words(console, id);
	return model;
}

static void draw_ticket(struct console *console, struct rect rect, bool focused)
{
	struct ticket_model model = ticket_model_of(console, console->shown, focused);
	tick_at(console, ticket_view_draw(console->ticket_view, console->terminal, rect, &model));
}

static void draw_peek(struct console *console, struct rect rect)
{
	struct ticket_model model = ticket_model_of(console, console->shown, false);
	if (console->shown) {
		tick_at(console, ticket_peek_draw(&console->ticket_peek, console->terminal, rect, &model));
	} else {
		draw_fill(console->terminal, rect, ROLE_TEXT);
		console->ticket_peek = (struct ticket_peek){0};
	}
}

/* The line between two panes: drawn once, where it stands stays drawn. */
static uint64_t rule_at(struct console *console, struct rect body, int x, uint64_t so_far, bool draw)
{
	if (draw)
		draw_vertical(console->terminal, body.y, x, body.rows);
	return draw_hash_rect(so_far, (struct rect){body.y, x, body.rows, 1});
}

/* List and ticket, and from 200 columns on the ticket's customer. */
static void draw_side_by_side(struct console *console, struct rect body, enum place place)
{
	const bool wide = console_is_wide(console);
	struct rect list = body, ticket = body, customer = body;
	customer.columns = wide ? body.columns * 2 / 9 : 0;
	customer.x = body.columns - customer.columns;
	const int both = wide ? customer.x - 1 : body.columns;
	list.columns = both * 11 / 20;
	if (list.columns < LIST_WANTED)
		list.columns = both - 1 - TICKET_LEAST < LIST_WANTED ? both - 1 - TICKET_LEAST : LIST_WANTED;
	ticket.x = list.columns + 1;
	ticket.columns = both - ticket.x;
	uint64_t rule = 0;
	for (int draw = 0; draw < 2; draw++) {
		rule = rule_at(console, body, list.columns, terminal_epoch(console->terminal), draw);
		if (wide)
			rule = rule_at(console, body, customer.x - 1, rule, draw);
		if (console->layout.rule == rule)
			break;
	}
	console->layout.rule = rule;
	draw_queue(console, list, place != PLACE_TICKET && place != PLACE_CUSTOMER);
	draw_ticket(console, ticket, place == PLACE_TICKET);
	if (wide)
		customer_draw(console, customer, place == PLACE_CUSTOMER);
}

/* The place that fills the screen: a list to pick from lies over the one below it. */
static enum place place_drawn(const struct console *console)
{
	int depth = console->depth;
	while (depth && console->places[depth] == PLACE_PICKER)
		depth--;
	return console->places[depth];
}

static void draw_body(struct console *console, struct rect body)
{
	enum place place = place_drawn(console);
	if (place_scope(place) & SCOPE_PAGE) {
		pager_draw(&console->page, console->terminal, body);
	} else if (place == PLACE_PREVIEW || place == PLACE_GUARD) {
		pager_draw(
		        place == PLACE_GUARD ? &console->guard : &console->preview, console->terminal, body);
	} else if (place == PLACE_CUSTOMER && !console_is_wide(console)) {
		customer_draw(console, body, true);
	} else if (console_is_split(console)) {
		draw_side_by_side(console, body, place);
	} else if (place == PLACE_TICKET) {
		draw_ticket(console, body, true);
	} else {
		struct rect peek = body;
		if (body.rows >= PEEK_FROM) {
			body.rows -= PEEK_ROWS;
			peek.y += body.rows;
			peek.rows = PEEK_ROWS;
			draw_peek(console, peek);
		}
		draw_queue(console, body, true);
	}
}

/* Everything that decides which view stands where. Another layout starts from a blank screen; within one each view
 * draws over its own place. A prompt and a list to pick from lie over the views (terminal_over) and are no part of it. */
static bool layout_changed(struct console *console)
{
	const struct layout now = {
	        .place = place_drawn(console),
	        .split = console_is_split(console),
	        .wide = console_is_wide(console),
	        .rule = console->layout.rule,
	};
	const struct layout before = console->layout;
	console->layout = now;
	return now.place != before.place || now.split != before.split || now.wide != before.wide;
}

void screen_draw(struct console *console)
{
	struct terminal *terminal = console->terminal;
	int cursor_y = -1, cursor_x = -1;
	show_what_keys_act_on(console);
	console->next_tick = INSTANT_NONE;
	console->silent = connection_is_silent(console);
	terminal_frame_begin(terminal, layout_changed(console));
	if (frame_too_small(terminal)) {
		too_small_draw(terminal);
	} else {
		const int rows = terminal_rows(terminal);
		const struct rect body = {1, 0, rows - 3, terminal_columns(terminal)};
		draw_title(console);
		draw_body(console, body);
		if (console_place(console) == PLACE_PICKER)
			pick_prepare(console, body);
		footer_show(console);
		draw_message(console, rows - 2);
		if (console_place(console) == PLACE_PICKER)
			pick_draw(console, body, &cursor_y, &cursor_x);
		if (console->prompt.active)
			prompt_draw(&console->prompt, terminal, rows - 2, &cursor_y, &cursor_x);
	}
	terminal_frame_end(terminal, cursor_y, cursor_x);
}
