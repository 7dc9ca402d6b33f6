/*
 * `y` copies: to the terminal's clipboard by OSC 52, which also crosses SSH; inside tmux into tmux's own buffer, which hands it
 * on to the clipboard of the terminal around it where that has one. (tmux throws OSC 52 of its programs away unless its
 * set-clipboard is `on`.) tmux gets the text from a file in memory, so nobody waits for anybody.
 *
 * No terminal answers whether it took the text, so the line says what was copied and by which way, not that it has arrived.
 */
#include "app/copy.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/process.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum {
	COPY_MOST = 48 * 1024, /* bytes: in base64 some terminals take no more than 64 k of them */
	SHOWN_COLUMNS = 40
};

void copy_release(struct copying *copying)
{
	free(copying->what);
	*copying = (struct copying){0};
}

bool copy_ended(struct console *console)
{
	struct copying *copying = &console->copying;
	int status;
	if (!copying->tmux || waitpid(copying->tmux, &status, WNOHANG) != copying->tmux)
		return false;
	copying->tmux = 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		console_say(
		        console, ROLE_ERROR, _("tmux did not take what was to be copied: %s"), copying->what);
	return true;
}

static bool give_to_tmux(struct console *console, const char *text, struct error *err)
{
	const char *const argv[] = {"tmux", "load-buffer", "-w", "-", NULL};
	const struct process_options options = {.argv = argv, .input = text, .input_length = strlen(text)};
	if (console->copying.tmux)
		return error_set(err, ERROR_CONFLICT, "%s", _("tmux has not taken the last one yet"));
	console->copying.tmux = process_start(&options, "/dev/null", err);
	if (console->copying.tmux > 0)
		return true;
	console->copying.tmux = 0;
	return false;
}

/* Enough of the text to know it again. */
static char *beginning_of(const char *text)
{
	const size_t line = strcspn(text, "\n");
	int used;
	const size_t fits = text_fit(text, line, SHOWN_COLUMNS, &used);
	return alloc_format("%.*s%s", (int)fits, text, text[fits] ? " ..." : "");
}

static void copy(struct console *console, const char *text)
{
	struct strbuf clean = STRBUF_INIT;
	struct error err;
	text_sanitise(&clean, text, strlen(text), TEXT_KEEP_LINES);
	free(console->copying.what);
	const char *what = console->copying.what = beginning_of(clean.data);
	if (clean.length > COPY_MOST)
		console_say(console, ROLE_ERROR, _("that is too long to copy: %zu kB, at most %d"),
		        clean.length / 1024, COPY_MOST / 1024);
	else if (terminal_in_tmux() && give_to_tmux(console, clean.data, &err))
		console_say(console, ROLE_SUCCESS, _("copied into tmux's buffer: %s"), what);
	else if (terminal_in_tmux())
		console_say(console, ROLE_ERROR, _("nothing was copied: %s"), err.text);
	else if (terminal_copy(console->terminal, clean.data))
		console_say(
		        console, ROLE_SUCCESS, _("copied to the terminal's clipboard (OSC 52): %s"), what);
	else
		console_say(console, ROLE_ERROR,
		        _("this terminal has no clipboard for programs; run sandglass inside tmux to copy"));
	strbuf_release(&clean);
}

/* ---- what ----------------------------------------------------------------------------------------- */

typedef void add_line(struct strbuf *out, const struct ticket_row *row);

static void add_ticket(struct strbuf *out, const struct ticket_row *row)
{
	strbuf_addf(out, "%lld %s", (long long)row->id, row->subject);
}

static void add_number(struct strbuf *out, const struct ticket_row *row)
{
	strbuf_addf(out, "%lld", (long long)row->id);
}

static void add_requester(struct strbuf *out, const struct ticket_row *row)
{
	strbuf_adds(out, row->requester_email);
}

/* One line for each ticket that is aimed at. */
static void copy_lines(struct console *console, add_line *add)
{
	struct strbuf text = STRBUF_INIT;
	const struct target single = {.id = console->target};
	const bool many = act_is_many(console);
	const struct target *list = many ? console->aim.list : &single;
	const size_t count = many ? console->aim.count : 1;
	for (size_t i = 0; i < count; i++) {
		const struct ticket_row *row = queue_find(console->queue, list[i].id);
		if (!row)
			continue;
		strbuf_adds(&text, text.length ? "\n" : "");
		add(&text, row);
	}
	copy(console, text.data);
	strbuf_release(&text);
}

void command_COPY_TICKET(struct console *console, const char *argument)
{
	copy_lines(console, add_ticket);
}

void command_COPY_NUMBER(struct console *console, const char *argument)
{
	copy_lines(console, add_number);
}

void command_COPY_REQUESTER(struct console *console, const char *argument)
{
	copy_lines(console, add_requester);
}

void command_COPY_MESSAGE(struct console *console, const char *argument)
{
	const struct conversation *conversation = conversation_of(console, console->target, NULL);
	for (size_t i = conversation ? conversation->count : 0; i-- > 0;)
		if (conversation->entries[i].kind == ENTRY_PUBLIC) {
			copy(console, conversation->entries[i].body);
			return;
		}
	if (conversation)
		console_say(console, ROLE_HINT, _("%lld has no message yet"), (long long)console->target);
	else
		console_say(console, ROLE_HINT, _("the conversation of %lld is not here yet"),
		        (long long)console->target);
}
