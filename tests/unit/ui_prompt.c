/* The line editor by keystrokes: text with the cursor shown as | after each. */
#include "core/key.h"
#include "ui/prompt.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static size_t complete(void *context, const char *text, struct candidate *out, size_t room)
{
	static const char *const all[] = {"status open", "status hold", "search"};
	size_t count = 0;
	for (size_t i = 0; i < 3 && count < room; i++)
		if (strncmp(all[i], text, strlen(text)) == 0)
			out[count++] = (struct candidate){all[i], ""};
	return count;
}

static const char *shown(const struct prompt *prompt)
{
	static char out[256];
	snprintf(out, sizeof out, "%.*s|%s", (int)prompt->cursor, prompt->text.data,
	        prompt->text.data + prompt->cursor);
	return out;
}

enum {
	UP = KEY_UP_ARROW,
	DOWN = KEY_DOWN_ARROW,
	LEFT = KEY_LEFT_ARROW,
	RIGHT = KEY_RIGHT_ARROW,
	BS = KEY_BACKSPACE_KEY
};

static const struct {
	key keys[12];
	const char *shown;
} cases[] = {
        {{'a', 'b', LEFT, 'c'}, "ac|b"},
        {{'e', 0x301, 'x', LEFT, LEFT}, "|e\u0301x"},
        {{'e', 0x301, BS}, "|"},
        {{0x301}, "\uFFFD|"},
        {{0x1f1fa, 0x1f1e6, LEFT}, "|\U0001F1FA\U0001F1E6"},
        {{0x6771, 0x4eac, LEFT, 'x'}, "東x|京"},
        {{'a', ' ', 'b', 'c', 'W' & 31}, "a |"},
        {{'a', ' ', 'b', ' ', ' ', 'W' & 31}, "a |"},
        {{'a', 'b', 'c', LEFT, 'U' & 31}, "|c"},
        {{'a', 'b', 'A' & 31, KEY_DELETE_KEY}, "|b"},
        {{'a', 'b', KEY_HOME_KEY, 'E' & 31, RIGHT}, "ab|"},
        {{LEFT, KEY_DELETE_KEY, 'a'}, "a|"},
        {{KEY_PASTE_BEGIN, 'y', KEY_ENTER_KEY, 'n', KEY_TAB, KEY_ESC, KEY_PASTE_END, 'z'}, "y n z|"},
        {{0x202e, 'a'}, "\uFFFDa|"},
        {{'s', KEY_TAB}, "status open|"},
        {{'s', KEY_TAB, KEY_TAB, KEY_TAB}, "search|"},
        {{'s', KEY_TAB, KEY_TAB, KEY_TAB, KEY_TAB}, "status open|"},
        {{'s', KEY_BACKTAB}, "search|"},
        {{'s', 'e', KEY_TAB, '!'}, "search!|"},
        {{'q', KEY_TAB}, "q|"},
        {{'s', 'e', KEY_TAB, KEY_TAB, ' '}, "search |"},
        {{'s', 'e', 'x', 'y', LEFT, LEFT, KEY_TAB}, "search|xy"},
        {{'s', 'z', LEFT, KEY_TAB, KEY_TAB, KEY_TAB}, "search|z"},
        {{UP}, "two|"},
        {{UP, UP, UP}, "one|"},
        {{UP, UP, DOWN}, "two|"},
        {{'x', UP, DOWN}, "|"},
        {{KEY_PAGE_UP, 'a'}, "a|"},
};

Test(prompt, editing)
{
	setlocale(LC_ALL, "C.UTF-8");
	struct history history = {0};
	history_add(&history, "one");
	history_add(&history, "two");
	history_add(&history, "two");
	history_add(&history, "");
	cr_assert_eq(history.count, 2, "neither the same line twice nor an empty one");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct prompt prompt = {0};
		prompt_open(&prompt, ":", "", complete, NULL, &history);
		for (size_t at = 0; at < 12 && cases[i].keys[at]; at++)
			cr_expect_eq(prompt_key(&prompt, cases[i].keys[at]), PROMPT_EDITING, "case %zu", i);
		cr_expect_str_eq(shown(&prompt), cases[i].shown, "case %zu: %s", i, shown(&prompt));
		prompt_close(&prompt);
	}
	history_release(&history);
}

Test(prompt, ends)
{
	struct history history = {0};
	struct prompt prompt = {0};
	prompt_open(&prompt, "hold for whom? ", "Facebook", NULL, NULL, &history);
	cr_expect(prompt.active);
	cr_expect_eq(prompt_key(&prompt, KEY_TAB), PROMPT_EDITING);
	cr_expect_eq(prompt_key(&prompt, KEY_ENTER_KEY), PROMPT_DONE);
	cr_expect_str_eq(prompt.text.data, "Facebook");
	cr_expect_eq(history.count, 1);
	prompt_open(&prompt, ":", "a", NULL, NULL, NULL);
	cr_expect_eq(prompt_key(&prompt, BS), PROMPT_EDITING);
	cr_expect_eq(prompt_key(&prompt, BS), PROMPT_CANCELLED, "backspace in an empty line leaves it");
	cr_expect_eq(prompt_key(&prompt, KEY_ESC), PROMPT_CANCELLED);
	prompt_close(&prompt);
	cr_expect_not(prompt.active);
	history_release(&history);
}

/* A megabyte from the clipboard is looked at once, and no more of it is taken than a line holds. */
Test(prompt, takes_no_more_of_a_paste_than_fits)
{
	struct prompt prompt = {.active = false};
	prompt_open(&prompt, "/", "ab", NULL, NULL, NULL);
	prompt_key(&prompt, KEY_LEFT_ARROW);
	prompt_key(&prompt, KEY_PASTE_BEGIN);
	for (int i = 0; i < 1000000; i++)
		cr_assert_eq(prompt_key(&prompt, i % 10 ? 'x' : '\r'), PROMPT_EDITING);
	cr_expect_str_eq(prompt.text.data, "ab", "before the end of the paste nothing is");
	prompt_key(&prompt, KEY_PASTE_END);
	cr_expect_eq(prompt.text.length, 4000);
	cr_expect_str_eq(prompt.text.data + 3990, "x xxxxxxxb", "%s", prompt.text.data + 3990);
	cr_assert(prompt.note);
	cr_expect_str_eq(prompt.note, "a line has room for 4000 bytes; what did not fit was left out");
	prompt_key(&prompt, 'c');
	cr_expect(prompt.cut, "nor does a letter fit");
	prompt_key(&prompt, 'U' & 0x1f);
	cr_expect_not(prompt.cut);
	cr_expect_str_eq(prompt.text.data, "b");
	prompt_close(&prompt);
}
