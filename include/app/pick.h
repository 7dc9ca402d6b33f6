/*
 * Picking one of a list in the console: macros, agents, saved views, attachments. The list lies over the place that was
 * on top and has all keys until it is left.
 */
#ifndef APP_PICK_H
#define APP_PICK_H

#include "ui/picker.h"

struct console;

/* Fills the page with lines about the item of that id. */
typedef void pick_preview(struct console *console, int64_t id, struct pager *page);
/* The item was taken; the list is gone already, and console->target is the ticket that it was opened for. */
typedef void pick_done(struct console *console, int64_t id);
/* Enter was typed and nothing matches: pick_refuse() says why that is wrong, or pick_close() and do something with it. */
typedef void pick_typed(struct console *console, const char *text);

struct pick {
	struct picker picker;
	pick_preview *preview;
	int64_t previewed; /* what the preview is of; it stays where it was scrolled to */
	pick_done *done;
	pick_typed *typed;
};

/*
 * Opens the list; title and items are copied, `preview` may be NULL. Items NULL: they come later, by pick_fill(), and an
 * Enter that was typed before waits for them. Nothing is called when the agent leaves the list.
 */
void pick_open(struct console *console, const char *title, const struct picker_item *items, size_t count,
        pick_preview *preview, pick_done *done);
/* For a list whose line may also be something that is not in it. */
void pick_or(struct console *console, pick_typed *typed);
/* The items that were to come, or others. Of no effect when the list that `done` belongs to is not open any more. */
void pick_fill(struct console *console, const struct picker_item *items, size_t count, pick_done *done);
/* As if it had been typed. */
void pick_type(struct console *console, const char *text);
void pick_refuse(struct console *console, const char *mistake);
void pick_close(struct console *console);

/* ---- for dispatch.c and screen.c ---- */
void pick_key(struct console *console, key k);
/* Before the footer, which says what there is to scroll. */
void pick_prepare(struct console *console, struct rect body);
void pick_draw(struct console *console, struct rect body, int *cursor_y, int *cursor_x);

#endif
