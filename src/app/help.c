/*
 * The pages that are made of tables: the keys (from the table of commands) and what the console has said.
 */
#include "app/state.h"
#include "base/i18n.h"

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
		return command->scope & SCOPE_PAGE ? 0 : 1;
	for (int i = 2; i < CHAPTERS; i++)
		if (command->scope & chapters[i].scope)
			return i;
	return 0;
}

static void add_command(struct pager *page, enum command_id id)
{
	char key_text[24], text[300];
	command_key_text(id, key_text, sizeof key_text);
	const struct command *command = &commands[id];
	snprintf(text, sizeof text, "%s  :%s%s%s", _(command->help), command->name,
	        *command->argument ? " " : "", *command->argument ? _(command->argument) : "");
	pager_add(page, ROLE_TEXT, 2, key_text, text);
}

void command_HELP(struct console *console, const char *argument)
{
	struct pager *page = &console->page;
	if (console->bulk.offered) { /* the line has just said that ? shows why */
		bulk_show_summary(console);
		return;
	}
	page_begin(console, _("Keys"));
	for (int chapter = 0; chapter < CHAPTERS; chapter++) {
		pager_add(page, ROLE_HEADER, 0, NULL, _(chapters[chapter].heading));
		for (enum command_id id = 0; id < COMMAND_COUNT; id++)
			if (chapter_of(&commands[id]) == chapter)
				add_command(page, id);
		pager_add(page, ROLE_TEXT, 0, NULL, "");
	}
	pager_add(page, ROLE_HEADER, 0, NULL, _("What the signs mean"));
	pager_add(page, ROLE_BREACHED, 2, "!",
	        _("the reply target is breached; -0:14 is 14 minutes of working time since"));
	pager_add(page, ROLE_WARNING, 2, "~", _("less working time is left than the setting `warn` says"));
	pager_add(page, ROLE_STOPPED, 2, "·",
	        _("the clock stands still until the time shown: the desk is closed"));
	pager_add(page, ROLE_NOTE, 2, "@", _("an internal note mentions you, and you have not read it"));
	pager_add(page, ROLE_HINT, 2, _("↑2 new"), _("two rows have come above the first one shown"));
	pager_add(page, ROLE_TEXT, 2, "Ent*",
	        _("came by a personal mailbox with priority in answers: before all others of its priority"));
	pager_add(page, ROLE_MARKED, 2, "*",
	        _("marked: what changes tickets changes all marked ones of the list"));
	pager_add(page, ROLE_PENDING, 2, "…", _("changed here, not confirmed by the server yet"));
	pager_add(page, ROLE_TEXT, 0, NULL, "");
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
