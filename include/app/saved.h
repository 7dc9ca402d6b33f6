/*
 * Saved views: filters with a name, an order and columns. The server keeps them; the console has the list as it was when the server
 * was last heard, so they work offline too. A view that is shown and was not changed here follows what is saved, whoever saves it.
 */
#ifndef APP_SAVED_H
#define APP_SAVED_H

#include "base/error.h"
#include "core/sort.h"

#include <stddef.h>
#include <stdint.h>

struct console;
struct undoable;

struct saved_view {
	int64_t id;
	bool shared;
	char *name; /* owned, like the others */
	char *filter;
	char *sort;    /* "": the setting's */
	char *columns; /* "": the setting's */
	char *saved_by;
};

struct saved_views {
	struct saved_view *list; /* own ones before shared ones of the same name */
	size_t count;
	bool known;           /* the server has told once */
	struct error refused; /* why it did not tell when it was asked last */
	int64_t shown;        /* the one that the list shows; 0: none */
	char *awaited;        /* owned: a name to be shown as soon as the list has it; NULL: none */
	char *name;           /* owned: the shown one's, and below what was made of it */
	char *filter;         /* owned: as filter_shown was then; NULL: none */
	char *columns;        /* owned: their names */
	struct sort_order order;
};

void saved_release(struct saved_views *saved);
/* Asks for the list; it comes by itself. */
void saved_ask(struct console *console);
/* The view of that name; NULL: there is none. */
const struct saved_view *saved_find(const struct console *console, const char *name);
/* False: *err, nothing has changed. */
bool saved_show(struct console *console, const struct saved_view *view, struct error *err);
/* Another list is wanted: the filter, order and columns of the view go with it. */
void saved_leave(struct console *console);
/* The name for the title, with a star when filter, order or columns are not what was saved; NULL: no view is shown. */
const char *saved_title(const struct console *console, char *out, size_t size);
void saved_view_free(struct saved_view *view);
/* `u`: the view that was deleted is saved again. */
void saved_undelete(struct console *console, struct undoable *undo);
/* The names of all, quoted, for messages; "none" when there are none. */
void saved_names(const struct console *console, char *out, size_t size);

#endif
