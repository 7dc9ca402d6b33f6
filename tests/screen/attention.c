/*
 * The bell: once for what is new, at most once a minute, and nothing that came within the minute is forgotten.
 */
#include "base/clock.h"
#include "show.h"

#include <criterion/criterion.h>

static int rung(void *context)
{
	++*(int *)context;
	return 1;
}

static int bells_after(struct show *show, int seconds)
{
	int bells = 0;
	const VTermScreenCallbacks callbacks = {.bell = rung};
	vterm_screen_set_callbacks(show->stage.screen, &callbacks, &bells);
	show->now += seconds;
	show_draw(show);
	attention_check(show->console);
	show_draw(show);
	vterm_screen_set_callbacks(show->stage.screen, NULL, NULL);
	return bells;
}

Test(attention, rings_once_a_minute_at_most)
{
	struct show show;
	show_open(&show, 24, 80, "dark", 0);
	struct console *console = show.console;
	struct attention *attention = &console->attention;
	console->settings.bell = CALL_ALL;
	cr_assert_eq(bells_after(&show, 0), 0, "what was there at the start is no news");
	cr_assert_eq(attention->all_counts.breached, 2);
	cr_assert_eq(bells_after(&show, 600), 1, "one more is breached");
	cr_assert_eq(attention->all_counts.breached, 3);
	cr_assert_eq(bells_after(&show, 1), 0);
	cr_assert_eq(bells_after(&show, 5000), 0, "another one, within the minute of this machine's clock");
	cr_assert_eq(attention->all_counts.breached, 4);
	attention_call(console, true, "a note mentions you");
	cr_assert_eq(bells_after(&show, 1), 0, "and a note");
	cr_assert_gt(attention->silent_until_ms, clock_ms());
	attention->silent_until_ms = clock_ms();
	cr_assert_eq(bells_after(&show, 1), 1, "after the minute one bell for both");
	attention->silent_until_ms = clock_ms();
	cr_assert_eq(bells_after(&show, 1), 0, "and no other");
	console->settings.bell = CALL_OFF;
	attention_call(console, true, "a note mentions you");
	cr_assert_eq(bells_after(&show, 1), 0, "not where it is off");
	show_close(&show);
}
