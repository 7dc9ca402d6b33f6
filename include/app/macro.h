/*
 * Macros in the console. The server's list is kept here, so that `m` opens at once; it is asked for again when the
 * directory changes, of which the macros are a part (schema: trigger macro_directory).
 */
#ifndef APP_MACRO_H
#define APP_MACRO_H

#include "core/action.h"
#include "core/macro.h"

struct console;
struct error;

struct macros {
	struct macro *list; /* owned; one's own first, then a team's, then the shared ones */
	size_t count;
	bool known;  /* the list has come once */
	bool asked;  /* it is on its way */
	bool stale;  /* and must be asked for again then */
	bool wanted; /* the list to pick from waits for it */

	/* the editor's */
	char *name;      /* owned: what :macro edit was told */
	char *file;      /* owned */
	char *written;   /* owned: what stood in it at first; NULL: an earlier text that was not kept yet */
	int64_t changed; /* which one it is, as it was then; 0: a new one */
	int32_t changed_version;
};

/* Asks for the list; without `always` only when it is not here yet. */
void macros_ask(struct console *console, bool always);
void macros_release(struct macros *macros);
/* Of that name; one that the agent may change comes first, his own before all. NULL: none. */
const struct macro *macro_named(const struct console *console, const char *name);

/* Puts what a macro does into an action on the way to the server; nothing when it does nothing and has no name. */
void macro_for_action(
        const struct console *console, const struct macro_actions *macro, struct action *action);
/* A text that goes to many, as this ticket gets it; the name of the first field that has no value here, NULL: all have. */
const char *macro_fill_for(
        const struct console *console, const struct ticket_row *row, const char *text, struct strbuf *out);
/* The line when a macro without text was used; the caller frees it. */
char *macro_said(const struct action *action);

#endif
