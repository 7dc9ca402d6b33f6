/*
 * One text for all marked tickets: written once, then a reply (or a note) of its own for each, in its own thread, with its own
 * envelope. Its draft belongs to no ticket: one reply and one note of the kind can be in the making.
 *
 * It is the only thing that is ever confirmed: customers read it, so the preview lists to whom it goes, as the server says,
 * and their number must be typed. The request id of each ticket's part follows from the draft's, so the same text that is
 * sent again, even by a console that was started anew, reaches nobody twice.
 *
 * Fields in it ({requester.first}, as a macro leaves them or typed by hand) are filled in for each ticket when its turn comes. A
 * ticket that has no value for one is left out: the preview says so, its customer does not count, and the summary names it.
 */
#ifndef APP_CIRCULAR_H
#define APP_CIRCULAR_H

#include "app/bulk.h"
#include "app/draft.h"
#include "core/ticket.h"

#include <stdbool.h>
#include <stdint.h>

struct console;

struct envelope {
	char *recipient;     /* owned; NULL: the server has not said */
	char *cc;            /* owned */
	bool flagged;        /* not (only) the requester's own address */
	bool changed;        /* the ticket was changed while the text was written */
	const char *missing; /* the first field that has no value here; NULL: it is not left out */
};

struct circular {
	struct aim to;              /* whom the draft is for, with the versions that its preview shows */
	struct envelope *envelopes; /* owned; as many */
	uint64_t asked;     /* counts the questions for envelopes: an older answer is not for these tickets */
	enum status status; /* how it will be sent when the number is typed */
	char *hold_for;     /* owned */
	struct draft sent;  /* while it is on its way */
};

bool circular_is_open(const struct console *console); /* the draft that is written is one */
void circular_begin(struct console *console, bool internal);
/* Puts a macro's text, its fields not filled in, and what it does into the one that is open, or into the one for the marked
 * tickets, and shows it. */
void circular_insert(
        struct console *console, bool internal, const char *text, const struct macro_actions *actions);
/* The text was written: the preview is of the tickets as they are now. */
void circular_written(struct console *console);
/* Fills console->preview. */
void circular_preview(struct console *console);
/* Sends it, a reply after its confirmation. */
void circular_send(struct console *console, enum status status, const char *hold_for);
/* It was taken back: its text is one draft again, for the tickets on which it was. */
void circular_taken_back(struct console *console);
void circular_release(struct circular *circular);

#endif
