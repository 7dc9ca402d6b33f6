/*
 * What goes to the terminal beside the cells: its title, the clipboard, a notification, the bell, the mouse. All of it is
 * control sequences of the xterm family; a terminal that would show them as text is never sent any (`speaks`). The texts come
 * from customers, so each is made harmless here, at the last moment.
 *
 * The title that was there is put on the terminal's stack when ours comes, and taken back when the terminal is lent or closed;
 * terminals without a stack are left without a title rather than with ours.
 *
 * Inside tmux a sequence for the outer terminal has to be wrapped. tmux throws it away unless its option
 * allow-passthrough is on; it never shows it.
 */
#include "terminal_parts.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

enum { TITLE_MOST = 120, NOTICE_MOST = 200 }; /* columns */

static void add_clean(struct strbuf *out, const char *text, int columns)
{
	struct strbuf clean = STRBUF_INIT;
	int used;
	text_sanitise(&clean, text, strlen(text), TEXT_ONE_LINE);
	strbuf_add(out, clean.data, text_fit(clean.data, clean.length, columns, &used));
	strbuf_release(&clean);
}

/* ---- the title ---------------------------------------------------------------------------------- */

static void add_title(struct terminal *terminal, struct strbuf *out, const char *text)
{
	strbuf_adds(out, terminal->title_begin);
	add_clean(out, text, TITLE_MOST);
	strbuf_adds(out, terminal->title_end);
}

void terminal_title(struct terminal *terminal, const char *text)
{
	strbuf_clear(&terminal->title);
	strbuf_adds(&terminal->title, text ? text : "");
	if (!terminal->speaks || terminal->lent || !terminal_restore.entered)
		return;
	if (terminal->title.length)
		terminal_title_on(terminal, &terminal->out);
	else if (terminal->titled)
		terminal_title_back(terminal, &terminal->out);
	terminal->titled = terminal->title.length != 0;
	terminal_make_leave(terminal);
}

void terminal_title_on(struct terminal *terminal, struct strbuf *out)
{
	if (!terminal->titled)
		strbuf_adds(out, "\033[22;2t");
	add_title(terminal, out, terminal->title.data);
}

void terminal_title_back(struct terminal *terminal, struct strbuf *out)
{
	add_title(terminal, out, "");
	strbuf_adds(out, "\033[23;2t");
}

/* ---- the clipboard ------------------------------------------------------------------------------- */

static void add_base64(struct strbuf *out, const char *bytes, size_t length)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t at = 0; at < length; at += 3) {
		const size_t some = length - at < 3 ? length - at : 3;
		unsigned bits = 0;
		for (size_t i = 0; i < 3; i++)
			bits = bits << 8 | (i < some ? (unsigned char)bytes[at + i] : 0);
		for (size_t i = 0; i < 4; i++)
			strbuf_addc(out, i <= some ? digits[bits >> (18 - 6 * i) & 63] : '=');
	}
}

bool terminal_copy(struct terminal *terminal, const char *text)
{
	if (!terminal->speaks)
		return false;
	strbuf_adds(&terminal->out, "\033]52;c;");
	add_base64(&terminal->out, text, strlen(text));
	strbuf_adds(&terminal->out, "\a");
	return true;
}

/* ---- calling for attention ------------------------------------------------------------------------ */

void terminal_bell(struct terminal *terminal)
{
	strbuf_addc(&terminal->out, '\a');
}

bool terminal_in_tmux(void)
{
	const char *tmux = getenv("TMUX");
	return tmux && *tmux;
}

void terminal_notify(struct terminal *terminal, const char *text)
{
	const bool tmux = terminal_in_tmux();
	if (!terminal->speaks)
		return;
	strbuf_adds(&terminal->out, tmux ? "\033Ptmux;\033\033]9;" : "\033]9;");
	add_clean(&terminal->out, text, NOTICE_MOST);
	strbuf_adds(&terminal->out, tmux ? "\a\033\\" : "\a");
}

/* ---- entering ------------------------------------------------------------------------------------- */

void terminal_enter(struct terminal *terminal)
{
	if (terminal_restore.entered)
		return;
	terminal_restore.entered = 1;
	strbuf_add(&terminal->out, terminal->enter.data, terminal->enter.length);
	if (terminal->mouse)
		strbuf_adds(&terminal->out, TERMINAL_MOUSE_ON);
	if (terminal->speaks && terminal->title.length) {
		terminal_title_on(terminal, &terminal->out);
		terminal->titled = true;
		terminal_make_leave(terminal);
	}
}

/* ---- the mouse ------------------------------------------------------------------------------------ */

void terminal_mouse(struct terminal *terminal, bool on)
{
	if (!terminal->speaks || terminal->mouse == on)
		return;
	terminal->mouse = terminal->input.mouse = on;
	if (terminal_restore.entered)
		strbuf_adds(&terminal->out, on ? TERMINAL_MOUSE_ON : TERMINAL_MOUSE_OFF);
	terminal_make_leave(terminal);
}

void terminal_mouse_at(const struct terminal *terminal, int *y, int *x)
{
	*y = terminal->input.mouse_y;
	*x = terminal->input.mouse_x;
}
