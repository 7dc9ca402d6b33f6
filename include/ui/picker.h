/*
 * A list to pick one of, in a frame over the screen: a line that is typed, the items that it leaves, best first, with
 * what was matched marked, and if wanted a preview of the one under the cursor: below the list, or beside it where the
 * screen is wide.
 *
 *   ┌─ give it to ───────────────────────────── 2 of 40 ─┐
 *   │ be                                                 │
 *   ├────────────────────────────────────────────────────┤
 *   │> ben      Ben Ortiz, Support               12 open │
 *   │  bella    Bella Marsh                       3 open │
 *   └────────────────────────────────────────────────────┘
 */
#ifndef UI_PICKER_H
#define UI_PICKER_H

#include "ui/pager.h"
#include "ui/prompt.h"

struct picker_item {
	int64_t id; /* the caller's: what comes back */
	const char *text;
	const char *note; /* beside it, dim; found too. NULL: none */
	const char *tail; /* at the right, dim; not found. NULL: none */
};

enum picker_result { PICKER_CHOOSING, PICKER_TAKEN, PICKER_LEFT };

struct picker_row;

struct picker {
	char *title;             /* owned */
	struct picker_row *rows; /* owned: copies of the items */
	size_t count;
	size_t *shown; /* owned: numbers of the rows that match, best first */
	size_t shown_count;
	size_t at;      /* of the shown ones the one under the cursor */
	size_t top;     /* the first one on the screen */
	int height;     /* rows on the screen in the last drawing: for paging */
	bool loading;   /* the items are still to come; Enter waits for them */
	bool taking;    /* Enter came before the items */
	bool previewed; /* room is kept for a preview */
	struct prompt line;
	struct pager preview; /* filled by the caller for picker_chosen(); titled */
};

/* All bytes 0 is a closed picker. Items and title are copied and sanitised. `items` NULL: they come later. */
void picker_open(struct picker *picker, const char *title, const struct picker_item *items, size_t count,
        bool previewed);
/* The items that were to come, or others in their place: what was typed stays. PICKER_TAKEN: Enter had waited for them. */
enum picker_result picker_fill(struct picker *picker, const struct picker_item *items, size_t count);
void picker_close(struct picker *picker);
/* Puts a text into the line. */
void picker_type(struct picker *picker, const char *text);

/*
 * Typing narrows; Up, Down, Tab, Backtab, PgUp, PgDn, and Home and End while nothing is typed, move; PgUp and PgDn move the
 * preview instead when it is longer than its place. Enter takes, Esc (or backspace in an empty line) leaves. Enter when nothing matches is PICKER_TAKEN too, and picker_chosen() says that there is none.
 */
enum picker_result picker_key(struct picker *picker, key k);
/* Whether PgUp and PgDn move the preview, as it was measured or drawn last. */
bool picker_scrolls_preview(const struct picker *picker);
/* The item under the cursor; false: there is none. */
bool picker_chosen(const struct picker *picker, int64_t *id);
/* A line in the place of the list's first free line: what is wrong with what was typed; NULL: nothing. */
void picker_say(struct picker *picker, const char *text);

/* How long the preview is in that place, before it is drawn. */
void picker_measure(struct picker *picker, struct terminal *terminal, struct rect rect);

/* Draws the frame and what is in it in the middle of rect, over what stands there. Gives the cursor's cell. */
void picker_draw(
        struct picker *picker, struct terminal *terminal, struct rect rect, int *cursor_y, int *cursor_x);

#endif
