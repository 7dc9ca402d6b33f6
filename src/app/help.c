/*
 * The pages that are made of tables: the keys (from the table of commands) and what the console has said.
 */
#include "app/state.h"
#include "base/i18n.h"
#include "ui/terminal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

void page_begin(struct console *console, const char *title)
{
	pager_release(&console->page);
	pager_init(&console->page, title);
}

void page_show(struct console *console, enum place place)
{
	if ((place_scope(console_place(console)) & SCOPE_PAGE) && console_place(console) != place)
		console_leave(console);
	console_enter(console, place);
}

/* ---- keys --------------------------------------------------------------------------------------- */

static const struct {
	enum command_scope scope;
	const char *heading;
} chapters[] = {
        {SCOPE_EVERYWHERE, N_("Everywhere")},
        {SCOPE_ANY, N_("In the queue and in a ticket")},
        {SCOPE_QUEUE, N_("In the queue")},
        {SCOPE_TICKET, N_("In a ticket")},
        {SCOPE_CUSTOMER, N_("In the customer pane")},
        {SCOPE_FILE, N_("In a file of a ticket")},
        {SCOPE_SUMMARY, N_("In the list of what was refused")},
        {SCOPE_PREVIEW, N_("Before sending")},
        {SCOPE_GUARD, N_("When a customer is waiting")},
};

enum { CHAPTERS = sizeof chapters / sizeof *chapters };

/* A command stands in the first chapter that its scope equals, else in the narrowest that holds it. */
static int chapter_of(const struct command *command)
{
	for (int i = 0; i < CHAPTERS; i++)
		if (command->scope == chapters[i].scope)
			return i;
	if ((command->scope & SCOPE_ANY) == SCOPE_ANY)
		return (command->scope & SCOPE_EVERYWHERE) == SCOPE_EVERYWHERE ? 0 : 1;
	for (int i = 2; i < CHAPTERS; i++)
		if (command->scope & chapters[i].scope)
			return i;
	return 0;
}

/* The chapters in the order in which they are shown: that of the place where the agent is comes first, then what works there, too. */
static void order_chapters(unsigned here, int order[CHAPTERS])
{
	int count = 0;
	for (int turn = 0; turn < 3; turn++)
		for (int i = 0; i < CHAPTERS; i++) {
			const bool works = chapters[i].scope & here;
			const bool own = works && (chapters[i].scope & ~here) == 0;
			if ((own ? 0 : works ? 1 : 2) == turn)
				order[count++] = i;
		}
	/* What works everywhere is the widest of those that work. */
	for (int i = 0; i + 1 < count; i++)
		if (order[i] == 0 && (chapters[order[i + 1]].scope & here)) {
			order[i] = order[i + 1];
			order[i + 1] = 0;
		}
}

/* Where there is nothing but a few keys (not in the queue, not in a ticket) they all stand in the place's own chapter. */
static int chapter_shown(const struct command *command, int first)
{
	const int chapter = chapter_of(command);
	const unsigned scope = chapters[first].scope;
	return chapter != 0 && !(scope & SCOPE_ANY) && (command->scope & scope) ? first : chapter;
}

static void add_command(struct pager *page, enum command_id id)
{
	char key_text[24], text[300], call[120];
	command_key_text(id, key_text, sizeof key_text);
	const struct command *command = &commands[id];
	snprintf(call, sizeof call, ":%s%s%s", command->name, *command->argument ? " " : "",
	        *command->argument ? _(command->argument) : "");
	snprintf(text, sizeof text, "%s  %s", *key_text ? _(command->help) : call,
	        *key_text ? call : _(command->help));
	pager_add(page, ROLE_TEXT, 2, key_text, text);
}

/* Who may only read is shown what he may do. */
static bool is_listed(enum command_id id, bool may_act)
{
	return may_act || !(commands[id].needs & NEEDS_AGENT);
}

/* The keys of the place first, then the others; what has no key stands at the end, by its name. */
static void add_commands(struct pager *page, unsigned here, bool may_act)
{
	int order[CHAPTERS];
	order_chapters(here, order);
	for (int i = 0; i < CHAPTERS; i++) {
		bool begun = false;
		for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
			if (!is_listed(id, may_act) || !*commands[id].keys ||
			        chapter_shown(&commands[id], order[0]) != order[i])
				continue;
			if (!begun)
				pager_add(page, ROLE_HEADER, 0, NULL, _(chapters[order[i]].heading));
			begun = true;
			add_command(page, id);
		}
		if (begun)
			pager_add(page, ROLE_TEXT, 0, NULL, "");
	}
}

static void add_keyless(struct pager *page, bool may_act)
{
	pager_add(page, ROLE_HEADER, 0, NULL, _("By name"));
	for (enum command_id id = 0; id < COMMAND_COUNT; id++)
		if (!*commands[id].keys && is_listed(id, may_act))
			add_command(page, id);
	pager_add(page, ROLE_TEXT, 0, NULL, "");
}

static void add_signs(struct pager *page, bool line_art)
{
	pager_add(page, ROLE_HEADER, 0, NULL, _("What the signs mean"));
	pager_add(page, ROLE_BREACHED, 2, "!",
	        _("the reply target is breached; -0:14 is 14 minutes of working time since"));
	pager_add(page, ROLE_WARNING, 2, "~", _("less working time is left than the setting `warn` says"));
	pager_add(page, ROLE_STOPPED, 2, "·",
	        _("the clock stands still until the time shown: the desk is closed"));
	pager_add(page, ROLE_NOTE, 2, "@", _("an internal note mentions you, and you have not read it"));
	pager_add(page, ROLE_PENDING, 2, line_art ? "✎" : "d", _("a draft of yours"));
	pager_add(page, ROLE_TEXT, 2, "ben+", _("ben has the ticket, and somebody looks at it"));
	pager_add(page, ROLE_TEXT, 2, line_art ? "ben✎" : "ben*", _("somebody writes on it"));
	pager_add(page, ROLE_HINT, 2, _("↑2 new"), _("two rows have come above the first one shown"));
	pager_add(page, ROLE_TEXT, 2, "Ent*",
	        _("came by a personal mailbox with priority in answers: before all others of its priority"));
	pager_add(page, ROLE_MARKED, 2, "*",
	        _("marked: what changes tickets changes all marked ones of the list"));
	pager_add(page, ROLE_PENDING, 2, line_art ? "…" : ".",
	        _("changed here, not confirmed by the server yet"));
	pager_add(page, ROLE_TEXT, 0, NULL, "");
}

void command_HELP(struct console *console, const char *argument)
{
	struct pager *page = &console->page;
	if (console->bulk.offered) { /* the line has just said that ? shows why */
		bulk_show_summary(console);
		return;
	}
	page_begin(console, _("Keys"));
	const bool may_act = console_may_act(console);
	if (!may_act)
		pager_add(page, ROLE_HINT, 0, NULL,
		        _("You may only read here: keys that change tickets are left out."));
	add_commands(page, place_scope(console_place(console)), may_act);
	add_signs(page, console->terminal && terminal_line_art(console->terminal));
	add_keyless(page, may_act);
	pager_add(page, ROLE_DIM, 0, NULL,
	        _("/ finds a word in this page, q goes back. A : before a name runs a command that has no key."));
	page_show(console, PLACE_HELP);
}

/* ---- what was said ------------------------------------------------------------------------------ */

void command_MESSAGES(struct console *console, const char *argument)
{
	struct pager *page = &console->page;
	page_begin(console, _("Messages"));
	for (size_t i = console->log_count; i-- > 0;) {
		time_t at = (time_t)console->log[i].at;
		struct tm local;
		char when[16] = "";
		if (localtime_r(&at, &local))
			strftime(when, sizeof when, "%H:%M:%S", &local);
		pager_add(page, console->log[i].role, 0, when, console->log[i].text);
	}
	if (!console->log_count)
		pager_add(page, ROLE_DIM, 0, NULL, _("Nothing was said yet."));
	page_show(console, PLACE_MESSAGES);
}
