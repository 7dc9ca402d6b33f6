/*
 * A line that is being typed is looked at with every key, a pasted one once.
 */
#include "app/state.h"

#include "base/alloc.h"

#include <criterion/criterion.h>

static int looks;

static void looked(struct console *console, const char *text)
{
	looks++;
}

Test(prompt_of_console, looks_once_at_what_is_pasted)
{
	struct console *console = alloc_bytes(sizeof *console);
	prompt_ask(console, "/", NULL, NULL, NULL, NULL);
	console->prompt_changed = looked;

	looks = 0;
	dispatch_key(console, 'a');
	cr_assert_eq(looks, 1);

	dispatch_key(console, KEY_PASTE_BEGIN);
	for (int i = 0; i < 3000; i++)
		dispatch_key(console, 'b');
	dispatch_key(console, KEY_PASTE_END);
	cr_assert_eq(looks, 2);

	dispatch_key(console, 'c');
	cr_assert_eq(looks, 3);

	dispatch_key(console, KEY_PASTE_BEGIN);
	for (int i = 0; i < 3000; i++)
		dispatch_key(console, 'd');
	dispatch_key(console, KEY_PASTE_END);
	cr_assert_eq(looks, 3, "the line says that not all fitted");
	cr_assert(console->prompt.note);

	dispatch_key(console, KEY_BACKSPACE_KEY);
	cr_assert_eq(looks, 4);
	cr_assert_null(console->prompt.note);
	prompt_close(&console->prompt);
	free(console);
}
