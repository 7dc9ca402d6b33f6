/*
 * Names of keys. One table for both directions; what is not in it is a control key (^A) or the character itself.
 */
#include "core/key.h"

#include "core/utf8.h"

#include <stdio.h>
#include <string.h>
#include <uchar.h>

static const struct {
	key key;
	const char *name;
} names[] = {
        {KEY_UP_ARROW, "Up"},
        {KEY_DOWN_ARROW, "Down"},
        {KEY_LEFT_ARROW, "Left"},
        {KEY_RIGHT_ARROW, "Right"},
        {KEY_PAGE_UP, "PgUp"},
        {KEY_PAGE_DOWN, "PgDn"},
        {KEY_HOME_KEY, "Home"},
        {KEY_END_KEY, "End"},
        {KEY_INSERT_KEY, "Ins"},
        {KEY_DELETE_KEY, "Del"},
        {KEY_BACKTAB, "Backtab"},
        {KEY_PASTE_BEGIN, "PasteBegin"},
        {KEY_PASTE_END, "PasteEnd"},
        {KEY_CLICK, "Click"},
        {KEY_WHEEL_UP, "WheelUp"},
        {KEY_WHEEL_DOWN, "WheelDown"},
        {KEY_ENTER_KEY, "Enter"},
        {KEY_TAB, "Tab"},
        {KEY_ESC, "Esc"},
        {KEY_BACKSPACE_KEY, "Backspace"},
        {' ', "Space"},
};

void key_name(key k, char *out, size_t size)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].key == k) {
			snprintf(out, size, "%s", names[i].name);
			return;
		}
	if (k > 0 && k < ' ') {
		snprintf(out, size, "^%c", k + '@');
	} else if (k > 0 && k < KEY_FIRST) {
		char bytes[5] = "";
		utf8_put(bytes, k);
		snprintf(out, size, "%s", bytes);
	} else {
		snprintf(out, size, "?");
	}
}

bool key_parse(const char *name, key *out)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].name, name) == 0) {
			*out = names[i].key;
			return true;
		}
	if (name[0] == '^' && name[1] >= 'A' && name[1] <= '_' && !name[2]) {
		*out = name[1] - '@';
		return true;
	}
	size_t length = strlen(name), used;
	if (!length)
		return false;
	int32_t code = utf8_next(name, length, &used);
	if (code <= ' ' || code == KEY_BACKSPACE_KEY || used != length)
		return false;
	*out = code;
	return true;
}

/* The three rows of letters, in the Russian layout and then those where the Ukrainian one differs. */
key key_latin(key k)
{
	static const struct {
		const char32_t *typed;
		const char *key;
	} layouts[] = {
	        {U"йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,."},
	        {U"ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ", "QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"},
	        {U"ёЁіїєґІЇЄҐ", "`~s]'\\S}\"|"},
	};
	for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
		for (size_t n = 0; layouts[i].typed[n]; n++)
			if (layouts[i].typed[n] == (char32_t)k)
				return layouts[i].key[n];
	return k;
}
