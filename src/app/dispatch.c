/*
 * From a key to a handler: the keys typed so far are looked up in the command table for the place that is on top, the
 * command's preconditions are checked once, here, and its handler runs. While a line is being typed keys go to the
 * prompt instead.
 */
#include "app/complete.h"
#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void handler(struct console *console, const char *argument);

static handler *const handlers[COMMAND_COUNT] = {
#define COMMAND(id, name, keys, scope, needs, argument, help) [COMMAND_##id] = command_##id,
#include "core/commands.def"
#undef COMMAND
};

/* ---- preconditions ------------------------------------------------------------------------------ */

static bool allowed(struct console *console, enum command_id id)
{
	const struct command *command = &commands[id];
	if (!(command->scope & place_scope(console_place(console)))) {
		console_say(console, ROLE_ERROR, _("%s does not work here; q goes back"), command->name);
		return false;
	}
	if ((command->needs & NEEDS_AGENT) && console->identity.access < ACCESS_AGENT) {
		console_say(console, ROLE_ERROR,
		        _("%s may only read; who manages the logins can run: sandglass agent add %s"),
		        console->identity.login, console->identity.login);
		return false;
	}
	if ((command->needs & NEEDS_AGENT) && console->identity.read_only) {
		console_say(console, ROLE_ERROR,
		        _("this server is a read-only standby; nothing can be changed here"));
		return false;
	}
	const unsigned changes = NEEDS_TICKET | NEEDS_AGENT;
	if (act_is_many(console) && (command->needs & changes) == changes && !(command->needs & FOR_MANY)) {
		console_say(console, ROLE_ERROR,
		        _("%s works on one ticket, and %zu are marked; U unmarks them"), command->name,
		        console->aim.count);
		return false;
	}
	if (act_is_many(console) && (command->needs & FOR_MANY))
		return true;
	if ((command->needs & NEEDS_TICKET) && !console_row(console)) {
		if (console->target)
			console_say(console, ROLE_ERROR,
			        _("%lld has left the queue meanwhile; nothing was done"),
			        (long long)console->target);
		else
			console_say(console, ROLE_ERROR, _("no ticket is selected"));
		return false;
	}
	return true;
}

void dispatch_command(struct console *console, enum command_id id, const char *argument)
{
	trace("command %s", commands[id].name);
	if (allowed(console, id))
		handlers[id](console, argument);
}

/* ---- prompts ------------------------------------------------------------------------------------ */

void prompt_ask(struct console *console, const char *label, const char *initial, prompt_complete *complete,
        struct history *history, void (*done)(struct console *console, const char *text))
{
	snprintf(console->prompt_label, sizeof console->prompt_label, "%s", label);
	console->prompt_done = done;
	console->prompt_changed = NULL;
	prompt_open(&console->prompt, label, initial, complete, console, history);
	console->dirty = true;
}

void prompt_refuse(struct console *console, void (*done)(struct console *console, const char *text),
        const char *text, const char *mistake)
{
	if (!console->prompt_answered || console->prompt_done != done) {
		console_say(console, ROLE_ERROR, "%s", mistake);
		return;
	}
	char label[sizeof console->prompt_label];
	memcpy(label, console->prompt_label, sizeof label);
	prompt_ask(console, label, text, console->prompt.complete, console->prompt.history, done);
	prompt_say(&console->prompt, ROLE_ERROR, mistake);
}

static void prompt_takes(struct console *console, key k)
{
	const bool was_cut = console->prompt.cut;
	enum prompt_result result = prompt_key(&console->prompt, k);
	console->dirty = true;
	if (result == PROMPT_EDITING) {
		/* Of a paste only the end is looked at: a megabyte is not searched for letter by letter. Where it did not fit,
		 * the line says so, and not what it means. */
		if (was_cut && !console->prompt.cut)
			prompt_say(&console->prompt, ROLE_TEXT, NULL);
		if (console->prompt_changed && !console->prompt.pasting && !console->prompt.cut)
			console->prompt_changed(console, console->prompt.text.data);
		return;
	}
	char *text = alloc_copy(console->prompt.text.data);
	prompt_complete *complete = console->prompt.complete;
	struct history *history = console->prompt.history;
	prompt_close(&console->prompt);
	console->prompt.complete = complete; /* prompt_refuse() opens the same one again */
	console->prompt.history = history;
	console->prompt_answered = true;
	if (result == PROMPT_DONE && console->prompt_done)
		console->prompt_done(console, text);
	console->prompt_answered = false;
	free(text);
}

/* ---- keys --------------------------------------------------------------------------------------- */

/* Whether a first key may lead to a command that acts on tickets. */
static bool may_act(enum command_id id, bool more)
{
	return more || id == COMMAND_COMMAND_LINE ||
	       (id != COMMAND_NONE && (commands[id].needs & NEEDS_TICKET));
}

/* Esc takes away what is in the way, one thing at a time. False: there is nothing, it goes back. */
static bool escape(struct console *console)
{
	console->dirty = true;
	if (console->typed_count) {
		console->typed_count = 0;
		return true;
	}
	if (console->bulk.runs && !console->bulk.stopping && console_place(console) == PLACE_QUEUE) {
		bulk_stop(console);
		return true;
	}
	if (files_stop(console))
		return true;
	if (console->search) {
		free(console->search); /* the marks of the search */
		console->search = NULL;
		return true;
	}
	return false;
}

void dispatch_key(struct console *console, key k)
{
	const bool pasting = console->pasting || (console->prompt.active && console->prompt.pasting);
	if (k >= KEY_CLICK && k <= KEY_WHEEL_DOWN) {
		console->awaited = 0;
		if (!pasting)
			mouse_key(console, k);
		return;
	}
	if (console->prompt.active) {
		prompt_takes(console, k);
		return;
	}
	if (console_place(console) == PLACE_PICKER) {
		pick_key(console, k);
		return;
	}
	if (k == KEY_PASTE_BEGIN || k == KEY_PASTE_END)
		console->pasting = k == KEY_PASTE_BEGIN;
	if (console->pasting || k == KEY_PASTE_END)
		return; /* what was pasted is text, never commands */
	console_unsay(console);
	console->bulk.offered = console->bulk.offered && k == '?';
	if (k == KEY_ESC && escape(console)) {
		console->awaited = 0;
		return;
	}
	k = k == KEY_ESC ? 'q' : key_latin(k);
	const bool first = !console->typed_count;
	if (first)
		console_aim(console);
	console->awaited = 0;
	console->typed[console->typed_count++] = k;
	bool more = false;
	enum command_id id = command_by_keys(
	        console->typed, console->typed_count, place_scope(console_place(console)), &more);
	if (first && console->marks.count && may_act(id, more))
		aim_at_marked(console);
	if (id == COMMAND_NONE && more && console->typed_count < KEYS_MOST) {
		console->dirty = true; /* the footer shows what may follow */
		return;
	}
	bool sequence = console->typed_count > 1;
	console->typed_count = 0;
	console->dirty = true;
	if (id != COMMAND_NONE) {
		dispatch_command(console, id, "");
		return;
	}
	char name[16];
	key_name(k, name, sizeof name);
	console_say(console, ROLE_HINT,
	        sequence ? _("that sequence ending in %s does nothing here; ? lists the keys")
	                 : _("%s does nothing here; ? lists the keys"),
	        name);
}

/* ---- the `:` line ------------------------------------------------------------------------------- */

static void run_line(struct console *console, const char *line)
{
	while (*line == ' ' || *line == ':')
		line++;
	if (!*line)
		return;
	history_add(&console->command_history, line);
	const char *argument;
	enum command_id id = command_by_name(line, &argument);
	if (id != COMMAND_NONE) {
		dispatch_command(console, id, argument);
		return;
	}
	char *end;
	long long ticket = strtoll(line, &end, 10);
	if (ticket > 0 && !*end)
		dispatch_command(console, COMMAND_OPEN, line);
	else
		console_say(console, ROLE_ERROR, _("there is no command \"%s\"; Tab completes, ? lists them"),
		        line);
}

void command_COMMAND_LINE(struct console *console, const char *argument)
{
	prompt_ask(console, ":", "", complete_line, &console->command_history, run_line);
}
