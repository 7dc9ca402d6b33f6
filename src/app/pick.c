/*
 * The list to pick from, as a place of the console. Taking an item leaves the place first, so that what comes of it may
 * open another one, or a prompt.
 */
#include "app/state.h"

#include "base/i18n.h"

#include <stdio.h>

void pick_open(struct console *console, const char *title, const struct picker_item *items, size_t count,
        pick_preview *preview, pick_done *done)
{
	struct pick *pick = &console->pick;
	picker_open(&pick->picker, title, items, count, preview != NULL);
	pick->preview = preview;
	pick->done = done;
	pick->typed = NULL;
	pick->previewed = 0;
	console_enter(console, PLACE_PICKER);
}

void pick_or(struct console *console, pick_typed *typed)
{
	console->pick.typed = typed;
}

void pick_type(struct console *console, const char *text)
{
	picker_type(&console->pick.picker, text);
	console->dirty = true;
}

void pick_close(struct console *console)
{
	picker_close(&console->pick.picker);
	if (console_place(console) == PLACE_PICKER)
		console_leave(console);
}

void pick_refuse(struct console *console, const char *mistake)
{
	picker_say(&console->pick.picker, mistake);
	console->dirty = true;
}

static void take(struct console *console)
{
	struct pick *pick = &console->pick;
	pick_done *done = pick->done;
	int64_t id;
	if (picker_chosen(&pick->picker, &id)) {
		pick_close(console);
		done(console, id);
	} else if (pick->typed && pick->picker.line.text.length) {
		pick->typed(console, pick->picker.line.text.data);
	} else {
		pick_refuse(console, pick->picker.count ? _("nothing in the list matches")
		                                        : _("there is nothing to choose from"));
	}
}

void pick_fill(struct console *console, const struct picker_item *items, size_t count, pick_done *done)
{
	struct pick *pick = &console->pick;
	if (console_place(console) != PLACE_PICKER || pick->done != done)
		return;
	console->dirty = true;
	if (picker_fill(&pick->picker, items, count) == PICKER_TAKEN)
		take(console);
}

void pick_key(struct console *console, key k)
{
	console->dirty = true;
	switch (picker_key(&console->pick.picker, k)) {
	case PICKER_TAKEN:
		take(console);
		break;
	case PICKER_LEFT:
		pick_close(console);
		break;
	case PICKER_CHOOSING:
		break;
	}
}

void pick_prepare(struct console *console, struct rect body)
{
	struct pick *pick = &console->pick;
	int64_t id;
	if (pick->preview) {
		const int top = pick->picker.preview.top;
		pager_release(&pick->picker.preview);
		pager_init(&pick->picker.preview, _("preview"));
		const bool chosen = picker_chosen(&pick->picker, &id);
		if (chosen)
			pick->preview(console, id, &pick->picker.preview);
		if (chosen && id == pick->previewed)
			pick->picker.preview.top = top;
		pick->previewed = chosen ? id : 0;
	}
	picker_measure(&pick->picker, console->terminal, body);
}

void pick_draw(struct console *console, struct rect body, int *cursor_y, int *cursor_x)
{
	picker_draw(&console->pick.picker, console->terminal, body, cursor_y, cursor_x);
}
