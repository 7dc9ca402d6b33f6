#include "show.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void take_office(struct console *console, struct office *office)
{
	struct kept_conversation *kept = &console->kept[0];
	for (size_t i = 0; i < listing_count(office->listing); i++)
		queue_put(console->queue, listing_row(office->listing, i));
	console->directory = office->directory;
	directory_init(&office->directory);
	kept->conversation = office->conversation;
	kept->revision = kept->used = ++console->conversation_counter;
	conversation_init(&office->conversation);
}

void show_open(struct show *show, int rows, int columns, const char *theme, int more)
{
	struct office office;
	struct console *console = alloc_bytes(sizeof *console);
	setenv("TZ", "Etc/GMT-2", 1); /* the agent sits where the office is */
	tzset();
	stage_open(&show->stage, rows, columns, theme, NULL);
	console_prepare(console);
	office_open(&office);
	office_add_many(&office, more);
	show->console = console;
	show->now = office.now;
	console->terminal = show->stage.terminal;
	settings_default(&console->settings);
	console->identity.access = ACCESS_AGENT;
	console->identity.agent_id = 1;
	snprintf(console->identity.login, sizeof console->identity.login, "anna");
	take_office(console, &office);
	office_close(&office);
	const struct link_model model = {.queue = console->queue,
	        .directory = &console->directory,
	        .identity = &console->identity,
	        .server_offset_us = &console->server_offset_us};
	console->link = link_open("host=/nonexistent", &model);
	live_pretend(console->link);
	show_view(console, VIEW_ALL);
}

void show_close(struct show *show)
{
	show->console->left = true;
	link_close(show->console->link);
	console_release(show->console);
	free(show->console);
	stage_close(&show->stage);
}

static void set_clock(struct show *show)
{
	show->console->server_offset_us = show->now * 1000000 - clock_us();
}

void show_type(struct show *show, const char *keys)
{
	set_clock(show);
	for (; *keys; keys++)
		dispatch_key(show->console, *keys == '\n' ? KEY_ENTER_KEY : (key)*keys);
}

void show_draw(struct show *show)
{
	struct console *console = show->console;
	set_clock(show);
	if (console->rest_ms != INT64_MAX)
		console->rest_ms = 0; /* the cursor has rested */
	screen_draw(console);
	stage_pump(&show->stage);
	vterm_screen_flush_damage(show->stage.screen);
}

void show_golden(struct show *show, const char *name)
{
	show_draw(show);
	stage_golden(&show->stage, name);
}
