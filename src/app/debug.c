/*
 * `:debug`: what somebody who looks for a fault asks first. Figures of the moment at which the page was made; R makes it
 * anew. Nothing of any ticket stands in it, so that it can be sent to anybody.
 */
#include "app/state.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/strbuf.h"

#include <inttypes.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static void __attribute__((format(printf, 3, 4)))
line(struct console *console, const char *what, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;
	va_start(args, format);
	strbuf_addv(&text, format, args);
	va_end(args);
	pager_add(&console->page, ROLE_TEXT, 2, what, text.data);
	strbuf_release(&text);
}

static void heading(struct console *console, const char *words)
{
	pager_add(&console->page, ROLE_HEADER, 0, NULL, words);
}

/* Resident memory, kB; 0 where the system does not say. */
static long resident_kb(void)
{
	long pages = 0, ignored;
	FILE *file = fopen("/proc/self/statm", "re");
	if (!file)
		return 0;
	if (fscanf(file, "%ld %ld", &ignored, &pages) != 2)
		pages = 0;
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void add_connection(struct console *console)
{
	static const char *const states[] = {
	        [LINK_CONNECTING] = N_("connecting"),
	        [LINK_LOADING] = N_("loading"),
	        [LINK_LIVE] = N_("live"),
	        [LINK_OFFLINE] = N_("offline"),
	};
	const struct link_stats stats = link_stats(console->link);
	const enum link_state state = link_state(console->link);
	heading(console, _("Connection"));
	line(console, _("server"), "%s", console->identity.server);
	line(console, _("PostgreSQL"), "%d.%d", stats.server_version / 10000, stats.server_version % 10000);
	line(console, _("login"), "%s (%s)", console->identity.login, console->identity.name);
	line(console, _("state"), "%s", _(states[state]));
	if (state == LINK_OFFLINE) {
		line(console, _("because"), "%s", link_error(console->link)->text);
		if (link_next_try(console->link) != INT64_MAX)
			line(console, _("next try in"), "%" PRId64 " ms",
			        link_next_try(console->link) - clock_ms());
	}
	line(console, _("round trips to the first rows"), "%zu", stats.round_trips_to_first_rows);
	line(console, _("rows received"), "%zu", stats.rows_received);
	line(console, _("deltas, wake-ups"), "%zu, %zu", stats.deltas, stats.wake_ups);
	line(console, _("reconnects"), "%zu", stats.reconnects);
	line(console, _("cursor"), "%s", stats.cursor);
	line(console, _("requests under way"), "%zu", stats.under_way);
	line(console, _("unsent actions"), "%zu", actions_waiting(console));
	line(console, _("clock offset known to"), "%" PRId64 " us", stats.offset_error_us);
}

static void add_terminal(struct console *console)
{
	const struct terminal_stats stats = terminal_stats(console->terminal);
	heading(console, _("Terminal"));
	line(console, _("type"), _("%s, %d colours, %dx%d, %s"), stats.type, stats.colours,
	        terminal_columns(console->terminal), terminal_rows(console->terminal), nl_langinfo(CODESET));
	line(console, _("inside tmux"), "%s", terminal_in_tmux() ? _("yes") : _("no"));
	line(console, _("theme"), "%s%s", console->settings.theme,
	        console->light ? _(" (the background is light)") : "");
	line(console, _("bytes written"), "%" PRIu64, terminal_bytes(console->terminal));
	line(console, _("frames"), "%" PRIu64, stats.frames);
	line(console, _("last frame"), "%zu B, %" PRId64 " us", stats.bytes, stats.us);
	line(console, _("largest, longest"), "%zu B, %" PRId64 " us", stats.most_bytes, stats.longest_us);
}

static void add_memory(struct console *console)
{
	size_t kept = 0;
	for (size_t i = 0; i < CONVERSATIONS_KEPT; i++)
		kept += console->kept[i].conversation.ticket_id != 0;
	heading(console, _("Memory"));
	line(console, _("resident"), "%ld kB", resident_kb());
	line(console, _("rows in the list"), "%zu", listing_count(console->listing));
	line(console, _("open tickets"), "%zu", listing_count(console->attention.all));
	line(console, _("conversations kept"), "%zu", kept);
	line(console, _("what u can take back"), "%zu", console->undo_count);
}

static void make_page(struct console *console)
{
	const int top = console->page.top;
	page_begin(console, _("For a report of a fault; R makes it anew"));
	add_connection(console);
	pager_add(&console->page, ROLE_TEXT, 0, NULL, "");
	add_terminal(console);
	pager_add(&console->page, ROLE_TEXT, 0, NULL, "");
	add_memory(console);
	if (console_place(console) == PLACE_DEBUG)
		console->page.top = top;
}

void command_DEBUG(struct console *console, const char *argument)
{
	make_page(console);
	page_show(console, PLACE_DEBUG);
}

void debug_refresh(struct console *console)
{
	if (console_place(console) == PLACE_DEBUG)
		make_page(console);
}
