/*
 * The bell and the notification say that a wait has come near its end or has broken: that a count has grown since the last look,
 * once a minute at most, never for what stood there when the queue was loaded. The title says how much there is of it,
 * once a second at most; a terminal's title is also a line of somebody's window list.
 */
#include "app/attention.h"

#include "app/state.h"
#include "base/clock.h"
#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

enum { CALL_PAUSE_MS = 60 * 1000, TITLE_PAUSE_MS = 1000 };

void attention_init(struct console *console)
{
	struct attention *attention = &console->attention;
	attention->all = listing_new(console->queue);
	attention->mine = listing_new(console->queue);
	listing_filter(attention->mine, is_mine, &console->identity);
}

void attention_release(struct console *console)
{
	listing_free(console->attention.mine);
	listing_free(console->attention.all);
}

static struct queue_counts count(const struct console *console, const struct listing *listing)
{
	return listing_counts(listing, &console->directory, console_now(console), console->settings.warn);
}

/* ---- bell and notification ------------------------------------------------------------------------- */

static bool wanted(int setting, bool own)
{
	return setting == CALL_ALL || (setting == CALL_OWN && own);
}

static void look_again_at(struct console *console, int64_t at_ms)
{
	const instant soon = console_now(console) + 1 + (at_ms - clock_ms()) / 1000;
	console->next_tick = soon < console->next_tick ? soon : console->next_tick;
}

static void pay(struct console *console)
{
	struct attention *attention = &console->attention;
	if (!attention->owes_bell && !attention->owes_note)
		return;
	if (clock_ms() < attention->silent_until_ms) {
		look_again_at(console, attention->silent_until_ms);
		return;
	}
	attention->silent_until_ms = clock_ms() + CALL_PAUSE_MS;
	if (attention->owes_bell)
		terminal_bell(console->terminal);
	if (attention->owes_note)
		terminal_notify(console->terminal, attention->owes_note);
	attention->owes_bell = false;
	attention->owes_note = NULL;
}

void attention_call(struct console *console, bool own, const char *note)
{
	struct attention *attention = &console->attention;
	attention->owes_bell = attention->owes_bell || wanted(console->settings.bell, own);
	if (wanted(console->settings.notify, own))
		attention->owes_note = note;
	pay(console);
}

/* ---- the title ------------------------------------------------------------------------------------- */

static void say_title(struct console *console)
{
	struct attention *attention = &console->attention;
	const struct queue_counts *all = &attention->all_counts;
	char title[sizeof attention->title] = "";
	if (console->settings.title && link_state(console->link) == LINK_OFFLINE)
		snprintf(title, sizeof title, "%s", _("sandglass: offline"));
	else if (console->settings.title && all->breached)
		snprintf(title, sizeof title, _("sandglass: %zu breached, %zu open"), all->breached,
		        all->open);
	else if (console->settings.title)
		snprintf(title, sizeof title, _("sandglass: %zu open"), all->open);
	if (strcmp(title, attention->title) == 0)
		return;
	if (clock_ms() < attention->title_at_ms) {
		look_again_at(console, clock_ms());
		return;
	}
	snprintf(attention->title, sizeof attention->title, "%s", title);
	attention->title_at_ms = clock_ms() + TITLE_PAUSE_MS;
	terminal_title(console->terminal, *title ? title : NULL);
}

void attention_check(struct console *console)
{
	struct attention *attention = &console->attention;
	const instant now = console_now(console);
	const uint64_t revision = queue_revision(console->queue);
	if (!attention->known || attention->at != now || attention->revision != revision) {
		const struct queue_counts mine = count(console, attention->mine),
		                          all = count(console, attention->all);
		const bool own = mine.breached + mine.soon >
		                         attention->mine_counts.breached + attention->mine_counts.soon ||
		                 mine.breached > attention->mine_counts.breached;
		const bool any = all.breached > attention->all_counts.breached;
		if (attention->known && (own || any))
			attention_call(console, own,
			        own ? _("sandglass: one of your tickets needs an answer")
			            : _("sandglass: a reply target was broken"));
		attention->mine_counts = mine;
		attention->all_counts = all;
		attention->at = now;
		attention->revision = revision;
		attention->known = link_state(console->link) != LINK_LOADING;
	}
	pay(console);
	say_title(console);
}
