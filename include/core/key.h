/*
 * Keys as the program names them: a Unicode code point, or one of these. ui turns what the terminal
 * library reports into them; the command table and the settings name them as text ("c", "Enter", "PgDn").
 */
#ifndef CORE_KEY_H
#define CORE_KEY_H

#include <stdbool.h>
#include <stddef.h>

typedef int key;

enum {
	KEY_NONE = 0,
	KEY_FIRST = 0x110000,
	KEY_UP_ARROW = KEY_FIRST,
	KEY_DOWN_ARROW,
	KEY_LEFT_ARROW,
	KEY_RIGHT_ARROW,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_HOME_KEY,
	KEY_END_KEY,
	KEY_INSERT_KEY,
	KEY_DELETE_KEY,
	KEY_BACKTAB,
	KEY_PASTE_BEGIN, /* bracketed paste: what comes until the end is text, never commands */
	KEY_PASTE_END,
	KEY_CLICK, /* of the mouse, where terminal_mouse_at() says */
	KEY_WHEEL_UP,
	KEY_WHEEL_DOWN,
	KEY_LAST,
	KEY_ENTER_KEY = '\r',
	KEY_TAB = '\t',
	KEY_ESC = 27,
	KEY_BACKSPACE_KEY = 127,
};

/* "Enter", "Space", "PgDn", "c", "^Z": the name into out, at most size bytes. */
void key_name(key k, char *out, size_t size);
bool key_parse(const char *name, key *out);

/* What the same key of the keyboard is in the Latin layout, for a letter of the Russian or the Ukrainian one: who has just
 * written to a customer need not switch back to act. Every other key is itself. */
key key_latin(key k);

#endif
