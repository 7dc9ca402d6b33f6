/*
 * What every file of app needs of the state and none of them owns: the time, the places, the ticket that keys act on,
 * the line of news, rows that outlive their queue.
 */
#include "app/state.h"
#include "base/alloc.h"
#include "base/clock.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOG_MOST = 200 };

/* ---- time --------------------------------------------------------------------------------------- */

int64_t console_now_us(const struct console *console)
{
	return console->server_offset_us + clock_us();
}

instant console_now(const struct console *console)
{
	return console_now_us(console) / 1000000;
}

int console_utc_offset(const struct console *console)
{
	return clock_utc_offset(console_now(console));
}

/* ---- places ------------------------------------------------------------------------------------- */

enum place console_place(const struct console *console)
{
	return console->places[console->depth];
}

bool console_has_place(const struct console *console, enum place place)
{
	for (int i = 0; i <= console->depth; i++)
		if (console->places[i] == place)
			return true;
	return false;
}

void console_enter(struct console *console, enum place place)
{
	if (console_place(console) != place && console->depth + 1 < PLACES_MOST)
		console->places[++console->depth] = place;
	console->typed_count = 0;
	console->dirty = true;
}

void console_leave(struct console *console)
{
	if (console->depth)
		console->depth--;
	if (console->opened && !console_has_place(console, PLACE_TICKET)) {
		console->opened = 0;
		queue_pin(console->queue, 0);
	}
	console->typed_count = 0;
	console->dirty = true;
}

enum command_scope place_scope(enum place place)
{
	static const enum command_scope scopes[PLACE_COUNT] = {
	        [PLACE_QUEUE] = SCOPE_QUEUE,
	        [PLACE_TICKET] = SCOPE_TICKET,
	        [PLACE_CUSTOMER] = SCOPE_CUSTOMER,
	        [PLACE_HELP] = SCOPE_PAGE,
	        [PLACE_MESSAGES] = SCOPE_PAGE,
	        [PLACE_TIMER] = SCOPE_PAGE,
	        [PLACE_SUMMARY] = SCOPE_PAGE | SCOPE_SUMMARY,
	        [PLACE_FILE] = SCOPE_PAGE | SCOPE_FILE,
	        [PLACE_DEBUG] = SCOPE_PAGE,
	        [PLACE_PREVIEW] = SCOPE_PREVIEW,
	        [PLACE_GUARD] = SCOPE_GUARD,
	        [PLACE_PICKER] = SCOPE_PICKER,
	};
	return scopes[place];
}

int64_t console_ticket(const struct console *console)
{
	return console->opened ? console->opened : console->selected;
}

const struct ticket_row *console_row(const struct console *console)
{
	return console->target ? queue_find(console->queue, console->target) : NULL;
}

void console_aim(struct console *console)
{
	if (!(place_scope(console_place(console)) & SCOPE_ANY))
		return; /* a question or a list over the ticket: it is still about what it was opened for */
	console->aim.count = 0;
	console->target = console->awaited ? console->awaited : console_ticket(console);
	const struct ticket_row *row = console_row(console);
	console->target_version = row ? row->version : 0;
}

bool console_is_split(const struct console *console)
{
	return console->settings.split && terminal_columns(console->terminal) >= 100;
}

bool console_is_wide(const struct console *console)
{
	return console->settings.split && terminal_columns(console->terminal) >= 200;
}

/* ---- what the console says ---------------------------------------------------------------------- */

static void log_message(struct console *console, const struct said *said)
{
	if (console->log_count == LOG_MOST) {
		free(console->log[0].text);
		memmove(console->log, console->log + 1, (LOG_MOST - 1) * sizeof *console->log);
		console->log_count--;
	}
	console->log = alloc_grow(console->log, LOG_MOST, sizeof *console->log);
	console->log[console->log_count++] =
	        (struct said){.role = said->role, .at = said->at, .text = alloc_copy(said->text)};
}

void console_say(struct console *console, enum theme_role role, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;
	va_start(args, format);
	strbuf_addv(&text, format, args);
	va_end(args);
	free(console->message.text);
	console->message =
	        (struct said){.role = role, .at = console_now(console), .text = strbuf_detach(&text)};
	log_message(console, &console->message);
	console->dirty = true;
}

void console_unsay(struct console *console)
{
	if (!console->message.text)
		return;
	free(console->message.text);
	console->message.text = NULL;
	console->dirty = true;
}

/* ---- rows that live outside the queue ------------------------------------------------------------ */

void kept_row_set(struct kept_row *kept, const struct ticket_row *row)
{
	struct kept_row old = *kept;
	*kept = (struct kept_row){.row = *row,
	        .strings = {alloc_copy(row->subject), alloc_copy(row->requester_name),
	                alloc_copy(row->requester_email), alloc_copy(row->hold_for), alloc_copy(row->tags),
	                alloc_copy(row->mentioned)}};
	kept->row.subject = kept->strings[0];
	kept->row.requester_name = kept->strings[1];
	kept->row.requester_email = kept->strings[2];
	kept->row.hold_for = kept->strings[3];
	kept->row.tags = kept->strings[4];
	kept->row.mentioned = kept->strings[5];
	kept_row_release(&old);
}

void kept_row_release(struct kept_row *kept)
{
	for (size_t i = 0; i < sizeof kept->strings / sizeof *kept->strings; i++)
		free(kept->strings[i]);
	*kept = (struct kept_row){.row = {.id = 0}};
}
