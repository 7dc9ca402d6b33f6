/*
 * Marks and actions on many tickets as they stand on the screen, drawn by the console itself. Nothing answers its link, so
 * the title is put over the one that would say so.
 */
#include "app/state.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "office.h"
#include "stage.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

struct show {
	struct stage stage;
	struct console *console;
	instant now;
};

static void open_show(struct show *show, int rows, int columns, const char *theme, int more)
{
	struct office office;
	struct console *console = alloc_bytes(sizeof *console);
	stage_open(&show->stage, rows, columns, theme, NULL);
	console_prepare(console);
	office_open(&office);
	office_add_many(&office, more);
	show->console = console;
	show->now = office.now;
	console->terminal = show->stage.terminal;
	console->settings.warn = OFFICE_WARN_S;
	console->identity.access = ACCESS_AGENT;
	console->identity.agent_id = 1;
	snprintf(console->identity.login, sizeof console->identity.login, "anna");
	for (size_t i = 0; i < listing_count(office.listing); i++)
		queue_put(console->queue, listing_row(office.listing, i));
	console->directory = office.directory;
	directory_init(&office.directory);
	office_close(&office);
	const struct link_model model = {.queue = console->queue,
	        .directory = &console->directory,
	        .identity = &console->identity,
	        .server_offset_us = &console->server_offset_us};
	console->link = link_open("host=/nonexistent", &model);
	show_view(console, VIEW_ALL);
}

static void close_show(struct show *show)
{
	show->console->left = true;
	link_close(show->console->link);
	console_release(show->console);
	free(show->console);
	stage_close(&show->stage);
}

static void type(struct show *show, const char *keys)
{
	show->console->server_offset_us = show->now * 1000000 - clock_us();
	for (; *keys; keys++)
		dispatch_key(show->console, *keys == '\n' ? KEY_ENTER_KEY : (key)*keys);
}

static void golden(struct show *show, const char *name)
{
	struct console *console = show->console;
	char view[64];
	snprintf(view, sizeof view, _("QUEUE %s"), _("all"));
	const struct title_model title = {.view = view,
	        .order = _("prio,mailbox,due"),
	        .counts_known = true,
	        .counts = {.open = listing_count(console->listing)},
	        .warn_text = "30m",
	        .agent = "anna",
	        .connection = SHOWN_LIVE,
	        .wall_clock = "11:41"};
	console->server_offset_us = show->now * 1000000 - clock_us();
	screen_draw(console);
	stage_pump(&show->stage);
	terminal_frame_begin(show->stage.terminal, false);
	title_draw(show->stage.terminal, 0, &title);
	stage_frame_end(&show->stage, -1, 0);
	stage_golden(&show->stage, name);
}

static const struct {
	const char *name, *theme, *language;
	int rows, columns;
} sizes[] = {{"80x24-dark", "dark", "en", 24, 80}, {"80x24-light", "light", "en", 24, 80},
        {"160x45-mono", "mono", "en", 45, 160}, {"ru-80x24-dark", "dark", "ru", 24, 80},
        {"ru-220x60-light", "light", "ru", 60, 220}};

enum { SIZES = sizeof sizes / sizeof *sizes };

static const char *named(const char *what, size_t size)
{
	static char name[60];
	snprintf(name, sizeof name, "bulk-%s-%s", what, sizes[size].name);
	return name;
}

Test(bulk_pictures, marks_progress_and_the_question_about_those_who_wait)
{
	for (size_t i = 0; i < SIZES; i++) {
		struct show show;
		i18n_choose(sizes[i].language);
		open_show(&show, sizes[i].rows, sizes[i].columns, sizes[i].theme, 60);
		type(&show, "gg jj V");
		golden(&show, named("marked", i));
		type(&show, "sc");
		golden(&show, named("waiting", i));
		type(&show, "qU:mark all\nPh");
		for (size_t item = 40; item < 60; item++)
			show.console->bulk.items[item].state = BULK_DONE;
		golden(&show, named("progress", i));
		close_show(&show);
	}
}

static void refuse(struct bulk *bulk, size_t at, enum error_kind kind, const char *why)
{
	bulk->items[at].state = BULK_REFUSED;
	bulk->items[at].kind = kind;
	bulk->items[at].why = alloc_copy(why);
}

Test(bulk_pictures, summary)
{
	for (size_t i = 0; i < SIZES; i++) {
		struct show show;
		i18n_choose(sizes[i].language);
		open_show(&show, sizes[i].rows, sizes[i].columns, sizes[i].theme, 9);
		struct bulk *bulk = &show.console->bulk;
		bulk->title = alloc_format(_("status %s"), status_label(STATUS_CLOSED));
		bulk->count = 20;
		bulk->items = alloc_array(bulk->count, sizeof *bulk->items);
		for (size_t item = 0; item < bulk->count; item++)
			bulk->items[item] = (struct bulk_item){.ticket_id = 48190 + (int64_t)item,
			        .last = true,
			        .state = item < 18 ? BULK_DONE : BULK_WAITS};
		refuse(bulk, 3, ERROR_CONFLICT, "ben set priority normal -> urgent 12 s ago");
		refuse(bulk, 7, ERROR_CONFLICT, "svitlana replied, set status open -> pending 4 min ago");
		refuse(bulk, 9, ERROR_WAITING,
		        "a customer has been waiting for an answer for 12 s: reply, say that no reply is needed, or let the wait go on");
		refuse(bulk, 11, ERROR_NOT_FOUND, _("it has left the queue meanwhile"));
		bulk_show_summary(show.console);
		golden(&show, named("summary", i));
		close_show(&show);
	}
}
