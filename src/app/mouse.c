/*
 * What a click means: a row of the list is selected, with a second click opened; the other pane of a split screen gets the
 * keys; a hint of the footer is pressed. The wheel moves what the keys move. A prompt is left alone.
 */
#include "app/mouse.h"

#include "app/state.h"
#include "base/clock.h"

#include <string.h>

enum { DOUBLE_CLICK_MS = 400, WHEEL_LINES = 3 };

static void press_hint(struct console *console, int column)
{
	char keys[32], *rest = NULL;
	key k;
	if (!footer_keys_at(console, column, keys, sizeof keys))
		return;
	for (char *name = strtok_r(keys, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
		if (key_parse(name, &k))
			dispatch_key(console, k);
}

static bool is_in(struct rect rect, int y, int x)
{
	return y >= rect.y && y < rect.y + rect.rows && x >= rect.x && x < rect.x + rect.columns;
}

/* The list's first line is its head. */
static void click_row(struct console *console, int line)
{
	struct mouse *mouse = &console->mouse;
	const int64_t now = clock_ms();
	const int64_t id =
	        line < 1 ? 0 : listing_id(console->listing, console->queue_view.top + (size_t)line - 1);
	if (console_place(console) == PLACE_TICKET)
		console_leave(console); /* the list has the keys now */
	if (!id)
		return;
	const bool again = mouse->clicked == id && now - mouse->clicked_ms < DOUBLE_CLICK_MS;
	mouse->clicked = again ? 0 : id;
	mouse->clicked_ms = now;
	select_ticket(console, id);
	if (again)
		open_ticket(console, id);
}

static void click(struct console *console, int y, int x)
{
	const enum place place = console_place(console);
	const bool split = console_is_split(console);
	if (y == terminal_rows(console->terminal) - 1)
		press_hint(console, x);
	else if ((place == PLACE_QUEUE || (place == PLACE_TICKET && split)) &&
	         is_in(console->mouse.list, y, x))
		click_row(console, y - console->mouse.list.y);
	else if (place == PLACE_QUEUE && split && y > 0 && y < terminal_rows(console->terminal) - 2)
		dispatch_command(console, COMMAND_PANE, "");
}

void mouse_key(struct console *console, key k)
{
	int y, x;
	terminal_mouse_at(console->terminal, &y, &x);
	const bool footer = y == terminal_rows(console->terminal) - 1;
	if (!footer || k != KEY_CLICK)
		console->typed_count = 0; /* a sequence that was begun is forgotten */
	if (k == KEY_CLICK && (footer || !console->prompt.active)) {
		console_unsay(console);
		click(console, y, x);
	} else if (k != KEY_CLICK && !console->prompt.active) {
		for (int i = 0; i < WHEEL_LINES; i++)
			dispatch_key(console, k == KEY_WHEEL_UP ? KEY_UP_ARROW : KEY_DOWN_ARROW);
	}
	console->dirty = true;
}
