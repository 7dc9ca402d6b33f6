/*
 * Who else is at which ticket, and telling the others where this agent is.
 *
 * A lease in the database says that this console has a ticket open, or that a reply or note to it is being written; it is renewed
 * while that lasts and ends by itself when the console dies. Nothing is written while the agent is in the list, or has an open
 * ticket and no hand on the keys. What the others do is asked for every few seconds.
 */
#ifndef APP_PRESENCE_H
#define APP_PRESENCE_H

#include "base/strbuf.h"
#include "core/ticket.h"
#include "ui/queue_view.h"

#include <stdbool.h>
#include <stddef.h>

struct console;

struct present {
	int64_t ticket_id;
	int32_t agent_id;
	bool writes; /* a reply or a note */
	instant since;
};

struct presence {
	char place[37];       /* names this console */
	struct present *list; /* owned: the others, by ticket, who writes first */
	size_t count;
	int64_t heard_ms; /* clock_ms() of the list */
	int64_t ask_ms;   /* when it is asked for next; 0: at once */
	bool asking;

	int64_t ticket; /* where the server has us; 0: nowhere */
	bool writes;
	int64_t put_ms; /* when it was told */
	int64_t wanted; /* where we are, since wanted_ms */
	int64_t wanted_ms;
	int64_t key_ms; /* the last key */

	struct strbuf words; /* of the last presence_words() */
};

void presence_init(struct presence *presence);
void presence_release(struct presence *presence);

/* Each turn of the loop: tells and asks what is due. */
void presence_turn(struct console *console);
/* clock_ms() when presence_turn() has something to do. */
int64_t presence_deadline(const struct console *console);
/* Asks now: a ticket was opened, a reply begun. */
void presence_ask(struct console *console);
/* The console ends: the others need not wait for the lease to end. */
void presence_leave(struct console *console);

/* What others do at this ticket. `console` is void * for the list's view. */
enum others presence_of(const void *console, int64_t ticket_id);
/* "ben writes since 20:41, Clara views", "" when nobody is there. Valid until the next call of this or the next. */
const char *presence_words(struct console *console, int64_t ticket_id);
/* A sentence about who writes on it too, for somebody who begins to; "" when nobody does. */
const char *presence_warning(struct console *console, int64_t ticket_id);

#endif
