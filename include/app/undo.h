/*
 * What the agent can take back, newest last. An entry is one action on one ticket, one action on many (app/bulk.h: taken
 * back as a whole), a view that was deleted, or a change of the marks, which the server knows nothing of.
 *
 * The server decides whether an action can be taken back: it refuses when somebody acted on the ticket since.
 */
#ifndef APP_UNDO_H
#define APP_UNDO_H

#include "core/action.h"

#include <stddef.h>

struct console;
struct saved_view;

enum { UNDO_MOST = 50 };

/* One ticket's part of an action on many. */
struct undo_part {
	int64_t ticket_id;
	char request_id[37];
};

struct undoable {
	char request_id[37]; /* of the action; of many, a name that only this console knows */
	int64_t ticket_id;
	bool under_way;    /* its undo has been sent */
	bool final;        /* a note: it stands here to say that it cannot be taken back */
	const char *words; /* "the claim", for the message */

	char *title;             /* owned: "status closed", of an action on many; NULL for others */
	struct undo_part *parts; /* owned: what was done, in that order; none while it is still being done */
	size_t part_count;
	char *text;                 /* owned: the one that was sent to many; NULL for others */
	struct macro_actions macro; /* what went with it */

	char *aside; /* owned: a draft that was thrown away lies there (app/draft.h), until the entry goes; NULL for others */
	bool internal; /* it is a note's */

	struct saved_view *view; /* owned: it was deleted; NULL for others */

	int64_t *ids; /* owned: the tickets that were marked or unmarked; NULL for others */
	size_t id_count;
	bool marked;
};

/* "the claim", in the agent's language: an action's name for a sentence. */
const char *undo_words_of(enum action_kind kind);
bool undo_is_final(enum action_kind kind); /* nothing of that kind can be taken back */

/* A new entry on top, all bytes 0; the oldest makes room, marks before actions. Valid until the next call. */
struct undoable *undo_push(struct console *console);
/* An action on one ticket, when its key is pressed: a quick `u` takes back this one and not the one before. */
void undo_remember(struct console *console, const struct action *action);
struct undoable *undo_find(struct console *console, const char *request_id); /* NULL: not there */
void undo_forget(struct console *console, const char *request_id);
/* An undo of this agent is about the ticket: when it comes back into the list it is not new. */
void undo_returns(struct console *console, int64_t ticket_id);
void undo_release(struct console *console);

#endif
